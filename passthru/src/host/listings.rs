//! What the listings of other programs than lspci say of the functions.

use pci_core::listing::windows::{PnpDevice, SurveyedDevice};
use pci_core::listing::{
    Function, dpdk_devbind, driverctl, esxi, hwinfo, iommu_groups, lshw, lxd_resources, nodedev,
    pciconf, sysfs_links, vm_passthru, windows, xl,
};
use pci_core::spelling::LocationPath;
use pci_core::tree::Lookup;
use pci_core::{Address, Evidence, Located};

use super::coverage::Coverage;
use super::device::Driver;
use super::fact::Fact;
use super::in_use::Interface;
use super::join::Join;
use super::platform::Platform;
use super::unplaced::Unplaced;
use crate::target::Target;

/// A listing of a system that a Linux host may have as its guest.
#[derive(Debug)]
pub(super) enum Foreign {
    FreeBsd(Vec<Function>),
    Windows(Vec<PnpDevice>, Vec<SurveyedDevice>),
}

impl Foreign {
    const fn platform(&self) -> Platform {
        match self {
            Self::FreeBsd(_) => Platform::FreeBsd,
            Self::Windows(..) => Platform::Windows,
        }
    }

    /// The first line that shows it.
    fn shown(&self, source: &str) -> Option<Evidence> {
        match self {
            Self::FreeBsd(functions) => {
                let function = functions.first()?;
                Some(function.address.evidence(source))
            }
            Self::Windows(devices, surveyed) => devices
                .first()
                .map(|device| device.pnp_id.evidence(source))
                .or_else(|| Some(surveyed.first()?.name.evidence(source))),
        }
    }
}

impl Join {
    /// Adds what ESXi's listings show; whether there are any.
    pub(super) fn add_esxi(&mut self, source: &str, text: &str) -> bool {
        let listed = esxi::pci_list(text);
        let states = esxi::pcipassthru_list(text);
        let plain = esxi::lspci(text);
        let shown = listed
            .iter()
            .map(|found| found.function.address.evidence(source))
            .chain(states.iter().map(|state| state.evidence(source)))
            .chain(
                plain
                    .iter()
                    .map(|row| row.function.address.evidence(source)),
            )
            .next();
        let Some(shown) = shown else { return false };
        self.see_hypervisor(Target::Esxi, shown);
        for found in &listed {
            self.add_function(source, &found.function);
            let text =
                |value: &Located<String>| Fact::new(value.value.clone(), value.evidence(source));
            let known = self
                .esxi_functions
                .entry(found.function.address.value)
                .or_default();
            known.configured_owner = found.configured_owner.as_ref().map(text);
            known.current_owner = found.current_owner.as_ref().map(text);
            let yes_or_no = |value: &Located<bool>| Fact::new(value.value, value.evidence(source));
            known.capable = found.passthru_capable.as_ref().map(yes_or_no);
            known.sharable = found.sharable.as_ref().map(yes_or_no);
            let device = found.dependent_device.as_ref();
            known.dependent_device =
                device.map(|device| Fact::new(device.value, device.evidence(source)));
        }
        for state in &states {
            let evidence = state.evidence(source);
            self.device(state.value.address, &evidence);
            self.esxi_functions
                .entry(state.value.address)
                .or_default()
                .enabled = Some(Fact::new(state.value.enabled, evidence));
        }
        for row in &plain {
            self.add_function(source, &row.function);
        }
        if !listed.is_empty() {
            self.coverage.extend(Coverage::of_whole_list(source, text));
        }
        true
    }

