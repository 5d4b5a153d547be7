//! Operations of tables.

use std::collections::BTreeSet;

use ifc_runtime::item::{CompositeKey, IndexSchema, KeyAttribute, KeyKind, PartitionKey, Schema};
use ifc_runtime::{
    AttributeType, Cursor, ErrorKind, Item, ReadTransaction, Table, Transaction, Update, attr,
};
use serde::{Deserialize, Serialize};

/// `status`, `name`, `total` and `size` are reserved words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) id: String,
    pub(crate) customer: Option<String>,
    pub(crate) status: String,
    pub(crate) total: i64,
    #[serde(rename = "size.cm")]
    pub(crate) size_cm: Option<f64>,
    pub(crate) lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) sku: String,
    pub(crate) count: u32,
}

impl Item for Order {
    type Key = PartitionKey<String>;
    const SCHEMA: Schema = Schema {
        partition: KeyAttribute {
            name: "id",
            kind: KeyKind::S,
        },
        sort: None,
        indexes: &[IndexSchema {
            name: "by_customer",
            partition: KeyAttribute {
                name: "customer",
                kind: KeyKind::S,
            },
            sort: Some(KeyAttribute {
                name: "total",
                kind: KeyKind::N,
            }),
        }],
        ttl: None,
    };
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Reading {
    pub(crate) sensor: String,
    pub(crate) at: u64,
    pub(crate) value: i64,
}

impl Item for Reading {
    type Key = CompositeKey<String, u64>;
    const SCHEMA: Schema = Schema {
        partition: KeyAttribute {
            name: "sensor",
            kind: KeyKind::S,
        },
        sort: Some(KeyAttribute {
            name: "at",
            kind: KeyKind::N,
        }),
        indexes: &[],
        ttl: None,
    };
}

static ORDERS: Table<Order> = Table::new().__declared("ORDERS");
static READINGS: Table<Reading> = Table::new().__declared("READINGS");

fn order(id: &str) -> Order {
    Order {
        id: id.to_owned(),
        customer: None,
        status: "placed".to_owned(),
        total: 100,
        size_cm: Some(2.5),
        lines: vec![Line {
            sku: "a".to_owned(),
            count: 1,
        }],
    }
}

fn reading(sensor: &str, at: u64) -> Reading {
    Reading {
        sensor: sensor.to_owned(),
        at,
        value: at as i64 * 10,
    }
}

pub(crate) async fn items() {
    let order = order("items-1");
    assert_eq!(ORDERS.get("items-1").await.unwrap(), None);
    ORDERS.put(&order).await.unwrap();
    assert_eq!(ORDERS.get(&order.id).await.unwrap(), Some(order.clone()));
    assert_eq!(
        ORDERS.get(&order.id).consistent().await.unwrap(),
        Some(order.clone())
    );
    let changed = Order { total: 7, ..order };
    ORDERS.put(&changed).await.unwrap();
    assert_eq!(ORDERS.get("items-1").await.unwrap(), Some(changed));
    ORDERS.delete("items-1").await.unwrap();
    ORDERS.delete("items-1").await.unwrap();
    assert_eq!(ORDERS.get("items-1").await.unwrap(), None);

    READINGS.put(&reading("items", 3)).await.unwrap();
    assert_eq!(
        READINGS.get(("items", 3)).await.unwrap(),
        Some(reading("items", 3))
    );
    assert_eq!(READINGS.get(("items", 4)).await.unwrap(), None);
    READINGS.delete(("items", 3)).await.unwrap();
}

pub(crate) async fn conditions() {
    let order = order("conditions-1");
    ORDERS.put_new(&order).await.unwrap();
    let error = ORDERS.put_new(&order).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.operation()),
        (ErrorKind::ConditionFailed, "put_new")
    );
    assert_eq!(error.resource(), "ORDERS");
    assert_eq!(error.code(), Some("ConditionalCheckFailedException"));

    let holds = attr("status")
        .eq("placed")
        .and(attr("total").between(1, 100))
        .and(attr("lines[0].sku").is_in(["a", "b"]))
        .and(attr("lines").size().eq(1))
        .and(attr("lines").has_type(AttributeType::L))
        .and(ifc_runtime::Attr::exact("size.cm").lt(3))
        .and(attr("status").begins_with("pl"))
        .and(attr("status").contains("ace"))
        .and(attr("customer").not_exists())
        .and(attr("nothing").exists().or(attr("total").ne(attr("id"))))
        .and(!attr("total").gt(100));
    ORDERS.put_if(&order, holds).await.unwrap();
    let error = ORDERS
        .put_if(&order, attr("total").le(99))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConditionFailed);

    let error = ORDERS
        .delete_if("conditions-1", attr("total").ge(101))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConditionFailed);
    ORDERS
        .delete_if("conditions-1", attr("total").ge(100))
        .await
        .unwrap();
    assert_eq!(ORDERS.get("conditions-1").await.unwrap(), None);
}

