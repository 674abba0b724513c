//! Handling of repeated options by the kernel: whether a new value is merged with the present one
//! or replaces it.

use super::command_line::{CommandLine, KernelOption, same_name};
use super::parameter::Parameter;
use crate::binding::vfio_ids;
use crate::error::Error;
use std::collections::BTreeMap;

const ROWS: &str = include_str!("../../data/kernel-options.tsv");

/// Handling of an option that is set more than once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Repeats {
    /// Only the last one takes effect.
    Last,
    /// Only the last one takes effect, and its value is a comma-separated list (`vfio-pci.ids=`).
    List,
    /// The value is comma-separated words, and those of each option count
    /// (`intel_iommu=`).
    Words,
    /// Each one takes effect (`video=`, `console=`).
    Each,
}

/// A row of `data/kernel-options.tsv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KnownOption {
    /// The option's name.
    pub name: &'static str,
    /// Handling if repeated.
    pub repeats: Repeats,
    /// The source in the kernel.
    pub source: &'static str,
}

/// All rows.
pub fn rows() -> impl Iterator<Item = KnownOption> {
    ROWS.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut fields = line.split('\t');
            Some(KnownOption {
                name: fields.next()?,
                repeats: match fields.next()? {
                    "last" => Repeats::Last,
                    "list" => Repeats::List,
                    "words" => Repeats::Words,
                    "each" => Repeats::Each,
                    _ => return None,
                },
                source: fields.next()?,
            })
        })
}

/// Handling of the option `name` if repeated; `None` for one that is not in the table.
///
/// ```
/// use hostconf::boot::{known_options::Repeats, known_options::repeats};
/// assert_eq!(repeats("vfio_pci.ids"), Some(Repeats::List));
/// assert_eq!(repeats("video"), Some(Repeats::Each));
/// assert_eq!(repeats("root"), None);
/// ```
#[must_use]
pub fn repeats(name: &str) -> Option<Repeats> {
    rows()
        .find(|row| same_name(row.name, name))
        .map(|row| row.repeats)
}

impl CommandLine {
    /// Sets `parameter` as the kernel handles such an option: in the present list or words, instead
    /// of the one value, or in addition to the others. A value that is already set is unchanged.
    ///
    /// A list that includes the present one replaces it, in its order. An option that is not in the
    /// table is added unless it is already set.
    ///
    /// ```
    /// use hostconf::boot::CommandLine;
    /// let mut line = CommandLine::parse("intel_iommu=sm_on vfio-pci.ids=10de:2d04 video=efifb:off");
    /// line.put(&"intel_iommu=on".parse()?)?;
    /// line.put(&"vfio-pci.ids=10de:2d04,10de:22eb".parse()?)?;
    /// line.put(&"video=vesafb:off".parse()?)?;
    /// assert_eq!(
    ///     line.to_string(),
    ///     "intel_iommu=sm_on,on vfio-pci.ids=10de:2d04,10de:22eb video=efifb:off video=vesafb:off"
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When a quote is not closed, or when the option is a list and is there
    /// without a value.
    pub fn put(&mut self, parameter: &Parameter) -> Result<(), Error> {
        let name = parameter.name();
        let items = parameter.value().filter(|value| !value.is_empty());
        match (repeats(name), items) {
            (Some(Repeats::List), Some(items)) => self.put_list(name, items),
            (Some(Repeats::Words), Some(items)) => {
                for item in items.split(',').filter(|item| !item.is_empty()) {
                    let there = self.all(name).any(|option| has(option, item));
                    if !there {
                        self.add_to_list(name, item)?;
                    }
                }
                Ok(())
            }
            (Some(Repeats::Last), _) => self.set(parameter),
            _ => self.add(parameter),
        }
    }

