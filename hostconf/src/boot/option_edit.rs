//! Changes of a command line's options; all other bytes are unchanged.

use core::ops::Range;

use host_tree::lines::splice;

use super::command_line::{CommandLine, is_blank};
use super::parameter::{Parameter, is_plain};
use crate::error::{Cause, Error};

impl CommandLine {
    /// Makes `parameter` the only option of its name: in place of the last one, or after all
    /// others.
    ///
    /// # Errors
    ///
    /// If a quote is not closed, so that nothing can be added.
    pub fn set(&mut self, parameter: &Parameter) -> Result<(), Error> {
        let name = parameter.name();
        let Some(last) = self.options.iter().rposition(|option| option.is(name)) else {
            return self.append(parameter);
        };
        let mut changes = Vec::new();
        for (at, option) in self.options.iter().enumerate() {
            if at == last && !option.equals(parameter) {
                self.writable()?;
                changes.push((option.span.clone(), parameter.to_string()));
            } else if at != last && option.is(name) {
                changes.push((self.cut(at), String::new()));
            }
        }
        self.apply(changes);
        Ok(())
    }

    /// Adds `parameter` to others of its name (`video=`, `console=`), unless it is already set.
    ///
    /// # Errors
    ///
    /// If a quote is not closed, so that nothing can be added.
    pub fn add(&mut self, parameter: &Parameter) -> Result<(), Error> {
        if self.contains(parameter) {
            return Ok(());
        }
        self.append(parameter)
    }

    /// Removes all options of that name.
    pub fn unset(&mut self, name: &str) {
        let cuts = (self.options.iter().enumerate())
            .filter(|(_, option)| option.is(name))
            .map(|(at, _)| (self.cut(at), String::new()))
            .collect();
        self.apply(cuts);
    }

    /// Removes the options that are just `parameter`.
    pub fn remove(&mut self, parameter: &Parameter) {
        let cuts = (self.options.iter().enumerate())
            .filter(|(_, option)| option.equals(parameter))
            .map(|(at, _)| (self.cut(at), String::new()))
            .collect();
        self.apply(cuts);
    }

    /// Adds `item` to the comma-separated list of the last option `name`, or adds the option. An
    /// existing item is unchanged.
    ///
    /// # Errors
    ///
    /// If `item` is empty or contains a comma or another character that boot loaders interpret, if
    /// `name` is not an option's name or has no value, or if a quote is not closed.
    pub(crate) fn add_to_list(&mut self, name: &str, item: &str) -> Result<(), Error> {
        if item.is_empty() || !item.chars().all(|c| is_plain(c) && c != ',') {
            return Err(Cause::ListItem {
                item: item.to_owned(),
            }
            .into());
        }
        let Some(option) = self.get(name) else {
            return self.append(&Parameter::new(name, Some(item))?);
        };
        let Some(value) = &option.value else {
            return Err(Cause::NoList {
                name: option.name.clone(),
                offset: option.span.start,
            }
            .into());
        };
        if value.split(',').any(|present| present == item) {
            return Ok(());
        }
        self.writable()?;
        // The value ends where the option does, or before its closing quote.
        let raw = self.text.get(option.span.clone()).unwrap_or_default();
        let end = option.span.end - usize::from(raw.ends_with('"'));
        let comma = if value.is_empty() { "" } else { "," };
        self.apply(vec![(end..end, format!("{comma}{item}"))]);
        Ok(())
    }

    /// Makes the value of the last option `name` just these items, or adds the option.
    pub(super) fn set_list(&mut self, name: &str, items: &[&str]) -> Result<(), Error> {
        let value = items.join(",");
        let new = Parameter::new(name, Some(&value))?;
        let Some(option) = self.get(name) else {
            return self.append(&new);
        };
        let Some(old) = &option.value else {
            return Err(Cause::NoList {
                name: option.name.clone(),
                offset: option.span.start,
            }
            .into());
        };
        self.writable()?;
        let raw = self.text.get(option.span.clone()).unwrap_or_default();
        let end = option.span.end - usize::from(raw.ends_with('"'));
        let start = end.saturating_sub(old.len()).max(option.span.start);
        self.apply(vec![(start..end, value)]);
        Ok(())
    }

