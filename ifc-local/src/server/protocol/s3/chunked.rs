//! The encoding `aws-chunked`, with which clients send contents whose checksum comes behind them.
//!
//! Source: Amazon S3 API Reference, "Signature calculations for the Authorization header: transferring
//! payload in multiple chunks" and "Including trailing headers (chunked upload)".

use serde_json::{Map, Value};

use super::{Request, headers};
use crate::error::ApiError;

/// The body; members that come behind it are added to the others.
pub(super) fn read(request: &Request, input: &mut Map<String, Value>) -> Result<Vec<u8>, ApiError> {
    let hash = request.header("x-amz-content-sha256").unwrap_or_default();
    let encodings = request.header("content-encoding").unwrap_or_default();
    let chunked = |encoding: &str| encoding.trim().eq_ignore_ascii_case("aws-chunked");
    if !hash.starts_with("STREAMING-") && !encodings.split(',').any(chunked) {
        return Ok(request.body.to_vec());
    }
    // It is of the transfer, not of the object.
    let others = encodings.split(',').map(str::trim);
    let others: Vec<&str> = others
        .filter(|encoding| !encoding.is_empty() && !chunked(encoding))
        .collect();
    match others.is_empty() {
        true => input.remove("ContentEncoding"),
        false => input.insert("ContentEncoding".into(), others.join(",").into()),
    };
    let broken = || ApiError::new("IncompleteBody", "The request body terminated unexpectedly");
    let (content, trailers) = decode(&request.body).ok_or_else(broken)?;
    let declared = request.header("x-amz-decoded-content-length");
    if declared.is_some_and(|length| length.parse() != Ok(content.len())) {
        return Err(broken());
    }
    for (name, value) in trailers {
        if let Some(member) = headers::member(&name.to_ascii_lowercase()) {
            input.insert(member.to_owned(), value.into());
        }
    }
    Ok(content)
}

/// The content, and the headers behind it.
type Decoded = (Vec<u8>, Vec<(String, String)>);

/// Chunks of the form `10000;chunk-signature=..`, then headers.
fn decode(mut rest: &[u8]) -> Option<Decoded> {
    let mut content = Vec::with_capacity(rest.len());
    loop {
        let line = take_line(&mut rest)?;
        let size = line.split(';').next().unwrap_or_default().trim();
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            break;
        }
        let (chunk, behind) = rest.split_at_checked(size)?;
        content.extend_from_slice(chunk);
        rest = behind.strip_prefix(b"\r\n")?;
    }
    let mut trailers = Vec::new();
    while !rest.is_empty() {
        let line = take_line(&mut rest)?;
        if let Some((name, value)) = line.split_once(':') {
            trailers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    Some((content, trailers))
}

fn take_line<'b>(rest: &mut &'b [u8]) -> Option<&'b str> {
    let end = rest.windows(2).position(|pair| pair == b"\r\n")?;
    let line = std::str::from_utf8(rest.get(..end)?).ok()?;
    *rest = rest.get(end + 2..)?;
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_and_trailers() {
        let body = b"5;chunk-signature=ab\r\nhe\r\nl\r\n2\r\nlo\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n";
        let (content, trailers) = decode(body).expect("it is whole");
        assert_eq!(content, b"he\r\nllo");
        let trailer = ("x-amz-checksum-crc32".to_owned(), "AAAAAA==".to_owned());
        assert_eq!(trailers, [trailer]);
        assert_eq!(decode(b"0\r\n\r\n"), Some((Vec::new(), Vec::new())));
        for broken in [
            &b""[..],
            b"5\r\nhel",
            b"5\r\nhello",
            b"x\r\n",
            b"5\r\nhello\r\n",
            b"ffffffffffffffffff\r\n",
        ] {
            assert_eq!(decode(broken), None);
        }
    }
}
