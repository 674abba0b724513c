use host_tree::CommandText;

use super::*;

fn said(text: &str) -> Vec<Symptom> {
    let text = CommandText::new("t", text);
    let found = read(&Posts::read(&[text]));
    found.into_iter().map(|fact| fact.value).collect()
}

#[test]
fn a_sentence_tells_of_its_symptom() {
    use Symptom::{
        Code12, DeviceVanishes, HostDiskLost, HostDisplayLost, HostFailsAtStop, HostFreezes,
        HostNetworkLost, HostReboots, LibvirtHangs, MemoryPinned, NoPicture, OncePerBoot,
        Regression, SessionEnds,
    };
    for (symptom, texts) in [
        (
            OncePerBoot,
            [
                "The VM refuses to start after it is shut down once.",
                "It works once per boot, then the VM needs a reboot of the host.",
                "The VM starts, but the second time it fails with an error.",
                "只要虚拟机一关机就启动不了，必须重启宿主机后才可以启动",
                "Nach dem Herunterfahren startet die VM nicht, nachdem der Gast heruntergefahren ist.",
                "After I shut down the VM the card stays dark, and only a full power cycle helps.",
                "VM heruntergefahren, Karte tot, nur (ein kompletter) Reset/Reboot hilft.",
                "Après l'arrêt de la VM la carte est noire, seul un redémarrage complet du serveur règle le problème.",
                "虚拟机关机后显卡没输出，只有重启主机才行",
            ]
            .as_slice(),
        ),
        (
            HostFreezes,
            &[
                "When I start the VM, the host freezes.",
                "Starting it completely locks up the PVE node.",
                "As soon as the guest boots, my whole system hangs.",
                "After shutting down the VM, starting it again freezes the host.",
                "Rebinding it at run time causes kernel panic.",
                "一启动虚拟机宿主机就死机了",
                "Beim Start der VM friert der Host ein, der Host hängt.",
                "Au démarrage le serveur se fige.",
            ],
        ),
        (
            HostFailsAtStop,
            &[
                "The guest starts but the host freezes a few seconds after the guest shuts down.",
                "When I shut down the VM the host freezes.",
                "VM boots fine, but after shutdown the whole host locks up.",
                "When I power off the VM the host reboots.",
                "虚拟机关机后宿主机就死机了",
                "虚拟机关机后宿主机自动重启",
                "Nach dem Herunterfahren der VM friert der Host ein, der Host hängt.",
            ],
        ),
        (
            HostReboots,
            &[
                "Each of the commands causes an instant reboot.",
                "When I start the VM the host reboots.",
                "启动虚拟机后宿主机自动重启",
                "A gaming VM hard-reset its Proxmox host the instant a game launched.",
                "The VM rebooted the whole host.",
                "With the ROM BAR the PC resets on starting the VM.",
            ],
        ),
        (
            HostNetworkLost,
            &["When the VM starts, the host loses network.", "启动虚拟机后宿主机断网了"],
        ),
        (
            HostDisplayLost,
            &["The host is stuck at loading initial ramdisk."],
        ),
        (
            LibvirtHangs,
            &[
                "libvirtd locks up indefinitely until I force the computer to reboot.",
                "The libvirtd process becomes stuck.",
            ],
        ),
        (
            SessionEnds,
            &["When I try to start my VM I simply log out of the session."],
        ),
        (
            NoPicture,
            &[
                "The VM starts, but I get a black screen.",
                "虚拟机启动后黑屏",
                "Der Gast startet, kein Bild.",
                "La VM démarre, écran noir.",
                "La VM arranca con pantalla negra.",
            ],
        ),
        (
            Regression,
            &[
                "Since upgrading to kernel 6.8 the passthrough fails.",
                "The same set-up works just fine in 6.13.9-200 of the kernel.",
                "Downgrading the node fixes it.",
                "更新PVE重启后，直通失败",
                "升级到9.1后，核显直通不工作了",
                "回退至qemu 9.1.3 恢复正常。",
                "Seit dem Update startet die VM nicht mehr.",
                "GPU passthrough fails after kernel 6.5 -> 6.8.",
                "After booting the new kernel, I get errors with the passthrough of the card:",
                "The passthrough worked perfectly up until kernel 6.5.",
            ],
        ),
        (Code12, &["Windows shows code 12 for it.", "设备管理器显示代码12"]),
        (
            DeviceVanishes,
            &["After the shutdown the GPU disappears from lspci.", "宿主机掉卡"],
        ),
        (
            HostDiskLost,
            &["The NVMe is in the same IOMMU group, and the boot drive is gone when it starts."],
        ),
        (
            Symptom::ResizableBar,
            &[
                "My VM with an RX 580 passthrough doesn't boot when resizable bar is enabled.",
                "开启 ReBAR 后虚拟机黑屏",
                "If I disable ReBAR, the VM with the passthrough boots fine.",
                "ReBAR を無効にすると VM は普通に動きます。",
            ],
        ),
        (
            MemoryPinned,
            &["With GPU passthrough the maximum amount of RAM is allocated."],
        ),
    ] {
        for text in texts {
            assert!(said(text).contains(&symptom), "{symptom:?}: {text}: {:?}", said(text));
        }
    }
}

#[test]
fn conditions_guides_and_negations_are_no_symptoms() {
    for none in [
        "If the host freezes, remove the card.",
        "The host does not freeze any more.",
        "The VM on the host freezes.",
        "Your host may freeze.",
        "You get a black screen until the driver is installed.",
        "This avoids a black screen.",
        "There is no black screen.",
        "Ich brauche hier kein Bild.",
        "The server needs no picture.",
        "After the host reboots, the groups are the same.",
        "I rebooted the host, and started the VM.",
        "Shut down the VM and start it again.",
        "The black screen is fixed.",
        "The screen goes black for a moment and goes to the login screen.",
        "I updated to kernel 6.8, but the passthrough still fails.",
        "After the update of the kernel the passthrough fails, no difference.",
        "After the PC reboots, the VM is off.",
        "如果黑屏，请检查",
        "宿主机不会死机",
        "Reboot the host.",
        "The VM crashes.",
        "The card has no display outputs: a GPU with no picture, for rendering alone.",
        "I reboot the host when the VM hangs.",
        "I restarted the VM and rebooted the host.",
        "I stopped the VM, and only a reboot of the VM helps.",
        "The VM is off, and only a reset quirk is missing.",
        "The server has a boot drive and a GPU.",
        "Does the host freeze?",
        "Kernel 6.8 works fine.",
        "After the update of the firmware all is fine.",
        "I updated to kernel 6.8.",
        "The device has disappeared from the host and appeared in the guest.",
        "Regression: No",
        "A regression test pins the option.",
        "The passthrough with DPDK in the VM gives error 12.",
        "After reboot the settings are back, and the VM does not start.",
        "With ReBAR off the passthrough of the card does not work.",
        "The passthrough of the card never worked until I updated the kernel.",
        "I shut the host down, moved the card to another slot, and the VM does not start once more.",
    ] {
        assert!(said(none).is_empty(), "{none}: {:?}", said(none));
    }
}
