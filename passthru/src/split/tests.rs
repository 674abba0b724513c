use super::*;

#[test]
fn parts_are_those_of_the_standard_library() {
    for text in ["", "a", "|", "a|b", "|a||显卡|", "no mark"] {
        let parts: Vec<&str> = split(text, b'|').collect();
        let known: Vec<&str> = text.split('|').collect();
        assert_eq!(parts, known, "{text:?}");
    }
}
