//! The command `passthru`.

use std::process::ExitCode;

// musl's own allocator makes a system call for many allocations: it is most of the time of a start.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: dlmalloc::GlobalDlmalloc = dlmalloc::GlobalDlmalloc;

fn main() -> ExitCode {
    ExitCode::from(passthru::cli::main(std::env::args_os()))
}
