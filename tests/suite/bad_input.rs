//! Bad input gets one clear error that names what is wrong; nothing is written.

use std::fs;

use testkit::Scratch;

use crate::command::passthru;

/// One line on standard error that has all of `words`, perhaps with the place in what
/// was given below it, nothing else, status 2.
fn refused(arguments: &[&str], words: &[&str]) {
    let run = passthru(arguments);
    assert_eq!(run.status, 2, "{arguments:?}: {}{}", run.out, run.err);
    assert_eq!(run.out, "", "{arguments:?}");
    let lines: Vec<&str> = run.err.lines().collect();
    let is_list = lines.len() > 1 && lines[1..].iter().all(|line| line.starts_with("  "));
    let is_one = match lines[..] {
        [_] => true,
        [_, ..] if is_list => true,
        [_, _, caret] => caret.trim() == "^",
        _ => false,
    };
    assert!(is_one, "{arguments:?}: {}", run.err);
    for word in words {
        assert!(
            run.err.contains(word),
            "{arguments:?}: no {word:?} in {}",
            run.err
        );
    }
}

/// Below the error the text, with a caret at the character that is wrong.
#[test]
fn a_caret_marks_a_known_column() {
    let root = "examples/hosts/proxmox-rtx5060ti/after";
    let run = passthru(&["doctor", "--root", root, "0000:82.0.0"]);
    assert_eq!((run.status, run.out.as_str()), (2, ""));
    let lines: Vec<&str> = run.err.lines().collect();
    assert!(lines[0].contains("at character 8"), "{}", run.err);
    assert_eq!(lines[1..], ["  0000:82.0.0", "         ^"], "{}", run.err);

    let scratch = Scratch::new();
    let plan = scratch.file("plan.json", b"{\n  \"schema\": nonsense\n}\n");
    let run = passthru(&["verify", &plan, "--root", root]);
    assert_eq!((run.status, run.out.as_str()), (2, ""));
    let lines: Vec<&str> = run.err.lines().collect();
    assert!(
        lines[0].contains("plan.json: not a valid plan"),
        "{}",
        run.err
    );
    assert!(lines[0].contains("line 2"), "{}", run.err);
    assert_eq!(lines[1], "    \"schema\": nonsense", "{}", run.err);
    let caret = lines[2].find('^').unwrap();
    assert!(lines[1][caret..].starts_with(['n', 'o']), "{}", run.err);
}

#[test]
fn unreadable_files_are_named() {
    let scratch = Scratch::new();
    let empty = scratch.file("empty.txt", b"");
    let blank = scratch.file("blank.txt", b" \n\n");
    let jpeg = scratch.file("photo.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01");
    let nul = scratch.file("nul.txt", b"abc\0def");
    let prose = scratch.file("prose.txt", b"\nMy card does not work, please help!\n");
    refused(
        &["doctor", "--from", &empty],
        &["empty.txt", "is empty", "expected"],
    );
    refused(&["doctor", "--from", &blank], &["blank.txt", "is empty"]);
    refused(
        &["doctor", "--from", &jpeg],
        &["photo.jpg", "a JPEG image", "expected text"],
    );
    refused(&["doctor", "--from", &nul], &["nul.txt", "binary"]);
    let run = passthru(&["doctor", "--from", &prose]);
    assert_eq!((run.status, run.out.as_str()), (2, ""));
    assert_eq!(run.err.lines().count(), 3, "{}", run.err);
    assert!(
        run.err.contains("prose.txt:2") && run.err.contains("lspci -nnk"),
        "{}",
        run.err
    );
    refused(
        &["doctor", "--from", "/no/such/file"],
        &["/no/such/file", "no such file"],
    );
    refused(
        &["doctor", "--root", "/no/such/directory"],
        &["/no/such/directory"],
    );
    refused(&["rom", "info", &jpeg], &["photo.jpg", "not an option ROM"]);
}

/// A file that is not text does not stop the others; a name without a file does.
#[test]
fn unreadable_files_do_not_stop_others() {
    let scratch = Scratch::new();
    let jpeg = scratch.file("photo.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01");
    let empty = scratch.file("empty.txt", b"");
    let lspci = scratch.file(
        "lspci.txt",
        b"01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2d04]\n",
    );
    let alone = passthru(&["doctor", &lspci]);
    let run = passthru(&["doctor", &jpeg, &lspci, &empty]);
    assert_eq!(run.status, alone.status);
    assert!(run.out.contains("01:00.0"), "{}", run.out);
    let lines: Vec<&str> = run.err.lines().collect();
    assert_eq!(lines.len(), 2, "{}", run.err);
    assert!(lines[0].contains("photo.jpg") && lines[0].ends_with(": ignored"));
    assert!(lines[1].contains("empty.txt") && lines[1].ends_with(": ignored"));
    let directory = scratch.directory("somewhere").join("no.txt");
    let run = passthru(&["doctor", &lspci, directory.to_str().unwrap()]);
    assert_eq!(run.status, 2);
    assert!(run.err.contains("no.txt: no such file"), "{}", run.err);
}

