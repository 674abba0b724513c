//! The tables of `docs/assurance.md`: counts of the repository, faults with the tests that show them,
//! kinds of input that are counted, fuzz targets. `PASSTHRU_REWRITE=1` writes them.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use testkit::environment;

use crate::command::top;

/// A fault, and the test that shows what happens.
const FAULTS: [(&str, &str, &str); 28] = [
    (
        "`apply` and `undo` killed at each system call that writes",
        "passthru/tests/apply/killed.rs",
        "files_are_whole_wherever_apply_is_killed",
    ),
    (
        "`undo` killed, refused space, broken disk, at each system call",
        "passthru/tests/apply/killed.rs",
        "undo_is_finished_wherever_it_is_killed",
    ),
    (
        "commands of a plan killed",
        "passthru/tests/apply/killed.rs",
        "commands_are_run_again_wherever_they_are_killed",
    ),
    (
        "`apply` and `undo` of a plan for systemd-boot killed, commands too",
        "passthru/tests/apply/killed.rs",
        "a_host_with_systemd_boot_is_complete_wherever_it_is_killed",
    ),
    (
        "`apply` and `undo` of a plan for dracut and grubby killed, commands too",
        "passthru/tests/apply/killed.rs",
        "a_host_with_dracut_is_complete_wherever_it_is_killed",
    ),
    (
        "ENOSPC, EDQUOT and EIO at each system call",
        "passthru/tests/apply/killed.rs",
        "files_are_whole_where_the_disk_is_full_or_broken",
    ),
    (
        "power fails after each system call; four ways to lose what was not flushed",
        "passthru/tests/apply/power_loss.rs",
        "nothing_is_half_where_the_power_fails",
    ),
    (
        "order of flushes",
        "passthru/tests/apply/flushed.rs",
        "each_step_is_on_the_disk_before_the_next",
    ),
    (
        "a full disk (tmpfs, eight sizes)",
        "passthru/tests/apply/faults.rs",
        "a_full_disk_leaves_the_old_files_or_the_new_ones",
    ),
    (
        "a read-only disk",
        "passthru/tests/apply/faults.rs",
        "a_read_only_disk_refuses",
    ),
    (
        "an immutable file",
        "passthru/tests/apply/faults.rs",
        "an_immutable_file_refuses_and_the_others_stay",
    ),
    (
        "symbolic links planted where `apply` writes",
        "passthru/tests/apply/faults.rs",
        "planted_links_lead_nowhere",
    ),
    (
        "links that lead nowhere or out of the tree, hard links, directories",
        "passthru/tests/apply/refused.rs",
        "files_that_cannot_be_replaced_are_left",
    ),
    (
        "six applies at once",
        "passthru/tests/apply/faults.rs",
        "of_two_at_once_one_is_carried_out",
    ),
    (
        "a lock held by another",
        "passthru/tests/apply/refused.rs",
        "two_at_once_exclude_each_other",
    ),
    (
        "a clock set back ten years",
        "passthru/tests/apply/faults.rs",
        "a_clock_set_back_changes_no_order",
    ),
    (
        "files changed since the plan",
        "passthru/tests/apply/refused.rs",
        "a_file_that_changed_since_is_named",
    ),
    (
        "files changed since `apply`",
        "passthru/tests/apply/undone.rs",
        "later_changes_are_kept_unless_overwritten",
    ),
    (
        "hardware changed since the plan",
        "passthru/tests/apply/refused.rs",
        "a_moved_card_is_noticed",
    ),
    (
        "owners and extended attributes",
        "passthru/tests/apply/attributes.rs",
        "extended_attributes_and_owners_are_kept",
    ),
    (
        "a damaged journal",
        "passthru/tests/apply/hostile.rs",
        "a_journal_that_is_damaged_is_named_with_its_line",
    ),
    (
        "FIFO, sparse file of 4 GiB, endless device, socket, directory, link loop, links to a secret, closed file, a long line, at ten places of a tree",
        "passthru/tests/odd_files/mod.rs",
        "odd_files_in_a_tree",
    ),
    (
        "the same as inputs",
        "passthru/tests/odd_files/mod.rs",
        "odd_files_as_inputs",
    ),
    (
        "a directory of 20,000 files",
        "passthru/tests/odd_files/mod.rs",
        "a_directory_of_20000_files",
    ),
    (
        "a tree that changes while it is read",
        "passthru/tests/odd_files/mod.rs",
        "a_tree_that_changes_while_it_is_read",
    ),
    (
        "reads that answer EIO, ENODEV, EAGAIN",
        "passthru/tests/odd_files/mod.rs",
        "reads_that_fail",
    ),
    (
        "a read that waits: standard error names the file",
        "passthru/tests/odd_files/mod.rs",
        "a_read_that_waits_is_named",
    ),
    (
        "each file of the example hosts closed",
        "tests/suite/unreadable_files.rs",
        "nothing_is_concluded_from_an_unreadable_file",
    ),
];

