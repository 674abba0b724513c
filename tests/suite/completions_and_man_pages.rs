//! Completions that shells read, and man pages that groff has nothing to say of.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use testkit::Scratch;

use crate::command::passthru;

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
    if !testkit::program::installed(&["bash"]) {
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
        if !testkit::program::installed(&[shell]) {
            continue;
        }
        let scratch = Scratch::new();
        let text = passthru(&["generate", "completions", shell]).out;
        let file = scratch.file("completions", text.as_bytes());
        let output = Command::new(shell)
            .args(["-n", &file])
            .env("HOME", scratch.path())
            .output()
            .unwrap();
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && message.is_empty(),
            "{shell}: {message}"
        );
    }
}

/// A replacement of the command, from which a shell reads the machine's functions.
const FUNCTIONS: &str =
    "passthru() { printf '01:00.0\\tGPU one\\n01:00.1\\tAudio\\n10:00.0\\tNIC\\n'; }\n";

/// What is typed, and what is offered for it.
const TYPED: [(&str, &[&str]); 11] = [
    ("passthru list 0", &["01:00.0", "01:00.1"]),
    ("passthru list 01:00.1", &["01:00.1"]),
    ("passthru doctor 1", &["10:00.0"]),
    ("passthru plan 01:00.0 --for prox", &["proxmox"]),
    ("passthru plan 01:00.0 --bind libv", &["libvirt-hook"]),
    ("passthru convert a.xml --to es", &["esxi"]),
    ("passthru guest 01:00.0 --os ub", &["ubuntu"]),
    ("passthru explain group-sh", &["group-shared"]),
    ("passthru report 10", &["10:00.0"]),
    ("passthru verif", &["verify"]),
    ("passthru help rom verif", &["verify"]),
];

/// What a shell prints for a script on its standard input.
fn ran(shell: &mut Command, script: &str) -> String {
    let mut child = shell
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(script.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn bash_completes_values() {
    if !testkit::program::installed(&["bash"]) {
        return;
    }
    let mut script = passthru(&["generate", "completions", "bash"]).out + FUNCTIONS;
    for (line, _) in TYPED {
        // Words as readline splits them: at blanks and colons.
        let spread = line.replace(':', " : ");
        let words: Vec<&str> = spread.split_whitespace().collect();
        let (current, before) = (words[words.len() - 1], words[words.len() - 2]);
        let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
        script.push_str(&format!(
            "COMP_LINE='{line}'; COMP_POINT={}; COMP_WORDS=({}); COMP_CWORD={}; COMPREPLY=()\n\
             _passthru_whole_words passthru '{current}' '{before}'\n\
             printf '%s ' \"${{COMPREPLY[@]}}\"; echo\n",
            line.len(),
            quoted.join(" "),
            words.len() - 1
        ));
    }
    let message = ran(&mut Command::new("bash"), &script);
    for ((line, wanted), message) in TYPED.iter().zip(message.lines()) {
        // The text before the last colon of the word is already typed.
        let word = line.rsplit(' ').next().unwrap();
        let there = word.rfind(':').map_or(0, |colon| colon + 1);
        let wanted: Vec<&str> = wanted.iter().map(|word| &word[there..]).collect();
        let message: Vec<&str> = message.split_whitespace().collect();
        assert_eq!(message, wanted, "{line}");
    }
    assert_eq!(message.lines().count(), TYPED.len());
}

#[test]
fn fish_completes_values() {
    if !testkit::program::installed(&["fish"]) {
        return;
    }
    let scratch = Scratch::new();
    let functions =
        "function passthru; printf '01:00.0\\tGPU one\\n01:00.1\\tAudio\\n10:00.0\\tNIC\\n'; end\n";
    let mut script = functions.to_owned() + &passthru(&["generate", "completions", "fish"]).out;
    for (line, _) in TYPED {
        script.push_str(&format!(
            "echo (complete -C '{line}' | string replace -r '\\t.*' '')\n"
        ));
    }
    let mut fish = Command::new("fish");
    fish.env("HOME", scratch.path());
    let message = ran(&mut fish, &script);
    for ((line, wanted), message) in TYPED.iter().zip(message.lines()) {
        let message: Vec<&str> = message.split_whitespace().collect();
        assert_eq!(message, *wanted, "{line}");
    }
    assert_eq!(message.lines().count(), TYPED.len());
}

/// zsh completes on a terminal alone: one of its own, on which each line is typed.
#[test]
fn zsh_completes_values() {
    if !testkit::program::installed(&["zsh"]) {
        return;
    }
    let scratch = Scratch::new();
    let completions = passthru(&["generate", "completions", "zsh"]).out;
    scratch.file("_passthru", completions.as_bytes());
    let place = scratch.path().to_str().unwrap();
    scratch.file("functions", FUNCTIONS.as_bytes());
    // What completion leaves on the line is printed by another key, once it is done.
    scratch.file(
        "setup",
        format!(
            "fpath=({place} $fpath); autoload -Uz compinit; compinit -u -D; source {place}/functions\n\
             bindkey '^I' complete-word; setopt no_auto_list no_list_beep\n\
             show() {{ print -r -- \"<$BUFFER>\"; BUFFER= }}; zle -N show; bindkey '^O' show\n"
        )
        .as_bytes(),
    );
    let mut script = format!(
        "zmodload zsh/zpty; zpty z zsh -f -i\n\
         read_until() {{ all=; while zpty -r z part; do all+=$part; [[ $all == *$1* ]] && break; done }}\n\
         zpty -w z 'PS1= RPS1= PROMPT_EOL_MARK=; stty -echo; source {place}/setup; echo REA''DY'\n\
         read_until READY\n"
    );
    for (line, _) in TYPED {
        script.push_str(&format!(
            "zpty -w -n z '{line}'$'\\t\\x0f'; read_until '>'; print -r -- \"${{${{all##*<}}%%>*}}\"\n"
        ));
    }
    let mut zsh = Command::new("zsh");
    zsh.arg("-f")
        .env("HOME", scratch.path())
        .env("TERM", "dumb");
    let message = ran(&mut zsh, &script);
    let message: Vec<&str> = message.lines().collect();
    assert_eq!(message.len(), TYPED.len(), "{message:?}");
    for ((line, wanted), message) in TYPED.iter().zip(message) {
        let (before, _) = line.rsplit_once(' ').unwrap();
        // Of several what they have in common.
        let common = match wanted {
            [only] => format!("{only} "),
            _ => "01:00.".to_owned(),
        };
        assert_eq!(
            message.trim_end(),
            format!("{before} {common}").trim_end(),
            "{line}"
        );
    }
}

#[test]
fn there_is_a_man_page_for_each_command() {
    let scratch = Scratch::new();
    let place = scratch.path().to_str().unwrap();
    let run = passthru(&["generate", "man", "-o", place]);
    assert_eq!(run.status, 0, "{}", run.err);
    let mut names: Vec<String> = fs::read_dir(scratch.path())
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
        fs::read_to_string(scratch.path().join("passthru.1")).unwrap()
    );
    if !testkit::program::installed(&["groff"]) {
        return;
    }
    for name in &names {
        let output = Command::new("groff")
            .args(["-man", "-Tutf8", "-ww", "-z", "-K", "utf8"])
            .arg(scratch.path().join(name))
            .output()
            .unwrap();
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && message.is_empty(),
            "{name}: {message}"
        );
    }
}

