//! Stores files, tells a queue about each, counts them in CloudWatch and works the queue off.

mod metrics;

use ifc_runtime::prelude::*;

#[derive(Clone, Serialize, Deserialize)]
pub struct Notice {
    pub key: String,
    pub bytes: usize,
}

#[derive(Deserialize)]
pub struct Upload {
    name: String,
    content: String,
}

#[resource]
pub static FILES: Bucket = Bucket::new();

#[resource]
pub static NOTICES: Queue<Notice> = Queue::new();

#[on(http(POST, "/files"))]
async fn store(Json(upload): Json<Upload>) -> StatusCode {
    match accept(upload).await {
        Ok(()) => StatusCode::CREATED,
        Err(error) => {
            tracing::error!(%error, "the file was not stored");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

async fn accept(upload: Upload) -> Result<()> {
    let notice = Notice {
        key: format!("incoming/{}", upload.name),
        bytes: upload.content.len(),
    };
    FILES
        .put(format!("incoming/{}", upload.name), upload.content)
        .await?;
    NOTICES.send(&notice).await?;
    metrics::put("FilesProcessed", 1.0).await?;
    metrics::put("BytesProcessed", notice.bytes as f64).await
}

#[on(NOTICES, batch = 10)]
async fn acknowledge(notice: Notice) -> Result<()> {
    tracing::info!(key = %notice.key, bytes = notice.bytes, "file was processed");
    Ok(())
}

ifc_runtime::main!();
