//! Systems that are built or deployed as a whole.

use pci_core::Evidence;
use pci_core::tree::{HostTree, Lookup};

use super::kind::{LoaderKind, XEN_CMDLINE};
use crate::boot::command_line::CommandLine;
use crate::boot::running;

/// Systems that are built or deployed as a whole, and have their own way to kernel
/// options; `Some(None)` where it is such a system and its program is not shown.
pub(super) fn whole_system(
    tree: &dyn HostTree,
    evidence: &mut Vec<Evidence>,
) -> Option<Option<LoaderKind>> {
    let options = running::options(tree);
    let mut by_option = |wanted: &dyn Fn(&CommandLine) -> bool| {
        let (text, proof) = options.as_ref()?;
        wanted(&CommandLine::parse(text)).then(|| evidence.push(proof.clone()))
    };
    let begins = |line: &CommandLine, name: &str, prefix: &str| {
        let value = line.get(name).and_then(|option| option.value.as_deref());
        value.is_some_and(|value| value.starts_with(prefix))
    };
    if by_option(&|line| line.get("talos.platform").is_some()).is_some() {
        return Some(Some(LoaderKind::Talos));
    }
    if by_option(&|line| begins(line, "init", "/nix/store/")).is_some() {
        return Some(Some(LoaderKind::NixOs));
    }
    let deployed = by_option(&|line| begins(line, "ostree", "/ostree/")).is_some();
    if tree.read("/etc/NIXOS").found().is_some() {
        evidence.push(Evidence::new("/etc/NIXOS", None, "present"));
        return Some(Some(LoaderKind::NixOs));
    }
    if tree.read_start(XEN_CMDLINE, 1).found().is_some() {
        evidence.push(Evidence::new(XEN_CMDLINE, None, "present"));
        return Some(Some(LoaderKind::XenCmdline));
    }
    let mark = "/run/ostree-booted";
    if !deployed {
        tree.read(mark).found()?;
        evidence.push(Evidence::new(mark, None, "present"));
    }
    let program = |path: &str| match tree.read_start(path, 1) {
        Lookup::Found(_) | Lookup::Unreadable(_) => Some(true),
        Lookup::Absent => Some(false),
        Lookup::NotShown => None,
    };
    let shown = |path: &str| Evidence::new(path, None, "present");
    Some(
        match (program("/usr/bin/rpm-ostree"), program("/usr/bin/bootc")) {
            (Some(true), _) => {
                evidence.push(shown("/usr/bin/rpm-ostree"));
                Some(LoaderKind::RpmOstree)
            }
            (Some(false), Some(true)) => {
                evidence.push(shown("/usr/bin/bootc"));
                Some(LoaderKind::Bootc)
            }
            (Some(false), Some(false)) => Some(LoaderKind::Ostree),
            _ => None,
        },
    )
}
