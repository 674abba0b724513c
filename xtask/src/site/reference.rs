//! References that are generated for the site from the sources, and not kept.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::markdown::escaped;

/// The commands of `passthru`, in the order of its help.
const COMMANDS: [&str; 22] = [
    "list", "groups", "check", "doctor", "ask", "plan", "apply", "keep", "undo", "release",
    "verify", "diff", "convert", "guest", "explain", "ids", "rom", "lspci", "capture", "report",
    "generate", "",
];

/// The generated pages: their file names in `docs/reference` and their texts.
pub(crate) fn pages(
    root: &Path,
    passthru: &Path,
) -> Result<Vec<(&'static str, String)>, Box<dyn Error>> {
    let messages = messages(&root.join("passthru/data/messages"))?;
    let codes: BTreeSet<&str> = messages
        .iter()
        .flat_map(|program| program.stanzas.iter().map(|stanza| stanza.code.as_str()))
        .collect();
    let findings = printed(passthru, &["generate", "findings"])?;
    Ok(vec![
        ("commands.md", commands(passthru)?),
        ("findings.md", without(&findings, &codes)),
        ("messages.md", message_page(&messages)),
        (
            "settings.md",
            settings(&fs::read_to_string(
                root.join("passthru/data/settings.tsv"),
            )?),
        ),
        (
            "schema.md",
            super::schema::page(&fs::read_to_string(
                root.join("docs/documents.schema.json"),
            )?)?,
        ),
        (
            "c.md",
            header(&fs::read_to_string(root.join("ffi/include/passthru.h"))?),
        ),
        ("python.md", python(&root.join("python/python/passthru"))?),
    ])
}

/// What the command prints.
fn printed(passthru: &Path, words: &[&str]) -> Result<String, Box<dyn Error>> {
    let run = Command::new(passthru)
        .args(words)
        .env("LC_ALL", "C")
        .output()?;
    if !run.status.success() {
        return Err(format!("passthru {} failed", words.join(" ")).into());
    }
    Ok(String::from_utf8(run.stdout)?)
}

fn commands(passthru: &Path) -> Result<String, Box<dyn Error>> {
    let mut page = "# Commands\n\nThis page is generated: the help of each command.\n".to_owned();
    for command in COMMANDS {
        let words = [command, "--help"];
        let words = words.iter().copied().filter(|word| !word.is_empty());
        let help = printed(passthru, &words.collect::<Vec<_>>())?;
        let heading = format!("passthru {command}");
        write!(
            page,
            "\n## {}\n\n```text\n{}\n```\n",
            heading.trim(),
            help.trim_end()
        )?;
    }
    Ok(page)
}

/// The findings without those that are messages of programs.
fn without(findings: &str, codes: &BTreeSet<&str>) -> String {
    let mut page = String::new();
    for (index, section) in findings.split("\n## ").enumerate() {
        let code = section.lines().next().unwrap_or_default();
        if index == 0 {
            page.push_str(section);
            page.push_str(
                "\nThis page is generated. [Messages](messages.md) of the kernel and of other \
                 programs have a page of their own.\n",
            );
        } else if !codes.contains(code) {
            page.push_str("\n## ");
            page.push_str(&escaped(section));
        }
    }
    page
}

/// A stanza of a file of messages.
struct Stanza {
    code: String,
    verdict: String,
    title: String,
    meaning: String,
    samples: Vec<String>,
}

/// The messages of a file.
struct Program {
    name: String,
    stanzas: Vec<Stanza>,
}

fn messages(folder: &Path) -> Result<Vec<Program>, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let text = fs::read_to_string(&path)?;
        files.push(Program {
            name: name.into_owned(),
            stanzas: stanzas(&text),
        });
    }
    files.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(files)
}

fn stanzas(text: &str) -> Vec<Stanza> {
    let mut stanzas = Vec::new();
    for block in text.split("\n\n") {
        // A line with two blanks continues the field before it.
        let joined = block.replace("\n  ", " ");
        let fields = |name: &str| -> Vec<String> {
            let start = format!("{name}: ");
            joined
                .lines()
                .filter_map(|line| line.strip_prefix(start.as_str()).map(str::to_owned))
                .collect()
        };
        let field = |name: &str| fields(name).into_iter().next().unwrap_or_default();
        if !field("code").is_empty() {
            stanzas.push(Stanza {
                code: field("code"),
                verdict: field("verdict"),
                title: field("title"),
                meaning: field("meaning"),
                samples: fields("sample"),
            });
        }
    }
    stanzas
}

fn message_page(programs: &[Program]) -> String {
    let mut page = "# Messages\n\nThis page is generated from `passthru/data/messages`. \
                    `passthru explain` prints the meaning of a line.\n"
        .to_owned();
    for program in programs {
        page.push_str(&format!("\n## {}\n", program.name));
        for stanza in &program.stanzas {
            page.push_str(&format!(
                "\n### {}\n\n**{}**: {}.\n\n{}\n",
                stanza.code,
                stanza.verdict,
                escaped(&stanza.title),
                escaped(&stanza.meaning)
            ));
            if !stanza.samples.is_empty() {
                page.push_str(&format!("\n```text\n{}\n```\n", stanza.samples.join("\n")));
            }
        }
    }
    page
}

