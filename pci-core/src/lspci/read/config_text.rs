//! Serialization of configuration space: runs of hex digits, each with the offset of its first byte
//! (`{"0": "de10042d", "100": "01000200"}`).

use alloc::collections::BTreeMap;
use alloc::string::String;
use core::fmt::Write as _;

use serde::de::Error as _;
use serde::{Deserialize as _, Deserializer, Serializer};

use super::digits::{hex, hex8};
use crate::config::{ConfigBytes, EXTENDED_SIZE};

pub(super) fn serialize<S: Serializer>(
    config: &ConfigBytes,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let space = config.space();
    serializer.collect_map(space.shown().map(|run| {
        let mut text = String::new();
        let bytes = space.bytes(run.start, run.end.saturating_sub(run.start));
        for byte in bytes.unwrap_or_default() {
            // Writing to a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        (alloc::format!("{:x}", run.start), text)
    }))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<ConfigBytes, D::Error> {
    let runs = BTreeMap::<String, String>::deserialize(deserializer)?;
    let mut config = ConfigBytes::default();
    for (offset, text) in runs {
        let start = hex(&offset, offset.len())
            .and_then(|start| u16::try_from(start).ok())
            .filter(|start| *start < EXTENDED_SIZE)
            .ok_or_else(|| D::Error::custom("expected an offset below 0x1000"))?;
        let mut at = start;
        let mut rest = text.as_str();
        while !rest.is_empty() && at < EXTENDED_SIZE {
            let byte = hex8(rest, 2).ok_or_else(|| D::Error::custom("expected hex bytes"))?;
            config.set(at, &[byte]);
            rest = rest.get(2..).unwrap_or_default();
            at += 1;
        }
    }
    Ok(config)
}
