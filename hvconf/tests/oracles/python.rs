//! Readers that are Python packages.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use testkit::Reader;
use testkit::program::missing;

/// The interpreter that scripts/setup makes.
fn interpreter() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../.venv/bin/python")
}

/// The schemas that scripts/setup fetches.
pub(crate) fn schemas() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../.venv/kubevirt-schemas.json")
}

/// The reader `name` of `readers.py`, where `module` is installed.
pub(crate) fn start(name: &str, module: &str) -> Option<Reader> {
    with(&interpreter(), name, module)
}

/// The same with another interpreter.
pub(crate) fn with(python: &Path, name: &str, module: &str) -> Option<Reader> {
    let has = |module: &str| {
        let import = format!("import {module}");
        Command::new(python)
            .args(["-W", "ignore", "-c", &import])
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    if !has(module) {
        missing(&format!("the Python package {module}"));
        return None;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracles/readers.py");
    Some(Reader::spawn(
        Command::new(python)
            .args(["-W", "ignore", script, name])
            .env("KUBEVIRT_SCHEMAS", schemas()),
    ))
}
