//! Uploads, lists and downloads documents over HTTP. Bucket and table are handles; the audit log
//! is written with an ordinary client.

mod audit;

use ifc_runtime::prelude::*;

#[derive(Clone, Serialize, Deserialize, Item)]
pub struct Description {
    #[item(partition_key)]
    pub id: String,
    pub name: String,
    pub key: String,
}

#[resource]
pub static DOCUMENTS: Bucket = Bucket::new();

#[resource]
pub static DESCRIPTIONS: Table<Description> = Table::new();

#[on(http(PUT, "/documents/{id}/{name}"))]
async fn upload(Path((id, name)): Path<(String, String)>, body: String) -> StatusCode {
    let key = format!("documents/{id}/{name}");
    let description = Description { id, name, key };
    status(keep(description, body).await, StatusCode::CREATED)
}

async fn keep(description: Description, body: String) -> Result<()> {
    let key = format!("documents/{}/{}", description.id, description.name);
    DOCUMENTS
        .put_with(key, body, PutOptions::new().content_type("text/plain"))
        .await?;
    DESCRIPTIONS.put(&description).await?;
    audit::record("UPLOAD", &description.id).await
}

#[on(http(GET, "/documents"))]
async fn list() -> std::result::Result<Json<Vec<Description>>, StatusCode> {
    let found = DESCRIPTIONS.scan().all().await;
    found
        .map(Json)
        .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
}

#[on(http(GET, "/documents/{id}"))]
async fn download(Path(id): Path<String>) -> std::result::Result<String, StatusCode> {
    match read(&id).await {
        Ok(Some(text)) => Ok(text),
        Ok(None) => Err(StatusCode::NOT_FOUND),
        Err(_) => Err(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

async fn read(id: &str) -> Result<Option<String>> {
    let Some(description) = DESCRIPTIONS.get(id).await? else {
        return Ok(None);
    };
    let object = DOCUMENTS.get(&description.key).await?;
    audit::record("DOWNLOAD", id).await?;
    Ok(Some(object.text()?.to_owned()))
}

fn status(outcome: Result<()>, good: StatusCode) -> StatusCode {
    match outcome {
        Ok(()) => good,
        Err(error) => {
            tracing::error!(%error, "failed");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

ifc_runtime::main!();
