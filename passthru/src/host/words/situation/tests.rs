use host_tree::CommandText;

use super::*;

/// The states of a text, below a sentence about an assignment.
fn situation(text: &str) -> Vec<Situation> {
    let text = CommandText::new("t", format!("I pass the GPU through to a VM.\n\n{text}\n"));
    let found = read(&Posts::read(&[text]));
    found.into_iter().map(|fact| fact.value).collect()
}

#[test]
fn a_sentence_tells_a_state() {
    for (state, texts) in [
        (
            Situation::Supported,
            [
                "Ryzen 5600X (it supports IOMMU)",
                "Der Prozessor unterstützt VT-d.",
                "主板和CPU都支持VT-d",
            ]
            .as_slice(),
        ),
        (
            Situation::Held,
            &[
                "The card is bound to vfio-pci at boot.",
                "Die Karte ist an vfio-pci gebunden.",
                "显卡已经被vfio-pci接管",
                "The card is in use by vfio-pci, so it looks like I did all right.",
            ],
        ),
        (
            Situation::HostIsGuest,
            &[
                "My Proxmox host is itself a VM on another server.",
                "Der Host ist selbst eine VM.",
                "另外说明，我的宿主机是虚拟机",
            ],
        ),
        (
            Situation::HooksIdle,
            &[
                "The hooks never run when I start the guest.",
                "Hooks werden nicht ausgeführt.",
                "启动时钩子没有执行",
            ],
        ),
        (
            Situation::LogEmpty,
            &["The log of the VM is empty.", "虚拟机的日志是空的"],
        ),
        (
            Situation::LowResolution,
            &[
                "Since then the iGPU is stuck at 1024x768.",
                "宿主机核显分辨率只有1024",
            ],
        ),
        (
            Situation::HostDark,
            &["I gave the iGPU to the guest, so the host shows no picture."],
        ),
        (
            Situation::StuckAfterGuest,
            &[
                "All is well until I shut down the VM. Then lspci hangs.",
                "虚拟机关机后宿主机卡死",
            ],
        ),
        (
            Situation::Critical,
            &["The device is now classified as critical, and cannot be selected."],
        ),
        (
            Situation::ConsoleDark,
            &[
                "I got the iGPU passed through, however my console no longer works and I can only use \
                 the VM via RDP.",
                "核显直通后控制台黑屏，只能用远程桌面",
            ],
        ),
        (
            Situation::StartsOnRetry,
            &[
                "The qube fails at boot, but if I simply repeat the command then it starts fine.",
                "Beim zweiten Versuch startet die VM.",
            ],
        ),
        (
            Situation::Shared,
            &[
                "Can I have more than 1 Windows 11 VM using the iGPU at the same time?",
                "Ich will zwei VMs gleichzeitig mit einer Grafikkarte betreiben.",
                "两个虚拟机能同时用一张显卡吗？",
            ],
        ),
    ] {
        for text in texts {
            assert!(
                situation(text).contains(&state),
                "{state:?}: {text}: {:?}",
                situation(text)
            );
        }
    }
}

#[test]
fn advice_questions_and_denials_tell_no_state() {
    for none in [
        "Make sure that the CPU supports VT-d.",
        "If the card is bound to vfio-pci, go on.",
        "If the card is not bound to vfio-pci, the VM does not start.",
        "Is your host a virtual machine?",
        "The CPU does not support IOMMU.",
        "You should see that the card is bound to vfio-pci.",
        "The hooks run.",
        "整个 IOMMU 组被 vfio-pci 接管导致系统崩溃",
        "The console works, and RDP too.",
        "Two VMs use the vGPU at the same time.",
        "Two VMs with a GPU each run at once with SR-IOV.",
        "The disk is empty.",
        "设备管理器里显卡显示已卸除，后来用命令把显卡挂载回主机。",
        "The guest is stuck at 1024x768.",
        "lspci hangs.",
        "The temperature is critical for others.",
        "需要主板支持VT-d",
    ] {
        assert!(situation(none).is_empty(), "{none}: {:?}", situation(none));
    }
}

#[test]
fn a_title_or_a_question_shows_that_the_device_is_not_bound() {
    for unbound in [
        "The card is not bound to vfio-pci.",
        "Can't get vfio to bind to the USB3 controller at boot",
        "Why does vfio-pci not bind the card?",
        "Die Karte lässt sich nicht an vfio-pci binden.",
        "显卡无法绑定到vfio-pci",
    ] {
        assert_eq!(situation(unbound), [Situation::Unbound], "{unbound}");
    }
}

#[test]
fn functions_that_are_not_created_and_scripts_that_stop_are_states_of_their_own() {
    for text in [
        "I can't create VFs on my ConnectX-7 card.",
        "Enabling SR-IOV fails with the driver ice.",
        "Why are no virtual functions created?",
        "Die VFs werden nicht erstellt, SR-IOV bleibt aus.",
        "开启SR-IOV失败",
    ] {
        assert_eq!(situation(text), [Situation::NotCreated], "{text}");
    }
    for text in [
        "start.sh hangs after the line that unbinds the framebuffer.",
        "The hook script gets stuck at modprobe -r nvidia.",
        "脚本卡住，不再继续",
    ] {
        assert_eq!(situation(text), [Situation::ScriptFails], "{text}");
    }
    for none in [
        "The VFs are created at boot.",
        "The driver of the VF fails in the VM.",
        "If you cannot create VFs, enable SR-IOV in the firmware.",
        "The script works.",
        "Stuck at the dracut pre-udev hook after loading vfio.",
        "You can use a script.",
    ] {
        assert!(situation(none).is_empty(), "{none}: {:?}", situation(none));
    }
}
