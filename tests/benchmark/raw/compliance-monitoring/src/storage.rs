//! The data in the bucket.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Result, ensure};
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ServerSideEncryption;
use serde::Serialize;

use crate::Context;

/// Where the data of this moment's day lies, below the bucket.
pub fn folder() -> Result<(String, Vec<String>)> {
    let days = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() / 86_400;
    let (year, month, day) = date(days as i64);
    let values = vec![year.to_string(), format!("{month:02}"), format!("{day:02}")];
    Ok((
        format!("compliance-data/year={year}/month={month:02}/day={day:02}/"),
        values,
    ))
}

/// The date of a day after 1970-01-01, by the algorithm for the proleptic Gregorian calendar.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    (
        year + era * 400 + i64::from(month <= 2),
        month,
        of_year - (153 * shifted + 2) / 5 + 1,
    )
}

pub async fn verify(context: &Context) -> Result<()> {
    let bucket = context.settings.bucket_name.as_str();
    let location = context
        .s3
        .get_bucket_location()
        .bucket(bucket)
        .send()
        .await?;
    tracing::info!(location = ?location.location_constraint(), "the bucket is there");
    Ok(())
}

pub async fn store<T: Serialize>(context: &Context, records: &[T]) -> Result<()> {
    let Context { settings, s3, .. } = context;
    let lines: Result<Vec<String>, _> = records.iter().map(serde_json::to_string).collect();
    let (folder, _) = folder()?;
    let key = format!("{folder}accounts.json");
    s3.put_object()
        .bucket(&settings.bucket_name)
        .key(&key)
        .content_type("application/json")
        .server_side_encryption(ServerSideEncryption::AwsKms)
        .ssekms_key_id(&settings.kms_key_id)
        .body(ByteStream::from(lines?.join("\n").into_bytes()))
        .send()
        .await?;

    let stored = s3
        .get_object()
        .bucket(&settings.bucket_name)
        .key(&key)
        .send()
        .await?;
    ensure!(
        stored.content_length().is_some_and(|length| length > 0),
        "nothing was stored"
    );
    let listed = s3
        .list_objects_v2()
        .bucket(&settings.bucket_name)
        .prefix("compliance-data/")
        .max_keys(1)
        .send()
        .await?;
    ensure!(listed.key_count() == Some(1), "the data is not listed");
    Ok(())
}
