//! Checksums with which clients and S3 make sure that content arrives as it was sent.
//!
//! Source: Amazon S3 User Guide, "Checking object integrity in Amazon S3".

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha1::{Digest, Sha1};

use super::text;
use crate::error::ApiError;

/// How a checksum is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Algorithm {
    Crc32,
    Crc32C,
    /// What S3 computes when the client sends nothing.
    Crc64Nvme,
    Sha1,
    Sha256,
}

const ALGORITHMS: [Algorithm; 5] = [
    Algorithm::Crc32,
    Algorithm::Crc32C,
    Algorithm::Crc64Nvme,
    Algorithm::Sha1,
    Algorithm::Sha256,
];

/// A checksum of an object or part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Checksum {
    pub(super) algorithm: Algorithm,
    /// In base64; of an object in parts it may be that of the parts' checksums, with their number.
    pub(super) value: String,
    /// Whether it is that of the whole content.
    pub(super) is_full: bool,
}

impl Algorithm {
    /// `CRC32`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Algorithm::Crc32 => "CRC32",
            Algorithm::Crc32C => "CRC32C",
            Algorithm::Crc64Nvme => "CRC64NVME",
            Algorithm::Sha1 => "SHA1",
            Algorithm::Sha256 => "SHA256",
        }
    }

    fn member(self) -> String {
        format!("Checksum{}", self.name())
    }

    /// The algorithm that a request names, or that of the checksum that it has.
    pub(super) fn read(input: &Value) -> Result<Option<Algorithm>, ApiError> {
        if let Some(given) = ALGORITHMS
            .into_iter()
            .find(|algorithm| input[algorithm.member()].is_string())
        {
            return Ok(Some(given));
        }
        match text(input, "ChecksumAlgorithm") {
            "" => Ok(None),
            name => {
                let known = ALGORITHMS.into_iter().find(|known| known.name() == name);
                known.map(Some).ok_or_else(|| {
                    ApiError::new(
                        "InvalidRequest",
                        "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]",
                    )
                })
            }
        }
    }

    pub(super) fn compute(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Algorithm::Crc32 => crc(&CRC32, 0xffff_ffff, bytes).to_be_bytes()[4..].to_vec(),
            Algorithm::Crc32C => crc(&CRC32C, 0xffff_ffff, bytes).to_be_bytes()[4..].to_vec(),
            Algorithm::Crc64Nvme => crc(&CRC64_NVME, u64::MAX, bytes).to_be_bytes().to_vec(),
            Algorithm::Sha1 => Sha1::digest(bytes).to_vec(),
            Algorithm::Sha256 => crate::digest::sha256(bytes).to_vec(),
        }
    }
}

impl Checksum {
    /// The checksum of all content.
    pub(super) fn of(algorithm: Algorithm, bytes: &[u8]) -> Checksum {
        Checksum {
            algorithm,
            value: STANDARD.encode(algorithm.compute(bytes)),
            is_full: true,
        }
    }

