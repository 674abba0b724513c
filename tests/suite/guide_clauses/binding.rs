//! Binding while the host runs, at each boot, and by pci-stub.

use super::findings;

const CARDS: &str = "\
$ lspci -nnk
00:02.0 VGA compatible controller [0300]: Intel Corporation UHD Graphics 770 [8086:a780] (rev 04)
\tKernel driver in use: i915
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA102 [10de:2203] (rev a1)
\tKernel driver in use: DRIVER
01:00.1 Audio device [0403]: NVIDIA Corporation GA102 [10de:1aef] (rev a1)
\tKernel driver in use: DRIVER
05:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA102 [10de:2203] (rev a1)
\tKernel driver in use: nvidia
05:00.1 Audio device [0403]: NVIDIA Corporation GA102 [10de:1aef] (rev a1)
\tKernel driver in use: snd_hda_intel
";

fn reported(text: &str) -> Vec<String> {
    let text = format!("{}{text}", CARDS.replace("DRIVER", "vfio-pci"));
    findings(&["01:00.0"], &[("a.txt", &text)])
}

#[test]
fn writes_of_each_boot_are_late() {
    let code = "fix bound-late-at-boot".to_owned();
    let file = |line: &str| format!("$ cat /etc/rc.local\n#!/bin/sh -e\n{line}\nexit 0\n");
    for line in [
        "echo vfio-pci > /sys/bus/pci/devices/0000:01:00.0/driver_override",
        "echo \"0000:01:00.0\" > /sys/bus/pci/drivers/vfio-pci/bind",
        "echo 0000:01:00.0 > /sys/bus/pci/drivers/pci-stub/bind",
    ] {
        assert!(reported(&file(line)).contains(&code), "{line}");
    }
    for line in [
        "# echo vfio-pci > /sys/bus/pci/devices/0000:01:00.0/driver_override",
        "echo vfio-pci > /sys/bus/pci/devices/0000:05:00.0/driver_override",
        "echo vfio-pci > /sys/bus/pci/devices/0000:01:00.1/driver_override",
    ] {
        assert!(!reported(&file(line)).contains(&code), "{line}");
    }
    // Bound earlier, by its address.
    let early = "$ cat /etc/initramfs-tools/scripts/init-top/aaa\n#!/bin/sh\necho vfio-pci > \
                 /sys/bus/pci/devices/0000:01:00.0/driver_override\n";
    let line = "echo 0000:01:00.0 > /sys/bus/pci/drivers/vfio-pci/bind";
    let text = format!("{early}{}", file(line));
    assert!(!reported(&text).contains(&code));
}

#[test]
fn pci_stub_is_not_for_vfio() {
    let stub = "root@h:~# echo \"0000:01:00.0\" > /sys/bus/pci/drivers/pci-stub/bind\n";
    assert!(reported(stub).contains(&"fix command-binds-pci-stub".to_owned()));
    let vfio = stub.replace("pci-stub", "vfio-pci");
    assert!(!reported(&vfio).contains(&"fix command-binds-pci-stub".to_owned()));
    let code = "fix pci-stub-ids-match-duplicate".to_owned();
    let line = "$ cat /proc/cmdline\nBOOT_IMAGE=/vmlinuz root=/dev/sda1 pci-stub.ids=10de:2203,10de:1aef\n";
    assert!(reported(line).contains(&code), "{:?}", reported(line));
    let other = line.replace("10de:2203,10de:1aef", "8086:15f3");
    assert!(!reported(&other).contains(&code));
}

#[test]
fn a_script_without_its_executable_bit_is_skipped() {
    let script = "$ cat /etc/initramfs-tools/scripts/init-top/aaa.sh\n#!/bin/sh\necho vfio-pci > \
                  /sys/bus/pci/devices/0000:01:00.0/driver_override\n$ ls -l \
                  /etc/initramfs-tools/scripts/init-top\n";
    let line = |mode: &str| format!("{script}{mode} 1 root root 312 Nov  1 10:00 aaa.sh\n");
    let code = "blocker override-script-not-runnable".to_owned();
    assert!(reported(&line("-rw-r--r--")).contains(&code));
    assert!(!reported(&line("-rwxr--r--")).contains(&code));
    assert!(!reported(script).contains(&code));
}

#[test]
fn a_duplicate_that_pci_stub_had_is_not_expected_to_keep_it() {
    let text = format!(
        "{}$ cat /etc/default/grub\nGRUB_CMDLINE_LINUX_DEFAULT=\"quiet pci-stub.ids=10de:2203\"\n$ \
         sudo update-initramfs -u\nupdate-initramfs: Generating /boot/initrd.img-6.2.0-31-generic\n",
        CARDS
            .replace("DRIVER", "pci-stub")
            .replace("nvidia\n", "pci-stub\n")
    );
    let made = super::plan(&["01:00", "--for", "libvirt"], &[("a.txt", &text)]);
    assert!(!made.contains("ends in /pci-stub"), "{made}");
    let made = super::plan(
        &["01:00", "--for", "libvirt"],
        &[(
            "a.txt",
            &text.replace("in use: pci-stub", "in use: nouveau"),
        )],
    );
    assert!(made.contains("ends in /nouveau"), "{made}");
}
