use super::{joined, wrapped};

#[test]
fn lines_fit() {
    assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
    assert_eq!(wrapped("abcdefgh", 3), ["abc", "def", "gh"]);
    assert_eq!(wrapped("显卡驱动", 4), ["显卡", "驱动"]);
    assert!(wrapped(" ", 4).is_empty());
    let texts = ["no driver", "slot 4", "link x8"].map(str::to_owned);
    assert_eq!(joined(&texts, 18), ["no driver · slot 4", "link x8"]);
}
