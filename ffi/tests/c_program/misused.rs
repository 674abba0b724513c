//! What C++ and C programs do against the rules of the header, without valgrind.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;

use testkit::program::installed;

use crate::installed::{
    FFI, command, compile, compile_cpp, compile_cpp_with, compile_shared, example_host, pkg_config,
    run,
};

#[test]
fn signals_sizes_and_builders_do_not_crash() {
    if !installed(&["cc", "pkg-config"]) {
        return;
    }
    let source = Path::new(FFI).join("tests/c_program/limits.c");
    let program = compile_shared(&source, "limits");
    run(command(&program).arg(example_host("after")));
}

#[test]
fn an_exception_in_a_callback_is_thrown_again_or_ends_the_program() {
    if !installed(&["c++", "pkg-config"]) {
        return;
    }
    let source = Path::new(FFI).join("tests/c_program/callbacks.cpp");
    let program = compile_cpp(&source, "callbacks");
    let kept = run(command(&program).arg("kept"));
    assert_eq!(
        String::from_utf8(kept.stdout).unwrap(),
        "from the callback, after 1 line and 1 function\n"
    );
    // What a frame of the library holds must not be left standing: the program ends, by
    // abort() and with words, and does not go on with what is half done.
    let raw = command(&program).arg("raw").output().unwrap();
    let message = String::from_utf8_lossy(&raw.stderr);
    assert_eq!(raw.status.signal(), Some(6), "{message}");
    assert!(message.contains("foreign exception"), "{message}");
}

#[test]
fn address_sanitizer_finds_nothing_in_the_examples() {
    if !installed(&["cc", "pkg-config"]) {
        return;
    }
    let mut flags = pkg_config(&["--cflags", "--libs"]);
    flags.push("-fsanitize=address,undefined".to_owned());
    flags.push("-fno-sanitize-recover=all".to_owned());
    let after = example_host("after");
    for (example, arguments, status) in [
        ("doctor", &["--text"][..], 1),
        ("agent", &["--count", "2", "--interval", "0"], 1),
    ] {
        let source = Path::new(FFI).join(format!("examples/{example}.c"));
        let program = compile(&source, &format!("{example}-asan"), &flags);
        let mut run = command(&program);
        if example == "doctor" {
            run.arg(&after);
        } else {
            run.args(["--root", &after]);
        }
        let output = run.args(arguments).output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{example}: {message}");
    }
    for test in ["misuse", "limits"] {
        let source = Path::new(FFI).join(format!("tests/c_program/{test}.c"));
        let program = compile(&source, &format!("{test}-asan"), &flags);
        run(command(&program).arg(&after));
    }
    // A file that is not a ROM has a verdict too: the example itself.
    let source = Path::new(FFI).join("examples/rom.c");
    let program = compile(&source, "rom-asan", &flags);
    let output = command(&program).arg(&source).output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "rom: {message}");
}

#[test]
fn the_classes_of_cpp_hold_and_free_what_they_hold() {
    if !installed(&["c++", "pkg-config"]) {
        return;
    }
    let source = Path::new(FFI).join("tests/c_program/classes.cpp");
    let sanitizer = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
    let program = compile_cpp_with(&source, "classes", &sanitizer);
    run(command(&program).arg(example_host("after")));
    let source = Path::new(FFI).join("examples/findings.cpp");
    let program = compile_cpp_with(&source, "findings-asan", &sanitizer);
    let output = command(&program)
        .arg(example_host("after"))
        .output()
        .unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "findings: {message}");
}
