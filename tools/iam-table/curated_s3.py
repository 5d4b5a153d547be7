"""What calls of S3 need, by hand. See `curated.py` for the notation."""

from curated_notation import act, operation

BUCKET = {"bucket": {"BucketName": "Bucket~bk"}}
OBJECT = {"object": {"BucketName": "Bucket~bk", "ObjectName": "Key"}}
OBJECTS = {"object": {"BucketName": "Bucket~bk", "ObjectName": "Delete.Objects[].Key"}}
COPIED = {"object": {"@arn": "CopySource~src"}}
EXPRESS = {"bucket": {"BucketName": "Bucket~bk"}}

LABELLED = (
    act("s3:PutObjectTagging", OBJECT, "Tagging"), act("s3:PutObjectAcl", OBJECT, "ACL"),
    *(act("s3:PutObjectAcl", OBJECT, f"Grant{grant}") for grant in ("FullControl", "Read", "ReadACP", "WriteACP")),
    act("s3:PutObjectRetention", OBJECT, "ObjectLockMode"), act("s3:PutObjectLegalHold", OBJECT, "ObjectLockLegalHoldStatus"))
SOURCE = (act("s3:GetObject", COPIED, "!CopySource~version"), act("s3:GetObjectVersion", COPIED, "CopySource~version"))
BYPASS = "BypassGovernanceRetention"


def versioned(plain, version):
    return act("s3:" + plain, OBJECT, "!VersionId"), act("s3:" + version, OBJECT, "VersionId")


# ---- objects
operation("s3", "GetObject", *versioned("GetObject", "GetObjectVersion"))
operation("s3", "HeadObject", *versioned("GetObject", "GetObjectVersion"))
operation("s3", "GetObjectAttributes", *versioned("GetObjectAttributes", "GetObjectVersionAttributes"), *versioned("GetObject", "GetObjectVersion"))
operation("s3", "GetObjectAcl", *versioned("GetObjectAcl", "GetObjectVersionAcl"))
operation("s3", "GetObjectTagging", *versioned("GetObjectTagging", "GetObjectVersionTagging"))
operation("s3", "SelectObjectContent", act("s3:GetObject", OBJECT))
operation("s3", "PutObject", act("s3:PutObject", OBJECT), *LABELLED)
operation("s3", "CreateMultipartUpload", act("s3:PutObject", OBJECT), *LABELLED)
operation("s3", "UploadPart", act("s3:PutObject", OBJECT))
operation("s3", "CompleteMultipartUpload", act("s3:PutObject", OBJECT))
operation("s3", "UploadPartCopy", act("s3:PutObject", OBJECT), *SOURCE)
# Tags are copied too, if there are any.
operation("s3", "CopyObject", act("s3:PutObject", OBJECT), *SOURCE, *LABELLED,
          act("s3:GetObjectTagging", COPIED, "opt"), act("s3:PutObjectTagging", OBJECT, "opt"))
operation("s3", "AbortMultipartUpload", act("s3:AbortMultipartUpload", OBJECT))
operation("s3", "ListParts", act("s3:ListMultipartUploadParts", OBJECT))
operation("s3", "DeleteObject", *versioned("DeleteObject", "DeleteObjectVersion"), act("s3:BypassGovernanceRetention", OBJECT, BYPASS))
operation("s3", "DeleteObjects", act("s3:DeleteObject", OBJECTS), act("s3:DeleteObjectVersion", OBJECTS, "Delete.Objects[].VersionId"),
          act("s3:BypassGovernanceRetention", OBJECTS, BYPASS))
operation("s3", "DeleteObjectTagging", *versioned("DeleteObjectTagging", "DeleteObjectVersionTagging"))
operation("s3", "PutObjectTagging", *versioned("PutObjectTagging", "PutObjectVersionTagging"))
operation("s3", "PutObjectAcl", *versioned("PutObjectAcl", "PutObjectVersionAcl"))
operation("s3", "PutObjectRetention", act("s3:PutObjectRetention", OBJECT), act("s3:BypassGovernanceRetention", OBJECT, BYPASS))
operation("s3", "RenameObject", act("s3express:CreateSession", EXPRESS))
operation("s3", "CreateSession", act("s3express:CreateSession", EXPRESS))
operation("s3", "WriteGetObjectResponse", act("s3-object-lambda:WriteGetObjectResponse"))

# ---- buckets
operation("s3", "ListBuckets", act("s3:ListAllMyBuckets"))
operation("s3", "ListDirectoryBuckets", act("s3express:ListAllMyDirectoryBuckets"))
operation("s3", "CreateBucket", act("s3:CreateBucket", BUCKET), act("s3:PutBucketAcl", BUCKET, "ACL"),
          act("s3:PutBucketOwnershipControls", BUCKET, "ObjectOwnership"),
          act("s3:PutBucketObjectLockConfiguration", BUCKET, "ObjectLockEnabledForBucket"),
          act("s3:PutBucketVersioning", BUCKET, "ObjectLockEnabledForBucket"))
NAMES = {
    "ListObjects": "ListBucket", "ListObjectsV2": "ListBucket", "HeadBucket": "ListBucket",
    "ListObjectVersions": "ListBucketVersions", "ListMultipartUploads": "ListBucketMultipartUploads",
    "GetBucketEncryption": "GetEncryptionConfiguration", "PutBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "GetBucketLifecycle": "GetLifecycleConfiguration", "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "PutBucketLifecycle": "PutLifecycleConfiguration", "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "GetBucketReplication": "GetReplicationConfiguration", "PutBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration", "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
    "GetBucketCors": "GetBucketCORS", "PutBucketCors": "PutBucketCORS", "DeleteBucketCors": "PutBucketCORS",
    "DeleteBucketTagging": "PutBucketTagging", "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "GetBucketNotificationConfiguration": "GetBucketNotification", "PutBucketNotificationConfiguration": "PutBucketNotification",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock", "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration", "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
    "CreateBucketMetadataConfiguration": "CreateBucketMetadataTableConfiguration",
    "GetBucketMetadataConfiguration": "GetBucketMetadataTableConfiguration",
    "DeleteBucketMetadataConfiguration": "DeleteBucketMetadataTableConfiguration",
}
for _kind in ("Analytics", "Inventory", "Metrics", "IntelligentTiering"):
    NAMES |= {f"GetBucket{_kind}Configuration": f"Get{_kind}Configuration", f"ListBucket{_kind}Configurations": f"Get{_kind}Configuration",
              f"PutBucket{_kind}Configuration": f"Put{_kind}Configuration", f"DeleteBucket{_kind}Configuration": f"Put{_kind}Configuration"}
for _name, _action in NAMES.items():
    operation("s3", _name, act("s3:" + _action, BUCKET))
