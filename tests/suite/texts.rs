//! The catalogs translate only sentences that the sources and tables have; the template
//! for translators is made from these.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use passthru::answer::{Kind, Readiness};
use passthru::messages::{self, Fix};
use passthru::text::Language;
use passthru::{Verdict, doctor, settings};

#[path = "../../passthru/src/text/catalog_lines.rs"]
#[allow(dead_code, reason = "the build joins the lines")]
mod catalog_lines;
#[path = "../../passthru/src/text/packed_catalog.rs"]
#[allow(dead_code, reason = "the program reads catalogs")]
mod packed_catalog;
#[path = "../../passthru/src/text/po.rs"]
#[allow(dead_code, reason = "the files are read and compared here")]
mod po;

use crate::command::{passthru, top};
use crate::lower_sentences;

/// A sentence, after its context and `\u{4}` if it has one; with a number, the one for any other
/// number than 1, too.
pub(crate) type Sentence = (String, Option<String>);

/// The string literal that `text` begins with after blanks, as Rust reads it, and the rest.
pub(crate) fn literal(text: &str) -> Option<(String, &str)> {
    let inner = text.trim_start().strip_prefix('"')?;
    let (mut value, mut rest) = (String::new(), inner);
    loop {
        let c = rest.chars().next()?;
        rest = &rest[c.len_utf8()..];
        match c {
            '"' => return Some((value, rest)),
            '\\' => {
                let escape = rest.chars().next()?;
                rest = &rest[escape.len_utf8()..];
                match escape {
                    '\n' => rest = rest.trim_start(),
                    'n' => value.push('\n'),
                    't' => value.push('\t'),
                    'r' => value.push('\r'),
                    '0' => value.push('\0'),
                    'x' => {
                        let code = u8::from_str_radix(&rest[..2], 16).unwrap();
                        value.push(char::from(code));
                        rest = &rest[2..];
                    }
                    'u' => {
                        let (code, after) = rest[1..].split_once('}').unwrap();
                        let code = u32::from_str_radix(code, 16).unwrap();
                        value.push(char::from_u32(code).unwrap());
                        rest = after;
                    }
                    same @ ('"' | '\\' | '\'') => value.push(same),
                    other => panic!("\\{other} in a sentence"),
                }
            }
            _ => value.push(c),
        }
    }
}

/// A source without its module of tests.
pub(crate) fn without_tests(source: &str) -> &str {
    source.split("#[cfg(test)]\nmod tests {").next().unwrap()
}

/// The sentences of `text!` and `plural!` in a source, without those of its tests.
fn of_source(source: &str) -> Vec<Sentence> {
    let source = without_tests(source);
    let code = |line: &&str| !line.trim_start().starts_with("//");
    let source: Vec<&str> = source.lines().filter(code).collect();
    let source = source.join("\n");
    let mut found = Vec::new();
    for (macro_name, is_plural) in [("text!(", false), ("plural!(", true)] {
        for (at, _) in source.match_indices(macro_name) {
            let before = source[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
                continue;
            }
            let mut rest = &source[at + macro_name.len()..];
            if is_plural {
                rest = &rest[rest.find('"').unwrap()..];
            }
            let (one, rest) = literal(rest).expect("a sentence in text!");
            let other = is_plural.then(|| {
                let rest = rest.trim_start().strip_prefix(',').unwrap();
                literal(rest).unwrap().0
            });
            found.push((one, other));
        }
    }
    found
}

/// Whether anything is to be translated: a letter outside of placeholders.
fn has_words(sentence: &str) -> bool {
    let mut depth = 0;
    sentence.chars().any(|c| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        depth == 0 && !c.is_whitespace() && c != '}'
    })
}

