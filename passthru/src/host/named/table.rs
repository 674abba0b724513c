//! The names of `data/named.tsv`, as patterns over the runs of a line.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::packed;
use crate::split::split;

use super::atoms::{Atom, Gap, Line, Place, Script};
use super::model::model;
use super::releases;

/// The kind of a named thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Program,
    Distribution,
    Kernel,
    Architecture,
    Processor,
    Maker,
    Machine,
    Board,
    Chipset,
    Card,
    Assignment,
    Guest,
}

impl Kind {
    fn of(word: &str) -> Option<Self> {
        Some(match word {
            "program" => Self::Program,
            "distribution" => Self::Distribution,
            "kernel" => Self::Kernel,
            "architecture" => Self::Architecture,
            "processor" => Self::Processor,
            "maker" => Self::Maker,
            "machine" => Self::Machine,
            "board" => Self::Board,
            "chipset" => Self::Chipset,
            "card" => Self::Card,
            "assignment" => Self::Assignment,
            "guest" => Self::Guest,
            _ => return None,
        })
    }
}

#[derive(Debug)]
enum Part {
    Words(Vec<&'static str>),
    Number(usize, usize),
    Letters(usize, usize),
    Release,
    Kernel,
    Ubuntu,
    Name,
}

#[derive(Debug)]
struct Element {
    part: Part,
    is_joined: bool,
    is_dashed: bool,
    /// Whether a letter alone may be behind a blank.
    is_loose: bool,
    is_optional: bool,
}

/// A row of the table.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) kind: Kind,
    elements: Vec<Element>,
    shown: &'static str,
    /// The maker of a processor, or the condition of a name.
    pub(super) of: &'static str,
    needs: &'static str,
    /// Its place in the table.
    pub(super) rank: usize,
}

impl Row {
    fn read(rank: usize, line: &'static str) -> Option<Self> {
        let mut columns = split(line, b'\t');
        let kind = Kind::of(columns.next()?)?;
        let elements = split(columns.next()?, b' ').map(Element::read).collect();
        Some(Self {
            kind,
            elements,
            shown: columns.next()?,
            of: columns.next()?,
            needs: columns.next()?,
            rank,
        })
    }

    /// Whether lines of programs have the name, too.
    pub(super) fn is_printed(&self) -> bool {
        self.needs.starts_with("printed")
    }

    /// Whether the words behind a maker are the name.
    fn is_generic(&self) -> bool {
        let mut elements = self.elements.iter();
        elements.any(|element| matches!(element.part, Part::Name))
    }

    /// Whether the words that the name needs are there.
    pub(super) fn is_met(&self, line: &str, text: &str) -> bool {
        let needs = self.needs.trim_start_matches("printed");
        let needs = needs.trim_start_matches('&');
        let (words, place) = match needs.strip_prefix('^') {
            Some(words) => (words, text),
            None => (needs, line),
        };
        matches!(words, "" | "-") || words.split('|').any(|word| place.contains(word))
    }
}

impl Element {
    fn read(text: &'static str) -> Self {
        let is_joined = text.starts_with('+');
        let is_dashed = text.starts_with('-');
        let is_loose = text.starts_with('~');
        let text = text.trim_start_matches(['+', '-', '~']);
        let is_optional = text.ends_with('?');
        let text = text.trim_end_matches('?');
        let range = |range: &str| {
            let (least, most) = range.split_once('-').unwrap_or((range, range));
            (least.parse().unwrap_or(1), most.parse().unwrap_or(9))
        };
        let part = match text {
            "R" => Part::Release,
            "K" => Part::Kernel,
            "U" => Part::Ubuntu,
            "N" => Part::Name,
            _ => match (text.strip_prefix('#'), text.strip_prefix('@')) {
                (Some(number), _) => {
                    let (least, most) = range(number);
                    Part::Number(least, most)
                }
                (_, Some(letters)) => {
                    let (least, most) = range(letters);
                    Part::Letters(least, most)
                }
                _ => Part::Words(split(text, b'|').collect()),
            },
        };
        Self {
            part,
            is_joined,
            is_dashed,
            is_loose,
            is_optional,
        }
    }

    /// Whether the run is of this element, behind the run before it.
    fn takes(&self, atom: &Atom<'_>, is_first: bool) -> bool {
        let is_letter = |words: &[&str]| words.iter().all(|word| word.len() == 1);
        let (is_of, is_close) = match &self.part {
            Part::Words(words) => (
                words.contains(&atom.text),
                self.is_optional && !self.is_loose && is_letter(words),
            ),
            Part::Number(least, most) => (
                atom.script == Script::Digits && (*least..=*most).contains(&atom.text.len()),
                false,
            ),
            Part::Letters(least, most) => (
                atom.script == Script::Letters && (*least..=*most).contains(&atom.text.len()),
                !self.is_loose,
            ),
            _ => (false, false),
        };
        let is_near = match atom.gap {
            _ if is_first => true,
            Gap::Joined => !self.is_dashed,
            Gap::Dash => true,
            Gap::Blank => !(self.is_joined || self.is_dashed || is_close),
            Gap::Dot | Gap::Break => false,
        };
        is_of && is_near
    }
}

