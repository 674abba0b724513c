//! The examples, the CMake package and the man page.

use std::path::Path;
use std::process::Command;

use host_tree::DirTree;
use passthru::doctor::{self, Question};
use passthru::plan::{self, Request, patch};
use passthru::{Host, diff, document, select};
use testkit::program::installed;

use crate::installed::{
    FFI, command, compile_cpp, compile_shared, example_host, file, run, scratch,
};

fn host(path: &str) -> Host {
    Host::read(&DirTree::open(example_host(path)).unwrap())
}

#[test]
fn the_agent_prints_each_change_on_a_line() {
    if !installed(&["cc", "pkg-config"]) {
        return;
    }
    let agent = compile_shared(&Path::new(FFI).join("examples/agent.c"), "agent");
    let root = scratch("agent-root");
    let link = |to: &str| {
        let beside = scratch("agent-root.new");
        let _ = std::fs::remove_file(&beside);
        std::os::unix::fs::symlink(example_host(to), &beside).unwrap();
        std::fs::rename(&beside, &root).unwrap();
    };
    link("before");
    let mut child = command(&agent)
        .arg("--root")
        .arg(&root)
        .args(["--interval", "0"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().unwrap()));
    let mut next =
        || -> serde_json::Value { serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() };
    let report = |path: &str| {
        let report = doctor::examine(&host(path), &Question::default());
        serde_json::from_str::<serde_json::Value>(&document::to_json(&report).unwrap()).unwrap()
    };
    let first = next();
    assert_eq!(
        (&first["event"], &first["changed"]),
        (&"report".into(), &serde_json::json!([]))
    );
    assert_eq!(first["report"], report("before"));
    link("after");
    let second = next();
    assert_eq!(second["report"], report("after"));
    let changed = diff::between(&host("before"), &host("after")).differences;
    let changed: Vec<String> = changed
        .into_iter()
        .map(|one| one.title.to_string())
        .collect();
    assert!(!changed.is_empty());
    assert_eq!(second["changed"], serde_json::json!(changed));
    // A signal ends it, with the status of the last look.
    run(Command::new("kill").args(["-TERM", &child.id().to_string()]));
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn the_example_in_cpp_equals_rust() {
    if !installed(&["c++", "pkg-config"]) {
        return;
    }
    let program = compile_cpp(&Path::new(FFI).join("examples/findings.cpp"), "findings");
    let output = command(&program)
        .arg(example_host("after"))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    for finding in doctor::examine(&host("after"), &Question::default()).findings {
        let first = format!(
            "{}: {} [{}]\n",
            finding.verdict, finding.title, finding.code
        );
        assert!(text.contains(&first), "{first}{text}");
    }
    let before = example_host("before");
    let output = run(command(&program).args([&before, "01:00", "proxmox", "100"]));
    let tree = DirTree::open(&before).unwrap();
    let host = Host::read(&tree);
    let request = Request {
        devices: select::devices(&host, "01:00").unwrap(),
        target: Some(passthru::Target::Proxmox),
        vm: Some("100".to_owned()),
        bind: None,
        ..Request::default()
    };
    let plan = plan::make(&tree, &host, &request).unwrap();
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        patch::of_all(&plan.edits)
    );
    let output = command(&program)
        .args([&before, "05:00.0", "proxmox"])
        .output()
        .unwrap();
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        message.starts_with("findings: bad-device: no device at 05:00.0"),
        "{message}"
    );
    assert!(message.contains("\nexpected: 0000:01:00.0"), "{message}");
}

#[test]
fn cmake_finds_the_package() {
    if !installed(&["cmake", "cc", "c++"]) {
        return;
    }
    cmake_builds_with("cmake", &file(""));
}

/// Has CMake find the package below a prefix, and build and run examples with it.
pub(crate) fn cmake_builds_with(name: &str, prefix: &Path) {
    let project = scratch(name);
    let _ = std::fs::remove_dir_all(&project);
    std::fs::create_dir_all(&project).unwrap();
    let examples = Path::new(FFI).join("examples");
    let text = format!(
        "cmake_minimum_required(VERSION 3.16)\nproject(examples C CXX)\nset(CMAKE_CXX_STANDARD 17)\n\
         find_package(passthru 0.1 REQUIRED)\n\
         add_executable(rom {examples}/rom.c)\ntarget_link_libraries(rom PRIVATE passthru::static)\n\
         add_executable(findings {examples}/findings.cpp)\n\
         target_link_libraries(findings PRIVATE passthru::passthru)\n",
        examples = examples.display()
    );
    std::fs::write(project.join("CMakeLists.txt"), text).unwrap();
    let built = project.join("built");
    run(Command::new("cmake")
        .arg("-S")
        .arg(&project)
        .arg("-B")
        .arg(&built)
        .arg(format!("-DCMAKE_PREFIX_PATH={}", prefix.display())));
    run(Command::new("cmake").arg("--build").arg(&built));
    let output = Command::new(built.join("findings")).output().unwrap();
    assert_eq!(
        output.status.code(),
        Some(2),
        "without arguments it says how it is used"
    );
    let output = Command::new(built.join("rom"))
        .arg(built.join("rom"))
        .output()
        .unwrap();
    assert!(
        output.stdout.starts_with(b"{"),
        "a file that is not a ROM has a verdict too"
    );
}

#[test]
fn the_man_page_is_in_order() {
    if !installed(&["groff"]) {
        return;
    }
    let page = file("share/man/man3/libpassthru.3");
    let output = run(Command::new("groff")
        .args(["-man", "-Tutf8", "-ww", "-z"])
        .arg(&page));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    // Every function that it names is one.
    let header = std::fs::read_to_string(file("include/passthru.h")).unwrap();
    let declared = crate::header::declared(&header);
    let text = std::fs::read_to_string(page).unwrap();
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    for word in words.filter(|word| word.starts_with("passthru_") && !word.ends_with('_')) {
        let is_type = header.contains(&format!("struct {word} {word};"))
            || header.contains(&format!("uint32_t {word};"));
        assert!(is_type || declared.contains(word), "{word}");
    }
}
