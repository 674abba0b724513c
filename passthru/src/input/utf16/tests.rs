use super::*;

#[test]
fn both_orders_are_read_with_and_without_a_mark() {
    let wanted = "01:00.0 VGA Gr\u{fc}\u{df}e \u{1f600}\n";
    let bytes = |order: fn(u16) -> [u8; 2], text: &str| -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    };
    for order in [u16::to_le_bytes as fn(u16) -> [u8; 2], u16::to_be_bytes] {
        let marked = bytes(order, &format!("\u{feff}{wanted}"));
        assert_eq!(text(&marked).as_deref(), Some(wanted));
        assert_eq!(text(&bytes(order, wanted)).as_deref(), Some(wanted));
    }
    for other in [
        &b"plain text"[..],
        b"\0\0\0\0\0\0\0\0",
        b"\x7fELF\x02\x01\x01\0\0\0",
        b"",
    ] {
        assert_eq!(text(other), None);
    }
    assert_eq!(text(b"\xff\xfea\0\0\0"), None);
}
