//! Errors of reading firmware tables, registers and options, and of group prediction.

use pci_core::{Address, Slot};

/// Result of this crate's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error of reading a firmware table, registers or an option, or of predicting groups.
///
/// ```
/// use iommu::ErrorKind;
/// use iommu::acpi::Dmar;
/// let error = Dmar::parse(b"DMAR").unwrap_err();
/// assert_eq!((error.kind(), error.offset()), (ErrorKind::TableCutOff, Some(0)));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct Error(#[from] Cause);

/// The kind of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The header of a function's configuration space is not in the input, or the function returns
    /// all ones.
    Header,
    /// The capabilities of a function are not in the input: non-root users read only 64 bytes.
    CapabilitiesNotShown,
    /// A function has a PCI Express capability, but its extended configuration space, which would
    /// contain ACS, is not in the input.
    ExtendedNotShown,
    /// A function occurs twice.
    DuplicateFunction,
    /// The bridge to a bus is missing.
    BridgeNotShown,
    /// The Volume Management Device of a domain is missing.
    VmdNotShown,
    /// The host is a POWER machine, whose kernel has other rules.
    Power,
    /// The function does not exist.
    NoFunction,
    /// The target of a card is neither a root port nor a downstream port.
    NotAPort,
    /// The firmware assigned no buses to the port.
    NoBus,
    /// The port already has a card.
    PortInUse,
    /// The slot has no card: it is empty, or its functions are part of the board.
    NoCard,
    /// The target port is part of the card.
    BelowItself,
    /// Another function has the address.
    AddressInUse,
    /// The model port is on another bus.
    OtherBus,
    /// Kernels do not enumerate the address: they probe functions 1 to 7 only if function 0 exists
    /// and has the multi-function bit (PCI Local Bus Specification 3.0, section 3.2.2.3.4).
    NotEnumerated,
    /// No bus numbers are left.
    BusesRunOut,
    /// The kernel does not accept the value of an option, or the syntax of a hardware change is
    /// invalid.
    Option,
    /// A firmware table has another signature.
    TableSignature,
    /// A firmware table is shorter than its header says, or than a header. Only root can read
    /// tables; a copy may be cut.
    TableCutOff,
    /// The length of a block, a device scope or an entry of a table is smaller than its fixed part
    /// or larger than its container.
    TableLength,
    /// A range of devices in a table has a start without an end, or an end without a start.
    TableRange,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Cause {
    #[error("{address}: {error}")]
    Header {
        address: Address,
        #[source]
        error: pci_core::Error,
    },
    #[error("{0}: capabilities missing from the input; only root can read them")]
    CapabilitiesNotShown(Address),
    #[error("{0}: extended capabilities missing from the input; run `lspci -xxxx` as root")]
    ExtendedNotShown(Address),
    #[error("{0} occurs twice")]
    DuplicateFunction(Address),
    #[error("the bridge to bus {domain:04x}:{bus:02x} is not in the input")]
    BridgeNotShown { domain: u32, bus: u8 },
    #[error("the Volume Management Device of domain {0:x} is not in the input")]
    VmdNotShown(u32),
    #[error(
        "{0} is a host bridge of POWER, where Linux groups functions by partitionable endpoint"
    )]
    Power(Address),
    #[error("no function at {0:#}")]
    NoFunction(Address),
    #[error("{0:#} is neither a root port nor a downstream port")]
    NotAPort(Address),
    #[error("{0:#} has no secondary bus number")]
    NoBus(Address),
    #[error("{port:#} is in use by {by:#}")]
    PortInUse { port: Address, by: Address },
    #[error("no card in {0:#}: no function there is downstream of a root port or downstream port")]
    NoCard(Slot),
    #[error("{below:#} is part of the card in {slot:#}")]
    BelowItself { slot: Slot, below: Address },
    #[error("{0:#} already exists")]
    AddressInUse(Address),
    #[error("{at:#} and {like:#} are on different buses")]
    OtherBus { at: Address, like: Address },
    #[error(
        "the kernel does not enumerate {0:#}: its device has no function 0, or only one function"
    )]
    NotEnumerated(Address),
    #[error("not enough bus numbers")]
    BusesRunOut,
    #[error("{word:?} in {option}= is not {expected}")]
    Option {
        option: &'static str,
        word: String,
        expected: &'static str,
    },
    #[error("{fault} at offset {offset:#x} of the table")]
    Table { offset: usize, fault: TableFault },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TableFault {
    #[error("the signature is not {expected}")]
    Signature { expected: &'static str },
    #[error("the table ends after {found} of {needed} bytes")]
    Cut { found: usize, needed: usize },
    #[error("{what} has the invalid length {length}")]
    Length { what: &'static str, length: usize },
    #[error("{0}")]
    Range(&'static str),
}

impl Error {
    /// The kind of the error.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self.0 {
            Cause::Header { .. } => ErrorKind::Header,
            Cause::CapabilitiesNotShown(_) => ErrorKind::CapabilitiesNotShown,
            Cause::ExtendedNotShown(_) => ErrorKind::ExtendedNotShown,
            Cause::DuplicateFunction(_) => ErrorKind::DuplicateFunction,
            Cause::BridgeNotShown { .. } => ErrorKind::BridgeNotShown,
            Cause::VmdNotShown(_) => ErrorKind::VmdNotShown,
            Cause::Power(_) => ErrorKind::Power,
            Cause::NoFunction(_) => ErrorKind::NoFunction,
            Cause::NotAPort(_) => ErrorKind::NotAPort,
            Cause::NoBus(_) => ErrorKind::NoBus,
            Cause::PortInUse { .. } => ErrorKind::PortInUse,
            Cause::NoCard(_) => ErrorKind::NoCard,
            Cause::BelowItself { .. } => ErrorKind::BelowItself,
            Cause::AddressInUse(_) => ErrorKind::AddressInUse,
            Cause::OtherBus { .. } => ErrorKind::OtherBus,
            Cause::NotEnumerated(_) => ErrorKind::NotEnumerated,
            Cause::BusesRunOut => ErrorKind::BusesRunOut,
            Cause::Option { .. } => ErrorKind::Option,
            Cause::Table { fault, .. } => match fault {
                TableFault::Signature { .. } => ErrorKind::TableSignature,
                TableFault::Cut { .. } => ErrorKind::TableCutOff,
                TableFault::Length { .. } => ErrorKind::TableLength,
                TableFault::Range(_) => ErrorKind::TableRange,
            },
        }
    }

    /// The function of the error, if it is about one; for a hardware change, the port or the new
    /// function.
    #[must_use]
    pub const fn address(&self) -> Option<Address> {
        match self.0 {
            Cause::Header { address, .. }
            | Cause::CapabilitiesNotShown(address)
            | Cause::Power(address)
            | Cause::ExtendedNotShown(address)
            | Cause::DuplicateFunction(address)
            | Cause::NoFunction(address)
            | Cause::NotAPort(address)
            | Cause::NoBus(address)
            | Cause::PortInUse { port: address, .. }
            | Cause::BelowItself { below: address, .. }
            | Cause::AddressInUse(address)
            | Cause::OtherBus { at: address, .. }
            | Cause::NotEnumerated(address) => Some(address),
            _ => None,
        }
    }

    /// The rejected word of an option's value, truncated if very long.
    #[must_use]
    pub fn word(&self) -> Option<&str> {
        match &self.0 {
            Cause::Option { word, .. } => Some(word),
            _ => None,
        }
    }

    /// Byte offset in the firmware table.
    #[must_use]
    pub const fn offset(&self) -> Option<usize> {
        match self.0 {
            Cause::Table { offset, .. } => Some(offset),
            _ => None,
        }
    }
}
