//! An application that runs: the engine with a clock, a journal and what runs its functions.

mod application;
mod clock;
mod journal;
mod records;
mod writer;

pub use application::{Application, Failure, Runner, State};
pub use clock::Clock;
pub use journal::{Journal, JournalError};
pub use records::Records;
