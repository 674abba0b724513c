//! Files on the host that a configuration names.

use core::fmt;
use core::str::FromStr;

use crate::error::{Cause, Error};

/// An absolute path of letters, digits and `/._+@-`, without an empty, `.` or `..`
/// component; 4095 bytes at most (the kernel's `PATH_MAX`).
///
/// No configuration format treats one of these characters specially; a comma,
/// which QEMU's options double, cannot be in it.
///
/// ```
/// use hvconf::description::HostPath;
/// assert!("/usr/share/OVMF/OVMF_CODE_4M.fd".parse::<HostPath>().is_ok());
/// assert!("/usr/share/../../etc/shadow".parse::<HostPath>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostPath(String);

impl HostPath {
    /// The path.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last component.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }
}

impl fmt::Display for HostPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for HostPath {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let Some(rest) = text.strip_prefix('/') else {
            return Err(Cause::HostPath { offset: 0 }.into());
        };
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._+@-".contains(&byte);
        if let Some(offset) = text.bytes().position(|byte| !plain(byte)) {
            return Err(Cause::HostPath { offset }.into());
        }
        if text.len() > 4095 {
            return Err(Cause::HostPath { offset: 4095 }.into());
        }
        let mut offset = 1;
        for component in rest.split('/') {
            if matches!(component, "" | "." | "..") {
                return Err(Cause::HostPath { offset }.into());
            }
            offset += component.len() + 1;
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_could_break_out_are_refused() {
        for (text, offset) in [
            ("", 0),
            ("a", 0),
            ("/", 1),
            ("//a", 1),
            ("/a/", 3),
            ("/a/../b", 3),
            ("/a,b", 2),
            ("/a b", 2),
            ("/a'b", 2),
            ("/a\n", 2),
        ] {
            assert_eq!(
                text.parse::<HostPath>(),
                Err(Cause::HostPath { offset }.into()),
                "{text}"
            );
        }
        let path: HostPath = "/a/b.fd".parse().unwrap();
        assert_eq!(path.file_name(), "b.fd");
    }
}
