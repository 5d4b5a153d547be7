use super::*;
use crate::options::Problem;

#[test]
fn sources_are_the_files() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/src/events");
    let mut files: Vec<String> = std::fs::read_dir(root)
        .expect("the crate's own sources")
        .map(|entry| entry.expect("readable").file_name())
        .map(|name| name.to_string_lossy().trim_end_matches(".rs").to_owned())
        .filter(|name| name != "mod" && name != "tests")
        .collect();
    files.sort();
    let names: Vec<&str> = SOURCES.iter().map(|source| source.name).collect();
    assert_eq!(files, names);
}

#[test]
fn options_of_one_name_are_read_alike() {
    let all: Vec<&OptionSpec> = SOURCES.iter().flat_map(|source| source.options).collect();
    for one in &all {
        for other in all.iter().filter(|other| other.name == one.name) {
            assert_eq!(
                std::mem::discriminant(&one.value),
                std::mem::discriminant(&other.value),
                "{}",
                one.name
            );
        }
    }
}

#[test]
fn every_resource_source_has_its_kind() {
    for source in SOURCES {
        if let Form::Resource { kind, .. } = source.form {
            assert!(crate::resources::by_name(kind).is_some(), "{kind}");
        }
    }
}

fn problems(source: &str, fifo: bool, options: &[(&str, Value)]) -> Vec<Problem> {
    let options: Vec<(&str, &Value)> = options.iter().map(|(name, value)| (*name, value)).collect();
    let given = Given {
        fifo,
        options: &options,
    };
    let source = by_name(source).expect("listed");
    let mistakes = source.check(&given);
    mistakes
        .into_iter()
        .map(|mistake| mistake.problem)
        .collect()
}

#[test]
fn large_batches_need_a_window() {
    let batch = ("batch", Value::Int(11));
    let window = ("window", Value::Duration(1_000));
    assert!(matches!(
        problems("queue", false, std::slice::from_ref(&batch))[..],
        [Problem::Conflict { .. }]
    ));
    assert_eq!(
        problems("queue", false, &[batch.clone(), window.clone()]),
        []
    );
    assert_eq!(problems("queue", true, &[batch, window]).len(), 2);
}

#[test]
fn filters_over_attributes_are_flat_unless_the_body_is_meant() {
    let filter = ("filter", Value::Str(r#"{"a": {"b": [1]}}"#.into()));
    let body = ("filter_scope", Value::Str("body".into()));
    assert!(matches!(
        problems("topic", false, std::slice::from_ref(&filter))[..],
        [Problem::Pattern(_)]
    ));
    assert_eq!(problems("topic", false, &[filter, body]), []);
}

#[test]
fn unknown_options_list_the_valid_ones() {
    let problems = problems("bucket", false, &[("prefx", Value::Str("a".into()))]);
    assert_eq!(
        problems,
        [Problem::Unknown {
            option: "prefx".into(),
            valid: vec!["prefix", "suffix"]
        }]
    );
}
