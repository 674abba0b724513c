use host_tree::CommandText;

use super::*;

fn chip(text: &str) -> Option<&'static str> {
    let text = CommandText::new("t", text);
    read(&Posts::read(&[text])).map(|fact| fact.value)
}

#[test]
fn a_card_without_reset_is_known_by_its_name() {
    for (text, wanted) in [
        ("GPU passthrough of my RX 5700 XT to a VM.", "AMD Navi 10"),
        ("Passthrough of an RX580 to the VM.", "AMD Polaris 10"),
        ("我把 RX 480 直通给虚拟机", "AMD Polaris 10"),
        (
            "GPU passthrough of a Vega 64 into a VM fails.",
            "AMD Vega 10",
        ),
    ] {
        assert_eq!(chip(text), Some(wanted), "{text}");
    }
    for none in [
        "GPU passthrough of my RX 6800 XT to a VM.",
        "I play games on an RX 580.",
        "Passthrough to the VM: the RX 580 is for the host.",
        "GPU passthrough of a Vega 64 or an RX 580 to the VM.",
        "If you want GPU passthrough to a VM, an RX 580 is cheap.",
    ] {
        assert_eq!(chip(none), None, "{none}");
    }
}
