//! What the command embeds of its data, without what only the tests read, and packed: the tables
//! of messages and the translations would be a third of a static command. The search for messages
//! is prepared here, so that no start of the command builds an index. The phrases of sentences have
//! their alternatives written out.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

#[path = "src/messages/anchor.rs"]
#[allow(dead_code, reason = "the program reads the tables")]
mod anchor;
#[path = "src/text/catalog_lines.rs"]
#[allow(dead_code, reason = "the tests write keys")]
mod catalog_lines;
#[path = "src/messages/folded.rs"]
#[allow(dead_code, reason = "the program also looks up places")]
mod folded;
#[path = "build/listed_names.rs"]
mod listed_names;
#[path = "src/text/packed_catalog.rs"]
#[allow(dead_code, reason = "the program reads catalogs")]
mod packed_catalog;
#[path = "src/text/page_catalog.rs"]
#[allow(dead_code, reason = "the page reads catalogs")]
mod page_catalog;
#[path = "build/phrases.rs"]
mod phrases;
#[path = "src/text/short_characters.rs"]
#[allow(dead_code, reason = "the program reads coded texts")]
mod short_characters;
#[path = "src/stanzas.rs"]
#[allow(dead_code, reason = "the program also looks up keys")]
mod stanzas;
#[path = "src/host/words/trigrams.rs"]
#[allow(dead_code, reason = "the program also keeps those of texts")]
mod trigrams;

use anchor::{HASHED, Tables, anchor};
use folded::Folded;
use passthru_translations::{Catalog, LANGUAGES, PATTERNS};

/// The catalog of the page, which has two languages (web/src/index.html): the others would be
/// fetched for nothing.
const OF_PAGE: &str = "zh-CN";

/// Tables of rows that are packed: those that only texts of sentences need, and the longest.
const TABLES: [&str; 3] = ["named", "settings", "systems"];

/// The source of known facts that the page names: the references are a hundredth of its bytes.
const OF_FACTS: &str = "passthru/data/known-facts/, with the reference of each fact";

/// The kind of a marker that is a name, which `src/host/identity/system_markers.rs` reads.
const MARKER_OF_NAME: &str = "name";

