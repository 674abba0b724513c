//! Other binding methods that a plan replaces.

use super::plan;

const HOST: &str = "\
$ cat /etc/os-release
ID=ubuntu
VERSION_ID=\"22.04\"
$ uname -r
6.2.0-31-generic
$ cat /proc/cmdline
BOOT_IMAGE=/boot/vmlinuz-6.2.0-31-generic root=UUID=a ro quiet intel_iommu=on
$ cat /etc/default/grub
GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on\"
$ sudo update-initramfs -u
update-initramfs: Generating /boot/initrd.img-6.2.0-31-generic
$ lspci -nnk
00:00.0 Host bridge [0600]: Intel Corporation Raptor Lake-S Host Bridge [8086:a740] (rev 01)
00:01.0 PCI bridge [0604]: Intel Corporation Raptor Lake PCIe port [8086:a70d] (rev 01)
\tKernel driver in use: pcieport
00:02.0 VGA compatible controller [0300]: Intel Corporation UHD Graphics 770 [8086:a780] (rev 04)
\tKernel driver in use: i915
\tKernel modules: i915
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP102 [10de:1b06] (rev a1)
\tKernel driver in use: vfio-pci
\tKernel modules: nvidiafb, nouveau
01:00.1 Audio device [0403]: NVIDIA Corporation GP102 HDMI Audio Controller [10de:10ef] (rev a1)
\tKernel driver in use: vfio-pci
\tKernel modules: snd_hda_intel
$ find /sys/kernel/iommu_groups -type l
/sys/kernel/iommu_groups/0/devices/0000:00:02.0
/sys/kernel/iommu_groups/1/devices/0000:01:00.0
/sys/kernel/iommu_groups/1/devices/0000:01:00.1
";

const SECOND: &str = "\
00:1c.0 PCI bridge [0604]: Intel Corporation Raptor Lake PCIe port [8086:7a38] (rev 11)
\tKernel driver in use: pcieport
05:00.0 VGA compatible controller [0300]: NVIDIA Corporation GK208 [10de:1287] (rev a1)
\tKernel driver in use: nvidia
\tKernel modules: nvidiafb, nouveau
$ find";

fn made(texts: &str, clean: bool) -> String {
    let mut words = vec!["01:00", "--for", "libvirt"];
    if clean {
        words.push("--clean");
    }
    plan(&words, &[("a.txt", texts)])
}

#[test]
fn lines_that_bind_the_card_at_each_boot_are_removed() {
    let rc = "$ cat /etc/rc.local\n#!/bin/sh -e\nip link set eth0 up\necho \"10de 1b06\" > \
              /sys/bus/pci/drivers/vfio-pci/new_id\necho \"0000:01:00.0\" > \
              /sys/bus/pci/devices/0000:01:00.0/driver/unbind\necho \"0000:01:00.0\" > \
              /sys/bus/pci/drivers/vfio-pci/bind\necho \"0000:02:00.0\" > \
              /sys/bus/pci/drivers/vfio-pci/bind\nexit 0\n";
    let diff = made(&format!("{HOST}{rc}"), false);
    for part in [
        "-echo \"10de 1b06\"",
        "-echo \"0000:01:00.0\" > /sys/bus/pci/devices/0000:01:00.0/driver/unbind",
        "-echo \"0000:01:00.0\" > /sys/bus/pci/drivers/vfio-pci/bind",
    ] {
        assert!(diff.contains(part), "{part}: {diff}");
    }
    assert!(
        !diff.contains("-echo \"0000:02") && !diff.contains("-ip link"),
        "{diff}"
    );
    // In a condition, a command stays in the line's place.
    let compound = rc.replace("exit 0", "if true; then\necho x\nfi\nexit 0");
    let diff = made(&format!("{HOST}{compound}"), false);
    assert!(
        diff.contains("-echo \"10de 1b06\"") && diff.contains("+:"),
        "{diff}"
    );
    // A line of several commands is not taken apart.
    let joined = rc.replace("echo \"10de", "sleep 1; echo \"10de");
    let diff = made(&format!("{HOST}{joined}"), false);
    assert!(
        diff.contains("remove the functions from /etc/rc.local"),
        "{diff}"
    );
}

#[test]
fn a_script_of_the_initramfs_no_longer_binds_the_card() {
    let script = "$ cat /etc/initramfs-tools/scripts/init-top/vfio.sh\n#!/bin/sh\necho \"vfio-pci\" > \
                  /sys/bus/pci/devices/0000:01:00.0/driver_override\necho \"vfio-pci\" > \
                  /sys/bus/pci/devices/0000:01:00.1/driver_override\nexit 0\n";
    let diff = made(&format!("{HOST}{script}"), false);
    assert!(
        diff.contains("edit /etc/initramfs-tools/scripts/init-top/vfio.sh"),
        "{diff}"
    );
    assert_eq!(diff.matches("-echo \"vfio-pci\"").count(), 2, "{diff}");
    let other = script.replace("01:00", "07:00");
    let diff = made(&format!("{HOST}{other}"), false);
    assert!(!diff.contains("init-top/vfio.sh"), "{diff}");
}

#[test]
fn leftovers_are_removed_on_request() {
    let files = "$ cat /etc/modprobe.d/blacklist-nouveau.conf\nblacklist nouveau\noptions nouveau \
                 modeset=0\n$ cat /etc/systemd/system/prohibit_nouveau.service\n[Service]\nType=forking\n\
                 ExecStart= /opt/prohibit_nouveau.sh\n$ cat /opt/prohibit_nouveau.sh\n#!/bin/bash\n\
                 modprobe -r nouveau\n";
    let text = format!("{HOST}{files}");
    let diff = made(&text, false);
    assert!(
        !diff.contains("-blacklist nouveau") && !diff.contains("systemctl disable"),
        "{diff}"
    );
    let diff = made(&text, true);
    assert!(
        diff.contains("-blacklist nouveau") && diff.contains("-options nouveau"),
        "{diff}"
    );
    assert!(
        diff.contains("run systemctl disable prohibit_nouveau.service"),
        "{diff}"
    );
    // Another card of the host has the driver.
    let text = format!("{}{files}", HOST.replace("$ find", SECOND));
    let diff = made(&text, true);
    assert!(!diff.contains("-blacklist nouveau"), "{diff}");
    // The script does more.
    let text = format!("{HOST}{files}systemctl start x\n");
    let diff = made(&text, true);
    assert!(
        !diff.contains("systemctl disable") && diff.contains("remove-unload"),
        "{diff}"
    );
    // A unit with the command itself is disabled only if that does nothing else.
    let unit = |command: &str| {
        let file = "$ cat /etc/systemd/system/off.service\n[Service]\n";
        made(&format!("{HOST}{file}ExecStart={command}\n"), true)
    };
    let diff = unit("/sbin/modprobe -r nouveau");
    assert!(diff.contains("run systemctl disable off.service"), "{diff}");
    let diff = unit("/bin/sh -c \"modprobe -r nouveau; systemctl start x\"");
    assert!(!diff.contains("systemctl disable"), "{diff}");
}
