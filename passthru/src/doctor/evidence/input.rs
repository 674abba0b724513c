//! Problems of the input.

use host_tree::{DENIED, Evidence, UnreadablePath};

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{DeviceWithoutAddress, Fact, GoodNews, Platform, SettingLine};
use crate::remedy::Remedy;
use crate::text::{Text, plural, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "input-damaged",
        meaning: "The pasted text lost its line breaks, or parts of them. Only unambiguous parts \
                  were read; addresses in the text show which part belongs to which device.",
        source: "the text itself",
        causes: &[],
        check: damaged,
    },
    Rule {
        code: "input-unreadable",
        meaning: "A file or a directory of the host cannot be read. Its content is unknown, and \
                  no plan is made that depends on it.",
        source: "the system that was asked for it",
        causes: &[],
        check: unreadable,
    },
    Rule {
        code: "system-not-judged",
        meaning: "The listing is from a system whose passthrough settings the doctor does not \
                  evaluate: bhyve on FreeBSD, Hyper-V on Windows, Xen. Its functions are listed, \
                  but its settings are not evaluated.",
        source: "the listing itself",
        causes: &[],
        check: not_judged,
    },
    Rule {
        code: "inside-virtual-machine",
        meaning: "All lines of the input are from a virtual machine. Its IOMMU, its firmware and \
                  its groups are emulated by the hypervisor, and most virtual machines have none; \
                  assigned devices are bound to the guest's own drivers, not to vfio-pci. The \
                  reasons why a device cannot be assigned are visible only on the host. A virtual \
                  machine that assigns devices itself needs an emulated IOMMU (intel-iommu, \
                  amd-iommu or virtio-iommu of QEMU).",
        source: "passthru/data/systems.tsv, with a source for each line; QEMU \
                 docs/system/i386/kvm-pv.rst and hw/i386/intel_iommu.c",
        causes: &[],
        check: inside_guest,
    },
    Rule {
        code: "guest-listing-ignored",
        meaning: "Besides the listings of a Linux or ESXi host the input has a listing of another \
                  system, or one with functions that only virtual machines have. It is treated as \
                  a guest's listing, whose addresses differ from those of the host, and is \
                  ignored.",
        source: "the listing itself",
        causes: &[],
        check: left_out,
    },
    Rule {
        code: "several-hosts",
        meaning: "Two lines of the input contradict each other: another device at the same \
                  address, another mainboard, or a processor of another vendor. They are from \
                  several hosts, as in a thread with several posters, or from one host \
                  before and after a hardware change. Only single lines are evaluated, and no \
                  plan is made, because a fact of one host may be false for another. --host \
                  selects one by the host name in its prompts.",
        source: "the lines themselves",
        causes: &[],
        check: several_hosts,
    },
    Rule {
        code: "several-hosts-named",
        meaning: "The prompts in the input name several hosts, but no line contradicts that they \
                  are one host: the author may have edited the names, a guest's prompts may be \
                  beside its host's, or there are two hosts. The input is evaluated as one \
                  host.",
        source: "the prompts themselves",
        causes: &[],
        check: several_hosts_named,
    },
    Rule {
        code: "address-not-shown",
        meaning: "Windows identifies a PCI device by its IDs and by the bridges on the path to \
                  it, without bus numbers. Such a device is listed without an address. The \
                  property LocationInfo has the bus.",
        source: "Microsoft Learn, Device instance IDs; DEVPKEY_Device_LocationInfo",
        causes: &[],
        check: not_placed,
    },
    Rule {
        code: "dda-survey",
        meaning: "Microsoft's script checks each PCI device for obstacles to Discrete Device \
                  Assignment: memory that the firmware reserves, a conventional PCI device, \
                  line-based interrupts. It does not check whether the driver in the guest will \
                  work.",
        source: "Microsoft Learn, Plan for deploying devices by using Discrete Device Assignment",
        causes: &[],
        check: surveyed,
    },
];

fn damaged(context: &Context<'_>) -> Vec<Diagnostic> {
    context
        .host
        .damage
        .iter()
        .map(|damage| {
            Diagnostic::new(Verdict::Harmless, damage.value.clone())
                .evidence([damage.evidence.clone()])
        })
        .collect()
}

