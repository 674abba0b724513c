//! Access Control Services.

use core::fmt::{self, Write};

use super::flags::flags;
use crate::config::extended::{AccessControlServices, AcsControlFlags};

/// What the bits of both registers are called.
const NAMES: [(&str, AcsControlFlags); 7] = [
    ("SrcValid", AcsControlFlags::SOURCE_VALIDATION),
    ("TransBlk", AcsControlFlags::TRANSLATION_BLOCKING),
    ("ReqRedir", AcsControlFlags::P2P_REQUEST_REDIRECT),
    ("CmpltRedir", AcsControlFlags::P2P_COMPLETION_REDIRECT),
    ("UpstreamFwd", AcsControlFlags::UPSTREAM_FORWARDING),
    ("EgressCtrl", AcsControlFlags::P2P_EGRESS_CONTROL),
    ("DirectTrans", AcsControlFlags::DIRECT_TRANSLATED_P2P),
];

/// Writes the lines below the title.
pub(super) fn write(acs: &AccessControlServices, out: &mut dyn Write) -> fmt::Result {
    // Both registers have the same bits.
    let can = AcsControlFlags::from_bits_retain(acs.capabilities.flags.bits());
    for (label, set) in [("ACSCap", can), ("ACSCtl", acs.control.flags)] {
        write!(out, "\t\t{label}:\t")?;
        flags(out, set, &NAMES)?;
        out.write_char('\n')?;
    }
    Ok(())
}
