//! The Link registers.

use core::cmp::Ordering;
use core::fmt::{self, Write};

use crate::config::conventional::express::{
    Aspm, DeviceType, Link, LinkCapabilityFlags, LinkControlFlags, LinkSpeed, LinkStatusFlags,
};
use crate::lspci::version::Version;
use crate::lspci::write::sign::{Sign, signs};

/// What a speed is called.
pub(super) fn speed(speed: LinkSpeed, version: Version) -> &'static str {
    match speed {
        LinkSpeed::GT_128 => "unknown",
        // 3.15 takes the wrong code for it.
        LinkSpeed(8) if version.knows_128_gt() => "128GT/s",
        speed => speed.name().unwrap_or("unknown"),
    }
}

/// Writes what the link can do, what it may do, and what it does.
pub(super) fn write(
    kind: DeviceType,
    link: &Link,
    version: Version,
    out: &mut dyn Write,
) -> fmt::Result {
    capabilities(link, version, out)?;
    control(kind, link, version, out)?;
    status(kind, link, version, out)
}

fn capabilities(link: &Link, version: Version, out: &mut dyn Write) -> fmt::Result {
    let capabilities = link.capabilities;
    let is = |flag| capabilities.flags.contains(flag);
    write!(
        out,
        "\t\tLnkCap:\tPort #{}, Speed {}, Width {}, ASPM {}",
        capabilities.port_number,
        speed(capabilities.max_speed, version),
        capabilities.max_width,
        match capabilities.aspm {
            Aspm::NONE => "not supported",
            aspm => aspm.name().unwrap_or_default(),
        }
    )?;
    let [l0s, l1] = [1, 2].map(|bit| capabilities.aspm.0 & bit != 0);
    if l0s || l1 {
        out.write_str(", Exit Latency ")?;
    }
    if l0s {
        write!(out, "L0s {}", capabilities.l0s_exit_latency)?;
    }
    if l0s && l1 {
        out.write_str(", ")?;
    }
    if l1 {
        write!(out, "L1 {}", capabilities.l1_exit_latency)?;
    }
    out.write_str("\n\t\t\t")?;
    signs(
        out,
        &[
            ("ClockPM", is(LinkCapabilityFlags::CLOCK_POWER_MANAGEMENT)),
            (
                "Surprise",
                is(LinkCapabilityFlags::SURPRISE_DOWN_ERROR_REPORTING),
            ),
            (
                "LLActRep",
                is(LinkCapabilityFlags::DATA_LINK_LAYER_ACTIVE_REPORTING),
            ),
            ("BwNot", is(LinkCapabilityFlags::BANDWIDTH_NOTIFICATION)),
            (
                "ASPMOptComp",
                is(LinkCapabilityFlags::ASPM_OPTIONALITY_COMPLIANCE),
            ),
        ],
    )?;
    out.write_char('\n')
}

fn control(kind: DeviceType, link: &Link, version: Version, out: &mut dyn Write) -> fmt::Result {
    let control = link.control;
    let is = |flag| control.flags.contains(flag);
    match control.aspm {
        Aspm::NONE => out.write_str("\t\tLnkCtl:\tASPM Disabled; ")?,
        aspm => write!(out, "\t\tLnkCtl:\tASPM {aspm} Enabled; ")?,
    }
    let has_boundary = matches!(
        kind,
        DeviceType::ROOT_PORT
            | DeviceType::ENDPOINT
            | DeviceType::LEGACY_ENDPOINT
            | DeviceType::PCI_BRIDGE
    );
    if has_boundary {
        let is_128 = is(LinkControlFlags::READ_COMPLETION_BOUNDARY_128);
        write!(out, "RCB {} bytes, ", if is_128 { 128 } else { 64 })?;
    }
    let disabled = Sign(is(LinkControlFlags::LINK_DISABLE));
    let clock = Sign(is(LinkControlFlags::COMMON_CLOCK_CONFIGURATION));
    let word = match version {
        Version::V3_9 => "Disabled",
        _ => "LnkDisable",
    };
    write!(out, "{word}{disabled} CommClk{clock}\n\t\t\t")?;
    signs(
        out,
        &[
            ("ExtSynch", is(LinkControlFlags::EXTENDED_SYNCH)),
            ("ClockPM", is(LinkControlFlags::CLOCK_POWER_MANAGEMENT)),
            (
                "AutWidDis",
                is(LinkControlFlags::HARDWARE_AUTONOMOUS_WIDTH_DISABLE),
            ),
            (
                "BWInt",
                is(LinkControlFlags::BANDWIDTH_MANAGEMENT_INTERRUPT),
            ),
            (
                "AutBWInt",
                is(LinkControlFlags::AUTONOMOUS_BANDWIDTH_INTERRUPT),
            ),
        ],
    )?;
    if version.shows_flit_mode() {
        out.write_char(' ')?;
        signs(
            out,
            &[("FltModeDis", is(LinkControlFlags::FLIT_MODE_DISABLE))],
        )?;
    }
    out.write_char('\n')
}

fn status(kind: DeviceType, link: &Link, version: Version, out: &mut dyn Write) -> fmt::Result {
    let (status, capabilities) = (link.status, link.capabilities);
    // What a port above a link reaches depends on what is plugged in.
    let note = |order: Ordering| match order {
        Ordering::Less if !kind.is_downstream_port() => " (downgraded)",
        Ordering::Less | Ordering::Equal => "",
        Ordering::Greater => " (overdriven)",
    };
    writeln!(
        out,
        "\t\tLnkSta:\tSpeed {}{}, Width {}{}",
        speed(status.speed, version),
        note(status.speed.cmp(&capabilities.max_speed)),
        status.width,
        note(status.width.cmp(&capabilities.max_width)),
    )?;
    let is = |flag| status.flags.contains(flag);
    out.write_str("\t\t\t")?;
    signs(
        out,
        &[
            ("TrErr", is(LinkStatusFlags::TRAINING_ERROR)),
            ("Train", is(LinkStatusFlags::LINK_TRAINING)),
            ("SlotClk", is(LinkStatusFlags::SLOT_CLOCK_CONFIGURATION)),
            ("DLActive", is(LinkStatusFlags::DATA_LINK_LAYER_ACTIVE)),
            ("BWMgmt", is(LinkStatusFlags::BANDWIDTH_MANAGEMENT_STATUS)),
            ("ABWMgmt", is(LinkStatusFlags::AUTONOMOUS_BANDWIDTH_STATUS)),
        ],
    )?;
    out.write_char('\n')
}
