//! Host facts that determine which binding methods work for a function.

use hostconf::binding::evaluate::{BindingContext, DriverIn, DuplicateId, Usr};
use hostconf::binding::host_facts::ReadOnlyRoot;
use hostconf::binding::initramfs::Initramfs;
use hostconf::binding::kernel_facts::Presence;
use pci_core::modules::ModuleName;

use crate::host::drivers::host_drivers::host_drivers;
use crate::host::fact::Fact;
use crate::host::hardware::device::{Device, Driver};
use crate::host::hardware::duplicate_ids::DuplicateIds;
use crate::host::state::Host;

impl Host {
    /// The facts that determine which binding methods work for `device`, if all of `going` are
    /// assigned. Facts that are not in the input are assumed as on most hosts: drivers are modules
    /// in the initramfs, another card may have the same IDs.
    #[must_use]
    pub(crate) fn binding_context(&self, device: &Device, going: &[&Device]) -> BindingContext {
        let kernel = &self.system.kernel;
        let goes = |other: &&Device| going.iter().any(|one| one.address == other.address);
        let stays = match self.duplicates_of(device) {
            DuplicateIds::None => false,
            DuplicateIds::NotShown(_) => true,
            DuplicateIds::At(others) => !others.iter().all(goes),
        };
        let stays = stays || self.has_sibling_with_same_id(device, going);
        let ostree = |root: &Fact<ReadOnlyRoot>| root.value == ReadOnlyRoot::Ostree;
        BindingContext {
            vfio_pci: kernel
                .module("vfio-pci")
                .map_or(Presence::Module, |found| found.value),
            driver: self.driver_presence(device),
            driver_in_initramfs: self.driver_in(device),
            initramfs: self.system.initramfs.as_ref().map(|found| found.value),
            duplicate_id: if stays {
                DuplicateId::OnHost
            } else {
                DuplicateId::None
            },
            usr: if self.system.read_only_root.as_ref().is_some_and(ostree) {
                Usr::Image
            } else {
                Usr::Host
            },
        }
    }

    /// The host driver for `device` that is built into the kernel, and its evidence.
    #[must_use]
    pub(crate) fn built_in_driver(&self, device: &Device) -> Option<(ModuleName, &Fact<Presence>)> {
        own_drivers(device).into_iter().find_map(|driver| {
            let found = self.system.kernel.module(driver.as_str())?;
            (found.value == Presence::BuiltIn).then_some((driver, found))
        })
    }

    fn driver_presence(&self, device: &Device) -> Presence {
        if self.built_in_driver(device).is_some() {
            return Presence::BuiltIn;
        }
        let drivers = host_drivers(&[device]);
        let missing = |driver: &ModuleName| {
            let found = self.system.kernel.module(driver.as_str());
            found.is_some_and(|found| found.value == Presence::Missing)
        };
        let has_none =
            matches!(device.driver, Driver::Unbound(_)) && own_drivers(device).is_empty();
        if has_none && drivers.iter().all(missing) {
            Presence::Missing
        } else {
            Presence::Module
        }
    }

    /// From a listing of the image; booster's image omits what its configuration excludes.
    fn driver_in(&self, device: &Device) -> DriverIn {
        let conf = &self.boot.initramfs_conf;
        let is_booster = self.system.initramfs.as_ref();
        let is_booster = is_booster.is_some_and(|found| found.value == Initramfs::Booster);
        let drivers = host_drivers(&[device]);
        let is_out = |driver: &ModuleName| {
            conf.is_without(driver) == Some(true) || is_booster && conf.booster_leaves_out(driver)
        };
        if !drivers.is_empty() && drivers.iter().all(is_out) {
            DriverIn::Root
        } else {
            DriverIn::Initramfs
        }
    }
}

/// The modules that the host names for the function: that of its driver, and those that support it.
pub(crate) fn own_drivers(device: &Device) -> Vec<ModuleName> {
    let bound = device.driver_module.as_deref().or(device.driver.name());
    let named = device.modules.iter().map(String::as_str).chain(bound);
    let named = named.filter(|name| !name.starts_with("vfio"));
    named.filter_map(|name| name.parse().ok()).collect()
}
