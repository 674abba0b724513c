//! Commands that list nothing: the next prompt shows that their output is empty.

use testkit::Scratch;

use crate::command::{Run, passthru};

const LOG: &str = "[    0.000000] Command line: root=/dev/sda1 ro quiet amd_iommu=on iommu=pt
[    0.431020] iommu: Default domain type: Passthrough (set via kernel command line)
";

const LISTING: &str = "lspci -nn
00:00.0 Host bridge [0600]: Advanced Micro Devices, Inc. [AMD] Root Complex [1022:1480]
00:03.1 PCI bridge [0604]: Advanced Micro Devices, Inc. [AMD] GPP Bridge [1022:1483]
09:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA104 [10de:2484]
";

fn doctor(text: &str) -> Run {
    let scratch = Scratch::new();
    let file = scratch.join("post.txt");
    std::fs::write(&file, text).unwrap();
    passthru(&["doctor", "09:00.0", "--from", file.to_str().unwrap()])
}

#[test]
fn an_amd_iommu_that_is_off_is_seen() {
    for prompt in ["$ ", "root@box:~# "] {
        for command in [
            "ls /sys/kernel/iommu_groups/",
            "find /sys/kernel/iommu_groups -type l",
            "ls /sys/class/iommu",
        ] {
            let text = format!(
                "{prompt}dmesg | grep -i -e iommu -e AMD-Vi\n{LOG}{prompt}{command}\n{prompt}{LISTING}"
            );
            let run = doctor(&text);
            assert_eq!(run.status, 1, "{text}{}", run.out);
            assert!(run.out.contains("[iommu-off]"), "{text}{}", run.out);
            assert!(!run.out.contains("amd-iommu-by-default"), "{}", run.out);
        }
    }
}

#[test]
fn an_output_that_may_be_cut_or_of_another_machine_shows_nothing() {
    for text in [
        format!("$ {LISTING}$ ls /sys/kernel/iommu_groups\n"),
        format!(
            "root@box:~# {LISTING}root@vm:~# ls /sys/kernel/iommu_groups\nroot@vm:~# uname -r\n6.1\n"
        ),
        format!("$ {LISTING}\nIn the VM:\n$ ls /sys/class/iommu\n$ uname -r\n6.1.0\n"),
    ] {
        let run = doctor(&text);
        assert!(!run.out.contains("[iommu-off]"), "{text}{}", run.out);
    }
}

#[test]
fn a_listing_of_an_earlier_moment_or_of_another_shell_shows_nothing() {
    let empty = "root@box:~# ls /sys/kernel/iommu_groups\n";
    let guest = "In my ubuntu guest it says";
    for text in [
        format!("{empty}root@box:~# {LISTING}root@box:~# reboot\nroot@box:~# uname -r\n6.1.0\n"),
        format!(
            "{empty}root@box:~# {LISTING}root@box:~# update-grub\nGenerating grub configuration file ...\n"
        ),
        format!("$ {LISTING}{guest}\n$ ls /sys/class/iommu\n$ uname -r\n6.1.0\n"),
    ] {
        let run = doctor(&text);
        assert!(!run.out.contains("[iommu-off]"), "{text}{}", run.out);
    }
}
