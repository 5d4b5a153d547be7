//! Buses at the level of EventBridge's API.

mod archives;
mod refusals;
mod targets;

use ifc_local::bus::{Buses, Delivery};
use serde_json::{Value, json};

const FUNCTION: &str = "arn:aws:lambda:us-east-1:000000000000:function:route";
/// 2027-01-01T00:00:00Z.
const YEAR_2027: u64 = 1_798_761_600_000;

struct Account {
    buses: Buses,
    now: u64,
}

impl Account {
    fn new() -> Account {
        Account {
            buses: Buses::new(1),
            now: YEAR_2027,
        }
    }

    fn call(&mut self, operation: &str, request: Value) -> Value {
        self.try_call(operation, request)
            .unwrap_or_else(|error| panic!("{operation}: {error}"))
    }

    /// The code and message of the error.
    fn try_call(&mut self, operation: &str, request: Value) -> Result<Value, String> {
        let answer = self.buses.call(operation, &request, None, self.now);
        answer.map_err(|error| error.to_string())
    }

    /// A rule with one target, which is the function where nothing else is said.
    fn rule(&mut self, bus: &str, name: &str, pattern: Value, target: Value) -> String {
        let answer = self.call(
            "PutRule",
            json!({ "EventBusName": bus, "Name": name, "EventPattern": pattern.to_string() }),
        );
        let mut all = json!({ "Id": "it", "Arn": FUNCTION });
        for (member, value) in target.as_object().into_iter().flatten() {
            all[member] = value.clone();
        }
        let request = json!({ "EventBusName": bus, "Rule": name, "Targets": [all] });
        self.call("PutTargets", request);
        answer["RuleArn"].as_str().expect("it has one").to_owned()
    }

