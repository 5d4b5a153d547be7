//! Calls of S3 that are not one action of their own name.

use super::*;

#[test]
fn objects_are_read_as_they_are_or_in_a_version() {
    let object = [("bucket", "docs"), ("key", "a/b")];
    let version = [("bucket", "docs"), ("key", "a/b"), ("version_id", "?")];
    for (method, plain, versioned) in [
        ("get_object", &["GetObject"][..], &["GetObjectVersion"][..]),
        ("head_object", &["GetObject"], &["GetObjectVersion"]),
        (
            "get_object_attributes",
            &["GetObject", "GetObjectAttributes"],
            &["GetObjectVersion", "GetObjectVersionAttributes"],
        ),
        (
            "get_object_acl",
            &["GetObjectAcl"],
            &["GetObjectVersionAcl"],
        ),
        (
            "get_object_tagging",
            &["GetObjectTagging"],
            &["GetObjectVersionTagging"],
        ),
        (
            "put_object_acl",
            &["PutObjectAcl"],
            &["PutObjectVersionAcl"],
        ),
        (
            "put_object_tagging",
            &["PutObjectTagging"],
            &["PutObjectVersionTagging"],
        ),
        ("delete_object", &["DeleteObject"], &["DeleteObjectVersion"]),
        (
            "delete_object_tagging",
            &["DeleteObjectTagging"],
            &["DeleteObjectVersionTagging"],
        ),
        ("select_object_content", &["GetObject"], &["GetObject"]),
    ] {
        let on = |actions: &[&str]| -> Vec<String> {
            actions
                .iter()
                .map(|action| format!("s3:{action} arn:P:s3:::docs/a/b"))
                .collect()
        };
        assert_eq!(needs("s3", method, &object), on(plain), "{method}");
        assert_eq!(needs("s3", method, &version), on(versioned), "{method}");
    }
}

#[test]
fn a_version_that_may_be_set_needs_both() {
    let mut request = Request::with([Member::text("bucket", "docs"), Member::text("key", "a")]);
    request.members.push(Member {
        always: false,
        ..Member::any("version_id")
    });
    let both = [
        "s3:GetObject arn:P:s3:::docs/a",
        "s3:GetObjectVersion arn:P:s3:::docs/a",
    ];
    assert_eq!(lines(&permissions("s3", "get_object", &request)), both);
}

#[test]
fn writing_an_object_needs_what_is_set_with_it() {
    let mut members = vec![("bucket", "docs"), ("key", "<>")];
    let put = "s3:PutObject arn:P:s3:::docs/*";
    assert_eq!(needs("s3", "put_object", &members), [put]);
    members.extend([
        ("tagging", "?"),
        ("acl", "?"),
        ("object_lock_mode", "?"),
        ("object_lock_legal_hold_status", "?"),
    ]);
    let all = [
        "PutObject",
        "PutObjectAcl",
        "PutObjectLegalHold",
        "PutObjectRetention",
        "PutObjectTagging",
    ];
    let all = all.map(|action| format!("s3:{action} arn:P:s3:::docs/*"));
    assert_eq!(needs("s3", "put_object", &members), all);
}

#[test]
fn a_key_that_the_call_names_is_used() {
    let arn = "arn:aws:kms:eu-west-1:123456789012:key/1";
    for (key, expected) in [
        (arn, arn),
        ("1", "arn:P:kms:R:A:key/1"),
        ("alias/docs", "arn:P:kms:R:A:key/*"),
    ] {
        let object = [("bucket", "docs"), ("key", "a"), ("ssekms_key_id", key)];
        let via = "if kms:ViaService=s3.R.amazonaws.com";
        let found = needs("s3", "put_object", &object);
        assert_eq!(found[0], format!("kms:GenerateDataKey {expected} {via}"));
        let upload = needs("s3", "create_multipart_upload", &object);
        assert_eq!(upload[0], format!("kms:Decrypt {expected} {via}"));
    }
}

