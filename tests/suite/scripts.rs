//! The scripts that run the tests: which slow checks a change touches, and what a run skipped.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

use testkit::Scratch;
use testkit::program::installed;

use crate::command::top;

const ALL: &str = "booted end-to-end features kernels page playbooks";

/// What `scripts/areas` prints of these paths.
fn areas(paths: &str) -> String {
    let mut child = Command::new(top().join("scripts/areas"))
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(paths.as_bytes()).unwrap();
    drop(input);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn a_change_touches_the_checks_that_rest_on_it() {
    for (paths, expected) in [
        ("README.md", ""),
        ("docs/vfio.md\nffi/src/lib.rs", ""),
        (
            "vbios/src/rom.rs\npython/src/lib.rs",
            "features page playbooks",
        ),
        ("tests/suite/rules.rs\nhvconf/tests/targets.rs", ""),
        ("iommu/src/predict/rules.rs", "end-to-end kernels page"),
        ("iommu/tests/lab/boot", "kernels"),
        (
            "iommu/tests/captures/a.txt\nhvconf/src/lib.rs",
            "end-to-end features kernels page",
        ),
        ("hostconf/tests/booted/machine.rs", "booted"),
        ("hostconf/src/boot/grub.rs", "booted end-to-end page"),
        (
            "passthru/src/plan/ansible/yaml.rs",
            "end-to-end page playbooks",
        ),
        ("shell-text/src/lib.rs", "booted end-to-end page"),
        ("passthru/src/apply/undo.rs", "end-to-end page playbooks"),
        ("passthru/src/host/read.rs", "end-to-end page"),
        ("passthru/src/doctor/table.rs", "end-to-end"),
        ("passthru/src/host/words/prose.rs\nlang/de.po", ""),
        ("passthru/tests/apply/targets.rs", "playbooks"),
        ("tests/booted/cases/amd", "end-to-end"),
        ("packaging/debian/control\nscripts/build-static", ""),
        ("web/src/page.js\nscripts/web\nscripts/site", "page"),
        (".github/workflows/test.yml\ndeny.toml", ""),
    ] {
        assert_eq!(areas(paths), expected, "{paths}");
    }
}

#[test]
fn where_there_is_doubt_every_check_runs() {
    for paths in [
        "",
        "Cargo.lock",
        "Cargo.toml",
        ".ci/run",
        "scripts/lab",
        "testkit/src/program.rs",
        "list-order/src/lib.rs",
        "pci-core/src/lib.rs",
        "host-tree/src/dir.rs",
        "README.md\na-new-crate/src/lib.rs",
        "rust-toolchain.toml",
        "\"docs/\\303\\244.md\"",
    ] {
        assert_eq!(areas(paths), ALL, "{paths:?}");
    }
    // A copy of the tree without its history.
    let scratch = Scratch::new();
    let scripts = scratch.directory("scripts");
    std::fs::copy(top().join("scripts/areas"), scripts.join("areas")).unwrap();
    let output = Command::new(scripts.join("areas"))
        .env("GIT_CEILING_DIRECTORIES", std::env::temp_dir())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), ALL);
}

/// In a repository of its own: a branch against main, committed or not, and main itself.
#[test]
fn a_difference_from_the_main_branch_is_a_change() {
    if !installed(&["git"]) {
        return;
    }
    let scratch = Scratch::new();
    let scripts = scratch.directory("scripts");
    std::fs::copy(top().join("scripts/areas"), scripts.join("areas")).unwrap();
    let git = |words: &[&str]| {
        let name = ["-c", "user.name=a", "-c", "user.email=a@localhost"];
        let mut git = Command::new("git");
        git.arg("-C").arg(scratch.path()).args(name).args(words);
        // Not the repository that a hook runs these tests in.
        for variable in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
            git.env_remove(variable);
        }
        let output = git.output().unwrap();
        assert!(output.status.success(), "{words:?}: {output:?}");
    };
    let here = || {
        let mut areas = Command::new(scripts.join("areas"));
        for variable in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
            areas.env_remove(variable);
        }
        let output = areas.output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    git(&["init", "--quiet", "--initial-branch", "main"]);
    assert_eq!(here(), ALL, "no commit");
    git(&["add", "."]);
    git(&["commit", "--quiet", "-m", "a"]);
    assert_eq!(here(), ALL, "no difference");
    git(&["checkout", "--quiet", "-b", "change"]);
    scratch.write("docs/a.md", "a");
    assert_eq!(here(), "", "an untracked file");
    git(&["add", "."]);
    git(&["commit", "--quiet", "-m", "b"]);
    assert_eq!(here(), "", "a commit");
    scratch.write("hostconf/src/lib.rs", "a");
    let slow = "booted end-to-end page";
    assert_eq!(here(), slow);
    git(&["add", "."]);
    assert_eq!(here(), slow, "added");
    git(&["commit", "--quiet", "-m", "c"]);
    git(&["mv", "hostconf/src/lib.rs", "docs/lib.rs"]);
    git(&["commit", "--quiet", "-m", "d"]);
    assert_eq!(here(), "", "what is as it was");
    git(&["branch", "--quiet", "-D", "main"]);
    assert_eq!(here(), ALL, "no main branch");
}

