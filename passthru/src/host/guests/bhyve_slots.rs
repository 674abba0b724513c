//! The places of assigned functions in guests of bhyve (`-s 5:1,passthru,3/0/1`), and the lines of FreeBSD
//! in such a guest about its driver there.

use host_tree::{CommandText, Evidence, numbered_lines};
use pci_core::Address;
use pci_core::notation::PassthruDevice;

/// A function of the host and its place in a guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BhyveSlot {
    /// The function of the host.
    pub(crate) function: Address,
    /// The device and the function in the guest.
    pub(crate) place: (u8, u8),
    /// The command.
    pub(crate) shown: Evidence,
    /// The driver that FreeBSD in the guest found for the function, before its attach: `bge0`.
    pub(crate) driver: Option<(String, Evidence)>,
    /// The line that shows that this driver is attached.
    pub(crate) attached: Option<Evidence>,
}

/// The places in the texts, each once.
pub(in crate::host) fn read(texts: &[CommandText]) -> Vec<BhyveSlot> {
    let mut found: Vec<BhyveSlot> = Vec::new();
    for text in texts.iter().filter(|text| text.text.contains(",passthru,")) {
        let mut probed = Vec::new();
        for (number, line) in numbered_lines(&text.text) {
            let evidence = || Evidence::new(&*text.command, number, line.trim());
            for (place, function) in line.split_ascii_whitespace().filter_map(slot) {
                let is_known = found.iter().any(|known| known.function == function);
                if !is_known && found.len() < MOST {
                    found.push(BhyveSlot {
                        function,
                        place,
                        shown: evidence(),
                        driver: None,
                        attached: None,
                    });
                }
            }
            probed.extend(probe(line).map(|(name, place)| (name, place, number, evidence())));
        }
        for (name, place, number, shown) in probed {
            let mut open = found.iter_mut().filter(|one| one.driver.is_none());
            if let Some(one) = open.find(|one| one.place == place) {
                one.attached = attachment(text, &name, number);
                one.driver = Some((name, shown));
            }
        }
    }
    found
}

/// The functions of the slots of a guest's bus (bhyve(8), -s).
const MOST: usize = 256;

/// So many lines behind the probe of a driver its attach is looked for.
const BEHIND: usize = 1000;

/// `5:1,passthru,3/0/1`.
fn slot(word: &str) -> Option<((u8, u8), Address)> {
    let (place, function) = word.split_once(",passthru,")?;
    let end = |c: char| !c.is_ascii_digit() && c != '/';
    let function = function.split(end).next()?.parse::<PassthruDevice>().ok()?;
    let parts: Vec<&str> = place.split(':').collect();
    let place = match parts.as_slice() {
        [device] => (device.parse().ok()?, 0),
        // The bus may come first.
        [.., device, function] => (device.parse().ok()?, function.parse().ok()?),
        [] => return None,
    };
    Some((place, function.address()))
}

/// The line behind that of the probe which a driver has only after its attach: a state or an address of its
/// interface, or a device below it (`usbus0 on xhci0`, `nda0 at nvme0 bus 0`).
fn attachment(text: &CommandText, name: &str, probe: u32) -> Option<Evidence> {
    const OWN: [&str; 3] = ["flags=", "link state changed", "Ethernet address: "];
    let is_own = |line: &str| {
        let rest = line
            .split_once(name)
            .and_then(|(_, rest)| rest.strip_prefix(": "));
        rest.is_some_and(|rest| OWN.iter().any(|own| rest.starts_with(own)))
    };
    let is_below = |line: &str| {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let mut pairs = words.windows(2).skip(1);
        pairs.any(|pair| matches!(pair, ["on" | "at", parent] if *parent == name))
    };
    let behind = numbered_lines(&text.text).skip_while(|(number, _)| *number <= probe);
    let mut behind = behind.take(BEHIND);
    let (number, line) = behind.find(|(_, line)| is_own(line) || is_below(line))?;
    Some(Evidence::new(&*text.command, number, line.trim()))
}

/// `bge0: <NIC> mem 0xc0010000-0xc001ffff irq 18 at device 5.0 on pci0`, which FreeBSD prints before the
/// attach (sys/kern/subr_bus.c, device_print_child and device_attach).
fn probe(line: &str) -> Option<(String, (u8, u8))> {
    let (name, rest) = line.trim_start().split_once(": <")?;
    let is_name = name.ends_with(|c: char| c.is_ascii_digit())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let (_, place) = rest.rsplit_once(" at device ")?;
    let (place, bus) = place.split_once(" on pci")?;
    let is_bus = bus.starts_with(|c: char| c.is_ascii_digit());
    let (device, function) = place.split_once('.')?;
    let place = (device.parse().ok()?, function.parse().ok()?);
    (is_name && is_bus).then(|| (name.to_owned(), place))
}

#[cfg(test)]
mod tests;
