//! Operations of buckets.

use std::time::Duration;

use ifc_runtime::{Bucket, ErrorKind, PutOptions};
use serde_json::json;

use crate::inside::open;

static FILES: Bucket = Bucket::new().__declared("FILES");

pub(crate) async fn objects() {
    FILES.put("objects/a.txt", "hello world").await.unwrap();
    let object = FILES.get("objects/a.txt").await.unwrap();
    assert_eq!(object.text().unwrap(), "hello world");
    assert_eq!(
        (object.info.size, object.info.key.as_str()),
        (11, "objects/a.txt")
    );

    let part = FILES.get_range("objects/a.txt", 6..9).await.unwrap();
    assert_eq!((part.text().unwrap(), part.info.size), ("wor", 11));
    let rest = FILES.get_range("objects/a.txt", 6..).await.unwrap();
    assert_eq!(rest.text().unwrap(), "world");

    let options = PutOptions::new()
        .content_type("application/json")
        .cache_control("max-age=60")
        .content_disposition("inline")
        .metadata("color", "red")
        .only_new();
    let key = "objects/ü b+c.json";
    FILES
        .put_with(key, r#"{"n":1}"#, options.clone())
        .await
        .unwrap();
    let error = FILES.put_with(key, "{}", options).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConditionFailed, "{error:?}");

    FILES.copy(key, "objects/copy.json").await.unwrap();
    let info = FILES.head("objects/copy.json").await.unwrap();
    assert_eq!(info.content_type.as_deref(), Some("application/json"));
    assert_eq!(info.metadata["color"], "red");
    assert_eq!(info.size, 7);
    assert!(info.last_modified.is_some() && info.etag.is_some_and(|etag| !etag.contains('"')));
    let value: serde_json::Value = FILES
        .get("objects/copy.json")
        .await
        .unwrap()
        .json()
        .unwrap();
    assert_eq!(value["n"], 1);

    FILES.delete(key).await.unwrap();
    FILES.delete(key).await.unwrap();
    for missing in [
        FILES.get(key).await.map(drop),
        FILES.head(key).await.map(drop),
    ] {
        let error = missing.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error:?}");
    }
    let error = FILES.copy(key, "objects/x").await.unwrap_err();
    assert_eq!(
        (error.kind(), error.operation()),
        (ErrorKind::NotFound, "copy")
    );
    assert_eq!(FILES.get("").await.unwrap_err().kind(), ErrorKind::Invalid);
}

pub(crate) async fn listings() {
    for n in 0..7 {
        FILES
            .put(format!("listings/{n}"), vec![0_u8; n])
            .await
            .unwrap();
    }
    let objects = FILES.list("listings/").all().await.unwrap();
    let sizes: Vec<u64> = objects.iter().map(|object| object.size).collect();
    assert_eq!(sizes, [0, 1, 2, 3, 4, 5, 6]);
    assert_eq!(
        FILES.list("listings/").limit(5).all().await.unwrap().len(),
        5
    );
    assert!(FILES.list("listings-none/").all().await.unwrap().is_empty());

    let (mut keys, mut cursor, mut pages) = (Vec::new(), None, 0);
    loop {
        let page = FILES
            .list("listings/")
            .limit(3)
            .starting_after(cursor)
            .page()
            .await
            .unwrap();
        keys.extend(page.items.into_iter().map(|object| object.key));
        pages += 1;
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!((keys.len(), pages), (7, 3));
}

pub(crate) async fn presigned() {
    let minute = Duration::from_secs(60);
    let put = FILES
        .presign_put("presigned/a b.txt", minute)
        .await
        .unwrap();
    assert!(
        put.contains("X-Amz-Expires=60") && put.contains("X-Amz-Signature="),
        "{put}"
    );
    let body = json!("by url").to_string();
    assert_eq!(open("PUT", &put, &body).0, 200);
    let get = FILES
        .presign_get("presigned/a b.txt", minute)
        .await
        .unwrap();
    assert_eq!(open("GET", &get, ""), (200, body));
    // A URL is for one method and one key.
    assert_eq!(open("GET", &put, "").0, 403);
    let other = get.replace("a%20b.txt", "c.txt");
    assert_ne!(other, get);
    assert_eq!(open("GET", &other, "").0, 403);
    let error = FILES
        .presign_get("x", Duration::from_secs(8 * 24 * 3600))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
}
