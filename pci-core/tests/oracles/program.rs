//! Whether a program can be asked.

use std::process::Command;

/// Whether `program` runs. Says so on standard error where it does not, and
/// fails where `PASSTHRU_ORACLES=required` says that it must.
pub(crate) fn installed(program: &str) -> bool {
    let runs = Command::new(program).arg("--version").output().is_ok();
    if !runs {
        missed(&format!("{program} is not installed"));
    }
    runs
}

/// Says that a test is skipped and why; fails where no test may be.
pub(crate) fn missed(why: &str) {
    let required = std::env::var("PASSTHRU_ORACLES").is_ok_and(|value| value == "required");
    assert!(!required, "{why}");
    #[expect(clippy::print_stderr, reason = "a skipped test must be seen")]
    {
        eprintln!("skipped: {why}");
    }
}