/// All sentences, with the places that say them.
pub(crate) fn sentences() -> BTreeMap<Sentence, BTreeSet<String>> {
    let mut all: BTreeMap<Sentence, BTreeSet<String>> = BTreeMap::new();
    let mut add = |place: &str, sentence: Sentence| {
        if has_words(&sentence.0) {
            all.entry(sentence).or_default().insert(place.to_owned());
        }
    };
    for file in testkit::files_below(top().join("passthru/src"), ".rs").unwrap() {
        let place = file.strip_prefix(top()).unwrap().display().to_string();
        // The macros themselves, and modules of tests.
        let is_program = !place.ends_with("/tests.rs") && place != "passthru/src/text/macros.rs";
        if is_program {
            for sentence in of_source(&fs::read_to_string(&file).unwrap()) {
                add(&place, sentence);
            }
        }
    }
    let one = |sentence: &str| (sentence.to_owned(), None);
    for rule in doctor::rules() {
        add(&format!("rule {}", rule.code), one(rule.meaning));
    }
    for setting in settings::all() {
        let place = "passthru/data/settings.tsv";
        add(place, one(setting.meaning));
        if let Some(cost) = setting.cost {
            add(place, one(cost));
        }
        if let Some(judgment) = &setting.judgment {
            add(place, one(judgment.title));
        }
    }
    for row in iommu::meanings() {
        add("iommu/data/log-lines.tsv", one(row.text));
    }
    let done = include_str!("../../passthru/data/done.tsv").lines();
    for row in done.filter(|row| !row.starts_with('#')) {
        let name = row.split('\t').next().unwrap();
        add("passthru/data/done.tsv", one(name));
    }
    let kinds = include_str!("../../passthru/data/device-kinds.tsv").lines();
    for row in kinds.filter(|row| !row.starts_with('#')) {
        let name = row.split('\t').next().unwrap();
        add("passthru/data/device-kinds.tsv", one(name));
    }
    for fact in testkit::known_facts() {
        for sentence in &fact.sentences {
            add("passthru/data/known-facts", one(sentence));
        }
    }
    for check in testkit::checks() {
        add("passthru/data/checks.txt", one(&check));
    }
    for message in messages::all() {
        let place = format!("message {}", message.code);
        add(&place, one(message.title));
        if let Some(title) = message.title_in_guest {
            add(&place, one(title));
        }
        add(&place, one(message.meaning));
        if let Some(usual) = message.usual {
            add(&place, one(usual));
        }
        let fixes = [Some(message.fix), message.fix_in_guest]
            .into_iter()
            .flatten();
        let of_circumstances = message.fix_if.iter().map(|(_, fix)| *fix);
        for fix in fixes.chain(of_circumstances) {
            let Fix::Step { text, .. } = fix else {
                continue;
            };
            add(&place, one(text));
        }
    }
    for sentence in passthru::cli::help_texts() {
        add("passthru --help", one(&sentence));
    }
    for code in codes_of_roms() {
        let (meaning, _) = vbios::verify::explain(&code).unwrap();
        add("vbios/data/findings.tsv", one(meaning));
    }
    for (sentence, place) in lower_sentences::sentences() {
        add(&place, one(&sentence));
    }
    let labels = "web/src/labels.json";
    let page = fs::read_to_string(top().join(labels)).unwrap();
    let page: BTreeMap<String, String> = serde_json::from_str(&page).unwrap();
    for sentence in page.values() {
        add(labels, one(sentence));
    }
    let asked = fs::read_to_string(top().join("passthru/data/ask.tsv")).unwrap();
    for row in asked.lines().filter(|row| !row.starts_with('#')) {
        let topic = row.split('\t').nth(1).unwrap();
        add("passthru/data/ask.tsv", one(topic));
    }
    let in_context = |context: &str, word: &str| one(&format!("{context}\u{4}{word}"));
    for readiness in Readiness::ALL {
        let place = "passthru/src/answer/readiness.rs";
        add(place, in_context("readiness", readiness.word()));
    }
    for kind in Kind::ALL {
        let place = "passthru/src/answer/candidates.rs";
        add(place, in_context("kind", kind.word()));
    }
    for verdict in Verdict::ALL {
        add(
            "passthru/src/verdict.rs",
            in_context("verdict", verdict.word()),
        );
        add("passthru/src/verdict.rs", one(verdict.meaning()));
    }
    all
}

/// The codes of a ROM's verification.
fn codes_of_roms() -> Vec<String> {
    let table = fs::read_to_string(top().join("vbios/data/findings.tsv")).unwrap();
    let rows = table.lines().filter(|row| !row.starts_with('#'));
    rows.map(|row| row.split('\t').next().unwrap().to_owned())
        .collect()
}

fn quoted(sentence: &str) -> String {
    let escaped = sentence.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", escaped.replace('\n', "\\n"))
}

