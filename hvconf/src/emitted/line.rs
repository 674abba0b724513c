//! One line of a file.

use core::fmt;

/// The versions of a program for which a line or command is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Versions {
    /// The program: `libvirt`, `qemu-server`, …
    pub program: &'static str,
    /// The first version; `None` if all versions in use are included.
    pub from: Option<&'static str>,
    /// The last version; `None` if the newest is included.
    pub to: Option<&'static str>,
}

impl Versions {
    /// From version `from` of `program` on.
    #[must_use]
    pub const fn from(program: &'static str, from: &'static str) -> Self {
        Self {
            program,
            from: Some(from),
            to: None,
        }
    }

    /// Up to version `to` of `program`.
    #[must_use]
    pub const fn to(program: &'static str, to: &'static str) -> Self {
        Self {
            program,
            from: None,
            to: Some(to),
        }
    }

    /// From version `from` of `program` to `to`.
    #[must_use]
    pub const fn between(program: &'static str, from: &'static str, to: &'static str) -> Self {
        Self {
            program,
            from: Some(from),
            to: Some(to),
        }
    }
}

impl fmt::Display for Versions {
    /// `libvirt 8.2 and later`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { program, .. } = self;
        match (self.from, self.to) {
            (Some(from), None) => write!(f, "{program} {from} and later"),
            (None, Some(to)) => write!(f, "{program} up to {to}"),
            (Some(from), Some(to)) => write!(f, "{program} {from} to {to}"),
            (None, None) => write!(f, "any {program}"),
        }
    }
}

/// A line, or several of one setting.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Line {
    /// The text, without the last line end.
    pub text: String,
    /// The reason; empty where it only closes another line's block.
    pub purpose: String,
    /// The versions for which it is valid; `None` for all versions in use.
    pub versions: Option<Versions>,
}

impl Line {
    /// `text`, which is there because of `why`.
    #[must_use]
    pub fn new(text: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            purpose: why.into(),
            versions: None,
        }
    }

    /// The same, which holds in `versions` only.
    #[must_use]
    pub(crate) fn in_versions(self, versions: Versions) -> Self {
        Self {
            versions: Some(versions),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_read_as_a_sentence() {
        let say = |versions: Versions| versions.to_string();
        assert_eq!(
            say(Versions::from("libvirt", "8.2")),
            "libvirt 8.2 and later"
        );
        assert_eq!(say(Versions::to("Linux", "6.1")), "Linux up to 6.1");
        assert_eq!(
            say(Versions::between("ESXi", "6.5", "8.0")),
            "ESXi 6.5 to 8.0"
        );
    }
}
