//! Scripts that detach the host's GPU before a guest's start.

use pci_core::Address;

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{Coverage, Device, Misspelled, Symptom};
use crate::remedy::Remedy;
use crate::text::{Text, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "script-address-not-listed",
        meaning: "A script detaches functions whose addresses no listing of the input has, and \
                  another graphics card is listed: the addresses are those of another host, such \
                  as the author's of a guide, or a card was moved. virsh then reports that no \
                  such device exists, and the card stays bound to its host driver.",
        source: "virsh(1), nodedev-detach; PCI Express Base Specification 6.0, section 7.3.1",
        causes: &[],
        check: address,
    },
    Rule {
        code: "script-without-nvidia-uvm",
        meaning: "A script removes modules of NVIDIA's driver, but not nvidia_uvm, which depends \
                  on nvidia, too. Where it is loaded, as after a use of CUDA, nvidia stays loaded: \
                  modprobe reports that the module is in use. Packages whose modprobe.d has a \
                  command for remove nvidia, such as Debian's, remove it as well.",
        source: "modprobe(8), option -r; NVIDIA driver README, Installed Components",
        causes: &[],
        check: without_uvm,
    },
    Rule {
        code: "script-removes-module-in-use",
        meaning: "A script removes the module nvidia before nvidia_drm, nvidia_modeset or \
                  nvidia_uvm, which use it: modprobe -r reports that the module is in use, and \
                  nvidia keeps the card. Packages whose modprobe.d has a command for remove \
                  nvidia, such as Debian's, remove the others first.",
        source: "modprobe(8), option -r; NVIDIA driver README, Installed Components",
        causes: &["script-without-nvidia-uvm"],
        check: removed_in_use,
    },
    Rule {
        code: "script-word-misspelled",
        meaning: "A script has a unit of systemd or a command of virsh whose name differs from a \
                  known one by one letter. systemctl or virsh refuses it, and the script \
                  continues: the display manager keeps the GPU in use, or the function stays \
                  bound to its driver.",
        source: "systemctl(1), stop; virsh(1), nodedev-detach",
        causes: &[],
        check: misspelled,
    },
    Rule {
        code: "script-calls-virsh",
        meaning: "The start of a guest hangs, and a script of the input calls virsh. A libvirt hook \
                  must not: libvirt waits for the hook while it starts the guest, and virsh for \
                  libvirt. Such a script works when it runs alone. A hostdev with managed='yes' is \
                  detached and reattached without a hook.",
        source: "libvirt, Hooks for specific system management, Calling libvirt functions from \
                 within a hook script",
        causes: &[],
        check: calls_virsh,
    },
    Rule {
        code: "script-function-not-reattached",
        meaning: "The scripts of the input reattach some of the functions that they detach, but \
                  not all: the others stay bound to vfio-pci after the guest's end, unless \
                  libvirt reattaches them itself (managed='yes').",
        source: "virsh(1), nodedev-reattach; libvirt, Domain XML format, hostdev",
        causes: &[],
        check: not_reattached,
    },
];

fn step(text: Text) -> Remedy {
    Remedy::Manual {
        step: "edit-hook",
        text,
    }
}

/// The listed graphics card, if no line of the input has a function that the scripts detach. Integrated
/// graphics are at bus 00, and rarely those that are assigned.
fn address(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let scripts = host.lines.hook_scripts();
    let is_whole = host.coverage.contains(&Coverage::All);
    let is_shown =
        |device: &Device| !device.is_only_named || device.id.is_some() || device.class.is_some();
    let is_listed = |address: &Address| host.devices.get(address).is_some_and(is_shown);
    let mut cards = host.devices.values().filter(|device| is_shown(device));
    let card = cards.find(|device| device.is_display() && device.address.bus() != 0);
    let mut detached = scripts.detached.iter();
    let first = detached.find(|fact| fact.value.function() == 0);
    let (Some(first), Some(card)) = (first, card) else {
        return Vec::new();
    };
    if scripts.detached.iter().any(|fact| is_listed(&fact.value))
        || scripts.has_filtered_listing && !is_whole
    {
        return Vec::new();
    }
    let verdict = if is_whole {
        Verdict::Fix
    } else {
        Verdict::Check
    };
    let title = text!(
        "a script detaches {address}, which no listing of the input has; the listed graphics card \
         is {card}",
        address = first.value,
        card = card.address
    );
    let text = text!(
        "write the addresses of all functions of the card that is to be assigned, as lspci -nn \
         shows them on this host, into the scripts and into the guest's configuration"
    );
    vec![
        Diagnostic::new(verdict, title)
            .of([first.value])
            .evidence([first.evidence.clone(), card.shown.clone()])
            .remedy(step(text)),
    ]
}

