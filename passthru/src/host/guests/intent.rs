//! Functions that the host is configured to pass through.

use std::collections::BTreeSet;

use host_tree::Evidence;
use hostconf::binding::modprobe::same_module;
use hostconf::binding::vfio_ids::{self, VfioId, VfioIds};
use hostconf::boot::command_line::same_name;
use list_order::Inserts as _;
use pci_core::{Address, Slot, VendorId};

use crate::host::coverage::Coverage;
use crate::host::drivers::guest_drivers::{is_assigned_by, is_for_guests, is_vfio_driver};
use crate::host::hardware::device::Device;
use crate::host::state::Host;

/// Messages of a driver about the virtual functions of its function.
const OF_VIRTUAL_FUNCTIONS: [&str; 10] = [
    "i915-vfs-enabled",
    "intel-gpu-vfs-enabled",
    "intel-gpu-vfs-possible",
    "nic-vfs-assigned",
    "sriov-vfs-assigned",
    "sriov-vfs-enabled",
    "vf-mac-override-refused",
    "vf-malicious-driver",
    "vf-not-trusted",
    "vf-spoof-detected",
];

impl Host {
    /// Whether the effective `ids=` matches the function.
    #[must_use]
    pub(crate) fn is_taken_by_id(&self, device: &Device) -> bool {
        let Some(Ok(ids)) = self.boot.vfio_ids.last().map(|list| &list.value.ids) else {
            return false;
        };
        let Some(id) = &device.id else { return false };
        let subsystem = device.subsystem.as_ref().map(|subsystem| subsystem.value);
        let class = device.class.as_ref().map(|class| class.value);
        ids.matches(id.value, subsystem, class)
    }

    /// Whether the kernel log has the ID as one of vfio-pci, of a host whose `ids=` is not shown.
    fn is_added(&self, device: &Device) -> bool {
        let id = device.id.as_ref().map(|id| id.value);
        let mut added = self.commands.added_ids.iter();
        self.boot.vfio_ids.is_empty() && added.any(|added| Some(added.value) == id)
    }

    /// The entries of all `ids=` of vfio-pci, without duplicates, in order and as written.
    pub(crate) fn all_vfio_ids(&self) -> Vec<&str> {
        // Where other separators are in place of commas, each entry counts.
        let lists = self.boot.vfio_ids.iter().map(|list| &list.value);
        let values = lists.flat_map(|list| match list.ids {
            Ok(_) => vec![list.text.as_str()],
            Err(_) => list.text.split([';', '|', '"', '\'', ' ']).collect(),
        });
        vfio_ids::joined(values.chain(self.cut_off_ids().map(|(word, _)| word)))
    }

    /// The words of IDs that a blank in a list of `ids=` cut off, each an option without effect.
    pub(crate) fn cut_off_ids(&self) -> impl Iterator<Item = (&str, &Evidence)> {
        let options = &self.settings.kernel_options;
        let of_kernel = options.iter().zip(options.iter().skip(1));
        // The list, or a word that it lost before.
        let mut is_list = false;
        let of_kernel = of_kernel.filter_map(move |(before, option)| {
            is_list = same_name(&before.name, "vfio-pci.ids") || is_list && is_ids(&before.name);
            let is_word = is_list && option.value.is_none();
            is_word.then_some((option.name.as_str(), &option.evidence))
        });
        let of_modules = self.settings.module_options.iter();
        let of_modules = of_modules
            .filter(|option| option.on_command_line.is_none() && option.value.is_none())
            .filter(|option| same_module(&option.module, "vfio-pci"))
            .map(|option| (option.name.as_str(), &option.evidence));
        of_kernel
            .chain(of_modules)
            .filter(move |(word, _)| is_ids(word))
    }

    /// Whether driverctl is configured to bind the function to vfio-pci.
    #[must_use]
    pub(crate) fn is_driverctls(&self, device: &Device) -> bool {
        self.boot
            .driverctl
            .iter()
            .any(|reported| reported.value == (device.address, "vfio-pci".to_owned()))
    }

    /// Whether a script binds the function by its address. A script of a plan does
    /// so only while the ids are those that it was written for.
    #[must_use]
    pub fn is_overridden(&self, device: &Device) -> bool {
        let id = device.id.as_ref().map(|id| id.value);
        self.boot
            .override_scripts
            .iter()
            .any(|script| match &script.planned {
                Some(planned) => planned.iter().any(|bound| {
                    bound.address == device.address && id.is_none_or(|id| id == bound.id)
                }),
                None => script
                    .facts
                    .overrides
                    .iter()
                    .any(|(address, _)| *address == device.address),
            })
    }

    /// Whether the host's files bind the function to vfio-pci at boot, but another driver is bound to
    /// it.
    pub(crate) fn is_bound_too_late(&self, device: &Device) -> bool {
        (self.is_taken_by_id(device) || self.is_overridden(device))
            && device.driver.is_bound_to(|name| !is_vfio_driver(name))
    }

