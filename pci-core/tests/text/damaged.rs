//! What browsers, chats, terminals and people do to texts: each function that was
//! printed is found, as it was, and no other.
#![allow(
    clippy::print_stderr,
    reason = "how many functions were found in how many texts"
)]

use pci_core::lspci::Numbers;
use pci_core::lspci::write::{Domains, Drivers, OutputOptions, OutputVerbosity};

use crate::text::texts::{dumps, functions, seen, text};

/// Each line changed.
fn lines(text: &str, change: impl Fn(&str) -> String) -> String {
    text.lines().map(change).collect()
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let text = text.replace('>', "&gt;").replace('"', "&quot;");
    text.replace('\'', "&#39;")
}

/// The text after each kind of damage, by its name.
fn damaged(text: &str) -> Vec<(&'static str, String)> {
    let bare = |line: &str| line.trim_start().to_owned();
    let full_width = [
        (':', '\u{ff1a}'),
        ('[', '\u{ff3b}'),
        (']', '\u{ff3d}'),
        ('(', '\u{ff08}'),
        (')', '\u{ff09}'),
        (',', '\u{ff0c}'),
    ];
    let wide = full_width
        .iter()
        .fold(text.to_owned(), |text, (plain, wide)| {
            text.replace(*plain, &wide.to_string())
        });
    vec![
        ("no line breaks", lines(text, |line| bare(line))),
        (
            "blanks for line breaks",
            lines(text, |line| bare(line) + " "),
        ),
        ("no indentation", lines(text, |line| bare(line) + "\n")),
        ("a line between", lines(text, |line| bare(line) + "\n\n")),
        ("quoted", lines(text, |line| format!("> {line}\n"))),
        ("quoted twice", lines(text, |line| format!(">> {line}\n"))),
        (
            "time stamps",
            lines(text, |line| format!("[   12.345678] {line}\n")),
        ),
        (
            "line numbers",
            lines(text, |line| format!("  12  {line}\n")),
        ),
        (
            "prompts",
            lines(text, |line| format!("root@pve:~# {line}\n")),
        ),
        ("HTML", escaped(text)),
        ("HTML's line breaks", escaped(text).replace('\n', "<br/>")),
        ("full width", wide),
        ("code", format!("Look:\n```\n{text}```\nWhat now?\n")),
        ("no-break spaces", text.replace(' ', "\u{a0}")),
        ("CRLF", text.replace('\n', "\r\n")),
    ]
}

#[test]
fn every_function_is_found_and_no_other() {
    let (mut texts, mut found) = (0, 0);
    let mut wrong = Vec::new();
    for dump in dumps() {
        let functions = functions(&dump);
        let has_long_domain = functions.iter().any(|f| f.address.domain() > 0xffff);
        for (name, verbosity, drivers) in [
            ("-nn", OutputVerbosity::Brief, Drivers::Hidden),
            ("-nnk", OutputVerbosity::Brief, Drivers::Shown),
            ("-nnv", OutputVerbosity::Verbose, Drivers::Hidden),
        ] {
            for domains in [Domains::default(), Domains::Always] {
                let options = OutputOptions {
                    numbers: Numbers::Both,
                    verbosity,
                    drivers,
                    domains,
                    ..OutputOptions::default()
                };
                let printed = text(&functions, &options);
                let wanted = seen(&printed);
                assert_eq!(wanted.len(), functions.len(), "{} {name}", dump.name);
                for (damage, text) in damaged(&printed) {
                    texts += 1;
                    let seen = seen(&text);
                    found += seen.len();
                    // `e1000e` and `10000:e1:00.0` without a break between can be read
                    // in two ways.
                    if damage == "no line breaks" && name != "-nn" && has_long_domain {
                        continue;
                    }
                    let differing = wanted
                        .iter()
                        .zip(&seen)
                        .find(|(wanted, seen)| wanted != seen);
                    if let Some((wanted, seen)) = differing {
                        wrong.push(format!(
                            "{} {name}, {damage}: {wanted}\n  {seen}",
                            dump.name
                        ));
                    } else if wanted.len() != seen.len() {
                        let counts = format!("{} of {}", seen.len(), wanted.len());
                        wrong.push(format!("{} {name}, {damage}: {counts}", dump.name));
                    }
                }
            }
        }
    }
    eprintln!("{found} functions in {texts} texts");
    assert!(
        wrong.is_empty(),
        "{} of {texts}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
