//! Drivers of the card's functions.

use host_tree::Evidence;
use pci_core::Address;

use crate::doctor::guest::guest_right::{is_bound_at_start, managed_by};
use crate::doctor::hardware::virtual_functions::physical_functions_on_vfio;
use crate::doctor::isolation::groups::addresses;
use crate::doctor::rule::{Context, Diagnostic, Rule, card_word};
use crate::host::drivers::guest_drivers::{is_for_guests, is_vfio_driver};
use crate::host::{Device, Driver, Fact, Host, LogMessage, Symptom, addresses_in, named_by_guests};
use crate::remedy::Remedy;
use crate::text::{listed, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "host-driver-bound",
        meaning: "A function that is to be assigned is bound to a host driver. Some hypervisors \
                  unbind the driver when the guest starts, which fails while the driver is in \
                  use. A plan binds the function to vfio-pci before the host driver loads.",
        source: "Linux Documentation/driver-api/vfio.rst",
        causes: &["group-not-viable"],
        check: held,
    },
    Rule {
        code: "device-of-host",
        meaning: "The text is about a device that the host itself uses by its driver, and no line is \
                  of a guest or an assignment. Such a device keeps its driver. A device that is to \
                  be assigned is named in the question.",
        source: "the input itself",
        causes: &[],
        check: of_host,
    },
    Rule {
        code: "display-released-by-hook",
        meaning: "The host uses the card until its guest starts: a libvirt hook then stops the \
                  display manager and unbinds the console from the card, and restores both when \
                  the guest has stopped.",
        source: "libvirt, Hooks for specific system management; hostconf::binding::libvirt_hook",
        causes: &[],
        check: freed,
    },
    Rule {
        code: "driver-not-shown",
        meaning: "The driver of the function is not in the input.",
        source: "lspci(8), option -k",
        causes: &[],
        check: not_shown,
    },
    Rule {
        code: "bound-to-vfio",
        meaning: "The function is bound to vfio-pci: it is ready for a guest.",
        source: "Linux Documentation/driver-api/vfio.rst",
        causes: &[],
        check: bound,
    },
    Rule {
        code: "driver-not-bound",
        meaning: "The function is bound to no driver: VFIO treats it as unused, and vfio-pci can \
                  bind to it at any time.",
        source: "Linux Documentation/driver-api/vfio.rst",
        causes: &[],
        check: unbound,
    },
];

/// Whether a host driver is bound to another function of the card: the part without a driver is not
/// what matters then.
fn has_host_driver_beside(context: &Context<'_>, device: &Device) -> bool {
    let mut others = context.functions();
    others.any(|other| {
        other.address.slot() == device.address.slot()
            && other.driver.name().is_some_and(|name| !is_for_guests(name))
    })
}

fn unbound(context: &Context<'_>) -> Vec<Diagnostic> {
    let free: Vec<(&Device, &Evidence)> = context
        .functions()
        .filter_map(|device| match &device.driver {
            Driver::Unbound(line) => Some((device, line)),
            _ => None,
        })
        .filter(|(device, _)| !has_host_driver_beside(context, device))
        .collect();
    if free.is_empty() {
        return Vec::new();
    }
    let list = addresses(free.iter().map(|(device, _)| device.address));
    vec![
        Diagnostic::new(
            Verdict::Ok,
            text!("no host driver is bound to {list}", list),
        )
        .of(free.iter().map(|(device, _)| device.address))
        .evidence(free.iter().map(|(_, line)| (*line).clone())),
    ]
}

fn of_host(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let is_own = context.cards.is_empty() && host.uses_device_itself() && !host.devices.is_empty();
    let shown = host.words.statements.host_use.as_ref().filter(|_| is_own);
    let reported = shown.map(|line| {
        let title = text!("the host uses its devices itself: no line is of an assignment");
        Diagnostic::new(Verdict::Ok, title).evidence([line.clone()])
    });
    reported.into_iter().collect()
}

fn held(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for card in &context.cards {
        let held: Vec<(&Device, &Fact<String>)> = card
            .iter()
            .filter_map(|device| match &device.driver {
                Driver::Bound(driver) if !is_for_guests(&driver.value) => Some((*device, driver)),
                _ => None,
            })
            // A port keeps its driver: VFIO ignores it.
            .filter(|(device, _)| !device.is_bridge() && device.driver.name() != Some("pcieport"))
            .filter(|(device, _)| !is_vgpu(context, device) && !is_shared(context, device))
            .filter(|(device, _)| !provides_virtual_functions(context, device))
            .filter(|(_, driver)| !is_of_container(context, &driver.value))
            .filter(|(device, driver)| !is_given_back(context, device, driver))
            .filter(|(device, _)| !is_left_to_hypervisor(context, card, device))
            .filter(|(device, _)| !is_port_beside_assigned(context, device))
            .filter(|(_, driver)| !OF_USER_SPACE.contains(&driver.value.as_str()))
            .collect();
        if held.is_empty() || freed_by(context, card).is_some() {
            continue;
        }
        let list = listed(held.iter().map(|(device, driver)| {
            text!(
                "{address} ({driver})",
                address = device.address,
                driver = driver.value
            )
        }));
        // A hook takes the card from them at the guest's start, and returns it at the stop: that is meant.
        let words = &context.host.words;
        let mut symptoms = words.symptoms.iter();
        let is_returned = words.statements.after_guest.is_some()
            || symptoms.any(|found| found.value == Symptom::HostDisplayNotBack);
        let is_meant = words.statements.bound_by_hook.is_some()
            || is_returned
                && card
                    .iter()
                    .any(|device| device.is_display() || device.is_only_named);
        let verdict = if is_meant {
            Verdict::Harmless
        } else {
            Verdict::Fix
        };
        let title = text!("host drivers are bound to the card: {list}", list);
        let found = Diagnostic::new(verdict, title)
            .of(held.iter().map(|(device, _)| device.address))
            .evidence(held.iter().map(|(_, driver)| driver.evidence.clone()));
        reported.push(if is_meant {
            found
        } else {
            found.remedy(Remedy::Plan {
                arguments: vec![card_word(context.host, card)],
            })
        });
    }
    reported
}

