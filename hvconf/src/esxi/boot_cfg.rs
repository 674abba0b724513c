//! `/bootbank/boot.cfg`: the options with which ESXi's boot loader starts the VMkernel.
//!
//! Lines are `key=value`; those of `kernelopt=` are separated by blanks (VMware ESXi Installation
//! and Setup, "About the boot.cfg File").

use host_tree::numbered_lines;

/// The path of the file in the boot bank that is in use.
pub const BOOT_CFG: &str = "/bootbank/boot.cfg";

/// An option of `kernelopt=`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct BootCfgOption {
    /// The name: `cpuUniformityHardCheckPanic`.
    pub name: String,
    /// The value; `None` for a word without `=`.
    pub value: Option<String>,
    /// The line, from 1.
    pub line: u32,
}

impl BootCfgOption {
    /// Whether it is this option with this value; case does not matter.
    #[must_use]
    pub fn is(&self, name: &str, value: &str) -> bool {
        let has = self.value.as_deref();
        self.name.eq_ignore_ascii_case(name)
            && has.is_some_and(|has| has.eq_ignore_ascii_case(value))
    }
}

/// The options of the text's `kernelopt=` lines.
///
/// ```
/// let text = "bootstate=0\nkernelopt=autoPartition=FALSE cpuUniformityHardCheckPanic=FALSE\n";
/// let options = hvconf::esxi::boot_options(text);
/// assert!(options[1].is("cpuUniformityHardCheckPanic", "FALSE"));
/// assert_eq!(options[1].line, 2);
/// ```
#[must_use]
pub fn boot_options(text: &str) -> Vec<BootCfgOption> {
    let lines = numbered_lines(text);
    let lines = lines.filter_map(|(line, content)| {
        let options = content.trim().strip_prefix("kernelopt=")?;
        Some((line, options))
    });
    lines
        .flat_map(|(line, options)| {
            options.split_ascii_whitespace().map(move |word| {
                let (name, value) = match word.split_once('=') {
                    Some((name, value)) => (name, Some(value.to_owned())),
                    None => (word, None),
                };
                BootCfgOption {
                    name: name.to_owned(),
                    value,
                    line,
                }
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_those_of_kernelopt() {
        let text = "kernel=b.b00\nkernelopt=runweasel a=b=c\r\nmodules=x --- cpu=1\n#kernelopt=z\n";
        let options = boot_options(text);
        let names: Vec<_> = options.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["runweasel", "a"]);
        assert_eq!(options[1].value.as_deref(), Some("b=c"));
        assert!(!options[0].is("runweasel", ""));
    }
}