fn template(sentences: &BTreeMap<Sentence, BTreeSet<String>>) -> String {
    let mut text = "# Sentences of passthru that can be translated.\n\
                    msgid \"\"\nmsgstr \"\"\n\
                    \"MIME-Version: 1.0\\n\"\n\
                    \"Content-Type: text/plain; charset=UTF-8\\n\"\n\
                    \"Content-Transfer-Encoding: 8bit\\n\"\n"
        .to_owned();
    for ((one, other), places) in sentences {
        text.push('\n');
        for place in places {
            writeln!(text, "#. {place}").unwrap();
        }
        let one = match one.split_once('\u{4}') {
            Some((context, one)) => {
                writeln!(text, "msgctxt {}", quoted(context)).unwrap();
                one
            }
            None => one,
        };
        writeln!(text, "msgid {}", quoted(one)).unwrap();
        match other {
            None => text.push_str("msgstr \"\"\n"),
            Some(other) => writeln!(
                text,
                "msgid_plural {}\nmsgstr[0] \"\"\nmsgstr[1] \"\"",
                quoted(other)
            )
            .unwrap(),
        }
    }
    text
}

/// The template for translators, in the build's folder: gettext's own reader accepts it where
/// it is installed.
#[test]
fn the_template_has_each_sentence() {
    let folder =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| top().join("target"), PathBuf::from);
    let path = folder.join("passthru.pot");
    fs::write(&path, template(&sentences())).unwrap();
    if testkit::program::installed(&["msgfmt"]) {
        let mut check = Command::new("msgfmt");
        check.args(["--check-format", "-o", "/dev/null"]).arg(&path);
        let checked = check.output().unwrap();
        assert!(checked.status.success(), "{checked:?}");
    }
}

#[test]
fn catalogs_translate_sentences_that_there_are() {
    let known: BTreeSet<String> = sentences().into_keys().map(|(one, _)| one).collect();
    for language in TRANSLATED {
        let mut gone = translated(language);
        gone.retain(|sentence| !known.contains(sentence));
        assert!(
            gone.is_empty(),
            "{}: no source has {gone:#?}",
            language.tag()
        );
        let forms = format!("nplurals={};", language.forms());
        assert!(
            po_file(language).contains(&forms),
            "{}: {forms}",
            language.tag()
        );
    }
}

/// Languages that have a PO file.
const TRANSLATED: [Language; 2] = [Language::ChineseSimplified, Language::German];

/// The language's file, and that for the command's help.
fn po_paths(language: Language) -> [PathBuf; 2] {
    ["", "help/"].map(|folder| {
        let name = format!("lang/{folder}{}.po", language.tag());
        top().join(name)
    })
}

fn po_file(language: Language) -> String {
    let texts = po_paths(language).map(|path| fs::read_to_string(path).unwrap());
    texts.concat()
}

/// Languages that have a translation of every sentence.
const COMPLETE: &[Language] = &[Language::ChineseSimplified];

/// The main screens: German has the sentences whose place begins with one of these.
const MAIN_SCREENS: [&str; 42] = [
    "iommu/data/log-lines.tsv",
    "passthru --help",
    "passthru/data/ask.tsv",
    "passthru/src/alike.rs",
    "passthru/src/answer/",
    "passthru/src/apply/",
    "passthru/src/cli/",
    "passthru/src/doctor/boot/",
    "passthru/src/doctor/causes.rs",
    "passthru/src/doctor/driver/",
    "passthru/src/doctor/evidence/",
    "passthru/src/doctor/explain.rs",
    "passthru/src/doctor/fold.rs",
    "passthru/src/doctor/guest/rom_files.rs",
    "passthru/src/doctor/hardware/",
    "passthru/src/doctor/isolation/",
    "passthru/src/doctor/option_lines/",
    "passthru/src/doctor/rule.rs",
    "passthru/src/guest_setup.rs",
    "passthru/src/invocation.rs",
    "passthru/src/messages/",
    "passthru/src/plan/",
    "passthru/src/render/apply.rs",
    "passthru/src/render/assigned_together.rs",
    "passthru/src/render/check.rs",
    "passthru/src/render/doctor/",
    "passthru/src/render/guest.rs",
    "passthru/src/render/hardware.rs",
    "passthru/src/render/input.rs",
    "passthru/src/render/isolation.rs",
    "passthru/src/render/list.rs",
    "passthru/src/render/page/",
    "passthru/src/render/plan.rs",
    "passthru/src/render/status.rs",
    "passthru/src/render/drawing/lines.rs",
    "passthru/src/render/verification.rs",
    "passthru/src/render/viability.rs",
    "passthru/src/requirement/",
    "passthru/src/settings.rs",
    "passthru/src/text/",
    "passthru/src/verdict.rs",
    "passthru/src/verify/",
];

