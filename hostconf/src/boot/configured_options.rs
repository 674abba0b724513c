//! Options in a boot loader's file.

use host_tree::Evidence;

use super::command_line::CommandLine;

/// Options in a boot loader's file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfiguredOptions {
    /// The options, as one line.
    pub options: String,
    /// The line that shows them.
    pub evidence: Evidence,
}

impl ConfiguredOptions {
    /// Options at a line of a text; `None` where there are none.
    pub(super) fn at(
        path: &str,
        text: &str,
        line: Option<u32>,
        options: &CommandLine,
    ) -> Option<Self> {
        let evidence = Evidence::at(path, text, line.unwrap_or(1));
        let options = options.to_string();
        (!options.is_empty()).then_some(Self { options, evidence })
    }
}