pub(crate) async fn updates() {
    let key = "updates-1";
    ORDERS.put(&order(key)).await.unwrap();
    let update = Update::new()
        .set("status", "paid")
        .increment("total", -30)
        .append(
            "lines",
            [Line {
                sku: "z".to_owned(),
                count: 9,
            }],
        )
        .prepend("lines_before", [1])
        .set_if_absent("status_before", attr_value())
        .add("payments", 1)
        .remove(ifc_runtime::Attr::exact("size.cm"));
    // Not together with the list itself: the paths would overlap.
    let inside = Update::new().set("lines[0].count", 4);
    ORDERS.update(key, inside).await.unwrap();
    let after = ORDERS.update(key, update).await.unwrap();
    assert_eq!(
        (after.status.as_str(), after.total, after.size_cm),
        ("paid", 70, None)
    );
    // By itself, since no two changes of an update may be about the same part of an item (DynamoDB
    // Developer Guide, "Using update expressions"), which emulators do not check.
    let inside = Update::new().set("lines[0].count", 4);
    let after = ORDERS.update(key, inside).await.unwrap();
    let counts: Vec<u32> = after.lines.iter().map(|line| line.count).collect();
    assert_eq!(counts, [4, 9]);

    let pay = || Update::new().set("status", "shipped");
    let shipped = ORDERS
        .update_if(key, pay(), attr("payments").eq(1))
        .await
        .unwrap();
    assert_eq!(shipped.status, "shipped");
    let error = ORDERS
        .update_if(key, pay(), attr("payments").eq(2))
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.operation()),
        (ErrorKind::ConditionFailed, "update_if")
    );

    for missing in [
        ORDERS.update("updates-none", pay()).await,
        ORDERS
            .update_if("updates-none", pay(), attr("payments").eq(2))
            .await,
    ] {
        assert_eq!(missing.unwrap_err().kind(), ErrorKind::NotFound);
    }
    assert_eq!(ORDERS.get("updates-none").await.unwrap(), None);

    let fresh = Update::new().add("value", 5).upsert();
    assert_eq!(
        READINGS.update(("updates", 1), fresh).await.unwrap().value,
        5
    );
    let again = Update::new().add("value", 5).upsert();
    assert_eq!(
        READINGS.update(("updates", 1), again).await.unwrap().value,
        10
    );
}

fn attr_value() -> &'static str {
    "placed"
}

