//! The output of an emitter: files whose lines have a purpose, commands, manual steps, and the
//! features that the target does not support.

mod artifacts;
mod feature;
mod found;
mod line;
mod not_converted;
mod reading;
mod script;
mod unsupported;
pub use artifacts::{Emitted, EmittedCommand, EmittedFile, ManualStep};
pub use feature::Feature;
pub(crate) use found::Found;
pub use line::{Line, Versions};
pub use not_converted::NotConverted;
pub(crate) use not_converted::{MANUALLY, MEDIATED, UNLISTED};
pub use reading::ReadBack;
pub(crate) use script::{ScriptLine, script};
