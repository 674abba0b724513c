//! What is said of links: Secondary PCI Express, the physical layers, Lane Margining.

use core::fmt::{self, Write};

use super::flags::flags;
use crate::config::extended::{
    Capabilities32Gt, Control32GtFlags, LaneMargining, LinkControl3Flags, MarginingCapabilities,
    MarginingStatus, PhysicalLayer16Gt, PhysicalLayer32Gt, PhysicalLayer64Gt, SecondaryPciExpress,
    Status16Gt, Status32GtFlags, Status64Gt,
};
use crate::lspci::write::sign::Sign;

/// Writes the lines below the title of Secondary PCI Express.
pub(super) fn secondary(link: &SecondaryPciExpress, out: &mut dyn Write) -> fmt::Result {
    let control = link.link_control_3.flags;
    let interrupt = LinkControl3Flags::LINK_EQUALIZATION_REQUEST_INTERRUPT_ENABLE;
    out.write_str("\t\tLnkCtl3: ")?;
    flags(
        out,
        control,
        &[
            ("LnkEquIntrruptEn", interrupt),
            ("PerformEqu", LinkControl3Flags::PERFORM_EQUALIZATION),
        ],
    )?;
    out.write_str("\n\t\tLaneErrStat: ")?;
    // Of the lanes only the first 16 are looked at.
    let errors = link.lane_error_status & 0xffff;
    if errors == 0 {
        return out.write_str("0\n");
    }
    out.write_str("LaneErr at lane:")?;
    for lane in (0..16).filter(|lane| errors >> lane & 1 != 0) {
        write!(out, " {lane}")?;
    }
    out.write_char('\n')
}

/// Writes the line below the title of Physical Layer 16.0 GT/s.
pub(super) fn layer_16(layer: &PhysicalLayer16Gt, out: &mut dyn Write) -> fmt::Result {
    out.write_str("\t\tPhy16Sta: ")?;
    flags(
        out,
        layer.status,
        &[
            ("EquComplete", Status16Gt::EQUALIZATION_COMPLETE),
            ("EquPhase1", Status16Gt::EQUALIZATION_PHASE_1),
            ("EquPhase2", Status16Gt::EQUALIZATION_PHASE_2),
            ("EquPhase3", Status16Gt::EQUALIZATION_PHASE_3),
            ("LinkEquRequest", Status16Gt::LINK_EQUALIZATION_REQUEST),
        ],
    )?;
    out.write_char('\n')
}

