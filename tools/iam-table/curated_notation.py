"""How curated operations are written down.

`operation(crate, name, acts..)` says all that a call needs, `also(crate, name, acts..)` what it needs
besides what the rules find. The resources of an act are `{resource type: binding}` (see
`bindings_curated.py`), or `STAR`, or None for what the rules find. A list of bindings is several ways
to name a resource of one type. `when` is the member that has to be set, `!member` one that must not be,
`opt` what may be needed, `partiql` for the verb of the statement, `member~version` for a copy source
with a version."""

OPERATIONS, ALSO = {}, {}
STAR = {"*": {}}


def act(action, on=None, when=None):
    return action, on, when


def operation(crate, name, *acts):
    assert (crate, name) not in OPERATIONS, f"{crate}.{name} is there twice"
    OPERATIONS[crate, name] = list(acts)


def also(crate, name, *acts):
    ALSO.setdefault((crate, name), []).extend(acts)
