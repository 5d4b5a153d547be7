//! What a relocation refers to, by the processor's ABI.
//! <https://gitlab.com/x86-psABIs/x86-64-ABI>, <https://github.com/ARM-software/abi-aa>.

use object::elf;

use crate::error::Error;

/// A processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Machine {
    X86_64,
    Arm64,
}

/// How symbol and addend give the place that is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reference {
    /// Symbol plus addend.
    Place,
    /// Counted from the end of an instruction of x86: symbol plus addend plus 4, and up to 4 more
    /// where an immediate value follows the place.
    Instruction,
    /// Counted from the place of the relocation. In data that is an entry of a table that counts
    /// from the table's start, as compilers make for `match`.
    Relative,
    /// The symbol itself; the addend belongs to the slot through which it is reached.
    Symbol,
    /// Nothing.
    Nothing,
}

impl Machine {
    pub(crate) fn of(machine: elf::Machine) -> Result<Machine, Error> {
        match machine {
            elf::EM_X86_64 => Ok(Machine::X86_64),
            elf::EM_AARCH64 => Ok(Machine::Arm64),
            elf::Machine(other) => Err(Error::UnknownMachine(other)),
        }
    }

    pub(crate) fn reference(self, kind: u32, in_code: bool) -> Result<Reference, Error> {
        let reference = match self {
            Machine::X86_64 => x86_64(kind, in_code),
            Machine::Arm64 => arm64(kind, in_code),
        };
        reference.ok_or(Error::UnknownRelocation(kind))
    }
}

fn x86_64(kind: u32, in_code: bool) -> Option<Reference> {
    Some(match elf::RelocationType(kind) {
        elf::R_X86_64_64
        | elf::R_X86_64_32
        | elf::R_X86_64_32S
        | elf::R_X86_64_16
        | elf::R_X86_64_8
        | elf::R_X86_64_GOTOFF64 => Reference::Place,
        elf::R_X86_64_PC32 | elf::R_X86_64_PLT32 | elf::R_X86_64_PC16 | elf::R_X86_64_PC8 => {
            match in_code {
                true => Reference::Instruction,
                false => Reference::Relative,
            }
        }
        elf::R_X86_64_PC64 if in_code => Reference::Place,
        elf::R_X86_64_PC64 => Reference::Relative,
        elf::R_X86_64_GOT32
        | elf::R_X86_64_GOT64
        | elf::R_X86_64_GOTPCREL
        | elf::R_X86_64_GOTPCREL64
        | elf::R_X86_64_GOTPLT64
        | elf::R_X86_64_PLTOFF64
        | elf::R_X86_64_GOTPCRELX
        | elf::R_X86_64_REX_GOTPCRELX
        | elf::R_X86_64_CODE_4_GOTPCRELX
        | elf::R_X86_64_CODE_5_GOTPCRELX
        | elf::R_X86_64_CODE_6_GOTPCRELX => Reference::Symbol,
        elf::R_X86_64_TLSGD
        | elf::R_X86_64_GOTTPOFF
        | elf::R_X86_64_CODE_4_GOTTPOFF
        | elf::R_X86_64_CODE_5_GOTTPOFF
        | elf::R_X86_64_CODE_6_GOTTPOFF
        | elf::R_X86_64_DTPOFF32
        | elf::R_X86_64_DTPOFF64
        | elf::R_X86_64_TPOFF32
        | elf::R_X86_64_TPOFF64
        | elf::R_X86_64_GOTPC32_TLSDESC
        | elf::R_X86_64_CODE_4_GOTPC32_TLSDESC
        | elf::R_X86_64_CODE_5_GOTPC32_TLSDESC
        | elf::R_X86_64_CODE_6_GOTPC32_TLSDESC => Reference::Symbol,
        // Sizes, hints, the base of the thread-locals, and the table of slots itself.
        elf::R_X86_64_NONE
        | elf::R_X86_64_SIZE32
        | elf::R_X86_64_SIZE64
        | elf::R_X86_64_TLSLD
        | elf::R_X86_64_TLSDESC_CALL
        | elf::R_X86_64_DTPMOD64
        | elf::R_X86_64_GOTPC32
        | elf::R_X86_64_GOTPC64 => Reference::Nothing,
        _ => return None,
    })
}

fn arm64(kind: u32, in_code: bool) -> Option<Reference> {
    Some(match kind {
        0 | 256 => Reference::Nothing,
        // PREL64, PREL32, PREL16 and PLT32, which say in data what they say in tables of x86.
        260..=262 | 314 if !in_code => Reference::Relative,
        // Absolute, relative to the instruction or to its page: the addend counts no instruction.
        257..=280 | 282..=299 | 314 => Reference::Place,
        // Through a slot.
        300..=313 | 315 => Reference::Symbol,
        // The hint at a call of a thread-local's resolver.
        569 => Reference::Nothing,
        // Thread-locals.
        512..=573 => Reference::Symbol,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_that_are_not_known_are_errors() {
        for machine in [Machine::X86_64, Machine::Arm64] {
            assert_eq!(
                machine.reference(9999, true),
                Err(Error::UnknownRelocation(9999))
            );
        }
    }

    #[test]
    fn numbers_are_those_of_the_abi() {
        let arm64 = |kind: elf::RelocationType, in_code| Machine::Arm64.reference(kind.0, in_code);
        assert_eq!(arm64(elf::R_AARCH64_CALL26, true), Ok(Reference::Place));
        assert_eq!(arm64(elf::R_AARCH64_ABS64, false), Ok(Reference::Place));
        assert_eq!(arm64(elf::R_AARCH64_PREL32, false), Ok(Reference::Relative));
        assert_eq!(
            arm64(elf::R_AARCH64_LD64_GOT_LO12_NC, true),
            Ok(Reference::Symbol)
        );
        assert_eq!(
            arm64(elf::R_AARCH64_TLSDESC_CALL, true),
            Ok(Reference::Nothing)
        );
        let x86 = |kind: elf::RelocationType, in_code| Machine::X86_64.reference(kind.0, in_code);
        assert_eq!(x86(elf::R_X86_64_PC32, true), Ok(Reference::Instruction));
        assert_eq!(x86(elf::R_X86_64_PC32, false), Ok(Reference::Relative));
    }
}
