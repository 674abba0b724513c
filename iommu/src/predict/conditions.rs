//! Under which conditions the groups are formed.

use std::collections::BTreeSet;

use pci_core::{Address, PciId};

use super::function::{
    AcsRegisters, COMPLETION_REDIRECT, EGRESS_CONTROL, Function, REQUEST_REDIRECT, REQUIRED,
};

/// What decides the groups besides the hardware: the kernel and its options.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// Whether the kernel turns ACS on before it forms the groups.
    pub controls: Controls,
    /// `pcie_acs_override=`.
    pub acs_override: AcsOverride,
    /// `pci=disable_acs_redir=` and `pci=config_acs=`, in the order in which the
    /// kernel applies them.
    pub changes: Vec<AcsChange>,
    /// What the machine's firmware says of its IOMMUs.
    pub firmware: FirmwareTables,
    /// The root buses as domain and bus number, in the order in which the kernel
    /// finds them, which is that of the firmware's namespace: the log has a line
    /// `PCI host bridge to bus 0000:00` for each. Where there are several, the
    /// numbers of groups rest on it. Buses that are not here come last.
    pub root_buses: Vec<(u32, u8)>,
    /// Functions that are to count as isolated, whatever they are: to ask what else
    /// would hold a group together.
    pub as_if_isolated: BTreeSet<Address>,
    /// Whether the Intel PCH workaround took. On real boards it does; it needs the
    /// root complex base address of the LPC bridge to be on.
    pub pch_workaround: PchWorkaround,
}

/// The control registers of ACS at the moment of grouping.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Controls {
    /// The kernel has turned on what a port can do and the grouping asks for: what
    /// Linux does at enumeration once it has seen an IOMMU (`pci_enable_acs`,
    /// drivers/pci/pci.c).
    #[default]
    EnabledByKernel,
    /// They are as in the input: what the firmware left, where the input is from a
    /// boot without an IOMMU; what is on now, where it is from one with.
    AsCaptured,
    /// They are all off, as most firmware leaves them: what the stable kernels group
    /// by that turn ACS on only after the grouping (6.1.165 to 6.1.168 and 6.12.75
    /// to 6.12.82, and kernels that took the same change).
    Off,
}

/// The option of kernels that carry the ACS override patch. It changes what the
/// kernel takes a function for, not what the hardware does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AcsOverride {
    /// `downstream`: root ports and downstream ports without ACS.
    pub downstream: bool,
    /// `multifunction`: endpoints of several functions without ACS.
    pub multifunction: bool,
    /// `id:vvvv:dddd`: these functions.
    pub ids: Vec<PciId>,
}

/// A change of one function's ACS control register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcsChange {
    /// Whose.
    pub of: DeviceSpec,
    /// The bits that are set or cleared.
    pub mask: u16,
    /// What they become.
    pub bits: u16,
}

/// A device as `pci=` options name it
/// (Documentation/admin-guide/kernel-parameters.txt of Linux).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceSpec {
    /// By its address.
    At(Address),
    /// By its ids; 0 stands for any.
    Ids {
        /// The vendor id.
        vendor: u16,
        /// The device id.
        device: u16,
        /// The subsystem vendor id.
        subvendor: u16,
        /// The subsystem id.
        subdevice: u16,
    },
}

/// What the firmware says of its IOMMUs, as far as the grouping asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FirmwareTables {
    /// Not shown.
    #[default]
    NotShown,
    /// A DMAR: an Intel machine.
    Dmar(Box<crate::acpi::Dmar>),
    /// An IVRS: an AMD machine.
    Ivrs(Box<crate::acpi::Ivrs>),
}

/// Whether the workaround for PCH root ports without ACS took
/// (`pci_quirk_enable_intel_pch_acs`, drivers/pci/quirks.c).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PchWorkaround {
    /// The input does not say.
    #[default]
    NotShown,
    /// It took: the log has `Intel PCH root port ACS workaround enabled`.
    Took,
    /// It failed: the log has `Failed to enable Intel PCH ACS quirk`.
    Failed,
}

/// Why an option's value is not one that the kernel would take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} in {option}= is not {expected}")]
pub struct OptionError {
    /// The option.
    pub option: &'static str,
    /// The part that is wrong.
    pub word: String,
    /// What would be right.
    pub expected: &'static str,
}

impl AcsOverride {
    /// Reads the value of `pcie_acs_override=`: words with commas between.
    ///
    /// # Errors
    ///
    /// A word that is none of the option's.
    pub fn parse(value: &str) -> Result<Self, OptionError> {
        let mut found = Self::default();
        for word in value.split(',').filter(|word| !word.is_empty()) {
            match word.strip_prefix("id:") {
                Some(id) => found.ids.push(id.parse().map_err(|_| OptionError {
                    option: "pcie_acs_override",
                    word: word.to_owned(),
                    expected: "id:VENDOR:DEVICE with four hex digits each",
                })?),
                None if word == "downstream" => found.downstream = true,
                None if word == "multifunction" => found.multifunction = true,
                None => {
                    return Err(OptionError {
                        option: "pcie_acs_override",
                        word: word.to_owned(),
                        expected: "downstream, multifunction or id:VENDOR:DEVICE",
                    });
                }
            }
        }
        Ok(found)
    }
}

