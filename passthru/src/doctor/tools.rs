//! Commands of the system that is judged, where a remedy names one of Linux.

use crate::ask::Shell;
use crate::finding::Finding;
use crate::remedy::Remedy;

/// Gives each finding a command that its host has.
pub(super) fn fit(shell: Shell, findings: &mut [Finding]) {
    for finding in findings {
        if let Some(Remedy::Inspect { argv }) = &finding.remedy {
            if let Some(fitting) = fitting(shell, argv) {
                finding.remedy = fitting;
            }
        }
    }
}

/// The remedy in place of this command; `None` where the command is right.
///
/// Sources: VMware ESXCLI reference; VMware knowledge base, location of log files; Microsoft
/// Learn, Get-PnpDevice and Get-WinEvent.
fn fitting(shell: Shell, argv: &[String]) -> Option<Option<Remedy>> {
    let program = argv.first().map(String::as_str).unwrap_or_default();
    let is_any = |programs: &[&str]| programs.contains(&program);
    match shell {
        Shell::Posix => None,
        Shell::Esxi if is_any(&["dmesg", "journalctl"]) => {
            let log = ["tail", "-n", "200", "/var/log/vmkernel.log"];
            Some(Some(Remedy::inspect(&log)))
        }
        Shell::Esxi if is_any(&["lspci"]) => {
            let list = ["esxcli", "hardware", "pci", "list"];
            Some(Some(Remedy::inspect(&list)))
        }
        Shell::Esxi => is_any(&LINUX).then_some(None),
        Shell::Windows if is_any(&["dmesg", "journalctl"]) => Some(Some(powershell(
            "Get-WinEvent -LogName System -MaxEvents 200",
        ))),
        Shell::Windows if is_any(&["lspci"]) => Some(Some(powershell(
            "Get-PnpDevice -PresentOnly -InstanceId PCI* | Format-List FriendlyName, InstanceId",
        ))),
        Shell::Windows if is_any(&["powershell"]) || program.starts_with("Get-") => None,
        // Nothing else that findings name runs there.
        Shell::Windows => Some(None),
    }
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
mod tests {
    use super::*;

    #[test]
    fn each_system_gets_its_own_commands() {
        let fitted = |shell, words: &[&str]| {
            let argv: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            let remedy = fitting(shell, &argv).unwrap_or(Some(Remedy::Inspect { argv }));
            remedy.map(|remedy| remedy.to_string())
        };
        let esxi = fitted(Shell::Esxi, &["dmesg"]).unwrap();
        assert_eq!(esxi, "run: tail -n 200 /var/log/vmkernel.log");
        let list = fitted(Shell::Esxi, &["lspci", "-nnk"]).unwrap();
        assert_eq!(list, "run: esxcli hardware pci list");
        assert!(
            fitted(Shell::Windows, &["lspci"])
                .unwrap()
                .contains("Get-PnpDevice")
        );
        assert_eq!(fitted(Shell::Windows, &["find", "/sys"]), None);
        assert_eq!(fitted(Shell::Posix, &["dmesg"]).unwrap(), "run: dmesg");
    }
}