/// The columns of the table of settings that the page shows.
fn settings(table: &str) -> String {
    let mut page = "# Settings\n\nThis page is generated from `passthru/data/settings.tsv`: \
                    settings in guides to passthrough.\n"
        .to_owned();
    let mut headings = BTreeSet::new();
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [
            code,
            place,
            name,
            value,
            _,
            verdict,
            _,
            first,
            last,
            default,
            cost,
            _,
            meaning,
            source,
        ] = columns[..]
        else {
            continue;
        };
        let setting = match value {
            "-" => name.to_owned(),
            "*" => format!("{name}=…"),
            value => format!("{name}={value}"),
        };
        if headings.insert((setting.clone(), place)) {
            page.push_str(&format!("\n## `{setting}` ({place})\n\n"));
        }
        page.push_str(&format!("{}\n\n", escaped(meaning)));
        for (label, text) in [
            ("Finding", code),
            ("Verdict", verdict),
            ("From", first),
            ("Until", last),
            ("Default", default),
            ("Trade-off", cost),
            ("Source", source),
        ] {
            if text != "-" {
                page.push_str(&format!("- {label}: {}\n", escaped(text)));
            }
        }
    }
    page
}

fn header(text: &str) -> String {
    format!(
        "# C\n\nThis page is the generated header `passthru.h`. [ffi/README.md](../../ffi/README.md) \
         has examples, and [interfaces.md](../interfaces.md) the same calls in other languages.\n\n\
         ```c\n{}\n```\n",
        text.trim_end()
    )
}

/// The public classes and functions of the package, with the first line of each documentation.
fn python(folder: &Path) -> Result<String, Box<dyn Error>> {
    let mut page = "# Python\n\nThis page is generated from the package. \
                    [python/README.md](../../python/README.md) has examples.\n"
        .to_owned();
    let mut files: Vec<_> = fs::read_dir(folder)?
        .collect::<Result<Vec<_>, _>>()?
        .into_iter()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "py"))
        .collect();
    files.sort();
    for path in files {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        if name.starts_with('_') {
            continue;
        }
        let items = python_items(&fs::read_to_string(&path)?);
        if !items.is_empty() {
            page.push_str(&format!("\n## passthru.{name}\n\n{items}"));
        }
    }
    Ok(page)
}

fn python_items(text: &str) -> String {
    let mut items = String::new();
    let mut lines = text.lines().peekable();
    let mut is_public = false;
    while let Some(line) = lines.next() {
        let (depth, rest) = match line.strip_prefix("    ") {
            Some(rest) => (1, rest),
            None => (0, line),
        };
        let is_class = rest.starts_with("class ");
        let named = rest
            .strip_prefix("class ")
            .or_else(|| rest.strip_prefix("def "));
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let field = rest
            .split_once(": ")
            .filter(|(name, _)| depth == 1 && !name.is_empty() && name.chars().all(is_name));
        let Some(name) = named.or(field.map(|(name, _)| name)) else {
            continue;
        };
        if depth == 0 {
            is_public = !name.starts_with('_');
        }
        if !is_public || name.starts_with('_') {
            continue;
        }
        let mut head = rest.trim_end().to_owned();
        while named.is_some() && !head.ends_with(':') {
            let Some(next) = lines.next() else { break };
            head.push(' ');
            head.push_str(next.trim());
        }
        let head = head
            .trim_end_matches(':')
            .replace("( ", "(")
            .replace(", )", ")");
        let about = python_summary(&mut lines);
        if depth == 0 && is_class {
            let name = name.split(['(', ':']).next().unwrap_or_default();
            items.push_str(&format!("\n### {name}\n\n"));
            if !about.is_empty() {
                items.push_str(&format!("{}\n\n", escaped(&about)));
            }
        } else {
            items.push_str(&format!("- `{}`", head.trim_start_matches("def ")));
            if !about.is_empty() {
                items.push_str(&format!(": {}", escaped(&about)));
            }
            items.push('\n');
        }
    }
    items
}

/// The first paragraph of the documentation that follows, if any does.
fn python_summary<'a>(lines: &mut std::iter::Peekable<impl Iterator<Item = &'a str>>) -> String {
    let Some(first) = lines
        .peek()
        .and_then(|next| next.trim().strip_prefix("\"\"\""))
    else {
        return String::new();
    };
    let mut about = first.to_owned();
    lines.next();
    while !about.contains("\"\"\"") {
        match lines.next().map(str::trim) {
            None | Some("") => break,
            Some(next) => about = format!("{about} {next}"),
        }
    }
    about.trim_end_matches("\"\"\"").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stanzas_have_their_continued_fields() {
        let text = "# About.\n\ncode: a-b\nverdict: fix\ntitle: one\nmeaning: two\n  three\n\
                    line: x\nsample: y\nsample: z\n";
        let stanzas = stanzas(text);
        assert_eq!(stanzas.len(), 1);
        assert_eq!(stanzas[0].meaning, "two three");
        assert_eq!(stanzas[0].samples, ["y", "z"]);
    }

    #[test]
    fn public_items_of_python_are_listed() {
        let text = "class A(B):\n    \"\"\"About A.\n\n    More.\n    \"\"\"\n\n    e: int | None\n    \
                    \"\"\"About e,\n    in lines.\"\"\"\n\n    def b(\n        self,\n        c: int,\n    ) -> None:\n        \"\"\"About b.\"\"\"\n\n    \
                    def _d(self) -> None:\n        pass\n\n\nclass _E:\n    def f(self) -> int:\n";
        assert_eq!(
            python_items(text),
            "\n### A\n\nAbout A.\n\n- `e: int | None`: About e, in lines.\n- `b(self, c: int) -> None`: About b.\n"
        );
    }
}
