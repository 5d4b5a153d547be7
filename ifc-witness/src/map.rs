//! The linker's map: which pieces of the program came from which part of an object file. Compilers
//! put every constant into a part of its own, so that the map says where each begins and ends,
//! which the program itself does not say of what has no name.

use crate::error::Error;
use crate::image::Image;

/// First and one past the last address of a piece.
pub(crate) type Piece = (u64, u64);

/// The pieces by address.
pub(crate) fn pieces(text: &str, image: &Image<'_>) -> Result<Vec<Piece>, Error> {
    let mut pieces: Vec<Piece> = text
        .lines()
        .filter_map(|line| of_lld(line).or_else(|| of_gnu(line)))
        .filter(|(start, end)| start < end && image.section(*start).is_some())
        .collect();
    pieces.sort_unstable();
    pieces.dedup();
    match !pieces.is_empty() && fits(&pieces, image) {
        true => Ok(pieces),
        false => Err(Error::OtherMap),
    }
}

/// `VMA LMA Size Align file:(section)`, as lld and mold write it: hexadecimal, the alignment
/// decimal. Lines of whole sections and of symbols have no parenthesis at their end.
fn of_lld(line: &str) -> Option<Piece> {
    if !(line.ends_with(')') && line.contains(":(")) {
        return None;
    }
    let mut words = line.split_ascii_whitespace();
    let start = u64::from_str_radix(words.next()?, 16).ok()?;
    u64::from_str_radix(words.next()?, 16).ok()?;
    let size = u64::from_str_radix(words.next()?, 16).ok()?;
    words.next()?.parse::<u64>().ok()?;
    Some((start, start.checked_add(size)?))
}

/// `section 0xADDRESS 0xSIZE file`, as GNU ld writes it; a long name stands on a line of its own.
fn of_gnu(line: &str) -> Option<Piece> {
    let at = line.find(" 0x")?;
    let mut words = line[at..].split_ascii_whitespace();
    let mut number = || u64::from_str_radix(words.next()?.strip_prefix("0x")?, 16).ok();
    let (start, size) = (number()?, number()?);
    // What has no file behind it is a whole section, or filling.
    words.next()?;
    Some((start, start.checked_add(size)?))
}

/// Whether no function lies across the end of a piece, as in the map of another program.
fn fits(pieces: &[Piece], image: &Image<'_>) -> bool {
    image.symbols.iter().all(|symbol| {
        let is_code = |at: &u64| image.section(*at).is_some_and(|section| section.is_code);
        let Some(start) = symbol.address.filter(|at| symbol.size > 0 && is_code(at)) else {
            return true;
        };
        let next = pieces.partition_point(|(first, _)| *first <= start);
        let piece = next.checked_sub(1).map(|index| pieces[index]);
        match piece.filter(|(_, end)| start < *end) {
            Some((_, end)) => start.saturating_add(symbol.size) <= end,
            // Of the linker's own making.
            None => true,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_maps_are_read() {
        let lld = "  19f1888  19f1888       10     8         /t/a.o:(.data.rel.ro..Lanon.f5.4)";
        assert_eq!(of_lld(lld), Some((0x19f_1888, 0x19f_1898)));
        for line in [
            "  19f1000  19f1000     8f00    16 .data.rel.ro",
            "  19f1888  19f1888       10     1                 name::of(a::symbol)",
            "             VMA              LMA     Size Align Out     In      Symbol",
        ] {
            assert_eq!(of_lld(line), None, "{line}");
        }
        let gnu = " .data.rel.ro..Lanon.f5.4\n                0x00000000019f1888       0x10 /t/a.o";
        let found: Vec<Piece> = gnu.lines().filter_map(of_gnu).collect();
        assert_eq!(found, [(0x19f_1888, 0x19f_1898)]);
        assert_eq!(
            of_gnu(" .text  0x00001000  0x20 /t/a.o"),
            Some((0x1000, 0x1020))
        );
        assert_eq!(of_gnu(".text           0x0000000000001000   0x2345"), None);
    }
}