    /// Sends an event to the bus; what is delivered.
    fn send(&mut self, bus: &str, detail_type: &str, detail: Value) -> Vec<Delivery> {
        let entry = json!({ "EventBusName": bus, "Source": "shop", "DetailType": detail_type, "Detail": detail.to_string() });
        let answer = self.call("PutEvents", json!({ "Entries": [entry] }));
        assert_eq!(answer["FailedEntryCount"], 0, "{answer}");
        self.buses.take_deliveries()
    }
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn events_reach_the_targets_of_the_rules_that_they_fit() {
    let mut account = Account::new();
    account.call("CreateEventBus", json!({ "Name": "shop" }));
    let placed = json!({ "detail-type": ["Placed"] });
    let dear = json!({ "detail": { "total": [{ "numeric": [">", 100] }] } });
    let first = account.rule("shop", "placed", placed.clone(), json!({}));
    let second = account.rule("shop", "dear", dear, json!({}));
    account.rule("default", "elsewhere", placed, json!({}));
    assert_eq!(
        first,
        "arn:aws:events:us-east-1:000000000000:rule/shop/placed"
    );
    let rules = |deliveries: Vec<Delivery>| {
        let mut rules: Vec<String> = deliveries.into_iter().map(|one| one.rule).collect();
        rules.sort();
        rules
    };
    let sent = account.send("shop", "Placed", json!({ "total": 150 }));
    assert_eq!(rules(sent), [second.clone(), first.clone()]);
    let sent = account.send("shop", "Placed", json!({ "total": 1 }));
    assert_eq!(rules(sent), [first]);
    let arn = "arn:aws:events:us-east-1:000000000000:event-bus/shop";
    let sent = account.send(arn, "Paid", json!({ "total": 150 }));
    assert_eq!(rules(sent), [second]);
    assert!(account.send("shop", "Paid", json!({})).is_empty());
    let sent = account.send("default", "Placed", json!({}));
    assert_eq!(
        sent[0].rule,
        "arn:aws:events:us-east-1:000000000000:rule/elsewhere"
    );
    // Events to a bus that is not there are taken and dropped.
    assert!(account.send("nowhere", "Placed", json!({})).is_empty());
}

#[test]
fn targets_receive_the_event() {
    let mut account = Account::new();
    let rule = account.rule("default", "all", json!({ "source": ["shop"] }), json!({}));
    let entry = json!({
        "Source": "shop", "DetailType": "Placed", "Detail": "{\"id\": \"7\"}",
        "Resources": ["arn:of:it"], "Time": YEAR_2027 / 1000 - 60,
        "TraceHeader": "Root=1-5759e988-bd862e3fe1be46a994272793",
    });
    let answer = account.call("PutEvents", json!({ "Entries": [entry] }));
    let delivery = account.buses.take_deliveries().remove(0);
    assert_eq!(
        json_of(&delivery.input),
        json!({
            "version": "0",
            "id": answer["Entries"][0]["EventId"],
            "detail-type": "Placed",
            "source": "shop",
            "account": "000000000000",
            "time": "2026-12-31T23:59:00Z",
            "region": "us-east-1",
            "resources": ["arn:of:it"],
            "detail": { "id": "7" },
        })
    );
    assert!(
        delivery.input.starts_with("{\"version\":\"0\",\"id\":"),
        "{}",
        delivery.input
    );
    assert_eq!(delivery.rule, rule);
    assert_eq!(
        (delivery.target.as_str(), delivery.endpoint.as_str()),
        ("it", FUNCTION)
    );
    assert_eq!((delivery.retries, delivery.max_age), (185, 86_400));
    assert_eq!(
        delivery.trace.as_deref(),
        Some("Root=1-5759e988-bd862e3fe1be46a994272793")
    );
    // The header of the request stands in for the entry's.
    let entry = json!({ "Source": "shop", "DetailType": "Placed", "Detail": "{}" });
    let request = json!({ "Entries": [entry] });
    let answer = account
        .buses
        .call("PutEvents", &request, Some("Root=1"), account.now);
    answer.expect("it is fine");
    let delivery = account.buses.take_deliveries().remove(0);
    assert_eq!(delivery.trace.as_deref(), Some("Root=1"));
    assert_eq!(json_of(&delivery.input)["time"], "2027-01-01T00:00:00Z");
}

#[test]
fn every_entry_is_answered_by_itself() {
    let mut account = Account::new();
    account.rule("default", "all", json!({ "source": ["shop"] }), json!({}));
    let entry = |more: Value| {
        let mut entry = json!({ "Source": "shop", "DetailType": "Placed", "Detail": "{}" });
        for (member, value) in more.as_object().into_iter().flatten() {
            entry[member] = value.clone();
        }
        entry
    };
    let entries = [
        (json!({}), None),
        (
            json!({ "Source": "aws.ec2" }),
            Some("NotAuthorizedForSourceException"),
        ),
        (json!({ "Source": "awsome" }), None),
        (json!({ "Source": null }), Some("InvalidArgument")),
        (json!({ "DetailType": "" }), Some("InvalidArgument")),
        (
            json!({ "DetailType": "x".repeat(129) }),
            Some("InvalidArgument"),
        ),
        (json!({ "Detail": null }), Some("InvalidArgument")),
        (json!({ "Detail": "text" }), Some("MalformedDetail")),
        (json!({ "Detail": "[1]" }), Some("MalformedDetail")),
        (json!({ "Time": "soon" }), Some("InvalidArgument")),
    ];
    let request: Vec<Value> = entries
        .iter()
        .map(|(more, _)| entry(more.clone()))
        .collect();
    let answer = account.call("PutEvents", json!({ "Entries": request }));
    assert_eq!(answer["FailedEntryCount"], 8);
    for (at, (more, code)) in entries.iter().enumerate() {
        let result = &answer["Entries"][at];
        assert_eq!(result["ErrorCode"].as_str(), *code, "{more}");
        assert_eq!(result["EventId"].is_string(), code.is_none(), "{more}");
    }
    assert_eq!(account.buses.take_deliveries().len(), 1);
}

#[test]
fn a_request_has_ten_entries_and_less_than_a_mebibyte() {
    let mut account = Account::new();
    let entry = |bytes: usize| {
        let detail = format!("{{\"x\":\"{}\"}}", "y".repeat(bytes - 8));
        json!({ "Source": "s", "DetailType": "t", "Detail": detail, "Resources": ["ab"], "Time": 1 })
    };
    // Source, type and resource have four bytes, the time counts 14.
    let whole = 1_048_576 - 18;
    account.call("PutEvents", json!({ "Entries": [entry(whole - 1)] }));
    let error = account.try_call("PutEvents", json!({ "Entries": [entry(whole)] }));
    assert_eq!(
        error,
        Err(
            "ValidationException: Total size of the entries in the request is over the limit."
                .into()
        )
    );
    for count in [0, 11] {
        let entries: Vec<Value> = (0..count).map(|_| entry(20)).collect();
        let error = account.try_call("PutEvents", json!({ "Entries": entries }));
        assert!(error.is_err_and(|error| error.starts_with("ValidationException")));
    }
}

#[test]
fn rules_rest_and_go() {
    let mut account = Account::new();
    account.rule("default", "all", json!({ "source": ["shop"] }), json!({}));
    let name = json!({ "Name": "all" });
    account.call("DisableRule", name.clone());
    assert!(account.send("default", "x", json!({})).is_empty());
    assert_eq!(
        account.call("DescribeRule", name.clone())["State"],
        "DISABLED"
    );
    account.call("EnableRule", name.clone());
    assert_eq!(account.send("default", "x", json!({})).len(), 1);
    // A rule that is put again keeps its targets, and nothing else.
    let put =
        json!({ "Name": "all", "EventPattern": "{\"source\": [\"mail\"]}", "State": "DISABLED" });
    account.call("PutRule", put);
    let targets = account.call("ListTargetsByRule", json!({ "Rule": "all" }));
    assert_eq!(targets["Targets"], json!([{ "Id": "it", "Arn": FUNCTION }]));
    let names = account.call("ListRuleNamesByTarget", json!({ "TargetArn": FUNCTION }));
    assert_eq!(names["RuleNames"], json!(["all"]));
    assert!(account.try_call("DeleteRule", name.clone()).is_err());
    let ids = json!({ "Rule": "all", "Ids": ["it", "other"] });
    let removed = account.call("RemoveTargets", ids);
    assert_eq!(removed["FailedEntryCount"], 1);
    assert_eq!(removed["FailedEntries"][0]["TargetId"], "other");
    account.call("DeleteRule", name.clone());
    account.call("DeleteRule", name.clone());
    let gone = account
        .try_call("DescribeRule", name)
        .expect_err("it is gone");
    assert_eq!(
        gone,
        "ResourceNotFoundException: Rule all does not exist on EventBus default."
    );
}

#[test]
fn buses_come_and_go() {
    let mut account = Account::new();
    let shop = json!({ "Name": "shop" });
    let answer = account.call("CreateEventBus", shop.clone());
    assert_eq!(
        answer["EventBusArn"],
        "arn:aws:events:us-east-1:000000000000:event-bus/shop"
    );
    let twice = account
        .try_call("CreateEventBus", shop.clone())
        .expect_err("twice");
    assert_eq!(
        twice,
        "ResourceAlreadyExistsException: Event bus shop already exists."
    );
    let all = account.call("ListEventBuses", json!({ "Limit": 1 }));
    assert_eq!(all["EventBuses"][0]["Name"], "default");
    let token = all["NextToken"].clone();
    let all = account.call("ListEventBuses", json!({ "NextToken": token }));
    assert_eq!(all["EventBuses"][0]["Name"], "shop");
    assert_eq!(
        account.call("DescribeEventBus", json!({}))["Name"],
        "default"
    );
    account.rule("shop", "all", json!({ "source": ["shop"] }), json!({}));
    assert!(account.try_call("DeleteEventBus", shop.clone()).is_err());
    let ids = json!({ "EventBusName": "shop", "Rule": "all", "Ids": ["it"] });
    account.call("RemoveTargets", ids);
    account.call(
        "DeleteRule",
        json!({ "EventBusName": "shop", "Name": "all" }),
    );
    account.call("DeleteEventBus", shop.clone());
    account.call("DeleteEventBus", shop.clone());
    assert!(account.try_call("DescribeEventBus", shop).is_err());
    assert!(
        account
            .try_call("DeleteEventBus", json!({ "Name": "default" }))
            .is_err()
    );
}

#[test]
fn statements_are_added_to_the_policy_of_a_bus() {
    let mut account = Account::new();
    let put = |id: &str, principal: &str| json!({ "StatementId": id, "Action": "events:PutEvents", "Principal": principal });
    account.call("PutPermission", put("one", "111122223333"));
    let mut all = put("two", "*");
    all["Condition"] =
        json!({ "Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-1" });
    account.call("PutPermission", all);
    account.call("PutPermission", put("one", "444455556666"));
    let policy = |account: &Account| {
        let bus = account.buses.find("default").expect("it is there");
        bus.policy().cloned()
    };
    let statement = |id: &str, principal: Value| {
        json!({
            "Sid": id, "Effect": "Allow", "Principal": principal, "Action": "events:PutEvents",
            "Resource": "arn:aws:events:us-east-1:000000000000:event-bus/default",
        })
    };
    let mut two = statement("two", json!("*"));
    two["Condition"] = json!({ "StringEquals": { "aws:PrincipalOrgID": "o-1" } });
    let one = statement("one", json!({ "AWS": "arn:aws:iam::444455556666:root" }));
    let expected = json!({ "Version": "2012-10-17", "Statement": [two, one] });
    assert_eq!(policy(&account), Some(expected.clone()));
    let shown = account.call("DescribeEventBus", json!({}));
    assert_eq!(json_of(shown["Policy"].as_str().expect("text")), expected);
    account.call("RemovePermission", json!({ "StatementId": "one" }));
    assert!(
        account
            .try_call("RemovePermission", json!({ "StatementId": "one" }))
            .is_err()
    );
    account.call("RemovePermission", json!({ "StatementId": "two" }));
    assert_eq!(policy(&account), None);
    assert!(
        account
            .try_call("RemovePermission", json!({ "StatementId": "two" }))
            .is_err()
    );
    account.call("PutPermission", json!({ "Policy": expected.to_string() }));
    assert_eq!(policy(&account), Some(expected));
    account.call("RemovePermission", json!({ "RemoveAllPermissions": true }));
    assert_eq!(policy(&account), None);
}

#[test]
fn one_bus_gives_events_to_another_but_not_on_to_a_third() {
    let mut account = Account::new();
    let mut names = Vec::new();
    for name in ["one", "two"] {
        let answer = account.call("CreateEventBus", json!({ "Name": name }));
        names.push(answer["EventBusArn"].clone());
    }
    let all = json!({ "source": ["shop"] });
    account.rule("default", "on", all.clone(), json!({ "Arn": names[0] }));
    account.rule("one", "further", all.clone(), json!({ "Arn": names[1] }));
    account.rule("one", "here", all, json!({}));
    let sent = account.send("default", "Placed", json!({ "id": 7 }));
    account
        .buses
        .forward(&sent[0], account.now)
        .expect("the second bus");
    let sent = account.buses.take_deliveries();
    assert_eq!(sent.len(), 2);
    let (here, further): (Vec<_>, Vec<_>) =
        sent.into_iter().partition(|one| one.endpoint == FUNCTION);
    assert_eq!(json_of(&here[0].input)["detail"], json!({ "id": 7 }));
    let refused = account.buses.forward(&further[0], account.now);
    assert!(refused.is_err_and(|error| error.message.contains("third")));
    assert!(account.buses.take_deliveries().is_empty());
}

#[test]
fn patterns_can_be_tried() {
    let mut account = Account::new();
    let event = json!({
        "id": "1", "account": "000000000000", "source": "shop", "time": "2027-01-01T00:00:00Z",
        "region": "us-east-1", "resources": [], "detail-type": "Placed", "detail": { "a": 1 },
    });
    let test = |pattern: &str, event: &Value| json!({ "EventPattern": pattern, "Event": event.to_string() });
    let fits = account.call(
        "TestEventPattern",
        test("{\"detail\": {\"a\": [1]}}", &event),
    );
    assert_eq!(fits["Result"], true);
    let fits = account.call(
        "TestEventPattern",
        test("{\"detail\": {\"a\": [2]}}", &event),
    );
    assert_eq!(fits["Result"], false);
    let wrong = test("{\"detail\": 1}", &event);
    let error = account
        .try_call("TestEventPattern", wrong)
        .expect_err("no pattern");
    assert!(error.starts_with("InvalidEventPatternException: Event pattern is not valid."));
    let wrong = test(
        "{\"detail\": {\"a\": [1]}}",
        &json!({ "detail": { "a": 1 } }),
    );
    let error = account
        .try_call("TestEventPattern", wrong)
        .expect_err("no event");
    assert!(error.starts_with("ValidationException: Parameter Event is not valid."));
}

#[test]
fn state_that_is_stored_goes_on_as_it_would_have() {
    let mut account = Account::new();
    account.rule("default", "all", json!({ "source": ["shop"] }), json!({}));
    let bytes = postcard::to_stdvec(&account.buses).expect("it can be written");
    let mut again = Account {
        buses: postcard::from_bytes(&bytes).expect("it can be read"),
        now: account.now,
    };
    let sends =
        |account: &mut Account| account.send("default", "Placed", json!({ "a": [1, null] }));
    assert_eq!(sends(&mut again), sends(&mut account));
}