fn not_judged(context: &Context<'_>) -> Vec<Diagnostic> {
    let Some(platform) = &context.host.system.platform else {
        return Vec::new();
    };
    // The functions that are reserved for guests are judged.
    let host = context.host;
    let reserves = |line: &Fact<SettingLine>| {
        matches!(
            line.value,
            SettingLine::XenHide(_) | SettingLine::XenAssigned(_)
        )
    };
    if !host.lines.reserved_for_bhyve().is_empty()
        || host.lines.setting_lines().iter().any(reserves)
    {
        return Vec::new();
    }
    let title = text!(
        "the settings of {platform} are not evaluated: only its devices and messages are read",
        platform = platform.value.name()
    );
    // The answer rests on another line then.
    let mut logged = context.host.log_messages.iter();
    let mut news = context.host.words.good_news.iter();
    let is_reported = host.words.complaint.is_some() || host.words.guest_failure.is_some();
    let is_answered = is_reported
        || news.any(GoodNews::is_of_assignment)
        || logged.any(|known| {
            let verdict = known.message.verdict;
            verdict.is_fault() && !known.is_over
        });
    let verdict = if is_answered {
        Verdict::Harmless
    } else {
        Verdict::Unknown
    };
    vec![Diagnostic::new(verdict, title).evidence([platform.evidence.clone()])]
}

fn inside_guest(context: &Context<'_>) -> Vec<Diagnostic> {
    let Some(shown) = &context.host.of_guest else {
        return Vec::new();
    };
    let title = text!(
        "the input is from a virtual machine, whose IOMMU and firmware are not those of the host"
    );
    // The host did its part where the guest sees the device.
    let mut logged = context.host.log_messages.iter();
    let mut news = context.host.words.good_news.iter();
    let has_good_news = news.any(GoodNews::is_of_assignment);
    if has_good_news
        || !context.host.seen_by_guests().is_empty()
        || logged.any(|known| known.message.code == "pcifront-connected")
    {
        return vec![Diagnostic::new(Verdict::Harmless, title).evidence([shown.clone()])];
    }
    vec![
        Diagnostic::new(Verdict::Unknown, title)
            .evidence([shown.clone()])
            .remedy(Remedy::Manual {
                step: "show-host",
                text: output_of_host(context.host.hypervisor_of_guest().as_deref()),
            }),
    ]
}

/// The commands of the host of a guest that show its functions.
fn output_of_host(hypervisor: Option<&str>) -> Text {
    match hypervisor {
        Some(name) if name.starts_with("VMware") => text!(
            "run esxcli hardware pci list on the host, and add its output and the guest's vmware.log"
        ),
        Some(name) if name.starts_with("Hyper-V") => text!(
            "run Get-VMHostAssignableDevice and Get-VMHostPartitionableGpu in PowerShell on the host, and \
             add their output"
        ),
        _ => text!("run the same commands on the host, and use their output"),
    }
}

fn several_hosts(context: &Context<'_>) -> Vec<Diagnostic> {
    let machines = &context.host.machines;
    if !machines.are_several() {
        return Vec::new();
    }
    let title = text!(
        "the input contradicts itself: it is from several hosts, and its parts are not \
         combined"
    );
    let text = match machines.hosts().as_slice() {
        [] => text!(
            "save the current output of each host in a separate file, and check each file \
             alone"
        ),
        hosts => text!(
            "choose one of the hosts {hosts} with --host; or save the current output of \
             each host in a separate file, and check each file alone",
            hosts = hosts
        ),
    };
    vec![
        Diagnostic::new(Verdict::Unknown, title)
            .evidence(machines.contradictions.iter().flatten().cloned())
            .remedy(Remedy::Manual {
                step: "separate-hosts",
                text,
            }),
    ]
}

fn several_hosts_named(context: &Context<'_>) -> Vec<Diagnostic> {
    let machines = &context.host.machines;
    if machines.are_several() || machines.prompts.len() < 2 {
        return Vec::new();
    }
    // One of both is the prompt of the container.
    if context.host.words.statements.in_container.is_some() && machines.prompts.len() == 2 {
        return Vec::new();
    }
    let names: Vec<&str> = machines.prompts.iter().map(|host| &*host.value).collect();
    let title = text!(
        "the prompts name several hosts, {names}: the input is evaluated as one host",
        names
    );
    let shown = machines.prompts.iter().map(|host| host.evidence.clone());
    let text = text!(
        "if these are several hosts, choose one of {names} with --host",
        names
    );
    vec![
        Diagnostic::new(Verdict::Unknown, title)
            .evidence(shown)
            .remedy(Remedy::Manual {
                step: "separate-hosts",
                text,
            }),
    ]
}