    /// Whether ESXi is configured to assign the function to guests.
    fn is_for_esxi_guests(&self, device: &Device) -> bool {
        self.esxi
            .functions
            .get(&device.address)
            .is_some_and(|function| {
                let enabled = function.enabled.as_ref().is_some_and(|fact| fact.value);
                enabled || function.is_meant().is_some()
            })
    }

    /// The functions that a hypervisor's messages name: they were assigned to a guest, or that
    /// was tried.
    fn tried(&self) -> BTreeSet<Address> {
        let by_hypervisors = self.log_messages.iter().filter(|logged| {
            let source = logged.message.source();
            let by_esxi = ["esxi-reset-unresponsive", "esxi-register-device-failed"];
            if by_esxi.contains(&logged.message.code) {
                return true;
            }
            [
                "qemu ",
                "libvirt ",
                "proxmox ",
                "linux drivers/vfio",
                "virtualbox",
                "esxi vmx",
                "esxi vmkernel",
            ]
            .iter()
            .any(|start| source.starts_with(start))
        });
        by_hypervisors.filter_map(|logged| logged.device).into_set()
    }

    /// The card in a text whose only functions are those of one card and bridges: the question is
    /// about that card.
    fn only_card(&self) -> Option<Slot> {
        if self.coverage.contains(&Coverage::All)
            || self.devices.values().any(|d| d.sysfs.is_some())
            || self.uses_device_itself()
        {
            return None;
        }
        let mut functions = self.devices.values().filter(|device| !device.is_bridge());
        let slot = functions.next()?.address.slot();
        let is_alone = functions.all(|device| device.address.slot() == slot);
        // What a guest can have, or a function of an unknown class whose failure a message reports:
        // a driver's line alone may be a guest's or a port's.
        let has_failed = |device: &Device| {
            device.driver.name().is_some_and(|name| name != "pcieport")
                && self.log_messages.iter().any(|logged| {
                    logged.device == Some(device.address) && logged.message.verdict.is_problem()
                })
        };
        let is_assigned = |device: &Device| {
            let class = device.class.as_ref().map(|class| class.value.base);
            device.address.slot() == slot
                && class.map_or_else(
                    || has_failed(device),
                    |base| matches!(base, 0x01 | 0x02 | 0x03 | 0x12),
                )
        };
        (is_alone && self.devices.values().any(is_assigned)).then_some(slot)
    }

    /// The only graphics card of the vendor of `ids=`, where no function in the input has one of its
    /// IDs. NVIDIA's and AMD's IDs are of graphics cards, other vendors' of any device.
    pub(crate) fn misnamed_card(&self) -> Option<Slot> {
        let ids = self.boot.vfio_ids.last()?.value.ids.as_ref().ok()?;
        let mut ids = ids.0.iter().filter_map(VfioId::id);
        let vendor = ids.next()?.vendor;
        let is_of_cards = matches!(vendor, VendorId::NVIDIA | VendorId::ATI);
        if !is_of_cards || !ids.all(|id| id.vendor == vendor) {
            return None;
        }
        let is_taken = |device: &Device| self.is_taken_by_id(device);
        let is_meant = |device: &&Device| {
            let own = device.id.as_ref().map(|id| id.value.vendor);
            device.is_display() && own == Some(vendor) && !self.is_apu(device)
        };
        let mut cards = self.devices.values().filter(is_meant);
        let slot = cards.next()?.address.slot();
        let is_alone = cards.all(|card| card.address.slot() == slot);
        (is_alone && !self.devices.values().any(is_taken)).then_some(slot)
    }

    /// Whether commands name another port of the network card alone, which is a device of its own.
    fn is_other_port(&self, device: &Device) -> bool {
        let class = device.class.as_ref().map(|class| class.value.base);
        // dpdk-devbind names no class; the ports of a card have one name.
        let is_network = class == Some(0x02) || class.is_none() && device.source_name.is_some();
        let is_named = |address: Address| {
            self.lines
                .commanded()
                .iter()
                .any(|one| one.value == address)
        };
        let mut others = self.functions_of(device.address.slot());
        is_network
            && !is_named(device.address)
            && others.any(|one| is_named(one.address) && one.source_name == device.source_name)
    }

    /// Whether a driver logs something about the virtual functions of this function.
    pub(crate) fn logs_virtual_functions_of(&self, physical: Address) -> bool {
        let mut logged = self.log_messages.iter();
        logged.any(|logged| {
            logged.device == Some(physical) && OF_VIRTUAL_FUNCTIONS.contains(&logged.message.code)
        })
    }

