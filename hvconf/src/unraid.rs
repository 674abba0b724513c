//! Unraid: `/boot/config/vfio-pci.cfg`, which the system's start script binds
//! functions to vfio-pci by. The guest is a libvirt domain.

#[cfg(feature = "convert")]
mod format;

use core::fmt;

use host_tree::lines;
use pci_core::{Address, PciId};

use crate::description::Description;
use crate::emitted::{
    Emitted, EmittedFile, Feature, Found, Line, ManualStep, NotConverted, ReadBack, Versions,
};
use crate::error::{Cause, Error};

#[cfg(feature = "convert")]
pub(crate) use format::FORMAT;

/// Where the file is.
pub const PATH: &str = "/boot/config/vfio-pci.cfg";

/// One function of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoundFunction {
    /// Where it is.
    pub address: Address,
    /// The expected ID: Unraid does not bind another function.
    pub id: Option<PciId>,
}

impl fmt::Display for BoundFunction {
    /// `0000:01:00.0|10de:2204`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.address)?;
        match self.id {
            Some(id) => write!(f, "|{id}"),
            None => Ok(()),
        }
    }
}

/// The file, read: one line `BIND=`, and blanks between functions.
///
/// ```
/// use hvconf::unraid::{BoundFunction, VfioPciCfg};
/// let mut file = VfioPciCfg::parse("BIND=0000:02:00.0|8086:10d3\n");
/// let gpu = BoundFunction { address: "01:00.0".parse()?, id: Some("10de:2204".parse()?) };
/// file.add(gpu)?;
/// assert_eq!(file.to_string(), "BIND=0000:02:00.0|8086:10d3 0000:01:00.0|10de:2204\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VfioPciCfg {
    text: String,
}

impl VfioPciCfg {
    /// Reads any text.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self {
            text: text.to_owned(),
        }
    }

    /// The line that counts, with its number and the span of what it binds: the last one that has
    /// a value, else the first. One pair of quotes around the value is not one of it.
    fn line(&self) -> Option<(u32, core::ops::Range<usize>)> {
        let mut counts = None;
        for (number, span, line) in lines::spans(&self.text) {
            let Some(value) = line.strip_prefix("BIND=") else {
                continue;
            };
            let value = value.trim_end();
            if counts.is_none() || !value.is_empty() {
                let quoted = value
                    .strip_prefix('"')
                    .and_then(|rest| rest.strip_suffix('"'));
                let start = span.start + "BIND=".len() + usize::from(quoted.is_some());
                let end = start + quoted.unwrap_or(value).len();
                counts = Some((number, start..end));
            }
        }
        counts
    }

    /// The line that takes effect, from 1; `None` without one.
    #[must_use]
    pub fn line_number(&self) -> Option<u32> {
        self.line().map(|(number, _)| number)
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        let value = self.line().and_then(|(_, span)| self.text.get(span));
        value.unwrap_or_default().split_whitespace()
    }

    /// The functions that are bound.
    pub fn functions(&self) -> impl Iterator<Item = BoundFunction> {
        self.words().filter_map(bound)
    }

    /// IDs without an address: Unraid binds the function with the ID if there is only one.
    pub fn ids(&self) -> impl Iterator<Item = PciId> {
        self.words().filter_map(|word| word.parse().ok())
    }

    /// The invalid words: Unraid ignores them.
    pub fn faults(&self) -> impl Iterator<Item = &str> {
        let is_id = |word: &&str| word.parse::<PciId>().is_ok();
        self.words()
            .filter(move |word| bound(word).is_none() && !is_id(word))
    }

    /// Adds a function; one at the same address is replaced where its id is
    /// another.
    ///
    /// # Errors
    /// When its domain has more than four digits: Unraid accepts no such address.
    pub fn add(&mut self, function: BoundFunction) -> Result<(), Error> {
        if function.address.domain() > 0xffff {
            return Err(Cause::WideDomain(function.address).into());
        }
        let old = self
            .words()
            .find(|word| bound(word).is_some_and(|one| one.address == function.address))
            .map(str::to_owned);
        if let Some(old) = old {
            if bound(&old) != Some(function) {
                self.replace(&old, &function.to_string());
            }
            return Ok(());
        }
        self.text = match self.line() {
            None => lines::with_line(&self.text, &format!("BIND={function}")),
            Some((_, span)) => {
                let value = self.text.get(span.clone()).unwrap_or_default();
                let end = span.start + value.trim_end().len();
                let blank = if value.trim().is_empty() { "" } else { " " };
                lines::splice(&self.text, end..end, &format!("{blank}{function}"))
            }
        };
        Ok(())
    }

    /// Removes the function at `address`, and its line if it is the only one.
    pub fn remove(&mut self, address: Address) {
        let found = self
            .words()
            .find(|word| bound(word).is_some_and(|one| one.address == address))
            .map(str::to_owned);
        let Some(word) = found else { return };
        let alone = format!("BIND={word}");
        let own = lines::spans(&self.text)
            .find(|(_, _, line)| *line == alone)
            .map(|(_, span, _)| span);
        match own {
            Some(span) => self.text = lines::without_line(&self.text, span),
            None => self.replace(&word, ""),
        }
    }

    /// Puts a word in place of another; an empty one with the blank before it.
    fn replace(&mut self, old: &str, new: &str) {
        let Some((_, span)) = self.line() else {
            return;
        };
        let value = self.text.get(span.clone()).unwrap_or_default();
        let mut at = 0;
        for part in value.split_inclusive(char::is_whitespace) {
            let word = part.trim_end();
            if word == old {
                let mut from = span.start + at;
                let to = from + word.len();
                if new.is_empty() && value.get(..at).is_some_and(|before| before.ends_with(' ')) {
                    from -= 1;
                }
                self.text = lines::splice(&self.text, from..to, new);
                return;
            }
            at += part.len();
        }
    }

    /// Reads the bound functions as a description.
    ///
    /// # Errors
    /// If a word is not a function, or nothing is bound.
    pub fn read(&self) -> Result<ReadBack, Error> {
        let mut found = Found::default();
        if let (Some(word), Some((line, _))) = (self.faults().next(), self.line()) {
            return Err(Cause::Rejected {
                reason: format!("expected address|vendor:device, found {word:?}"),
            }
            .at(line));
        }
        for function in self.functions() {
            found.identified(function.address, function.id);
        }
        for id in self.ids() {
            let why = "it names the only function with these IDs";
            found
                .not_converted
                .push(NotConverted::new(id.to_string(), why));
        }
        Ok(ReadBack {
            description: found.describe(None)?,
            not_converted: found.not_converted,
        })
    }
}

