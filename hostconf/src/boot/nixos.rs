//! NixOS: kernel options are an attribute of the system's configuration
//! (NixOS manual, "Linux Kernel"; nixpkgs, `nixos/modules/system/boot/kernel.nix`).
//!
//! passthru's options are in a separate module, `passthru.nix`, which `configuration.nix` imports;
//! removals apply to literal lists in `configuration.nix`. `nixos-rebuild boot` builds the system
//! for the next boot without changing the running one; the boot menu keeps the previous
//! generations.

use core::fmt;
use std::collections::BTreeMap;

use host_tree::lines::splice;

use super::change::OptionsChange;
use super::command_line::CommandLine;
use super::kernelstub::line_of;
use super::nix::{Placed, Token, attribute, body, tokens};
use super::string_list::StringList;
use crate::error::{Cause, Error};

/// The system's configuration.
pub(crate) const CONFIGURATION: &str = "/etc/nixos/configuration.nix";

/// Our module.
pub const MODULE: &str = "/etc/nixos/passthru.nix";

/// The import of passthru's module in the configuration.
const IMPORT: &str = "./passthru.nix";

/// More lists of kernel options than this in one module are not changed.
const MOST_LISTS: usize = 16;

/// passthru's module without an option.
const EMPTY: &str = "# Written by passthru, imported by configuration.nix.\n{ ... }:\n{\n  \
                     boot.kernelParams = [ ];\n}\n";

/// A NixOS module.
///
/// ```
/// use hostconf::boot::change::OptionsChange;
/// use hostconf::boot::nixos::Module;
/// let mut module = Module::parse("{ ... }:\n{\n  boot.kernelParams = [ \"quiet\" ];\n}\n");
/// let change = OptionsChange { put: vec!["iommu=pt".parse()?], ..OptionsChange::default() };
/// module.change(&change)?;
/// assert_eq!(module.to_string(), "{ ... }:\n{\n  boot.kernelParams = [ \"quiet\" \"iommu=pt\" ];\n}\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    text: String,
}

impl Default for Module {
    /// Our module without any option.
    fn default() -> Self {
        Self::parse(EMPTY)
    }
}

