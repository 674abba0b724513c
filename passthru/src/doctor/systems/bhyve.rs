//! FreeBSD: whether the driver ppt has the functions that are reserved for guests of bhyve.

use host_tree::Evidence;
use list_order::Order as _;
use pci_core::Address;

use crate::doctor::isolation::groups::addresses;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::drivers::guest_drivers::is_pciback;
use crate::host::{Device, Driver, Fact, Platform, VmmModule};
use crate::remedy::Remedy;
use crate::text::{Text, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    NOT_BOUND,
    NOT_SHOWN,
    HOST_DRIVER,
    LOADER_NOT_SHOWN,
    NONE_RESERVED,
    NOT_WIRED,
    WIRED,
];

const LOADER_NOT_SHOWN: Rule = Rule {
    code: "pptdevs-not-shown",
    meaning: "The functions that FreeBSD reserves for bhyve guests are in pptdevs of \
              /boot/loader.conf, which is not in the input.",
    source: "FreeBSD vmm(4), pptdevs",
    causes: &[],
    check: loader_not_shown,
};

const NONE_RESERVED: Rule = Rule {
    code: "ppt-none-reserved",
    meaning: "`vm passthru` lists the functions that a guest can have, and none is bound to ppt: \
              pptdevs in /boot/loader.conf names none, or the system was not rebooted since.",
    source: "FreeBSD vmm(4), pptdevs; vm-bhyve lib/vm-passthru",
    causes: &[],
    check: none_reserved,
};

const NOT_BOUND: Rule = Rule {
    code: "ppt-not-bound",
    meaning: "pptdevs in /boot/loader.conf reserves functions for bhyve guests: the driver ppt \
              binds to them when vmm is loaded. A function of the list is bound to another \
              driver, so the boot loader did not read the setting: the system was not rebooted \
              since, the line has a mistake, or vmm_load=\"YES\" is missing.",
    source: "FreeBSD vmm(4), pptdevs; sys/amd64/vmm/io/ppt.c; devctl(8), set driver",
    causes: &[
        "host-driver-bound",
        "bhyve-ppt-not-bound",
        "bhyve-init-failed",
        "bhyve-vmm-loaded-late",
    ],
    check: not_bound,
};

const NOT_SHOWN: Rule = Rule {
    code: "ppt-not-shown",
    meaning: "pptdevs in /boot/loader.conf reserves functions for bhyve guests. Whether they are \
              bound to the driver ppt is not in the input.",
    source: "FreeBSD vmm(4), pptdevs; pciconf(8)",
    causes: &[],
    check: not_shown,
};

const HOST_DRIVER: Rule = Rule {
    code: "ppt-not-reserved",
    meaning: "The function is bound to a FreeBSD driver (vgapci for a graphics card, hdac for its \
              audio, xhci for a USB controller), and no pptdevs of the input reserves it. bhyve \
              can assign only functions that are bound to ppt. vgapci also binds to a card \
              without another driver.",
    source: "FreeBSD vmm(4), pptdevs; bhyve(8), passthru; sys/dev/pci/vga_pci.c",
    causes: &[],
    check: host_driver,
};

const WIRED: Rule = Rule {
    code: "bhyve-command-wired",
    meaning: "bhyve is started with -S, which wires the guest's memory, as an assigned function \
              requires.",
    source: "bhyve(8), -S; usr.sbin/bhyve/pci_passthru.c, passthru_init",
    causes: &[],
    check: |context| commands(context, true),
};

const NOT_WIRED: Rule = Rule {
    code: "bhyve-command-not-wired",
    meaning: "bhyve is started with an assigned function but without -S. It then ends with \
              \"passthru requires guest memory to be wired\".",
    source: "bhyve(8), -S; usr.sbin/bhyve/pci_passthru.c, passthru_init",
    causes: &["bhyve-memory-not-wired"],
    check: |context| commands(context, false),
};

fn commands(context: &Context<'_>, is_wired: bool) -> Vec<Diagnostic> {
    let commands = context.host.lines.bhyve_commands().iter();
    commands
        .filter(|command| command.value == is_wired)
        .take(1)
        .map(|command| match is_wired {
            true => Diagnostic::new(
                Verdict::Ok,
                text!("bhyve wires the guest's memory (-S), as an assigned function requires"),
            )
            .evidence([command.evidence.clone()]),
            false => Diagnostic::new(
                Verdict::Fix,
                text!("bhyve is started with an assigned function but without -S"),
            )
            .evidence([command.evidence.clone()])
            .remedy(Remedy::Manual {
                step: "wire-guest-memory",
                text: text!("add -S to the command"),
            }),
        })
        .collect()
}

