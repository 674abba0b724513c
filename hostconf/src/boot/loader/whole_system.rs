//! Systems that are built or deployed as a whole.

use host_tree::{Evidence, HostTree, presence};

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
    if let Some(shown) = presence(tree, "/etc/NIXOS") {
        evidence.push(shown);
        return Some(Some(LoaderKind::NixOs));
    }
    if let Some(shown) = presence(tree, XEN_CMDLINE) {
        evidence.push(shown);
        return Some(Some(LoaderKind::XenCmdline));
    }
    if !deployed {
        evidence.push(presence(tree, "/run/ostree-booted")?);
    }
    let (rpm_ostree, bootc) = ("/usr/bin/rpm-ostree", "/usr/bin/bootc");
    if let Some(shown) = presence(tree, rpm_ostree) {
        evidence.push(shown);
        return Some(Some(LoaderKind::RpmOstree));
    }
    if !tree.read_start(rpm_ostree, 1).is_absent() {
        return Some(None);
    }
    if let Some(shown) = presence(tree, bootc) {
        evidence.push(shown);
        return Some(Some(LoaderKind::Bootc));
    }
    let neither = tree.read_start(bootc, 1).is_absent();
    Some(neither.then_some(LoaderKind::Ostree))
}
