//! Every console block of the papers shows what the command prints.

use std::process::Command;

use testkit::environment;

use crate::command::{passthru, top};

/// The words of a command line as it is shown: quotes hold blanks together.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    for c in line.chars() {
        match c {
            '\'' | '"' if quote.is_none() => quote = Some(c),
            _ if quote == Some(c) => quote = None,
            ' ' if quote.is_none() => words.push(std::mem::take(&mut word)),
            _ => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

/// The papers that have console blocks: README.md and every page of `docs/`.
pub(crate) fn papers() -> Vec<String> {
    let pages = testkit::files_below(top().join("docs"), ".md").unwrap();
    let paths = pages.iter().map(|page| page.strip_prefix(top()).unwrap());
    let paths = paths.map(|path| path.to_str().unwrap().to_owned());
    ["README.md".to_owned()].into_iter().chain(paths).collect()
}

/// The folder, at the top of the repository, in which the blocks of a page work.
const WORK: &str = "target/example";

/// What the command line of a block prints: `passthru`, or one of the few programs that the pages
/// use to show a file.
fn output(paper: &str, command: &str) -> String {
    let all = words(command);
    let arguments: Vec<&str> = all[1..].iter().map(String::as_str).collect();
    if all[0] == "passthru" {
        let printed = passthru(&arguments);
        return if printed.out.is_empty() {
            printed.err
        } else {
            printed.out
        };
    }
    let is_known = ["cp", "cat"].contains(&all[0].as_str());
    assert!(is_known, "{paper}: the tests do not run {command}");
    let run = Command::new(&all[0])
        .args(arguments)
        .current_dir(top())
        .output()
        .unwrap();
    assert!(run.status.success(), "{paper}: {command}: {run:?}");
    String::from_utf8(run.stdout).unwrap()
}

/// Checks the blocks of one paper, and returns its text with what the commands print now.
fn checked(paper: &str, rewrites: bool, blocks: &mut usize) -> (String, String) {
    let work = top().join(WORK);
    let _ = std::fs::remove_dir_all(&work);
    std::fs::create_dir_all(&work).unwrap();
    let text = std::fs::read_to_string(top().join(paper)).unwrap();
    let mut rewritten = text.clone();
    for block in text.split("```console\n").skip(1) {
        let block = block.split("```").next().unwrap();
        let (command, shown) = block.split_once('\n').unwrap();
        let command = command
            .strip_prefix("$ ")
            .unwrap_or_else(|| panic!("{paper}: a console block starts with a prompt: {command}"));
        *blocks += 1;
        let printed = output(paper, command);
        if rewrites && !shown.contains("...\n") && shown != printed {
            let old = format!("$ {command}\n{shown}```");
            let new = format!("$ {command}\n{printed}```");
            rewritten = rewritten.replace(&old, &new);
            continue;
        }
        // A line of dots marks omitted lines.
        let mut rest = printed.as_str();
        for (index, part) in shown.split("...\n").enumerate() {
            let at = rest.find(part);
            let at = at.unwrap_or_else(|| panic!("{paper}: {command}\n{part}\nnot in\n{printed}"));
            assert!(
                index > 0 || at == 0,
                "{paper}: {command}: other lines stand before"
            );
            rest = &rest[at + part.len()..];
        }
        assert!(
            shown.trim_end().ends_with("...") || rest.is_empty(),
            "{paper}: {command}: {rest}"
        );
    }
    (text, rewritten)
}

#[test]
fn console_blocks_are_what_the_command_prints() {
    let mut blocks = 0;
    let rewrites = environment::path(environment::REWRITE).is_some();
    for paper in papers() {
        let (text, rewritten) = checked(&paper, rewrites, &mut blocks);
        if rewritten != text {
            std::fs::write(top().join(&paper), rewritten).unwrap();
        }
    }
    assert!(
        blocks >= 100,
        "the papers show the command at work: {blocks}"
    );
}

/// The columns of a line in a terminal: East Asian wide characters (Unicode TR11) have two.
fn columns(line: &str) -> usize {
    let is_wide = |c: &char| matches!(*c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}');
    line.chars().count() + line.chars().filter(is_wide).count()
}

/// An answer with one fault at most fits a terminal of 80 columns and 24 lines.
#[test]
fn answers_fit_the_smallest_terminal() {
    let folder = top().join("examples/screens");
    let mut situations = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name();
        let path = format!("examples/screens/{}", name.to_str().unwrap());
        let printed = passthru(&["doctor", "--from", &path]).out;
        let faults = [" blocker ", " impossible ", " fix ", " security "];
        let is_problem = |line: &&str| faults.iter().any(|fault| line.starts_with(fault));
        let count = printed.lines().filter(is_problem).count();
        assert!(
            count > 1 || printed.lines().count() <= 24,
            "{path}\n{printed}"
        );
        for language in ["en", "zh-CN", "de"] {
            let printed = passthru(&["doctor", "--lang", language, "--from", &path]).out;
            for line in printed.lines() {
                assert!(columns(line) <= 80, "{path}: {line}");
            }
        }
        situations += 1;
    }
    assert!(situations >= 10);
}
