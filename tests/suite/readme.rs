//! Every console block of the papers shows what the command prints.

use testkit::environment;

use crate::command::{passthru, top};

/// The words of a command line as it is shown: quotes hold blanks together.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(std::mem::take(&mut word)),
            _ => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn console_blocks_are_what_the_command_prints() {
    let mut blocks = 0;
    let rewrites = environment::path(environment::REWRITE).is_some();
    for paper in [
        "README.md",
        "docs/json.md",
        "docs/screens.md",
        "docs/screens.zh-CN.md",
        "docs/trees.md",
    ] {
        let text = std::fs::read_to_string(top().join(paper)).unwrap();
        let mut rewritten = text.clone();
        for block in text.split("```console\n").skip(1) {
            let block = block.split("```").next().unwrap();
            let (command, shown) = block.split_once('\n').unwrap();
            let Some(command) = command.strip_prefix("$ passthru ") else {
                continue;
            };
            blocks += 1;
            let arguments = words(command);
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let printed = passthru(&arguments);
            let printed = if printed.out.is_empty() {
                printed.err
            } else {
                printed.out
            };
            if rewrites && !shown.contains("...\n") && shown != printed {
                let old = format!("$ passthru {command}\n{shown}```");
                let new = format!("$ passthru {command}\n{printed}```");
                rewritten = rewritten.replace(&old, &new);
                continue;
            }
            // A line of dots stands for what is left out.
            let mut rest = printed.as_str();
            for (index, part) in shown.split("...\n").enumerate() {
                let at = rest.find(part);
                let at =
                    at.unwrap_or_else(|| panic!("{paper}: {command}\n{part}\nnot in\n{printed}"));
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
        if rewritten != text {
            std::fs::write(top().join(paper), rewritten).unwrap();
        }
    }
    assert!(blocks >= 2, "README.md shows the command at work");
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
