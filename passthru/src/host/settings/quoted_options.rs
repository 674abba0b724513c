//! Kernel options that a sentence names, in backticks, quotation marks or neither: whether the
//! kernel has them is unknown.

use std::sync::LazyLock;

use crate::host::words::lines_with::finder;
use aho_corasick::AhoCorasick;
use host_tree::{CommandText, Evidence, numbered_lines};
use hostconf::boot::command_line::same_name;

use super::Settings;
use crate::host::fact::Fact;

/// An option that a sentence quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct QuotedOption {
    /// As it is written.
    pub text: String,
    /// The text before `=`.
    pub name: String,
    /// The text after it.
    pub value: Option<String>,
}

impl QuotedOption {
    /// Whether its line says that the host does not need the option.
    pub(crate) fn is_denied(&self, line: &str) -> bool {
        let line = line.to_lowercase();
        [
            "not need",
            "n't need",
            "not used",
            "kein ",
            "no longer",
            "without",
            "unnecessary",
            "not required",
            "not necessary",
            "nicht nötig",
            "nicht mehr",
            "ya no",
            "no hace falta",
            "pas nécessaire",
            "不需要",
            "无需",
            "不用",
            "不要",
            "必要ない",
            "не нужн",
        ]
        .iter()
        .any(|words| line.contains(words))
    }
}

/// Prefixes of options for passthrough; a span without one is ignored.
const STARTS: [&str; 24] = [
    "intel_iommu=",
    "amd_iommu=",
    "iommu=",
    "iommu.passthrough=",
    "iommu.strict=",
    "intremap=",
    "pcie_acs_override=",
    "vfio-pci.",
    "vfio_pci.",
    "vfio-pci-ids=",
    "vfio.",
    "pci-stub.ids=",
    "pci_stub.ids=",
    "vfio_iommu_type1.",
    "initcall_blacklist=",
    "module_blacklist=",
    "modprobe.blacklist=",
    "video=efifb:",
    "video=simplefb:",
    "video=vesafb:",
    "kvm.ignore_msrs=",
    "swiotlb=",
    "pcie_aspm=",
    "pci=no",
];

/// Maximum number of options.
const MOST: usize = 64;

/// The longest line that is a sentence, in bytes.
const LONGEST: usize = 2048;

/// Whether the line has such an option.
pub(crate) fn has_option(line: &str) -> bool {
    !options(line).is_empty()
}

/// The options of the texts' sentences that no setting of the input has.
pub(in crate::host) fn read(texts: &[CommandText], settings: &Settings) -> Vec<Fact<QuotedOption>> {
    let mut found: Vec<Fact<QuotedOption>> = Vec::new();
    for text in texts {
        for (number, line) in numbered_lines(&text.text) {
            for option in options(line) {
                let is_known = found.iter().any(|known| known.value == option);
                let mut set = settings.kernel_options.iter();
                let is_set =
                    set.any(|set| same_name(&set.name, &option.name) && set.value == option.value);
                if !is_known && !is_set && found.len() < MOST {
                    let evidence = Evidence::new(&*text.command, number, line.trim());
                    found.push(Fact::new(option, evidence));
                }
            }
        }
    }
    found
}

fn options(line: &str) -> Vec<QuotedOption> {
    static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| finder(STARTS));
    if line.len() > LONGEST
        || !FINDER.as_ref().is_some_and(|finder| finder.is_match(line))
        // A remark about the processors of one maker.
        || is_of_maker(line)
        || is_of_xen(line)
    {
        return Vec::new();
    }
    // Markdown marks code by one backtick or by two.
    let line = line.replace("``", "`");
    let code = line.split('`').skip(1).step_by(2);
    let mut found: Vec<QuotedOption> = code.flat_map(of_span).collect();
    if found.is_empty() {
        let quoted = quotations(&line).into_iter();
        found = quoted.flat_map(of_span).collect();
    }
    if found.is_empty() && !line.contains(['`', '"', '“', '\'']) {
        found = without_marks(&line);
    }
    if found.is_empty() {
        found = in_a_row(&line);
    }
    found
}

/// So many options for passthrough in a row are a command line, whatever else the line has: a post
/// whose line breaks are lost.
const ROW: usize = 3;

/// The options of the rows of a line.
fn in_a_row(line: &str) -> Vec<QuotedOption> {
    if line.contains("CMDLINE") || line.contains("ommand line:") {
        return Vec::new();
    }
    let words: Vec<&str> = line.split_ascii_whitespace().collect();
    let is_of_passthrough =
        |word: &&str| is_option(word) && STARTS.iter().any(|start| word.starts_with(start));
    let mut found = Vec::new();
    let mut before: Option<&str> = None;
    for row in words.chunk_by(|a, b| is_of_passthrough(a) == is_of_passthrough(b)) {
        let is_row = row.len() >= ROW && row.first().is_some_and(is_of_passthrough);
        if is_row && !before.is_some_and(is_other) {
            found.extend(row.iter().flat_map(|word| of_span(word)));
        }
        before = row.last().copied();
    }
    found
}

/// Whether a word before options says that the host may not have them, or is a command.
fn is_other(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    OTHERS.iter().any(|other| word.eq_ignore_ascii_case(other))
}