fn without_uvm(context: &Context<'_>) -> Vec<Diagnostic> {
    let found = context.host.lines.hook_scripts().without_uvm.iter();
    found
        .map(|line| {
            let title = text!(
                "a script removes NVIDIA's modules but not nvidia_uvm: where that is loaded, \
                 nvidia stays in use"
            );
            let text = text!(
                "write modprobe -r nvidia_uvm before the line, and stop the programs that \
                 fuser -v /dev/nvidia* shows, such as nvidia-persistenced"
            );
            Diagnostic::new(Verdict::Check, title)
                .evidence([line.clone()])
                .remedy(step(text))
        })
        .collect()
}

fn removed_in_use(context: &Context<'_>) -> Vec<Diagnostic> {
    let found = context.host.lines.hook_scripts().removed_in_use.iter();
    found
        .map(|line| {
            let title =
                text!("a script removes the module nvidia before the modules that use nvidia");
            let text = text!(
                "remove them in one command in this order: modprobe -r nvidia_drm nvidia_modeset \
                 nvidia_uvm nvidia; before the guest's start, and load nvidia_drm again after it"
            );
            Diagnostic::new(Verdict::Check, title)
                .evidence([line.clone()])
                .remedy(step(text))
        })
        .collect()
}

fn misspelled(context: &Context<'_>) -> Vec<Diagnostic> {
    let words = context.host.lines.hook_scripts().misspelled.iter();
    words
        .map(|word| {
            let Misspelled { typed, likely, .. } = &word.value;
            let title = text!(
                "a script has the word {typed}: the likely word is {likely}",
                typed,
                likely
            );
            let (verdict, text) = if word.value.is_of_virsh {
                let text = text!("write virsh {likely}", likely);
                (Verdict::Fix, text)
            } else {
                let text = text!(
                    "write {likely}: systemctl status display-manager shows the unit of this host",
                    likely
                );
                (Verdict::Check, text)
            };
            Diagnostic::new(verdict, title)
                .evidence([word.evidence.clone()])
                .remedy(step(text))
        })
        .collect()
}

fn calls_virsh(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut symptoms = context.host.words.symptoms.iter();
    let hang = symptoms.find(|found| found.value == Symptom::LibvirtHangs);
    let call = context.host.lines.hook_scripts().virsh_call.as_ref();
    let (Some(hang), Some(call)) = (hang, call) else {
        return Vec::new();
    };
    // The hook itself is in the input, with a finding of its own.
    if !context.host.guests.virsh_hooks.is_empty() {
        return Vec::new();
    }
    let title = text!(
        "a script calls {call}, which libvirt forbids hooks to do: as a hook of the guest's start \
         it can wait for libvirt without end",
        call = call.value
    );
    let text = text!(
        "remove the lines with virsh from the hook, and set managed='yes' on each hostdev, which \
         detaches and reattaches the functions; then restart the host and start the guest over ssh"
    );
    vec![
        Diagnostic::new(Verdict::Check, title)
            .evidence([call.evidence.clone(), hang.evidence.clone()])
            .remedy(step(text)),
    ]
}

fn not_reattached(context: &Context<'_>) -> Vec<Diagnostic> {
    let scripts = context.host.lines.hook_scripts();
    if !scripts.is_complete || scripts.reattached.is_empty() {
        return Vec::new();
    }
    let detached = scripts.detached.iter();
    detached
        .filter(|fact| !scripts.reattached.contains(&fact.value))
        .map(|fact| {
            let address = fact.value;
            let title = text!(
                "a script detaches {address}, and no script reattaches it: vfio-pci keeps the \
                 function after the guest's end",
                address
            );
            let text = text!(
                "add virsh nodedev-reattach for {address} to the script that runs after the \
                 guest's end",
                address
            );
            Diagnostic::new(Verdict::Check, title)
                .of([address])
                .evidence([fact.evidence.clone()])
                .remedy(step(text))
        })
        .collect()
}
