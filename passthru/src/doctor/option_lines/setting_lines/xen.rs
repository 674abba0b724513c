//! Functions that xen-pciback.hide names, and the mode of dom0.

use host_tree::Evidence;
use list_order::Inserts as _;
use pci_core::Address;
use pci_core::notation::HideList;

use super::{LINES, holder, one, rule};
use crate::doctor::isolation::groups::addresses;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::drivers::guest_drivers::is_pciback;
use crate::host::{Fact, GoodNews, Seen, SettingLine};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

const PCIBACK: &str = "Linux drivers/xen/xen-pciback/pci_stub.c, pcistub_init";

pub(super) const RULES: &[Rule] = &[
    rule(
        "xen-functions-hidden",
        "xen-pciback.hide names functions that dom0's driver reserves for guests, in the form that the driver reads. lspci in dom0 still lists them; \"Kernel driver in use: pciback\" shows that they are bound to it.",
        PCIBACK,
        hidden,
    ),
    rule(
        "xen-guest-not-shown",
        "xen-pciback.hide only reserves functions in dom0. A guest has them if its configuration assigns them: other-config:pci of xe (XCP-ng, XenServer), pci= of xl.",
        "XCP-ng documentation, PCI passthrough; xl.cfg(5), pci",
        guest_not_shown,
    ),
    rule(
        "xen-hidden-function-bound",
        "xen-pciback.hide names a function that is bound to another driver. If pciback is a module, drivers in the kernel or the initramfs claim the function first.",
        PCIBACK,
        hidden_held,
    ),
    rule(
        "xen-hide-other-function",
        "A guest's configuration names a function that is bound to a driver of dom0, and xen-pciback.hide names other functions, such as the address before a card moved. Xen assigns only functions that are bound to pciback.",
        PCIBACK,
        hidden_other,
    ),
    Rule {
        code: "xen-function-moved",
        meaning: "xen-pciback.hide and other-config:pci name functions by their addresses. After a \
                  card was added, removed or moved, or after a firmware update, another device can \
                  be at such an address: pciback takes that device from dom0, and not the card.",
        source: "Linux drivers/xen/xen-pciback/pci_stub.c; XCP-ng documentation, PCI passthrough",
        causes: &[
            "addresses-shifted",
            "failure-not-shown",
            "host-driver-bound",
            "xcp-ng-hide-device",
            "xen-hide-on-dom0-line",
        ],
        check: moved,
    },
    rule(
        "xen-hide-host-bridge",
        "00:00.0 is the host bridge, not a function of a card: it cannot be assigned to a guest.",
        PCIBACK,
        hidden_bridge,
    ),
    rule(
        "xen-hide-commented",
        "The line with xen-pciback.hide is a comment: the kernel does not receive the option, and no function is hidden from dom0.",
        PCIBACK,
        |c| {
            one(
                c,
                &SettingLine::XenHideCommented,
                Verdict::NoEffect,
                text!("xen-pciback.hide is commented out: no function is hidden from dom0"),
                Some((
                    "remove-comment",
                    text!("to hide the functions, remove the comment mark and reboot"),
                )),
            )
        },
    ),
    rule(
        "xen-hide-on-xen",
        "xen-pciback is a driver of dom0's kernel. It does not read options on the command line of Xen itself.",
        PCIBACK,
        |c| {
            one(
                c,
                &SettingLine::XenHideOfXen,
                Verdict::Fix,
                text!(
                    "xen-pciback.hide is among the options of Xen: the kernel of dom0 does not \
                     receive it"
                ),
                Some((
                    "move-to-dom0",
                    text!(
                        "move xen-pciback.hide to the options of dom0's kernel \
                         (boot.kernelParams of NixOS, GRUB_CMDLINE_LINUX_XEN_REPLACE of GRUB)"
                    ),
                )),
            )
        },
    ),
    rule(
        "xen-hide-commas",
        "The driver reads functions in parentheses one after the other and stops at any other character: it then hides no function and logs \"Error parsing pci_devs_to_hide\".",
        PCIBACK,
        |c| {
            one(
                c,
                &SettingLine::XenHideCommas,
                Verdict::Fix,
                text!(
                    "xen-pciback.hide has commas between the functions: the driver reads none of \
                     them"
                ),
                Some((
                    "remove-commas",
                    text!(
                        "write the functions without commas: xen-pciback.hide=(01:00.0)(01:00.1)"
                    ),
                )),
            )
        },
    ),
    rule(
        "xen-dom0-mode-unknown",
        "The modes of Xen's dom0= are pv and pvh, and a few for tests. hvm is not a mode of dom0.",
        "Xen docs/misc/xen-command-line.pandoc, dom0",
        |c| {
            one(
                c,
                &SettingLine::Dom0Hvm,
                Verdict::Fix,
                text!("dom0=hvm is not a mode of Xen's dom0: the modes are pv and pvh"),
                Some((
                    "write-dom0-mode",
                    text!("remove dom0=hvm, or write dom0=pvh"),
                )),
            )
        },
    ),
];

