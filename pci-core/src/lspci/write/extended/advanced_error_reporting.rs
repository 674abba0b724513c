//! Advanced Error Reporting.

use core::fmt::{self, Write};

use super::flags::flags;
use crate::config::extended::{
    AdvancedErrorReporting, AerControlFlags, CorrectableErrors, RootErrorCommand,
    RootErrorStatusFlags, RootErrors, UncorrectableErrors,
};
use crate::lspci::write::version::Version;

/// The uncorrectable errors that are on the first line, and in 3.9 on the only one.
const FIRST: [(&str, UncorrectableErrors); 9] = [
    ("DLP", UncorrectableErrors::DATA_LINK_PROTOCOL),
    ("SDES", UncorrectableErrors::SURPRISE_DOWN),
    ("TLP", UncorrectableErrors::POISONED_TLP_RECEIVED),
    ("FCP", UncorrectableErrors::FLOW_CONTROL_PROTOCOL),
    ("CmpltTO", UncorrectableErrors::COMPLETION_TIMEOUT),
    ("CmpltAbrt", UncorrectableErrors::COMPLETER_ABORT),
    ("UnxCmplt", UncorrectableErrors::UNEXPECTED_COMPLETION),
    ("RxOF", UncorrectableErrors::RECEIVER_OVERFLOW),
    ("MalfTLP", UncorrectableErrors::MALFORMED_TLP),
];

/// Those that come next; 3.9 has the first three of them.
const SECOND: [(&str, UncorrectableErrors); 7] = [
    ("ECRC", UncorrectableErrors::ECRC),
    ("UnsupReq", UncorrectableErrors::UNSUPPORTED_REQUEST),
    ("ACSViol", UncorrectableErrors::ACS_VIOLATION),
    ("UncorrIntErr", UncorrectableErrors::UNCORRECTABLE_INTERNAL),
    ("BlockedTLP", UncorrectableErrors::MC_BLOCKED_TLP),
    (
        "AtomicOpBlocked",
        UncorrectableErrors::ATOMIC_OP_EGRESS_BLOCKED,
    ),
    ("TLPBlockedErr", UncorrectableErrors::TLP_PREFIX_BLOCKED),
];

/// Those on the third line.
const THIRD: [(&str, UncorrectableErrors); 6] = [
    (
        "PoisonTLPBlocked",
        UncorrectableErrors::POISONED_TLP_EGRESS_BLOCKED,
    ),
    (
        "DMWrReqBlocked",
        UncorrectableErrors::DMWR_REQUEST_EGRESS_BLOCKED,
    ),
    ("IDECheck", UncorrectableErrors::IDE_CHECK_FAILED),
    ("MisIDETLP", UncorrectableErrors::MISROUTED_IDE_TLP),
    ("PCRC_CHECK", UncorrectableErrors::PCRC_CHECK_FAILED),
    (
        "TLPXlatBlocked",
        UncorrectableErrors::TLP_TRANSLATION_EGRESS_BLOCKED,
    ),
];

/// The correctable errors; 3.9 has the first six of them.
const CORRECTABLE: [(&str, CorrectableErrors); 8] = [
    ("RxErr", CorrectableErrors::RECEIVER),
    ("BadTLP", CorrectableErrors::BAD_TLP),
    ("BadDLLP", CorrectableErrors::BAD_DLLP),
    ("Rollover", CorrectableErrors::REPLAY_NUM_ROLLOVER),
    ("Timeout", CorrectableErrors::REPLAY_TIMER_TIMEOUT),
    ("AdvNonFatalErr", CorrectableErrors::ADVISORY_NON_FATAL),
    ("CorrIntErr", CorrectableErrors::CORRECTED_INTERNAL),
    ("HeaderOF", CorrectableErrors::HEADER_LOG_OVERFLOW),
];