/// The findings that hosts have most often: German has their titles and remedies.
const COMMON_MESSAGES: [&str; 74] = [
    "acs-override-invalid",
    "acs-override-on",
    "amdgpu-bound",
    "amdgpu-reset-failed",
    "amdvi-remapping-on",
    "bar-assigned",
    "bar-claim-conflict",
    "bar-no-space",
    "bar-not-reserved",
    "bootfb-in-use",
    "bootfb-memory-taken",
    "bootfb-replaced",
    "cannot-isolate-group-device",
    "device-reset-done",
    "driver-module-in-use",
    "framebuffer-not-bound",
    "group-not-viable",
    "guest-code-43",
    "hypervisor-without-iommu",
    "i915-bound",
    "initramfs-built",
    "interrupt-remap-fault",
    "iommu-default-domain",
    "iommu-group-device-added",
    "iommu-group-device-removed",
    "iommu-group-failed",
    "iommu-option-deprecated",
    "iommu-untrusted-device",
    "nic-host-driver-bound",
    "no-reset-for-function",
    "nouveau-bound",
    "nvidia-host-driver-bound",
    "nvme-host-driver-bound",
    "proxmox-bind-failed",
    "proxmox-no-iommu-group",
    "proxmox-reset-failed",
    "proxmox-start-failed",
    "qemu-rom-not-readable",
    "reset-device-specific-off",
    "reset-done",
    "reset-method-refused",
    "reset-timeout",
    "rom-known-unstable",
    "rom-not-readable",
    "romfile-missing",
    "romfile-unusable",
    "unbind-not-bound",
    "vendor-reset-failed",
    "vendor-reset-hooked",
    "vendor-reset-missing",
    "vendor-reset-succeeded",
    "vfio-bind-refused",
    "vfio-container-file-missing",
    "vfio-device-in-use",
    "vfio-device-in-use-by-guest",
    "vfio-device-not-permitted",
    "vfio-group-busy",
    "vfio-group-file-missing",
    "vfio-group-not-permitted",
    "vfio-ids-added",
    "vfio-ids-invalid",
    "vfio-loaded",
    "vfio-memlock-exceeded",
    "vfio-module-not-found",
    "vfio-no-interrupt-remapping",
    "vfio-noiommu-in-use",
    "vfio-pf-with-vfs",
    "vfio-probe-failed",
    "vfio-probe-refused",
    "vtd-remapping-erratum",
    "vtd-remapping-off",
    "vtd-remapping-on",
    "vtd-remapping-units",
    "xhci-host-driver-bound",
];

/// The English sentences that a language has.
fn translated(language: Language) -> BTreeSet<String> {
    let entries = po::read(&po_file(language)).unwrap().into_iter();
    let meant = entries.filter(|entry| !entry.is_fuzzy && !entry.id.is_empty());
    meant.map(|entry| entry.id).collect()
}

/// The sentences that a language lacks, with a place of each.
fn missing(language: Language, is_wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let known = translated(language);
    let mut missing = Vec::new();
    for ((one, _), places) in sentences() {
        let place = places.iter().find(|place| is_wanted(place));
        if let Some(place) = place.filter(|_| !known.contains(&one)) {
            missing.push(format!("{place}: {one}"));
        }
    }
    missing
}

#[test]
fn complete_languages_have_each_sentence() {
    for language in COMPLETE {
        let missing = missing(*language, |_| true);
        assert!(missing.is_empty(), "{}: {missing:#?}", language.tag());
    }
}

#[test]
fn german_has_the_main_screens() {
    let is_main = |place: &str| MAIN_SCREENS.iter().any(|begin| place.starts_with(begin));
    let missing = missing(Language::German, is_main);
    assert!(missing.is_empty(), "lang/de.po: {missing:#?}");
    let all = sentences();
    for begin in MAIN_SCREENS {
        let mut places = all.values().flatten();
        let is_used = places.any(|place| place.starts_with(begin));
        assert!(is_used, "no sentence is of {begin}");
    }
}

