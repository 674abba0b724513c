//! Settings that only a reboot has yet to bring into effect: the text shows that the files made from
//! them are newer.

use std::collections::{BTreeMap, BTreeSet};

use host_tree::{CommandText, Evidence, numbered_lines};
use list_order::Inserts as _;

use super::messages::LogMessage;
use super::outputs::is_plain;
use super::sentences::Posts;
use crate::host::words::phrases::done::PLANS;
use crate::host::words::phrases::reboot::{AHEAD, INITRAMFS, REBOOTED};
use crate::prompt::Prompt;

/// Messages of programs that wrote a boot loader's menu, boot partitions, or the initramfs.
const WRITTEN: [&str; 3] = [
    "grub-menu-written",
    "proxmox-boot-refresh-ok",
    "initramfs-built",
];

/// Messages of such programs that failed.
const FAILED: [&str; 2] = ["grub-syntax-errors", "initramfs-not-built"];

/// Maximum number of lines of a text in which a setting is looked for.
const MOST_LINES: usize = 4096;

/// Lines of settings, each with the line that shows a newer file made from it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rebuilt {
    /// By the code of the program's message.
    newer: BTreeMap<(&'static str, Evidence), Evidence>,
    /// The options of the entries that grubby lists.
    entries: Vec<(BTreeSet<String>, Evidence)>,
    /// The sentence that reports a new initramfs before a reboot that has yet to come.
    pub(crate) reported: Option<Evidence>,
}

impl Rebuilt {
    /// Reads texts for these lines of settings; nothing if a reboot is over.
    pub(in crate::host) fn read(
        texts: &[CommandText],
        logged: &[LogMessage],
        posts: &Posts<'_>,
        settings: &[&Evidence],
    ) -> Self {
        let mut read = Self::default();
        let mut sentences = posts.sentences();
        read.reported = sentences
            .find(|sentence| {
                let mut clauses = sentence.clauses.iter();
                let is_built = clauses.any(|one| one.has(&INITRAMFS) && !one.is_negated());
                is_built
                    && sentence.whole.has(&AHEAD)
                    && !sentence.is_question
                    && !sentence.whole.has(&PLANS)
            })
            .map(|sentence| sentence.shown.clone());
        let is_rebooted = posts
            .sentences()
            .any(|one| one.whole.has(&REBOOTED) && !one.whole.has(&AHEAD));
        if is_rebooted || logged.iter().any(|one| FAILED.contains(&one.message.code)) {
            return Self::default();
        }
        for text in texts.iter().filter(|text| !is_plain(text)) {
            read.see(text, logged, settings);
        }
        read
    }

    fn see(&mut self, text: &CommandText, logged: &[LogMessage], settings: &[&Evidence]) {
        let is_here = |one: &&LogMessage| {
            WRITTEN.contains(&one.message.code)
                && !one.is_of_guest
                && one.evidence.source == text.command
        };
        let written: Vec<&LogMessage> = logged.iter().filter(is_here).collect();
        let has_entries = text.text.contains("grubby ");
        if written.is_empty() && !has_entries {
            return;
        }
        let mut last_places: BTreeMap<&str, u32> = BTreeMap::new();
        let mut reboot = 0;
        for (number, line) in numbered_lines(&text.text).take(MOST_LINES) {
            let line = line.trim();
            if is_reboot(line) {
                reboot = number;
            }
            let entry = line.strip_prefix("args=\"").filter(|_| has_entries);
            if let Some(args) = entry.map(|args| args.trim_end_matches('"')) {
                let args = args.split_ascii_whitespace().map(str::to_owned);
                let shown = Evidence::new(&*text.command, number, line);
                self.entries.push((args.into_set(), shown));
            }
            last_places.insert(line, number);
        }
        for one in written {
            let at = one.evidence.line.unwrap_or(0);
            if at < reboot {
                continue;
            }
            for setting in settings {
                let place = last_places.get(setting.text.trim());
                if place.is_some_and(|place| *place < at) {
                    let key = (one.message.code, (*setting).clone());
                    self.newer
                        .entry(key)
                        .or_insert_with(|| one.evidence.clone());
                }
            }
        }
    }

    /// The line with the message of this code, of a program that ran after the line of a setting was
    /// shown.
    pub(crate) fn after(&self, code: &'static str, setting: &Evidence) -> Option<&Evidence> {
        self.newer.get(&(code, setting.clone()))
    }

    /// The line of grubby that shows the option in the entry that boots.
    pub(crate) fn entry_with(&self, option: &str) -> Option<&Evidence> {
        let mut entries = self.entries.iter();
        let (_, shown) = entries.find(|(args, _)| args.contains(option))?;
        Some(shown)
    }
}

/// Whether a command that reboots was typed.
fn is_reboot(line: &str) -> bool {
    let Some(prompt) = Prompt::read(line) else {
        return false;
    };
    let command = prompt.command.trim_start_matches("sudo ");
    ["reboot", "shutdown -r", "systemctl reboot", "init 6"]
        .iter()
        .any(|start| command.starts_with(start))
}
