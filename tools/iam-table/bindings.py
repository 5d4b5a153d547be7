"""Which request members fill the variables of a resource type's ARN.

Strength of a binding: `curated`, `exact` (same name) and `arn` (a member holds the ARN) may narrow
silently; `map` (iam-dataset, 2022) and `stem` (similar name) are weak."""

import re

from layout import PSEUDO
import curated

WEAK = ("map", "stem")
SUFFIXES = ("identifier", "name", "arn", "id", "uuid")
GENERIC = ("resourceid", "id", "name", "identifier", "uuid", "resourcename", "arnid")
ANY_ARN = ("resourcearn", "arn", "resource", "resourceidentifier")


def norm(text):
    return re.sub(r"[^a-z0-9]", "", text.lower())


def stem(text):
    text = norm(text)
    for suffix in SUFFIXES:
        if text.endswith(suffix) and len(text) > len(suffix):
            return text[: -len(suffix)]
    return text


class Request:
    """The request of one operation of a botocore model."""

    def __init__(self, model, operation):
        self.shapes = model["shapes"]
        shape = model["operations"][operation].get("input")
        self.operation, self.shape = operation, shape and shape["shape"]
        top = self.shapes[self.shape] if shape else {}
        self.members, self.required = top.get("members", {}), top.get("required", [])
        # String members, and lists of strings.
        self.scalars = {}
        for name, member in self.members.items():
            target = self.shapes[member["shape"]]
            if target["type"] == "string":
                self.scalars[name] = ""
            elif target["type"] == "list" and self.shapes[target["member"]["shape"]]["type"] == "string":
                self.scalars[name] = "[]"

    def has(self, path):
        """Whether `A.B[].C` exists."""
        members = self.members
        for part in path.split("."):
            base = part.rstrip("[]{}")
            if base not in members:
                return False
            shape = self.shapes[members[base]["shape"]]
            if part.endswith("[]"):
                if shape["type"] != "list":
                    return False
                shape = self.shapes[shape["member"]["shape"]]
            if part.endswith("{}") and shape["type"] != "map":
                return False
            members = shape.get("members", {}) if shape["type"] == "structure" else {}
        return True

    def label(self, name):
        """The member that fills `{name}` of the URI."""
        for member, target in self.members.items():
            if target.get("location") == "uri" and target.get("locationName", member) == name:
                return member
        return None

    def role_paths(self):
        """Members, at most four deep, that by their name hold a role."""
        found = []

        def walk(shape, path, seen):
            if len(path) > 3 or shape in seen:
                return
            for name, member in self.shapes[shape].get("members", {}).items():
                target = self.shapes[member["shape"]]
                if target["type"] == "string" and re.search(r"(role(_?arn)?|iamrole|rolearn)$", name, re.I):
                    found.append(".".join([*path, name]))
                elif target["type"] == "structure":
                    walk(member["shape"], [*path, name], seen | {shape})
                elif target["type"] == "list":
                    item = target["member"]["shape"]
                    if self.shapes[item]["type"] == "structure":
                        walk(item, [*path, name + "[]"], seen | {shape})

        if self.shape:
            walk(self.shape, [], frozenset())
        return found


def _checked(name, value):
    """A name does not stand for an id, nor an id for a name: `~id` takes nothing but ARNs."""
    member = norm(re.split("[~!]", value)[0])
    ends = lambda text, end: norm(text).endswith(end)
    differ = (ends(name, "id") and ends(member, "name")) or (ends(name, "name") and ends(member, "id"))
    return value.split("~")[0] + "~id" if differ else value


def _singular(name, suffix):
    plain = norm(name)
    return plain[:-1] if suffix and plain.endswith("s") else plain


