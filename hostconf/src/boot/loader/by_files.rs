//! The boot loader by its files, where the program that started the kernel is not in the input.

use host_tree::{Evidence, HostTree};

use super::declaration::Program;

/// The only program with files on the host, if the common ones have none or did not start the
/// kernel; and the lines of all existing ones.
pub(super) fn by_files(
    tree: &dyn HostTree,
    programs: &[&'static Program],
    excluded: &[&'static Program],
) -> (Option<&'static Program>, Vec<Evidence>) {
    let mut there = Vec::new();
    let mut evidence = Vec::new();
    let mut open = Vec::new();
    for program in programs {
        if let Some(line) = program.files.iter().find_map(|place| place.shown(tree)) {
            evidence.push(line);
            there.push(*program);
        } else if program.is_common && !program.files.iter().all(|place| place.is_absent(tree)) {
            open.push(*program);
        }
    }
    match there.as_slice() {
        [only] if open.is_empty() => (Some(only), evidence),
        [only] if !excluded.contains(only) && open.iter().all(|one| excluded.contains(one)) => {
            (Some(only), evidence)
        }
        _ => (None, evidence),
    }
}
