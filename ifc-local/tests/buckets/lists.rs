//! Lists of objects and versions.

use serde_json::{Value, json};

use crate::{Account, is, names};

#[test]
fn lists_come_in_pages_and_by_prefix() {
    let mut account = Account::new();
    for key in ["a", "b/1", "b/2", "b/c/3", "c", "d/4"] {
        account.put(key, "");
    }
    let (keys, common, answer) = account.list(json!({ "Delimiter": "/" }));
    assert_eq!(
        (keys.join(" "), common.join(" ")),
        ("a c".into(), "b/ d/".into())
    );
    assert_eq!(answer["KeyCount"], 4);
    let (keys, common, _) = account.list(json!({ "Delimiter": "/", "Prefix": "b/" }));
    assert_eq!(
        (keys.join(" "), common.join(" ")),
        ("b/1 b/2".into(), "b/c/".into())
    );
    assert_eq!(
        account.list(json!({ "StartAfter": "b/2" })).0,
        ["b/c/3", "c", "d/4"]
    );
    let mut token = Value::Null;
    let mut pages = Vec::new();
    loop {
        let mut input = json!({ "Delimiter": "/", "MaxKeys": 1 });
        if !token.is_null() {
            input["ContinuationToken"] = token.clone();
        }
        let (keys, common, answer) = account.list(input);
        pages.extend(keys.into_iter().chain(common));
        token = answer["NextContinuationToken"].clone();
        assert_eq!(answer["IsTruncated"], !token.is_null());
        if token.is_null() {
            break;
        }
    }
    assert_eq!(pages, ["a", "b/", "c", "d/"]);
    let none = account.list(json!({ "MaxKeys": 0 }));
    assert_eq!((none.0.len(), &none.2["IsTruncated"]), (0, &json!(false)));
    account.put("e f", "");
    let encoded = account.list(json!({ "Prefix": "e ", "EncodingType": "url" }));
    assert_eq!(encoded.0, ["e%20f"]);
    let one = account.call(
        "ListObjects",
        json!({ "Bucket": "data", "Delimiter": "/", "MaxKeys": 2 }),
    );
    assert_eq!(one["NextMarker"], "b/");
    let two = account.call(
        "ListObjects",
        json!({ "Bucket": "data", "Delimiter": "/", "Marker": "b/" }),
    );
    assert_eq!(names(&two["Contents"], "Key"), ["c", "e f"]);
    let wrong = json!({ "Bucket": "data", "ContinuationToken": "?" });
    assert_eq!(
        account.fails("ListObjectsV2", wrong),
        is("InvalidArgument", 400)
    );
}

#[test]
fn versions_are_listed_in_pages() {
    let mut account = Account::versioned();
    for key in ["a", "b", "b", "c/1", "c/2"] {
        account.put(key, "");
    }
    account.delete("b");
    let mut seen = Vec::new();
    let (mut key, mut id) = (Value::Null, Value::Null);
    loop {
        let input = json!({
            "Bucket": "data", "MaxKeys": 1, "Delimiter": "/", "KeyMarker": key, "VersionIdMarker": id,
        });
        let answer = account.call("ListObjectVersions", input);
        seen.extend(names(&answer["Versions"], "Key"));
        seen.extend(
            names(&answer["DeleteMarkers"], "Key")
                .iter()
                .map(|key| format!("-{key}")),
        );
        seen.extend(names(&answer["CommonPrefixes"], "Prefix"));
        if answer["IsTruncated"] == false {
            break;
        }
        key = answer["NextKeyMarker"].clone();
        id = answer["NextVersionIdMarker"].clone();
    }
    assert_eq!(seen, ["a", "-b", "b", "b", "c/"]);
}
