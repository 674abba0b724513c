//! What is wrong with the input itself.

use host_tree::{Evidence, Refusal};

use crate::doctor::rule::{Context, Rule, Said};
use crate::host::{Fact, Platform, Unplaced};
use crate::remedy::Remedy;
use crate::text::{plural, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "input-damaged",
        meaning: "The pasted text lost its line breaks, or parts of it. What can be read from it \
                  with certainty was read; what belongs to which device is told apart by the \
                  addresses in it.",
        source: "the text itself",
        causes: &[],
        check: damaged,
    },
    Rule {
        code: "input-unreadable",
        meaning: "A file or a directory of the host cannot be read. Nothing is said of what it \
                  holds, neither that it is there nor that it is not, and no plan is made that \
                  has to know it.",
        source: "the system that was asked for it",
        causes: &[],
        check: unreadable,
    },
    Rule {
        code: "system-not-judged",
        meaning: "The listing is of a system whose passthrough is set up in ways that the doctor \
                  does not know: bhyve on FreeBSD, Hyper-V on Windows, Xen. Its functions are \
                  listed; nothing is said of its settings.",
        source: "the listing itself",
        causes: &[],
        check: not_judged,
    },
    Rule {
        code: "inside-virtual-machine",
        meaning: "All lines of the input are of a virtual machine. Its IOMMU, its firmware and \
                  its groups are those that the hypervisor emulates, and most have none; the \
                  devices that it is given are bound to its own drivers, not to vfio-pci. What \
                  keeps a device from a guest is seen on the host. A virtual machine that is to \
                  assign devices itself needs an emulated IOMMU (intel-iommu, amd-iommu or \
                  virtio-iommu of QEMU).",
        source: "passthru/data/systems.tsv, with a source for each line; QEMU \
                 docs/system/i386/kvm-pv.rst and hw/i386/intel_iommu.c",
        causes: &[],
        check: inside_guest,
    },
    Rule {
        code: "guest-listing-left-out",
        meaning: "Beside the listings of a Linux or ESXi host stands one of another system, or \
                  one with functions that only virtual machines have. It is taken for that of a \
                  guest, whose addresses are not those of the host, and nothing was read from \
                  it.",
        source: "the listing itself",
        causes: &[],
        check: left_out,
    },
    Rule {
        code: "several-machines",
        meaning: "Two lines of the input contradict each other: another device at the same \
                  address, another mainboard, or a processor of another maker. They are of several machines, as in a thread \
                  with more than one poster, or of one before and after its hardware changed. \
                  What is true of one may be false of the other, so only single lines are \
                  judged, and no plan is made. --machine chooses one by the host that its \
                  prompts name.",
        source: "the lines themselves",
        causes: &[],
        check: several_machines,
    },
    Rule {
        code: "several-hosts-named",
        meaning: "The prompts in the input name several hosts, and nothing contradicts that \
                  they are one machine: its author may have written the names anew, a guest's \
                  may stand beside its host's, or they may be two machines. They are judged as \
                  one.",
        source: "the prompts themselves",
        causes: &[],
        check: several_hosts,
    },
    Rule {
        code: "address-not-shown",
        meaning: "Windows names a PCI device by its ids, and where it is by the bridges on the \
                  way to it, without bus numbers. Such a device is listed, and has no address. \
                  The property LocationInfo has the bus.",
        source: "Microsoft Learn, Device instance IDs; DEVPKEY_Device_LocationInfo",
        causes: &[],
        check: not_placed,
    },
    Rule {
        code: "dda-survey",
        meaning: "Microsoft's script looks at each PCI device for what stands against Discrete \
                  Device Assignment: memory that the firmware holds, a device of old PCI, \
                  line-based interrupts. It does not look at whether the driver in the guest \
                  will work.",
        source: "Microsoft Learn, Plan for deploying devices by using Discrete Device Assignment",
        causes: &[],
        check: surveyed,
    },
];

fn damaged(context: &Context<'_>) -> Vec<Said> {
    context
        .host
        .damage
        .iter()
        .map(|damage| {
            Said::new(Verdict::Harmless, text!("{damage}", damage = damage.value))
                .shown_by([damage.evidence.clone()])
        })
        .collect()
}

fn not_judged(context: &Context<'_>) -> Vec<Said> {
    let Some(platform) = &context.host.system.platform else {
        return Vec::new();
    };
    let title = text!(
        "the settings of {platform} are not judged: only its devices and messages are read",
        platform = platform.value.name()
    );
    vec![Said::new(Verdict::Unknown, title).shown_by([platform.evidence.clone()])]
}

fn inside_guest(context: &Context<'_>) -> Vec<Said> {
    let Some(shown) = &context.host.guest else {
        return Vec::new();
    };
    let title = text!(
        "the input is of a virtual machine, whose IOMMU and firmware are not those of the host"
    );
    vec![
        Said::new(Verdict::Unknown, title)
            .shown_by([shown.clone()])
            .remedy(Remedy::Manual {
                step: "show-host",
                text: text!("run the same commands on the host, and judge their output"),
            }),
    ]
}

