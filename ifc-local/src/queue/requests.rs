//! What the requests of batches have in common.

use serde_json::{Value, json};

use crate::error::ApiError;

/// The entries of a batch: 1 to 10, with ids that differ.
pub(super) fn entries(request: &Value) -> Result<&[Value], ApiError> {
    let entries = request["Entries"].as_array().map_or(&[][..], Vec::as_slice);
    let wrong = |code: &str, message: &str| {
        Err(ApiError::new(
            &format!("AWS.SimpleQueueService.{code}"),
            message,
        ))
    };
    if entries.is_empty() {
        return wrong(
            "EmptyBatchRequest",
            "There should be at least one entry in the request.",
        );
    }
    if entries.len() > 10 {
        return wrong(
            "TooManyEntriesInBatchRequest",
            "Maximum number of entries per request are 10.",
        );
    }
    for (at, entry) in entries.iter().enumerate() {
        if entries[..at].iter().any(|other| other["Id"] == entry["Id"]) {
            return wrong(
                "BatchEntryIdsNotDistinct",
                "Two or more batch entries have the same Id.",
            );
        }
    }
    Ok(entries)
}

/// What became of each entry.
pub(super) fn outcomes(
    entries: &[Value],
    mut each: impl FnMut(&Value) -> Result<Value, ApiError>,
) -> Value {
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for entry in entries {
        match each(entry) {
            Ok(mut answer) => {
                answer["Id"] = entry["Id"].clone();
                successful.push(answer);
            }
            Err(error) => failed.push(json!({
                "Id": entry["Id"],
                "SenderFault": error.status < 500,
                "Code": error.code,
                "Message": error.message,
            })),
        }
    }
    // Not `json!`, which would copy both.
    Value::from_iter([("Successful", successful), ("Failed", failed)])
}
