//! An entry of the list `pci` of an `xl.cfg`: one function or all of a slot, with options.
//!
//! The grammar is that of libxlutil (`xlu_pci_parse_spec_string`, measured with
//! Xen 4.17), described in `xl-pci-configuration(5)`.

use core::fmt;
use core::str::FromStr;

use pci_core::{Address, Slot};

use crate::error::{Cause, Error};

/// The functions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PciTarget {
    /// One, `0000:01:00.0`.
    Function(Address),
    /// All of a slot, `0000:01:00.*`: `xl` rejects the entry when one is not assignable.
    AllOf(Slot),
    /// The function with this name from `xl pci-assignable-add` (Xen 4.16 and later).
    Named(String),
}

/// Handling of a collision between reserved memory of the device (RMRR) and the guest's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RdmPolicy {
    /// The guest does not start.
    Strict,
    /// It starts, and a warning is logged.
    Relaxed,
}

impl RdmPolicy {
    /// The word in the file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Strict => "strict",
            Self::Relaxed => "relaxed",
        }
    }
}

/// One item of `pci`.
///
/// ```
/// use hvconf::xen::PciEntry;
/// let entry: PciEntry = "01:00.0@6,permissive=1".parse()?;
/// assert_eq!(entry.guest_slot, Some(6));
/// assert_eq!(entry.to_string(), "0000:01:00.0@06,permissive=1");
/// # Ok::<(), hvconf::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PciEntry {
    /// The functions.
    pub target: PciTarget,
    /// The slot in the guest, 1 to 31; `None` leaves it to `xl`.
    pub guest_slot: Option<u8>,
    /// `permissive`: the guest may write to registers that pciback does not know.
    pub permissive: bool,
    /// `msitranslate`: MSI of the device as INTx for the guest.
    pub msitranslate: bool,
    /// `power_mgmt`: the guest may put it to sleep.
    pub power_mgmt: bool,
    /// `seize`: the host's driver is unbound when the guest starts.
    pub seize: bool,
    /// `rdm_policy`; `None` follows `rdm` of the guest.
    pub rdm_policy: Option<RdmPolicy>,
}

impl PciEntry {
    /// These functions, without options.
    #[must_use]
    pub const fn new(target: PciTarget) -> Self {
        Self {
            target,
            guest_slot: None,
            permissive: false,
            msitranslate: false,
            power_mgmt: false,
            seize: false,
            rdm_policy: None,
        }
    }

    /// Whether the entry assigns `address`.
    #[must_use]
    pub fn passes(&self, address: Address) -> bool {
        match &self.target {
            PciTarget::Function(one) => *one == address,
            PciTarget::AllOf(slot) => *slot == address.slot(),
            PciTarget::Named(_) => false,
        }
    }
}

impl fmt::Display for PciEntry {
    /// As it is in the list, without its quotes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.target {
            PciTarget::Function(address) => write!(f, "{address}")?,
            PciTarget::AllOf(slot) => write!(f, "{slot}.*")?,
            PciTarget::Named(name) => write!(f, "name={name}")?,
        }
        match (&self.target, self.guest_slot) {
            (_, None) => {}
            // `@` belongs to an address.
            (PciTarget::Named(_), Some(slot)) => write!(f, ",vslot={slot:02x}")?,
            (_, Some(slot)) => write!(f, "@{slot:02x}")?,
        }
        for (key, set) in [
            ("permissive", self.permissive),
            ("msitranslate", self.msitranslate),
            ("power_mgmt", self.power_mgmt),
            ("seize", self.seize),
        ] {
            if set {
                write!(f, ",{key}=1")?;
            }
        }
        match self.rdm_policy {
            Some(policy) => write!(f, ",rdm_policy={}", policy.as_str()),
            None => Ok(()),
        }
    }
}

impl FromStr for PciEntry {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut spec = Self::new(PciTarget::Named(String::new()));
        let mut target = None;
        let mut rest = text;
        // The address may is at the head, alone or as bdf=.
        let (head, after) = text.split_once(',').unwrap_or((text, ""));
        if !head.contains('=') {
            let (address, slot) = match head.split_once('@') {
                Some((address, slot)) => (address, Some(slot)),
                None => (head, None),
            };
            target = Some(self::target(address)?);
            spec.guest_slot = match slot {
                Some(slot) => guest_slot(slot, SlotForm::Alone)?,
                None => None,
            };
            rest = after;
        }
        while !rest.is_empty() {
            let (option, after) = rest.split_once(',').unwrap_or((rest, ""));
            rest = after;
            let (key, value) = option
                .split_once('=')
                .ok_or_else(|| Cause::PciEntryOption(option.to_owned()))?;
            // C's atoi: what does not start with a number is 0.
            let set = || is_set(value);
            match key {
                "bdf" if matches!(target, Some(PciTarget::Named(_))) => {
                    return Err(Cause::PciEntryTarget.into());
                }
                "name" if matches!(target, Some(PciTarget::Function(_) | PciTarget::AllOf(_))) => {
                    return Err(Cause::PciEntryTarget.into());
                }
                "bdf" => {
                    // After bdf= the library ignores a slot.
                    let address = value.split('@').next().unwrap_or_default();
                    target = Some(self::target(address)?);
                }
                "name" => target = Some(PciTarget::Named(value.to_owned())),
                "vslot" => spec.guest_slot = guest_slot(value, SlotForm::Leading)?,
                "permissive" => spec.permissive = set(),
                "msitranslate" => spec.msitranslate = set(),
                "power_mgmt" => spec.power_mgmt = set(),
                "seize" => spec.seize = set(),
                "rdm_policy" => {
                    spec.rdm_policy = Some(match value {
                        "strict" => RdmPolicy::Strict,
                        "relaxed" => RdmPolicy::Relaxed,
                        other => return Err(Cause::RdmPolicy(other.to_owned()).into()),
                    });
                }
                _ => return Err(Cause::PciEntryOption(option.to_owned()).into()),
            }
        }
        spec.target = target.ok_or(Cause::PciEntryTarget)?;
        Ok(spec)
    }
}

