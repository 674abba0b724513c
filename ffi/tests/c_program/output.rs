//! What C programs print is what the Rust library says, byte for byte.

use std::path::Path;

use host_tree::{DirTree, HostTree};
use passthru::doctor::{self, Question, Report};
use passthru::input::Input;
use passthru::plan::{self, Request};
use passthru::{Host, Remedy, Target, document, select};
use testkit::program::installed;

use crate::installed::{
    FFI, command, compile, compile_cpp, compile_shared, example_host, file, pkg_config, run,
    scratch,
};

fn examine(tree: &dyn HostTree, device: &str) -> Report {
    let host = Host::read(tree);
    let devices = select::devices(&host, device).unwrap();
    doctor::examine(
        &host,
        &Question {
            devices,
            target: Some(Target::Proxmox),
        },
    )
}

fn example_source() -> std::path::PathBuf {
    Path::new(FFI).join("examples/doctor.c")
}

#[test]
fn the_example_prints_the_rust_librarys_findings() {
    if !installed(&["cc", "pkg-config"]) {
        return;
    }
    let doctor = compile_shared(&example_source(), "doctor-findings");
    let after = example_host("after");
    let report = examine(&DirTree::open(&after).unwrap(), "01:00.0");
    assert!(report.has_problem(), "the host of the example has faults");

    let arguments = [&after, "--device", "01:00.0", "--target", "proxmox"];
    let output = command(&doctor).args(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        document::to_json(&report).unwrap()
    );

    let output = command(&doctor)
        .args(arguments)
        .arg("--text")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    for finding in &report.findings {
        let first = format!(
            "{}: {} [{}]\n",
            finding.verdict, finding.title, finding.code
        );
        assert!(text.contains(&first), "{first}{text}");
        for evidence in &finding.evidence {
            let place = match evidence.line {
                Some(line) => format!("{}:{line}", evidence.source),
                None => evidence.source.clone(),
            };
            let line = format!("    | {place}: {}\n", evidence.text);
            assert!(text.contains(&line), "{line}{text}");
        }
        if let Some(Remedy::Manual { text: step, .. }) = &finding.remedy {
            let line = format!("    -> manual: {step}\n");
            assert!(text.contains(&line), "{line}{text}");
        }
    }
}

#[test]
fn all_fields_of_a_document_can_be_read() {
    if !installed(&["cc", "pkg-config"]) {
        return;
    }
    let source = Path::new(FFI).join("tests/c_program/values.c");
    let values = compile_shared(&source, "values");
    let before = example_host("before");
    for what in ["doctor", "list", "groups", "check", "ask", "status", "plan"] {
        let output = run(command(&values).args([&before, what]));
        let printed = String::from_utf8(output.stdout).unwrap();
        let (text, read) = printed.split_once('\u{c}').unwrap();
        assert!(text.len() > 100, "{what}: {text}");
        let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(parse(text), parse(read), "{what}");
        // The order of members, too.
        let bare = |text: &str| -> String { text.split_whitespace().collect() };
        assert_eq!(bare(text), bare(read), "{what}");
    }
}

#[test]
fn texts_are_read_as_the_rust_library_reads_them() {
    if !installed(&["cc", "pkg-config"]) {
        return;
    }
    let doctor = compile_shared(&example_source(), "doctor-texts");
    let files = [
        "_commands/lspci-nvidia.txt",
        "etc/modprobe.d/vfio.conf",
        "etc/default/grub",
    ];
    let files = files.map(|name| example_host(&format!("after/{name}")));
    let mut input = Input::new();
    for file in &files {
        input.add(file, &std::fs::read(file).unwrap()).unwrap();
    }
    let report = examine(&input.finish().unwrap(), "10de:2d04");
    let output = command(&doctor)
        .args(&files)
        .args(["--device", "10de:2d04", "--target", "proxmox"])
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        document::to_json(&report).unwrap()
    );
}

#[test]
fn the_example_prints_the_rust_librarys_plan() {
    if !installed(&["cc", "pkg-config"]) {
        return;
    }
    let doctor = compile_shared(&example_source(), "doctor-plan");
    let before = example_host("before");
    let tree = DirTree::open(&before).unwrap();
    let host = Host::read(&tree);
    let request = Request {
        devices: select::devices(&host, "01:00").unwrap(),
        target: Some(Target::Proxmox),
        vm: Some("100".to_owned()),
        bind: None,
        ..Request::default()
    };
    let plan = plan::make(&tree, &host, &request).unwrap();

    let arguments = [
        &before, "--plan", "--device", "01:00", "--target", "proxmox", "--vm", "100",
    ];
    let output = run(command(&doctor).args(arguments));
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        document::to_json(&plan).unwrap()
    );

    let output = run(command(&doctor).args(arguments).arg("--text"));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains(&plan::patch::of_all(&plan.edits)), "{text}");
    let words = plan
        .commands
        .iter()
        .map(|command| format!("run {}\n", command.argv.join(" ")));
    let words = words.chain(
        plan.manual_steps
            .iter()
            .map(|step| format!("[{}]\n    - {}\n", step.step, step.text)),
    );
    for expected in words.chain(
        plan.host_impact
            .iter()
            .map(|impact| format!("host impact: {impact}\n")),
    ) {
        assert!(text.contains(&expected), "{expected}{text}");
    }
}

