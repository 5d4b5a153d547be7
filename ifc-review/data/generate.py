"""Writes sam_policy_templates.json, the statements of SAM's policy templates, one template a line, or
sam_connectors.json, the statements of SAM's connectors from functions, by type and permission.

    pip download --no-deps aws-sam-translator==1.115.0
    python3 generate.py aws_sam_translator-1.115.0-py3-none-any.whl templates > sam_policy_templates.json
    python3 generate.py aws_sam_translator-1.115.0-py3-none-any.whl connectors > sam_connectors.json
"""

import json
import sys
import zipfile

TEMPLATES = "samtranslator/policy_templates_data/policy_templates.json"
CONNECTORS = "samtranslator/model/connector_profiles/profiles.json"


def templates(wheel):
    definitions = json.loads(wheel.read(TEMPLATES))["Templates"]
    return {name: definitions[name]["Definition"]["Statement"] for name in definitions}


def connectors(wheel):
    profiles = json.loads(wheel.read(CONNECTORS))["Permissions"]["AWS::Lambda::Function"]
    found = {}
    for destination, profile in profiles.items():
        categories = profile["Properties"]["AccessCategories"]
        found[destination] = {
            name: [statement | {"Resource": [sub(text) for text in statement["Resource"]]}
                   for statement in category["Statement"]]
            for name, category in categories.items()
        }
    return found


def sub(resource):
    for part in ["Arn", "Name"]:
        resource = resource.replace("%{Destination." + part + "}", "${Destination" + part + "}")
    return {"Fn::Sub": resource}


with zipfile.ZipFile(sys.argv[1]) as wheel:
    entries = {"templates": templates, "connectors": connectors}[sys.argv[2]](wheel)
lines = []
for name in sorted(entries):
    text = json.dumps(entries[name], separators=(",", ":"), sort_keys=True)
    lines.append(f"{json.dumps(name)}:{text}")
print("{" + ",\n".join(lines) + "}")
