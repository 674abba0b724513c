//! Short outputs for the doctor, recognized by the shape of their lines.

/// Whether the line, without blanks around it, is of such an output.
pub(super) fn is_answer(line: &str) -> bool {
    // A line of a log.
    if line.starts_with('[') || line.contains(" kernel: ") {
        return is_lockdown(line);
    }
    [
        is_memory_range,
        crate::host::is_network_line,
        is_reset_method,
        is_open_file,
        is_host_check,
        crate::host::is_container_line,
        crate::host::is_cluster_line,
        crate::host::is_module_build,
        crate::host::is_processor_line,
        is_of_firmware,
        is_table_of_firmware,
        is_kldstat_row,
        crate::host::is_memory_limit,
        crate::host::is_host_memory,
        is_interrupt,
        is_lockdown,
        is_device_file,
        is_pod,
        has_start,
    ]
    .iter()
    .any(|is| is(line))
}

/// `d0000000-d07effff : efifb` of /proc/iomem (Linux kernel/resource.c, `r_show`).
pub(super) fn is_memory_range(line: &str) -> bool {
    let Some((range, name)) = line.split_once(" : ") else {
        return false;
    };
    let is_number =
        |text: &str| matches!(text.len(), 8..=16) && text.bytes().all(|b| b.is_ascii_hexdigit());
    let ends = range.split_once('-');
    ends.is_some_and(|(first, last)| is_number(first) && is_number(last)) && !name.is_empty()
}

/// `flr pm bus` of `reset_method` (Linux drivers/pci/pci.c, `pci_reset_fn_methods`), and the
/// word alone of `power_state`.
fn is_reset_method(line: &str) -> bool {
    let method = |word: &str| {
        matches!(
            word,
            "device_specific" | "acpi" | "flr" | "af_flr" | "pm" | "bus" | "cxl_bus"
        )
    };
    let state = |word: &str| matches!(word, "D0" | "D1" | "D2" | "D3hot" | "D3cold");
    let mut words = line.split_ascii_whitespace();
    words.clone().next().is_some()
        && (words.clone().all(method) || words.all(state))
        && !matches!(line, "bus" | "acpi")
}

/// `Xorg 1234 root mem CHR 195,255 … /dev/nvidiactl` of `lsof`, `/dev/nvidia0: 1234 5678m` of
/// `fuser`.
fn is_open_file(line: &str) -> bool {
    let devices = ["/dev/nvidia", "/dev/dri/", "/dev/vfio/", "/dev/kfd"];
    let by_fuser = devices.iter().any(|start| line.starts_with(start)) && {
        let users = line.split_once(':').map(|(_, users)| users.trim());
        users.is_some_and(|users| users.starts_with(|c: char| c.is_ascii_digit()))
    };
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let by_lsof = words.len() >= 8
        && words.contains(&"CHR")
        && words
            .iter()
            .any(|word| devices.iter().any(|start| word.starts_with(start)));
    by_fuser || by_lsof
}

/// `QEMU: Checking for hardware virtualization : PASS` of `virt-host-validate`.
fn is_host_check(line: &str) -> bool {
    line.contains(": Checking ")
        && ["PASS", "FAIL", "WARN"]
            .iter()
            .any(|word| line.contains(word))
}

/// `System Information`, `Base Board Information` of `dmidecode -t 0,1,2`.
fn is_table_of_firmware(line: &str) -> bool {
    line.starts_with("Handle 0x") && line.contains("DMI type ")
}

/// `BootCurrent: 0001` of efibootmgr, `Firmware: UEFI 2.70 (…)` and `Secure Boot: disabled` of
/// bootctl, `SecureBoot enabled` of mokutil.
fn is_of_firmware(line: &str) -> bool {
    let boot = line.strip_prefix("BootCurrent: ");
    let is_number =
        |number: &str| number.len() == 4 && number.bytes().all(|byte| byte.is_ascii_hexdigit());
    boot.is_some_and(is_number)
        || line.starts_with("Firmware: UEFI ")
        || line.starts_with("Secure Boot: enabled")
        || line.starts_with("Secure Boot: disabled")
        || matches!(line, "SecureBoot enabled" | "SecureBoot disabled")
}

/// Whether a line of the text shows that EFI firmware booted the kernel: efibootmgr and bootctl
/// read its variables.
pub(super) fn is_booted_by_efi(text: &str) -> bool {
    ["BootCurrent: ", "Firmware: UEFI "].iter().any(|start| {
        let mut hits = text.match_indices(start);
        hits.any(|(at, _)| {
            let before = text.get(..at).unwrap_or_default();
            let before = before.rsplit('\n').next().unwrap_or_default();
            let line = text.get(at..).unwrap_or_default();
            let line = line.lines().next().unwrap_or_default().trim_end();
            bare(before).is_empty() && is_of_firmware(line)
        })
    })
}

