//! The lines of configuration formats, each recognized alone: lines that the format's reader would
//! accept there, without prose.

use hostconf::binding::modprobe::same_module;
use hostconf::boot::running;

use super::text_kind::TextKind;
use crate::typos::nearest_directive;

/// Degree to which a line belongs to a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// The line is of this format and of no other text.
    Certain,
    /// The line may be inside a block of the format, and elsewhere too.
    Inside,
    /// The line is of something else.
    No,
}

/// A format of configuration files that people paste in pieces.
pub(super) struct Format {
    pub(super) kind: TextKind,
    /// The degree to which a trimmed line belongs to the format.
    pub(super) fit: fn(&str) -> Fit,
    /// The path of a piece without a named file.
    pub(super) path: &'static str,
    /// The directory or file that a line before the piece has to name for its path to
    /// be that of the piece.
    pub(super) places: &'static [&'static str],
}

/// All formats; the first that a line fits for certain counts.
pub(super) const FORMATS: &[Format] = &[
    Format {
        kind: TextKind::Grub,
        fit: grub,
        path: "/etc/default/grub",
        places: &["/etc/default/grub"],
    },
    Format {
        kind: TextKind::Modprobe,
        fit: modprobe,
        path: "/etc/modprobe.d/pasted.conf",
        places: &["/etc/modprobe.d/"],
    },
    Format {
        kind: TextKind::ProxmoxVm,
        fit: proxmox_vm,
        path: "/etc/pve/qemu-server/0.conf",
        places: &["/etc/pve/qemu-server/", "/etc/pve/nodes/"],
    },
    Format {
        kind: TextKind::CommandLine,
        fit: command_line,
        path: "/proc/cmdline",
        places: &["/proc/cmdline", "/etc/kernel/cmdline"],
    },
    Format {
        kind: TextKind::ModuleList,
        fit: module,
        path: "/etc/modules",
        places: &[
            "/etc/modules",
            "/etc/modules-load.d/",
            "/etc/initramfs-tools/modules",
        ],
    },
    Format {
        kind: TextKind::Mkinitcpio,
        fit: mkinitcpio,
        path: "/etc/mkinitcpio.conf",
        places: &["/etc/mkinitcpio.conf"],
    },
    Format {
        kind: TextKind::Dracut,
        fit: dracut,
        path: "/etc/dracut.conf.d/pasted.conf",
        places: &["/etc/dracut.conf"],
    },
    Format {
        kind: TextKind::LoaderEntry,
        fit: loader_entry,
        path: "/boot/loader/entries/pasted.conf",
        places: &[
            "/boot/loader/entries/",
            "/efi/loader/entries/",
            "/boot/efi/loader/entries/",
        ],
    },
    Format {
        kind: TextKind::EsxConf,
        fit: esx_conf,
        path: "/etc/vmware/esx.conf",
        places: &["/etc/vmware/esx.conf"],
    },
    Format {
        kind: TextKind::EsxiBoot,
        fit: esxi_boot,
        path: hvconf::esxi::BOOT_CFG,
        places: &["/bootbank/boot.cfg", "/altbootbank/boot.cfg"],
    },
    Format {
        kind: TextKind::Vmx,
        fit: vmx,
        path: "/vmfs/volumes/pasted/pasted.vmx",
        places: &["/vmfs/volumes/"],
    },
];

/// `/device/0000:01:00.0/owner = "passthru"` of ESXi's esx.conf.
fn esx_conf(line: &str) -> Fit {
    let device = line.strip_prefix("/device/");
    let device = device.and_then(|device| device.split_once(" = \""));
    certain(device.is_some_and(|(path, value)| !path.contains(' ') && value.ends_with('"')))
}

/// `kernelopt=autoPartition=FALSE cpuUniformityHardCheckPanic=FALSE` of ESXi's boot.cfg.
fn esxi_boot(line: &str) -> Fit {
    let Some(options) = line.strip_prefix("kernelopt=") else {
        return Fit::No;
    };
    certain(options.is_ascii())
}

