//! The maker of the host's processor that a text names: in a field of a report, or in sentences.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind};
use host_tree::{CommandText, Evidence, numbered_lines};

use super::processor::Processor;
use crate::host::fact::Fact;

/// Words that begin or include the name of a processor, in lower case: most lines have none.
const TRACES: [&str; 20] = [
    "ryzen",
    "threadripper",
    "epyc",
    "athlon",
    "opteron",
    "phenom",
    "fx-",
    "xeon",
    "celeron",
    "pentium",
    "i3",
    "i5",
    "i7",
    "i9",
    "e3-",
    "e5-",
    "e7-",
    "core ultra",
    "intel",
    "amd",
];

/// Series of one maker alone.
const SERIES: [(&str, Processor); 8] = [
    ("ryzen", Processor::Amd),
    ("threadripper", Processor::Amd),
    ("athlon", Processor::Amd),
    ("phenom", Processor::Amd),
    ("xeon", Processor::Intel),
    ("celeron", Processor::Intel),
    ("pentium", Processor::Intel),
    ("core ultra", Processor::Intel),
];

/// The models of Alder Lake-N and Twin Lake, in lower case, by their numbers alone (Intel ARK, Intel
/// Processor N-series).
pub(crate) const ALDER_LAKE_N: [&str; 11] = [
    "n50", "n95", "n97", "n100", "n150", "n200", "n250", "n300", "n305", "n350", "n355",
];

/// Models of small processors, in lower case, by their numbers alone, each with its series (Intel ARK:
/// Gemini Lake, Elkhart Lake, Jasper Lake).
pub(super) const SMALL: [(&str, &str); 24] = [
    ("j4005", "Celeron"),
    ("j4025", "Celeron"),
    ("j4105", "Celeron"),
    ("j4115", "Celeron"),
    ("j4125", "Celeron"),
    ("j6412", "Celeron"),
    ("j6413", "Celeron"),
    ("n4000", "Celeron"),
    ("n4020", "Celeron"),
    ("n4100", "Celeron"),
    ("n4120", "Celeron"),
    ("n4500", "Celeron"),
    ("n4505", "Celeron"),
    ("n5095", "Celeron"),
    ("n5100", "Celeron"),
    ("n5105", "Celeron"),
    ("n6210", "Celeron"),
    ("j5005", "Pentium"),
    ("j5040", "Pentium"),
    ("n5000", "Pentium"),
    ("n5030", "Pentium"),
    ("n6000", "Pentium"),
    ("n6005", "Pentium"),
    ("n6415", "Pentium"),
];

/// Ends of the numbers of Intel's desktop processors: `Intel 7700k`.
const DESKTOP: [&str; 6] = ["k", "kf", "ks", "f", "t", "s"];

/// Series that are models of a guest's processor too, and have a number on a host.
const NUMBERED: [&str; 2] = ["epyc", "opteron"];

/// Words between the maker and the noun: `Intel-based system`, `AMD CPU`.
const NOUNS: [&str; 6] = ["cpu", "processor", "system", "platform", "machine", "based"];

/// Words of a line about another machine, about any machine, or about a guest's processor.
const OTHERS: [&str; 26] = [
    "if ",
    "when ",
    "for ",
    "previous",
    "old ",
    "older ",
    "another",
    "other ",
    "friend",
    "future",
    "upgrad",
    "planning",
    "buy",
    "instead",
    "switch",
    "moved",
    "replaced",
    "used to",
    "<model",
    "-cpu ",
    "cputype",
    "cpu_model",
    "cpu model=",
    "/dev/disk/",
    "microcode",
    " or ",
];

/// The maker that all lines name: none where they differ.
pub(in crate::host) fn read(texts: &[CommandText]) -> Option<Fact<Processor>> {
    let mut found: Option<Fact<Processor>> = None;
    for text in texts {
        for (number, line) in numbered_lines(&text.text) {
            if !has_trace(line) {
                continue;
            }
            let lower = line.to_ascii_lowercase();
            let named = [Processor::Amd, Processor::Intel]
                .into_iter()
                .filter(|maker| sentences(&lower).any(|sentence| names(sentence, *maker)));
            for maker in named {
                match &found {
                    Some(fact) if fact.value != maker => return None,
                    Some(_) => {}
                    None => {
                        let evidence = Evidence::new(&*text.command, number, line.trim());
                        found = Some(Fact::new(maker, evidence));
                    }
                }
            }
        }
    }
    found
}

/// The sentences of a line: another one may be about another machine.
pub(super) fn sentences(line: &str) -> impl Iterator<Item = &str> {
    line.split(". ")
}

/// Whether a sentence names a processor of the maker as the host's.
pub(super) fn is_of(line: &str, maker: Processor) -> bool {
    has_trace(line) && names(&line.to_ascii_lowercase(), maker)
}