/// Writes the lines below the title.
pub(super) fn write(
    errors: &AdvancedErrorReporting,
    version: Version,
    out: &mut dyn Write,
) -> fmt::Result {
    for (label, set) in [
        ("UESta", errors.uncorrectable_status),
        ("UEMsk", errors.uncorrectable_mask),
        ("UESvrt", errors.uncorrectable_severity),
    ] {
        write!(out, "\t\t{label}:\t")?;
        uncorrectable(set, version, out)?;
    }
    let count = if version.shows_all_errors() { 8 } else { 6 };
    let names = CORRECTABLE.get(..count).unwrap_or(&CORRECTABLE);
    for (label, set) in [
        ("CESta", errors.correctable_status),
        ("CEMsk", errors.correctable_mask),
    ] {
        write!(out, "\t\t{label}:\t")?;
        flags(out, set, names)?;
        out.write_char('\n')?;
    }
    let control = errors.control;
    write!(
        out,
        "\t\tAERCap:\tFirst Error Pointer: {:02x}, ",
        control.first_error_pointer
    )?;
    flags(
        out,
        control.flags,
        &[
            ("ECRCGenCap", AerControlFlags::ECRC_GENERATION_CAPABLE),
            ("ECRCGenEn", AerControlFlags::ECRC_GENERATION_ENABLE),
            ("ECRCChkCap", AerControlFlags::ECRC_CHECK_CAPABLE),
            ("ECRCChkEn", AerControlFlags::ECRC_CHECK_ENABLE),
        ],
    )?;
    out.write_str("\n\t\t\t")?;
    flags(
        out,
        control.flags,
        &[
            (
                "MultHdrRecCap",
                AerControlFlags::MULTIPLE_HEADER_RECORDING_CAPABLE,
            ),
            (
                "MultHdrRecEn",
                AerControlFlags::MULTIPLE_HEADER_RECORDING_ENABLE,
            ),
            ("TLPPfxPres", AerControlFlags::TLP_PREFIX_LOG_PRESENT),
            ("HdrLogCap", AerControlFlags::COMPLETION_TIMEOUT_LOG_CAPABLE),
        ],
    )?;
    out.write_str("\n\t\tHeaderLog:")?;
    for word in errors.header_log {
        write!(out, " {word:08x}")?;
    }
    out.write_char('\n')?;
    match &errors.root {
        Some(root) => write_root(root, version, out),
        None => Ok(()),
    }
}

fn uncorrectable(set: UncorrectableErrors, version: Version, out: &mut dyn Write) -> fmt::Result {
    flags(out, set, &FIRST)?;
    if !version.shows_all_errors() {
        let three = SECOND.get(..3).unwrap_or(&SECOND);
        out.write_char(' ')?;
        flags(out, set, three)?;
        return out.write_char('\n');
    }
    out.write_str("\n\t\t\t")?;
    flags(out, set, &SECOND)?;
    out.write_str("\n\t\t\t")?;
    flags(out, set, &THIRD)?;
    out.write_char('\n')
}

fn write_root(root: &RootErrors, version: Version, out: &mut dyn Write) -> fmt::Result {
    out.write_str("\t\tRootCmd: ")?;
    flags(
        out,
        root.command,
        &[
            ("CERptEn", RootErrorCommand::CORRECTABLE_ERROR_REPORTING),
            ("NFERptEn", RootErrorCommand::NON_FATAL_ERROR_REPORTING),
            ("FERptEn", RootErrorCommand::FATAL_ERROR_REPORTING),
        ],
    )?;
    out.write_str("\n\t\tRootSta: ")?;
    let status = root.status;
    flags(
        out,
        status.flags,
        &[
            ("CERcvd", RootErrorStatusFlags::ERR_COR_RECEIVED),
            (
                "MultCERcvd",
                RootErrorStatusFlags::MULTIPLE_ERR_COR_RECEIVED,
            ),
            ("UERcvd", RootErrorStatusFlags::ERR_FATAL_NON_FATAL_RECEIVED),
            (
                "MultUERcvd",
                RootErrorStatusFlags::MULTIPLE_ERR_FATAL_NON_FATAL_RECEIVED,
            ),
        ],
    )?;
    out.write_str("\n\t\t\t ")?;
    flags(
        out,
        status.flags,
        &[
            (
                "FirstFatal",
                RootErrorStatusFlags::FIRST_UNCORRECTABLE_FATAL,
            ),
            (
                "NonFatalMsg",
                RootErrorStatusFlags::NON_FATAL_ERROR_MESSAGES_RECEIVED,
            ),
            (
                "FatalMsg",
                RootErrorStatusFlags::FATAL_ERROR_MESSAGES_RECEIVED,
            ),
        ],
    )?;
    let number = if version.has_int_msg_num() {
        "IntMsgNum"
    } else {
        "IntMsg"
    };
    writeln!(out, " {number} {}", status.interrupt_message)?;
    writeln!(
        out,
        "\t\tErrorSrc: ERR_COR: {:04x} ERR_FATAL/NONFATAL: {:04x}",
        root.err_cor_source, root.err_fatal_non_fatal_source
    )
}
