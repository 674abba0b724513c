//! The packages of this workspace and of others that it is built from, as cargo knows them.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::process::{Command, Stdio};

use serde_json::Value;

/// A package of the graph.
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) license: String,
    pub(crate) description: String,
    pub(crate) repository: String,
    /// Of a package from a registry: its address.
    pub(crate) source: Option<String>,
    /// The folder of its `Cargo.toml`.
    pub(crate) folder: String,
    /// Packages that it is built with: ids.
    pub(crate) needs: BTreeSet<String>,
}

/// All packages by cargo's id.
pub(crate) struct Graph {
    pub(crate) packages: BTreeMap<String, Package>,
}

impl Graph {
    /// Asks cargo, without a network.
    pub(crate) fn read(root: &std::path::Path) -> Result<Self, Box<dyn Error>> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(["metadata", "--format-version", "1", "--locked", "--offline"])
            // What only the released command has.
            .args(["--features", "passthru/packed-names"])
            .args(["--filter-platform", "x86_64-unknown-linux-gnu"])
            // The static command.
            .args(["--filter-platform", "x86_64-unknown-linux-musl"])
            .current_dir(root)
            .stderr(Stdio::inherit())
            .output()?;
        if !output.status.success() {
            return Err("cargo metadata failed".into());
        }
        Self::parse(&serde_json::from_slice(&output.stdout)?)
    }

    fn parse(metadata: &Value) -> Result<Self, Box<dyn Error>> {
        let mut packages = BTreeMap::new();
        for package in list(metadata, "/packages") {
            let manifest = text(package, "/manifest_path");
            packages.insert(
                text(package, "/id"),
                Package {
                    name: text(package, "/name"),
                    version: text(package, "/version"),
                    license: text(package, "/license").replace('/', " OR "),
                    description: text(package, "/description"),
                    repository: text(package, "/repository"),
                    source: Some(text(package, "/source")).filter(|source| !source.is_empty()),
                    folder: manifest.trim_end_matches("/Cargo.toml").to_owned(),
                    needs: BTreeSet::new(),
                },
            );
        }
        for node in list(metadata, "/resolve/nodes") {
            let shipped = |dependency: &&Value| {
                list(dependency, "/dep_kinds")
                    .iter()
                    .any(|kind| text(kind, "/kind") != "dev")
            };
            let needs = list(node, "/deps").iter().filter(shipped);
            let needs = needs.map(|dependency| text(dependency, "/pkg")).collect();
            packages
                .get_mut(&text(node, "/id"))
                .ok_or("a node without a package")?
                .needs = needs;
        }
        Ok(Self { packages })
    }

    /// The id of a package of this workspace.
    pub(crate) fn own(&self, name: &str) -> Option<&str> {
        let own =
            |(_, package): &(&String, &Package)| package.name == name && package.source.is_none();
        self.packages.iter().find(own).map(|(id, _)| id.as_str())
    }

    /// A package and all that it is built with.
    pub(crate) fn closure<'a>(&'a self, id: &'a str) -> BTreeSet<&'a str> {
        let (mut found, mut next) = (BTreeSet::new(), vec![id]);
        while let Some(id) = next.pop() {
            if found.insert(id) {
                next.extend(
                    self.packages
                        .get(id)
                        .iter()
                        .flat_map(|package| &package.needs)
                        .map(String::as_str),
                );
            }
        }
        found
    }
}

/// A list in a document; empty where there is none.
fn list<'a>(value: &'a Value, place: &str) -> &'a [Value] {
    value
        .pointer(place)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

/// A string in a document; empty where there is none.
fn text(value: &Value, place: &str) -> String {
    value
        .pointer(place)
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}