    /// Adds what the listings of Linux programs show.
    pub(super) fn add_linux_listings(&mut self, source: &str, text: &str) {
        let mut found = false;
        for node in lshw::parse(text) {
            self.add_function(source, &node.function);
            found = true;
        }
        let blocks = hwinfo::parse(text);
        for function in &blocks {
            self.add_function(source, function);
        }
        found |= !blocks.is_empty();
        for function in lxd_resources::parse(text) {
            self.add_function(source, &function);
            found = true;
        }
        let rows = driverctl::parse(text);
        for row in &rows {
            let mut function = Function::new(row.address.clone());
            function.driver = row.driver.clone();
            self.add_function(source, &function);
        }
        found |= !rows.is_empty();
        for row in dpdk_devbind::parse(text) {
            let evidence = row.address.evidence(source);
            let address = row.address.value;
            if row.is_active {
                self.interfaces.extend(row.interfaces.iter().map(|name| {
                    let name = name.clone();
                    let interface = Interface {
                        name,
                        address,
                        default_route: None,
                    };
                    Fact::new(interface, evidence.clone())
                }));
            }
            let mut function = Function::new(row.address);
            function.driver = row.driver;
            function.name = Some(row.name);
            self.add_function(source, &function);
            found = true;
        }
        for row in iommu_groups::parse(text) {
            if let Some(group) = &row.group {
                let address = row.function.address.value;
                self.group_rows
                    .push((address, group.value, group.evidence(source)));
            }
            self.add_function(source, &row.function);
            found = true;
        }
        let links = sysfs_links::parse(text);
        for link in &links {
            let address = link.value.address;
            if let Some(target) = &link.value.target {
                self.topology.place(address, target);
            }
            let mut function = Function::new(link.clone().with(address));
            let driver = link.value.driver.as_ref();
            function.driver = driver.map_or(Lookup::NotShown, |driver| {
                Lookup::Found(link.clone().with(driver.clone()))
            });
            self.add_function(source, &function);
        }
        found |= !links.is_empty();
        let libvirt = self.add_nodedev(source, text);
        if found || libvirt {
            self.linux_shown = true;
        }
        if !blocks.is_empty() || !rows.is_empty() || !links.is_empty() || libvirt {
            self.coverage.extend(Coverage::of_whole_list(source, text));
        }
    }

    /// Adds what libvirt's listings show; whether there are any.
    fn add_nodedev(&mut self, source: &str, text: &str) -> bool {
        let names = nodedev::names(text);
        let devices = nodedev::parse(text);
        for name in &names {
            self.device(name.value, &name.evidence(source));
        }
        for device in &devices {
            self.add_function(source, &device.function);
            let Some(group) = &device.iommu_group else {
                continue;
            };
            let number = group.number.value;
            let own = (
                device.function.address.value,
                number,
                group.number.evidence(source),
            );
            let members = group
                .members
                .iter()
                .map(|member| (member.value, number, member.evidence(source)));
            let rows: Vec<_> = [own].into_iter().chain(members).collect();
            // libvirt lists all members of a group in each of its devices.
            if device.whole {
                self.whole_group_rows.extend(rows);
            } else {
                self.group_rows.extend(rows);
            }
        }
        let shown = names.first().map(|name| name.evidence(source));
        let shown = shown.or_else(|| Some(devices.first()?.function.address.evidence(source)));
        if let Some(shown) = shown {
            self.see_hypervisor(Target::Libvirt, shown);
            return true;
        }
        false
    }

    /// Adds what Xen's listings show.
    pub(super) fn add_xen(&mut self, source: &str, text: &str) {
        for row in xl::parse(text) {
            let evidence = row.evidence(source);
            self.platform
                .get_or_insert_with(|| Fact::new(Platform::Xen, evidence.clone()));
            let device = self.device(row.value.address, &evidence);
            // libxl takes the list from the directory of this driver.
            device.driver = Driver::Bound(Fact::new("pciback".to_owned(), evidence));
        }
    }

    /// Keeps the listings of systems that may be a guest's.
    pub(super) fn keep_foreign(&mut self, source: &str, text: &str) {
        let mut functions = pciconf::parse(text);
        let whole = !functions.is_empty();
        functions.extend(vm_passthru::parse(text));
        if !functions.is_empty() {
            let coverage = Coverage::of_whole_list(source, text).filter(|_| whole);
            self.foreign
                .push((source.to_owned(), Foreign::FreeBsd(functions), coverage));
        }
        let devices = windows::parse(text);
        let surveyed = windows::survey(text);
        if !devices.is_empty() || !surveyed.is_empty() {
            let rows = Foreign::Windows(devices, surveyed);
            self.foreign.push((source.to_owned(), rows, None));
        }
    }

