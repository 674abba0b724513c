use super::*;

#[test]
fn lines_break_between_wide_characters() {
    let text = "（默认）显示 PCI 设备，见 a.txt。";
    let with = added(text);
    assert!(with.contains("显 示\u{e000} PCI"), "{with:?}");
    assert!(!with.contains(" ，") && !with.contains("（ "), "{with:?}");
    assert_eq!(removed(&with), text);
    assert_eq!(with.chars().count(), width(text));
    let plain = "no wide  character:\n  two lines";
    assert_eq!(added(plain), plain);
    assert_eq!(removed(plain), plain);
    assert_eq!(added(""), "");
}
