//! FreeBSD's reservations for guests: the boot loader's `pptdevs`, and functions assigned to bhyve
//! guests.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::host::words::lines_with::finder;
use aho_corasick::AhoCorasick;
use host_tree::{CommandText, Evidence, numbered_lines};
use hvconf::bhyve::Variables;
use pci_core::Address;
use pci_core::notation::PassthruDevice;

use crate::host::fact::Fact;
use crate::host::model::{Entry, Naming, Source};
use crate::prompt::Prompt;

/// Texts that lines with functions of bhyve have: vmm(4), vm-bhyve(8), bhyve(8).
const MARKS: [&str; 3] = ["pptdevs", "passthru", ",passthru,"];

/// Maximum number of functions.
const MOST: usize = 256;

/// The functions that a line reserves for guests or assigns to one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Named {
    /// The functions of `pptdevs`.
    reserved: Vec<Address>,
    /// The functions of a guest.
    given: Vec<Address>,
}

/// Whether the line names functions as bhyve and its boot loader do.
pub(crate) fn is_of_bhyve(line: &str) -> bool {
    named_in(line) != Named::default() || is_variable(line)
}

/// `pci.0.5.0.device=passthru`
fn is_variable(line: &str) -> bool {
    let line = line.trim_start_matches(['>', ' ', '\t']);
    let parts = line.strip_prefix("pci.").map(|rest| rest.splitn(4, '.'));
    parts.is_some_and(|mut parts| {
        let is_place = parts
            .by_ref()
            .take(3)
            .all(|part| part.parse::<u8>().is_ok());
        is_place && parts.next().is_some_and(|rest| rest.contains('='))
    })
}

fn named_in(line: &str) -> Named {
    static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| finder(MARKS));
    let mut named = Named::default();
    if !FINDER.as_ref().is_some_and(|finder| finder.is_match(line)) || line.len() > 4096 {
        return named;
    }
    for (_, rest) in line.match_indices("pptdevs").filter_map(|(at, mark)| {
        let rest = line.get(at + mark.len()..)?;
        Some((at, rest.trim_start_matches(['2', '3'])))
    }) {
        named
            .reserved
            .extend(value(rest).into_iter().flat_map(functions));
    }
    // `passthru0="2/0/0=8:0"` of vm-bhyve, `-s 6,passthru,2/0/0` of bhyve.
    let starts = line.match_indices("passthru");
    for rest in starts.filter_map(|(at, mark)| line.get(at + mark.len()..)) {
        let numbered = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let sentence = match rest.strip_prefix(',') {
            Some(slot) => Some(slot),
            None if numbered.len() < rest.len() => value(numbered),
            None => None,
        };
        let end = |c: char| !c.is_ascii_digit() && c != '/';
        let function = sentence.and_then(|sentence| sentence.split(end).next());
        named.given.extend(function.and_then(function_of));
    }
    named
}

/// The value of an assignment.
fn value(rest: &str) -> Option<&str> {
    let value = rest.strip_prefix('=')?;
    match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => value.split_ascii_whitespace().next(),
    }
}

fn functions(value: &str) -> impl Iterator<Item = Address> + '_ {
    // The kernel stops at a word that is not a function (sys/amd64/vmm/io/ppt.c).
    value.split_ascii_whitespace().map_while(function_of)
}

fn function_of(word: &str) -> Option<Address> {
    word.parse::<PassthruDevice>()
        .ok()
        .map(PassthruDevice::address)
}

/// The module vmm of FreeBSD, of which the driver ppt is a part.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct VmmModule {
    /// The line of a whole loader.conf(5) with pptdevs and without vmm_load.
    pub without_load: Option<Evidence>,
    /// Whether a line of loader.conf(5) loads it.
    pub has_load: bool,
    /// Whether `kldstat` lists it.
    pub is_loaded: bool,
}

