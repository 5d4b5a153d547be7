//! Signatures of requests, against the examples that AWS publishes.

use ifc_local::sign::{Request, Signed, Signer, claimed, content_hash, verify};

/// 2013-05-24 00:00 UTC.
const NOW: u64 = 1_369_353_600_000;
const ACCESS_KEY: &str = "AKIAIOSFODNN7EXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const HOST: (&str, &str) = ("Host", "examplebucket.s3.amazonaws.com");

fn signer() -> Signer<'static> {
    Signer {
        access_key: ACCESS_KEY,
        secret: SECRET,
        session_token: None,
        region: "us-east-1",
        service: "s3",
    }
}

fn secret(access_key: &str) -> Option<String> {
    (access_key == ACCESS_KEY).then(|| SECRET.to_owned())
}

fn request<'r>(
    method: &'r str,
    path: &'r str,
    query: &'r str,
    headers: &'r [(&'r str, &'r str)],
) -> Request<'r> {
    Request {
        method,
        path,
        query,
        headers,
    }
}

fn signature(headers: &[(String, String)]) -> &str {
    let authorization = headers.iter().find(|(name, _)| name == "authorization");
    let (_, value) = authorization.expect("it is signed");
    value.rsplit('=').next().expect("it has a signature")
}

/// The code of the error.
fn code(outcome: Result<Option<Signed>, ifc_local::ApiError>) -> String {
    outcome.expect_err("it is refused").code
}

/// Source: S3 API Reference, "Signature Calculations for the Authorization Header: Transferring Payload
/// in a Single Chunk", examples.
#[test]
fn headers_as_aws_signs_them() {
    let range = [HOST, ("Range", "bytes=0-9")];
    let put = [
        HOST,
        ("Date", "Fri, 24 May 2013 00:00:00 GMT"),
        ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
    ];
    for (request, content, expected) in [
        (
            request("GET", "/test.txt", "", &range),
            "",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            request("PUT", "/test$file.text", "", &put),
            "Welcome to Amazon S3.",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
        (
            request("GET", "/", "lifecycle", &[HOST]),
            "",
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            request("GET", "/", "max-keys=2&prefix=J", &[HOST]),
            "",
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ] {
        let hash = content_hash(content.as_bytes());
        let added = signer().sign(&request, &hash, NOW);
        assert_eq!(signature(&added), expected, "{}", request.path);
        let mut headers = request.headers.to_vec();
        headers.extend(
            added
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str())),
        );
        let sent = Request {
            headers: &headers,
            ..request
        };
        let signed = Signed {
            access_key: ACCESS_KEY.to_owned(),
            service: "s3".to_owned(),
            is_presigned: false,
            content: hash,
        };
        assert_eq!(verify(&sent, NOW + 60_000, secret), Ok(Some(signed)));
        assert_eq!(
            code(verify(&sent, NOW + 16 * 60_000, secret)),
            "RequestTimeTooSkewed"
        );
        assert_eq!(code(verify(&sent, NOW, |_| None)), "InvalidAccessKeyId");
        let other = Request {
            path: "/other",
            ..sent
        };
        assert_eq!(code(verify(&other, NOW, secret)), "SignatureDoesNotMatch");
    }
}

/// Source: S3 API Reference, "Authenticating Requests: Using Query Parameters", example.
#[test]
fn urls_as_aws_presigns_them() {
    let get = request("GET", "/test.txt", "", &[HOST]);
    let query = signer().presign(&get, NOW, 86_400);
    assert_eq!(
        query,
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    );
    let sent = request("GET", "/test.txt", &query, &[HOST]);
    let signed = verify(&sent, NOW + 86_400_000, secret).expect("it holds");
    assert!(signed.is_some_and(|signed| signed.is_presigned));
    assert_eq!(
        claimed(&sent),
        Some((ACCESS_KEY.to_owned(), "s3".to_owned()))
    );
    let expired = verify(&sent, NOW + 86_400_001, secret).expect_err("it has expired");
    assert_eq!(
        (expired.code.as_str(), expired.status),
        ("AccessDenied", 403)
    );
    let put = request("PUT", "/test.txt", &query, &[HOST]);
    assert_eq!(code(verify(&put, NOW, secret)), "SignatureDoesNotMatch");
    let longer = query.replace("86400", "86401");
    let longer = request("GET", "/test.txt", &longer, &[HOST]);
    assert_eq!(code(verify(&longer, NOW, secret)), "SignatureDoesNotMatch");
    let too_long = query.replace("86400", "604801");
    let too_long = request("GET", "/test.txt", &too_long, &[HOST]);
    assert_eq!(
        code(verify(&too_long, NOW, secret)),
        "AuthorizationQueryParametersError"
    );
}

#[test]
fn keys_with_any_letters_can_be_presigned() {
    let path = "/a%20b/%C3%BC%2B%26%3D.txt";
    let headers = [HOST, ("Content-Type", "text/plain")];
    let query = signer().presign(&request("PUT", path, "partNumber=1", &headers), NOW, 60);
    let sent = request("PUT", path, &query, &headers);
    assert!(verify(&sent, NOW, secret).is_ok_and(|signed| signed.is_some()));
    // A header that is signed has to be sent.
    let without = request("PUT", path, &query, &[HOST]);
    assert_eq!(code(verify(&without, NOW, secret)), "SignatureDoesNotMatch");
}

#[test]
fn what_is_no_signature() {
    assert_eq!(
        verify(&request("GET", "/", "a=1", &[HOST]), NOW, secret),
        Ok(None)
    );
    for authorization in ["", "Basic x", "AWS4-HMAC-SHA256 Credential=a,Signature=b"] {
        let headers = [HOST, ("authorization", authorization)];
        assert_eq!(
            code(verify(&request("GET", "/", "", &headers), NOW, secret)),
            "AuthorizationHeaderMalformed",
            "{authorization}"
        );
    }
    let query = "X-Amz-Signature=0";
    assert_eq!(
        code(verify(&request("GET", "/", query, &[HOST]), NOW, secret)),
        "AuthorizationQueryParametersError"
    );
}
