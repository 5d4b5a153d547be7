//! Presigned URLs are answered in the test, as S3 does it.

use ifc_runtime::TestApp;
use ifc_runtime::prelude::*;
use ifc_runtime::testing::minutes;

use crate::resources::FILES;

async fn upload_url(app: &TestApp) -> String {
    let url = app.post("/uploads/a%20b.txt").await;
    url.assert_status(200);
    url.text()
}

#[ifc_runtime::test]
async fn a_client_puts_an_object_by_its_url(app: TestApp) -> Result<()> {
    let url = upload_url(&app).await;
    let put = app
        .put(&url)
        .header("Content-Type", "text/plain")
        .header("x-amz-meta-color", "red")
        .body("hello");
    let put = put.await;
    put.assert_status(200);
    let info = FILES.head("news/a b.txt").await?;
    assert_eq!(
        put.header("etag")
            .map(|tag| tag.trim_matches('"').to_owned()),
        info.etag
    );
    assert_eq!(info.content_type.as_deref(), Some("text/plain"));
    assert_eq!(info.metadata["color"], "red");
    assert_eq!(app.settle().await.runs("count"), 1);

    let get = FILES.presign_get("news/a b.txt", minutes(1)).await?;
    let got = app.get(&get).header("range", "bytes=1-3").await;
    got.assert_status(206);
    assert_eq!(
        (got.text().as_str(), got.header("content-type")),
        ("ell", Some("text/plain"))
    );
    Ok(())
}

#[ifc_runtime::test]
async fn a_url_is_for_one_method_one_key_and_its_time(app: TestApp) {
    let url = upload_url(&app).await;
    let other = url.replace("a%20b.txt", "c.txt");
    for refused in [app.get(&url).await, app.put(&other).body("x").await] {
        refused.assert_status(403);
        assert!(
            refused
                .text()
                .contains("<Code>SignatureDoesNotMatch</Code>")
        );
    }
    app.advance(minutes(6)).await;
    let late = app.put(&url).body("x").await;
    late.assert_status(403);
    assert!(
        late.text().contains("Request has expired"),
        "{}",
        late.text()
    );
    assert!(app.bucket(&FILES).objects().is_empty());
}

#[ifc_runtime::test]
async fn a_url_allows_what_its_maker_may(app: TestApp) -> Result<()> {
    FILES.put("news/a", "x").await?;
    let url = FILES.presign_get("news/a", minutes(1));
    let url = app.as_function("show", url).await?;
    let refused = app.get(&url).await;
    refused.assert_status(403);
    assert!(
        refused.text().contains("<Code>AccessDenied</Code>"),
        "{}",
        refused.text()
    );
    Ok(())
}
