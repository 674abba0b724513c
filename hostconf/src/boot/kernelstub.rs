//! kernelstub, which boots Pop!_OS: `/etc/kernelstub/configuration`.
//!
//! The file is JSON; `user.kernel_options` is a list of options, and `kernelstub` without arguments
//! writes the entries of systemd-boot from it. Its `--delete-options` reorders the remaining
//! options (kernelstub 3.1, `application.py`, a set), which matters for `console=`: so the file is
//! edited instead.

use core::fmt;

use host_tree::lines::spans;

use super::change::OptionsChange;
use super::command_line::CommandLine;
use super::json::string_list;
use super::string_list::StringList;
use crate::error::{Cause, Error};

/// The file's path.
pub const PATH: &str = "/etc/kernelstub/configuration";

/// The list's place in the file.
const PLACE: [&str; 2] = ["user", "kernel_options"];

/// `/etc/kernelstub/configuration`.
///
/// ```
/// use hostconf::boot::change::OptionsChange;
/// use hostconf::boot::kernelstub::Configuration;
/// let mut file = Configuration::parse(r#"{"user": {"kernel_options": ["quiet", "splash"]}}"#);
/// let change = OptionsChange { put: vec!["iommu=pt".parse()?], ..OptionsChange::default() };
/// file.change(&change)?;
/// assert_eq!(file.to_string(), r#"{"user": {"kernel_options": ["quiet", "splash", "iommu=pt"]}}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configuration {
    text: String,
}

impl Configuration {
    /// Reads the file; any text is one.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self {
            text: text.to_owned(),
        }
    }

    fn list(&self) -> Result<StringList, Error> {
        string_list(&self.text, &PLACE).map_err(|offset| {
            Cause::ListNotFound {
                expected: "\"user\" with \"kernel_options\", a list of strings \
                       (kernelstub without arguments brings an old file up to date)",
            }
            .at(line_of(&self.text, offset))
        })
    }

    /// The options that kernelstub adds to `root=` and `ro`.
    ///
    /// # Errors
    ///
    /// When the file has no such list.
    pub fn command_line(&self) -> Result<CommandLine, Error> {
        self.list()?.line()
    }

    /// The line, from 1, on which the list begins.
    #[must_use]
    pub fn line(&self) -> Option<u32> {
        let list = self.list().ok()?;
        Some(line_of(&self.text, list.inner.start))
    }

    /// Changes the options.
    ///
    /// # Errors
    ///
    /// When the file has no such list, or an option cannot be put. The document
    /// is then as it was.
    pub fn change(&mut self, change: &OptionsChange) -> Result<(), Error> {
        let list = self.list()?;
        let mut meant = list.line()?;
        change.apply(&mut meant)?;
        let changed = Self::parse(&list.changed(&self.text, change)?);
        if changed.command_line()?.options().len() != meant.options().len()
            || change.difference(&changed.command_line()?)? != Default::default()
        {
            let line = line_of(&self.text, list.inner.start);
            return Err(Cause::NoEffect {
                reader: "kernelstub",
            }
            .at(line));
        }
        *self = changed;
        Ok(())
    }
}

