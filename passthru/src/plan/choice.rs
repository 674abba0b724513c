//! Which way of binding a plan takes: the one that was asked for, or the one that the
//! host's facts choose. Both are judged by [`hostconf::binding::evaluate`].

use hostconf::binding::evaluate::{BindingContext, DriverIn, evaluate};
use hostconf::binding::initramfs::Initramfs;
use hostconf::binding::method::{Method, Place};

use super::bind_choice::Choice;
use super::document::Binding;
use super::error::PlanError;
use super::hypervisors::{self, HostSide};
use super::request::Request;
use super::{binding, options};
use crate::host::{Device, Host};
use crate::target::{System, Target};

/// Unraid's own file, which goes by address.
const BY_UNRAID: Choice = Choice {
    how: Binding::ByAddress,
    method: None,
};

pub(super) fn choose(
    host: &Host,
    target: Target,
    request: &Request,
    functions: &[&Device],
) -> Result<Choice, PlanError> {
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
        (HostSide::Foreign, Some(Method::Pciback)) if target.system() == System::Xen => {
            Ok(Choice {
                method: Some(Method::Pciback),
                ..by_hypervisor
            })
        }
        (HostSide::Linux | HostSide::Foreign, Some(method)) => Err(cannot(
            method,
            format!("{} takes the functions by means of its own", target.name()),
        )),
    }
}

fn cannot(method: Method, because: impl Into<String>) -> PlanError {
    PlanError::CannotBind {
        method,
        because: because.into(),
    }
}

fn by_facts(host: &Host, functions: &[&Device]) -> Result<Choice, PlanError> {
    let how = binding::choose(host, functions);
    let method = match (how, &host.etc_not_kept) {
        (Binding::ById, _) if options::hold_ids(host) => Method::CommandLineIds,
        (Binding::ByAddress, Some(shown)) => {
            return Err(PlanError::NoPlaceForScript(shown.source.clone()));
        }
        (Binding::ByAddress, None) => by_address(host, functions)?,
        (Binding::ById | Binding::ByHypervisor | Binding::ByHost, _) => Method::ModprobeIds,
    };
    Ok(Choice {
        how,
        method: Some(method),
    })
}

/// The first way of the program that makes the images which is in time.
fn by_address(host: &Host, functions: &[&Device]) -> Result<Method, PlanError> {
    let found = host.system.initramfs.as_ref();
    let program = found.ok_or(PlanError::InitramfsNotShown)?.value;
    let ways: &[Method] = match program {
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
    // Where none is, the doctor says why, and what stands in the way.
    let first = ways.first().copied().unwrap_or(Method::UdevRule);
    Ok(ways.iter().find(in_time).copied().unwrap_or(first))
}

/// The circumstances as the plan leaves them: it keeps the card's drivers out of
/// booster's images.
fn circumstances(host: &Host, device: &Device, functions: &[&Device]) -> BindingContext {
    let found = host.circumstances(device, functions);
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
) -> Result<Choice, PlanError> {
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

/// Why no plan binds in this way, whatever the host.
const fn never(method: Method) -> Option<&'static str> {
    Some(match method {
        Method::NewId => {
            "vfio-pci then takes every function with these ids, also later ones; --bind runtime \
             goes by address"
        }
        Method::SoftdepPattern => {
            "--bind modprobe-ids does the same, with each of the card's drivers by its name"
        }
        Method::PciStub => {
            "pci-stub only keeps the functions until something else takes them; --bind \
             command-line-ids gives them to vfio-pci"
        }
        Method::Pciback => "pciback is a driver of Xen's dom0: --for xen",
        Method::InstallScript => {
            "the image has to hold the script and modprobe.d has to call it; --bind \
             initramfs-tools-script, dracut-module and mkinitcpio-hook run one without that"
        }
        Method::Blacklist => {
            "without a driver the functions are nobody's, and all other cards of the driver lose \
             it too; --bind modprobe-ids gives these to vfio-pci"
        }
        _ => return None,
    })
}

/// Refuses a way that does not have the functions before their drivers.
fn in_time(host: &Host, method: Method, functions: &[&Device]) -> Result<(), PlanError> {
    if let (Some(shown), false) = (&host.etc_not_kept, method == Method::CommandLineIds) {
        let because = format!("this host keeps no changes of /etc ({})", shown.source);
        return Err(cannot(method, because));
    }
    let by_modprobe = matches!(method, Method::ModprobeIds | Method::ModprobeIdsAlone);
    let last = host.vfio_ids.last().filter(|_| by_modprobe);
    if let Some(list) = last.filter(|list| list.value.on_command_line) {
        let because = format!(
            "{} has vfio-pci.ids=, which counts instead of what modprobe.d says; --bind \
             command-line-ids adds to it",
            list.evidence.source
        );
        return Err(cannot(method, because));
    }
    // Which program makes the image decides; an unknown one is told of where it is needed.
    if method.place() == Place::Initramfs && host.system.initramfs.is_none() {
        return Err(PlanError::InitramfsNotShown);
    }
    for device in functions {
        let facts = circumstances(host, device, functions);
        let (outcome, why) = evaluate(method, &facts);
        if outcome.is_offered() {
            continue;
        }
        let mut because = format!("of {:#} it is too late, or no way: {why}", device.address);
        let listed = host.initramfs_conf.listed.is_some();
        if method.place() == Place::Root
            && facts.driver_in_initramfs == DriverIn::Initramfs
            && !listed
        {
            let list = facts.initramfs.map_or("lsinitramfs", |program| {
                program.list().first().copied().unwrap_or("lsinitramfs")
            });
            because.push_str(&format!(
                ", as far as the input shows; {list} shows what the image holds, and --from takes it"
            ));
        }
        return Err(cannot(method, because));
    }
    Ok(())
}

fn may_run_now(host: &Host, functions: &[&Device]) -> Result<(), PlanError> {
    let addresses: Vec<_> = functions.iter().map(|device| device.address).collect();
    let reasons = host.keeps_from_now(&addresses);
    if reasons.is_empty() {
        Ok(())
    } else {
        Err(cannot(Method::Runtime, reasons.join("; ")))
    }
}

fn may_hook(target: Target, request: &Request, functions: &[&Device]) -> Result<(), PlanError> {
    let refused = |because: &str| Err(cannot(Method::LibvirtHook, because));
    if !hypervisors::of_target(target).has_guest_hooks {
        return refused("the hook is one of libvirt: --for libvirt");
    }
    if request.vm.is_none() {
        return refused("the hook is for one guest: name it with --vm");
    }
    if !functions.iter().any(|device| device.is_display()) {
        return refused(
            "none of the functions is a display controller: libvirt takes others from their \
             drivers without a hook",
        );
    }
    Ok(())
}
