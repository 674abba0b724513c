//! How to see that the plan worked, and what the host gives up.

use hostconf::binding::method::Method;
use pci_core::Address;

use super::bind_choice::Choice;
use super::document::{Binding, Check, Moment};
use super::options::Options;
use crate::host::{Device, DuplicateIds, Host};
use crate::requirement::{Requirement, State};

fn argv(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// The check of a requirement.
fn check(moment: Moment, requirement: Requirement, expect: impl Into<String>) -> Check {
    Check {
        moment,
        argv: requirement.look(),
        expect: expect.into(),
        requirement: Some(requirement),
    }
}

/// What to look at before anything is changed, and after the reboot.
pub(super) fn all(
    host: &Host,
    functions: &[&Device],
    choice: Choice,
    kernel: &Options,
) -> Vec<Check> {
    let how = choice.how;
    let is_now = choice.is(Method::Runtime);
    let after = if is_now {
        Moment::Now
    } else {
        Moment::AfterReboot
    };
    let mut checks = Vec::new();
    // Without an IOMMU at work there are no groups to look at yet.
    let moment = if host.iommu_is_off() {
        Moment::AfterReboot
    } else {
        Moment::Before
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
        let requirement = Requirement::GroupOf {
            address: first.address,
            members: unknown.iter().map(|device| device.address).collect(),
        };
        let expect = format!(
            "only {list} and bridges: the input does not show the IOMMU group, and all its \
             members are assigned together"
        );
        checks.push(check(moment, requirement, expect));
    }
    if Requirement::IommuOn.evaluate(host).state == State::Unknown {
        for moment in [Moment::Before, Moment::AfterReboot] {
            let expect = "not empty: the IOMMU is on, which the input does not show";
            checks.push(check(moment, Requirement::IommuOn, expect));
        }
    }
    if how == Binding::ById && !host.settings.modprobe.unseen().is_empty() {
        checks.push(Check {
            moment: Moment::Before,
            argv: argv(&[
                "grep",
                "-rs",
                "vfio",
                "/etc/modprobe.d",
                "/usr/lib/modprobe.d",
            ]),
            expect: "no ids= that the plan does not change: the input does not show all files \
                     there, and the last ids= counts alone"
                .to_owned(),
            requirement: None,
        });
    }
    let by_vfio = functions.iter().filter(|_| how != Binding::ByHypervisor);
    for device in by_vfio {
        let requirement = Requirement::Driver {
            address: device.address,
            driver: "vfio-pci".to_owned(),
        };
        checks.push(check(after, requirement, "ends in /vfio-pci"));
    }
    for (address, driver) in twins_drivers(host, functions) {
        let requirement = Requirement::Driver {
            address,
            driver: driver.to_owned(),
        };
        let expect = format!("ends in /{driver}: the other card stays with the host");
        checks.push(check(after, requirement, expect));
    }
    for (parameter, _) in &kernel.add {
        let requirement = Requirement::KernelOption {
            option: parameter.to_string(),
        };
        let expect = format!("has {parameter}");
        checks.push(check(Moment::AfterReboot, requirement, expect));
    }
    let keeps_display = is_now || choice.is(Method::LibvirtHook);
    let mut displays = functions.iter().filter(|device| device.is_display());
    if let Some(display) = displays.next().filter(|_| !keeps_display) {
        let requirement = Requirement::NoBootFramebuffer {
            address: display.address,
        };
        let expect = "no BOOTFB, efifb or simplefb within the card's memory";
        checks.push(check(Moment::AfterReboot, requirement, expect));
    }
    checks
}

/// The functions with the same ids that stay with the host, and who holds them.
fn twins_drivers<'a>(host: &'a Host, functions: &[&Device]) -> Vec<(Address, &'a str)> {
    let mut found = Vec::new();
    for device in functions {
        let DuplicateIds::At(twins) = host.twins_of(device) else {
            continue;
        };
        for twin in twins {
            let stays = functions
                .iter()
                .all(|function| function.address != twin.address);
            if let (true, Some(driver)) = (stays, twin.driver.name()) {
                if driver != "vfio-pci" {
                    found.push((twin.address, driver));
                }
            }
        }
    }
    found
}

/// What the host gives up.
pub(super) fn loses(host: &Host, functions: &[&Device], kernel: &Options) -> Vec<String> {
    let mut loses = Vec::new();
    for device in functions {
        let what = match &device.class {
            Some(class) if class.value.is_display() => match &device.boot_display {
                Some(fact) if fact.value => ": its screen is the one that the host boots on",
                Some(_) => "",
                None => ": if the host's screen is on it, that goes dark",
            },
            Some(class) if class.value.is_audio() => ": sound through it",
            Some(class) if class.value.base == 0x02 => ": the network through it",
            Some(class) if class.value.base == 0x01 => ": the disks on it",
            _ => "",
        };
        loses.push(format!("{:#}, {}{what}", device.address, device.name()));
    }
    if kernel.adds("initcall_blacklist=sysfb_init") || kernel.adds("video=efifb:off") {
        loses.push(
            "boot messages on the screen until the host's own display driver loads".to_owned(),
        );
    }
    for process in &host.processes {
        if functions
            .iter()
            .any(|device| device.address == process.value.address)
        {
            loses.push(format!(
                "process {} ({}) on the card",
                process.value.pid, process.value.name
            ));
        }
    }
    loses
}