impl fmt::Display for Configuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The line, from 1, that `offset` is on.
pub(super) fn line_of(text: &str, offset: usize) -> u32 {
    let line = spans(text).find(|(_, span, _)| offset < span.end);
    let last = || spans(text).last();
    line.or_else(last).map_or(1, |(number, _, _)| number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    const REAL: &str = "{\n  \"default\": {\n    \"kernel_options\": [\n      \"quiet\",\n      \"splash\"\n    ],\n    \
        \"esp_path\": \"/boot/efi\",\n    \"config_rev\": 3\n  },\n  \"user\": {\n    \"kernel_options\": [\n      \
        \"quiet\",\n      \"loglevel=0\",\n      \"splash\"\n    ],\n    \"esp_path\": \"/boot/efi\",\n    \
        \"config_rev\": 3\n  }\n}";

    fn change(put: &[&str], remove: &[&str]) -> OptionsChange {
        OptionsChange {
            put: put.iter().map(|text| text.parse().unwrap()).collect(),
            remove: remove.iter().map(|text| text.parse().unwrap()).collect(),
            ..OptionsChange::default()
        }
    }

    #[test]
    fn options_are_added_and_removed_without_a_trace() {
        for text in [
            REAL,
            "{\"user\":{\"kernel_options\":[\"quiet\"]}}",
            "{\"user\":{\"kernel_options\":[ ]}}\n",
            "{\"user\":{\"kernel_options\":[\r\n\"a\",\"b\"\r\n]}}",
        ] {
            let mut file = Configuration::parse(text);
            file.change(&change(&["iommu=pt", "vfio-pci.ids=10de:2d04"], &[]))
                .unwrap();
            let once = file.to_string();
            file.change(&change(&["iommu=pt", "vfio-pci.ids=10de:2d04"], &[]))
                .unwrap();
            assert_eq!(file.to_string(), once);
            file.change(&change(&[], &["iommu=pt", "vfio-pci.ids=10de:2d04"]))
                .unwrap();
            assert_eq!(file.to_string(), text);
        }
    }

    #[test]
    fn a_list_keeps_its_form_and_its_order() {
        let mut file = Configuration::parse(REAL);
        file.change(&change(&["iommu=pt"], &["quiet", "loglevel=0"]))
            .unwrap();
        let after =
            "\"user\": {\n    \"kernel_options\": [\n      \"splash\",\n      \"iommu=pt\"\n    ],";
        assert!(file.to_string().contains(after), "{file}");
        let mut file = Configuration::parse("{\"user\":{\"kernel_options\":[\"x\"]}}");
        file.change(&change(&["y"], &["x"])).unwrap();
        assert_eq!(file.to_string(), "{\"user\":{\"kernel_options\":[\"y\"]}}");
        let mut file = Configuration::parse(r#"{"user":{"kernel_options":["a b"]}}"#);
        let error = file.change(&change(&["x"], &[])).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ListNotFound);
        let old = Configuration::parse("{\"user\":\n{\"kernel_options\": \"quiet splash\"}}")
            .change(&change(&["x"], &[]))
            .unwrap_err();
        assert_eq!((old.kind(), old.line()), (ErrorKind::ListNotFound, Some(2)));
    }

    #[test]
    fn random_lists_settle() {
        let mut random = testkit::Random::new(0x2545_f491_4f6c_dd1d);
        let words = [
            "a",
            "iommu=pt",
            "iommu=soft",
            "vfio-pci.ids=1:2",
            "vfio_pci.ids=3:4",
            "b=c",
        ];
        for _ in 0..3000 {
            let mut text = String::from("{\"user\":{\"kernel_options\":[");
            for at in 0..random.below(6) {
                let comma = if at == 0 { "" } else { "," };
                let blank = ["", " ", "\n  "][random.below(3)];
                text.push_str(&format!(
                    "{comma}{blank}\"{}\"",
                    words[random.below(words.len())]
                ));
            }
            text.push_str([" ]}}", "]}}\n"][random.below(2)]);
            let wanted = change(&["iommu=pt", "vfio-pci.ids=5:6"], &["a", "iommu=soft"]);
            let mut file = Configuration::parse(&text);
            file.change(&wanted)
                .unwrap_or_else(|error| panic!("{text}: {error}"));
            let once = file.to_string();
            let meant = Configuration::parse(&text)
                .command_line()
                .unwrap()
                .to_string();
            let meant = wanted.applied(&meant).unwrap();
            assert_eq!(file.command_line().unwrap().to_string(), meant.trim());
            file.change(&wanted).unwrap();
            assert_eq!(file.to_string(), once);
        }
    }
}
