//! Kernel options that bear on the groups.

use core::fmt;

use pci_core::{Address, PciId};

use super::topology::Topology;
use crate::error::{Cause, Result};

/// The option of kernels that carry the ACS override patch. It changes what the
/// kernel takes a function for, not what the hardware does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AcsOverride {
    /// `downstream`: root ports and downstream ports without ACS.
    pub downstream: bool,
    /// `multifunction`: endpoints of several functions without ACS.
    pub multifunction: bool,
    /// `id:vvvv:dddd`: these functions. Of more than 15 the kernel
    /// takes the first ones.
    pub ids: Vec<PciId>,
}

/// The `pci=` options that change ACS control registers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AcsOptions {
    /// `disable_acs_redir=`: whose redirect and egress control bits are cleared.
    pub disable_redirect: Vec<DeviceSpec>,
    /// `config_acs=`: the first that names a function decides.
    pub configure: Vec<AcsChange>,
    /// What the kernel makes of the two.
    pub kernel: AcsOptionRules,
}

/// What kernels make of `disable_acs_redir=` and `config_acs=`, by their version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum AcsOptionRules {
    /// The version is not shown, or it is one from 6.11 to 6.14, some of whose
    /// stable releases took the rules of 6.15.
    #[default]
    NotShown,
    /// Those to 6.10 take the redirects from what they have turned on, and do not
    /// know `config_acs=` (measured on 6.1).
    UpTo6_10,
    /// Those since 6.15, and 6.12 in its later stable releases, build the register
    /// of a function that an option names anew: from what the firmware left and the
    /// bits that the option gives. Of the two options `config_acs=` is the one that
    /// counts (measured on 6.12.107 and 7.2.13).
    From6_15,
}

/// What `config_acs=` makes of functions' ACS control registers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
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
    /// By the address of a bridge on a root bus, or above, and the device and
    /// function numbers of what is below, bus by bus.
    Path(Address, Vec<(u8, u8)>),
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

/// The longest command line that the kernel takes on x86, in bytes
/// (`COMMAND_LINE_SIZE`, arch/x86/include/asm/setup.h).
const LONGEST: usize = 2048;

/// Whether a kernel's command line has room for a value.
fn fits(option: &'static str, value: &str) -> Result<()> {
    if value.len() <= LONGEST {
        return Ok(());
    }
    let start: String = value.chars().take(20).collect();
    Err(Cause::Option {
        option,
        word: format!("{start}..."),
        expected: "2048 bytes at most, as the kernel's command line",
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
    /// How many ids the patch has room for: of its table's 16 places one stays empty.
    pub(crate) const MOST_IDS: usize = 15;

    /// Reads the value of `pcie_acs_override=`: words with commas between.
    ///
    /// # Errors
    ///
    /// A word that is none of the option's.
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
    /// Takes the value of `pci=` into account: words with commas between, of which
    /// `disable_acs_redir=` and `config_acs=` matter. Of an option that is given
    /// again the last value counts. Says whether any mattered.
    ///
    /// # Errors
    ///
    /// The first part that the kernel cannot read. What comes before it counts, as
    /// for the kernel.
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

/// The parts of a value, with semicolons between; one may stand at the end.
fn parts(value: &str) -> impl Iterator<Item = &str> {
    let value = value.strip_suffix(';').unwrap_or(value);
    value.split(';')
}

impl AcsChange {
    /// Reads `BITS@DEVICE`: of the bits the rightmost is source validation, and `x`
    /// leaves one as the firmware did.
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

    /// Whether it names function `at` of `topology`.
    pub(super) fn names(&self, topology: &Topology<'_>, at: usize) -> bool {
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
                fits(*vendor, function.id.vendor.0)
                    && fits(*device, function.id.device.0)
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
    fn what_the_kernel_reads() {
        let (options, error) = read("disable_acs_redir=0000:00:01.0/00.0/2.1;pci:8086:a110;");
        assert_eq!(error, None);
        let root = "00:01.0".parse().unwrap();
        assert_eq!(
            options.disable_redirect[0],
            DeviceSpec::Path(root, vec![(0, 0), (2, 1)])
        );
        assert_eq!(options.disable_redirect.len(), 2);
        // Bits that are missing are as x; the last value counts.
        let (options, _) = read("config_acs=1@00:01.0,config_acs=X0@00:01.0");
        assert_eq!(options.configure.len(), 1);
        assert_eq!(
            (options.configure[0].mask, options.configure[0].bits),
            (1, 0)
        );
    }

    /// What is before a part that cannot be read counts.
    #[test]
    fn what_the_kernel_does_not_read() {
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