fn left_out(context: &Context<'_>) -> Vec<Diagnostic> {
    let reported = |platform: &Fact<Platform>| {
        let title = text!(
            "a listing of {platform} is ignored: the host is another system, so the listing may \
             be a guest's",
            platform = platform.value.name()
        );
        Diagnostic::new(Verdict::Harmless, title).evidence([platform.evidence.clone()])
    };
    let of_lspci = |first: &Evidence| {
        let title = text!(
            "a listing of a virtual machine's functions is ignored: the input also shows another \
             machine, so the listing is a guest's"
        );
        Diagnostic::new(Verdict::Harmless, title).evidence([first.clone()])
    };
    let guests = context.host.guests.listings.iter().map(of_lspci);
    context
        .host
        .left_out
        .iter()
        .map(reported)
        .chain(guests)
        .collect()
}

/// Maximum number of paths that are listed separately.
const MOST_NAMED: usize = 12;

fn unreadable(context: &Context<'_>) -> Vec<Diagnostic> {
    let refusals = &context.host.unreadable_paths;
    let remedy = |path: &str| Remedy::Manual {
        step: "read-as-root",
        text: text!("run the same command as root, which can read {path}", path),
    };
    let one = |refusal: &UnreadablePath| {
        let UnreadablePath { path, reason, .. } = refusal;
        let found = Diagnostic::new(Verdict::Unknown, text!("{reason}: {path}", reason, path));
        found.remedy(if reason == DENIED {
            remedy(path)
        } else {
            Remedy::Manual {
                step: "replace-file",
                text: text!("correct or remove {path}, then run the same command", path),
            }
        })
    };
    let mut reported: Vec<Diagnostic> = refusals.iter().take(MOST_NAMED).map(one).collect();
    let more = refusals.len().saturating_sub(MOST_NAMED);
    if more > 0 {
        let title = plural!(
            more,
            "one more path cannot be read",
            "{count} more paths cannot be read"
        );
        reported.push(
            Diagnostic::new(Verdict::Unknown, title).remedy(Remedy::Manual {
                step: "read-as-root",
                text: text!("run the same command as root, which can read them"),
            }),
        );
    }
    reported
}

fn not_placed(context: &Context<'_>) -> Vec<Diagnostic> {
    let without_address = &context.host.without_address;
    let Some(first) = without_address.first() else {
        return Vec::new();
    };
    // DDA names a device by its location path.
    let is_of_dda = |line: &Fact<SettingLine>| {
        matches!(
            line.value,
            SettingLine::DdaDismount(_) | SettingLine::DdaAdd
        ) && line.evidence.text.contains("PCIROOT(")
    };
    if context.host.lines.setting_lines().iter().any(is_of_dda) {
        return Vec::new();
    }
    let title = plural!(
        without_address.len(),
        "the address of one PCI device is not in the input",
        "the addresses of {count} PCI devices are not in the input"
    );
    let look = "Get-PnpDevice -PresentOnly -InstanceId PCI* | Get-PnpDeviceProperty -KeyName \
                DEVPKEY_Device_LocationInfo | Format-List InstanceId, KeyName, Data";
    vec![
        Diagnostic::new(Verdict::Unknown, title)
            .evidence([first.shown.clone()])
            .remedy(Remedy::inspect(&["powershell", "-Command", look])),
    ]
}

fn surveyed(context: &Context<'_>) -> Vec<Diagnostic> {
    let judged = |wanted: bool| {
        let without_address = context.host.without_address.iter();
        without_address.filter(move |device| {
            let assignable = device.assignable.as_ref();
            assignable.is_some_and(|assignable| assignable.value == wanted)
        })
    };
    let evidence = |devices: Vec<&DeviceWithoutAddress>| -> Vec<_> {
        let facts = devices
            .into_iter()
            .filter_map(|device| device.assignable.as_ref());
        facts.map(|fact| fact.evidence.clone()).take(4).collect()
    };
    let can: Vec<&DeviceWithoutAddress> = judged(true).collect();
    let cannot: Vec<&DeviceWithoutAddress> = judged(false).collect();
    if can.is_empty() && cannot.is_empty() {
        return Vec::new();
    }
    if can.is_empty() {
        let title = text!(
            "Windows considers none of the surveyed devices suitable for assignment to a \
                   guest"
        );
        return vec![Diagnostic::new(Verdict::Impossible, title).evidence(evidence(cannot))];
    }
    let names: Vec<&str> = can
        .iter()
        .filter_map(|device| device.name.as_deref())
        .take(4)
        .collect();
    let title = if can.len() > names.len() {
        text!(
            "Windows considers {names} and other devices suitable for assignment",
            names
        )
    } else {
        text!("Windows considers {names} suitable for assignment", names)
    };
    vec![Diagnostic::new(Verdict::Ok, title).evidence(evidence(can))]
}
