use host_tree::CommandText;

use super::*;

fn first(text: &str) -> Option<DriverFirst> {
    let text = format!("GPU passthrough to a VM with vfio-pci. {text}\n");
    let texts = [CommandText::new("post", text)];
    let posts = Posts::read(&texts);
    read(&posts, &[], &Settings::default()).map(|found| found.value)
}

#[test]
fn another_driver_is_first() {
    for (text, driver) in [
        (
            "How do I get my GPU to use VFIO instead of Nouveau while booting?",
            "nouveau",
        ),
        (
            "After the boot nvidia is loaded instead of vfio-pci.",
            "nvidia",
        ),
        ("Why is amdgpu used instead of vfio-pci?", "amdgpu"),
        (
            "The nvidia driver grabs the card before vfio-pci.",
            "nvidia",
        ),
        (
            "I can't get vfio-pci to load before the nvidia driver.",
            "nvidia",
        ),
        (
            "But the USB card will not change. It always lists xhci_hcd.",
            "xhci_hcd",
        ),
        (
            "lspci -nnk still shows nvidia as the driver in use.",
            "nvidia",
        ),
        ("The card is still bound to nouveau.", "nouveau"),
        ("Der Treiber in lspci ist immer noch nouveau.", "nouveau"),
        ("为什么显卡使用 nvidia 而不是 vfio-pci？", "nvidia"),
        (
            "The GPU is claimed by amdgpu since the update. vfio-pci is in the initramfs.",
            "amdgpu",
        ),
    ] {
        assert_eq!(first(text), Some(Some(driver)), "{text}");
    }
}

#[test]
fn other_sentences_name_no_driver_that_is_first() {
    for text in [
        "Now the card uses vfio-pci instead of nouveau.",
        "How do I get the host to use nvidia instead of vfio-pci after the VM stops?",
        "I added a softdep so that vfio-pci loads before nvidia, but the VM doesn't start.",
        "Make sure that vfio-pci loads before nvidia.",
        "Before that the card was still bound to nouveau.",
        "If nvidia still has the card, reboot.",
        "In the VM lspci still shows nvidia as the driver in use.",
        "The host still uses i915 for its display.",
        "Is nvidia loaded before vfio-pci?",
        "When the VM stops, the hook unbinds vfio-pci, and the card is claimed by amdgpu again.",
    ] {
        assert_eq!(first(text), None, "{text}");
    }
}
