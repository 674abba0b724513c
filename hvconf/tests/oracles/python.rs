//! Readers that are Python packages.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::program::missing;

pub(crate) struct Reader {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

/// The interpreter that scripts/setup makes.
fn interpreter() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../.venv/bin/python")
}

/// The schemas that scripts/setup fetches.
pub(crate) fn schemas() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../.venv/kubevirt-schemas.json")
}

impl Reader {
    /// The reader `name` of `readers.py`, where `module` is installed.
    pub(crate) fn start(name: &str, module: &str) -> Option<Self> {
        Self::with(&interpreter(), name, module)
    }

    /// The same with another interpreter.
    pub(crate) fn with(python: &Path, name: &str, module: &str) -> Option<Self> {
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
        let mut child = Command::new(python)
            .args(["-W", "ignore", script, name])
            .env("KUBEVIRT_SCHEMAS", schemas())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Some(Self {
            child,
            input,
            output,
        })
    }

    /// What it reads; an error is what it says.
    pub(crate) fn read(&mut self, text: &str) -> Result<String, String> {
        let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        writeln!(self.input, "{hex}").unwrap();
        self.input.flush().unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        assert!(line.ends_with('\n'), "the reader ended on {text:?}");
        let line = line.trim_end();
        if let Some(why) = line.strip_prefix("refused: ") {
            return Err(why.to_owned());
        }
        let bytes = (0..line.len())
            .step_by(2)
            .map(|at| u8::from_str_radix(line.get(at..at + 2).unwrap(), 16).unwrap());
        Ok(String::from_utf8(bytes.collect()).unwrap())
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
