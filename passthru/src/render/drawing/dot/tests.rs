use super::quoted;

#[test]
fn nothing_breaks_out_of_a_string() {
    assert_eq!(quoted(&["a\"];b\\", "c\nd"]), r#""a\"];b\\\nc d""#);
}
