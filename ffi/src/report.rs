//! What the doctor found.

use std::ffi::{CString, c_char};
use std::ptr;

use passthru::{doctor, document, render};

use crate::boundary::{give, look, object, release};
use crate::document::Document;
use crate::error::{Error, unwritten};
use crate::status::Status;
use crate::text::{all_to_c, nth, to_c};
use crate::verdict::Verdict;

/// The findings of one look at a host, worst first. Free it with
/// `passthru_report_free()`; it does not need its host. Its strings live as long as
/// it does.
///
/// Threads may share it: it does not change.
#[derive(Debug)]
pub struct Report {
    findings: Vec<Finding>,
    has_fault: bool,
    json: CString,
    whole: doctor::Report,
}

/// One finding, as strings for C.
#[derive(Debug)]
struct Finding {
    code: CString,
    verdict: Verdict,
    title: CString,
    devices: Vec<CString>,
    consequences: Vec<CString>,
    evidence: Vec<Evidence>,
    remedy: Option<CString>,
}

/// One line that proves something.
#[derive(Debug)]
struct Evidence {
    source: CString,
    line: u32,
    text: CString,
}

impl Report {
    pub(crate) fn new(report: doctor::Report) -> Result<Self, Error> {
        let json = document::to_json(&report).map_err(unwritten)?;
        Ok(Self {
            findings: report.findings.iter().map(Finding::new).collect(),
            has_fault: report.has_fault(),
            json: to_c(&json),
            whole: report,
        })
    }
}

impl Finding {
    fn new(finding: &passthru::Finding) -> Self {
        let evidence = finding.evidence.iter().map(|evidence| Evidence {
            source: to_c(&evidence.source),
            line: evidence.line.unwrap_or(0),
            text: to_c(&evidence.text),
        });
        Self {
            code: to_c(finding.code),
            verdict: finding.verdict.into(),
            title: to_c(&finding.title),
            devices: finding
                .devices
                .iter()
                .map(|device| to_c(&device.to_string()))
                .collect(),
            consequences: all_to_c(&finding.cause_of),
            evidence: evidence.collect(),
            remedy: finding
                .remedy
                .as_ref()
                .map(|remedy| to_c(&remedy.to_string())),
        }
    }
}

/// Looks something up in one finding.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
unsafe fn look_at<R>(
    report: *const Report,
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

/// Frees a report. NULL is let pass.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed; it is not used afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_report_free(report: *mut Report) {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe { release(report) }
}

/// Whether anything stands in the way: a blocker, a fix, a security fault or
/// something impossible. The command `passthru doctor` then ends with status 1.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_report_has_fault(report: *const Report) -> bool {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe { look(report, false, |report| Some(report.has_fault)) }
}

/// The report as `passthru doctor --json` prints it. NULL for NULL.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_report_to_json(report: *const Report) -> *const c_char {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe { look(report, ptr::null(), |report| Some(report.json.as_ptr())) }
}

/// The findings as JSON, one a line, as `passthru doctor --format jsonl` prints them.
///
/// @param report  the report
/// @param out     where the text is put; NULL is put there first
/// @param error   where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why there is none
///
/// # Safety
///
/// `report` is NULL or a report that was not freed; `out` and `error` are each NULL or point
/// to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_report_to_json_lines(
    report: *const Report,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a report that was not freed.
        let report = unsafe { object(report, "report") }?;
        let text = render::json_lines(&report.whole).map_err(unwritten)?;
        Ok(Document::new(&text))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// The findings as metrics for the textfile collector of Prometheus' node_exporter, as
/// `passthru doctor --format prometheus` prints them.
///
/// @param report  the report
/// @param out     where the text is put; NULL is put there first
/// @param error   where the error is put, or NULL
/// @return `PASSTHRU_STATUS_OK`, or why there is none
///
/// # Safety
///
/// `report` is NULL or a report that was not freed; `out` and `error` are each NULL or point
/// to a pointer that may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_report_to_prometheus(
    report: *const Report,
    out: *mut *mut Document,
    error: *mut *mut Error,
) -> Status {
    let make = || {
        // SAFETY: the caller promises NULL or a report that was not freed.
        let report = unsafe { object(report, "report") }?;
        Ok(Document::new(&render::prometheus(&report.whole)))
    };
    // SAFETY: the caller promises just this of `out` and `error`.
    unsafe { give(out, error, make) }
}

