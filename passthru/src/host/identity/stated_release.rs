//! The release of the host's system that a text states: `Proxmox VE: 9.1.1`, `running PVE 9.0.6`,
//! `XCP-ng 8.2`.

use std::ops::RangeInclusive;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};
use host_tree::{CommandText, Evidence, numbered_lines};

use super::fields;
use super::stated_distribution::{has_guest, is_of_guest};
use crate::host::fact::Fact;
use crate::host::guests::guest_parts;
use crate::host::named::suffix;

/// Names of systems in texts, each with the word for it in `data/systems.tsv`; the releases of
/// Windows Server are years.
const NAMES: [(&str, &str); 29] = [
    ("proxmox virtual environment", "proxmox"),
    ("proxmoxve", "proxmox"),
    ("proxmox ve", "proxmox"),
    ("proxmox", "proxmox"),
    ("promox", "proxmox"),
    ("pve", "proxmox"),
    ("xcp-ng", "xcp-ng"),
    ("xcpng", "xcp-ng"),
    ("xenserver", "xenserver"),
    ("citrix hypervisor", "xenserver"),
    ("qubes release", "qubes"),
    ("qubes os", "qubes"),
    ("qubes", "qubes"),
    ("harvester", "harvester"),
    ("kubevirt", "kubevirt"),
    ("unraid", "unraid"),
    ("truenas scale", "truenas"),
    ("truenas", "truenas"),
    ("esxi", "esxi"),
    ("esx", "esxi"),
    ("exsi", "esxi"),
    ("lxd", "lxd"),
    ("incus", "incus"),
    ("talos", "talos"),
    ("cloud hypervisor", "cloud-hypervisor"),
    ("cloud-hypervisor", "cloud-hypervisor"),
    ("freebsd", "freebsd"),
    ("xen", "xen"),
    ("windows server", "windows"),
];

/// Words between a name and its release.
const BETWEEN: [&str; 16] = [
    "scale",
    "core",
    "version",
    "release",
    "os",
    "ve",
    "iso",
    "host",
    "server",
    "is",
    "linux",
    "stable",
    "cluster",
    "版本",
    "版本为",
    "版本是",
];

/// Words after a release without a point, `Proxmox 8 on …`; others may be counted: `Proxmox 2 nodes`.
const AFTER_NUMBER: [&str; 8] = [
    "on", "host", "server", "with", "and", "here", "runs", "running",
];

/// Words of a line about another release than that of the host.
const OTHERS: [&str; 54] = [
    "针对",
    "不一样",
    "->",
    "→",
    "also present",
    "also happen",
    "also occur",
    "upgrad",
    "downgrad",
    "update",
    "updating",
    "until",
    "since",
    "worked",
    "works",
    "older",
    "newer",
    "previous",
    "earlier",
    "before",
    "fixed",
    "resolved",
    "regression",
    "if ",
    "used to",
    "n't tried",
    "nt tried",
    "not tried",
    "going to try",
    "or later",
    "such as",
    "e.g.",
    "から",
    "上げ",
    "升级",
    "升到",
    "aktualisi",
    "mis à jour",
    "actualiz",
    "обнов",
    "之前用",
    "以前用",
    "原来用",
    "来源于",
    "来自",
    "参考",
    // Somebody else's host.
    "a thread",
    "another thread",
    "threads about",
    "reporting similar",
    "einen thread",
    "einem thread",
    "un hilo",
    "帖子",
];

/// Whether a line, in lower case, is about another release than that of the host.
pub(super) fn is_of_other(line: &str) -> bool {
    OTHERS.iter().any(|other| line.contains(other))
}

