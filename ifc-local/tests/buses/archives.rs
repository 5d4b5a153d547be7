//! Archives and replays.

use serde_json::{Value, json};

use super::{Account, FUNCTION, YEAR_2027, json_of};

const BUS: &str = "arn:aws:events:us-east-1:000000000000:event-bus/default";
const ARCHIVE: &str = "arn:aws:events:us-east-1:000000000000:archive/kept";
const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;

/// An account with a rule for everything, and an archive of what is placed.
fn archived(retention: u64) -> Account {
    let mut account = Account::new();
    account.rule("default", "all", json!({ "source": ["shop"] }), json!({}));
    let request = json!({
        "ArchiveName": "kept", "EventSourceArn": BUS, "RetentionDays": retention,
        "EventPattern": "{\"detail-type\": [\"Placed\"]}",
    });
    let answer = account.call("CreateArchive", request);
    assert_eq!(answer["ArchiveArn"], ARCHIVE);
    account
}

fn replay(name: &str, from: u64, to: u64) -> Value {
    json!({
        "ReplayName": name, "EventSourceArn": ARCHIVE, "Destination": { "Arn": BUS },
        "EventStartTime": from / 1000, "EventEndTime": to / 1000,
    })
}

impl Account {
    /// Lets replays go on until they end; the numbers of their events, by call.
    fn replayed(&mut self) -> Vec<Vec<u64>> {
        let mut slices = Vec::new();
        while self.buses.next().is_some() {
            self.buses.run(self.now);
            let deliveries = self.buses.take_deliveries();
            let numbers = deliveries.iter().map(|one| {
                let event = json_of(&one.input);
                assert_eq!(event["replay-name"], "again");
                event["detail"]["n"].as_u64().expect("a number")
            });
            slices.push(numbers.collect());
        }
        slices
    }

    fn count(&mut self) -> Value {
        self.call("DescribeArchive", json!({ "ArchiveName": "kept" }))["EventCount"].clone()
    }
}

#[test]
fn events_come_again_minute_by_minute() {
    let mut account = archived(0);
    for (n, after) in [
        (1, 0),
        (2, 10_000),
        (3, 2 * MINUTE),
        (4, 2 * MINUTE),
        (5, 9 * MINUTE),
    ] {
        account.now = YEAR_2027 + after;
        account.send("default", "Placed", json!({ "n": n }));
        account.send("default", "Paid", json!({ "n": n }));
    }
    assert_eq!(account.count(), 5);
    account.now = YEAR_2027 + DAY;
    let request = replay("again", YEAR_2027, YEAR_2027 + 5 * MINUTE);
    assert_eq!(account.call("StartReplay", request)["State"], "STARTING");
    assert_eq!(account.buses.next(), Some(account.now));
    assert_eq!(account.replayed(), [vec![1, 2], vec![3, 4]]);
    let shown = account.call("DescribeReplay", json!({ "ReplayName": "again" }));
    assert_eq!(shown["State"], "COMPLETED");
    assert_eq!(
        shown["EventLastReplayedTime"],
        (YEAR_2027 + 2 * MINUTE) / 1000
    );
    assert_eq!(shown["ReplayEndTime"], (YEAR_2027 + DAY) / 1000);
    // What comes again does not come into the archive again.
    assert_eq!(account.count(), 5);
    let listed = account.call("ListReplays", json!({ "State": "COMPLETED" }));
    assert_eq!(listed["Replays"][0]["ReplayName"], "again");
    assert_eq!(
        account.call("ListReplays", json!({ "State": "RUNNING" }))["Replays"],
        json!([])
    );
}

#[test]
fn a_replay_can_be_for_some_rules() {
    let mut account = archived(0);
    let only = account.rule(
        "default",
        "new",
        json!({ "detail-type": ["Placed"] }),
        json!({}),
    );
    account.send("default", "Placed", json!({ "n": 1 }));
    account.now += MINUTE;
    let mut request = replay("again", YEAR_2027, account.now);
    request["Destination"]["FilterArns"] = json!([only]);
    account.call("StartReplay", request);
    account.buses.run(account.now);
    let rules: Vec<String> = account
        .buses
        .take_deliveries()
        .into_iter()
        .map(|one| one.rule)
        .collect();
    assert_eq!(rules, [only]);
}

#[test]
fn replays_can_be_stopped() {
    let mut account = archived(0);
    for n in 0..3 {
        account.now = YEAR_2027 + n * MINUTE;
        account.send("default", "Placed", json!({ "n": n }));
    }
    account.now += DAY;
    account.call("StartReplay", replay("again", YEAR_2027, account.now));
    account.buses.run(account.now);
    assert_eq!(account.buses.take_deliveries().len(), 1);
    let name = json!({ "ReplayName": "again" });
    assert_eq!(
        account.call("DescribeReplay", name.clone())["State"],
        "RUNNING"
    );
    assert_eq!(
        account.call("CancelReplay", name.clone())["State"],
        "CANCELLING"
    );
    assert_eq!(account.buses.next(), None);
    account.buses.run(account.now);
    assert!(account.buses.take_deliveries().is_empty());
    assert_eq!(
        account.call("DescribeReplay", name.clone())["State"],
        "CANCELLED"
    );
    let error = account
        .try_call("CancelReplay", name)
        .expect_err("it has ended");
    assert!(error.starts_with("IllegalStatusException"), "{error}");
}

