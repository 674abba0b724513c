//! The guests' configurations.

use host_tree::{Evidence, numbered_lines};
use hvconf::libvirt::{self, DomainIssue};
use hvconf::proxmox::{HugePagesIssue, Issue, lint};
use pci_core::Address;

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{Domain, Host, ProxmoxVm};
use crate::remedy::Remedy;
use crate::requirement::{Change, GuestOption};
use crate::size::bytes;
use crate::text::{Text, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "proxmox-vm-config",
        meaning: "A line of a virtual machine's configuration does not have the intended effect, \
                  removes that of another line, or prevents the guest from starting.",
        source: "Proxmox VE, qm.conf(5); the rules of hvconf::proxmox::lint",
        causes: &[],
        check: proxmox,
    },
    Rule {
        code: "libvirt-domain",
        meaning: "A part of a domain's XML does not have the intended effect, or prevents libvirt \
                  from defining the domain.",
        source: "libvirt, Domain XML format; the rules of hvconf::libvirt::lint",
        causes: &[],
        check: domains,
    },
    Rule {
        code: "hook-calls-virsh",
        meaning: "A libvirt hook calls virsh, which libvirt forbids. libvirt waits for the hook \
                  while it starts the domain, and a virsh command on domains, even a list of \
                  them, waits for libvirt: both hang. libvirt 9.0 did answer commands on node \
                  devices and networks. A hostdev with managed='yes' is bound and unbound without \
                  a hook.",
        source: "libvirt, Hooks for specific system management, Calling libvirt functions from \
                 within a hook script; measured with libvirt 9.0",
        causes: &[],
        check: hooks,
    },
];

/// Whether the virsh command is about domains, by its name (virsh(1): the others start with their
/// subject).
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

fn hooks(context: &Context<'_>) -> Vec<Diagnostic> {
    let hooks = context.host.guests.virsh_hooks.iter();
    hooks
        .map(|hook| {
            let calls = &hook.value;
            let (verdict, title) = if is_of_domains(calls) {
                let title = text!(
                    "a hook calls {calls}: libvirt and virsh wait for each other",
                    calls
                );
                (Verdict::Blocker, title)
            } else {
                let title = text!(
                    "a hook calls {calls}, which libvirt forbids hooks to do",
                    calls
                );
                (Verdict::Fix, title)
            };
            Diagnostic::new(verdict, title)
                .evidence([hook.evidence.clone()])
                .remedy(Remedy::Manual {
                    step: "edit-hook",
                    text: text!("remove virsh from the hook, and set managed='yes' on the hostdev"),
                })
        })
        .collect()
}

fn proxmox(context: &Context<'_>) -> Vec<Diagnostic> {
    let vms = &context.host.guests.proxmox_vms;
    vms.iter()
        .flat_map(|vm| {
            lint(&vm.config, context.host.guests.mappings.host_context())
                .into_iter()
                .filter_map(|found| issue(context.host, vm, &found))
        })
        .collect()
}

/// Whether -cpu of args has the model of the line cpu, which has nothing else that could be lost.
fn keeps_cpu(vm: &ProxmoxVm) -> bool {
    let value = |key| vm.config.get(key).map(|entry| entry.value.trim());
    let in_args = value("args").and_then(|args| args.split_once("-cpu "));
    let in_args = in_args.map(|(_, rest)| rest.trim_start_matches([' ', '\'', '"']));
    let model = in_args.and_then(|rest| rest.split([',', ' ', '\'', '"']).next());
    let own = value("cpu");
    own.is_some() && own == model
}

