//! For which kernels modules outside the kernel are built, as `dkms status` lists them.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use host_tree::{CommandText, Evidence};

use crate::host::fact::Fact;
use crate::host::words::lines_with::{finder, lines_with};

/// As many rows are read.
const MOST: usize = 256;

/// A module, and the kernel that it is built for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct ModuleBuild {
    /// The package's name: `vendor-reset`.
    pub module: String,
    /// The kernel's release; `None` where only the source was added.
    pub kernel: Option<String>,
    /// Whether the module is installed, not just built.
    pub is_installed: bool,
}

/// The rows of `dkms status` in the texts.
pub(in crate::host) fn read(texts: &[CommandText]) -> Vec<Fact<ModuleBuild>> {
    let mut found = Vec::new();
    let Some(words) = words() else { return found };
    for text in texts {
        for (number, line) in lines_with(words, &text.text) {
            let line = line.trim_start_matches(['>', ' ', '\t']).trim_end();
            if let Some(build) = row(line)
                && found.len() < MOST
            {
                found.push(Fact::new(
                    build,
                    Evidence::new(&*text.command, number, line),
                ));
            }
        }
    }
    found
}

fn words() -> Option<&'static AhoCorasick> {
    static WORDS: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| finder([": installed", ": built", ": added"]));
    WORDS.as_ref()
}

/// Whether the line is a row of `dkms status`.
pub(crate) fn is_row(line: &str) -> bool {
    row(line).is_some()
}

/// `vendor-reset/0.1.1, 6.8.12-9-pve, x86_64: installed`, of DKMS before 3.0 `vendor-reset,
/// 0.1.1, 6.8.12-9-pve, x86_64: installed`, and `vendor-reset/0.1.1: added` (dkms,
/// `module_status_built`).
fn row(line: &str) -> Option<ModuleBuild> {
    // In one line with the command: `dkms status: vendor-reset/0.1.1, …`.
    let marks = [' ', ':', '=', '>', '-', '：'];
    let line = match line.strip_prefix("dkms status") {
        Some(answer) => answer.trim_start_matches(marks),
        None => line,
    };
    let (before, state) = line.split_once(": ")?;
    let state = state.split_ascii_whitespace().next()?;
    let is_installed = match state {
        "installed" | "installed-weak" => true,
        "built" | "added" => false,
        _ => return None,
    };
    let (module, rest) = before.split_once(['/', ','])?;
    let mut parts = rest.split(',').map(str::trim);
    let version = parts.next()?;
    let is_word = |word: &str| {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.+~:".contains(&byte);
        !word.is_empty() && word.len() <= 96 && word.bytes().all(is_part)
    };
    let kernel = parts.next();
    let architecture = parts.next();
    let is_row = is_word(module)
        && is_word(version)
        && version.starts_with(|c: char| c.is_ascii_alphanumeric())
        && parts.next().is_none()
        && match (kernel, architecture) {
            (Some(kernel), Some(architecture)) => is_word(kernel) && is_word(architecture),
            (None, None) => state == "added",
            _ => false,
        };
    is_row.then(|| ModuleBuild {
        module: module.to_owned(),
        kernel: kernel.map(str::to_owned),
        is_installed,
    })
}

#[cfg(test)]
mod tests;
