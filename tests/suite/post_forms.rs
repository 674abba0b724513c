//! The findings about a post remain if only its form changes, over all example hosts
//! and pasted texts; taking lines away never adds a fault.
//!
//! `PASSTHRU_POSTS=DIR` looks at each `.txt` of a folder, too; `PASSTHRU_SEED` makes other
//! changes.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use host_tree::{DirTree, HostTree};
use passthru::doctor::{self, Question};
use passthru::input::{Attribution, Input, TextKind, attributions};
use passthru::{Host, Verdict};
use pci_core::Address;
use testkit::{Random, environment, files_below};

use crate::command::top;

type Said = BTreeSet<(Verdict, &'static str)>;

/// A post: each command's output after its prompt, or a text as it was pasted.
struct Post {
    name: String,
    segments: Vec<String>,
}

impl Post {
    fn text(&self) -> String {
        self.segments.join("\n")
    }
}

/// The findings without the one about damaged text, and whether the text is damaged.
fn reported(name: &str, text: &str) -> (Said, bool) {
    said_of(name, text, &[])
}

/// The host that the text shows.
fn host(name: &str, text: &str) -> Option<Host> {
    let mut input = Input::new();
    input.add(name, text.as_bytes()).ok()?;
    Some(Host::read(&input.finish().ok()?))
}

/// The findings about these functions, as far as the text shows them.
fn said_of(name: &str, text: &str, devices: &[Address]) -> (Said, bool) {
    let Some(host) = host(name, text) else {
        return (Said::new(), false);
    };
    let is_shown = |device: &&Address| host.devices().contains_key(device);
    let question = Question {
        devices: devices.iter().filter(is_shown).copied().collect(),
        target: None,
    };
    if question.devices.is_empty() && !devices.is_empty() {
        return (Said::new(), false);
    }
    let findings = doctor::examine(&host, &question).findings;
    // The use that a text describes is that of its sentences: further ones may describe one.
    let is_of_use = |code: &str| code.ends_with("-prerequisite");
    let reported = findings
        .iter()
        .filter(|finding| !is_of_use(finding.code))
        .map(|finding| (finding.verdict, finding.code));
    let (damaged, reported): (Said, Said) =
        reported.partition(|(_, code)| *code == "input-damaged");
    (reported, !damaged.is_empty())
}

/// The findings that need a fix.
fn faults(reported: &Said) -> Said {
    let is_problem = |verdict| matches!(verdict, Verdict::Blocker | Verdict::Fix);
    reported
        .iter()
        .filter(|(verdict, _)| is_problem(*verdict))
        .copied()
        .collect()
}

/// The example hosts as posts, and the pasted texts.
fn posts() -> Vec<Post> {
    let hosts = top().join("examples/hosts");
    let mut posts = Vec::new();
    let mut folders: Vec<_> = fs::read_dir(hosts)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    folders.sort();
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        let pasted = files_below(folder.join("pasted"), "");
        for path in pasted.unwrap_or_default() {
            posts.extend(pasted_text(&path));
        }
        let before = folder.join("before");
        let Ok(tree) = DirTree::open(&before) else {
            continue;
        };
        let texts = tree.texts().iter();
        let mut segments: Vec<String> = texts
            .map(|text| format!("root@host:~# {}\n{}", text.command, text.text))
            .collect();
        for place in [
            "etc/default/grub",
            "etc/modprobe.d",
            "etc/modules",
            "etc/nixos",
            "proc/cmdline",
        ] {
            let place = before.join(place);
            let files = if place.is_file() {
                vec![place]
            } else {
                files_below(&place, "").unwrap_or_default()
            };
            for file in files {
                let path = file.strip_prefix(&before).unwrap().display().to_string();
                let text = fs::read_to_string(&file).unwrap();
                segments.push(format!("root@host:~# cat /{path}\n{text}"));
            }
        }
        posts.push(Post {
            name: folder.display().to_string(),
            segments,
        });
    }
    if let Some(folder) = environment::path(environment::POSTS) {
        let paths = files_below(folder, ".txt").unwrap();
        posts.extend(paths.iter().filter_map(|path| pasted_text(path)));
    }
    posts
}

fn pasted_text(path: &Path) -> Option<Post> {
    let bytes = fs::read(path).unwrap();
    Some(Post {
        name: path.display().to_string(),
        segments: vec![String::from_utf8(bytes).ok()?],
    })
}

/// Sentences as people put them between what they paste.
const PROSE: [&str; 4] = [
    "I have tried everything that the guide says, and nothing changed.",
    "Das ist die Ausgabe, und jetzt weiß ich nicht weiter.",
    "求助,重启以后还是不行。",
    "Edit: after an update of the board it is the same!",
];

fn by_line(text: &str, mut change: impl FnMut(&str) -> String) -> String {
    text.lines().map(|line| change(line) + "\n").collect()
}

