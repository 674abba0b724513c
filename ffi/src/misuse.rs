//! Misuse by a C program, from Rust: each call returns, none crashes.

use std::ffi::{CStr, CString, c_char};
use std::ptr;

use crate::*;

const JSON: u32 = Format::Json as u32;

const LSPCI: &str = "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device \
    [10de:2d04] (rev a1)\n01:00.1 Audio device [0403]: NVIDIA Corporation Device [10de:22eb] \
    (rev a1)\n02:00.0 Ethernet controller [0200]: NVIDIA Corporation Device [10de:ffff]\n";

fn text(name: &CStr, data: &str) -> Text {
    Text {
        name: name.as_ptr(),
        data: data.as_ptr(),
        length: data.len(),
    }
}

fn open(texts: &[Text]) -> Result<*mut Host, (Status, String)> {
    outcome(|out, error| {
        // SAFETY: the texts and both places are local variables of the caller.
        unsafe { passthru_host_open_texts(texts.as_ptr(), texts.len(), out, error) }
    })
}

fn doctor(
    host: *const Host,
    devices: &[*const c_char],
    target: *const c_char,
) -> Result<*mut Document, (Status, String)> {
    let (words, count) = (devices.as_ptr(), devices.len());
    outcome(|out, error| {
        // SAFETY: all pointers are NULL or of values that outlive the call.
        unsafe { passthru_host_doctor(host, words, count, target, JSON, out, error) }
    })
}

fn plan(
    host: *const Host,
    devices: &[*const c_char],
    target: *const c_char,
    vm: *const c_char,
) -> Result<*mut Plan, (Status, String)> {
    outcome(|out, error| {
        // SAFETY: all pointers are NULL or of values that outlive the call.
        unsafe {
            passthru_host_plan(
                host,
                devices.as_ptr(),
                devices.len(),
                target,
                vm,
                out,
                error,
            )
        }
    })
}

/// The object, or the status with the error's message; asserts that there is just
/// one of them.
fn outcome<T>(
    call: impl Fn(*mut *mut T, *mut *mut Error) -> Status,
) -> Result<*mut T, (Status, String)> {
    let (mut out, mut error) = (ptr::dangling_mut(), ptr::dangling_mut());
    let status = call(&raw mut out, &raw mut error);
    if status == Status::Ok {
        assert!(!out.is_null() && error.is_null());
        return Ok(out);
    }
    assert!(out.is_null() && !error.is_null());
    // SAFETY: the call has just made it.
    assert_eq!(unsafe { passthru_error_status(error) }, status);
    // SAFETY: as above.
    let message = string(unsafe { passthru_error_message(error) });
    // SAFETY: as above, and it is not used afterwards.
    unsafe { passthru_error_free(error) };
    // Without a place for the error the status is the same.
    let mut out = ptr::dangling_mut();
    assert_eq!(call(&raw mut out, ptr::null_mut()), status);
    assert!(out.is_null());
    Err((status, message))
}

fn string(text: *const c_char) -> String {
    assert!(!text.is_null());
    // SAFETY: not NULL, and all strings of the library end with a NUL.
    unsafe { CStr::from_ptr(text) }.to_str().unwrap().to_owned()
}

fn host() -> *mut Host {
    open(&[text(c"lspci.txt", LSPCI)]).unwrap()
}

fn free(host: *mut Host) {
    // SAFETY: made by `host`, and not used afterwards.
    unsafe { passthru_host_free(host) };
}

#[test]
fn nothing_is_done_with_null() {
    #[allow(
        clippy::multiple_unsafe_ops_per_block,
        reason = "one sentence for all of them"
    )]
    // SAFETY: every function accepts NULL.
    unsafe {
        passthru_host_free(ptr::null_mut());
        passthru_document_free(ptr::null_mut());
        passthru_plan_free(ptr::null_mut());
        passthru_error_free(ptr::null_mut());
        assert_eq!(passthru_error_status(ptr::null()), Status::Ok);
        assert!(passthru_error_message(ptr::null()).is_null());
        assert!(passthru_error_document(ptr::null()).is_null());
        assert!(passthru_document_text(ptr::null()).is_null());
        assert!(passthru_document_value(ptr::null()).is_null());
        assert!(passthru_plan_document(ptr::null()).is_null());
        assert_eq!(passthru_value_type(ptr::null()), Type::None);
        assert!(passthru_value_member(ptr::null(), c"a".as_ptr()).is_null());
        let mut length = 7;
        assert!(passthru_value_string(ptr::null(), &raw mut length).is_null());
        assert_eq!(length, 0);
        let nowhere = ptr::null_mut();
        assert_eq!(
            passthru_host_open_live(ptr::null_mut(), nowhere),
            Status::BadArgument
        );
    }
}

fn says<T>(name: &str) -> Result<*mut T, (Status, String)> {
    let message = format!("{name}: expected a value, found NULL");
    Err((Status::BadArgument, message))
}

#[test]
fn null_arguments_are_named() {
    let host = host();
    let directory = outcome(|out, error| {
        // SAFETY: NULL, and places that are local variables.
        unsafe { passthru_host_open_directory(ptr::null(), out, error) }
    });
    assert_eq!(directory, says("path"));
    let no_name = Text {
        name: ptr::null(),
        data: ptr::null(),
        length: 0,
    };
    assert_eq!(open(&[no_name]), says("texts.name"));
    let no_data = Text {
        name: c"a".as_ptr(),
        data: ptr::null(),
        length: 3,
    };
    assert_eq!(open(&[no_data]), says("texts.data"));
    let no_texts = outcome(|out, error| {
        // SAFETY: NULL, and places that are local variables.
        unsafe { passthru_host_open_texts(ptr::null(), 2, out, error) }
    });
    assert_eq!(no_texts, says("texts"));
    assert_eq!(doctor(ptr::null(), &[], ptr::null()), says("host"));
    assert_eq!(
        plan(ptr::null(), &[], ptr::null(), ptr::null()),
        says("host")
    );
    assert_eq!(doctor(host, &[ptr::null()], ptr::null()), says("devices"));
    free(host);
}

