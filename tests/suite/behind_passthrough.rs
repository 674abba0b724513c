//! Failures behind the assignment: in the guest, its boot loader, its container, its virtual IOMMU or
//! the program that runs it. The host's IOMMU is no question there.

use passthru::Host;
use passthru::Verdict;
use passthru::ask::Ask;
use passthru::input::Input;

use crate::stated_posts::{findings, verdict};

fn host(post: &str) -> Host {
    let mut input = Input::new();
    input.add("post.md", post.as_bytes()).unwrap();
    Host::read(&input.finish().unwrap())
}

fn topics(post: &str) -> Vec<String> {
    let ask = Ask::of(&host(post), &findings(post), None);
    ask.topics().into_iter().map(str::to_owned).collect()
}

/// The step of the finding, or nothing without it.
fn step(post: &str, code: &str) -> String {
    let found = findings(post);
    let one = found.iter().find(|finding| finding.code == code);
    one.map(|finding| format!("{:?}", finding.remedy))
        .unwrap_or_default()
}

#[test]
fn a_virtual_iommu_is_not_that_of_the_host() {
    for emulated in [
        "NixOS on QEMU cannot boot as long as `vIOMMU` is enabled.\n",
        "The VM finds no disks while virtio-iommu is enabled.\n",
        "The virtual IOMMU is enabled for the VM, which does not boot.\n",
        "Der Gast startet nicht, die vIOMMU ist an und viommu ist aktiv.\n",
        "虚拟机的vIOMMU已启用，系统无法启动。\n",
    ] {
        assert_eq!(verdict(emulated, "iommu-on"), None, "{emulated}");
    }
    for real in [
        "The VM with the GPU does not start. IOMMU is enabled.\n",
        "GPU passthrough: my IOMMU is active, and the VM does not boot.\n",
        "IOMMU已开启，显卡直通后虚拟机无法启动。\n",
        "Tesla P4 vGPU 无法启动，IOMMU已经生效，mdevctl types 有输出。\n",
    ] {
        assert_eq!(verdict(real, "iommu-on"), Some(Verdict::Ok), "{real}");
    }
}

#[test]
fn the_setting_of_remapping_answers_its_question() {
    let code = "viommu-remapping-on-command-line";
    let without = "qemu-system-x86_64 -machine q35 -device intel-iommu,intremap=on\n";
    assert_eq!(verdict(without, code), Some(Verdict::Unknown));
    for with in ["q35,kernel-irqchip=split", "q35,kernel_irqchip=off"] {
        assert_eq!(verdict(&without.replace("q35", with), code), None, "{with}");
    }
}

#[test]
fn a_container_is_asked_for_nothing_of_an_assignment() {
    let card = "2d:00.0 VGA compatible controller: Intel Corporation DG2 [Arc A380] (rev 05)\n";
    for container in [
        "vainfo fails in the LXC container of Proxmox, while it works on the host.\n",
        "Docker on Debian: ffmpeg in the container reports an error, it works on the host.\n",
        "PVE 的 LXC 容器里 vainfo 报错，宿主机正常。\n",
    ] {
        let topics = topics(&format!("{container}{card}"));
        let is_asked = topics.iter().any(|one| one.starts_with("IOMMU"));
        assert!(!is_asked, "{container}: {topics:?}");
    }
    let guest = topics(&format!(
        "The VM of Proxmox with this GPU does not start.\n{card}"
    ));
    assert!(guest.iter().any(|one| one == "IOMMU groups"), "{guest:?}");
}

#[test]
fn a_panic_of_the_hypervisor_leaves_no_question_about_the_display() {
    let card = "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106M \
                [GeForce RTX 3060 Mobile / Max-Q] [10de:2520] (rev a1)\n";
    let start = "I pass the GPU through, and the VM shows no output on the laptop.\n";
    let panic = "thread 'vmm' panicked at pci/src/vfio.rs:508:49:\n";
    let of_display = ["mobile-graphics", "notebook-mux"];
    assert_eq!(
        verdict(&format!("{start}{panic}{card}"), "vmm-panicked"),
        Some(Verdict::Blocker)
    );
    for code in of_display {
        assert_eq!(
            verdict(&format!("{start}{panic}{card}"), code),
            None,
            "{code}"
        );
        let asked = verdict(&format!("{start}{card}"), code);
        assert_eq!(asked, Some(Verdict::Unknown), "{code}");
    }
    // Of another program.
    let other = "The VM with the GPU is black. thread 'main' panicked at src/main.rs:12:5\n";
    assert_eq!(verdict(other, "vmm-panicked"), None);
}