/// A name in a line.
pub(super) struct Found {
    pub(super) row: &'static Row,
    /// The name for people, with the release.
    pub(super) name: String,
    pub(super) start: usize,
    pub(super) end: usize,
    /// The number of the run behind it.
    next: usize,
}

struct Table {
    rows: Vec<Row>,
    by_word: BTreeMap<&'static str, Vec<usize>>,
    by_number: Vec<usize>,
    /// Words of scripts without blanks between words, each the only one of its row.
    wide: Vec<(&'static str, usize)>,
}

fn table() -> &'static Table {
    static TABLE: LazyLock<Table> = LazyLock::new(|| {
        let rows: Vec<Row> = packed::table!("named")
            .enumerate()
            .filter_map(|(rank, line)| Row::read(rank, line))
            .collect();
        let mut by_word: BTreeMap<&'static str, Vec<usize>> = BTreeMap::new();
        let mut by_number = Vec::new();
        let mut wide = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            for element in &row.elements {
                match &element.part {
                    Part::Words(words) => {
                        for word in words {
                            if !word.is_ascii() && row.elements.len() == 1 {
                                wide.push((*word, at));
                            }
                            by_word.entry(word).or_default().push(at);
                        }
                    }
                    _ => by_number.push(at),
                }
                if !element.is_optional {
                    break;
                }
            }
        }
        Table {
            rows,
            by_word,
            by_number,
            wide,
        }
    });
    &TABLE
}

/// The names in a line, from left to right, the longest where several begin at one place.
pub(super) fn names(line: &Line<'_>, may: &dyn Fn(&Row, Place) -> bool) -> Vec<Found> {
    let table = table();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(atom) = line.atoms.get(at) {
        let before = at.checked_sub(1).and_then(|at| line.atoms.get(at));
        let is_wide = |atom: &Atom<'_>| atom.script == Script::Wide;
        let is_inside = atom.gap == Gap::Joined && !before.is_some_and(is_wide);
        let words = table.by_word.get(atom.text).into_iter().flatten();
        let is_number = atom.script == Script::Digits;
        let numbers = table.by_number.iter().filter(|_| is_number);
        if is_wide(atom) {
            let inside = table.wide.iter().filter_map(|(word, row)| {
                let row = table.rows.get(*row)?;
                let place = may(row, atom.place).then(|| atom.text.find(word))??;
                Some(Found {
                    row,
                    name: row.shown.to_owned(),
                    start: atom.start + place,
                    end: atom.start + place + word.len(),
                    next: at + 1,
                })
            });
            found.extend(inside);
            at += 1;
            continue;
        }
        let rows = words.chain(numbers).filter_map(|at| table.rows.get(*at));
        let hits = rows
            .filter(|row| !is_inside && may(row, atom.place))
            .filter_map(|row| match_row(row, line, at));
        // The first row of equal ones.
        let longest = hits.max_by_key(|hit| {
            let is_of_table = !hit.row.is_generic();
            (is_of_table, hit.end, usize::MAX - hit.row.rank)
        });
        at = match longest {
            Some(hit) => {
                let next = hit.next.max(at + 1);
                found.push(hit);
                next
            }
            None => at + 1,
        };
    }
    found
}

/// Whether a release behind the text is that of a package: `rocm-7.1.1.70101-38.el8`.
fn is_of_package(before: Option<&str>) -> bool {
    const KERNELS: [&str; 5] = ["kernel", "linux", "vmlinuz", "initr", "config"];
    let word = before.and_then(|before| before.strip_suffix('-'));
    let name = word.and_then(|word| word.rsplit([' ', '/', '`', '"', '\t']).next());
    name.is_some_and(|name| !KERNELS.iter().any(|kernel| name.starts_with(kernel)))
}

/// Whether the program behind the text is the one that a package is for: `terraform-provider-libvirt 0.6.0`.
fn is_of_binding(before: Option<&str>) -> bool {
    const BINDINGS: [&str; 6] = [
        "provider-",
        "python-",
        "python3-",
        "ruby-",
        "golang-",
        "rust-",
    ];
    before.is_some_and(|before| BINDINGS.iter().any(|binding| before.ends_with(binding)))
}

