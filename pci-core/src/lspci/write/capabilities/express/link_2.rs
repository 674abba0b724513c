//! The Link 2 registers.

use core::fmt::{self, Write};

use super::link::speed;
use crate::Address;
use crate::config::conventional::express::{
    DeviceType, DownstreamComponentPresence, Link2, LinkCapability2Flags, LinkControl2Flags,
    LinkStatus2Flags,
};
use crate::lspci::version::Version;
use crate::lspci::write::sign::Sign;

/// Writes what the link can do, what it may do, and what it does.
pub(super) fn write(
    kind: DeviceType,
    second: &Link2,
    address: Address,
    version: Version,
    out: &mut dyn Write,
) -> fmt::Result {
    // The link of an endpoint is that of its function 0 of device 0.
    let is_endpoint = matches!(kind, DeviceType::ENDPOINT | DeviceType::LEGACY_ENDPOINT);
    if !is_endpoint || (address.device(), address.function()) == (0, 0) {
        capabilities(second, version, out)?;
        control(kind, second, version, out)?;
    }
    status(kind, second, version, out)
}

fn capabilities(second: &Link2, version: Version, out: &mut dyn Write) -> fmt::Result {
    let capabilities = second.capabilities;
    let is = |flag| Sign(capabilities.flags.contains(flag));
    if capabilities.bits() == 0 {
        return Ok(());
    }
    writeln!(
        out,
        "\t\tLnkCap2: Supported Link Speeds: {}, Crosslink{} Retimer{} 2Retimers{} DRS{}",
        speeds(capabilities.supported_speeds.0, version),
        is(LinkCapability2Flags::CROSSLINK),
        is(LinkCapability2Flags::RETIMER_PRESENCE_DETECT),
        is(LinkCapability2Flags::TWO_RETIMERS_PRESENCE_DETECT),
        is(LinkCapability2Flags::DRS),
    )
}

/// The speeds up to the fastest.
fn speeds(bits: u8, version: Version) -> &'static str {
    match bits {
        _ if bits & 0x40 != 0 && version.knows_128_gt() => "2.5-128GT/s",
        _ if bits & 0x40 != 0 || bits & 0x20 != 0 && version < Version::V3_13 => "RsvdP",
        _ if bits & 0x20 != 0 => "2.5-64GT/s",
        _ if bits & 0x10 != 0 => "2.5-32GT/s",
        _ if bits & 0x08 != 0 => "2.5-16GT/s",
        _ if bits & 0x04 != 0 => "2.5-8GT/s",
        _ if bits & 0x02 != 0 => "2.5-5GT/s",
        _ if bits & 0x01 != 0 => "2.5GT/s",
        _ => "Unknown",
    }
}

fn control(kind: DeviceType, second: &Link2, version: Version, out: &mut dyn Write) -> fmt::Result {
    let control = second.control;
    let is = |flag| Sign(control.flags.contains(flag));
    write!(
        out,
        "\t\tLnkCtl2: Target Link Speed: {}, EnterCompliance{} SpeedDis{}",
        match control.target_speed.0 {
            0 => "2.5GT/s",
            1..=6 => speed(control.target_speed, version),
            8 if version.knows_128_gt() => "128GT/s",
            _ => "Unknown",
        },
        is(LinkControl2Flags::ENTER_COMPLIANCE),
        is(LinkControl2Flags::HARDWARE_AUTONOMOUS_SPEED_DISABLE),
    )?;
    if kind == DeviceType::DOWNSTREAM_PORT {
        let selected = control
            .flags
            .contains(LinkControl2Flags::SELECTABLE_DE_EMPHASIS);
        write!(out, ", Selectable De-emphasis: {}", level(selected))?;
    }
    let margin = match control.transmit_margin {
        0 => "Normal Operating Range",
        1 => "800-1200mV(full-swing)/400-700mV(half-swing)",
        2..=5 => "200-400mV(full-swing)/100-200mV(half-swing)",
        _ => "Unknown",
    };
    writeln!(
        out,
        "\n\t\t\t Transmit Margin: {margin}, EnterModifiedCompliance{} ComplianceSOS{}",
        is(LinkControl2Flags::ENTER_MODIFIED_COMPLIANCE),
        is(LinkControl2Flags::COMPLIANCE_SOS),
    )?;
    let preset = match control.compliance_preset {
        0 => "-6dB de-emphasis, 0dB preshoot",
        1 => "-3.5dB de-emphasis, 0dB preshoot",
        2 => "-4.4dB de-emphasis, 0dB preshoot",
        3 => "-2.5dB de-emphasis, 0dB preshoot",
        4 => "0dB de-emphasis, 0dB preshoot",
        5 => "0dB de-emphasis, 1.9dB preshoot",
        6 => "0dB de-emphasis, 2.5dB preshoot",
        7 => "-6.0dB de-emphasis, 3.5dB preshoot",
        8 => "-3.5dB de-emphasis, 3.5dB preshoot",
        9 => "0dB de-emphasis, 3.5dB preshoot",
        _ => "Unknown",
    };
    writeln!(out, "\t\t\t Compliance Preset/De-emphasis: {preset}")
}

fn level(is_low: bool) -> &'static str {
    if is_low { "-3.5dB" } else { "-6dB" }
}

fn status(kind: DeviceType, second: &Link2, version: Version, out: &mut dyn Write) -> fmt::Result {
    let status = second.status;
    let is = |flag| Sign(status.flags.contains(flag));
    let is_low = status.flags.contains(LinkStatus2Flags::CURRENT_DE_EMPHASIS);
    writeln!(
        out,
        "\t\tLnkSta2: Current De-emphasis Level: {}, EqualizationComplete{} EqualizationPhase1{}",
        level(is_low),
        is(LinkStatus2Flags::EQUALIZATION_COMPLETE),
        is(LinkStatus2Flags::EQUALIZATION_PHASE_1),
    )?;
    writeln!(
        out,
        "\t\t\t EqualizationPhase2{} EqualizationPhase3{} LinkEqualizationRequest{}",
        is(LinkStatus2Flags::EQUALIZATION_PHASE_2),
        is(LinkStatus2Flags::EQUALIZATION_PHASE_3),
        is(LinkStatus2Flags::LINK_EQUALIZATION_REQUEST),
    )?;
    write!(
        out,
        "\t\t\t Retimer{} 2Retimers{} CrosslinkRes: {}",
        is(LinkStatus2Flags::RETIMER_PRESENCE_DETECTED),
        is(LinkStatus2Flags::TWO_RETIMERS_PRESENCE_DETECTED),
        status.crosslink_resolution,
    )?;
    if version.shows_flit_mode() {
        write!(out, ", FltMode{}", is(LinkStatus2Flags::FLIT_MODE_STATUS))?;
    }
    let drs = second
        .capabilities
        .flags
        .contains(LinkCapability2Flags::DRS);
    if drs && kind.is_downstream_port() {
        let presence = match status.downstream_component_presence {
            DownstreamComponentPresence::LINK_DOWN_NOT_DETERMINED => "Link Down - Not Determined",
            presence => presence.name().unwrap_or("Reserved"),
        };
        let received = is(LinkStatus2Flags::DRS_MESSAGE_RECEIVED);
        write!(out, ", DRS{received}\n\t\t\t DownstreamComp: {presence}")?;
    }
    out.write_char('\n')
}