pub(crate) async fn queries() {
    for at in 1..=7 {
        READINGS.put(&reading("queries", at)).await.unwrap();
    }
    let times = |readings: Vec<Reading>| readings.iter().map(|r| r.at).collect::<Vec<_>>();
    let query = || READINGS.query("queries");
    assert_eq!(times(query().all().await.unwrap()), [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(
        times(query().descending().limit(2).all().await.unwrap()),
        [7, 6]
    );
    assert_eq!(
        times(query().between(3, 5).consistent().all().await.unwrap()),
        [3, 4, 5]
    );
    assert_eq!(times(query().equal_to(4).all().await.unwrap()), [4]);
    assert_eq!(times(query().less_than(3).all().await.unwrap()), [1, 2]);
    assert_eq!(times(query().at_most(2).all().await.unwrap()), [1, 2]);
    assert_eq!(times(query().greater_than(6).all().await.unwrap()), [7]);
    assert_eq!(times(query().at_least(6).all().await.unwrap()), [6, 7]);
    let filtered = query()
        .filter(attr("value").gt(40))
        .limit(2)
        .all()
        .await
        .unwrap();
    assert_eq!(times(filtered), [5, 6]);
    assert!(
        READINGS
            .query("queries-none")
            .all()
            .await
            .unwrap()
            .is_empty()
    );

    let mut seen = Vec::new();
    let mut cursor: Option<Cursor> = None;
    let mut pages = 0;
    loop {
        let page = query()
            .limit(3)
            .starting_after(cursor)
            .page()
            .await
            .unwrap();
        seen.extend(times(page.items));
        pages += 1;
        // A client hands the cursor back as text.
        cursor = page.next.map(|cursor| Cursor::from(cursor.to_string()));
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, [1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(pages, 3);

    let page = query().limit(1).page().await.unwrap();
    let foreign = READINGS
        .query("other")
        .starting_after(page.next.unwrap())
        .page()
        .await;
    assert_eq!(foreign.unwrap_err().kind(), ErrorKind::Invalid);

    let mut stream = query().stream();
    assert_eq!(stream.next().await.unwrap().unwrap().at, 1);
}

pub(crate) async fn indexes() {
    for (id, customer, total) in [
        ("indexes-1", Some("c1"), 30),
        ("indexes-2", Some("c1"), 10),
        ("indexes-3", None, 20),
    ] {
        let customer = customer.map(str::to_owned);
        ORDERS
            .put(&Order {
                customer,
                total,
                ..order(id)
            })
            .await
            .unwrap();
    }
    let ids = |orders: Vec<Order>| orders.into_iter().map(|order| order.id).collect::<Vec<_>>();
    let theirs = || ORDERS.query_index("by_customer", "c1");
    assert_eq!(
        ids(theirs().all().await.unwrap()),
        ["indexes-2", "indexes-1"]
    );
    assert_eq!(
        ids(theirs().greater_than(10).all().await.unwrap()),
        ["indexes-1"]
    );
    let first = theirs().limit(1).page().await.unwrap();
    let second = theirs()
        .starting_after(first.next.unwrap())
        .page()
        .await
        .unwrap();
    assert_eq!(ids(second.items), ["indexes-1"]);
    let all: BTreeSet<String> = ids(ORDERS.scan_index("by_customer").all().await.unwrap())
        .into_iter()
        .collect();
    assert!(all.contains("indexes-1") && !all.contains("indexes-3"));

    let error = ORDERS
        .query_index("by_costumer", "c1")
        .page()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("`by_customer`"), "{error}");
    let error = ORDERS
        .query_index("by_customer", 7)
        .page()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    let error = theirs().consistent().page().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
}

pub(crate) async fn scans() {
    for at in 1..=5 {
        READINGS.put(&reading("scans", at)).await.unwrap();
    }
    let ours = || READINGS.scan().filter(attr("sensor").eq("scans"));
    let all: BTreeSet<u64> = ours().all().await.unwrap().iter().map(|r| r.at).collect();
    assert_eq!(all, BTreeSet::from([1, 2, 3, 4, 5]));
    assert_eq!(ours().limit(2).all().await.unwrap().len(), 2);
    let mut page = READINGS.scan().limit(2).page().await.unwrap();
    let mut count = page.items.len();
    while let Some(next) = page.next {
        page = READINGS
            .scan()
            .limit(2)
            .starting_after(next)
            .page()
            .await
            .unwrap();
        count += page.items.len();
    }
    assert_eq!(count, READINGS.scan().all().await.unwrap().len());
}

pub(crate) async fn batches() {
    let many: Vec<Reading> = (0..130).map(|at| reading("batches", at)).collect();
    let repeated = Reading {
        value: -1,
        ..many[5].clone()
    };
    READINGS
        .put_many(many.iter().chain([&repeated]))
        .await
        .unwrap();
    assert_eq!(READINGS.query("batches").all().await.unwrap().len(), 130);

    let keys = (0..140).chain([5]).map(|at| ("batches", at));
    let got = READINGS.get_many(keys).await.unwrap();
    assert_eq!(got.len(), 141);
    assert_eq!(got[129], Some(many[129].clone()));
    assert_eq!(got[5], Some(repeated.clone()));
    assert_eq!(got[140], Some(repeated));
    assert!(got[130..140].iter().all(Option::is_none));

    READINGS
        .delete_many((0..130).map(|at| ("batches", at)))
        .await
        .unwrap();
    assert!(READINGS.query("batches").all().await.unwrap().is_empty());
}

pub(crate) async fn transactions() {
    ORDERS.put(&order("transactions-1")).await.unwrap();
    let paid = || {
        Update::new()
            .set("status", "paid")
            .only_if(attr("total").ge(100))
    };
    Transaction::new()
        .put_new(&ORDERS, &order("transactions-2"))
        .update(&ORDERS, "transactions-1", paid())
        .put(&READINGS, &reading("transactions", 1))
        .delete(&READINGS, ("transactions", 2))
        .check(&READINGS, ("transactions", 3), attr("value").not_exists())
        .commit()
        .await
        .unwrap();
    assert_eq!(
        ORDERS.get("transactions-1").await.unwrap().unwrap().status,
        "paid"
    );
    assert!(ORDERS.get("transactions-2").await.unwrap().is_some());

    let error = Transaction::new()
        .put(&READINGS, &reading("transactions", 9))
        .put_new(&ORDERS, &order("transactions-2"))
        .check(&READINGS, ("transactions", 1), attr("value").eq(10))
        .update(
            &ORDERS,
            "transactions-1",
            paid().only_if(attr("status").eq("placed")),
        )
        .commit()
        .await
        .unwrap_err();
    assert_eq!(
        (error.kind(), error.operation()),
        (ErrorKind::TransactionCancelled, "commit")
    );
    let failures: Vec<_> = error.failures().iter().map(|f| (f.index, f.kind)).collect();
    assert_eq!(
        failures,
        [
            (1, ErrorKind::ConditionFailed),
            (3, ErrorKind::ConditionFailed)
        ]
    );
    assert_eq!(READINGS.get(("transactions", 9)).await.unwrap(), None);
    Transaction::new().commit().await.unwrap();
}

pub(crate) async fn read_transactions() {
    ORDERS.put(&order("reads-1")).await.unwrap();
    READINGS.put(&reading("reads", 1)).await.unwrap();
    let (found, missing, other) = ReadTransaction::new()
        .get(&ORDERS, "reads-1")
        .get(&ORDERS, "reads-none")
        .get(&READINGS, ("reads", 1))
        .commit()
        .await
        .unwrap();
    assert_eq!(found, Some(order("reads-1")));
    assert_eq!(missing, None);
    assert_eq!(other, Some(reading("reads", 1)));
}