fn issue(host: &Host, vm: &ProxmoxVm, issue: &Issue) -> Option<Diagnostic> {
    let (verdict, line, title, todo) = match issue {
        // Only a complete configuration proves that a key is missing.
        Issue::PcieWithoutQ35 { .. }
            if vm.config.get("machine").is_none() && !vm.config.lacks("machine") =>
        {
            return None;
        }
        Issue::PcieWithoutQ35 { key, line } => (
            Verdict::Blocker,
            *line,
            text!(
                "{key} has pcie=1 but the machine type is not q35: the guest does not start",
                key
            ),
            text!(
                "remove pcie=1 from the line; use machine: q35 only for a new installation, since \
                 it changes the hardware of the installed system"
            ),
        ),
        // macOS needs a vendor and flags that the line cpu cannot set.
        Issue::SecondCpu { .. } if is_of_macos(&vm.config.to_string()) || keeps_cpu(vm) => {
            return None;
        }
        Issue::SecondCpu { line } => (
            Verdict::Check,
            *line,
            text!("args has another -cpu, which replaces all processor settings of Proxmox VE"),
            text!(
                "check that -cpu in args has each flag that the guest needs: those of the line cpu \
                 have no effect; without a flag that only args can set, remove -cpu from args"
            ),
        ),
        Issue::RomFilePath { key, line, path } => (
            Verdict::Fix,
            *line,
            text!(
                "romfile of {key} is the path {path}: Proxmox VE expects the file in \
                 /usr/share/kvm",
                key,
                path
            ),
            text!("copy the file to /usr/share/kvm and name it without a path"),
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
            let title = text!(
                "{key} names only {functions}: the host keeps {others} of the card",
                key,
                functions,
                others = left_out
            );
            let todo = if whole_slot {
                text!("name the slot without a function, which assigns all its functions")
            } else {
                text!("add these functions, each with its own hostpci")
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
            text!(
                "{key} assigns {address}, which line {first_line} also assigns",
                key,
                address = address.to_string(),
                first_line
            ),
            text!("remove one of the two lines"),
        ),
        Issue::UpperCaseAddress { key, line } => (
            Verdict::Blocker,
            *line,
            text!(
                "{key} has upper-case digits in the address: Proxmox VE refuses that",
                key
            ),
            text!("write the address in lower case"),
        ),
        Issue::MappingInHost { key, line, name } => (
            Verdict::Blocker,
            *line,
            text!(
                "{key} has the mapping {name} where an address is expected",
                key,
                name = name.as_str()
            ),
            text!("write mapping= before the name"),
        ),
        // The address of a guide, which its reader replaces.
        Issue::BadHostPci { line, .. } | Issue::Duplicate { line, .. }
            if is_placeholder(&vm.config.to_string(), *line) =>
        {
            return None;
        }
        Issue::BadHostPci { key, line, error } => (
            Verdict::Blocker,
            *line,
            text!(
                "Proxmox VE refuses {key}: {error}",
                key,
                error = error.to_string()
            ),
            text!("correct the line"),
        ),
        Issue::NoSuchIndex { key, line } => (
            Verdict::NoEffect,
            *line,
            text!("{key} does not exist: the last key is hostpci15", key),
            text!("use a lower number"),
        ),
        Issue::Balloon { line } => (
            Verdict::NoEffect,
            *line,
            text!("ballooning has no effect while functions are assigned: all memory is pinned"),
            text!("set balloon: 0"),
        ),
        // Only a complete configuration proves that a key is missing.
        Issue::HugePages(HugePagesIssue::NoNuma { .. })
            if vm.config.get("numa").is_none() && !vm.config.lacks("numa") =>
        {
            return None;
        }
        Issue::HugePages(fault @ HugePagesIssue::NoNuma { .. }) => (
            Verdict::Blocker,
            fault.line(),
            of_huge_pages(fault),
            text!("set numa: 1, or remove the line hugepages"),
        ),
        Issue::HugePages(fault) => (
            Verdict::Blocker,
            fault.line(),
            of_huge_pages(fault),
            text!(
                "change the size of the memory or of the huge pages, or remove the line hugepages"
            ),
        ),
        Issue::Duplicate {
            key,
            line,
            dead_line,
        } => (
            Verdict::Fix,
            *dead_line,
            text!(
                "{key} is set twice: line {line} takes effect, this one has no effect",
                key,
                line
            ),
            text!("remove this line"),
        ),
        _ => return None,
    };
    let text = vm.config.to_string();
    let reported = at_line(verdict, title, &vm.path, &text, line, todo);
    Some(match option_for(issue) {
        // An excerpt of a post is not the guest's file.
        Some(option) if vm.is_complete() && !vm.path.ends_with("/0.conf") => {
            reported.remedy(Change::SetGuestOptions {
                path: vm.path.clone(),
                options: vec![option],
            })
        }
        _ => reported,
    })
}

/// Whether the command line of the guest is that of macOS, with an emulated SMC.
fn is_of_macos(config: &str) -> bool {
    let mut args = config.lines().filter(|line| line.starts_with("args:"));
    args.any(|line| line.contains("isa-applesmc"))
}

/// Whether the value on the line is an address of the letter X: `hostpci0: XX:XX,pcie=1`.
fn is_placeholder(config: &str, line: u32) -> bool {
    let line = numbered_lines(config).find(|(number, _)| *number == line);
    let value = line.and_then(|(_, line)| Some(line.split_once(':')?.1.trim()));
    let address = value.and_then(|value| value.split(',').next());
    // `<PCI-ID>`
    let is_word = |address: &str| address.starts_with('<') && address.ends_with('>');
    address.is_some_and(|address| {
        is_word(address)
            || address.contains(['x', 'X'])
                && address
                    .chars()
                    .all(|c| matches!(c, 'x' | 'X' | '0' | ':' | '.'))
                && !address.starts_with("0x")
    })
}

/// The option that resolves an issue, alone and for any guest.
fn option_for(issue: &Issue) -> Option<GuestOption> {
    match issue {
        Issue::Balloon { .. } => Some(GuestOption::new("balloon", "0")),
        Issue::HugePages(HugePagesIssue::NoNuma { .. }) => Some(GuestOption::new("numa", "1")),
        _ => None,
    }
}

/// The sentence about huge pages that do not fit the guest.
fn of_huge_pages(fault: &HugePagesIssue) -> Text {
    match fault {
        HugePagesIssue::NoMultiple {
            memory,
            page,
            nodes: 0 | 1,
            ..
        } => text!(
            "memory is {memory} MiB, but hugepages needs a multiple of {page} MiB: the guest does \
             not start",
            memory,
            page
        ),
        HugePagesIssue::NoMultiple {
            memory,
            page,
            nodes,
            ..
        } => text!(
            "memory is {memory} MiB, but hugepages needs a multiple of {page} MiB for each of \
             {nodes} sockets: the guest does not start",
            memory,
            page,
            nodes
        ),
        HugePagesIssue::NoNuma { .. } => {
            text!("hugepages needs numa: 1: the guest does not start")
        }
        HugePagesIssue::NoHostNodes { key, .. } => text!(
            "{key} lacks hostnodes and policy, which hugepages needs: the guest does not start",
            key
        ),
        other => text!(
            "{fault}: the guest does not start",
            fault = other.to_string()
        ),
    }
}

/// The functions of the card that are not in `functions`, and whether the slot has only the card:
/// only then may all of it be assigned.
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

fn domains(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for domain in &context.host.guests.domains {
        match libvirt::Domain::parse(&domain.text) {
            Ok(read) => {
                let issues = libvirt::lint(&read);
                reported.extend(
                    issues
                        .iter()
                        .filter_map(|issue| domain_issue(domain, issue)),
                );
            }
            Err(error) => reported.push(
                Diagnostic::new(
                    Verdict::Unknown,
                    text!(
                        "the XML of the domain cannot be read: {error}",
                        error = error.to_string()
                    ),
                )
                .evidence([Evidence::at(
                    &*domain.path,
                    &domain.text,
                    error.line().unwrap_or(1),
                )])
                .remedy(Remedy::inspect(&["virsh", "dumpxml", &domain.name])),
            ),
        }
    }
    reported
}

fn domain_issue(domain: &Domain, issue: &DomainIssue) -> Option<Diagnostic> {
    let (verdict, line, title, todo) = match issue {
        DomainIssue::MisplacedCommandline { line } => (
            Verdict::NoEffect,
            *line,
            text!("qemu:commandline is not a child of domain: libvirt drops the element silently"),
            text!("move qemu:commandline to the top level of the domain"),
        ),
        DomainIssue::CommandlineWithoutNamespace { line } => (
            Verdict::NoEffect,
            *line,
            text!("the prefix qemu: is not declared on domain: libvirt drops the element silently"),
            text!("declare xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0' on domain"),
        ),
        DomainIssue::MisplacedFeature { line, name } => (
            Verdict::NoEffect,
            *line,
            text!(
                "{name} is not in the features of domain: libvirt drops the element silently",
                name
            ),
            text!("move the element into <features>, with virsh edit"),
        ),
        DomainIssue::BadVendorId { line, value, .. } => (
            Verdict::Blocker,
            *line,
            text!("libvirt refuses the Hyper-V vendor id \"{value}\"", value),
            text!("use at most 12 characters and no comma"),
        ),
        DomainIssue::PassedTwice {
            line,
            source,
            first_line,
        } => (
            Verdict::Blocker,
            *line,
            text!(
                "{source} is assigned twice, also in line {first_line}",
                source,
                first_line
            ),
            text!("remove one of the two hostdev elements"),
        ),
        DomainIssue::GuestAddressTwice {
            line, first_line, ..
        } => (
            Verdict::Blocker,
            *line,
            text!(
                "line {first_line} already uses the guest's address of this device",
                first_line
            ),
            text!("remove the address element: libvirt assigns a free address"),
        ),
        DomainIssue::BalloonWithHostdev { line } => (
            Verdict::NoEffect,
            *line,
            text!(
                "currentMemory is less than memory: the guest lacks the difference and the host \
                 does not gain it, since all memory is pinned while functions are assigned"
            ),
            text!("set currentMemory to the value of memory"),
        ),
        DomainIssue::LockLimitTooLow { line, memory } => (
            Verdict::Blocker,
            *line,
            text!(
                "hard_limit is not above the guest's memory of {memory}: with an assigned \
                 function all of that is locked, and the guest does not start",
                memory = bytes(u64::try_from(*memory).unwrap_or(u64::MAX))
            ),
            text!(
                "remove hard_limit: libvirt then sets the limit to the guest's memory plus 1 \
                   GiB"
            ),
        ),
        DomainIssue::RefusedWithHugePages { line, element } => (
            Verdict::Blocker,
            *line,
            text!("libvirt refuses {element} together with hugepages", element),
            text!("remove that element, or hugepages"),
        ),
        DomainIssue::RelativeRomFile { line, path } => (
            Verdict::Fix,
            *line,
            text!("the ROM file {path} is not an absolute path", path),
            text!("write the absolute path"),
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

fn at_line(
    verdict: Verdict,
    title: Text,
    path: &str,
    text: &str,
    line: u32,
    todo: Text,
) -> Diagnostic {
    Diagnostic::new(verdict, title)
        .evidence([Evidence::at(path, text, line)])
        .remedy(Remedy::Manual {
            step: "edit-guest",
            text: todo,
        })
}