/// The functions that xen-pciback.hide names, each with its line.
fn to_hide<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'a [Address], &'a Evidence)> {
    let all = context.host.lines.setting_lines().iter();
    all.filter_map(|fact| match &fact.value {
        SettingLine::XenHide(functions) => Some((functions.as_slice(), &fact.evidence)),
        _ => None,
    })
}

/// The device in question, at another address than the settings name.
fn moved(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let Some(moved) = host.moved_of_xen() else {
        return Vec::new();
    };
    let found = moved.found.and_then(|one| host.devices.get(&one));
    let now = addresses(moved.now.iter().copied());
    let title = match found {
        Some(device) => text!(
            "{old} is reserved for a guest, but {found} is there now: the device in question is at \
             {now}",
            old = device.address,
            found = host.name_of(device),
            now
        ),
        None => text!(
            "{old} is reserved for a guest, but no function is there now: the device in question is \
             at {now}",
            old = addresses(moved.named.iter().copied()),
            now
        ),
    };
    // The start of the guest takes the device that is there now from dom0.
    let verdict = if moved.is_with_guest {
        Verdict::Blocker
    } else {
        Verdict::Fix
    };
    let list: String = moved.now.iter().map(|one| format!("({one})")).collect();
    let given = moved.now.iter().map(|one| format!("0/{one}"));
    let given = given.collect::<Vec<_>>().join(",");
    let devices = moved.now.iter().filter_map(|one| host.devices.get(one));
    vec![
        Diagnostic::new(verdict, title)
            .of(moved.now.iter().copied())
            .of(moved.found)
            .evidence(moved.lines.iter().take(LINES).cloned())
            .evidence(found.map(|device| device.shown.clone()))
            .evidence(devices.take(1).map(|device| device.shown.clone()))
            .remedy(Remedy::Manual {
                step: "name-current-address",
                text: text!(
                    "do not start a guest whose settings have the old address; write \
                     xen-pciback.hide={list} into the options of dom0's kernel instead (on XCP-ng \
                     and XenServer: /opt/xensource/libexec/xen-cmdline --set-dom0 \
                     \"xen-pciback.hide={list}\"), reboot, and assign the new address: xe \
                     vm-param-set uuid=UUID other-config:pci={given}, or pci = of xl",
                    list,
                    given
                ),
            }),
    ]
}

/// The functions of guests that a driver of dom0 has and that no list hides, each with the line of the
/// guest, where a list hides functions alone that no guest has.
fn given_not_hidden<'a>(context: &Context<'a>) -> Vec<(Address, &'a Evidence)> {
    let host = context.host;
    let hidden: Vec<Address> = to_hide(context)
        .flat_map(|(all, _)| all.iter().copied())
        .collect();
    let lines = host.lines.setting_lines().iter();
    let given: Vec<(Address, &Evidence)> = lines
        .filter_map(|fact| match &fact.value {
            SettingLine::XenAssigned(functions) => Some((functions, &fact.evidence)),
            _ => None,
        })
        .flat_map(|(functions, line)| functions.iter().map(move |one| (*one, line)))
        .collect();
    let functions = given.iter().map(|(one, _)| *one).into_set();
    if hidden.is_empty() || hidden.iter().any(|one| functions.contains(one)) {
        return Vec::new();
    }
    let is_held = |(address, _): &(Address, &Evidence)| holder(context, *address).is_some();
    given.into_iter().filter(is_held).collect()
}

