//! Plans and releases from pasted texts: each step suits the host, and each check can pass.

use testkit::Scratch;

use crate::command::{Run, passthru};

/// The command for a text.
fn of(post: &str, words: &[&str]) -> Run {
    let scratch = Scratch::new();
    let file = scratch.file("post.txt", post.as_bytes());
    passthru(&[words, &["--from", &file]].concat())
}

const T4: &str = "# esxcli hardware pci list\n\n0000:3b:00.0\n   Address: 0000:3b:00.0\n   \
    Segment: 0x0000\n   Bus: 0x3b\n   Slot: 0x00\n   Function: 0x0\n   VMkernel Name: vmgfx0\n   \
    Vendor Name: NVIDIA Corporation\n   Device Name: TU104GL [Tesla T4]\n   Configured Owner: \
    VMkernel\n   Current Owner: VMkernel\n   Vendor ID: 0x10de\n   Device ID: 0x1eb8\n   Device \
    Class: 0x0302\n   Device Class Name: 3D controller\n   Passthru Capable: true\n";

#[test]
fn the_console_of_esxi_stays_without_a_card_that_has_outputs() {
    let words = ["plan", "3b:00.0", "--for", "esxi", "--vm", "ml"];
    let plan = of(T4, &words).out;
    assert!(plan.contains("pcipassthru set"), "{plan}");
    assert!(!plan.contains("--setting vga"), "{plan}");
    assert!(!plan.contains("the host's screen"), "{plan}");
    let vga = T4
        .replace("0x0302", "0x0300")
        .replace("3D", "VGA compatible");
    let plan = of(&vga, &words).out;
    assert!(plan.contains("--setting vga"), "{plan}");
    assert!(plan.contains("the host's screen"), "{plan}");
}

/// A card of vfio-pci, and a file with this text.
fn blacklisted(path: &str, lines: &str) -> Run {
    let post = format!(
        "# uname -r\n6.1.0-21-amd64\n# cat /etc/os-release\nID=debian\nVERSION_ID=\"12\"\n\
         # cat /etc/modprobe.d/vfio.conf\noptions vfio-pci ids=10de:1b80\n\
         # cat {path}\n{lines}\n# lspci -nnk\n\
         0a:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP104 [10de:1b80]\n\
         \tKernel driver in use: vfio-pci\n\tKernel modules: nouveau\n"
    );
    of(&post, &["release", "0a:00.0"])
}

#[test]
fn a_release_removes_a_blacklist_in_any_file_but_those_of_packages() {
    let lines = "blacklist nouveau\nblacklist nvidia";
    for path in [
        "/etc/modprobe.d/blacklist-nvidia.conf",
        "/etc/modprobe.d/pve-blacklist.conf",
    ] {
        let run = blacklisted(path, lines);
        assert!(
            run.out.contains("-blacklist nouveau\n"),
            "{path}: {}",
            run.out
        );
        assert!(
            run.out.contains("-blacklist nvidia\n"),
            "{path}: {}",
            run.out
        );
    }
    let path = "/etc/modprobe.d/nvidia-installer-disable-nouveau.conf";
    let run = blacklisted(path, lines);
    assert!(!run.out.contains("-blacklist nouveau\n"), "{}", run.out);
    assert!(run.out.contains("-blacklist nvidia\n"), "{}", run.out);
}

const FEDORA: &str = "$ cat /etc/os-release\nID=fedora\nVERSION_ID=40\n$ uname -r\n\
    6.9.7-200.fc40.x86_64\n$ cat /proc/cmdline\nBOOT_IMAGE=(hd0,gpt2)/vmlinuz-6.9.7-200.fc40.x86_64 \
    root=UUID=1 ro rhgb quiet\n$ lspci -nnk\n\
    03:00.0 VGA compatible controller [0300]: AMD Navi 21 [1002:73bf]\n\
    \tKernel driver in use: amdgpu\n\tKernel modules: amdgpu\n\
    03:00.2 USB controller [0c03]: AMD Navi 21 USB [1002:73a6]\n\tKernel driver in use: xhci_hcd\n\
    07:00.0 VGA compatible controller [0300]: AMD Cezanne [1002:1638]\n\
    \tKernel driver in use: amdgpu\n\tKernel modules: amdgpu\n";

#[test]
fn fedora_sets_options_with_grubby() {
    let plan = of(FEDORA, &["plan", "03:00", "--for", "libvirt", "--vm", "a"]).out;
    let step = "run grubby --update-kernel=ALL --args=initcall_blacklist=sysfb_init";
    assert!(plan.contains(step), "{plan}");
    assert!(!plan.contains("/etc/default/grub"), "{plan}");
}

