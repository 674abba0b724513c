//! The library, installed once for all tests, and programs built against it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

/// The crate `ffi`.
pub(crate) const FFI: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../ffi");

/// Where `cargo xtask install` put the library.
static PREFIX: LazyLock<PathBuf> = LazyLock::new(|| {
    // Tests of two crates install it, and may run at the same time.
    let prefix = scratch(concat!(env!("CARGO_PKG_NAME"), "-installed"));
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let mut install = Command::new(env!("CARGO"));
    install
        .args(["xtask", "install", "--profile", "dev", "--prefix"])
        .arg(&prefix)
        .current_dir(Path::new(FFI).parent().unwrap())
        .env("CARGO_TARGET_DIR", target);
    run(&mut install);
    prefix
});

/// A path for what a test makes.
pub(crate) fn scratch(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// An installed file.
pub(crate) fn file(path: &str) -> PathBuf {
    PREFIX.join(path)
}

/// A file or directory of the example host on which a guide was followed.
pub(crate) fn example_host(path: &str) -> String {
    let host = Path::new(FFI)
        .join("../examples/hosts/proxmox-rtx5060ti")
        .join(path);
    host.to_str().unwrap().to_owned()
}

/// What pkg-config says of the installed library.
pub(crate) fn pkg_config(arguments: &[&str]) -> Vec<String> {
    let mut command = Command::new("pkg-config");
    command
        .args(arguments)
        .arg("passthru")
        .env("PKG_CONFIG_PATH", file("lib/pkgconfig"));
    let message = String::from_utf8(run(&mut command).stdout).unwrap();
    message.split_whitespace().map(str::to_owned).collect()
}

/// Compiles a C program with these flags after its source.
pub(crate) fn compile(source: &Path, name: &str, flags: &[String]) -> PathBuf {
    let program = scratch(name);
    let mut cc = Command::new("cc");
    cc.args([
        "-std=c99",
        "-Wall",
        "-Wextra",
        "-Wpedantic",
        "-Werror",
        "-g",
    ])
    .arg(source)
    .args(flags)
    .arg("-o")
    .arg(&program);
    run(&mut cc);
    program
}

/// Compiles a C program against the installed shared library.
pub(crate) fn compile_shared(source: &Path, name: &str) -> PathBuf {
    compile(source, name, &pkg_config(&["--cflags", "--libs"]))
}

/// Compiles a C++17 program against the installed shared library.
pub(crate) fn compile_cpp(source: &Path, name: &str) -> PathBuf {
    compile_cpp_with(source, name, &[])
}

/// Compiles a C++17 program with these flags besides.
pub(crate) fn compile_cpp_with(source: &Path, name: &str, flags: &[&str]) -> PathBuf {
    let program = scratch(name);
    let mut compiler = Command::new("c++");
    compiler
        .args([
            "-std=c++17",
            "-Wall",
            "-Wextra",
            "-Wpedantic",
            "-Werror",
            "-g",
        ])
        .args(flags)
        .arg(source)
        .args(pkg_config(&["--cflags", "--libs"]))
        .arg("-o")
        .arg(&program);
    run(&mut compiler);
    program
}

/// A command that finds the installed shared library when it runs.
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env("LD_LIBRARY_PATH", file("lib"));
    command
}

/// Runs a command that must succeed.
pub(crate) fn run(command: &mut Command) -> Output {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{command:?}: {}\n{message}",
        output.status
    );
    output
}
