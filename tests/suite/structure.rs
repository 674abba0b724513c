//! The invariants of the crates that ARCHITECTURE.md states: which crate imports which, and
//! which crates read a host.

mod imports;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use testkit::files_below;

/// The crates of the project that each crate may import.
const IMPORTS: &[(&str, &[&str])] = &[
    ("list-order", &[]),
    ("host-tree", &["list-order"]),
    ("shell-text", &[]),
    ("passthru-translations", &[]),
    ("pci-core", &["host-tree", "list-order"]),
    ("iommu", &["host-tree", "list-order", "pci-core"]),
    ("vbios", &["list-order", "pci-core"]),
    (
        "hostconf",
        &["host-tree", "list-order", "pci-core", "shell-text"],
    ),
    (
        "hvconf",
        &["host-tree", "list-order", "pci-core", "shell-text"],
    ),
    (
        "passthru",
        &[
            "host-tree",
            "list-order",
            "pci-core",
            "iommu",
            "vbios",
            "hostconf",
            "hvconf",
        ],
    ),
    (
        "ffi",
        &[
            "passthru",
            "host-tree",
            "pci-core",
            "vbios",
            "hostconf",
            "hvconf",
        ],
    ),
    (
        "python",
        &[
            "passthru",
            "host-tree",
            "pci-core",
            "vbios",
            "hostconf",
            "hvconf",
        ],
    ),
];

/// The crates whose sources never name `HostTree`: text in, text out.
const TEXT_ONLY: [&str; 4] = ["list-order", "shell-text", "vbios", "hvconf"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The names in the section `[dependencies]` of a manifest.
fn dependencies(manifest: &str) -> Vec<&str> {
    let section = manifest
        .split("\n[dependencies]\n")
        .nth(1)
        .unwrap_or_default();
    let section = section.split("\n[").next().unwrap_or_default();
    let names = section.lines().filter(|line| !line.starts_with('#'));
    names
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn a_crate_imports_only_the_crates_below_it() {
    let rows: BTreeMap<&str, &[&str]> = IMPORTS.iter().copied().collect();
    for (name, allowed) in IMPORTS {
        let path = root().join(name).join("Cargo.toml");
        let manifest = std::fs::read_to_string(&path).unwrap();
        let own: Vec<&str> = dependencies(&manifest)
            .into_iter()
            .filter(|dependency| rows.contains_key(dependency))
            .collect();
        assert!(allowed.is_empty() || !own.is_empty(), "{name}");
        for dependency in own {
            assert!(allowed.contains(&dependency), "{name} imports {dependency}");
        }
    }
}

#[test]
fn crates_of_texts_read_no_host() {
    for name in TEXT_ONLY {
        for file in files_below(root().join(name).join("src"), ".rs").unwrap() {
            let text = std::fs::read_to_string(&file).unwrap();
            assert!(!text.contains("HostTree"), "{}", file.display());
        }
    }
}

/// Valgrind calls the memory of such a table "possibly lost", which fails the tests of the C library: a
/// hash table points into the middle of its allocation.
#[test]
fn no_static_has_a_hash_table() {
    for (name, _) in IMPORTS {
        for file in files_below(root().join(name).join("src"), ".rs").unwrap() {
            let text = std::fs::read_to_string(&file).unwrap();
            for declared in text.split("static ").skip(1) {
                let kind = declared.split(['=', ';']).next().unwrap_or_default();
                // Neither a lifetime nor a word of a comment has a name in capitals behind it.
                if !kind.starts_with(|first: char| first.is_ascii_uppercase()) {
                    continue;
                }
                let is_hashed = kind.contains("HashMap<") || kind.contains("HashSet<");
                assert!(!is_hashed, "{}: static {kind}", file.display());
            }
        }
    }
}

#[test]
fn no_module_imports_itself_through_others() {
    let others = ["xtask", "testkit"];
    let names = IMPORTS.iter().map(|(name, _)| *name).chain(others);
    for name in names {
        let circles = imports::circles(&imports::imports(&root().join(name).join("src")));
        assert!(circles.is_empty(), "{name}: {circles:#?}");
    }
}
