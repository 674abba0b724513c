//! Prepared resources: modules, device files of groups, mediated devices, and the limit on locked
//! memory.

use host_tree::Evidence;
use list_order::Order as _;

use crate::doctor::isolation::groups::addresses;
use crate::doctor::isolation::iommu::problem_messages;
use crate::doctor::rule::{Context, Diagnostic, Rule, plan_remedy};
use crate::host::{LimitOf, LockedMemory, Mediated};
use crate::remedy::Remedy;
use crate::size;
use crate::target::Target;
use crate::text::{Text, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "vfio-module-loaded",
        meaning: "lsmod lists vfio_pci. A loaded module does not show which functions are bound \
                  to it: that depends on its ids=, driver_override or the toolstack.",
        source: "Linux kernel/module/procfs.c, m_show; Documentation/driver-api/vfio.rst",
        causes: &[],
        check: module_loaded,
    },
    Rule {
        code: "group-node-present",
        meaning: "The IOMMU group has its device file in /dev/vfio: at least one of its members \
                  is bound to a VFIO driver, and the IOMMU is in use.",
        source: "Linux drivers/vfio/group.c, vfio_group_create",
        causes: &[],
        check: group_nodes,
    },
    Rule {
        code: "mediated-device-present",
        meaning: "The mediated device exists: it can be assigned to a guest, while the host \
                  driver keeps the function and shares it.",
        source: "mdevctl(8), list; Linux Documentation/driver-api/vfio-mediated-device.rst",
        causes: &[],
        check: mediated_devices,
    },
    Rule {
        code: "mediated-type-available",
        meaning: "The driver of the function offers this type of mediated device, and more of \
                  them can be created.",
        source: "Linux Documentation/driver-api/vfio-mediated-device.rst, available_instances",
        causes: &[],
        check: |context| types(context, true),
    },
    Rule {
        code: "mediated-type-used-up",
        meaning: "No more devices of this type can be created: the existing ones use up the card, \
                  or a device of another type excludes it.",
        source: "Linux Documentation/driver-api/vfio-mediated-device.rst, available_instances",
        causes: &[],
        check: |context| types(context, false),
    },
    Rule {
        code: "no-group-file",
        meaning: "/dev/vfio has the container alone and no file of an IOMMU group: no function is \
                  bound to a VFIO driver, or its group has a member that is bound to a host \
                  driver. A guest with an assigned function does not start.",
        source: "Linux Documentation/driver-api/vfio.rst; drivers/vfio/group.c, vfio_group_alloc",
        causes: &["vfio-group-file-missing", "virtualbox-vfio-not-opened"],
        check: no_group_file,
    },
    Rule {
        code: "locked-memory-unlimited",
        meaning: "Programs may lock any amount of memory; a guest with an assigned function locks \
                  all of its memory.",
        source: "getrlimit(2), RLIMIT_MEMLOCK; Linux drivers/vfio/vfio_iommu_type1.c, \
                 vfio_pin_pages_remote",
        causes: &[],
        check: unlimited,
    },
    Rule {
        code: "locked-memory-limited",
        meaning: "A guest with an assigned function locks all of its memory. Under this limit a \
                  guest of that size does not start if the limit applies to its QEMU: started by \
                  a user, a service or in a container. libvirt and Proxmox VE set their own \
                  limit.",
        source: "getrlimit(2), RLIMIT_MEMLOCK; Linux drivers/vfio/vfio_iommu_type1.c, \
                 vfio_pin_pages_remote; libvirt src/qemu/qemu_domain.c, \
                 qemuDomainGetMemLockLimitBytes",
        causes: &["vfio-memlock-exceeded", "memlock-too-small"],
        check: limited,
    },
];

fn module_loaded(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut loaded = context.host.lines.loaded_modules().iter();
    let vfio = loaded.find(|fact| fact.value == "vfio_pci");
    let reported = vfio.map(|fact| {
        Diagnostic::new(Verdict::Ok, text!("the module vfio_pci is loaded"))
            .evidence([fact.evidence.clone()])
    });
    reported.into_iter().collect()
}

