//! The Device 2 registers.

use core::fmt::{self, Write};

use crate::config::conventional::express::{
    Device2, DeviceCapability2Flags, DeviceControl2Flags, DeviceType, EmergencyPowerReduction,
    ObffEnable, ObffSupport, TphCompleter,
};
use crate::lspci::version::Version;
use crate::lspci::write::sign::{Sign, signs};

fn is_endpoint(kind: DeviceType) -> bool {
    matches!(kind, DeviceType::ENDPOINT | DeviceType::LEGACY_ENDPOINT)
}

fn is_switch_port(kind: DeviceType) -> bool {
    matches!(
        kind,
        DeviceType::UPSTREAM_PORT | DeviceType::DOWNSTREAM_PORT
    )
}

fn forwards(kind: DeviceType) -> bool {
    matches!(kind, DeviceType::ROOT_PORT | DeviceType::DOWNSTREAM_PORT)
}

/// Writes what the function can do, and what it may do.
pub(super) fn write(
    kind: DeviceType,
    second: &Device2,
    has_memory_bar: bool,
    version: Version,
    out: &mut dyn Write,
) -> fmt::Result {
    capabilities(kind, second, has_memory_bar, out)?;
    control(kind, second, version, out)
}

/// The ranges of Completion Timeout Ranges Supported.
fn ranges(bits: u8) -> &'static str {
    match bits {
        0 => "Not Supported",
        1 => "Range A",
        2 => "Range B",
        3 => "Range AB",
        6 => "Range BC",
        7 => "Range ABC",
        14 => "Range BCD",
        15 => "Range ABCD",
        _ => "Unknown",
    }
}

/// The range of Completion Timeout Value.
fn timeout(value: u8) -> &'static str {
    match value {
        0 => "50us to 50ms",
        1 => "50us to 100us",
        2 => "1ms to 10ms",
        5 => "16ms to 55ms",
        6 => "65ms to 210ms",
        9 => "260ms to 900ms",
        10 => "1s to 3.5s",
        13 => "4s to 13s",
        14 => "17s to 64s",
        _ => "Unknown",
    }
}

fn capabilities(
    kind: DeviceType,
    second: &Device2,
    has_memory_bar: bool,
    out: &mut dyn Write,
) -> fmt::Result {
    let capabilities = second.capabilities;
    let is = |flag| Sign(capabilities.flags.contains(flag));
    writeln!(
        out,
        "\t\tDevCap2: Completion Timeout: {}, TimeoutDis{} NROPrPrP{} LTR{}",
        ranges(capabilities.completion_timeout_ranges),
        is(DeviceCapability2Flags::COMPLETION_TIMEOUT_DISABLE),
        is(DeviceCapability2Flags::NO_RO_ENABLED_PR_PR_PASSING),
        is(DeviceCapability2Flags::LTR),
    )?;
    let obff = match capabilities.obff {
        ObffSupport::MESSAGE => "Via message",
        ObffSupport::WAKE => "Via WAKE#",
        ObffSupport::MESSAGE_AND_WAKE => "Via message/WAKE#",
        _ => "Not Supported",
    };
    write!(
        out,
        "\t\t\t 10BitTagComp{} 10BitTagReq{} OBFF {obff}, ExtFmt{} EETLPPrefix{}",
        is(DeviceCapability2Flags::TAG_10_BIT_COMPLETER),
        is(DeviceCapability2Flags::TAG_10_BIT_REQUESTER),
        is(DeviceCapability2Flags::EXTENDED_FMT_FIELD),
        is(DeviceCapability2Flags::END_END_TLP_PREFIX),
    )?;
    if capabilities
        .flags
        .contains(DeviceCapability2Flags::END_END_TLP_PREFIX)
    {
        // 0 stands for 4.
        let most = match capabilities.max_end_end_tlp_prefixes {
            0 => 4,
            most => most,
        };
        write!(out, ", MaxEETLPPrefixes {most}")?;
    }
    let reduction = match capabilities.emergency_power_reduction {
        EmergencyPowerReduction::NONE => "Not Supported",
        EmergencyPowerReduction::DEVICE_SPECIFIC => "Dev Specific",
        EmergencyPowerReduction::FORM_FACTOR_OR_DEVICE_SPECIFIC => "Form Factor Dev Specific",
        _ => "Reserved",
    };
    write!(
        out,
        "\n\t\t\t EmergencyPowerReduction {reduction}, EmergencyPowerReductionInit{}\n\t\t\t FRS{}",
        is(DeviceCapability2Flags::EMERGENCY_POWER_REDUCTION_INITIALIZATION),
        is(DeviceCapability2Flags::FRS),
    )?;
    if kind == DeviceType::ROOT_PORT {
        let lines = match capabilities.ln_system_cls {
            0 => "Not Supported",
            1 => "64byte cachelines",
            2 => "128byte cachelines",
            _ => "Reserved",
        };
        write!(out, " LN System CLS {lines},")?;
    }
    if matches!(kind, DeviceType::ROOT_PORT | DeviceType::ENDPOINT) {
        out.write_str(match capabilities.tph_completer {
            TphCompleter::NONE => " TPHComp- ExtTPHComp-",
            TphCompleter::TPH => " TPHComp+ ExtTPHComp-",
            TphCompleter::EXTENDED_TPH => " TPHComp+ ExtTPHComp+",
            _ => " ",
        })?;
    }
    if forwards(kind) {
        write!(out, " ARIFwd{}", is(DeviceCapability2Flags::ARI_FORWARDING))?;
    }
    out.write_char('\n')?;
    let is_root = kind == DeviceType::ROOT_PORT;
    let routes = is_root || is_switch_port(kind);
    let completes = is_root || has_memory_bar;
    if !routes && !completes {
        return Ok(());
    }
    let is = |flag| capabilities.flags.contains(flag);
    out.write_str("\t\t\t AtomicOpsCap:")?;
    if routes {
        let routing = is(DeviceCapability2Flags::ATOMIC_OP_ROUTING);
        write!(out, " Routing{}", Sign(routing))?;
    }
    if completes {
        out.write_char(' ')?;
        signs(
            out,
            &[
                ("32bit", is(DeviceCapability2Flags::ATOMIC_OP_COMPLETER_32)),
                ("64bit", is(DeviceCapability2Flags::ATOMIC_OP_COMPLETER_64)),
                ("128bitCAS", is(DeviceCapability2Flags::CAS_COMPLETER_128)),
            ],
        )?;
    }
    out.write_char('\n')
}

