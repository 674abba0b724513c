//! Network interfaces that `ip link`, `ip a`, `ip -br link`, `ip route` and `route -n` list.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use host_tree::{CommandText, Evidence};
use list_order::Inserts as _;
use pci_core::Address;

use super::in_use::Interface;
use super::kernel_names::KernelNames;
use crate::host::fact::Fact;
use crate::host::words::lines_with::{finder, lines_with};

/// One interface as a line shows it.
struct Row<'a> {
    name: &'a str,
    /// The bridge or bond that it is a port of.
    master: Option<&'a str>,
    address: Option<Address>,
    is_up: bool,
    is_down: bool,
    evidence: Evidence,
}

/// Network interfaces of functions in texts.
#[derive(Debug, Default)]
pub(in crate::host) struct PrintedInterfaces {
    /// The interfaces that are up or used by the default route, with functions known from their
    /// names or from other lines.
    pub(in crate::host) interfaces: Vec<Fact<Interface>>,
    /// The functions whose listed interfaces are all down (no flag `UP`) and not ports of a bridge.
    pub(in crate::host) unused: Vec<Fact<Address>>,
}

/// Reads the network interfaces of functions from texts.
pub(in crate::host) fn read(texts: &[CommandText], names: &KernelNames) -> PrintedInterfaces {
    let Some(words) = words() else {
        return PrintedInterfaces::default();
    };
    let mut rows: Vec<Row<'_>> = Vec::new();
    let mut routes: Vec<(&str, Evidence)> = Vec::new();
    for text in texts {
        let first = rows.len();
        for (number, line) in lines_with(words, &text.text) {
            let line = line.trim_start_matches(['>', ' ', '\t']).trim_end();
            let evidence = || Evidence::new(&*text.command, number, line);
            if let Some(row) = row(line, evidence).or_else(|| brief(line, evidence)) {
                rows.push(row);
            } else if let (Some(name), Some(last)) = (
                line.strip_prefix("altname "),
                rows.get_mut(first..).and_then(<[_]>::last_mut),
            ) {
                last.address = last.address.or_else(|| by_path(name.trim()));
            } else if let Some(through) = default_route(line) {
                routes.push((through, evidence()));
            }
            if rows.len() > MOST || routes.len() > MOST {
                break;
            }
        }
    }
    let address_of = |name: &str| names.interface(name).map(|fact| fact.value);
    let mut found: Vec<Fact<Interface>> = Vec::new();
    for row in rows.iter().filter(|row| row.is_up) {
        let Some(address) = address_of(row.name).or(row.address) else {
            continue;
        };
        let is_known = |known: &Fact<Interface>| known.value.name == row.name;
        if found.iter().any(is_known) {
            continue;
        }
        let route = routes
            .iter()
            .find(|(through, _)| *through == row.name || Some(*through) == row.master);
        let interface = Interface {
            name: row.name.to_owned(),
            address,
            default_route: route.map(|(_, evidence)| evidence.clone()),
        };
        found.push(Fact::new(interface, row.evidence.clone()));
    }
    // A route uses an existing interface, listed or not.
    for (name, evidence) in &routes {
        let is_listed = rows.iter().any(|row| row.name == *name);
        let Some(address) = address_of(name).or_else(|| by_path(name)) else {
            continue;
        };
        if is_listed || found.iter().any(|known| known.value.name == *name) {
            continue;
        }
        let interface = Interface {
            name: (*name).to_owned(),
            address,
            default_route: Some(evidence.clone()),
        };
        found.push(Fact::new(interface, evidence.clone()));
    }
    let functions = rows.iter().filter(|row| !row.is_down);
    let configured: BTreeSet<Address> = functions
        .filter_map(|row| address_of(row.name).or(row.address))
        .into_set();
    let mut unused: Vec<Fact<Address>> = Vec::new();
    for row in rows.iter().filter(|row| row.is_down) {
        let address = address_of(row.name).or(row.address);
        let is_new = |address: &Address| {
            !configured.contains(address)
                && found.iter().all(|known| known.value.address != *address)
                && unused.iter().all(|known| known.value != *address)
        };
        if let Some(address) = address.filter(is_new) {
            unused.push(Fact::new(address, row.evidence.clone()));
        }
    }
    PrintedInterfaces {
        interfaces: found,
        unused,
    }
}

/// Whether a line, without blanks around it, lists an interface or the default route.
pub(crate) fn is_line(line: &str) -> bool {
    let evidence = || Evidence::new("", 1, "");
    row(line, evidence).is_some()
        || brief(line, evidence).is_some()
        || default_route(line).is_some_and(|name| !name.is_empty())
}

/// Words in lines about interfaces and routes.
fn words() -> Option<&'static AhoCorasick> {
    static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        finder([
            "> mtu ",
            "altname ",
            "default via ",
            "default dev ",
            " UP ",
            "0.0.0.0 ",
        ])
    });
    WORDS.as_ref()
}

/// As many interfaces and routes of one text are read.
const MOST: usize = 256;

