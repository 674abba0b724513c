//! Every command that a finding of any fixture suggests is run as printed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use host_tree::{DirTree, HostTree};
use passthru::ask::Shell;
use passthru::doctor::{self, Question};
use passthru::{Host, Invocation, Remedy};
use pci_core::Address;
use testkit::Scratch;

use crate::command::{passthru, top};
use crate::rules::{self, CaseHost};

/// The words of a command as a shell has them.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    let mut escaped = false;
    for c in command.chars() {
        let last = words.last_mut().unwrap();
        match c {
            _ if escaped => {
                last.push(c);
                escaped = false;
            }
            '\'' => quoted = !quoted,
            '\\' if !quoted => escaped = true,
            ' ' if !quoted => words.push(String::new()),
            c => last.push(c),
        }
    }
    words
}

/// A tree, how it is named on the command line, and the cards in question.
struct Looked<'a> {
    tree: &'a dyn HostTree,
    input: [String; 2],
    devices: Vec<Address>,
    /// Whether its commands are run only where no like host has the same for the same finding.
    has_like: bool,
}

/// Runs all suggested commands, and returns those without a next step.
fn refused(looked: &Looked<'_>, host: &Host, seen: &Mutex<BTreeSet<String>>) -> Vec<String> {
    let Looked {
        tree,
        input,
        devices,
        has_like,
    } = looked;
    let question = Question {
        devices: devices.clone(),
        target: None,
    };
    let report = doctor::examine(host, &question);
    let call = Invocation::new(input.clone(), None).foreseen(*tree, host, &report);
    let mut refused = Vec::new();
    for finding in &report.findings {
        let Some(remedy) = &finding.remedy else {
            continue;
        };
        let text = call.remedy(remedy);
        assert!(!text.contains("`passthru"), "{}: {text}", finding.code);
        let with_linux = ["dmesg", "lspci"].map(|tool| format!("run: {tool}"));
        let is_linux = Shell::of(host, None) == Shell::Posix;
        assert!(
            is_linux
                || !with_linux
                    .iter()
                    .any(|tool| text.starts_with(tool.as_str())),
            "{}: {text}",
            finding.code
        );
        let commands = call.commands(remedy);
        if let Remedy::Manual { .. } = remedy {
            for command in &commands {
                assert!(text.contains(command.as_str()), "{text}");
            }
        }
        for command in commands {
            let known = if *has_like {
                // What a line changes of a plan is foreseen, and in the command.
                format!("{} {}", finding.code, command.replace(&input[1], ""))
            } else {
                command.clone()
            };
            if !seen.lock().unwrap().insert(known) {
                continue;
            }
            let words = words(&command);
            assert_eq!(words[0], "passthru");
            let arguments: Vec<&str> = words[1..].iter().map(String::as_str).collect();
            // A ROM is read from a card itself: here the command is only parsed.
            let run = if arguments.starts_with(&["rom", "dump"]) {
                let place = ["--root", "/nonexistent"];
                passthru(&[&arguments[..], &place].concat())
            } else {
                passthru(&arguments)
            };
            let is_usage = run.err.contains("Usage:") || run.err.contains("error:");
            let is_dump = arguments.starts_with(&["rom", "dump"]);
            if is_usage || (run.status == 2 && !is_dump) || run.out.is_empty() && !is_dump {
                let output = run.err.trim();
                refused.push(format!("{}: {command}: {output}", finding.code));
            }
        }
    }
    refused
}

#[test]
fn each_command_for_an_example_leads_on() {
    let seen = Mutex::default();
    let mut all = Vec::new();
    let hosts = std::fs::read_dir(top().join("examples/hosts")).unwrap();
    for host in hosts
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
    {
        for tree in std::fs::read_dir(&host).unwrap() {
            let root = tree.unwrap().path();
            let Ok(tree) = DirTree::open(&root) else {
                continue;
            };
            let read = Host::read(&tree);
            let cards = read.candidates().map(|device| vec![device.address]);
            for devices in cards.take(3).chain([Vec::new()]) {
                let looked = Looked {
                    tree: &tree,
                    input: ["--root".to_owned(), root.to_str().unwrap().to_owned()],
                    devices,
                    has_like: false,
                };
                all.extend(refused(&looked, &read, &seen));
            }
        }
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
    let seen = seen.into_inner().unwrap();
    assert!(seen.len() > 10, "{seen:?}");
}

#[test]
fn each_command_for_a_rule_leads_on() {
    let scratch = Scratch::new();
    // Cases with one host and one card differ in what is expected of them alone.
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut cases = Vec::new();
    let mut known = BTreeSet::new();
    for CaseHost {
        tree,
        device,
        is_of_message,
    } in rules::hosts()
    {
        let count = files.len();
        let file = files.entry(tree.to_snapshot().unwrap());
        let file = file.or_insert_with_key(|snapshot| {
            scratch.file(&format!("{count}.json"), snapshot.as_bytes())
        });
        if known.insert((file.clone(), device)) {
            cases.push((tree, device, is_of_message, file.clone()));
        }
    }
    let seen = Mutex::default();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let all: Vec<String> = std::thread::scope(|scope| {
        let parts = cases.chunks(cases.len().div_ceil(threads));
        let parts: Vec<_> = parts
            .map(|part| {
                let seen = &seen;
                scope.spawn(move || {
                    let refused = part.iter().flat_map(|(tree, device, has_like, file)| {
                        let host = Host::read(tree);
                        let devices = match *device {
                            "" => Vec::new(),
                            word => passthru::select::devices(&host, word).unwrap(),
                        };
                        let looked = Looked {
                            tree,
                            input: ["--from".to_owned(), file.clone()],
                            devices,
                            has_like: *has_like,
                        };
                        refused(&looked, &host, seen)
                    });
                    refused.collect::<Vec<String>>()
                })
            })
            .collect();
        parts
            .into_iter()
            .flat_map(|part| part.join().unwrap())
            .collect()
    });
    let seen = seen.into_inner().unwrap();
    assert!(
        all.is_empty(),
        "{} of {}:\n{}",
        all.len(),
        seen.len(),
        all.join("\n")
    );
    assert!(seen.len() > 50, "{}", seen.len());
}
