//! The part of the host's functions that a listing includes.

use std::collections::BTreeSet;

use list_order::Inserts as _;
use pci_core::lspci::Record;
use pci_core::{Address, VendorId};

/// Functions that a listing omits.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Coverage {
    /// Nothing: it has all functions.
    All,
    /// It includes all functions of this vendor: the listing was filtered by the vendor's name.
    Vendor(VendorId),
    /// It includes all VGA controllers: the listing was filtered by the name of this class.
    Displays,
    /// It includes some functions.
    Some,
}

/// Words in the names of a vendor's devices; `grep` for one of them matches all lines of the
/// vendor, since lspci prints the vendor's name on each.
const WORDS: [(&str, VendorId); 4] = [
    ("nvidia", VendorId::NVIDIA),
    ("intel", VendorId::INTEL),
    ("advanced micro devices", VendorId::AMD),
    ("amd/ati", VendorId::ATI),
];

/// Commands that list every function that the kernel knows. lshw is none of them: it
/// reads a file that has no domains where sysfs is not mounted.
const WHOLE_LISTS: [&str; 18] = [
    "esxcli hardware pci list",
    "pciconf -l",
    "pciconf -lv",
    "pciconf -vl",
    "pciconf -l -v",
    "pciconf -ll",
    "virsh nodedev-list",
    "virsh nodedev-list --tree",
    "virsh nodedev-list --cap pci",
    "virsh nodedev-list pci",
    "hwinfo --pci",
    "driverctl list-devices",
    "ls /sys/bus/pci/devices",
    "ls /sys/bus/pci/devices/",
    "ls -l /sys/bus/pci/devices",
    "ls -l /sys/bus/pci/devices/",
    "talosctl get pcidevices",
    "talosctl get pcidevices -o yaml",
];

impl Coverage {
    /// Coverage of `command`, an lspci with an optional pipeline.
    #[must_use]
    pub(crate) fn of_lspci(command: &str) -> Self {
        let mut stages = command.split('|').map(str::trim);
        let Some(lspci) = stages.next() else {
            return Self::Some;
        };
        let lspci = lspci.strip_prefix("sudo ").unwrap_or(lspci);
        let mut words = lspci.split_ascii_whitespace();
        if words
            .next()
            .is_none_or(|program| program != "lspci" && !program.ends_with("bin/lspci"))
        {
            return Self::Some;
        }
        // -s and -d choose devices; the tree of pciutils before 3.10 leaves out buses
        // that no bridge leads to.
        let mut coverage = Self::All;
        while let Some(word) = words.next() {
            let Some(options) = word.strip_prefix('-') else {
                continue;
            };
            if options.ends_with('d') && !options.contains(['s', 't']) {
                match words.next().and_then(vendor_alone) {
                    Some(vendor) if coverage == Self::All => coverage = Self::Vendor(vendor),
                    _ => return Self::Some,
                }
            } else if options.contains(['s', 'd', 't']) {
                return Self::Some;
            }
        }
        let filter = command.split_once('|').map(|(_, filter)| filter);
        if coverage == Self::All && filter.is_some_and(searches_displays) {
            return Self::Displays;
        }
        for stage in stages {
            let Some(vendor) = searched_vendor(stage) else {
                return Self::Some;
            };
            coverage = match coverage {
                Self::All => Self::Vendor(vendor),
                Self::Vendor(before) if before == vendor => coverage,
                _ => Self::Some,
            };
        }
        coverage
    }

    /// Coverage of another program's list, if its command is in the text, alone after its prompt,
    /// or is the text's name; `None` without a command that lists all functions.
    #[must_use]
    pub(crate) fn of_whole_list(source: &str, text: &str) -> Option<Self> {
        let is_complete = |line: &str| {
            WHOLE_LISTS.iter().any(|command| {
                let prompt = line.trim().strip_suffix(command);
                prompt.is_some_and(|prompt| {
                    let prompt = prompt.trim_end();
                    let prompt = prompt.strip_suffix("sudo").unwrap_or(prompt).trim_end();
                    prompt.is_empty() || prompt.ends_with(['#', '$', '%', '>', ']'])
                })
            })
        };
        (is_complete(source) || text.lines().any(is_complete)).then_some(Self::All)
    }