/// The release of the system, and its line, if all lines with one name the same.
pub(in crate::host) fn read(
    texts: &[CommandText],
    of_guests: &[Vec<RangeInclusive<u32>>],
    system: &str,
) -> Option<Fact<String>> {
    let names = names_of(system)?;
    let mut known: Option<Fact<String>> = None;
    for (text, of_guests) in texts.iter().zip(of_guests) {
        let mut is_below_heading = false;
        for (number, line) in numbered_lines(&text.text) {
            if guest_parts::has(of_guests, number) || line.trim().is_empty() {
                continue;
            }
            // `Host system: Proxmox`, and below it `Version: 8.3.2`.
            let value = fields::field(line).filter(|(name, _)| is_version(name));
            let below = value.map_or(line, |(_, value)| value);
            let below = is_below_heading.then(|| release(below, system)).flatten();
            is_below_heading = is_heading(line, &names)
                || fields::field(line).is_some_and(|(_, value)| is_heading(value, &names));
            let sentences = line.split(". ").flat_map(|part| part.split('。'));
            let stated = sentences.flat_map(|sentence| in_sentence(sentence, &names, system));
            for release in stated.chain(below) {
                let is_same = |one: &str, other: &str| {
                    let rest = one.strip_prefix(other);
                    rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
                };
                match &known {
                    Some(fact) if is_same(&fact.value, release) => {}
                    // A number with more parts names the same release more exactly.
                    Some(fact) if !is_same(release, &fact.value) => return None,
                    _ => {
                        let line = Evidence::new(&*text.command, number, line.trim());
                        known = Some(Fact::new(release.to_owned(), line));
                    }
                }
            }
        }
    }
    known
}

/// The names of a system, longer ones first where several begin at one place. Few hosts have a
/// text with more than one.
fn names_of(system: &str) -> Option<AhoCorasick> {
    let own = NAMES.iter().filter(|(_, word)| *word == system);
    let own: Vec<&str> = own.map(|(name, _)| *name).collect();
    let mut builder = AhoCorasickBuilder::new();
    builder.ascii_case_insensitive(true);
    builder.match_kind(MatchKind::LeftmostLongest);
    // The other kinds are faster to search with, and cost more to build than one text needs.
    builder.kind(Some(AhoCorasickKind::NoncontiguousNFA));
    (!own.is_empty()).then(|| builder.build(own).ok())?
}

/// The releases of the system in a sentence.
fn in_sentence<'a>(line: &'a str, names: &AhoCorasick, system: &str) -> Vec<&'a str> {
    let is_guest_too = matches!(system, "freebsd" | "windows" | "truenas");
    let mut found = Vec::new();
    let mut lower = None;
    for hit in names.find_iter(line) {
        let before = line.get(..hit.start()).unwrap_or_default();
        let is_part = |c: char| c.is_ascii_alphanumeric() || "/.@-+".contains(c);
        // `My guest is Windows Server 2022.`
        let address = before.rsplit(char::is_whitespace).next();
        let is_address = address.is_some_and(|word| word.contains("://"));
        if is_address || before.ends_with(is_part) || is_guest_too && has_guest(before) {
            continue;
        }
        let lower = lower.get_or_insert_with(|| line.to_lowercase());
        let words = before.to_lowercase();
        let ends_with = |word: &str| words.trim_end().ends_with(word);
        // `I moved from Proxmox 7.4`, `after Proxmox 8.2 it failed`; `from TrueNAS 23.10.1 to 23.10.2`.
        if ends_with("from") || ends_with("after") {
            let after = line.get(hit.end()..).unwrap_or_default();
            let newer = after.split_once(" to ").filter(|(old, _)| {
                let mut words = old.split_whitespace();
                let is_old = words
                    .next()
                    .is_some_and(|word| word.starts_with(|c: char| c.is_ascii_digit()));
                is_old && words.next().is_none() && ends_with("from")
            });
            found.extend(newer.and_then(|(_, newer)| release(newer, system)));
            continue;
        }
        // `I upgraded to TrueNAS 24.10 from 23.10`: the release after `to` is the current one.
        // `I upgraded my host to FreeBSD 10.3`.
        let upgrades = [
            "upgraded",
            "updated",
            "after updating",
            "after upgrading",
            "since updating",
            "since upgrading",
        ];
        let is_upgrade = upgrades.iter().any(|verb| words.contains(verb));
        let is_new = is_upgrade && ends_with(" to") && !words.contains("from ");
        let after = line.get(hit.end()..).unwrap_or_default();
        if !is_new && is_of_other(lower) && !is_label(before, after) {
            return Vec::new();
        }
        found.extend(release(after, system).or_else(|| release_before(before, system)));
    }
    found
}

