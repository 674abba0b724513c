//! Texts on standard input, without `-`.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use testkit::Scratch;

const CARD: &str = "42:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA104 [10de:2484] (rev a1)\n\tKernel driver in use: nvidia\n";

fn command(directory: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_passthru"));
    command.args(words).current_dir(directory);
    command.env("LC_ALL", "C.UTF-8");
    command
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn of_file(directory: &Path, words: &[&str], path: &Path) -> Output {
    let file = File::open(path).unwrap();
    command(directory, words).stdin(file).output().unwrap()
}

#[test]
fn a_file_is_the_input_and_keeps_its_name_in_commands() {
    let scratch = Scratch::new();
    let file = scratch.path().join("post.txt");
    fs::write(&file, CARD).unwrap();
    let named = command(scratch.path(), &["doctor", "post.txt"])
        .output()
        .unwrap();
    let given = of_file(scratch.path(), &["doctor"], &file);
    assert!(text(&given.stdout).contains("42:00"), "{given:?}");
    assert_eq!(text(&given.stdout), text(&named.stdout));
    assert_eq!(given.status.code(), named.status.code());
    for words in [&["list"][..], &["check"], &[]] {
        let ran = of_file(scratch.path(), words, &file);
        assert!(text(&ran.stdout).contains("42:00"), "{words:?}: {ran:?}");
    }
    let captured = scratch.path().join("host.json");
    let ran = of_file(scratch.path(), &["capture", "-o", "host.json"], &file);
    let facts = fs::read_to_string(captured).unwrap();
    assert!(facts.contains("42:00"), "{ran:?}");
}

/// A file, or `-`, in the place of a command is examined.
#[test]
fn a_file_without_a_command_is_examined() {
    let scratch = Scratch::new();
    let file = scratch.path().join("post.txt");
    fs::write(&file, CARD).unwrap();
    for (alone, with_command) in [
        (&["post.txt"][..], &["doctor", "post.txt"][..]),
        (&["--json", "post.txt"], &["doctor", "--json", "post.txt"]),
        (&["post.txt", "42:00"], &["doctor", "post.txt", "42:00"]),
        (&["-"], &["doctor", "-"]),
    ] {
        let named = of_file(scratch.path(), with_command, &file);
        let given = of_file(scratch.path(), alone, &file);
        assert!(text(&given.stdout).contains("42:00"), "{given:?}");
        assert_eq!(text(&given.stdout), text(&named.stdout));
        assert_eq!(given.status.code(), named.status.code());
    }
    for words in [&["other.txt"][..], &["."], &["rom", "post.txt"]] {
        let ran = of_file(scratch.path(), words, &file);
        assert_eq!(ran.status.code(), Some(2), "{words:?}: {ran:?}");
        assert!(text(&ran.stderr).contains("unrecognized subcommand"));
    }
}

#[test]
fn an_argument_comes_first() {
    let scratch = Scratch::new();
    let (file, other) = (
        scratch.path().join("post.txt"),
        scratch.path().join("other"),
    );
    fs::write(&file, CARD.replace("42:00", "43:00")).unwrap();
    fs::write(&other, CARD).unwrap();
    for words in [&["list", "--from", "other"][..], &["doctor", "other"]] {
        let ran = of_file(scratch.path(), words, &file);
        let out = text(&ran.stdout);
        assert!(out.contains("42:00") && !out.contains("43:00"), "{out}");
    }
}

/// A shell's loop over lines leaves the rest of its file for the next line.
#[test]
fn the_rest_of_a_file_is_not_the_input() {
    let scratch = Scratch::new();
    let file = scratch.path().join("lines");
    fs::write(&file, format!("gpu\n{CARD}")).unwrap();
    let loops = format!(
        "while read -r word; do {} list; break; done < lines",
        env!("CARGO_BIN_EXE_passthru")
    );
    let ran = Command::new("sh")
        .args(["-c", &loops])
        .current_dir(scratch.path())
        .output()
        .unwrap();
    assert!(!text(&ran.stdout).contains("42:00"), "{ran:?}");
}

#[test]
fn text_in_a_pipe_that_was_not_read_is_reported() {
    let scratch = Scratch::new();
    let run = |words: &[&str], bytes: &[u8]| {
        let mut child = command(scratch.path(), words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut pipe = child.stdin.take().unwrap();
        let _ = pipe.write_all(bytes);
        drop(pipe);
        let ended = child.wait_with_output().unwrap();
        (text(&ended.stdout), text(&ended.stderr))
    };
    let note = "the text on standard input was not read";
    let (out, err) = run(&["list"], CARD.as_bytes());
    assert!(err.contains(note) && !out.contains("42:00"), "{out}{err}");
    let (out, err) = run(&["list", "--from", "-"], CARD.as_bytes());
    assert!(!err.contains(note) && out.contains("42:00"), "{out}{err}");
    let (_, err) = run(&["list"], b"");
    assert!(!err.contains(note), "{err}");
}