#[test]
fn a_built_in_driver_is_no_failure_of_the_check() {
    for (target, expected) in [
        (
            "libvirt",
            "the hypervisor binds vfio-pci when the guest starts",
        ),
        (
            "qemu",
            "unbind it from the function before the guest starts",
        ),
    ] {
        let run = of(
            FEDORA,
            &["--json", "plan", "03:00", "--for", target, "--vm", "a"],
        );
        let plan = run.json();
        let checks = plan["checks"].as_array().unwrap();
        let check = |address: &str| {
            let path = format!("/sys/bus/pci/devices/{address}/driver");
            checks.iter().find(|one| one["argv"][1] == *path).unwrap()
        };
        let of_usb = check("0000:03:00.2");
        assert!(
            of_usb["expected"].as_str().unwrap().contains(expected),
            "{of_usb}"
        );
        assert!(of_usb["requirement"].is_null(), "{of_usb}");
        let of_display = check("0000:03:00.0");
        assert_eq!(of_display["expected"], "ends in /vfio-pci");
        assert!(!of_display["requirement"].is_null(), "{of_display}");
    }
}

#[test]
fn the_iommu_is_checked_only_after_the_step_that_enables_it() {
    let post = |options: &str| {
        format!(
            "# uname -r\n6.8.8-2-pve\n# cat /proc/cmdline\nBOOT_IMAGE=/boot/vmlinuz-6.8.8-2-pve \
             root=/dev/sda1 ro quiet{options}\n# cat /etc/default/grub\n\
             GRUB_CMDLINE_LINUX_DEFAULT=\"quiet{options}\"\n# lspci -nnk\n\
             00:00.0 Host bridge [0600]: Intel Corporation 10th Gen Core [8086:9b43]\n\
             03:00.0 Ethernet controller [0200]: Intel Corporation 82574L [8086:10d3]\n\
             \tKernel driver in use: e1000e\n\tKernel modules: e1000e\n"
        )
    };
    let moments = |options: &str| {
        let run = of(
            &post(options),
            &["--json", "plan", "03:00", "--for", "proxmox", "--vm", "101"],
        );
        let plan = run.json();
        let checks = plan["checks"].as_array().unwrap();
        let of_iommu = checks
            .iter()
            .filter(|one| one["argv"][1] == "/sys/class/iommu");
        let moments = of_iommu.map(|one| one["when"].as_str().unwrap().to_owned());
        moments.collect::<Vec<_>>()
    };
    assert_eq!(moments(""), ["after-reboot"]);
    assert_eq!(moments(" intel_iommu=on"), ["before", "after-reboot"]);
}

#[test]
fn a_blocker_precedes_the_facts_that_a_plan_lacks() {
    let post = |kernel: &str| {
        format!(
            "$ uname -a\nLinux box 6.1.0-18-amd64 {kernel} x86_64 GNU/Linux\n$ lspci -nnk\n\
             01:00.0 Non-Volatile memory controller [0108]: Samsung SM981 [144d:a808]\n\
             \tKernel driver in use: nvme\n\tKernel modules: nvme\n$ ls -l /sys/block\n\
             lrwxrwxrwx 1 root root 0 Mar  1 10:00 nvme0n1 -> \
             ../devices/pci0000:00/0000:00:1d.0/0000:01:00.0/nvme/nvme0/nvme0n1\n$ mount\n\
             /dev/nvme0n1p2 on / type ext4 (rw,relatime)\n"
        )
    };
    let words = ["plan", "01:00.0", "--for", "libvirt", "--vm", "fs"];
    let run = of(&post("#1 SMP"), &words);
    let (fatal, lacking) = ("01:00.0 has the host's boot disk, with /; ", "initramfs");
    assert!(run.err.contains(fatal), "{}", run.err);
    assert!(run.err.contains(lacking), "{}", run.err);
    // Debian's kernel has its name, and its default is assumed.
    let run = of(
        &post("#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)"),
        &words,
    );
    assert!(
        run.out.contains("initramfs-tools, the default of Debian"),
        "{}",
        run.err
    );
    assert!(
        run.out.contains("01:00.0 has the host's boot disk"),
        "{}",
        run.out
    );
}

