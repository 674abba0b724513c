//! dracut: a file of `dracut.conf.d` that loads vfio-pci before other drivers, and a module of
//! dracut that binds functions to it by address.
//!
//! `force_drivers` does both: it includes the modules and loads them before udev (dracut.conf(5)).
//! Before dracut 039, as in CentOS 7, it does not exist, and bash reads it as an unused variable:
//! there `add_drivers` includes the modules, and a softdep loads them in time. Lists are extended
//! with `+=`, and need a blank at both ends: bash concatenates strings, and words of two files
//! would become one.

use core::fmt;

use host_tree::Edit;
use pci_core::modules::ModuleName;

use super::assignments::{AssignmentFile, Form};
use super::by_address::{self, BoundFunction, DEFINITIONS, NOTE};
use super::modprobe::same_module;

/// The file of dracut's configuration that is ours.
pub const CONF: &str = "/etc/dracut.conf.d/passthru-vfio.conf";

/// This crate's dracut module; dracut looks for modules only there (dracut(8), "FILES").
pub const MODULE_SETUP: &str = "/usr/lib/dracut/modules.d/64passthru-vfio/module-setup.sh";

/// The hook that the module packs.
pub const MODULE_HOOK: &str = "/usr/lib/dracut/modules.d/64passthru-vfio/passthru-vfio.sh";

/// Where dracut reads its configuration, in the order in which it does: files of
/// the two folders by name, one in `/etc` hides one of the same name.
pub const PLACES: [&str; 3] = [
    "/etc/dracut.conf",
    "/etc/dracut.conf.d",
    "/usr/lib/dracut/dracut.conf.d",
];

/// The file that has `modules` loaded before udev, with `files` packed.
///
/// `files` are those of `/etc/modprobe.d` that have to count in the initramfs:
/// dracut packs that folder only for an image of this host alone (`hostonly`).
///
/// ```
/// use hostconf::binding::dracut::conf;
/// let modules = ["vfio_pci".parse()?, "vfio_iommu_type1".parse()?];
/// let text = conf(&modules, &["/etc/modprobe.d/vfio.conf"]);
/// assert!(text.contains("force_drivers+=\" vfio_pci vfio_iommu_type1 \"\n"));
/// # Ok::<(), pci_core::Error>(())
/// ```
#[must_use]
pub fn conf(modules: &[ModuleName], files: &[&str]) -> String {
    let mut out = String::from("# Written by passthru: vfio-pci before the host's drivers.\n");
    let mut add = |name: &str, words: Vec<&str>| {
        if !words.is_empty() {
            out.push_str(&format!("{name}+=\" {} \"\n", words.join(" ")));
        }
    };
    let names: Vec<&str> = modules.iter().map(ModuleName::as_str).collect();
    add("add_drivers", names.clone());
    add("force_drivers", names);
    let is_plain = |path: &&&str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
        path.starts_with('/') && path.chars().all(plain)
    };
    add(
        "install_items",
        files.iter().filter(is_plain).copied().collect(),
    );
    out
}

/// The file that adds this crate's dracut module, even where the host lists all its modules.
pub const MODULE_CONF: &str = "# Written by passthru: the module that binds functions to vfio-pci.
add_dracutmodules+=\" passthru-vfio \"
";

/// The script of the module (dracut.modules(7)).
pub const SETUP: &str = "#!/bin/bash
# Written by passthru: binds PCI functions to vfio-pci by address.

check() {
	return 0
}

depends() {
	echo base
	return 0
}

installkernel() {
	# Without this, an image of this host alone has no module that is not loaded.
	hostonly='' instmods vfio_pci
}

install() {
	inst_hook pre-udev 05 \"${moddir:?}/passthru-vfio.sh\"
}
";

/// The hook that binds `functions` to vfio-pci before udev starts.
///
/// dracut sources its hooks, so that all runs in a subshell.
#[must_use]
pub fn hook(functions: &[BoundFunction]) -> String {
    let calls = by_address::calls(functions);
    format!("#!/bin/sh\n{NOTE}(\n{DEFINITIONS}\n{calls})\n")
}

/// The three files that bind by address, with their current texts.
#[must_use]
pub fn edits(functions: &[BoundFunction], before: [Option<&str>; 3]) -> [Edit; 3] {
    let [conf, setup, script] = before.map(|text| text.map(str::to_owned));
    [
        Edit::new_file(CONF, MODULE_CONF).replacing(conf),
        Edit::new_script(MODULE_SETUP, SETUP).replacing(setup),
        Edit::new_script(MODULE_HOOK, hook(functions)).replacing(script),
    ]
}

