//! Why a ROM was not read, and what helps.

use std::{fmt, io};

use pci_core::Address;

use super::function::{Function, RomResource};
use super::kernel_log::Complaint;
use crate::failure::{Failure, FailureCode};

/// Why a ROM was not read.
#[derive(Debug)]
#[non_exhaustive]
pub enum DumpError {
    /// There is no function at this address.
    NoFunction {
        /// The address.
        address: Address,
    },
    /// The kernel has no `rom` file for the function: it has no BAR for a ROM.
    NoRom {
        /// The address.
        address: Address,
    },
    /// The file shows the copy in memory that firmware ran, not the card's ROM.
    Shadow {
        /// The address.
        address: Address,
    },
    /// What the file gave is a copy that firmware ran and changed.
    Copied {
        /// The address.
        address: Address,
        /// What shows it.
        text: String,
    },
    /// The file could not be read.
    Unreadable {
        /// The address.
        address: Address,
        /// What reading it gave.
        error: io::Error,
        /// What sysfs says of the function.
        function: Box<Function>,
        /// What the kernel said.
        complaint: Option<Complaint>,
    },
    /// The reading was interrupted, after which the ROM was switched off again.
    Interrupted,
    /// The ROM was read, but could not be switched off again: it stays readable.
    StaysOn {
        /// The address.
        address: Address,
        /// What writing 0 gave.
        error: io::Error,
    },
}

impl fmt::Display for DumpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFunction { address } => write!(f, "there is no PCI function {address}"),
            Self::NoRom { address } => write!(
                f,
                "{address} has no ROM that the kernel can read: it has no BAR for one, as graphics \
                 in processors and cards in laptops often have not; the system's firmware holds \
                 its code then"
            ),
            Self::Shadow { address } => write!(
                f,
                "{address} is the card that the machine started its display on: the kernel shows \
                 the copy of its ROM that firmware ran and changed, which does not serve a guest; \
                 start the machine with another card as the primary display, and dump it then"
            ),
            Self::Copied { address, text } => {
                write!(f, "{address}: what was read is no use to a guest: {text}")
            }
            Self::Unreadable {
                address,
                error,
                function,
                complaint,
            } => {
                write!(f, "{address}: cannot read its ROM: {error}")?;
                if let Some(complaint) = complaint {
                    write!(f, "; the kernel says \"{}\"", complaint.line)?;
                }
                let ways = ways(function, error, complaint.as_ref());
                ways.iter().try_for_each(|way| write!(f, "; {way}"))
            }
            Self::Interrupted => f.write_str("interrupted: the ROM is switched off again"),
            Self::StaysOn { address, error } => write!(
                f,
                "{address}: cannot switch its ROM off again: {error}; write 0 to its rom file"
            ),
        }
    }
}

impl std::error::Error for DumpError {}

impl From<&DumpError> for Failure {
    fn from(error: &DumpError) -> Self {
        let code = match error {
            DumpError::NoFunction { .. } => FailureCode::BadDevice,
            DumpError::NoRom { .. } | DumpError::Shadow { .. } | DumpError::Copied { .. } => {
                FailureCode::Refused
            }
            DumpError::Unreadable { .. } | DumpError::Interrupted | DumpError::StaysOn { .. } => {
                FailureCode::System
            }
        };
        Self::new(code, error.to_string())
    }
}

/// What helps, by what is known of the function.
fn ways(function: &Function, error: &io::Error, complaint: Option<&Complaint>) -> Vec<String> {
    if error.kind() == io::ErrorKind::PermissionDenied {
        return vec!["only root may read it".to_owned()];
    }
    let mut ways = Vec::new();
    let found = complaint.and_then(|complaint| complaint.found);
    let asleep = function
        .power_state
        .as_deref()
        .filter(|state| state.starts_with("D3"));
    if let Some(state) = asleep {
        ways.push(format!(
            "it is asleep in {state}: write on to its power/control, and try again"
        ));
    }
    let is_intel_display = function.id.is_some_and(|id| id.vendor.0 == 0x8086)
        && function.class.is_some_and(|class| class.is_display());
    if is_intel_display {
        ways.push(
            "Intel's graphics in processors have no ROM of their own: the system's firmware holds \
             it, and nothing is broken"
                .to_owned(),
        );
        return ways;
    }
    match (found, &function.driver) {
        (Some(0xffff), Some(driver)) if driver != "vfio-pci" => ways.push(format!(
            "0xffff is read where nothing answers, and the driver {driver} holds it: unbind it or \
             bind vfio-pci, and try again"
        )),
        (Some(0xffff), _) => ways.push(
            "0xffff is read where nothing answers: start and stop a guest with it once, which \
             resets it, or start the machine with another primary display, and try again"
                .to_owned(),
        ),
        (Some(found), _) => ways.push(format!(
            "{found:#06x} is no ROM's start: the BAR shows something else, or the ROM is empty"
        )),
        (None, _) if function.rom == RomResource::None => {
            ways.push("its BAR for a ROM has no address".to_owned());
        }
        (None, _) if complaint.is_none() => {
            ways.push("see what the kernel's log says of it: dmesg | grep ROM".to_owned());
        }
        _ => {}
    }
    ways
}
