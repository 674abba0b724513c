//! Kernel options that affect the groups.

use core::fmt;

use pci_core::{Address, PciId};

use super::topology::Topology;
use crate::error::{Cause, Result};

/// `pcie_acs_override=` of kernels with the ACS override patch. It changes the kernel's view of the
/// isolation, not the hardware's behavior.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AcsOverride {
    /// `downstream`: root ports and downstream ports without ACS.
    pub downstream: bool,
    /// `multifunction`: multi-function endpoints without ACS.
    pub multifunction: bool,
    /// `id:vvvv:dddd`: these functions. The kernel ignores all IDs after the 15th.
    pub ids: Vec<PciId>,
}

/// The `pci=` options that change ACS control registers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AcsOptions {
    /// `disable_acs_redir=`: devices whose redirect and egress control bits are cleared.
    pub disable_redirect: Vec<DeviceSpec>,
    /// `config_acs=`: the first change that names a function takes effect.
    pub configure: Vec<AcsChange>,
    /// The kernel's interpretation of the two options.
    pub kernel: AcsOptionRules,
}

/// Interpretation of `disable_acs_redir=` and `config_acs=`, by kernel version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AcsOptionRules {
    /// Not in the input, or 6.11 to 6.14, some of whose stable releases have the rules of 6.15.
    #[default]
    NotShown,
    /// Up to 6.10: the redirects are removed from the controls that the kernel enabled;
    /// `config_acs=` is unknown (measured on 6.1).
    UpTo6_10,
    /// Since 6.15, and in later 6.12 stable releases: the register of a named function is rebuilt
    /// from the firmware's value and the option's bits. `config_acs=` takes precedence over the
    /// other option (measured on 6.12.107 and 7.2.13).
    From6_15,
}

/// A change of ACS control registers by `config_acs=`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AcsChange {
    /// The devices.
    pub of: DeviceSpec,
    /// The bits that are set or cleared.
    pub mask: u16,
    /// Their new values.
    pub bits: u16,
}

/// A device in the syntax of `pci=` options (Documentation/admin-guide/kernel-parameters.txt of
/// Linux).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceSpec {
    /// By address.
    At(Address),
    /// By the address of a bridge on a root bus, and the device and function numbers on the path
    /// below it, bus by bus.
    Path(Address, Vec<(u8, u8)>),
    /// By IDs; 0 matches any.
    Ids {
        /// Vendor ID.
        vendor: u16,
        /// Device ID.
        device: u16,
        /// Subsystem vendor ID.
        subvendor: u16,
        /// Subsystem ID.
        subdevice: u16,
    },
}

/// Length limit of the kernel command line on x86, in bytes (`COMMAND_LINE_SIZE`,
/// arch/x86/include/asm/setup.h).
const MAX_LEN: usize = 2048;

/// Checks that a value fits into the kernel command line.
fn fits(option: &'static str, value: &str) -> Result<()> {
    if value.len() <= MAX_LEN {
        return Ok(());
    }
    let start: String = value.chars().take(20).collect();
    Err(Cause::Option {
        option,
        word: format!("{start}..."),
        expected: "at most 2048 bytes, the limit of the kernel command line",
    }
    .into())
}

impl fmt::Display for AcsOverride {
    /// The value of the option.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut comma = "";
        let words = [
            (self.downstream, "downstream"),
            (self.multifunction, "multifunction"),
        ];
        for (_, word) in words.iter().filter(|(set, _)| *set) {
            write!(f, "{comma}{word}")?;
            comma = ",";
        }
        for id in &self.ids {
            write!(f, "{comma}id:{id}")?;
            comma = ",";
        }
        Ok(())
    }
}

impl AcsOverride {
    /// Limit of IDs in the patch: 15, because one of its 16 table entries stays empty.
    pub(crate) const MAX_IDS: usize = 15;