#[test]
fn events_are_kept_for_so_many_days() {
    let mut account = archived(2);
    account.send("default", "Placed", json!({ "n": 1 }));
    account.now += DAY;
    account.send("default", "Placed", json!({ "n": 2 }));
    account.now += DAY;
    assert_eq!(account.count(), 2);
    account.now += 1;
    assert_eq!(account.count(), 1);
    account.call("StartReplay", replay("again", YEAR_2027, account.now));
    assert_eq!(account.replayed(), [vec![2]]);
    account.call(
        "UpdateArchive",
        json!({ "ArchiveName": "kept", "RetentionDays": 0 }),
    );
    account.now += 100 * DAY;
    assert_eq!(account.count(), 1);
}

#[test]
fn archives_change_and_go() {
    let mut account = archived(0);
    let update = json!({ "ArchiveName": "kept", "EventPattern": "{\"detail-type\": [\"Paid\"]}" });
    account.call("UpdateArchive", update);
    account.send("default", "Placed", json!({ "n": 1 }));
    account.send("default", "Paid", json!({ "n": 2 }));
    assert_eq!(account.count(), 1);
    let listed = account.call("ListArchives", json!({ "EventSourceArn": BUS }));
    assert_eq!(listed["Archives"][0]["ArchiveName"], "kept");
    // A replay goes on without the archive.
    account.call(
        "StartReplay",
        replay("again", YEAR_2027, YEAR_2027 + MINUTE),
    );
    account.call("DeleteArchive", json!({ "ArchiveName": "kept" }));
    assert_eq!(account.replayed(), [vec![2]]);
    assert_eq!(
        account.call("ListArchives", json!({}))["Archives"],
        json!([])
    );
}

#[test]
fn what_archives_and_replays_refuse() {
    let mut account = archived(0);
    let archive = |name: &str, bus: &str| json!({ "ArchiveName": name, "EventSourceArn": bus });
    let gone = "arn:aws:events:us-east-1:000000000000:event-bus/gone";
    let mut pattern = archive("new", BUS);
    pattern["EventPattern"] = "{}".into();
    let good = || replay("again", YEAR_2027, YEAR_2027 + MINUTE);
    let with = |member: &str, value: Value| {
        let mut request = good();
        request[member] = value;
        request
    };
    let name = json!({ "ReplayName": "gone" });
    for (operation, request, code) in [
        (
            "CreateArchive",
            archive("kept", BUS),
            "ResourceAlreadyExistsException",
        ),
        (
            "CreateArchive",
            archive("new", gone),
            "ResourceNotFoundException",
        ),
        ("CreateArchive", archive("a b", BUS), "ValidationException"),
        (
            "CreateArchive",
            archive(&"x".repeat(49), BUS),
            "ValidationException",
        ),
        ("CreateArchive", pattern, "InvalidEventPatternException"),
        (
            "DescribeArchive",
            json!({ "ArchiveName": "gone" }),
            "ResourceNotFoundException",
        ),
        (
            "DeleteArchive",
            json!({ "ArchiveName": "gone" }),
            "ResourceNotFoundException",
        ),
        (
            "StartReplay",
            with(
                "EventSourceArn",
                "arn:aws:events:us-east-1:000000000000:archive/gone".into(),
            ),
            "ResourceNotFoundException",
        ),
        (
            "StartReplay",
            with("Destination", json!({ "Arn": gone })),
            "ValidationException",
        ),
        (
            "StartReplay",
            with("EventEndTime", (YEAR_2027 / 1000).into()),
            "ValidationException",
        ),
        (
            "StartReplay",
            with("EventEndTime", "soon".into()),
            "ValidationException",
        ),
        ("DescribeReplay", name.clone(), "ResourceNotFoundException"),
        ("CancelReplay", name, "ResourceNotFoundException"),
    ] {
        let error = account.try_call(operation, request).expect_err(code);
        assert!(
            error.starts_with(&format!("{code}: ")),
            "{operation}: {error}"
        );
    }
    account.call("StartReplay", good());
    let twice = account.try_call("StartReplay", good()).expect_err("twice");
    assert!(
        twice.starts_with("ResourceAlreadyExistsException"),
        "{twice}"
    );
    for at in 1..10 {
        account.call("StartReplay", with("ReplayName", format!("r{at}").into()));
    }
    let many = account.try_call("StartReplay", with("ReplayName", "r10".into()));
    assert!(many.is_err_and(|error| error.starts_with("LimitExceededException")));
}

#[test]
fn replays_that_are_stored_go_on_where_they_were() {
    let mut account = archived(0);
    for n in 0..3 {
        account.now = YEAR_2027 + n * MINUTE;
        account.send("default", "Placed", json!({ "n": n }));
    }
    account.call("StartReplay", replay("again", YEAR_2027, account.now));
    account.buses.run(account.now);
    let bytes = postcard::to_stdvec(&account.buses).expect("it can be written");
    let mut again = Account {
        buses: postcard::from_bytes(&bytes).expect("it can be read"),
        now: account.now,
    };
    let first = again.buses.take_deliveries();
    assert_eq!(first[0].endpoint, FUNCTION);
    assert_eq!(first, account.buses.take_deliveries());
    assert_eq!(again.replayed(), [vec![1], vec![2]]);
}
