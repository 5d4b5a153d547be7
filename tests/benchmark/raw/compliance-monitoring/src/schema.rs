//! What Glue knows about the data: database, table and today's partition.

use anyhow::{Result, bail};
use aws_sdk_glue::types::{
    Column, DatabaseInput, PartitionInput, SerDeInfo, StorageDescriptor, TableInput,
};

use crate::{Context, DATABASE, TABLE, storage};

const COLUMNS: [&str; 4] = ["account_id", "account_name", "status", "joined_method"];
const PARTITIONS: [&str; 3] = ["year", "month", "day"];

pub async fn database(context: &Context) -> Result<()> {
    let Err(error) = context.glue.get_database().name(DATABASE).send().await else {
        return Ok(());
    };
    if !error
        .as_service_error()
        .is_some_and(|e| e.is_entity_not_found_exception())
    {
        return Err(error.into());
    }
    let input = DatabaseInput::builder()
        .name(DATABASE)
        .description("Compliance")
        .build()?;
    context
        .glue
        .create_database()
        .database_input(input)
        .send()
        .await?;
    Ok(())
}

pub async fn table(context: &Context) -> Result<()> {
    let input = table_input(context)?;
    match context
        .glue
        .get_table()
        .database_name(DATABASE)
        .name(TABLE)
        .send()
        .await
    {
        Ok(_) => {
            let update = context
                .glue
                .update_table()
                .database_name(DATABASE)
                .table_input(input);
            update.send().await?;
        }
        Err(error) => {
            let error = error.into_service_error();
            if !error.is_entity_not_found_exception() {
                return Err(error.into());
            }
            context
                .glue
                .create_table()
                .database_name(DATABASE)
                .table_input(input)
                .send()
                .await?;
        }
    }
    Ok(())
}

fn table_input(context: &Context) -> Result<TableInput> {
    let location = format!("s3://{}/compliance-data/", context.settings.bucket_name);
    let columns: Result<Vec<Column>, _> = COLUMNS.into_iter().map(column).collect();
    let partitions: Result<Vec<Column>, _> = PARTITIONS.into_iter().map(column).collect();
    let input = TableInput::builder()
        .name(TABLE)
        .storage_descriptor(descriptor(location).set_columns(Some(columns?)).build())
        .set_partition_keys(Some(partitions?))
        .table_type("EXTERNAL_TABLE")
        .parameters("classification", "json")
        .build()?;
    Ok(input)
}

fn column(name: &str) -> Result<Column, aws_sdk_glue::error::BuildError> {
    Column::builder().name(name).r#type("string").build()
}

fn descriptor(location: String) -> aws_sdk_glue::types::builders::StorageDescriptorBuilder {
    let serde =
        SerDeInfo::builder().serialization_library("org.apache.hive.hcatalog.data.JsonSerDe");
    StorageDescriptor::builder()
        .location(location)
        .input_format("org.apache.hadoop.mapred.TextInputFormat")
        .output_format("org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat")
        .serde_info(serde.build())
}

/// Replaces all partitions by today's.
pub async fn partition(context: &Context) -> Result<()> {
    let glue = &context.glue;
    let existing = glue
        .get_partitions()
        .database_name(DATABASE)
        .table_name(TABLE)
        .send()
        .await?;
    for stale in existing.partitions() {
        let deleted = glue
            .delete_partition()
            .database_name(DATABASE)
            .table_name(TABLE)
            .set_partition_values(stale.values.clone())
            .send()
            .await;
        if let Err(error) = deleted
            && !error
                .as_service_error()
                .is_some_and(|e| e.is_entity_not_found_exception())
        {
            return Err(error.into());
        }
    }
    let (folder, values) = storage::folder()?;
    let location = format!("s3://{}/{folder}", context.settings.bucket_name);
    let input = PartitionInput::builder()
        .set_values(Some(values))
        .storage_descriptor(descriptor(location).build())
        .build();
    let created = glue
        .batch_create_partition()
        .database_name(DATABASE)
        .table_name(TABLE)
        .partition_input_list(input)
        .send()
        .await?;
    if let Some(error) = created.errors().first() {
        bail!("the partition was refused: {error:?}");
    }
    Ok(())
}
