//! Texts that are all one configuration file.

use hostconf::boot::running;
use iommu::KernelLog;

use super::commands;
use super::lines::is_kernel_option;
use super::log_line::is_logged;
use super::text_kind::TextKind;
use crate::messages;

/// The kind of a text that is all one configuration file.
pub(super) fn config_file(text: &str) -> Option<TextKind> {
    let first = lines(text).next()?;
    // The prompt of root begins with the sign of a remark; the command names the file.
    let shows = |line: &str| commands::cat(line.trim_start_matches(['#', ' '])).is_some();
    if lines(text).any(|line| line.starts_with('#') && shows(line)) {
        return None;
    }
    let said = || lines(text).filter(|line| !line.starts_with('#'));
    // A message is a fact beside any setting, and a line of no file.
    let all = |test: fn(&str) -> bool| {
        said().next().is_some() && said().all(test) && !said().any(is_message)
    };
    // A node device has an element <domain>, too: the number.
    let is_device = text.contains("<device>");
    let is_domain = first.starts_with("<domain")
        || (first.starts_with("<?xml") && text.contains("<domain") && !is_device);
    // Other output may follow the domain.
    if is_domain
        && lines(text)
            .last()
            .is_none_or(|last| last.starts_with('<') || last.ends_with('>'))
    {
        return Some(TextKind::Domain);
    }
    let is_object = ["---", "apiVersion:", "kind:", "items:", "{"];
    if said()
        .next()
        .is_some_and(|line| is_object.iter().any(|start| line.starts_with(start)))
        && lines(text).any(is_kind_of_kubevirt)
        && !text.lines().any(is_sentence)
    {
        return Some(TextKind::KubeVirtObjects);
    }
    if lines(text).any(|line| line.starts_with("GRUB_CMDLINE_LINUX")) && all(is_shell_line) {
        return Some(TextKind::Grub);
    }
    if lines(text).count() == 1 {
        let words: Vec<&str> = first.split(' ').collect();
        let option = |name: &str| words.iter().any(|word| word.starts_with(name));
        let is_log = running::logged(first).is_some();
        // A sentence may quote an option.
        let (options, others): (Vec<&str>, Vec<&str>) =
            words.iter().partition(|word| is_kernel_option(word));
        let is_line = others.len() <= options.len() && first.is_ascii();
        let is_root = option("root=") && !first.contains(": ");
        if !is_log && is_line && (option("BOOT_IMAGE=") || is_root) {
            return Some(TextKind::CommandLine);
        }
        if first.starts_with("Linux version ") {
            return Some(TextKind::KernelVersion);
        }
    }
    if lines(text).any(|line| line.starts_with("ID="))
        && text.contains("NAME=")
        && all(is_assignment)
    {
        return Some(TextKind::OsRelease);
    }
    if all(is_modprobe_line) {
        return Some(TextKind::Modprobe);
    }
    if all(is_module_name) && said().any(|line| line.starts_with("vfio") || line.contains("kvm")) {
        return Some(TextKind::ModuleList);
    }
    if all(is_passthru_map_line) {
        return Some(TextKind::PassthruMap);
    }
    if said().any(|line| line.starts_with("/device/")) && all(is_esx_conf_line) {
        return Some(TextKind::EsxConf);
    }
    if said().any(|line| line.starts_with("kernelopt=")) && all(is_assignment) {
        return Some(TextKind::EsxiBoot);
    }
    if said().any(|line| line.starts_with("pciPassthru") || line.starts_with("virtualHW.version"))
        && all(is_vmx_line)
    {
        return Some(TextKind::Vmx);
    }
    let proxmox = [
        "hostpci", "scsihw:", "ostype:", "net0:", "smbios1:", "bios:", "machine:", "cpu:", "args:",
    ];
    if said().any(|line| proxmox.iter().any(|key| line.starts_with(key))) && all(is_proxmox_line) {
        return Some(TextKind::ProxmoxVm);
    }
    None
}

/// `key: value` of a virtual machine of Proxmox VE, or the heading of a section (qm.conf(5)).
fn is_proxmox_line(line: &str) -> bool {
    let is_key = |key: &str| {
        !key.is_empty()
            && key
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-".contains(&b))
    };
    let is_section = line.starts_with('[') && line.ends_with(']');
    let key = line.split_once(": ").map(|(key, _)| key);
    is_section || key.or_else(|| line.strip_suffix(':')).is_some_and(is_key)
}

/// `/device/0000:01:00.0/owner = "passthru"` of esx.conf.
fn is_esx_conf_line(line: &str) -> bool {
    let value = line
        .strip_prefix('/')
        .and_then(|line| line.split_once(" = "));
    value.is_some_and(|(path, value)| {
        !path.contains(' ') && value.starts_with('"') && value.ends_with('"')
    })
}

/// `key = "value"` of a virtual machine of VMware.
fn is_vmx_line(line: &str) -> bool {
    line.split_once('=').is_some_and(|(key, _)| {
        let key = key.trim();
        !key.is_empty()
            && key
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"._:-".contains(&b))
    })
}

/// Whether the line is at the margin, and of words alone: no line of YAML or JSON.
fn is_sentence(line: &str) -> bool {
    let is_mark = |c: char| c.is_whitespace() || "-#{}[]\"'|>".contains(c);
    !line.starts_with(is_mark) && !line.contains(':') && line.split_ascii_whitespace().count() >= 3
}

/// The lines that are not blank, trimmed.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// `kind: VirtualMachine`, of YAML or of JSON.
fn is_kind_of_kubevirt(line: &str) -> bool {
    let line = line
        .strip_prefix("- ")
        .unwrap_or(line)
        .trim_end_matches(',');
    let pair = line.split_once(':');
    let pair = pair.map(|(key, value)| (key.trim_matches('"'), value.trim().trim_matches('"')));
    matches!(
        pair,
        Some(("kind", "KubeVirt" | "HyperConverged" | "VirtualMachine"))
    )
}

fn is_assignment(line: &str) -> bool {
    line.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    })
}

/// A line of shell variables. A value cut by a line break continues to its quotation mark; the name of
/// a program before a colon is no kernel option.
fn is_shell_line(line: &str) -> bool {
    let is_of_program = || {
        let first = line.split_ascii_whitespace().next();
        first.is_some_and(|word| word.ends_with(':'))
    };
    is_assignment(line)
        || line.starts_with("export ")
        || line.ends_with(['"', '\'']) && !is_of_program()
}

/// Whether the line is one of a log, or a message of the kernel or of a program.
fn is_message(line: &str) -> bool {
    is_logged(line)
        || !messages::matches(line).is_empty()
        || !KernelLog::parse("", line).lines.is_empty()
}

fn is_modprobe_line(line: &str) -> bool {
    let words = line.split_ascii_whitespace().count();
    let directive = line.split_ascii_whitespace().next().unwrap_or_default();
    words >= 2
        && matches!(
            directive,
            "options" | "blacklist" | "softdep" | "install" | "remove" | "alias"
        )
}

fn is_module_name(line: &str) -> bool {
    line.bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

fn is_passthru_map_line(line: &str) -> bool {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let hex = |word: &str| word.len() == 4 && word.bytes().all(|b| b.is_ascii_hexdigit());
    match words.as_slice() {
        [vendor, device, rest @ ..] => {
            hex(vendor) && hex(device) && !rest.is_empty() && rest.len() <= 2
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
