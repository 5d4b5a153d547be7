"""Prints every place where a JSON document breaks a JSON Schema, after checking the schema itself.
Usage: validate.py SCHEMA DOCUMENT"""

import json
import sys

import jsonschema

schema, document = (json.load(open(path)) for path in sys.argv[1:])
validator = jsonschema.validators.validator_for(schema)
validator.check_schema(schema)
for error in validator(schema).iter_errors(document):
    print(f"{error.json_path}: {error.message[:300]}")
