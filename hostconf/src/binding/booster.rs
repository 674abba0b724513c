//! booster: `modules_force_load` in `/etc/booster.yaml`.
//!
//! booster loads these modules first, but does not wait for them before it searches the drivers of
//! the devices, and reads no `softdep` of modprobe.d, only its `options` (read in booster's
//! generator and init, July 2026). So vfio-pci can lose the race in an image with a driver of the
//! card: the driver must be excluded from the image with `modules: -DRIVER`, and loads later, from
//! the root, where modprobe applies `softdep`. Binding by address is impossible: booster runs no
//! scripts.

use core::fmt;
use core::ops::Range;

use host_tree::lines::{spans, splice, with_line};
use pci_core::modules::ModuleName;

use super::modprobe::same_module;
use crate::error::{Cause, Error};

/// The configuration.
pub const CONF: &str = "/etc/booster.yaml";

/// `/etc/booster.yaml`, whose lists are comma-separated texts.
///
/// ```
/// use hostconf::binding::booster::BoosterConf;
/// let mut conf = BoosterConf::parse("compression: zstd\nmodules_force_load: nvme\n");
/// conf.force_load(&["vfio_pci".parse()?])?;
/// conf.exclude(&["nouveau".parse()?])?;
/// assert_eq!(
///     conf.to_string(),
///     "compression: zstd\nmodules_force_load: vfio_pci,nvme\nmodules: -nouveau\n"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoosterConf {
    text: String,
}

const FORCE: &str = "modules_force_load";
const MODULES: &str = "modules";

/// The keys whose values are lists.
pub const LISTS: [&str; 2] = [FORCE, MODULES];

impl BoosterConf {
    /// Reads a configuration; any text is one.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self {
            text: text.to_owned(),
        }
    }

    /// The modules that are loaded first.
    ///
    /// # Errors
    ///
    /// When the list is written in another way than one of commas.
    pub fn forced(&self) -> Result<Vec<&str>, Error> {
        self.list(FORCE)
    }

    /// Modules added to the image, and with a `-` those left out.
    ///
    /// # Errors
    ///
    /// When the list is written in another way than one of commas.
    pub fn modules(&self) -> Result<Vec<&str>, Error> {
        self.list(MODULES)
    }

    /// Has `modules` loaded before the others of the list.
    ///
    /// # Errors
    ///
    /// When the list is written in another way than one of commas.
    pub fn force_load(&mut self, modules: &[ModuleName]) -> Result<(), Error> {
        let mut all: Vec<String> = modules.iter().map(ToString::to_string).collect();
        for known in self.forced()? {
            if !modules.iter().any(|name| same_module(name.as_str(), known)) {
                all.push(known.to_owned());
            }
        }
        self.set(FORCE, &all)
    }

    /// Excludes `drivers` from the image.
    ///
    /// # Errors
    ///
    /// When the list is written in another way than one of commas.
    pub fn exclude(&mut self, drivers: &[ModuleName]) -> Result<(), Error> {
        let have = self.modules()?;
        let mut all: Vec<String> = have.iter().map(|word| (*word).to_owned()).collect();
        for driver in drivers {
            all.retain(|word| !same_module(word, driver.as_str()));
            let out = format!("-{driver}");
            if !all.iter().any(|word| same_module(word, &out)) {
                all.push(out);
            }
        }
        self.set(MODULES, &all)
    }

    fn list(&self, key: &'static str) -> Result<Vec<&str>, Error> {
        let span = self.value(key)?.unwrap_or_default();
        let value = self.text.get(span).unwrap_or_default();
        let words = value.split(',').map(str::trim);
        Ok(words.filter(|word| !word.is_empty()).collect())
    }

    fn set(&mut self, key: &'static str, words: &[String]) -> Result<(), Error> {
        let value = words.join(",");
        if self.list(key)? == words.iter().map(String::as_str).collect::<Vec<_>>() {
            return Ok(());
        }
        self.text = match self.value(key)? {
            Some(span) => {
                let before = self.text.get(..span.start).unwrap_or_default();
                let blank = if before.ends_with(':') { " " } else { "" };
                splice(&self.text, span, &format!("{blank}{value}"))
            }
            None => with_line(&self.text, &format!("{key}: {value}")),
        };
        Ok(())
    }

    /// Byte range of the value of a key at the left margin, without quotes and comment.
    fn value(&self, key: &'static str) -> Result<Option<Range<usize>>, Error> {
        let mut found = None;
        let mut lines = spans(&self.text).peekable();
        while let Some((line, span, content)) = lines.next() {
            let Some(rest) = content
                .strip_prefix(key)
                .and_then(|rest| rest.strip_prefix(':'))
            else {
                continue;
            };
            let start = span.start + content.len() - rest.len();
            let code = rest.split(" #").next().unwrap_or(rest).trim_end();
            let value = code.trim_start();
            let start = start + code.len() - value.len();
            let inner = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => match value.strip_suffix(quote) {
                    Some(_) if value.len() > 1 => start + 1..start + value.len() - 1,
                    _ => return Err(Cause::NotOneLine { key }.at(line)),
                },
                Some('[' | '{' | '|' | '>' | '&' | '*' | '!' | '#') => {
                    return Err(Cause::NotOneLine { key }.at(line));
                }
                _ => start..start + value.len(),
            };
            let content = self.text.get(inner.clone()).unwrap_or_default();
            let odd = content.contains(['"', '\'', '\\']) || content.contains(": ");
            // A value that continues on the next lines, which are indented.
            let more = lines
                .peek()
                .is_some_and(|(_, _, next)| next.starts_with([' ', '\t', '-']));
            if odd || more || found.is_some() {
                return Err(Cause::NotOneLine { key }.at(line));
            }
            found = Some(inner);
        }
        Ok(found)
    }
}