    /// Removes `item` from all lists of the options `name`, and an option whose list becomes
    /// empty.
    pub(crate) fn remove_from_list(&mut self, name: &str, item: &str) {
        let mut changes = Vec::new();
        for (at, option) in self.options.iter().enumerate() {
            let Some(value) = option.value.as_deref().filter(|_| option.is(name)) else {
                continue;
            };
            if value.split(',').all(|present| present != item) {
                continue;
            }
            let left: Vec<&str> = value.split(',').filter(|kept| *kept != item).collect();
            changes.push(if left.is_empty() {
                (self.cut(at), String::new())
            } else {
                let quote = if value.contains(is_blank) { "\"" } else { "" };
                let new = format!("{}={quote}{}{quote}", option.name, left.join(","));
                (option.span.clone(), new)
            });
        }
        self.apply(changes);
    }

    fn writable(&self) -> Result<(), Error> {
        self.open_quote()
            .map_or(Ok(()), |offset| Err(Cause::OpenQuote { offset }.into()))
    }

    fn append(&mut self, parameter: &Parameter) -> Result<(), Error> {
        self.writable()?;
        let (at, new) = match (self.options.last(), self.dashes) {
            (Some(last), _) => (last.span.end, format!(" {parameter}")),
            (None, Some(dashes)) => (dashes, format!("{parameter} ")),
            (None, None) => (0, parameter.to_string()),
        };
        self.apply(vec![(at..at, new)]);
        Ok(())
    }

    /// The bytes to remove with the option number `at`: its own, and the blank that `append` would
    /// have added.
    fn cut(&self, at: usize) -> Range<usize> {
        let Some(option) = self.options.get(at) else {
            return 0..0;
        };
        let span = option.span.clone();
        let first = at == 0;
        let more = at + 1 < self.options.len() || self.dashes.is_some();
        let blank = |at: usize| self.text.get(at..=at).is_some_and(|c| c.contains(is_blank));
        if first && more && blank(span.end) {
            span.start..span.end + 1
        } else if !first {
            span.start - 1..span.end
        } else {
            span
        }
    }

