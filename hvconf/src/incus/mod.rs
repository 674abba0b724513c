//! Incus and LXD: virtual machines that get functions as devices of their
//! configuration. Containers share the host's drivers and get no function.

mod emit;
mod read;

pub use emit::{Program, device_name, emit};
pub use read::read;
