//! Rules of udev that give functions to vfio-pci by address.
//!
//! A rule sees a function before udev loads the module that its `modalias` asks
//! for: that is done by `80-drivers.rules`, and ours sorts before it. So the driver
//! finds the function tied to vfio-pci, and vfio-pci, which the rule loads, takes
//! it. Rules check the ids themselves. They count as early as they are in the
//! initramfs: initramfs-tools packs all of `/etc/udev/rules.d`
//! (`hooks/udev` of 0.142); dracut packs ours as one of `install_items`,
//! mkinitcpio as one of `FILES`. The kernel's built-in drivers are earlier.

use core::fmt::Write as _;

use super::by_address::BoundFunction;
use crate::Edit;

/// The rules' file.
pub const RULES: &str = "/etc/udev/rules.d/10-passthru-vfio.rules";

/// The rules that give `functions` to vfio-pci.
///
/// ```
/// use hvconf::binding::by_address::BoundFunction;
/// use hvconf::binding::udev_rule::rules;
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
        out.push_str("ATTR{driver_override}=\"vfio-pci\", RUN{builtin}+=\"kmod load vfio-pci\"\n");
    }
    out
}

const HEAD: &str = "# Written by passthru: gives PCI functions to vfio-pci by address, while their
# ids are the expected ones.
";

/// The rules as an edit: new, or in the place of `before`.
#[must_use]
pub fn edit(functions: &[BoundFunction], before: Option<&str>) -> Edit {
    Edit {
        before: before.map(str::to_owned),
        ..Edit::new_file(RULES, rules(functions))
    }
}
