//! Who takes an option ROM, and what is wrong with it.

use std::ffi::{CString, c_char};
use std::ptr;

use passthru::{document, rom_document};
use pci_core::IdError;
use vbios::verify::{self, CardIds, Guest, Target};

use super::read::Rom;
use crate::boundary::{give, look, object, release};
use crate::error::{Error, unwritten};
use crate::status::Status;
use crate::text::{optional_word, to_c};
use crate::verdict::Verdict;

/// Who takes an option ROM, and what was found, worst first. Free it with
/// `passthru_rom_report_free()`; it does not need its ROM.
///
/// Threads may share it: it does not change.
#[derive(Debug)]
pub struct RomReport {
    answers: Vec<Answer>,
    findings: Vec<Finding>,
    has_fault: bool,
    json: CString,
}

/// What one reader does, as strings for C.
#[derive(Debug)]
struct Answer {
    consumer: CString,
    acceptance: CString,
    because: CString,
}

/// One finding, as strings for C.
#[derive(Debug)]
struct Finding {
    code: CString,
    verdict: Verdict,
    consumer: Option<CString>,
    offset: Option<usize>,
    text: CString,
    remedy: Option<CString>,
}

impl From<verify::Verdict> for Verdict {
    fn from(verdict: verify::Verdict) -> Self {
        match verdict {
            verify::Verdict::Blocker => Self::Blocker,
            verify::Verdict::Fix => Self::Fix,
            verify::Verdict::Security => Self::Security,
            verify::Verdict::Unknown => Self::Unknown,
            verify::Verdict::Harmless => Self::Harmless,
        }
    }
}

impl RomReport {
    fn new(report: &verify::Report) -> Result<Self, Error> {
        let json = document::to_json(&rom_document::verification(report)).map_err(unwritten)?;
        let answers = report.answers.iter().map(|answer| Answer {
            consumer: to_c(answer.consumer.word()),
            acceptance: to_c(answer.acceptance.word()),
            because: to_c(&answer.because),
        });
        let findings = report.findings.iter().map(|finding| Finding {
            code: to_c(finding.code),
            verdict: finding.verdict.into(),
            consumer: finding.consumer.map(|consumer| to_c(consumer.word())),
            offset: finding.offset,
            text: to_c(&finding.text),
            remedy: finding.remedy.map(|remedy| to_c(&remedy.to_string())),
        });
        Ok(Self {
            answers: answers.collect(),
            findings: findings.collect(),
            has_fault: report.has_fault(),
            json: to_c(&json),
        })
    }
}

/// Says who takes a ROM for a card and a guest, who does not, and why.
///
/// @param rom    the ROM
/// @param ids    the card's ids as `vendor:device` or
///               `vendor:device:subvendor:subdevice`, four hex digits each; NULL
///               where they are not known
/// @param guest  the guest's firmware: `ovmf`, `seabios` or `both`; NULL where it is
///               not known
/// @param out    where the report is put; NULL is put there first
/// @param error  where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why there is no report
///
/// # Safety
///
/// `rom` is NULL or a ROM that was not freed; `ids` and `guest` are each NULL or end
/// with a NUL; `out` and `error` are each NULL or point to a pointer that may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_verify(
    rom: *const Rom,
    ids: *const c_char,
    guest: *const c_char,
    out: *mut *mut RomReport,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a ROM that was not freed, which nothing
        // changes.
        let rom = unsafe { object(rom, "rom") }?;
        // SAFETY: the caller promises that `ids` is NULL or ends with a NUL.
        let ids = unsafe { optional_word(ids, "ids") }?;
        // SAFETY: the caller promises that `guest` is NULL or ends with a NUL.
        let guest = unsafe { optional_word(guest, "guest") }?;
        let ids: Option<CardIds> = ids.map(str::parse).transpose().map_err(bad_ids)?;
        let target = Target {
            id: ids.map(|ids| ids.function),
            subsystem: ids.and_then(|ids| ids.subsystem),
            guest: guest.map(guest_of).transpose()?,
            ..Target::default()
        };
        RomReport::new(&vbios::verify(&rom.rom, &rom.file, &target))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

fn bad_ids(error: IdError) -> Error {
    Error::new(Status::BadRequest, &format!("ids: {error}"))
}

fn guest_of(word: &str) -> Result<Guest, Error> {
    Guest::from_word(word).ok_or_else(|| {
        let expected = Guest::WORDS.join(", ");
        let message = format!("guest: expected one of {expected}, found \"{word}\"");
        Error::new(Status::BadRequest, &message)
    })
}

