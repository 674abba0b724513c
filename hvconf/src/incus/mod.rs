//! Incus and LXD: virtual machines that get functions as devices of their
//! configuration. Containers share the host's drivers and get no function.

mod emit;
#[cfg(feature = "convert")]
mod format;
mod read;

pub use emit::{Program, device_name, emit};
#[cfg(feature = "convert")]
pub(crate) use format::FORMAT;
pub use read::read;
