//! Assumptions of a plan: facts that the input does not show, with the value that the
//! distribution has by default, or that the plan is safe with.

use std::borrow::Cow;

use host_tree::{HostTree, Lookup};
use hostconf::boot::loader::{Loader, LoaderKind};
use serde::{Deserialize, Serialize};

use crate::host::{Device, Fact, Host, Initramfs, distribution};
use crate::remedy::shown;
use crate::requirement::{Requirement, State, Use, look_at, open_use, unknown_storage};
use crate::target::Target;
use crate::text::{Text, text};

/// A fact that the input does not show and that the plan rests on. No plan is applied while
/// one is unchecked: the host shows the value, or a person accepts it by the fact's word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Assumption {
    /// The fact's stable word, by which `passthru apply --accept` accepts it: `hypervisor`,
    /// `boot-loader`, `initramfs`, `disk-unused` or `network-unused`.
    pub fact: Cow<'static, str>,
    /// The assumed value; for `disk-unused` and `network-unused` the address of a function whose file systems or
    /// network the host does not use.
    pub value: String,
    /// The reason for this value.
    pub reason: Text,
    /// The command that shows the fact.
    pub argv: Vec<String>,
}

/// The word for the hypervisor.
const HYPERVISOR: &str = "hypervisor";
/// The word for the boot loader.
pub(super) const LOADER: &str = "boot-loader";
/// The word for the initramfs generator.
pub(super) const INITRAMFS: &str = "initramfs";

/// The word for the file systems on a function's disks.
const DISK: &str = "disk-unused";
/// The word for the network through a function.
const NETWORK: &str = "network-unused";

impl Assumption {
    /// Whether `host` shows the value; `None` where it does not show the fact.
    #[must_use]
    pub fn holds(&self, host: &Host) -> Option<bool> {
        let found = match &*self.fact {
            HYPERVISOR => host
                .system
                .hypervisor
                .as_ref()
                .map(|found| found.value.name()),
            INITRAMFS => host
                .system
                .initramfs
                .as_ref()
                .map(|found| found.value.name()),
            LOADER => match &host.boot.loader {
                Loader::Known { kind, .. } => Some(kind.name()),
                Loader::Unknown { .. } => None,
            },
            DISK | NETWORK => return self.is_unused(host),
            _ => None,
        };
        found.map(|found| found == self.value)
    }

    /// Whether the host does not use the function; `None` if not in the input.
    fn is_unused(&self, host: &Host) -> Option<bool> {
        let address = self.value.parse().ok()?;
        let requirement = Requirement::NotInUse { address };
        match requirement.evaluate(host).state {
            State::Met => Some(true),
            State::Unmet => Some(false),
            State::Unknown => None,
        }
    }

    /// The assumption in a sentence.
    #[must_use]
    pub fn sentence(&self) -> Text {
        let (value, because) = (&self.value, &self.reason);
        let command = shown(&self.argv);
        match &*self.fact {
            DISK => text!(
                "no mounted file system on a disk of {value}, {because}; to check: {command}",
                value,
                because,
                command
            ),
            NETWORK => text!(
                "no network of the host through {value}, {because}; to check: {command}",
                value,
                because,
                command
            ),
            LOADER => text!(
                "boot loader: {value}, {because}; to check: {command}",
                value,
                because,
                command
            ),
            INITRAMFS => text!(
                "initramfs generator: {value}, {because}; to check: {command}",
                value,
                because,
                command
            ),
            HYPERVISOR => text!(
                "hypervisor: {value}, {because}; to check: {command}",
                value,
                because,
                command
            ),
            other => text!(
                "{fact}: {value}, {because}; to check: {command}",
                fact = other,
                value,
                because,
                command
            ),
        }
    }
}

/// The assumptions that the host does not use functions whose use is not in the input.
pub(super) fn unused<'a>(
    host: &'a Host,
    functions: &'a [&Device],
) -> impl Iterator<Item = Assumption> + 'a {
    functions.iter().filter_map(move |device| {
        let open = open_use(host, device)?;
        let unknown = unknown_storage(host, device);
        let (fact, because) = match (open, unknown) {
            (Use::Disks, Some(unknown)) if unknown.value.address.is_some() => (
                DISK,
                text!(
                    "since the use of {disk} by the host is not in the input",
                    disk = unknown.value.mount_point
                ),
            ),
            (Use::Disks, Some(unknown)) => (
                DISK,
                text!(
                    "since the input does not include the function of the disk of {mount_point}",
                    mount_point = unknown.value.mount_point
                ),
            ),
            (Use::Disks, None) => (DISK, text!("since mounts are not in the input")),
            (Use::Network, _) => (NETWORK, text!("since routes are not in the input")),
        };
        let address = device.address;
        Some(Assumption {
            fact: fact.into(),
            value: address.to_string(),
            reason: because,
            argv: match unknown {
                Some(unknown) if open == Use::Disks => look_at(&unknown.value),
                _ => open.look(),
            },
        })
    })
}

