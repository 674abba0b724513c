//! Memory and processors as bhyve writes them.

use core::num::NonZeroU16;

use crate::description::{MemorySize, Topology};

/// The topology of the processors, if it is set: bhyve uses one for missing numbers (bhyve(8),
/// `-c`).
pub(super) fn topology(
    layout: [Option<&str>; 3],
    processors: Option<NonZeroU16>,
) -> Option<Topology> {
    layout.iter().flatten().next()?;
    let number = |text: Option<&str>| text.map_or(Some(1), |text| text.parse().ok());
    let [sockets, cores, threads] = layout.map(number);
    let topology = Topology::new(sockets?, cores?, threads?)?;
    (Some(topology.processors()) == processors).then_some(topology)
}

/// `8G`, `512M` (`-m` of bhyve(8); without a letter in MiB when below 1 MiB).
pub(super) fn memory(text: &str) -> Option<MemorySize> {
    let lower = text.to_ascii_lowercase();
    let end = lower
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(lower.len());
    let (digits, unit) = lower.split_at_checked(end)?;
    let number: u64 = digits.parse().ok()?;
    let factor = match unit {
        "k" | "kb" => 1 << 10,
        "m" | "mb" => 1 << 20,
        "g" | "gb" => 1 << 30,
        "t" | "tb" => 1 << 40,
        "" if number < 1 << 20 => 1 << 20,
        "" => 1,
        _ => return None,
    };
    MemorySize::from_bytes(number.checked_mul(factor)?)
}