/// The line without the time of the kernel's log.
fn without_time(line: &str) -> &str {
    let time = line
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("] "));
    let is_time = |time: &str| {
        let time = time.trim();
        time.contains('.')
            && time
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.')
    };
    match time {
        Some((time, rest)) if is_time(time) => rest,
        _ => line,
    }
}

/// The line in pieces of at most 76 characters, cut between words.
fn wrapped(line: &str) -> String {
    let mut out = String::new();
    let mut column = 0;
    for word in line.split_inclusive(' ') {
        let length = word.chars().count();
        if column > 0 && column + length > 76 {
            out.push('\n');
            column = 0;
        }
        out.push_str(word);
        column += length;
    }
    out
}

/// The names of the changes, and the text after each.
fn changes(post: &Post, numbers: &mut Random) -> Vec<(&'static str, String)> {
    let text = post.text();
    let mut shuffled = post.segments.clone();
    numbers.shuffle(&mut shuffled);
    let mut between = PROSE[numbers.below(4)].to_owned();
    for segment in &post.segments {
        between += &format!("\n\n{segment}\n\n{}\n", PROSE[numbers.below(4)]);
    }
    vec![
        ("prose between", between),
        ("shuffled", shuffled.join("\n")),
        (
            "without times",
            by_line(&text, |line| without_time(line).to_owned()),
        ),
        ("indented", by_line(&text, |line| format!("    {line}"))),
        ("quoted", by_line(&text, |line| format!("> {line}"))),
        ("wrapped", by_line(&text, wrapped)),
    ]
}

#[test]
fn another_form_of_a_post_changes_no_finding() {
    let mut numbers = Random::new(testkit::random::seed(7));
    let mut wrong = Vec::new();
    for post in posts() {
        let (whole, was_damaged) = reported(&post.name, &post.text());
        for (name, text) in changes(&post, &mut numbers) {
            let (now, is_damaged) = reported(&post.name, &text);
            let is_kept =
                now == whole || (is_damaged || was_damaged) && faults(&now).is_subset(&whole);
            if !is_kept {
                let lost: Vec<_> = whole.difference(&now).collect();
                let new: Vec<_> = now.difference(&whole).collect();
                wrong.push(format!("{} {name}: lost {lost:?}, new {new:?}", post.name));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of them:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// Whether the text has settings: of two the later counts, so that the host is another
/// without it.
fn has_settings(text: &str) -> bool {
    let lines = attributions("post.txt", text);
    let is_setting = |line: &Attribution| {
        matches!(
            line,
            Attribution::Kind(
                TextKind::Grub
                    | TextKind::Modprobe
                    | TextKind::ProxmoxVm
                    | TextKind::Vmx
                    | TextKind::CommandLine
                    | TextKind::Domain
                    | TextKind::LoaderEntry
                    | TextKind::File
            )
        )
    };
    lines.iter().any(is_setting)
}

/// What commands print, with lines missing.
#[test]
fn fewer_lines_add_no_fault() {
    let mut numbers = Random::new(11);
    let mut wrong = Vec::new();
    for post in posts() {
        let segments = post.segments.iter();
        let printed: Vec<&str> = segments
            .map(String::as_str)
            .filter(|segment| !has_settings(segment))
            .collect();
        let text = printed.join("\n");
        let lines: Vec<&str> = text.lines().collect();
        // Which card is meant follows from all that is shown.
        let displays = host(&post.name, &text).map_or(Vec::new(), |host| {
            let all = host.devices().values().filter(|device| device.is_display());
            all.map(|device| device.address).collect()
        });
        let (whole, _) = said_of(&post.name, &text, &displays);
        let system = |text: &str| {
            let host = host(&post.name, text);
            host.and_then(|host| host.system().hypervisor_text())
        };
        for round in 0..24 {
            // A line, a few, or a part of the text.
            let (from, to) = match round % 3 {
                0 => {
                    let at = numbers.below(lines.len());
                    (at, at + 1)
                }
                1 => {
                    let at = numbers.below(lines.len());
                    (at, at + 1 + numbers.below(8))
                }
                _ => (numbers.below(lines.len()), lines.len()),
            };
            let kept: String = lines
                .iter()
                .enumerate()
                .filter(|(at, _)| !(from..to).contains(at))
                .map(|(_, line)| format!("{line}\n"))
                .collect();
            // Without the lines of its hypervisor, the host is another.
            if system(&kept) != system(&text) {
                continue;
            }
            let (now, _) = said_of(&post.name, &kept, &displays);
            let new: Vec<_> = faults(&now).difference(&whole).copied().collect();
            if !new.is_empty() {
                wrong.push(format!(
                    "{} without lines {} to {to}: {new:?}",
                    post.name,
                    from + 1
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of them:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
