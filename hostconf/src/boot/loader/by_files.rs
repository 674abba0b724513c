//! The boot loader by its files, where the program that started the kernel is not in the input.

use host_tree::{Evidence, HostTree};

use super::declaration::Program;

/// The only program with files on the host, if the files of the common ones are known to be absent;
/// and the lines of all existing ones.
pub(super) fn by_files(
    tree: &dyn HostTree,
    programs: &[&'static Program],
) -> (Option<&'static Program>, Vec<Evidence>) {
    let mut there = Vec::new();
    let mut evidence = Vec::new();
    let mut is_certain = true;
    for program in programs {
        if let Some(line) = program.files.iter().find_map(|place| place.shown(tree)) {
            evidence.push(line);
            there.push(*program);
        } else {
            let is_absent = || program.files.iter().all(|place| place.is_absent(tree));
            is_certain &= !program.is_common || is_absent();
        }
    }
    match there.as_slice() {
        [only] if is_certain => (Some(only), evidence),
        _ => (None, evidence),
    }
}