/// The assumption that a host which shows another hypervisor is one of `target`, which is an operating
/// system of its own.
pub(super) fn of_other_system(target: Target, found: &Fact<Target>) -> Option<Assumption> {
    (target.is_own_system() && target != found.value).then(|| Assumption {
        fact: HYPERVISOR.into(),
        value: target.name().to_owned(),
        reason: text!(
            "as --for requests, but the input is of a host of {found} ({source})",
            found = found.value.name(),
            source = found.evidence.source
        ),
        argv: words("cat /etc/os-release"),
    })
}

/// The hypervisor to plan for if none is in the input: functions are bound to vfio-pci in the same
/// way for each that uses VFIO.
pub(super) fn target(host: &Host) -> Option<(Target, Assumption)> {
    // Without a Linux listing of functions, the host may not be one with KVM.
    let is_linux = host.system.platform.is_none() && host.of_guest.is_none();
    let is_nixos = matches!(
        &host.boot.loader,
        Loader::Known {
            kind: LoaderKind::NixOs,
            ..
        }
    );
    if is_linux && is_nixos {
        let assumption = Assumption {
            fact: HYPERVISOR.into(),
            value: Target::NixOs.name().to_owned(),
            reason: text!("since NixOS configures libvirt; --for selects another"),
            argv: words("nixos-version"),
        };
        return Some((Target::NixOs, assumption));
    }
    is_linux.then(|| {
        let assumption = Assumption {
            fact: HYPERVISOR.into(),
            value: Target::Libvirt.name().to_owned(),
            reason: text!("since the hypervisor is not in the input; --for selects another"),
            argv: words("virsh version"),
        };
        (Target::Libvirt, assumption)
    })
}

/// The host with its distribution's defaults for facts that are not in the input, and the
/// assumptions; `None` without any.
pub(super) fn assumed(tree: &dyn HostTree, host: &Host) -> Option<(Host, Vec<Assumption>)> {
    let is_kept = host.boot.etc_not_kept.is_none() && host.system.read_only_root.is_none();
    let initramfs = is_kept && host.system.initramfs.is_none();
    let unknown = match &host.boot.loader {
        Loader::Unknown { would_tell, .. } if is_kept => Some(would_tell.clone()),
        _ => None,
    };
    if !initramfs && unknown.is_none() {
        return None;
    }
    let (distribution, evidence) = distribution(&host.system)?;
    let because = text!(
        "the default of {distribution}",
        distribution = distribution.name
    );
    let mut assumptions = Vec::new();
    let mut host = Host::read(tree);
    // An absent fact is not assumed.
    let has_grub = !matches!(tree.read("/etc/default/grub"), Lookup::Absent);
    let loader = distribution.loader.filter(|_| has_grub);
    let folder = folder(distribution.initramfs);
    let initramfs = initramfs && !matches!(tree.list(folder), Lookup::Absent);
    if let (Some(commands), Some(kind)) = (unknown, loader) {
        let look = match distribution.name {
            "Proxmox VE" => "proxmox-boot-tool status",
            _ => commands.last().copied().unwrap_or("bootctl status"),
        };
        assumptions.push(Assumption {
            fact: LOADER.into(),
            value: kind.name().to_owned(),
            reason: because.clone(),
            argv: words(look),
        });
        host.boot.loader = Loader::Known {
            kind,
            evidence: vec![evidence.clone()],
        };
    }
    if initramfs {
        assumptions.push(Assumption {
            fact: INITRAMFS.into(),
            value: distribution.initramfs.name().to_owned(),
            reason: because,
            argv: words(program(distribution.initramfs)),
        });
        host.system.initramfs = Some(Fact::new(distribution.initramfs, evidence));
    }
    (!assumptions.is_empty()).then_some((host, assumptions))
}

/// A folder that each host with the program has.
const fn folder(initramfs: Initramfs) -> &'static str {
    match initramfs {
        Initramfs::InitramfsTools => "/etc/initramfs-tools",
        Initramfs::Dracut => "/usr/lib/dracut",
        Initramfs::Mkinitcpio => "/etc/mkinitcpio.d",
        Initramfs::Booster => "/usr/lib/booster",
    }
}

/// The command that shows whether the program is installed.
const fn program(initramfs: Initramfs) -> &'static str {
    match initramfs {
        Initramfs::InitramfsTools => "ls -1d /usr/sbin/update-initramfs",
        Initramfs::Dracut => "ls -1d /usr/bin/dracut",
        Initramfs::Mkinitcpio => "ls -1d /usr/bin/mkinitcpio",
        Initramfs::Booster => "ls -1d /usr/bin/booster",
    }
}

fn words(command: &str) -> Vec<String> {
    command.split(' ').map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
