//! What each command prints: JSON whose every field is described, and text that fits a
//! terminal of 80 columns.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use testkit::Scratch;
use testkit::rom::{card, turing};

use crate::command::{narrow, passthru, top};
use crate::guides::trees;
use crate::schema;

/// Every call of a command that prints JSON, on one example host: the words, and no
/// `--json`.
fn calls(root: &str, scratch: &Scratch, device: &str, vm: &[&str]) -> Vec<Vec<String>> {
    let at = |words: &[&str]| -> Vec<String> {
        let words = words.iter().copied().chain(["--root", root]);
        words.map(str::to_owned).collect()
    };
    let place = |name: &str| scratch.path().join(name).to_str().unwrap().to_owned();
    let plan = [&["plan", device][..], vm].concat();
    vec![
        at(&[]),
        at(&["list"]),
        at(&["list", device]),
        at(&["groups"]),
        at(&["groups", device]),
        at(&["groups", "--predict"]),
        at(&["doctor"]),
        at(&["ask"]),
        at(&["doctor", device]),
        at(&plan),
        at(&["guest", device, "--os", "windows", "--driver", "461.92"]),
        at(&["guest", device, "--os", "debian", "--driver", "570"]),
        at(&["capture", "-o", &place("host.json")]),
        at(&["report", device, "-o", &place("host.html")]),
        vec!["diff".to_owned(), root.to_owned(), root.to_owned()],
    ]
}

/// Calls that need no host.
fn other_calls(scratch: &Scratch) -> Vec<Vec<String>> {
    let rom = scratch.file("card.rom", turing());
    let other = scratch.file("other.rom", card());
    let place = |name: &str| scratch.path().join(name).to_str().unwrap().to_owned();
    let config =
        b"machine: q35\nbios: ovmf\ncores: 4\nmemory: 8192\nhostpci0: 0000:01:00.0,pcie=1\n";
    let config = scratch.file("100.conf", config);
    let own = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    vec![
        own(&["explain", "amd_iommu=on"]),
        own(&["explain", "group 1 is not viable"]),
        own(&["ids", "10de:2d04"]),
        own(&["ids", "10de"]),
        own(&["ids", "10de:2d04:10b0:205e"]),
        own(&["ids", "0c0330"]),
        own(&["ids", "rtx", "4090"]),
        own(&["rom", "info", &rom]),
        own(&["rom", "verify", &rom]),
        own(&["rom", "diff", &rom, &other]),
        own(&["rom", "trim", &rom, "-o", &place("trimmed.rom")]),
        own(&["convert", &config, "--to", "libvirt"]),
    ]
}

fn run(words: &[String], json: bool) -> crate::command::Run {
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    if json {
        words.push("--json");
    }
    passthru(&words)
}

/// A device of each example.
fn device(host: &str) -> &'static str {
    match host {
        "ubuntu-gtx1080ti" => "02:00.0",
        "esxi-rtx4060ti" => "03:00.0",
        _ => "01:00.0",
    }
}

/// The words of the documentation that stand in backticks, apart at dots and brackets,
/// by the schema in whose section they are; `""` has those of the whole page.
fn described(schema: &str) -> BTreeSet<String> {
    let page = fs::read_to_string(top().join("docs/json.md")).unwrap();
    let sections: Vec<&str> = page.split("\n## ").collect();
    let own: Vec<&&str> = sections
        .iter()
        .filter(|section| section.contains(&format!("`{schema}`")))
        .collect();
    assert!(!own.is_empty(), "docs/json.md does not describe {schema}");
    let mut words = BTreeSet::new();
    for section in own {
        // Every second piece is between backticks.
        for code in section.split('`').skip(1).step_by(2) {
            let names = code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            words.extend(names.map(str::to_owned));
        }
    }
    words
}

/// All names of fields in a document, those of documents of other forms left out.
fn fields(value: &Value, found: &mut BTreeSet<String>, is_top: bool) {
    match value {
        Value::Object(object) => {
            if !is_top && object.contains_key("schema") {
                return;
            }
            for (name, value) in object {
                found.insert(name.clone());
                fields(value, found, false);
            }
        }
        Value::Array(items) => {
            for item in items {
                fields(item, found, false);
            }
        }
        _ => {}
    }
}

/// Which other section a form's parts are described in.
fn parts(schema: &str) -> &'static [&'static str] {
    match schema {
        "passthru-status/1" => &["passthru-list/1", "passthru-findings/1"],
        "passthru-verification/1" => &["passthru-findings/1"],
        _ => &[],
    }
}