/// Words of a sentence about options that the host may not have, and of commands, in lower case.
const OTHERS: [&str; 40] = [
    "not", "without", "no", "never", "remove", "removed", "removing", "instead", "if", "try",
    "tried", "trying", "should", "don't", "doesn't", "didn't", "need", "needs", "add", "use",
    "set", "either", "or", "than", "nicht", "ohne", "sans", "pas", "sin", "без", "grep", "cat",
    "echo", "sed", "sudo", "options", "insmod", "modprobe", "linux", "append",
];

/// The options in a line without marks: the line has only options, or a sentence names them.
fn without_marks(line: &str) -> Vec<QuotedOption> {
    // Chinese and Japanese have no blanks between words.
    let is_wide = |c: char| c as u32 >= 0x2e80;
    let is_denied = || {
        ["不", "没", "吗", "？", "如果", "ない"]
            .iter()
            .any(|word| line.contains(word))
    };
    let is_file = line.contains(['#', '$', '{', '[', '<', '|']) || line.contains("ommand line:");
    if is_file || line.contains("CMDLINE") || line.contains(is_wide) && is_denied() {
        return Vec::new();
    }
    let line = &line.replace(is_wide, " ");
    let only = of_span(line.trim_matches(|c: char| c.is_whitespace() || "*->•".contains(c)));
    let is_only =
        |option: &QuotedOption| option.value.is_some() || FLAGS.contains(&option.name.as_str());
    if !only.is_empty() && only.iter().all(is_only) {
        return only;
    }
    if line.trim_end().ends_with('?') || line.split([' ', '\t', '/']).any(is_other) {
        return Vec::new();
    }
    let words = line.split_ascii_whitespace();
    let words = words.map(|word| {
        word.trim_start_matches('(')
            .trim_end_matches(['.', ',', ';', ')'])
    });
    words
        .filter(|word| word.contains('='))
        .flat_map(of_span)
        .collect()
}

/// Options without a value that distributions set, or that people set for passthrough
/// (Documentation/admin-guide/kernel-parameters.txt; plymouthd(8), splash).
const FLAGS: [&str; 6] = ["quiet", "splash", "nomodeset", "nofb", "noapic", "ro"];

/// Whether the line is about the processors of a maker: `on AMD it is amd_iommu=on`.
fn is_of_maker(line: &str) -> bool {
    const BEFORE: [&str; 14] = [
        "on", "for", "with", "su", "auf", "für", "bei", "sur", "pour", "en", "para", "для", "на",
        "dla",
    ];
    let words: Vec<String> = line.split(' ').map(str::to_lowercase).collect();
    let mut pairs = words.windows(2);
    pairs.any(|pair| match pair {
        [before, maker] => {
            let maker = maker.trim_matches(|c: char| !c.is_alphanumeric());
            BEFORE.contains(&before.trim_start_matches(['(', '*', '-']))
                && matches!(maker, "amd" | "intel")
        }
        _ => false,
    })
}

/// Whether the line has options of Xen itself, some with the names of Linux's (Xen
/// docs/misc/xen-command-line.pandoc): `xl info`, an entry of GRUB, or a sentence with an option
/// that every dom0 has.
fn is_of_xen(line: &str) -> bool {
    let marks = [
        "xen_commandline",
        "multiboot",
        "dom0_mem=",
        "dom0_max_vcpus=",
    ];
    marks.iter().any(|mark| line.contains(mark))
}

/// The spans between quotation marks that are no values: `X="a b"` and `[ "a" ]` are settings.
fn quotations(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once(['"', '“']) {
        let Some((span, next)) = after.split_once(['"', '”']) else {
            break;
        };
        let is_value = before.ends_with('=')
            || before.trim() == ":"
            || before.trim_end().ends_with(['[', ',']);
        if !is_value {
            found.push(span);
        }
        rest = next;
    }
    found
}

/// The options between two marks, if the span has only options.
fn of_span(span: &str) -> Vec<QuotedOption> {
    let words: Vec<&str> = span.split_ascii_whitespace().collect();
    let is_of_passthrough = |word: &&str| STARTS.iter().any(|start| word.starts_with(start));
    if !words.iter().any(is_of_passthrough) || !words.iter().all(|word| is_option(word)) {
        return Vec::new();
    }
    let options = words.into_iter().map(|word| {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (word, None),
        };
        QuotedOption {
            text: word.to_owned(),
            name: name.to_owned(),
            value: value.map(str::to_owned),
        }
    });
    options.collect()
}

/// Whether the word has the form of an option, and no placeholder of a guide.
fn is_option(word: &str) -> bool {
    let is_placeholder = word.contains("...") || word.contains("xxxx") || word.contains("XXXX");
    let is_byte = |b: u8| b.is_ascii_alphanumeric() || b"_-.=:,/@".contains(&b);
    let name = word.split('=').next().unwrap_or_default();
    let starts_as_name = name.starts_with(|c: char| c.is_ascii_lowercase());
    !is_placeholder && starts_as_name && word.bytes().all(is_byte) && !word.ends_with(['=', ','])
}

#[cfg(test)]
mod tests;
