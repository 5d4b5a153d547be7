#!/usr/bin/env python3
"""Makes the table of AWS operations and their permissions that `ifc-catalog` embeds.

    tools/iam-table/generate.py [--check] [--inputs FOLDER] [--service-reference FOLDER]

Downloads the pinned packages (`inputs.py`), writes the table and prints what changed.
Fails if the curated layer names an action, resource type, member, condition key or operation that
does not exist. With --check it writes nothing and fails if the file differs. Needs pip and npm."""

import argparse
import pathlib
import sys

import codec
import inputs
import layout
import report
from build import Table

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = ROOT / "ifc-catalog/src/sdk/table.bin"


def blocks(table):
    """The table as texts, see `layout.py`."""
    used = {}
    for entry in table.crates.values():
        for row in entry["rows"].values():
            for act in row["acts"]:
                prefix = act["a"].split(":")[0]
                used.setdefault(prefix, set()).update(kind for kind, _, _ in act["res"])
    types = {prefix: [(kind, table.arns(prefix, kind)) for kind in sorted(kinds)] for prefix, kinds in used.items()}
    names, found = {}, {}
    for prefix, listed in table.known.actions.items():
        entries = sorted((table.known.cases.get((prefix, name), name), action) for name, action in listed.items())
        names[prefix] = [name for name, _ in entries]
        flags = [(name, "?" if action.get("fresh") else "." if action["resourceTypes"] else "*") for name, action in entries]
        found["a:" + prefix] = layout.prefix_block(prefix, types.get(prefix, []), flags)
    for crate, entry in table.crates.items():
        found["s:" + crate] = layout.crate_block(
            entry["iam"], entry["rows"], entry["waiters"], names.get(entry["iam"], []),
            lambda action: types.get(action.split(":")[0], []))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--hashes", action="store_true", help="print the hashes of the packages and stop")
    parser.add_argument("--inputs", default=ROOT / "target/iam-table", help="folder for the packages")
    parser.add_argument("--service-reference", help="folder with AWS's service reference files, v1/<service>/<service>.json")
    given = parser.parse_args()
    contents = inputs.fetch(given.inputs, check=not given.hashes)
    if given.hashes:
        return
    table = Table(contents, given.service_reference)
    if table.errors:
        sys.exit("\n".join(["the curated layer is wrong:", *table.errors]))
    packed = codec.encode(blocks(table))
    before = TARGET.read_bytes() if TARGET.exists() else None
    report.show(table, before and codec.decode(before), codec.decode(packed), len(packed))
    if given.check:
        sys.exit(0 if packed == before else f"{TARGET.relative_to(ROOT)} is not what the packages give")
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(packed)


if __name__ == "__main__":
    main()
