//! Making a plan, step by step.

use host_tree::{Edit, Evidence, HostTree, Recorder, UnreadablePath};
use hostconf::binding::method::{Method, Place};
use hostconf::binding::{driverctl, service};
use hvconf::unraid;
use list_order::Order as _;
use pci_core::Address;

use super::assumption::{self, Assumption};
use super::bind_choice::Choice;
use super::document::{Binding, ManualStep, Plan, PlannedDevice, SCHEMA, When};
use super::drafts::Drafts;
use super::error::PlanCause;
use super::hypervisors::{self, HostSide};
use super::initramfs::Refresh;
use super::late_binding::{self, Bound};
use super::request::Request;
use super::state::HostState;
use super::{
    binding, checks, choice, clean, gate, guards, guest, initramfs, options, remedies,
    unnamed_files, virtual_functions,
};
use crate::answer::Readiness;
use crate::doctor::{self, Question, Report};
use crate::failure::Cause as _;
use crate::host::{Device, Host};
use crate::requirement::{Requirement, State};
use crate::target::{HostSystem, Target};
use crate::text::{Text, text};

/// Plans the assignment of the functions to a guest, each with its card ([`Host::card_of`]).
///
/// The plan binds the functions to vfio-pci before host drivers claim them, sets the required
/// kernel options, removes settings that the doctor finds needless or harmful, and assigns the
/// functions to the guest. `host` must have been read from `tree`.
///
/// # Errors
///
/// If the request cannot be met, or if the input lacks facts that the plan needs; the message names
/// a command that shows them.
pub fn make(tree: &dyn HostTree, host: &Host, request: &Request) -> crate::Result<Plan> {
    refuse_mixed(host)?;
    let (target, hypervisor) = target(host, request)?;
    readable(&host.unreadable_paths, target)?;
    // What no assumption changes is refused before the host is read with assumptions.
    planned(&functions(host, &request.devices)?)?;
    let recorder = Recorder::of_unreadable(tree);
    let assumed = match HostSide::of(target) {
        // Xen's dom0 has an initramfs of Linux.
        HostSide::Foreign if target.system() != HostSystem::Xen => None,
        _ => assumption::assumed(&recorder, host),
    };
    let (host, facts) = match &assumed {
        Some((host, facts)) => (host, facts.as_slice()),
        None => (host, &[][..]),
    };
    let plan = make_for(&recorder, host, request, target, facts);
    readable(&recorder.unreadable_paths(), target)?;
    let mut plan = plan.map_err(|cause| with_blocker(host, request, target, cause))?;
    plan.assumptions.splice(0..0, hypervisor);
    Ok(plan)
}

/// The reason why a plan lacks facts, behind the blocker that they would not remove.
fn with_blocker(host: &Host, request: &Request, target: Target, cause: PlanCause) -> PlanCause {
    if !cause.is_not_shown() || HostSide::of(target) == HostSide::Foreign {
        return cause;
    }
    let question = Question {
        devices: request.devices.clone(),
        target: Some(target),
    };
    let blockers = remedies::blockers(host, &doctor::examine_each(host, &question));
    match blockers.into_iter().next() {
        Some(blocker) => PlanCause::Blocked {
            title: blocker.title,
            cause: Box::new(cause),
        },
        None => cause,
    }
}

/// Refuses an input that covers several hosts.
pub(super) fn refuse_mixed(host: &Host) -> Result<(), PlanCause> {
    if let Some([first, second]) = host.machines.contradictions.first() {
        return Err(PlanCause::SeveralMachines {
            first: place(first),
            second: place(second),
            hosts: host
                .machines
                .hosts()
                .into_iter()
                .map(str::to_owned)
                .collect(),
        });
    }
    Ok(())
}

