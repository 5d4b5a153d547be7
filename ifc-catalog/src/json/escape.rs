//! Texts in quotes.

/// Writes a text in quotes.
pub(super) fn string(text: &str, to: &mut Vec<u8>) {
    if is_plain(text.as_bytes()) {
        plain(text, to);
    } else {
        // Memory does not fail.
        let _ = serde_json::to_writer(to, text);
    }
}

/// Writes a text in which nothing is escaped.
pub(super) fn plain(text: &str, to: &mut Vec<u8>) {
    to.reserve(text.len() + 2);
    to.push(b'"');
    to.extend_from_slice(text.as_bytes());
    to.push(b'"');
}

/// Whether nothing in it is escaped. Looks at eight bytes at a time, since most texts are short.
fn is_plain(bytes: &[u8]) -> bool {
    if let Some(last) = bytes.last_chunk::<8>() {
        let (words, _) = bytes.as_chunks::<8>();
        let escaped = words
            .iter()
            .fold(0, |escaped, word| escaped | in_word(word));
        // The last bytes once more: some of them may be in no word.
        return escaped | in_word(last) == 0;
    }
    match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        (Some(&[a, b, c, d]), Some(&[e, f, g, h])) => in_word(&[a, b, c, d, e, f, g, h]) == 0,
        _ => bytes
            .iter()
            .all(|byte| *byte >= b' ' && *byte != b'"' && *byte != b'\\'),
    }
}

/// Not zero if one of the bytes is escaped.
fn in_word(bytes: &[u8; 8]) -> u64 {
    const ONES: u64 = u64::MAX / 0xff;
    // The highest bit of some byte is set if that or another byte is less than `than`.
    let has_less =
        |word: u64, than: u8| word.wrapping_sub(ONES * u64::from(than)) & !word & (ONES << 7);
    let word = u64::from_le_bytes(*bytes);
    let is = |byte: u8| has_less(word ^ (ONES * u64::from(byte)), 1);
    has_less(word, b' ') | is(b'"') | is(b'\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_escaped_as_serde_json_does() {
        for byte in 0..=0x7f_u8 {
            for before in 0..20 {
                let text = format!("{}{}é", "a".repeat(before), char::from(byte));
                let mut out = Vec::new();
                string(&text, &mut out);
                assert_eq!(out, serde_json::to_vec(&text).unwrap(), "{text:?}");
            }
        }
    }
}
