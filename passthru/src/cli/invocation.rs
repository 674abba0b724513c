//! The program's invocation, for the commands that it prints.

use std::path::{Path, PathBuf};

use super::input::Input;
use crate::invocation::Invocation;
use crate::target::Target;

/// The invocation with this input; `files` are those among the devices.
pub(super) fn invocation(input: &Input, files: &[PathBuf], target: Option<Target>) -> Invocation {
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let mut words: Vec<String> = Vec::new();
    let mut add = |option: &str, value: String| words.extend([option.to_owned(), value]);
    if let Some(root) = &input.root {
        add("--root", text(root));
    }
    for path in input.from.iter().chain(files) {
        add("--from", text(path));
    }
    if let Some(host) = &input.host {
        add("--host", host.clone());
    }
    Invocation::new(words, target)
}
