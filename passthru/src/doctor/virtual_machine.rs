//! The guests' configurations.

use hvconf::libvirt::{self, DomainIssue};
use hvconf::proxmox::{HugePagesFault, Issue, lint};
use pci_core::{Address, Evidence};

use super::rule::{Context, Rule, Said};
use crate::finding::Verdict;
use crate::host::{Domain, Host, ProxmoxVm};
use crate::remedy::Remedy;
use crate::text::text;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "proxmox-vm-config",
        meaning: "A line of a virtual machine's configuration does not do what it was written \
                  for, or keeps the guest from starting.",
        source: "Proxmox VE, qm.conf(5); the rules of hvconf::proxmox::lint",
        causes: &[],
        check: proxmox,
    },
    Rule {
        code: "libvirt-domain",
        meaning: "A part of a domain's XML does not do what it was written for, or keeps the \
                  domain from being defined.",
        source: "libvirt, Domain XML format; the rules of hvconf::libvirt::lint",
        causes: &[],
        check: domains,
    },
    Rule {
        code: "hook-calls-virsh",
        meaning: "A hook of libvirt calls virsh, which libvirt forbids. It waits for the hook while \
                  it starts the domain, and what virsh asks of domains, even a list of them, waits \
                  for that: neither comes back. What it asks of node devices and networks was \
                  answered by libvirt 9.0. A hostdev with managed='yes' is taken and given back \
                  without a hook.",
        source: "libvirt, Hooks for specific system management, Calling libvirt functions from \
                 within a hook script; measured with libvirt 9.0",
        causes: &[],
        check: hooks,
    },
];

/// Whether virsh asks of domains, as far as the command's name tells (virsh(1): the others
/// begin with what they are of).
fn is_of_domains(call: &str) -> bool {
    let command = call.strip_prefix("virsh ").unwrap_or_default();
    let others = [
        "nodedev-",
        "net-",
        "iface-",
        "pool-",
        "vol-",
        "secret-",
        "nwfilter-",
    ];
    !others.iter().any(|of| command.starts_with(of))
}

fn hooks(context: &Context<'_>) -> Vec<Said> {
    let hooks = context.host.virsh_hooks.iter();
    hooks
        .map(|hook| {
            let calls = &hook.value;
            let (verdict, title) = if is_of_domains(calls) {
                let title = format!("a hook calls {calls}: libvirt and virsh wait for each other");
                (Verdict::Blocker, title)
            } else {
                let title = format!("a hook calls {calls}, which libvirt forbids hooks to do");
                (Verdict::Fix, title)
            };
            Said::new(verdict, title)
                .shown_by([hook.evidence.clone()])
                .mend(Remedy::Manual {
                    step: "edit-hook",
                    text: text!("take virsh out of the hook, and give the hostdev managed='yes'"),
                })
        })
        .collect()
}

fn proxmox(context: &Context<'_>) -> Vec<Said> {
    let vms = &context.host.proxmox_vms;
    vms.iter()
        .flat_map(|vm| {
            lint(&vm.config, context.host.mappings.surroundings())
                .into_iter()
                .filter_map(|found| issue(context.host, vm, &found))
        })
        .collect()
}

fn issue(host: &Host, vm: &ProxmoxVm, issue: &Issue) -> Option<Said> {
    let (verdict, line, title, todo) = match issue {
        // Only a whole configuration shows that a key is missing.
        Issue::PcieWithoutQ35 { .. } if !vm.is_whole() => return None,
        Issue::PcieWithoutQ35 { key, line } => (
            Verdict::Blocker,
            *line,
            format!("{key} has pcie=1 and the machine is not q35: the guest does not start"),
            "remove pcie=1 from the line; machine: q35 is for a new installation, since it is \
             other hardware for the installed system",
        ),
        Issue::SecondCpu { line } => (
            Verdict::Fix,
            *line,
            "args has another -cpu, which replaces all that Proxmox VE sets for the processor"
                .to_owned(),
            "take -cpu out of args; cpu: host,hidden=1 hides the hypervisor, where an NVIDIA \
             driver before 465 needs that",
        ),
        Issue::RomFilePath { key, line, path } => (
            Verdict::Fix,
            *line,
            format!("romfile of {key} is the path {path}: it is looked for in /usr/share/kvm"),
            "put the file into /usr/share/kvm and name it without a path",
        ),
        Issue::FunctionsOnly {
            key,
            line,
            functions,
        } => {
            let (left_out, whole_slot) = left_out(host, functions);
            if left_out.is_empty() {
                return None;
            }
            let title = format!(
                "{key} names {} alone: {} of the card stays with the host",
                super::groups::addresses(functions.iter().copied()),
                super::groups::addresses(left_out)
            );
            let todo = if whole_slot {
                "name the slot without a function, which passes all of them"
            } else {
                "add them, each with a hostpci of its own"
            };
            (Verdict::Fix, *line, title, todo)
        }
        Issue::PassedTwice {
            key,
            line,
            address,
            first_line,
        } => (
            Verdict::Blocker,
            *line,
            format!("{key} passes {address}, which line {first_line} passes too"),
            "take one of the two out",
        ),
        Issue::UpperCaseAddress { key, line } => (
            Verdict::Blocker,
            *line,
            format!("{key} has upper-case digits in the address: Proxmox VE refuses that"),
            "write the address in lower case",
        ),
        Issue::MappingInHost { key, line, name } => (
            Verdict::Blocker,
            *line,
            format!(
                "{key} has the mapping {} where an address belongs",
                name.as_str()
            ),
            "write mapping= before the name",
        ),
        Issue::BadHostPci { key, line, error } => (
            Verdict::Blocker,
            *line,
            format!("Proxmox VE does not take {key}: {error}"),
            "correct the line",
        ),
        Issue::NoSuchIndex { key, line } => (
            Verdict::NoEffect,
            *line,
            format!("there is no key {key}: the last one is hostpci15"),
            "use a lower number",
        ),
        Issue::Balloon { line } => (
            Verdict::NoEffect,
            *line,
            "ballooning does nothing while functions are passed: all memory is pinned".to_owned(),
            "set balloon: 0",
        ),
        // Only a whole configuration shows that a key is missing.
        Issue::HugePages(HugePagesFault::NoNuma { .. }) if !vm.is_whole() => return None,
        Issue::HugePages(fault) => (
            Verdict::Blocker,
            fault.line(),
            format!("{fault}: the guest does not start"),
            "change the size of the memory or of the huge pages, or remove the line hugepages",
        ),
        Issue::Duplicate {
            key,
            line,
            dead_line,
        } => (
            Verdict::Fix,
            *dead_line,
            format!("{key} stands twice: line {line} counts, this one does nothing"),
            "take this line out",
        ),
        _ => return None,
    };
    let text = vm.config.to_string();
    Some(at_line(verdict, title, &vm.path, &text, line, todo))
}

