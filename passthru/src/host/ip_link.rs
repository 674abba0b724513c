//! Network interfaces that `ip link`, `ip a` and `ip route` list.

use pci_core::tree::CommandText;
use pci_core::{Address, Evidence, numbered_lines};

use super::fact::Fact;
use super::in_use::Interface;

/// One interface as `ip link` shows it.
struct Row<'a> {
    name: &'a str,
    /// The bridge or bond that it is a port of.
    master: Option<&'a str>,
    address: Option<Address>,
    is_up: bool,
    evidence: Evidence,
}

/// The interfaces that are up and whose names say which function they are of.
pub(super) fn interfaces(texts: &[CommandText]) -> Vec<Fact<Interface>> {
    let mut found = Vec::new();
    for text in texts.iter().filter(|text| text.text.contains("> mtu ")) {
        let mut rows: Vec<Row<'_>> = Vec::new();
        let mut routes: Vec<(&str, Evidence)> = Vec::new();
        for (number, line) in numbered_lines(&text.text) {
            let line = line.trim_start_matches(['>', ' ', '\t']).trim_end();
            let evidence = || Evidence::new(&*text.command, number, line);
            if let Some(row) = row(line, evidence) {
                rows.push(row);
            } else if let (Some(name), Some(last)) =
                (line.strip_prefix("altname "), rows.last_mut())
            {
                last.address = last.address.or_else(|| by_path(name.trim()));
            } else if let Some(through) = default_route(line) {
                routes.push((through, evidence()));
            }
            if rows.len() > MOST || routes.len() > MOST {
                break;
            }
        }
        for row in rows.iter().filter(|row| row.is_up) {
            let Some(address) = row.address else { continue };
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
    }
    found
}

/// As many interfaces and routes of one text are read.
const MOST: usize = 256;

/// `2: enp5s0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq master vmbr0 state UP`
/// (iproute2, ip/ipaddress.c, `print_linkinfo`).
fn row(line: &str, evidence: impl FnOnce() -> Evidence) -> Option<Row<'_>> {
    let (number, rest) = line.split_once(": ")?;
    let (name, rest) = rest.split_once(": <")?;
    let (_, rest) = rest.split_once("> mtu ")?;
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let after = |key: &str| {
        let mut words = rest
            .split_ascii_whitespace()
            .skip_while(|word| *word != key);
        words.nth(1)
    };
    Some(Row {
        name,
        master: after("master"),
        address: by_path(name),
        is_up: after("state") == Some("UP"),
        evidence: evidence(),
    })
}

/// The function in the name of an interface, `[P<domain>]p<bus>s<slot>[f<function>]` in decimal
/// behind `en` or `wl` (systemd.net-naming-scheme(7)). A name of a virtual function, or of a port
/// of a function with several, goes on.
fn by_path(name: &str) -> Option<Address> {
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

/// `default via 192.0.2.1 dev vmbr0 proto kernel` of `ip route`.
fn default_route(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("default ")?;
    let mut words = rest
        .split_ascii_whitespace()
        .skip_while(|word| *word != "dev");
    words.nth(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interfaces_are_those_of_their_functions() {
        let text = "2: enp5s0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq master vmbr0 \
                    state UP mode DEFAULT\n3: eno1: <BROADCAST,UP> mtu 1500 qdisc mq state UP\n    \
                    link/ether 52:54:00:12:34:56 brd ff:ff:ff:ff:ff:ff\n    altname enp0s31f6\n4: \
                    enp6s0f1: <NO-CARRIER,UP> mtu 1500 state DOWN\n5: vmbr0: <UP> mtu 1500 state \
                    UP\ndefault via 192.0.2.1 dev vmbr0 proto kernel\n";
        let texts = [CommandText {
            command: "a.txt".to_owned(),
            text: text.to_owned(),
        }];
        let found = interfaces(&texts);
        let shown: Vec<(String, bool)> = found
            .iter()
            .map(|fact| {
                let interface = &fact.value;
                let shown = format!("{} {:#}", interface.name, interface.address);
                (shown, interface.default_route.is_some())
            })
            .collect();
        assert_eq!(
            shown,
            [
                ("enp5s0 05:00.0".to_owned(), true),
                ("eno1 00:1f.6".to_owned(), false)
            ]
        );
        for name in ["eth0", "enx525400123456", "enp5s0v1", "eno1", "wlan0"] {
            assert_eq!(by_path(name), None, "{name}");
        }
    }
}
