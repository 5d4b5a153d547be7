//! Parameters at the level of Systems Manager's API.

use ifc_local::parameter::Parameters;
use serde_json::{Value, json};

#[derive(Default)]
struct Account(Parameters);

impl Account {
    fn call(&mut self, operation: &str, request: Value) -> Value {
        self.try_call(operation, request)
            .unwrap_or_else(|code| panic!("{operation}: {code}"))
    }

    /// The code of the error.
    fn try_call(&mut self, operation: &str, request: Value) -> Result<Value, String> {
        let answer = self.0.call(operation, &request, 1_000_000);
        answer.map_err(|error| error.code)
    }

    fn put(&mut self, name: &str, value: &str) -> Result<Value, String> {
        let request = json!({ "Name": name, "Value": value, "Type": "String", "Overwrite": true });
        self.try_call("PutParameter", request)
    }

    fn get(&mut self, name: &str) -> Result<String, String> {
        let answer = self.try_call("GetParameter", json!({ "Name": name }))?;
        Ok(answer["Parameter"]["Value"]
            .as_str()
            .expect("it is text")
            .to_owned())
    }

    /// Names below a path.
    fn below(&mut self, request: Value) -> (Vec<String>, Value) {
        let answer = self.call("GetParametersByPath", request);
        (names(&answer), answer)
    }
}

fn names(answer: &Value) -> Vec<String> {
    let list = answer["Parameters"].as_array().expect("it is a list");
    list.iter()
        .map(|one| one["Name"].as_str().expect("it has one").to_owned())
        .collect()
}

#[test]
fn versions_and_labels() {
    let mut account = Account::default();
    let put = json!({ "Name": "/app/url", "Value": "one", "Type": "String" });
    assert_eq!(
        account.call("PutParameter", put.clone()),
        json!({ "Version": 1, "Tier": "Standard" })
    );
    assert_eq!(
        account.try_call("PutParameter", put),
        Err("ParameterAlreadyExists".into())
    );
    account.put("/app/url", "two").expect("it overwrites");
    let label =
        json!({ "Name": "/app/url", "ParameterVersion": 1, "Labels": ["live", "1st", "aws-x"] });
    let labelled = account.call("LabelParameterVersion", label);
    assert_eq!(labelled["InvalidLabels"], json!(["1st", "aws-x"]));
    let arn = "arn:aws:ssm:us-east-1:000000000000:parameter/app/url";
    for (name, value) in [
        ("/app/url", "two"),
        ("/app/url:1", "one"),
        ("/app/url:live", "one"),
        (arn, "two"),
        (&format!("{arn}:1"), "one"),
    ] {
        assert_eq!(account.get(name), Ok(value.into()), "{name}");
    }
    assert_eq!(
        account.get("/app/url:3"),
        Err("ParameterVersionNotFound".into())
    );
    assert_eq!(account.get("/app/none"), Err("ParameterNotFound".into()));
    let shown = account.call("GetParameter", json!({ "Name": "/app/url:live" }));
    assert_eq!(
        shown["Parameter"],
        json!({
            "Name": "/app/url", "Type": "String", "Value": "one", "Version": 1, "Selector": ":live",
            "LastModifiedDate": 1000, "ARN": arn, "DataType": "text",
        })
    );
    // A label is on one version.
    account.call(
        "LabelParameterVersion",
        json!({ "Name": "/app/url", "Labels": ["live"] }),
    );
    assert_eq!(account.get("/app/url:live"), Ok("two".into()));
    for n in 3..=101 {
        account
            .put("/app/url", &n.to_string())
            .expect("the oldest makes room");
    }
    assert_eq!(
        account.get("/app/url:1"),
        Err("ParameterVersionNotFound".into())
    );
    assert_eq!(
        account.put("/app/url", "x"),
        Err("ParameterMaxVersionLimitExceeded".into())
    );
}

#[test]
fn what_is_encrypted_is_read_only_when_it_is_asked_for() {
    let mut account = Account::default();
    account.call(
        "PutParameter",
        json!({ "Name": "secret", "Value": "hidden", "Type": "SecureString" }),
    );
    assert_ne!(account.get("secret"), Ok("hidden".into()));
    let decrypted = json!({ "Name": "secret", "WithDecryption": true });
    assert_eq!(
        account.call("GetParameter", decrypted)["Parameter"]["Value"],
        "hidden"
    );
}

