//! Release of a card to the host drivers: the plan that removes what binds it to vfio-pci, of any
//! origin.

use host_tree::{HostTree, Recorder};
use hostconf::binding::by_address::BoundFunction;
use hostconf::binding::modprobe::same_module;
use hostconf::binding::{initramfs_tools, udev_rule};
use list_order::Order as _;
use pci_core::Address;

use super::bind_choice::Choice;
use super::document::{Binding, Command, ManualStep, Plan, PlanCheck, SCHEMA, Undo, When};
use super::drafts::Drafts;
use super::error::PlanCause;
use super::hypervisors::HostSide;
use super::initramfs::{self, Refresh};
use super::options::{self, Options};
use super::request::Request;
use super::state::HostState;
use super::{assumption, binding, gate, make, remedies, unnamed_files};
use crate::file_settings::{self, Intent};
use crate::host::{Device, DuplicateIds, Host, host_drivers};
use crate::requirement::{Change, Requirement, WholeLine};
use crate::text::{Text, text};

/// Plans the release of the functions to the host drivers, each with its card: their IDs are
/// removed from vfio-pci's `ids=` and the kernel command line, as are lines that exclude their
/// drivers, and overrides by address. `host` must have been read from `tree`.
///
/// # Errors
///
/// As [`make`](super::make), and where the host binds its functions by other means than
/// files of `/etc`.
pub fn release(tree: &dyn HostTree, host: &Host, request: &Request) -> crate::Result<Plan> {
    make::refuse_mixed(host)?;
    // The hypervisor changes nothing of this plan, assumed or not.
    let (target, _) = make::target(host, request)?;
    make::readable(&host.unreadable_paths, target)?;
    let is_vfio = matches!(HostSide::of(target), HostSide::Vfio);
    if !is_vfio || host.boot.etc_not_kept.is_some() || host.system.reads_vfio_pci_cfg().is_some() {
        return Err(PlanCause::NotReleased(target).into());
    }
    let recorder = Recorder::of_unreadable(tree);
    let assumed = assumption::assumed(&recorder, host);
    let (host, facts) = match &assumed {
        Some((host, facts)) => (host, facts.as_slice()),
        None => (host, &[][..]),
    };
    let functions = make::functions(host, &request.devices)?;
    let devices = make::planned(&functions)?;
    let mut drafts = Drafts::new(&recorder);
    let why = text!("vfio-pci no longer binds to the functions by ID");
    binding::release_ids(host, &functions, &why, &mut drafts)?;
    let mut kernel = Options::default();
    options::release_ids(host, &mut kernel, &functions);
    framebuffer(host, &functions, &mut kernel);
    allow_drivers(host, &functions, &mut drafts)?;
    let mut manual = Vec::new();
    overrides(host, &functions, &mut drafts, &mut manual)?;
    let written = options::write(host, &kernel, &mut drafts)?;
    manual.extend(written.manual);
    let mut commands = written.commands;
    commands.extend(unset(host, &functions));
    let in_initramfs = initramfs::READS
        .iter()
        .any(|directory| drafts.touches(directory));
    if in_initramfs {
        match initramfs::refresh(host)? {
            Refresh::Run(command) => commands.push(command),
            Refresh::ByHand(step) => manual.push(step),
        }
    }
    let (mut edits, assumes_absent) = drafts.finish()?;
    if edits.is_empty() && commands.is_empty() && manual.is_empty() {
        let list: Vec<String> = functions
            .iter()
            .map(|device| format!("{:#}", device.address))
            .collect();
        return Err(PlanCause::NotBound(list.join(", ")).into());
    }
    manual.extend(guests(host, &functions));
    make::readable(&recorder.unreadable_paths(), target)?;
    let choice = Choice {
        how: Binding::Release,
        method: None,
    };
    let reboot = make::reboot(make::is_binding(&edits, choice), choice, written.changed);
    let used = facts.iter().filter(|one| match &*one.fact {
        assumption::LOADER => written.changed,
        _ => in_initramfs,
    });
    manual.splice(0..0, unnamed_files::by_hand(&mut edits));
    let plan = Plan {
        schema: SCHEMA.into(),
        target,
        vm: None,
        host_state: HostState::of(host, &edits),
        binding: choice.how,
        method: None,
        assumptions: used.cloned().collect(),
        blockers: Vec::new(),
        assumed_absent: assumes_absent,
        checks: functions.iter().map(|device| check(device)).collect(),
        host_impact: also_released(host, &functions),
        devices,
        edits,
        commands,
        manual_steps: manual,
        reboot_reason: reboot,
    };
    gate::check(&plan).map_err(PlanCause::Unnamed)?;
    Ok(plan)
}