#[test]
fn german_has_the_common_findings() {
    let known = translated(Language::German);
    let mut wanted: Vec<&str> = Vec::new();
    for code in COMMON_MESSAGES {
        let mut all = messages::all();
        let message = all.find(|message| message.code == code).expect(code);
        wanted.push(message.title);
        if let Fix::Step { text, .. } = message.fix {
            wanted.push(text);
        }
    }
    for setting in settings::all() {
        wanted.extend(setting.judgment.as_ref().map(|title| title.title));
        wanted.extend(setting.cost);
    }
    wanted.retain(|sentence| !known.contains(*sentence));
    assert!(wanted.is_empty(), "lang/de.po: {wanted:#?}");
}

/// The files of `passthru-translations/catalogs/`, made of the PO files. A key has one sentence in all of them,
/// if one of its sentences has values.
fn made_catalogs() -> BTreeMap<PathBuf, String> {
    let catalogs = top().join("passthru-translations/catalogs");
    let mut made = BTreeMap::new();
    let (mut patterns, mut uses) = (BTreeSet::new(), Vec::new());
    for path in TRANSLATED.into_iter().flat_map(po_paths) {
        let lines = po::lines(&fs::read_to_string(&path).unwrap()).unwrap();
        uses.push((path.clone(), lines.keys.clone(), lines.patterns.len()));
        patterns.extend(lines.patterns);
        let catalog = catalogs.join(path.strip_prefix(top().join("lang")).unwrap());
        made.insert(catalog.with_extension("tsv"), lines.translations);
        made.insert(catalog.with_extension("keys"), lines.keys);
    }
    let lines: String = patterns.iter().map(|line| format!("{line}\n")).collect();
    let by_key = catalog_lines::by_key(&lines);
    assert_eq!(by_key.len(), patterns.len(), "two sentences have one key");
    for (path, keys, own) in uses {
        let keys = catalog_lines::keys_of(&keys);
        let found = keys.filter(|key| by_key.contains_key(&key.unwrap()));
        let (found, place) = (found.count(), path.display());
        assert_eq!(found, own, "{place}: a key is that of two sentences");
    }
    made.insert(catalogs.join("patterns.tsv"), lines);
    made
}

/// The files that `passthru-translations/catalogs/` has.
fn catalog_paths() -> BTreeSet<PathBuf> {
    let folders = [
        "passthru-translations/catalogs",
        "passthru-translations/catalogs/help",
    ];
    let entries = folders.map(|folder| fs::read_dir(top().join(folder)).unwrap());
    let paths = entries.into_iter().flatten();
    let paths = paths.map(|entry| entry.unwrap().path());
    paths.filter(|path| path.is_file()).collect()
}

/// `passthru-translations/catalogs/` has the lines of each PO file and no other file, and one key for each
/// sentence of a language. With `PASSTHRU_REWRITE=1` the files are written, and others removed.
#[test]
fn catalogs_are_those_of_the_po_files() {
    for language in TRANSLATED {
        po::lines(&po_file(language)).unwrap();
    }
    let made = made_catalogs();
    if std::env::var_os("PASSTHRU_REWRITE").is_some() {
        for (path, text) in &made {
            fs::write(path, text).unwrap();
        }
        for path in catalog_paths() {
            if !made.contains_key(&path) {
                fs::remove_file(path).unwrap();
            }
        }
    }
    let written = catalog_paths();
    for path in written.iter().chain(made.keys()) {
        assert!(
            made.get(path) == fs::read_to_string(path).ok().as_ref(),
            "{} is not that of the PO files: PASSTHRU_REWRITE=1 cargo test -p passthru-tests \
             --test suite texts",
            path.display()
        );
    }
}

/// gettext's own reader accepts each catalog where it is installed.
#[test]
fn gettext_reads_the_catalogs() {
    if !testkit::program::installed(&["msgfmt"]) {
        return;
    }
    for path in TRANSLATED.into_iter().flat_map(po_paths) {
        let mut check = Command::new("msgfmt");
        check.args(["--check-format", "-o", "/dev/null"]).arg(path);
        let checked = check.output().unwrap();
        assert!(checked.status.success(), "{checked:?}");
    }
}

