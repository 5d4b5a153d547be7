//! S3.

use std::net::SocketAddr;

use ifc_local::{Answer, ApiError, Call};
use serde_json::{Value, json};

use crate::client::{Got, NOW, send, send_signed, signer};
use crate::scripted::{Scripted, done};

async fn request(
    to: SocketAddr,
    line: &str,
    headers: &[(&str, &str)],
    body: impl AsRef<[u8]>,
) -> Got {
    send_signed(to, signer("test", "s3"), line, headers, body).await
}

#[tokio::test]
async fn an_object_goes_in() {
    let output = json!({ "ETag": "\"abc\"", "VersionId": "v1", "ChecksumCRC32": "AAAAAA==" });
    let (backend, _server, to) = Scripted::serve(done(output)).await;
    let headers = [
        ("content-type", "text/plain"),
        ("x-amz-meta-Owner", "me"),
        ("x-amz-meta-twice", "1"),
        ("x-amz-meta-twice", "2"),
        ("if-none-match", "*"),
        ("x-amz-checksum-crc32", "AAAAAA=="),
    ];
    let got = request(
        to,
        "PUT /files/a%20b/%C3%BC+1.txt?x-id=PutObject",
        &headers,
        "hello",
    )
    .await;
    let input = json!({
        "Bucket": "files",
        "Key": "a b/ü+1.txt",
        "ContentType": "text/plain",
        "Metadata": { "owner": "me", "twice": "1,2" },
        "IfNoneMatch": "*",
        "ChecksumCRC32": "AAAAAA==",
    });
    assert_eq!(
        backend.calls(),
        [Call::new("s3", "PutObject", input).with_body("hello")]
    );
    assert_eq!((got.status, got.body.len()), (200, 0));
    for (name, value) in [
        ("etag", "\"abc\""),
        ("x-amz-version-id", "v1"),
        ("x-amz-checksum-crc32", "AAAAAA=="),
    ] {
        assert_eq!(got.header(name), Some(value));
    }
    let host = [("host", "files.localhost:4566")];
    request(to, "PUT /a/b", &host, "").await;
    let input = json!({ "Bucket": "files", "Key": "a/b" });
    assert_eq!(backend.calls(), [Call::new("s3", "PutObject", input)]);
}

#[tokio::test]
async fn chunks_are_put_together() {
    let (backend, _server, to) = Scripted::serve(done(json!({}))).await;
    let headers = [
        ("content-encoding", "aws-chunked"),
        ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
        ("x-amz-decoded-content-length", "7"),
        ("x-amz-trailer", "x-amz-checksum-crc32"),
        ("x-amz-sdk-checksum-algorithm", "CRC32"),
    ];
    let body = "5\r\nhello\r\n2\r\n\r\n\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n";
    request(to, "PUT /files/a", &headers, body).await;
    let input = json!({
        "Bucket": "files",
        "Key": "a",
        "ChecksumAlgorithm": "CRC32",
        "ChecksumCRC32": "NhCmhg==",
    });
    assert_eq!(
        backend.calls(),
        [Call::new("s3", "PutObject", input).with_body("hello\r\n")]
    );
    let got = request(to, "PUT /files/a", &headers, "5\r\nhel").await;
    assert_eq!(got.status, 400);
    assert!(got.text().contains("<Code>IncompleteBody</Code>"));
    assert_eq!(backend.calls(), []);
}

#[tokio::test]
async fn an_object_comes_out() {
    let answer = Answer {
        output: json!({
            "ContentLength": 3,
            "ContentRange": "bytes 2-4/10",
            "ContentType": "text/plain",
            "ETag": "\"abc\"",
            "LastModified": "2026-01-31T08:00:00.000Z",
            "Metadata": { "owner": "me" },
        }),
        body: b"cde".to_vec(),
    };
    let (backend, _server, to) = Scripted::serve(Ok(answer)).await;
    let got = request(
        to,
        "GET /files/a?versionId=v1",
        &[("range", "bytes=2-4")],
        "",
    )
    .await;
    let input = json!({ "Bucket": "files", "Key": "a", "Range": "bytes=2-4", "VersionId": "v1" });
    assert_eq!(backend.calls(), [Call::new("s3", "GetObject", input)]);
    assert_eq!((got.status, got.text().as_str()), (206, "cde"));
    for (name, value) in [
        ("content-length", "3"),
        ("content-range", "bytes 2-4/10"),
        ("content-type", "text/plain"),
        ("last-modified", "Sat, 31 Jan 2026 08:00:00 GMT"),
        ("x-amz-meta-owner", "me"),
    ] {
        assert_eq!(got.header(name), Some(value));
    }
    let output = json!({ "ContentLength": 10, "LastModified": 1_769_846_400 });
    backend.answer(done(output));
    let got = request(to, "HEAD /files/a", &[], "").await;
    assert_eq!(backend.calls()[0].operation, "HeadObject");
    assert_eq!(
        (got.status, got.header("content-length"), got.body.len()),
        (200, Some("10"), 0)
    );
    assert_eq!(
        got.header("last-modified"),
        Some("Sat, 31 Jan 2026 08:00:00 GMT")
    );
}

