//! What `ifc_runtime::prelude` exports, so that the compiler knows what a name from
//! `use ifc_runtime::prelude::*` stands for. The runtime's tests hold its prelude against this.

/// Name in the prelude and the path it stands for; in order of name.
pub static PRELUDE: &[(&str, &str)] = &[
    ("Batch", "ifc_runtime::Batch"),
    ("BatchResult", "ifc_runtime::BatchResult"),
    ("BoxError", "ifc_runtime::BoxError"),
    ("Bucket", "ifc_runtime::Bucket"),
    ("Bus", "ifc_runtime::Bus"),
    ("Change", "ifc_runtime::Change"),
    ("Deserialize", "serde::Deserialize"),
    ("Envelope", "ifc_runtime::Envelope"),
    ("Error", "ifc_runtime::Error"),
    ("ErrorKind", "ifc_runtime::ErrorKind"),
    ("Event", "ifc_runtime::Event"),
    ("Fifo", "ifc_runtime::Fifo"),
    ("Function", "ifc_runtime::Function"),
    ("Item", "ifc_runtime::Item"),
    ("Json", "axum::Json"),
    ("Message", "ifc_runtime::Message"),
    ("Notification", "ifc_runtime::Notification"),
    ("ObjectEvent", "ifc_runtime::ObjectEvent"),
    ("Parameter", "ifc_runtime::Parameter"),
    ("Path", "axum::extract::Path"),
    ("Query", "axum::extract::Query"),
    ("Queue", "ifc_runtime::Queue"),
    ("ReadTransaction", "ifc_runtime::ReadTransaction"),
    ("Result", "ifc_runtime::Result"),
    ("Scheduled", "ifc_runtime::Scheduled"),
    ("Secret", "ifc_runtime::Secret"),
    ("Serialize", "serde::Serialize"),
    ("Standard", "ifc_runtime::Standard"),
    ("State", "axum::extract::State"),
    ("StatusCode", "axum::http::StatusCode"),
    ("Table", "ifc_runtime::Table"),
    ("Topic", "ifc_runtime::Topic"),
    ("Transaction", "ifc_runtime::Transaction"),
    ("Update", "ifc_runtime::Update"),
    ("allow_infra", "ifc_runtime::allow_infra"),
    ("attr", "ifc_runtime::attr"),
    ("function", "ifc_runtime::function"),
    ("grant", "ifc_runtime::grant"),
    ("on", "ifc_runtime::on"),
    ("resource", "ifc_runtime::resource"),
];

/// The path that a name of the prelude stands for.
pub fn canonical(name: &str) -> Option<&'static str> {
    PRELUDE
        .binary_search_by_key(&name, |(name, _)| name)
        .ok()
        .map(|at| PRELUDE[at].1)
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_in_order() {
        assert!(super::PRELUDE.is_sorted_by_key(|(name, _)| name));
        assert_eq!(super::canonical("Table"), Some("ifc_runtime::Table"));
        assert_eq!(super::canonical("Tabl"), None);
    }
}