fn certain(is: bool) -> Fit {
    if is { Fit::Certain } else { Fit::No }
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

/// `GRUB_CMDLINE_LINUX_DEFAULT="quiet"`, also without its quotation marks.
fn grub(line: &str) -> Fit {
    let line = line.strip_prefix("export ").unwrap_or(line);
    let Some((name, value)) = line.split_once('=') else {
        return Fit::No;
    };
    let name = name.trim_end_matches('+');
    if !name.starts_with("GRUB_") || !is_name(name) || is_prose_behind(value) {
        return Fit::No;
    }
    let is_value =
        value.is_empty() || value.starts_with(['"', '\'', '$', '`']) || !value.contains(' ');
    certain(
        is_value
            || value
                .split(' ')
                .all(|word| word.contains(['=', '.']) || is_name(word)),
    )
}

/// Whether words of prose follow the closing quotation mark of a value, as in languages that
/// write no blanks: `"quiet"或者`.
fn is_prose_behind(value: &str) -> bool {
    let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        return false;
    };
    let inside = value.get(1..).unwrap_or_default();
    let behind = inside.split_once(quote).map(|(_, behind)| behind);
    behind.is_some_and(|behind| behind.starts_with(|c: char| !c.is_ascii()))
}

/// `options vfio-pci ids=10de:2d04`, `blacklist nouveau`, `softdep nouveau pre: vfio-pci`.
fn modprobe(line: &str) -> Fit {
    let line = line.split(" #").next().unwrap_or(line).trim_end();
    let mut words = line.split_ascii_whitespace();
    let (Some(directive), Some(module)) = (words.next(), words.next()) else {
        return Fit::No;
    };
    let rest: Vec<&str> = words.collect();
    let is_option = |word: &&str| {
        let is_value = |value: &str| value.bytes().all(|byte| byte.is_ascii_graphic());
        word.split_once('=')
            .is_some_and(|(name, value)| is_name(name) && is_value(value))
    };
    // The placeholder of a guide.
    if line.contains("XXXX") || line.contains("xxxx") || line.contains('<') {
        return Fit::No;
    }
    match directive {
        "options" => certain(
            is_name(module)
                && !rest.is_empty()
                && rest.iter().any(is_option)
                && rest
                    .iter()
                    .all(|word| is_option(word) || word.contains([',', ':']) || is_name(word)),
        ),
        // People write patterns, too, which kmod does not know.
        "blacklist" => {
            let module = module.strip_suffix('*').unwrap_or(module);
            certain(rest.is_empty() && is_name(module) && is_driver(module))
        }
        "softdep" => certain(is_name(module) && matches!(rest.first(), Some(&("pre:" | "post:")))),
        "install" | "remove" => {
            certain(is_name(module) && rest.first().is_some_and(|word| word.starts_with('/')))
        }
        "alias" => certain(
            rest.len() == 1 && module.contains(':') && rest.iter().all(|word| is_name(word)),
        ),
        _ => Fit::No,
    }
}

/// Whether the line is one of modprobe.d but for its directive, which is misspelled or missing:
/// `option vfio-pci ids=10de:2d04`, `vfio-pci ids=10de:2d04`. kmod ignores it.
pub(super) fn is_almost_modprobe(line: &str) -> bool {
    let Some((first, rest)) = line.split_once([' ', '\t']) else {
        return false;
    };
    // Words of prose are no options.
    let is_option = |word: &str| word.contains(['=', ':', ',']);
    let are_options = |text: &str| text.split_ascii_whitespace().all(is_option);
    let almost = match nearest_directive(first) {
        // A word of prose before an explanation.
        Some("options") if first.ends_with(':') => return false,
        Some("options") => {
            let (_, options) = rest.split_once([' ', '\t']).unwrap_or_default();
            if !are_options(options) {
                return false;
            }
            format!("options {rest}")
        }
        Some(meant) => format!("{meant} {rest}"),
        None if same_module(first, "vfio-pci") && are_options(rest) => format!("options {line}"),
        None => return false,
    };
    modprobe(&almost) == Fit::Certain
}

/// Whether the name is one that people list after `blacklist`: a word of English is none.
fn is_driver(name: &str) -> bool {
    let known = [
        "nouveau",
        "nvidia",
        "radeon",
        "amdgpu",
        "snd",
        "i915",
        "xe",
        "xhci",
        "efifb",
        "simpledrm",
        "vga16fb",
        "nvme",
        "mpt3sas",
        "ahci",
        "igb",
        "ixgb",
        "e1000",
        "r8169",
        "r8125",
        "mlx",
        "i40e",
        "ice",
        "bnx",
        "iwl",
        "btusb",
        "uvc",
        "rivafb",
        "ast",
        "mgag200",
        "gvt",
        "vesafb",
        "hda",
        "tg3",
        "cx",
        "saa",
        "dvb",
        "em28",
        "megaraid",
        "hpsa",
        "qla",
        "lpfc",
        "thunderbolt",
        "ucsi",
        "i2c",
        "video",
        "drm",
        "pcspkr",
        "vboxdrv",
        "vfio",
        "bochs",
        "cirrus",
        "qxl",
        "framebuffer",
    ];
    known.iter().any(|start| name.starts_with(start)) || name.contains(['_', '-'])
}