#[tokio::test]
async fn lists() {
    let output = json!({
        "Name": "files",
        "IsTruncated": true,
        "NextContinuationToken": "t",
        "KeyCount": 1,
        "Contents": [
            { "Key": "a&b c", "Size": 1, "ETag": "\"e\"", "LastModified": 1_769_846_400.5 },
            { "Key": "d" },
        ],
        "CommonPrefixes": [{ "Prefix": "x/" }],
    });
    let (backend, _server, to) = Scripted::serve(done(output)).await;
    let line = "GET /files?list-type=2&prefix=a%26b&max-keys=2&fetch-owner=true";
    let got = request(to, line, &[], "").await;
    let input = json!({ "Bucket": "files", "Prefix": "a&b", "MaxKeys": 2, "FetchOwner": true });
    assert_eq!(backend.calls(), [Call::new("s3", "ListObjectsV2", input)]);
    let text = got.text();
    for part in [
        "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">",
        "<IsTruncated>true</IsTruncated>",
        "<Key>a&amp;b c</Key>",
        "<ETag>&quot;e&quot;</ETag>",
        "<LastModified>2026-01-31T08:00:00.500Z</LastModified>",
        "</Contents><Contents><Key>d</Key></Contents>",
        "<CommonPrefixes><Prefix>x/</Prefix></CommonPrefixes>",
    ] {
        assert!(text.contains(part), "{text}");
    }
    request(to, "GET /files?list-type=2&encoding-type=url", &[], "").await;
    assert_eq!(backend.calls()[0].input["EncodingType"], "url");
    let got = request(to, "GET /files?list-type=2&max-keys=many", &[], "").await;
    assert!(got.text().contains("<Code>InvalidArgument</Code>"));
    assert_eq!(backend.calls(), []);
    backend.answer(done(json!({ "Buckets": [{ "Name": "files" }] })));
    let got = request(to, "GET /", &[], "").await;
    assert!(
        got.text()
            .contains("<Buckets><Bucket><Name>files</Name></Bucket></Buckets>")
    );
}

#[tokio::test]
async fn bodies_in_xml() {
    let (backend, _server, to) = Scripted::serve(done(json!({}))).await;
    let cases: [(&str, &str, &str, Value); 4] = [
        (
            "POST /files?delete",
            "<Delete xmlns=\"x\"><Object><Key>a&lt;</Key></Object><Object><Key>b</Key><VersionId>v</VersionId></Object><Quiet>true</Quiet></Delete>",
            "DeleteObjects",
            json!({ "Bucket": "files", "Delete": {
                "Objects": [{ "Key": "a<" }, { "Key": "b", "VersionId": "v" }],
                "Quiet": true,
            } }),
        ),
        (
            "POST /files/a?uploadId=u",
            "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>\"e\"</ETag></Part></CompleteMultipartUpload>",
            "CompleteMultipartUpload",
            json!({ "Bucket": "files", "Key": "a", "UploadId": "u", "MultipartUpload": {
                "Parts": [{ "PartNumber": 1, "ETag": "\"e\"" }],
            } }),
        ),
        (
            "PUT /files?versioning",
            "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
            "PutBucketVersioning",
            json!({ "Bucket": "files", "VersioningConfiguration": { "Status": "Enabled" } }),
        ),
        (
            "PUT /files/a?tagging",
            "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>",
            "PutObjectTagging",
            json!({ "Bucket": "files", "Key": "a", "Tagging": {
                "TagSet": [{ "Key": "k", "Value": "v" }],
            } }),
        ),
    ];
    for (line, body, operation, input) in cases {
        request(to, line, &[], body).await;
        assert_eq!(backend.calls(), [Call::new("s3", operation, input)]);
    }
    let got = request(to, "POST /files?delete", &[], "<Delete>").await;
    assert_eq!(got.status, 400);
    assert!(got.text().contains("<Code>MalformedXML</Code>"));
}