fn hidden_other(context: &Context<'_>) -> Vec<Diagnostic> {
    if context.host.moved_of_xen().is_some() {
        return Vec::new();
    }
    let given = given_not_hidden(context);
    let (Some((first, _)), Some((hidden, line))) = (given.first(), to_hide(context).next()) else {
        return Vec::new();
    };
    let Some(driver) = holder(context, *first) else {
        return Vec::new();
    };
    let wanted = given.iter().map(|(address, _)| *address).into_set();
    let title = text!(
        "xen-pciback.hide names {functions}, but the guest has {wanted}, and the driver bound there \
         is {driver}",
        functions = addresses(hidden.iter().copied()),
        wanted = addresses(wanted.iter().copied()),
        driver = driver.value
    );
    let list: String = wanted.iter().map(|one| format!("({one})")).collect();
    vec![
        Diagnostic::new(Verdict::Fix, title)
            .of(wanted.iter().copied())
            .evidence([line.clone()])
            .evidence(given.iter().map(|(_, line)| (*line).clone()))
            .evidence([driver.evidence.clone()])
            .remedy(Remedy::Manual {
                step: "hide-current-function",
                text: text!(
                    "write xen-pciback.hide={list} into the options of dom0's kernel, instead of \
                     addresses that no card has, and reboot; on XCP-ng and XenServer: \
                     /opt/xensource/libexec/xen-cmdline --set-dom0 \"xen-pciback.hide={list}\"",
                    list
                ),
            }),
    ]
}

fn is_bridge(address: Address) -> bool {
    address.domain() == 0 && address.bus() == 0 && address.slot().device() == 0
}

fn hidden(context: &Context<'_>) -> Vec<Diagnostic> {
    let is_free = |functions: &[Address]| {
        let mut functions = functions.iter();
        functions.all(|one| !is_bridge(*one) && holder(context, *one).is_none())
    };
    let mut reported: Vec<Diagnostic> = Vec::new();
    if !given_not_hidden(context).is_empty() || context.host.moved_of_xen().is_some() {
        return reported;
    }
    for (functions, evidence) in to_hide(context).filter(|(functions, _)| is_free(functions)) {
        let title = text!(
            "xen-pciback.hide names {functions} in the correct form",
            functions
        );
        match reported.iter_mut().find(|known| known.title == title) {
            Some(known) if known.evidence.len() < LINES => known.evidence.push(evidence.clone()),
            Some(_) => {}
            None => reported.push(
                Diagnostic::new(Verdict::Ok, title)
                    .of(functions.iter().copied())
                    .evidence([evidence.clone()]),
            ),
        }
    }
    reported
}

/// Text of errors at the assignment of a guest's function (xapi ocaml/xenopsd; Xen
/// tools/libs/light/libxl_pci.c).
const TRIED: [&str; 4] = [
    "Cannot_add(",
    "libxl__device_pci_add ",
    "libxl_device_pci_add ",
    "xc_assign_device ",
];

/// The reserved functions that no line of the input assigns to a guest, where the assignment fails.
fn guest_not_shown(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let is_assigned = |fact: &Fact<SettingLine>| matches!(fact.value, SettingLine::XenAssigned(_));
    // The guest starts without the function: its configuration had it.
    let mut news = host.words.good_news.iter();
    let is_removed = news.any(|one| matches!(one, GoodNews::RunsWithout(_)));
    // The row has the same question.
    let mut facts = host.words.stated_facts.named.iter();
    let is_asked = facts.any(|fact| fact.value.code == "xcp-ng-not-attached");
    let is_shown = host.lines.setting_lines().iter().any(is_assigned)
        || host.has_worked()
        || is_removed
        || is_asked;
    let is_failing = host.words.complaint.is_some() || !host.words.symptoms.is_empty();
    // The toolstack reads the function in the guest's configuration.
    let mut logged = host.log_messages.iter();
    let is_tried = logged.any(|one| TRIED.iter().any(|said| one.evidence.text.contains(said)));
    if is_shown || is_tried || !is_failing {
        return Vec::new();
    }
    let Some((functions, evidence)) = to_hide(context).next() else {
        return Vec::new();
    };
    let Some(first) = functions.first() else {
        return Vec::new();
    };
    let title = text!(
        "not in the input: whether the guest's configuration assigns {functions}",
        functions = addresses(functions.iter().copied())
    );
    vec![
        Diagnostic::new(Verdict::Unknown, title)
            .of(functions.iter().copied())
            .evidence([evidence.clone()])
            .remedy(Remedy::Manual {
                step: "assign-with-xe",
                text: text!(
                    "on XCP-ng run xe vm-param-set uuid=UUID other-config:pci=0/{address}, and \
                     with xl write pci = [ '{address}' ] in the guest's configuration; then shut \
                     the guest down and start it",
                    address = first.to_string()
                ),
            }),
    ]
}

