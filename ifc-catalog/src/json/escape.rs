//! What stands between the quotes of a text.

/// Writes it.
pub(super) fn content(text: &str, to: &mut String) {
    if is_plain(text.as_bytes()) {
        to.push_str(text);
    } else {
        escaped(text, to);
    }
}

#[cold]
fn escaped(text: &str, to: &mut String) {
    // Texts can be serialised.
    let quoted = serde_json::to_string(text).unwrap_or_default();
    to.extend(quoted.get(1..quoted.len() - 1));
}

/// Whether nothing in it is escaped. Looks at eight bytes at a time, some of them twice, since most
/// texts are short.
fn is_plain(bytes: &[u8]) -> bool {
    match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) => {
            let escaped = in_word(first) | in_word(last);
            escaped == 0 && (bytes.len() <= 16 || is_long_plain(bytes))
        }
        _ => match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
            (Some(&[a, b, c, d]), Some(&[e, f, g, h])) => in_word(&[a, b, c, d, e, f, g, h]) == 0,
            _ => bytes
                .iter()
                .all(|byte| *byte >= b' ' && *byte != b'"' && *byte != b'\\'),
        },
    }
}

/// [`is_plain`] up to the last eight bytes.
#[inline(never)]
fn is_long_plain(bytes: &[u8]) -> bool {
    let (words, _) = bytes.as_chunks::<8>();
    let words = words.iter();
    words.fold(0, |escaped, word| escaped | in_word(word)) == 0
}

/// Not zero if one of the bytes is escaped.
fn in_word(bytes: &[u8; 8]) -> u64 {
    const ONES: u64 = u64::MAX / 0xff;
    let word = u64::from_le_bytes(*bytes);
    // The highest bit of some byte is set if that or another byte, one of ASCII, is less than `than`
    // when the bits of `flipped` are.
    let has_less = |flipped: u8, than: u8| {
        (word ^ (ONES * u64::from(flipped))).wrapping_sub(ONES * u64::from(than))
    };
    // A quote comes in front of the space, and nothing else does that.
    let quote_or_control = has_less(b'"' ^ b' ', b' ' + 1);
    (quote_or_control | has_less(b'\\', 1)) & !word & (ONES << 7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_escaped_as_serde_json_does() {
        for byte in 0..=0x7f_u8 {
            for before in 0..20 {
                let text = format!("{}{}é", "a".repeat(before), char::from(byte));
                let mut out = String::new();
                content(&text, &mut out);
                assert_eq!(
                    format!("\"{out}\""),
                    serde_json::to_string(&text).unwrap(),
                    "{text:?}"
                );
            }
        }
    }
}