/// A kind of file in the repository: its folder, the end of its names.
const COUNTED: [(&str, &str, &str, &str); 7] = [
    (
        "captures of booted machines, with groups",
        "iommu/tests/captures",
        ".txt",
        "`cargo test -p iommu --test main captured`",
    ),
    (
        "dumps, read as lspci reads them",
        "pci-core/tests/dumps",
        "",
        "`cargo test -p pci-core --test main`",
    ),
    (
        "listings of other programs",
        "pci-core/tests/listings",
        "",
        "`cargo test -p pci-core --test main`",
    ),
    (
        "inputs of the fuzz corpus, replayed with mutations",
        "tests/invariants/corpus",
        "",
        "`cargo test -p passthru-invariants`",
    ),
    (
        "files of example hosts",
        "examples/hosts",
        "",
        "`cargo test -p passthru-tests --test suite`",
    ),
    (
        "groups of clauses of guides",
        "tests/suite/guide_clauses",
        ".rs",
        "`cargo test -p passthru-tests --test suite -- guides::`",
    ),
    ("fuzz targets", "fuzz/targets", ".rs", "`scripts/fuzz`"),
];

fn count(folder: &Path, end: &str) -> usize {
    let mut found = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        // The links of trees lead back up.
        if entry.file_type().unwrap().is_dir() {
            found += count(&entry.path(), end);
        } else {
            found += usize::from(name.ends_with(end) && name != "README.md");
        }
    }
    found
}

fn counts() -> String {
    let mut table = String::from("| input | count | shown by |\n| --- | ---: | --- |\n");
    for (what, folder, end, shown) in COUNTED {
        writeln!(
            table,
            "| {what} | {} | {shown} |",
            count(&top().join(folder), end)
        )
        .unwrap();
    }
    let messages = passthru::messages::all().count();
    let shown = "`cargo test -p passthru-tests --test suite -- rules::`";
    writeln!(
        table,
        "| messages of other programs with a meaning | {messages} | {shown} |"
    )
    .unwrap();
    table
}

fn faults() -> String {
    let mut table = String::from("| fault | test |\n| --- | --- |\n");
    for (what, file, test) in FAULTS {
        let source = fs::read_to_string(top().join(file)).unwrap();
        assert!(
            source.contains(&format!("fn {test}(")),
            "{file} has no {test}"
        );
        writeln!(table, "| {what} | `{file}`: `{test}` |").unwrap();
    }
    table
}

/// The kinds of input of `passthru/tests/scale/growth.rs`, and the number of commands that read each.
fn growth() -> String {
    let source = fs::read_to_string(top().join("passthru/tests/scale/growth.rs")).unwrap();
    let mut table = String::from("| input | N and 4N | commands |\n| --- | ---: | ---: |\n");
    for kind in source.split("    Kind {").skip(1) {
        let value = |key: &str| {
            let (_, rest) = kind.split_once(&format!("{key}: ")).unwrap();
            rest.split_once(",\n").unwrap().0.to_owned()
        };
        let count: usize = value("count").parse().unwrap();
        let (_, commands) = kind.split_once("commands: ").unwrap();
        let commands = match commands.split_once(']') {
            Some((list, _)) if !commands.starts_with("HOST") => list.matches('"').count() / 2,
            _ => 3,
        };
        let name = value("name");
        let name = name.trim_matches('"');
        writeln!(table, "| {name} | {count}, {} | {commands} |", 4 * count).unwrap();
    }
    table
}

/// Targets, and the figures of `fuzz/figures.tsv`: date, seconds, executions, edges, inputs.
fn fuzzing() -> String {
    let figures = fs::read_to_string(top().join("fuzz/figures.tsv")).unwrap();
    let mut table = String::from(
        "| target | date | seconds | executions | edges | inputs kept |\n\
         | --- | --- | ---: | ---: | ---: | ---: |\n",
    );
    let folder = fs::read_dir(top().join("fuzz/targets")).unwrap();
    let mut targets: Vec<String> = folder
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".rs").map(str::to_owned))
        .collect();
    targets.sort();
    for target in targets {
        let row = figures
            .lines()
            .find_map(|line| line.strip_prefix(&format!("{target}\t")));
        let cells = row.map_or_else(
            || "not run | | | |".to_owned(),
            |row| row.replace('\t', " | "),
        );
        writeln!(table, "| {target} | {cells} |").unwrap();
    }
    table
}

/// Compares a table of the page between its marks, or writes it.
pub(crate) fn held(mark: &str, table: &str) {
    let page = top().join("docs/assurance.md");
    let text = fs::read_to_string(&page).unwrap();
    let (start, end) = (
        format!("<!-- {mark} -->\n"),
        format!("<!-- end of {mark} -->"),
    );
    let (before, rest) = text.split_once(&start).unwrap();
    let (committed, after) = rest.split_once(&end).unwrap();
    if environment::text(environment::REWRITE).is_none() {
        assert_eq!(committed, table, "{mark}: scripts/assurance writes it");
    } else if committed != table {
        fs::write(page, format!("{before}{start}{table}{end}{after}")).unwrap();
    }
}

#[test]
fn the_page_has_the_numbers() {
    held("counts", &counts());
    held("faults", &faults());
    held("growth", &growth());
    held("fuzzing", &fuzzing());
}