#[test]
fn many_at_once() {
    let mut account = Account::default();
    account.put("a", "1").expect("it is new");
    account.put("/b", "2").expect("it is new");
    let names =
        json!({ "Names": ["a", "arn:aws:ssm:us-east-1:000000000000:parameter/b", "none", "a:9"] });
    let answer = account.call("GetParameters", names);
    assert_eq!(answer["Parameters"][1]["Name"], "/b");
    assert_eq!(answer["InvalidParameters"], json!(["none", "a:9"]));
    let deleted = account.call("DeleteParameters", json!({ "Names": ["a", "none"] }));
    assert_eq!(
        deleted,
        json!({ "DeletedParameters": ["a"], "InvalidParameters": ["none"] })
    );
    account.call("DeleteParameter", json!({ "Name": "/b" }));
    assert_eq!(
        account.try_call("DeleteParameter", json!({ "Name": "/b" })),
        Err("ParameterNotFound".into())
    );
    let many = json!({ "Names": vec!["a"; 11] });
    assert_eq!(
        account.try_call("GetParameters", many),
        Err("ValidationException".into())
    );
}

#[test]
fn paths() {
    let mut account = Account::default();
    for name in ["/a/x", "/a/y", "/a/b/z", "/ab/x", "plain"] {
        account.put(name, "1").expect("it is new");
    }
    let path = |path: &str, recursive: bool| json!({ "Path": path, "Recursive": recursive });
    assert_eq!(account.below(path("/a", false)).0, ["/a/x", "/a/y"]);
    assert_eq!(
        account.below(path("/a/", true)).0,
        ["/a/b/z", "/a/x", "/a/y"]
    );
    assert_eq!(account.below(path("/", false)).0, ["plain"]);
    assert_eq!(account.below(path("/", true)).0.len(), 5);
    let mut request = path("/a", true);
    request["MaxResults"] = 2.into();
    let (first, answer) = account.below(request.clone());
    assert_eq!(first, ["/a/b/z", "/a/x"]);
    request["NextToken"] = answer["NextToken"].clone();
    let (rest, answer) = account.below(request);
    assert_eq!(
        (rest, &answer["NextToken"]),
        (vec!["/a/y".to_owned()], &Value::Null)
    );
    assert_eq!(
        account.try_call("GetParametersByPath", path("a", true)),
        Err("ValidationException".into())
    );
    let filter = |key: &str, option: &str, value: &str| json!({ "ParameterFilters": [{ "Key": key, "Option": option, "Values": [value] }] });
    for (filter, expected) in [
        (filter("Name", "BeginsWith", "/a"), 4),
        (filter("Name", "Contains", "x"), 2),
        (filter("Path", "OneLevel", "/a"), 2),
        (filter("Type", "Equals", "SecureString"), 0),
    ] {
        let answer = account.call("DescribeParameters", filter.clone());
        assert_eq!(names(&answer).len(), expected, "{filter}");
    }
    assert_eq!(
        account.try_call("DescribeParameters", filter("Colour", "Equals", "red")),
        Err("InvalidFilterKey".into())
    );
}

#[test]
fn names_and_values_that_are_refused() {
    let mut account = Account::default();
    for (name, code) in [
        ("", "ValidationException"),
        ("a/b", "ValidationException"),
        ("/a//b", "ValidationException"),
        ("/a b", "ValidationException"),
        ("/aws/x", "ValidationException"),
        ("ssm-x", "ValidationException"),
        (&"/a".repeat(16), "HierarchyLevelLimitExceededException"),
    ] {
        assert_eq!(account.put(name, "x"), Err(code.into()), "{name}");
    }
    assert_eq!(
        account.put("x", &"x".repeat(4097)),
        Err("ValidationException".into())
    );
    let advanced =
        json!({ "Name": "x", "Value": "x".repeat(4097), "Type": "String", "Tier": "Advanced" });
    assert_eq!(account.call("PutParameter", advanced)["Tier"], "Advanced");
    let kind = json!({ "Name": "y", "Value": "x" });
    assert_eq!(
        account.try_call("PutParameter", kind),
        Err("ValidationException".into())
    );
    let other = json!({ "Name": "x", "Value": "x", "Type": "StringList", "Overwrite": true });
    assert_eq!(
        account.try_call("PutParameter", other),
        Err("HierarchyTypeMismatchException".into())
    );
}
