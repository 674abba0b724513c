//! What a listing says.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use host_tree::{Located, Lookup};

use super::command::EchoedCommand;
use super::form::Form;
use super::verbose::Details;
use crate::config::ConfigBytes;
use crate::names::Names;
use crate::{Address, AddressPath, ClassCode, PciId, SubsystemId};

/// All that one text says, in its order.
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
/// # Ok::<(), pci_core::AddressError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Listing {
    /// The functions; one that the text lists twice is here twice.
    pub records: Vec<Record>,
    /// The commands that the text shows as typed.
    pub commands: Vec<EchoedCommand>,
    /// What is wrong with the text.
    pub damage: Vec<Damage>,
}

impl Listing {
    /// The records of the function at `address`, in the order of the text.
    pub fn of(&self, address: Address) -> impl Iterator<Item = &Record> {
        self.records
            .iter()
            .filter(move |record| record.address == Some(address))
    }

    /// The command that printed `record`, where the text shows one.
    #[must_use]
    pub fn command_of(&self, record: &Record) -> Option<&EchoedCommand> {
        self.commands.get(record.command?)
    }
}

/// Something wrong with a text, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Damage {
    /// What is wrong.
    pub kind: DamageKind,
    /// The number of the line, from 1.
    pub line: u32,
}

/// What can be wrong with a text and still leave it readable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum DamageKind {
    /// The line holds what were several lines.
    LostLineBreaks,
    /// The line is cut, and the ids that stood after the name are lost: lspci up
    /// to 3.9 cuts the name and the ids together at 127 bytes and ends them in
    /// `...`; a narrow terminal cuts anywhere.
    CutName,
    /// The line belongs to a function that the text does not show.
    OrphanField,
    /// The line has characters that lspci does not print: HTML entities or tags,
    /// full-width or typographic characters.
    Rewritten,
    /// The line is the rest of a wrapped one, and was joined to it.
    Wrapped,
}

impl DamageKind {
    /// The word for it, as serde writes it: `cut-name`.
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

/// How far the lines below a record's first line can be trusted to be all that
/// `lspci` printed for the function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum Fields {
    /// They are all there: what is not said is not so.
    Whole,
    /// The text went through a filter such as `grep`, or looks as if it did, or
    /// was cut: lines may be missing, and those that are there may belong to a
    /// function whose first line is missing.
    Presumed,
    /// The command did not print them, or nothing shows that it did.
    NotShown,
}

/// The buses of a bridge, as its registers 0x18 to 0x1a say (PCI-to-PCI Bridge
/// Architecture Specification 1.2, section 3.2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct BridgeBuses {
    /// The bus that the bridge is on; a tree does not show the register.
    pub primary: Option<u8>,
    /// The bus right behind the bridge.
    pub secondary: u8,
    /// The last bus behind the bridge.
    pub subordinate: u8,
}

/// One function, as a listing shows it.
///
/// ```
/// use pci_core::lspci;
/// use host_tree::Lookup;
/// let listing = lspci::parse("01:00.0 0300: 10de:2d04 (rev a1)\n");
/// let record = &listing.records[0];
/// assert_eq!(record.id, Some("10de:2d04".parse()?));
/// assert_eq!(record.revision, Some(0xa1));
/// // Without -k the text says nothing of a driver: that is not "none".
/// assert_eq!(record.driver_lookup(), Lookup::NotShown);
/// # Ok::<(), pci_core::IdError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Record {
    /// Where the function is; domain 0 where the text has none. `None` for a
    /// function behind a bridge whose bus the text does not show, as `lspci -P`
    /// prints no bus number behind bridges.
    pub address: Option<Address>,
    /// The bridges on the way to the function, where the text shows them (`-P`,
    /// `-PP`).
    pub path: Option<AddressPath>,
    /// The form of the record's text.
    pub form: Form,
    /// Whether the text has the domain. lspci prints it on all lines as soon as
    /// one device is in a domain other than 0.
    pub has_domain: bool,
    /// The class; the programming interface only where `-v` shows it.
    pub class: Option<ClassCode>,
    /// The class's name.
    pub class_name: Option<String>,
    /// Vendor and device id.
    pub id: Option<PciId>,
    /// Vendor and device name as one text, without ids, revision and programming
    /// interface. Where one ends and the other begins, most forms do not say.
    pub name: Option<String>,
    /// The vendor's part of `name`, where the form keeps the two apart (`-mm`,
    /// `-vmm`).
    pub vendor_name: Option<String>,
    /// The revision; lspci prints none when it is 0.
    pub revision: Option<u8>,
    /// Subsystem vendor and subsystem id.
    pub subsystem: Option<Located<SubsystemId>>,
    /// The name of the subsystem. lspci before 3.12 may print the device's own
    /// name here.
    pub subsystem_name: Option<String>,
    /// The buses of a bridge: of `Bus:` lines of `-v`, and of the tree.
    pub buses: Option<Located<BridgeBuses>>,
    /// The slot that the platform numbers so: an opaque text, such as `4` or `0-1`.
    pub physical_slot: Option<Located<String>>,
    /// The NUMA node that the function is nearest to; -1, which Linux prints for
    /// none, is not kept.
    pub numa_node: Option<Located<u32>>,
    /// The firmware's label for the function (`DeviceName:`).
    pub device_name: Option<Located<String>>,
    /// The header type after `!!! Unknown header type`: 0x7f means that the
    /// configuration space reads as all ones, as of a device that is off.
    pub unknown_header: Option<Located<u8>>,
    /// The driver that holds the function.
    pub driver: Option<Located<String>>,
    /// The modules that say they can drive it, in the order of the text.
    pub modules: Option<Located<Vec<String>>>,
    /// The IOMMU group: from `-v`, or from a heading such as `IOMMU Group 17:`
    /// that scripts print before the line.
    pub iommu_group: Option<Located<u32>>,
    /// What only `-v` prints; `None` where no such line was seen.
    pub details: Option<Box<Details>>,
    /// The bytes of configuration space that the text shows as hex (`-x` to
    /// `-xxxx`); empty where it shows none.
    #[cfg_attr(feature = "serde", serde(with = "super::config_text"))]
    pub config: ConfigBytes,
    /// The first line of the record; for lines of a known function whose first
    /// line is not in the text, the command that selected it.
    pub head: Located<()>,
    /// Whether the lines below the first are complete.
    pub fields: Fields,
    /// The command that printed it: an index into [`Listing::commands`].
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

    /// Whether the lines below the first may be incomplete or another function's.
    #[must_use]
    pub fn fields_presumed(&self) -> bool {
        self.fields == Fields::Presumed
    }

    /// The ids that the function may have, by what the record shows: its own where it
    /// shows them; else those of all devices that `names` calls so. Several devices
    /// can share a name, and the database of whoever made the text may have had other
    /// names, so one id alone is no proof, and none does not mean that there is none.
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
    /// # Ok::<(), pci_core::IdError>(())
    /// ```
    #[must_use]
    pub fn candidates(&self, names: &Names<'_>) -> Vec<PciId> {
        match (self.id, &self.name) {
            (Some(id), _) => [id].to_vec(),
            (None, Some(name)) => names.candidates(name),
            (None, None) => Vec::new(),
        }
    }

    /// What the record says of the driver: `Absent` only where the lines are
    /// complete and name none, so that the function is known to be unbound.
    #[must_use]
    pub fn driver_lookup(&self) -> Lookup<&str> {
        match &self.driver {
            Some(driver) => Lookup::Found(driver.value.as_str()),
            None if self.fields == Fields::Whole => Lookup::Absent,
            None => Lookup::NotShown,
        }
    }
}
