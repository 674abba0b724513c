//! AGP.

use core::fmt::{self, Write};

use crate::config::conventional::{Agp, AgpCommandFlags, AgpStatusFlags};
use crate::lspci::write::sign::signs;

/// Writes the lines below the title.
pub(super) fn write(agp: &Agp, out: &mut dyn Write) -> fmt::Result {
    let (status, command) = (agp.status, agp.command);
    let is_3 = agp.version.major >= 3 && status.flags.contains(AgpStatusFlags::AGP3_MODE);
    let is = |flag| status.flags.contains(flag);
    let queue = u32::from(status.request_queue) + 1;
    write!(out, "\t\tStatus: RQ={queue} ")?;
    signs(out, &[("Iso", status.bits() & ISOCHRONOUS != 0)])?;
    write!(
        out,
        " ArqSz={} Cal={} ",
        status.optimum_request_size, status.calibration_cycle
    )?;
    signs(
        out,
        &[
            ("SBA", is(AgpStatusFlags::SIDE_BAND_ADDRESSING)),
            ("ITACoh", is(AgpStatusFlags::IN_APERTURE_COHERENT)),
            ("GART64", is(AgpStatusFlags::GART_64_BIT)),
            ("HTrans", is(AgpStatusFlags::HOST_TRANSLATION_DISABLED)),
            ("64bit", is(AgpStatusFlags::OVER_4G)),
            ("FW", is(AgpStatusFlags::FAST_WRITES)),
            ("AGP3", is(AgpStatusFlags::AGP3_MODE)),
        ],
    )?;
    rates(status.rates, is_3, out)?;
    let is = |flag| command.flags.contains(flag);
    let queue = u32::from(command.request_queue) + 1;
    write!(
        out,
        "\t\tCommand: RQ={queue} ArqSz={} Cal={} ",
        command.optimum_request_size, command.calibration_cycle
    )?;
    signs(
        out,
        &[
            ("SBA", is(AgpCommandFlags::SIDE_BAND_ADDRESSING)),
            ("AGP", is(AgpCommandFlags::AGP_ENABLE)),
            ("GART64", is(AgpCommandFlags::GART_64_BIT)),
            ("64bit", is(AgpCommandFlags::OVER_4G)),
            ("FW", is(AgpCommandFlags::FAST_WRITES)),
        ],
    )?;
    rates(command.rates, is_3, out)
}

/// Where lspci looks for isochronous transactions (AGP Interface Specification 3.0
/// has bit 16).
const ISOCHRONOUS: u32 = 1 << 16;

/// Writes the rates: in AGP 3 mode they are four times as high, of which the third is
/// not in the specification.
fn rates(bits: u8, is_3: bool, out: &mut dyn Write) -> fmt::Result {
    let names: [&str; 3] = if is_3 {
        ["x4", "x8", "x16"]
    } else {
        ["x1", "x2", "x4"]
    };
    let mut between = " Rate=";
    for (bit, name) in names.iter().enumerate() {
        if bits >> bit & 1 != 0 {
            write!(out, "{between}{name}")?;
            between = ",";
        }
    }
    out.write_str(if between == "," {
        "\n"
    } else {
        " Rate=<none>\n"
    })
}
