//! The error of this crate: its kind, its place, its message.

use std::fmt;

use pci_core::{Address, Slot};

use crate::emitted::NotConverted;

/// The result of this crate's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A configuration that was not read, edited or written: the kind, the place and a message with the
/// expected and the actual value and, if known, a remedy.
///
/// ```
/// use hvconf::ErrorKind;
/// use hvconf::proxmox::HostPci;
/// let error = "0000:01:00.0,rombar=maybe".parse::<HostPci>().unwrap_err();
/// assert_eq!((error.kind(), error.offset()), (ErrorKind::HostPci, Some(13)));
/// assert!(error.to_string().starts_with("expected 1 or 0"), "{error}");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    cause: Cause,
    /// The key, argument or other part of the text.
    part: Option<String>,
    line: Option<u32>,
}

/// The kind of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A text is not an absolute path that every format can hold.
    HostPath,
    /// A text is not a Hyper-V vendor ID.
    HypervVendorId,
    /// A text is not a VM's name.
    VmName,
    /// A text is not the file name of an option ROM.
    RomFile,
    /// A text is not a name of OpenStack's aliases.
    AliasName,
    /// A text is not the name of a node of a cluster.
    NodeName,
    /// A text is not the name of a libvirt domain.
    DomainName,
    /// A text is not a VM ID of Proxmox VE.
    VmId,
    /// A text is not a key of the configuration.
    Key,
    /// A text is not a value of the configuration.
    Value,
    /// A text is not a user's name.
    UserName,
    /// A text is not a Windows device instance.
    DeviceInstance,
    /// A text is not the version of a driver.
    DriverVersion,
    /// A text is not the UUID of an ESXi host.
    SystemId,
    /// A word is not a format of conversions.
    Format,
    /// A word is not a guest's operating system or initramfs program.
    System,
    /// No function is assigned.
    NoFunction,
    /// A function of another slot is in the list of a slot.
    OtherSlot,
    /// A function or slot is listed twice.
    Duplicate,
    /// A bridge is in the list: bridges are not assigned.
    Bridge,
    /// Two devices are the guest's first screen.
    TwoPrimaryDisplays,
    /// A text is not YAML.
    Yaml,
    /// A text is not the XML of a domain.
    Xml,
    /// `xl` rejects the file.
    XlSyntax,
    /// The hypervisor rejects the text.
    Rejected,
    /// A text is not a property string of Proxmox VE.
    PropertyString,
    /// A `hostpciN` has an unknown option or a wrong value.
    HostPci,
    /// An entry of Xen's `pci` list has an unknown option or a wrong value.
    PciEntry,
    /// A `-device` of QEMU cannot be read, or names no host function.
    QemuDevice,
    /// A text has no command of the hypervisor.
    NoCommand,
    /// A shell script ends inside a word or command.
    Shell,
    /// A text has too many words.
    TooLong,
    /// A text is not an address as the format writes it.
    Address,
    /// The format writes addresses of domain 0, or of four digits, only.
    Domain,
    /// The format is written, not read.
    NotRead,
    /// A key has another type, or is set in several statements.
    Type,
    /// A domain has no `<devices>`.
    NoDevices,
    /// The guest has no free slot or entry, or the file no room.
    NoRoom,
    /// Another setting of the VM conflicts with the edit.
    Conflict,
    /// A task of Proxmox VE locks the VM.
    Locked,
    /// The VM is a template, which does not start.
    Template,
    /// The target needs a value that the description does not have.
    Missing,
    /// The target supports fewer of them.
    TooMany,
    /// The target does not support a value.
    Unsupported,
    /// The objects in the input are ambiguous or cannot be kept.
    Ambiguous,
    /// The target cannot pass PCI functions through.
    NoPassthrough,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Cause {
    #[error("expected an absolute path of letters, digits and '/._+@-' at byte {offset}")]
    HostPath { offset: usize },
    #[error("expected 1 to 12 letters and digits at byte {offset}")]
    HypervVendorId { offset: usize },
    #[error("expected a name of letters, digits, '-' and '.', at most 63 bytes, at byte {offset}")]
    VmName { offset: usize },
    #[error("expected a plain file name of letters, digits, '.', '_' and '-' at byte {offset}")]
    RomFile { offset: usize },
    #[error("expected 1 to 200 letters, digits, '-', '_' and '.'")]
    AliasName,
    #[error(
        "expected small letters, digits, '-' and '.', each label with a letter or digit at its ends"
    )]
    NodeName,
    #[error("expected a domain name without '/', control characters and leading '-'")]
    DomainName,
    #[error("expected a VM ID from 100 to 999999999")]
    VmId,
    #[error("expected a key of lower-case letters, '-' and '_', then digits")]
    Key,
    #[error("expected a key of letters, digits, '_', '.', ':' and '-', found one of another kind")]
    VmxKey,
    #[error("expected a value, found none")]
    EmptyValue,
    #[error("expected no control character, found one at byte {offset}")]
    ControlInValue { offset: usize },
    #[error("expected no blank at the start or end of the value")]
    BlankAroundValue,
    #[error("expected an account of small letters, digits, '_' and '-'")]
    UserName,
    #[error(r"expected PCI\VEN_hhhh&DEV_hhhh&SUBSYS_hhhhhhhh&REV_hh\INSTANCE")]
    DeviceInstance,
    #[error("expected a version such as 465.89")]
    DriverVersion,
    #[error("expected the host's UUID: groups of hex digits with '-' between")]
    SystemId,
    #[error("unknown format \"{found}\": expected one of {expected}")]
    Format { found: String, expected: String },
    #[error(
        "expected windows, a distribution (debian, ubuntu, mint, fedora, rhel, centos, rocky, \
         alma, opensuse, arch, manjaro), or the initramfs program: initramfs-tools, dracut or \
         mkinitcpio"
    )]
    System,
    #[error("expected at least one function, found none")]
    NoFunction,
    #[error("expected at least one function, found none; {others}")]
    OnlyOthers { others: String },
    #[error("mapping {mapping} is {answers}: name the node of the guest (--node)")]
    SeveralNodes { mapping: String, answers: String },
    #[error("expected functions of {slot}, found {address}")]
    OtherSlot { slot: Slot, address: Address },
    #[error("{0} is listed twice")]
    Twice(Address),
    #[error("slot {0} is listed twice")]
    SlotTwice(Slot),
    #[error("{0} is a bridge, which stays with the host")]
    Bridge(Address),
    #[error("both {0} and {1} are set as the guest's first screen")]
    TwoPrimaryDisplays(Slot, Slot),
    #[error("expected YAML, found an error: {reason}")]
    Yaml { reason: String },
    #[error("{what} (byte {offset})")]
    Xml { what: String, offset: usize },
    #[error("xl rejects this file: expected {expected}")]
    XlSyntax { expected: &'static str },
    #[error("{reason}")]
    Rejected { reason: String },
    #[error("expected key=value at byte {offset}")]
    MissingHalf { offset: usize },
    #[error("{key} is set a second time at byte {offset}")]
    PropertyTwice { key: String, offset: usize },
    #[error("expected at most {most} parts, found one more at byte {offset}")]
    TooManyProperties { most: usize, offset: usize },
    #[error("expected a hostpci option, found {key:?} at byte {offset}")]
    UnknownHostPciKey { key: String, offset: usize },
    #[error("expected {expected} as {key}, found {found:?} at byte {offset}")]
    HostPciValue {
        key: &'static str,
        expected: &'static str,
        found: String,
        offset: usize,
    },
    #[error("expected host or mapping, found neither")]
    NoHostPciDevice,
    #[error("expected either host or mapping, found both")]
    HostAndMapping,
    #[error("expected an address such as 0000:01:00.0, found \"{0}\"")]
    PciEntryAddress(String),
    #[error("expected a slot from 0 to 1f, found \"{0}\"")]
    PciEntrySlot(String),
    #[error("expected an option of xl's PCI entries, found \"{0}\"")]
    PciEntryOption(String),
    #[error("expected strict or relaxed, found \"{0}\"")]
    RdmPolicy(String),
    #[error("expected one address or one name")]
    PciEntryTarget,
    #[error("expected a JSON object")]
    NotJson,
    #[error("expected a driver")]
    NoDriver,
    #[error("expected host=ADDRESS or sysfsdev=PATH, found {found:?}")]
    NoHost { found: String },
    #[error("{found:?} has a value that the script does not show: replace it by the address")]
    NotSet { found: String },
    #[error("expected at most 65536 words")]
    TooLong,
    #[error("expected a command qemu-system-x86_64, qemu-kvm or kvm, found none")]
    NoQemu,
    #[error("expected {what}")]
    Shell { what: &'static str },
    #[error("expected {expected} as a decimal number in its range")]
    VmxAddress { expected: &'static str },
    #[error("{0}: Unraid accepts domains of four digits only")]
    WideDomain(Address),
    #[error("{0} is not in domain 0, the only one of pptdevs")]
    PptDomain(Address),
    #[error("pptdevs, pptdevs2 and pptdevs3 have no room for {0}: 128 characters each")]
    PptFull(Address),
    #[error("{0} is written, not read")]
    NotRead(&'static str),
    #[error("{key} is not a list")]
    NotAList { key: String },
    #[error("{key} is set with +=")]
    Joined { key: String },
    #[error("expected <devices> with an end tag in the domain")]
    NoDevices,
    #[error("expected a free slot in the guest for {0}, found none")]
    NoFreeSlot(Slot),
    #[error(
        "libvirt rejects huge pages beside {element}: remove that element with virsh edit first, \
         or plan without huge pages"
    )]
    LibvirtHugePages { element: String },
    #[error("expected a function, found nothing")]
    NoValue,
    #[error("expected no lock, found {lock}")]
    Locked { lock: String },
    #[error(
        "expected a guest that can be started, found a template: clone it (qm clone) and plan for \
         the clone"
    )]
    Template,
    #[error("assigns a mediated device of {address}: remove the entry to assign the function")]
    Mediated { address: Address },
    #[error(
        "assigns {address} or another function of its mapping, whichever is free when the guest \
         starts: remove the entry, or leave one function in the mapping"
    )]
    MappingMayAssign { address: Address },
    #[error(
        "assigns {address} after another function, and the options of an entry are for its first \
         function only: move {address} to a separate entry"
    )]
    NotFirst { address: Address },
    #[error("expected no legacy-igd beside {wanted}")]
    LegacyIgd { wanted: &'static str },
    #[error("expected an x86-64 guest for {wanted}, found aarch64")]
    NotX86 { wanted: &'static str },
    #[error("expected a 64-bit processor for OVMF, found {model}")]
    ThirtyTwoBit { model: String },
    #[error("expected no viommu=intel for an i440fx")]
    IntelViommu,
    #[error("{0}")]
    HugePages(String),
    #[error("expected a free entry from hostpci0 to hostpci15, found none")]
    NoFreeIndex,
    #[error("{target} needs {what}")]
    Missing {
        target: &'static str,
        what: &'static str,
    },
    #[error("{target} supports at most {most} {what}")]
    TooMany {
        target: &'static str,
        what: &'static str,
        most: usize,
    },
    #[error("{target} does not support {what}")]
    Unsupported { target: &'static str, what: String },
    #[error("{target}: {reason}")]
    Ambiguous {
        target: &'static str,
        reason: String,
    },
    #[error("{target} cannot pass PCI functions through: {reason}")]
    NoPassthrough {
        target: &'static str,
        reason: &'static str,
    },
}

impl Cause {
    /// The error at a line, from 1.
    pub(crate) fn at(self, line: u32) -> Error {
        Error::from(self).at(line)
    }
}

impl From<Cause> for Error {
    fn from(cause: Cause) -> Self {
        Self(Box::new(Inner {
            cause,
            part: None,
            line: None,
        }))
    }
}

impl Error {
    pub(crate) fn at(mut self, line: u32) -> Self {
        self.0.line.get_or_insert(line);
        self
    }

    /// The error in a part of the text: a key, or an argument.
    pub(crate) fn in_part(mut self, part: impl Into<String>) -> Self {
        self.0.part.get_or_insert_with(|| part.into());
        self
    }

    /// The same beside `others`, which are named where no function is found.
    pub(crate) fn beside(self, others: &[NotConverted]) -> Self {
        if self.0.cause != Cause::NoFunction || others.is_empty() {
            return self;
        }
        let others: Vec<String> = others.iter().map(ToString::to_string).collect();
        let others = others.join("; ");
        Cause::OnlyOthers { others }.into()
    }

    /// The key and value of a `hostpciN` whose value is wrong.
    pub(crate) fn host_pci_value(&self) -> Option<(&'static str, &str)> {
        match &self.0.cause {
            Cause::HostPciValue { key, found, .. } => Some((key, found)),
            _ => None,
        }
    }

    /// The kind of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match &self.0.cause {
            Cause::HostPath { .. } => ErrorKind::HostPath,
            Cause::HypervVendorId { .. } => ErrorKind::HypervVendorId,
            Cause::VmName { .. } => ErrorKind::VmName,
            Cause::RomFile { .. } => ErrorKind::RomFile,
            Cause::AliasName => ErrorKind::AliasName,
            Cause::NodeName => ErrorKind::NodeName,
            Cause::DomainName => ErrorKind::DomainName,
            Cause::VmId => ErrorKind::VmId,
            Cause::Key | Cause::VmxKey => ErrorKind::Key,
            Cause::EmptyValue | Cause::ControlInValue { .. } | Cause::BlankAroundValue => {
                ErrorKind::Value
            }
            Cause::UserName => ErrorKind::UserName,
            Cause::DeviceInstance => ErrorKind::DeviceInstance,
            Cause::DriverVersion => ErrorKind::DriverVersion,
            Cause::SystemId => ErrorKind::SystemId,
            Cause::Format { .. } => ErrorKind::Format,
            Cause::System => ErrorKind::System,
            Cause::NoFunction | Cause::OnlyOthers { .. } => ErrorKind::NoFunction,
            Cause::OtherSlot { .. } => ErrorKind::OtherSlot,
            Cause::Twice(_) | Cause::SlotTwice(_) => ErrorKind::Duplicate,
            Cause::Bridge(_) => ErrorKind::Bridge,
            Cause::TwoPrimaryDisplays(..) => ErrorKind::TwoPrimaryDisplays,
            Cause::Yaml { .. } => ErrorKind::Yaml,
            Cause::Xml { .. } => ErrorKind::Xml,
            Cause::XlSyntax { .. } => ErrorKind::XlSyntax,
            Cause::Rejected { .. } | Cause::NoValue => ErrorKind::Rejected,
            Cause::MissingHalf { .. }
            | Cause::PropertyTwice { .. }
            | Cause::TooManyProperties { .. } => ErrorKind::PropertyString,
            Cause::UnknownHostPciKey { .. }
            | Cause::HostPciValue { .. }
            | Cause::NoHostPciDevice
            | Cause::HostAndMapping => ErrorKind::HostPci,
            Cause::PciEntryAddress(_)
            | Cause::PciEntrySlot(_)
            | Cause::PciEntryOption(_)
            | Cause::RdmPolicy(_)
            | Cause::PciEntryTarget => ErrorKind::PciEntry,
            Cause::NotJson | Cause::NoDriver | Cause::NoHost { .. } | Cause::NotSet { .. } => {
                ErrorKind::QemuDevice
            }
            Cause::TooLong => ErrorKind::TooLong,
            Cause::NoQemu => ErrorKind::NoCommand,
            Cause::Shell { .. } => ErrorKind::Shell,
            Cause::VmxAddress { .. } => ErrorKind::Address,
            Cause::WideDomain(_) | Cause::PptDomain(_) => ErrorKind::Domain,
            Cause::NotRead(_) => ErrorKind::NotRead,
            Cause::NotAList { .. } | Cause::Joined { .. } => ErrorKind::Type,
            Cause::NoDevices => ErrorKind::NoDevices,
            Cause::NoFreeSlot(_) | Cause::NoFreeIndex | Cause::PptFull(_) => ErrorKind::NoRoom,
            Cause::LibvirtHugePages { .. }
            | Cause::Mediated { .. }
            | Cause::MappingMayAssign { .. }
            | Cause::NotFirst { .. }
            | Cause::LegacyIgd { .. }
            | Cause::NotX86 { .. }
            | Cause::ThirtyTwoBit { .. }
            | Cause::IntelViommu
            | Cause::HugePages(_) => ErrorKind::Conflict,
            Cause::Locked { .. } => ErrorKind::Locked,
            Cause::Template => ErrorKind::Template,
            Cause::Missing { .. } => ErrorKind::Missing,
            Cause::TooMany { .. } => ErrorKind::TooMany,
            Cause::Unsupported { .. } => ErrorKind::Unsupported,
            Cause::Ambiguous { .. } | Cause::SeveralNodes { .. } => ErrorKind::Ambiguous,
            Cause::NoPassthrough { .. } => ErrorKind::NoPassthrough,
        }
    }

    /// Whether the target is the cause: the description was read, and cannot be written.
    #[must_use]
    pub fn is_of_target(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::Missing
                | ErrorKind::TooMany
                | ErrorKind::Unsupported
                | ErrorKind::Ambiguous
                | ErrorKind::NoPassthrough
        )
    }

    /// Whether the list of assigned devices is the cause: it is empty, or contradicts itself.
    #[must_use]
    pub(crate) fn is_of_assigned_devices(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::NoFunction
                | ErrorKind::OtherSlot
                | ErrorKind::Duplicate
                | ErrorKind::Bridge
                | ErrorKind::TwoPrimaryDisplays
        )
    }

    /// The key or argument, such as `hostpci0`.
    #[must_use]
    pub fn part(&self) -> Option<&str> {
        self.0.part.as_deref()
    }

    /// The line in the text, from 1.
    #[must_use]
    pub fn line(&self) -> Option<u32> {
        self.0.line
    }

    /// The byte offset in the word or value, from 0; in XML, in the complete text.
    #[must_use]
    pub fn offset(&self) -> Option<usize> {
        match self.0.cause {
            Cause::HostPath { offset }
            | Cause::HypervVendorId { offset }
            | Cause::VmName { offset }
            | Cause::RomFile { offset }
            | Cause::ControlInValue { offset }
            | Cause::Xml { offset, .. }
            | Cause::MissingHalf { offset }
            | Cause::PropertyTwice { offset, .. }
            | Cause::TooManyProperties { offset, .. }
            | Cause::UnknownHostPciKey { offset, .. }
            | Cause::HostPciValue { offset, .. } => Some(offset),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { cause, part, line } = &*self.0;
        if let Some(line) = line {
            write!(f, "line {line}: ")?;
        }
        if let Some(part) = part {
            write!(f, "{part}: ")?;
        }
        cause.fmt(f)
    }
}

impl std::error::Error for Error {}
