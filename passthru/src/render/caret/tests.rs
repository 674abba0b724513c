use super::*;

#[test]
fn the_caret_is_below_its_character() {
    for (line, offset, wanted) in [
        ("", 0, "  \n  ^"),
        ("abc", 9, "  abc\n     ^"),
        ("显卡 x", 7, "  显卡 x\n       ^"),
        // Within a character: at its start.
        ("é", 1, "  é\n  ^"),
    ] {
        assert_eq!(caret(line, offset), wanted, "{line:?} {offset}");
    }
    let long = "x".repeat(5000);
    for offset in [0, 2500, 5000] {
        let shown = caret(&long, offset);
        assert!(shown.lines().all(|line| width(line) <= 80), "{shown}");
    }
    assert!(!caret("\u{1b}[31m\n\t", 2).contains('\u{1b}'));
    assert_eq!(caret("a\nb\nc", 2).lines().count(), 2);
}