/// Refuses a plan that may depend on an unreadable file. State of the running kernel, in sysfs and
/// procfs, is not a file of the host: it is unknown, and the plan accounts for that.
pub(super) fn readable(refusals: &[UnreadablePath], target: Target) -> Result<(), PlanCause> {
    let is_at = |path: &str, place: &str| {
        let rest = path.strip_prefix(place);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let counts = |refusal: &&UnreadablePath| {
        let of_kernel = ["/sys", "/proc", "/dev"];
        let of_others = Target::ALL.into_iter().flat_map(Target::guests);
        let mut of_others = of_others.filter(|place| !target.guests().contains(place));
        !of_kernel.iter().any(|place| is_at(&refusal.path, place))
            && !of_others.any(|place| is_at(&refusal.path, place))
    };
    match refusals.iter().find(counts) {
        Some(refusal) => Err(PlanCause::Unreadable {
            path: refusal.path.clone(),
            reason: refusal.reason.clone(),
        }),
        None => Ok(()),
    }
}

fn make_for(
    tree: &dyn HostTree,
    host: &Host,
    request: &Request,
    target: Target,
    assumed: &[Assumption],
) -> Result<Plan, PlanCause> {
    let functions = functions(host, &request.devices)?;
    let devices = planned(&functions)?;
    let side = HostSide::of(target);
    let choice = choice::choose(host, target, request, &functions)?;
    let how = choice.how;

    // The doctor's findings are about hosts with KVM.
    let question = Question {
        devices: request.devices.clone(),
        target: Some(target),
    };
    let report = (side != HostSide::Foreign).then(|| doctor::examine_each(host, &question));
    let is_ready = report.as_ref().is_some_and(are_ready);
    let is_in_effect = is_ready && binding::are_bound_by_id(host, &functions);

    let mut drafts = Drafts::new(tree);
    let bound = bind(
        host,
        target,
        choice,
        request,
        &functions,
        is_in_effect,
        &mut drafts,
    )?;
    let mut kernel = options::Options::default();
    if side != HostSide::Foreign {
        meet(host, &functions, choice, is_in_effect, &mut kernel);
    }
    match choice.method {
        Some(Method::CommandLineIds) => {
            options::one_list(host, &binding::ids(host, &functions, choice), &mut kernel);
        }
        _ if binding::releases(choice) => options::release_ids(host, &mut kernel, &functions),
        Some(_) | None => {}
    }
    // Settings that the doctor would remove are removed: after the plan it has no findings about
    // them.
    let mut blockers = Vec::new();
    let mut override_note = None;
    let mut is_initramfs_old = false;
    if let Some(report) = &report {
        // Settings for the next boot have no effect on a host that does not reboot.
        if !choice.is(Method::Runtime) {
            is_initramfs_old =
                remedies::apply(host, report, &functions, choice, &mut drafts, &mut kernel)?;
        }
        blockers = remedies::blockers(host, report);
        let of_guest = remedies::blockers_of_guest(host, target, request.vm.as_deref(), &blockers);
        blockers.extend(of_guest);
        override_note = acs_override(report);
    }
    let mut cleaned = Vec::new();
    if side == HostSide::Vfio {
        cleaned.push(clean::conflicts(host, &functions, choice, &mut drafts)?);
        if request.clean {
            cleaned.push(clean::leftovers(host, &functions, choice, &mut drafts)?);
        }
    }
    let written = options::write(host, &kernel, &mut drafts)?;
    let mut commands = written.commands;
    commands.extend(bound.commands);
    let mut by_hand = bound.manual;
    for cleaned in cleaned {
        commands.extend(cleaned.commands);
        by_hand.extend(cleaned.manual);
    }
    is_initramfs_old |= binds_from_initramfs(host, choice)
        && functions
            .iter()
            .any(|device| host.is_bound_too_late(device));
    let is_packed = |drafts: &Drafts<'_>| {
        let mut packed = initramfs::READS.iter();
        packed.any(|directory| drafts.touches(directory))
    };
    let in_initramfs = is_initramfs_old || is_packed(&drafts);
    if in_initramfs {
        match initramfs::refresh(host)? {
            Refresh::Run(command) => commands.push(command),
            Refresh::ByHand(step) => by_hand.push(step),
        }
    }
    let guest = guest::pass(host, target, request, &functions, &mut drafts)?;
    commands.extend(guest.commands);
    // That of Xen configures pciback there.
    let in_initramfs = in_initramfs || is_packed(&drafts);
    let vm = request.vm.as_deref();
    remedies::corrected(&question, target, vm, &drafts, &mut blockers);
    let by_ids = binding::others_by_id(host, &functions, choice);
    guards::add(host, &functions, &by_ids, &mut blockers);

    let is_linux = side != HostSide::Foreign;
    let unused = assumption::unused(host, &functions).filter(|_| is_linux);
    let created = virtual_functions::created(host, &functions)
        .filter(|_| is_linux || target.system() == HostSystem::Xen);
    let (mut edits, assumes_absent) = drafts.finish()?;
    let reboot = match side {
        HostSide::Foreign => hypervisors::reboot(target, &edits),
        HostSide::Vfio | HostSide::Linux => {
            let binding = is_initramfs_old || is_binding(&edits, choice);
            reboot(binding, choice, written.changed).or_else(|| hypervisors::reboot(target, &edits))
        }
    };
    let of_unnamed = unnamed_files::by_hand(&mut edits);
    let plan = Plan {
        schema: SCHEMA.into(),
        host_state: HostState::of(host, &edits),
        target,
        vm: request.vm.clone(),
        binding: how,
        method: choice.method,
        assumptions: assumed
            .iter()
            .filter(|one| match &*one.fact {
                assumption::LOADER => written.changed,
                _ => in_initramfs,
            })
            .cloned()
            .chain(unused)
            .collect(),
        blockers,
        checks: match side {
            HostSide::Foreign => guest.checks,
            HostSide::Vfio | HostSide::Linux => {
                checks::all(host, target, &functions, choice, &kernel)
                    .into_iter()
                    .chain(bound.checks)
                    .chain(guest.checks)
                    .collect()
            }
        },
        host_impact: checks::loses(host, &functions, &by_ids, &kernel),
        manual_steps: of_unnamed
            .into_iter()
            .chain(written.manual)
            .chain(override_note)
            .chain(by_hand)
            .chain(created)
            .chain(guest.manual)
            .collect(),
        devices,
        assumed_absent: assumes_absent,
        edits,
        commands,
        reboot_reason: reboot,
    };
    gate::check(&plan).map_err(PlanCause::Unnamed)?;
    Ok(plan)
}