fn has_trace(line: &str) -> bool {
    static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let mut builder = AhoCorasickBuilder::new();
        // The other kinds cost more to build than they save on most texts.
        builder.kind(Some(AhoCorasickKind::NoncontiguousNFA));
        builder.ascii_case_insensitive(true);
        let small = SMALL.iter().map(|(name, _)| name);
        builder
            .build(TRACES.iter().chain(&ALDER_LAKE_N).chain(small))
            .ok()
    });
    FINDER.iter().any(|finder| finder.is_match(line))
}

/// Whether a line in lower case names a processor of the maker as the host's.
fn names(line: &str, maker: Processor) -> bool {
    if OTHERS.iter().any(|word| line.contains(word)) {
        return false;
    }
    let is_end = |c: char| !c.is_ascii_alphanumeric() && c != '-';
    let words = || line.split(is_end).filter(|word| !word.is_empty());
    let is_small =
        |word: &str| ALDER_LAKE_N.contains(&word) || SMALL.iter().any(|(name, _)| *name == word);
    let is_small = || maker == Processor::Intel && words().any(is_small);
    let series = SERIES.into_iter().any(|(name, of)| {
        of == maker
            && line.match_indices(name).any(|(at, _)| {
                let (before, rest) = line.split_at_checked(at).unwrap_or_default();
                let after = rest.get(name.len()..).unwrap_or_default();
                !before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '-')
                    && !after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-')
            })
    });
    let next = words().skip(1);
    let mut pairs = words().zip(next);
    let is_number = |word: &str, least: usize| {
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        (least..=5).contains(&digits)
    };
    let is_pair = match maker {
        Processor::Amd => pairs.any(|(word, next)| {
            NUMBERED.contains(&word) && is_number(next, 4)
                || word == "amd" && NOUNS.contains(&next)
                || word == "amd-based"
        }),
        Processor::Intel => pairs.any(|(word, next)| {
            matches!(word, "i3" | "i5" | "i7" | "i9") && is_number(next, 3)
                || word == "intel" && NOUNS.contains(&next)
                || word == "intel-based"
                || word == "intel" && (is_small_model(next) || is_desktop_model(next))
        }),
    };
    // `i7-8700k`, `e5-2680`, `fx-8350`.
    let is_model = words().any(|word| {
        let model = word
            .split_once('-')
            .filter(|(_, number)| is_number(number, 3));
        model.is_some_and(|(series, number)| match maker {
            Processor::Amd => series == "fx" && is_number(number, 4),
            Processor::Intel => {
                matches!(series, "i3" | "i5" | "i7" | "i9")
                    || matches!(series, "e3" | "e5" | "e7") && is_number(number, 4)
            }
        })
    });
    series || is_pair || is_model || is_small()
}

/// `7700k`, behind the maker.
pub(super) fn is_desktop_model(word: &str) -> bool {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let end = word.get(digits..).unwrap_or_default();
    matches!(digits, 4 | 5) && DESKTOP.contains(&end)
}

/// `N100`.
fn is_small_model(word: &str) -> bool {
    let number = word.strip_prefix('n').unwrap_or_default();
    matches!(number.len(), 2 | 3) && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_names_the_maker_of_its_processor() {
        for (text, wanted) in [
            ("CPU: Ryzen 9 5950X\n", Some(Processor::Amd)),
            ("| CPU | AMD Ryzen 7 H255 |\n", Some(Processor::Amd)),
            (
                "This is a Ryzen system with an X570.\n",
                Some(Processor::Amd),
            ),
            ("a Threadripper 1950X here\n", Some(Processor::Amd)),
            ("2x EPYC 7302P\n", Some(Processor::Amd)),
            ("FX-8350, 32 GB\n", Some(Processor::Amd)),
            ("i5 3470, 16gb of ram, rx570 gpu\n", Some(Processor::Intel)),
            ("- CPU - i7-8700k\n", Some(Processor::Intel)),
            ("Intel e3-1245v6\n", Some(Processor::Intel)),
            ("Dual Xeon Gold\n", Some(Processor::Intel)),
            (
                "I am using intel CPU and nvidia GPU\n",
                Some(Processor::Intel),
            ),
            ("Core Ultra 7 265K\n", Some(Processor::Intel)),
            ("- Intel 7700k\n", Some(Processor::Intel)),
            ("设备是畅网的N5105\n", Some(Processor::Intel)),
            ("CPU: Ryzen 9 5950X\nIt ran on an i7-8700k too.\n", None),
            ("If you have an Intel CPU, add intel_iommu=on.\n", None),
            ("It worked with my previous i7-4770.\n", None),
            (
                "-cpu EPYC-Rome,+invtsc\n<model>EPYC</model>\ncpu: EPYC\n",
                None,
            ),
            ("AMD Radeon RX 6800, Intel NIC i350, i225-V\n", None),
            ("Intel 7260 and 9260NGW wireless\n", None),
            ("Intel(R) I210 Gigabit, AMD/ATI Navi 21\n", None),
        ] {
            let mut tree = host_tree::MemoryTree::partial();
            tree.insert_text("a.txt", text);
            let found = read(host_tree::HostTree::texts(&tree));
            assert_eq!(found.map(|fact| fact.value), wanted, "{text}");
        }
    }
}