/// Removes the option that keeps the boot framebuffer off a card for guests, if no other card is for
/// guests.
fn framebuffer(host: &Host, functions: &[&Device], kernel: &mut Options) {
    let is_ours = |device: &Device| functions.iter().any(|own| own.address == device.address);
    let mut others = host.intended().filter(|device| !is_ours(device));
    if others.any(Device::is_display) || !functions.iter().any(|device| device.is_display()) {
        return;
    }
    let (name, value) = ("initcall_blacklist", "sysfb_init");
    if host.has_option_value(name, value) {
        kernel.change_by(&Change::RemoveKernelOption {
            option: format!("{name}={value}"),
        });
    }
}

/// Removes the lines that blacklist a driver of the functions, unless another function for a guest
/// has the same driver, or a package of a distribution wrote them.
fn allow_drivers(
    host: &Host,
    functions: &[&Device],
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanCause> {
    let is_ours = |device: &Device| functions.iter().any(|own| own.address == device.address);
    let others: Vec<&Device> = host.intended().filter(|device| !is_ours(device)).collect();
    let needed = host_drivers(&others);
    let drivers = host_drivers(functions);
    let mut lines: Vec<WholeLine> = Vec::new();
    for line in &host.settings.blacklists {
        let is_driver =
            |driver: &pci_core::modules::ModuleName| same_module(driver.as_str(), &line.value);
        let source = &line.evidence.source;
        let name = source.rsplit('/').next().unwrap_or_default();
        let name = name.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
        // Framebuffer drivers of old are blacklisted by Debian and Proxmox VE themselves, and
        // nouveau by the packages and the installer of NVIDIA's driver, whose files have its name
        // first: nvidia-installer-disable-nouveau.conf, nvidia-blacklists-nouveau.conf.
        let by_package = line.value.ends_with("fb")
            || name.starts_with("nvidia") && same_module(&line.value, "nouveau");
        if drivers.iter().any(is_driver) && !needed.iter().any(is_driver) && !by_package {
            lines.extend(WholeLine::of(&line.evidence));
        }
    }
    // From the last line up, so that the numbers of the others remain valid.
    lines.order_by_key(|line| std::cmp::Reverse(line.line()));
    for line in &lines {
        let why = text!(
            "\"{line}\" keeps that driver from binding to the functions",
            line = line.text().trim()
        );
        remedies::remove_line(line, &why, drafts)?;
    }
    Ok(())
}

/// Removes the functions from files that bind by address. A file that no plan wrote is a manual
/// step.
fn overrides(
    host: &Host,
    functions: &[&Device],
    drafts: &mut Drafts<'_>,
    manual: &mut Vec<ManualStep>,
) -> Result<(), PlanCause> {
    let is_ours = |address: Address| functions.iter().any(|own| own.address == address);
    for script in &host.boot.override_scripts {
        let named = script.facts.overrides.iter().map(|(address, _)| *address);
        let planned = script.planned.iter().flatten().map(|bound| bound.address);
        if !named.chain(planned).any(is_ours) {
            continue;
        }
        let rest: Option<Vec<BoundFunction>> = script.planned.as_ref().map(|planned| {
            let rest = planned.iter().filter(|bound| !is_ours(bound.address));
            rest.copied().collect()
        });
        let before = drafts.text(&script.path)?;
        let sentence =
            file_settings::of(&script.path, before.as_deref().unwrap_or_default()).into_iter();
        let own = sentence.filter(|setting| {
            let address = setting.value.split(' ').next().unwrap_or_default();
            address.parse().is_ok_and(is_ours)
        });
        let intents = own.map(|setting| Intent::changes_from(&setting.name, &setting.value));
        drafts.intend(&script.path, intents.collect::<Vec<_>>());
        let why = text!("vfio-pci no longer binds to the functions by address");
        match (rest, script.path.as_str()) {
            (Some(rest), initramfs_tools::SCRIPT) => {
                drafts
                    .set(initramfs_tools::edit(&rest, before.as_deref()).with_purpose(why.clone()));
            }
            (Some(rest), udev_rule::RULES) => {
                drafts.set(udev_rule::edit(&rest, before.as_deref()).with_purpose(why.clone()));
            }
            _ => manual.push(ManualStep {
                when: When::Now,
                step: "remove-override".into(),
                text: text!(
                    "remove the functions from {path}, or remove the file and everything \
                       that runs it; it binds them by address",
                    path = script.path
                ),
            }),
        }
    }
    Ok(())
}

/// The commands with which driverctl releases functions.
fn unset(host: &Host, functions: &[&Device]) -> Vec<Command> {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    let overridden = host.boot.driverctl.iter().map(|fact| &fact.value);
    let own = overridden.filter(|(address, driver)| {
        driver == "vfio-pci" && functions.iter().any(|one| one.address == *address)
    });
    own.map(|(address, driver)| {
        let address = address.to_string();
        Command {
            argv: words(&["driverctl", "unset-override", &address]),
            purpose: text!(
                "driverctl no longer binds the function to vfio-pci, and binds its \
                       default driver immediately"
            ),
            undo: Undo::Run {
                argv: words(&["driverctl", "set-override", &address, driver]),
            },
        }
    })
    .collect()
}

/// Guests that bind the functions when they start.
fn guests(host: &Host, functions: &[&Device]) -> Vec<ManualStep> {
    let vms = host.guests.proxmox_vms.iter();
    let vms = vms.filter(|vm| functions.iter().any(|one| vm.passes(one.address)));
    let domains = host.guests.domains.iter();
    let domains = domains.filter(|one| functions.iter().any(|own| one.passes(own.address)));
    let paths = vms.map(|vm| &vm.path).chain(domains.map(|one| &one.path));
    paths
        .map(|path| ManualStep {
            when: When::Now,
            step: "edit-guest".into(),
            text: text!(
                "remove the functions from the guest's configuration {path}, or they are \
                   unbound from their drivers when that guest starts",
                path
            ),
        })
        .collect()
}

fn check(device: &Device) -> PlanCheck {
    let requirement = Requirement::HostDriver {
        address: device.address,
    };
    PlanCheck {
        when: When::AfterReboot,
        argv: requirement.look(),
        expected: text!("ends in a host driver, not in /vfio-pci"),
        requirement: Some(requirement),
    }
}

/// Other functions with the same IDs, which are released too.
fn also_released(host: &Host, functions: &[&Device]) -> Vec<Text> {
    let mut also_released = Vec::new();
    for device in functions {
        let DuplicateIds::At(duplicates) = host.duplicates_of(device) else {
            continue;
        };
        for duplicate in duplicates {
            let stays = functions.iter().all(|one| one.address != duplicate.address);
            if stays && duplicate.driver.name() == Some("vfio-pci") {
                also_released.push(text!(
                    "vfio-pci on {address}, which has the same IDs, if it is bound by ID",
                    address = duplicate.address
                ));
            }
        }
    }
    also_released
}
