//! OpenStack Nova: the section `[pci]` of `nova.conf`, and the property of a flavor.

mod conf;
mod emit;
#[cfg(feature = "convert")]
mod format;
mod read;

pub use conf::{NovaConf, NovaValue};
pub use emit::{AliasName, assign, emit};
#[cfg(feature = "convert")]
pub(crate) use format::FORMAT;
pub use read::read;
