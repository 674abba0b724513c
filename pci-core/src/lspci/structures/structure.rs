//! Description of a structure.

use core::fmt::{self, Write};

use super::row::{Context, Part, Row};
use crate::config::{CapabilityId, ExtendedCapabilityId};
use crate::lspci::version::Version;

/// A structure of registers, with its `lspci` output.
#[derive(Clone, Copy, Debug)]
pub(in crate::lspci) struct Structure {
    pub(in crate::lspci) kind: CapabilityKind,
    /// Its specification; empty if not public.
    pub(in crate::lspci) source: &'static str,
    /// Its first line, after `Capabilities: [40] `.
    pub(in crate::lspci) title: &'static [Row],
    /// The lines below that.
    pub(in crate::lspci) rows: &'static [Row],
    /// Whether a label occurs with different bits, so that a line alone is ambiguous.
    pub(in crate::lspci) is_ambiguous: bool,
}

/// ID of a capability structure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CapabilityKind {
    /// In the first 256 bytes.
    Conventional(CapabilityId),
    /// From 0x100 on.
    Extended(ExtendedCapabilityId),
}

/// The capability `id` of the first 256 bytes.
pub(super) const fn conventional(
    id: u8,
    source: &'static str,
    title: &'static [Row],
    rows: &'static [Row],
) -> Structure {
    Structure {
        kind: CapabilityKind::Conventional(CapabilityId(id)),
        source,
        title,
        rows,
        is_ambiguous: false,
    }
}

/// The extended capability `id`.
pub(super) const fn extended(
    id: u16,
    source: &'static str,
    title: &'static [Row],
    rows: &'static [Row],
) -> Structure {
    Structure {
        kind: CapabilityKind::Extended(ExtendedCapabilityId(id)),
        source,
        title,
        rows,
        is_ambiguous: false,
    }
}

impl Structure {
    /// With labels that occur with different bits.
    pub(super) const fn ambiguous(self) -> Self {
        Self {
            is_ambiguous: true,
            ..self
        }
    }

    /// Whether `version` has a title for it.
    pub(in crate::lspci) fn is_named(&self, version: Version) -> bool {
        self.title.iter().any(|row| row.is_in(version))
    }

    /// Whether `version` prints lines below the title.
    fn is_decoded(&self, version: Version) -> bool {
        let is_mark = |row: &Row| {
            row.when.is_none() && matches!(row.part, Part::Text(text) if text.contains("<?>"))
        };
        !self
            .title
            .iter()
            .any(|row| is_mark(row) && row.is_in(version))
    }

    /// Writes the rest of the first line and, with `details`, the lines below it.
    pub(in crate::lspci) fn write(&self, cx: &Context<'_>, out: &mut dyn Write) -> fmt::Result {
        cx.rows(self.title, out)?;
        if cx.details && self.is_decoded(cx.version) {
            cx.rows(self.rows, out)?;
        }
        Ok(())
    }
}

#[cfg(feature = "serde")]
mod serde_kind {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{CapabilityId, CapabilityKind, ExtendedCapabilityId};

    #[derive(Serialize, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Number {
        Conventional(u8),
        Extended(u16),
    }

    impl Serialize for CapabilityKind {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            match self {
                Self::Conventional(id) => Number::Conventional(id.0),
                Self::Extended(id) => Number::Extended(id.0),
            }
            .serialize(serializer)
        }
    }

    impl<'de> Deserialize<'de> for CapabilityKind {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            Ok(match Number::deserialize(deserializer)? {
                Number::Conventional(id) => Self::Conventional(CapabilityId(id)),
                Number::Extended(id) => Self::Extended(ExtendedCapabilityId(id)),
            })
        }
    }
}