#[test]
fn a_workstation_card_with_a_mobile_chip_is_in_no_notebook() {
    let post =
        |line: &str| format!("GPU passthrough to the VM fails, the output is black.\n{line}\n");
    let slot = "01:00.0 VGA compatible controller: NVIDIA Corporation TU117GLM [Quadro T400 Mobile] (rev a1)";
    let notebook =
        "01:00.0 3D controller: NVIDIA Corporation TU117GLM [Quadro T1000 Mobile] (rev a1)";
    assert_eq!(verdict(&post(slot), "mobile-graphics"), None);
    assert_eq!(verdict(&post(slot), "notebook-mux"), None);
    let asked = verdict(&post(notebook), "mobile-graphics");
    assert_eq!(asked, Some(Verdict::Unknown));
}

#[test]
fn the_step_for_a_coral_fits_its_bus() {
    let code = "edgetpu-not-found";
    let log = "frigate.edgetpu INFO : No EdgeTPU was detected.\n";
    for (post, wanted) in [
        (
            "An M.2 Coral, which I passed to the VM of Proxmox.\n",
            "edgetpu-in-guest",
        ),
        (
            "Frigate in the VM of Unraid.\ncoral:\n    device: pci\n",
            "edgetpu-in-guest",
        ),
        (
            "Coral in an LXC.\nfrigate.edgetpu INFO : Attempting to load TPU as pci\n",
            "edgetpu-apex",
        ),
        (
            "Coral in an LXC.\nfrigate.edgetpu INFO : Attempting to load TPU as usb\n",
            "edgetpu-usb",
        ),
        ("USB Coral, passed to the VM.\n", "edgetpu-usb"),
        ("Coral in the VM.\n", "edgetpu-pass"),
    ] {
        let step = step(&format!("{post}{log}"), code);
        assert!(step.contains(wanted), "{post}: {step}");
    }
}

#[test]
fn a_router_that_works_has_its_driver() {
    let post =
        |works: &str| format!("The VF of the X710 NIC fails in the DSM VM of Proxmox.\n{works}\n");
    let code = "router-driver-package";
    for works in [
        "All VFs work fine in other VMs with OpenWrt.",
        "其它虚拟机openwrt的网卡直通正常使用。",
    ] {
        assert_eq!(verdict(&post(works), code), None, "{works}");
    }
    let fails = post("It works in another VM, but not in OpenWrt.");
    assert_eq!(verdict(&fails, code), Some(Verdict::Unknown));
}

#[test]
fn a_loader_that_sees_the_disks_shows_the_assignment() {
    for sees in [
        "Proxmox with a passed HBA: Arc sees the controller and all 5 drives, but DSM won't.\n",
        "ESXi passthrough: the loader detects all disks of the SATA controller, and DSM shows none.\n",
        "PVE直通HBA给黑群晖，引导界面能识别硬盘，进系统后没有硬盘。\n",
    ] {
        let seen = verdict(sees, "guest-sees-reported");
        assert_eq!(seen, Some(Verdict::Ok), "{sees}");
        assert_eq!(verdict(sees, "iommu-not-shown"), None, "{sees}");
    }
    let card =
        "Proxmox, Arc A380 passthrough to the VM: Arc shows code 43, the driver sees an error.\n";
    assert_eq!(verdict(card, "guest-sees-reported"), None);
}

#[test]
fn a_first_function_that_is_no_bridge_is_of_a_guest_of_xen() {
    let card = "00:00.0 Multimedia controller: Philips Semiconductors SAA7160 (rev 02)\n\
                \tKernel driver in use: SAA716x Budget\n";
    let code = "inside-virtual-machine";
    let of_xen = format!("XenServer, the tuner does not work.\n{card}");
    assert!(verdict(&of_xen, code).is_some());
    assert_eq!(verdict(&of_xen, "iommu-not-shown"), None);
    // A function of s390 has a domain of its own.
    let of_s390 = format!("KVM on s390x, the card does not work.\n{card}");
    assert_eq!(verdict(&of_s390, code), None);
}

#[test]
fn a_release_of_ubuntu_is_no_xen() {
    let text = "Ubuntu xenial, my KVM host, GPU passthrough fails:\n\n\
                00:00.0 Ethernet controller [0200]: Intel Corporation I350 [8086:1521]\n\
                01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP104 [10de:1b80]\n\
                \tKernel driver in use: nvidia\n";
    assert_eq!(verdict(text, "inside-virtual-machine"), None);
}

#[test]
fn an_option_of_the_past_is_no_setting() {
    let text = "Before I used `pci-stub.ids=10de:1b80`, now I have `vfio-pci.ids=10de:1b80` and the VM \
                fails to start.\n";
    assert_eq!(verdict(text, "named-pci-stub-ids"), None);
}