#[test]
fn devices_without_addresses_are_asked_for() {
    let post = "PS C:\\> Get-PnpDevice -PresentOnly | Where-Object {$_.InstanceId -like 'PCI*'}\n\n\
        Status Class    FriendlyName     InstanceId\n------ -----    ------------     ----------\n\
        OK     Display  NVIDIA Tesla T4  \
        PCI\\VEN_10DE&DEV_1EB8&SUBSYS_12A210DE&REV_A1\\4&2C5F9B0C&0&0008\n";
    let run = of(
        post,
        &["plan", "10de:1eb8", "--for", "hyper-v", "--vm", "ml01"],
    );
    assert_eq!(run.status, 2, "{}", run.err);
    let reason = "\"10de:1eb8\" selects no device: the addresses of the PCI devices are not in";
    assert!(run.err.contains(reason), "{}", run.err);
    assert!(
        run.err
            .contains("next: passthru ask 10de:1eb8 --for hyper-v"),
        "{}",
        run.err
    );
}

#[test]
fn a_page_with_line_breaks_is_read_as_its_text() {
    let text = "root@pve:~# cat /proc/cmdline\nBOOT_IMAGE=/boot/vmlinuz-6.8.8-2-pve ro quiet\n\
        root@pve:~# cat /etc/default/grub\nGRUB_DISTRIBUTOR=`lsb_release -i -s 2> /dev/null`\n\
        GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\nroot@pve:~# lspci -nnk\n\
        00:00.0 Host bridge [0600]: Intel Corporation 10th Gen Core [8086:9b43]\n\
        03:00.0 Ethernet controller [0200]: Intel Corporation 82574L [8086:10d3]\n\
        \tKernel driver in use: e1000e\n\tKernel modules: e1000e\n";
    let page = text.replace('>', "&gt;").replace('"', "&quot;");
    let page = format!(
        "<!DOCTYPE html><html><pre>\n{}</pre>",
        page.replace('\n', "<br />\n")
    );
    let words = ["plan", "03:00", "--for", "proxmox", "--vm", "101"];
    let plan = of(&page, &words);
    assert!(
        plan.out
            .contains("+GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on\""),
        "{}",
        plan.err
    );
    assert_eq!(plan.out, of(text, &words).out);
}

const IGPU: &str = "00:02.0 Display controller [0380]: Intel Corporation UHD [8086:4680]\n\
    \tKernel driver in use: i915\n\tKernel modules: i915\n";
const UNRAID: &str = "# cat /etc/unraid-version\nversion=\"6.12.10\"\n# uname -r\n6.1.79-Unraid\n# cat /proc/cmdline\n\
    BOOT_IMAGE=/bzimage initrd=/bzroot\n\
    # dmesg\n[    0.1] DMAR: IOMMU enabled\n[    1.5] pci 0000:01:00.0: Adding to iommu group 14\n\
    # lspci -nnk\n\
    01:00.0 VGA compatible controller [0300]: NVIDIA Corporation AD104 [10de:2786]\n\
    \tKernel driver in use: nvidia\n\tKernel modules: nvidia\n";
const NIXOS: &str = "$ uname -r\n6.6.36\n$ cat /proc/cmdline\ninitrd=\\efi\\nixos\\a-initrd.efi \
    init=/nix/store/x-nixos-system/init loglevel=4\n$ lspci -nnk\n\
    0a:00.0 VGA compatible controller [0300]: NVIDIA Corporation TU117 [10de:1f82]\n\
    \tKernel driver in use: nvidia\n\tKernel modules: nvidia\n";

#[test]
fn the_step_of_a_loader_and_of_the_guest_are_named() {
    for (post, device, target, parts) in [
        (
            UNRAID,
            "01:00.0",
            "unraid",
            [
                "then save it: the loader reads it",
                "after the reboot, select the functions",
            ],
        ),
        (
            NIXOS,
            "0a:00.0",
            "nixos",
            [
                "then run nixos-rebuild boot",
                "after the reboot, add the hostdevs",
            ],
        ),
    ] {
        let run = of(
            &format!("{post}{IGPU}"),
            &["--json", "plan", device, "--for", target, "--vm", "win"],
        );
        let plan = run.json();
        let steps = plan["manual_steps"].to_string();
        for part in parts {
            assert!(steps.contains(part), "{target}: {steps}");
        }
        assert!(!steps.contains("no-counterpart"), "{steps}");
    }
}

