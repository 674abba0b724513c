//! The boot of a host, and the drivers that it binds then.

use host_tree::{Evidence, HostTree, Lookup};
use hostconf::boot::loader::{self, Loader};
use pci_core::Address;

use crate::host::fact::Fact;
use crate::host::settings::Settings;
use crate::host::settings::initramfs_conf::InitramfsConf;
use crate::host::settings::vfio_assignment::{IdList, OverrideScript, driverctl_files};

/// How the host boots, and which drivers it binds then.
#[derive(Debug)]
pub(crate) struct Boot {
    /// The boot loader.
    pub(crate) loader: Loader,
    /// Evidence that changes of `/etc` are lost at a reboot or rebuild: the system is generated
    /// (NixOS, Talos Linux, Unraid).
    pub(crate) etc_not_kept: Option<Evidence>,
    /// Whether the running kernel's command line is shown.
    pub(crate) running_options_shown: bool,
    /// Configuration of the initramfs.
    pub(crate) initramfs_conf: InitramfsConf,
    /// Scripts of the initramfs that bind by address.
    pub(crate) override_scripts: Vec<OverrideScript>,
    /// driverctl's configuration: functions, each with its driver.
    pub(crate) driverctl: Vec<Fact<(Address, String)>>,
    /// The values of vfio-pci's `ids=`, in the order in which they take effect: the last one takes
    /// effect.
    pub(crate) vfio_ids: Vec<Fact<IdList>>,
}

impl Boot {
    pub(in crate::host) fn read(tree: &dyn HostTree, loader: Loader, settings: &Settings) -> Self {
        Self {
            etc_not_kept: loader::etc_not_kept(tree, &loader),
            loader,
            running_options_shown: matches!(tree.read("/proc/cmdline"), Lookup::Found(_)),
            initramfs_conf: InitramfsConf::read(tree),
            override_scripts: OverrideScript::read(tree),
            driverctl: driverctl_files(tree),
            vfio_ids: IdList::read(settings),
        }
    }
}
