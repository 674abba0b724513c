//! The checks of a plan and its host impact.

use hostconf::binding::method::Method;
use pci_core::Address;

use super::bind_choice::Choice;
use super::document::{Binding, PlanCheck, When};
use super::hypervisors;
use super::options::Options;
use crate::host::drivers::guest_drivers::is_for_guests;
use crate::host::{Device, DuplicateIds, Host};
use crate::requirement::{Requirement, State, open_use, unknown_storage};
use crate::target::Target;
use crate::text::{Text, text};

fn argv(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// The check of a requirement.
fn check(moment: When, requirement: Requirement, expect: Text) -> PlanCheck {
    PlanCheck {
        when: moment,
        argv: requirement.look(),
        expected: expect,
        requirement: Some(requirement),
    }
}

/// The checks before any change, and after the reboot.
pub(super) fn all(
    host: &Host,
    target: Target,
    functions: &[&Device],
    choice: Choice,
    kernel: &Options,
) -> Vec<PlanCheck> {
    let how = choice.how;
    let is_now = choice.is(Method::Runtime);
    let after = if is_now { When::Now } else { When::AfterReboot };
    let mut checks = Vec::new();
    // Without an enabled IOMMU there are no groups to check yet.
    let moment = if host.iommu_is_off() || kernel.enable_iommu() {
        When::AfterReboot
    } else {
        When::Before
    };
    let mut slots: Vec<_> = functions
        .iter()
        .map(|device| device.address.slot())
        .collect();
    slots.dedup();
    for slot in slots {
        let unknown: Vec<&&Device> = functions
            .iter()
            .filter(|device| device.address.slot() == slot)
            .filter(|device| host.group_of(device.address).is_none())
            .collect();
        let Some(first) = unknown.first() else {
            continue;
        };
        let list: Vec<String> = unknown
            .iter()
            .map(|device| format!("{:#}", device.address))
            .collect();
        let list = list.join(", ");
        let requirement = Requirement::GroupMembers {
            address: first.address,
            members: unknown.iter().map(|device| device.address).collect(),
        };
        let expect = text!(
            "only {list} and bridges: the IOMMU group is not in the input, and all its \
               members must be assigned together",
            list
        );
        checks.push(check(moment, requirement, expect));
    }
    if Requirement::IommuEnabled.evaluate(host).state == State::Unknown {
        let early = (!kernel.enable_iommu()).then_some(When::Before);
        for moment in early.into_iter().chain([When::AfterReboot]) {
            let expect = text!("not empty: the IOMMU is enabled, which is not in the input");
            checks.push(check(moment, Requirement::IommuEnabled, expect));
        }
    }
    if how == Binding::ById && !host.settings.modprobe.unseen().is_empty() {
        checks.push(PlanCheck {
            when: When::Before,
            argv: argv(&[
                "grep",
                "-rs",
                "vfio",
                "/etc/modprobe.d",
                "/usr/lib/modprobe.d",
            ]),
            expected: text!(
                "no ids= other than the plan's: not all files are in the input, and \
                           only the last ids= takes effect"
            ),
            requirement: None,
        });
    }
    for device in functions.iter().filter(|_| how == Binding::ById) {
        if let (DuplicateIds::NotShown(_), Some(id)) = (host.duplicates_of(device), &device.id) {
            checks.push(PlanCheck {
                when: When::Before,
                argv: argv(&["lspci", "-nnd", &id.value.to_string()]),
                expected: text!(
                    "only {address}: not all devices are in the input, and vfio-pci binds to \
                     each with this ID",
                    address = format!("{:#}", device.address)
                ),
                requirement: None,
            });
        }
    }
    let by_vfio = functions.iter().filter(|_| how != Binding::ByHypervisor);
    for device in by_vfio {
        let requirement = Requirement::Driver {
            address: device.address,
            driver: "vfio-pci".to_owned(),
        };
        let built_in = perhaps_built_in(host, device).filter(|_| !is_now);
        let expect = match built_in {
            None => text!("ends in /vfio-pci"),
            Some(driver) if hypervisors::binds_at_start(target) => text!(
                "ends in /vfio-pci; if {driver} is built into the kernel, only while the guest \
                 runs: the hypervisor binds vfio-pci when the guest starts",
                driver
            ),
            Some(driver) => text!(
                "ends in /vfio-pci; if {driver} is built into the kernel, unbind it from the \
                 function before the guest starts",
                driver
            ),
        };
        let mut check = check(after, requirement, expect);
        // No failure where it is.
        check.requirement = check.requirement.filter(|_| built_in.is_none());
        checks.push(check);
    }
    for (address, driver) in drivers_of_duplicates(host, functions) {
        let requirement = Requirement::Driver {
            address,
            driver: driver.to_owned(),
        };
        let expect = text!(
            "ends in /{driver}: the other card stays with the host",
            driver
        );
        checks.push(check(after, requirement, expect));
    }
    for (parameter, _) in &kernel.add {
        let requirement = Requirement::KernelOption {
            option: parameter.to_string(),
        };
        let expect = text!("has {parameter}", parameter);
        checks.push(check(When::AfterReboot, requirement, expect));
    }
    let keeps_display = is_now || choice.is(Method::LibvirtHook);
    let mut displays = functions.iter().filter(|device| device.is_display());
    if let Some(display) = displays.next().filter(|_| !keeps_display) {
        let requirement = Requirement::NoBootFramebuffer {
            address: display.address,
        };
        let expect = text!("no BOOTFB, efifb or simplefb within the card's memory");
        checks.push(check(When::AfterReboot, requirement, expect));
    }
    checks
}

/// The host driver of the function that is, or may be, built into the kernel: lspci names modules
/// for other functions, and none for its driver.
fn perhaps_built_in<'a>(host: &'a Host, device: &'a Device) -> Option<&'a str> {
    let driver = device.driver.name().filter(|name| !is_for_guests(name))?;
    let mut others = host.devices.values();
    let is_unnamed = device.modules.is_empty() && device.driver_module.is_none();
    let is_listed = others.any(|other| !other.modules.is_empty());
    let is_built_in = host.built_in_driver(device).is_some();
    (is_built_in || is_unnamed && is_listed).then_some(driver)
}

/// The functions with duplicate IDs that stay on the host, and their drivers.
fn drivers_of_duplicates<'a>(host: &'a Host, functions: &[&Device]) -> Vec<(Address, &'a str)> {
    let mut found = Vec::new();
    for device in functions {
        let DuplicateIds::At(duplicates) = host.duplicates_of(device) else {
            continue;
        };
        for duplicate in duplicates {
            let stays = functions
                .iter()
                .all(|function| function.address != duplicate.address);
            if let (true, Some(driver)) = (stays, duplicate.driver.name()) {
                // A driver that the plan removes, or that is for guests, does not stay.
                if !is_for_guests(driver) {
                    found.push((duplicate.address, driver));
                }
            }
        }
    }
    found
}