fn hidden_held(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported: Vec<Diagnostic> = Vec::new();
    if context.host.moved_of_xen().is_some() {
        return reported;
    }
    for (functions, evidence) in to_hide(context).take(LINES) {
        let held: Vec<_> = functions
            .iter()
            .filter_map(|one| Some((*one, holder(context, *one)?)))
            .collect();
        let Some((_, driver)) = held.first() else {
            continue;
        };
        let title = text!(
            "xen-pciback.hide names {functions}, but the driver bound there is {driver}",
            functions = addresses(held.iter().map(|(address, _)| *address)),
            driver = driver.value
        );
        // A boot loader's file and the running kernel have the same option.
        if let Some(known) = reported.iter_mut().find(|known| known.title == title) {
            known.evidence.push(evidence.clone());
            continue;
        }
        let text = if held.len() < functions.len() && has_some(context, functions) {
            // The option is in effect.
            text!(
                "pciback has other functions of the option, so these had a driver before pciback \
                 was loaded: load it first (in the initramfs, before that driver), or run xl \
                 pci-assignable-add ADDRESS for each of them"
            )
        } else if is_running(context, functions) {
            text!(
                "the running kernel has the option, so these functions had a driver before \
                 pciback was loaded: load it first (in the initramfs, before that driver), or run \
                 xl pci-assignable-add ADDRESS for each of them"
            )
        } else {
            text!(
                "reboot if the option is new; otherwise run xl pci-assignable-add ADDRESS for \
                 each of the functions"
            )
        };
        reported.push(
            Diagnostic::new(Verdict::Fix, title)
                .of(held.iter().map(|(address, _)| *address))
                .evidence([evidence.clone()])
                .evidence(held.iter().map(|(_, driver)| driver.evidence.clone()))
                .remedy(Remedy::Manual {
                    step: "make-assignable",
                    text,
                }),
        );
    }
    reported
}

/// Whether the running kernel's option names the functions.
fn is_running(context: &Context<'_>, functions: &[Address]) -> bool {
    let mut options = context.host.settings.kernel_option("xen-pciback.hide");
    options.any(|option| {
        let list = option.value.as_deref().unwrap_or_default().parse();
        let covers = |list: HideList| functions.iter().all(|one| list.covers(*one));
        option.seen == Seen::Running && list.is_ok_and(covers)
    })
}

/// Whether pciback has one of the functions.
fn has_some(context: &Context<'_>, functions: &[Address]) -> bool {
    let mut devices = functions
        .iter()
        .filter_map(|one| context.host.devices.get(one));
    devices.any(|device| device.driver.is_bound_to(is_pciback))
}

fn hidden_bridge(context: &Context<'_>) -> Vec<Diagnostic> {
    let bad = to_hide(context).filter(|(functions, _)| functions.iter().any(|one| is_bridge(*one)));
    bad.take(1)
        .map(|(_, evidence)| {
            Diagnostic::new(
                Verdict::Fix,
                text!("xen-pciback.hide names the slot of the host bridge (00:00), not a card"),
            )
            .evidence([evidence.clone()])
            .remedy(Remedy::Manual {
                step: "write-card-address",
                text: text!("write the addresses of the card's functions, as lspci prints them"),
            })
        })
        .collect()
}
