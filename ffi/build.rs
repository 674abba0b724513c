//! Sets the soname of the shared library, and makes CMake's files, which cargo-c and
//! `cargo xtask install` install.
#![allow(clippy::print_stdout, reason = "how a build script speaks to cargo")]

use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// `cargo xtask install` names the file's link so.
const SONAME: &str = "libpassthru.so.1";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,{SONAME}");
    let out = env::var("OUT_DIR")?;
    let folder = Path::new(&out).join("cmake");
    fs::create_dir_all(&folder)?;
    let private = native_libraries(Path::new(&out))?;
    // For the file of pkg-config, which has a prefix.
    fs::write(Path::new(&out).join("native-libraries"), &private)?;
    for name in ["passthru-config.cmake", "passthru-config-version.cmake"] {
        let template = format!("{name}.in");
        println!("cargo::rerun-if-changed={template}");
        let text = fs::read_to_string(&template)?
            .replace("@version@", &env::var("CARGO_PKG_VERSION")?)
            .replace("@major@", &env::var("CARGO_PKG_VERSION_MAJOR")?)
            .replace("@minor@", &env::var("CARGO_PKG_VERSION_MINOR")?)
            .replace("@soname@", SONAME)
            .replace("@private@", &private);
        fs::write(folder.join(name), text)?;
    }
    Ok(())
}

/// The libraries that Rust's standard library needs in a statically linked program.
fn native_libraries(out: &Path) -> Result<String, Box<dyn Error>> {
    let source = out.join("empty.rs");
    fs::write(&source, "")?;
    let output = Command::new(env::var("RUSTC")?)
        .args(["--crate-type", "staticlib", "--target"])
        .arg(env::var("TARGET")?)
        .args(["--print", "native-static-libs", "-o"])
        .arg(out.join("empty.a"))
        .arg(&source)
        .output()?;
    let output = String::from_utf8(output.stderr)?;
    let libraries = output.split_once("native-static-libs:");
    let libraries = libraries.and_then(|(_, rest)| rest.lines().next());
    Ok(libraries
        .ok_or("expected rustc to say native-static-libs, found nothing of it")?
        .trim()
        .to_owned())
}
