//! The program as it lies in the file: sections, symbols, relocations. Only what is loaded into
//! memory counts, without the tables for unwinding, which name every function.

use object::elf;
use object::read::elf::{FileHeader, ProgramHeader, Rela, SectionHeader, Sym};
use object::{Endianness, SectionIndex};

use crate::error::Error;
use crate::relocation::Machine;

/// A file with what is needed of it.
pub(crate) struct Image<'data> {
    pub(crate) machine: Machine,
    /// By address.
    pub(crate) sections: Vec<Section<'data>>,
    /// As in the file: relocations count them.
    pub(crate) symbols: Vec<Symbol<'data>>,
    /// The linker's relocations, section by section.
    pub(crate) relocations: Vec<Relocation>,
}

/// A part of the program that is loaded.
pub(crate) struct Section<'data> {
    pub(crate) address: u64,
    pub(crate) end: u64,
    pub(crate) is_code: bool,
    /// Also of constants that the loader writes pointers into.
    pub(crate) is_writable: bool,
    /// A list of functions that run before `main` or behind it.
    pub(crate) is_of_starters: bool,
    /// The name in the file.
    pub(crate) name: &'data [u8],
    /// Empty if the file has no bytes of it.
    pub(crate) bytes: &'data [u8],
}

/// A symbol, by its place in memory.
#[derive(Clone, Copy)]
pub(crate) struct Symbol<'data> {
    pub(crate) name: &'data [u8],
    pub(crate) size: u64,
    /// None for what is not in this file, or not in memory.
    pub(crate) address: Option<u64>,
    /// Stands for a whole section: only with an addend does it say what is meant.
    pub(crate) is_section: bool,
}

/// A reference that the linker resolved.
#[derive(Clone, Copy)]
pub(crate) struct Relocation {
    /// Where the reference lies.
    pub(crate) at: u64,
    pub(crate) in_code: bool,
    pub(crate) kind: u32,
    pub(crate) symbol: u32,
    pub(crate) addend: i64,
}

type Header = elf::FileHeader64<Endianness>;

impl<'data> Image<'data> {
    pub(crate) fn read(data: &'data [u8]) -> Result<Self, Error> {
        let header = Header::parse(data)?;
        let endian = header.endian()?;
        let machine = Machine::of(header.e_machine(endian))?;
        let headers = header.sections(endian, data)?;

        let table = headers.symbols(endian, data, elf::SHT_SYMTAB)?;
        let thread_locals = thread_locals(header, endian, data)?;
        let mut symbols = Vec::with_capacity(table.len());
        for symbol in table.iter() {
            let mut address = None;
            if let Some(index) = table.symbol_section(endian, symbol, object::SymbolIndex(0))? {
                let section = headers.section(index)?;
                address = address_of(symbol.st_value(endian), section, endian, thread_locals);
            }
            symbols.push(Symbol {
                name: table.symbol_name(endian, symbol)?,
                size: symbol.st_size(endian),
                address,
                is_section: symbol.st_type() == elf::STT_SECTION,
            });
        }
        if !symbols.iter().any(|symbol| symbol.name.starts_with(b"_")) {
            return Err(Error::Stripped);
        }

        let mut sections = Vec::new();
        let mut relocations = Vec::new();
        let mut code_has_relocations = false;
        for section in headers.iter() {
            if is_loaded(section, endian) {
                let name = headers.section_name(endian, section)?;
                sections.push(loaded(section, name, endian, data)?);
            }
            let Some((list, symbol_table)) = section.rela(endian, data)? else {
                continue;
            };
            // Relocations for the loader are loaded themselves; those of the linker are not.
            let of_linker = !section.sh_flags(endian).contains(elf::SHF_ALLOC);
            if !of_linker || symbol_table != table.section() {
                continue;
            }
            let target = headers.section(SectionIndex(section.sh_info(endian) as usize))?;
            let name = headers.section_name(endian, target)?;
            if !is_loaded(target, endian) || UNWINDING.contains(&name) {
                continue;
            }
            let in_code = target.sh_flags(endian).contains(elf::SHF_EXECINSTR);
            code_has_relocations |= in_code && name == b".text";
            relocations.extend(list.iter().map(|one| Relocation {
                at: one.r_offset(endian),
                in_code,
                kind: one.r_type(endian, false).0,
                symbol: one.r_sym(endian, false),
                addend: one.r_addend(endian),
            }));
        }
        if !code_has_relocations {
            return Err(Error::NoRelocations);
        }
        sections.sort_by_key(|section| section.address);
        Ok(Image {
            machine,
            sections,
            symbols,
            relocations,
        })
    }