#[test]
fn the_configuration_of_a_guest_that_fails_is_asked_for() {
    let fails = "My VM with the passed through GPU gives a black screen. I use Proxmox 7.4.\n\
        01:00.0 VGA compatible controller: NVIDIA Corporation GA106 (rev a1)\n";
    let works = "01:00.0 VGA compatible controller: NVIDIA Corporation GA106 (rev a1)\n";
    let guests = "/etc/pve/qemu-server/*.conf";
    let fails = of(fails, &["ask"]).out;
    assert!(fails.contains(guests), "{fails}");
    let works = of(works, &["ask", "--for", "proxmox"]).out;
    assert!(
        works.contains("lspci -nnk") && !works.contains(guests),
        "{works}"
    );
}

#[test]
fn code_43_asks_for_the_configuration_of_the_guest_by_its_hypervisor() {
    let card = "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 [10de:2503]\n\
        \tKernel driver in use: vfio-pci\n";
    for (text, command, files) in [
        (
            "Proxmox 8.3, RTX 3060 passthrough to a Windows 11 VM, error code 43.",
            "qm config VMID",
            "/etc/pve/qemu-server/*.conf",
        ),
        (
            "virt-manager auf Fedora 41: GTX 1660 an Windows 10 durchgereicht, Code 43.",
            "virsh dumpxml NAME",
            "/etc/libvirt/qemu/*.xml",
        ),
        (
            "Unraid 6.12，显卡直通到 Win11 虚拟机，错误代码 43",
            "virsh dumpxml NAME",
            "/etc/libvirt/qemu/*.xml",
        ),
    ] {
        let post = format!("{text}\n\n{card}");
        let doctor = of(&post, &["doctor"]).out;
        let doctor: Vec<&str> = doctor.split_whitespace().collect();
        let doctor = doctor.join(" ");
        let asked = format!("the guest's configuration ({command})");
        assert!(doctor.contains(&asked), "{doctor}");
        let ask = of(&post, &["ask"]).out;
        assert!(ask.contains(files), "{ask}");
        // A configuration that is there is not asked for.
        let domain = "<domain type='kvm'>\n<name>win</name>\n<devices/>\n</domain>\n";
        let shown = of(
            &format!("{post}\n$ virsh dumpxml win\n{domain}"),
            &["doctor"],
        )
        .out;
        assert!(!shown.contains("dumpxml NAME"), "{shown}");
    }
}

#[test]
fn a_check_names_the_facts_that_it_lacks() {
    let card = "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 [10de:2503]\n";
    let check = of(card, &["check"]);
    let facts = "group not shown; reset not shown; driver not shown; IOMMU state not shown\nnext: \
                 passthru ask --from";
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words(&check.out).contains(&words(facts)), "{}", check.out);
}

#[test]
fn a_twin_with_the_hosts_disk_is_no_device_for_a_guest() {
    let nvme = |slot: &str| {
        format!(
            "{slot}:00.0 Non-Volatile memory controller [0108]: Samsung NVMe [144d:a808]\n\
             \tKernel driver in use: nvme\n"
        )
    };
    let text = format!(
        "root@deb:~# lsblk\nNAME        MAJ:MIN RM   SIZE RO TYPE MOUNTPOINTS\n\
         nvme0n1     259:0    0 931.5G  0 disk\n\
         └─nvme0n1p2 259:2    0   930G  0 part /\n\
         nvme1n1     259:3    0   1.8T  0 disk\n\
         root@deb:~# ls -l /sys/block/\n\
         lrwxrwxrwx 1 root root 0 Nov 12 10:01 nvme0n1 -> \
         ../devices/pci0000:00/0000:00:1b.0/0000:02:00.0/nvme/nvme0/nvme0n1\n\
         lrwxrwxrwx 1 root root 0 Nov 12 10:01 nvme1n1 -> \
         ../devices/pci0000:00/0000:00:1d.0/0000:04:00.0/nvme/nvme1/nvme1n1\n\
         root@deb:~# lspci -nnk\n{}{}\
         root@deb:~# cat /etc/modprobe.d/vfio.conf\noptions vfio-pci ids=144d:a808\n\
         root@deb:~# uname -r\n6.1.0-41-amd64\n",
        nvme("02"),
        nvme("04")
    );
    let run = of(&text, &["doctor"]);
    assert!(
        run.out.contains("ids= of vfio-pci also matches 02:00.0"),
        "{}",
        run.out
    );
    assert!(!run.out.contains("Card  02:00"), "{}", run.out);
    assert!(!run.out.contains("02:00 bound to vfio-pci"), "{}", run.out);
}