/// An error in a file of dracut's configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ConfIssue {
    /// A list without a blank at an end: bash glues its words to those of others.
    Glued {
        /// The line, from 1.
        line: u32,
        /// The variable.
        name: String,
    },
    /// `=` in place of `+=`: the words of other files are discarded.
    Replaces {
        /// The line, from 1.
        line: u32,
        /// The variable.
        name: String,
    },
    /// vfio-pci is added to the image, but not loaded before other drivers.
    PackedOnly {
        /// The line, from 1.
        line: u32,
    },
    /// vfio-pci is left out of the image.
    Omitted {
        /// The line, from 1.
        line: u32,
        /// The variable.
        name: String,
    },
}

impl fmt::Display for ConfIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Glued { line, name } => write!(
                f,
                "line {line}: expected a blank at both ends of {name}+=\" … \""
            ),
            Self::Replaces { line, name } => write!(
                f,
                "line {line}: expected {name}+=: = discards the words of other files"
            ),
            Self::PackedOnly { line } => write!(
                f,
                "line {line}: expected force_drivers: add_drivers packs vfio-pci and loads it late"
            ),
            Self::Omitted { line, name } => {
                write!(f, "line {line}: {name} keeps vfio-pci out of the image")
            }
        }
    }
}

/// The lists that dracut puts together from several files (dracut.conf(5)).
const LISTS: [&str; 8] = [
    "add_dracutmodules",
    "add_drivers",
    "drivers",
    "dracutmodules",
    "force_drivers",
    "install_items",
    "omit_dracutmodules",
    "omit_drivers",
];

/// Whether a file loads `module` before udev, and the errors in it.
#[must_use]
pub fn read_conf(text: &str, module: &str) -> (bool, Vec<ConfIssue>) {
    let file = AssignmentFile::parse(text);
    let (mut forced, mut packed) = (false, None);
    let mut issues = Vec::new();
    for assignment in file.assignments() {
        let (line, name) = (assignment.line, assignment.name.clone());
        if assignment.form != Form::String || !LISTS.contains(&name.as_str()) {
            continue;
        }
        let has = || {
            let words = assignment
                .words
                .iter()
                .filter_map(|word| word.text.as_deref());
            words.into_iter().any(|word| same_module(word, module))
        };
        match name.as_str() {
            "force_drivers" if has() => forced = true,
            "add_drivers" if has() => packed = Some(line),
            "omit_drivers" if has() => issues.push(ConfIssue::Omitted {
                line,
                name: name.clone(),
            }),
            _ => {}
        }
        let whole = assignment.string.as_deref().unwrap_or_default();
        let glued = !(whole.starts_with([' ', '\t']) && whole.ends_with([' ', '\t']));
        if assignment.appends && glued && !whole.is_empty() {
            issues.push(ConfIssue::Glued {
                line,
                name: name.clone(),
            });
        }
        // dracut.conf comes first, and may set a list.
        if !assignment.appends && matches!(name.as_str(), "force_drivers" | "install_items") {
            issues.push(ConfIssue::Replaces { line, name });
        }
    }
    if let (Some(line), false) = (packed, forced) {
        issues.push(ConfIssue::PackedOnly { line });
    }
    (forced, issues)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_text_is_read_without_a_message() {
        let modules = ["vfio_pci".parse().unwrap(), "vfio".parse().unwrap()];
        let text = conf(&modules, &["/etc/modprobe.d/vfio.conf", "/x y", "z"]);
        assert!(text.ends_with("install_items+=\" /etc/modprobe.d/vfio.conf \"\n"));
        assert_eq!(read_conf(&text, "vfio-pci"), (true, vec![]));
        assert_eq!(conf(&[], &[]).lines().count(), 1);
        assert_eq!(read_conf(MODULE_CONF, "vfio-pci"), (false, vec![]));
    }

    #[test]
    fn sentences_of_users_are_evaluated() {
        let name = || "force_drivers".to_owned();
        let (forced, issues) = read_conf("# x\nforce_drivers+=\"vfio_pci vfio\"\n", "vfio-pci");
        assert!(forced);
        assert_eq!(
            issues,
            [ConfIssue::Glued {
                line: 2,
                name: name()
            }]
        );
        let (_, issues) = read_conf("force_drivers=\" vfio_pci \"\n", "vfio-pci");
        assert_eq!(
            issues,
            [ConfIssue::Replaces {
                line: 1,
                name: name()
            }]
        );
        let (forced, issues) = read_conf("add_drivers+=\" vfio vfio-pci \"\n", "vfio_pci");
        assert!(!forced);
        assert_eq!(issues, [ConfIssue::PackedOnly { line: 1 }]);
        let (_, issues) = read_conf("omit_drivers+=\" vfio_pci \"\n", "vfio_pci");
        assert!(matches!(issues[..], [ConfIssue::Omitted { .. }]));
        assert_eq!(read_conf("hostonly=\"yes\"\n", "vfio_pci"), (false, vec![]));
    }
}