/// The keys of known facts and of uses, in the order of the values in a record, which
/// `src/known_facts.rs` reads. Those of `name` that are combinations are the value of `combined`.
const KEYS: [&str; 20] = [
    "code", "verdict", "scope", "when", "vendor", "name", "combined", "with", "unless", "beside",
    "apart", "title", "fix", "fix-on", "meaning", "answers", "from", "shown", "stage", "items",
];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    for name in TABLES {
        println!("cargo::rerun-if-changed=data/{name}.tsv");
    }
    println!("cargo::rerun-if-changed=data/known-facts");
    println!("cargo::rerun-if-changed=data/uses");
    println!("cargo::rerun-if-changed=data/word-groups.txt");
    println!("cargo::rerun-if-changed=data/checks.txt");
    println!("cargo::rerun-if-changed=data/messages");
    println!("cargo::rerun-if-changed=data/phrases");
    for shared in [
        "host/words/trigrams",
        "messages/anchor",
        "messages/folded",
        "text/catalog_lines",
        "text/packed_catalog",
        "text/page_catalog",
        "text/short_characters",
        "stanzas",
    ] {
        println!("cargo::rerun-if-changed=src/{shared}.rs");
    }
    let variable = |name| std::env::var(name).map_err(io::Error::other);
    let out = PathBuf::from(variable("OUT_DIR")?);
    // The page packs the whole module, which is smaller than packed parts; a build without
    // optimization packs and unpacks slowly. To unpack the tables is a fifth of the work of a call of
    // the doctor: they are packed in the smallest command alone. A language is read by its users.
    let is_page = variable("CARGO_CFG_TARGET_FAMILY")?.contains("wasm");
    let is_debug = variable("PROFILE")? == "debug";
    let is_packed = !is_page && !is_debug;
    let pack = |text: &str| deflated(text.as_bytes(), is_packed && cfg!(feature = "packed-names"));
    let pack_language = |text: &str| {
        let coded = match is_page {
            true => Some(format!("\n{text}").into_bytes()),
            false => short_characters::coded(text),
        };
        let coded = coded.ok_or_else(|| io::Error::other("a catalog has too many characters"));
        deflated(&coded?, is_packed)
    };

    let (blocks, sources) = messages()?;
    fs::write(out.join("anchors.rs"), anchors(&blocks.concat())?)?;
    for (number, block) in blocks.iter().enumerate() {
        fs::write(out.join(format!("messages-{number}.deflate")), pack(block)?)?;
    }
    fs::write(out.join("blocks.rs"), tables(&blocks, is_page))?;
    fs::write(
        out.join("message-sources.deflate"),
        pack(&files_alone(&sources))?,
    )?;
    for name in TABLES {
        let table = fs::read_to_string(format!("data/{name}.tsv"))?;
        let rows = table.lines().filter(|line| !line.starts_with('#'));
        let rows: Vec<String> = rows.map(|row| row_of(name, row)).collect();
        fs::write(out.join(format!("{name}.deflate")), pack(&rows.join("\n"))?)?;
    }
    let groups = fs::read_to_string("data/word-groups.txt")?;
    let mut tables = Vec::new();
    for name in ["known-facts", "uses"] {
        let mut texts = Vec::new();
        for path in files(&Path::new("data").join(name), "txt")? {
            texts.push(fs::read_to_string(path)?);
        }
        let records = fact_records(&texts, is_page);
        fs::write(out.join(name).with_extension("deflate"), pack(&records)?)?;
        tables.push(records);
        if name == "known-facts" {
            fs::write(out.join("listed.rs"), listed_names::index(&texts, &groups)?)?;
        }
    }
    let data = |name: &str| [Path::new("data").join(name).with_extension("txt")];
    let checks = one_line_each(&data("checks"), |_, value| value.to_owned())?;
    fs::write(out.join("checks.deflate"), pack(&checks)?)?;
    let groups = one_line_each(&data("word-groups"), |_, value| joined(value))?;
    fs::write(out.join("word-groups.deflate"), pack(&groups)?)?;
    let mut lists = Vec::new();
    for path in files(Path::new("data/phrases"), "txt")? {
        lists.push((stem(&path), fs::read_to_string(&path)?));
    }
    let (all, rust) = phrases::modules(&lists)?;
    fs::write(out.join("phrases.deflate"), pack(&all)?)?;
    fs::write(out.join("phrases.rs"), rust)?;
    let patterns = catalog_lines::by_key(PATTERNS);
    for language in LANGUAGES {
        let name = language.name;
        let catalog = if is_page && name != OF_PAGE {
            String::new()
        } else {
            let mut lines = lines_of_catalog(&language.sentences, &patterns)?;
            // The page prints no help.
            if is_page {
                let messages = blocks.iter().map(String::as_str);
                let keys = page_catalog::keys(messages, tables.iter().map(String::as_str));
                page_catalog::packed(&lines, &keys, catalog_lines::packed)
            } else {
                lines.push_str(&lines_of_catalog(&language.help, &patterns)?);
                catalog_lines::packed(&lines)
            }
        };
        let path = out.join(format!("{name}.catalog.deflate"));
        fs::write(path, pack_language(&catalog)?)?;
    }
    Ok(())
}

/// The bytes in the form of DEFLATE (RFC 1951), without compression unless `is_packed`.
fn deflated(bytes: &[u8], is_packed: bool) -> io::Result<Vec<u8>> {
    if !is_packed {
        return Ok(miniz_oxide::deflate::compress_to_vec(bytes, 0));
    }
    #[cfg(feature = "packed-names")]
    {
        let mut packed = Vec::new();
        let options = zopfli::Options::default();
        zopfli::compress(options, zopfli::Format::Deflate, bytes, &mut packed)?;
        Ok(packed)
    }
    #[cfg(not(feature = "packed-names"))]
    Ok(miniz_oxide::deflate::compress_to_vec(bytes, 10))
}

/// A row without the reference that the program does not print: of a system it has the kind of its marker.
fn row_of(table: &str, row: &str) -> String {
    let (rest, source) = row.rsplit_once('\t').unwrap_or((row, ""));
    if table != "systems" {
        return row.to_owned();
    }
    let kind = if is_name(source) { MARKER_OF_NAME } else { "" };
    format!("{rest}\t{kind}")
}

