//! S3.

sdk::service! {
    copy_object CopyObject CopyObjectInput CopyObjectFluentBuilder { bucket }
    delete_object DeleteObject DeleteObjectInput DeleteObjectFluentBuilder { bucket, key }
    get_object GetObject GetObjectInput GetObjectFluentBuilder { bucket, key }
    head_object HeadObject HeadObjectInput HeadObjectFluentBuilder { bucket, key }
    list_buckets ListBuckets ListBucketsInput ListBucketsFluentBuilder {}
    put_object PutObject PutObjectInput PutObjectFluentBuilder { bucket, key }
}