/// Each line of an example of `--help` is a line of the formatted page, as it is typed.
#[test]
fn man_pages_keep_examples_whole() {
    if !testkit::program::installed(&["groff"]) {
        return;
    }
    let scratch = Scratch::new();
    let place = scratch.path().to_str().unwrap();
    passthru(&["generate", "man", "-o", place]);
    let mut count = 0;
    for entry in fs::read_dir(scratch.path()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let words: Vec<&str> = name.split('-').skip(1).collect();
        let help = passthru(&[&words, &["--help"][..]].concat()).out;
        let Some((_, examples)) = help.split_once("\nExamples:\n") else {
            continue;
        };
        let output = Command::new("groff")
            .args(["-man", "-Tascii", "-P-cbou", "-rLL=78n"])
            .arg(&path)
            .output()
            .unwrap();
        let page = String::from_utf8_lossy(&output.stdout);
        assert!(page.contains("\nEXAMPLES\n"), "{name}: {page}");
        assert!(!page.contains("EXTRA"), "{name}: {page}");
        for example in examples.lines().take_while(|line| !line.is_empty()) {
            let example = example.trim();
            let is_there = page.lines().any(|line| line.trim() == example);
            assert!(is_there, "{name}: {example}: {page}");
            count += 1;
        }
    }
    assert!(count > 60, "{count}");
}

/// The page is that of the sources; to regenerate it: passthru generate inputs > docs/inputs.md
#[test]
fn the_page_of_inputs_is_that_of_the_sources() {
    let page = passthru(&["generate", "inputs"]);
    assert_eq!(page.status, 0);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/inputs.md");
    assert_eq!(fs::read_to_string(path).unwrap(), page.out);
}

/// The tables of two papers are those of the declarations; PASSTHRU_REWRITE=1 writes them.
#[test]
fn tables_of_the_papers_are_those_of_the_declarations() {
    for (what, paper) in [
        ("boot-loaders", "boot-loaders.md"),
        ("targets", "targets.md"),
    ] {
        let table = passthru(&["generate", what]);
        assert_eq!(table.status, 0, "{}", table.err);
        let head = table.out.lines().next().unwrap();
        let path = format!("{}/../docs/{paper}", env!("CARGO_MANIFEST_DIR"));
        let text = fs::read_to_string(&path).unwrap();
        let start = text
            .find(head)
            .unwrap_or_else(|| panic!("{paper}: expected a line {head}, found none"));
        let length = text[start..].find("\n\n").unwrap() + 1;
        let found = &text[start..start + length];
        if std::env::var_os("PASSTHRU_REWRITE").is_some() {
            fs::write(&path, text.replace(found, &table.out)).unwrap();
        } else {
            let line = found.lines().zip(table.out.lines()).find(|(a, b)| a != b);
            assert!(
                found == table.out,
                "{paper}: another table than passthru generate {what} prints (PASSTHRU_REWRITE=1 \
                 writes it): {line:?}"
            );
        }
    }
}