    /// Parses the value of `pcie_acs_override=`: comma-separated words.
    ///
    /// # Errors
    ///
    /// An unknown word.
    pub fn parse(value: &str) -> Result<Self> {
        fits("pcie_acs_override", value)?;
        let mut found = Self::default();
        for word in value.split(',').filter(|word| !word.is_empty()) {
            match word.strip_prefix("id:") {
                Some(id) => found.ids.push(id.parse().map_err(|_| Cause::Option {
                    option: "pcie_acs_override",
                    word: word.to_owned(),
                    expected: "id:VENDOR:DEVICE with four hex digits each",
                })?),
                None if word == "downstream" => found.downstream = true,
                None if word == "multifunction" => found.multifunction = true,
                None => {
                    return Err(Cause::Option {
                        option: "pcie_acs_override",
                        word: word.to_owned(),
                        expected: "downstream, multifunction or id:VENDOR:DEVICE",
                    }
                    .into());
                }
            }
        }
        Ok(found)
    }
}

impl AcsOptions {
    /// Applies the value of `pci=`: comma-separated words, of which `disable_acs_redir=` and
    /// `config_acs=` are relevant. The last value of a repeated option takes effect. Returns
    /// whether any word is relevant.
    ///
    /// # Errors
    ///
    /// The first part that the kernel cannot parse. The parts before it are applied, as by the
    /// kernel.
    ///
    /// ```
    /// use iommu::predict::AcsOptions;
    /// let mut options = AcsOptions::default();
    /// assert!(options.apply("noats,config_acs=xx111x1@0000:00:1c.0;xx000x0@pci:8086:a110")?);
    /// assert_eq!(options.configure[0].mask, 0b1_1101);
    /// assert_eq!(options.configure[1].bits, 0);
    /// assert!(!options.apply("noacpi")?);
    /// # Ok::<(), iommu::Error>(())
    /// ```
    pub fn apply(&mut self, value: &str) -> Result<bool> {
        fits("pci", value)?;
        let mut matter = false;
        for word in value.split(',') {
            let Some((key, value)) = word.split_once('=') else {
                continue;
            };
            match key {
                "disable_acs_redir" => {
                    self.disable_redirect.clear();
                    for part in parts(value) {
                        let of = DeviceSpec::parse(part, "disable_acs_redir")?;
                        self.disable_redirect.push(of);
                    }
                }
                "config_acs" => {
                    self.configure.clear();
                    for part in parts(value) {
                        self.configure.push(AcsChange::parse(part)?);
                    }
                }
                _ => continue,
            }
            matter = true;
        }
        Ok(matter)
    }
}

/// The parts of a value, separated by semicolons; a trailing one is allowed.
fn parts(value: &str) -> impl Iterator<Item = &str> {
    let value = value.strip_suffix(';').unwrap_or(value);
    value.split(';')
}

impl AcsChange {
    /// Parses `BITS@DEVICE`: the rightmost bit is source validation, and `x` keeps the firmware's
    /// value.
    fn parse(part: &str) -> Result<Self> {
        let error = |expected| Cause::Option {
            option: "config_acs",
            word: part.to_owned(),
            expected,
        };
        let (letters, spec) = part
            .split_once('@')
            .ok_or_else(|| error("BITS@DEVICE with up to seven bits"))?;
        let seven = || error("up to seven of 0, 1 and x, and a device");
        if letters.len() > 7 {
            return Err(seven().into());
        }
        let (mut mask, mut bits) = (0, 0);
        for letter in letters.chars() {
            (mask, bits) = match letter {
                '0' => (mask << 1 | 1, bits << 1),
                '1' => (mask << 1 | 1, bits << 1 | 1),
                'x' | 'X' => (mask << 1, bits << 1),
                _ => return Err(seven().into()),
            };
        }
        let of = DeviceSpec::parse(spec, "config_acs")?;
        Ok(Self { of, mask, bits })
    }
}

impl DeviceSpec {
    fn parse(text: &str, option: &'static str) -> Result<Self> {
        let error = || Cause::Option {
            option,
            word: text.to_owned(),
            expected: "an address, or pci:VENDOR:DEVICE",
        };
        let Some(ids) = text.strip_prefix("pci:") else {
            let mut steps = text.split('/');
            let first = steps.next().unwrap_or_default();
            let first: Address = first.parse().map_err(|_| error())?;
            let below: Vec<(u8, u8)> = steps.map(step).collect::<Option<_>>().ok_or_else(error)?;
            return Ok(if below.is_empty() {
                Self::At(first)
            } else {
                Self::Path(first, below)
            });
        };
        let ids = ids.split(':').map(|id| u16::from_str_radix(id, 16));
        let ids: Vec<u16> = ids.collect::<Result<_, _>>().map_err(|_| error())?;
        let (vendor, device, subvendor, subdevice) = match *ids {
            [vendor, device] => (vendor, device, 0, 0),
            [vendor, device, subvendor, subdevice] => (vendor, device, subvendor, subdevice),
            _ => return Err(error().into()),
        };
        Ok(Self::Ids {
            vendor,
            device,
            subvendor,
            subdevice,
        })
    }

