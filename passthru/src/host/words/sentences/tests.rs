use super::*;

fn sentences(text: &str) -> Vec<String> {
    let text = CommandText::new("t", text);
    let texts = [text];
    let posts = Posts::read(&texts);
    posts
        .sentences()
        .map(|one| one.whole.text.clone())
        .collect()
}

#[test]
fn sentences_continue_over_line_breaks() {
    let text = "The guest starts with the card, and the driver in the guest is\n\
                    bound to it. All of it works.\n\n- One\n- Two. Three";
    let wanted = [
        "the guest starts with the card, and the driver in the guest is bound to it.",
        "all of it works.",
        "- two.",
        "three",
    ];
    let found = sentences(text);
    assert_eq!(
        found
            .iter()
            .filter(|one| wanted.contains(&one.as_str()))
            .count(),
        4
    );
}

#[test]
fn logs_code_and_forms_are_no_sentences() {
    for none in [
        "[    1.000000] all of it works",
        "```\nall of it works\n```\n",
        "<!-- Does it\nwork? -->\n",
        "### Expected behavior\n\nThe guest starts with the card.\n",
        "01:00.0 VGA compatible controller: it works",
        "+------+-----------+\n| NAME | SNAPSHOTS |\n+------+-----------+\n| a    | it works  |\n+------+-----------+\n",
        "│ 0x030000 │ it works │",
        "  VT-x: PAT,HLT,MTF,PAUSE,EPT,UG,VPID",
    ] {
        let found = sentences(none);
        assert!(!found.iter().any(|one| !one.starts_with('#')), "{none}");
    }
}

#[test]
fn rows_of_a_written_table_are_sentences() {
    let text = "| What | State |\n|------|-------|\n| All of it | It works |\n";
    assert!(sentences(text).iter().any(|one| one.contains("it works")));
}

#[test]
fn a_folder_below_usr_is_no_word() {
    assert!(!Clause::new("at /usr/share/kvm/").has(&["share"]));
    assert!(Clause::new("passthrough/dda").has(&["dda"]));
}

#[test]
fn a_clause_has_whole_words() {
    let clause = Clause::new("the vm works, 直通正常");
    assert!(clause.has(&["vm works"]) && clause.has(&["正常"]) && clause.has(&["wor*"]));
    assert!(!clause.has(&["m works"]) && !clause.has(&["work"]));
    assert_eq!(clause.up_to(&["works"]).unwrap().words(), ["the", "vm"]);
}
