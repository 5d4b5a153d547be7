//! Why a program cannot be read. Nothing is guessed: what is not understood is an error, because a
//! reference that is passed over could hide an operation.

/// Why a program cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// It is no program of Linux, or it is damaged.
    #[error("it is not an ELF program of 64 bits: {0}")]
    NotElf(String),
    /// It is for another processor.
    #[error("it is for a processor that is not known (ELF machine {0}); x86-64 and arm64 are")]
    UnknownMachine(u16),
    /// The symbol table is gone.
    #[error("it has no symbols; it has to be linked with `-C strip=none`")]
    Stripped,
    /// The linker threw the references away.
    #[error(
        "the linker left no references in it; it has to be linked with `-C link-arg=-Wl,--emit-relocs`"
    )]
    NoRelocations,
    /// The processor's manual has a kind of reference that this crate does not know.
    #[error("it has references of a kind that is not known (relocation type {0})")]
    UnknownRelocation(u32),
    /// A symbol to start from is missing.
    #[error("it has no symbol `{0}`")]
    MissingSymbol(String),
    /// The table of functions is not as the runtime lays it out.
    #[error("its table of functions `{0}` cannot be read")]
    UnreadableTable(String),
    /// The linker's map is not that of the program.
    #[error("the linker's map belongs to another program")]
    OtherMap,
    /// The AWS SDK is older than the form of operations that this crate knows.
    #[error(
        "it links an AWS SDK older than 1.0 (`{0}`), whose operations cannot be told from its symbols"
    )]
    OldSdk(String),
}

impl From<object::read::Error> for Error {
    fn from(error: object::read::Error) -> Self {
        Error::NotElf(error.to_string())
    }
}
