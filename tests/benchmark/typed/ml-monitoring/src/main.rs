//! Sets how X-Ray encrypts traces, once a week.

use aws_sdk_xray::Client;
use aws_sdk_xray::operation::put_encryption_config::PutEncryptionConfigInput;
use aws_sdk_xray::types::EncryptionType;
use ifc_runtime::prelude::*;

#[on(schedule("rate(7 days)"))]
async fn encrypt_traces() -> Result<()> {
    let client = Client::new(&aws_config::load_from_env().await);
    let input = PutEncryptionConfigInput::builder().r#type(EncryptionType::None);
    input.send_with(&client).await?;
    Ok(())
}

ifc_runtime::main!();
