"""What the table holds, and what changed against the one before."""

import collections


def show(table, before, now, size):
    sources = collections.Counter(row["src"] for entry in table.crates.values() for row in entry["rows"].values())
    actions = sum(map(len, table.known.actions.values()))
    print(f"{len(table.crates)} crates, {sum(sources.values())} operations, {actions} actions, {size} bytes")
    print(", ".join(f"{name} {count}" for name, count in sorted(sources.items())))
    if before is None:
        return
    if before == now:
        print("nothing changed")
    for name in sorted({*before, *now}):
        print(name) if before.get(name) != now.get(name) else None
