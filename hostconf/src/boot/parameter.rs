//! One kernel option that is literal in every boot loader's file.

use core::fmt;
use core::str::FromStr;

use crate::error::{Cause, Error};

/// A kernel option, such as `quiet` or `vfio-pci.ids=10de:2d04`, of characters without a meaning in
/// a shell, GRUB's script language, the kernel's quoting or systemd-boot: `A-Z a-z 0-9 _ . , : = /
/// ( ) * @ + -`.
///
/// GRUB reads `;` as the end of a command and expands `$` without a word (grub-script-check
/// accepts both), so a wider set is not safe.
///
/// ```
/// use hostconf::boot::Parameter;
/// let ids: Parameter = "vfio-pci.ids=10de:2d04,10de:22eb".parse()?;
/// assert_eq!(ids.name(), "vfio-pci.ids");
/// assert_eq!(ids.value(), Some("10de:2d04,10de:22eb"));
/// assert!("quiet splash".parse::<Parameter>().is_err());
/// # Ok::<(), hostconf::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Parameter {
    name: String,
    value: Option<String>,
}

impl Parameter {
    /// The option `name` without a value, or `name=value`.
    ///
    /// # Errors
    ///
    /// If the name is empty, begins with `-` or contains `=`, or if a character is not read
    /// literally by all boot loaders.
    pub fn new(name: &str, value: Option<&str>) -> Result<Self, Error> {
        if name.is_empty() {
            return Err(Cause::NoName.into());
        }
        // "--" ends the kernel's options (kernel/params.c, parse_args).
        if name.starts_with('-') {
            return Err(Cause::Character {
                found: '-',
                offset: 0,
            }
            .into());
        }
        check(0, name, |c| is_plain(c) && c != '=')?;
        check(name.len() + 1, value.unwrap_or_default(), is_plain)?;
        Ok(Self {
            name: name.to_owned(),
            value: value.map(str::to_owned),
        })
    }

    /// The name, before the `=`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value, after the `=`; `None` without `=`.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)?;
        match &self.value {
            Some(value) => write!(f, "={value}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Parameter {
    type Err = Error;

    /// Reads `name` or `name=value`.
    fn from_str(text: &str) -> Result<Self, Error> {
        match text.split_once('=') {
            Some((name, value)) => Self::new(name, Some(value)),
            None => Self::new(text, None),
        }
    }
}

/// Finds the first character of `text`, which begins at byte `at`, that is not allowed.
fn check(at: usize, text: &str, is_allowed: fn(char) -> bool) -> Result<(), Error> {
    match text.char_indices().find(|(_, c)| !is_allowed(*c)) {
        Some((offset, found)) => Err(Cause::Character {
            found,
            offset: at + offset,
        }
        .into()),
        None => Ok(()),
    }
}

/// Whether `c` is literal in every boot loader's file.
pub(crate) fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_.,:=/()*@+-".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_could_break_out_are_refused_with_their_place() {
        for (text, offset) in [
            ("a b", 1),
            ("a=b\nc", 3),
            ("a=\"b\"", 2),
            ("a=$x", 2),
            ("a=`x`", 2),
            ("a=b;c", 3),
            ("a=b\\", 3),
            ("a=b'c", 3),
            ("a=\u{a0}", 2),
            ("--", 0),
            ("a=b\0", 3),
            ("a#", 1),
            ("a=~", 2),
            ("a=x{y", 3),
        ] {
            let error = text.parse::<Parameter>().unwrap_err();
            assert_eq!(error.offset(), Some(offset), "{text:?}: {error}");
        }
        assert_eq!("=x".parse::<Parameter>(), Err(Cause::NoName.into()));
        assert_eq!("".parse::<Parameter>(), Err(Cause::NoName.into()));
    }

    #[test]
    fn real_options_are_accepted() {
        for text in [
            "xen-pciback.hide=(0000:01:00.0)(0000:01:00.1)",
            "pcie_acs_override=downstream,multifunction",
            "pci=config_acs=xxx00xx@0000:00:03.0",
            "iommu=",
            "quiet",
        ] {
            assert_eq!(text.parse::<Parameter>().unwrap().to_string(), text);
        }
    }
}
