//! The vendor of the processor.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use host_tree::{Evidence, HostTree, numbered_lines};

use crate::host::fact::Fact;
use crate::host::model::whole_host::Standing;
use crate::host::words::lines_with::{finder, lines_with};

/// Vendor of the processor, which determines the IOMMU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Processor {
    /// AMD: AMD-Vi.
    Amd,
    /// Intel: VT-d.
    Intel,
}

/// The file of the running kernel.
pub(super) const FILE: &str = "/proc/cpuinfo";

/// Lines of one maker's drivers.
const TRACES: [(&str, Processor); 6] = [
    ("AMD-Vi: Interrupt remapping", Processor::Amd),
    ("AMD-Vi: IOMMU performance counters", Processor::Amd),
    ("perf/amd_iommu", Processor::Amd),
    ("DMAR-IR:", Processor::Intel),
    ("kvm_intel ", Processor::Intel),
    ("kvm_amd ", Processor::Amd),
];

/// Words in lines that name a processor.
const NAMES: [&str; 6] = [
    // /proc/cpuinfo, lscpu.
    "GenuineIntel",
    "AuthenticAMD",
    // The kernel's log, inxi, neofetch.
    "Intel(R) ",
    "AMD Ryzen",
    "AMD EPYC",
    "Intel ",
];

/// The lines of the input that show it, each with how directly.
pub(in crate::host) fn seen(tree: &dyn HostTree) -> Vec<(Standing, Fact<Processor>)> {
    let mut found = Vec::new();
    if let Some(text) = tree.read_text(FILE).found() {
        let mut lines = numbered_lines(&text);
        found.extend(lines.find_map(|(number, line)| {
            let (_, processor) = named(line)?;
            let fact = Fact::new(processor, Evidence::new(FILE, number, line));
            Some((Standing::Kernel, fact))
        }));
    }
    let Some(words) = words() else { return found };
    for text in tree.texts() {
        let mut shown: Vec<(Standing, Processor)> = Vec::new();
        for (number, line) in lines_with(words, &text.text) {
            // People set the options of both makers' modules.
            let is_setting = line.contains("options ") || line.contains("nested");
            let traced = || {
                if is_setting {
                    return None;
                }
                let mut traces = TRACES.iter();
                let trace = traces.find(|(sign, _)| line.contains(sign));
                trace.map(|(_, processor)| (Standing::Trace, *processor))
            };
            let Some(one) = named(line).or_else(traced) else {
                continue;
            };
            // One line of each kind is enough.
            if !shown.contains(&one) {
                shown.push(one);
                let evidence = Evidence::new(&*text.command, number, line.trim());
                found.push((one.0, Fact::new(one.1, evidence)));
            }
        }
    }
    found
}

/// The lines of programs that name the processor.
pub(super) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let lines = words()
        .into_iter()
        .flat_map(|words| lines_with(words, text));
    lines
        .map(|(_, line)| line)
        .filter(|line| named(line).is_some())
}

fn words() -> Option<&'static AhoCorasick> {
    static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let traces = TRACES.iter().map(|(sign, _)| *sign);
        finder(traces.chain(NAMES))
    });
    WORDS.as_ref()
}

/// Whether the line, without blanks around it, is of a program that names the processor.
pub(crate) fn is_line(line: &str) -> bool {
    named(line).is_some_and(|(standing, _)| standing != Standing::Log)
}

/// `vendor_id : GenuineIntel` of /proc/cpuinfo (Linux arch/x86/kernel/cpu/proc.c), `Vendor ID:
/// AuthenticAMD` of lscpu; `smpboot: CPU0: AMD Ryzen 9 …` of the log; `CPU: Intel Core i7` of
/// neofetch and `Info: 16-core model: AMD Ryzen 9` of inxi.
fn named(line: &str) -> Option<(Standing, Processor)> {
    let line = line.trim_start_matches(['>', ' ', '\t']).trim_end();
    let (key, value) = line.split_once(':')?;
    let key = key.trim();
    match (key, value.trim()) {
        ("vendor_id" | "Vendor ID", "AuthenticAMD") => {
            return Some((Standing::Program, Processor::Amd));
        }
        ("vendor_id" | "Vendor ID", "GenuineIntel") => {
            return Some((Standing::Program, Processor::Intel));
        }
        ("model name" | "Model name" | "Model Name", value) => {
            return Some((Standing::Program, model(value)?));
        }
        ("CPU", value) => return Some((Standing::Summary, model(value)?)),
        _ => {}
    }
    if let Some((_, value)) = line.split_once("smpboot: CPU0: ") {
        return Some((Standing::Log, model(value)?));
    }
    let (_, value) = line.split_once("-core model: ")?;
    Some((Standing::Summary, model(value)?))
}

/// The maker of a model: `Intel(R) Core(TM) i7-8700K CPU @ 3.70GHz`, `AMD Ryzen 9 5950X`.
fn model(name: &str) -> Option<Processor> {
    let mut words = name.split_ascii_whitespace();
    match words.next()? {
        "AMD" => Some(Processor::Amd),
        "Intel" | "Intel(R)" => Some(Processor::Intel),
        // `12th Gen Intel(R) Core(TM) i7-12700K`
        number if number.ends_with("th") && words.next() == Some("Gen") => {
            let is_intel = words.next().is_some_and(|word| word.starts_with("Intel"));
            is_intel.then_some(Processor::Intel)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
