//! `cargo xtask sbom CRATE`: the software bill of materials of a product, as CycloneDX 1.5.

use std::error::Error;
use std::path::Path;

use serde_json::{Value, json};

use crate::metadata::{Graph, Package};

/// The document, on one machine as on another: no time, no serial number.
pub(crate) fn run(root: &Path, name: &str) -> Result<String, Box<dyn Error>> {
    let graph = Graph::read(root)?;
    let id = graph
        .own(name)
        .ok_or_else(|| format!("{name}: not a crate of this workspace"))?;
    let sums = checksums(root)?;
    let (mut components, mut dependencies) = (Vec::new(), Vec::new());
    let mut subject = Value::Null;
    for id_here in graph.closure(id) {
        let Some(package) = graph.packages.get(id_here) else {
            continue;
        };
        let component = component(package, &sums);
        if id_here == id {
            subject = component;
        } else {
            components.push(component);
        }
        let needs = package
            .needs
            .iter()
            .filter_map(|need| graph.packages.get(need));
        let needs: Vec<String> = needs.map(reference).collect();
        dependencies.push(json!({ "ref": reference(package), "dependsOn": needs }));
    }
    let document = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": subject },
        "components": components,
        "dependencies": dependencies,
    });
    Ok(serde_json::to_string_pretty(&document)?)
}

/// Where a package is from, as a package URL.
fn reference(package: &Package) -> String {
    format!("pkg:cargo/{}@{}", package.name, package.version)
}

fn component(package: &Package, sums: &[Sum]) -> Value {
    let sum = sums
        .iter()
        .find(|sum| sum.name == package.name && sum.version == package.version);
    let hashes = sum.map(|sum| json!({ "alg": "SHA-256", "content": sum.sha256 }));
    let repository = Some(&package.repository).filter(|url| !url.is_empty());
    let references = repository.map(|url| json!({ "type": "vcs", "url": url }));
    json!({
        "type": "library",
        "bom-ref": reference(package),
        "name": package.name,
        "version": package.version,
        "description": package.description,
        "licenses": [{ "expression": package.license }],
        "purl": reference(package),
        "externalReferences": references.into_iter().collect::<Vec<_>>(),
        "hashes": hashes.into_iter().collect::<Vec<_>>(),
    })
}

/// A package in `Cargo.lock`.
struct Sum {
    name: String,
    version: String,
    sha256: String,
}

/// The packages of registries in `Cargo.lock`.
fn checksums(root: &Path) -> Result<Vec<Sum>, Box<dyn Error>> {
    let lock = std::fs::read_to_string(root.join("Cargo.lock"))?;
    let value = |block: &str, key: &str| {
        let start = format!("{key} = \"");
        let mut lines = block.lines();
        lines.find_map(|line| Some(line.strip_prefix(&start)?.trim_end_matches('"').to_owned()))
    };
    let blocks = lock.split("[[package]]");
    let sum = |block| {
        Some(Sum {
            name: value(block, "name")?,
            version: value(block, "version")?,
            sha256: value(block, "checksum")?,
        })
    };
    Ok(blocks.filter_map(sum).collect())
}