    /// Adds those listings, where nothing shows that the host is another system.
    pub(super) fn add_foreign(&mut self, is_other: bool) {
        let is_other = is_other || self.linux_shown || self.hypervisor.is_some();
        let mut surveys: Vec<(String, Vec<SurveyedDevice>)> = Vec::new();
        let mut paths: Vec<(LocationPath, Address)> = Vec::new();
        for (source, rows, coverage) in std::mem::take(&mut self.foreign) {
            let Some(shown) = rows.shown(&source) else {
                continue;
            };
            let platform = rows.platform();
            let is_second = self
                .platform
                .as_ref()
                .is_some_and(|known| known.value != platform);
            if is_other || is_second {
                self.left_out.push(Fact::new(platform, shown));
                continue;
            }
            self.platform
                .get_or_insert_with(|| Fact::new(platform, shown));
            self.coverage.extend(coverage);
            match rows {
                Foreign::FreeBsd(functions) => {
                    for function in &functions {
                        self.add_function(&source, function);
                    }
                }
                Foreign::Windows(devices, surveyed) => {
                    for device in &devices {
                        self.add_windows(&source, device);
                        let path = device.location_path.as_ref();
                        paths.extend(
                            path.map(|path| path.value.clone())
                                .zip(Unplaced::address(device)),
                        );
                    }
                    surveys.push((source, surveyed));
                }
            }
        }
        for (source, surveyed) in &surveys {
            for device in surveyed {
                let path = device.location_path.as_ref().map(|path| &path.value);
                let at = paths.iter().find(|(known, _)| Some(known) == path);
                // Twins have one name, and by that it is not said which is which.
                let same = |one: &&SurveyedDevice| one.name.value == device.name.value;
                match at {
                    Some((_, address)) => self.survey_memory_at(source, device, *address),
                    None if surveyed.iter().filter(same).count() == 1 => {
                        self.survey_memory(source, device);
                    }
                    None => {}
                }
                let known = self.unplaced.iter_mut().find(|known| known.is(device));
                match known {
                    Some(known) => known.judge(source, device),
                    None => self.unplaced.push(Unplaced::surveyed(source, device)),
                }
            }
        }
    }

    /// Notes what the survey says of a function whose location path it names.
    fn survey_memory_at(&mut self, source: &str, found: &SurveyedDevice, address: Address) {
        if let (Some(megabytes), Some(device)) = (found.mmio_mb, self.devices.get_mut(&address)) {
            device.surveyed_mmio_mb = Some(Fact::new(megabytes, found.name.evidence(source)));
        }
    }

    /// Notes what the survey says of the one function that has the name.
    fn survey_memory(&mut self, source: &str, found: &SurveyedDevice) {
        let Some(megabytes) = found.mmio_mb else {
            return;
        };
        let name = Some(found.name.value.as_str());
        let mut same = self
            .devices
            .values_mut()
            .filter(|device| device.source_name.as_deref() == name);
        if let (Some(device), None) = (same.next(), same.next()) {
            device.surveyed_mmio_mb = Some(Fact::new(megabytes, found.name.evidence(source)));
        }
    }

    fn add_windows(&mut self, source: &str, found: &PnpDevice) {
        let unplaced = Unplaced::new(source, found);
        let Some(address) = Unplaced::address(found).filter(|_| unplaced.present != Some(false))
        else {
            self.unplaced.push(unplaced);
            return;
        };
        let device = self.device(address, &unplaced.shown);
        let fact = |id| Fact::new(id, unplaced.shown.clone());
        device.id = device.id.take().or_else(|| unplaced.id.map(fact));
        let fact = |card| Fact::new(card, unplaced.shown.clone());
        device.subsystem = device
            .subsystem
            .take()
            .or_else(|| unplaced.subsystem.map(fact));
        if let (None, Some(class)) = (&device.class, &found.class) {
            device.class = Some(Fact::new(class.value, class.evidence(source)));
        }
        device.revision = device.revision.or(unplaced.revision);
        device.source_name = device.source_name.take().or(unplaced.name);
        if let (Driver::NotShown, Some(driver)) = (&device.driver, unplaced.driver) {
            device.driver = Driver::Bound(driver);
        }
    }

    /// Adds what a listing says of one function. What does not change is told by the
    /// first source that shows it, the driver by the last.
    fn add_function(&mut self, source: &str, found: &Function) {
        let shown = found.address.evidence(source);
        let id = found.id().map(|id| id.value);
        self.see_id(found.address.value, id, &shown);
        let device = self.device(found.address.value, &shown);
        if let (None, Some(id)) = (&device.id, found.id()) {
            device.id = Some(Fact::new(id.value, id.evidence(source)));
        }
        if let Some(class) = &found.class {
            let known = device.class.as_ref();
            if known.is_none_or(|known| known.value.prog_if.is_none()) {
                device.class = Some(Fact::new(class.value, class.evidence(source)));
            }
        }
        if let (None, Some(subsystem)) = (&device.subsystem, &found.subsystem) {
            device.subsystem = Some(Fact::new(subsystem.value, subsystem.evidence(source)));
        }
        device.revision = device.revision.or(found.revision);
        if device.source_name.is_none() {
            device.source_name.clone_from(&found.name);
        }
        match &found.driver {
            Lookup::Found(driver) => {
                let fact = Fact::new(driver.value.clone(), driver.evidence(source));
                device.driver = Driver::Bound(fact);
            }
            Lookup::Absent => device.driver = Driver::Unbound(shown),
            _ => {}
        }
    }

    fn see_hypervisor(&mut self, target: Target, shown: Evidence) {
        self.hypervisor
            .get_or_insert_with(|| Fact::new(target, shown));
    }
}
