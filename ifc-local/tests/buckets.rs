//! Buckets at the level of S3's API.

use ifc_local::bucket::Buckets;
use ifc_local::{Answer, ApiError};
use serde_json::{Value, json};

const DAY: u64 = 24 * 60 * 60 * 1000;
/// 2013-05-24 00:00 UTC.
const START: u64 = 1_369_353_600_000;

struct Account {
    buckets: Buckets,
    now: u64,
}

impl Account {
    /// With the bucket `data`.
    fn new() -> Account {
        let mut account = Account {
            buckets: Buckets::new(1),
            now: START,
        };
        account.call("CreateBucket", json!({ "Bucket": "data" }));
        account
    }

    fn versioned() -> Account {
        let mut account = Account::new();
        account.versioning("Enabled");
        account
    }

    fn versioning(&mut self, status: &str) {
        self.call(
            "PutBucketVersioning",
            json!({ "Bucket": "data", "VersioningConfiguration": { "Status": status } }),
        );
    }

    fn answer(&mut self, operation: &str, input: Value, body: &[u8]) -> Result<Answer, ApiError> {
        self.buckets
            .call(operation, &input, body.to_vec(), self.now)
    }

    fn call(&mut self, operation: &str, input: Value) -> Value {
        self.answer(operation, input, b"")
            .unwrap_or_else(|error| panic!("{operation}: {error}"))
            .output
    }

    /// Code and status of the error.
    fn fails(&mut self, operation: &str, input: Value) -> (String, u16) {
        let error = self.answer(operation, input, b"").expect_err(operation);
        (error.code, error.status)
    }

    fn put(&mut self, key: &str, body: &str) -> Value {
        self.put_with(json!({ "Key": key }), body)
            .expect("it can be put")
    }

    fn put_with(&mut self, mut input: Value, body: &str) -> Result<Value, ApiError> {
        input["Bucket"] = "data".into();
        let answer = self.answer("PutObject", input, body.as_bytes())?;
        Ok(answer.output)
    }

    fn get_with(&mut self, mut input: Value) -> Result<(String, Value), ApiError> {
        input["Bucket"] = "data".into();
        let answer = self.answer("GetObject", input, b"")?;
        let body = String::from_utf8(answer.body).expect("it is text");
        Ok((body, answer.output))
    }

    fn get(&mut self, key: &str) -> Result<String, String> {
        let got = self.get_with(json!({ "Key": key }));
        got.map(|(body, _)| body).map_err(|error| error.code)
    }

    fn delete(&mut self, key: &str) -> Value {
        self.call("DeleteObject", json!({ "Bucket": "data", "Key": key }))
    }

    /// Keys, common prefixes, and the answer.
    fn list(&mut self, mut input: Value) -> (Vec<String>, Vec<String>, Value) {
        input["Bucket"] = "data".into();
        let answer = self.call("ListObjectsV2", input);
        let keys = names(&answer["Contents"], "Key");
        (keys, names(&answer["CommonPrefixes"], "Prefix"), answer)
    }

    fn versions(&mut self) -> (Vec<String>, Vec<String>) {
        let answer = self.call("ListObjectVersions", json!({ "Bucket": "data" }));
        let ids = |member: &str| names(&answer[member], "VersionId");
        (ids("Versions"), ids("DeleteMarkers"))
    }
}

fn names(list: &Value, member: &str) -> Vec<String> {
    let elements = list.as_array().into_iter().flatten();
    elements
        .filter_map(|element| element[member].as_str().map(str::to_owned))
        .collect()
}

fn is(code: &str, status: u16) -> (String, u16) {
    (code.to_owned(), status)
}

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

