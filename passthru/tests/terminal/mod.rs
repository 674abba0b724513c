//! The command on a terminal: pager, width, colors, Ctrl-C.

use std::path::Path;
use std::process::{Command, Output};

use testkit::Scratch;

use crate::apply::place::{self, Place, snapshot};

const PTY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/terminal/on_terminal.py");
const SCREENS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/screens");

/// A terminal with so many rows and columns, and what is typed once a text is on it.
struct Terminal<'a> {
    size: (u16, u16),
    typed: &'a [(&'a str, &'a str)],
    variables: &'a [(&'a str, &'a str)],
}

impl Default for Terminal<'_> {
    fn default() -> Self {
        Self {
            size: (24, 80),
            typed: &[],
            variables: &[],
        }
    }
}

impl Terminal<'_> {
    /// Runs the command; `None` without Python.
    fn run(&self, words: &[&str]) -> Option<Output> {
        if !testkit::program::installed(&["python3"]) {
            testkit::skipped::missing("python3");
            return None;
        }
        let (rows, columns) = self.size;
        let mut command = Command::new("python3");
        command.args([PTY, &rows.to_string(), &columns.to_string()]);
        command.arg(serde_json::to_string(self.typed).unwrap());
        command.arg(env!("CARGO_BIN_EXE_passthru")).args(words);
        for name in ["PASSTHRU_PAGER", "PAGER", "NO_COLOR", "COLUMNS", "LESS"] {
            command.env_remove(name);
        }
        command.env("TERM", "xterm").env("LC_ALL", "C.UTF-8");
        command.envs(self.variables.iter().copied());
        Some(command.output().unwrap())
    }
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn screen(name: &str) -> String {
    format!("{SCREENS}/{name}.txt")
}

/// What is longer than the screen goes through the pager, what fits does not.
#[test]
fn the_pager_gets_texts_longer_than_the_screen() {
    let file = screen("three-faults");
    let long = Terminal {
        variables: &[("PASSTHRU_PAGER", "sed s/^/paged:/")],
        ..Terminal::default()
    };
    let Some(paged) = long.run(&["doctor", "-v", "--from", &file]) else {
        return;
    };
    let shown = text(&paged);
    assert!(
        shown.lines().all(|line| line.starts_with("paged:")),
        "{shown}"
    );
    assert_eq!(paged.status.code(), Some(1));
    let tall = Terminal {
        size: (200, 80),
        ..long
    };
    assert!(!text(&tall.run(&["doctor", "-v", "--from", &file]).unwrap()).contains("paged:"));
    let without = long
        .run(&["doctor", "-v", "--no-pager", "--from", &file])
        .unwrap();
    assert!(!text(&without).contains("paged:"));
}

/// One fault fits a screen of 24 lines, in color, and no line is wider than the terminal.
#[test]
fn one_fault_fits_the_screen() {
    let file = screen("one-fault");
    let paged = [("PASSTHRU_PAGER", "sed s/^/paged:/")];
    for columns in [80, 60, 120] {
        let terminal = Terminal {
            size: (30, columns),
            variables: &paged,
            ..Terminal::default()
        };
        let Some(shown) = terminal.run(&["doctor", "--from", &file]) else {
            return;
        };
        let shown = text(&shown);
        assert!(shown.contains("\x1b["), "{shown}");
        let plain = Terminal {
            variables: &[("NO_COLOR", "1"), ("PASSTHRU_PAGER", "sed s/^/paged:/")],
            ..terminal
        };
        let shown = text(&plain.run(&["doctor", "--from", &file]).unwrap());
        assert!(!shown.contains("\x1b["), "{shown}");
        // The next command stays in one piece, to be copied.
        let wide = shown.lines().find(|line| {
            line.chars().count() > usize::from(columns) && !line.contains("passthru ask")
        });
        assert_eq!(wide, None, "{columns}");
        if columns >= 80 {
            assert!(
                shown.lines().count() < 24 && !shown.contains("paged:"),
                "{shown}"
            );
        }
    }
}

/// Each of the ten situations of docs/screens.md fits a terminal of 80 columns and 24 rows.
#[test]
fn ten_situations_fit_the_screen() {
    let folder = std::fs::read_dir(SCREENS).unwrap();
    let files: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 10);
    for file in files {
        let terminal = Terminal {
            size: (24, 80),
            variables: &[("NO_COLOR", "1"), ("PASSTHRU_PAGER", "cat")],
            ..Terminal::default()
        };
        // A short path, as people type.
        let name = file.file_name().unwrap().to_str().unwrap();
        let file = format!("../examples/screens/{name}");
        let Some(shown) = terminal.run(&["doctor", "--from", &file]) else {
            return;
        };
        let shown = text(&shown);
        assert!(shown.lines().count() <= 24, "{shown}");
    }
}

/// Ctrl-C is for the pager; the command waits for it, and ends as it would have.
#[test]
fn ctrl_c_in_the_pager_does_not_end_the_command() {
    let scratch = Scratch::new();
    let pager = scratch.write_mode(
        "pager",
        // A shell that begins to read after the signal would not notice it.
        "#!/bin/sh\ntrap 'echo INTERRUPTED; exit 0' INT\ncat\necho WAITS\nwhile sleep 0.1; do :; done\n",
        0o755,
    );
    let pager = pager.to_str().unwrap();
    let terminal = Terminal {
        typed: &[("WAITS", "\x03")],
        variables: &[("PASSTHRU_PAGER", pager)],
        ..Terminal::default()
    };
    let Some(ended) = terminal.run(&["doctor", "--from", &screen("three-faults")]) else {
        return;
    };
    let shown = text(&ended);
    assert!(shown.contains("INTERRUPTED"), "{shown}");
    assert_eq!(ended.status.code(), Some(1), "{shown}");
}

fn planned(place: &Place) -> (std::path::PathBuf, String) {
    let root = place.join("root");
    place::host(&root);
    let path = place.join("plan.json");
    place::save(&place::plan(&root), &path);
    (root, path.to_str().unwrap().to_owned())
}

fn asked(root: &Path, plan: &str, keys: &str) -> Option<Output> {
    let terminal = Terminal {
        size: (200, 80),
        typed: &[("[y/N]", keys)],
        ..Terminal::default()
    };
    terminal.run(&["apply", plan, "--root", root.to_str().unwrap()])
}

/// At the question nothing has changed yet: Ctrl-C and any other answer than yes leave it so.
#[test]
fn ctrl_c_at_the_question_changes_nothing() {
    let place = Place::new();
    let (root, plan) = planned(&place);
    let before = snapshot(&root);
    for (keys, status) in [("\x03", 130), ("n\n", 1), ("\x04", 1)] {
        let Some(ended) = asked(&root, &plan, keys) else {
            return;
        };
        assert_eq!(ended.status.code(), Some(status), "{}", text(&ended));
        assert_eq!(snapshot(&root), before, "{keys:?}");
    }
    let applied = asked(&root, &plan, "y\n").unwrap();
    assert!(applied.status.success(), "{}", text(&applied));
    assert_ne!(snapshot(&root), before);
}