    /// The functions configured for passthrough, bound to a driver for guests (vfio-pci, Xen's
    /// pciback, FreeBSD's ppt), or named in a hypervisor's message; otherwise the card that the
    /// text of the input refers to, those that its commands bind or assign, or the only one in the
    /// input.
    pub fn intended(&self) -> impl Iterator<Item = &Device> {
        let tried = self.tried();
        let is_tried = |device: &Device| tried.contains(&device.address) && !device.is_bridge();
        let is_intended = |device: &Device| self.is_intended(device) || is_tried(device);
        let devices = self.devices.values();
        let mut intended: BTreeSet<Address> = devices
            .filter(|device| is_intended(device))
            .map(|device| device.address)
            .into_set();
        // The file that binds by address is of the time before the card moved.
        for moved in self.moved().iter().filter(|moved| moved.now.is_some()) {
            let device = self.devices.get(&moved.bound.address);
            if !device.is_some_and(|device| device.driver.is_bound_to(is_for_guests)) {
                intended.remove(&moved.bound.address);
            }
        }
        // Two cards may have changed places.
        intended.extend(self.moved().iter().filter_map(|moved| moved.now));
        if let Some(moved) = self.moved_of_xen() {
            intended.retain(|address| !moved.names(*address));
            intended.extend(&moved.now);
        }
        // ids= matches a twin, too, which the host uses: it is no card for a guest.
        let used = intended
            .iter()
            .filter(|address| self.is_used_twin(**address, &intended));
        let used: Vec<Address> = used.copied().collect();
        intended.retain(|address| !used.contains(address));
        let by_words = || self.words.meant.map(Address::slot);
        let mut only: BTreeSet<Slot> = BTreeSet::new();
        if intended.is_empty() {
            only.extend(by_words());
        }
        if intended.is_empty() && only.is_empty() {
            only.extend(self.misnamed_card());
        }
        if intended.is_empty() && only.is_empty() {
            only.extend(self.lines.commanded().iter().map(|fact| fact.value.slot()));
        }
        if intended.is_empty() && only.is_empty() {
            only.extend(self.only_card());
        }
        self.devices.values().filter(move |device| {
            let is_only = only.contains(&device.address.slot())
                && !device.is_bridge()
                && !self.is_other_port(device)
                && !self.logs_virtual_functions_of(device.address);
            intended.contains(&device.address) || is_only
        })
    }

    /// Whether the host uses a function, which no guest's configuration has, and another one of these
    /// has the same ID.
    fn is_used_twin(&self, address: Address, intended: &BTreeSet<Address>) -> bool {
        let Some(device) = self.devices.get(&address) else {
            return false;
        };
        let is_twin = |other: &Address| {
            let other = self.devices.get(other).filter(|_| *other != address);
            other.is_some_and(|other| other.same_id(device))
        };
        let is_used = |one: Address| !self.host_impact(&BTreeSet::from([one])).is_empty();
        let mut twins = intended.iter().filter(|other| is_twin(other));
        self.is_taken_by_id(device)
            && !self.is_assigned_in_a_guest(address)
            && !device.driver.is_bound_to(is_for_guests)
            && is_used(address)
            && twins.any(|twin| !is_used(*twin))
    }

    /// Whether an option that is almost `vfio-pci.ids` has the function's ID.
    fn is_taken_by_misspelled(&self, device: &Device) -> bool {
        let Some(id) = &device.id else { return false };
        let written = id.value.to_string();
        let options = self.settings.kernel_options.iter();
        let mut values = options.filter_map(|option| {
            let name: String = option
                .name
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .collect();
            let is_meant = matches!(
                name.as_str(),
                "vfiopciids" | "vfiopciid" | "vfioids" | "vfioid"
            );
            option.value.as_deref().filter(|_| is_meant)
        });
        values.any(|value| {
            value
                .split(',')
                .any(|entry| entry.eq_ignore_ascii_case(&written))
        })
    }

    /// Whether the configuration of a guest assigns the function.
    pub(crate) fn is_assigned_in_a_guest(&self, address: Address) -> bool {
        self.guests.proxmox_vms.iter().any(|vm| vm.passes(address))
            || self
                .guests
                .domains
                .iter()
                .any(|domain| domain.passes(address))
            || self
                .lines
                .given_to_bhyve()
                .iter()
                .any(|fact| fact.value == address)
    }

    fn is_intended(&self, device: &Device) -> bool {
        self.is_taken_by_id(device)
            || self.is_added(device)
            || self.is_taken_by_misspelled(device)
            || self.is_overridden(device)
            || self.is_driverctls(device)
            || device.driver.is_bound_to(is_assigned_by)
            || self.is_for_esxi_guests(device)
            || self.is_assigned_in_a_guest(device.address)
    }
}

/// Whether a word is IDs, as in `ids=`, without anything in front.
fn is_ids(word: &str) -> bool {
    let ids = word.trim_matches(',').parse::<VfioIds>();
    ids.is_ok_and(|ids| !ids.0.is_empty())
}

#[cfg(test)]
mod tests;