impl fmt::Display for BoosterConf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(words: &[&str]) -> Vec<ModuleName> {
        words.iter().map(|word| word.parse().unwrap()).collect()
    }

    #[test]
    fn modules_are_forced_once() {
        for (text, wanted) in [
            ("", "modules_force_load: vfio_pci,vfio\n"),
            (
                "modules_force_load:\n",
                "modules_force_load: vfio_pci,vfio\n",
            ),
            ("a: 1", "a: 1\nmodules_force_load: vfio_pci,vfio"),
            (
                "modules_force_load: \"nvidia, vfio-pci\" # x\nz: 1\n",
                "modules_force_load: \"vfio_pci,vfio,nvidia\" # x\nz: 1\n",
            ),
        ] {
            let mut conf = BoosterConf::parse(text);
            assert_eq!(conf.to_string(), text);
            conf.force_load(&names(&["vfio_pci", "vfio"])).unwrap();
            assert_eq!(conf.to_string(), wanted);
            conf.force_load(&names(&["vfio_pci", "vfio"])).unwrap();
            assert_eq!(conf.to_string(), wanted);
            assert_eq!(conf.forced().unwrap().first(), Some(&"vfio_pci"));
        }
    }

    #[test]
    fn other_forms_are_refused_with_their_line() {
        for text in [
            "x: 1\nmodules_force_load: [a]\n",
            "x: 1\nmodules_force_load:\n  - a\n",
            "x: 1\nmodules_force_load: 'a\n",
            "modules_force_load: a\nmodules_force_load: b\n",
        ] {
            let error = BoosterConf::parse(text).forced().unwrap_err();
            assert_eq!(error.line(), Some(2), "{text}");
        }
    }

    #[test]
    fn a_driver_is_left_out() {
        let mut conf = BoosterConf::parse("modules: nouveau,hid_apple\n");
        conf.exclude(&names(&["nouveau"])).unwrap();
        assert_eq!(conf.to_string(), "modules: hid_apple,-nouveau\n");
        let once = conf.clone();
        conf.exclude(&names(&["nouveau"])).unwrap();
        assert_eq!(conf, once);
    }

    #[test]
    fn no_text_makes_it_fail() {
        let sample = "modules_force_load: \"vfio_pci, a\" # \u{e4}\nmodules:\n - x\n";
        for end in (0..=sample.len()).filter(|end| sample.is_char_boundary(*end)) {
            let mut conf = BoosterConf::parse(sample.get(..end).unwrap());
            if conf.force_load(&names(&["vfio_pci", "vfio"])).is_ok() {
                let once = conf.clone();
                conf.force_load(&names(&["vfio_pci", "vfio"])).unwrap();
                assert_eq!(conf, once);
            }
            let _ = conf.exclude(&names(&["nouveau"]));
        }
    }
}