fn is_freebsd(context: &Context<'_>) -> bool {
    let platform = context.host.system.platform.as_ref();
    platform.is_some_and(|found| found.value == Platform::FreeBsd)
}

fn loader_not_shown(context: &Context<'_>) -> Vec<Diagnostic> {
    let is_shown = !context.host.lines.reserved_for_bhyve().is_empty();
    if is_shown || host_driver(context).is_empty() && none_reserved(context).is_empty() {
        return Vec::new();
    }
    let title = text!("not in the input: pptdevs of /boot/loader.conf");
    vec![
        Diagnostic::new(Verdict::Unknown, title)
            .remedy(Remedy::inspect(&["cat", "/boot/loader.conf"])),
    ]
}

fn none_reserved(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let Some(head) = host.lines.passthru_table() else {
        return Vec::new();
    };
    let is_reserved = |device: &Device| device.driver.name() == Some("ppt");
    if !is_freebsd(context)
        || !host.lines.reserved_for_bhyve().is_empty()
        || host.devices.values().any(is_reserved)
        || !context.cards.is_empty()
    {
        return Vec::new();
    }
    let title = text!("no function of the list is bound to ppt: none is reserved for a guest");
    vec![
        Diagnostic::new(Verdict::Fix, title)
            .evidence([head.clone()])
            .remedy(Remedy::Manual {
                step: "reserve-for-bhyve",
                text: text!(
                    "add vmm_load=\"YES\" and pptdevs with the functions of the card, such as \
                     pptdevs=\"1/0/0 1/0/1\", to /boot/loader.conf, reboot, and run: pciconf -l"
                ),
            }),
    ]
}

fn host_driver(context: &Context<'_>) -> Vec<Diagnostic> {
    if !is_freebsd(context) {
        return Vec::new();
    }
    let is_reserved = |address: Address| {
        let mut reserved = context.host.lines.reserved_for_bhyve().iter();
        reserved.any(|reserved| reserved.value == address)
    };
    let (_, moved) = other_reserved(context);
    let held: Vec<(Address, &Fact<String>)> = context
        .functions()
        .filter(|device| {
            !is_reserved(device.address) && moved.binary_search(&device.address).is_err()
        })
        .filter_map(|device| match &device.driver {
            Driver::Bound(driver) if driver.value != "ppt" => Some((device.address, driver)),
            _ => None,
        })
        .collect();
    if held.is_empty() {
        return Vec::new();
    }
    let title = text!(
        "host drivers are bound to {functions}: a bhyve guest needs ppt bound there",
        functions = addresses(held.iter().map(|(address, _)| *address))
    );
    let list: Vec<String> = held
        .iter()
        .map(|(address, _)| in_pptdevs(*address))
        .collect();
    vec![
        Diagnostic::new(Verdict::Fix, title)
            .of(held.iter().map(|(address, _)| *address))
            .evidence(held.iter().map(|(_, driver)| driver.evidence.clone()))
            .remedy(Remedy::Manual {
                step: "reserve-for-bhyve",
                text: text!(
                    "add vmm_load=\"YES\" and pptdevs=\"{list}\" to /boot/loader.conf, reboot, and \
                     run: pciconf -l",
                    list = list.join(" ")
                ),
            }),
    ]
}

fn not_shown(context: &Context<'_>) -> Vec<Diagnostic> {
    let reserved = context
        .host
        .lines
        .reserved_for_bhyve()
        .iter()
        .filter(|reserved| {
            let device = context.host.devices.get(&reserved.value);
            let is_shown = device.is_some_and(|device| !matches!(device.driver, Driver::NotShown));
            // A guest has a function only by ppt.
            let mut slots = context.host.lines.bhyve_slots().iter();
            let is_in_guest =
                slots.any(|slot| slot.function == reserved.value && slot.driver.is_some());
            !is_shown && !is_in_guest && !is_listed(context, reserved.value)
        });
    let (all, shown): (Vec<_>, Vec<_>) = reserved
        .map(|reserved| (reserved.value, reserved.evidence.clone()))
        .unzip();
    if all.is_empty() {
        return Vec::new();
    }
    let title = text!(
        "not in the input: whether ppt is bound to {functions}, which pptdevs reserves",
        functions = addresses(all.iter().copied())
    );
    vec![
        Diagnostic::new(Verdict::Unknown, title)
            .of(all)
            .evidence(shown)
            .remedy(Remedy::inspect(&["pciconf", "-lv"])),
    ]
}

