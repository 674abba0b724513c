//! The environment variables that tests read, each named here and in CONTRIBUTING.md.

use std::path::{Path, PathBuf};
use std::str::FromStr;

/// With `required`, a test whose program is missing fails.
pub const ORACLES: &str = "PASSTHRU_ORACLES";
/// The seed of generated inputs.
pub const SEED: &str = "PASSTHRU_SEED";
/// How many inputs a test generates.
pub const ROUNDS: &str = "PASSTHRU_ROUNDS";
/// Number of machines converted in each form.
pub const MACHINES: &str = "PASSTHRU_MACHINES";
/// Size of the texts for tests of linear time, in bytes.
pub const SCALING: &str = "PASSTHRU_SCALING";
/// With `full`, `apply` and `undo` are killed at every system call.
pub const KILL: &str = "PASSTHRU_KILL";
/// An optimized command, whose instructions are counted.
pub const COMMAND: &str = "PASSTHRU_COMMAND";
/// A folder of published texts.
pub const POSTS: &str = "PASSTHRU_POSTS";
/// A folder of `lspci -xxxx` dumps.
pub const DUMPS: &str = "PASSTHRU_DUMPS";
/// A folder of `lspci*` programs of other releases.
pub const LSPCI: &str = "PASSTHRU_LSPCI";
/// Ranges of seeds of made-up dumps.
pub const SEEDS: &str = "PASSTHRU_SEEDS";
/// Write generated blocks and files instead of comparing.
pub const REWRITE: &str = "PASSTHRU_REWRITE";
/// Write the baseline of the C interface.
pub const BASELINE: &str = "PASSTHRU_BASELINE";
/// Also install the library with cargo-c.
pub const CINSTALL: &str = "PASSTHRU_CINSTALL";
/// The Python that has the package.
pub const PYTHON: &str = "PASSTHRU_PYTHON";
/// The folder of an unpacked kernel package; `scripts/lab fetch` prints one.
pub const LAB_KERNEL: &str = "LAB_KERNEL";
/// A folder of captures of booted kernels.
pub const LAB_CAPTURES: &str = "LAB_CAPTURES";
/// A folder with checkouts of hypervisors' repositories.
pub const HYPERVISOR_SOURCES: &str = "HYPERVISOR_SOURCES";
/// The initramfs-tools whose scripts are read.
pub const INITRAMFS_TOOLS: &str = "PASSTHRU_INITRAMFS_TOOLS";
/// A folder of dumps for `scripts/parity`.
pub const PARITY: &str = "PASSTHRU_PARITY";
/// The options of lspci that `scripts/parity` compares.
pub const PARITY_FORMS: &str = "PASSTHRU_PARITY_FORMS";
/// The rules of grouping that captures follow.
pub const LAB_RULES: &str = "LAB_RULES";
/// The Python with what hypervisors' own code imports.
pub const HYPERVISOR_PYTHON: &str = "HYPERVISOR_PYTHON";
/// The Python that has OpenStack's Nova.
pub const NOVA_PYTHON: &str = "NOVA_PYTHON";
/// The command that talks to a daemon of Incus.
pub const INCUS: &str = "INCUS";
/// A folder of machines' ACPI tables.
pub const ACPI_TABLES: &str = "ACPI_TABLES";
/// The program rom-parser.
pub const ROM_PARSER: &str = "ROM_PARSER";

/// Value of a variable, if set and not empty.
pub fn text(name: &str) -> Option<String> {
    let text = std::env::var(name).ok()?;
    (!text.is_empty()).then_some(text)
}

/// Path in a variable, if set and not empty.
pub fn path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os(name)?;
    (!path.is_empty()).then(|| path.into())
}

/// Number in a variable; another value fails the test.
pub fn number<T: FromStr>(name: &str) -> Option<T> {
    let text = text(name)?;
    let number = text.parse().ok();
    assert!(number.is_some(), "{name}={text} is not a number");
    number
}

/// Whether tests without their program fail.
pub fn all_required() -> bool {
    text(ORACLES).is_some_and(|value| value == "required")
}

/// The target folder of the workspace.
pub fn target() -> PathBuf {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    repository.join(std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}
