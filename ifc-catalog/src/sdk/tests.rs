//! What the table gives.

use super::*;

fn of(service: &str, method: &str, members: &[(&str, &str)]) -> Vec<Permission> {
    let members = members.iter().map(|(path, text)| Member::text(path, text));
    let operation = operation(service, method).expect("the operation is in the table");
    operation.permissions(&Request::with(members))
}

#[test]
fn an_object_is_named_by_bucket_and_key() {
    let found = of("s3", "get_object", &[("bucket", "docs"), ("key", "a/b")]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].actions, ["s3:GetObject"]);
    assert_eq!(found[0].resources, ["arn:${AWS::Partition}:s3:::docs/a/b"]);
}

#[test]
fn a_key_that_the_call_names_is_used() {
    let object = [("bucket", "docs"), ("key", "a")];
    let on_keys = |key: &[(&str, &str)]| -> Vec<String> {
        let found = of("s3", "put_object", &[&object[..], key].concat());
        let on_keys = found
            .into_iter()
            .filter(|p| p.actions == ["kms:GenerateDataKey"]);
        on_keys
            .flat_map(|permission| permission.resources)
            .collect()
    };
    let arn = "arn:aws:kms:eu-west-1:123456789012:key/1";
    let own = "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/";
    assert_eq!(on_keys(&[]), [""; 0]);
    assert_eq!(on_keys(&[("ssekms_key_id", arn)]), [arn]);
    assert_eq!(on_keys(&[("ssekms_key_id", "1")]), [format!("{own}1")]);
    assert_eq!(
        on_keys(&[("ssekms_key_id", "alias/docs")]),
        [format!("{own}*")]
    );
}

/// Every operation of the table.
fn all() -> impl Iterator<Item = (&'static str, &'static str, Operation)> {
    table::services().flat_map(|service| {
        let operations = table::service(service).expect("it is listed").operations();
        operations.map(move |name| {
            let found = operation(service, name).expect("it is listed");
            (service, name, found)
        })
    })
}

#[test]
fn actions_that_aws_does_not_list_are_marked_as_guesses() {
    let mut count = 0;
    for (service, name, operation) in all() {
        count += 1;
        for permission in operation.permissions(&Request::unknown()) {
            for action in &permission.actions {
                assert_eq!(
                    action_exists(action),
                    !permission.notes.contains(&Note::Guess),
                    "{service} {name} {action}"
                );
            }
        }
    }
    assert_eq!(count, 19_793);
}