/// Lines of a virtual machine's configuration of Proxmox VE. Descriptions of computers have the
/// same form (`cpu: Ryzen 5600X`), so each value is checked.
fn proxmox_vm(line: &str) -> Fit {
    let Some((key, value)) = line.split_once(": ") else {
        return Fit::No;
    };
    if key.is_empty()
        || !key
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    {
        return Fit::No;
    }
    let value = value.trim();
    let number = value.bytes().all(|byte| byte.is_ascii_digit());
    let one_word = !value.contains(' ');
    let stem = key.trim_end_matches(|c: char| c.is_ascii_digit());
    let has_number = stem.len() < key.len();
    match stem {
        "hostpci" if has_number => {
            // `romfile=card.rom # from the firmware`.
            let value = value.split(" #").next().unwrap_or_default().trim_end();
            certain(!value.contains(' ') && value.contains([':', '=']))
        }
        // A writer may add a remark: `q35 (pc-i440fx as well)`.
        "machine" => {
            let kind = value.split_once(" (").map_or(value, |(kind, _)| kind);
            certain(
                ["q35", "pc", "type="]
                    .iter()
                    .any(|start| kind.starts_with(start))
                    && !kind.contains(' '),
            )
        }
        "bios" => certain(matches!(value, "ovmf" | "seabios")),
        "ostype" => certain(matches!(
            value,
            "l24"
                | "l26"
                | "solaris"
                | "other"
                | "wxp"
                | "w2k"
                | "w2k3"
                | "w2k8"
                | "wvista"
                | "win7"
                | "win8"
                | "win10"
                | "win11"
        )),
        "scsihw" => certain(
            one_word
                && ["virtio-", "lsi", "megasas", "pvscsi"]
                    .iter()
                    .any(|start| value.starts_with(start)),
        ),
        "net" if has_number => certain(one_word && value.contains("=")),
        "smbios" => certain(value.contains("uuid=")),
        "vmgenid" => certain(value.len() == 36 && one_word),
        "efidisk" | "tpmstate" if has_number => certain(one_word && value.contains(':')),
        "args" if value.starts_with('-') => Fit::Certain,
        "cpu"
            if one_word
                && (value.contains("hidden=")
                    || value.starts_with("host")
                    || value.contains(",flags=")) =>
        {
            Fit::Certain
        }
        "vga" if one_word => Fit::Inside,
        "cpu" if one_word => Fit::Inside,
        "cores" | "sockets" | "memory" | "balloon" | "numa" | "onboot" | "agent" | "tablet"
        | "kvm" | "acpi" | "hugepages" | "vcpus" | "cpuunits" | "protection" | "template"
            if one_word && (number || value.contains('=')) =>
        {
            Fit::Inside
        }
        "scsi" | "sata" | "ide" | "virtio" | "usb" | "serial" | "audio" | "rng" | "unused"
            if has_number && one_word =>
        {
            Fit::Inside
        }
        "boot" | "bootdisk" | "name" | "meta" | "tags" | "affinity" | "hookscript" | "startup"
        | "hotplug" | "lock" | "parent" | "arch" | "keyboard"
            if one_word =>
        {
            Fit::Inside
        }
        "args" | "description" => Fit::Inside,
        _ => Fit::No,
    }
}

/// `BOOT_IMAGE=/vmlinuz root=/dev/sda1 quiet`, also after a label of the log.
fn command_line(line: &str) -> Fit {
    if running::logged(line).is_some() {
        // The log's reader reads it.
        return Fit::No;
    }
    let mut words = line.split_ascii_whitespace();
    let first = words.next().unwrap_or_default();
    let is_start = ["BOOT_IMAGE=", "initrd=", "root="]
        .iter()
        .any(|name| first.starts_with(name));
    let is_word = |word: &str| {
        word.bytes().all(|byte| byte.is_ascii_graphic()) && !word.ends_with([',', '!', '?'])
    };
    let rest: Vec<&str> = words.collect();
    let has_options = rest
        .iter()
        .any(|word| word.contains('=') || FLAGS.contains(word));
    // A sentence may begin with an option: `root=/dev/sda2 is on the first line`.
    let all = rest
        .iter()
        .all(|word| is_word(word) && is_kernel_option(word));
    certain(is_start && is_word(first) && has_options && all)
}

