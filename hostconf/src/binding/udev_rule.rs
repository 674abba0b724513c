//! udev rules that bind functions to vfio-pci by address.
//!
//! A rule sees a function before udev loads the module of its `modalias`: `80-drivers.rules` does
//! that, and this file sorts before it. So the driver cannot bind the function, and vfio-pci, which
//! the rule loads, or probes if it is already loaded, binds it. Rules check the IDs. They take
//! effect as early as they are in the initramfs: initramfs-tools includes all of
//! `/etc/udev/rules.d` (`hooks/udev` of 0.142); dracut includes this one in `install_items`,
//! mkinitcpio in `FILES`. The kernel's built-in drivers are earlier.

use core::fmt::Write as _;

use host_tree::Edit;
use pci_core::{PciId, SubsystemId};

use super::by_address::BoundFunction;

/// The rules' file.
pub const RULES: &str = "/etc/udev/rules.d/10-passthru-vfio.rules";

/// The rules that binds `functions` to vfio-pci.
///
/// ```
/// use hostconf::binding::by_address::BoundFunction;
/// use hostconf::binding::udev_rule::rules;
/// let gpu = BoundFunction {
///     address: "01:00.0".parse().unwrap(),
///     id: "10de:2203".parse().unwrap(),
///     subsystem: None,
/// };
/// assert!(rules(&[gpu]).contains("KERNEL==\"0000:01:00.0\", ATTR{vendor}==\"0x10de\""));
/// ```
#[must_use]
pub fn rules(functions: &[BoundFunction]) -> String {
    let mut out = String::from(HEAD);
    for function in functions {
        let BoundFunction {
            address,
            id,
            subsystem,
        } = function;
        let _ = write!(
            out,
            "ACTION==\"add\", SUBSYSTEM==\"pci\", KERNEL==\"{address}\", \
             ATTR{{vendor}}==\"0x{}\", ATTR{{device}}==\"0x{}\", ",
            id.vendor, id.device
        );
        if let Some(subsystem) = subsystem {
            let _ = write!(
                out,
                "ATTR{{subsystem_vendor}}==\"0x{}\", ATTR{{subsystem_device}}==\"0x{}\", ",
                subsystem.vendor, subsystem.device
            );
        }
        out.push_str(TAKE);
    }
    out
}

/// A loaded vfio-pci binds only on request: the bus's `drivers_probe` (udev(7),
/// `ATTR{[SUBSYSTEM/KERNEL]ATTRIBUTE}`). One that is being loaded finds the function without it.
const TAKE: &str = "ATTR{driver_override}=\"vfio-pci\", \
                    ATTR{[subsystem/pci]drivers_probe}=\"$kernel\", \
                    RUN{builtin}+=\"kmod load vfio-pci\"\n";

const HEAD: &str = "# Written by passthru: binds PCI functions to vfio-pci by address, while their
# ids are the expected ones.
";

/// The functions that rules written by this crate bind to vfio-pci; `None` for any other text.
///
/// ```
/// use hostconf::binding::by_address::BoundFunction;
/// use hostconf::binding::{udev_rule::bound, udev_rule::rules};
/// let gpu = BoundFunction {
///     address: "01:00.0".parse().unwrap(),
///     id: "10de:2203".parse().unwrap(),
///     subsystem: Some("1462:5052".parse().unwrap()),
/// };
/// assert_eq!(bound(&rules(&[gpu])), Some(vec![gpu]));
/// assert_eq!(bound("KERNEL==\"0000:01:00.0\"\n"), None);
/// ```
#[must_use]
pub fn bound(text: &str) -> Option<Vec<BoundFunction>> {
    let rest = text.strip_prefix(HEAD)?;
    rest.lines().map(one).collect()
}

fn one(line: &str) -> Option<BoundFunction> {
    let value = |key: &str| {
        let (_, rest) = line.split_once(&format!("{key}==\""))?;
        rest.split('"').next()
    };
    let number = |key: &str| u16::from_str_radix(value(key)?.strip_prefix("0x")?, 16).ok();
    let subvendor = number("ATTR{subsystem_vendor}");
    let subdevice = number("ATTR{subsystem_device}");
    Some(BoundFunction {
        address: value("KERNEL")?.parse().ok()?,
        id: PciId::new(number("ATTR{vendor}")?, number("ATTR{device}")?),
        subsystem: subvendor
            .zip(subdevice)
            .map(|(vendor, device)| SubsystemId::new(vendor, device)),
    })
}

/// The rules as an edit: new, or in place of `before`.
#[must_use]
pub fn edit(functions: &[BoundFunction], before: Option<&str>) -> Edit {
    Edit::new_file(RULES, rules(functions)).replacing(before.map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_makes_it_fail() {
        let function = |address: &str, subsystem: Option<&str>| BoundFunction {
            address: address.parse().unwrap(),
            id: PciId::new(0x10de, 0x2203),
            subsystem: subsystem.map(|text| text.parse().unwrap()),
        };
        let all = [
            function("01:00.0", Some("1462:5052")),
            function("10000:e1:00.1", None),
        ];
        let text = rules(&all);
        assert_eq!(bound(&text), Some(all.to_vec()));
        assert!(edit(&all, Some(&text)).is_noop());
        for end in 0..text.len() {
            let cut = bound(text.get(..end).unwrap());
            assert!(cut.is_none_or(|cut| all.starts_with(&cut) || cut.len() <= all.len()));
        }
    }
}
