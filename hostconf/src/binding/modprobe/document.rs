//! One file of `modprobe.d` as a document: edits preserve all other bytes.

use core::fmt;
use core::ops::Range;

use host_tree::lines::{line_cut, splice, with_line, without, without_line};
use pci_core::modules::{ModuleName, matches};

use super::directive::{Directive, Entry, directive, same_module, word};
use super::joined::{Joined, joined};
use super::module_option::ModuleOption;
use crate::boot::CommandLine;
use crate::boot::command_line::KernelOption;
use crate::error::{Cause, Error};

/// A file of `modprobe.d`.
///
/// ```
/// use hostconf::binding::{modprobe::Document, modprobe::ModuleOption};
/// let mut file = Document::parse("# passthrough\noptions vfio-pci disable_vga=1\n");
/// let ids = ModuleOption::new("ids", Some("10de:2d04,10de:22eb"))?;
/// file.set_option(&"vfio-pci".parse()?, &ids)?;
/// assert_eq!(
///     file.to_string(),
///     "# passthrough\noptions vfio-pci disable_vga=1 ids=10de:2d04,10de:22eb\n"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    text: String,
    entries: Vec<Entry>,
}

impl Document {
    /// Reads a file; any text is one.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let entries = joined(text).into_iter().filter_map(|line| {
            Some(Entry {
                directive: directive(&line.text)?,
                line: line.line,
                span: line.span,
                text: line.text,
            })
        });
        Self {
            entries: entries.collect(),
            text: text.to_owned(),
        }
    }

    /// The lines that are neither empty nor comments.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Sets the option of `module`: replaces the last one of its name, or appends to the module's
    /// last `options` line, or adds a line at the end of the file.
    ///
    /// # Errors
    ///
    /// When that line has a quote that is not closed.
    pub fn set_option(&mut self, module: &ModuleName, option: &ModuleOption) -> Result<(), Error> {
        let option = option.parameter();
        let lines = self.option_lines(module.as_str());
        let holder = lines.iter().rev().find_map(|line| {
            let found = line.options.get(option.name())?.clone();
            Some((line, found))
        });
        let last = lines
            .iter()
            .rev()
            .find(|line| !line.options.options().is_empty());
        let (line, place, new) = match (holder, last) {
            (Some((line, found)), _) => {
                if found.value.as_deref() == option.value() {
                    return Ok(());
                }
                (line, line.place(&found), option.to_string())
            }
            (None, Some(line)) => {
                let all = line.options.options();
                let end = all
                    .last()
                    .map_or(line.joined.span.end, |last| line.place(last).end);
                (line, end..end, format!(" {option}"))
            }
            (None, None) => {
                self.add_line(&format!("options {module} {option}"));
                return Ok(());
            }
        };
        if line.options.open_quote().is_some() {
            return Err(Cause::ModuleQuote.at(line.joined.line));
        }
        *self = Self::parse(&splice(&self.text, place, &new));
        Ok(())
    }

    /// Sets the option as [`set_option`](Self::set_option) does, and removes all others of its
    /// name: only the last one takes effect.
    ///
    /// # Errors
    ///
    /// As [`set_option`](Self::set_option).
    pub fn set_only_option(
        &mut self,
        module: &ModuleName,
        option: &ModuleOption,
    ) -> Result<(), Error> {
        self.set_option(module, option)?;
        self.cut_options(module.as_str(), option.parameter().name(), 1);
        Ok(())
    }

    /// Removes the option `key` of `module`, and lines without another option.
    pub fn unset_option(&mut self, module: &str, key: &str) {
        self.cut_options(module, key, 0);
    }

    /// Removes all options `key` of `module` but the last `kept`.
    fn cut_options(&mut self, module: &str, key: &str, kept: usize) {
        let mut cuts = Vec::new();
        let lines = self.option_lines(module);
        let named = |option: &&KernelOption| option.is(key);
        let count: usize = lines
            .iter()
            .map(|line| line.options.options().iter().filter(named).count())
            .sum();
        let mut left = count.saturating_sub(kept);
        for line in lines {
            let all = line.options.options();
            let gone = all.iter().filter(named).count().min(left);
            left -= gone;
            if gone > 0 && gone == all.len() {
                cuts.push(line_cut(&self.text, line.joined.span));
                continue;
            }
            let going = all.iter().enumerate().filter(|(_, option)| option.is(key));
            for (at, option) in going.take(gone) {
                // With the blank before it, unless it is the first: the line
                // needs that one after the module's name.
                let before = at.checked_sub(1).and_then(|before| all.get(before));
                cuts.push(match (before, all.get(at + 1)) {
                    (Some(before), _) => line.place(before).end..line.place(option).end,
                    (None, Some(after)) => line.place(option).start..line.place(after).start,
                    (None, None) => line.place(option),
                });
            }
        }
        *self = Self::parse(&without(&self.text, cuts));
    }

    /// Makes `before` load before `module`.
    ///
    /// # Errors
    ///
    /// When an earlier line with a pattern is the one that counts.
    pub fn add_softdep(&mut self, module: &ModuleName, before: &ModuleName) -> Result<(), Error> {
        let normal = module.as_str().replace('-', "_");
        let first = self
            .entries
            .iter()
            .find_map(|entry| match &entry.directive {
                Ok(Directive::Softdep { pattern, pre, .. }) if matches(pattern, &normal) => {
                    Some((entry, pattern, pre))
                }
                _ => None,
            });
        let Some((entry, pattern, pre)) = first else {
            self.add_line(&format!("softdep {module} pre: {before}"));
            return Ok(());
        };
        if pre.iter().any(|named| same_module(named, before.as_str())) {
            return Ok(());
        }
        if *pattern != normal {
            return Err(Cause::Shadowed {
                pattern: pattern.clone(),
                module: module.to_string(),
            }
            .at(entry.line));
        }
        // Directly after the name, as a separate list: kmod concatenates lists.
        let line = joined(&self.text)
            .into_iter()
            .find(|line| line.line == entry.line);
        let Some(line) = line else { return Ok(()) };
        if let Some(start) = glued(&line.text, before.as_str()) {
            let start = line.place(start..start).start;
            *self = Self::parse(&splice(&self.text, start..start, " "));
            return Ok(());
        }
        let rest = word(word(&line.text).0).0;
        let end = line.place(0..line.text.len() - rest.len()).end;
        *self = Self::parse(&splice(&self.text, end..end, &format!(" pre: {before}")));
        Ok(())
    }

    /// Keeps `module` from being loaded for its devices.
    pub fn add_blacklist(&mut self, module: &ModuleName) {
        let there = self.entries.iter().any(|entry| match &entry.directive {
            Ok(Directive::Blacklist { module: named }) => same_module(named, module.as_str()),
            _ => false,
        });
        if !there {
            self.add_line(&format!("blacklist {module}"));
        }
    }

    /// Removes the entry that begins on `line`, with its continuations; whether there was one.
    pub fn remove_line(&mut self, line: u32) -> bool {
        let found = self.entries.iter().find(|entry| entry.line == line);
        let Some(span) = found.map(|entry| entry.span.clone()) else {
            return false;
        };
        *self = Self::parse(&without_line(&self.text, span));
        true
    }

    fn add_line(&mut self, line: &str) {
        // A backslash at the end of the file would continue on the new line.
        let hangs = joined(&self.text).last().is_some_and(|last| last.hangs);
        let text = if hangs && !self.text.ends_with('\n') {
            format!("{}\n\n{line}\n", self.text)
        } else if hangs {
            format!("{}\n{line}\n", self.text)
        } else {
            with_line(&self.text, line)
        };
        *self = Self::parse(&text);
    }

    fn option_lines(&self, module: &str) -> Vec<OptionLine> {
        joined(&self.text)
            .into_iter()
            .filter_map(|line| match directive(&line.text)?.ok()? {
                Directive::Options {
                    module: named,
                    options,
                } if same_module(&named, module) => Some(OptionLine {
                    start: line.text.len() - options.len(),
                    options: CommandLine::parse(&options),
                    joined: line,
                }),
                _ => None,
            })
            .collect()
    }
}

