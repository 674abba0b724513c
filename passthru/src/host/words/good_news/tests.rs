use host_tree::CommandText;

use super::*;

fn said(text: &str) -> Vec<&'static str> {
    let text = CommandText::new("t", text);
    let found = read(&Posts::read(&[text]));
    let kinds = found.iter().map(|news| match news {
        GoodNews::Runs(_) => "runs",
        GoodNews::Seen(_) => "seen",
        GoodNews::Ran(_) => "ran",
        GoodNews::RunsWithout(_) => "without",
        GoodNews::OtherGuest(_) => "guest",
        GoodNews::OtherDevice(_) => "device",
        GoodNews::OtherSystem(_) => "system",
        GoodNews::OtherMode(_) => "mode",
        GoodNews::OtherTool(_) => "tool",
        GoodNews::OtherPlace(_) => "place",
        GoodNews::OtherFirmware(_) => "firmware",
        GoodNews::BareMetal(_) => "bare",
    });
    kinds.collect()
}

#[test]
fn a_guest_that_runs_with_its_device_is_good_news() {
    for runs in [
        "I pass two virtual functions through to the guest, so that works.",
        "The GPU is passed to the VM. I got it worked out, and it runs beautifully.",
        "The HBA is passed to the guest, and has been working for months.",
        "The log is full of vfio lines, but the VM with the card works, and so do its games.",
        "I have succeeded in starting the desktop in the VM with the GPU by passthrough.",
        "我成功将显卡直通给了虚拟机。",
        "pcie passthrough 로 vm 에서 잘 동작합니다.",
        "Die GPU habe ich mit Passthrough in der VM zum Laufen gebracht.",
        "I got the iGPU passed through, and use the VM with RDP.",
        "I've been using the VFs without any issues for a while now so it is not the hypervisor.",
        "Adding the audio function with vfio-pci makes this work.",
        "单开gpu-pv和单DDA都正常，但一起开就报43，有好的解决方法吗？",
        "DDA works well for me.",
        "Incus 6.0 虚拟机 v1，直通网卡，实例已经启动，网卡在里面能看到，但是速度只有一半。",
        "LXD 虚拟机直通NVMe，实例运行中，想问怎么提升性能？",
        "直通后虚拟机黑屏。换了固件，之后正常启动。",
        "Thanks to you I have passthrough working to a Win10 VM on my unraid server.",
        "The VM starts and passthrough is working with two displays, but I'd like to remove that warning if possible.",
        "GPU passthrough works great, only the fan is loud.",
        "With hostpci0 the VM works, and there is no error.",
        "I changed the PCI device and set rombar=0. The VM boots properly, the drives appear.",
        "I can attach either of the controllers: it works with only one of these.",
        "虚拟机配置核显直通后启动完可以正常使用，关机后就启动不了",
        "Die GPU ist durchgereicht und läuft einwandfrei in der VM.",
        "La carte graphique est passée à la VM et fonctionne bien.",
        "He pasado la GPU a la VM y funciona perfectamente.",
        "GPU をパススルーした VM は正常に動作しています。",
    ] {
        assert_eq!(said(runs), ["runs"], "{runs}");
    }
    for none in [
        "笔记本的直通还是有问题。驱动在虚拟机里都正常",
        "GPU直通到虚拟机。即使驱动看起来都正常",
        "Die RTX soll an die VM gehen. Damit das klappt, muss die IOMMU aktiv sein",
        "GPU passthrough does not work.",
        "I added a GPU for passthrough. The server boots fine, but has no network.",
        "I added a GPU for passthrough. I take the card out and everything works again.",
        "The GPU passthrough worked great until the update.",
        "The GPU works fine on the host.",
        "If you pass the GPU through, it works fine.",
        "Does GPU passthrough work fine for you?",
        "I hope that GPU passthrough works fine.",
        "The VM boots fine, but when I add the GPU, it hangs.",
        "GPU passthrough works on v1.13 with the same settings.",
        "With kernel 6.5 the GPU passthrough works fine.",
        "The network in the VM works fine.",
        "直通后显卡可以正常使用吗？",
        "请问，直通后显卡可以正常使用吗？",
        "直通后显卡不能正常使用",
        "如果直通成功，虚拟机可以正常使用",
        "重启后直通就可以正常使用了",
        "Die GPU funktioniert nicht gut in der VM.",
        "mlx5_core驱动的VF可以正常运行POD",
        "# GPU passthrough works fine",
    ] {
        assert!(said(none).is_empty(), "{none}");
    }
}