/// Writes the lines below the title of Physical Layer 32.0 GT/s.
pub(super) fn layer_32(layer: &PhysicalLayer32Gt, out: &mut dyn Write) -> fmt::Result {
    out.write_str("\t\tPhy32Cap: ")?;
    flags(
        out,
        layer.capabilities,
        &[
            (
                "EqualizationBypass",
                Capabilities32Gt::EQUALIZATION_BYPASS_TO_HIGHEST_RATE,
            ),
            (
                "NoEqualizationNeeded",
                Capabilities32Gt::NO_EQUALIZATION_NEEDED,
            ),
        ],
    )?;
    out.write_str("\n\t\t\t  ")?;
    flags(
        out,
        layer.capabilities,
        &[
            ("ModTsMode0", Capabilities32Gt::MODIFIED_TS_USAGE_MODE_0),
            ("ModTsMode1", Capabilities32Gt::MODIFIED_TS_USAGE_MODE_1),
            ("ModTsMode2", Capabilities32Gt::MODIFIED_TS_USAGE_MODE_2),
        ],
    )?;
    out.write_str("\n\t\tPhy32Ctl: ")?;
    flags(
        out,
        layer.control.flags,
        &[
            (
                "EqualizationBypassDis",
                Control32GtFlags::EQUALIZATION_BYPASS_DISABLE,
            ),
            (
                "NoEqualizationNeededDis",
                Control32GtFlags::NO_EQUALIZATION_NEEDED_DISABLE,
            ),
        ],
    )?;
    out.write_str("\n\t\t\t  Modified TS Usage Mode: ")?;
    match layer.control.modified_ts_usage_mode.0 {
        0 => out.write_str("PCI Express")?,
        1 => out.write_str("Training Set Messages")?,
        2 => out.write_str("Alternate Protocol Negotiation")?,
        other => write!(out, "??{other}")?,
    }
    let status = layer.status;
    out.write_str("\n\t\tPhy32Sta: ")?;
    flags(
        out,
        status.flags,
        &[
            ("EquComplete", Status32GtFlags::EQUALIZATION_COMPLETE),
            ("EquPhase1", Status32GtFlags::EQUALIZATION_PHASE_1),
            ("EquPhase2", Status32GtFlags::EQUALIZATION_PHASE_2),
            ("EquPhase3", Status32GtFlags::EQUALIZATION_PHASE_3),
            ("LinkEquRequest", Status32GtFlags::LINK_EQUALIZATION_REQUEST),
        ],
    )?;
    out.write_str("\n\t\t\t  Received Enhanced Link Behavior Control: ")?;
    out.write_str(match status.enhanced_link_behavior {
        0 => "Full Equalization required",
        1 => "Equalization bypass to highest rate support",
        2 => "No Equalization Needed",
        _ => "Modified TS1/TS2 Ordered Sets supported",
    })?;
    out.write_str("\n\t\t\t  ")?;
    flags(
        out,
        status.flags,
        &[
            ("ModTsRecv", Status32GtFlags::MODIFIED_TS_RECEIVED),
            ("TxPrecodeOn", Status32GtFlags::TRANSMITTER_PRECODING_ON),
            ("TxPrecodeReq", Status32GtFlags::TRANSMITTER_PRECODE_REQUEST),
            (
                "NoEqualizationNeededRecv",
                Status32GtFlags::NO_EQUALIZATION_NEEDED_RECEIVED,
            ),
        ],
    )?;
    out.write_char('\n')
}

/// Writes the lines below the title of Physical Layer 64.0 GT/s.
pub(super) fn layer_64(layer: &PhysicalLayer64Gt, out: &mut dyn Write) -> fmt::Result {
    out.write_str("\t\tPhy64Sta: ")?;
    flags(
        out,
        layer.status,
        &[
            ("EquComplete", Status64Gt::EQUALIZATION_COMPLETE),
            ("EquPhase1", Status64Gt::EQUALIZATION_PHASE_1),
            ("EquPhase2", Status64Gt::EQUALIZATION_PHASE_2),
            ("EquPhase3", Status64Gt::EQUALIZATION_PHASE_3),
            ("LinkEquRequest", Status64Gt::LINK_EQUALIZATION_REQUEST),
        ],
    )?;
    out.write_str("\n\t\t\t  ")?;
    flags(
        out,
        layer.status,
        &[
            ("TxPrecodeOn", Status64Gt::TRANSMITTER_PRECODING_ON),
            ("TxPrecodeReq", Status64Gt::TRANSMITTER_PRECODE_REQUEST),
            (
                "NoEqualizationNeededRecv",
                Status64Gt::NO_EQUALIZATION_NEEDED_RECEIVED,
            ),
        ],
    )?;
    out.write_char('\n')
}

/// Writes the lines below the title of Lane Margining at the Receiver.
pub(super) fn margining(margining: &LaneMargining, out: &mut dyn Write) -> fmt::Result {
    let uses = MarginingCapabilities::USES_DRIVER_SOFTWARE;
    write!(
        out,
        "\t\tPortCap: Uses Driver{}\n\t\tPortSta: ",
        Sign(margining.capabilities.contains(uses))
    )?;
    flags(
        out,
        margining.status,
        &[
            ("MargReady", MarginingStatus::READY),
            ("MargSoftReady", MarginingStatus::SOFTWARE_READY),
        ],
    )?;
    out.write_char('\n')
}
