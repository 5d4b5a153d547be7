//! Digests as the services write them.

use md5::{Digest, Md5};
use sha2::Sha256;

/// Hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half)]);
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(digit).collect()
}

/// Hexadecimal MD5, with which clients check what arrived.
pub(crate) fn md5(bytes: &[u8]) -> String {
    hex(&md5_bytes(bytes))
}

/// MD5.
pub(crate) fn md5_bytes(bytes: &[u8]) -> [u8; 16] {
    Md5::digest(bytes).into()
}

/// SHA-256.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