    /// The checksum of the parts' checksums.
    pub(super) fn of_parts<'p>(
        algorithm: Algorithm,
        parts: impl Iterator<Item = &'p [u8]>,
    ) -> Checksum {
        let (mut all, mut count) = (Vec::new(), 0);
        for part in parts {
            all.extend(algorithm.compute(part));
            count += 1;
        }
        Checksum {
            algorithm,
            value: format!("{}-{count}", STANDARD.encode(algorithm.compute(&all))),
            is_full: false,
        }
    }

    /// Checks the checksums of a request against its body, and gives the one to be kept.
    pub(super) fn check(
        input: &Value,
        body: &[u8],
        default: Algorithm,
    ) -> Result<Checksum, ApiError> {
        if let Some(given) = input["ContentMD5"].as_str() {
            let digest = STANDARD
                .decode(given)
                .ok()
                .filter(|digest| digest.len() == 16);
            let digest = digest.ok_or_else(|| {
                ApiError::new(
                    "InvalidDigest",
                    "The Content-MD5 you specified was invalid.",
                )
            })?;
            if digest != crate::digest::md5_bytes(body) {
                return Err(ApiError::new(
                    "BadDigest",
                    "The Content-MD5 you specified did not match what we received.",
                ));
            }
        }
        let checksum = Checksum::of(Algorithm::read(input)?.unwrap_or(default), body);
        for algorithm in ALGORITHMS {
            let Some(given) = input[algorithm.member()].as_str() else {
                continue;
            };
            let name = algorithm.name();
            let computed = algorithm.compute(body);
            let digest = STANDARD.decode(given).ok();
            let digest = digest.filter(|digest| digest.len() == computed.len());
            let digest = digest.ok_or_else(|| {
                ApiError::new(
                    "InvalidRequest",
                    format!(
                        "Value for x-amz-checksum-{} header is invalid.",
                        name.to_ascii_lowercase()
                    ),
                )
            })?;
            if digest != computed {
                return Err(ApiError::new(
                    "BadDigest",
                    format!("The {name} you specified did not match the calculated checksum."),
                ));
            }
        }
        Ok(checksum)
    }

    /// Checks the checksum that a request gives for this.
    pub(super) fn check_value(&self, input: &Value) -> Result<(), ApiError> {
        let given = input[self.algorithm.member()].as_str();
        match given.is_none_or(|given| given == self.value) {
            true => Ok(()),
            false => Err(ApiError::new(
                "BadDigest",
                format!(
                    "The {} you specified did not match the calculated checksum.",
                    self.algorithm.name()
                ),
            )),
        }
    }

    /// Whether this is the checksum in a list of parts, if that has one.
    pub(super) fn is_given(&self, entry: &Value) -> bool {
        self.check_value(entry).is_ok()
    }

    pub(super) fn kind(&self) -> &'static str {
        match self.is_full {
            true => "FULL_OBJECT",
            false => "COMPOSITE",
        }
    }

    pub(super) fn show(&self, output: &mut Map<String, Value>) {
        output.insert(self.algorithm.member(), self.value.as_str().into());
        output.insert("ChecksumType".to_owned(), self.kind().into());
    }

    /// As an element of a list shows it, where it is that of a part.
    pub(super) fn show_value(&self, output: &mut Map<String, Value>) {
        output.insert(self.algorithm.member(), self.value.as_str().into());
    }
}

/// The table of a reflected polynomial.
const fn table(polynomial: u64) -> [u64; 256] {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        let mut value = at as u64;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 {
                (value >> 1) ^ polynomial
            } else {
                value >> 1
            };
            bit += 1;
        }
        table[at] = value;
        at += 1;
    }
    table
}

static CRC32: [u64; 256] = table(0xedb8_8320);
static CRC32C: [u64; 256] = table(0x82f6_3b78);
static CRC64_NVME: [u64; 256] = table(0x9a6c_9329_ac4b_c9b5);

fn crc(table: &[u64; 256], ones: u64, bytes: &[u8]) -> u64 {
    let mut value = ones;
    for byte in bytes {
        value = (value >> 8) ^ table[((value ^ u64::from(*byte)) & 0xff) as usize];
    }
    value ^ ones
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check values of the catalogue of CRCs, and of FIPS 180.
    #[test]
    fn checksums_are_those_that_are_published() {
        for (algorithm, hex) in [
            (Algorithm::Crc32, "cbf43926"),
            (Algorithm::Crc32C, "e3069283"),
            (Algorithm::Crc64Nvme, "ae8b14860a799888"),
            (Algorithm::Sha1, "f7c3bc1d808e04732adf679965ccc34ca7ae3441"),
        ] {
            let computed = algorithm.compute(b"123456789");
            assert_eq!(crate::digest::hex(&computed), hex, "{}", algorithm.name());
        }
    }
}