/// The note on `pcie_acs_override=` that the plan keeps.
fn acs_override(report: &Report) -> Option<ManualStep> {
    let kept = ["acs-override-needed", "acs-override-unproven"];
    let mut findings = report.findings.iter();
    let finding = findings.find(|finding| kept.contains(&finding.code))?;
    Some(ManualStep {
        when: When::Before,
        step: "acs-override".into(),
        text: text!(
            "the plan keeps pcie_acs_override=: {why}",
            why = finding.title.clone()
        ),
    })
}

/// Whether a guest can have each card as the host is.
fn are_ready(report: &Report) -> bool {
    let mut cards = report.cards.iter();
    !report.cards.is_empty() && cards.all(|card| card.readiness == Readiness::Ready)
}

/// Adds the changes that meet the requirements of the assignment. The driver is the binding's.
/// Where the binding is in effect, an unknown requirement is no reason for a change.
fn meet(
    host: &Host,
    functions: &[&Device],
    choice: Choice,
    is_in_effect: bool,
    kernel: &mut options::Options,
) {
    // The options of the running kernel count.
    if choice.is(Method::Runtime) {
        return;
    }
    for requirement in Requirement::for_assignment(host, functions) {
        // The host boots on the card; the hook removes the framebuffer from it.
        let is_framebuffer = matches!(requirement, Requirement::NoBootFramebuffer { .. });
        if is_framebuffer && choice.is(Method::LibvirtHook) {
            continue;
        }
        if is_in_effect && requirement.evaluate(host).state == State::Unknown {
            continue;
        }
        for change in requirement.changes(host, functions) {
            kernel.change_by(&change);
        }
    }
}

/// Binds the functions to vfio-pci by the selected method.
fn bind(
    host: &Host,
    target: Target,
    choice: Choice,
    request: &Request,
    functions: &[&Device],
    is_in_effect: bool,
    drafts: &mut Drafts<'_>,
) -> Result<Bound, PlanCause> {
    let all = binding::bound(&planned(functions)?);
    let Some(method) = choice.method else {
        if choice.how == Binding::ByAddress {
            hypervisors::bind_on_unraid(functions, drafts)?;
        }
        return Ok(Bound::default());
    };
    let mut bound = Bound::default();
    match method {
        // The kernel command line alone binds then.
        Method::CommandLineIds if host.boot.etc_not_kept.is_some() => {}
        Method::ModprobeIds | Method::ModprobeIdsAlone | Method::CommandLineIds => {
            let ids = binding::ids(host, functions, choice);
            binding::by_id(host, &ids, method, drafts)?;
            if !is_in_effect {
                binding::load_first(host, functions, target, method, drafts)?;
            }
        }
        Method::Service => {
            let (all, _) = initramfs::all(service::SCRIPT, &all, drafts)?;
            bound = late_binding::by_service(&all, drafts)?;
        }
        Method::Driverctl => bound = late_binding::by_driverctl(&all, drafts)?,
        Method::Runtime => return late_binding::now(&all, drafts),
        Method::LibvirtHook => bound = late_binding::by_hook(request, drafts)?,
        Method::InitramfsToolsScript
        | Method::DracutModule
        | Method::MkinitcpioHook
        | Method::UdevRule => initramfs::take(host, method, functions, &all, drafts)?,
        // The hypervisor's part does it, or no plan does.
        _ => return Ok(bound),
    }
    if choice.how != Binding::ById {
        let why = text!("by ID, vfio-pci would also bind to each other card with the same IDs");
        binding::release_ids(host, functions, &why, drafts)?;
    }
    Ok(bound)
}

