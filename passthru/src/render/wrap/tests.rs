use super::*;

#[test]
fn lines_fit_and_nothing_is_lost() {
    let text = "one two three four five six seven eight nine ten eleven";
    let wrapped = paragraph("  - ", text, 30);
    assert!(wrapped.lines().all(|line| width(line) <= 30), "{wrapped}");
    let words: Vec<_> = wrapped.split_whitespace().skip(1).collect();
    assert_eq!(words.join(" "), text);
    assert!(
        paragraph("", &"显卡直通".repeat(20), 40)
            .lines()
            .all(|line| width(line) <= 40)
    );
}

#[test]
fn chinese_breaks_between_its_letters() {
    let text = "运行：passthru ask 01:00 --from a.txt；该命令给出一行命令，其输出包含所需的信息";
    let command = "passthru ask 01:00 --from a.txt".to_owned();
    let wrapped = paragraph_with("-> ", text, std::slice::from_ref(&command), 40);
    assert!(wrapped.lines().all(|line| width(line) <= 40), "{wrapped}");
    assert!(wrapped.contains(&command), "{wrapped}");
    for line in wrapped.lines() {
        assert!(
            !line.trim_start().starts_with(['；', '，', '：']),
            "{wrapped}"
        );
    }
    let joined: String = wrapped
        .lines()
        .map(|line| line.trim_start_matches(' '))
        .collect();
    assert_eq!(joined.trim_start_matches("-> "), text);
}

#[test]
fn commands_stay_on_their_line() {
    let command = "passthru plan 01:00 --from a.txt".to_owned();
    let text = format!("run: {command}, then read on");
    let wrapped = paragraph_with("-> ", &text, std::slice::from_ref(&command), 30);
    assert!(
        wrapped
            .lines()
            .any(|line| line.trim() == format!("{command},")),
        "{wrapped}"
    );
}

#[test]
fn escapes_do_not_reach_the_terminal() {
    assert_eq!(clean("a\x1b[2Jb\tc"), "a\u{fffd}[2Jb c");
    assert_eq!(clean("plain"), "plain");
}
