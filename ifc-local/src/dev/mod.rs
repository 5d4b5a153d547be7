//! An application that runs: the engine with a clock, a journal and what runs its functions.

mod application;
mod clock;
pub mod console;
mod front;
mod host;
mod journal;
mod records;
mod requests;
mod writer;

pub use application::{Application, Failure, Runner, State};
pub use clock::Clock;
pub use host::{Host, HostError, HostOptions, ROOT_KEY, ROOT_SECRET};
pub use journal::{Journal, JournalError};
pub use records::Records;
