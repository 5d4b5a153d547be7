//! Objects: reads, writes, versions and copies.

use ifc_local::ApiError;
use serde_json::{Value, json};

use crate::{Account, is};

#[test]
fn objects_come_back_as_they_went() {
    let mut account = Account::new();
    let put = account
        .put_with(
            json!({
                "Key": "a/b.txt", "ContentType": "text/plain", "ContentEncoding": "gzip",
                "ContentDisposition": "inline", "CacheControl": "no-cache",
                "Metadata": { "Colour": "red" },
            }),
            "hello",
        )
        .expect("it can be put");
    assert_eq!(put["ETag"], "\"5d41402abc4b2a76b9719d911017c592\"");
    let (body, output) = account
        .get_with(json!({ "Key": "a/b.txt" }))
        .expect("it is there");
    assert_eq!(body, "hello");
    let expected = json!({
        "AcceptRanges": "bytes", "CacheControl": "no-cache", "ContentDisposition": "inline",
        "ContentEncoding": "gzip", "ContentLength": 5, "ContentType": "text/plain",
        "ETag": put["ETag"], "LastModified": "2013-05-24T00:00:00.000Z",
        "Metadata": { "colour": "red" },
    });
    assert_eq!(output, expected);
    let head = account.call("HeadObject", json!({ "Bucket": "data", "Key": "a/b.txt" }));
    assert_eq!(head, expected);
    let (_, output) = account
        .get_with(json!({ "Key": "a/b.txt", "ResponseContentType": "text/html" }))
        .expect("it is there");
    assert_eq!(output["ContentType"], "text/html");
    account.delete("a/b.txt");
    assert_eq!(account.get("a/b.txt"), Err("NoSuchKey".into()));
    // Deleting twice is no error.
    assert_eq!(account.delete("a/b.txt"), json!({}));
}

#[test]
fn what_is_missing_or_wrong() {
    let mut account = Account::new();
    let object = |bucket: &str, key: &str| json!({ "Bucket": bucket, "Key": key });
    for (operation, input, expected) in [
        ("GetObject", object("data", "none"), is("NoSuchKey", 404)),
        ("HeadObject", object("data", "none"), is("NotFound", 404)),
        ("GetObject", object("none", "x"), is("NoSuchBucket", 404)),
        (
            "HeadBucket",
            json!({ "Bucket": "none" }),
            is("NotFound", 404),
        ),
        ("PutObject", object("none", "x"), is("NoSuchBucket", 404)),
        (
            "PutObject",
            object("data", &"k".repeat(1025)),
            is("KeyTooLongError", 400),
        ),
        ("PutObject", object("data", ""), is("InvalidArgument", 400)),
        (
            "CreateBucket",
            json!({ "Bucket": "Data" }),
            is("InvalidBucketName", 400),
        ),
        (
            "CreateBucket",
            json!({ "Bucket": "ab" }),
            is("InvalidBucketName", 400),
        ),
        (
            "CreateBucket",
            json!({ "Bucket": "1.2.3.4" }),
            is("InvalidBucketName", 400),
        ),
        (
            "PutObjectAcl",
            object("data", "x"),
            is("NotImplemented", 501),
        ),
        (
            "PutObject",
            json!({ "Bucket": "data", "Key": "x", "Metadata": { "a": "b".repeat(2048) } }),
            is("MetadataTooLarge", 400),
        ),
        (
            "GetBucketPolicy",
            json!({ "Bucket": "data" }),
            is("NoSuchBucketPolicy", 404),
        ),
        (
            "GetBucketCors",
            json!({ "Bucket": "data" }),
            is("NoSuchCORSConfiguration", 404),
        ),
    ] {
        assert_eq!(
            account.fails(operation, input.clone()),
            expected,
            "{operation} {input}"
        );
    }
    account.put("x", "");
    assert_eq!(
        account.fails("DeleteBucket", json!({ "Bucket": "data" })),
        is("BucketNotEmpty", 409)
    );
    account.delete("x");
    account.call("DeleteBucket", json!({ "Bucket": "data" }));
    assert_eq!(account.call("ListBuckets", json!({}))["Buckets"], json!([]));
}

#[test]
fn conditions_of_writes() {
    let mut account = Account::new();
    let only_new = json!({ "Key": "x", "IfNoneMatch": "*" });
    let first = account.put_with(only_new.clone(), "1").expect("it is new");
    let code = |outcome: Result<Value, ApiError>| outcome.map_err(|error| error.code);
    assert_eq!(
        code(account.put_with(only_new, "2")),
        Err("PreconditionFailed".into())
    );
    let same = json!({ "Key": "x", "IfMatch": first["ETag"] });
    account
        .put_with(same.clone(), "2")
        .expect("nobody changed it");
    assert_eq!(
        code(account.put_with(same, "3")),
        Err("PreconditionFailed".into())
    );
    assert_eq!(account.get("x"), Ok("2".into()));
    let missing = json!({ "Key": "y", "IfMatch": "\"0\"" });
    assert_eq!(
        code(account.put_with(missing, "3")),
        Err("NoSuchKey".into())
    );
    let other = json!({ "Key": "x", "IfNoneMatch": "\"0\"" });
    assert_eq!(
        code(account.put_with(other, "3")),
        Err("NotImplemented".into())
    );
}