/// Where the blank is missing in `pre:MODULE` of a softdep line.
fn glued(line: &str, module: &str) -> Option<usize> {
    let mut words = line.match_indices("pre:");
    words.find_map(|(at, list)| {
        let start = at + list.len();
        let word = line.get(start..)?.split_ascii_whitespace().next()?;
        let begins = line.get(..at)?.ends_with([' ', '\t']);
        (begins && line.get(start..)?.starts_with(word) && same_module(word, module))
            .then_some(start)
    })
}

/// An `options` line, and where its options begin in the joined text.
struct OptionLine {
    joined: Joined,
    start: usize,
    options: CommandLine,
}

impl OptionLine {
    fn place(&self, option: &KernelOption) -> Range<usize> {
        let span = option.span.start + self.start..option.span.end + self.start;
        self.joined.place(span)
    }
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn name(text: &str) -> ModuleName {
        text.parse().unwrap()
    }

    fn set(text: &str, key: &str, value: &str) -> String {
        let mut file = Document::parse(text);
        let option = ModuleOption::new(key, Some(value)).unwrap();
        file.set_option(&name("vfio-pci"), &option).unwrap();
        file.to_string()
    }

    fn unset(text: &str, key: &str) -> String {
        let mut file = Document::parse(text);
        file.unset_option("vfio-pci", key);
        file.to_string()
    }

