//! Completions that shells read, and man pages that groff has nothing to say of.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use crate::command::passthru;
use crate::parity::missing;
use crate::scratch::Scratch;

#[test]
fn bash_reads_its_completions() {
    for (shell, word) in [
        ("bash", "_passthru()"),
        ("zsh", "#compdef passthru"),
        ("fish", "complete -c passthru"),
    ] {
        let run = passthru(&["generate", "completions", shell]);
        assert_eq!(run.status, 0, "{}", run.err);
        assert!(run.out.contains(word), "{shell}");
        assert!(run.out.contains("accept"), "{shell}");
    }
    if missing("bash") {
        return;
    }
    let text = passthru(&["generate", "completions", "bash"]).out;
    let complete = "\nCOMP_WORDS=(passthru app); COMP_CWORD=1\n\
                    _passthru passthru app passthru\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n";
    let mut child = Command::new("bash")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all((text + complete).as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "apply\n");
}

#[test]
fn zsh_and_fish_read_their_completions() {
    for shell in ["zsh", "fish"] {
        if missing(shell) {
            continue;
        }
        let scratch = Scratch::new(shell);
        let text = passthru(&["generate", "completions", shell]).out;
        let file = scratch.file("completions", text.as_bytes());
        let output = Command::new(shell)
            .args(["-n", &file])
            .env("HOME", &scratch.0)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && said.is_empty(),
            "{shell}: {said}"
        );
    }
}

#[test]
fn there_is_a_man_page_for_each_command() {
    let scratch = Scratch::new("man");
    let place = scratch.0.to_str().unwrap();
    let run = passthru(&["generate", "man", "-o", place]);
    assert_eq!(run.status, 0, "{}", run.err);
    let mut names: Vec<String> = fs::read_dir(&scratch.0)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names.len(), run.out.lines().count());
    for name in ["passthru.1", "passthru-apply.1", "passthru-rom-info.1"] {
        assert!(names.iter().any(|known| known == name), "{names:?}");
    }
    let first = passthru(&["generate", "man"]).out;
    assert_eq!(
        first,
        fs::read_to_string(scratch.0.join("passthru.1")).unwrap()
    );
    if missing("groff") {
        return;
    }
    for name in &names {
        let output = Command::new("groff")
            .args(["-man", "-Tutf8", "-ww", "-z", "-K", "utf8"])
            .arg(scratch.0.join(name))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{name}: {said}");
    }
}

/// The page is that of the sources; to regenerate it: passthru generate inputs > docs/inputs.md
#[test]
fn the_page_of_inputs_is_that_of_the_sources() {
    let page = passthru(&["generate", "inputs"]);
    assert_eq!(page.status, 0);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/inputs.md");
    assert_eq!(fs::read_to_string(path).unwrap(), page.out);
}
