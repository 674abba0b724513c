//! One run of the command, counted: its instructions by callgrind, its peak memory by the kernel.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use testkit::{Scratch, environment};

/// The command: `PASSTHRU_COMMAND`, or the tests' own where that is optimized.
fn program() -> Option<PathBuf> {
    let own = !cfg!(debug_assertions);
    environment::path(environment::COMMAND)
        .or_else(|| own.then(|| env!("CARGO_BIN_EXE_passthru").into()))
}

/// Whether runs can be counted here: an unoptimized command needs minutes under callgrind.
pub(crate) fn possible() -> bool {
    if program().is_none() {
        let why = "callgrind needs minutes for an unoptimized command";
        testkit::skipped::optional(why, "PASSTHRU_COMMAND=target/release/passthru");
        return false;
    }
    testkit::program::installed(&["valgrind", "cc"])
}

fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    // A value of the environment has its length on the stack, and texts of a language their cost.
    command.env_clear().env("PATH", "/usr/bin:/bin");
    command.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
    command.stdin(Stdio::null());
    command
}

/// The instructions of one run.
pub(crate) fn instructions(words: &[String]) -> u64 {
    let output = command(Path::new("valgrind"))
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program().unwrap())
        .args(words)
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stderr);
    let status = output.status.code();
    assert!(matches!(status, Some(0 | 1)), "{words:?}: {printed}");
    let count = printed
        .lines()
        .find_map(|line| line.split_once("Collected : "));
    let (_, count) = count.unwrap_or_else(|| panic!("{words:?}: {printed}"));
    count.trim().parse().unwrap()
}

/// The peak resident memory of one run, in KiB.
pub(crate) fn peak(words: &[String]) -> u64 {
    static MEASURE: OnceLock<(Scratch, PathBuf)> = OnceLock::new();
    let (_, measure) = MEASURE.get_or_init(|| {
        let scratch = Scratch::new();
        let program = scratch.path().join("measure");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../bench/floor/measure.c");
        let mut cc = Command::new("cc");
        let made = cc.arg(source).arg("-o").arg(&program).status();
        assert!(made.unwrap().success());
        (scratch, program)
    });
    let output = command(measure)
        .arg(program().unwrap())
        .args(words)
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    printed.split_whitespace().nth(3).unwrap().parse().unwrap()
}
