//! Root Complex Link, and Root Complex Event Collector Endpoint Association.

use core::fmt::{self, Write};

use crate::config::extended::{
    ElementType, LinkDescriptionFlags, RootComplexEventCollector, RootComplexLink,
    RootComplexLinkDeclaration,
};
use crate::lspci::write::options::Verbosity;
use crate::lspci::write::sign::Sign;

/// Writes the lines below the title of Root Complex Link.
pub(super) fn link(declared: &RootComplexLinkDeclaration, out: &mut dyn Write) -> fmt::Result {
    let description = declared.description;
    write!(
        out,
        "\t\tDesc:\tPortNumber={:02x} ComponentID={:02x} EltType=",
        description.port_number, description.component_id
    )?;
    // The type is printed as if it had 8 bits.
    let [low, ..] = description.bits().to_le_bytes();
    match ElementType(low).name() {
        Some(name) => writeln!(out, "{name}")?,
        None => writeln!(out, "??{low}")?,
    }
    for (index, link) in declared.links.iter().enumerate() {
        write!(out, "\t\tLink{index}:\t")?;
        write_link(link, out)?;
    }
    // The first one that was not shown.
    if declared.links.len() < usize::from(description.link_entries) {
        writeln!(out, "\t\tLink{}:\t<unreadable>", declared.links.len())?;
    }
    Ok(())
}

fn write_link(link: &RootComplexLink, out: &mut dyn Write) -> fmt::Result {
    let description = link.description;
    let is = |flag| description.flags.contains(flag);
    let config = is(LinkDescriptionFlags::LINK_TYPE_CONFIGURATION_SPACE);
    writeln!(
        out,
        "Desc:\tTargetPort={:02x} TargetComponent={:02x} AssocRCRB{} LinkType={} LinkValid{}",
        description.target_port_number,
        description.target_component_id,
        Sign(is(LinkDescriptionFlags::ASSOCIATE_RCRB_HEADER)),
        if config { "Config" } else { "MemMapped" },
        Sign(is(LinkDescriptionFlags::LINK_VALID))
    )?;
    let address = link.address;
    if !config {
        return writeln!(out, "\t\t\tAddr:\t{address:016x}");
    }
    // How many bits of the bus there are, 0 standing for 8.
    let count = match address & 7 {
        0 => 8,
        count => count,
    };
    let bus = address >> 20 & ((1 << count) - 1);
    let (device, function) = (address >> 15 & 0x1f, address >> 12 & 7);
    writeln!(
        out,
        "\t\t\tAddr:\t{bus:02x}:{device:02x}.{function}  CfgSpace={address:016x}"
    )
}

/// Writes the lines below the title of Root Complex Event Collector Endpoint
/// Association.
pub(super) fn event_collector(
    collector: &RootComplexEventCollector,
    verbosity: Verbosity,
    out: &mut dyn Write,
) -> fmt::Result {
    // What stands for nothing is written with the numbers only where everything is.
    let everything = verbosity == Verbosity::Everything;
    out.write_str("\t\tRCiEPBitmap: ")?;
    let bitmap = collector.association_bitmap;
    if bitmap == 0 {
        out.write_str(if everything { "00000000 " } else { "" })?;
        out.write_str("[none]")?;
    } else {
        out.write_str("RCiEP at Device(s):")?;
        devices(bitmap, out)?;
    }
    out.write_char('\n')?;
    let Some(buses) = collector.bus_numbers else {
        return Ok(());
    };
    out.write_str("\t\tAssociatedBusNumbers:")?;
    let none = buses.next_bus == 0xff && buses.last_bus == 0;
    if everything || !none {
        write!(out, " {:02x}-{:02x}", buses.next_bus, buses.last_bus)?;
    }
    out.write_str(if none { " [none]\n" } else { "\n" })
}

/// Writes the devices as ranges. A range that goes on to the last device is left
/// without its end.
fn devices(bitmap: u32, out: &mut dyn Write) -> fmt::Result {
    let is = |device: u32| device < 32 && bitmap >> device & 1 != 0;
    let mut between = "";
    for device in (0..32).filter(|device| is(*device)) {
        let begins = device == 0 || !is(device - 1);
        if begins {
            write!(out, "{between} {device}")?;
            between = ",";
        } else if device < 31 && !is(device + 1) {
            write!(out, "-{device}")?;
        }
    }
    Ok(())
}