/// Drivers for programs such as DPDK's (DPDK, Linux Drivers).
const OF_USER_SPACE: [&str; 3] = ["igb_uio", "uio_pci_generic", "uio_hv_generic"];

/// Whether libvirt or Proxmox VE binds the function when the guest starts, and no display driver has
/// the card, which often cannot be unbound.
fn is_left_to_hypervisor(context: &Context<'_>, card: &[&Device], device: &Device) -> bool {
    let mut managed = context.host.guests.domains.iter().flat_map(managed_by);
    let mut vms = context.host.guests.proxmox_vms.iter();
    !card.iter().any(|one| one.is_display())
        && (managed.any(|(function, _)| function == device.address)
            || vms.any(|vm| is_bound_at_start(vm, device)))
}

/// Whether the kernel's log alone names the driver, in a line after VFIO had the function: libvirt gives a
/// function back to its host driver when the guest's start fails.
fn is_given_back(context: &Context<'_>, device: &Device, driver: &Fact<String>) -> bool {
    let host = context.host;
    let line = &driver.evidence;
    let is_above = |earlier: &Evidence| {
        let times = (time(&earlier.text), time(&line.text));
        let is_of_boot = times.0.zip(times.1).is_none_or(|(one, other)| one <= other);
        earlier.source == line.source && earlier.line < line.line && is_of_boot
    };
    let is_of_vfio = |one: &LogMessage| {
        let is_of_function = match one.device {
            Some(of) => of == device.address,
            None => context.cards.len() == 1,
        };
        let source = one.message.source();
        let is_of_kernel = source.starts_with("linux drivers/vfio/");
        is_of_kernel && is_of_function && !one.is_over && is_above(&one.evidence)
    };
    let is_of_log = line
        .text
        .contains(&format!("{} {}: ", driver.value, device.address));
    let mut logged = host.log_messages.iter();
    is_of_log && (host.is_logged_viable(device.address.slot()) || logged.any(is_of_vfio))
}

/// The time of a line of the kernel's log, in microseconds since the boot: `[  379.764947] …`.
fn time(line: &str) -> Option<u64> {
    let (_, rest) = line.split_once('[')?;
    let (time, _) = rest.split_once(']')?;
    let (seconds, fraction) = time.trim().split_once('.')?;
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_time = is_number(seconds) && fraction.len() == 6 && is_number(fraction);
    let digits = is_time.then(|| format!("{seconds}{fraction}"))?;
    digits.parse().ok()
}

/// Whether the function is a network port that was not asked for, and a guest has another port of the
/// slot, or shall have one that the text does not name by its address.
fn is_port_beside_assigned(context: &Context<'_>, device: &Device) -> bool {
    let host = context.host;
    let is_network = device.class.as_ref().map(|class| class.value.base) == Some(0x02);
    let named = named_by_guests(&host.guests.proxmox_vms, &host.guests.domains);
    let mut of_slot = named
        .iter()
        .filter(|one| one.address.slot() == device.address.slot())
        .peekable();
    let is_assigned_beside = of_slot.peek().is_some()
        && of_slot.all(|one| !one.is_complete_slot && one.address != device.address);
    let is_left = is_assigned_beside && !context.is_asked(device.address);
    is_network && (is_left || context.asked.is_empty() && wants_one_port(host))
}

/// Whether the text asks about single ports of a network card.
fn wants_one_port(host: &Host) -> bool {
    let mut facts = host.words.stated_facts.named.iter();
    facts.any(|fact| fact.value.code == "ports-of-one-card")
}