    /// Whether it names function `at` of `topology`, which has this ID.
    pub(super) fn names(&self, topology: &Topology<'_>, (at, id): (usize, PciId)) -> bool {
        let Some(function) = topology.functions.get(at) else {
            return false;
        };
        match self {
            Self::At(address) => function.address == *address,
            Self::Path(first, below) => {
                let mut here = Some(at);
                for step in below.iter().rev() {
                    let Some(one) = here.and_then(|here| topology.functions.get(here)) else {
                        return false;
                    };
                    if (one.address.device(), one.address.function()) != *step {
                        return false;
                    }
                    here = here.and_then(|here| topology.bridge.get(here).copied().flatten());
                }
                here.and_then(|here| topology.functions.get(here))
                    .is_some_and(|one| one.address == *first)
            }
            Self::Ids {
                vendor,
                device,
                subvendor,
                subdevice,
            } => {
                let fits = |wanted: u16, found: u16| wanted == 0 || wanted == found;
                let subsystem = function.subsystem;
                let sub = |of: fn(&pci_core::SubsystemId) -> u16| subsystem.as_ref().map_or(0, of);
                fits(*vendor, id.vendor.0)
                    && fits(*device, id.device.0)
                    && fits(*subvendor, sub(|ids| ids.vendor.0))
                    && fits(*subdevice, sub(|ids| ids.device.0))
            }
        }
    }
}

/// `DEVICE.FUNCTION`, in hex.
fn step(text: &str) -> Option<(u8, u8)> {
    let (device, function) = text.split_once('.')?;
    let device = u8::from_str_radix(device, 16)
        .ok()
        .filter(|one| *one < 32)?;
    let function = u8::from_str_radix(function, 16)
        .ok()
        .filter(|one| *one < 8)?;
    Some((device, function))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> (AcsOptions, Option<String>) {
        let mut options = AcsOptions::default();
        let error = options.apply(value).err();
        (
            options,
            error.and_then(|error| Some(error.word()?.to_owned())),
        )
    }

    #[test]
    fn options_that_the_kernel_reads() {
        let (options, error) = read("disable_acs_redir=0000:00:01.0/00.0/2.1;pci:8086:a110;");
        assert_eq!(error, None);
        let root = "00:01.0".parse().unwrap();
        assert_eq!(
            options.disable_redirect[0],
            DeviceSpec::Path(root, vec![(0, 0), (2, 1)])
        );
        assert_eq!(options.disable_redirect.len(), 2);
        // Missing bits are as x; the last value takes effect.
        let (options, _) = read("config_acs=1@00:01.0,config_acs=X0@00:01.0");
        assert_eq!(options.configure.len(), 1);
        assert_eq!(
            (options.configure[0].mask, options.configure[0].bits),
            (1, 0)
        );
    }

    /// The parts before an unparsable part are applied.
    #[test]
    fn options_that_the_kernel_does_not_read() {
        for (value, word) in [
            ("config_acs=11@00:01.0;00:02.0", "00:02.0"),
            ("config_acs=11@00:01.0;00000000@00:02.0", "00000000@00:02.0"),
            ("config_acs=11@00:01.0;0q@00:02.0", "0q@00:02.0"),
            ("config_acs=11@00:01.0;0@00:02", "00:02"),
            ("config_acs=11@00:01.0;;1@00:02.0", ""),
        ] {
            let (options, error) = read(value);
            assert_eq!(error.as_deref(), Some(word));
            assert_eq!(options.configure.len(), 1, "{value}");
        }
        for value in [
            "00:01.0/20.0",
            "00:01.0/0",
            "pci:8086",
            "pci:8086:1:2",
            "pci:x:1",
        ] {
            let (options, error) = read(&format!("disable_acs_redir={value}"));
            assert_eq!(error.as_deref(), Some(value));
            assert!(options.disable_redirect.is_empty());
        }
    }
}
