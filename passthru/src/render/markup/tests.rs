use super::*;

#[test]
fn nothing_breaks_out_of_text() {
    assert_eq!(
        escaped("</pre><script>alert('x')</script>\n\t\"&"),
        "&lt;/pre&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;\n\t&quot;&amp;"
    );
    assert_eq!(escaped("a\u{202e}b\u{1b}[2J"), "a\u{fffd}b\u{fffd}[2J");
    assert!(matches!(escaped("显卡\n"), Cow::Borrowed(_)));
}