/// Whether the name is the label of a field: `Unraid版本：6.12 （upgraded yesterday）`.
fn is_label(before: &str, after: &str) -> bool {
    let labels = ["version:", "version：", "版本:", "版本：", ":", "："];
    let after = after.trim_start().to_lowercase();
    let is_start = before.chars().all(|c| !c.is_alphanumeric());
    is_start && labels.iter().any(|label| after.starts_with(label))
}

/// The release before the name in Chinese: `7.0的ESXi`.
fn release_before<'a>(before: &'a str, system: &str) -> Option<&'a str> {
    let before = before.trim_end().strip_suffix('的')?;
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    let start = before.trim_end_matches(is_part).len();
    release(before.get(start..)?, system)
}

/// Whether the name of a field is for a release.
fn is_version(name: &str) -> bool {
    ["version", "release", "版本", "versión"]
        .iter()
        .any(|end| name.ends_with(end))
}

/// Whether the line is the name alone, as a heading above the release: `### Qubes OS release`.
fn is_heading(line: &str, names: &AhoCorasick) -> bool {
    let hit = names.find(line);
    hit.is_some_and(|hit| {
        let around = (line.get(..hit.start()), line.get(hit.end()..));
        let before = around.0.unwrap_or_default();
        let after = around.1.unwrap_or_default().to_lowercase();
        // `Qubes OS version (e.g., R3.2):` of a form.
        let after = after.split("(e.g.").next().unwrap_or_default();
        let mut words = after.split(|c: char| !c.is_alphanumeric());
        before.chars().all(|c| !c.is_alphanumeric())
            && words.all(|word| word.is_empty() || BETWEEN.contains(&word))
    })
}

/// Ends of the names of disks of guests.
const DISKS: [&str; 5] = [".raw", ".img", ".qcow2", ".vmdk", ".vhd"];

/// The digits of a short hash of a commit.
const SHORTEST_HASH: usize = 7;