#[test]
fn a_truncated_snapshot_has_its_end() {
    let scratch = Scratch::new();
    let whole = scratch.path().join("host.json");
    let root = "examples/hosts/proxmox-rtx5060ti/after";
    let whole = whole.to_str().unwrap();
    assert_eq!(
        passthru(&["capture", "--root", root, "-o", whole]).status,
        0
    );
    let bytes = fs::read(whole).unwrap();
    for keep in [300, bytes.len() / 2, bytes.len() - 3] {
        let cut = scratch.file("cut.json", &bytes[..keep]);
        refused(
            &["doctor", "--from", &cut],
            &["cut.json", "snapshot", "line"],
        );
    }
    let other = String::from_utf8(bytes)
        .unwrap()
        .replace("snapshot/1", "snapshot/7");
    let other = scratch.file("other.json", other.as_bytes());
    refused(
        &["doctor", "--from", &other],
        &["other.json", "passthru-snapshot/7"],
    );
    // A later version may have other fields, which are no error of the JSON.
    let known = String::from_utf8(fs::read(whole).unwrap()).unwrap();
    for (version, field) in [("2", "\"host\": \"a\", "), ("12", "\"commands\": {}, ")] {
        let newer = known
            .replace("snapshot/1\",", &format!("snapshot/{version}\", {field}"))
            .replacen("\"entries\"", "\"files\"", 1);
        let newer = scratch.file("newer.json", newer.as_bytes());
        refused(
            &["doctor", "--from", &newer],
            &[
                "newer.json",
                &format!("passthru-snapshot/{version}"),
                "passthru-snapshot/1",
                "use a newer passthru",
            ],
        );
    }
    // An unknown field of the known version is an error of the JSON.
    let unknown = known.replace("snapshot/1\",", "snapshot/1\", \"host\": 1,");
    let unknown = scratch.file("unknown.json", unknown.as_bytes());
    refused(&["doctor", "--from", &unknown], &["unknown field `host`"]);
}

#[test]
fn devices_that_are_not_there_or_not_one() {
    let root = ["--root", "examples/hosts/ubuntu-twin-rtx3090ti/before"];
    let refused = |words: &[&str], parts: &[&str]| refused(&[words, &root].concat(), parts);
    refused(&["doctor", "07:00.0"], &["07:00.0", "no device", "01:00.0"]);
    refused(&["doctor", "07:00"], &["07:00", "no device"]);
    refused(
        &["doctor", "0000:82.0.0"],
        &["0000:82.0.0", "is not an address", "':'"],
    );
    refused(
        &["plan", "10de:2203", "--for", "libvirt"],
        &["10de:2203", "01:00", "05:00"],
    );
    refused(
        &["plan", "3090", "--for", "libvirt"],
        &["2 cards", "01:00 NVIDIA", "05:00 NVIDIA"],
    );
    refused(
        &["doctor", "1234:5678"],
        &["1234:5678", "no device matches"],
    );
    refused(&["list", "radeon"], &["radeon", "no device matches"]);
    refused(
        &["doctor", "rtx 3080 ti"],
        &["no device matches", "did you mean 01:00.0 NVIDIA"],
    );
    refused(&["list", "gpx"], &["did you mean gpu?"]);
    refused(&["doctor", "lspci.txt"], &["lspci.txt: no such file"]);
    refused(
        &["list", "/tmp/none/lspci"],
        &["/tmp/none/lspci: no such file"],
    );
    refused(
        &["list", "Cargo.toml"],
        &["the file Cargo.toml", "--from Cargo.toml"],
    );
    refused(&["list", "0000:01:00.a"], &["0000:01:00.a"]);
}

#[test]
fn wrong_usage_is_reported() {
    let root = ["--root", "examples/hosts/proxmox-rtx5060ti/before"];
    let run = |words: &[&str]| passthru(&[words, &root].concat());
    for words in [
        &["plan"][..],
        &["plan", "01:00.0", "--for", "vmware"],
        &["frobnicate"],
        &["doctor", "--frobnicate"],
    ] {
        let run = run(words);
        assert_eq!((run.status, run.out.as_str()), (2, ""), "{words:?}");
        assert!(!run.err.is_empty(), "{words:?}");
    }
    for (words, part) in [
        (
            &["plan", "01:00.0", "--vm", "x;rm -rf /"][..],
            "expected a number",
        ),
        (&["plan", "01:00.0", "--vm", "-1"], "-1"),
        (
            &["plan", "01:00.0", "--for", "libvirt", "--vm", "../x"],
            "a domain name",
        ),
    ] {
        let run = run(words);
        assert_eq!(
            (run.status, run.out.as_str()),
            (2, ""),
            "{words:?}: {}",
            run.err
        );
        assert!(run.err.contains(part), "{words:?}: {}", run.err);
    }
}

#[test]
fn hostile_text_neither_breaks_the_terminal_nor_the_program() {
    let scratch = Scratch::new();
    let line = "01:00.0 VGA compatible controller [0300]: \x1b[2J\x07evil [10de:2d04] (rev a1)\n";
    let evil = scratch.file("evil.txt", line.repeat(3).as_bytes());
    let run = passthru(&["doctor", "01:00.0", "--from", &evil]);
    assert!(
        !run.out.contains('\x1b') && !run.out.contains('\x07'),
        "{}",
        run.out
    );
    let mut numbers = testkit::Random::new(0x9e37_79b9_7f4a_7c15);
    let seed = fs::read("examples/hosts/proxmox-rtx5060ti/after/_commands/lspci-01-00-0.txt");
    let seed = seed.unwrap_or_else(|_| line.as_bytes().to_vec());
    for _ in 0..300 {
        let mut bytes = seed.clone();
        for _ in 0..4 {
            let state = numbers.number();
            let at = usize::try_from(state).unwrap() % bytes.len();
            bytes[at] = state.to_le_bytes()[5];
        }
        let file = scratch.file("mutant.txt", &bytes);
        assert!(passthru(&["doctor", "--from", &file]).status <= 2);
    }
}
