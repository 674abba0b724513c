//! Result of the parser.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use host_tree::{Located, Lookup};

use super::command::EchoedCommand;
use super::form::Form;
use super::verbose::Details;
use crate::config::ConfigBytes;
use crate::names::Names;
use crate::{Address, AddressPath, ClassCode, PciId, SubsystemId, VendorId};

/// The contents of a text, in its order.
///
/// ```
/// use pci_core::lspci;
/// let listing = lspci::parse(
///     "$ lspci -nnk -s 01:00\n\
///      01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2d04]\n\
///      \tKernel driver in use: vfio-pci\n",
/// );
/// let gpu = listing.of("01:00.0".parse()?).next().unwrap();
/// assert_eq!(gpu.driver.as_ref().unwrap().value, "vfio-pci");
/// assert_eq!(listing.command_of(gpu).unwrap().text, "lspci -nnk -s 01:00");
/// assert!(listing.damage.is_empty());
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Listing {
    /// The functions; repeated if the text lists them repeatedly.
    pub records: Vec<Record>,
    /// The commands echoed in the text.
    pub commands: Vec<EchoedCommand>,
    /// Damage of the text.
    pub damage: Vec<Damage>,
}

impl Listing {
    /// The records of the function at `address`, in the order of the text.
    pub fn of(&self, address: Address) -> impl Iterator<Item = &Record> {
        self.records
            .iter()
            .filter(move |record| record.address == Some(address))
    }

    /// The command that printed `record`, if the text contains one.
    #[must_use]
    pub fn command_of(&self, record: &Record) -> Option<&EchoedCommand> {
        self.commands.get(record.command?)
    }
}

/// Damage of a text, with its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Damage {
    /// Kind.
    pub kind: DamageKind,
    /// Line number, from 1.
    pub line: u32,
}

/// Kind of damage that leaves a text readable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum DamageKind {
    /// The line contains several original lines.
    LostLineBreaks,
    /// The line is cut, and the IDs after the name are lost: lspci up to 3.9 cuts the name and the
    /// IDs together at 127 bytes and ends them in `...`; a narrow terminal cuts anywhere.
    CutName,
    /// The line belongs to a function that is not in the text.
    OrphanField,
    /// The line has characters that lspci does not print: HTML entities or tags, full-width or
    /// typographic characters.
    Rewritten,
    /// The line is the rest of a wrapped line, and was joined to it.
    Wrapped,
}

impl DamageKind {
    /// The serde name: `cut-name`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::LostLineBreaks => "lost-line-breaks",
            Self::CutName => "cut-name",
            Self::OrphanField => "orphan-field",
            Self::Rewritten => "rewritten",
            Self::Wrapped => "wrapped",
        }
    }
}

/// Whether the lines below a record's first line are complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Fields {
    /// Complete: a missing line means that the fact is absent.
    Whole,
    /// Possibly incomplete: the text was filtered, looks filtered, or was cut. Lines may belong to
    /// a function whose first line is missing.
    Presumed,
    /// The command did not print them, or the text does not show that it did.
    NotShown,
}

/// Bus numbers of a bridge, in its registers 0x18 to 0x1a (PCI-to-PCI Bridge Architecture
/// Specification 1.2, section 3.2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct BridgeBuses {
    /// Primary bus number; not in a tree.
    pub primary: Option<u8>,
    /// Secondary bus number.
    pub secondary: u8,
    /// Subordinate bus number.
    pub subordinate: u8,
}

