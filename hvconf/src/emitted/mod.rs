//! What an emitter gives: files whose lines say why they are there, commands,
//! steps for a person, and what the target has no place for.

mod artefacts;
mod line;
mod lost;
mod part;
mod read_error;
mod reading;
mod script;
mod unplaced;
pub use artefacts::{Emitted, EmittedCommand, EmittedFile, Step};
pub use line::{Line, Versions};
pub use lost::Lost;
pub use part::Part;
pub(crate) use read_error::Found;
pub use reading::ReadBack;
pub(crate) use script::{ScriptLine, script};