/// Whether the word looks like an option of the kernel, and not like one of a sentence.
pub(super) fn is_kernel_option(word: &str) -> bool {
    word.contains(['=', '.', '_', '-'])
        || word.starts_with("no")
        || word.starts_with('$')
        || word.bytes().all(|byte| byte.is_ascii_digit())
        || FLAGS.contains(&word)
}

/// Kernel options without a value (Linux Documentation/admin-guide/kernel-parameters.txt; systemd,
/// kernel-command-line(7)).
const FLAGS: [&str; 16] = [
    "quiet",
    "ro",
    "rw",
    "splash",
    "rhgb",
    "debug",
    "single",
    "emergency",
    "rescue",
    "text",
    "auto",
    "verbose",
    "earlyprintk",
    "fastboot",
    "threadirqs",
    "skew_tick",
];

/// A module on a separate line; only modules of lists for passthrough.
fn module(line: &str) -> Fit {
    certain(matches!(
        line,
        "vfio" | "vfio_pci" | "vfio-pci" | "vfio_iommu_type1" | "vfio_virqfd"
    ))
}

/// `MODULES=(vfio_pci vfio)` and `HOOKS=(base udev)` of mkinitcpio.
fn mkinitcpio(line: &str) -> Fit {
    let starts = [
        "MODULES=(",
        "HOOKS=(",
        "MODULES=\"",
        "HOOKS=\"",
        "FILES=(",
        "BINARIES=(",
    ];
    let line = line.trim();
    certain(starts.iter().any(|start| line.starts_with(start)) && line.ends_with([')', '"']))
}

/// `force_drivers+=" vfio_pci "` of dracut.
fn dracut(line: &str) -> Fit {
    let names = [
        "force_drivers",
        "add_drivers",
        "omit_drivers",
        "add_dracutmodules",
        "kernel_cmdline",
    ];
    let is_one = |name: &str| {
        let rest = line.strip_prefix(name);
        rest.is_some_and(|rest| rest.starts_with("+=") || rest.starts_with('='))
    };
    certain(names.into_iter().any(is_one))
}

/// `options root=UUID=… quiet` of a Boot Loader Specification entry.
fn loader_entry(line: &str) -> Fit {
    let Some((key, value)) = line.split_once(char::is_whitespace) else {
        return Fit::No;
    };
    let value = value.trim();
    let words: Vec<&str> = value.split_ascii_whitespace().collect();
    match key {
        "options" => certain(
            words.first().is_some_and(|word| word.contains('='))
                && words.iter().any(|word| word.starts_with("root=")),
        ),
        "linux" | "initrd" => {
            if value.starts_with('/') {
                Fit::Inside
            } else {
                Fit::No
            }
        }
        "title" | "version" | "sort-key" => Fit::Inside,
        _ => Fit::No,
    }
}

/// `pciPassthru0.present = "TRUE"`.
fn vmx(line: &str) -> Fit {
    const KEYS: [&str; 6] = [
        "annotation",
        "displayName",
        "firmware",
        "guestOS",
        "memSize",
        "numvcpus",
    ];
    let Some((key, value)) = line.split_once('=') else {
        return Fit::No;
    };
    let (key, value) = (key.trim(), value.trim());
    let is_key = !key.is_empty()
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b':' | b'-'));
    let is_value = value.len() >= 2 && value.starts_with('"') && value.ends_with('"');
    // Without quotation marks ESXi does not read the line.
    let is_bare = matches!(value, "TRUE" | "FALSE" | "true" | "false")
        || !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    let is_value = is_value || is_bare;
    match is_key && is_value {
        true if key.starts_with("pciPassthru") || key.starts_with("hypervisor.cpuid") => {
            Fit::Certain
        }
        true if key.contains('.') || KEYS.contains(&key) => Fit::Inside,
        _ => Fit::No,
    }
}

#[cfg(test)]
mod tests;