/// Whether the text is about sharing of the integrated GPU, which its driver provides, or the driver
/// fails to create virtual functions of a port of the card.
fn provides_virtual_functions(context: &Context<'_>, device: &Device) -> bool {
    let slot = device.address.slot();
    let is_of_card = |one: &LogMessage| match one.device {
        // A failure is that of the card: another port is no better.
        Some(address) if one.message.verdict.is_problem() => address.slot() == slot,
        Some(address) => address == device.address,
        None => device.class.as_ref().map(|class| class.value.base) == Some(0x02),
    };
    let mut logged = context.host.log_messages.iter();
    // `i915 0000:00:02.1: Running in SR-IOV VF mode`
    let is_of_function = |one: &LogMessage| {
        let mut named = addresses_in(&one.evidence.text);
        one.message.code == "intel-gpu-vf-driver" && named.any(|other| other.slot() == slot)
    };
    let creates = logged.any(|one| {
        one.message.code.starts_with("sriov-") && is_of_card(one) || is_of_function(one)
    });
    creates
        || context.host.shares_graphics(device.address)
            && matches!(device.driver.name(), Some("i915" | "xe"))
}

/// Whether a container uses the device by its host driver, and no guest or setting has a function:
/// the driver stays on the host.
fn is_of_container(context: &Context<'_>, driver: &str) -> bool {
    let host = context.host;
    let drivers = &host.words.statements.container_drivers;
    let has_driver = drivers.contains(&driver) || host.is_for_container();
    let has_guest = || !host.guests.domains.is_empty() || !host.guests.proxmox_vms.is_empty();
    let is_reserved = || {
        host.settings
            .module_option("vfio-pci", "ids")
            .next()
            .is_some()
    };
    has_driver && !has_guest() && !is_reserved()
}

/// Whether a line sets the function's vGPU type: such a virtual function stays bound to NVIDIA's
/// driver, which provides it to the guest (NVIDIA vGPU Software User Guide, SR-IOV,
/// `current_vgpu_type`; since Linux 6.8).
fn is_vgpu(context: &Context<'_>, device: &Device) -> bool {
    // The text is about vGPUs, which NVIDIA's driver on the host makes.
    let mut stated = context.host.named.assignments().iter();
    let is_stated = device.driver.name() == Some("nvidia") && stated.any(|kind| kind == "vGPU");
    let mut logged = context.host.log_messages.iter();
    is_stated
        || logged.any(|logged| {
            let codes = ["vgpu-type-of-function", "mdev-registered"];
            codes.contains(&logged.message.code) && logged.device == Some(device.address)
        })
}

/// Whether a guest has a mediated device of the function, whose host driver makes it.
fn is_shared(context: &Context<'_>, device: &Device) -> bool {
    let vms = &context.host.guests.proxmox_vms;
    vms.iter().any(|vm| vm.shares(device.address))
}

/// The hook that unbinds the card for its guest.
fn freed_by<'a>(context: &Context<'a>, card: &[&Device]) -> Option<&'a Fact<String>> {
    let host = context.host;
    if !card.iter().any(|device| device.is_display()) {
        return None;
    }
    let passes = |guest: &&Fact<String>| {
        let mut domains = host
            .guests
            .domains
            .iter()
            .filter(|domain| domain.name == guest.value);
        domains.any(|domain| card.iter().any(|device| domain.passes(device.address)))
    };
    host.guests.display_hooks.iter().find(passes)
}

fn freed(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for card in &context.cards {
        let Some(guest) = freed_by(context, card) else {
            continue;
        };
        let list = addresses(card.iter().map(|device| device.address));
        let title = text!(
            "the host keeps {list} until the guest {guest} starts",
            list,
            guest = guest.value
        );
        reported.push(
            Diagnostic::new(Verdict::Ok, title)
                .of(card.iter().map(|device| device.address))
                .evidence([guest.evidence.clone()]),
        );
    }
    reported
}

fn not_shown(context: &Context<'_>) -> Vec<Diagnostic> {
    let unknown: Vec<&Device> = context
        .functions()
        .filter(|device| matches!(device.driver, Driver::NotShown))
        .filter(|device| !context.has_been_with_guest(device))
        .filter(|device| !context.host.is_logged_with_vfio(device.address.slot()))
        .collect();
    let Some(first) = unknown.first() else {
        return Vec::new();
    };
    let slot = first.address.slot();
    let list = addresses(unknown.iter().map(|device| device.address));
    let evidence: Vec<Evidence> = unknown.iter().map(|device| device.shown.clone()).collect();
    vec![
        Diagnostic::new(
            Verdict::Unknown,
            text!("not in the input: the driver of {list}", list),
        )
        .of(unknown.iter().map(|device| device.address))
        .evidence(evidence)
        .remedy(Remedy::inspect(&[
            "lspci",
            "-nnk",
            "-s",
            &format!("{slot:#}"),
        ])),
    ]
}

fn bound(context: &Context<'_>) -> Vec<Diagnostic> {
    let parents: Vec<Address> = physical_functions_on_vfio(context.host)
        .map(|(device, _)| device.address)
        .collect();
    context
        .functions()
        .filter(|device| !parents.contains(&device.address))
        .filter_map(|device| match &device.driver {
            Driver::Bound(driver) if is_vfio_driver(&driver.value) => Some((device, driver)),
            _ => None,
        })
        .map(|(device, driver)| {
            let title = text!(
                "{driver} is bound to {address}",
                driver = driver.value,
                address = device.address
            );
            Diagnostic::new(Verdict::Ok, title)
                .of([device.address])
                .evidence([driver.evidence.clone()])
        })
        .collect()
}
