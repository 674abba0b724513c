use super::*;

#[test]
fn commands_are_known_and_sentences_are_none() {
    for (line, wanted) in [
        ("$ lspci -nn | grep -i nvidia", Some(Quoted::Functions)),
        ("sudo dmesg | grep -i iommu", Some(Quoted::Log)),
        ("`virt-host-validate`", Some(Quoted::Validation)),
        (
            "7. lxc config device add ubuntu gpu0 gpu gputype=physical pci=0000:01:00.0",
            Some(Quoted::Start),
        ),
        ("root@pve:~# qm start 100", Some(Quoted::Start)),
        ("lspci had no tape drive", None),
        ("dmesg has this:", None),
        ("lspci -nnk says that igb is bound to it", None),
        ("lspci -nnk -s 03:00.0", Some(Quoted::Functions)),
        ("lspcix -nn", None),
        ("dmesg | grep -e DMAR  # DMAR: IOMMU enabled", None),
        (
            "- `lspci -nnk -s 00:02.0` → `Kernel driver in use: vfio-pci`",
            None,
        ),
        ("", None),
    ] {
        assert_eq!(kind(line), wanted, "{line}");
    }
}