/// Looks something up in one answer.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
unsafe fn answer<R>(
    report: *const RomReport,
    answer: usize,
    nothing: R,
    see: impl FnOnce(&Answer) -> Option<R>,
) -> R {
    // SAFETY: the caller promises the same.
    unsafe { look(report, nothing, |report| see(report.answers.get(answer)?)) }
}

/// Looks something up in one finding.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
unsafe fn finding<R>(
    report: *const RomReport,
    finding: usize,
    nothing: R,
    see: impl FnOnce(&Finding) -> Option<R>,
) -> R {
    // SAFETY: the caller promises the same.
    unsafe {
        look(report, nothing, |report| {
            see(report.findings.get(finding)?)
        })
    }
}

/// Frees a report on a ROM. NULL is let pass.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed; it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_report_free(report: *mut RomReport) {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe { release(report) }
}

/// Whether anything stands in the way. The command `passthru rom verify` then ends
/// with status 1.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_report_has_fault(report: *const RomReport) -> bool {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe { look(report, false, |report| Some(report.has_fault)) }
}

/// The report as `passthru rom verify --json` prints it. NULL for NULL.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_report_to_json(report: *const RomReport) -> *const c_char {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe { look(report, ptr::null(), |report| Some(report.json.as_ptr())) }
}

/// How many readers were asked; 0 for NULL.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_report_answer_count(report: *const RomReport) -> usize {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe { look(report, 0, |report| Some(report.answers.len())) }
}

/// Who reads the ROM: `linux-sysfs`, `qemu`, `seabios`, `ovmf`, `secure-boot` or
/// `nvidia-driver`; others may be added. NULL where there is no such answer; they
/// are counted from 0.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_report_answer_consumer(
    report: *const RomReport,
    index: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe {
        answer(report, index, ptr::null(), |answer| {
            Some(answer.consumer.as_ptr())
        })
    }
}

/// What it does with the ROM: `accepts`, `refuses` or `unknown`. NULL where there is
/// no such answer.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_report_answer_acceptance(
    report: *const RomReport,
    index: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe {
        answer(report, index, ptr::null(), |answer| {
            Some(answer.acceptance.as_ptr())
        })
    }
}

/// Why, in a few words. NULL where there is no such answer.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_report_answer_because(
    report: *const RomReport,
    index: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe {
        answer(report, index, ptr::null(), |answer| {
            Some(answer.because.as_ptr())
        })
    }
}

/// How many findings there are; 0 for NULL.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_report_finding_count(report: *const RomReport) -> usize {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe { look(report, 0, |report| Some(report.findings.len())) }
}

/// The stable name of what was found: `passthru explain CODE` tells more. NULL where
/// there is no such finding; findings are counted from 0.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_report_finding_code(
    report: *const RomReport,
    index: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe {
        finding(report, index, ptr::null(), |finding| {
            Some(finding.code.as_ptr())
        })
    }
}

/// What the finding means; `PASSTHRU_VERDICT_NONE` where there is no such finding.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_report_finding_verdict(
    report: *const RomReport,
    index: usize,
) -> Verdict {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe {
        finding(report, index, Verdict::None, |finding| {
            Some(finding.verdict)
        })
    }
}

/// Whom it concerns, as for the answers; NULL where it concerns all, and where there
/// is no such finding.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_report_finding_consumer(
    report: *const RomReport,
    index: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe {
        finding(report, index, ptr::null(), |finding| {
            finding.consumer.as_ref().map(|consumer| consumer.as_ptr())
        })
    }
}

/// Where it is, in bytes from the start of the file; `SIZE_MAX` for what is of no
/// place, and where there is no such finding.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_report_finding_offset(
    report: *const RomReport,
    index: usize,
) -> usize {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe { finding(report, index, usize::MAX, |finding| finding.offset) }
}

/// One sentence, with the values of this ROM; NULL where there is no such finding.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_report_finding_text(
    report: *const RomReport,
    index: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe {
        finding(report, index, ptr::null(), |finding| {
            Some(finding.text.as_ptr())
        })
    }
}

/// What to do, in words for people; NULL where there is nothing to do.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_rom_report_finding_remedy(
    report: *const RomReport,
    index: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe {
        finding(report, index, ptr::null(), |finding| {
            finding.remedy.as_ref().map(|text| text.as_ptr())
        })
    }
}
