"""The text of the table: one block for each IAM prefix (`a:dynamodb`) and each crate (`s:dynamodb`).

Block of a prefix: resource types, an empty line, actions.

    <type>|<ARN>[|<ARN>]         `~x` stands for an ARN in the deployment's region and account,
                                 `^x` for one without either
    <n><rest><flag>              action: n words as in the one before, then the rest;
                                 flag `.` on resources, `*` on none, `?` not on record

Block of a crate: its prefix, shapes of rows, an empty line, operations, waiters.

    shape       source letter, then words with a mark in front:
                :[name]          an action; empty = the operation's own name
                |n[=binding]     of it: resource type n of the action's prefix; `%` if the binding is weak
                ^when            of it: the member it depends on
                &key=path        of it: a condition on the member's value; `==x`: on a constant
                -action          a dependent action
                /path>service    a member with a role that is passed to the service; `?` if only the
                                 name of the member says so; `?` at its end if it points to the role
                $action>service  an action on the customer's key, through the service
    binding     `;`-separated, one for each variable of the ARN: path[~transform][!default], `==constant`
                or nothing; `@path[~transform]` = the whole ARN; `!path` = only if that is not set
    operations  one sign for each action of the prefix that is an operation, numbers for skipped
                ones; then the others with their names. Sign k stands for shape k.
    waiters     <waiter>=<method>, comma-separated"""

import re

PSEUDO = {"Partition", "Region", "Account"}
SOURCES = {"curated": "c", "same-name": "s", "service-reference": "r", "iam-dataset": "d",
           "rule:http-verb": "h", "rule:batch/version": "b", "noauth": "n", "guess": "g", "none": "x"}
FIRST_SIGN = 0x100


def variables(arns):
    """Variables of the ARNs of a resource type that the deployment does not give, each once, in order."""
    found = re.findall(r"\$\{(\w+)\}", " ".join(arns))
    return [name for name in dict.fromkeys(found) if name not in PSEUDO]


# ---- blocks of prefixes

def _short_arn(arn, prefix, names):
    for at, name in enumerate(names):
        arn = arn.replace("${%s}" % name, chr(FIRST_SIGN + at))
    own = "arn:${Partition}:%s:${Region}:${Account}:" % prefix
    bare = "arn:${Partition}:%s:::" % prefix
    if arn.startswith(own):
        return "~" + arn[len(own):]
    return "^" + arn[len(bare):] if arn.startswith(bare) else arn


def _words(name):
    return re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+|.", name)


def prefix_block(prefix, resources, actions):
    """`resources` as [(type, [ARN])], `actions` as [(name, flag)], both in order."""
    lines = ["|".join(_short_arn(arn, prefix, variables(arns)) for arn in arns) for _, arns in resources]
    out, before = "\n".join([*lines, "", ""]), []
    for name, flag in actions:
        now, same = _words(name), 0
        while same < min(len(before), len(now), 9) and before[same] == now[same]:
            same += 1
        # A rest that begins with a digit could not be told from the number.
        while same and "".join(now[same:])[:1].isdigit():
            same -= 1
        out += f"{same}{''.join(now[same:])}{flag}"
        before = now
    return out


# ---- blocks of crates

def _path(path):
    """A path with capitals in place of `_`, as operations are written: `TableName`."""
    out = re.sub(r"(^|[^a-z0-9_])([a-z])|_([a-z])", lambda m: (m[1] or "") + (m[2] or m[3]).upper(), path)
    assert re.sub(r"(?<=[^.!])([A-Z])", r"_\1", out).lower() == path, f"{path} cannot be written as {out}"
    return out


def _value(value):
    if value.startswith("="):
        return "=" + value
    path, rest = re.match(r"(!?[^~!]*)(.*)", value).groups()
    return _path(path) + rest


def binding_text(binding, arns):
    if not binding:
        return ""
    guard = "".join(f"!{_path(path)};" for name, path in binding.items() if name == "!")
    if "@arn" in binding:
        return f"={guard}@{_value(binding['@arn'])}"
    values = [_value(binding.get(name, "")) for name in variables(arns)]
    unknown = set(binding) - set(variables(arns)) - {"!"}
    assert not unknown, f"no variables {unknown} in {arns}"
    return "=" + guard + ";".join(values)


def shape(row, types):
    """The shape of a row; `types(action)` gives [(type, ARNs)] of an action's prefix."""
    out = [SOURCES[row["src"]]]
    for act in row["acts"]:
        own = act["a"] == row["own"]
        out.append(":" if own else ":" + act["a"])
        listed = types(act["a"])
        names = [kind for kind, _ in listed]
        for kind, binding, weak in act["res"]:
            at = names.index(kind)
            out.append(("%" if weak else "|") + str(at) + binding_text(binding, listed[at][1]))
        if act["when"]:
            out.append("^" + (act["when"] if act["when"] in ("opt", "partiql") else _value(act["when"])))
        out += [f"&{key}={path if path.startswith('=') else _path(path)}" for key, path in act["cond"]]
    out += ["-" + action for action in row["deps"]]
    out += [f"{'?' if weak else '/'}{_path(path)}>{service}" for path, service, weak in row["passrole"]]
    out += [f"${action}>{via}" for action, via in row["cmk"]]
    assert not any(" " in word for word in out), out
    return " ".join(out)


def crate_block(prefix, rows, waiters, actions, types):
    """`rows` as {operation: row}, `actions` as the names of the prefix in order."""
    shapes = {name: shape(row, types) for name, row in rows.items()}
    number = {}
    for text in shapes.values():
        number[text] = number.get(text, 0) + 1
    order = sorted(number, key=lambda text: (-number[text], text))
    sign = {text: chr(FIRST_SIGN + at) for at, text in enumerate(order)}
    by_name = {name.lower(): name for name in shapes}
    listed, out, skipped = set(), "", 0
    for action in actions:
        name = by_name.get(action.lower())
        if name is None:
            skipped += 1
            continue
        listed.add(name)
        out += (str(skipped) if skipped else "") + sign[shapes[name]]
        skipped = 0
    others = "".join(name + sign[text] for name, text in sorted(shapes.items()) if name not in listed)
    ends = ",".join(f"{waiter}={method}" for waiter, method in sorted(waiters.items()))
    return "\n".join([prefix or "-", *order, "", out, others, ends])
