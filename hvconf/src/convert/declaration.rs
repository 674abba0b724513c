//! The declaration of a format. Each hypervisor's module has one, and conversions use nothing else
//! of a format.

use crate::assigned::AssignedFunction;
use crate::description::{Description, MemorySize};
use crate::emitted::{Emitted, NotConverted, ReadBack};
use crate::error::Error;
use crate::esxi::SystemId;
use crate::kubernetes::NodeName;
use crate::proxmox::{PciCfg, PveVersion, VmId};
use crate::qemu::{QemuHost, QemuVersion, words_of};
use crate::yaml::Node;

/// A format: its words, the texts that are in it, its reader, its emitter, and what it does not
/// support.
pub(crate) struct Declaration {
    /// The word on the command line and in JSON.
    pub(crate) word: &'static str,
    /// The name in sentences.
    pub(crate) name: &'static str,
    /// Whether a text describes one machine; others list the functions that a host hands out.
    pub(crate) is_machine: bool,
    /// Marks of a text in the format; empty for a format that is not read.
    pub(crate) signs: &'static [Sign],
    /// The reader; `None` for a format that is written only.
    pub(crate) read: Option<Reader>,
    /// The emitter.
    pub(crate) write: fn(&Description, &Wanted) -> Result<Emitted, Error>,
    /// Whether it names the machine type: others have a machine of their own.
    pub(crate) names_machine: bool,
    /// Whether it names the firmware.
    pub(crate) firmware: FirmwareSetting,
    /// The name of a guest.
    pub(crate) guest_name: GuestName,
    /// Whether buses of the guest are numbered as QEMU's machines number them.
    pub(crate) has_buses_of_qemu: bool,
    /// The directory of files in place of ROMs; `None` if it has none.
    pub(crate) roms: fn(&Wanted) -> Option<String>,
    /// Whether its reader lists the functions of a slot that are not in the input.
    pub(crate) lists_unshown: bool,
    /// Settings of every description that its emitter cannot write.
    pub(crate) not_converted: fn(&Description) -> Vec<NotConverted>,
}

/// Reads a text.
pub(crate) type Reader = fn(&Known<'_>) -> Result<ReadBack, Error>;

impl Declaration {
    /// A machine's format that is written, and names neither the machine type nor the firmware.
    pub(crate) const fn machine(
        word: &'static str,
        name: &'static str,
        write: fn(&Description, &Wanted) -> Result<Emitted, Error>,
    ) -> Self {
        Self {
            word,
            name,
            is_machine: true,
            signs: &[],
            read: None,
            write,
            names_machine: false,
            firmware: FirmwareSetting::Never,
            guest_name: GuestName::AsItIs,
            has_buses_of_qemu: false,
            roms: |_| None,
            lists_unshown: false,
            not_converted: |_| Vec::new(),
        }
    }

    /// A list of what a host hands out.
    pub(crate) const fn host_list(
        word: &'static str,
        name: &'static str,
        write: fn(&Description, &Wanted) -> Result<Emitted, Error>,
    ) -> Self {
        Self {
            is_machine: false,
            ..Self::machine(word, name, write)
        }
    }
}

/// Marks of a text in a format.
pub(crate) enum Sign {
    /// The text itself.
    Text(Order, fn(&str) -> bool),
    /// A document of YAML or JSON that names its kind.
    Kind(fn(&Node) -> bool),
    /// A document of YAML or JSON by the devices in it.
    Devices(fn(&Node) -> bool),
    /// A command line of the program with this file name.
    Program(&'static str),
}

/// The order in which signs of texts count: the first sign that holds decides, and of one order
/// the first format of the list. Documents and programs come before the usual keys.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// The first character.
    Markup,
    /// A key that no other format has.
    OwnKey,
    /// A key of a section.
    SectionKey,
    /// Assignments with a meaning in this format only.
    Assignments,
    /// The whole text, which is of the format's grammar.
    Grammar,
    /// A command line.
    CommandLine,
    /// Keys that texts of the format usually have, where nothing else is assigned.
    UsualKeys,
}

/// Whether a format names what starts the guest.
pub(crate) enum FirmwareSetting {
    /// It does not.
    Never,
    /// It does, or the guest has a known firmware where it is silent.
    Always,
    /// It can, and these texts of it do.
    In(fn(&str) -> bool),
}

/// The name of a guest in a format.
pub(crate) enum GuestName {
    /// Any.
    AsItIs,
    /// The nearest that it allows, and the rule.
    Nearest(fn(&str) -> String, &'static str),
    /// None: the file is of the host.
    None,
}

impl GuestName {
    /// A name of an object in Kubernetes.
    pub(crate) const OF_KUBERNETES: Self = Self::Nearest(
        |name| name.to_ascii_lowercase(),
        "Kubernetes accepts lower-case letters only",
    );
}

/// A text, and what is known beside it.
pub(crate) struct Known<'a> {
    pub(crate) text: &'a str,
    pub(crate) functions: &'a [AssignedFunction],
    pub(crate) mappings: Option<&'a PciCfg>,
    pub(crate) node: Option<&'a str>,
    pub(crate) number: Option<VmId>,
}

impl Known<'_> {
    /// The words of `program` in a script.
    pub(crate) fn words(&self, program: &str) -> Result<Vec<String>, Error> {
        words_of(self.text, |word| is_program(word, program)).map(|words| words.argv)
    }
}

/// Whether `word` runs `program`.
pub(super) fn is_program(word: &str, program: &str) -> bool {
    word.rsplit('/').next() == Some(program)
}

/// Settings of the target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The VM's number on Proxmox VE; `None` keeps the source's, or is 100.
    pub number: Option<VmId>,
    /// Proxmox VE's version.
    pub proxmox: PveVersion,
    /// QEMU's version, and its host's files.
    pub qemu: QemuHost,
    /// ESXi's host.
    pub system: Option<SystemId>,
    /// The node that claims functions on Harvester.
    pub node: Option<NodeName>,
    /// The guest's memory, if the source does not set it.
    pub memory: Option<MemorySize>,
}

impl Default for Wanted {
    /// Proxmox VE 8.4, QEMU 7.2 on Debian.
    fn default() -> Self {
        Self {
            number: None,
            proxmox: PveVersion::new(8, 4),
            qemu: QemuHost::debian(QemuVersion::new(7, 2)),
            system: None,
            node: None,
            memory: None,
        }
    }
}
