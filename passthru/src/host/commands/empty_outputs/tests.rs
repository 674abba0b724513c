use super::*;

fn found(text: &str) -> Vec<EmptyOutput> {
    let text = CommandText::new("t", text);
    let all = read(&[text], &[]);
    all.into_iter().map(|fact| fact.value).collect()
}

#[test]
fn a_prompt_behind_a_command_shows_its_empty_output() {
    let text = "root@Tower:~# lsmod |grep vfio \nroot@Tower:~# mdevctl types\n\n\
                    root@Tower:~# dmesg | grep -e DMAR -e IOMMU\nroot@Tower:~# xl pci-assignable-list\n\
                    root@Tower:~# uname -r\n6.1.33\n";
    let expected = [
        EmptyOutput::VfioModules,
        EmptyOutput::MediatedTypes,
        EmptyOutput::IommuMessages,
        EmptyOutput::XenAssignable,
    ];
    assert_eq!(found(text), expected);
}

#[test]
fn a_guide_and_a_cut_output_show_nothing() {
    for text in [
        "root@pve:~# lsmod | grep vfio\nroot@pve:~# mdevctl types\nroot@pve:~# reboot\n",
        "root@pve:~# uname -r\n6.1\nroot@pve:~# mdevctl types\n",
        "root@pve:~# mdevctl types\nroot@vm:~# uname -r\n6.1\n",
        "root@pve:~# dmesg | grep 'remapping'\nroot@pve:~# uname -r\n6.1\n",
        "root@pve:~# lsmod | grep vfio_pci\nroot@pve:~# uname -r\n6.1\n",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn a_directory_without_names_is_empty() {
    use EmptyOutput::{IommuGroups, IommuUnits};
    for (text, expected) in [
        (
            "$ ls /sys/kernel/iommu_groups/\n$ ls /sys/class/iommu\n$ uname -r\n6.1\n",
            vec![IommuGroups, IommuUnits],
        ),
        (
            "me@pc:~$ sudo find /sys/kernel/iommu_groups -type l | sort -V\nme@pc:~$ uname -r\n6.1\n",
            vec![IommuGroups],
        ),
        (
            "root@pc:~# ls -l /sys/class/iommu\ntotal 0\nroot@pc:~# uname -r\n6.1\n",
            vec![IommuUnits],
        ),
        ("$ ls /sys/class/iommu/ | wc -l\n0\n", vec![IommuUnits]),
        (
            "root@pc:~# ls /sys/class/iommu | xargs\nroot@pc:~# uname -r\n6.1\n",
            vec![IommuUnits],
        ),
        (
            "$ ls /sys/class/iommu\n$ cat /proc/cmdline\nquiet intel_iommu=on\n",
            vec![IommuUnits],
        ),
        // A guide, an output that may be cut, and the shells of two machines.
        ("$ ls /sys/class/iommu\n$ reboot\n", vec![]),
        ("$ uname -r\n6.1\n$ ls /sys/class/iommu\n", vec![]),
        (
            "root@pc:~# uname -r\n6.1\nroot@vm:~# ls /sys/class/iommu\nroot@vm:~# uname -r\n6.8\n",
            vec![],
        ),
        ("$ ls /sys/class/iommu\ndmar0\n$ uname -r\n6.1\n", vec![]),
        ("$ find /sys/class/iommu\n$ uname -r\n6.1\n", vec![]),
        ("$ ls /sys/class/iommu | grep x\n$ uname -r\n6.1\n", vec![]),
        ("$ ls /sys/class/iommu | wc -l\n2\n", vec![]),
    ] {
        assert_eq!(found(text), expected, "{text}");
    }
}
