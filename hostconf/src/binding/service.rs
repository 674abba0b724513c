//! A systemd unit that binds functions to vfio-pci by address, from the root file system.
//!
//! It runs before udev loads drivers in the root. Drivers in the initramfs load earlier: so this is
//! for hosts whose initramfs has none of the card's drivers, or cannot be changed. It replaces
//! services that unbind a driver (`modprobe -r nouveau` after `network.target`): there the driver
//! has been bound to the card for seconds, and can be unbound only if the card is not in use.

use host_tree::Edit;

use super::by_address::{BoundFunction, script};

/// The unit.
pub const UNIT: &str = "/etc/systemd/system/passthru-vfio.service";

/// The command that enables [`UNIT`].
pub const ENABLE: [&str; 3] = ["systemctl", "enable", "passthru-vfio.service"];

/// The command that undoes it.
pub const DISABLE: [&str; 3] = ["systemctl", "disable", "passthru-vfio.service"];

/// The script that it runs.
pub const SCRIPT: &str = "/usr/local/lib/passthru/vfio-by-address";

/// The unit's text. Without `DefaultDependencies=no` it would wait for
/// `sysinit.target`, which waits for udev (systemd.service(5), "Default
/// Dependencies").
pub const UNIT_TEXT: &str = "# Written by passthru.
[Unit]
Description=Give PCI functions to vfio-pci by address
DefaultDependencies=no
RequiresMountsFor=/usr/local/lib/passthru
Before=systemd-udev-trigger.service systemd-modules-load.service sysinit.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/lib/passthru/vfio-by-address

[Install]
WantedBy=sysinit.target
";

/// The unit and its script, with their current texts.
#[must_use]
pub fn edits(functions: &[BoundFunction], before: [Option<&str>; 2]) -> [Edit; 2] {
    let [unit, text] = before.map(|text| text.map(str::to_owned));
    [
        Edit::new_file(UNIT, UNIT_TEXT).replacing(unit),
        Edit::new_script(SCRIPT, script(functions)).replacing(text),
    ]
}