#[test]
fn parts_of_an_upload_are_writes() {
    let object = [("bucket", "docs"), ("key", "a")];
    for (method, action) in [
        ("create_multipart_upload", "PutObject"),
        ("upload_part", "PutObject"),
        ("complete_multipart_upload", "PutObject"),
        ("abort_multipart_upload", "AbortMultipartUpload"),
        ("list_parts", "ListMultipartUploadParts"),
    ] {
        assert_eq!(
            needs("s3", method, &object),
            [format!("s3:{action} arn:P:s3:::docs/a")],
            "{method}"
        );
    }
}

#[test]
fn copies_read_the_source() {
    let copy = |source| {
        needs(
            "s3",
            "copy_object",
            &[("bucket", "docs"), ("key", "b"), ("copy_source", source)],
        )
    };
    let put = "s3:PutObject arn:P:s3:::docs/b";
    assert_eq!(copy("in/a%20b"), ["s3:GetObject arn:P:s3:::in/a b", put]);
    assert_eq!(
        copy("in/a?versionId=3"),
        ["s3:GetObjectVersion arn:P:s3:::in/a", put]
    );
    assert_eq!(
        copy("<SOURCE>/<>"),
        ["s3:GetObject arn:P:s3:::${env:SOURCE}/*", put]
    );
    assert_eq!(
        copy("?"),
        [
            "s3:GetObject arn:P:s3:::*/*",
            "s3:GetObjectVersion arn:P:s3:::*/*",
            put
        ]
    );
    let part = needs(
        "s3",
        "upload_part_copy",
        &[("bucket", "docs"), ("key", "b"), ("copy_source", "in/a")],
    );
    assert_eq!(part, ["s3:GetObject arn:P:s3:::in/a", put]);
    let operation = operation("s3", "copy_object").expect("it exists");
    let hints = lines(&operation.hints(&Request::unknown()));
    assert!(
        hints.contains(&"s3:GetObjectTagging arn:P:s3:::*/*".to_owned()),
        "{hints:?}"
    );
}

#[test]
fn deleting_several_objects_is_deleting_each() {
    let members = [("bucket", "docs"), ("delete.objects[].key", "a")];
    assert_eq!(
        needs("s3", "delete_objects", &members),
        ["s3:DeleteObject arn:P:s3:::docs/a"]
    );
    let members = [
        ("bucket", "docs"),
        ("delete.objects[].key", "a"),
        ("delete.objects[].version_id", "?"),
    ];
    let both = [
        "s3:DeleteObject arn:P:s3:::docs/a",
        "s3:DeleteObjectVersion arn:P:s3:::docs/a",
    ];
    assert_eq!(needs("s3", "delete_objects", &members), both);
    let opaque = [("bucket", "docs"), ("delete", "?")];
    let both = [
        "s3:DeleteObject arn:P:s3:::docs/*",
        "s3:DeleteObjectVersion arn:P:s3:::docs/*",
    ];
    assert_eq!(needs("s3", "delete_objects", &opaque), both);
}

#[test]
fn directory_buckets_have_sessions() {
    let members = [("bucket", "fast--use1-az4--x-s3"), ("key", "a")];
    let session = ["s3express:CreateSession arn:P:s3express:R:A:bucket/fast--use1-az4--x-s3"];
    assert_eq!(needs("s3", "rename_object", &members), session);
    assert_eq!(needs("s3", "create_session", &members[..1]), session);
    assert_eq!(needs("s3", "put_object", &members), session);
    let removed = needs("s3", "delete_bucket", &members[..1]);
    assert_eq!(
        removed,
        ["s3express:DeleteBucket arn:P:s3express:R:A:bucket/fast--use1-az4--x-s3"]
    );
}

#[test]
fn object_lambdas_write_their_response() {
    let found = needs("s3", "write_get_object_response", &[("request_route", "?")]);
    assert_eq!(
        found,
        ["s3-object-lambda:WriteGetObjectResponse arn:P:s3-object-lambda:R:A:accesspoint/*"]
    );
}

