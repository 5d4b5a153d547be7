"""Prints every place where JSON documents break a JSON Schema, after checking the schema itself.
Usage: validate.py SCHEMA DOCUMENT.."""

import json
import sys

import jsonschema

schema, *documents = ((path, json.load(open(path))) for path in sys.argv[1:])
validator = jsonschema.validators.validator_for(schema[1])
validator.check_schema(schema[1])
for path, document in documents:
    for error in validator(schema[1]).iter_errors(document):
        print(f"{path}: {error.json_path}: {error.message[:300]}")
