//! Keys of objects where they stand in URLs.

use std::fmt::Write;

/// The source of a copy travels in a header, as a path of a URL.
pub(crate) fn percent_encoded(key: &str) -> String {
    let mut encoded = String::with_capacity(key.len());
    for byte in key.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copy_sources_are_encoded() {
        assert_eq!(percent_encoded("a b/ü+1.png"), "a%20b/%C3%BC%2B1.png");
    }
}
