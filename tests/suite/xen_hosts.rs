//! Hosts of Xen: dom0 is known by what only it shows, and its functions are pciback's.

use testkit::Scratch;

use crate::command::{Run, passthru};

const INFO: &str = "root@dom0:~# xl info
host                   : dom0
release                : 6.1.0-18-amd64
xen_version            : 4.17.3
virt_caps              : pv hvm hvm_directio pv_directio hap shadow
xen_commandline        : placeholder dom0_mem=4G,max:4G iommu=1
";

const LISTING: &str = "root@dom0:~# cat /etc/os-release
ID=debian
VERSION_ID=\"12\"
root@dom0:~# lspci -nnk
00:00.0 Host bridge [0600]: Intel Corporation Host Bridge [8086:3ec2]
00:1c.0 PCI bridge [0604]: Intel Corporation Root Port [8086:a33c]
\tKernel driver in use: pcieport
03:00.0 Ethernet controller [0200]: Intel Corporation I210 [8086:1533]
\tKernel driver in use: igb
\tKernel modules: igb
";

fn run(words: &[&str], text: &str) -> Run {
    let scratch = Scratch::new();
    let file = scratch.join("post.txt");
    std::fs::write(&file, text).unwrap();
    passthru(&[words, &["--from", file.to_str().unwrap()]].concat())
}

#[test]
fn xl_info_shows_xen_and_its_iommu() {
    let text = format!("{INFO}{LISTING}");
    let plan = run(&["plan", "03:00.0", "--json"], &text).json();
    assert_eq!(plan["target"], "xen");
    let written = plan.to_string();
    assert!(written.contains("hide=(0000:03:00.0)"), "{written}");
    assert!(!written.contains("intel_iommu"), "{written}");
    assert!(!written.contains("virt_caps"), "{written}");
    // The options are Xen's own.
    let doctor = run(&["doctor", "03:00.0"], &text);
    for other in ["iommu=1", "whether the IOMMU is enabled", "vfio"] {
        assert!(!doctor.out.contains(other), "{other}: {}", doctor.out);
    }
    let off = text.replace("hvm_directio pv_directio ", "");
    let doctor = run(&["doctor", "03:00.0"], &off);
    assert!(
        doctor.out.contains("Xen does not use the IOMMU"),
        "{}",
        doctor.out
    );
}

#[test]
fn a_tree_of_dom0_is_planned_for_xen() {
    let scratch = Scratch::new();
    let write = |path: &str, text: &str| {
        let file = scratch.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    };
    write("proc/xen/capabilities", "control_d\n");
    write("etc/os-release", "ID=debian\nVERSION_ID=\"12\"\n");
    write("etc/libvirt/qemu/networks/default.xml", "<network/>\n");
    write(
        "_commands/lspci -nnk",
        LISTING.split_once("-nnk\n").unwrap().1,
    );
    let root = scratch.path().to_str().unwrap();
    let plan = passthru(&["plan", "03:00.0", "--root", root, "--json"]).json();
    assert_eq!(plan["target"], "xen");
}

#[test]
fn an_option_of_xen_is_not_one_of_linux() {
    let line = "multiboot2 /boot/xen-4.17-amd64.gz placeholder dom0_mem=4G iommu=1\n";
    let doctor = run(&["doctor"], &format!("{line}{LISTING}"));
    assert!(!doctor.out.contains("iommu-equals-on"), "{}", doctor.out);
}

#[test]
fn an_option_that_came_too_late_gets_a_softdep() {
    let option = "xen-pciback.hide=(03:00.0)";
    let text = format!(
        "{INFO}root@dom0:~# cat /etc/default/grub\nGRUB_CMDLINE_LINUX_XEN_REPLACE_DEFAULT=\"quiet \
         {option}\"\nroot@dom0:~# cat /proc/cmdline\nroot=/dev/sda1 ro quiet {option}\n{LISTING}"
    );
    let words = ["plan", "03:00.0", "--vm", "fw", "--json"];
    let plan = run(&words, &text).json();
    let conf = &plan["edits"][0];
    assert_eq!(conf["path"], "/etc/modprobe.d/xen-pciback.conf");
    assert_eq!(conf["after"], "softdep igb pre: xen-pciback\n");
    let written = plan.to_string();
    assert!(written.contains("update-initramfs"), "{written}");
    assert!(!written.contains("pciback-hide"), "{written}");
    // An option without the function overrules modprobe.d.
    let other = text.replace("(03:00.0)", "(04:00.0)");
    let written = run(&words, &other).json().to_string();
    assert!(written.contains("pciback-hide"), "{written}");
    assert!(
        written.contains("(0000:04:00.0)(0000:03:00.0)"),
        "{written}"
    );
    let doctor = run(&["doctor", "03:00.0"], &text).out;
    assert_eq!(
        doctor.matches("[xen-hidden-function-bound]").count(),
        1,
        "{doctor}"
    );
    assert!(
        doctor.contains("the running kernel has the option"),
        "{doctor}"
    );
    assert!(!doctor.contains("xen-hide-on-dom0-line"), "{doctor}");
}

#[test]
fn quoted_lines_of_xen_do_not_make_a_host_of_kvm_one() {
    let rest = INFO.strip_prefix("root@dom0:~# xl info\n").unwrap();
    let host = LISTING.replace("dom0", "kvm");
    let groups = "root@kvm:~# find /sys/kernel/iommu_groups -type l\n\
                  /sys/kernel/iommu_groups/1/devices/0000:03:00.0\n";
    for text in [
        // Another machine's shell, and a listing beside groups.
        format!("{host}My other box has Xen:\nroot@dom0:~# xl info\n{rest}"),
        format!("{host}{groups}Somebody has this:\n{rest}"),
        // One line.
        format!("{host}A guide shows xen_version            : 4.17.3\n"),
    ] {
        let run = run(&["doctor", "03:00.0"], &text);
        assert!(!run.out.starts_with("Host  Xen"), "{text}{}", run.out);
    }
    // dom0 has no groups even if Xen uses the IOMMU.
    let text = INFO.replace("virt_caps", "free_memory") + LISTING;
    let text =
        format!("{text}root@dom0:~# ls /sys/kernel/iommu_groups\nroot@dom0:~# uname -r\n6.1\n");
    let run = run(&["doctor", "03:00.0"], &text);
    assert!(!run.out.contains("[iommu-off]"), "{}", run.out);
}
