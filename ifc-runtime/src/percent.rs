//! Percent-encoding of what stands in URLs.

use std::fmt::Write;

/// The text with every byte encoded that is neither a letter or digit nor one of `kept`.
pub(crate) fn encode(text: &str, kept: &[u8]) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || kept.contains(&byte) {
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
    fn bytes_are_encoded() {
        assert_eq!(encode("a b/ü+1.png", b"./"), "a%20b/%C3%BC%2B1.png");
    }
}
