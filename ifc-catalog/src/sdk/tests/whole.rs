use super::*;

#[test]
fn no_action_is_given_that_aws_does_not_list_unless_it_is_marked() {
    let (mut count, mut guesses) = (0, 0);
    for (service, name, operation) in all() {
        count += 1;
        let request = Request::unknown();
        let found = operation.permissions(&request);
        guesses += usize::from(operation.trust() == Trust::Guess);
        for permission in found.iter().chain(&operation.hints(&request)) {
            let is_guess = permission.notes.contains(&Note::Guess);
            let is_listed = permission
                .actions
                .iter()
                .all(|action| action_exists(action));
            let is_dependent = permission.notes.contains(&Note::Companion);
            assert!(
                is_listed != is_guess || is_dependent,
                "{service} {name} {permission:?}"
            );
            assert!(
                !is_guess || operation.trust() == Trust::Guess,
                "{service} {name}"
            );
        }
    }
    assert_eq!(count, 19_793);
    assert!(guesses <= 620, "{guesses} operations are guesses now");
}

#[test]
fn every_arn_is_well_formed() {
    for (service, name, operation) in all() {
        for permission in operation.permissions(&Request::unknown()) {
            assert!(!permission.resources.is_empty(), "{service} {name}");
            for resource in &permission.resources {
                assert!(is_well_formed(resource), "{service} {name} {resource}");
            }
        }
    }
}

fn is_well_formed(resource: &str) -> bool {
    let plain = resource
        .replace("${AWS::Partition}", "aws")
        .replace("${AWS::Region}", "r")
        .replace("${AWS::AccountId}", "a");
    let fields: Vec<&str> = plain.splitn(6, ':').collect();
    let is_arn =
        fields.len() == 6 && fields[0] == "arn" && !fields[2].is_empty() && !fields[5].is_empty();
    plain == "*" || is_arn && plain.is_ascii() && !plain.contains(['$', '{', ' '])
}

#[test]
fn every_row_says_how_far_it_is_to_be_believed() {
    let mut counts = [0; 9];
    for (_, _, operation) in all() {
        counts[operation.trust() as usize] += 1;
    }
    let [
        curated,
        same_name,
        reference,
        verb,
        rule,
        dataset,
        no_auth,
        guess,
        none,
    ] = counts;
    assert!(
        curated >= 160 && same_name > 18_000 && verb > 150,
        "{counts:?}"
    );
    assert!(
        rule <= 53 && dataset <= 24 && no_auth <= 51 && guess <= 620 && none <= 94,
        "{counts:?}"
    );
    assert_eq!(reference, 0, "AWS's own data is not in this table");
}

#[test]
fn services_are_told_apart_by_method() {
    assert_eq!(services_with("transact_write_items"), ["dynamodb"]);
    assert!(services_with("list_tags_for_resource").len() > 50);
    assert_eq!(services_with("frobnicate"), [""; 0]);
}

#[test]
fn names_are_those_of_the_sdk() {
    for (service, method) in [
        ("rds", "modify_db_cluster"),
        ("rds", "describe_db_instances"),
        ("s3", "list_objects_v2"),
        ("sfn", "start_execution"),
        ("cognitoidentityprovider", "admin_get_user"),
        ("apigatewaymanagement", "post_to_connection"),
        ("transcribestreaming", "start_stream_transcription"),
    ] {
        assert!(operation(service, method).is_some(), "{service} {method}");
    }
    assert!(service_exists("dynamodb"));
    assert!(!service_exists("worklink"), "the service is retired");
    assert!(operation("dynamodb", "put_thing").is_none());
    assert!(operation("worklink", "list_devices").is_none());
}

#[test]
fn waiters_call_an_operation() {
    assert_eq!(
        waiter("s3", "wait_until_bucket_exists"),
        Some("head_bucket")
    );
    assert_eq!(
        waiter("dynamodb", "wait_until_table_exists"),
        Some("describe_table")
    );
    assert_eq!(waiter("dynamodb", "wait_until_lunch"), None);
}

#[test]
fn actions_are_compared_as_iam_does() {
    assert!(action_exists("s3:getobject"));
    assert!(action_exists("textract:DetectDocumentText"));
    assert!(!action_exists("s3:HeadObject"));
    assert!(!action_exists("nosuch:Action"));
    assert!(!action_exists("GetObject"));
}

#[test]
fn members_to_remember_are_those_that_matter() {
    let paths = |service, method| {
        let operation = operation(service, method).expect("it exists");
        operation
            .member_paths()
            .map(String::from)
            .collect::<Vec<_>>()
    };
    assert_eq!(paths("dynamodb", "query"), ["index_name", "table_name"]);
    assert_eq!(paths("s3", "get_object"), ["bucket", "key", "version_id"]);
    assert_eq!(paths("cloudwatch", "put_metric_data"), ["namespace"]);
    assert_eq!(paths("sts", "get_caller_identity"), [""; 0]);
}
