//! Uploads in parts.

use serde_json::{Value, json};

use crate::{Account, is, names};

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
