//! Kernel options in the lists of declarative configurations: NixOS, Talos Linux, Ignition,
//! machine configurations of OpenShift, Harvester, Guix, bootc.

use std::sync::LazyLock;

use crate::host::words::lines_with::finder;
use aho_corasick::AhoCorasick;
use host_tree::numbered_lines;

/// Keys whose values are options of the host's kernel. `kernel_params` and `kernelArgs` are
/// excluded: Kata Containers and KubeVirt use those for the kernel of a guest.
const KEYS: [&str; 8] = [
    // NixOS manual, chapter Linux Kernel.
    "kernelParams",
    // Talos documentation, v1alpha1 configuration reference, install; Image Factory.
    "extraKernelArgs",
    // OpenShift, MachineConfig, spec.
    "kernelArguments",
    // Butane, Fedora CoreOS specification 1.4 and newer.
    "kernel_arguments",
    // GNU Guix reference manual, operating-system Reference.
    "kernel-arguments",
    // Harvester documentation, Configuration, install.os.
    "third_party_kernel_args",
    // bootc documentation, kargs.d.
    "kargs",
    // Ansible roles and inventories.
    "kernel_args",
];

/// A list longer than this is not read to its end.
const MOST_LINES: u32 = 64;

/// The value that the lines before belong to.
enum Open {
    Nothing,
    /// Items that start with a dash, one on a line.
    Items {
        until: u32,
    },
    /// A list in brackets; the depth of brackets at the end of the last line.
    Brackets {
        depth: usize,
        until: u32,
    },
}

/// So many options of one text are read.
const MOST: usize = 256;

/// A kernel option of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Listed<'a> {
    /// The number of its line.
    pub(crate) number: u32,
    /// The line.
    pub(crate) line: &'a str,
    /// The option.
    pub(crate) option: String,
}

/// The kernel options that lists of a text have.
pub(crate) fn listed(text: &str) -> Vec<Listed<'_>> {
    static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| finder(KEYS));
    let mut found = Vec::new();
    let Some(finder) = FINDER.as_ref().filter(|finder| finder.is_match(text)) else {
        return found;
    };
    let mut open = Open::Nothing;
    for (number, shown) in numbered_lines(text) {
        if found.len() >= MOST {
            break;
        }
        let line = shown.trim_start_matches(['>', ' ', '\t']).trim_end();
        match open {
            Open::Items { until } if number <= until => {
                if let Some(item) = line.strip_prefix("- ") {
                    found.extend(options(item).map(|option| Listed::new(number, shown, option)));
                    continue;
                }
                // Butane's list of options that the kernel gets.
                if line.is_empty() || line.starts_with('#') || line == "should_exist:" {
                    continue;
                }
            }
            Open::Brackets { depth, until } if number <= until => {
                let mut take = |option| found.push(Listed::new(number, shown, option));
                let depth = brackets(line, depth, &mut take);
                open = match depth {
                    0 => Open::Nothing,
                    _ => Open::Brackets { depth, until },
                };
                continue;
            }
            _ => {}
        }
        let until = number.saturating_add(MOST_LINES);
        open = match value(finder, line) {
            Some("" | "|" | ">") => Open::Items { until },
            Some(value) if starts_list(value) => {
                let mut take = |option| found.push(Listed::new(number, shown, option));
                match brackets(value, 0, &mut take) {
                    0 => Open::Nothing,
                    depth => Open::Brackets { depth, until },
                }
            }
            Some(value) => {
                found.extend(options(value).map(|option| Listed::new(number, shown, option)));
                Open::Nothing
            }
            None => Open::Nothing,
        };
    }
    found
}

impl<'a> Listed<'a> {
    const fn new(number: u32, line: &'a str, option: String) -> Self {
        Self {
            number,
            line,
            option,
        }
    }
}

fn starts_list(value: &str) -> bool {
    value.starts_with(['[', '(']) || value.starts_with("'(")
}

/// The text after a key of the line.
fn value<'a>(finder: &AhoCorasick, line: &'a str) -> Option<&'a str> {
    let key = finder.find(line)?;
    let (before, _) = line.split_at_checked(key.start())?;
    let before = before.trim_start_matches("- ");
    let is_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '"' | '\'' | '(');
    // A sentence has words before it.
    if !before.chars().all(is_path) || line.starts_with('#') {
        return None;
    }
    let rest = line.get(key.end()..)?.trim_start_matches(['"', '\'']);
    let trimmed = rest.trim_start();
    if let Some(value) = trimmed.strip_prefix([':', '=']) {
        return Some(value.trim());
    }
    // Guix: `(kernel-arguments (list "quiet"))`.
    (before.ends_with('(') && starts_list(trimmed)).then_some(trimmed)
}

/// Passes on the options of a bracketed list, and returns the depth of brackets at the end of the
/// line. The content of inner brackets is computed.
fn brackets(line: &str, mut depth: usize, found: &mut impl FnMut(String)) -> usize {
    let is_string = |quote: char| matches!(quote, '"' | '\'');
    let mut rest = line;
    let mut word = String::new();
    let mut take = |word: &mut String, depth: usize| {
        let word = std::mem::take(word);
        if depth == 1 {
            options(&word).for_each(&mut *found);
        }
    };
    while let Some(c) = rest.chars().next() {
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        match c {
            '\'' if rest.starts_with('(') => {}
            quote if is_string(quote) => {
                let (inside, after) = rest.split_once(quote).unwrap_or((rest, ""));
                take(&mut word, depth);
                word.push_str(inside);
                take(&mut word, depth);
                rest = after;
            }
            '[' | '(' => depth += 1,
            ']' | ')' => {
                take(&mut word, depth);
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return 0;
                }
            }
            '#' if word.is_empty() => return depth,
            ',' if !word.contains('=') => take(&mut word, depth),
            c if c.is_whitespace() => take(&mut word, depth),
            c => word.push(c),
        }
    }
    take(&mut word, depth);
    depth
}

/// The options of an item: `"intel_iommu=on iommu=pt"`.
fn options(item: &str) -> impl Iterator<Item = String> + '_ {
    let item = item.split(" #").next().unwrap_or_default();
    let item = item.trim().trim_end_matches([',', ';']);
    let words = item.trim_matches(['"', '\'']).split_ascii_whitespace();
    // The value of a template is unknown.
    let is_option = |word: &&str| {
        word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word.bytes().all(|byte| byte.is_ascii_graphic())
            && !word.contains(['$', '{', '}', '<', '>', '|'])
            && !word.ends_with([':', '!', '?'])
    };
    let names = item.contains('=') || !item.trim().contains(' ');
    words
        .filter(move |word| names && is_option(word) && *word != "list")
        .map(|word| word.trim_end_matches(',').to_owned())
}

#[cfg(test)]
mod tests;