#[test]
fn uploads_in_parts() {
    let mut account = Account::new();
    let upload = json!({ "Bucket": "data", "Key": "big", "ContentType": "text/plain" });
    let id = account.call("CreateMultipartUpload", upload)["UploadId"].clone();
    let target = json!({ "Bucket": "data", "Key": "big", "UploadId": id });
    let part = |account: &mut Account, number: u64, body: &[u8]| {
        let mut input = target.clone();
        input["PartNumber"] = number.into();
        let answer = account
            .answer("UploadPart", input, body)
            .expect("it can be uploaded");
        json!({ "PartNumber": number, "ETag": answer.output["ETag"] })
    };
    let whole = vec![b'a'; 5 * 1024 * 1024];
    let first = part(&mut account, 1, &whole);
    let small = part(&mut account, 2, b"b");
    let last = part(&mut account, 3, b"c");
    let complete = |parts: Value| {
        let mut input = target.clone();
        input["MultipartUpload"] = json!({ "Parts": parts });
        input
    };
    for (parts, code) in [
        (json!([]), "MalformedXML"),
        (json!([last, first]), "InvalidPartOrder"),
        (
            json!([first, { "PartNumber": 3, "ETag": "\"0\"" }]),
            "InvalidPart",
        ),
        (json!([first, small, last]), "EntityTooSmall"),
    ] {
        let input = complete(parts);
        assert_eq!(
            account.fails("CompleteMultipartUpload", input),
            is(code, 400)
        );
    }
    let listed = account.call("ListParts", {
        let mut input = target.clone();
        input["MaxParts"] = 2.into();
        input
    });
    assert_eq!(listed["NextPartNumberMarker"], "2");
    assert_eq!(listed["Parts"][1]["Size"], 1);
    let uploads = account.call("ListMultipartUploads", json!({ "Bucket": "data" }));
    assert_eq!(names(&uploads["Uploads"], "Key"), ["big"]);
    let done = account.call("CompleteMultipartUpload", complete(json!([first, last])));
    // The MD5 of the MD5s of the parts, computed with Python's hashlib.
    assert_eq!(done["ETag"], "\"27ff6eb1837e1e912e886ffe1b4db342-2\"");
    let read = |more: Value| {
        let mut input = json!({ "Key": "big" });
        for (member, value) in more.as_object().expect("it is an object") {
            input[member] = value.clone();
        }
        input
    };
    let (body, output) = account
        .get_with(read(json!({ "PartNumber": 2 })))
        .expect("it is there");
    assert_eq!((body.as_str(), &output["PartsCount"]), ("c", &json!(2)));
    assert_eq!(output["ContentType"], "text/plain");
    let (body, _) = account
        .get_with(read(json!({ "Range": "bytes=-2" })))
        .expect("it is there");
    assert_eq!(body, "ac");
    assert_eq!(
        account.fails("AbortMultipartUpload", target),
        is("NoSuchUpload", 404)
    );
}

#[test]
fn checksums_of_parts() {
    let mut account = Account::new();
    let upload = json!({ "Bucket": "data", "Key": "x", "ChecksumAlgorithm": "SHA256" });
    let made = account.call("CreateMultipartUpload", upload);
    assert_eq!(made["ChecksumType"], "COMPOSITE");
    let part =
        json!({ "Bucket": "data", "Key": "x", "UploadId": made["UploadId"], "PartNumber": 1 });
    let uploaded = account
        .answer("UploadPart", part.clone(), b"hello")
        .expect("it can be uploaded");
    let sum = "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=";
    assert_eq!(uploaded.output["ChecksumSHA256"], sum);
    let mut other = part.clone();
    other["ChecksumCRC32"] = "NhCmhg==".into();
    assert_eq!(
        account.fails("UploadPart", other),
        is("InvalidRequest", 400)
    );
    let mut done = part;
    let entry = json!({ "PartNumber": 1, "ETag": uploaded.output["ETag"], "ChecksumSHA256": sum });
    done["MultipartUpload"] = json!({ "Parts": [entry] });
    let done = account.call("CompleteMultipartUpload", done);
    // The SHA-256 of that one, computed with Python's hashlib.
    assert_eq!(
        done["ChecksumSHA256"],
        "lZXJ35AHUUjrBoYDZd8zWEt1v/eCpRDGzUiDpBmDPVA=-1"
    );
}

fn notifications(entries: Value) -> Value {
    json!({ "Bucket": "data", "NotificationConfiguration": entries })
}

fn function(id: &str, event: &str, prefix: &str, suffix: &str) -> Value {
    json!({
        "Id": id, "LambdaFunctionArn": format!("arn:aws:lambda:us-east-1:000000000000:function:{id}"),
        "Events": [event],
        "Filter": { "Key": { "FilterRules": [
            { "Name": "prefix", "Value": prefix }, { "Name": "suffix", "Value": suffix },
        ] } },
    })
}

