//! Choice of a plan's binding method: the requested one, or the best by the host's facts.
//! [`hostconf::binding::evaluate`] rates both.

use hostconf::binding::evaluate::{BindingContext, DriverIn, evaluate};
use hostconf::binding::initramfs::Initramfs;
use hostconf::binding::method::{Method, Place};

use super::bind_choice::Choice;
use super::document::Binding;
use super::error::PlanCause;
use super::hypervisors::{self, HostSide};
use super::request::Request;
use super::{binding, initramfs, options};
use crate::host::{Device, Host};
use crate::target::{HostSystem, Target};
use crate::text::{Text, text};

/// Unraid's file, which binds by address.
const BY_UNRAID: Choice = Choice {
    how: Binding::ByAddress,
    method: None,
};

pub(super) fn choose(
    host: &Host,
    target: Target,
    request: &Request,
    functions: &[&Device],
) -> Result<Choice, PlanCause> {
    let by_hypervisor = Choice {
        how: Binding::ByHypervisor,
        method: None,
    };
    match (HostSide::of(target), request.bind) {
        // Its guests are domains of libvirt, and its start script binds for them.
        (HostSide::Vfio, None) if host.system.reads_vfio_pci_cfg().is_some() => Ok(BY_UNRAID),
        (HostSide::Linux, None) if hypervisors::of_target(target).has_address_file() => {
            Ok(BY_UNRAID)
        }
        (HostSide::Vfio, None) => by_facts(host, functions),
        (HostSide::Vfio, Some(method)) => asked(host, target, method, request, functions),
        (HostSide::Linux | HostSide::Foreign, None) => Ok(by_hypervisor),
        (HostSide::Foreign, Some(Method::Pciback)) if target.system() == HostSystem::Xen => {
            Ok(Choice {
                method: Some(Method::Pciback),
                ..by_hypervisor
            })
        }
        (HostSide::Linux | HostSide::Foreign, Some(method)) => Err(cannot(
            method,
            text!(
                "{target} binds the functions itself",
                target = target.name()
            ),
        )),
    }
}

fn cannot(method: Method, because: Text) -> PlanCause {
    PlanCause::CannotBind { method, because }
}

fn by_facts(host: &Host, functions: &[&Device]) -> Result<Choice, PlanCause> {
    let how = binding::choose(host, functions);
    let method = match (how, &host.boot.etc_not_kept) {
        (Binding::ById, _) if options::hold_ids(host) => Method::CommandLineIds,
        (Binding::ByAddress, Some(shown)) => {
            return Err(PlanCause::NoPlaceForScript(shown.source.clone()));
        }
        (Binding::ByAddress, None) => by_address(host, functions)?,
        (Binding::ById | Binding::ByHypervisor | Binding::Release, _) => Method::ModprobeIds,
    };
    Ok(Choice {
        how,
        method: Some(method),
    })
}

/// The first way of the program that makes the images which is in time.
fn by_address(host: &Host, functions: &[&Device]) -> Result<Method, PlanCause> {
    let found = host.system.initramfs.as_ref();
    let program = found.ok_or_else(|| initramfs::without_program(host))?.value;
    // The driver of the physical function creates the virtual ones after the image's scripts ran.
    let is_virtual = |device: &&Device| host.is_virtual_function(device);
    let ways: &[Method] = match program {
        _ if functions.iter().any(is_virtual) => &[Method::UdevRule],
        Initramfs::InitramfsTools => &[Method::InitramfsToolsScript],
        Initramfs::Dracut => &[Method::DracutModule, Method::UdevRule],
        Initramfs::Mkinitcpio => &[Method::MkinitcpioHook],
        Initramfs::Booster => &[Method::UdevRule],
    };
    let in_time = |method: &&Method| {
        functions.iter().all(|device| {
            let host = circumstances(host, device, functions);
            evaluate(**method, &host).0.is_offered()
        })
    };
    // If none is, the doctor reports the reason.
    let first = ways.first().copied().unwrap_or(Method::UdevRule);
    Ok(ways.iter().find(in_time).copied().unwrap_or(first))
}

/// The facts after the plan: it excludes the card's drivers from booster's images.
fn circumstances(host: &Host, device: &Device, functions: &[&Device]) -> BindingContext {
    let found = host.binding_context(device, functions);
    let driver_in_initramfs = match found.initramfs {
        Some(Initramfs::Booster) => DriverIn::Root,
        _ => found.driver_in_initramfs,
    };
    BindingContext {
        driver_in_initramfs,
        ..found
    }
}

fn asked(
    host: &Host,
    target: Target,
    method: Method,
    request: &Request,
    functions: &[&Device],
) -> Result<Choice, PlanCause> {
    if let Some(because) = never(method) {
        return Err(cannot(method, because));
    }
    match method {
        Method::Runtime => may_run_now(host, functions)?,
        Method::LibvirtHook => may_hook(target, request, functions)?,
        _ => in_time(host, method, functions)?,
    }
    let how = match method {
        Method::LibvirtHook => Binding::ByHypervisor,
        Method::ModprobeIds | Method::ModprobeIdsAlone | Method::CommandLineIds => Binding::ById,
        _ => Binding::ByAddress,
    };
    Ok(Choice {
        how,
        method: Some(method),
    })
}

