//! The docs site: its table of contents, its links, and the example host that its pages use.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use testkit::rom::{self, ExtensionBuilder, ImageBuilder};
use testkit::{Scratch, environment, files_below, program};

use crate::command::{passthru, top};
use crate::readme::papers;

const HOST: &str = "examples/hosts/workstation";

/// The targets of the links and pictures of a page, without those in blocks of code.
fn links(text: &str) -> Vec<&str> {
    let mut links = Vec::new();
    let mut is_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        } else if !is_code {
            let targets = line.split("](").skip(1);
            links.extend(targets.filter_map(|rest| rest.split_once(')').map(|(target, _)| target)));
        }
    }
    links
}

/// The fragment of a heading, as GitHub and mdBook make it.
fn fragment(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    let text: String = heading.to_lowercase().chars().filter(kept).collect();
    text.trim().replace(' ', "-")
}

fn fragments(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings
        .map(|line| fragment(line.trim_start_matches('#')))
        .collect()
}

/// The pages that `cargo xtask site` generates.
fn generated() -> BTreeSet<String> {
    let source = std::fs::read_to_string(top().join("xtask/src/site/reference.rs")).unwrap();
    let names = source.split('"').filter(|word| word.ends_with(".md"));
    names.map(|name| format!("docs/reference/{name}")).collect()
}

/// A path without `..`.
fn normal(path: &Path) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.to_str().unwrap().split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." | "" => {}
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[test]
fn links_of_the_pages_lead_somewhere() {
    let generated = generated();
    let mut wrong = Vec::new();
    let mut count = 0;
    for paper in papers() {
        let text = std::fs::read_to_string(top().join(&paper)).unwrap();
        for link in links(&text) {
            if link.contains(':') {
                continue;
            }
            count += 1;
            let (path, place) = link.split_once('#').unwrap_or((link, ""));
            let path = match path {
                "" => paper.clone(),
                path => normal(&Path::new(&paper).parent().unwrap().join(path)),
            };
            let file = top().join(&path);
            let is_there = file.exists() || generated.contains(&path);
            let has_place = place.is_empty()
                || generated.contains(&path)
                || std::fs::read_to_string(&file)
                    .is_ok_and(|text| fragments(&text).contains(place));
            if !is_there || !has_place {
                wrong.push(format!("{paper}: {link}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 100, "{count}");
}

/// The files of the repository, without built ones.
fn files() -> Vec<String> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(top()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_file() {
            files.push(path);
        } else if !name.starts_with('.') && name != "target" {
            files.extend(files_below(path, "").unwrap());
        }
    }
    let paths = files
        .iter()
        .map(|path| normal(path.strip_prefix(top()).unwrap()));
    paths
        .filter(|path| !path.contains("/target/") && !path.contains("/node_modules/"))
        .collect()
}

/// A file that a page names in backticks is in the repository; the name may be the end of a path,
/// as `plan/gate.rs`.
#[test]
fn named_files_are_in_the_repository() {
    let files = files();
    let ends: BTreeSet<&str> = files
        .iter()
        .flat_map(|path| {
            path.match_indices('/')
                .map(|(at, _)| &path[at + 1..])
                .chain([&**path])
        })
        .collect();
    let is_file = |name: &&str| {
        let extension = Path::new(name).extension().and_then(|end| end.to_str());
        name.contains('/')
            && !name.starts_with('/')
            && !name.starts_with("target/")
            && !name.contains(['<', '*', '…', '{', '$', '~', ' '])
            && ["rs", "md", "tsv", "txt", "toml", "sh"]
                .map(Some)
                .contains(&extension)
    };
    let (mut count, mut wrong) = (0, Vec::new());
    for page in files.iter().filter(|path| path.ends_with(".md")) {
        let text = std::fs::read_to_string(top().join(page)).unwrap();
        let words = text
            .lines()
            .flat_map(|line| line.split('`').skip(1).step_by(2));
        for name in words.filter(is_file) {
            count += 1;
            if !ends.contains(name.trim_start_matches("../")) {
                wrong.push(format!("{page}: {name}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 80, "{count}");
}

/// Each page of `docs/` is in the table of contents once, and each entry is a page.
#[test]
fn the_table_of_contents_has_every_page() {
    let text = std::fs::read_to_string(top().join("docs/SUMMARY.md")).unwrap();
    let entries: Vec<String> = links(&text)
        .into_iter()
        .map(|link| normal(&Path::new("docs").join(link)))
        .collect();
    let listed: BTreeSet<&String> = entries.iter().collect();
    assert_eq!(listed.len(), entries.len(), "a page is listed twice");
    for page in papers() {
        let is_listed = page == "docs/SUMMARY.md" || listed.contains(&page);
        assert!(is_listed, "{page} is not in docs/SUMMARY.md");
    }
    for page in generated() {
        assert!(listed.contains(&page), "{page} is not in docs/SUMMARY.md");
    }
}

/// The files and links of a tree, with the bytes of each.
fn tree(root: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let (path, kind) = (entry.path(), entry.file_type().unwrap());
            let name = path
                .strip_prefix(root)
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned();
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_symlink() {
                let target = std::fs::read_link(&path).unwrap();
                found.push((name, target.to_str().unwrap().as_bytes().to_vec()));
            } else {
                found.push((name, std::fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

#[test]
fn the_workstation_is_what_its_program_makes() {
    let Some(python) = program::find("python3") else {
        return;
    };
    let scratch = Scratch::new();
    let made = scratch.path().join("before");
    let run = Command::new(python)
        .arg(top().join(HOST).join("make"))
        .arg(&made)
        .output()
        .unwrap();
    assert!(run.status.success(), "{run:?}");
    let (kept, made) = (tree(&top().join(HOST).join("before")), tree(&made));
    let names = |tree: &[(String, Vec<u8>)]| -> Vec<String> {
        tree.iter().map(|(name, _)| name.clone()).collect()
    };
    assert_eq!(names(&kept), names(&made));
    for (one, other) in kept.iter().zip(&made) {
        assert!(one.1 == other.1, "{}: run {HOST}/make", one.0);
    }
}

#[test]
fn the_groups_of_the_workstation_are_those_that_are_predicted() {
    let words = ["groups", "--predict", "--json", "--root"];
    let root = format!("{HOST}/before");
    let json = passthru(&[&words[..], &[&root]].concat()).json();
    assert_eq!(json["complete"], true);
    assert_eq!(json["observed"]["same"], true);
    assert_eq!(json["undecided"], serde_json::json!([]));
    assert_eq!(json["groups"].as_array().unwrap().len(), 19);
}

/// The ROM of the workstation's card: the chain that a card's BAR shows, and a file as a flash
/// program reads it, with a header before the chain. No byte is of a vendor.
#[test]
fn the_rom_of_the_workstation_is_made_here() {
    let image = |image: ImageBuilder| image.id(0x10de, 0x2504);
    let chain = rom::rom(&[
        image(ImageBuilder::x86(4))
            .more()
            .extension(ExtensionBuilder::new(4, false).subsystem(0x1043, 0x8810)),
        image(ImageBuilder::efi(2)).extension(ExtensionBuilder::new(2, true).efi_version(0x60008)),
    ]);
    let rewrites = environment::path(environment::REWRITE).is_some();
    for (name, bytes) in [
        ("files/rom", chain.clone()),
        ("flash.rom", rom::flash_header(2, &chain)),
    ] {
        let path = top().join(HOST).join(name);
        if rewrites {
            std::fs::write(&path, &bytes).unwrap();
        }
        assert!(std::fs::read(&path).unwrap() == bytes, "{}", path.display());
    }
}
