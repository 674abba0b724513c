//! The files of systemd-networkd: `/etc/systemd/network/*.network` (systemd.network(5)).

use std::collections::BTreeSet;

use host_tree::{Evidence, HostTree, numbered_lines};
use list_order::Order as _;

use super::stanza::Stanza;

pub(crate) const FOLDER: &str = "/etc/systemd/network";

/// Keys that are read, with their sections.
const KEYS: [(&str, &str); 6] = [
    ("Match", "Name"),
    ("Network", "DHCP"),
    ("Network", "Gateway"),
    ("Route", "Gateway"),
    ("Network", "Bridge"),
    ("Network", "Bond"),
];

/// The section, key and value of a line of [`KEYS`]; the section alone for its heading.
enum Read<'a> {
    Heading(&'a str),
    Setting(&'a str, &'a str),
}

fn read_line<'a>(section: &str, line: &'a str) -> Option<Read<'a>> {
    let line = line.trim();
    if let Some(name) = line.strip_prefix('[') {
        return Some(Read::Heading(name.strip_suffix(']')?));
    }
    let (key, value) = line.split_once('=')?;
    let key = key.trim_end();
    KEYS.contains(&(section, key))
        .then(|| Read::Setting(key, value.trim()))
}

/// The interfaces of the files. The first file that matches an interface configures it.
pub(super) fn read(tree: &dyn HostTree) -> Vec<Stanza> {
    let mut names = tree.list(FOLDER).found().unwrap_or_default().names;
    names.order();
    let mut stanzas = Vec::new();
    let mut known: BTreeSet<String> = BTreeSet::new();
    for name in names.iter().filter(|name| name.ends_with(".network")) {
        let path = format!("{FOLDER}/{name}");
        let text = tree.read_text(&path).found().unwrap_or_default();
        for stanza in of_file(&path, &text) {
            if known.insert(stanza.name.clone()) || stanza.name.is_empty() {
                stanzas.push(stanza);
            }
        }
    }
    // A member names its bridge or bond.
    let mut all: Vec<Stanza> = Vec::new();
    for (stanza, masters) in stanzas.into_iter().map(split) {
        for (master, line) in masters {
            let mut of_master = Stanza::new(&master, line.clone());
            of_master.members.push((stanza.name.clone(), line));
            all.push(of_master);
        }
        all.push(stanza);
    }
    all
}

/// The stanza without the masters of its interface, and these.
fn split(mut stanza: Stanza) -> (Stanza, Vec<(String, Evidence)>) {
    let masters = std::mem::take(&mut stanza.members);
    (stanza, masters)
}

/// The interfaces of one file; with a pattern, one without a name. `members` has the masters.
fn of_file(path: &str, text: &str) -> Vec<Stanza> {
    let mut section = "";
    let mut matched: Vec<&str> = Vec::new();
    let mut settings = Stanza::new("", Evidence::new(path, 1, ""));
    for (number, line) in numbered_lines(text) {
        let evidence = |text: String| Evidence::new(path, number, text);
        match read_line(section, line) {
            Some(Read::Heading(name)) => section = name,
            Some(Read::Setting("Name", value)) => {
                matched.extend(value.split_ascii_whitespace());
                settings.line = evidence(format!("Name={value}"));
            }
            Some(Read::Setting("DHCP", value)) => {
                let is_on = matches!(
                    value.to_ascii_lowercase().as_str(),
                    "yes" | "true" | "on" | "1" | "both" | "ipv4" | "ipv6" | "v4" | "v6"
                );
                settings.dhcp = is_on.then(|| evidence(format!("DHCP={value}")));
            }
            Some(Read::Setting("Gateway", _)) => {
                settings.gateway = Some(evidence("Gateway=".to_owned()));
            }
            Some(Read::Setting(key, master)) => {
                let line = evidence(format!("{key}={master}"));
                settings.members.push((master.to_owned(), line));
            }
            None => {}
        }
    }
    let is_pattern = |name: &&str| name.contains(['*', '?', '[', '!']);
    if matched.is_empty() || matched.iter().any(is_pattern) {
        matched = vec![""];
    }
    let each = matched.into_iter().map(|name| Stanza {
        name: name.to_owned(),
        line: settings.line.clone(),
        gateway: settings.gateway.clone(),
        dhcp: settings.dhcp.clone(),
        members: settings.members.clone(),
    });
    each.collect()
}

/// The lines that are read, each where it was, without addresses.
pub(super) fn needed_lines(text: &str) -> String {
    let mut section = "";
    let mut kept = String::with_capacity(text.len());
    for line in text.lines() {
        match read_line(section, line) {
            Some(Read::Heading(name)) => {
                section = name;
                kept.push_str(line);
            }
            Some(Read::Setting("Gateway", _)) => kept.push_str("Gateway="),
            Some(Read::Setting(..)) => kept.push_str(line),
            None => {}
        }
        kept.push('\n');
    }
    kept
}
