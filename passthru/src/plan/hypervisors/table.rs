//! The table of `docs/targets.md`.

use super::hypervisor::Hypervisor;

/// The hypervisors that functions are assigned by, as a table in Markdown.
pub(super) fn table(all: &[&Hypervisor]) -> String {
    let mut table = "| target | reads | writes | edits | checked by | versions |\n\
                     | --- | --- | --- | --- | --- | --- |\n"
        .to_owned();
    for hypervisor in all {
        let Some(page) = &hypervisor.page else {
            continue;
        };
        table.push_str(&format!("| {}", hypervisor.target.name()));
        for column in [
            page.reads,
            page.writes,
            page.edits,
            page.checked_by,
            page.versions,
        ] {
            // Markdown has one blank in an empty cell.
            let blank = if column.is_empty() { "" } else { " " };
            table.push_str(&format!(" |{blank}{column}"));
        }
        table.push_str(" |\n");
    }
    table
}
