use super::*;

fn found(text: &str) -> Vec<EmptyOutput> {
    let text = CommandText::new("t", text);
    let all = read(&[text]);
    all.into_iter().map(|fact| fact.value).collect()
}

#[test]
fn a_prompt_behind_a_command_shows_its_empty_output() {
    let text = "root@Tower:~# lsmod |grep vfio \nroot@Tower:~# mdevctl types\n\n\
                    root@Tower:~# dmesg | grep -e DMAR -e IOMMU\nroot@Tower:~# uname -r\n6.1.33\n";
    let expected = [
        EmptyOutput::VfioModules,
        EmptyOutput::MediatedTypes,
        EmptyOutput::IommuMessages,
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
