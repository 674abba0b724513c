//! What an emitter gives: files whose lines say why they are there, commands,
//! steps for a person, and what the target has no place for.

mod artefacts;
mod error;
mod line;
mod reading;

pub use artefacts::{Emitted, EmittedCommand, EmittedFile, Step};
pub use error::EmitError;
pub use line::{Line, Versions};
pub use reading::{Lost, ReadBack};