#[test]
fn listing_is_on_the_bucket_and_by_prefix() {
    let list = |members: &[(&str, &str)]| needs("s3", "list_objects_v2", members);
    assert_eq!(
        list(&[("bucket", "docs")]),
        ["s3:ListBucket arn:P:s3:::docs"]
    );
    assert_eq!(
        list(&[("bucket", "docs"), ("prefix", "in/")]),
        ["s3:ListBucket arn:P:s3:::docs if s3:prefix=in/"]
    );
    assert_eq!(
        list(&[("bucket", "docs"), ("prefix", "in/<>")]),
        ["s3:ListBucket arn:P:s3:::docs if s3:prefix~in/*"]
    );
    assert_eq!(
        list(&[("bucket", "docs"), ("prefix", "<>")]),
        ["s3:ListBucket arn:P:s3:::docs"]
    );
    assert_eq!(
        needs("s3", "head_bucket", &[("bucket", "docs")]),
        ["s3:ListBucket arn:P:s3:::docs"]
    );
    assert_eq!(
        needs("s3", "list_objects", &[("bucket", "docs")]),
        ["s3:ListBucket arn:P:s3:::docs"]
    );
    assert_eq!(
        needs("s3", "list_object_versions", &[("bucket", "docs")]),
        ["s3:ListBucketVersions arn:P:s3:::docs"]
    );
    assert_eq!(
        needs("s3", "list_multipart_uploads", &[("bucket", "docs")]),
        ["s3:ListBucketMultipartUploads arn:P:s3:::docs"]
    );
    assert_eq!(needs("s3", "list_buckets", &[]), ["s3:ListAllMyBuckets *"]);
    let directories = needs("s3", "list_directory_buckets", &[]);
    assert!(
        directories[0].starts_with("s3express:ListAllMyDirectoryBuckets"),
        "{directories:?}"
    );
}

#[test]
fn configurations_of_buckets_have_names_of_their_own() {
    for (method, action) in [
        (
            "get_bucket_accelerate_configuration",
            "GetAccelerateConfiguration",
        ),
        (
            "list_bucket_analytics_configurations",
            "GetAnalyticsConfiguration",
        ),
        (
            "delete_bucket_inventory_configuration",
            "PutInventoryConfiguration",
        ),
        (
            "put_bucket_metrics_configuration",
            "PutMetricsConfiguration",
        ),
        (
            "get_bucket_intelligent_tiering_configuration",
            "GetIntelligentTieringConfiguration",
        ),
        (
            "delete_bucket_intelligent_tiering_configuration",
            "PutIntelligentTieringConfiguration",
        ),
        ("delete_bucket_encryption", "PutEncryptionConfiguration"),
        ("delete_bucket_lifecycle", "PutLifecycleConfiguration"),
        ("get_bucket_replication", "GetReplicationConfiguration"),
        ("delete_bucket_cors", "PutBucketCORS"),
        ("delete_bucket_tagging", "PutBucketTagging"),
        (
            "delete_bucket_ownership_controls",
            "PutBucketOwnershipControls",
        ),
        ("delete_public_access_block", "PutBucketPublicAccessBlock"),
        (
            "put_bucket_notification_configuration",
            "PutBucketNotification",
        ),
        (
            "get_object_lock_configuration",
            "GetBucketObjectLockConfiguration",
        ),
    ] {
        let expected = [format!("s3:{action} arn:P:s3:::docs")];
        assert_eq!(
            needs("s3", method, &[("bucket", "docs")]),
            expected,
            "{method}"
        );
    }
}

#[test]
fn replication_passes_its_role() {
    let role = "arn:aws:iam::111122223333:role/copy";
    let found = needs(
        "s3",
        "put_bucket_replication",
        &[("bucket", "docs"), ("replication_configuration.role", role)],
    );
    assert_eq!(
        found,
        [
            format!("iam:PassRole {role} if iam:PassedToService=s3.amazonaws.com"),
            "s3:PutReplicationConfiguration arn:P:s3:::docs".to_owned()
        ]
    );
}