#[test]
fn a_count_that_no_array_has_is_refused() {
    let one = text(c"lspci.txt", LSPCI);
    let refused = outcome(|out, error| {
        // SAFETY: the count is refused before anything is read.
        unsafe { passthru_host_open_texts(&raw const one, usize::MAX, out, error) }
    });
    let found = format!(
        "texts: expected the count of an array, found {}",
        usize::MAX
    );
    assert_eq!(refused, Err((Status::BadArgument, found)));
}

#[test]
fn other_bytes_than_utf8_are_refused_with_their_place() {
    let host = host();
    let bad = CString::new(b"ab\xff".as_slice()).unwrap();
    let says = |name: &str| {
        let message = format!("{name}: expected UTF-8, found another byte at offset 2");
        Err::<(), _>((Status::NotUtf8, message))
    };
    assert_eq!(
        doctor(host, &[bad.as_ptr()], ptr::null()).map(drop),
        says("devices")
    );
    assert_eq!(doctor(host, &[], bad.as_ptr()).map(drop), says("target"));
    let vm = plan(host, &[c"01:00".as_ptr()], ptr::null(), bad.as_ptr());
    assert_eq!(vm.map(drop), says("vm"));
    assert_eq!(open(&[text(&bad, LSPCI)]).map(drop), says("texts.name"));
    free(host);
}

#[test]
fn each_kind_of_failure_has_its_status() {
    let host = host();
    let status = |result: Result<*mut Document, (Status, String)>| result.unwrap_err().0;
    assert_eq!(
        status(doctor(host, &[c"05:00.0".as_ptr()], ptr::null())),
        Status::BadDevice
    );
    assert_eq!(
        status(doctor(host, &[c"nvidia".as_ptr()], ptr::null())),
        Status::BadDevice
    );
    assert_eq!(
        status(doctor(host, &[], c"vmware".as_ptr())),
        Status::UnknownTarget
    );
    let status = |result: Result<*mut Plan, (Status, String)>| result.unwrap_err().0;
    let (card, none) = ([c"01:00".as_ptr()], ptr::null());
    assert_eq!(
        status(plan(host, &[], c"proxmox".as_ptr(), none)),
        Status::BadRequest
    );
    assert_eq!(status(plan(host, &card, none, none)), Status::NoPlan);
    assert_eq!(
        status(plan(host, &card, c"proxmox".as_ptr(), none)),
        Status::NoPlan
    );
    assert_eq!(
        open(&[]).unwrap_err(),
        (
            Status::BadText,
            "no input: expected at least one text".to_owned()
        )
    );
    assert_eq!(open(&[text(c"a", "hello")]).unwrap_err().0, Status::BadText);
    assert_eq!(
        open(&[text(c"a", "\u{7f}ELF\0")]).unwrap_err().0,
        Status::BadText
    );
    free(host);
}

#[test]
fn a_directory_that_is_not_there_is_refused() {
    let directory = outcome(|out, error| {
        // SAFETY: a path with a NUL at its end, and places that are local variables.
        unsafe { passthru_host_open_directory(c"/no/such\xff".as_ptr(), out, error) }
    });
    assert_eq!(directory.map(drop).unwrap_err().0, Status::CannotOpen);
}

#[test]
fn a_document_outlives_its_host_and_answers_beyond_its_end() {
    let host = host();
    let report = doctor(host, &[c"01:00".as_ptr()], c"proxmox".as_ptr()).unwrap();
    free(host);
    #[allow(
        clippy::multiple_unsafe_ops_per_block,
        reason = "one sentence for all of them"
    )]
    // SAFETY: `report` is freed at the end only.
    unsafe {
        let json = string(passthru_document_text(report));
        let value = passthru_document_value(report);
        assert_eq!(passthru_document_value(report), value);
        let findings = passthru_value_member(value, c"findings".as_ptr());
        let count = passthru_value_length(findings);
        assert!(count > 0);
        for index in 0..count {
            let finding = passthru_value_element(findings, index);
            let code = passthru_value_member(finding, c"code".as_ptr());
            assert!(json.contains(&string(passthru_value_string(code, ptr::null_mut()))));
            let evidence = passthru_value_member(finding, c"evidence".as_ptr());
            let beyond = passthru_value_length(evidence);
            assert!(passthru_value_element(evidence, beyond).is_null());
        }
        for beyond in [count, usize::MAX] {
            assert!(passthru_value_element(findings, beyond).is_null());
        }
        let first = passthru_value_at(value, c"/devices/0".as_ptr());
        let mut address = 0;
        assert!(passthru_value_address(first, &raw mut address));
        assert_eq!(address, 0x100);
        passthru_document_free(report);
    }
}

#[test]
fn threads_may_share_a_host() {
    let host = host();
    // A pointer that threads may share, as C's may.
    let shared = host.expose_provenance();
    let look = || {
        let shared: *const Host = ptr::with_exposed_provenance(shared);
        let report = doctor(shared, &[c"01:00".as_ptr()], ptr::null()).unwrap();
        // SAFETY: it has just been made.
        let text = string(unsafe { passthru_document_text(report) });
        // SAFETY: as above, and it is not used afterwards.
        unsafe { passthru_document_free(report) };
        text
    };
    let texts: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(look)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert!(texts.iter().all(|text| *text == texts[0]));
    free(host);
}