/// A function in a listing.
///
/// ```
/// use pci_core::lspci;
/// use host_tree::Lookup;
/// let listing = lspci::parse("01:00.0 0300: 10de:2d04 (rev a1)\n");
/// let record = &listing.records[0];
/// assert_eq!(record.id, Some("10de:2d04".parse()?));
/// assert_eq!(record.revision, Some(0xa1));
/// // Without -k the text does not show the driver, which is not "none".
/// assert_eq!(record.driver_lookup(), Lookup::NotShown);
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Record {
    /// Address; domain 0 if the text has none. `None` for a function below a bridge whose bus is
    /// not in the text, as in `lspci -P`.
    pub address: Option<Address>,
    /// Upstream bridges, if the text shows them (`-P`, `-PP`).
    pub path: Option<AddressPath>,
    /// Form of the record's text.
    pub form: Form,
    /// Whether the text has the domain. lspci prints it on all lines if any device is in a domain
    /// other than 0.
    pub has_domain: bool,
    /// Class code; the programming interface only with `-v`.
    pub class: Option<ClassCode>,
    /// Class name.
    pub class_name: Option<String>,
    /// Vendor and device ID.
    pub id: Option<PciId>,
    /// Vendor and device name as one text, without IDs, revision and programming interface. Most
    /// forms do not separate the two.
    pub name: Option<String>,
    /// `name` with the line below, where that is neither a field nor a function: the rest of a
    /// wrapped name, or prose.
    pub wrapped_name: Option<String>,
    /// The vendor's part of `name`, in forms that separate it (`-mm`, `-vmm`).
    pub vendor_name: Option<String>,
    /// Revision ID; lspci omits 0.
    pub revision: Option<u8>,
    /// Subsystem vendor and subsystem ID.
    pub subsystem: Option<Located<SubsystemId>>,
    /// Subsystem name. lspci before 3.12 may print the device's name here.
    pub subsystem_name: Option<String>,
    /// Bus numbers of a bridge: from `Bus:` lines of `-v`, and from the tree.
    pub buses: Option<Located<BridgeBuses>>,
    /// Physical slot: an opaque text, such as `4` or `0-1`.
    pub physical_slot: Option<Located<String>>,
    /// NUMA node; -1, which Linux prints for none, is dropped.
    pub numa_node: Option<Located<u32>>,
    /// Firmware label (`DeviceName:`).
    pub device_name: Option<Located<String>>,
    /// Header type after `!!! Unknown header type`: 0x7f means that the configuration space reads
    /// as all ones, as for a powered-off device.
    pub unknown_header: Option<Located<u8>>,
    /// Bound driver.
    pub driver: Option<Located<String>>,
    /// Modules with a matching alias, in the order of the text.
    pub modules: Option<Located<Vec<String>>>,
    /// IOMMU group: from `-v`, or from a heading such as `IOMMU Group 17:` that scripts print
    /// before the line.
    pub iommu_group: Option<Located<u32>>,
    /// Facts that only `-v` prints; `None` if the text has no such line.
    pub details: Option<Box<Details>>,
    /// Bytes of configuration space in the text (`-x` to `-xxxx`); empty if there are none.
    #[cfg_attr(feature = "serde", serde(with = "super::config_text"))]
    pub config: ConfigBytes,
    /// The first line of the record; for lines of a function whose first line is missing, the
    /// command that selected it.
    pub head: Located<()>,
    /// Whether the lines below the first are complete.
    pub fields: Fields,
    /// Index of its command in [`Listing::commands`].
    pub command: Option<usize>,
}

impl Record {
    pub(super) fn new(address: Option<Address>, head: Located<()>) -> Self {
        Self {
            address,
            path: None,
            form: Form::default(),
            has_domain: false,
            class: None,
            class_name: None,
            id: None,
            name: None,
            wrapped_name: None,
            vendor_name: None,
            revision: None,
            subsystem: None,
            subsystem_name: None,
            buses: None,
            physical_slot: None,
            numa_node: None,
            device_name: None,
            unknown_header: None,
            driver: None,
            modules: None,
            iommu_group: None,
            details: None,
            config: ConfigBytes::default(),
            head,
            fields: Fields::NotShown,
            command: None,
        }
    }

    /// The possible IDs of the function: its own if the record has them; else those of all devices
    /// with its name in `names`. Several devices may share a name, and the text may be from a
    /// database with other names, so a single ID is no proof, and an empty result does not mean
    /// that there is none.
    ///
    /// ```
    /// use pci_core::{Names, lspci};
    /// let listing = lspci::parse(
    ///     "01:00.0 VGA compatible controller: NVIDIA Corporation GB206 [GeForce RTX 5060 Ti]\n\
    ///      02:00.0 VGA compatible controller: NVIDIA Corporation Device 2d04\n",
    /// );
    /// for record in &listing.records {
    ///     assert_eq!(record.id, None);
    ///     let candidates = record.candidates(&Names::embedded());
    ///     assert_eq!(candidates, ["10de:2d04".parse()?]);
    /// }
    /// # Ok::<(), pci_core::Error>(())
    /// ```
    #[must_use]
    pub fn candidates(&self, names: &Names<'_>) -> Vec<PciId> {
        if let Some(id) = self.id {
            return [id].to_vec();
        }
        let texts = [&self.wrapped_name, &self.name].into_iter().flatten();
        let mut found = texts.map(|text| names.candidates(text));
        found.find(|ids| !ids.is_empty()).unwrap_or_default()
    }

    /// The possible vendors of a function without ID: those whose names start its name in `names`.
    #[must_use]
    pub fn vendors(&self, names: &Names<'_>) -> Vec<VendorId> {
        let texts = [&self.wrapped_name, &self.name].into_iter().flatten();
        let mut found = texts.map(|text| names.vendors_of(text));
        found.find(|ids| !ids.is_empty()).unwrap_or_default()
    }

    /// The driver: `Absent` only if the lines are complete without one, so that the function is
    /// known to be unbound.
    #[must_use]
    pub fn driver_lookup(&self) -> Lookup<&str> {
        match &self.driver {
            Some(driver) => Lookup::Found(driver.value.as_str()),
            None if self.fields == Fields::Whole => Lookup::Absent,
            None => Lookup::NotShown,
        }
    }
}