/// What a run skipped is listed by reason, with the way to get it.
#[test]
fn skipped_tests_are_listed() {
    let scratch = Scratch::new();
    let list = scratch.write(
        "skipped.txt",
        "b z\tfish is not installed\tscripts/setup\na y\tfish is not installed\tscripts/setup\n\
         a y\tfish is not installed\tscripts/setup\nkernels\tnone\tscripts/lab fetch\n",
    );
    let message = |list: &std::path::Path| {
        let output = Command::new(top().join("scripts/skipped"))
            .arg(list)
            .output();
        String::from_utf8(output.unwrap().stdout).unwrap()
    };
    let expected = "not tested:\n  fish is not installed: a y, b z (to get it: scripts/setup)\n  \
                    none: kernels (to get it: scripts/lab fetch)\n";
    assert_eq!(message(&list), expected);
    let empty = scratch.write("empty.txt", "");
    assert_eq!(message(&empty), "nothing was skipped\n");
}

/// Each environment variable that tests read is described.
#[test]
fn each_variable_is_in_contributing() {
    let names = std::fs::read_to_string(top().join("testkit/src/environment.rs")).unwrap();
    let text = std::fs::read_to_string(top().join("CONTRIBUTING.md")).unwrap();
    let constants = names.lines().filter(|line| line.starts_with("pub const "));
    let mut count = 0;
    for name in constants.filter_map(|line| line.split('"').nth(1)) {
        assert!(text.contains(name), "CONTRIBUTING.md lacks {name}");
        count += 1;
    }
    assert!(count > 10);
}

#[test]
fn programs_of_the_benchmark_match_the_header_of_the_library() {
    if !installed(&["cc"]) {
        return;
    }
    for program in [
        "languages/lookup.c",
        "floor/bandwidth.c",
        "floor/functions.c",
        "floor/hello.c",
        "floor/measure.c",
    ] {
        let output = Command::new("cc")
            .args(["-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-I"])
            .arg(top().join("ffi/include"))
            .arg(top().join("bench").join(program))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program}: {said}");
    }
}

/// A crate with other features is built once more, for minutes.
#[test]
fn the_command_the_tests_and_the_python_package_share_one_build() {
    let tree = |edges: &str, selected: &[&str]| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(top());
        cargo.args(["tree", "--offline", "--prefix", "none", "--edges", edges]);
        let output = cargo
            .args(["--format", "{p} [{f}]"])
            .args(selected)
            .output();
        let output = output.unwrap();
        assert!(output.status.success(), "{output:?}");
        let lines = String::from_utf8(output.stdout).unwrap();
        let lines = lines.lines().map(|line| line.trim_end_matches(" (*)"));
        let lines = lines.map(|line| line.replace(" (proc-macro)", ""));
        lines.collect::<BTreeSet<String>>()
    };
    let script = std::fs::read_to_string(top().join("scripts/test")).unwrap();
    let features = script
        .lines()
        .find_map(|line| line.trim().strip_prefix("shared="))
        .unwrap();
    let all = ["--workspace", "--exclude", "passthru-python"];
    let command = tree("normal,build", &all);
    let tests = tree("normal,build,dev", &all);
    let python = ["-p", "passthru-python", "--features", features];
    let python = tree("normal,build", &python);
    // What the library is built from.
    let name = |line: &str| line.split(' ').next().unwrap_or_default().to_owned();
    let below: BTreeSet<String> = tree("normal,build", &["-p", "passthru"])
        .iter()
        .map(|line| name(line))
        .collect();
    let differing = |built: &BTreeSet<String>| {
        let others = built.difference(&tests).cloned();
        others
            .filter(|line| below.contains(&name(line)))
            .collect::<Vec<String>>()
    };
    assert_eq!(differing(&command), Vec::<String>::new());
    assert_eq!(differing(&python), Vec::<String>::new());
}
