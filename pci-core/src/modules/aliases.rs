//! Module aliases of PCI functions, indexed by vendor and device.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use list_order::Order as _;

use super::fields::Fields;
use super::pattern::alias_matches;

/// Vendor and device of an alias, as written digits, if it names them.
type Named = (Option<[u8; 8]>, Option<[u8; 8]>);

/// The aliases of PCI functions in a `modules.alias` or `modules.builtin.modinfo`, in order.
///
/// A lookup only visits the aliases that name the function's vendor and device, or none: a fraction
/// of tens of thousands.
///
/// ```
/// use pci_core::modules::Aliases;
/// let aliases = Aliases::parse(
///     "alias pci:v000010ECd00008139sv*sd*bc*sc*i* 8139cp\n\
///      alias pci:v000010ECd00008139sv*sd*bc*sc*i* 8139too\n\
///      alias usb:v10EC* other\n",
/// );
/// let nic = "pci:v000010ECd00008139sv00001AF4sd00001100bc02sc00i00";
/// let modules: Vec<&str> = aliases.matching(nic).map(|alias| alias.module).collect();
/// assert_eq!(modules, ["8139cp", "8139too"]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Aliases {
    text: String,
    entries: Vec<Entry>,
    /// Entries in the kernel's form, by vendor and device.
    named: BTreeMap<Named, Vec<usize>>,
    /// Entries in another form.
    others: Vec<usize>,
}

#[derive(Clone, Debug)]
struct Entry {
    pattern: Range<usize>,
    module: Range<usize>,
    place: usize,
    fields: Option<Fields>,
}

/// A pattern, and its module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Alias<'a> {
    /// The pattern: `pci:v000010DEd*sv*sd*bc03sc*i*`.
    pub pattern: &'a str,
    /// Module name, as in the file.
    pub module: &'a str,
    /// Its line in a `modules.alias`, or its string in a `modules.builtin.modinfo`, from 1.
    pub place: usize,
}