/// Whether a line of pciconf names the function with ppt.
fn is_listed(context: &Context<'_>, address: Address) -> bool {
    let name = format!(
        "@pci0:{}:{}:{}",
        address.bus(),
        address.slot().device(),
        address.function()
    );
    let logged = context.host.log_messages.iter();
    let mut of_ppt = logged.filter(|logged| logged.message.code == "bhyve-ppt-attached");
    of_ppt.any(|logged| {
        let is_word = |c: char| c.is_ascii_alphanumeric() || "@:".contains(c);
        let mut words = logged.evidence.text.split(|c: char| !is_word(c));
        words.any(|word| word.starts_with("ppt") && word.ends_with(&name))
    })
}

/// Rules for hosts with Xen and FreeBSD.
pub(in crate::doctor) const HELD: &[Rule] = &[FOR_GUESTS];

const FOR_GUESTS: Rule = Rule {
    code: "bound-for-guests",
    meaning: "The function is bound to the driver that reserves functions for guests: xen-pciback \
              in Xen's dom0, ppt(4) on FreeBSD. lspci in dom0 still lists the function, with that \
              driver.",
    source: "Linux drivers/xen/xen-pciback/pci_stub.c; FreeBSD vmm(4)",
    causes: &[],
    check: held,
};

fn held(context: &Context<'_>) -> Vec<Diagnostic> {
    let devices = context.host.devices.values();
    let moved = context.host.moved_of_xen();
    let devices = devices.filter(|device| !moved.is_some_and(|one| one.names(device.address)));
    let mut found: Vec<(Address, Evidence)> = Vec::new();
    for device in devices {
        if let Driver::Bound(driver) = &device.driver
            && (is_pciback(&driver.value) || driver.value == "ppt")
        {
            found.push((device.address, driver.evidence.clone()));
        }
    }
    if found.is_empty() {
        return Vec::new();
    }
    let list = addresses(found.iter().map(|(address, _)| *address));
    let title = text!(
        "the driver for guests is bound to {list}: these can be assigned",
        list
    );
    vec![
        Diagnostic::new(Verdict::Ok, title)
            .of(found.iter().map(|(address, _)| *address))
            .evidence(found.into_iter().map(|(_, line)| line)),
    ]
}

/// The function as pptdevs and bhyve write it: `2/0/0`.
fn in_pptdevs(address: Address) -> String {
    let slot = address.slot().device();
    format!("{}/{slot}/{}", address.bus(), address.function())
}

/// The functions of pptdevs that a host driver has and no guest, and those of guests that pptdevs lacks:
/// such as an address before and after a card moved. Both are empty if one is.
fn other_reserved(context: &Context<'_>) -> (Vec<Address>, Vec<Address>) {
    let host = context.host;
    let all = |list: &[Fact<Address>]| -> Vec<Address> {
        let mut all: Vec<Address> = list.iter().map(|one| one.value).collect();
        all.order();
        all.dedup();
        all
    };
    let (mut reserved, mut given) = (
        all(host.lines.reserved_for_bhyve()),
        all(host.lines.given_to_bhyve()),
    );
    let is_of_host = |address: &Address| {
        let device = host.devices.get(address);
        device.is_some_and(|device| device.driver.is_bound_to(|name| name != "ppt"))
    };
    let both = (reserved.clone(), given.clone());
    reserved.retain(|address| both.1.binary_search(address).is_err() && is_of_host(address));
    given.retain(|address| both.0.binary_search(address).is_err() && is_of_host(address));
    if reserved.is_empty() || given.is_empty() {
        return (Vec::new(), Vec::new());
    }
    (reserved, given)
}