#[test]
fn those_who_want_to_are_told() {
    let mut account = Account::versioned();
    let configuration = json!({
        "LambdaFunctionConfigurations": [
            function("made", "s3:ObjectCreated:*", "in/", ".jpg"),
            function("gone", "s3:ObjectRemoved:*", "", ""),
        ],
        "QueueConfigurations": [{
            "Id": "queue", "QueueArn": "arn:aws:sqs:us-east-1:000000000000:q",
            "Events": ["s3:ObjectCreated:Copy"],
            "Filter": { "Key": { "FilterRules": [{ "Name": "Prefix", "Value": "copy/" }] } },
        }],
    });
    account.call(
        "PutBucketNotificationConfiguration",
        notifications(configuration.clone()),
    );
    let kept = account.call(
        "GetBucketNotificationConfiguration",
        json!({ "Bucket": "data" }),
    );
    assert_eq!(kept, configuration);
    // Queues and topics are tested, functions are not.
    let tests = account.buckets.take_events();
    assert_eq!(tests.len(), 1);
    assert_eq!(tests[0].message["Event"], "s3:TestEvent");
    let put = account.put("in/a b+ü.jpg", "hello");
    account.put("in/x.png", "");
    account.put("out/x.jpg", "");
    account.call(
        "CopyObject",
        json!({
            "Bucket": "data", "Key": "copy/1", "CopySource": "data/in/x.png",
        }),
    );
    let marker = account.delete("out/x.jpg");
    let events = account.buckets.take_events();
    assert!(account.buckets.take_events().is_empty());
    let told: Vec<(&str, &str)> = events
        .iter()
        .map(|event| {
            let name = &event.message["Records"][0]["eventName"];
            let to = event.destination.rsplit(':').next().expect("it has one");
            (to, name.as_str().expect("it has one"))
        })
        .collect();
    assert_eq!(
        told,
        [
            ("made", "ObjectCreated:Put"),
            ("q", "ObjectCreated:Copy"),
            ("gone", "ObjectRemoved:DeleteMarkerCreated"),
        ]
    );
    let mut record = events[0].message["Records"][0].clone();
    let sequencer = |event: usize| {
        let object = &events[event].message["Records"][0]["s3"]["object"];
        object["sequencer"].as_str().expect("it has one").to_owned()
    };
    assert!(sequencer(0) < sequencer(1) && sequencer(1) < sequencer(2));
    record["responseElements"] = Value::Null;
    record["s3"]["object"]["sequencer"] = Value::Null;
    assert_eq!(
        record,
        json!({
            "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "us-east-1",
            "eventTime": "2013-05-24T00:00:00.000Z", "eventName": "ObjectCreated:Put",
            "userIdentity": { "principalId": "AWS:000000000000" },
            "requestParameters": { "sourceIPAddress": "127.0.0.1" },
            "responseElements": null,
            "s3": {
                "s3SchemaVersion": "1.0", "configurationId": "made",
                "bucket": {
                    "name": "data", "ownerIdentity": { "principalId": "000000000000" },
                    "arn": "arn:aws:s3:::data",
                },
                "object": {
                    "key": "in/a+b%2B%C3%BC.jpg", "size": 5,
                    "eTag": "5d41402abc4b2a76b9719d911017c592",
                    "versionId": put["VersionId"], "sequencer": null,
                },
            },
        })
    );
    let object = &events[2].message["Records"][0]["s3"]["object"];
    assert_eq!(
        (&object["versionId"], &object["size"]),
        (&marker["VersionId"], &Value::Null)
    );
}

