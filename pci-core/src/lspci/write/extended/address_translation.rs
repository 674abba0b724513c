//! What devices do with addresses: ARI, ATS, PRI, PASID.

use core::fmt::{self, Write};

use super::flags::flags;
use crate::config::extended::{
    AddressTranslationServices, AlternativeRoutingId, AriFlags, AtsControlFlags,
    PageRequestInterface, Pasid, PasidCapabilityFlags, PasidControl, PriControl, PriStatus,
};
use crate::lspci::write::sign::Sign;
use crate::lspci::write::version::Version;

/// Writes the lines below the title of Alternative Routing-ID Interpretation.
pub(super) fn ari(ari: &AlternativeRoutingId, out: &mut dyn Write) -> fmt::Result {
    let names = [
        ("MFVC", AriFlags::MFVC_FUNCTION_GROUPS),
        ("ACS", AriFlags::ACS_FUNCTION_GROUPS),
    ];
    out.write_str("\t\tARICap:\t")?;
    flags(out, ari.capabilities.flags, &names)?;
    let next = ari.capabilities.next_function;
    write!(out, ", Next Function: {next}\n\t\tARICtl:\t")?;
    flags(out, ari.control.flags, &names)?;
    writeln!(out, ", Function Group: {}", ari.control.function_group)
}

/// Writes the lines below the title of Address Translation Service.
pub(super) fn ats(ats: &AddressTranslationServices, out: &mut dyn Write) -> fmt::Result {
    writeln!(
        out,
        "\t\tATSCap:\tInvalidate Queue Depth: {:02x}",
        ats.capabilities.invalidate_queue_depth
    )?;
    writeln!(
        out,
        "\t\tATSCtl:\tEnable{}, Smallest Translation Unit: {:02x}",
        Sign(ats.control.flags.contains(AtsControlFlags::ENABLE)),
        ats.control.smallest_translation_unit
    )
}

/// Writes the lines below the title of Page Request Interface.
pub(super) fn pri(
    pri: &PageRequestInterface,
    version: Version,
    out: &mut dyn Write,
) -> fmt::Result {
    out.write_str("\t\tPRICtl: ")?;
    flags(
        out,
        pri.control,
        &[("Enable", PriControl::ENABLE), ("Reset", PriControl::RESET)],
    )?;
    out.write_str("\n\t\tPRISta: ")?;
    flags(
        out,
        pri.status,
        &[
            ("RF", PriStatus::RESPONSE_FAILURE),
            ("UPRGI", PriStatus::UNEXPECTED_PAGE_REQUEST_GROUP_INDEX),
            ("Stopped", PriStatus::STOPPED),
        ],
    )?;
    if version.shows_pasid_of_pri() {
        let required = PriStatus::PRG_RESPONSE_PASID_REQUIRED;
        write!(out, " PASID{}", Sign(pri.status.contains(required)))?;
    }
    writeln!(
        out,
        "\n\t\tPage Request Capacity: {:08x}, Page Request Allocation: {:08x}",
        pri.outstanding_capacity, pri.outstanding_allocation
    )
}

/// Writes the lines below the title of Process Address Space ID.
pub(super) fn pasid(pasid: &Pasid, out: &mut dyn Write) -> fmt::Result {
    out.write_str("\t\tPASIDCap: ")?;
    flags(
        out,
        pasid.capabilities.flags,
        &[
            ("Exec", PasidCapabilityFlags::EXECUTE_PERMISSION),
            ("Priv", PasidCapabilityFlags::PRIVILEGED_MODE),
        ],
    )?;
    let width = pasid.capabilities.max_pasid_width;
    write!(out, ", Max PASID Width: {width:02x}\n\t\tPASIDCtl: ")?;
    flags(
        out,
        pasid.control,
        &[
            ("Enable", PasidControl::ENABLE),
            ("Exec", PasidControl::EXECUTE_PERMISSION),
            ("Priv", PasidControl::PRIVILEGED_MODE),
        ],
    )?;
    out.write_char('\n')
}
