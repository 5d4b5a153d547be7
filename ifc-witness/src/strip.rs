//! The file to ship: the very program that was read, without what is never loaded.
//!
//! Linkers put symbols, relocations and debug information behind everything that is loaded, so
//! cutting the file there leaves every loaded byte as it is; the list of sections, which only tools
//! read, goes with it.

use object::Endianness;
use object::elf::{FileHeader64, SymbolSection};
use object::pod;
use object::read::elf::{FileHeader, ProgramHeader};

use crate::error::Error;

/// A program without symbols, relocations, debug information and the list of sections.
pub fn stripped(file: &[u8]) -> Result<Vec<u8>, Error> {
    let header = FileHeader64::<Endianness>::parse(file)?;
    let endian = header.endian()?;
    let segments = header.program_headers(endian, file)?;
    let headers = header.e_phoff.get(endian) + std::mem::size_of_val(segments) as u64;
    let ends = segments.iter().filter_map(|segment| {
        let size = segment.p_filesz(endian);
        segment
            .p_offset(endian)
            .checked_add(size)
            .filter(|_| size > 0)
    });
    let end = ends.chain([headers]).max().unwrap_or_default();
    let damaged = || Error::NotElf("it ends before its last segment does".to_owned());
    let end = usize::try_from(end).map_err(|_| damaged())?;
    let mut kept = file.get(..end).ok_or_else(damaged)?.to_vec();

    let (header, _) =
        pod::from_bytes_mut::<FileHeader64<Endianness>>(&mut kept).map_err(|()| damaged())?;
    header.e_shoff.set(endian, 0);
    header.e_shnum.set(endian, 0);
    header.e_shstrndx.set(endian, SymbolSection(0));
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_program_is_refused() {
        for file in [&b""[..], b"#!/bin/sh\n", b"\x7fELF\x02\x01\x01"] {
            assert!(matches!(stripped(file), Err(Error::NotElf(_))), "{file:?}");
        }
    }
}
