//! Commands of the system that is judged, where a remedy names one of Linux.

use crate::ask::Shell;
use crate::finding::Finding;
use crate::host::{Host, Platform};
use crate::remedy::Remedy;
use crate::target::{HostSystem, Target};
use crate::text::text;

/// The tools of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tools {
    Linux,
    Talos,
    FreeBsd,
    Esxi,
    Windows,
}

impl Tools {
    fn of(host: &Host, target: Option<Target>) -> Self {
        let platform = host.system.platform.as_ref();
        let is_freebsd = platform.is_some_and(|platform| platform.value == Platform::FreeBsd)
            || target.is_some_and(|target| target.system() == HostSystem::FreeBsd);
        match Shell::of(host, target) {
            // The commands are for the guest, whose lines are Linux'.
            Shell::Esxi if target.is_none() && host.of_guest.is_some() => Self::Linux,
            Shell::Talos => Self::Talos,
            Shell::Esxi => Self::Esxi,
            Shell::Windows => Self::Windows,
            Shell::Posix if is_freebsd => Self::FreeBsd,
            Shell::Posix => Self::Linux,
        }
    }
}

/// Gives each finding a command that its host has.
pub(super) fn fit(host: &Host, target: Option<Target>, findings: &mut [Finding]) {
    let tools = Tools::of(host, target);
    for finding in findings {
        // The guest runs in a container, whose devices its administrator lists.
        if finding.code == "vfio-group-not-permitted" && !host.lines.container_devices().is_empty()
        {
            finding.remedy = Some(Remedy::Manual {
                step: "give-group",
                text: text!(
                    "add /dev/vfio/vfio and the group's file in /dev/vfio to the devices of the \
                     container, and run it as a user who may open them"
                ),
            });
        }
        if let Some(Remedy::Inspect { argv }) = &finding.remedy {
            if let Some(fitting) = fitting(tools, argv) {
                finding.remedy = fitting;
            }
        }
    }
}

/// The remedy in place of this command; `None` where the command is right.
///
/// Sources: VMware ESXCLI reference; VMware knowledge base, location of log files; Microsoft
/// Learn, Get-PnpDevice and Get-WinEvent; FreeBSD pciconf(8).
fn fitting(tools: Tools, argv: &[String]) -> Option<Option<Remedy>> {
    let program = argv.first().map(String::as_str).unwrap_or_default();
    let is_any = |programs: &[&str]| programs.contains(&program);
    let of_linux = || {
        let mut words = argv.iter();
        is_any(&LINUX) || words.any(|word| word.contains("/sys/") || word.contains("/proc/"))
    };
    match tools {
        Tools::Linux => None,
        Tools::Talos => Some(talos(argv)),
        Tools::FreeBsd if is_any(&["lspci"]) => Some(Some(Remedy::inspect(&["pciconf", "-lv"]))),
        Tools::FreeBsd if is_any(&["journalctl"]) => Some(Some(Remedy::inspect(&["dmesg"]))),
        Tools::FreeBsd => of_linux().then_some(None),
        Tools::Esxi if is_any(&["dmesg", "journalctl"]) => {
            let log = ["tail", "-n", "200", "/var/log/vmkernel.log"];
            Some(Some(Remedy::inspect(&log)))
        }
        Tools::Esxi if is_any(&["lspci"]) => {
            let list = ["esxcli", "hardware", "pci", "list"];
            Some(Some(Remedy::inspect(&list)))
        }
        Tools::Esxi => of_linux().then_some(None),
        Tools::Windows if is_any(&["dmesg", "journalctl"]) => Some(Some(powershell(
            "Get-WinEvent -LogName System -MaxEvents 200",
        ))),
        Tools::Windows if is_any(&["lspci"]) => Some(Some(powershell(
            "Get-PnpDevice -PresentOnly -InstanceId PCI* | Format-List FriendlyName, InstanceId",
        ))),
        Tools::Windows if is_any(&["powershell"]) || program.starts_with("Get-") => None,
        // Nothing else that findings name runs there.
        Tools::Windows => Some(None),
    }
}

/// The command of talosctl for a command of Linux; `None` without one (Talos documentation, CLI
/// reference).
fn talos(argv: &[String]) -> Option<Remedy> {
    let words: Vec<&str> = argv.iter().map(String::as_str).collect();
    let is_plain = |path: &str| path.starts_with('/') && !path.contains('*');
    let command: Vec<&str> = match words.as_slice() {
        ["talosctl" | "kubectl", ..] => words,
        ["dmesg" | "journalctl", ..] => vec!["talosctl", "dmesg"],
        ["lspci", ..] => vec!["talosctl", "get", "pcidevices", "-o", "yaml"],
        ["find", groups @ "/sys/kernel/iommu_groups", ..] => {
            vec!["talosctl", "list", "-l", "-r", "-d", "3", groups]
        }
        ["uname", ..] => vec!["talosctl", "read", "/proc/version"],
        ["cat", path] if is_plain(path) => vec!["talosctl", "read", path],
        ["ls" | "readlink", .., path] if is_plain(path) => vec!["talosctl", "list", "-l", path],
        _ => return None,
    };
    Some(Remedy::inspect(&command))
}

/// Programs and files of Linux alone.
const LINUX: [&str; 12] = [
    "bootctl",
    "find",
    "kubectl",
    "lsmod",
    "lsof",
    "mdevctl",
    "nvidia-smi",
    "proxmox-boot-tool",
    "virsh",
    "xl",
    "zpool",
    "uname",
];

fn powershell(command: &str) -> Remedy {
    Remedy::inspect(&["powershell", "-Command", command])
}

#[cfg(test)]
mod tests;