impl Module {
    /// Reads a module; any text is one.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self {
            text: text.to_owned(),
        }
    }

    /// The options of all literal lists `boot.kernelParams`.
    #[must_use]
    pub fn command_line(&self) -> CommandLine {
        let lists = self.lists(&["boot", "kernelParams"]).unwrap_or_default();
        let lines = lists.iter().filter_map(|list| list.line().ok());
        let texts: Vec<String> = lines.map(|line| line.to_string()).collect();
        CommandLine::parse(texts.join(" ").trim())
    }

    /// The options of all literal lists `boot.kernelParams`, by where each string begins.
    pub fn option_spans(&self) -> BTreeMap<usize, String> {
        let lists = self.lists(&["boot", "kernelParams"]).unwrap_or_default();
        let items = lists.into_iter().flat_map(|list| list.items);
        let mut spans = BTreeMap::new();
        spans.extend(items.map(|(span, option)| (span.start, option)));
        spans
    }

    /// The line, from 1, of the first list of kernel options.
    #[must_use]
    pub fn line(&self) -> Option<u32> {
        let lists = self.lists(&["boot", "kernelParams"]).ok()?;
        lists
            .first()
            .map(|list| line_of(&self.text, list.inner.start))
    }

    /// Changes the options in the first list `boot.kernelParams`; options are removed from all
    /// lists.
    ///
    /// # Errors
    ///
    /// Without a literal list. The document is then unchanged.
    pub fn change(&mut self, change: &OptionsChange) -> Result<(), Error> {
        let mut text = self.text.clone();
        let count = self.lists(&["boot", "kernelParams"])?.len();
        if count > MOST_LISTS {
            return Err(self.not_found("a few lists of kernel options, not so many"));
        }
        let removals = change.removals();
        for at in (0..count).rev() {
            let lists = Self::parse(&text).lists(&["boot", "kernelParams"])?;
            let Some(list) = lists.get(at) else { continue };
            text = list.changed(&text, if at == 0 { change } else { &removals })?;
        }
        let changed = Self::parse(&text);
        if count == 0 && !change.is_empty() {
            return Err(self.not_found("boot.kernelParams = [ \"...\" ]; with literal strings"));
        }
        let left = change.difference(&changed.command_line())?;
        if count > 0 && left != super::change::Difference::default() {
            return Err(self.not_found("lists of kernel options that a change shows in"));
        }
        *self = changed;
        Ok(())
    }

    /// Removes options from all literal lists.
    ///
    /// # Errors
    ///
    /// When a list is not a literal. The document is then as it was.
    pub fn remove(&mut self, change: &OptionsChange) -> Result<(), Error> {
        if self.lists(&["boot", "kernelParams"])?.is_empty() {
            return Ok(());
        }
        self.change(&change.removals())
    }

    /// Has the module import ours.
    ///
    /// # Errors
    ///
    /// If its `imports` are not a literal list, or the module does not begin with an attribute set
    /// or a function of one. The document is then unchanged.
    pub fn import(&mut self) -> Result<(), Error> {
        let tokens = self.tokens()?;
        let expected = "a module of the form { ... }: { ... }, to import ./passthru.nix manually";
        let body = body(&tokens).ok_or_else(|| self.not_found(expected))?;
        let values = attribute(&tokens, body.clone(), &["imports"]);
        let Some(value) = values.first() else {
            let before = body.start.checked_sub(1).and_then(|at| tokens.get(at));
            let at = before.map_or(0, |(_, span)| span.end);
            let line = format!("\n  imports = [ {IMPORT} ];\n");
            self.text = splice(&self.text, at..at, &line);
            return Ok(());
        };
        let value = tokens.get(value.clone()).unwrap_or_default();
        let not_literal =
            self.not_found("imports = [ ... ]; a literal list, to add ./passthru.nix to");
        let (first, last) = (value.first(), value.last());
        let (Some((Token::Mark('['), open)), Some((Token::Mark(']'), _))) = (first, last) else {
            return Err(not_literal);
        };
        let inner = value.get(1..value.len() - 1).unwrap_or_default();
        if inner.iter().any(|(token, _)| *token == Token::Mark(']')) && !balanced(inner) {
            return Err(not_literal);
        }
        if inner
            .iter()
            .any(|(token, _)| matches!(token, Token::Word(word) if word == IMPORT))
        {
            return Ok(());
        }
        let (at, new) = match inner.last() {
            Some((_, last)) => {
                let between = match inner.len().checked_sub(2).and_then(|at| inner.get(at)) {
                    Some((_, previous)) => previous.end..inner_start(inner),
                    None => open.end..inner_start(inner),
                };
                let blanks = self.text.get(between).unwrap_or_default();
                let plain = !blanks.is_empty() && blanks.chars().all(char::is_whitespace);
                (
                    last.end,
                    format!("{}{IMPORT}", if plain { blanks } else { " " }),
                )
            }
            None => (open.end, format!(" {IMPORT}")),
        };
        self.text = splice(&self.text, at..at, &new);
        Ok(())
    }

    /// Adds these to a literal list of strings, `boot.initrd.kernelModules`; a new one becomes the
    /// first attribute.
    ///
    /// # Errors
    ///
    /// When the list is not a literal, or the module has another form.
    pub(crate) fn add_strings(&mut self, path: &[&str], strings: &[&str]) -> Result<(), Error> {
        let lists = self.lists(path)?;
        let known = |string: &&&str| {
            let lists = &lists;
            !lists
                .iter()
                .any(|list| list.items.iter().any(|(_, item)| item == *string))
        };
        let new: Vec<String> = strings
            .iter()
            .filter(known)
            .map(|s| format!("\"{s}\""))
            .collect();
        if new.is_empty() {
            return Ok(());
        }
        let (at, text) = match lists.first() {
            Some(list) => match list.items.last() {
                Some((last, _)) => (last.end, format!(" {}", new.join(" "))),
                None => (list.inner.start, format!(" {}", new.join(" "))),
            },
            None => {
                let tokens = self.tokens()?;
                let body = body(&tokens).ok_or_else(|| self.not_found("a module"))?;
                let before = body.start.checked_sub(1).and_then(|at| tokens.get(at));
                let at = before.map_or(0, |(_, span)| span.end);
                (
                    at,
                    format!("\n  {} = [ {} ];", path.join("."), new.join(" ")),
                )
            }
        };
        self.text = splice(&self.text, at..at, &text);
        Ok(())
    }

    fn tokens(&self) -> Result<Vec<Placed>, Error> {
        tokens(&self.text).map_err(|offset| {
            Cause::ListNotFound {
                expected: "the end of a string or remark",
            }
            .at(line_of(&self.text, offset))
        })
    }

    /// The lists of strings that `path` is set to.
    fn lists(&self, path: &[&str]) -> Result<Vec<StringList>, Error> {
        let tokens = self.tokens()?;
        let Some(body) = body(&tokens) else {
            return Err(self.not_found("a module of the form { ... }: { ... }"));
        };
        let mut lists = Vec::new();
        for value in attribute(&tokens, body, path) {
            let value = tokens.get(value).unwrap_or_default();
            let (Some((Token::Mark('['), open)), Some((Token::Mark(']'), close))) =
                (value.first(), value.last())
            else {
                return Err(self.not_found("a literal list of strings"));
            };
            let mut items = Vec::new();
            for (token, span) in value.get(1..value.len() - 1).unwrap_or_default() {
                let Token::Text(Some(item)) = token else {
                    return Err(Cause::ListNotFound {
                        expected: "a literal list of strings",
                    }
                    .at(line_of(&self.text, span.start)));
                };
                items.push((span.clone(), item.clone()));
            }
            lists.push(StringList {
                inner: open.end..close.start,
                items,
                separator: "",
            });
        }
        Ok(lists)
    }

    fn not_found(&self, expected: &'static str) -> Error {
        // The line of the word, if it is there.
        let word = if expected.contains("imports") {
            "imports"
        } else {
            "kernelParams"
        };
        let offset = self.text.find(word).unwrap_or_default();
        Cause::ListNotFound { expected }.at(line_of(&self.text, offset))
    }
}