fn group_nodes(context: &Context<'_>) -> Vec<Diagnostic> {
    let nodes = context.host.lines.group_nodes();
    if nodes.is_empty() {
        return Vec::new();
    }
    let groups: Vec<String> = nodes.iter().map(|node| node.value.to_string()).collect();
    let title = text!(
        "/dev/vfio has the device files of these IOMMU groups: {groups}",
        groups = groups.join(", ")
    );
    let shown = nodes.iter().map(|node| node.evidence.clone());
    vec![Diagnostic::new(Verdict::Ok, title).evidence(shown)]
}

fn no_group_file(context: &Context<'_>) -> Vec<Diagnostic> {
    let Some(shown) = context.host.lines.vfio_without_groups() else {
        return Vec::new();
    };
    // A guest was started and failed.
    let verdict = match problem_messages(context).next() {
        Some(_) => Verdict::Blocker,
        None => Verdict::Fix,
    };
    let title = text!("/dev/vfio has no file of an IOMMU group: no function is bound to vfio-pci");
    vec![
        Diagnostic::new(verdict, title)
            .evidence([shown.clone()])
            .remedy(plan_remedy(context)),
    ]
}

fn mediated_devices(context: &Context<'_>) -> Vec<Diagnostic> {
    let devices = context
        .host
        .lines
        .mediated()
        .iter()
        .filter_map(|fact| match &fact.value {
            Mediated::Device(function, _) => Some((*function, fact.evidence.clone())),
            Mediated::Type(..) => None,
        });
    let (mut functions, shown): (Vec<_>, Vec<_>) = devices.unzip();
    functions.dedup();
    if functions.is_empty() {
        return Vec::new();
    }
    let title = text!(
        "mediated devices of {functions} exist",
        functions = addresses(functions.iter().copied())
    );
    vec![
        Diagnostic::new(Verdict::Ok, title)
            .of(functions)
            .evidence(shown),
    ]
}

fn types(context: &Context<'_>, is_free: bool) -> Vec<Diagnostic> {
    let mut reported: Vec<Diagnostic> = Vec::new();
    for fact in context.host.lines.mediated() {
        let Mediated::Type(kind, free) = &fact.value else {
            continue;
        };
        // The list of types may be older than the devices.
        let is_used =
            context.host.lines.mediated().iter().any(
                |other| matches!(&other.value, Mediated::Device(_, of_kind) if of_kind == kind),
            );
        if (*free > 0) != is_free || is_free && is_used {
            continue;
        }
        let (verdict, title) = match is_free {
            true => (
                Verdict::Ok,
                text!(
                    "{free} more mediated devices of the type {kind} can be created",
                    free,
                    kind
                ),
            ),
            false => (
                Verdict::Harmless,
                text!(
                    "no more mediated devices of the type {kind} can be created",
                    kind
                ),
            ),
        };
        if !reported.iter().any(|known| known.title == title) {
            reported.push(Diagnostic::new(verdict, title).evidence([fact.evidence.clone()]));
        }
    }
    reported
}

fn unlimited(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported: Vec<(Text, Vec<Evidence>)> = Vec::new();
    let lines = context.host.lines.locked_memory().iter();
    for fact in lines.filter(|fact| fact.value.limit.is_none()) {
        let title = match &fact.value.of {
            LimitOf::Owner(owner) | LimitOf::User(Some(owner)) => {
                text!("locked memory is not limited for {owner}", owner)
            }
            LimitOf::User(None) | LimitOf::Unknown => {
                text!("locked memory is not limited for the user of this shell")
            }
            LimitOf::Everyone | LimitOf::Service | LimitOf::Container => {
                text!("locked memory is not limited")
            }
        };
        match reported.iter_mut().find(|(known, _)| *known == title) {
            Some((_, shown)) => shown.push(fact.evidence.clone()),
            None => reported.push((title, vec![fact.evidence.clone()])),
        }
    }
    let reported = reported.into_iter();
    reported
        .map(|(title, shown)| Diagnostic::new(Verdict::Ok, title).evidence(shown))
        .collect()
}

