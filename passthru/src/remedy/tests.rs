#[test]
fn a_shown_command_is_quoted_for_the_shell() {
    let argv = ["echo", "a b", "it's", "", "x;y"].map(str::to_owned);
    assert_eq!(super::shown(&argv), r"echo 'a b' 'it'\''s' '' 'x;y'");
}
