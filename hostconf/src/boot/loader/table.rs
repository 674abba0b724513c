//! The table of the documentation.

use super::declaration::Refresh;
use crate::boot::loaders::LoaderKind;

/// Returns all boot loaders as a table in Markdown: the evidence, the changed file, the step that
/// applies the change, and the tested versions.
///
/// ```
/// let table = hostconf::boot::loader::table();
/// assert!(table.contains("| rEFInd | "));
/// ```
#[must_use]
pub fn table() -> String {
    let mut table = "| Loader | Found by | What is changed | Refresh | Checked by |\n\
                     | --- | --- | --- | --- | --- |\n"
        .to_owned();
    for kind in LoaderKind::ALL {
        let loader = kind.declaration();
        let refresh = match loader.refresh {
            Refresh::Not => "none".to_owned(),
            Refresh::Run(argv) => format!("`{}`", argv.join(" ")),
            Refresh::Found(text) => text.to_owned(),
        };
        let page = &loader.page;
        let columns = [
            loader.name,
            page.found_by,
            page.changes,
            &refresh,
            page.checked_by,
        ];
        table.push_str(&format!("| {} |\n", columns.join(" | ")));
    }
    table
}
