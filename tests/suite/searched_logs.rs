//! Posts whose outputs prove more than single lines: searches of the kernel's log, generated files, and
//! the guest that a message is about.

use passthru::answer::{Readiness, check};
use passthru::doctor::{self, Question};
use passthru::input::Input;
use passthru::{Finding, Host, Remedy, Verdict};

use super::stated_posts::{findings, verdict};

fn host(post: &str) -> Host {
    let mut input = Input::new();
    input.add("post.md", post.as_bytes()).unwrap();
    Host::read(&input.finish().unwrap())
}

/// The step of the finding's remedy.
fn step(found: &[Finding], code: &str) -> Option<&'static str> {
    let found = found.iter().find(|finding| finding.code == code)?;
    match &found.remedy {
        Some(Remedy::Manual { step, .. }) => Some(*step),
        _ => None,
    }
}

const LSPCI: &str = "root@pve:~# lspci -nnk -s 01:00\n\
    01:00.0 VGA compatible controller [0300]: NVIDIA Corporation AD107 [10de:2882] (rev a1)\n\
    \tKernel driver in use: nouveau\n\
    01:00.1 Audio device [0403]: NVIDIA Corporation AD107 [10de:22be] (rev a1)\n\
    \tKernel driver in use: snd_hda_intel\n";

const SETTINGS: &str = "root@pve:~# cat /etc/modprobe.d/vfio.conf\n\
    options vfio-pci ids=10de:2882,10de:22be\n\
    softdep nouveau pre: vfio-pci\n\
    softdep snd_hda_intel pre: vfio-pci\n";

const BUILT: &str = "root@pve:~# update-initramfs -u -k all\n\
    update-initramfs: Generating /boot/initrd.img-6.8.12-10-pve\n\
    Running hook script 'zz-proxmox-boot'..\n\
    No /etc/kernel/proxmox-boot-uuids found, skipping ESP sync.\n";

#[test]
fn an_initramfs_that_is_newer_than_its_settings_needs_a_reboot_alone() {
    let late = |post: &str| step(&findings(post), "vfio-pci-late");
    let newer = format!("{SETTINGS}{BUILT}{LSPCI}");
    assert_eq!(late(&newer), Some("reboot"));
    // Built before, without a softdep, or after a reboot: another cause is left.
    for other in [
        format!("{BUILT}{SETTINGS}{LSPCI}"),
        newer.replace("softdep nouveau pre: vfio-pci\n", ""),
        format!("After a reboot it is still the same.\n\n{newer}"),
        newer.replace("root@pve:~# lspci", "root@pve:~# reboot\nroot@pve:~# lspci"),
    ] {
        assert_eq!(late(&other), None, "{other}");
        assert!(verdict(&other, "vfio-pci-late").is_some(), "{other}");
    }
    // The hook runs on each host, and writes nothing on this one.
    assert_eq!(verdict(&newer, "proxmox-boot-refresh-ok"), None);
}

#[test]
fn an_entry_that_has_the_option_needs_a_reboot_alone() {
    let entry = |args: &str| {
        format!(
            "$ uname -r\n6.12.9-200.fc41.x86_64\n$ cat /proc/cmdline\n\
             BOOT_IMAGE=(hd0,gpt2)/vmlinuz-6.12.9-200.fc41.x86_64 root=UUID=0ab2 ro quiet\n\
             $ cat /etc/default/grub\nGRUB_CMDLINE_LINUX=\"quiet intel_iommu=on\"\n\
             GRUB_ENABLE_BLSCFG=true\n$ sudo grubby --info=DEFAULT\nindex=0\nargs=\"{args}\"\n"
        )
    };
    let code = "boot-options-not-running";
    let found = findings(&entry("ro quiet intel_iommu=on"));
    assert_eq!(step(&found, code), Some("reboot"));
    let found = findings(&entry("ro quiet"));
    assert_eq!(step(&found, code), None);
    // The entry does not have it: the file is not where Fedora's GRUB reads options.
    let code = "boot-options-in-unread-file";
    assert!(found.iter().any(|finding| finding.code == code));
}

const SEARCH: &str = "# dmesg | grep -e DMAR -e IOMMU\n";
const TABLE: &str = "[    0.010517] ACPI: DMAR 0x000000007A2F1A28 0000A8 (v01 INTEL  KBL      \
                     00000001 INTL 00000001)\n\
                     [    0.144768] DMAR-IR: Enabled IRQ remapping in x2apic mode\n";

#[test]
fn a_kernel_that_needs_an_option_does_not_use_vt_d_without() {
    let post = |kernel: &str, options: &str, log: &str| {
        format!(
            "# uname -r\n{kernel}\n# cat /proc/cmdline\nroot=ZFS=rpool/ROOT/pve-1 boot=zfs{options}\n{log}\
             # lscpu\nModel name: Intel(R) Core(TM) i7-8700 CPU @ 3.20GHz\n"
        )
    };
    let off = |post: &str| verdict(post, "iommu-off") == Some(Verdict::Blocker);
    let log = format!("{SEARCH}{TABLE}");
    assert!(off(&post("5.15.108-1-pve", "", &log)));
    // The default of this kernel, the option, the end of the initialization, or a cut output.
    assert!(!off(&post("6.8.12-1-pve", "", &log)));
    assert!(!off(&post("5.15.108-1-pve", " intel_iommu=on", &log)));
    let on = "[    0.4] DMAR: Intel(R) Virtualization Technology for Directed I/O\n";
    assert!(!off(&post("5.15.108-1-pve", "", &format!("{log}{on}"))));
    let cut = log.replace("IOMMU\n", "IOMMU | head\n");
    assert!(!off(&post("5.15.108-1-pve", "", &cut)));
}

