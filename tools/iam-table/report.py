"""What the table holds, and what changed against the one before: read it like a diff of policies."""

import collections
import re

import layout

CALLED = {letter: name for name, letter in layout.SOURCES.items()}


def _actions(block):
    """{action: flag} of a prefix's block."""
    found, before = {}, []
    for same, rest, flag in re.findall(r"(\d)([^.*?]*)([.*?])", block.partition("\n\n")[2] or block.lstrip("\n")):
        name = "".join(before[: int(same)]) + rest
        found[name], before = flag, layout._words(name)
    return found


def _types(block):
    return block.partition("\n\n")[0].split("\n")


def _operations(block, blocks):
    """{operation: what it needs, with ARNs in place of numbers} of a crate's block."""
    head, _, tail = block.partition("\n\n")
    prefix, *shapes = head.split("\n")
    listed, others = tail.split("\n")[:2]
    shapes = [_readable(shape, prefix, blocks) for shape in shapes]
    names, found = list(_actions(blocks.get("a:" + prefix, ""))), {}
    at = 0
    for number, sign in re.findall(r"(\d*)([^\d])", listed):
        at += int(number or 0)
        found[names[at]] = shapes[ord(sign) - layout.FIRST_SIGN]
        at += 1
    for name, sign in re.findall(r"([ -~]+)([^ -~])", others):
        found[name] = shapes[ord(sign) - layout.FIRST_SIGN]
    return found


def _readable(shape, prefix, blocks):
    source, *words = shape.split(" ")
    out, of = [CALLED[source]], prefix
    for word in words:
        if word[0] == ":":
            of = word[1:].split(":")[0] or prefix
        if word[0] in "|%":
            number, _, binding = word[1:].partition("=")
            word = f"{word[0]}{_types(blocks['a:' + of])[int(number)]}={binding}"
        out.append(word)
    return " ".join(out)


def _compare(what, before, now):
    for name in sorted({*before, *now}):
        old, new = before.get(name), now.get(name)
        if old != new:
            print(f"{what} {name}")
            print(f"  - {old}") if old is not None else None
            print(f"  + {new}") if new is not None else None


def show(table, before, now, size):
    """Counts, then every action and operation that differs. `before` may be None."""
    rows = [row for entry in table.crates.values() for row in entry["rows"].values()]
    sources = collections.Counter(row["src"] for row in rows)
    actions = sum(map(len, table.known.actions.values()))
    unbound = sum(1 for row in rows if any(not binding for act in row["acts"] for _, binding, _ in act["res"]))
    weak = sum(1 for row in rows if any(weak for act in row["acts"] for _, _, weak in act["res"]))
    print(f"{len(table.crates)} crates, {len(rows)} operations, {actions} actions, {size} bytes")
    print(", ".join(f"{name} {count}" for name, count in sorted(sources.items())))
    print(f"{unbound} operations with a resource that no member names, {weak} with a weak binding")
    if before is None:
        return
    for name in sorted({*before, *now}):
        old, new = before.get(name, ""), now.get(name, "")
        if name.startswith("a:"):
            _compare(f"action {name[2:]}", _actions(old), _actions(new))
        else:
            _compare(f"operation {name[2:]}", _operations(old, before) if old else {}, _operations(new, now) if new else {})
    print("nothing changed" if before == now else "")