impl VmmModule {
    pub(in crate::host) fn read(texts: &[CommandText]) -> Self {
        let is_row = |line: &str| line.trim_end().ends_with(" vmm.ko");
        Self {
            without_load: texts.iter().find_map(without_load),
            has_load: texts.iter().any(|text| text.text.lines().any(loads)),
            is_loaded: texts.iter().any(|text| text.text.lines().any(is_row)),
        }
    }
}

/// Whether the line is `vmm_load="YES"` (loader.conf(5)).
fn loads(line: &str) -> bool {
    let rest = line.trim_start().strip_prefix("vmm_load");
    rest.and_then(value)
        .is_some_and(|value| value.eq_ignore_ascii_case("yes"))
}

/// The line with pptdevs of a file, or of a typed `cat` to the next prompt, that does not load vmm.
fn without_load(text: &CommandText) -> Option<Evidence> {
    const FILE: &str = "/boot/loader.conf";
    let is_file = text.command.ends_with(FILE);
    let mut is_open = is_file;
    let mut loads = false;
    let mut reserving: Option<Evidence> = None;
    for (number, line) in numbered_lines(&text.text) {
        if let Some(prompt) = Prompt::read(line) {
            if reserving.is_some() && !loads {
                return reserving;
            }
            is_open = prompt.command.strip_prefix("cat ").map(str::trim) == Some(FILE);
            (loads, reserving) = (false, None);
            continue;
        }
        let line = line.trim();
        if is_open && line.starts_with("pptdevs") {
            reserving = Some(Evidence::new(&*text.command, number, line));
        }
        let value = line.strip_prefix("vmm_load=");
        loads |= value.is_some_and(|value| value.to_ascii_lowercase().contains("yes"));
    }
    reserving.filter(|_| is_file && !loads)
}

/// Commands of bhyve that pass functions to a guest, each with whether it wires the guest's
/// memory.
pub(in crate::host) fn commands(texts: &[CommandText]) -> Vec<Fact<bool>> {
    let mut found = Vec::new();
    for text in texts {
        // The words of a command that continues on the next line, and its first line.
        let mut open: Option<(String, Evidence)> = None;
        for (number, line) in numbered_lines(&text.text) {
            let bare = line
                .trim_start_matches(['>', '#', '$', ' ', '\t'])
                .trim_end();
            let (mut words, first) = match open.take() {
                Some(open) => open,
                None if is_command(bare) => {
                    (String::new(), Evidence::new(&*text.command, number, bare))
                }
                None => continue,
            };
            words.push_str(bare.trim_end_matches('\\'));
            // iohyve has the options in one property, and the functions in another.
            let is_property = words.starts_with("bargs") && text.text.contains("passthru,");
            if is_property && found.len() < MOST {
                found.push(Fact::new(is_wired(&words.replace('_', " ")), first));
            } else if bare.ends_with('\\') && words.len() < LONGEST {
                words.push(' ');
                open = Some((words, first));
            } else if words.contains(",passthru,") && found.len() < MOST {
                found.push(Fact::new(is_wired(&words), first));
            }
        }
    }
    found
}

/// Whether the line starts a command of bhyve, or has its options in a property of iohyve
/// (iohyve(8), bargs).
fn is_command(line: &str) -> bool {
    let line = line.strip_prefix("sudo ").unwrap_or(line);
    let line = line.strip_prefix("/usr/sbin/").unwrap_or(line);
    let property = line.strip_prefix("bargs").map(str::trim_start);
    line.starts_with("bhyve -") || property.is_some_and(|value| value.starts_with(['-', '=']))
}

/// The longest command, in bytes.
const LONGEST: usize = 8192;

/// Whether the options of the command have `S`, alone or among others without a value
/// (bhyve(8)).
fn is_wired(command: &str) -> bool {
    let mut words = command.split_ascii_whitespace();
    words.any(|word| {
        let letters = word.strip_prefix('-').unwrap_or_default();
        let is_switch = |c: char| "AaCDeHhPSuWwxY".contains(c);
        letters.contains('S') && letters.chars().all(is_switch)
    })
}