fn not_bound(context: &Context<'_>) -> Vec<Diagnostic> {
    let (old, moved) = other_reserved(context);
    if !moved.is_empty() {
        let title = text!(
            "pptdevs reserves {functions}, but the guest has {wanted}, which is bound to a host driver",
            functions = addresses(old.iter().copied()),
            wanted = addresses(moved.iter().copied())
        );
        let reserved = context.host.lines.reserved_for_bhyve().iter();
        let reserved = reserved.filter(|one| old.binary_search(&one.value).is_ok());
        let given = context.host.lines.given_to_bhyve().iter();
        let given = given.filter(|one| moved.binary_search(&one.value).is_ok());
        let shown = reserved.chain(given).map(|one| one.evidence.clone());
        let list = |functions: &[Address]| -> String {
            let functions = functions.iter().copied().map(in_pptdevs);
            functions.collect::<Vec<_>>().join(" ")
        };
        return vec![
            Diagnostic::new(Verdict::Blocker, title)
                .of(moved.iter().copied())
                .evidence(shown)
                .remedy(Remedy::Manual {
                    step: "reserve-for-bhyve",
                    text: text!(
                        "in pptdevs of /boot/loader.conf replace {old} by {list}, check that \
                         vmm_load=\"YES\" is there, reboot, and run: pciconf -l",
                        old = list(&old),
                        list = list(&moved)
                    ),
                }),
        ];
    }
    let reserved = context.host.lines.reserved_for_bhyve().iter();
    let held: Vec<_> = reserved
        .filter_map(|reserved| {
            let device = context.host.devices.get(&reserved.value)?;
            match &device.driver {
                Driver::Bound(driver) if driver.value != "ppt" => Some((reserved, driver)),
                _ => None,
            }
        })
        .collect();
    let all: Vec<_> = held.iter().map(|(reserved, _)| reserved.value).collect();
    let Some((reserved, first)) = held.first() else {
        return Vec::new();
    };
    let address = reserved.value;
    let slot = address.slot().device();
    let first_address = format!("{}:{slot}:{}", address.bus(), address.function());
    let module = context.host.lines.vmm_module();
    let functions = addresses(all.iter().copied());
    let title = match &module.without_load {
        Some(_) => text!(
            "pptdevs reserves {functions}, but the driver bound there is {first}: /boot/loader.conf \
             does not load vmm",
            functions,
            first = first.value
        ),
        None => text!(
            "pptdevs reserves {functions}, but the driver bound there is {first}",
            functions,
            first = first.value
        ),
    };
    let drivers = held.iter().map(|(_, driver)| driver.evidence.clone());
    let settings = held.iter().map(|(reserved, _)| reserved.evidence.clone());
    let mut shown: Vec<_> = drivers.chain(settings).collect();
    shown.dedup();
    vec![
        Diagnostic::new(Verdict::Blocker, title)
            .of(all)
            .evidence(shown)
            .remedy(Remedy::Manual {
                step: "reserve-for-bhyve",
                text: bind_to_ppt(module, &first_address),
            }),
    ]
}

/// The step that has vmm loaded before the host drivers, and the one without a restart.
fn bind_to_ppt(module: &VmmModule, first: &str) -> Text {
    let now = if module.is_loaded {
        text!(
            "devctl set driver -f pci0:{first} ppt for each function",
            first
        )
    } else {
        text!(
            "kldload vmm, then devctl set driver -f pci0:{first} ppt for each function",
            first
        )
    };
    match &module.without_load {
        Some(_) => text!(
            "add vmm_load=\"YES\" to /boot/loader.conf, reboot, and run: pciconf -l; without a \
             reboot: {now}",
            now
        ),
        None if module.has_load => text!(
            "after a reboot run kenv pptdevs, which prints the value that the loader has read: if it \
             prints none, search /boot/loader.conf above this line, /boot/loader.conf.local and \
             /boot/loader.conf.d for a typing error or a quotation mark left open; if it prints the \
             functions, read the lines of ppt and vmm in dmesg; without a reboot: {now}",
            now
        ),
        None => text!(
            "run kenv pptdevs: without a value, the loader has not read the line, for want of a reboot \
             or by a typing error or an open quotation mark in /boot/loader.conf; check that the file \
             has vmm_load=\"YES\", reboot, and run: pciconf -l; without a reboot: {now}",
            now
        ),
    }
}