/// The host impact.
pub(super) fn loses(
    host: &Host,
    functions: &[&Device],
    by_ids: &[&Device],
    kernel: &Options,
) -> Vec<Text> {
    let mut loses = Vec::new();
    for device in functions {
        let (address, name) = (device.address, host.name_of(device));
        let boots = device.boot_display.as_ref().map(|fact| fact.value);
        let class = device.class.as_ref().map(|class| class.value);
        loses.push(match class {
            Some(class) if class.is_display() && boots == Some(true) => {
                text!("{address}, {name}: the boot display", address, name)
            }
            Some(class) if class.is_display() && !device.is_3d_controller() && boots.is_none() => {
                text!(
                    "{address}, {name}: the host's screen, if this is the boot display",
                    address,
                    name
                )
            }
            Some(class) if class.is_audio() => {
                text!("{address}, {name}: its audio", address, name)
            }
            Some(class) if class.base == 0x02 => network(host, device),
            Some(class) if class.base == 0x01 => disks(host, device),
            _ => text!("{address}, {name}", address, name),
        });
    }
    for device in by_ids {
        loses.push(text!(
            "{address}, {name}: ids= on this host name it, and vfio-pci binds to it too",
            address = device.address,
            name = host.name_of(device)
        ));
    }
    if kernel.adds("initcall_blacklist=sysfb_init") || kernel.adds("video=efifb:off") {
        loses.push(text!(
            "boot messages on the screen until the host's display driver loads"
        ));
    }
    for process in &host.host_use.processes {
        if functions
            .iter()
            .any(|device| device.address == process.value.address)
        {
            loses.push(text!(
                "process {pid} ({name}), which uses the card",
                pid = process.value.pid,
                name = process.value.name
            ));
        }
    }
    loses
}

/// The host impact of a network controller.
fn network(host: &Host, device: &Device) -> Text {
    let (address, name) = (device.address, host.name_of(device));
    let mut interfaces = host.host_use.interfaces.iter();
    let up = interfaces.find(|interface| interface.value.address == address);
    match up.map(|interface| &interface.value) {
        Some(interface) if interface.is_only_configured() => text!(
            "{address}, {name}: its network, which the host's configuration uses ({interface})",
            address,
            name,
            interface = interface.name
        ),
        Some(interface) if interface.default_route.is_some() => text!(
            "{address}, {name}: its network, which the host's default route uses ({interface})",
            address,
            name,
            interface = interface.name
        ),
        Some(interface) => text!(
            "{address}, {name}: its network; the interface {interface} is up",
            address,
            name,
            interface = interface.name
        ),
        None if open_use(host, device).is_some() => text!(
            "{address}, {name}: its network, which the host may use; the routes are not in the \
             input",
            address,
            name
        ),
        None => text!("{address}, {name}: its network", address, name),
    }
}

/// The host impact of a storage controller.
fn disks(host: &Host, device: &Device) -> Text {
    let (address, name) = (device.address, host.name_of(device));
    let on_it = host.host_use.storage.iter().map(|fact| &fact.value);
    let on_it = on_it.filter(|storage| storage.address == address);
    let places: Vec<&str> = on_it.map(|storage| storage.mount_point.as_str()).collect();
    if !places.is_empty() {
        return text!(
            "{address}, {name}: its disks, with {mount_points}",
            address,
            name,
            mount_points = places.join(", ")
        );
    }
    match (open_use(host, device), unknown_storage(host, device)) {
        (Some(_), Some(unknown)) if unknown.value.address.is_some() => text!(
            "{address}, {name}: its disks, with {mount_points}",
            address,
            name,
            mount_points = unknown.value.mount_point
        ),
        (Some(_), Some(unknown)) => text!(
            "{address}, {name}: its disks, which may hold {mount_point}; the input does not \
             include the function of that disk",
            address,
            name,
            mount_point = unknown.value.mount_point
        ),
        (Some(_), None) => text!(
            "{address}, {name}: its disks, which the host may use; the mounts are not in the input",
            address,
            name
        ),
        _ => text!("{address}, {name}: its disks", address, name),
    }
}