/// The functions that the texts reserve for guests or assign, each with its first line.
pub(in crate::host) fn named(texts: &[CommandText]) -> Vec<Entry> {
    let mut known = BTreeSet::new();
    let mut entries = Vec::new();
    for (text, number, line) in lines(texts) {
        let named = named_in(line);
        let addresses = named.reserved.into_iter().chain(named.given);
        for address in addresses.filter(|address| known.insert(*address)) {
            let shown = Evidence::new(&*text.command, number, line.trim());
            entries.push(Entry::named(address, Source::Bhyve, shown, Naming::Subject));
        }
    }
    for fact in variables(texts) {
        if known.insert(fact.value) {
            let named = Entry::named(fact.value, Source::Bhyve, fact.evidence, Naming::Subject);
            entries.push(named);
        }
    }
    entries
}

/// The functions that guests are configured to have.
pub(in crate::host) fn given(texts: &[CommandText]) -> Vec<Fact<Address>> {
    let mut found = each(texts, |named| named.given);
    for fact in variables(texts) {
        if found.len() < MOST && found.iter().all(|known| known.value != fact.value) {
            found.push(fact);
        }
    }
    found
}

/// The functions of bhyve's variables (bhyve_config(5)): `pci.0.5.0.device=passthru` and the lines of
/// the same place.
fn variables(texts: &[CommandText]) -> Vec<Fact<Address>> {
    let has = |text: &&CommandText| text.text.contains(".device=passthru");
    let found = texts.iter().filter(has).flat_map(|text| {
        let variables = Variables::parse(&text.text);
        let functions: Vec<(Address, u32)> = variables.functions().collect();
        functions.into_iter().filter_map(|(address, number)| {
            let line = numbered_lines(&text.text).find(|(at, _)| *at == number)?.1;
            let shown = Evidence::new(&*text.command, number, line.trim());
            Some(Fact::new(address, shown))
        })
    });
    found.take(MOST).collect()
}

/// The functions that the boot loader reserves.
pub(in crate::host) fn reserved(texts: &[CommandText]) -> Vec<Fact<Address>> {
    each(texts, |named| named.reserved)
}

/// The first [`MOST`] functions that `part` selects from the lines, each once.
fn each(texts: &[CommandText], part: fn(Named) -> Vec<Address>) -> Vec<Fact<Address>> {
    let mut found: Vec<Fact<Address>> = Vec::new();
    for (text, number, line) in lines(texts) {
        for address in part(named_in(line)) {
            if found.len() < MOST && found.iter().all(|known| known.value != address) {
                let shown = Evidence::new(&*text.command, number, line.trim());
                found.push(Fact::new(address, shown));
            }
        }
    }
    found
}

/// The lines of texts about functions for guests.
fn lines(texts: &[CommandText]) -> impl Iterator<Item = (&CommandText, u32, &str)> {
    let speaks =
        |text: &&CommandText| text.text.contains("pptdevs") || text.text.contains("passthru");
    let texts = texts.iter().filter(speaks);
    texts
        .flat_map(|text| numbered_lines(&text.text).map(move |(number, line)| (text, number, line)))
}

/// The head of the table of `vm passthru` (vm-bhyve, lib/vm-passthru).
pub(in crate::host) fn table(texts: &[CommandText]) -> Option<Evidence> {
    let mut tables = texts.iter().filter(|text| text.text.contains("BHYVE ID"));
    tables.find_map(|text| {
        let (number, line) = numbered_lines(&text.text).find(|(_, line)| {
            let words = line
                .split_ascii_whitespace()
                .skip_while(|word| *word == ">");
            words.eq(["DEVICE", "BHYVE", "ID", "READY", "DESCRIPTION"])
        })?;
        Some(Evidence::new(&*text.command, number, line.trim()))
    })
}

#[cfg(test)]
mod tests;
