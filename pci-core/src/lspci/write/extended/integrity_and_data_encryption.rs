//! Integrity & Data Encryption.

use core::fmt::{self, Write};

use super::capability::UNREADABLE;
use super::flags::flags;
use crate::config::extended::{
    IdeCapabilityFlags, IdeControl, IdeStreamControl, IdeStreamControlFlags, IdeStreamStatus,
    IdeStreamStatusFlags, IntegrityAndDataEncryption, SelectiveIdeStream,
};
use crate::lspci::write::options::Verbosity;
use crate::lspci::write::page::Page;
use crate::lspci::write::registers::Registers;
use crate::lspci::write::sign::Sign;
use crate::lspci::write::version::Version;

/// Writes the lines below the title of the structure at `at`.
pub(super) fn write(
    ide: &IntegrityAndDataEncryption,
    registers: Registers<'_>,
    at: u16,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    let version = page.version();
    let verbosity = page.verbosity();
    capabilities(ide, version, out)?;
    let through = IdeControl::FLOW_THROUGH_ENABLE;
    writeln!(
        out,
        "\t\tIDECtl: FTEn{}",
        Sign(ide.control.contains(through))
    )?;
    let mut place = at + 0xc;
    let capabilities = ide.capabilities;
    let has = |flag| capabilities.flags.contains(flag);
    // Those between neighbours are there together or not at all.
    let links = 8 * (1 + u16::from(capabilities.link_ide_traffic_classes));
    if has(IdeCapabilityFlags::LINK_IDE_STREAM) && !registers.has(place, links) {
        return out.write_str(UNREADABLE);
    }
    for (index, stream) in ide.link_streams.iter().enumerate() {
        begin(place, verbosity, out)?;
        write!(out, "LinkIDE#{index} Ctl: ")?;
        control(stream.control, Kind::Link, version, out)?;
        begin(place + 4, verbosity, out)?;
        write!(out, "LinkIDE#{index} Sta: Status=")?;
        status(stream.status, out)?;
        place += 8;
    }
    for (index, stream) in ide.selective_streams.iter().enumerate() {
        place = selective(stream, index, place, page, out)?;
        if stream.addresses.len() < stream.address_associations.into() {
            return out.write_str(UNREADABLE);
        }
    }
    let streams = 1 + usize::from(capabilities.selective_ide_streams);
    if has(IdeCapabilityFlags::SELECTIVE_IDE_STREAMS) && ide.selective_streams.len() < streams {
        return out.write_str(UNREADABLE);
    }
    Ok(())
}

fn capabilities(
    ide: &IntegrityAndDataEncryption,
    version: Version,
    out: &mut dyn Write,
) -> fmt::Result {
    let capabilities = ide.capabilities;
    let has = |flag| capabilities.flags.contains(flag);
    let classes = u32::from(capabilities.link_ide_traffic_classes) + 1;
    let streams = u32::from(capabilities.selective_ide_streams) + 1;
    let there = |flag, count| if has(flag) { count } else { 0 };
    write!(
        out,
        "\t\tIDECap: Lnk={} Sel={} ",
        there(IdeCapabilityFlags::LINK_IDE_STREAM, classes),
        there(IdeCapabilityFlags::SELECTIVE_IDE_STREAMS, streams)
    )?;
    flags(
        out,
        capabilities.flags,
        &[
            ("FlowThru", IdeCapabilityFlags::FLOW_THROUGH),
            ("PartHdr", IdeCapabilityFlags::PARTIAL_HEADER_ENCRYPTION),
            ("Aggr", IdeCapabilityFlags::AGGREGATION),
            ("PCPC", IdeCapabilityFlags::PCRC),
            ("IDE_KM", IdeCapabilityFlags::IDE_KM),
        ],
    )?;
    if version.shows_more_of_ide() {
        let requests = IdeCapabilityFlags::SELECTIVE_IDE_FOR_CONFIGURATION_REQUESTS;
        write!(out, " SelCfg{}", Sign(has(requests)))?;
    }
    write!(
        out,
        " Alg='{}' TCs={classes} TeeLim{}",
        algorithm(capabilities.supported_algorithms),
        Sign(has(IdeCapabilityFlags::TEE_LIMITED_STREAM))
    )?;
    if version.shows_more_of_ide() {
        let xt = IdeCapabilityFlags::XT_MODE;
        write!(out, " XT{}", Sign(has(xt)))?;
    }
    out.write_char('\n')
}

fn algorithm(code: u8) -> &'static str {
    match code {
        0 => "AES-GCM-256-96b",
        _ => "reserved",
    }
}

/// Between whom a stream is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Two neighbours.
    Link,
    /// Two ports far apart.
    Selective,
}

