"""Writes sam_policy_templates.json: the statements of SAM's policy templates, one template a line.

    pip download --no-deps aws-sam-translator==1.115.0
    python3 generate.py aws_sam_translator-1.115.0-py3-none-any.whl > sam_policy_templates.json
"""

import json
import sys
import zipfile

SOURCE = "samtranslator/policy_templates_data/policy_templates.json"

with zipfile.ZipFile(sys.argv[1]) as wheel:
    templates = json.loads(wheel.read(SOURCE))["Templates"]
lines = []
for name in sorted(templates):
    statements = templates[name]["Definition"]["Statement"]
    text = json.dumps(statements, separators=(",", ":"), sort_keys=True)
    lines.append(f"{json.dumps(name)}:{text}")
print("{" + ",\n".join(lines) + "}")
