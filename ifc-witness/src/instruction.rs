//! Where an instruction of x86-64 ends whose operand lies relative to that end. A constant at its
//! end moves it: `cmp byte ptr [place], 0` refers to one byte behind what the relocation says.

/// Bytes before the operand that may matter: the longest prefix, opcode and the byte of the mode.
pub(crate) const LOOK_BACK: u64 = 6;

/// Distances from the operand's first byte to the instruction's end; more than one if the bytes
/// before the operand can be read in several ways.
pub(crate) fn ends(before: &[u8]) -> Vec<u64> {
    let at = |back: usize| {
        before
            .len()
            .checked_sub(back)
            .map_or(0, |index| before[index])
    };
    let mode = at(1);
    // Calls and jumps have no byte of the mode; all others say "relative, without registers" in it.
    if mode & 0b1100_0111 != 0b0000_0101 {
        return vec![4];
    }
    let (opcode, prefix) = (at(2), at(3));
    let is_short = prefix == 0x66 || (prefix & 0xf0 == 0x40 && at(4) == 0x66);
    let word = if is_short { 6 } else { 8 };
    let tests = mode & 0b0011_0000 == 0;
    let mut ends = vec![match opcode {
        0x80 | 0x83 | 0xc6 | 0x6b | 0xc0 | 0xc1 => 5,
        0x81 | 0xc7 | 0x69 => word,
        0xf6 if tests => 5,
        0xf7 if tests => word,
        _ => 4,
    }];
    // Opcodes of two and three bytes, and those of vectors, some of which take a byte at the end.
    // The byte in front may as well be the last one of another instruction.
    let two_bytes = prefix == 0x0f;
    let three_bytes = prefix == 0x3a && at(4) == 0x0f;
    let vector = at(4) == 0xc5 || at(5) == 0xc4 || at(6) == 0x62;
    if two_bytes || three_bytes || vector {
        ends.extend([4, 5]);
        ends.sort_unstable();
        ends.dedup();
    }
    ends
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_of_instructions() {
        let cases: &[(&[u8], &[u64])] = &[
            // call; lea rax; mov [place], rax; call [place]
            (&[0x90, 0xe8], &[4]),
            (&[0x48, 0x8d, 0x05], &[4]),
            (&[0x48, 0x89, 0x05], &[4]),
            (&[0xff, 0x15], &[4]),
            // cmp byte [place], 0; cmp dword [place], 1000; mov word [place], 1000; test byte
            (&[0x80, 0x3d], &[5]),
            (&[0x81, 0x3d], &[8]),
            (&[0x66, 0xc7, 0x05], &[6]),
            (&[0xf6, 0x05], &[5]),
            // neg, which shares its opcode with test
            (&[0xf7, 0x1d], &[4]),
            // movzx; vpshufd xmm0, [place], 0
            (&[0x0f, 0xb6, 0x05], &[4, 5]),
            (&[0xc5, 0xf9, 0x70, 0x05], &[4, 5]),
        ];
        for (before, expected) in cases {
            assert_eq!(ends(before), *expected, "{before:x?}");
        }
    }
}