fn is_set(value: &str) -> bool {
    let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
    let digits = digits.trim_end_matches(|c: char| !c.is_ascii_digit());
    digits
        .bytes()
        .take_while(u8::is_ascii_digit)
        .any(|digit| digit != b'0')
}

/// Notations of a guest slot.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SlotForm {
    Alone,
    Leading,
}

fn guest_slot(text: &str, form: SlotForm) -> Result<Option<u8>, Error> {
    let error = || Error::from(Cause::PciEntrySlot(text.to_owned()));
    // The library reads vslot with strtoul, which stops where the number does.
    let slot = match form {
        SlotForm::Alone => text,
        SlotForm::Leading => {
            let text = text.strip_prefix("0x").unwrap_or(text);
            let end = text.find(|c: char| !c.is_ascii_hexdigit());
            text.get(..end.unwrap_or(text.len())).unwrap_or_default()
        }
    };
    let slot = hex(slot, 31).ok_or_else(error)?;
    // Slot 0 is the guest's host bridge; the library reads it as "any".
    Ok(u8::try_from(slot).ok().filter(|slot| *slot != 0))
}

fn hex(text: &str, most: u32) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let value = digits
        .then(|| u32::from_str_radix(text, 16).ok())
        .flatten()?;
    (value <= most).then_some(value)
}

fn target(text: &str) -> Result<PciTarget, Error> {
    let error = || Error::from(Cause::PciEntryAddress(text.to_owned()));
    let (front, function) = text.rsplit_once('.').ok_or_else(error)?;
    let mut parts = front.rsplit(':');
    let device = parts
        .next()
        .and_then(|part| hex(part, 0x1f))
        .ok_or_else(error)?;
    let bus = parts
        .next()
        .and_then(|part| hex(part, 0xff))
        .ok_or_else(error)?;
    let domain = match parts.next() {
        Some(part) => hex(part, 0xffff).ok_or_else(error)?,
        None => 0,
    };
    if parts.next().is_some() {
        return Err(error());
    }
    let whole = function == "*";
    let function = if whole {
        0
    } else {
        hex(function, 7).ok_or_else(error)?
    };
    let byte = |value: u32| u8::try_from(value).map_err(|_| error());
    let address =
        Address::new(domain, byte(bus)?, byte(device)?, byte(function)?).ok_or_else(error)?;
    Ok(if whole {
        PciTarget::AllOf(address.slot())
    } else {
        PciTarget::Function(address)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_as_xl_reads() {
        let read = |text: &str| text.parse::<PciEntry>();
        let shown = |text: &str| read(text).unwrap().to_string();
        assert_eq!(shown("1:0.0"), "0000:01:00.0");
        assert_eq!(shown("0A:1F.*@5,seize=2"), "0000:0a:1f.*@05,seize=1");
        assert_eq!(shown("vslot=a.1,bdf=01:00.0"), "0000:01:00.0@0a");
        assert_eq!(shown("bdf=01:00.0@4"), "0000:01:00.0");
        assert_eq!(shown("name=gpu,permissive=-1"), "name=gpu,permissive=1");
        assert_eq!(
            shown("01:00.0,permissive=yes,rdm_policy=relaxed,"),
            "0000:01:00.0,rdm_policy=relaxed"
        );
        for bad in [
            "",
            ",",
            "xyz",
            "01:00",
            "01:00.8",
            "01:20.0",
            "10000:01:00.0",
            "1ff:00.0",
            "01:00.0-2",
            "01:00.0@20",
            "01:00.0@",
            "01:00.0@5.1",
            " 01:00.0",
            "01:00.0,permissive",
            "01:00.0,foo=1",
            "01:00.0, permissive=1",
            "01:00.0,rdm_policy=host",
            "01:00.0,name=x",
            "01:00.0,,permissive=1",
            "permissive=1",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