def _by_name(request, kind, arn):
    """(binding, complete, strength) by the names of members."""
    names = [v for v in re.findall(r"\$\{(\w+)\}", arn) if v not in PSEUDO]
    if not names:
        return {}, True, "exact"
    scalars, last, kind = request.scalars, names[-1], norm(kind)
    for member, suffix in scalars.items():
        plain = norm(member).rstrip("s") if suffix else norm(member)
        head = plain[:-3]
        if plain.endswith("arn") and (head in (kind, stem(last), norm(last)) or (kind and kind.endswith(head) and len(plain) > 5)):
            return {"@arn": member + suffix}, True, "arn"
    binding, strength = {}, "exact"
    for name in names:
        hit = next((m + s for m, s in scalars.items() if norm(m) == norm(name)), None)
        if not hit:
            strength = "stem"
            hit = _similar(scalars, name, kind, name == last)
        if not hit and name == last and len(names) == 1:
            # One ARN member for any resource type: TagResource and the like.
            generic = next((m + s for m, s in scalars.items() if norm(m) in ANY_ARN), None)
            if generic:
                return {"@arn": generic}, True, strength
            hit = _only_name(request, kind)
        if not hit and name == last:
            # CollectionName for ${GeofenceCollectionName}.
            ends = [m for m in request.required if scalars.get(m) == "" and len(stem(m)) > 4
                    and (stem(name).endswith(stem(m)) or kind.endswith(stem(m)))]
            hit = ends[0] + "~na" if len(ends) == 1 else None
        if hit:
            binding[name] = _checked(name, hit)
    if not binding:
        generic = next((m + s for m, s in scalars.items() if norm(m) in ("resourcearn", "arn")), None)
        if generic:
            return {"@arn": generic}, True, strength
    return binding, len(binding) == len(set(names)), strength


def _similar(scalars, name, kind, is_last):
    for member, suffix in scalars.items():
        plain = _singular(member, suffix)
        same = plain == norm(name) or (stem(plain) == stem(name) and len(stem(name)) > 2)
        of_kind = norm(name) in GENERIC and (stem(plain) == kind or (plain in SUFFIXES and is_last))
        if same or of_kind:
            return member + suffix + ("~na" if plain.endswith(("identifier", "arn")) else "")
    if is_last:
        for member, suffix in scalars.items():
            plain = _singular(member, suffix)
            if kind in (stem(plain), plain):
                return member + suffix + "~na"
    return None


def _only_name(request, kind):
    """`Name` or `Id` of GetX where the only resource type is X."""
    operation, required = request.operation, request.required
    for member, suffix in request.scalars.items():
        is_name = norm(member) in SUFFIXES and member in required
        of_kind = operation.startswith("Create") or not any(stem(r) == kind for r in required)
        renames = operation.startswith("Update") and norm(member) == "name"
        if is_name and of_kind and not renames:
            return member + suffix
    return None


def _by_dataset(request, types, kind, mapped, action):
    """(binding, complete) as iam-dataset has it, if its members still exist."""
    whole = r"\$\{[\w.\[\]]+\}"
    for entry in mapped or ():
        if entry["action"].lower() != action.lower():
            continue
        arns = entry.get("resourcearn_mappings") or {}
        arn = arns.get(kind) or arns.get(kind.lower())
        if arn and re.fullmatch(whole, arn) and request.has(arn[2:-1]):
            return {"@arn": arn[2:-1]}, True
        for arn in types.get(kind, []):
            names = {v for v in re.findall(r"\$\{(\w+)\}", arn) if v not in PSEUDO}
            binding = {}
            for name in names:
                template = ((entry.get("resource_mappings") or {}).get(name) or {}).get("template", "")
                if re.fullmatch(whole, template) and request.has(template[2:-1]):
                    binding[name] = template[2:-1]
            if names and len(binding) == len(names):
                return binding, True
    return {}, False


def bind(request, prefix, kind, types, mapped, action):
    """([binding], complete, strength) of a resource type in an operation's request."""
    alternatives = curated.ROLES.get((prefix, kind))
    for alternative in alternatives or ():
        ways = alternative if isinstance(alternative, tuple) else (alternative,)
        if all(v.startswith("=") or request.has(re.split("[~!]", v)[0]) for binding in ways for v in binding.values()):
            return list(ways), True, "curated"
    if alternatives == []:
        return [{}], False, "curated"
    binding, complete, strength = _by_rule(request, prefix, kind, types, mapped, action)
    return [binding], complete, strength


def _by_rule(request, prefix, kind, types, mapped, action):
    best = {}, False, "stem"
    recorded, complete = _by_dataset(request, types, kind, mapped, action)
    for arn in types.get(kind, []):
        found = _by_name(request, kind, arn)
        if found[1] and found[2] == "stem" and complete and recorded != found[0]:
            return recorded, True, "map"
        if found[1]:
            return found
        if len(found[0]) > len(best[0]):
            best = found
    return (recorded, True, "map") if complete else best
