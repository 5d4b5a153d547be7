"""Rows of the table: what every operation of every service needs."""

import re

import curated
import inputs
from bindings import WEAK, Request, bind
from naming import crate_suffix, rust_path, snake
from prefixes import prefixes

# Names that differ from the action's by a rule, tried in order.
RULES = (
    (r"^Batch(Get|Delete|Create|Update|Put|Describe)(\w+?)s?$", r"\1\2"),
    (r"^Batch(\w+)$", r"\1"),
    (r"^(\w+?)Batch$", r"\1"),
    (r"^(\w+)V[23]$", r"\1"),
    (r"^(\w+)Stream$", r"\1"),
)
BEARER = ["smithy.api#httpBearerAuth"]


class Table:
    """`crates`: {suffix: {"iam", "rows", "waiters"}}; `errors`: mistakes of the curated layer."""

    def __init__(self, contents, reference=None):
        self.services = inputs.services(contents)
        self.known = inputs.Authorization(contents)
        self.dependents = inputs.dependents(contents)
        self.dataset = inputs.dataset(contents)
        self.reference = inputs.service_reference(reference)
        self.prefix = prefixes(self.services, self.known.actions)
        self.mapped = self._dataset_services()
        self.crates, self.errors, self.used = {}, [], set()
        for service, (model, waiters) in sorted(self.services.items()):
            self._service(service, model, waiters)
        self._services_without_model()
        self.errors += [f"{crate}.{name} is no operation" for crate, name in curated.operations() if (crate, name) not in self.used]

    # ---- services

    def _dataset_services(self):
        """Names of services in iam-dataset (JavaScript SDK v2) by botocore's, where the IAM prefixes agree."""
        found = {}
        operations = {name: set(model["operations"]) for name, (model, _) in self.services.items()}
        for name, theirs in self.dataset.items():
            counts = {}
            for actions in theirs.values():
                for action in actions:
                    prefix = action["action"].split(":")[0]
                    counts[prefix] = counts.get(prefix, 0) + 1
            best = max(operations, key=lambda s: len(operations[s] & set(theirs)) / len(operations[s] | set(theirs)))
            share = len(operations[best] & set(theirs)) / max(1, len(theirs))
            top = max(counts, key=counts.get) if counts else None
            if share >= 0.5 and top == self.prefix[best]:
                found.setdefault(best, []).append(name)
        return found

    def _service(self, service, model, waiters):
        crate, prefix = crate_suffix(model["metadata"]["serviceId"]), self.prefix[service]
        entry = self.crates.setdefault(crate, {"iam": prefix, "rows": {}, "waiters": {}})
        for name, operation in sorted(model["operations"].items()):
            row = self._row(service, crate, model, name, operation)
            # Two of botocore's services share the crate `pinpointsmsvoice`.
            if name not in entry["rows"] or entry["rows"][name]["src"] in ("guess", "none"):
                entry["rows"][name] = row
        for name, waiter in waiters.items():
            entry["waiters"]["wait_until_" + snake(name)] = snake(waiter["operation"])

    def _services_without_model(self):
        """Curated operations that botocore does not model: bidirectional event streams."""
        for (crate, name), acts in curated.OPERATIONS.items():
            entry = self.crates.get(crate)
            if entry and (name in entry["rows"] or crate != "transcribestreaming"):
                continue
            prefix = acts[0][0].split(":")[0]
            entry = self.crates.setdefault(crate, {"iam": prefix, "rows": {}, "waiters": {}})
            self.used.add((crate, name))
            row = {"src": "curated", "own": f"{prefix}:{name}", "deps": [], "passrole": [], "cmk": [],
                   "acts": [{"a": self.known.cased(action), "res": [], "when": when, "cond": []} for action, _, when in acts]}
            entry["rows"][name] = row
            self._check(crate, name, [action for action, _, _ in acts])

    # ---- one operation

    def _check(self, crate, name, actions):
        self.errors += [f"{crate}.{name}: AWS lists no {action}" for action in actions if not self.known.known(action)]

    def _actions(self, service, crate, model, name, operation, mapped):
        """([(action, explicit resources or None, when)], source)"""
        prefix, known = self.prefix[service], self.known
        own = f"{prefix}:{name}"
        if (crate, name) in curated.OPERATIONS:
            acts = curated.OPERATIONS[crate, name]
            self._check(crate, name, [action for action, _, _ in acts])
            return acts, "curated"
        auth = operation.get("auth") or model["metadata"].get("auth")
        if operation.get("authtype") == "none" or operation.get("auth") == ["smithy.api#noAuth"] or auth == BEARER:
            return [], "noauth"
        if (prefix, name) in self.reference:
            return [(action, None, None) for action in self.reference[prefix, name]], "service-reference"
        if service in ("apigateway", "apigatewayv2") and not known.known(own):
            return [(f"apigateway:{operation['http']['method']}", "uri", None)], "rule:http-verb"
        if prefix and known.known(own):
            return [(own, None, None)], "same-name"
        listed = [entry["action"] for entry in mapped or () if known.known(entry["action"])]
        if listed:
            return [(action, None, None) for action in listed], "iam-dataset"
        for pattern, replacement in RULES:
            other = f"{prefix}:{re.sub(pattern, replacement, name)}"
            if prefix and other != own and known.known(other):
                return [(other, None, None)], "rule:batch/version"
        return ([(own, None, None)], "guess") if prefix else ([], "none")

    def _row(self, service, crate, model, name, operation):
        prefix, known = self.prefix[service], self.known
        mapped = next((self.dataset[s][name] for s in self.mapped.get(service, []) if name in self.dataset[s]), None)
        acts, source = self._actions(service, crate, model, name, operation, mapped)
        self.used.add((crate, name))
        request = Request(model, name)
        also = [*curated.ALSO.get((crate, name), []), *self._tags(crate, prefix, name, request), *self._discovery(prefix, operation)]
        self._check(crate, name, [action for action, _, _ in also])
        needed = {d for action, _, _ in acts for d in self.dependents.get(_lower(action), [])}
        if mapped and source == "same-name":
            others = (entry["action"] for entry in mapped)
            needed |= {known.cased(a) for a in others if a.lower() != f"{prefix}:{name}".lower() and known.known(a)}
        needed -= {action for action, _, _ in [*acts, *also]}
        roles = self._roles(crate, name, request, "iam:PassRole" in needed) if source != "noauth" else []
        if source not in ("curated", "rule:http-verb"):
            acts = [one for action, _, _ in acts for one in self._unnamed(request, known.cased(action), mapped)]
        return {
            "src": source, "own": known.cased(f"{prefix}:{name}"),
            "acts": [self._act(request, operation, *one, mapped, (crate, name)) for one in [*acts, *also]],
            "deps": sorted(needed - ({"iam:PassRole"} if roles else set())),
            "passrole": roles,
            "cmk": curated.KEYS.get((crate, name), []),
        }

    def _unnamed(self, request, action, mapped):
        """The acts of a call that may read without naming a resource: where AWS requires no type of
        resource, such a call is decided on `*`."""
        prefix, verb = action.split(":", 1)
        listed = self.known.of(action)["resourceTypes"] if self.known.known(action) else []
        plain = [(action, None, None)]
        if (not listed or any(kind.get("required") for kind in listed) or prefix in curated.DECIDED_ON_TYPE
                or not curated.READING.match(verb) or "Tags" in verb):
            return plain
        types = self.known.resources.get(prefix, {})
        bindings = [binding for _, binding, _ in self._resources(request, action, prefix, types, mapped)]
        members = {re.split(r"[.\[~!]", value)[0] for binding in bindings for value in binding.values()}
        if not members:
            return plain if request.required and action not in curated.UNNAMED else [(action, curated.STAR, None)]
        if members & set(request.required) or not all(bindings):
            return plain
        # One thing may be named in several ways, of which only some are known.
        is_one = curated.ONE.match(verb) and not verb.endswith("s")
        others = [member for member in request.scalars if member not in members and curated.NAMES.search(member)]
        if is_one and (others or len(members) > 1) and action not in curated.UNNAMED:
            return plain
        first = sorted(members)[0]
        return [(action, None, first if len(members) == 1 else None), (action, curated.STAR, "!" + first)]

    def _roles(self, crate, name, request, documented):
        """[(member that holds a role, service that gets it, whether only its name says so)]"""
        listed = curated.PASSED.get((crate, name))
        paths = request.role_paths() if listed is None else listed
        if listed is None and not documented:
            if curated.NOT_PASSING.search(name):
                return []
            paths = [path for path in paths if curated.ROLE_NAME.search(path) or crate in curated.ROLE_CRATES]
        self.errors += [f"{crate}.{name}: the request has no {path}" for path in listed or () if not request.has(path.rstrip("?"))]
        return [(rust_path(path.rstrip("?")) + ("?" if path.endswith("?") else ""), curated.passed_to(crate, name, path), listed is None and not documented)
                for path in paths]

    def _tags(self, crate, prefix, name, request):
        """The action that tags, for calls that create something with tags."""
        member = next((m for m in ("Tags", "tags", "TagList", "tagList", "TagSpecifications") if m in request.members), None)
        if not member or (crate, name) in curated.OPERATIONS or re.match(r"(Tag|Untag|Add|Remove|Get|List|Describe|Delete)", name):
            return []
        if crate == "ec2":
            created = {"arn:${Partition}:ec2:${Region}:${Account}:*": {}}
            return [("ec2:CreateTags", created, member)] if member == "TagSpecifications" else []
        action = curated.TAGGED.get(crate)
        if action:
            return [(f"{prefix}:{action}", None, member)]
        return []

    @staticmethod
    def _discovery(prefix, operation):
        """The SDK asks for the endpoint first."""
        required = operation.get("endpointdiscovery", {}).get("required")
        return [(f"{prefix}:DescribeEndpoints", curated.STAR, None)] if required else []

    def _act(self, request, operation, action, explicit, when, mapped, where):
        action = self.known.cased(action)
        prefix = action.split(":")[0]
        types = self.known.resources.get(prefix, {})
        if explicit == "uri":
            resources = [self._uri(request, operation["http"]["requestUri"].split("?")[0])]
        elif explicit is not None:
            resources = [(kind, binding, False) for kind, bindings in explicit.items() if kind != "*"
                         for binding in (bindings if isinstance(bindings, list) else [bindings])]
            for kind, binding, _ in resources:
                self._check_binding(where, request, kind, binding, types)
        else:
            resources = self._resources(request, action, prefix, types, mapped)
        paths = [(key, path) for key, path in curated.CONDITIONS.get(action, []) if request.has(path)]
        self.errors += [f"{where}: AWS lists no condition key {key}" for key, _ in paths if key.lower() not in self.known.condition_keys]
        if action == "ec2:CreateTags" and where[1] != "CreateTags":
            paths = [("ec2:CreateAction", f"={where[1]}")]
        return {
            "a": action,
            "res": [(kind, {var: _rust_value(v) for var, v in sorted(binding.items())}, weak) for kind, binding, weak in resources],
            "when": when if when in (None, "opt", "partiql") else _rust_when(when),
            "cond": [(key, path if path.startswith("=") else rust_path(path)) for key, path in paths],
        }

    def _resources(self, request, action, prefix, types, mapped):
        listed = self.known.of(action)["resourceTypes"] if self.known.known(action) else []
        found = []
        for kind in listed:
            bindings, complete, strength = bind(request, prefix, kind["name"], types, mapped, action)
            found += [(kind["name"], binding, complete, strength in WEAK) for binding in bindings]
        required = {kind["name"] for kind in listed if kind.get("required")}
        if any(complete and "@arn" in binding for _, binding, complete, _ in found):
            required = set()  # The call names the complete ARN.
        if any(complete for _, _, complete, _ in found):
            found = [f for f in found if f[2] or f[0] in required]
        return [(curated.resource_type(action, kind), binding, weak and bool(binding)) for kind, binding, _, weak in found]

    @staticmethod
    def _uri(request, uri):
        """An API Gateway resource: its type is named by the ARN."""
        labels = re.findall(r"\{([\w-]+)\+?\}", uri)
        path = re.sub(r"\{([\w-]+)\+?\}", lambda label: "${%s}" % label[1].replace("-", "_"), uri)
        binding = {label.replace("-", "_"): request.label(label) for label in labels}
        return path, {label: member for label, member in binding.items() if member}, False

    def _check_binding(self, where, request, kind, binding, types):
        if kind not in types and not kind.startswith("arn:"):
            self.errors.append(f"{where}: no resource type {kind}")
        for value in binding.values():
            path = re.split("[~!]", value)[0]
            if not value.startswith("=") and not request.has(path):
                self.errors.append(f"{where}: the request has no {path}")

    def arns(self, prefix, kind):
        if kind.startswith("arn:"):
            return [kind]
        if kind.startswith("/"):
            return ["arn:${Partition}:apigateway:${Region}::" + kind]
        return self.known.resources.get(prefix, {}).get(kind, [])


def _lower(action):
    prefix, name = action.split(":", 1)
    return f"{prefix}:{name.lower()}"


def _rust_when(when):
    path, _, version = when.lstrip("!").partition("~")
    return ("!" if when.startswith("!") else "") + rust_path(path) + ("~" + version if version else "")


def _rust_value(value):
    if value.startswith("="):
        return value
    path, rest = re.match(r"([^~!]*)(.*)", value).groups()
    return (rust_path(path) if path else "") + rest
