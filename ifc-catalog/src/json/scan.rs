//! Where the pieces of a JSON text end.

/// Where the text in quotes ends that begins at `at`: behind the second quote.
pub(super) fn text_end(bytes: &[u8], at: usize) -> usize {
    let mut at = at + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Where the object or array ends that begins at `at`, if its end is there.
pub(super) fn bracket_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at;
    let mut open = 0_usize;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at = text_end(bytes, at);
                continue;
            }
            b'{' | b'[' => open += 1,
            b'}' | b']' if open == 1 => return Some(at + 1),
            b'}' | b']' => open -= 1,
            _ => {}
        }
        at += 1;
    }
    None
}

/// Writes a JSON text without the white space between its pieces.
pub(super) fn squeeze(text: &str, to: &mut String) {
    let bytes = text.as_bytes();
    let (mut copied, mut at) = (0, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at = text_end(bytes, at),
            b' ' | b'\n' => {
                to.push_str(&text[copied..at]);
                at += 1;
                copied = at;
            }
            _ => at += 1,
        }
    }
    to.push_str(&text[copied..]);
}
