//! Bucket to bucket: every picture that arrives in one bucket gets a thumbnail in the other.

mod picture;

use ifc_runtime::prelude::*;

#[resource(expire = "30d")]
pub static PICTURES: Bucket = Bucket::new();

#[resource]
pub static THUMBNAILS: Bucket = Bucket::new();

#[on(PICTURES.created(), prefix = "in/", suffix = ".pgm")]
#[function(memory = 512, timeout = "30s")]
async fn shrink(object: ObjectEvent) -> Result<()> {
    let picture = PICTURES.get(&object.key).await?;
    let thumbnail = picture::shrink(&picture.body, 64)?;
    let name = object.key.trim_start_matches("in/");
    THUMBNAILS.put(format!("small/{name}"), thumbnail).await?;
    Ok(())
}

#[on(PICTURES.removed(), prefix = "in/")]
async fn forget(object: ObjectEvent) -> Result<()> {
    let name = object.key.trim_start_matches("in/");
    THUMBNAILS.delete(format!("small/{name}")).await?;
    Ok(())
}

ifc_runtime::main!();
