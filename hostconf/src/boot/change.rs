//! A change of kernel options, independent of the file format.

use super::command_line::CommandLine;
use super::parameter::Parameter;
use crate::error::Error;
use std::collections::BTreeMap;

/// Kernel options that are to be there, and to be gone.
///
/// ```
/// use hostconf::boot::change::OptionsChange;
/// use hostconf::boot::CommandLine;
/// let change = OptionsChange {
///     put: vec!["iommu=pt".parse()?],
///     remove: vec!["amd_iommu=on".parse()?],
///     ..OptionsChange::default()
/// };
/// let mut line = CommandLine::parse("quiet amd_iommu=on");
/// change.apply(&mut line)?;
/// assert_eq!(line.to_string(), "quiet iommu=pt");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OptionsChange {
    /// Options to set ([`CommandLine::put`]).
    pub put: Vec<Parameter>,
    /// To be gone, with just this value.
    pub remove: Vec<Parameter>,
    /// Items to be gone from comma-separated lists: option and item.
    pub remove_items: Vec<(String, String)>,
}

/// Effect of a change on a command line, as the written options.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// Removed options.
    pub removed: Vec<String>,
    /// Added options, after those that are removed.
    pub added: Vec<String>,
}

impl OptionsChange {
    /// Whether the change is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.put.is_empty() && self.remove.is_empty() && self.remove_items.is_empty()
    }

    /// The change without the options to set.
    #[must_use]
    pub fn removals(&self) -> Self {
        Self {
            put: Vec::new(),
            ..self.clone()
        }
    }

    /// Applies the change. Applying it again has no effect.
    ///
    /// # Errors
    ///
    /// When an option cannot be put, see [`CommandLine::put`].
    pub fn apply(&self, line: &mut CommandLine) -> Result<(), Error> {
        for parameter in &self.remove {
            line.remove(parameter);
        }
        for (name, item) in &self.remove_items {
            line.remove_from_list(name, item);
        }
        for parameter in &self.put {
            line.put(parameter)?;
        }
        Ok(())
    }

    /// `text` after the change, as one line of options.
    ///
    /// # Errors
    ///
    /// When an option cannot be put, see [`CommandLine::put`].
    pub fn applied(&self, text: &str) -> Result<String, Error> {
        let mut line = CommandLine::parse(text);
        self.apply(&mut line)?;
        Ok(line.to_string())
    }

    /// The difference that the change makes to `line`, for programs that accept removed and added
    /// options.
    ///
    /// # Errors
    ///
    /// When an option cannot be put, see [`CommandLine::put`].
    pub fn difference(&self, line: &CommandLine) -> Result<Difference, Error> {
        let mut after = line.clone();
        self.apply(&mut after)?;
        let (before, after): (Vec<_>, Vec<_>) = (line.words().collect(), after.words().collect());
        Ok(Difference {
            removed: without(&before, &after),
            added: without(&after, &before),
        })
    }
}

/// The words of `these` that `those` have not, or not as often.
fn without(these: &[&str], those: &[&str]) -> Vec<String> {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for word in those {
        *left.entry(word).or_default() += 1;
    }
    let mut missing = Vec::new();
    for word in these {
        match left.get_mut(word) {
            Some(count) if *count > 0 => *count -= 1,
            _ => missing.push((*word).to_owned()),
        }
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_names_removed_and_added_values() {
        let change = OptionsChange {
            put: vec![
                "vfio-pci.ids=10de:22eb".parse().unwrap(),
                "quiet".parse().unwrap(),
            ],
            remove: vec!["amd_iommu=on".parse().unwrap()],
            remove_items: Vec::new(),
        };
        let line = CommandLine::parse("a a quiet amd_iommu=on vfio-pci.ids=10de:2d04");
        let found = change.difference(&line).unwrap();
        assert_eq!(found.removed, ["amd_iommu=on", "vfio-pci.ids=10de:2d04"]);
        assert_eq!(found.added, ["vfio-pci.ids=10de:2d04,10de:22eb"]);
        let after = CommandLine::parse(&change.applied(&line.to_string()).unwrap());
        assert_eq!(change.difference(&after).unwrap(), Difference::default());
    }
}
