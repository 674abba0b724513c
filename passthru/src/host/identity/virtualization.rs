//! Whether the processor can run guests: the flags vmx and svm of `/proc/cpuinfo`.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use host_tree::{Evidence, HostTree, numbered_lines};

use crate::host::fact::Fact;
use crate::host::words::lines_with::{finder, lines_with};
use crate::prompt::Prompt;

/// The result of a look at the flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Virtualization {
    /// The processor has vmx or svm.
    Present,
    /// All flags are shown, and neither is among them.
    Missing,
    /// Flags were counted with a pattern that other flags match too.
    WrongPattern,
}

const FILE: &str = "/proc/cpuinfo";

/// Maximum number of lines of one text: each processor has the same flags.
const MOST: usize = 16;

/// The most certain line of the input.
pub(in crate::host) fn read(tree: &dyn HostTree) -> Option<Fact<Virtualization>> {
    static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| finder(["flags", FILE]));
    let mut found: Vec<Fact<Virtualization>> = Vec::new();
    if let Some(text) = tree.read_text(FILE).found() {
        let mut lines = numbered_lines(&text);
        if let Some((number, line)) = lines.find(|(_, line)| flags(line).is_some()) {
            let after = lines.next().map_or("", |(_, line)| line);
            let seen = of_flags(line, after, &text);
            found.extend(seen.map(|seen| Fact::new(seen, Evidence::new(FILE, number, line))));
        }
    }
    let words = WORDS.as_ref()?;
    for text in tree.texts() {
        for (number, line) in lines_with(words, &text.text).take(MOST) {
            let mut after = numbered_lines(&text.text).skip_while(|(at, _)| *at <= number);
            let mut next = || after.next().map_or("", |(_, line)| line);
            let seen = match flags(line) {
                Some(_) => of_flags(line, next(), &text.text),
                None => of_count(line, next()),
            };
            let line = line.trim();
            found.extend(
                seen.map(|seen| Fact::new(seen, Evidence::new(&*text.command, number, line))),
            );
            // Each processor has the same line.
            if found.iter().any(|one| one.value == Virtualization::Present) {
                break;
            }
        }
    }
    let order = [
        Virtualization::Present,
        Virtualization::Missing,
        Virtualization::WrongPattern,
    ];
    order
        .into_iter()
        .find_map(|wanted| found.iter().find(|one| one.value == wanted).cloned())
}

/// The line of `/proc/cpuinfo` whose flag `hypervisor` says that the processor runs under one
/// (Linux arch/x86/include/asm/cpufeatures.h, X86_FEATURE_HYPERVISOR): in a virtual machine, and
/// in dom0 of Xen.
pub(in crate::host) fn under_hypervisor(tree: &dyn HostTree) -> Option<Evidence> {
    let text = tree.read_text(FILE).found()?;
    let (number, _) = numbered_lines(&text).find(|(_, line)| {
        flags(line).is_some_and(|flags| flags.split_ascii_whitespace().any(|flag| flag == UNDER))
    })?;
    // The line is long, and the flag stands far behind its start.
    Some(Evidence::new(FILE, number, format!("flags: … {UNDER} …")))
}

/// Whether the line is one of flags, or a command that counts them.
pub(crate) fn is_line(line: &str) -> bool {
    flags(line).is_some() || pattern(line).is_some()
}

/// The flags of `flags : fpu vme …` (Linux arch/x86/kernel/cpu/proc.c).
fn flags(line: &str) -> Option<&str> {
    let (key, flags) = line.trim_start_matches(['>', ' ', '\t']).split_once(':')?;
    let is_flags = key.trim_end() == "flags" && flags.trim_start().starts_with("fpu ");
    is_flags.then_some(flags)
}

/// The flag of processors under a hypervisor.
const UNDER: &str = "hypervisor";

/// Flags that the kernel prints after vmx and svm: where one is there, the line is not cut.
const AFTER_VMX: &str = "ssse3";
const AFTER_SVM: [&str; 3] = ["sse4a", "3dnowprefetch", "osvw"];

fn of_flags(line: &str, after: &str, text: &str) -> Option<Virtualization> {
    let flags = flags(line)?;
    let has = |flag: &str| flags.split_ascii_whitespace().any(|word| word == flag);
    if has("vmx") || has("svm") {
        return Some(Virtualization::Present);
    }
    // A guest without nested guests has neither.
    let is_guest = has(UNDER);
    let is_whole = match (text.contains("GenuineIntel"), text.contains("AuthenticAMD")) {
        (true, false) => has(AFTER_VMX),
        (false, true) => AFTER_SVM.iter().any(|flag| has(flag)),
        _ => has(AFTER_VMX) && AFTER_SVM.iter().any(|flag| has(flag)),
    };
    // A line that a paste broke continues on the next one.
    let goes_on = !after.trim().is_empty() && !after.contains(':') && Prompt::read(after).is_none();
    (!is_guest && is_whole && !goes_on).then_some(Virtualization::Missing)
}

/// The alternatives of `egrep -c '(vmx|svm)' /proc/cpuinfo`.
fn pattern(line: &str) -> Option<Vec<&str>> {
    let (command, _) = line.split_once(FILE)?;
    let is_count = command.split_ascii_whitespace().any(|word| {
        word.starts_with('-') && !word.starts_with("--") && word.contains('c') || word == "--count"
    });
    let (_, rest) = command.split_once("grep ")?;
    let quote = rest.find(['\'', '"', '\u{2018}', '\u{201c}'])?;
    let (_, quoted) = rest.split_at_checked(quote)?;
    let inside = quoted.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = inside
        .split(['|', '\\'])
        .filter(|word| !word.is_empty())
        .collect();
    let is_ours = words
        .iter()
        .any(|word| word.starts_with("vm") || *word == "svm");
    (is_count && is_ours).then_some(words)
}

/// The number that the command printed.
fn of_count(line: &str, after: &str) -> Option<Virtualization> {
    let words = pattern(line)?;
    let count: u32 = after.trim().parse().ok()?;
    let matches = |flag: &str| words.iter().any(|word| flag.contains(word));
    let is_exact = words.iter().all(|word| ["vmx", "svm"].contains(word));
    match (count, is_exact) {
        (0, _) => (matches("vmx") && matches("svm")).then_some(Virtualization::Missing),
        (_, true) => Some(Virtualization::Present),
        (_, false) => Some(Virtualization::WrongPattern),
    }
}

#[cfg(test)]
mod tests;