#[tokio::test]
async fn copies_and_parts() {
    let output = json!({ "CopyObjectResult": { "ETag": "\"e\"" }, "VersionId": "v2" });
    let (backend, _server, to) = Scripted::serve(done(output)).await;
    let source = [("x-amz-copy-source", "files/a%20b")];
    let got = request(to, "PUT /files/c", &source, "").await;
    let input = json!({ "Bucket": "files", "Key": "c", "CopySource": "files/a%20b" });
    assert_eq!(backend.calls(), [Call::new("s3", "CopyObject", input)]);
    assert!(
        got.text()
            .contains("<ETag>&quot;e&quot;</ETag></CopyObjectResult>")
    );
    assert_eq!(got.header("x-amz-version-id"), Some("v2"));
    for (line, operation) in [
        ("POST /files/a?uploads", "CreateMultipartUpload"),
        ("PUT /files/a?partNumber=2&uploadId=u", "UploadPart"),
        ("GET /files/a?uploadId=u", "ListParts"),
        ("DELETE /files/a?uploadId=u", "AbortMultipartUpload"),
        ("GET /files?uploads", "ListMultipartUploads"),
        ("GET /files?versions&versionId=x", "ListObjectVersions"),
        ("GET /files?location", "GetBucketLocation"),
        ("DELETE /files/a", "DeleteObject"),
        ("DELETE /files", "DeleteBucket"),
        ("PUT /files", "CreateBucket"),
        ("HEAD /files/", "HeadBucket"),
        ("GET /files", "ListObjects"),
    ] {
        request(to, line, &[], "").await;
        assert_eq!(backend.calls()[0].operation, operation, "{line}");
    }
}

#[tokio::test]
async fn errors() {
    let error = ApiError::new("NoSuchKey", "The specified key does not exist.").with_status(404);
    let (backend, _server, to) = Scripted::serve(Err(error.with("Key", "a<b"))).await;
    let got = request(to, "GET /files/a", &[], "").await;
    let id = got.header("x-amz-request-id").unwrap().to_owned();
    let expected = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code>\
         <Message>The specified key does not exist.</Message><Key>a&lt;b</Key>\
         <RequestId>{id}</RequestId></Error>"
    );
    assert_eq!((got.status, got.text()), (404, expected));
    let got = request(to, "HEAD /files/a", &[], "").await;
    assert_eq!((got.status, got.body.len()), (404, 0));
    backend.calls();
    for (line, status, code) in [
        ("GET /files/a?acl", 501, "NotImplemented"),
        ("POST /files/a", 405, "MethodNotAllowed"),
    ] {
        let got = request(to, line, &[], "").await;
        assert_eq!(got.status, status);
        assert!(got.text().contains(&format!("<Code>{code}</Code>")));
    }
    let got = send(to, "GET /files/a", &[], "").await;
    assert_eq!(got.status, 403);
    assert!(got.text().contains("<Code>AccessDenied</Code>"));
    let got = send_signed(to, signer("other", "s3"), "GET /files/a", &[], "").await;
    assert!(got.text().contains("<Code>InvalidAccessKeyId</Code>"));
    assert_eq!(backend.calls(), []);
}

#[tokio::test]
async fn presigned_urls() {
    let (backend, _server, to) = Scripted::serve(done(json!({}))).await;
    let host = to.to_string();
    let request = ifc_local::sign::Request {
        method: "GET",
        path: "/files/a%20b",
        query: "x-id=GetObject",
        headers: &[("host", &host)],
    };
    let presign = |at: u64| signer("test", "s3").presign(&request, at, 60);
    let get =
        async |path: &str, query: &str| send(to, &format!("GET {path}?{query}"), &[], "").await;
    assert_eq!(get("/files/a%20b", &presign(NOW)).await.status, 200);
    let input = json!({ "Bucket": "files", "Key": "a b" });
    assert_eq!(backend.calls(), [Call::new("s3", "GetObject", input)]);
    for (path, query, code) in [
        ("/files/a%20b", presign(NOW - 61_000), "AccessDenied"),
        ("/files/c", presign(NOW), "SignatureDoesNotMatch"),
        (
            "/files/a%20b",
            presign(NOW).replace("=60&", "=600&"),
            "SignatureDoesNotMatch",
        ),
    ] {
        let got = get(path, &query).await;
        assert_eq!(got.status, 403);
        assert!(
            got.text().contains(&format!("<Code>{code}</Code>")),
            "{}",
            got.text()
        );
    }
    assert_eq!(backend.calls(), []);
}

#[tokio::test]
async fn contents_are_what_was_signed() {
    let (backend, _server, to) = Scripted::serve(done(json!({}))).await;
    let hash = ifc_local::sign::content_hash(b"other");
    let got = request(
        to,
        "PUT /files/a",
        &[("x-amz-content-sha256", &hash)],
        "hello",
    )
    .await;
    assert!(
        got.text()
            .contains("<Code>XAmzContentSHA256Mismatch</Code>")
    );
    assert_eq!(backend.calls(), []);
}