/// Whether the limit is that of QEMU, which exceeded one: the message names the same, or the limit is of
/// all users, of the service, of the container or of a named user's shell. A row of limits.conf for one
/// user or group, and a shell without a name, may be of another user than QEMU.
fn is_exceeded(context: &Context<'_>, shown: &LockedMemory) -> bool {
    let exceeded = || {
        let logged = context.host.log_messages.iter();
        logged.filter(|logged| {
            matches!(
                logged.message.code,
                "vfio-memlock-exceeded" | "memlock-too-small"
            )
        })
    };
    let named = exceeded().filter_map(|logged| exceeded_limit(&logged.evidence.text));
    let named: Vec<u64> = named.collect();
    // The message has the limit of its time: another one is of another user, or was set since.
    if !named.is_empty() {
        return shown.limit.is_some_and(|limit| named.contains(&limit));
    }
    let mut others = context.host.lines.locked_memory().iter();
    let is_sure = match shown.of {
        LimitOf::User(Some(_)) | LimitOf::Service | LimitOf::Container => true,
        // Root, which starts the guests of Proxmox VE, is no part of `*`.
        LimitOf::Everyone => {
            !is_proxmox(context) && !others.any(|one| matches!(one.value.of, LimitOf::Owner(_)))
        }
        LimitOf::User(None) | LimitOf::Owner(_) | LimitOf::Unknown => false,
    };
    is_sure && exceeded().next().is_some()
}

fn is_proxmox(context: &Context<'_>) -> bool {
    context.target == Some(Target::Proxmox)
}

/// The limit, in bytes, that the kernel prints (Linux drivers/vfio/vfio_iommu_type1.c).
fn exceeded_limit(line: &str) -> Option<u64> {
    let (_, rest) = line.split_once("RLIMIT_MEMLOCK (")?;
    rest.split_once(')')?.0.parse().ok()
}

fn limited(context: &Context<'_>) -> Vec<Diagnostic> {
    let lines = context.host.lines.locked_memory().iter();
    let mut reported: Vec<Diagnostic> = lines
        .filter_map(|fact| {
            let limit = fact.value.limit?;
            let (verdict, title) = if is_exceeded(context, &fact.value) {
                let title = text!(
                    "locked memory is limited to {limit}, less than the guest's memory",
                    limit = size::bytes(limit)
                );
                (Verdict::Blocker, title)
            } else {
                let title = text!(
                    "not in the input: whether a guest is started under this limit of {limit} of \
                     locked memory",
                    limit = size::bytes(limit)
                );
                (Verdict::Unknown, title)
            };
            let reported = Diagnostic::new(verdict, title).evidence([fact.evidence.clone()]);
            Some(reported.remedy(Remedy::Manual {
                step: "memlock-limit",
                text: raise(&fact.value.of),
            }))
        })
        .collect();
    // The limit that is too small before one that may apply.
    reported.order_by_key(|one| one.verdict);
    reported.truncate(1);
    reported
}

/// The step that raises the limit.
fn raise(of: &LimitOf) -> Text {
    match of {
        LimitOf::User(name) => text!(
            "write {user} - memlock unlimited into a file of /etc/security/limits.d, and log in \
             again",
            user = name.as_deref().unwrap_or("USER")
        ),
        LimitOf::Owner(owner) => text!(
            "write {user} - memlock unlimited into a file of /etc/security/limits.d, and log in \
             again",
            user = owner
        ),
        LimitOf::Everyone => text!(
            "write {user} - memlock unlimited into a file of /etc/security/limits.d, and log in \
             again",
            user = "USER"
        ),
        LimitOf::Service => text!(
            "set LimitMEMLOCK=infinity in the service that starts the guest, run systemctl \
             daemon-reload, and restart it"
        ),
        LimitOf::Container => text!("set ulimits: memlock: -1 for the container"),
        LimitOf::Unknown => text!(
            "for a guest that libvirt or Proxmox VE does not start, set the limit above the \
             guest's memory: of a user in /etc/security/limits.d (USER - memlock unlimited, then \
             log in again), of a service by LimitMEMLOCK=infinity, of a container by ulimits: \
             memlock: -1"
        ),
    }
}