/// Whether the source of a marker is the name of a system, or guests print the marker, too.
fn is_name(source: &str) -> bool {
    let ends = ["name and release", ", name", ", release", "of guests too"];
    ends.iter().any(|end| source.ends_with(end))
}

/// The lines of a catalog.
fn lines_of_catalog(catalog: &Catalog, patterns: &BTreeMap<u64, &str>) -> io::Result<String> {
    let lines = catalog_lines::joined(catalog.translations, catalog.keys, patterns);
    lines.ok_or_else(|| io::Error::other("translations: expected a key for each line of a catalog"))
}

/// The stanzas of files, each value in one line.
fn one_line_each(paths: &[PathBuf], written: impl Fn(&str, &str) -> String) -> io::Result<String> {
    let mut all = String::new();
    for path in paths {
        for stanza in stanzas::stanzas(&fs::read_to_string(path)?) {
            for (key, value) in &stanza {
                let _ = writeln!(all, "{key}: {}", written(key, value));
            }
            all.push('\n');
        }
    }
    Ok(all)
}

/// Lists without the blanks around their marks: the program looks at all phrases at each start.
fn joined(list: &str) -> String {
    list.replace(" | ", "|").replace(" + ", "+")
}

/// The stanzas of files, each as a line with its values in the order of the keys.
fn fact_records(files: &[String], is_page: bool) -> String {
    let mut all = String::new();
    for stanza in files.iter().flat_map(|text| stanzas::stanzas(text)) {
        let names = stanza.iter().find(|(key, _)| *key == "name");
        let names = names.map_or("", |(_, value)| value);
        let (combined, alone): (Vec<&str>, Vec<&str>) =
            names.split(" | ").partition(|name| name.contains(" + "));
        let values = KEYS.map(|key| match key {
            "name" => alone.join("|"),
            "combined" => joined(&combined.join("|")),
            "from" if is_page => OF_FACTS.to_owned(),
            _ => {
                let value = stanza.iter().find(|(own, _)| *own == key);
                let value = value.map_or_else(String::new, |(_, value)| value.to_string());
                if matches!(key, "with" | "unless") {
                    joined(&value)
                } else {
                    value
                }
            }
        });
        all.push_str(&values.join(&char::from(stanzas::FIELD).to_string()));
        all.push('\n');
    }
    all
}

/// The tables of messages, file by file, and the sources of their lines, a line each in that order.
fn messages() -> io::Result<(Vec<String>, String)> {
    let (mut blocks, mut sources) = (Vec::new(), String::new());
    for path in files(Path::new("data/messages"), "txt")? {
        let mut messages = String::new();
        let mut is_source = false;
        for line in fs::read_to_string(&path)?.lines() {
            let is_of_cases = ["sample:", "not:"].iter().any(|key| line.starts_with(key));
            if is_of_cases || is_source && line.starts_with(' ') {
                return Err(io::Error::other(format!(
                    "{}: expected one line of `from`, and `sample` and `not` in the file of cases; \
                     found: {line}",
                    path.display()
                )));
            }
            let source = line.strip_prefix("from:");
            is_source = source.is_some();
            if let Some(source) = source {
                sources.push_str(source.trim());
                sources.push('\n');
            } else if !line.starts_with('#') {
                messages.push_str(line);
                messages.push('\n');
            }
        }
        // An empty line ends the last message of a file.
        messages.push('\n');
        blocks.push(messages);
    }
    Ok((blocks, sources))
}

/// The sources without the names of functions, which only the tests compare, and which would be a
/// hundredth of the page: the program and its file.
fn files_alone(sources: &str) -> String {
    let lines = sources.lines().map(|source| {
        let words: Vec<&str> = source.split(' ').collect();
        let is_file = |word: &&str| word.contains('/') && word.contains('.');
        match words.iter().position(is_file) {
            Some(at) => words.get(..=at).unwrap_or_default().join(" "),
            None => source.to_owned(),
        }
    });
    lines.collect::<Vec<String>>().join("\n")
}

