//! `cargo xtask licenses CRATE`: the license texts of the packages that a product is built from, each
//! once, as their licenses require of distributors of a binary.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use crate::metadata::{Graph, Package};

/// The document, on one machine as on another.
pub(crate) fn run(root: &Path, name: &str) -> Result<String, Box<dyn Error>> {
    let graph = Graph::read(root)?;
    let id = graph
        .own(name)
        .ok_or_else(|| format!("{name}: not a crate of this workspace"))?;
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in graph.closure(id) {
        let Some(package) = graph.packages.get(package) else {
            continue;
        };
        // The product's own license is beside it.
        if package.source.is_none() {
            continue;
        }
        let line = format!("{} {} ({})", package.name, package.version, package.license);
        texts.entry(text(package)?).or_default().push(line);
    }
    let mut blocks: Vec<(Vec<String>, String)> = Vec::new();
    for (text, mut packages) in texts {
        packages.sort();
        blocks.push((packages, text));
    }
    blocks.sort();
    let blocks = blocks.iter().map(|(packages, text)| {
        let rule = "-".repeat(80);
        format!("{rule}\n{}\n\n{}\n", packages.join("\n"), text.trim_end())
    });
    Ok(format!(
        "Licenses of the packages that {name} is built from.\n\n{}",
        blocks.collect::<String>()
    ))
}

/// The license texts of a package; those of Apache-2.0 and the Unlicense only where there is no other
/// choice.
fn text(package: &Package) -> Result<String, Box<dyn Error>> {
    let mut files: Vec<String> = Vec::new();
    for entry in fs::read_dir(&package.folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let upper = name.to_uppercase();
        let starts = ["LICEN", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"];
        if starts.iter().any(|start| upper.starts_with(start)) && !upper.ends_with(".RS") {
            files.push(name);
        }
    }
    files.sort();
    let is_second = |name: &String| {
        name.to_uppercase().contains("APACHE") || name.to_uppercase() == "UNLICENSE"
    };
    let has_first = files.iter().any(|name| !is_second(name));
    let is_choice = package.license.contains(" OR ");
    files.retain(|name| !(has_first && is_choice && is_second(name)));
    let mut texts = Vec::new();
    for name in &files {
        let path = Path::new(&package.folder).join(name);
        // A folder of licenses holds those of tests and data.
        if path.is_file() {
            texts.push(fs::read_to_string(path)?.replace('\r', ""));
        }
    }
    if texts.is_empty() {
        let (name, license) = (&package.name, &package.license);
        texts.push(format!(
            "The package has no license text: {license}.\n{name}: {}",
            package.repository
        ));
    }
    Ok(texts.join("\n"))
}
