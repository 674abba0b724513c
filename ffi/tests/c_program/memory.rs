//! Misuse is answered, and nothing is leaked or read that is not there.

use std::path::Path;

use host_tree::{DirTree, Recorder};
use passthru::plan::{self, Request};
use passthru::{Host, Target, document, select};
use testkit::program::installed;

use crate::installed::{
    FFI, command, compile, compile_shared, example_host, pkg_config, run, scratch,
};

const VALGRIND: [&str; 3] = ["--quiet", "--error-exitcode=99", "--leak-check=full"];

#[test]
fn misuse_is_answered_and_leaks_nothing() {
    if !installed(&["cc", "pkg-config"]) {
        return;
    }
    let source = Path::new(FFI).join("tests/c_program/misuse.c");
    let misuse = compile_shared(&source, "misuse");
    let after = example_host("after");
    run(command(&misuse).arg(&after));
    if installed(&["valgrind"]) {
        run(command("valgrind").args(VALGRIND).arg(&misuse).arg(&after));
    }
}

#[test]
fn a_plan_from_a_snapshot_leaks_nothing() {
    if !installed(&["cc", "pkg-config", "valgrind"]) {
        return;
    }
    let (snapshot, plan) = snapshot_and_plan();
    let path = scratch("before.snapshot");
    std::fs::write(&path, snapshot).unwrap();
    let doctor = compile_shared(&Path::new(FFI).join("examples/doctor.c"), "doctor-memory");
    // A snapshot and not a directory: valgrind 3.19 has no openat2, by which the
    // files of directories are read.
    let output = run(command("valgrind")
        .args(VALGRIND)
        .arg(&doctor)
        .arg(&path)
        .args(["--plan", "--device", "01:00.0", "--target", "proxmox"]));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), plan);
}

#[test]
fn threads_share_objects_and_leave_the_process_as_it_was() {
    if !installed(&["cc", "pkg-config"]) {
        return;
    }
    let path = scratch("threads.snapshot");
    std::fs::write(&path, snapshot_and_plan().0).unwrap();
    let source = Path::new(FFI).join("tests/c_program/threads.c");
    let mut flags = pkg_config(&["--cflags", "--libs"]);
    flags.push("-pthread".to_owned());
    run(command(compile(&source, "threads", &flags)).arg(&path));
}

/// All that a plan for the example host needs, and the plan's JSON.
fn snapshot_and_plan() -> (String, String) {
    let tree = DirTree::open(example_host("before")).unwrap();
    let recorder = Recorder::new(&tree);
    let host = Host::read(&recorder);
    let request = Request {
        devices: select::devices(&host, "01:00.0").unwrap(),
        target: Some(Target::Proxmox),
        vm: None,
        bind: None,
        ..Request::default()
    };
    let plan = plan::make(&recorder, &host, &request).unwrap();
    (
        recorder.into_tree().to_snapshot().unwrap(),
        document::to_json(&plan).unwrap(),
    )
}