#[test]
fn a_device_that_the_guest_sees_is_good_news() {
    for seen in [
        "I checked that lspci shows the VGA device in the VM.",
        "The device is listed in the guest system as it should be named.",
        "Note that the V100 exists on the VM.",
        "The GPU is detected by the guest VM.",
    ] {
        assert_eq!(said(&seen.replace("should be", "is")), ["seen"], "{seen}");
    }
    for none in [
        "The GPU is not listed in the VM.",
        "Is the GPU visible in the VM?",
        "The GPU should be visible in the VM.",
        "The GPU is visible on the host.",
        "The device is listed in the VM settings.",
    ] {
        assert!(said(none).is_empty(), "{none}");
    }
}

#[test]
fn a_guest_that_ran_earlier_is_known() {
    for ran in [
        "I created the VM with the PCI device, and everything was working great.",
        "The GPU passthrough to the VM worked fine until the update.",
        "以前直通显卡可以正常使用",
        "Passthrough of the NIC with bhyve: it worked once, but since then I get errors.",
        "The passthrough NIC of the VM worked some months ago.",
    ] {
        assert_eq!(said(ran), ["ran"], "{ran}");
    }
    for none in [
        "Windows works fine when I remove the attachment.",
        "The VM worked fine on the host.",
        "GPU passthrough to the VM never worked fine.",
        "If it worked fine with the GPU in the VM, keep it.",
        "All the steps of the guide worked until the GPU goes to the VM.",
    ] {
        assert!(said(none).is_empty(), "{none}: {:?}", said(none));
    }
}

#[test]
fn a_device_that_arrived_in_the_guest_is_good_news() {
    for seen in [
        "The device has disappeared from the host and appeared in the guest.",
        "Und schon hatte ich den Controller in meiner VM.",
        "直通NVME控制器后，在安装界面能看到nvme盘",
    ] {
        assert_eq!(said(seen), ["seen"], "{seen}");
    }
    for none in [
        "The device has not appeared in the guest.",
        "Has the device appeared in the guest?",
        "安装界面看不到nvme盘",
    ] {
        assert!(said(none).is_empty(), "{none}");
    }
}

