use super::*;

fn bound(text: &str) -> Vec<String> {
    let text = CommandText::new("t", text);
    let entries = read(&text, &[]);
    entries
        .iter()
        .map(|entry| format!("{:#}", entry.address))
        .collect()
}

#[test]
fn a_sentence_names_the_driver_of_a_function() {
    for said in [
        "After the reboot 30:00.0 is still bound to amdgpu instead of vfio-pci.",
        "The card (0000:30:00.0) is bound to `vfio-pci`.",
        "The card 30:00.0 is owned by vfio-pci.",
        "30:00.0 (GPU) is correctly bound to the vfio-pci driver.",
        "PCI 0000:30:00.0: GPU an `vfio-pci` gebunden",
        "The device is at 30:00.0.\nThe GPU is still bound to nouveau.",
        "显卡 30:00.0 已绑定到 vfio-pci",
        "lspci -k -s 30:00.0   # Kernel driver in use: vfio-pci",
        "$ lspci -k -s 30:00.0 # Kernel driver in use: vfio-pci",
        "`lspci -nnk -s 30:00.0` confirme l'utilisation du driver `vfio-pci` sur l'hôte.",
    ] {
        assert_eq!(bound(said), ["30:00.0"], "{said}");
    }
    for open in [
        "30:00.0 is not bound to vfio-pci",
        "30:00.0 should be bound to vfio-pci",
        "Is 30:00.0 already bound to vfio-pci?",
        "After 30:00.0 is bound to vfio-pci, start the guest",
        "~~30:00.0 is still bound to amdgpu~~",
        "If 30:00.0 is bound to nvidia, unbind it",
        "30:00.0 was bound to nvidia",
        "30:00.0 and 31:00.0 are bound to vfio-pci",
        "At 30:00.0 and 31:00.0.\nThe GPU is still bound to nouveau.",
        "30:00.0 is bound to its driver",
        "30:00.0 an vfio-pci nicht gebunden",
        "The GPU is still bound to nouveau.",
        "如果 30:00.0 已绑定到 vfio-pci，就启动虚拟机",
        "请确认 30:00.0 已绑定到 vfio-pci",
        "Falls 30:00.0 an vfio-pci gebunden ist",
        "lspci -k -s 30:00.0   # should show: Kernel driver in use: vfio-pci",
        "lspci -k -s 30:00.0   # expected: Kernel driver in use: vfio-pci",
        "The card is 30:00.0.\nIn the output: Kernel driver in use: vfio-pci",
    ] {
        assert!(bound(open).is_empty(), "{open}");
    }
}
