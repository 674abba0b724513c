use super::*;

#[test]
fn the_end_of_the_help_becomes_sections() {
    let help = "A note.\n\nExit status: 0 done; 1 refused.\n\nExamples:\n  passthru a\n  \
                    passthru b   with a remark\n";
    let text = sections(help);
    for wanted in [
        ".SH NOTES\nA note.\n",
        ".SH \"EXIT STATUS\"\n0 done; 1 refused.\n",
        ".SH EXAMPLES\n.EX\npassthru a\npassthru b   with a remark\n.EE\n",
    ] {
        assert!(text.contains(wanted), "{wanted:?}: {text}");
    }
    assert_eq!(sections(""), "");
}
