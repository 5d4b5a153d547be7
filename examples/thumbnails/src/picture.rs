//! Greyscale pictures in the binary PGM format.

use ifc_runtime::prelude::*;

/// Shrinks a picture so that neither side is longer than `longest`, by taking every n-th pixel.
pub(crate) fn shrink(pgm: &[u8], longest: usize) -> Result<Vec<u8>> {
    let (width, height, pixels) = parse(pgm).ok_or("not a PGM picture")?;
    let step = width.max(height).div_ceil(longest).max(1);
    let (small_width, small_height) = (width.div_ceil(step), height.div_ceil(step));
    let mut out = format!("P5\n{small_width} {small_height}\n255\n").into_bytes();
    for y in (0..height).step_by(step) {
        out.extend((0..width).step_by(step).map(|x| pixels[y * width + x]));
    }
    Ok(out)
}

fn parse(pgm: &[u8]) -> Option<(usize, usize, &[u8])> {
    let mut rest = pgm.strip_prefix(b"P5")?;
    let mut numbers = [0_usize; 3];
    for number in &mut numbers {
        let start = rest.iter().position(|b| !b.is_ascii_whitespace())?;
        let end = start + rest[start..].iter().position(|b| b.is_ascii_whitespace())?;
        *number = std::str::from_utf8(&rest[start..end]).ok()?.parse().ok()?;
        rest = &rest[end..];
    }
    let [width, height, depth] = numbers;
    let pixels = rest.get(1..)?;
    (depth == 255 && pixels.len() == width.checked_mul(height)? && width > 0)
        .then_some((width, height, pixels))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_a_picture() {
        let small =
            shrink(b"P5\n4 2\n255\n\x00\x01\x02\x03\x04\x05\x06\x07", 2).expect("a picture");
        assert_eq!(small, b"P5\n2 1\n255\n\x00\x02");
    }

    #[test]
    fn refuses_what_is_not_a_picture() {
        assert!(shrink(b"GIF89a", 64).is_err());
        assert!(shrink(b"P5\n4 2\n255\n\x00", 64).is_err());
    }
}