impl AcsChange {
    /// Reads the value of `pci=disable_acs_redir=`: devices with semicolons
    /// between, whose redirect and egress control bits are cleared.
    ///
    /// # Errors
    ///
    /// A device that is named in no form that the kernel knows.
    pub fn disable_redirect(value: &str) -> Result<Vec<Self>, OptionError> {
        let change = |spec| {
            Ok(Self {
                of: DeviceSpec::parse(spec, "disable_acs_redir")?,
                mask: REQUEST_REDIRECT | COMPLETION_REDIRECT | EGRESS_CONTROL,
                bits: 0,
            })
        };
        parts(value).map(change).collect()
    }

    /// Reads the value of `pci=config_acs=`: `BITS@DEVICE` with semicolons between;
    /// of the bits the rightmost is source validation, and `x` leaves one alone.
    ///
    /// # Errors
    ///
    /// Bits that are not 0, 1 or x, or a device that is named in no form that the
    /// kernel knows.
    pub fn configure(value: &str) -> Result<Vec<Self>, OptionError> {
        let mut before = (0, 0);
        let change = |part: &str| {
            // A device without bits of its own takes those of the one before it.
            let spec = match part.split_once('@') {
                Some((bits, spec)) => {
                    before = acs_bits(bits)?;
                    spec
                }
                None => part,
            };
            let (mask, bits) = before;
            let of = DeviceSpec::parse(spec, "config_acs")?;
            Ok(Self { of, mask, bits })
        };
        parts(value).map(change).collect()
    }
}

fn parts(value: &str) -> impl Iterator<Item = &str> {
    value.split(';').filter(|part| !part.is_empty())
}

fn acs_bits(text: &str) -> Result<(u16, u16), OptionError> {
    let error = || OptionError {
        option: "config_acs",
        word: text.to_owned(),
        expected: "up to seven of 0, 1 and x",
    };
    if text.is_empty() || text.len() > 7 {
        return Err(error());
    }
    let (mut mask, mut bits) = (0, 0);
    for letter in text.chars() {
        (mask, bits) = match letter {
            '0' => (mask << 1 | 1, bits << 1),
            '1' => (mask << 1 | 1, bits << 1 | 1),
            'x' => (mask << 1, bits << 1),
            _ => return Err(error()),
        };
    }
    Ok((mask, bits))
}

impl DeviceSpec {
    fn parse(text: &str, option: &'static str) -> Result<Self, OptionError> {
        let error = || OptionError {
            option,
            word: text.to_owned(),
            expected: "an address or pci:VENDOR:DEVICE",
        };
        let Some(ids) = text.strip_prefix("pci:") else {
            return text.parse().map(Self::At).map_err(|_| error());
        };
        let ids = ids.split(':').map(|id| u16::from_str_radix(id, 16));
        let ids: Vec<u16> = ids.collect::<Result<_, _>>().map_err(|_| error())?;
        let (vendor, device, subvendor, subdevice) = match *ids {
            [vendor, device] => (vendor, device, 0, 0),
            [vendor, device, subvendor, subdevice] => (vendor, device, subvendor, subdevice),
            _ => return Err(error()),
        };
        Ok(Self::Ids {
            vendor,
            device,
            subvendor,
            subdevice,
        })
    }

    fn names(&self, function: &Function) -> bool {
        match *self {
            Self::At(address) => function.address == address,
            Self::Ids {
                vendor,
                device,
                subvendor,
                subdevice,
            } => {
                let fits = |wanted: u16, found: u16| wanted == 0 || wanted == found;
                let subsystem = function.subsystem;
                let sub = |of: fn(&pci_core::SubsystemId) -> u16| subsystem.as_ref().map_or(0, of);
                fits(vendor, function.id.vendor.0)
                    && fits(device, function.id.device.0)
                    && fits(subvendor, sub(|ids| ids.vendor.0))
                    && fits(subdevice, sub(|ids| ids.device.0))
            }
        }
    }
}

impl Conditions {
    /// The ACS control register of `function` at the moment of grouping.
    pub(super) fn control(&self, function: &Function, acs: AcsRegisters) -> u16 {
        let mut changes = self
            .changes
            .iter()
            .filter(|change| change.of.names(function))
            .peekable();
        if changes.peek().is_some() {
            // What the kernel had turned on is lost: 6.12 builds the register anew
            // from what the firmware left (measured on 6.12.107).
            return changes.fold(acs.control, |control, change| {
                control & !change.mask | change.bits & acs.capability
            });
        }
        match self.controls {
            Controls::EnabledByKernel => acs.control | acs.capability & REQUIRED,
            Controls::AsCaptured => acs.control,
            Controls::Off => 0,
        }
    }
}