/// Each cell of a table begins in the column of its heading, whatever the width of the
/// language's words.
#[test]
fn tables_are_aligned_in_each_language() {
    let host = top().join("examples/hosts/proxmox-rtx5060ti/before");
    let host = host.display().to_string();
    for language in Language::ALL {
        let list = passthru(&["list", "--root", &host, "--lang", language.tag()]).out;
        let mut lines = list.lines();
        let heading: Vec<char> = lines.next().unwrap().chars().collect();
        let wide = |c: char| if u32::from(c) >= 0x2e80 { 2 } else { 1 };
        let mut columns = Vec::new();
        let (mut column, mut blanks) = (0, 2);
        for c in heading {
            if c != ' ' && blanks > 1 {
                columns.push(column);
            }
            blanks = if c == ' ' { blanks + 1 } else { 0 };
            column += wide(c);
        }
        assert!(columns.len() >= 4, "{list}");
        let row: Vec<char> = lines.next().unwrap().chars().collect();
        for column in columns {
            let is_start = column == 0 || row[column - 1] == ' ';
            assert!(
                is_start && row[column] != ' ',
                "{}: column {column} of\n{list}",
                language.tag()
            );
        }
    }
}

/// The first screen in German has no English words of the frame.
#[test]
fn the_main_screens_are_german() {
    let host = top().join("examples/hosts/proxmox-rtx5060ti/before");
    let host = host.display().to_string();
    let german = |words: &[&str]| {
        let words = [words, &["--root", &host, "--lang", "de_AT.UTF-8"]].concat();
        passthru(&words).out
    };
    for (words, title) in [
        (&["doctor", "01:00.0"] as &[&str], "Karte "),
        (&[], "Gruppen "),
        (&["check"], "Reset"),
        (&["plan", "01:00.0"], "Nichts wurde geändert."),
        (&["groups"], "IOMMU-Gruppen sind nicht in der Eingabe."),
        (&["list"], "TREIBER"),
        (&["--help"], "Den Host diagnostizieren"),
    ] {
        let printed = german(words);
        assert!(printed.contains(title), "{words:?}: {title}\n{printed}");
    }
}

/// Help and errors of usage have no words of clap in English, and the same exit status.
#[test]
fn help_and_usage_errors_are_translated() {
    let clap = [
        "Usage:",
        "Options:",
        "Commands:",
        "Arguments:",
        "OPTIONS",
        "COMMAND",
        "Print ",
        "error:",
        "tip:",
        "try '",
        "[possible",
        "Possible",
        "default:",
        "unexpected",
        "required",
    ];
    for words in [
        &["--help"] as &[&str],
        &["doctor", "--help"],
        &["doctor", "-h"],
        &["rom", "build", "--help"],
        &["generate", "--help"],
        &["doctor", "--fro", "x"],
        &["doctor", "--", "--help", "-x"],
        &["docto"],
        &["plan"],
        &["rom"],
        &["doctor", "--format", "x"],
        &["doctor", "-v", "-q"],
        &["doctor", "-v", "-v"],
        &["doctor", "--only", "x"],
        &["doctor", "--only"],
        &["plan", "01:00.0", "--for", "proxmos"],
        &["undo", "x", "y"],
    ] {
        let english = passthru(&[words, &["--lang", "en"]].concat());
        for language in ["zh-CN", "de"] {
            let other = passthru(&[&["--lang", language], words].concat());
            assert_eq!(other.status, english.status, "{words:?}");
            let printed = other.out + &other.err;
            let left = clap.iter().find(|word| printed.contains(**word));
            assert!(left.is_none(), "{words:?} {language}: {left:?}\n{printed}");
        }
    }
}

/// The language changes the sentences for people, and nothing that programs read.
#[test]
fn json_is_the_same_in_each_language() {
    let host = [
        "--root",
        "examples/hosts/proxmox-rtx5060ti/before",
        "01:00.0",
    ];
    let doctor = |options: &[&str]| {
        let words = [&["doctor"], host.as_slice(), options].concat();
        let words: Vec<String> = words
            .iter()
            .map(|word| match word.strip_prefix("examples/") {
                Some(_) => top().join(word).display().to_string(),
                None => (*word).to_owned(),
            })
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        passthru(&words).out
    };
    let (english, chinese) = (doctor(&["--json"]), doctor(&["--json", "--lang", "zh-CN"]));
    assert!(english.len() > 1000);
    assert_eq!(english, chinese);
    assert_ne!(doctor(&[]), doctor(&["--lang", "zh_CN.UTF-8"]));
    assert_eq!(doctor(&[]), doctor(&["--lang", "en"]));
    let refused = passthru(&["doctor", "--lang", "tlh"]);
    assert_eq!(refused.status, 2);
    assert!(
        refused.err.contains("expected a language: en, zh-CN, de"),
        "{}",
        refused.err
    );
}