#[test]
fn conditions_of_reads() {
    let mut account = Account::new();
    account.now += 500;
    let tag = account.put("x", "1")["ETag"].clone();
    let before = "Thu, 23 May 2013 00:00:00 GMT";
    // As `Last-Modified` says it, without milliseconds.
    let then = "Fri, 24 May 2013 00:00:00 GMT";
    for (condition, expected) in [
        (json!({ "IfMatch": tag }), Ok(())),
        (json!({ "IfMatch": "*" }), Ok(())),
        (
            json!({ "IfMatch": "\"0\"" }),
            Err(is("PreconditionFailed", 412)),
        ),
        (json!({ "IfNoneMatch": "\"0\"" }), Ok(())),
        (json!({ "IfNoneMatch": tag }), Err(is("NotModified", 304))),
        (json!({ "IfModifiedSince": before }), Ok(())),
        (
            json!({ "IfModifiedSince": then }),
            Err(is("NotModified", 304)),
        ),
        (json!({ "IfUnmodifiedSince": then }), Ok(())),
        (
            json!({ "IfUnmodifiedSince": before }),
            Err(is("PreconditionFailed", 412)),
        ),
        // Entity tags come before dates.
        (
            json!({ "IfMatch": tag, "IfUnmodifiedSince": before }),
            Ok(()),
        ),
        (
            json!({ "IfNoneMatch": "\"0\"", "IfModifiedSince": then }),
            Ok(()),
        ),
    ] {
        let mut input = condition.clone();
        input["Key"] = "x".into();
        let outcome = account.get_with(input).map(drop);
        let outcome = outcome.map_err(|error| (error.code, error.status));
        assert_eq!(outcome, expected, "{condition}");
    }
}

#[test]
fn parts_of_objects() {
    let mut account = Account::new();
    account.put("x", "0123456789");
    for (range, body, shown) in [
        ("bytes=2-4", "234", json!("bytes 2-4/10")),
        ("bytes=8-", "89", json!("bytes 8-9/10")),
        ("bytes=-3", "789", json!("bytes 7-9/10")),
        ("bytes=0-1,3-4", "0123456789", Value::Null),
    ] {
        let got =
            account.get_with(json!({ "Key": "x", "Range": range, "ChecksumMode": "ENABLED" }));
        let (found, output) = got.expect(range);
        assert_eq!(
            (found.as_str(), &output["ContentRange"]),
            (body, &shown),
            "{range}"
        );
        assert_eq!(output["ContentLength"], body.len());
        // That of the whole would not fit to a part.
        assert_eq!(output["ChecksumCRC64NVME"].is_null(), !shown.is_null());
    }
    let beyond = json!({ "Bucket": "data", "Key": "x", "Range": "bytes=10-" });
    assert_eq!(account.fails("GetObject", beyond), is("InvalidRange", 416));
}

#[test]
fn checksums_are_checked_and_kept() {
    let mut account = Account::new();
    // Of "hello", computed with Python's zlib and hashlib, CRC32C bit by bit.
    for (member, value) in [
        ("ChecksumCRC32", "NhCmhg=="),
        ("ChecksumCRC32C", "mnG7TA=="),
        ("ChecksumSHA1", "qvTGHdzF6KLavt4PO0gs2a6pQ00="),
        (
            "ChecksumSHA256",
            "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=",
        ),
        ("ContentMD5", "XUFAKrxLKna5cZ2REBfFkg=="),
    ] {
        let put = account.put_with(json!({ "Key": "x", member: value }), "hello");
        let put = put.unwrap_or_else(|error| panic!("{member}: {error}"));
        if member != "ContentMD5" {
            assert_eq!(put[member], value);
            let get = json!({ "Key": "x", "ChecksumMode": "ENABLED" });
            let (_, output) = account.get_with(get).expect("it is there");
            assert_eq!(
                (&output[member], &output["ChecksumType"]),
                (&json!(value), &json!("FULL_OBJECT"))
            );
        }
        let wrong = account.put_with(json!({ "Key": "x", member: value }), "hellO");
        assert_eq!(
            wrong.map_err(|error| error.code),
            Err("BadDigest".into()),
            "{member}"
        );
    }
    for (member, code) in [
        ("ContentMD5", "InvalidDigest"),
        ("ChecksumCRC32", "InvalidRequest"),
    ] {
        let wrong = account.put_with(json!({ "Key": "x", member: "?" }), "hello");
        assert_eq!(wrong.map_err(|error| error.code), Err(code.into()));
    }
    assert_eq!(account.get("x"), Ok("hello".into()));
}

