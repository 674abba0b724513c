use super::*;

fn alone(text: &str) -> bool {
    let text = CommandText::new(
        "t",
        format!("I passed the xHCI controller through.\n{text}"),
    );
    root_hubs_alone(&[text]).is_some()
}

#[test]
fn a_listing_with_a_device_is_not_empty() {
    let hubs = "Bus 002 Device 001: ID 1d6b:0003 Linux Foundation 3.0 root hub\n\
                    Bus 001 Device 001: ID 1d6b:0002 Linux Foundation 2.0 root hub\n";
    assert!(alone(hubs));
    assert!(!alone(&format!(
        "{hubs}Bus 001 Device 002: ID 0bda:8156 Realtek Semiconductor Corp.\n"
    )));
    assert!(!alone("Bus error\n"));
    assert!(!is_line("Bus 001 Device 001: ID 1d6"));
}
