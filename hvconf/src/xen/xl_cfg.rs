//! `xl.cfg`: the configuration of one Xen guest, as a lossless document.
//!
//! The grammar is that of libxlutil, which `xl` reads its files with (measured with the library
//! of Xen 4.17): `key = value` or `key += value`, ended by a line end or `;`. A value is a
//! number, a text in `"` or `'`, or a list of values in `[` and `]`, in which line ends and
//! comments count for nothing. One statement that is not so, and `xl` reads nothing of the file.

use core::fmt;

use host_tree::lines::{self, splice, with_line};

use super::lexer::{self, Lexer, XlIssue};
use super::xl_value::{XlItem, XlOperator, XlStatement, XlValue};
use crate::error::{Cause, Error};

/// An `xl.cfg`, read.
///
/// ```
/// use hvconf::xen::{XlConfig, XlValue};
/// let text = "type = 'hvm' # a comment\npci = [ '01:00.0' ]\n";
/// let config = XlConfig::parse(text);
/// assert_eq!(config.to_string(), text);
/// assert_eq!(config.text("type"), Some("hvm".to_owned()));
/// assert_eq!(config.list("pci").unwrap()[0].value, XlValue::Text("01:00.0".to_owned()));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XlConfig {
    text: String,
    statements: Vec<XlStatement>,
    faults: Vec<XlIssue>,
}

impl XlConfig {
    /// Reads any text.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut lexer = Lexer::new(text);
        let mut statements = Vec::new();
        let mut faults = Vec::new();
        loop {
            match lexer.statement() {
                Ok(Some(statement)) => statements.push(statement),
                Ok(None) => break,
                Err(fault) => {
                    lexer.skip_line();
                    faults.push(fault);
                }
            }
        }
        Self {
            text: text.to_owned(),
            statements,
            faults,
        }
    }

    /// The statements in the order of the file.
    #[must_use]
    pub fn statements(&self) -> &[XlStatement] {
        &self.statements
    }

    /// The errors for which `xl` rejects the file. With any of these it reads nothing of the file.
    #[must_use]
    pub fn faults(&self) -> &[XlIssue] {
        &self.faults
    }

    /// The statements that make up the value of `key`: the last `=` and each `+=`
    /// after it.
    #[must_use]
    pub fn of(&self, key: &str) -> Vec<&XlStatement> {
        let mut found: Vec<&XlStatement> = Vec::new();
        for statement in self.statements.iter().filter(|one| one.key == key) {
            if statement.operator == XlOperator::Set {
                found.clear();
            }
            found.push(statement);
        }
        found
    }

    /// The text or number of `key`; `None` where it is not set, or a list.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<String> {
        let statements = self.of(key);
        let mut whole = None;
        for statement in statements {
            match &statement.value {
                XlValue::Text(text) | XlValue::Number(text) => {
                    whole.get_or_insert_with(String::new).push_str(text);
                }
                XlValue::List(_) => return None,
            }
        }
        whole
    }

    /// The items of `key`; `None` where it is not set, or no list.
    #[must_use]
    pub fn list(&self, key: &str) -> Option<Vec<&XlItem>> {
        let mut items = None;
        for statement in self.of(key) {
            let XlValue::List(more) = &statement.value else {
                return None;
            };
            items.get_or_insert_with(Vec::new).extend(more);
        }
        items
    }

    /// The same text where `xl` accepts it.
    fn sound(&self) -> Result<(), Error> {
        match self.faults.first() {
            Some(fault) => Err(Cause::XlSyntax {
                expected: fault.expected,
            }
            .at(fault.line)),
            None => Ok(()),
        }
    }

    /// Appends a text to the list `key`, which is added if missing. Existing items are unchanged.
    ///
    /// # Errors
    /// When `xl` rejects the file, or the key is not a list.
    pub fn add_item(&mut self, key: XlKey, item: &XlText) -> Result<(), Error> {
        self.sound()?;
        let statements = self.of(key.as_str());
        let has = |value: &XlValue| matches!(value, XlValue::Text(text) if text == item.as_str());
        let Some(last) = statements.last() else {
            let line = format!("{key} = [ {item} ]");
            *self = Self::parse(&with_line(&self.text, &line));
            return Ok(());
        };
        for statement in &statements {
            let XlValue::List(items) = &statement.value else {
                return Err(Cause::NotAList {
                    key: key.to_string(),
                }
                .at(statement.line));
            };
            if items.iter().any(|item| has(&item.value)) {
                return Ok(());
            }
        }
        let XlValue::List(items) = &last.value else {
            return Ok(());
        };
        let (at, new) = match items.last() {
            Some(before) => (before.span.end, format!(", {item}")),
            None => (last.value_span.start + 1, item.to_string()),
        };
        *self = Self::parse(&splice(&self.text, at..at, &new));
        Ok(())
    }

    /// Removes every item that is this text from the list `key`; a list that
    /// [`add_item`](Self::add_item) made is removed with its last item.
    ///
    /// # Errors
    /// When `xl` rejects the file.
    pub fn remove_item(&mut self, key: XlKey, item: &XlText) -> Result<(), Error> {
        self.sound()?;
        while let Some(text) = self.without_item(key, item) {
            *self = Self::parse(&text);
        }
        Ok(())
    }

    fn without_item(&self, key: XlKey, item: &XlText) -> Option<String> {
        let is = |value: &XlValue| matches!(value, XlValue::Text(text) if text == item.as_str());
        for statement in self.of(key.as_str()) {
            let XlValue::List(items) = &statement.value else {
                continue;
            };
            let Some(at) = items.iter().position(|item| is(&item.value)) else {
                continue;
            };
            let here = items.get(at)?;
            let before = at.checked_sub(1).and_then(|before| items.get(before));
            let cut = match (before, items.get(at + 1)) {
                (Some(before), _) => before.span.end..here.span.end,
                (None, Some(next)) => here.span.start..next.span.start,
                (None, None) => {
                    let own = format!("{key} = [ {item} ]");
                    let line = lines::spans(&self.text)
                        .find(|(_, span, line)| span.start == statement.span.start && *line == own);
                    match line {
                        Some((_, span, _)) => return Some(lines::without_line(&self.text, span)),
                        None => here.span.clone(),
                    }
                }
            };
            return Some(splice(&self.text, cut, ""));
        }
        None
    }

    /// Sets `key` to a text; a key that already has it is unchanged.
    ///
    /// # Errors
    /// When `xl` rejects the file, or the value is put together with `+=`.
    pub fn set(&mut self, key: XlKey, value: &XlText) -> Result<(), Error> {
        self.sound()?;
        let statements = self.of(key.as_str());
        if let Some(joined) = statements
            .iter()
            .skip(1)
            .find(|one| one.operator == XlOperator::Add)
        {
            return Err(Cause::Joined {
                key: key.to_string(),
            }
            .at(joined.line));
        }
        let text = match statements.last() {
            None => with_line(&self.text, &format!("{key} = {value}")),
            Some(last) => match &last.value {
                XlValue::Text(text) | XlValue::Number(text) if text == value.as_str() => {
                    return Ok(());
                }
                _ => splice(&self.text, last.value_span.clone(), &value.to_string()),
            },
        };
        *self = Self::parse(&text);
        Ok(())
    }
}

