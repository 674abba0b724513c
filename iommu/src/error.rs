//! Why a table of the firmware, a function's registers or an option could not be read, or
//! groups not be predicted.

use pci_core::{Address, Slot};

/// What functions of this crate return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a table of the firmware, a function's registers or an option could not be read, or
/// groups not be predicted.
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
    /// The header of a function's configuration space is not shown, or the function does
    /// not answer.
    Header,
    /// The capabilities of a function are not shown: without root the kernel gives 64 bytes.
    CapabilitiesNotShown,
    /// A listing shows a function's name and not its class or ids.
    IdsNotShown,
    /// A function has an Express capability, and the bytes behind the first 256 are not
    /// shown: ACS would be there.
    ExtendedNotShown,
    /// A function is there twice.
    DuplicateFunction,
    /// The bridge to a bus is missing.
    BridgeNotShown,
    /// The Volume Management Device of a domain is missing.
    VmdNotShown,
    /// There is no such function.
    NoFunction,
    /// A card is to go below a function that is neither a root port nor a downstream port.
    NotAPort,
    /// The firmware gave the port no buses.
    NoBus,
    /// Another card is below the port.
    PortInUse,
    /// No card is in the slot: it is empty, or its functions are part of the board.
    NoCard,
    /// A card is to go below one of its own ports.
    BelowItself,
    /// Another function has the address.
    AddressInUse,
    /// A port is to be like one of another bus.
    OtherBus,
    /// Kernels do not look for a function at the address: they look for functions 1 to 7
    /// only where function 0 is there and its header type says that there are several (PCI
    /// Local Bus Specification 3.0, section 3.2.2.3.4).
    NotEnumerated,
    /// No bus numbers are left.
    BusesRunOut,
    /// The kernel does not accept the value of an option, or a change of the hardware is
    /// not written as one.
    Option,
    /// A table of the firmware has another signature.
    TableSignature,
    /// A table of the firmware has fewer bytes than its header says, or than a header has.
    /// Without root no byte of a table can be read; a copy may be cut.
    TableCutOff,
    /// A block, a device scope or an entry of a table has a length that is smaller than its
    /// fixed part or larger than its container.
    TableLength,
    /// A range of devices in a table starts and has no end, or ends and has no start.
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
    #[error("{0}: its capabilities are not shown, which only root can read")]
    CapabilitiesNotShown(Address),
    #[error("{0}: its class and ids are not shown; `lspci -nn` shows them")]
    IdsNotShown(Address),
    #[error("{0}: its extended capabilities are not shown; `lspci -xxxx`, run by root, shows them")]
    ExtendedNotShown(Address),
    #[error("{0} is there twice")]
    DuplicateFunction(Address),
    #[error("the bridge to bus {domain:04x}:{bus:02x} is not shown")]
    BridgeNotShown { domain: u32, bus: u8 },
    #[error("the Volume Management Device of domain {0:x} is not shown")]
    VmdNotShown(u32),
    #[error("there is no function at {0:#}")]
    NoFunction(Address),
    #[error("{0:#} is neither a root port nor a downstream port: no card goes below it")]
    NotAPort(Address),
    #[error("{0:#} has no bus number for what is below it")]
    NoBus(Address),
    #[error("{by:#} is below {port:#} already")]
    PortInUse { port: Address, by: Address },
    #[error("no card is in {0:#}: nothing there is on the bus of a root port or downstream port")]
    NoCard(Slot),
    #[error("{below:#} is part of the card in {slot:#}")]
    BelowItself { slot: Slot, below: Address },
    #[error("{0:#} is there already")]
    AddressInUse(Address),
    #[error("{at:#} and {like:#} are not on one bus")]
    OtherBus { at: Address, like: Address },
    #[error(
        "no kernel looks for {0:#}: function 0 of its device is not there, or not one of several"
    )]
    NotEnumerated(Address),
    #[error("there are not enough bus numbers")]
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
    #[error("the table ends after {found} bytes, and {needed} are needed")]
    Cut { found: usize, needed: usize },
    #[error("{what} says that it is {length} bytes long, which it cannot be")]
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
            Cause::IdsNotShown(_) => ErrorKind::IdsNotShown,
            Cause::ExtendedNotShown(_) => ErrorKind::ExtendedNotShown,
            Cause::DuplicateFunction(_) => ErrorKind::DuplicateFunction,
            Cause::BridgeNotShown { .. } => ErrorKind::BridgeNotShown,
            Cause::VmdNotShown(_) => ErrorKind::VmdNotShown,
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

    /// The function that the error is about, where it is one: of a change of the hardware,
    /// the port or the new function.
    #[must_use]
    pub const fn address(&self) -> Option<Address> {
        match self.0 {
            Cause::Header { address, .. }
            | Cause::CapabilitiesNotShown(address)
            | Cause::IdsNotShown(address)
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

    /// The part of an option's value that is not accepted; a very long one is cut.
    #[must_use]
    pub fn word(&self) -> Option<&str> {
        match &self.0 {
            Cause::Option { word, .. } => Some(word),
            _ => None,
        }
    }

    /// The place in a table of the firmware, in bytes from its start.
    #[must_use]
    pub const fn offset(&self) -> Option<usize> {
        match self.0 {
            Cause::Table { offset, .. } => Some(offset),
            _ => None,
        }
    }
}
