//! The command `passthru`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(passthru::cli::main(std::env::args_os()))
}