    fn put_list(&mut self, name: &str, items: &str) -> Result<(), Error> {
        let there = self.get(name).and_then(|option| option.value.as_deref());
        let there: Vec<&str> = there.unwrap_or_default().split(',').collect();
        // No option that is a list is case-sensitive, and an ID has several notations.
        let is_same = |a: &str, b: &str| vfio_ids::normal(a) == vfio_ids::normal(b);
        let has = |items: &[&str], one: &str| items.iter().any(|item| is_same(item, one));
        // An item that is present keeps its notation.
        let kept = |item| {
            let mut present = there.iter().copied();
            present.find(|one| is_same(one, item)).unwrap_or(item)
        };
        let new = items.split(',').filter(|item| !item.is_empty());
        let new: Vec<String> = new.map(|item| kept(item).to_owned()).collect();
        let new: Vec<&str> = new.iter().map(String::as_str).collect();
        let all_new = there.iter().all(|item| item.is_empty() || has(&new, item));
        let all_there = new.iter().all(|item| has(&there, item));
        if all_there {
            return Ok(());
        }
        if all_new {
            return self.set_list(name, &new);
        }
        let missing: Vec<&str> = new.into_iter().filter(|item| !has(&there, item)).collect();
        let missing: Vec<String> = missing.into_iter().map(str::to_owned).collect();
        for item in missing {
            self.add_to_list(name, &item)?;
        }
        Ok(())
    }

    /// The options without effect: only the last one of their name takes effect, and it has
    /// another value.
    #[must_use]
    pub fn overridden(&self) -> Vec<&KernelOption> {
        let plain = |name: &str| name.replace('-', "_");
        let mut counts = BTreeMap::new();
        for option in self.options() {
            counts.insert(plain(&option.name), &option.value);
        }
        let last = |option: &KernelOption| {
            let repeats = repeats(&option.name);
            matches!(repeats, Some(Repeats::Last | Repeats::List))
        };
        let differs = |option: &KernelOption| {
            let counting = counts.get(&plain(&option.name));
            counting.is_some_and(|value| **value != option.value)
        };
        let options = self.options().iter();
        options
            .filter(|option| differs(option) && last(option))
            .collect()
    }
}

fn has(option: &KernelOption, item: &str) -> bool {
    let value = option.value.as_deref().unwrap_or_default();
    value.split(',').any(|word| word == item)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_is_whole_and_no_name_is_repeated() {
        let lines = ROWS.lines().filter(|line| !line.starts_with('#')).count();
        let rows: Vec<KnownOption> = rows().collect();
        assert_eq!(rows.len(), lines);
        for (at, row) in rows.iter().enumerate() {
            assert!(!row.source.is_empty());
            assert!(
                rows[..at]
                    .iter()
                    .all(|other| !same_name(other.name, row.name))
            );
        }
    }

    #[test]
    fn put_is_idempotent_and_joins_as_the_kernel_does() {
        let put = |text: &str, new: &str| {
            let mut line = CommandLine::parse(text);
            line.put(&new.parse().unwrap()).unwrap();
            let once = line.to_string();
            line.put(&new.parse().unwrap()).unwrap();
            assert_eq!(line.to_string(), once);
            once
        };
        assert_eq!(put("", "iommu=pt"), "iommu=pt");
        assert_eq!(put("iommu=pt x", "iommu=pt"), "iommu=pt x");
        assert_eq!(
            put("intel_iommu=on intel_iommu=sm_on", "intel_iommu=on"),
            "intel_iommu=on intel_iommu=sm_on"
        );
        assert_eq!(
            put("pci-stub.ids=a:b", "pci-stub.ids=a:b,c:d"),
            "pci-stub.ids=a:b,c:d"
        );
        assert_eq!(
            put("vfio-pci.ids=c:d x", "vfio-pci.ids=a:b,c:d"),
            "vfio-pci.ids=a:b,c:d x"
        );
        assert_eq!(
            put("vfio_pci.ids=\"C:D,e:f\" x", "vfio-pci.ids=a:b,c:d"),
            "vfio_pci.ids=\"C:D,e:f,a:b\" x"
        );
        assert_eq!(
            put("x vfio_pci.ids=\"c:d\"", "vfio-pci.ids=a:b,c:d"),
            "x vfio_pci.ids=\"a:b,c:d\""
        );
        assert_eq!(
            put("kvm.ignore_msrs=0 q", "kvm.ignore_msrs=1"),
            "kvm.ignore_msrs=1 q"
        );
        assert_eq!(
            put("console=tty0", "console=ttyS0"),
            "console=tty0 console=ttyS0"
        );
        assert_eq!(put("foo=1", "foo=2"), "foo=1 foo=2");
    }

    #[test]
    fn of_two_values_only_the_last_counts() {
        let line =
            CommandLine::parse("vfio-pci.ids=a:b vfio_pci.ids=c:d video=a video=b root=x root=y");
        let dead: Vec<_> = line
            .overridden()
            .into_iter()
            .map(|option| option.value.clone().unwrap())
            .collect();
        assert_eq!(dead, ["a:b"]);
    }
}