#[test]
fn configurations_of_notifications_that_are_refused() {
    let mut account = Account::new();
    for (first, second) in [
        (
            function("a", "s3:ObjectCreated:*", "x", ""),
            function("b", "s3:ObjectCreated:Put", "", ".y"),
        ),
        (function("a", "s3:Objects", "", ""), Value::Null),
        (
            json!({ "LambdaFunctionArn": "arn:aws:sqs:us-east-1:000000000000:q", "Events": ["s3:ObjectCreated:*"] }),
            Value::Null,
        ),
    ] {
        let entries: Vec<Value> = [first, second]
            .into_iter()
            .filter(|entry| !entry.is_null())
            .collect();
        let input = notifications(json!({ "LambdaFunctionConfigurations": entries }));
        assert_eq!(
            account.fails("PutBucketNotificationConfiguration", input.clone()),
            is("InvalidArgument", 400),
            "{input}"
        );
    }
    // What cannot meet is no overlap.
    let apart = json!({ "LambdaFunctionConfigurations": [
        function("a", "s3:ObjectCreated:*", "x/", ""), function("b", "s3:ObjectCreated:*", "y/", ""),
    ] });
    account.call("PutBucketNotificationConfiguration", notifications(apart));
}

fn lifecycle(rule: Value) -> Value {
    let mut rule = rule;
    rule["Status"] = "Enabled".into();
    json!({ "Bucket": "data", "LifecycleConfiguration": { "Rules": [rule] } })
}

#[test]
fn rules_end_objects() {
    let mut account = Account::new();
    let listener = function("gone", "s3:LifecycleExpiration:*", "", "");
    account.call(
        "PutBucketNotificationConfiguration",
        notifications(json!({ "LambdaFunctionConfigurations": [listener] })),
    );
    account.put("tmp/old", "");
    account.put("keep", "");
    account.now += 1000;
    let rule = json!({ "Filter": { "Prefix": "tmp/" }, "Expiration": { "Days": 2 } });
    account.call("PutBucketLifecycleConfiguration", lifecycle(rule));
    account.put("tmp/new", "");
    // The days end at midnight; what was made a second after it lives a day longer.
    assert_eq!(account.buckets.next(), Some(START + 2 * DAY));
    account.buckets.expire(START + 2 * DAY - 1);
    assert_eq!(account.list(json!({})).0, ["keep", "tmp/new", "tmp/old"]);
    account.buckets.expire(START + 2 * DAY);
    assert_eq!(account.list(json!({})).0, ["keep", "tmp/new"]);
    assert_eq!(account.buckets.next(), Some(START + 3 * DAY));
    let events = account.buckets.take_events();
    let record = &events[0].message["Records"][0];
    assert_eq!(
        (
            &record["eventName"],
            &record["eventVersion"],
            &record["userIdentity"]["principalId"]
        ),
        (
            &json!("LifecycleExpiration:Delete"),
            &json!("2.3"),
            &json!("s3.amazonaws.com")
        )
    );
    account.call("DeleteBucketLifecycle", json!({ "Bucket": "data" }));
    assert_eq!(account.buckets.next(), None);
    let wrong = lifecycle(json!({ "Expiration": { "Days": 0 } }));
    assert_eq!(
        account.fails("PutBucketLifecycleConfiguration", wrong),
        is("InvalidArgument", 400)
    );
}

#[test]
fn rules_end_versions_and_uploads() {
    let mut account = Account::versioned();
    let rule = json!({
        "Filter": {}, "Expiration": { "Days": 1 },
        "NoncurrentVersionExpiration": { "NoncurrentDays": 1 },
        "AbortIncompleteMultipartUpload": { "DaysAfterInitiation": 5 },
    });
    account.call("PutBucketLifecycleConfiguration", lifecycle(rule));
    account.put("x", "");
    account.call(
        "CreateMultipartUpload",
        json!({ "Bucket": "data", "Key": "y" }),
    );
    account.buckets.expire(START + DAY);
    let (versions, markers) = account.versions();
    assert_eq!((versions.len(), markers.len()), (1, 1));
    // A marker that hides nothing any more goes when it is old enough itself.
    account.buckets.expire(START + 2 * DAY);
    assert_eq!(account.versions(), (vec![], vec![]));
    assert_eq!(account.buckets.next(), Some(START + 5 * DAY));
    account.buckets.expire(START + 5 * DAY);
    let uploads = account.call("ListMultipartUploads", json!({ "Bucket": "data" }));
    assert_eq!(uploads["Uploads"], json!([]));
    assert_eq!(account.buckets.next(), None);
}