#[test]
fn a_failure_has_its_status() {
    if !installed(&["cc", "pkg-config"]) {
        return;
    }
    let doctor = compile_shared(&example_source(), "doctor-failures");
    let after = example_host("after");
    let cases: [(&[&str], i32, &str); 5] = [
        (
            &["/no/such/directory"],
            2,
            "/no/such/directory: No such file or directory",
        ),
        (
            &[&after, "--device", "05:00.0"],
            2,
            "no device at 05:00.0 in the input",
        ),
        (
            &[&after, "--target", "vmware"],
            2,
            "unknown target \"vmware\"",
        ),
        (
            &[&after, "--plan", "--target", "proxmox"],
            2,
            "expected at least one device",
        ),
        (&[&after, "--frobnicate"], 2, "usage: doctor "),
    ];
    for (arguments, status, message) in cases {
        let output = command(&doctor).args(arguments).output().unwrap();
        let printed = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            (output.status.code(), printed.contains(message)),
            (Some(status), true),
            "{printed}"
        );
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn the_archive_links_with_what_pkg_config_names() {
    if !installed(&["cc", "pkg-config"]) {
        return;
    }
    let archive = file("lib/libpassthru.a").to_str().unwrap().to_owned();
    let mut flags = pkg_config(&["--static", "--cflags", "--libs"]);
    for flag in flags.iter_mut().filter(|flag| *flag == "-lpassthru") {
        flag.clone_from(&archive);
    }
    assert!(flags.contains(&archive));
    let doctor = compile(&example_source(), "doctor-static", &flags);
    let after = example_host("after");
    // Without LD_LIBRARY_PATH: the library is in the program.
    let output = std::process::Command::new(doctor)
        .args([&after, "--device", "01:00.0", "--target", "proxmox"])
        .output()
        .unwrap();
    let report = examine(&DirTree::open(&after).unwrap(), "01:00.0");
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        document::to_json(&report).unwrap()
    );
}

/// A block of the README in a language, by its place among them, as a file.
fn block_of_readme(language: &str, place: usize) -> std::path::PathBuf {
    let readme = std::fs::read_to_string(Path::new(FFI).join("README.md")).unwrap();
    let rest = readme.split(&format!("```{language}\n")).nth(place + 1);
    let (code, _) = rest.unwrap().split_once("```").unwrap();
    let source = scratch(&format!("readme{place}.{language}"));
    std::fs::write(&source, code).unwrap();
    source
}

#[test]
fn the_readmes_examples_run() {
    if !installed(&["cc", "c++", "pkg-config"]) {
        return;
    }
    let after = example_host("after");
    let host = Host::read(&DirTree::open(&after).unwrap());
    let report = doctor::examine(&host, &Question::default());
    let titles: String = report
        .findings
        .iter()
        .map(|f| format!("{}\n", f.title))
        .collect();
    for program in [
        compile_shared(&block_of_readme("c", 0), "readme"),
        compile_cpp(&block_of_readme("cpp", 0), "readme-cpp"),
    ] {
        let output = run(command(&program).arg(&after));
        assert_eq!(String::from_utf8(output.stdout).unwrap(), titles);
        let failed = command(&program).arg("/nonexistent").output().unwrap();
        assert_eq!(failed.status.code(), Some(2));
    }
    let before = example_host("before");
    for program in [
        compile_shared(&block_of_readme("c", 1), "readme-plan"),
        compile_cpp(&block_of_readme("cpp", 1), "readme-plan-cpp"),
    ] {
        let arguments = ["01:00.0", "proxmox", "100"];
        let output = run(command(&program).arg(&before).args(arguments));
        let patch = String::from_utf8(output.stdout).unwrap();
        assert!(patch.contains("+++ b/etc/modprobe.d/vfio.conf"), "{patch}");
        let other = ["01:00.0", "xen", "100"];
        let failed = command(&program).arg("/nonexistent").args(other).output();
        assert_eq!(failed.unwrap().status.code(), Some(2));
    }
}