impl Aliases {
    /// Parses a `modules.alias`: lines `alias PATTERN MODULE` (depmod(8)). Other lines, and aliases
    /// of other buses, are skipped.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self::new(text, '\n', |line| {
            let (pattern, module) = line.strip_prefix("alias ")?.rsplit_once(' ')?;
            Some((pattern, module))
        })
    }

    /// Parses a `modules.builtin.modinfo`: NUL-terminated strings `MODULE.alias=PATTERN`
    /// (`Documentation/kbuild/kbuild.rst`, "modules.builtin.modinfo").
    #[must_use]
    pub fn parse_builtin(text: &str) -> Self {
        Self::new(text, '\0', |line| {
            let (key, pattern) = line.split_once('=')?;
            Some((pattern, key.strip_suffix(".alias")?))
        })
    }

    fn new(text: &str, end: char, read: impl Fn(&str) -> Option<(&str, &str)>) -> Self {
        let mut aliases = Self::default();
        for (at, line) in text.split(end).enumerate() {
            let Some((pattern, module)) = read(line) else {
                continue;
            };
            if !pattern.starts_with("pci:") || module.is_empty() {
                continue;
            }
            let index = aliases.entries.len();
            let fields = Fields::parse(pattern);
            let entry = Entry {
                pattern: aliases.keep(pattern),
                module: aliases.keep(module),
                place: at + 1,
                fields,
            };
            aliases.entries.push(entry);
            match fields {
                Some(fields) => aliases
                    .named
                    .entry((fields.vendor, fields.device))
                    .or_default(),
                None => &mut aliases.others,
            }
            .push(index);
        }
        aliases
    }

    fn keep(&mut self, text: &str) -> Range<usize> {
        let start = self.text.len();
        self.text.push_str(text);
        start..self.text.len()
    }

    /// Number of aliases of PCI functions.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The aliases that match `modalias`, as kmod matches them, in order: a module with several
    /// matches is repeated.
    pub fn matching<'a>(&'a self, modalias: &'a str) -> impl Iterator<Item = Alias<'a>> + 'a {
        let function = Fields::parse(modalias).filter(|_| !modalias.contains('*'));
        let mut found: Vec<usize> = Vec::new();
        if let Some(function) = function {
            for key in [
                (None, None),
                (None, function.device),
                (function.vendor, None),
                (function.vendor, function.device),
            ] {
                let named = self.named.get(&key).into_iter().flatten().copied();
                found.extend(named.filter(|index| {
                    let entry = self.entries.get(*index);
                    let fields = entry.and_then(|entry| entry.fields.as_ref());
                    fields.is_some_and(|fields| fields.match_function(&function))
                }));
            }
            found.extend(
                self.others
                    .iter()
                    .filter(|index| self.is_match(**index, modalias)),
            );
        } else {
            // Not in the kernel's form: any alias may match.
            found.extend((0..self.entries.len()).filter(|index| self.is_match(*index, modalias)));
        }
        found.order();
        found.into_iter().filter_map(|index| self.alias(index))
    }

    fn is_match(&self, index: usize, modalias: &str) -> bool {
        self.alias(index)
            .is_some_and(|alias| alias_matches(alias.pattern, modalias))
    }

    fn alias(&self, index: usize) -> Option<Alias<'_>> {
        let entry = self.entries.get(index)?;
        Some(Alias {
            pattern: self.text.get(entry.pattern.clone())?,
            module: self.text.get(entry.module.clone())?,
            place: entry.place,
        })
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    fn modules<'a>(aliases: &'a Aliases, modalias: &'a str) -> Vec<&'a str> {
        aliases
            .matching(modalias)
            .map(|alias| alias.module)
            .collect()
    }

    #[test]
    fn patterns_of_class_and_vendor_count() {
        let aliases = Aliases::parse(
            "# Aliases extracted from modules themselves.\n\
             alias pci:v*d*sv*sd*bc04sc03i00* snd_hda_intel\n\
             alias pci:v000010DEd*sv*sd*bc03sc00i00* nvidia\n\
             alias pci:v000010DEd*sv*sd*bc03sc00i00* nouveau\n\
             alias usb:v10DEp* other\n\
             alias pci:v00001002d*sv*sd*bc03sc00i00* amdgpu\n\
             alias pci:v000010DEd00002D04sv*sd*bc*sc*i* special\n\
             alias pci:v000010?Ed*sv*sd*bc03sc00i00* odd\n\
             alias pci:broken\n",
        );
        assert_eq!(aliases.len(), 6);
        let gpu = "pci:v000010DEd00002D04sv000010B0sd0000205Ebc03sc00i00";
        assert_eq!(
            modules(&aliases, gpu),
            ["nvidia", "nouveau", "special", "odd"]
        );
        let places: Vec<_> = aliases.matching(gpu).map(|alias| alias.place).collect();
        assert_eq!(places, [3, 4, 7, 8]);
        let audio = "pci:v000010DEd000022EBsv000010B0sd0000205Ebc04sc03i00";
        assert_eq!(modules(&aliases, audio), ["snd_hda_intel"]);
        for other in ["pci:v", "", "pci:v000010DEd", "usb:v10DEp1"] {
            assert!(modules(&aliases, other).is_empty(), "{other}");
        }
    }

    #[test]
    fn the_index_finds_what_a_look_at_each_finds() {
        let text: String = (0..400)
            .map(|at| {
                let vendor = ["000010DE", "00008086", "*", "0000?086"][at % 4];
                let device = [
                    "*",
                    "00001234",
                    "00004321",
                    "0000[1-4]234",
                    "0000-234",
                    "*4",
                ][at % 6];
                let class = ["bc03sc00i00*", "bc*sc*i*", "bc02sc*i*"][at % 3];
                format!("alias pci:v{vendor}d{device}sv*sd*{class} m{at}\n")
            })
            .collect();
        let aliases = Aliases::parse(&text);
        for modalias in [
            "pci:v000010DEd00001234sv00000000sd00000000bc03sc00i00",
            "pci:v00008086d00004321sv00000000sd00000000bc02sc00i00",
            "pci:v00008086d00009999sv00000000sd00000000bc03sc00i00",
            "pci:v00008086d0000-234sv00000000sd00000000bc03sc00i00",
            "pci:v0000ABCDd00001234sv00000000sd00000000bc03sc00i01",
            "pci:v000010DEd00001234sv00000000sd00000000bc03sc00i00*",
            "pci:v*d00001234sv00000000sd00000000bc03sc00i00",
            "pci:v0000",
        ] {
            let each: Vec<_> = text
                .lines()
                .filter_map(|line| {
                    let mut words = line.split(' ').skip(1);
                    let (pattern, module) = (words.next()?, words.next()?);
                    alias_matches(pattern, modalias).then_some(module)
                })
                .collect();
            assert_eq!(modules(&aliases, modalias), each, "{modalias}");
        }
    }

    #[test]
    fn any_text_is_a_list() {
        let whole = "alias pci:v000010DEd*sv*sd*bc03sc00i00* nvidia\n\
                     alias pci:v000010DEd00002D0[4-5]sv*sd*bc*sc*i* special\n\
                     ahci.alias=pci:v*d*sv*sd*bc01sc06i01*\0";
        let modalias = "pci:v000010DEd00002D04sv000010B0sd0000205Ebc03sc00i00";
        let mut numbers = testkit::Random::new(0x2545_f491_4f6c_dd1d);
        for round in 0..3000 {
            let state = numbers.number();
            let at = usize::try_from(state >> 40).unwrap();
            let mut text = String::from(whole).into_bytes();
            let length = text.len();
            match round % 3 {
                0 => text.truncate(at % length),
                1 => text[at % length] = state.to_le_bytes()[0],
                _ => text.insert(at % length, b"*?[]\\-\0\n"[at % 8]),
            }
            let text = String::from_utf8_lossy(&text);
            for aliases in [Aliases::parse(&text), Aliases::parse_builtin(&text)] {
                for name in [modalias, text.get(6..60).unwrap_or("pci:")] {
                    assert!(aliases.matching(name).count() <= aliases.len());
                }
            }
        }
    }

    #[test]
    fn built_in_modules_are_named_by_their_key() {
        let aliases = Aliases::parse_builtin(
            "ahci.alias=pci:v*d*sv*sd*bc01sc06i01*\0ahci.license=GPL\0\
             ahci.parm=x:alias=y\0 nvme.file=drivers/nvme\0ahci.alias=acpi*:X\0.alias=pci:v*\0",
        );
        let disk = "pci:v00008086d0000A352sv00001043sd00008694bc01sc06i01";
        assert_eq!(modules(&aliases, disk), ["ahci"]);
        assert_eq!(aliases.len(), 1);
    }
}