    #[test]
    fn an_option_is_added_to_the_existing_line() {
        assert_eq!(set("", "ids", "a:b"), "options vfio-pci ids=a:b\n");
        assert_eq!(
            set("options vfio_pci ids=x disable_vga=1 # c\n", "ids", "a:b"),
            "options vfio_pci ids=a:b disable_vga=1 # c\n"
        );
        assert_eq!(
            set(
                "options vfio-pci ids=x \\\n  disable_vga=1\n",
                "disable_vga",
                "0"
            ),
            "options vfio-pci ids=x \\\n  disable_vga=0\n"
        );
        assert_eq!(
            set(
                "options vfio-pci ids=1\\\n2\noptions vfio-pci a=1\n",
                "ids",
                "a:b"
            ),
            "options vfio-pci ids=a:b\noptions vfio-pci a=1\n"
        );
        // The last one wins, so that one changes.
        assert_eq!(
            set(
                "options vfio-pci ids=x\noptions vfio-pci ids=y\n",
                "ids",
                "z"
            ),
            "options vfio-pci ids=x\noptions vfio-pci ids=z\n"
        );
    }

    #[test]
    fn the_only_option_replaces_the_last() {
        let set = |text: &str| {
            let mut file = Document::parse(text);
            let option = ModuleOption::new("ids", Some("a:b,c:d")).unwrap();
            file.set_only_option(&name("vfio-pci"), &option).unwrap();
            file.to_string()
        };
        assert_eq!(
            set("options vfio-pci ids=a:b\noptions vfio_pci ids=c:d disable_vga=1\n"),
            "options vfio_pci ids=a:b,c:d disable_vga=1\n"
        );
        assert_eq!(
            set("options vfio-pci ids=a:b disable_vga=1 # x\noptions vfio-pci x ids=c:d\n"),
            "options vfio-pci disable_vga=1 # x\noptions vfio-pci x ids=a:b,c:d\n"
        );
        assert_eq!(
            set("options vfio-pci ids=a:b \\\n ids=c:d a=1\n"),
            "options vfio-pci ids=a:b,c:d a=1\n"
        );
    }

    #[test]
    fn unset_removes_the_line_when_nothing_is_left() {
        assert_eq!(unset("a\noptions vfio-pci ids=x\nb\n", "ids"), "a\nb\n");
        assert_eq!(
            unset("options vfio-pci ids=x a=1 ids=y\n", "ids"),
            "options vfio-pci a=1\n"
        );
        for text in [
            "",
            "# c",
            "# c\n",
            "options vfio-pci a=1\n",
            "options vfio_pci a=1",
            "x\r\n",
        ] {
            assert_eq!(unset(&set(text, "ids", "a:b"), "ids"), text);
        }
    }

