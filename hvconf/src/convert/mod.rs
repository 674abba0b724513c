//! Conversion of one hypervisor's configuration to another's; settings that are not converted are
//! listed.
//!
//! ```
//! use hvconf::convert::{Format, Source, Wanted, convert};
//! let text = "hostpci0: 0000:01:00.0,pcie=1\nmachine: q35\nmemory: 8192\nname: win11\n";
//! let source = Source::of(text).ok_or("no format")?;
//! let converted = convert(&source, Format::Libvirt, &Wanted::default())?;
//! assert!(converted.files[0].to_string().contains("<name>win11</name>"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod declaration;
mod format;
mod not_converted;
mod recognition;
mod run;
mod source;

pub use declaration::Wanted;
pub(crate) use declaration::{Declaration, FirmwareSetting, GuestName, Known, Order, Sign};
pub use format::Format;
pub use run::{convert, describe, write};

pub use crate::convert::source::Source;
