use super::*;

#[test]
fn a_page_is_its_text_line_by_line() {
    let page = "<!DOCTYPE html><html><head><script>var x=\"lspci\";\n</script></head>\
                    <body><p>My card <b>fails</b>.</p><pre class=\"a\n b\"><code>$ cat \
                    /proc/cmdline<br />\nquiet iommu=pt<br />\n\tx &lt;domain><br>y\n";
    let plain = "\nMy card fails.\n$ cat /proc/cmdline\nquiet iommu=pt\n\tx &lt;domain> y\n";
    assert_eq!(without_tags(page).unwrap(), plain);
    assert_eq!(
        without_tags("quiet<br />\n<source dev='x'/>\n").unwrap(),
        "quiet\n<source dev='x'/>\n"
    );
}

#[test]
fn other_texts_keep_what_is_between_angle_brackets() {
    for text in ["<hostdev>\n<a/>\n", "a <b> c\n", "1 <br 2\n"] {
        assert_eq!(without_tags(text), None);
    }
}