    /// The section that an address lies in.
    pub(crate) fn section(&self, address: u64) -> Option<&Section<'data>> {
        let next = self.sections.partition_point(|one| one.address <= address);
        let section = self.sections.get(next.checked_sub(1)?)?;
        (address < section.end).then_some(section)
    }

    /// The section whose first or last address the linker gave a name: `__start_NAME`, `__stop_NAME`.
    /// Through these, code goes over all that was put into it.
    pub(crate) fn bounded_by(&self, symbol: &Symbol<'_>) -> Option<&Section<'data>> {
        let bounds: [&[u8]; 2] = [b"__start_", b"__stop_"];
        let mut bounds = bounds.iter();
        let name = bounds.find_map(|bound| symbol.name.strip_prefix(*bound))?;
        self.sections.iter().find(|section| section.name == name)
    }

    /// Bytes in memory before the program runs, relocations not applied.
    pub(crate) fn bytes(&self, address: u64, length: u64) -> Option<&'data [u8]> {
        let section = self.section(address)?;
        let start = usize::try_from(address - section.address).ok()?;
        let end = start.checked_add(usize::try_from(length).ok()?)?;
        section.bytes.get(start..end)
    }

    /// The number at an address.
    pub(crate) fn number(&self, address: u64) -> Option<u64> {
        let bytes = self.bytes(address, 8)?.try_into().ok()?;
        Some(u64::from_le_bytes(bytes))
    }
}

/// They refer to every function, and nothing is called through them.
const UNWINDING: &[&[u8]] = &[b".eh_frame", b".eh_frame_hdr", b".gcc_except_table"];

/// Kinds of sections that list what runs before `main` and behind it.
const STARTERS: &[elf::SectionType] = &[
    elf::SHT_PREINIT_ARRAY,
    elf::SHT_INIT_ARRAY,
    elf::SHT_FINI_ARRAY,
];

fn is_loaded(section: &elf::SectionHeader64<Endianness>, endian: Endianness) -> bool {
    let flags = section.sh_flags(endian);
    // Zeroed thread-locals take no memory where their addresses say.
    let is_tbss = flags.contains(elf::SHF_TLS) && section.sh_type(endian) == elf::SHT_NOBITS;
    flags.contains(elf::SHF_ALLOC) && !is_tbss
}

fn loaded<'data>(
    section: &elf::SectionHeader64<Endianness>,
    name: &'data [u8],
    endian: Endianness,
    data: &'data [u8],
) -> Result<Section<'data>, Error> {
    let address = section.sh_addr(endian);
    Ok(Section {
        address,
        end: address.saturating_add(section.sh_size(endian)),
        is_code: section.sh_flags(endian).contains(elf::SHF_EXECINSTR),
        is_writable: section.sh_flags(endian).contains(elf::SHF_WRITE),
        is_of_starters: STARTERS.contains(&section.sh_type(endian)),
        name,
        bytes: section.data(endian, data)?,
    })
}

/// Where the values of thread-locals lie that their symbols count from.
fn thread_locals(header: &Header, endian: Endianness, data: &[u8]) -> Result<u64, Error> {
    let segments = header.program_headers(endian, data)?;
    let segment = segments
        .iter()
        .find(|segment| segment.p_type(endian) == elf::PT_TLS);
    Ok(segment.map_or(0, |segment| segment.p_vaddr(endian)))
}

fn address_of(
    value: u64,
    section: &elf::SectionHeader64<Endianness>,
    endian: Endianness,
    thread_locals: u64,
) -> Option<u64> {
    if !is_loaded(section, endian) {
        return None;
    }
    match section.sh_flags(endian).contains(elf::SHF_TLS) {
        true => value.checked_add(thread_locals),
        false => Some(value),
    }
}
