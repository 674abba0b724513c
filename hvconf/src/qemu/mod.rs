//! QEMU without a manager: its command line, written and read back, and a launch
//! script.
//!
//! ```
//! use hvconf::description::Description;
//! use hvconf::assigned::{Coverage, AssignedDevices, AssignedFunction, AssignedSlot};
//! use hvconf::qemu::{QemuHost, QemuVersion, command_line, read_back};
//! let nic = AssignedFunction::at("03:00.0".parse()?);
//! let assigned = AssignedDevices::new(vec![AssignedSlot::new(vec![nic], Coverage::WholeSlot)?])?;
//! let vm = Description::new("router".parse()?, assigned);
//! let emitted = command_line(&vm, &QemuHost::debian(QemuVersion::new(7, 2)))?;
//! let back = read_back(&emitted.argv())?;
//! assert_eq!(back.description.assigned.slots()[0].slot(), "03:00".parse()?);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod command_line;
mod device;
#[cfg(feature = "convert")]
mod format;
mod host;
mod option;
mod others;
mod placement;
mod read;
mod script;
mod values;
mod vm;
mod words;

pub use command_line::{Argument, QemuCommandLine, command_line};
pub use device::{QemuDevice, Syntax};
#[cfg(feature = "convert")]
pub(crate) use format::FORMAT;
pub use host::{FirmwareFiles, QemuHost, QemuVersion};
pub use option::{OptionValue, Options};
pub use read::read_back;
pub(crate) use read::{Arguments, read_arguments};
pub(crate) use words::words_of;
pub use words::{LaunchWords, launch_words};
