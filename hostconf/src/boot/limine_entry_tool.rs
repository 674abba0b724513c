//! limine-entry-tool, which writes Limine's entries on CachyOS and Omarchy:
//! `/etc/default/limine`.
//!
//! The file is bash: `KERNEL_CMDLINE[default]="..."`, or `+=" ..."`, and one such array element
//! for each entry that differs. `limine-update` writes the entries again (limine-entry-tool's
//! README). Without a line here the tool uses the running kernel's options, so none is ever added
//! where there is none.

use core::fmt;

use super::change::OptionsChange;
use super::command_line::CommandLine;
use super::fragments::{self, Fragment};
use crate::error::{Cause, Error};

/// The file's path.
pub const PATH: &str = "/etc/default/limine";

/// More entries than this in one file are not looked at.
const MOST_NAMES: usize = 64;

/// The directory of drop-ins, which may contain elements, too.
pub const DROP_INS: &str = "/etc/limine-entry-tool.d";

/// `/etc/default/limine`, or one of its drop-ins.
///
/// ```
/// use hostconf::boot::change::OptionsChange;
/// use hostconf::boot::limine_entry_tool::Defaults;
/// let mut file = Defaults::parse("KERNEL_CMDLINE[default]+=\"root=/dev/sda2 quiet\"\n");
/// let change = OptionsChange { put: vec!["iommu=pt".parse()?], ..OptionsChange::default() };
/// file.change(&change)?;
/// assert_eq!(file.to_string(), "KERNEL_CMDLINE[default]+=\"root=/dev/sda2 quiet iommu=pt\"\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defaults {
    text: String,
}

impl Defaults {
    /// Reads the file; any text is one.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self {
            text: text.to_owned(),
        }
    }

    /// The names of the elements, each once, in order: `default`, `fallback`, or an
    /// entry's.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for line in self.text.lines() {
            if let Some(name) = line
                .split_once('=')
                .and_then(|(left, _)| element(left.trim()))
            {
                if !names.contains(&name) && names.len() < MOST_NAMES {
                    names.push(name);
                }
            }
        }
        names
    }

    /// The options of the entries of that name.
    ///
    /// # Errors
    ///
    /// When only bash can evaluate them.
    pub fn command_line(&self, name: &str) -> Result<CommandLine, Error> {
        let fragments = self.fragments(name)?;
        Ok(CommandLine::parse(&fragments::joined(
            &self.text, &fragments,
        )))
    }

    /// The line, from 1, of the last assignment to the element.
    #[must_use]
    pub fn line(&self, name: &str) -> Option<u32> {
        Some(self.fragments(name).ok()?.last()?.line)
    }

    /// Changes the options of all entries but `fallback`.
    ///
    /// # Errors
    ///
    /// If the options do not come from the file, or cannot be changed. The document is then
    /// unchanged.
    pub fn change(&mut self, change: &OptionsChange) -> Result<(), Error> {
        if self.command_line("default")?.get("root").is_none() {
            return Err(Cause::NoBase.into());
        }
        let names: Vec<String> = self.names().into_iter().map(str::to_owned).collect();
        let mut text = self.text.clone();
        for name in names.iter().filter(|name| *name != "fallback") {
            let file = Self::parse(&text);
            let fragments = file.fragments(name)?;
            let changed = fragments::change(&text, &fragments, change)?;
            let fragments = Self::parse(&changed.text).fragments(name)?;
            text = fragments::put_last(&changed.text, &fragments, &changed.left)?;
        }
        self.text = text;
        Ok(())
    }

    /// The assignments that count: from the last `=` on.
    fn fragments(&self, name: &str) -> Result<Vec<Fragment>, Error> {
        let all = fragments::assignments(&self.text, |left| element(left) == Some(name))?;
        let from = all
            .iter()
            .rposition(|fragment| !fragment.appends)
            .unwrap_or(0);
        Ok(all.get(from..).unwrap_or_default().to_vec())
    }
}

impl fmt::Display for Defaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The element that `KERNEL_CMDLINE[name]` names.
fn element(left: &str) -> Option<&str> {
    let left = left.strip_suffix('+').unwrap_or(left);
    let name = left.strip_prefix("KERNEL_CMDLINE[")?.strip_suffix(']')?;
    Some(name.trim_matches(['"', '\'']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn change(text: &str) -> Result<String, Error> {
        let mut file = Defaults::parse(text);
        let change = OptionsChange {
            put: vec![
                "iommu=pt".parse().unwrap(),
                "vfio-pci.ids=1:2".parse().unwrap(),
            ],
            remove: vec!["amd_iommu=on".parse().unwrap()],
            ..OptionsChange::default()
        };
        file.change(&change)?;
        let once = file.to_string();
        file.change(&change)?;
        assert_eq!(file.to_string(), once);
        Ok(once)
    }

    #[test]
    fn each_entry_but_the_fallback_is_changed() {
        let text = "# KERNEL_CMDLINE[default]=\"x\"\nESP_PATH=\"/boot\"\r\nKERNEL_CMDLINE[default]=\"root=/dev/sda2\"\n\
                    KERNEL_CMDLINE[default]+=\" amd_iommu=on vfio-pci.ids=3:4\"\nKERNEL_CMDLINE[default]+=\" quiet\" # x\n\
                    KERNEL_CMDLINE[\"linux-lts\"]='root=/dev/sda2'\nKERNEL_CMDLINE[fallback]=\"root=/dev/sda2\"";
        let after = text
            .replace(
                "\" amd_iommu=on vfio-pci.ids=3:4\"",
                "\" vfio-pci.ids=3:4,1:2\"",
            )
            .replace("\" quiet\"", "\" quiet iommu=pt\"")
            .replace(
                "'root=/dev/sda2'",
                "'root=/dev/sda2 iommu=pt vfio-pci.ids=1:2'",
            );
        assert_eq!(change(text).unwrap(), after);
    }

    #[test]
    fn where_the_options_come_from_elsewhere_nothing_is_written() {
        assert_eq!(change("ESP_PATH=/boot\n"), Err(Cause::NoBase.into()));
        assert_eq!(
            change("KERNEL_CMDLINE[default]+=\" quiet\"\n"),
            Err(Cause::NoBase.into())
        );
        let shell = change("KERNEL_CMDLINE[default]=\"root=$(x)\"\n").unwrap_err();
        assert_eq!((shell.kind(), shell.line()), (ErrorKind::Pieces, Some(1)));
    }
}