    /// Replaces spans, which are in order; a blank shared by two belongs to the first.
    fn apply(&mut self, changes: Vec<(Range<usize>, String)>) {
        let Some((first, _)) = changes.first() else {
            return;
        };
        let mut out = splice(&self.text, first.start..self.text.len(), "");
        let mut done = first.start;
        for (span, new) in changes {
            out.push_str(self.text.get(done..span.start).unwrap_or_default());
            out.push_str(&new);
            done = done.max(span.end);
        }
        out.push_str(self.text.get(done..).unwrap_or_default());
        *self = Self::parse(&out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn changed(text: &str, change: impl FnOnce(&mut CommandLine)) -> String {
        let mut line = CommandLine::parse(text);
        change(&mut line);
        line.to_string()
    }

    fn parameter(text: &str) -> Parameter {
        text.parse().unwrap()
    }

    #[test]
    fn set_keeps_one_and_unset_restores_the_bytes() {
        let iommu = parameter("iommu=pt");
        let set = |text: &str| changed(text, |line| line.set(&iommu).unwrap());
        assert_eq!(set("iommu=soft quiet iommu=off x"), "quiet iommu=pt x");
        assert_eq!(set("iommu=pt  quiet"), "iommu=pt  quiet");
        for text in [
            "", " ", "\t", "a", "a ", " a\n", "-- x", " -- x", "\t-- x", "a\t -- x", "\"a b\"",
        ] {
            let with = set(text);
            assert!(CommandLine::parse(&with).contains(&iommu), "{with:?}");
            assert_eq!(set(&with), with);
            assert_eq!(changed(&with, |line| line.unset("iommu")), text, "{with:?}");
        }
    }

    #[test]
    fn an_open_quote_ends_at_the_line() {
        let mut line = CommandLine::parse("a \"b c");
        let error = Error::from(Cause::OpenQuote { offset: 2 });
        assert_eq!(line.set(&parameter("x")), Err(error.clone()));
        assert_eq!(line.set(&parameter("a=1")), Err(error.clone()));
        assert_eq!(line.add_to_list("x", "y"), Err(error));
    }

    #[test]
    fn lists_merge() {
        let add = |text: &str, item: &str| {
            changed(text, |l| l.add_to_list("vfio-pci.ids", item).unwrap())
        };
        assert_eq!(add("quiet", "10de:2d04"), "quiet vfio-pci.ids=10de:2d04");
        assert_eq!(add("vfio_pci.ids=a:b x", "c:d"), "vfio_pci.ids=a:b,c:d x");
        assert_eq!(
            add("vfio_pci.ids=\"a:b\" x", "c:d"),
            "vfio_pci.ids=\"a:b,c:d\" x"
        );
        assert_eq!(add("vfio-pci.ids=a:b,c:d", "a:b"), "vfio-pci.ids=a:b,c:d");
        let remove =
            |text: &str, item: &str| changed(text, |l| l.remove_from_list("vfio-pci.ids", item));
        assert_eq!(
            remove("x vfio-pci.ids=a:b,c:d", "a:b"),
            "x vfio-pci.ids=c:d"
        );
        assert_eq!(remove("x vfio-pci.ids=a:b y", "a:b"), "x y");
        let mut line = CommandLine::parse("vfio-pci.ids");
        let mut kind = |name, item| line.add_to_list(name, item).unwrap_err().kind();
        assert_eq!(kind("vfio-pci.ids", "a:b"), ErrorKind::NoList);
        assert_eq!(kind("x", "a,b"), ErrorKind::ListItem);
        assert_eq!(kind("a b", "a"), ErrorKind::Parameter);
    }

    #[test]
    fn add_and_remove_are_by_name_and_value() {
        let add = |text: &str, new: &str| changed(text, |l| l.add(&parameter(new)).unwrap());
        assert_eq!(
            add("video=efifb:off", "video=vesafb:off"),
            "video=efifb:off video=vesafb:off"
        );
        assert_eq!(add("video=efifb:off", "video=efifb:off"), "video=efifb:off");
        let remove = |text: &str, old: &str| changed(text, |l| l.remove(&parameter(old)));
        assert_eq!(remove("video=a video=b video=a x", "video=a"), "video=b x");
    }

    #[test]
    fn any_text_round_trips_and_edits_are_idempotent() {
        let mut random = testkit::Random::new(0x9e37_79b9_7f4a_7c15);
        let alphabet = [
            " ", "\"", "=", "a", "iommu", "iommu=x", "--", "\t", "ä", "\n", ",", "_",
        ];
        for _ in 0..5000 {
            let mut text = String::new();
            for _ in 0..random.below(12) {
                text.push_str(alphabet[random.below(alphabet.len())]);
            }
            let line = CommandLine::parse(&text);
            assert_eq!(line.to_string(), text);
            let mut once = line.clone();
            if once.set(&parameter("iommu=pt")).is_err() {
                assert!(line.open_quote().is_some());
                continue;
            }
            assert_eq!(once.all("iommu").count(), 1, "{text:?}");
            let mut twice = once.clone();
            twice.set(&parameter("iommu=pt")).unwrap();
            assert_eq!(once, twice);
            once.unset("iommu");
            assert!(once.get("iommu").is_none());
            if line.get("iommu").is_none() {
                assert_eq!(once.to_string(), text);
            }
        }
    }
}