impl fmt::Display for XlConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A key of `xl.cfg(5)` that is written here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum XlKey {
    /// `pci`: the functions that the guest gets.
    Pci,
    /// `rdm`: how memory that devices have reserved is laid out in the guest.
    Rdm,
    /// `type`: `pv`, `pvh` or `hvm`.
    Type,
    /// `firmware`: `ovmf`, `seabios` or `rombios`.
    Firmware,
    /// `name`.
    Name,
    /// `memory`, in MiB.
    Memory,
    /// `maxmem`, in MiB.
    MaxMem,
    /// `vcpus`.
    Vcpus,
    /// `cpus`: the host's processors that the guest's run on.
    Cpus,
    /// `viridian`: Hyper-V's interface.
    Viridian,
    /// `localtime`: whether the clock has local time.
    LocalTime,
    /// `mmio_hole`, in MiB.
    MmioHole,
    /// `vga`: the emulated graphics card.
    Vga,
}

impl XlKey {
    /// The word in the file.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pci => "pci",
            Self::Rdm => "rdm",
            Self::Type => "type",
            Self::Firmware => "firmware",
            Self::Name => "name",
            Self::Memory => "memory",
            Self::MaxMem => "maxmem",
            Self::Vcpus => "vcpus",
            Self::Cpus => "cpus",
            Self::Viridian => "viridian",
            Self::LocalTime => "localtime",
            Self::MmioHole => "mmio_hole",
            Self::Vga => "vga",
        }
    }
}

impl fmt::Display for XlKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that a file can contain: no control characters, which no form of quoting supports in all
/// versions (4.17 refuses `\xNN` and a line end in quotes).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XlText(String);

impl XlText {
    /// The text; `None` when it has a control character.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let plain = !text.chars().any(char::is_control);
        plain.then(|| Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for XlText {
    /// In quotes, as it is in the file.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&lexer::quoted(&self.0))
    }
}

#[cfg(test)]
mod tests;