/// `2: enp5s0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq master vmbr0 state UP`
/// (iproute2, ip/ipaddress.c, `print_linkinfo`).
fn row(line: &str, evidence: impl FnOnce() -> Evidence) -> Option<Row<'_>> {
    let (number, rest) = line.split_once(": ")?;
    let (name, rest) = rest.split_once(": <")?;
    let (flags, rest) = rest.split_once("> mtu ")?;
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let after = |key: &str| {
        let mut words = rest
            .split_ascii_whitespace()
            .skip_while(|word| *word != key);
        words.nth(1)
    };
    // busybox prints no state.
    let has = |flag: &str| flags.split(',').any(|word| word == flag);
    let is = |state: &str, flag: &str| after("state").map_or(has(flag), |word| word == state);
    Some(Row {
        name,
        master: after("master"),
        address: by_path(name),
        is_up: is("UP", "LOWER_UP"),
        // Without a cable the state is DOWN, too; a port of a bridge is configured.
        is_down: !has("UP") && after("master").is_none(),
        evidence: evidence(),
    })
}

/// The function in the name of an interface, `[P<domain>]p<bus>s<slot>[f<function>]` in decimal
/// after `en` or `wl` (systemd.net-naming-scheme(7)). The name of a virtual function, or of a port
/// of a multi-port function, has a suffix.
pub(crate) fn by_path(name: &str) -> Option<Address> {
    let rest = name
        .strip_prefix("en")
        .or_else(|| name.strip_prefix("wl"))?;
    let (domain, rest) = match rest.strip_prefix('P') {
        Some(rest) => number(rest)?,
        None => (0, rest),
    };
    let (bus, rest) = number(rest.strip_prefix('p')?)?;
    let (slot, rest) = number(rest.strip_prefix('s')?)?;
    let (function, rest) = match rest.strip_prefix('f') {
        Some(rest) => number(rest)?,
        None => (0, rest),
    };
    let is_port = rest.is_empty() || rest.starts_with("np") || rest.starts_with('d');
    let narrow = |number: u32| u8::try_from(number).ok();
    let address = Address::new(domain, narrow(bus)?, narrow(slot)?, narrow(function)?);
    address.filter(|_| is_port)
}

fn number(text: &str) -> Option<(u32, &str)> {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end)?;
    Some((digits.parse().ok()?, rest))
}

/// `enp5s0  UP  52:54:00:12:34:56 <BROADCAST,MULTICAST,UP,LOWER_UP>` of `ip -br link`, and of `ip
/// -br a` followed by addresses (iproute2, ip/ipaddress.c, `print_linkinfo_brief`).
fn brief(line: &str, evidence: impl FnOnce() -> Evidence) -> Option<Row<'_>> {
    let mut words = line.split_ascii_whitespace();
    let (name, state, rest) = (words.next()?, words.next()?, words.next()?);
    let is_address = |word: &str| word.contains([':', '.']) && word.contains(['/', ':']);
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.@".contains(&byte);
    let is_row = state == "UP" && name.len() <= 32 && name.bytes().all(is_name);
    (is_row && is_address(rest)).then(|| Row {
        name: name.split('@').next().unwrap_or(name),
        master: None,
        address: by_path(name),
        is_up: true,
        is_down: false,
        evidence: evidence(),
    })
}

/// The names of all interfaces in a whole listing: of one from the loopback interface on that also shows
/// an interface without the flag `UP`, which a filter for that word leaves out.
pub(super) fn all_names(text: &str) -> Option<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    let mut has_down = false;
    for line in text.lines() {
        let line = line.trim_start_matches(['>', ' ', '\t']).trim_end();
        let full = row(line, || Evidence::new("", 1, ""));
        let found = match &full {
            Some(row) => Some((row.name, row.is_down)),
            None => brief_state(line),
        };
        match found {
            Some((name, is_down)) if name == "lo" || !names.is_empty() => {
                let name = name.split('@').next().unwrap_or(name);
                has_down |= is_down;
                names.push(name.to_owned());
            }
            None if names.is_empty() => {}
            // The lines below an interface.
            _ => match line.strip_prefix("altname ") {
                Some(name) => names.push(name.trim().to_owned()),
                None if is_below(line) => {}
                None => break,
            },
        }
    }
    has_down.then_some(names)
}

/// Whether the line is one below an interface's own (iproute2, ip/ipaddress.c).
fn is_below(line: &str) -> bool {
    let starts = [
        "link/",
        "inet ",
        "inet6 ",
        "valid_lft ",
        "vf ",
        "bridge ",
        "permaddr ",
    ];
    starts.iter().any(|start| line.starts_with(start))
}

/// The name in `enp5s0  DOWN`, of `ip -br link` and `ip -br a`, and whether the word `UP` is absent.
fn brief_state(line: &str) -> Option<(&str, bool)> {
    let mut words = line.split_ascii_whitespace();
    let (name, state) = (words.next()?, words.next()?);
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.@".contains(&byte);
    let is_rest = words.all(|word| word.starts_with('<') || word.contains([':', '.', '/']));
    let is_row = ["UP", "DOWN", "UNKNOWN"].contains(&state) && name.bytes().all(is_name);
    (is_row && is_rest && name.len() <= 32).then(|| (name, state == "DOWN" && !line.contains("UP")))
}

/// `default via 192.0.2.1 dev vmbr0 proto kernel` of `ip route`, and
/// `0.0.0.0 192.0.2.1 0.0.0.0 UG 0 0 0 enp5s0` of `route -n`.
fn default_route(line: &str) -> Option<&str> {
    if let Some(rest) = line.strip_prefix("default ") {
        let mut words = rest
            .split_ascii_whitespace()
            .skip_while(|word| *word != "dev");
        return words.nth(1);
    }
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    match words.as_slice() {
        ["0.0.0.0", _, "0.0.0.0", flags, _, _, _, name] => flags.starts_with("UG").then_some(*name),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
