use super::*;

#[test]
fn kinds_are_the_folders() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/src/resources");
    let mut folders: Vec<String> = std::fs::read_dir(root)
        .expect("the crate's own sources")
        .filter_map(|entry| {
            let entry = entry.expect("readable");
            let is_dir = entry.file_type().expect("readable").is_dir();
            is_dir.then(|| entry.file_name().to_string_lossy().into_owned())
        })
        .collect();
    folders.sort();
    let names: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
    assert_eq!(folders, names);
}

#[test]
fn operations_are_sorted_and_unique() {
    for kind in KINDS {
        let keys: Vec<_> = kind
            .ops
            .iter()
            .map(|op| match op.receiver {
                Receiver::Handle => (op.method, ""),
                Receiver::Builder(name) => (op.method, name),
            })
            .collect();
        let mut sorted = keys.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(keys, sorted, "{}", kind.name);
    }
}

#[test]
fn lookups_tell_handles_from_builders() {
    let table = by_handle("Table").expect("listed");
    assert_eq!(by_name("table").map(|kind| kind.handle), Some("Table"));
    assert_eq!(table.op("check"), None);
    let check = table.builder_op("Transaction", "check").expect("listed");
    assert_eq!(check.actions[0].name, "dynamodb:ConditionCheckItem");
    assert_eq!(table.builder_op("ReadTransaction", "check"), None);
    let copy = by_name("bucket").and_then(|kind| kind.op("copy"));
    assert_eq!(copy.map(Op::scope_args), Some(vec![0, 1]));
}

#[test]
fn only_names_need_no_permission() {
    for kind in KINDS {
        for op in kind.ops {
            assert_eq!(
                op.actions.is_empty(),
                op.access == Access::Name,
                "{}",
                op.method
            );
        }
    }
}
