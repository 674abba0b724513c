//! Ways of binding that cannot have the function before its driver.

use host_tree::Evidence;
use hostconf::binding::evaluate::evaluate;
use hostconf::binding::kernel_facts::Presence;
use hostconf::binding::method::Method;
use hostconf::binding::{driverctl, service};

use crate::doctor::isolation::groups::addresses;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::drivers::guest_drivers::is_vfio_driver;
use crate::host::{Device, host_drivers};
use crate::remedy::Remedy;
use crate::text::{Text, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "vfio-pci-missing",
        meaning: "The kernel has no vfio-pci driver, neither built in nor as a module, so no \
                  function can be bound to vfio-pci. Kernels of distributions have it; on some it \
                  is in a separate package.",
        source: "Linux Documentation/kbuild/kbuild.rst, modules.builtin; modules.dep(5)",
        causes: &["host-driver-bound"],
        check: missing,
    },
    Rule {
        code: "host-driver-built-in",
        meaning: "The function's driver is built into the kernel and claims the function before \
                  the initramfs or any file is read, so no setting can bind vfio-pci first. \
                  libvirt (with managed='yes') and Proxmox VE unbind the driver when the guest \
                  starts. That works for drivers of USB or NVMe controllers; a display driver \
                  often cannot be unbound.",
        source: "Linux Documentation/kbuild/kbuild.rst, modules.builtin; \
                 hostconf/data/binding-methods.tsv",
        causes: &["vfio-pci-late", "host-driver-bound"],
        check: built_in,
    },
    Rule {
        code: "binding-too-late",
        meaning: "The configured method binds the function after its driver has claimed it: \
                  driverctl's unit runs after udev has loaded drivers, and a unit of the root \
                  file system after those of the initramfs. By then a display driver often cannot \
                  be unbound.",
        source: "driverctl(8), 05-driverctl.rules; systemd-udev-trigger.service(8); \
                 hostconf/data/binding-methods.tsv",
        causes: &["vfio-pci-late", "host-driver-bound"],
        check: too_late,
    },
];

fn missing(context: &Context<'_>) -> Vec<Diagnostic> {
    let found = context.host.system.kernel.module("vfio-pci");
    let Some(found) = found.filter(|found| found.value == Presence::Missing) else {
        return Vec::new();
    };
    let functions: Vec<_> = context.functions().map(|device| device.address).collect();
    if functions.is_empty() {
        return Vec::new();
    }
    let title = text!("this kernel has no vfio-pci driver, which device assignment requires");
    let remedy = Remedy::Manual {
        step: "other-kernel",
        text: text!("install a kernel with vfio-pci, or the package with its additional modules"),
    };
    vec![
        Diagnostic::new(Verdict::Blocker, title)
            .of(functions)
            .evidence([found.evidence.clone()])
            .remedy(remedy),
    ]
}

fn built_in(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for device in context.functions() {
        if device.driver.is_bound_to(is_vfio_driver) {
            continue;
        }
        let Some((driver, found)) = context.host.built_in_driver(device) else {
            continue;
        };
        let title = text!(
            "{driver}, the driver of {address}, is built into this kernel: no other driver can \
             claim the function first",
            driver,
            address = device.address
        );
        let (verdict, text) = if device.is_display() {
            (
                Verdict::Blocker,
                text!("boot a kernel that has {driver} as a module", driver),
            )
        } else {
            let text = text!(
                "let the hypervisor unbind the host driver when the guest starts: libvirt with \
                 managed='yes', Proxmox VE always"
            );
            (Verdict::Fix, text)
        };
        reported.push(
            Diagnostic::new(verdict, title)
                .of([device.address])
                .evidence([found.evidence.clone(), device.shown.clone()])
                .remedy(Remedy::Manual {
                    step: "built-in-driver",
                    text,
                }),
        );
    }
    reported
}

/// The ways by which the host binds a function late, each with the line that shows it.
fn late_ways(context: &Context<'_>, device: &Device) -> Vec<(Method, Evidence)> {
    let host = context.host;
    let mut ways = Vec::new();
    // The driver of a NIC or a controller can be unbound.
    for stated in host.boot.driverctl.iter().filter(|_| device.is_display()) {
        if stated.value == (device.address, "vfio-pci".to_owned()) {
            ways.push((Method::Driverctl, stated.evidence.clone()));
        }
    }
    let scripts = host.boot.override_scripts.iter();
    for script in scripts.filter(|script| script.path == service::SCRIPT) {
        let overrides = script.facts.overrides.iter();
        let mut of_it = overrides.filter(|(address, _)| *address == device.address);
        // Only a listing shows the content of the image.
        let drivers = host_drivers(&[device]);
        let has = |driver| host.boot.initramfs_conf.is_without(driver) == Some(false);
        if let (Some((_, line)), true) = (of_it.next(), drivers.iter().any(has)) {
            let evidence = Evidence::at(&*script.path, &script.text, *line);
            ways.push((Method::Service, evidence));
        }
    }
    ways
}

fn too_late(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let going: Vec<&Device> = context.functions().collect();
    let mut reported = Vec::new();
    for device in &going {
        if host.is_taken_by_id(device) {
            continue;
        }
        for (method, evidence) in late_ways(context, device) {
            let (outcome, why) = evaluate(method, &host.binding_context(device, &going));
            if outcome.is_offered() {
                continue;
            }
            let list = addresses([device.address]);
            let by = match method {
                Method::Driverctl => driverctl::DIRECTORY,
                _ => service::UNIT,
            };
            let title = text!(
                "{by} binds {list} to vfio-pci too late: {why}",
                by,
                list,
                why = Text::of_table(why)
            );
            let remedy = Remedy::Manual {
                step: "bind-earlier",
                text: text!(
                    "remove {source}; `passthru plan {list}` binds in time",
                    source = evidence.source,
                    list
                ),
            };
            reported.push(
                Diagnostic::new(Verdict::Fix, title)
                    .of([device.address])
                    .evidence([evidence])
                    .remedy(remedy),
            );
        }
    }
    reported
}