fn control(
    control: IdeStreamControl,
    kind: Kind,
    version: Version,
    out: &mut dyn Write,
) -> fmt::Result {
    let is = |flag| control.flags.contains(flag);
    write!(out, "En{}", Sign(is(IdeStreamControlFlags::ENABLE)))?;
    if version.shows_more_of_ide() {
        write!(out, " XT{}", Sign(is(IdeStreamControlFlags::XT_ENABLE)))?;
    }
    for (label, aggregation) in [
        ("NPR", control.tx_aggregation_npr),
        ("PR", control.tx_aggregation_pr),
        ("CPL", control.tx_aggregation_cpl),
    ] {
        match aggregation {
            0 => write!(out, " {label}-")?,
            power => write!(out, " {label}={}", 1 << power)?,
        }
    }
    // Of a stream between neighbours lspci takes the wrong bit.
    let pcrc = match kind {
        Kind::Link => IdeStreamControlFlags::ENABLE,
        Kind::Selective => IdeStreamControlFlags::PCRC_ENABLE,
    };
    write!(out, " PCRC{}", Sign(is(pcrc)))?;
    if kind == Kind::Selective {
        let requests = IdeStreamControlFlags::SELECTIVE_IDE_FOR_CONFIGURATION_REQUESTS;
        write!(out, " CFG{}", Sign(is(requests)))?;
    }
    match control.partial_header_encryption {
        0 => out.write_str(" HdrEnc=no")?,
        1 => out.write_str(" HdrEnc=17:2")?,
        2 => out.write_str(" HdrEnc=25:2")?,
        3 => out.write_str(" HdrEnc=33:2")?,
        4 => out.write_str(" HdrEnc=41:2")?,
        other => write!(out, " HdrEnc=??{other}")?,
    }
    write!(
        out,
        " Alg='{}' TC{}",
        algorithm(control.selected_algorithm),
        control.traffic_class
    )?;
    if kind == Kind::Selective && version.shows_more_of_ide() {
        let limited = IdeStreamControlFlags::TEE_LIMITED_STREAM;
        write!(out, " TeeLim{}", Sign(is(limited)))?;
    }
    write!(out, " ID{}", control.stream_id)?;
    if kind == Kind::Selective && is(IdeStreamControlFlags::DEFAULT_STREAM) {
        out.write_str(" Default")?;
    }
    out.write_char('\n')
}

fn status(status: IdeStreamStatus, out: &mut dyn Write) -> fmt::Result {
    match status.state.0 {
        0 => out.write_str("insecure")?,
        1 => out.write_str("reserved")?,
        2 => out.write_str("secure")?,
        other => write!(out, "??{other}")?,
    }
    let failed = IdeStreamStatusFlags::RECEIVED_INTEGRITY_CHECK_FAIL_MESSAGE;
    writeln!(out, " RecvChkFail{}", Sign(status.flags.contains(failed)))
}

/// Begins a line; where everything is written, with the place of the register.
fn begin(place: u16, verbosity: Verbosity, out: &mut dyn Write) -> fmt::Result {
    match verbosity {
        Verbosity::Everything => write!(out, "\t\t[{place:x}]"),
        _ => out.write_str("\t\t"),
    }
}

/// Writes a stream whose registers begin at `place`, and says where they end.
fn selective(
    stream: &SelectiveIdeStream,
    index: usize,
    place: u16,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> Result<u16, fmt::Error> {
    let verbosity = page.verbosity();
    begin(place, verbosity, out)?;
    writeln!(
        out,
        "SelectiveIDE#{index} Cap: RID#={}",
        stream.address_associations
    )?;
    begin(place + 4, verbosity, out)?;
    write!(out, "SelectiveIDE#{index} Ctl: ")?;
    control(stream.control, Kind::Selective, page.version(), out)?;
    begin(place + 8, verbosity, out)?;
    write!(out, "SelectiveIDE#{index} Sta: ")?;
    status(stream.status, out)?;
    begin(place + 0xc, verbosity, out)?;
    writeln!(
        out,
        "SelectiveIDE#{index} RID: Valid{} Base={:x} Limit={:x} SegBase={:x}",
        Sign(stream.requester_id_valid),
        stream.requester_id_base,
        stream.requester_id_limit,
        stream.segment_base
    )?;
    let mut place = place + 0x14;
    if stream.addresses.len() < stream.address_associations.into() {
        return Ok(place);
    }
    for (number, range) in stream.addresses.iter().enumerate() {
        begin(place, verbosity, out)?;
        writeln!(
            out,
            "SelectiveIDE#{index} RID#{number}: Valid{} Base={:x} Limit={:x}",
            Sign(range.is_valid()),
            range.base(),
            range.limit()
        )?;
        place += 0xc;
    }
    Ok(place)
}