/// `FILE:LINE`.
fn place(evidence: &Evidence) -> String {
    match evidence.line {
        Some(line) => format!("{}:{line}", evidence.source),
        None => evidence.source.clone(),
    }
}

/// The hypervisor, and the assumption if none is known.
pub(super) fn target(
    host: &Host,
    request: &Request,
) -> Result<(Target, Option<Assumption>), PlanCause> {
    if let Some(platform) = &host.system.platform {
        let target = hypervisors::of_platform(platform.value, request.target)?;
        return Ok((target, None));
    }
    let found = host.system.hypervisor.as_ref().map(|target| target.value);
    if let (Some(target), Some(found)) = (request.target, &host.system.hypervisor)
        && let Some(assumption) = assumption::of_other_system(target, found)
    {
        return Ok((hypervisors::able(target)?, Some(assumption)));
    }
    match (request.target.or(found), assumption::target(host)) {
        (Some(target), _) => Ok((hypervisors::able(target)?, None)),
        (None, Some((target, assumption))) => Ok((target, Some(assumption))),
        (None, None) => Err(PlanCause::NoTarget),
    }
}

/// The functions of all requested cards, by address.
pub(crate) fn functions<'a>(
    host: &'a Host,
    devices: &[Address],
) -> Result<Vec<&'a Device>, PlanCause> {
    let mut functions: Vec<&Device> = Vec::new();
    for address in devices {
        match host.devices.get(address) {
            None => return Err(PlanCause::NotThere(*address)),
            Some(device) if device.is_bridge() => return Err(PlanCause::Bridge(*address)),
            Some(_) => functions.extend(host.card_of(*address)),
        }
    }
    functions.order_by_key(|device| device.address);
    functions.dedup_by_key(|device| device.address);
    if functions.is_empty() {
        Err(PlanCause::NoDevice)
    } else {
        Ok(functions)
    }
}

pub(super) fn planned(functions: &[&Device]) -> Result<Vec<PlannedDevice>, PlanCause> {
    functions
        .iter()
        .map(|device| {
            let id = device
                .id
                .as_ref()
                .ok_or(PlanCause::IdNotShown(device.address))?;
            Ok(PlannedDevice {
                address: device.address,
                id: id.value,
                subsystem: device.subsystem.as_ref().map(|subsystem| subsystem.value),
            })
        })
        .collect()
}

/// Whether the binding depends on files that the initramfs has. A built-in vfio-pci has its options
/// from the kernel, and a host whose `/etc` is not kept generates no initramfs.
fn binds_from_initramfs(host: &Host, choice: Choice) -> bool {
    let by_boot = |method: Method| matches!(method.place(), Place::Kernel | Place::Initramfs);
    choice.method.is_some_and(by_boot)
        && host.boot.etc_not_kept.is_none()
        && host.vfio_pci_built_in().is_none()
}

/// Whether the edits change the binding of functions at boot.
pub(super) fn is_binding(edits: &[Edit], choice: Choice) -> bool {
    let touched = |places: &[&str]| {
        edits
            .iter()
            .any(|edit| places.iter().any(|place| edit.path.starts_with(place)))
    };
    let in_root = [service::UNIT, service::SCRIPT, driverctl::DIRECTORY];
    let method = choice.method;
    touched(&initramfs::READS)
        || touched(&[unraid::PATH])
        || method.is_some_and(|method| method.place() == Place::Root) && touched(&in_root)
}

/// The reason why binding and kernel options take effect only after a reboot.
pub(super) fn reboot(binding: bool, choice: Choice, options: bool) -> Option<Text> {
    if choice.how == Binding::Release && (binding || options) {
        return Some(text!(
            "the host drivers bind to the functions at the next boot"
        ));
    }
    let why = match (binding, options) {
        (true, true) => {
            text!(
                "vfio-pci must bind before the host drivers load, and kernel options take \
                   effect at the next boot"
            )
        }
        (true, false) => text!("vfio-pci must bind before the host drivers load"),
        (false, true) => text!("kernel options take effect at the next boot"),
        (false, false) => return None,
    };
    Some(why)
}
