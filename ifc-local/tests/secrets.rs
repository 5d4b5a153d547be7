//! Secrets at the level of Secrets Manager's API.

use ifc_local::secret::Secrets;
use serde_json::{Value, json};

const DAY: u64 = 24 * 60 * 60 * 1000;

struct Account {
    secrets: Secrets,
    now: u64,
}

impl Account {
    fn new() -> Account {
        Account {
            secrets: Secrets::new(1),
            now: 1_000_000_000_000,
        }
    }

    fn call(&mut self, operation: &str, request: Value) -> Value {
        self.try_call(operation, request)
            .unwrap_or_else(|code| panic!("{operation}: {code}"))
    }

    /// The code of the error.
    fn try_call(&mut self, operation: &str, request: Value) -> Result<Value, String> {
        let answer = self.secrets.call(operation, &request, self.now);
        answer.map_err(|error| error.code)
    }

    fn create(&mut self, name: &str, text: &str) -> Value {
        self.call(
            "CreateSecret",
            json!({ "Name": name, "SecretString": text }),
        )
    }

    fn put(&mut self, name: &str, text: &str) -> Value {
        self.call(
            "PutSecretValue",
            json!({ "SecretId": name, "SecretString": text }),
        )
    }

    fn stage(&mut self, name: &str, stage: &str) -> Result<String, String> {
        let request = json!({ "SecretId": name, "VersionStage": stage });
        let answer = self.try_call("GetSecretValue", request)?;
        Ok(answer["SecretString"]
            .as_str()
            .expect("it is text")
            .to_owned())
    }
}

#[test]
fn the_version_before_stays_the_previous_one() {
    let mut account = Account::new();
    let created = account.create("db/password", "one");
    let arn = created["ARN"].as_str().expect("it has one");
    let (start, end) = arn.rsplit_once('-').expect("it has a random end");
    assert_eq!(
        start,
        "arn:aws:secretsmanager:us-east-1:000000000000:secret:db/password"
    );
    assert!(
        end.len() == 6 && end.chars().all(|c| c.is_ascii_alphanumeric()),
        "{end}"
    );
    // By name, by ARN, and by ARN without the random end.
    for id in ["db/password", arn, start] {
        assert_eq!(account.stage(id, "AWSCURRENT"), Ok("one".into()), "{id}");
    }
    assert_eq!(
        account.stage("db/password", "AWSPREVIOUS"),
        Err("ResourceNotFoundException".into())
    );
    account.put("db/password", "two");
    let third = account.put("db/password", "three");
    assert_eq!(
        account.stage("db/password", "AWSCURRENT"),
        Ok("three".into())
    );
    assert_eq!(
        account.stage("db/password", "AWSPREVIOUS"),
        Ok("two".into())
    );
    let description = account.call("DescribeSecret", json!({ "SecretId": "db/password" }));
    let stages = description["VersionIdsToStages"]
        .as_object()
        .expect("it is an object");
    assert_eq!(stages.len(), 2);
    let third = third["VersionId"].as_str().expect("it has one");
    assert_eq!(stages[third], json!(["AWSCURRENT"]));
    let first = json!({ "SecretId": "db/password", "VersionId": created["VersionId"] });
    let first = account.call("GetSecretValue", first);
    assert_eq!(
        (&first["SecretString"], &first["VersionStages"]),
        (&json!("one"), &json!([]))
    );
    let all = json!({ "SecretId": "db/password", "IncludeDeprecated": true });
    let all = account.call("ListSecretVersionIds", all);
    assert_eq!(all["Versions"].as_array().map(Vec::len), Some(3));
}