    /// The coverage, reduced if the listing itself lacks lines: a function whose slot has no
    /// function 0 (PCI Local Bus 3.0, section 3.2.2.3.4; virtual functions have other device
    /// numbers, or that of their physical function), the host bridge, or bridges for its buses: each
    /// bus but 0 is downstream of a bridge of its own. People quote one line of a whole listing, too.
    #[must_use]
    pub(super) fn with_records(self, records: &[Record]) -> Self {
        let known: BTreeSet<Address> = records.iter().filter_map(|one| one.address).into_set();
        let lacks_first = known.iter().any(|one| {
            let first = one.with_function(0);
            one.bus() != 0 && one.device() == 0 && first.is_some_and(|one| !known.contains(&one))
        });
        let bridges = records.iter().filter(|record| {
            let class = record.class.as_ref();
            class.is_none_or(|class| class.base == 0x06)
        });
        let count = bridges.filter(|bridge| bridge.address.is_some()).count();
        let is_other = |one: &&Address| one.bus() != 0;
        let buses: BTreeSet<(u32, u8)> = known
            .iter()
            .filter(is_other)
            .map(|one| (one.domain(), one.bus()))
            .into_set();
        // The host bridge is a bridge, too.
        let lacks_bridge = count <= buses.len();
        if self == Self::All && (lacks_first || lacks_bridge) {
            Self::Some
        } else {
            self
        }
    }

    /// Whether a function of `vendor` that the listing does not have is not on
    /// the host.
    #[must_use]
    pub(crate) fn has_all_of(&self, vendor: VendorId) -> bool {
        match self {
            Self::All => true,
            Self::Vendor(shown) => *shown == vendor,
            Self::Displays | Self::Some => false,
        }
    }
}

/// The vendor of a choice of all its devices: `10de:`.
fn vendor_alone(choice: &str) -> Option<VendorId> {
    let vendor = choice.trim_end_matches(':');
    let is_whole = choice.contains(':') && vendor.len() == 4;
    let vendor = is_whole.then(|| u16::from_str_radix(vendor, 16).ok())?;
    vendor.map(VendorId)
}

/// Whether the filter is one `grep` that matches the lines of all displays: `grep -A3 'VGA|3D'`. Cards
/// for computing are 3D controllers.
fn searches_displays(filter: &str) -> bool {
    let Some(rest) = filter.trim().strip_prefix("grep ") else {
        return false;
    };
    let mut ignores_case = false;
    let mut rest = rest.trim_start();
    while let Some((option, after)) = rest.strip_prefix('-').and_then(|one| one.split_once(' ')) {
        if option.contains(['v', 'w', 'x', 'm']) {
            return false;
        }
        ignores_case |= option.contains('i');
        // `-A 3`
        let after = after.trim_start();
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
        rest = if rest.starts_with(' ') {
            rest.trim_start()
        } else {
            after
        };
    }
    let quote = rest
        .chars()
        .next()
        .filter(|mark| matches!(mark, '"' | '\''));
    let pattern = match quote {
        Some(mark) => rest.trim_matches(mark),
        None => rest,
    };
    let is_open = |c: char| matches!(c, '"' | '\'') || quote.is_none() && c == '|';
    let words = pattern.split('|');
    let words: Vec<&str> = words
        .map(|word| word.trim_matches(['\\', '(', ')']))
        .collect();
    let has = |name: &str| {
        let mut words = words.iter();
        words.any(|word| *word == name || ignores_case && word.eq_ignore_ascii_case(name))
    };
    !pattern.contains(is_open) && has("VGA") && has("3D")
}

/// The vendor for which a `grep` stage matches all lines.
fn searched_vendor(stage: &str) -> Option<VendorId> {
    let mut words = stage.split_ascii_whitespace();
    if words.next() != Some("grep") {
        return None;
    }
    let mut ignore_case = false;
    let mut pattern = None;
    for word in words {
        match word {
            "-i" => ignore_case = true,
            "-E" | "-e" => {}
            _ if word.starts_with('-') || pattern.is_some() => return None,
            _ => pattern = Some(word.trim_matches(['"', '\''])),
        }
    }
    let pattern = pattern?;
    // lspci writes the name as NVIDIA and Intel do: without -i the case counts.
    let exact = matches!(pattern, "NVIDIA" | "Intel" | "AMD/ATI");
    let folded = pattern.to_ascii_lowercase();
    WORDS
        .into_iter()
        .find(|(word, _)| *word == folded && (ignore_case || exact))
        .map(|(_, vendor)| vendor)
}

#[cfg(test)]
mod tests;
