//! The functions that the driver ppt reserves for guests: `pptdevs` in `/boot/loader.conf`.

use pci_core::Address;
use pci_core::notation::PassthruDevice;

use super::assignments::Assignments;
use crate::error::{Cause, Error};

/// The variables that vmm(4) looks at, these three alone
/// (`sys/amd64/vmm/io/ppt.c`, `pptdevs` in vmm(4)).
const KEYS: [&str; 3] = ["pptdevs", "pptdevs2", "pptdevs3"];

/// The longest value of a variable of the kernel's environment
/// (`sys/sys/kenv.h`, `KENV_MVALLEN`).
const LONGEST: usize = 128;

/// `loader.conf`, with the functions that ppt reserves.
///
/// ```
/// use hvconf::bhyve::PptDevs;
/// let mut file = PptDevs::parse("pptdevs=\"2/0/0\" # network\n");
/// file.add("0a:00.0".parse()?)?;
/// file.add("0a:00.0".parse()?)?;
/// assert_eq!(file.to_string(), "pptdevs=\"2/0/0 10/0/0\" # network\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PptDevs {
    file: Assignments,
}

impl PptDevs {
    /// Reads any text.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self {
            file: Assignments::parse(text),
        }
    }

    /// The words of the three variables that are functions.
    pub fn functions(&self) -> impl Iterator<Item = Address> {
        self.words()
            .filter_map(|(_, word)| word.parse::<PassthruDevice>().ok())
            .map(PassthruDevice::address)
    }

    /// The words that are not addresses, each with its line: the kernel stops reading at such a
    /// word.
    pub fn faults(&self) -> impl Iterator<Item = (u32, &str)> {
        self.words()
            .filter(|(_, word)| word.parse::<PassthruDevice>().is_err())
    }

    fn words(&self) -> impl Iterator<Item = (u32, &str)> {
        KEYS.iter()
            .filter_map(|key| self.file.get(key))
            .flat_map(|line| line.value.split_whitespace().map(|word| (line.line, word)))
    }

    /// Reserves a function, and loads vmm(4). Existing reservations remain.
    ///
    /// # Errors
    /// If it is not in domain 0, or there is no room.
    pub fn add(&mut self, address: Address) -> Result<(), Error> {
        let device = PassthruDevice::new(address).ok_or(Cause::PptDomain(address))?;
        if !self.functions().any(|one| one == address) {
            let word = device.to_string();
            let room = KEYS.iter().find_map(|key| {
                let value = match self.file.get(key) {
                    Some(line) if !line.value.trim().is_empty() => format!("{} {word}", line.value),
                    _ => word.clone(),
                };
                (value.len() < LONGEST).then_some((*key, value))
            });
            let (key, value) = room.ok_or(Cause::PptFull(address))?;
            if value.contains(['\\', '\r']) {
                return Err(Cause::PptFull(address).into());
            }
            self.file.set(key, &value);
        }
        Ok(())
    }

    /// Releases a function; a variable is removed with its last word.
    pub fn remove(&mut self, address: Address) {
        for key in KEYS {
            let Some(line) = self.file.get(key) else {
                continue;
            };
            let is = |word: &&str| {
                word.parse::<PassthruDevice>()
                    .is_ok_and(|device| device.address() == address)
            };
            let words: Vec<&str> = line.value.split_whitespace().collect();
            let kept: Vec<&str> = words.iter().filter(|word| !is(word)).copied().collect();
            if kept.len() == words.len() {
                continue;
            }
            let value = kept.join(" ");
            if value.is_empty() {
                self.file.unset(key);
            } else {
                self.file.set(key, &value);
            }
        }
    }

    /// Sets the loader to load vmm(4), which ppt needs.
    pub fn load_vmm(&mut self) {
        let on = |value: &str| value.eq_ignore_ascii_case("yes");
        if !self
            .file
            .get("vmm_load")
            .is_some_and(|line| on(&line.value))
        {
            self.file.set("vmm_load", "YES");
        }
    }
}

impl core::fmt::Display for PptDevs {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.file.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_variables_are_filled_in_turn() {
        let mut file = PptDevs::parse("");
        let mut taken = Vec::new();
        let error = loop {
            let number = u8::try_from(taken.len()).unwrap();
            let address = Address::new(0, number, 31, 7).unwrap();
            match file.add(address) {
                Ok(()) => taken.push(address),
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), crate::ErrorKind::NoRoom);
        assert_eq!(file.functions().collect::<Vec<_>>(), taken);
        for line in file.to_string().lines() {
            assert!(line.split('"').nth(1).unwrap().len() < 128, "{line}");
        }
        assert_eq!(file.to_string().lines().count(), 3);
        let once = file.clone();
        file.add(taken[0]).unwrap();
        assert_eq!(file, once);
        for address in taken {
            file.remove(address);
        }
        assert_eq!(file.to_string(), "");
        let vmd = "10000:01:00.0".parse().unwrap();
        assert_eq!(file.add(vmd), Err(Cause::PptDomain(vmd).into()));
    }

    #[test]
    fn other_settings_are_kept() {
        let before = "# mine\nvmm_load=\"yes\"\npptdevs=\"1/0/0 x\"\n";
        let mut file = PptDevs::parse(before);
        assert_eq!(file.faults().collect::<Vec<_>>(), [(3, "x")]);
        file.load_vmm();
        file.add("02:00.0".parse().unwrap()).unwrap();
        file.remove("02:00.0".parse().unwrap());
        assert_eq!(file.to_string(), before);
    }
}
