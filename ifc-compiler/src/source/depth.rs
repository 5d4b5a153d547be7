//! A bound on how deep the parser can recurse, from the bytes alone: brackets nest, and between
//! separators every token can be one more level (`!!!!x`, `a.b().c()`, `&&&&T`, `1 + 1 + 1`).

const MAX_BRACKETS: usize = 256;
const MAX_DEPTH: usize = 12_000;

/// Where a text goes deeper than parser and destructors can follow, as a byte offset.
pub fn is_too_deep(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    // Tokens since the last separator, for each open bracket; `below` is their sum but the last.
    let mut open: Vec<usize> = Vec::new();
    let mut run = 0;
    let mut below = 0;
    let mut after_brace = false;
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        let start = at;
        match byte {
            b' ' | b'\n' | b'\t' | b'\r' => {
                at += 1;
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                at = line_end(bytes, at);
                continue;
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                at = comment_end(bytes, at);
                continue;
            }
            b'(' | b'[' | b'{' => {
                open.push(run);
                below += run;
                run = 0;
                at += 1;
            }
            b')' | b']' | b'}' => {
                run = open.pop().unwrap_or(0);
                below -= run.min(below);
                at += 1;
            }
            b',' | b';' => {
                run = 0;
                at += 1;
            }
            b'"' => at = string_end(bytes, at),
            b'\'' => at = quote_end(bytes, at),
            _ if is_word(byte) => at = word_end(bytes, at),
            _ => at += 1,
        }
        // An item or arm may follow a brace without any separator; `else` and operators go on.
        if after_brace
            && (byte == b'#' || is_word(byte) && !matches!(&bytes[start..at], b"else" | b"as"))
        {
            run = 0;
        }
        after_brace = byte == b'}';
        run += 1;
        if open.len() > MAX_BRACKETS || below + run > MAX_DEPTH {
            return Some(start);
        }
    }
    None
}

/// Bytes of identifiers and numbers.
static WORD: [bool; 256] = {
    let mut word = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let at = byte as u8;
        word[byte] = at.is_ascii_alphanumeric() || at == b'_' || at >= 0x80;
        byte += 1;
    }
    word
};

fn is_word(byte: u8) -> bool {
    WORD[usize::from(byte)]
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..]
        .iter()
        .position(|&byte| byte == b'\n')
        .map_or(bytes.len(), |length| at + length)
}

fn comment_end(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0usize;
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'/', Some(b'*')) => {
                depth += 1;
                at += 2;
            }
            (b'*', Some(b'/')) => {
                depth -= 1;
                at += 2;
                if depth == 0 {
                    return at;
                }
            }
            _ => at += 1,
        }
    }
    at
}

fn string_end(bytes: &[u8], mut at: usize) -> usize {
    at += 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// A character or a lifetime.
fn quote_end(bytes: &[u8], at: usize) -> usize {
    match (bytes.get(at + 1), bytes.get(at + 2)) {
        (Some(b'\\'), _) => {
            let mut end = at + 3;
            while end < bytes.len() && bytes[end] != b'\'' {
                end += 1;
            }
            (end + 1).min(bytes.len())
        }
        (Some(_), Some(b'\'')) => at + 3,
        (Some(&byte), _) if byte >= 0x80 => {
            let quote = bytes[at + 1..].iter().take(5).position(|&b| b == b'\'');
            quote.map_or(at + 1, |length| at + length + 2)
        }
        _ => at + 1,
    }
}

/// An identifier or number, or a raw string with its prefix.
fn word_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at;
    while end < bytes.len() && is_word(bytes[end]) {
        end += 1;
    }
    if !matches!(&bytes[at..end], b"r" | b"br" | b"cr") {
        return end;
    }
    let hashes = bytes[end..]
        .iter()
        .take_while(|&&byte| byte == b'#')
        .count();
    if bytes.get(end + hashes) != Some(&b'"') {
        return end;
    }
    let mut close = end + hashes + 1;
    while close < bytes.len() {
        let rest = &bytes[close + 1..];
        if bytes[close] == b'"' && rest.len() >= hashes && rest[..hashes].iter().all(|&b| b == b'#')
        {
            return close + 1 + hashes;
        }
        close += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_code_is_not_deep() {
        let item = "#[derive(Debug)] pub struct A<'a>(&'a str);\n\
                    fn f<T: Clone>(x: T) { if a { b } else if c { d } match x { A => {} B => {} } }\n\
                    const Q: char = '\"'; const R: &str = r#\"((((\"#; // ((((\n /* (( /* */ */\n";
        assert_eq!(is_too_deep(&item.repeat(5_000)), None);
        assert_eq!(is_too_deep(&"fn f() {} ".repeat(20_000)), None);
        let data = format!("const X: &[u8] = &[{}];", "1, ".repeat(100_000));
        assert_eq!(is_too_deep(&data), None);
    }

    #[test]
    fn every_way_of_nesting_is_seen() {
        for (open, close) in [("(", ")"), ("[", "]"), ("{", "}"), ("f(", ")")] {
            let text = format!(
                "const X: A = {}{};",
                open.repeat(1_000),
                close.repeat(1_000)
            );
            assert!(is_too_deep(&text).is_some(), "{open}");
        }
        for unit in [
            "!",
            "-",
            "&",
            "1 + ",
            "a.b().",
            "if a {} else ",
            "Vec<",
            "|x| ",
        ] {
            let text = format!("const X: A = {};", unit.repeat(20_000));
            assert!(is_too_deep(&text).is_some(), "{unit}");
        }
    }
}
