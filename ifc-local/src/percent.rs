//! Percent-encoding of URLs (RFC 3986).

/// The bytes that a text stands for. What is no encoded byte stays as it is.
pub fn decode_bytes(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if *byte == b'%'
            && let (Some(high), Some(low)) = (digit(at + 1), digit(at + 2))
            && let Ok(byte) = u8::try_from(high * 16 + low)
        {
            out.push(byte);
            at += 3;
        } else {
            out.push(*byte);
            at += 1;
        }
    }
    out
}

/// The text that a text stands for.
pub fn decode(text: &str) -> String {
    match text.contains('%') {
        true => String::from_utf8_lossy(&decode_bytes(text)).into_owned(),
        false => text.to_owned(),
    }
}

/// Names and values of a query or form, decoded, in order; `+` is a space.
pub fn pairs(query: &str) -> Vec<(String, String)> {
    let parts = query.split('&').filter(|part| !part.is_empty());
    let pair = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let text = |text: &str| decode(&text.replace('+', " "));
        (text(name), text(value))
    };
    parts.map(pair).collect()
}

/// The text with every byte encoded that is neither unreserved nor one of `kept`.
pub fn encode(text: &str, kept: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let letter = char::from(byte);
        if byte.is_ascii_alphanumeric() || "-_.~".contains(letter) || kept.contains(letter) {
            out.push(letter);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_encoded_byte_stays() {
        assert_eq!(decode("a%20b/%C3%BC%2b"), "a b/ü+");
        assert_eq!(decode("%zz%4"), "%zz%4");
    }

    #[test]
    fn encoded_texts_come_back() {
        assert_eq!(encode("a b/ü+~", ""), "a%20b%2F%C3%BC%2B~");
        assert_eq!(encode("a/b c", "/"), "a/b%20c");
        assert_eq!(decode(&encode("%25 ?&=", "/")), "%25 ?&=");
    }

    #[test]
    fn forms() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            pairs("a=1&b=x+y%26&&c&d=="),
            [
                pair("a", "1"),
                pair("b", "x y&"),
                pair("c", ""),
                pair("d", "=")
            ]
        );
    }
}
