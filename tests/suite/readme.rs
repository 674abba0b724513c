//! Every console block of the papers shows what the command prints.

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
    for paper in ["README.md", "docs/json.md", "docs/trees.md"] {
        let text = std::fs::read_to_string(top().join(paper)).unwrap();
        for block in text.split("```console\n").skip(1) {
            let block = block.split("```").next().unwrap();
            let (command, shown) = block.split_once('\n').unwrap();
            let Some(command) = command.strip_prefix("$ passthru ") else {
                continue;
            };
            blocks += 1;
            let arguments = words(command);
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let printed = passthru(&arguments).out;
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
    }
    assert!(blocks >= 2, "README.md shows the command at work");
}