/// The reason why plans never use this method.
fn never(method: Method) -> Option<Text> {
    Some(match method {
        Method::NewId => {
            text!(
                "vfio-pci then binds to every function with these IDs, including later \
                   ones; --bind runtime binds by address"
            )
        }
        Method::SoftdepPattern => {
            text!("--bind modprobe-ids does the same, with each driver of the card by name")
        }
        Method::PciStub => {
            text!(
                "pci-stub only reserves the functions until another driver binds; --bind \
                   command-line-ids binds them to vfio-pci"
            )
        }
        Method::Pciback => text!("pciback is a driver of Xen's dom0: --for xen"),
        Method::InstallScript => {
            text!(
                "the image must contain the script and modprobe.d must run it; --bind \
                   initramfs-tools-script, dracut-module and mkinitcpio-hook run a script \
                   without that"
            )
        }
        Method::Blacklist => {
            text!(
                "the functions have no driver then, and neither do other cards of the same \
                   driver; --bind modprobe-ids binds these to vfio-pci"
            )
        }
        _ => return None,
    })
}

/// Refuses a method that binds later than the functions' drivers.
fn in_time(host: &Host, method: Method, functions: &[&Device]) -> Result<(), PlanCause> {
    if let (Some(shown), false) = (&host.boot.etc_not_kept, method == Method::CommandLineIds) {
        let because = text!(
            "this host does not keep changes of /etc ({source})",
            source = shown.source
        );
        return Err(cannot(method, because));
    }
    let by_modprobe = matches!(method, Method::ModprobeIds | Method::ModprobeIdsAlone);
    let last = host.boot.vfio_ids.last().filter(|_| by_modprobe);
    if let Some(list) = last.filter(|list| list.value.on_command_line) {
        let because = text!(
            "{source} has vfio-pci.ids=, which takes precedence over modprobe.d; --bind \
               command-line-ids adds to it",
            source = list.evidence.source
        );
        return Err(cannot(method, because));
    }
    // The generator of the image decides; an unknown one is reported where it matters.
    if method.place() == Place::Initramfs && host.system.initramfs.is_none() {
        return Err(initramfs::without_program(host));
    }
    let runs_once = matches!(
        method,
        Method::InitramfsToolsScript
            | Method::DracutModule
            | Method::MkinitcpioHook
            | Method::Service
    );
    let mut functions_of_scripts = functions.iter().filter(|_| runs_once);
    if let Some(device) = functions_of_scripts.find(|device| host.is_virtual_function(device)) {
        let because = text!(
            "the script runs before {address} exists: the driver of the physical function creates \
             the virtual ones; --bind udev-rule binds them",
            address = device.address
        );
        return Err(cannot(method, because));
    }
    for device in functions {
        let facts = circumstances(host, device, functions);
        let (outcome, why) = evaluate(method, &facts);
        if outcome.is_offered() {
            continue;
        }
        let (address, why) = (device.address, Text::of_english(why.to_string()));
        let listed = host.boot.initramfs_conf.listed.is_some();
        let because = if method.place() == Place::Root
            && facts.driver_in_initramfs == DriverIn::Initramfs
            && !listed
        {
            let list = facts.initramfs.map_or("lsinitramfs", |program| {
                program.list().first().copied().unwrap_or("lsinitramfs")
            });
            text!(
                "{address} is bound too late or not at all: {why}, as far as the input shows; {list} \
                 lists the image's files, and --from reads that list",
                address,
                why,
                list
            )
        } else {
            text!(
                "{address} is bound too late or not at all: {why}",
                address,
                why
            )
        };
        return Err(cannot(method, because));
    }
    Ok(())
}

fn may_run_now(host: &Host, functions: &[&Device]) -> Result<(), PlanCause> {
    let addresses: Vec<_> = functions.iter().map(|device| device.address).collect();
    let reasons = host.keeps_from_now(&addresses).into_iter();
    match reasons.reduce(|all, reason| all.then(&reason)) {
        None => Ok(()),
        Some(reasons) => Err(cannot(Method::Runtime, reasons)),
    }
}

fn may_hook(target: Target, request: &Request, functions: &[&Device]) -> Result<(), PlanCause> {
    let refused = |because: Text| Err(cannot(Method::LibvirtHook, because));
    if !hypervisors::of_target(target).has_guest_hooks {
        return refused(text!("the hook is libvirt's: --for libvirt"));
    }
    if request.vm.is_none() {
        return refused(text!("the hook is for one guest: name it with --vm"));
    }
    if !functions.iter().any(|device| device.is_display()) {
        return refused(text!(
            "none of the functions is a display controller: libvirt binds other \
                   functions without a hook"
        ));
    }
    Ok(())
}