fn several_machines(context: &Context<'_>) -> Vec<Said> {
    let machines = &context.host.machines;
    if !machines.are_several() {
        return Vec::new();
    }
    let title = text!(
        "the input contradicts itself: it is of several machines, and its parts are not combined"
    );
    let text = match machines.hosts().as_slice() {
        [] => text!(
            "save the present output of each machine in a file of its own, and judge each file \
             alone"
        ),
        hosts => text!(
            "choose one of the machines {hosts} with --machine; or save the present output of each \
             machine in a file of its own, and judge each file alone",
            hosts = hosts
        ),
    };
    vec![
        Said::new(Verdict::Unknown, title)
            .shown_by(machines.contradictions.iter().flatten().cloned())
            .remedy(Remedy::Manual {
                step: "part-machines",
                text,
            }),
    ]
}

fn several_hosts(context: &Context<'_>) -> Vec<Said> {
    let machines = &context.host.machines;
    if machines.are_several() || machines.prompts.len() < 2 {
        return Vec::new();
    }
    let names: Vec<&str> = machines.prompts.iter().map(|host| &*host.value).collect();
    let title = text!(
        "the prompts name several hosts, {names}: the input is judged as one machine",
        names
    );
    let shown = machines.prompts.iter().map(|host| host.evidence.clone());
    let text = text!(
        "if these are several machines, choose one of {names} with --machine",
        names
    );
    vec![
        Said::new(Verdict::Unknown, title)
            .shown_by(shown)
            .remedy(Remedy::Manual {
                step: "part-machines",
                text,
            }),
    ]
}

fn left_out(context: &Context<'_>) -> Vec<Said> {
    let said = |platform: &Fact<Platform>| {
        let title = text!(
            "a listing of {platform} was left out: the host is another system, so it may be a \
             guest's",
            platform = platform.value.name()
        );
        Said::new(Verdict::Harmless, title).shown_by([platform.evidence.clone()])
    };
    let of_lspci = |first: &Evidence| {
        let title = text!(
            "a listing of a virtual machine's functions was left out: the input shows another \
             machine too, so it is a guest's"
        );
        Said::new(Verdict::Harmless, title).shown_by([first.clone()])
    };
    let guests = context.host.guest_listings.iter().map(of_lspci);
    context
        .host
        .left_out
        .iter()
        .map(said)
        .chain(guests)
        .collect()
}

/// How many paths are named each by itself.
const MOST_NAMED: usize = 12;

fn unreadable(context: &Context<'_>) -> Vec<Said> {
    let refusals = &context.host.refusals;
    let remedy = |path: &str| Remedy::Manual {
        step: "read-as-root",
        text: text!("run the same command as root, which may read {path}", path),
    };
    let one = |refusal: &Refusal| {
        let Refusal { path, reason, .. } = refusal;
        Said::new(Verdict::Unknown, text!("{reason}: {path}", reason, path)).remedy(remedy(path))
    };
    let mut said: Vec<Said> = refusals.iter().take(MOST_NAMED).map(one).collect();
    let more = refusals.len().saturating_sub(MOST_NAMED);
    if more > 0 {
        let title = plural!(
            more,
            "one more path cannot be read",
            "{count} more paths cannot be read"
        );
        said.push(Said::new(Verdict::Unknown, title).remedy(Remedy::Manual {
            step: "read-as-root",
            text: text!("run the same command as root, which may read them"),
        }));
    }
    said
}

fn not_placed(context: &Context<'_>) -> Vec<Said> {
    let unplaced = &context.host.unplaced;
    let Some(first) = unplaced.first() else {
        return Vec::new();
    };
    let title = plural!(
        unplaced.len(),
        "the address of one PCI device is not shown",
        "the addresses of {count} PCI devices are not shown"
    );
    let look = "Get-PnpDevice -PresentOnly -InstanceId PCI* | Get-PnpDeviceProperty -KeyName \
                DEVPKEY_Device_LocationInfo | Format-List InstanceId, KeyName, Data";
    vec![
        Said::new(Verdict::Unknown, title)
            .shown_by([first.shown.clone()])
            .remedy(Remedy::inspect(&["powershell", "-Command", look])),
    ]
}

fn surveyed(context: &Context<'_>) -> Vec<Said> {
    let judged = |wanted: bool| {
        let unplaced = context.host.unplaced.iter();
        unplaced.filter(move |device| {
            let assignable = device.assignable.as_ref();
            assignable.is_some_and(|assignable| assignable.value == wanted)
        })
    };
    let evidence = |devices: Vec<&Unplaced>| -> Vec<_> {
        let facts = devices
            .into_iter()
            .filter_map(|device| device.assignable.as_ref());
        facts.map(|fact| fact.evidence.clone()).take(4).collect()
    };
    let can: Vec<&Unplaced> = judged(true).collect();
    let cannot: Vec<&Unplaced> = judged(false).collect();
    if can.is_empty() && cannot.is_empty() {
        return Vec::new();
    }
    if can.is_empty() {
        let title =
            text!("Windows finds none of the surveyed devices fit for assignment to a guest");
        return vec![Said::new(Verdict::Impossible, title).shown_by(evidence(cannot))];
    }
    let names: Vec<&str> = can
        .iter()
        .filter_map(|device| device.name.as_deref())
        .take(4)
        .collect();
    let title = if can.len() > names.len() {
        text!(
            "Windows finds {names} and other devices fit for assignment",
            names
        )
    } else {
        text!("Windows finds {names} fit for assignment", names)
    };
    vec![Said::new(Verdict::Ok, title).shown_by(evidence(can))]
}
