//! Enhanced Allocation.

use core::fmt::{self, Write};

use crate::config::conventional::{
    AllocationEntry, AllocationEntryFlags, AllocationProperties, EnhancedAllocation,
};
use crate::lspci::write::options::Verbosity;
use crate::lspci::write::sign::Sign;

/// Writes the rest of the title, and the lines below it.
pub(super) fn write(
    allocation: &EnhancedAllocation,
    verbosity: Verbosity,
    out: &mut dyn Write,
) -> fmt::Result {
    write!(
        out,
        "Enhanced Allocation (EA): NumEntries={}",
        allocation.num_entries
    )?;
    if let Some((secondary, subordinate)) = allocation.fixed_buses {
        write!(out, ", secondary={secondary}, subordinate={subordinate}")?;
    }
    out.write_char('\n')?;
    if verbosity < Verbosity::VeryVerbose {
        return Ok(());
    }
    let mut entries = allocation.entries.iter().enumerate();
    entries.try_for_each(|(number, entry)| self::entry(number, entry, out))
}

fn entry(number: usize, entry: &AllocationEntry, out: &mut dyn Write) -> fmt::Result {
    let header = entry.header;
    let is = |flag| Sign(header.flags.contains(flag));
    writeln!(
        out,
        "\t\tEntry {number}: Enable{} Writable{} EntrySize={}",
        is(AllocationEntryFlags::ENABLE),
        is(AllocationEntryFlags::WRITABLE),
        header.entry_size,
    )?;
    out.write_str("\t\t\t BAR Equivalent Indicator: ")?;
    let indicator = header.bar_equivalent_indicator;
    match indicator.name() {
        Some(name) => writeln!(out, "{name}")?,
        None => writeln!(out, "reserved")?,
    }
    properties("PrimaryProperties", header.primary_properties, out)?;
    properties("SecondaryProperties", header.secondary_properties, out)?;
    number_of("Base", entry.base, entry.base_is_64_bit, out)?;
    number_of(
        "MaxOffset",
        entry.max_offset,
        entry.max_offset_is_64_bit,
        out,
    )
}

fn properties(name: &str, properties: AllocationProperties, out: &mut dyn Write) -> fmt::Result {
    match (properties, properties.name()) {
        (AllocationProperties::UNAVAILABLE, _) if name.starts_with("Sec") => writeln!(
            out,
            "\t\t\t {name}: entry unavailable for use, PrimaryProperties should be used"
        ),
        (_, Some(text)) => writeln!(out, "\t\t\t {name}: {text}"),
        (properties, None) => writeln!(out, "\t\t\t {name}: [{:02x}]", properties.0),
    }
}

/// Writes a number, whose upper half, where it has one, has no leading zeros.
fn number_of(name: &str, value: u64, is_wide: bool, out: &mut dyn Write) -> fmt::Result {
    let (upper, lower) = (value >> 32, value & 0xffff_ffff);
    match is_wide {
        true => writeln!(out, "\t\t\t {name}: {upper:x}{lower:08x}"),
        false => writeln!(out, "\t\t\t {name}: {lower:08x}"),
    }
}