/// How many findings there are; 0 for NULL.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_report_finding_count(report: *const Report) -> usize {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe { look(report, 0, |report| Some(report.findings.len())) }
}

/// The stable name of what was found: `passthru explain CODE` tells more. NULL
/// where there is no such finding; findings are counted from 0.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_report_finding_code(
    report: *const Report,
    finding: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe {
        look_at(report, finding, ptr::null(), |finding| {
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
pub unsafe extern "C" fn passthru_report_finding_verdict(
    report: *const Report,
    finding: usize,
) -> Verdict {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe {
        look_at(report, finding, Verdict::None, |finding| {
            Some(finding.verdict)
        })
    }
}

/// One sentence, with the names and values of this host; NULL where there is no
/// such finding.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_report_finding_title(
    report: *const Report,
    finding: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe {
        look_at(report, finding, ptr::null(), |finding| {
            Some(finding.title.as_ptr())
        })
    }
}

/// What to do, in words for people; NULL where there is nothing to do. The JSON
/// form has it as a value that programs can carry out.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_report_finding_remedy(
    report: *const Report,
    finding: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe {
        look_at(report, finding, ptr::null(), |finding| {
            finding.remedy.as_ref().map(|text| text.as_ptr())
        })
    }
}

/// How many functions the finding is about; 0 when it is about the host.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_report_finding_device_count(
    report: *const Report,
    finding: usize,
) -> usize {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe { look_at(report, finding, 0, |finding| Some(finding.devices.len())) }
}

/// The address of one of them, `0000:01:00.0`; NULL where there is none.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_report_finding_device(
    report: *const Report,
    finding: usize,
    device: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe {
        look_at(report, finding, ptr::null(), |finding| {
            nth(&finding.devices, device)
        })
    }
}

/// How many codes of other findings are consequences of this one.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_report_finding_consequence_count(
    report: *const Report,
    finding: usize,
) -> usize {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe {
        look_at(report, finding, 0, |finding| {
            Some(finding.consequences.len())
        })
    }
}

/// The code of one of them; NULL where there is none.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_report_finding_consequence(
    report: *const Report,
    finding: usize,
    consequence: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe {
        look_at(report, finding, ptr::null(), |finding| {
            nth(&finding.consequences, consequence)
        })
    }
}

/// How many lines prove the finding.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_report_finding_evidence_count(
    report: *const Report,
    finding: usize,
) -> usize {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe { look_at(report, finding, 0, |finding| Some(finding.evidence.len())) }
}

/// The file on the host, or the command or text, that a line stands in; NULL where
/// there is no such line.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_report_finding_evidence_source(
    report: *const Report,
    finding: usize,
    evidence: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe {
        look_at(report, finding, ptr::null(), |finding| {
            Some(finding.evidence.get(evidence)?.source.as_ptr())
        })
    }
}

/// The line's number, from 1; 0 for what is no line, such as the target of a link,
/// and where there is none.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_report_finding_evidence_line(
    report: *const Report,
    finding: usize,
    evidence: usize,
) -> u32 {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe {
        look_at(report, finding, 0, |finding| {
            Some(finding.evidence.get(evidence)?.line)
        })
    }
}

/// What stands there, without the line's end; NULL where there is no such line.
///
/// # Safety
///
/// `report` is NULL or a report that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_report_finding_evidence_text(
    report: *const Report,
    finding: usize,
    evidence: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a report that was not freed.
    unsafe {
        look_at(report, finding, ptr::null(), |finding| {
            Some(finding.evidence.get(evidence)?.text.as_ptr())
        })
    }
}