/// The release right after a name: digits and points with a suffix, `8.2`, `7.2-4`, `12.0-RELEASE`.
fn release<'a>(after: &'a str, system: &str) -> Option<&'a str> {
    if after.starts_with(|c: char| c.is_ascii_alphabetic() && !matches!(c, 'v' | 'R')) {
        return None;
    }
    // vSphere's form: `VMware ESXi, 8.0.3, 24022510`.
    let is_esxi = system == "esxi";
    let mut rest = after
        .strip_prefix(", ")
        .filter(|_| is_esxi)
        .unwrap_or(after);
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || ":：*`|\"'=(_-/".contains(c));
        let end = rest.find(|c: char| c.is_ascii() && !c.is_alphabetic() || c == '：');
        let (word, behind) = rest.split_at_checked(end?)?;
        let word = word.to_ascii_lowercase();
        let is_letter = matches!(word.as_str(), "v" | "r");
        if is_letter && behind.starts_with(|c: char| c.is_ascii_digit())
            || BETWEEN.contains(&word.as_str())
        {
            rest = behind;
        } else {
            break;
        }
    }
    // The disk of a guest: `FreeBSD-11.1-RELEASE-amd64.raw`.
    let file = rest.split(char::is_whitespace).next()?;
    if DISKS.iter().any(|end| file.contains(end)) {
        return None;
    }
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '-';
    let end = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
    let (release, behind) = rest.split_at_checked(end)?;
    // `1.4.0-amd64.iso`
    let of = ["-amd", "-x86", "-arm", "-aarch"];
    let of = of.iter().find_map(|of| release.find(of));
    let release = release.get(..of.unwrap_or(release.len()))?;
    let release = release.trim_end_matches(['.', '-']);
    // `lxd 6.1-efad198`: the commit.
    let commit = release.rsplit_once('-').filter(|(_, hash)| {
        hash.len() >= SHORTEST_HASH && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
    });
    let release = commit.map_or(release, |(release, _)| release);
    // `pve 6.5.3-1-pve`, `Linux pve 6.1.24-generic`: the kernel's.
    let has_letters = release.contains(|c: char| c.is_ascii_alphabetic());
    let is_early = release.contains("-beta") || release.contains("-rc");
    if system == "proxmox" && has_letters && !is_early {
        return None;
    }
    let digits = release.bytes().take_while(u8::is_ascii_digit).count();
    let number = release.get(digits..)?;
    // `in PVE 7.3 之后版本`: all releases since.
    let next = behind.trim_start();
    let series = ["之后", "以后", "以上", "及以上", "之前", "以前", "+"];
    if series.iter().any(|word| next.starts_with(word)) {
        return None;
    }
    let is_release = if system == "windows" {
        digits == 4 && number.is_empty() && release.starts_with("20")
    } else if number.is_empty() {
        let next = behind.split_whitespace().next().unwrap_or_default();
        let is_end = behind.is_empty() || behind.starts_with([',', ';', '.', ')', '`', '*', '|']);
        // `PVE 9 上`
        let is_wide = next.starts_with(|c: char| c as u32 >= 0x2e80);
        let next = next.to_ascii_lowercase();
        // `pve-01` is the name of a host.
        let is_joined = after.starts_with(['-', '_']);
        !is_joined
            && (1..=2).contains(&digits)
            && (is_end || is_wide || AFTER_NUMBER.contains(&next.as_str()))
    } else {
        // `8.2`, `11.3-RELEASE`; not `3d`, `4.x` or an address in a network.
        let points = release.matches('.').count();
        let minor = number.strip_prefix('.');
        // `PVE host (6.8)`: the kernel's; Proxmox VE has 5.0 to 8.4 with minor numbers up to 4.
        let minor_number = minor.and_then(|minor| minor.split(['.', '-']).next());
        let minor_number = minor_number.and_then(|minor| minor.parse::<u32>().ok());
        let is_old = release.starts_with(['5', '6', '7', '8']) && digits == 1;
        let is_high = minor_number.is_some_and(|minor| minor > 4);
        let is_kernel = system == "proxmox" && is_old && is_high;
        // `1.35ms` of a log; ESXi has `7.0u3c`.
        let is_duration = number.ends_with('s');
        // The year and the month: `22.12.3.1`.
        let is_year = system == "truenas" && points == 3 && release.starts_with('2');
        (1..=2).contains(&digits)
            && (points <= 2 || is_year)
            && release.len() <= 20
            && !is_duration
            && !is_kernel
            && minor.is_some_and(|minor| minor.starts_with(|c: char| c.is_ascii_digit()))
    };
    // ` RC3`, ` U3`
    let update = suffix(behind).filter(|_| behind.starts_with(' ') && !number.is_empty());
    let release = rest
        .get(..end + update.unwrap_or(0))
        .filter(|_| update.is_some())
        .unwrap_or(release);
    // `an ESXi 8.0 VM` runs on ESXi; `a FreeBSD 14.1 VM` runs FreeBSD.
    let is_host = matches!(
        system,
        "esxi" | "proxmox" | "harvester" | "kubevirt" | "incus" | "lxd"
    );
    (is_release && (is_host || !is_of_guest(behind))).then_some(release)
}

#[cfg(test)]
mod tests;