fn balanced(tokens: &[Placed]) -> bool {
    let mut depth = 0_i64;
    tokens.iter().all(|(token, _)| {
        match token {
            Token::Mark('[') => depth += 1,
            Token::Mark(']') => depth -= 1,
            _ => {}
        }
        depth >= 0
    })
}

fn inner_start(inner: &[Placed]) -> usize {
    inner.last().map_or(0, |(_, span)| span.start)
}

impl fmt::Display for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(put: &[&str], remove: &[&str]) -> OptionsChange {
        OptionsChange {
            put: put.iter().map(|text| text.parse().unwrap()).collect(),
            remove: remove.iter().map(|text| text.parse().unwrap()).collect(),
            ..OptionsChange::default()
        }
    }

    #[test]
    fn the_import_joins_those_that_are_there() {
        for (text, after) in [
            (
                "{ config, ... }:\n{\n  imports =\n    [ # x ]\n      ./a.nix\n    ];\n}\n",
                "./a.nix ./passthru.nix\n    ];",
            ),
            (
                "{ config, ... }:\n{\n  imports =\n    [ # x ]\n      ./a.nix\n      ./b.nix\n    ];\n}\n",
                "./b.nix\n      ./passthru.nix\n    ];",
            ),
            (
                "{ imports = [ (import ./x { a = [ 1 ]; }) ./b ]; }",
                "./b ./passthru.nix ];",
            ),
            ("{ imports = []; }", "[ ./passthru.nix];"),
            (
                "args@{ pkgs, ... }: {\n  a = ''\n    imports = [ ];\n  '';\n}\n",
                "{\n  imports = [ ./passthru.nix ];\n",
            ),
        ] {
            let mut module = Module::parse(text);
            module
                .import()
                .unwrap_or_else(|error| panic!("{text}: {error}"));
            let once = module.to_string();
            assert!(once.contains(after), "{once}");
            module.import().unwrap();
            assert_eq!(module.to_string(), once);
        }
        for text in [
            "let x = 1; in { imports = [ ]; }",
            "{ imports = map f [ ./a ]; }",
            "{ imports = [ ./a ] ++ b; }",
            "{ a = \"open; }",
        ] {
            assert!(Module::parse(text).import().is_err(), "{text}");
        }
    }

    #[test]
    fn options_are_found_however_the_attribute_is_written() {
        for text in [
            "{ boot.kernelParams = [ \"quiet\" \"amd_iommu=on\" ]; }",
            "{ ... }: { boot = { kernelParams = [ \"quiet\" \"amd_iommu=on\" ]; }; }",
            "{ boot = { loader.timeout = 1; kernelParams = [\n\"quiet\"\n\"amd_iommu=on\"\n]; }; x = \"${\"}\"}\"; }",
            "{ \"boot\".kernelParams = [ \"quiet\" ]; /* ] } */ boot.kernelParams = [ \"amd_iommu=on\" ]; }",
        ] {
            let mut module = Module::parse(text);
            assert_eq!(
                module.command_line().to_string(),
                "quiet amd_iommu=on",
                "{text}"
            );
            module
                .change(&change(&["iommu=pt"], &["amd_iommu=on"]))
                .unwrap();
            assert_eq!(
                module.command_line().to_string(),
                "quiet iommu=pt",
                "{module}"
            );
        }
        let mut module = Module::parse("{ boot.kernelParams = [ \"a\" \"${x}\" ]; }");
        assert!(module.change(&change(&["x"], &[])).is_err());
        let mut module = Module::parse("{ }");
        assert!(module.change(&change(&["x"], &[])).is_err());
        assert_eq!(module.remove(&change(&[], &["x"])), Ok(()));
    }

    #[test]
    fn our_module_lists_modules_for_the_initrd_once() {
        let mut module = Module::default();
        module.change(&change(&["iommu=pt"], &[])).unwrap();
        for _ in 0..2 {
            module
                .add_strings(&["boot", "initrd", "kernelModules"], &["vfio_pci", "vfio"])
                .unwrap();
        }
        let text = module.to_string();
        assert!(
            text.contains("{\n  boot.initrd.kernelModules = [ \"vfio_pci\" \"vfio\" ];\n"),
            "{text}"
        );
        module.change(&change(&[], &["iommu=pt"])).unwrap();
        assert!(
            module.to_string().contains("boot.kernelParams = [ ];"),
            "{module}"
        );
    }

    #[test]
    fn no_text_makes_it_fail() {
        let sample = "args@{ a, ... }:\n{ imports = [ ./a ]; b = ''x ''${ ${c \"d\" {}} ''; boot = { kernelParams = [ \"q\\\"\" ]; }; }";
        for end in 0..=sample.len() {
            let cut = sample.get(..end).unwrap();
            let mut module = Module::parse(cut);
            let _ = module.import();
            let _ = module.change(&change(&["iommu=pt"], &[]));
        }
        let mut numbers = testkit::Random::new(0x2545_f491_4f6c_dd1d);
        for _ in 0..5000 {
            let mut bytes = sample.as_bytes().to_vec();
            for _ in 0..3 {
                let random = numbers.number();
                let at = usize::try_from(random >> 40).unwrap() % bytes.len();
                bytes[at] = b"\"'${}[]();=#/* "[usize::try_from(random & 15).unwrap() % 15];
            }
            let text = String::from_utf8(bytes).unwrap();
            let mut module = Module::parse(&text);
            if module.change(&change(&["iommu=pt"], &[])).is_ok() {
                let once = module.to_string();
                module.change(&change(&["iommu=pt"], &[])).unwrap();
                assert_eq!(module.to_string(), once, "{text}");
            }
            if module.import().is_ok() {
                let once = module.to_string();
                module
                    .import()
                    .unwrap_or_else(|error| panic!("{once}: {error}"));
                assert_eq!(module.to_string(), once, "{text}");
            }
        }
    }
}