fn match_row(row: &'static Row, line: &Line<'_>, first: usize) -> Option<Found> {
    let start = line.atoms.get(first)?.start;
    let before = line.text.get(..start);
    // A repository: `intel/gvt-linux`.
    let is_in_address =
        row.kind == Kind::Assignment && before.is_some_and(|one| one.ends_with('/'));
    if is_in_address || row.kind == Kind::Program && is_of_binding(before) {
        return None;
    }
    let mut next = first;
    let mut end = start;
    let mut taken: Vec<&str> = Vec::new();
    let mut release = String::new();
    for element in &row.elements {
        let rest = line.text.get(end..)?;
        let is_short = row.kind == Kind::Distribution || row.of == "own";
        let read = match element.part {
            Part::Release => releases::release(rest, is_short),
            // Without a word before it, by the mark of a distribution.
            Part::Kernel => {
                let found = releases::kernel(rest)?;
                let is_behind = next > first;
                let is_named = |name: &str| {
                    releases::is_marked(name) && !is_of_package(line.text.get(..start))
                };
                Some(Some(found).filter(|(name, _)| is_behind || is_named(name))?)
            }
            Part::Ubuntu => {
                let blanks = rest.len() - rest.trim_start().len();
                let (text, length) = releases::ubuntu(rest.trim_start())?;
                Some((text, blanks + length))
            }
            Part::Name => {
                let (name, last) = model(row.of, line, next, is_chipset)?;
                next = last;
                end = line.atoms.get(last.checked_sub(1)?)?.end;
                release = name;
                taken.push("");
                continue;
            }
            _ => {
                let atom = line.atoms.get(next);
                // `Legion w/ RTX 3060`: with.
                let is_with = |atom: &Atom<'_>| {
                    let behind = line.text.get(atom.end..).unwrap_or_default();
                    atom.text == "w" && behind.starts_with('/')
                };
                let atom = atom.filter(|atom| !is_with(atom));
                match atom.filter(|atom| element.takes(atom, next == first)) {
                    Some(atom) => {
                        taken.push(atom.text);
                        end = atom.end;
                        next += 1;
                    }
                    None if element.is_optional => taken.push(""),
                    None => return None,
                }
                continue;
            }
        };
        taken.push("");
        if let Some((text, length)) = read {
            release = text;
            end += length;
            while line.atoms.get(next).is_some_and(|atom| atom.start < end) {
                next += 1;
            }
        }
    }
    let behind = line.atoms.get(next);
    let last = next.checked_sub(1).and_then(|at| line.atoms.get(at))?;
    // Debian's packages write `5.0.0Debian`.
    let is_open = behind.is_some_and(|atom| {
        let is_joined = atom.gap == Gap::Joined && atom.text != "debian";
        is_joined && atom.script != Script::Wide && last.script != Script::Wide
    });
    let is_open = is_open && last.end == end;
    (!is_open && end > start).then(|| Found {
        row,
        name: shown(row.shown, &taken, &release),
        start,
        end,
        next,
    })
}

/// The name, from its form in the table.
fn shown(form: &str, taken: &[&str], release: &str) -> String {
    let mut name = String::new();
    let mut signs = form.chars().peekable();
    while let Some(sign) = signs.next() {
        let number = signs.peek().and_then(|next| next.to_digit(10));
        let at = number.and_then(|number| usize::try_from(number).ok());
        let word = at.and_then(|at| taken.get(at.checked_sub(1)?));
        match (sign, word) {
            ('$', Some(word)) => name.push_str(&word.to_uppercase()),
            ('%', Some(word)) => name.push_str(&capital(word)),
            ('&', Some(word)) => name.push_str(word),
            ('R', _) if signs.peek().is_none() => {
                name.push_str(release);
                continue;
            }
            _ => {
                name.push(sign);
                continue;
            }
        }
        signs.next();
    }
    let words: Vec<&str> = name
        .split(' ')
        .map(|word| word.trim_end_matches('-'))
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

/// Words with capitals of their own.
const CAPITALS: [(&str, &str); 15] = [
    ("s", "SUPER"),
    ("hp", "HP"),
    ("hpe", "HPE"),
    ("asus", "ASUS"),
    ("asrock", "ASRock"),
    ("asrockrack", "ASRock Rack"),
    ("msi", "MSI"),
    ("evga", "EVGA"),
    ("gmktec", "GMKtec"),
    ("cwwk", "CWWK"),
    ("super", "SUPER"),
    ("elitedesk", "EliteDesk"),
    ("prodesk", "ProDesk"),
    ("elitebook", "EliteBook"),
    ("thinksystem", "ThinkSystem"),
];

fn capital(word: &str) -> String {
    let known = CAPITALS.iter().find(|(own, _)| *own == word);
    known.map_or_else(
        || {
            let mut signs = word.chars();
            let first = signs.next().map(|c| c.to_uppercase().to_string());
            first.unwrap_or_default() + signs.as_str()
        },
        |(_, name)| (*name).to_owned(),
    )
}

/// Whether the runs are a chipset's name.
fn is_chipset(line: &Line<'_>, at: usize) -> bool {
    let Some(atom) = line.atoms.get(at) else {
        return false;
    };
    let rows = table().by_word.get(atom.text).into_iter().flatten();
    let mut rows = rows.filter_map(|at| table().rows.get(*at));
    rows.any(|row| {
        let takes = |(place, element): (usize, &Element)| {
            let atom = line.atoms.get(at + place);
            element.is_optional || atom.is_some_and(|atom| element.takes(atom, place == 0))
        };
        row.kind == Kind::Chipset && row.elements.iter().enumerate().all(takes)
    })
}

#[cfg(test)]
mod tests;