#[test]
fn a_search_without_the_firmwares_table_shows_the_firmware_as_the_cause() {
    let post = |log: &str| {
        format!(
            "root@pve:~# dmesg | grep -e DMAR -e IOMMU\n{log}root@pve:~# cat /proc/cmdline\n\
             root=/dev/sda1 intel_iommu=on\nroot@pve:~# lscpu | grep Model\n\
             Model name: Intel(R) Core(TM) i7-8700 CPU @ 3.20GHz\n\
             root@pve:~# find /sys/kernel/iommu_groups/ -type l\nroot@pve:~#\n"
        )
    };
    let enabled = "[    0.055341] DMAR: IOMMU enabled\n";
    let found = findings(&post(enabled));
    assert_eq!(step(&found, "iommu-off"), Some("firmware-iommu"));
    let found = findings(&post(&format!("{TABLE}{enabled}")));
    assert_ne!(step(&found, "iommu-off"), Some("firmware-iommu"));
}

#[test]
fn a_message_about_the_only_guest_is_about_its_card() {
    let post = "The Device Manager shows: Windows has stopped this device because it has reported \
                problems. (Code 43)\n\n$ lspci -nnk\n\
                00:02.0 VGA compatible controller [0300]: Intel Corporation UHD [8086:3e9b]\n\
                \tKernel driver in use: i915\n\
                01:00.0 3D controller [0302]: NVIDIA Corporation TU117M [10de:1f91] (rev a1)\n\
                \tKernel driver in use: vfio-pci\n\
                # qm config 100\nhostpci0: 01:00.0,pcie=1\nmachine: q35\nmemory: 4096\n";
    let host = host(post);
    let blocked = |address: &str| {
        let question = Question {
            devices: passthru::select::devices(&host, address).unwrap(),
            target: None,
        };
        let found = doctor::examine(&host, &question).findings;
        found.iter().any(|finding| finding.code == "guest-code-43")
    };
    assert!(blocked("01:00.0"));
    assert!(!blocked("00:02.0"));
    let checked = check(&host, &[], None);
    let states: Vec<bool> = checked
        .candidates
        .iter()
        .map(|card| card.answer.readiness == Readiness::Blocked)
        .collect();
    assert_eq!(states, [false, true]);
}

#[test]
fn members_of_a_group_are_no_fault_of_other_cards() {
    let post = "IOMMU Group 1:\n\
                \t01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP104 [10de:1b80]\n\
                \t02:00.0 Ethernet controller [0200]: Intel Corporation I350 [8086:1521]\n\
                IOMMU Group 2:\n\
                \t00:02.0 VGA compatible controller [0300]: Intel Corporation UHD [8086:3e98]\n\
                $ virsh start win10\n\
                error: internal error: vfio 0000:01:00.0: group 1 is not viable\n\
                Please ensure all devices within the iommu_group are bound to their vfio bus driver.\n";
    let host = host(post);
    let codes = |address: &str| {
        let question = Question {
            devices: passthru::select::devices(&host, address).unwrap(),
            target: None,
        };
        let found = doctor::examine(&host, &question).findings;
        let codes = found.iter().map(|finding| finding.code);
        codes
            .filter(|code| code.starts_with("group-"))
            .collect::<Vec<_>>()
    };
    assert!(codes("01:00.0").contains(&"group-member-unbound"));
    for code in ["group-member-unbound", "group-not-viable"] {
        assert!(!codes("00:02.0").contains(&code), "{code}");
    }
}

#[test]
fn a_kernel_that_lists_the_override_as_unknown_splits_no_group() {
    let post = |unknown: &str| {
        format!(
            "$ cat /proc/cmdline\nroot=/dev/sda1 pcie_acs_override=downstream,multifunction\n\
             $ sudo dmesg | grep -i acs\n[    0.060791] Unknown kernel command line parameters \
             \"rhgb {unknown}\", will be passed to user space.\n$ lspci -nn\n\
             01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP104 [10de:1b80]\n"
        )
    };
    let unknown = post("pcie_acs_override=downstream,multifunction");
    let code = "acs-override-ignored";
    assert_eq!(verdict(&unknown, code), Some(Verdict::NoEffect));
    assert_eq!(verdict(&unknown, "acs-override-unproven"), None);
    let other = post("splash");
    assert_eq!(verdict(&other, code), None);
    let needless = verdict(&other, "acs-override-unproven");
    assert_eq!(needless, Some(Verdict::Security));
}

#[test]
fn repaired_errors_of_a_port_are_reported_beside_a_card() {
    let post = format!(
        "# dmesg | tail\n[81234.1] pcieport 0000:00:1c.4: AER: Correctable error message received \
         from 0000:00:1c.4\n{SETTINGS}{}",
        LSPCI
            .replace("nouveau", "vfio-pci")
            .replace("snd_hda_intel", "vfio-pci")
    );
    assert_eq!(verdict(&post, "aer-corrected"), Some(Verdict::Harmless));
}

#[test]
fn a_broken_table_is_the_cause_of_the_missing_iommu() {
    let post = format!(
        "$ dmesg | grep -i -e dmar -e iommu\n{TABLE}[    0.2] DMAR: parse DMAR table failure.\n\
         $ ls /sys/kernel/iommu_groups/\n$ lspci -nn | grep VGA\n\
         03:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP106GL [10de:1c30] (rev a1)\n"
    );
    let found = findings(&post);
    let broken = found
        .iter()
        .find(|finding| finding.code == "vtd-table-broken");
    assert!(
        broken.unwrap().cause_of.contains(&"iommu-off"),
        "{found:#?}"
    );
}
