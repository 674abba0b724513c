//! The Device registers.

use core::fmt::{self, Write};

use crate::config::conventional::Express;
use crate::config::conventional::express::{
    DeviceCapabilityFlags, DeviceControlFlags, DeviceStatus, DeviceType, PayloadSize,
    SlotPowerLimit,
};
use crate::lspci::version::Version;
use crate::lspci::write::sign::signs;

/// Watts, as `%g` prints them.
pub(super) struct Watts(pub(super) SlotPowerLimit);

impl fmt::Display for Watts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(milliwatts) = self.0.milliwatts() else {
            return f.write_str(">600W");
        };
        write!(f, "{}", milliwatts / 1000)?;
        let mut rest = milliwatts % 1000;
        if rest != 0 {
            let mut digits = 3;
            while rest % 10 == 0 {
                rest /= 10;
                digits -= 1;
            }
            write!(f, ".{rest:0digits$}")?;
        }
        f.write_char('W')
    }
}

/// The size of a payload: unlike in the specification, 6 and 7 are sizes too.
fn bytes(size: PayloadSize) -> u32 {
    128 << size.0
}

/// Writes what the function can do, what it may do, and what happened.
pub(super) fn write(express: &Express, version: Version, out: &mut dyn Write) -> fmt::Result {
    let kind = express.capabilities.device_type;
    capabilities(express, kind, version, out)?;
    control(express, kind, out)?;
    let is = |flag| express.device_status.contains(flag);
    out.write_str("\t\tDevSta:\t")?;
    signs(
        out,
        &[
            ("CorrErr", is(DeviceStatus::CORRECTABLE_ERROR_DETECTED)),
            ("NonFatalErr", is(DeviceStatus::NON_FATAL_ERROR_DETECTED)),
            ("FatalErr", is(DeviceStatus::FATAL_ERROR_DETECTED)),
            ("UnsupReq", is(DeviceStatus::UNSUPPORTED_REQUEST_DETECTED)),
            ("AuxPwr", is(DeviceStatus::AUX_POWER_DETECTED)),
            ("TransPend", is(DeviceStatus::TRANSACTIONS_PENDING)),
        ],
    )?;
    out.write_char('\n')
}

fn capabilities(
    express: &Express,
    kind: DeviceType,
    version: Version,
    out: &mut dyn Write,
) -> fmt::Result {
    let capabilities = express.device_capabilities;
    let is = |flag| capabilities.flags.contains(flag);
    let is_endpoint = matches!(kind, DeviceType::ENDPOINT | DeviceType::LEGACY_ENDPOINT);
    let is_up = matches!(kind, DeviceType::UPSTREAM_PORT | DeviceType::PCI_BRIDGE);
    write!(
        out,
        "\t\tDevCap:\tMaxPayload {} bytes, PhantFunc {}",
        bytes(capabilities.max_payload_size),
        (1u8 << capabilities.phantom_functions) - 1
    )?;
    if is_endpoint {
        write!(
            out,
            ", Latency L0s {}, L1 {}",
            capabilities.acceptable_l0s_latency, capabilities.acceptable_l1_latency
        )?;
    }
    out.write_str("\n\t\t\t")?;
    signs(out, &[("ExtTag", is(DeviceCapabilityFlags::EXTENDED_TAG))])?;
    if is_endpoint || is_up {
        out.write_char(' ')?;
        signs(
            out,
            &[
                ("AttnBtn", is(DeviceCapabilityFlags::ATTENTION_BUTTON)),
                ("AttnInd", is(DeviceCapabilityFlags::ATTENTION_INDICATOR)),
                ("PwrInd", is(DeviceCapabilityFlags::POWER_INDICATOR)),
            ],
        )?;
    }
    out.write_char(' ')?;
    signs(
        out,
        &[("RBE", is(DeviceCapabilityFlags::ROLE_BASED_ERROR_REPORTING))],
    )?;
    if is_endpoint || kind == DeviceType::ROOT_COMPLEX_INTEGRATED_ENDPOINT {
        out.write_char(' ')?;
        signs(
            out,
            &[("FLReset", is(DeviceCapabilityFlags::FUNCTION_LEVEL_RESET))],
        )?;
    }
    if kind == DeviceType::ENDPOINT || is_up {
        let limit = capabilities.captured_slot_power_limit;
        write!(out, " SlotPowerLimit {}", Watts(limit))?;
    }
    if version >= Version::V3_13 {
        out.write_char(' ')?;
        signs(out, &[("TEE-IO", is(DeviceCapabilityFlags::TEE_IO))])?;
    }
    out.write_char('\n')
}

fn control(express: &Express, kind: DeviceType, out: &mut dyn Write) -> fmt::Result {
    let control = express.device_control;
    let is = |flag| control.flags.contains(flag);
    out.write_str("\t\tDevCtl:\t")?;
    signs(
        out,
        &[
            (
                "CorrErr",
                is(DeviceControlFlags::CORRECTABLE_ERROR_REPORTING),
            ),
            (
                "NonFatalErr",
                is(DeviceControlFlags::NON_FATAL_ERROR_REPORTING),
            ),
            ("FatalErr", is(DeviceControlFlags::FATAL_ERROR_REPORTING)),
            (
                "UnsupReq",
                is(DeviceControlFlags::UNSUPPORTED_REQUEST_REPORTING),
            ),
        ],
    )?;
    out.write_str("\n\t\t\t")?;
    signs(
        out,
        &[
            ("RlxdOrd", is(DeviceControlFlags::RELAXED_ORDERING)),
            ("ExtTag", is(DeviceControlFlags::EXTENDED_TAG)),
            ("PhantFunc", is(DeviceControlFlags::PHANTOM_FUNCTIONS)),
            ("AuxPwr", is(DeviceControlFlags::AUX_POWER_PM)),
            ("NoSnoop", is(DeviceControlFlags::NO_SNOOP)),
        ],
    )?;
    let last = is(DeviceControlFlags::BRIDGE_CONFIGURATION_RETRY_OR_INITIATE_FLR);
    let has_reset = matches!(
        kind,
        DeviceType::ENDPOINT
            | DeviceType::LEGACY_ENDPOINT
            | DeviceType::ROOT_COMPLEX_INTEGRATED_ENDPOINT
    ) && express.has_function_level_reset();
    if kind == DeviceType::PCI_BRIDGE {
        out.write_char(' ')?;
        signs(out, &[("BrConfRtry", last)])?;
    } else if has_reset {
        out.write_char(' ')?;
        signs(out, &[("FLReset", last)])?;
    }
    writeln!(
        out,
        "\n\t\t\tMaxPayload {} bytes, MaxReadReq {} bytes",
        bytes(control.max_payload_size),
        bytes(control.max_read_request_size)
    )
}