fn control(
    kind: DeviceType,
    second: &Device2,
    version: Version,
    out: &mut dyn Write,
) -> fmt::Result {
    let control = second.control;
    let is = |flag| Sign(control.flags.contains(flag));
    let obff = match control.obff {
        ObffEnable::MESSAGE_A => "Via message A",
        ObffEnable::MESSAGE_B => "Via message B",
        ObffEnable::WAKE => "Via WAKE#",
        _ => "Disabled",
    };
    write!(
        out,
        "\t\tDevCtl2: Completion Timeout: {}, TimeoutDis{}",
        timeout(control.completion_timeout),
        is(DeviceControl2Flags::COMPLETION_TIMEOUT_DISABLE),
    )?;
    let tags = is(DeviceControl2Flags::TAG_10_BIT_REQUESTER);
    let ltr = is(DeviceControl2Flags::LTR);
    if version < Version::V3_13 {
        write!(out, " LTR{ltr} 10BitTagReq{tags} OBFF {obff},")?;
    }
    if forwards(kind) {
        write!(out, " ARIFwd{}", is(DeviceControl2Flags::ARI_FORWARDING))?;
    }
    out.write_char('\n')?;
    let is_root = kind == DeviceType::ROOT_PORT;
    let requests =
        is_root || is_endpoint(kind) || kind == DeviceType::ROOT_COMPLEX_INTEGRATED_ENDPOINT;
    if requests || is_switch_port(kind) {
        out.write_str("\t\t\t AtomicOpsCtl:")?;
        if requests {
            write!(
                out,
                " ReqEn{}",
                is(DeviceControl2Flags::ATOMIC_OP_REQUESTER)
            )?;
        }
        if is_root || is_switch_port(kind) {
            let blocking = is(DeviceControl2Flags::ATOMIC_OP_EGRESS_BLOCKING);
            write!(out, " EgressBlck{blocking}")?;
        }
        out.write_char('\n')?;
    }
    if version >= Version::V3_13 {
        writeln!(
            out,
            "\t\t\t IDOReq{} IDOCompl{} LTR{ltr} EmergencyPowerReductionReq{}",
            is(DeviceControl2Flags::IDO_REQUEST),
            is(DeviceControl2Flags::IDO_COMPLETION),
            is(DeviceControl2Flags::EMERGENCY_POWER_REDUCTION_REQUEST),
        )?;
        writeln!(
            out,
            "\t\t\t 10BitTagReq{tags} OBFF {obff}, EETLPPrefixBlk{}",
            is(DeviceControl2Flags::END_END_TLP_PREFIX_BLOCKING),
        )?;
    }
    Ok(())
}