#[test]
fn versions_are_kept() {
    let mut account = Account::new();
    account.put("x", "0");
    account.versioning("Enabled");
    let one = account.put("x", "1")["VersionId"].clone();
    let two = account.put("x", "2")["VersionId"].clone();
    let marker = account.delete("x");
    assert_eq!(marker["DeleteMarker"], true);
    assert_eq!(account.get("x"), Err("NoSuchKey".into()));
    for (version, body) in [(&json!("null"), "0"), (&one, "1"), (&two, "2")] {
        let got = account.get_with(json!({ "Key": "x", "VersionId": version }));
        assert_eq!(got.map(|(body, _)| body), Ok(body.into()));
    }
    let of_marker = json!({ "Bucket": "data", "Key": "x", "VersionId": marker["VersionId"] });
    assert_eq!(
        account.fails("GetObject", of_marker.clone()),
        is("MethodNotAllowed", 405)
    );
    let text = |value: &Value| value.as_str().expect("it is text").to_owned();
    let (versions, markers) = account.versions();
    assert_eq!(versions, [text(&two), text(&one), "null".into()]);
    assert_eq!(markers, [text(&marker["VersionId"])]);
    // Without the marker the object is there again.
    assert_eq!(
        account.call("DeleteObject", of_marker)["DeleteMarker"],
        true
    );
    assert_eq!(account.get("x"), Ok("2".into()));
    let gone = json!({ "Bucket": "data", "Key": "x", "VersionId": two });
    account.call("DeleteObject", gone.clone());
    assert_eq!(account.get("x"), Ok("1".into()));
    assert_eq!(account.fails("GetObject", gone), is("NoSuchVersion", 404));
    // What is put while versioning is suspended takes the place of the version without an id.
    account.versioning("Suspended");
    account.put("x", "3");
    assert_eq!(account.versions().0, ["null".to_owned(), text(&one)]);
    account.delete("x");
    assert_eq!(account.versions(), (vec![text(&one)], vec!["null".into()]));
}

#[test]
fn many_are_deleted_at_once() {
    let mut account = Account::new();
    for key in ["a", "b", "c"] {
        account.put(key, "");
    }
    let delete = |keys: &[&str], quiet: bool| {
        let objects: Vec<Value> = keys.iter().map(|key| json!({ "Key": key })).collect();
        json!({ "Bucket": "data", "Delete": { "Objects": objects, "Quiet": quiet } })
    };
    let answer = account.call("DeleteObjects", delete(&["a", "none", ""], false));
    assert_eq!(
        answer["Deleted"],
        json!([{ "Key": "a" }, { "Key": "none" }])
    );
    assert_eq!(answer["Errors"][0]["Code"], "InvalidArgument");
    assert_eq!(
        account.call("DeleteObjects", delete(&["b"], true)),
        json!({})
    );
    assert_eq!(account.list(json!({})).0, ["c"]);
    assert_eq!(
        account.fails("DeleteObjects", delete(&[], false)),
        is("MalformedXML", 400)
    );
}

#[test]
fn copies_share_what_they_are_copied_from() {
    let mut account = Account::new();
    account.call("CreateBucket", json!({ "Bucket": "other" }));
    account
        .put_with(
            json!({ "Key": "a b", "ContentType": "text/plain", "Metadata": { "k": "v" } }),
            "1",
        )
        .expect("it can be put");
    let copy = |more: Value| {
        let mut input = json!({ "Bucket": "other", "Key": "x", "CopySource": "data/a%20b" });
        for (member, value) in more.as_object().expect("it is an object") {
            input[member] = value.clone();
        }
        input
    };
    let copied = account.call("CopyObject", copy(json!({})));
    assert_eq!(
        copied["CopyObjectResult"]["ETag"],
        "\"c4ca4238a0b923820dcc509a6f75849b\""
    );
    let read = json!({ "Bucket": "other", "Key": "x" });
    let output = account.call("HeadObject", read.clone());
    assert_eq!(
        (&output["ContentType"], &output["Metadata"]),
        (&json!("text/plain"), &json!({ "k": "v" }))
    );
    account.call(
        "CopyObject",
        copy(json!({ "MetadataDirective": "REPLACE", "ContentType": "text/html" })),
    );
    let output = account.call("HeadObject", read);
    assert_eq!(
        (&output["ContentType"], &output["Metadata"]),
        (&json!("text/html"), &json!({}))
    );
    for (more, expected) in [
        (json!({ "CopySource": "data/none" }), is("NoSuchKey", 404)),
        (json!({ "CopySource": "none/x" }), is("NoSuchBucket", 404)),
        (json!({ "CopySource": "data" }), is("InvalidArgument", 400)),
        (
            json!({ "CopySourceIfMatch": "\"0\"" }),
            is("PreconditionFailed", 412),
        ),
        (
            json!({ "Bucket": "data", "Key": "a b" }),
            is("InvalidRequest", 400),
        ),
    ] {
        assert_eq!(
            account.fails("CopyObject", copy(more.clone())),
            expected,
            "{more}"
        );
    }
}
