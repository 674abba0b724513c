//! Latency Tolerance Reporting, L1 PM Substates and Precision Time Measurement.

use core::fmt::{self, Write};

use super::flags::flags;
use crate::config::extended::{
    L1PmSubstates, L1PmSubstatesCapabilityFlags, L1PmSubstatesControl1Flags,
    LatencyToleranceReporting, MaxLatency, PrecisionTimeMeasurement, PtmCapabilityFlags,
    PtmControlFlags,
};
use crate::lspci::write::sign::Sign;
use crate::lspci::write::version::Version;

/// Writes the lines below the title of Latency Tolerance Reporting.
pub(super) fn ltr(ltr: &LatencyToleranceReporting, out: &mut dyn Write) -> fmt::Result {
    for (label, latency) in [
        ("Max snoop latency", ltr.max_snoop_latency),
        ("Max no snoop latency", ltr.max_no_snoop_latency),
    ] {
        writeln!(out, "\t\t{label}: {}ns", nanoseconds(latency))?;
    }
    Ok(())
}

/// The latency, whose unit is a number of 32 bits that wraps around where the scale
/// means nothing.
fn nanoseconds(latency: MaxLatency) -> u64 {
    let unit = 1_u32.wrapping_shl(5 * u32::from(latency.scale));
    u64::from(latency.value) * u64::from(unit)
}

/// Writes the lines below the title of L1 PM Substates.
pub(super) fn l1_pm_substates(substates: &L1PmSubstates, out: &mut dyn Write) -> fmt::Result {
    let capabilities = substates.capabilities;
    let can = |flag| capabilities.flags.contains(flag);
    let aspm_l1_2 = can(L1PmSubstatesCapabilityFlags::ASPM_L1_2);
    let l1_2 = aspm_l1_2 || can(L1PmSubstatesCapabilityFlags::PCI_PM_L1_2);
    out.write_str("\t\tL1SubCap: ")?;
    flags(
        out,
        capabilities.flags,
        &[
            ("PCI-PM_L1.2", L1PmSubstatesCapabilityFlags::PCI_PM_L1_2),
            ("PCI-PM_L1.1", L1PmSubstatesCapabilityFlags::PCI_PM_L1_1),
            ("ASPM_L1.2", L1PmSubstatesCapabilityFlags::ASPM_L1_2),
            ("ASPM_L1.1", L1PmSubstatesCapabilityFlags::ASPM_L1_1),
            (
                "L1_PM_Substates",
                L1PmSubstatesCapabilityFlags::L1_PM_SUBSTATES,
            ),
        ],
    )?;
    out.write_char('\n')?;
    if l1_2 {
        write!(
            out,
            "\t\t\t  PortCommonModeRestoreTime={}us PortTPowerOnTime=",
            capabilities.port_common_mode_restore_time
        )?;
        microseconds(capabilities.port_t_power_on(), out)?;
        out.write_char('\n')?;
    }
    let control = substates.control_1;
    out.write_str("\t\tL1SubCtl1: ")?;
    flags(
        out,
        control.flags,
        &[
            (
                "PCI-PM_L1.2",
                L1PmSubstatesControl1Flags::PCI_PM_L1_2_ENABLE,
            ),
            (
                "PCI-PM_L1.1",
                L1PmSubstatesControl1Flags::PCI_PM_L1_1_ENABLE,
            ),
            ("ASPM_L1.2", L1PmSubstatesControl1Flags::ASPM_L1_2_ENABLE),
            ("ASPM_L1.1", L1PmSubstatesControl1Flags::ASPM_L1_1_ENABLE),
        ],
    )?;
    out.write_char('\n')?;
    if l1_2 {
        write!(
            out,
            "\t\t\t   T_CommonMode={}us",
            control.common_mode_restore_time
        )?;
        if aspm_l1_2 {
            out.write_str(" LTR1.2_Threshold=")?;
            match control.ltr_l1_2_threshold() {
                Some(threshold) => write!(out, "{threshold}ns")?,
                None => out.write_str("<error>")?,
            }
        }
        out.write_char('\n')?;
    }
    out.write_str("\t\tL1SubCtl2:")?;
    if l1_2 {
        out.write_str(" T_PwrOn=")?;
        microseconds(substates.control_2.t_power_on(), out)?;
    }
    out.write_char('\n')
}

fn microseconds(time: Option<u32>, out: &mut dyn Write) -> fmt::Result {
    match time {
        Some(time) => write!(out, "{time}us"),
        None => out.write_str("<error>"),
    }
}

/// Writes the lines below the title of Precision Time Measurement.
pub(super) fn ptm(
    ptm: &PrecisionTimeMeasurement,
    version: Version,
    out: &mut dyn Write,
) -> fmt::Result {
    let colon = if version.puts_colons_before_ptm_signs() {
        ":"
    } else {
        ""
    };
    let can = |flag| Sign(ptm.capabilities.flags.contains(flag));
    writeln!(
        out,
        "\t\tPTMCap: Requester{colon}{} Responder{colon}{} Root{colon}{}",
        can(PtmCapabilityFlags::REQUESTER),
        can(PtmCapabilityFlags::RESPONDER),
        can(PtmCapabilityFlags::ROOT)
    )?;
    out.write_str("\t\tPTMClockGranularity: ")?;
    let local = ptm.capabilities.local_clock_granularity;
    granularity(local, "Unimplemented", out)?;
    let does = |flag| Sign(ptm.control.flags.contains(flag));
    writeln!(
        out,
        "\t\tPTMControl: Enabled{colon}{} RootSelected{colon}{}",
        does(PtmControlFlags::ENABLE),
        does(PtmControlFlags::ROOT_SELECT)
    )?;
    out.write_str("\t\tPTMEffectiveGranularity: ")?;
    granularity(ptm.control.effective_granularity, "Unknown", out)
}

fn granularity(nanoseconds: u8, none: &str, out: &mut dyn Write) -> fmt::Result {
    match nanoseconds {
        0 => writeln!(out, "{none}"),
        255 => out.write_str("Greater than 254ns\n"),
        other => writeln!(out, "{other}ns"),
    }
}
