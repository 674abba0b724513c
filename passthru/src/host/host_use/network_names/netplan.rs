//! The files of netplan: `/etc/netplan/*.yaml` (netplan(5)), in block style.

use std::collections::BTreeMap;

use host_tree::{Evidence, HostTree, numbered_lines};
use list_order::Order as _;

use super::stanza::Stanza;

pub(crate) const FOLDER: &str = "/etc/netplan";

/// Sections whose entries are interfaces.
const KINDS: [&str; 4] = ["ethernets", "bridges", "bonds", "vlans"];

/// Settings of an interface that are read.
const KEYS: [&str; 7] = [
    "dhcp4",
    "dhcp6",
    "gateway4",
    "gateway6",
    "interfaces",
    "match",
    "link",
];

/// A line of an interface.
enum Read<'a> {
    /// `ethernets:`, and `network:` above it.
    Section,
    /// The name of the interface.
    Interface(&'a str),
    /// A setting of it.
    Setting(&'a str, &'a str),
    /// An item of the list of interfaces below it.
    Item(&'a str),
    /// `to: default` of a route.
    DefaultRoute,
}

/// The place of a line: the keys above it, each with its column.
#[derive(Default)]
struct Place<'a> {
    above: Vec<(usize, &'a str)>,
}

impl<'a> Place<'a> {
    fn read(&mut self, line: &'a str) -> Option<Read<'a>> {
        let line = line.split(" #").next().unwrap_or(line).trim_end();
        let bare = line.trim_start();
        if bare.is_empty() || bare.starts_with('#') || bare == "---" {
            return None;
        }
        let mut column = line.len() - bare.len();
        // A list may be in the column of its key.
        let is_item = bare.starts_with("- ");
        let is_above = |at: usize| at < column || is_item && at == column;
        self.above.retain(|(at, _)| is_above(*at));
        let mut content = bare;
        if let Some(item) = bare.strip_prefix("- ") {
            content = item.trim_start();
            column += 1;
        }
        let pair = content.split_once(':');
        let pair = pair.filter(|(_, value)| value.is_empty() || value.starts_with(' '));
        let keys: Vec<&str> = self.above.iter().map(|(_, key)| *key).collect();
        let Some((key, value)) = pair else {
            return match keys.as_slice() {
                ["network", kind, _, "interfaces"] if is_item && KINDS.contains(kind) => {
                    Some(Read::Item(word(content)))
                }
                _ => None,
            };
        };
        let (key, value) = (word(key), value.trim());
        let read = match keys.as_slice() {
            [] if key == "network" => Some(Read::Section),
            ["network"] if KINDS.contains(&key) => Some(Read::Section),
            ["network", kind] if KINDS.contains(kind) => Some(Read::Interface(key)),
            ["network", kind, _] if KINDS.contains(kind) && KEYS.contains(&key) => {
                Some(Read::Setting(key, value))
            }
            ["network", kind, _, "routes"]
                if KINDS.contains(kind)
                    && key == "to"
                    && matches!(word(value), "default" | "0.0.0.0/0" | "::/0") =>
            {
                Some(Read::DefaultRoute)
            }
            _ => None,
        };
        self.above.push((column, key));
        read
    }
}

/// A word without its quotation marks.
fn word(text: &str) -> &str {
    text.trim().trim_matches(['"', '\''])
}

/// The interfaces of the files; a setting of a later file replaces that of an earlier one.
pub(super) fn read(tree: &dyn HostTree) -> Vec<Stanza> {
    let mut names = tree.list(FOLDER).found().unwrap_or_default().names;
    names.order();
    let mut all: BTreeMap<String, Interface> = BTreeMap::new();
    for name in names.iter().filter(|name| name.ends_with(".yaml")) {
        let path = format!("{FOLDER}/{name}");
        let text = tree.read_text(&path).found().unwrap_or_default();
        of_file(&path, &text, &mut all);
    }
    all.into_values().map(Interface::stanza).collect()
}

struct Interface {
    stanza: Stanza,
    /// The lines of `dhcp4` and `dhcp6` that are on.
    dhcp: BTreeMap<String, Evidence>,
    /// Whether a pattern selects it: its name is one of the file alone.
    is_matched: bool,
    /// The interface of a VLAN.
    link: Option<String>,
}

impl Interface {
    fn stanza(self) -> Stanza {
        let mut stanza = self.stanza;
        stanza.dhcp = self.dhcp.into_values().next();
        if self.is_matched {
            stanza.name.clear();
        }
        if let Some(link) = self.link {
            stanza.name = link;
        }
        stanza
    }
}

fn of_file(path: &str, text: &str, all: &mut BTreeMap<String, Interface>) {
    let mut place = Place::default();
    let mut current: Option<String> = None;
    for (number, line) in numbered_lines(text) {
        let Some(read) = place.read(line) else {
            continue;
        };
        let evidence = |text: &str| Evidence::new(path, number, text);
        if let Read::Interface(name) = read {
            all.entry(name.to_owned()).or_insert_with(|| Interface {
                stanza: Stanza::new(name, evidence(line.trim())),
                dhcp: BTreeMap::new(),
                is_matched: false,
                link: None,
            });
            current = Some(name.to_owned());
            continue;
        }
        let Some(interface) = current.as_ref().and_then(|name| all.get_mut(name)) else {
            continue;
        };
        match read {
            Read::Setting(key @ ("dhcp4" | "dhcp6"), value) => {
                if matches!(word(value), "true" | "yes" | "on" | "y") {
                    interface.dhcp.insert(key.to_owned(), evidence(line.trim()));
                } else {
                    interface.dhcp.remove(key);
                }
            }
            Read::Setting(key @ ("gateway4" | "gateway6"), _) => {
                interface.stanza.gateway = Some(evidence(key));
            }
            Read::Setting("match", _) => interface.is_matched = true,
            Read::Setting("link", value) => interface.link = Some(word(value).to_owned()),
            Read::Setting(_, list) => {
                let items = list.trim_matches(['[', ']']).split(',').map(word);
                let items = items.filter(|item| !item.is_empty());
                let items = items.map(|item| (item.to_owned(), evidence(line.trim())));
                interface.stanza.members.extend(items);
            }
            Read::Item(item) => {
                let member = (item.to_owned(), evidence(line.trim()));
                interface.stanza.members.push(member);
            }
            Read::DefaultRoute => interface.stanza.gateway = Some(evidence(line.trim())),
            Read::Section | Read::Interface(_) => {}
        }
    }
}

/// The lines that are read, each where it was, without addresses.
pub(super) fn needed_lines(text: &str) -> String {
    let mut place = Place::default();
    let mut kept = String::with_capacity(text.len());
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        let margin = line.get(..indent).unwrap_or_default();
        let key = line.trim_start().split(':').next().unwrap_or_default();
        match place.read(line) {
            Some(Read::Setting("gateway4" | "gateway6" | "match", _)) => {
                kept.push_str(&format!("{margin}{key}:"));
            }
            Some(_) => kept.push_str(line),
            // The key above `to: default`.
            None if key == "routes" => kept.push_str(&format!("{margin}routes:")),
            None => {}
        }
        kept.push('\n');
    }
    kept
}
