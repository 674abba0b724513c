//! What an emitter gives: files whose lines say why they are there, commands,
//! steps for a person, and what the target has no place for.

mod artefacts;
mod feature;
mod found;
mod line;
mod lost;
mod reading;
mod script;
mod unsupported;
pub use artefacts::{Emitted, EmittedCommand, EmittedFile, Step};
pub use feature::Feature;
pub(crate) use found::Found;
pub use line::{Line, Versions};
pub use lost::Lost;
pub use reading::ReadBack;
pub(crate) use script::{ScriptLine, script};
