//! What Glue knows about the data.

use aws_sdk_glue::Client;
use aws_sdk_glue::types::{
    Column, DatabaseInput, PartitionInput, SerDeInfo, StorageDescriptor, TableInput,
};
use ifc_runtime::prelude::*;

use crate::{DATA, DATABASE, TABLE};

pub(crate) async fn describe(glue: &Client) -> Result<()> {
    if glue.get_database().name(DATABASE).send().await.is_err() {
        let input = DatabaseInput::builder().name(DATABASE).build()?;
        glue.create_database().database_input(input).send().await?;
    }
    let table = TableInput::builder()
        .name(TABLE)
        .storage_descriptor(storage("compliance-data/")?)
        .table_type("EXTERNAL_TABLE")
        .build()?;
    if glue
        .get_table()
        .database_name(DATABASE)
        .name(TABLE)
        .send()
        .await
        .is_ok()
    {
        glue.update_table()
            .database_name(DATABASE)
            .table_input(table)
            .send()
            .await?;
    } else {
        glue.create_table()
            .database_name(DATABASE)
            .table_input(table)
            .send()
            .await?;
    }

    let old = glue
        .get_partitions()
        .database_name(DATABASE)
        .table_name(TABLE)
        .send()
        .await?;
    for partition in old.partitions() {
        let values = Some(partition.values().to_vec());
        let delete = glue
            .delete_partition()
            .database_name(DATABASE)
            .table_name(TABLE);
        delete.set_partition_values(values).send().await?;
    }
    let today = PartitionInput::builder()
        .values("today")
        .storage_descriptor(storage("compliance-data/")?)
        .build();
    let create = glue
        .batch_create_partition()
        .database_name(DATABASE)
        .table_name(TABLE);
    create.partition_input_list(today).send().await?;
    Ok(())
}

fn storage(folder: &str) -> Result<StorageDescriptor> {
    let serde =
        SerDeInfo::builder().serialization_library("org.apache.hive.hcatalog.data.JsonSerDe");
    let descriptor = StorageDescriptor::builder()
        .location(format!("s3://{}/{folder}", DATA.name()))
        .columns(
            Column::builder()
                .name("account_id")
                .r#type("string")
                .build()?,
        )
        .columns(Column::builder().name("status").r#type("string").build()?)
        .serde_info(serde.build())
        .build();
    Ok(descriptor)
}
