//! Binding that is not the initramfs's: from the root, while the host runs, and for one
//! guest of libvirt.

use hostconf::binding::by_address::BoundFunction;
use hostconf::binding::libvirt_hook::GuestName;
use hostconf::binding::{driverctl, libvirt_hook, runtime, service};

use super::document::{Command, ManualStep, PlanCheck, Undo, When};
use super::drafts::Drafts;
use super::error::PlanCause;
use super::request::Request;
use crate::file_settings::Intent;
use crate::target::Target;
use crate::text::text;

/// The steps of binding other than edits.
#[derive(Debug, Default)]
pub(super) struct Bound {
    pub(super) commands: Vec<Command>,
    pub(super) manual: Vec<ManualStep>,
    pub(super) checks: Vec<PlanCheck>,
}

fn words(argv: &[&str]) -> Vec<String> {
    argv.iter().map(|word| (*word).to_owned()).collect()
}

/// A unit of systemd that binds before udev loads drivers from the root.
pub(super) fn by_service(
    functions: &[BoundFunction],
    drafts: &mut Drafts<'_>,
) -> Result<Bound, PlanCause> {
    let unit = drafts.text(service::UNIT)?;
    let script = drafts.text(service::SCRIPT)?;
    let is_new = unit.is_none();
    let [unit, script] = service::edits(functions, [unit.as_deref(), script.as_deref()]);
    drafts.set(script.with_purpose(text!(
        "binds the functions to vfio-pci by address, only if their IDs are found there"
    )));
    drafts.set(unit.with_purpose(text!(
        "runs the script before udev loads drivers from the root \
                                   file system"
    )));
    let mut bound = Bound::default();
    if is_new {
        bound.commands.push(Command {
            argv: words(&service::ENABLE),
            purpose: text!("the unit starts at each boot"),
            undo: Undo::Run {
                argv: words(&service::DISABLE),
            },
        });
    }
    Ok(bound)
}

/// driverctl's files.
pub(super) fn by_driverctl(
    functions: &[BoundFunction],
    drafts: &mut Drafts<'_>,
) -> Result<Bound, PlanCause> {
    for function in functions {
        let path = driverctl::path(function.address);
        drafts.intend(&path, [Intent::changes("driver")]);
        let before = drafts.text(&path)?;
        let edit = driverctl::edit(function.address, before.as_deref());
        drafts.set(edit.with_purpose(text!(
            "driverctl's unit binds the function to vfio-pci at \
                                       each boot"
        )));
    }
    let check = PlanCheck {
        when: When::Before,
        argv: words(&["driverctl", "list-overrides"]),
        expected: text!("runs: driverctl is installed, whose udev rule reads these files"),
        requirement: None,
    };
    Ok(Bound {
        checks: vec![check],
        ..Bound::default()
    })
}

/// Scripts that bind now, and release.
pub(super) fn now(
    functions: &[BoundFunction],
    drafts: &mut Drafts<'_>,
) -> Result<Bound, PlanCause> {
    let [bind, release] = runtime::paths(functions);
    let before = [drafts.text(&bind)?, drafts.text(&release)?];
    let before = before.each_ref().map(Option::as_deref);
    let [first, second] = runtime::edits(functions, before);
    drafts.set(first.with_purpose(text!(
        "binds the functions to vfio-pci now, until the next boot, unless they are in use"
    )));
    drafts.set(second.with_purpose(text!("binds the functions to their previous drivers")));
    let command = Command {
        argv: vec![bind],
        purpose: text!(
            "binds without a reboot; if a function is in use, it reports the user and \
                    changes nothing"
        ),
        undo: Undo::Run {
            argv: vec![release],
        },
    };
    Ok(Bound {
        commands: vec![command],
        ..Bound::default()
    })
}

/// The hook that frees the display for one guest of libvirt.
pub(super) fn by_hook(request: &Request, drafts: &mut Drafts<'_>) -> Result<Bound, PlanCause> {
    let vm = request.vm.clone().unwrap_or_default();
    let guest: GuestName = vm.parse().map_err(|_| PlanCause::BadGuest {
        vm,
        target: Target::Libvirt,
        expected: text!(
            "a name of letters, digits, '.', '_', '+' and '-', which the hook's name includes"
        ),
    })?;
    let before = drafts.text(&libvirt_hook::path(&guest))?;
    let is_new = before.is_none();
    drafts.set(libvirt_hook::edit(&guest, before.as_deref()).with_purpose(text!(
        "stops the display manager and unbinds consoles and framebuffer from the card before the \
         guest starts, and restores them after the guest stops"
    )));
    let mut bound = Bound::default();
    if is_new {
        bound.checks.push(PlanCheck {
            when: When::Before,
            argv: words(&["virsh", "version", "--daemon"]),
            expected: text!("6.5.0 or newer: older releases do not read /etc/libvirt/hooks/qemu.d"),
            requirement: None,
        });
        bound.manual.push(ManualStep {
            when: When::Now,
            step: "restart-libvirt".into(),
            text: text!(
                "if libvirt had no hook yet, restart its daemon, which reads hooks \
                         when it starts: systemctl try-restart virtqemud.service, or \
                         libvirtd.service; guests keep running"
            ),
        });
    }
    Ok(bound)
}
