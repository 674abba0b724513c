use host_tree::CommandText;

use super::*;

fn found(text: &str) -> Option<&'static str> {
    let text = CommandText::new("t", text);
    read(&Posts::read(&[text]))
}

#[test]
fn the_sentence_about_the_assignment_names_the_kind() {
    for (text, kind) in [
        ("当我直通sata控制器，就会出现硬盘错误。", "SATA controller"),
        (
            "My GPU is fine. PCI passthrough of the NIC to the VM fails.",
            "network card",
        ),
        (
            "Passthrough of the NIC to a VM works perfectly. The GPU needs a ROM in its VM.",
            "graphics card",
        ),
        (
            "Passthrough fails. The GPU stays dark in the VM.",
            "graphics card",
        ),
    ] {
        assert_eq!(found(text), Some(kind), "{text}");
    }
    assert_eq!(found("The network card of my PC is slow."), None);
    assert_eq!(found("PCI passthrough to the VM fails."), None);
    let beside = "Added a second NVMe. PCI passthrough to the VM fails now.";
    assert_eq!(found(beside), None);
}