/// What is known of all messages without unpacking them, as Rust: the packed blocks, the number of
/// the first line of each, the codes in their order, and the codes that follow from others. The page unpacks all of
/// them for the last two.
fn tables(blocks: &[String], is_page: bool) -> String {
    let (mut packed, mut firsts) = (String::new(), Vec::new());
    let (mut codes, mut follows) = (BTreeSet::new(), String::new());
    let mut lines = 0;
    for (number, block) in blocks.iter().enumerate() {
        let _ = writeln!(
            packed,
            "include_bytes!(concat!(env!(\"OUT_DIR\"), \"/messages-{number}.deflate\")),"
        );
        firsts.push(lines);
        for stanza in stanzas::stanzas(block) {
            lines += stanza.iter().filter(|(key, _)| *key == "line").count();
            let one = |key: &str| stanza.iter().find(|(name, _)| *name == key);
            let Some((_, code)) = one("code") else {
                continue;
            };
            codes.insert(format!("{code}\n"));
            let causes = one("follows").map_or("", |(_, causes)| causes);
            for cause in causes.split_whitespace() {
                let _ = writeln!(follows, "{cause} {code}");
            }
        }
    }
    let count = blocks.len();
    let codes = if is_page {
        String::new()
    } else {
        let codes: String = codes.into_iter().collect();
        format!("static CODES: &str = {codes:?};\nstatic FOLLOWS: &str = {follows:?};\n")
    };
    format!(
        "const BLOCKS: usize = {count};\nstatic PACKED: [&[u8]; BLOCKS] = [\n{packed}];\n\
         static FIRSTS: [usize; BLOCKS] = {firsts:?};\n{codes}"
    )
}

/// The tables of [`anchor`]'s search, as Rust. The page, which is loaded over a network, makes them
/// from the places of the anchors in their patterns.
fn anchors(messages: &str) -> io::Result<String> {
    let stanzas = stanzas::stanzas(messages);
    let lines = stanzas.iter().flatten().filter(|(key, _)| *key == "line");
    let patterns: Vec<Folded<'_>> = lines.map(|(_, line)| Folded::new(line)).collect();
    // The words of the tables are those of the texts that are searched.
    let mut counts: HashMap<&[u8], usize> = HashMap::new();
    let words: Vec<Folded<'_>> = messages.lines().map(Folded::new).collect();
    for known in patterns.iter().chain(&words) {
        for bytes in known.text.as_bytes().windows(HASHED) {
            *counts.entry(bytes).or_default() += 1;
        }
    }
    let (mut anchors, mut places) = (Vec::new(), Vec::new());
    for (number, pattern) in patterns.iter().enumerate() {
        // The rarest bytes, of eight if possible.
        let text = pattern.text.as_bytes();
        let starts = (0..text.len()).filter_map(|at| {
            let part = text.get(at..)?;
            let end = part.iter().position(|byte| *byte == b'*');
            Some((at, part.get(..end.unwrap_or(part.len()))?))
        });
        let ranked = starts.filter_map(|(at, start)| {
            let count = counts.get(start.get(..HASHED)?)?;
            Some(((Reverse(start.len().min(8)), count), at, start))
        });
        let Some((_, at, text)) = ranked.min_by_key(|(rank, ..)| *rank) else {
            let text = &pattern.text;
            return Err(io::Error::other(format!("no anchor: {text}")));
        };
        let made = anchor(text, number);
        anchors.push(made.ok_or_else(|| io::Error::other(format!("no anchor: {number}")))?);
        places.push((at, text.len().min(8)));
    }
    let Tables {
        anchors,
        patterns,
        buckets,
        filter,
    } = Tables::new(anchors);
    let (all, ends, bits) = (anchors.len(), buckets.len(), filter.len());
    Ok(format!(
        "#[cfg(any(test, target_family = \"wasm\"))]\n\
         static PLACES: [(u16, u8); {all}] = {places:?};\n\
         #[cfg(not(target_family = \"wasm\"))]\n\
         static ANCHORS: [u64; {all}] = {anchors:?};\n\
         #[cfg(not(target_family = \"wasm\"))]\n\
         static PATTERNS: [u16; {all}] = {patterns:?};\n\
         #[cfg(not(target_family = \"wasm\"))]\n\
         static BUCKETS: [u16; {ends}] = {buckets:?};\n\
         #[cfg(not(target_family = \"wasm\"))]\n\
         static FILTER: [u64; {bits}] = {filter:?};\n"
    ))
}

/// The name of a file without its extension.
fn stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

/// The files of a folder with an extension, by name.
fn files(folder: &Path, extension: &str) -> io::Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|found| found == extension));
    files.sort();
    Ok(files)
}