#[test]
fn labels_move_between_versions() {
    let mut account = Account::new();
    let one = account.create("s", "one")["VersionId"].clone();
    let pending = account.call(
        "PutSecretValue",
        json!({ "SecretId": "s", "SecretString": "two", "VersionStages": ["AWSPENDING"] }),
    );
    assert_eq!(account.stage("s", "AWSCURRENT"), Ok("one".into()));
    assert_eq!(account.stage("s", "AWSPENDING"), Ok("two".into()));
    let step = |from: &Value| {
        json!({
            "SecretId": "s", "VersionStage": "AWSCURRENT", "MoveToVersionId": pending["VersionId"],
            "RemoveFromVersionId": from,
        })
    };
    assert_eq!(
        account.try_call("UpdateSecretVersionStage", step(&Value::Null)),
        Err("InvalidParameterException".into())
    );
    account.call("UpdateSecretVersionStage", step(&one));
    assert_eq!(account.stage("s", "AWSCURRENT"), Ok("two".into()));
    assert_eq!(account.stage("s", "AWSPREVIOUS"), Ok("one".into()));
}

#[test]
fn a_request_that_is_sent_again_is_one() {
    let mut account = Account::new();
    let token = "0123456789abcdef0123456789abcdef";
    let create =
        |text: &str| json!({ "Name": "s", "SecretString": text, "ClientRequestToken": token });
    let first = account.call("CreateSecret", create("one"));
    assert_eq!(first["VersionId"], token);
    assert_eq!(account.call("CreateSecret", create("one")), first);
    assert_eq!(
        account.try_call("CreateSecret", create("two")),
        Err("ResourceExistsException".into())
    );
    let token = token.replace('0', "f");
    let put =
        |text: &str| json!({ "SecretId": "s", "SecretString": text, "ClientRequestToken": token });
    account.call("PutSecretValue", put("two"));
    account.put("s", "three");
    // It changes nothing that came later.
    account.call("PutSecretValue", put("two"));
    assert_eq!(account.stage("s", "AWSCURRENT"), Ok("three".into()));
    assert_eq!(
        account.try_call("PutSecretValue", put("other")),
        Err("ResourceExistsException".into())
    );
    let short = json!({ "SecretId": "s", "SecretString": "x", "ClientRequestToken": "x" });
    assert_eq!(
        account.try_call("PutSecretValue", short),
        Err("InvalidParameterException".into())
    );
}

#[test]
fn deleted_secrets_can_be_restored_for_a_while() {
    let mut account = Account::new();
    account.create("s", "one");
    let delete = json!({ "SecretId": "s", "RecoveryWindowInDays": 7 });
    let deleted = account.call("DeleteSecret", delete.clone());
    assert_eq!(deleted["DeletionDate"], (account.now + 7 * DAY) / 1000);
    let refused = Err("InvalidRequestException".to_owned());
    assert_eq!(
        account.stage("s", "AWSCURRENT"),
        Err("InvalidRequestException".into())
    );
    assert_eq!(
        account.try_call("CreateSecret", json!({ "Name": "s" })),
        refused
    );
    assert_eq!(account.try_call("DeleteSecret", delete.clone()), refused);
    assert_eq!(
        account.call("ListSecrets", json!({}))["SecretList"],
        json!([])
    );
    account.call("RestoreSecret", json!({ "SecretId": "s" }));
    assert_eq!(account.stage("s", "AWSCURRENT"), Ok("one".into()));
    account.call("DeleteSecret", delete);
    assert_eq!(account.secrets.next(), Some(account.now + 7 * DAY));
    account.now += 7 * DAY;
    assert_eq!(
        account.try_call("RestoreSecret", json!({ "SecretId": "s" })),
        Err("ResourceNotFoundException".into())
    );
    account.create("s", "two");
    account.call(
        "DeleteSecret",
        json!({ "SecretId": "s", "ForceDeleteWithoutRecovery": true }),
    );
    account.create("s", "three");
    // By force it is no error that nothing is there.
    account.call(
        "DeleteSecret",
        json!({ "SecretId": "none", "ForceDeleteWithoutRecovery": true }),
    );
    for wrong in [
        json!({ "SecretId": "s", "RecoveryWindowInDays": 6 }),
        json!({ "SecretId": "s", "RecoveryWindowInDays": 7, "ForceDeleteWithoutRecovery": true }),
    ] {
        assert_eq!(
            account.try_call("DeleteSecret", wrong),
            Err("InvalidParameterException".into())
        );
    }
}