fn is_described(document: &Value, words: &[String]) {
    let schema = document["schema"].as_str().unwrap_or_else(|| {
        panic!("{words:?}: no schema");
    });
    let mut known = described(schema);
    for part in parts(schema) {
        known.extend(described(part));
    }
    known.insert("schema".to_owned());
    let mut found = BTreeSet::new();
    fields(document, &mut found, true);
    let missing: Vec<&String> = found.difference(&known).collect();
    assert!(
        missing.is_empty(),
        "{words:?}: docs/json.md, {schema}, lacks {missing:?}"
    );
}

#[test]
fn every_field_of_every_document_is_described() {
    let scratch = Scratch::new();
    let mut schemas = BTreeSet::new();
    let mut look = |words: &[String]| {
        let run = run(words, true);
        if run.out.is_empty() {
            // What this host does not show, or cannot do.
            assert!(run.status != 0 && !run.err.is_empty(), "{words:?}");
            return;
        }
        let document = run.json();
        is_described(&document, words);
        schema::conforms(&document, &words.join(" "));
        schemas.insert(document["schema"].as_str().unwrap().to_owned());
    };
    for (host, tree) in trees() {
        let root = format!("examples/hosts/{host}/{tree}");
        for words in calls(&root, &scratch, device(host), &["--vm", "100"]) {
            look(&words);
        }
    }
    for words in other_calls(&scratch) {
        look(&words);
    }
    for schema in [
        "status",
        "list",
        "groups",
        "findings",
        "ask",
        "plan",
        "diff",
        "written-file",
        "explanation",
        "ids",
        "rom",
        "rom-verify",
        "rom-diff",
        "rom-edit",
        "conversion",
        "guest",
    ] {
        let wanted = format!("passthru-{schema}/1");
        assert!(schemas.contains(&wanted), "{wanted} not in {schemas:?}");
    }
}

/// A file or a device without a command, and a plan without a device.
#[test]
fn usage_errors_name_the_command() {
    let cases: [(&[&str], Option<&str>); 5] = [
        (
            &["--lang", "en", "01:00.0", "--for", "xen"],
            Some("passthru doctor --lang en 01:00.0 --for xen"),
        ),
        (&["plan"], Some("passthru check")),
        (&["docter"], Some("'doctor'")),
        (&["rom", "README.md"], None),
        (&["surprise"], None),
    ];
    for (words, tip) in cases {
        let run = passthru(words);
        assert_eq!(run.status, 2, "{words:?}");
        let found = run
            .err
            .lines()
            .find_map(|line| line.trim().strip_prefix("tip: "));
        match tip {
            Some(tip) => assert!(
                found.is_some_and(|found| found.contains(tip)),
                "{}",
                run.err
            ),
            None => assert_eq!(found, None, "{}", run.err),
        }
    }
}

#[test]
fn commands_without_json_refuse_it() {
    for words in [&["lspci"][..], &["generate", "man"]] {
        let run = passthru(&[words, &["--json"]].concat());
        assert_eq!((run.status, run.out.as_str()), (2, ""), "{words:?}");
        assert!(run.err.contains("JSON"), "{}", run.err);
    }
}

/// Lines that quote a file or a command as they are: a word that is cut cannot be
/// copied.
fn is_quoted(line: &str) -> bool {
    let text = line.trim_start();
    let hunk = line.strip_prefix("    ");
    hunk.is_some_and(|hunk| hunk.starts_with(['+', '-', ' '])) || !text.contains(' ')
}

#[test]
fn every_command_fits_eighty_columns() {
    let scratch = Scratch::new();
    let mut calls_of_all = other_calls(&scratch);
    for (host, tree) in trees() {
        let root = format!("examples/hosts/{host}/{tree}");
        calls_of_all.extend(calls(&root, &scratch, device(host), &["--vm", "100"]));
        let tree = ["list", "--tree", "--root", &root].map(str::to_owned);
        calls_of_all.push(tree.to_vec());
    }
    let mut wide = Vec::new();
    for words in calls_of_all {
        // The output of these is for another program.
        let for_programs = words.first().map(String::as_str);
        if matches!(for_programs, Some("convert" | "ask")) {
            continue;
        }
        let typed: Vec<&str> = words.iter().map(String::as_str).collect();
        let run = narrow(&typed);
        for line in run.out.lines() {
            let is_plan = matches!(words.first().map(String::as_str), Some("plan" | "guest"));
            // A plan's edits and commands are to be copied, and a guest's files.
            let is_to_copy = is_plan && (is_quoted(line) || line.contains("  run "));
            // A next command stays on one line.
            let is_next = line.contains("passthru ");
            if passthru::render::width(line) > 80 && !is_to_copy && !is_next {
                wide.push(format!("{words:?}: {line}"));
            }
            assert!(!line.contains('\x1b'), "{words:?}: {line}");
        }
    }
    assert!(wide.is_empty(), "{}", wide.join("\n"));
}
