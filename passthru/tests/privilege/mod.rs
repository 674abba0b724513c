//! The system calls of the commands that read: each file that they open is below a path of the
//! table in SECURITY.md, and nothing else of the host changes.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use testkit::Scratch;

/// A call of strace's log that names files.
struct Opened {
    path: String,
    reads_only: bool,
}

/// The directories of SECURITY.md's table: backticked paths of its first column.
fn documented() -> BTreeSet<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../SECURITY.md");
    let text = fs::read_to_string(file).unwrap();
    let (_, table) = text.split_once("| paths | facts |").unwrap();
    let (_, table) = table.split_once('\n').unwrap();
    let rows = table.lines().take_while(|line| line.starts_with('|'));
    rows.filter_map(|row| row.split('|').nth(1))
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .map(str::to_owned)
        .collect()
}

/// The file of a line such as `7 openat2(3</>, "etc/os-release", {flags=O_RDONLY...`.
fn opened(line: &str) -> Option<Opened> {
    let (call, arguments) = line.split_once('(')?;
    let call = call.rsplit(' ').next()?;
    let directory = match call {
        "open" | "creat" => None,
        "openat" | "openat2" => Some(arguments.split_once('<')?.1.split_once('>')?.0),
        _ => return None,
    };
    let name = arguments.split('"').nth(1)?;
    let path = match directory {
        Some(directory) if !name.starts_with('/') => format!("{directory}/{name}"),
        _ => name.to_owned(),
    };
    Some(Opened {
        path: path.replace("//", "/"),
        reads_only: (line.contains("O_RDONLY") || line.contains("O_PATH"))
            && !["O_CREAT", "O_TRUNC", "O_APPEND"]
                .iter()
                .any(|flag| line.contains(flag)),
    })
}

#[test]
fn commands_open_only_documented_files() {
    if !testkit::program::installed(&["strace"]) {
        return;
    }
    let documented = documented();
    let scratch = Scratch::new();
    let log = scratch.path().join("log");
    let written = scratch.path().join("written");
    let output = written.to_str().unwrap();
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for words in [
        &["list"][..],
        &["lspci", "-vvv"],
        &["groups", "--predict"],
        &["doctor"],
        &["check"],
        &["ask"],
        &["verify"],
        &["capture", "-o", output],
        &["report", "-o", output],
    ] {
        let _ = fs::remove_file(&written);
        let ran = Command::new("strace")
            .args(["-f", "-y", "-qq", "-o", log.to_str().unwrap(), "-e"])
            .arg("trace=%file,%network,%process,openat2")
            .arg(env!("CARGO_BIN_EXE_passthru"))
            .args(words)
            // Cargo's: directories of the build.
            .env_remove("LD_LIBRARY_PATH")
            .output()
            .unwrap();
        assert!(
            matches!(ran.status.code(), Some(0..=2)),
            "{words:?}: {ran:?}"
        );
        let trace = fs::read_to_string(&log).unwrap();
        let mut programs = 0;
        for line in trace.lines() {
            let call = line.split_once('(').map_or("", |(call, _)| call);
            let call = call.rsplit(' ').next().unwrap();
            programs += usize::from(call.starts_with("exec"));
            if let Some(file) = opened(line) {
                let is_output = file.path == output;
                assert!(file.reads_only || is_output, "{words:?}: {line}");
                let below = documented.iter().find(|directory| {
                    let rest = file.path.strip_prefix(directory.as_str());
                    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
                });
                assert!(
                    below.is_some() || is_output || file.path == "/",
                    "{words:?}: {} is not in the table of SECURITY.md",
                    file.path
                );
                used.extend(below.map(String::as_str));
                continue;
            }
            let reads = [
                "stat", "access", "readlink", "execve", "getcwd", "exit", "wait", "clone", "vfork",
                "statfs", "futex", "kill",
            ];
            assert!(
                call.is_empty()
                    || line.contains("+++")
                    || line.contains("---")
                    || line.contains("resumed")
                    || reads.iter().any(|read| call.contains(read)),
                "{words:?}: {line}"
            );
        }
        assert_eq!(programs, 1, "{words:?} starts a program:\n{trace}");
    }
    let unused: Vec<_> = documented
        .iter()
        .filter(|directory| !used.contains(directory.as_str()))
        .collect();
    assert!(unused.is_empty(), "no command opens {unused:?}");
}
