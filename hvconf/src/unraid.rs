//! Unraid: `/boot/config/vfio-pci.cfg`, which the system's start script binds
//! functions to vfio-pci by. The guest is a libvirt domain.

use core::fmt;

use pci_core::{Address, PciId};

use crate::description::Description;
use crate::emitted::{
    Emitted, EmittedFile, Found, Line, Part, ReadBack, ReadError, Step, Versions,
};
use crate::lines;

/// Where the file is.
pub const PATH: &str = "/boot/config/vfio-pci.cfg";

/// One function of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoundFunction {
    /// Where it is.
    pub address: Address,
    /// What has to be found there: Unraid leaves another function alone.
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
/// file.add(gpu);
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

    /// The line that counts, the first, with its span and number.
    fn line(&self) -> Option<(u32, core::ops::Range<usize>, &str)> {
        lines::spans(&self.text)
            .find(|(_, _, line)| line.starts_with("BIND="))
            .map(|(number, span, line)| (number, span.start + 5..span.start + line.len(), line))
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        let value = self.line().and_then(|(_, span, _)| self.text.get(span));
        value.unwrap_or_default().split_whitespace()
    }

    /// The functions that are bound.
    pub fn functions(&self) -> impl Iterator<Item = BoundFunction> {
        self.words().filter_map(bound)
    }

    /// The words that name no function, such as an id alone: Unraid binds nothing by
    /// them.
    pub fn faults(&self) -> impl Iterator<Item = &str> {
        self.words().filter(|word| bound(word).is_none())
    }

    /// Adds a function; one at the same address is replaced where its id is
    /// another.
    pub fn add(&mut self, function: BoundFunction) {
        let old = self
            .words()
            .find(|word| bound(word).is_some_and(|one| one.address == function.address))
            .map(str::to_owned);
        if let Some(old) = old {
            if bound(&old) != Some(function) {
                self.replace(&old, &function.to_string());
            }
            return;
        }
        self.text = match self.line() {
            None => lines::with_line(&self.text, &format!("BIND={function}")),
            Some((_, span, _)) => {
                let value = self.text.get(span.clone()).unwrap_or_default();
                let end = span.start + value.trim_end().len();
                let blank = if value.trim().is_empty() { "" } else { " " };
                lines::splice(&self.text, end..end, &format!("{blank}{function}"))
            }
        };
    }

    /// Takes the function at `address` out; a line of its own goes with it.
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
        let Some((_, span, _)) = self.line() else {
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

    /// What the file binds, as a description.
    ///
    /// # Errors
    /// When a word is no function, or nothing is bound.
    pub fn read(&self) -> Result<ReadBack, ReadError> {
        let mut found = Found::default();
        if let (Some(word), Some((line, ..))) = (self.faults().next(), self.line()) {
            return Err(ReadError::Refused {
                line,
                reason: format!("expected address|vendor:device, found {word:?}"),
            });
        }
        for function in self.functions() {
            found.function(function.address);
        }
        Ok(ReadBack {
            description: found.describe(None)?,
            lost: found.lost,
        })
    }
}

impl fmt::Display for VfioPciCfg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The file that binds the functions of `vm` alone; one that exists is edited
/// ([`VfioPciCfg::add`]). The guest is a libvirt domain.
#[must_use]
pub fn emit(vm: &Description) -> Emitted {
    let mut file = VfioPciCfg::parse("");
    for function in vm.passed.functions() {
        file.add(BoundFunction {
            address: function.address,
            id: function.id,
        });
    }
    let text = file.to_string();
    let mut emitted = EmittedFile::new(PATH);
    let why = "vfio-pci takes the functions at boot, each while its ids are there";
    let line = Line::new(text.trim_end(), why);
    emitted.push(line.in_versions(Versions::from("Unraid", "6.9")));
    Emitted {
        files: vec![emitted],
        steps: vec![Step {
            name: "unraid-guest",
            text: "reboot, then choose the functions in the machine's form under VMS, or give it \
                   the hostdevs of a libvirt domain in its XML view"
                .to_owned(),
        }],
        lost: Part::unplaced(vm, "vfio-pci.cfg", &[]),
        ..Emitted::default()
    }
}

/// `0000:01:00.0|10de:2204`; the domain and the id may be missing.
fn bound(word: &str) -> Option<BoundFunction> {
    let (address, id) = match word.split_once('|') {
        Some((address, id)) => (address, Some(id)),
        None => (word, None),
    };
    let id = match id {
        Some(id) => Some(id.parse().ok()?),
        None => None,
    };
    Some(BoundFunction {
        address: address.parse().ok()?,
        id,
    })
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
    fn set_twice_is_set_once_and_unset_gives_the_bytes_back() {
        for before in [
            "",
            "BIND=\n",
            "BIND=0000:02:00.0|8086:10d3\n",
            "# a\r\nBIND=02:00.0 03:00.0|1912:0014 \nOTHER=1",
        ] {
            let mut file = VfioPciCfg::parse(before);
            file.add(gpu());
            let once = file.clone();
            file.add(gpu());
            assert_eq!(file, once);
            assert_eq!(file.functions().filter(|one| *one == gpu()).count(), 1);
            file.remove(gpu().address);
            let same =
                file.to_string() == before || before == "BIND=\n" && file.to_string().is_empty();
            assert!(same, "{before:?} {file}");
        }
        let mut moved = VfioPciCfg::parse("BIND=0000:01:00.0|8086:10d3 x 10de:2204\n");
        moved.add(gpu());
        assert_eq!(
            moved.to_string(),
            "BIND=0000:01:00.0|10de:2204 x 10de:2204\n"
        );
        assert_eq!(moved.faults().collect::<Vec<_>>(), ["x", "10de:2204"]);
        assert!(moved.read().is_err());
    }
}