impl fmt::Display for VfioPciCfg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The file that binds the functions of `vm` only; one that exists is edited
/// ([`VfioPciCfg::add`]). The guest is a libvirt domain.
#[must_use]
pub fn emit(vm: &Description) -> Emitted {
    let mut file = VfioPciCfg::parse("");
    let mut not_converted = Feature::unsupported(vm, "vfio-pci.cfg", &[]);
    for function in vm.assigned.functions() {
        let bound = BoundFunction {
            address: function.address,
            id: function.id,
        };
        if let Err(error) = file.add(bound) {
            not_converted.push(NotConverted::new(function.to_string(), error.to_string()));
        }
    }
    let text = file.to_string();
    let mut emitted = EmittedFile::new(PATH);
    let why = "vfio-pci binds the functions at boot, each if its ID is there";
    let line = Line::new(text.trim_end(), why);
    emitted.push(line.in_versions(Versions::from("Unraid", "6.9")));
    Emitted {
        files: vec![emitted],
        steps: vec![ManualStep {
            name: "unraid-guest",
            text: "reboot, then choose the functions in the machine's form under VMS, or add the \
                   hostdevs of a libvirt domain in its XML view"
                .to_owned(),
        }],
        not_converted,
        ..Emitted::default()
    }
}

/// `0000:01:00.0|10de:2204`, in either order; the domain, of four digits, and the id
/// may be missing (Unraid's `sbin/vfio-pci-bind.sh`).
fn bound(word: &str) -> Option<BoundFunction> {
    let (one, other) = match word.split_once('|') {
        Some((one, other)) => (one, Some(other)),
        None => (word, None),
    };
    let address = |text: &str| {
        let short = matches!(text.len(), 7 | 12);
        short.then(|| text.parse::<Address>().ok()).flatten()
    };
    let (address, id) = match (address(one), other) {
        (Some(address), id) => (address, id),
        (None, other) => (address(other?)?, Some(one)),
    };
    let id = match id {
        Some("") | None => None,
        Some(id) => Some(id.parse().ok()?),
    };
    Some(BoundFunction { address, id })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gpu() -> BoundFunction {
        BoundFunction {
            address: "01:00.0".parse().unwrap(),
            id: Some("10de:2204".parse().unwrap()),
        }
    }

    #[test]
    fn set_twice_is_set_once_and_unset_restores_the_bytes() {
        for before in [
            "",
            "BIND=\n",
            "BIND=0000:02:00.0|8086:10d3\n",
            "# a\r\nBIND=02:00.0 03:00.0|1912:0014 \nOTHER=1",
        ] {
            let mut file = VfioPciCfg::parse(before);
            file.add(gpu()).unwrap();
            let once = file.clone();
            file.add(gpu()).unwrap();
            assert_eq!(file, once);
            assert_eq!(file.functions().filter(|one| *one == gpu()).count(), 1);
            file.remove(gpu().address);
            let same =
                file.to_string() == before || before == "BIND=\n" && file.to_string().is_empty();
            assert!(same, "{before:?} {file}");
        }
        let mut moved = VfioPciCfg::parse("BIND=0000:01:00.0|8086:10d3 x 10de:2204\n");
        moved.add(gpu()).unwrap();
        assert_eq!(
            moved.to_string(),
            "BIND=0000:01:00.0|10de:2204 x 10de:2204\n"
        );
        assert_eq!(moved.faults().collect::<Vec<_>>(), ["x"]);
        assert_eq!(moved.ids().count(), 1);
        assert!(moved.read().is_err());
    }

    #[test]
    fn the_last_line_counts_and_quotes_do_not() {
        let text = "BIND=0000:05:00.0\nBIND=\"0000:02:00.0|8086:10d3\"\nBIND=\n";
        let mut file = VfioPciCfg::parse(text);
        file.add(gpu()).unwrap();
        let last = "BIND=\"0000:02:00.0|8086:10d3 0000:01:00.0|10de:2204\"";
        assert_eq!(
            file.to_string(),
            format!("BIND=0000:05:00.0\n{last}\nBIND=\n")
        );
        file.remove(gpu().address);
        assert_eq!(file.to_string(), text);
        // In either order; and no domain of five digits.
        let file = VfioPciCfg::parse("BIND=10de:2204|01:00.0 10000:02:00.0\n");
        assert_eq!(file.functions().collect::<Vec<_>>(), [gpu()]);
        assert_eq!(file.faults().count(), 1);
        let vmd = BoundFunction {
            address: "10000:01:00.0".parse().unwrap(),
            id: None,
        };
        assert_eq!(
            VfioPciCfg::parse("").add(vmd),
            Err(Cause::WideDomain(vmd.address).into())
        );
    }
}