/// ` 3    1 0xffffffff82a00000   3250 vmm.ko` of FreeBSD's `kldstat`.
fn is_kldstat_row(line: &str) -> bool {
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    match words.as_slice() {
        [_, _, address, _, name] => {
            address.starts_with("0xffffffff") && (name.ends_with(".ko") || *name == "kernel")
        }
        _ => false,
    }
}

/// `16:  0  1234  IO-APIC  16-fasteoi  vfio-intx(0000:03:00.0)` of /proc/interrupts (Linux
/// kernel/irq/proc.c, `show_interrupts`).
fn is_interrupt(line: &str) -> bool {
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    let mut words = line.split_ascii_whitespace();
    let number = words.next().and_then(|word| word.strip_suffix(':'));
    let mut rest = words.skip_while(|word| is_number(word));
    number.is_some_and(|number| !number.is_empty() && number.len() <= 4 && is_number(number))
        && rest
            .next()
            .is_some_and(|chip| chip.contains("APIC") || chip.contains("MSI"))
}

/// `none [integrity] confidentiality` (Linux security/lockdown/lockdown.c).
fn is_lockdown(line: &str) -> bool {
    let mut words = line.split(' ').map(|word| word.trim_matches(['[', ']']));
    words.by_ref().eq(["none", "integrity", "confidentiality"])
}

/// `crw------- 1 root root 241, 0 Jun 4 07:27 17` of `ls -l /dev/vfio`.
fn is_device_file(line: &str) -> bool {
    let mut words = line.split_ascii_whitespace();
    let is_mode = |mode: &str| mode.len() >= 10 && mode.starts_with("crw");
    words.next().is_some_and(is_mode) && words.nth(3).is_some_and(|major| major.ends_with(','))
}

/// `default  virt-launcher-win10-abcde  0/3  Pending  0  5m` of `kubectl get pods`.
fn is_pod(line: &str) -> bool {
    let words: Vec<&str> = line.split_ascii_whitespace().take(6).collect();
    let is_count = |word: &&&str| {
        let counts = word.split_once('/');
        counts.is_some_and(|(ready, all)| {
            [ready, all]
                .iter()
                .all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
        })
    };
    let states = [
        "Pending",
        "Running",
        "CrashLoopBackOff",
        "Error",
        "Completed",
        "Init",
    ];
    words.len() >= 5
        && words.iter().skip(1).take(2).any(|word| is_count(&word))
        && words
            .iter()
            .any(|word| states.iter().any(|state| word.starts_with(state)))
}

/// Starts of lines that only one program prints.
const STARTS: [&str; 16] = [
    // nvidia-smi -q, nvidia-smi -L
    "GPU 00000000:",
    "GPU 0: NVIDIA ",
    // mdevctl types
    "Available instances: ",
    "Device API: vfio-pci",
    // QEMU's `-device vfio-pci,help`
    "vfio-pci options:",
    // kubectl describe nodes
    "devices.kubevirt.io/",
    "nvidia.com/",
    // xe pci-list
    "pci-id ( RO)",
    // xl list, xl dmesg
    "Domain-0 ",
    "(XEN) ",
    // ls -l /dev/vfio /dev/dri
    "/dev/vfio:",
    "/dev/dri:",
    // QEMU's command line as libvirt logs it
    "-device '{\"driver\":\"vfio-pci",
    "-device vfio-pci",
    // vfio-manager of the GPU operator
    "binding device ",
    // mdev types of a function
    "/sys/bus/pci/devices/",
];

/// Whether the line starts as those of one program do, or is of the log of NVIDIA's vGPU, of
/// ESXi's virtual machines or of Harvester's controller.
fn has_start(line: &str) -> bool {
    STARTS.iter().any(|start| line.starts_with(start))
        || line.contains("nvidia-vgpu-mgr[")
        || line.contains("NVIDIA vGPU Manager")
        || line.contains(" PCIPassthru: ")
        || line.contains("msg=\"Binding device ")
        || is_mediated(line)
}

/// `c7d7a5a6-… 0000:01:00.0 nvidia-257 manual` of `mdevctl list`.
fn is_mediated(line: &str) -> bool {
    let mut words = line.split(' ');
    let is_uuid = |word: &str| word.len() == 36 && word.matches('-').count() == 4;
    let is_function = |word: &str| word.len() == 12 && word.matches(':').count() == 2;
    words.next().is_some_and(is_uuid) && words.next().is_some_and(is_function)
}

/// The lines of /proc/iomem in a text, at their line numbers; none with fewer than two.
pub(super) fn memory_map(text: &str) -> Option<String> {
    let is_range = |line: &&str| is_memory_range(bare(line));
    if text.lines().filter(is_range).take(2).count() < 2 {
        return None;
    }
    let lines = text.lines().map(|line| {
        if is_range(&line) {
            line.trim_start_matches('>')
        } else {
            ""
        }
    });
    Some(lines.collect::<Vec<_>>().join("\n"))
}

/// The line without blanks around it and the marks of a quotation before it.
pub(super) fn bare(line: &str) -> &str {
    line.trim_start_matches(['>', ' ', '\t']).trim_end()
}

#[cfg(test)]
mod tests;