/// The functions of the card that `functions` lack, and whether the slot holds
/// nothing but the card: only then may all of it go.
fn left_out(host: &Host, functions: &[Address]) -> (Vec<Address>, bool) {
    let Some(first) = functions.first() else {
        return (Vec::new(), false);
    };
    let card = host.card_of(*first);
    let whole_slot = host.functions_of(first.slot()).count() == card.len();
    let left_out = card
        .into_iter()
        .map(|device| device.address)
        .filter(|address| !functions.contains(address))
        .collect();
    (left_out, whole_slot)
}

fn domains(context: &Context<'_>) -> Vec<Said> {
    let mut said = Vec::new();
    for domain in &context.host.domains {
        match libvirt::Domain::parse(&domain.text) {
            Ok(read) => {
                let issues = libvirt::lint(&read);
                said.extend(
                    issues
                        .iter()
                        .filter_map(|issue| domain_issue(domain, issue)),
                );
            }
            Err(error) => said.push(
                Said::new(
                    Verdict::Unknown,
                    text!(
                        "this domain cannot be read: {error}",
                        error = error.to_string()
                    ),
                )
                .shown_by([Evidence::at(&*domain.path, &domain.text, error.line)])
                .mend(Remedy::look(&["virsh", "dumpxml", &domain.name])),
            ),
        }
    }
    said
}

fn domain_issue(domain: &Domain, issue: &DomainIssue) -> Option<Said> {
    let (verdict, line, title, todo) = match issue {
        DomainIssue::MisplacedCommandline { line } => (
            Verdict::NoEffect,
            *line,
            "qemu:commandline is not a child of domain: libvirt drops it in silence".to_owned(),
            "move it to the top level of the domain",
        ),
        DomainIssue::CommandlineWithoutNamespace { line } => (
            Verdict::NoEffect,
            *line,
            "the prefix qemu: is not declared on domain: libvirt drops this in silence".to_owned(),
            "declare xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0' on domain",
        ),
        DomainIssue::MisplacedFeature { line, name } => (
            Verdict::NoEffect,
            *line,
            format!("{name} is not in the features of domain: libvirt drops it in silence"),
            "move it into <features>, with virsh edit",
        ),
        DomainIssue::BadVendorId { line, value, .. } => (
            Verdict::Blocker,
            *line,
            format!("libvirt refuses the Hyper-V vendor id \"{value}\""),
            "use at most 12 characters and no comma",
        ),
        DomainIssue::PassedTwice {
            line,
            source,
            first_line,
        } => (
            Verdict::Blocker,
            *line,
            format!("{source:#} is passed twice, in line {first_line} too"),
            "take one hostdev out",
        ),
        DomainIssue::GuestAddressTwice {
            line, first_line, ..
        } => (
            Verdict::Blocker,
            *line,
            format!("the guest's address of this device is taken in line {first_line}"),
            "take the address element out: libvirt finds a free one",
        ),
        DomainIssue::BalloonWithHostdev { line } => (
            Verdict::NoEffect,
            *line,
            "currentMemory is less than memory: the guest goes without the rest and the host \
             gets none of it, since all memory is pinned while functions are passed"
                .to_owned(),
            "set currentMemory to what memory is",
        ),
        DomainIssue::RelativeRomFile { line, path } => (
            Verdict::Fix,
            *line,
            format!("the ROM file {path} is no absolute path"),
            "write the whole path",
        ),
        _ => return None,
    };
    Some(at_line(
        verdict,
        title,
        &domain.path,
        &domain.text,
        line,
        todo,
    ))
}

fn at_line(verdict: Verdict, title: String, path: &str, text: &str, line: u32, todo: &str) -> Said {
    Said::new(verdict, title)
        .shown_by([Evidence::at(path, text, line)])
        .mend(Remedy::Manual {
            step: "edit-guest",
            text: (todo.to_owned()).into(),
        })
}