#[test]
fn bytes_descriptions_and_lists() {
    let mut account = Account::new();
    account.call(
        "CreateSecret",
        json!({ "Name": "bytes", "SecretBinary": "AAE=", "Description": "for tests" }),
    );
    let value = account.call("GetSecretValue", json!({ "SecretId": "bytes" }));
    assert_eq!(value["SecretBinary"], "AAE=");
    assert!(value["SecretString"].is_null());
    account.call(
        "UpdateSecret",
        json!({ "SecretId": "bytes", "SecretString": "text" }),
    );
    assert_eq!(account.stage("bytes", "AWSCURRENT"), Ok("text".into()));
    for name in ["app/a", "app/b"] {
        account.create(name, "x");
    }
    let names = |answer: &Value| -> Vec<String> {
        let list = answer["SecretList"].as_array().expect("it is a list");
        list.iter()
            .map(|one| one["Name"].as_str().expect("it has one").to_owned())
            .collect()
    };
    let first = account.call("ListSecrets", json!({ "MaxResults": 2 }));
    assert_eq!(names(&first), ["app/a", "app/b"]);
    let rest = account.call("ListSecrets", json!({ "NextToken": first["NextToken"] }));
    assert_eq!(names(&rest), ["bytes"]);
    assert_eq!(rest["SecretList"][0]["Description"], "for tests");
    let filter = json!({ "Filters": [{ "Key": "name", "Values": ["app/"] }] });
    assert_eq!(
        names(&account.call("ListSecrets", filter)),
        ["app/a", "app/b"]
    );
    for (wrong, code) in [
        (
            json!({ "Name": "a b", "SecretString": "x" }),
            "ValidationException",
        ),
        (
            json!({ "Name": "x", "SecretString": "x", "SecretBinary": "AA==" }),
            "InvalidParameterException",
        ),
        (
            json!({ "Name": "x", "SecretString": "x".repeat(65_537) }),
            "ValidationException",
        ),
    ] {
        assert_eq!(account.try_call("CreateSecret", wrong), Err(code.into()));
    }
}

#[test]
fn passwords_have_what_is_asked_for() {
    let mut account = Account::new();
    let mut password = |request: Value| -> String {
        let answer = account.call("GetRandomPassword", request);
        answer["RandomPassword"]
            .as_str()
            .expect("it is text")
            .to_owned()
    };
    let plain = password(json!({}));
    assert_eq!(plain.chars().count(), 32);
    assert_ne!(plain, password(json!({})));
    for _ in 0..50 {
        let short = password(json!({ "PasswordLength": 4 }));
        for kind in [char::is_lowercase, char::is_uppercase, char::is_numeric] {
            assert!(short.contains(kind), "{short}");
        }
        let digits = password(json!({
            "PasswordLength": 8, "ExcludeLowercase": true, "ExcludeUppercase": true,
            "ExcludePunctuation": true, "ExcludeCharacters": "0123",
        }));
        assert!(digits.chars().all(|c| "456789".contains(c)), "{digits}");
    }
    for wrong in [
        json!({ "PasswordLength": 3 }),
        json!({ "PasswordLength": 0 }),
        json!({ "PasswordLength": 4097 }),
    ] {
        let refused = Err("InvalidParameterException".to_owned());
        assert_eq!(account.try_call("GetRandomPassword", wrong), refused);
    }
}

#[test]
fn policies_of_secrets() {
    let mut account = Account::new();
    account.create("s", "x");
    let policy = r#"{"Version":"2012-10-17","Statement":[]}"#;
    let put = |policy: &str| json!({ "SecretId": "s", "ResourcePolicy": policy });
    account.call("PutResourcePolicy", put(policy));
    assert_eq!(account.secrets.policy("s"), Some(policy));
    assert_eq!(
        account.try_call("PutResourcePolicy", put("{")),
        Err("MalformedPolicyDocumentException".into())
    );
    account.call("DeleteResourcePolicy", json!({ "SecretId": "s" }));
    assert_eq!(account.secrets.policy("s"), None);
}