    #[test]
    fn a_continued_comment_does_not_include_the_new_line() {
        for text in ["# c \\\n", "# c \\", "options other x=1 \\\n"] {
            let new = set(text, "ids", "a:b");
            let there = Document::parse(&new).option_lines("vfio-pci").len();
            assert_eq!(there, 1, "{new:?}");
        }
    }

    #[test]
    fn only_the_first_softdep_counts() {
        let add = |text: &str| {
            let mut file = Document::parse(text);
            let result = file.add_softdep(&name("nouveau"), &name("vfio-pci"));
            result.map(|()| file.to_string())
        };
        assert_eq!(add("").unwrap(), "softdep nouveau pre: vfio-pci\n");
        assert_eq!(
            add("softdep nouveau post: x\n").unwrap(),
            "softdep nouveau pre: vfio-pci post: x\n"
        );
        // The blank after "pre:" is missing.
        assert_eq!(
            add("softdep nouveau pre:vfio-pci # x\n").unwrap(),
            "softdep nouveau pre: vfio-pci # x\n"
        );
        assert_eq!(
            add("softdep nouveau pre: a pre:vfio_pci post: b\n").unwrap(),
            "softdep nouveau pre: a pre: vfio_pci post: b\n"
        );
        let there = "softdep nou* pre: vfio_pci\n";
        assert_eq!(add(there).unwrap(), there);
        let error = add("softdep nou* pre: x\n").unwrap_err();
        assert_eq!((error.kind(), error.line()), (ErrorKind::Shadowed, Some(1)));
    }

    #[test]
    fn entries_are_blacklisted_and_removed_by_line() {
        let mut file = Document::parse("# c\nblacklist nvidia_drm");
        file.add_blacklist(&name("nvidia-drm"));
        assert_eq!(file.to_string(), "# c\nblacklist nvidia_drm");
        file.add_blacklist(&name("nouveau"));
        assert_eq!(
            file.to_string(),
            "# c\nblacklist nvidia_drm\nblacklist nouveau"
        );
        assert!(file.remove_line(3));
        assert!(!file.remove_line(1), "a comment is not an entry");
        assert_eq!(file.to_string(), "# c\nblacklist nvidia_drm");
    }

    #[test]
    fn names_and_values_cannot_break_out() {
        for bad in ["", "-i", "a b", "a\n", "a\\", "a/b", "nvidia*"] {
            assert!(bad.parse::<ModuleName>().is_err(), "{bad:?}");
        }
        for bad in ["a b", "a\n", "a\\", "\"", "a\r"] {
            assert!(ModuleOption::new("ids", Some(bad)).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn no_text_makes_it_fail() {
        let sample = "# c \\\n x\noptions vfio-pci ids=a:b \\\n c=\"d e\" f\nsoftdep a pre: b post: c\n\
                      install x* /bin/y\nalias p[a-b] q\nblacklist \u{e4}\r\n";
        for end in (0..=sample.len()).filter(|end| sample.is_char_boundary(*end)) {
            let cut = sample.get(..end).unwrap();
            assert_eq!(Document::parse(cut).to_string(), cut);
            let _ = unset(&set_lossy(cut), "ids");
        }
        let mut numbers = testkit::Random::new(0x1234_5678_9abc_def1);
        for _ in 0..5000 {
            let mut text: Vec<char> = sample.chars().collect();
            for _ in 0..4 {
                let random = numbers.number();
                let at = usize::try_from(random >> 40).unwrap() % text.len();
                let new = "\"\\\n #[]=-\t*\rxpo\0".chars();
                text[at] = new
                    .cycle()
                    .nth(usize::try_from(random & 31).unwrap())
                    .unwrap();
            }
            let text: String = text.into_iter().collect();
            assert_eq!(Document::parse(&text).to_string(), text);
            let once = set_lossy(&text);
            assert_eq!(set_lossy(&once), once, "{text:?}");
        }
    }

    fn set_lossy(text: &str) -> String {
        let mut file = Document::parse(text);
        let option = ModuleOption::new("ids", Some("10de:2d04")).unwrap();
        // A quote that is not closed is refused; the text is then as it was.
        let _ = file.set_option(&name("vfio-pci"), &option);
        let _ = file.add_softdep(&name("nouveau"), &name("vfio-pci"));
        file.to_string()
    }
}