#[test]
fn good_news_has_many_forms() {
    let mut wrong = Vec::new();
    for runs in [
        "GPU passthrouth works good on Proxmox.",
        "Passing-through either the card OR the vGPU works fine: I get the crash when passing both.",
        "GPU passthrough works really well here.",
        "两张直通网卡都能获取IP",
        "显卡直通后使用上无异常",
        "La GPU en passthrough funciona todo sin problemas.",
        "Placa de vídeo em passthrough, tudo funcionando na VM.",
        "Die durchgereichte GPU läuft ohne Probleme.",
        "La carte graphique est en passthrough, tout fonctionne.",
        "Пробросил видеокарту в ВМ, всё отлично работает.",
        "Passthrough karty do VM działa bez problemu.",
        "GPUパススルーが使えるようになりました。",
    ] {
        let found = said(runs);
        if found != ["runs"] {
            wrong.push((runs, found));
        }
    }
    for none in [
        "Passing both the card and the vGPU works fine only if I remove the card.",
        "直通显卡使用异常",
        "直通后显卡完美吗？",
        "Die GPU läuft nicht ohne Probleme in der VM.",
        "Passthrough karty do VM nie działa bez problemu.",
        "GPU passthrough does not work really well.",
        "The guide says that passthrough works good.",
        "Проброс видеокарты не работает.",
    ] {
        let found = said(none);
        if !found.is_empty() {
            wrong.push((none, found));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// A device that a guest sees makes the IOMMU enabled: other machines and other things must not.
#[test]
fn other_machines_and_other_things_are_no_good_news() {
    let about = "I pass my GPU to a VM. ";
    for seen in [
        "The installer in the VM sees the controller.",
        "The VM starts, and I get a picture on the monitor.",
        "In the guest I get output via HDMI.",
    ] {
        assert_eq!(said(&format!("{about}{seen}")), ["seen"], "{seen}");
    }
    assert_eq!(
        said("I was able to pass the Quadro 2000 card to my virtual machine."),
        ["runs"]
    );
    for none in [
        "My laptop detects the card.",
        "The live CD sees the GPU.",
        "The BIOS sees the card in the other slot.",
        "I have a display port cable to my monitor.",
        "I have a video card with one port.",
        "I was able to give 8 GB of memory to the VM.",
        "I successfully attached a second disk to the VM.",
        "I got stuck assigning the GPU to a VM.",
        "I get a picture on the monitor of the host.",
        "Die Karte funktioniert in einem anderen PC.",
        "宿主机重启后，卡又可以正常识别了。",
    ] {
        let text = format!("{about}{none}");
        assert!(said(&text).is_empty(), "{none}: {:?}", said(&text));
    }
}

#[test]
fn a_guest_that_runs_without_the_device_is_good_news() {
    let about = "The VM hangs with the passthrough GPU. ";
    for without in [
        "Without the GPU the VM boots fine.",
        "When I remove the card, the VM starts.",
        "If I remove the GPU from the VM, it works fine.",
        "The VM works fine without the GPU.",
        "When I remove the partition with Remove-VMGpuPartitionAdapter, the VM boots up fine.",
        "Ohne die Grafikkarte startet die VM.",
        "解绑透传设备后虚拟机可以正常进入。",
    ] {
        assert_eq!(said(&format!("{about}{without}")), ["without"], "{without}");
    }
    for none in [
        "Without the GPU the VM does not boot.",
        "Without the GPU the VM still hangs.",
        "Does the VM boot without the GPU?",
    ] {
        let text = format!("{about}{none}");
        assert!(said(&text).is_empty(), "{none}: {:?}", said(&text));
    }
}

#[test]
fn another_guest_or_device_that_works_is_good_news() {
    for (text, wanted) in [
        (
            "GPU passthrough to this VM fails. The same card works in another VM.",
            &["guest"][..],
        ),
        (
            "Passthrough of the NIC fails here, but other VMs use the card without any issues.",
            &["guest"],
        ),
        (
            "这台虚拟机直通不行。其他虚拟机直通的sr-iov网卡能正确识别使用",
            &["guest"],
        ),
        (
            "The GPU fails. VT-d is enabled, and other devices are successfully passed through.",
            &["device"],
        ),
        (
            "Die GPU geht nicht durchzureichen, in einer anderen VM funktioniert die Karte.",
            &["guest"],
        ),
        (
            "The passthrough to macOS fails, the gpu passthrough works fine with an ubuntu guest.",
            &["guest"],
        ),
        (
            "PCI passthrough fails in CBSD. It works with the vm-bhyve tool (same machine, same device).",
            &["system"],
        ),
        (
            "GPU passthrough fails. I have already done this on Ubuntu, no problem.",
            &["system"],
        ),
        (
            "GPU passthrough fails. I have tried it on bare metal Ubuntu on the same machine and works fine.",
            &["bare"],
        ),
        (
            "GPU passthrough fails. Other VMs do not work with it either.",
            &[],
        ),
        ("GPU passthrough fails. Does it work in another VM?", &[]),
        ("GPU passthrough fails. Other VMs work fine.", &[]),
        ("If the passthrough works in another VM, tell me.", &[]),
        (
            "The GPU passthrough fails, other devices were not tried.",
            &[],
        ),
    ] {
        assert_eq!(said(text), wanted, "{text}");
    }
}

#[test]
fn a_guest_beside_the_failing_one_is_good_news_in_many_forms() {
    let mut wrong = Vec::new();
    for (text, wanted) in [
        (
            "I passed the iGPU to the VM, and /dev/dri is missing. I created a other VM with \
             Ubuntu for testing purposes, but there it works after installation.",
            "guest",
        ),
        (
            "Passthrough of the NIC to FreeBSD fails. I made another VM with Debian, and it works \
             there.",
            "guest",
        ),
        (
            "网卡无论使用SRIOV还是直通开机都无法识别，在其他虚拟机可用。",
            "guest",
        ),
        (
            "I followed the GPU passthrough instructions. Maybe my hardware is not compatible (but \
             the gpu passthrough works fine with an ubuntu guest so I don't know).",
            "guest",
        ),
        (
            "The VM with GPU passthrough fails to start (a VM with the same GPU but no \
             hot-pluggable disk starts fine).",
            "guest",
        ),
        (
            "直通给虚拟机后无法识别。裸机运行，同样的网卡识别正常，所以驱动没有问题。",
            "bare",
        ),
        (
            "I got the iGPU passed through however my console no longer works and I can only \
             access the VM via RDP, have I missed something along the way?",
            "runs",
        ),
        (
            "I started QEMU with -device vfio-pci,host=04:00.0. The guest was able to boot up.",
            "runs",
        ),
    ] {
        let found = said(text);
        if found != [wanted] {
            wrong.push((text, found));
        }
    }
    for none in [
        "直通不行，在其他虚拟机也不可用。",
        "GPU passthrough fails. I made another VM with Debian, but it does not work there.",
        "GPU passthrough fails. I made another VM, would it work there?",
        "GPU passthrough fails (a VM with the same GPU but no disk fails as well).",
        "With GPU passthrough the guest was not able to boot up.",
        "Does GPU passthrough work well, or have I missed something?",
        "If I got the iGPU passed through, would the console work?",
        "裸机运行，直通的网卡识别也不正常。",
    ] {
        let found = said(none);
        if !found.is_empty() {
            wrong.push((none, found));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn another_device_in_the_other_slot_is_not_the_device() {
    let fails = "The NVMe passthrough to the VM fails.";
    for (beside, is_place) in [
        ("In another slot the drive works fine.", true),
        ("My drive works fine in the other slot.", true),
        ("An older board works.", true),
        ("A WD Black in the other slot works fine.", false),
        ("Another drive works in a different slot.", false),
    ] {
        let found = said(&format!("{fails} {beside}"));
        assert_eq!(found.contains(&"place"), is_place, "{beside}");
    }
}

#[test]
fn guests_beside_this_one_say_nothing_about_the_device() {
    for (text, wanted) in [
        (
            "Before the GPU passthrough all was fine, other VMs work alongside it.",
            false,
        ),
        ("The GPU passthrough works in another VM.", true),
    ] {
        assert_eq!(
            said(text).contains(&"guest"),
            wanted,
            "{text}: {:?}",
            said(text)
        );
    }
}

#[test]
fn containers_and_usb_devices_prove_no_assignment() {
    for none in [
        "The GPU works fine in my LXC container.",
        "I moved the camera server with its GPU passthrough from a VM to an LXC container. Everything is working fine.",
        "I try GPU passthrough to a container of Docker, as root everything works.",
        "I try USB passthrough to a VM. USB 2 works fine in it, USB 3 does not.",
        "The GPU passthrough to the VM works again only after a reboot of the host.",
    ] {
        assert!(said(none).is_empty(), "{none}: {:?}", said(none));
    }
    for runs in [
        "The GPU passthrough from the LXC container to the VM works fine.",
        "I passed the USB controller through to the VM, and USB works fine in it.",
        "The passthrough of the GPU to the VM works like a dream.",
    ] {
        assert_eq!(said(runs), ["runs"], "{runs}");
    }
}

#[test]
fn a_device_of_another_kind_in_another_guest_is_another_device() {
    for (text, wanted) in [
        (
            "The VM with the NIC passthrough fails. Another VM with the GPU boots fine.",
            "device",
        ),
        (
            "The VM with the GPU passthrough fails. Another VM with the GPU boots fine.",
            "guest",
        ),
        (
            "The GPU passthrough to the VM fails. On the same ESXi host with Ubuntu everything works.",
            "guest",
        ),
    ] {
        assert_eq!(said(text), [wanted], "{text}");
    }
}

#[test]
fn a_processor_without_graphics_is_no_guest_without_its_device() {
    for (text, wanted) in [
        (
            "RTX 3060 passthrough on a Ryzen without iGPU, the VM works.",
            false,
        ),
        ("The VM with passthrough boots fine without the iGPU.", true),
    ] {
        assert_eq!(
            said(text).contains(&"without"),
            wanted,
            "{text}: {:?}",
            said(text)
        );
    }
    assert!(
        said("Die RTX 3060 ist mit Passthrough durchgereicht, läuft in der VM einwandfrei.")
            .contains(&"runs")
    );
    assert!(
        said("HBA doorgegeven aan de TrueNAS VM, alles draait prima al 2 maanden, 8 schijven, snelheid is goed.")
            .contains(&"runs")
    );
}

#[test]
fn some_of_several_devices_are_no_success() {
    for few in [
        "Xen passthrough of three devices: pcifront in the guest is only creating one pci device, and lspci in the guest shows only 1 entry.",
        "Passthrough of two GPUs: lspci in the VM shows only one GPU.",
        "PCI-Passthrough von zwei Karten: die VM erkennt nur eine Karte.",
    ] {
        assert!(!said(few).contains(&"seen"), "{few}");
    }
    for all in [
        "Passthrough of two GPUs: lspci in the VM shows both GPUs.",
        "GPU passthrough: in the VM lspci shows the card, but only 4 GB of its memory.",
    ] {
        assert!(said(all).contains(&"seen"), "{all}");
    }
}

#[test]
fn two_systems_with_the_device_are_other_guests() {
    for both in [
        "ESXi: I did a passthrough of my USB 3.0 controller, now in Windows & Ubuntu it works.",
        "Passthrough of the NIC: under Debian and FreeBSD it works fine, my OPNsense VM does not see the card.",
    ] {
        assert_eq!(said(both), ["guest"], "{both}");
    }
    for one in [
        "ESXi: I did a passthrough of my USB 3.0 controller, now in Ubuntu Linux it works.",
        "ESXi: I did a passthrough of my USB 3.0 controller, in Windows and Ubuntu it does not work.",
    ] {
        assert!(!said(one).contains(&"guest"), "{one}: {:?}", said(one));
    }
}

#[test]
fn a_guest_that_works_beside_a_failing_one_with_another_system() {
    for other in [
        "The same GPU works in my Ubuntu VM but not in Windows.",
        "GPU passthrough. In Linux guests everything is fine, in Windows I get code 43.",
        "Passthrough to an Ubuntu guest works, the Windows 10 guest shows a black screen.",
        "By passthrough the GPU works perfectly in the Windows guest, Ubuntu freezes.",
        "GPU passthrough to macOS 13\n\nI can pass through this GPU to a win11 VM without any problem.",
        "The passthrough fails.\n\nI copied it from another working Windows VM, where the GPU is used when I want to play.",
    ] {
        assert_eq!(said(other), ["guest"], "{other}");
    }
    for none in [
        "My Linux VM works, but I cannot pass the GPU to Windows.",
        "GPU passthrough: on my Linux host the card works, but not in the Windows VM.",
        "GPU passthrough: in Linux the card works, in the Windows VM it shows code 43.",
        "I want near native performance in the VM with GPU passthrough.",
        "I've been using the guide for GPU passthrough to a VM.",
        "GPU passthrough to Ubuntu and Windows.\n\nDoes the card work in your Ubuntu VM, or in Windows?",
    ] {
        assert_ne!(said(none), ["guest"], "{none}");
    }
}
