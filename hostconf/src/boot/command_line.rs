//! The kernel's command line, as the kernel splits it.

use core::fmt;
use core::ops::Range;

use super::parameter::Parameter;

/// A kernel command line: the text, and the options in it.
///
/// The rules are the kernel's (`lib/cmdline.c` `next_arg`, `kernel/params.c` `parse_args` and
/// `parameq`): blanks separate options, a double quote makes blanks literal until the next one, `-`
/// and `_` are equal in names, and the text after a lone `--` is for init. There is no escape
/// character.
///
/// ```
/// use hostconf::boot::{CommandLine, Parameter};
/// let mut line = CommandLine::parse("quiet splash");
/// line.set(&"iommu=pt".parse()?)?;
/// assert_eq!(line.to_string(), "quiet splash iommu=pt");
/// assert_eq!(line.get("iommu").and_then(|option| option.value.as_deref()), Some("pt"));
/// line.unset("iommu");
/// assert_eq!(line.to_string(), "quiet splash");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandLine {
    pub(super) text: String,
    pub(super) options: Vec<KernelOption>,
    init: Vec<Range<usize>>,
    /// Byte offset of the `--` that ends the kernel's options.
    pub(super) dashes: Option<usize>,
    open_quote: Option<usize>,
}

/// One option of a command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KernelOption {
    /// Byte range in the text, quotes included.
    pub span: Range<usize>,
    /// The name as it is written, before the first `=`.
    pub name: String,
    /// The value without its quotes; `None` without `=`.
    pub value: Option<String>,
}

impl KernelOption {
    /// Whether `name` is this option's name to the kernel.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        same_name(&self.name, name)
    }

    pub(super) fn equals(&self, parameter: &Parameter) -> bool {
        self.is(parameter.name()) && self.value.as_deref() == parameter.value()
    }
}

impl CommandLine {
    /// Splits `text`; any text is a command line.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut line = Self {
            text: text.to_owned(),
            options: Vec::new(),
            init: Vec::new(),
            dashes: None,
            open_quote: None,
        };
        let mut rest = text;
        loop {
            rest = rest.trim_start_matches(is_blank);
            let (raw, open) = token(rest);
            if raw.is_empty() {
                return line;
            }
            let start = text.len() - rest.len();
            let span = start..start + raw.len();
            rest = rest.get(raw.len()..).unwrap_or_default();
            line.open_quote = open.map(|offset| start + offset);
            if line.dashes.is_some() {
                line.init.push(span);
            } else if raw == "--" {
                line.dashes = Some(start);
            } else {
                let (name, value) = split(raw);
                line.options.push(KernelOption { span, name, value });
            }
        }
    }

    /// The kernel's options, in order.
    #[must_use]
    pub fn options(&self) -> &[KernelOption] {
        &self.options
    }

    /// The arguments after `--`, which the kernel passes to init unchanged.
    pub fn init_arguments(&self) -> impl Iterator<Item = &str> {
        self.init
            .iter()
            .filter_map(|span| self.text.get(span.clone()))
    }

    /// Whether a lone `--` ends the kernel's options: text after this line, as another variable or
    /// line of the same entry, is for init as well.
    #[must_use]
    pub(crate) const fn ends_kernel_options(&self) -> bool {
        self.dashes.is_some()
    }

    /// The last option of that name, which takes effect for options with one value.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&KernelOption> {
        self.options.iter().rev().find(|option| option.is(name))
    }

    /// All options of that name, in order.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &KernelOption> {
        self.options.iter().filter(move |option| option.is(name))
    }

    /// The options as they are written, in order.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        let spans = self.options.iter().map(|option| option.span.clone());
        spans.filter_map(|span| self.text.get(span))
    }

    /// The options of that name as they are written, in order.
    pub(super) fn words_of(&self, name: &str) -> impl Iterator<Item = &str> {
        self.all(name)
            .filter_map(|option| self.text.get(option.span.clone()))
    }

    /// Whether the option is set without a value.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.all(name).any(|option| option.value.is_none())
    }

    /// Whether exactly this option with this value is set.
    #[must_use]
    pub fn contains(&self, parameter: &Parameter) -> bool {
        self.options.iter().any(|option| option.equals(parameter))
    }

    /// The byte where a quote begins that is never closed.
    #[must_use]
    pub const fn open_quote(&self) -> Option<usize> {
        self.open_quote
    }
}

impl fmt::Display for CommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether two names are one option to the kernel (`kernel/params.c`, `dash2underscore`).
#[must_use]
pub fn same_name(a: &str, b: &str) -> bool {
    let plain = |byte: u8| if byte == b'-' { b'_' } else { byte };
    a.len() == b.len() && a.bytes().map(plain).eq(b.bytes().map(plain))
}

/// The value of a boolean option as the kernel reads it: by the first letter, or two for `on` and
/// `off` (`kstrtobool`, lib/kstrtox.c); an option without a value is true (`param_set_bool`,
/// kernel/params.c). `None` for a value that the kernel refuses.
///
/// ```
/// use hostconf::boot::command_line::kernel_bool;
/// assert_eq!(kernel_bool(Some("yes")), Some(true));
/// assert_eq!(kernel_bool(Some("Off")), Some(false));
/// assert_eq!(kernel_bool(None), Some(true));
/// assert_eq!(kernel_bool(Some("2")), None);
/// ```
#[must_use]
pub fn kernel_bool(value: Option<&str>) -> Option<bool> {
    let Some(value) = value else {
        return Some(true);
    };
    let mut bytes = value.bytes().map(|byte| byte.to_ascii_lowercase());
    match (bytes.next()?, bytes.next()) {
        (b'y' | b't' | b'1', _) | (b'o', Some(b'n')) => Some(true),
        (b'n' | b'f' | b'0', _) | (b'o', Some(b'f')) => Some(false),
        _ => None,
    }
}

/// Separators of options: the kernel's `isspace` within ASCII.
pub(super) fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t'..='\r')
}

/// The token at the start of `rest`, and where its open quote begins.
fn token(rest: &str) -> (&str, Option<usize>) {
    let mut quote = None;
    for (offset, c) in rest.char_indices() {
        match c {
            '"' => quote = if quote.is_some() { None } else { Some(offset) },
            c if is_blank(c) && quote.is_none() => {
                return (rest.get(..offset).unwrap_or_default(), None);
            }
            _ => {}
        }
    }
    (rest, quote)
}

/// Name and value as returned by `next_arg`: a quote at either end of the option or of the value is
/// removed, others remain.
fn split(raw: &str) -> (String, Option<String>) {
    let (body, quoted) = match raw.strip_prefix('"') {
        Some(body) => (body, true),
        None => (raw, false),
    };
    let Some((name, value)) = body.split_once('=').filter(|(name, _)| !name.is_empty()) else {
        let name = if quoted {
            body.strip_suffix('"').unwrap_or(body)
        } else {
            body
        };
        return (name.to_owned(), None);
    };
    let value = match value.strip_prefix('"') {
        Some(inner) => inner.strip_suffix('"').unwrap_or(inner),
        None if quoted => value.strip_suffix('"').unwrap_or(value),
        None => value,
    };
    (name.to_owned(), Some(value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(text: &str) -> Vec<(String, Option<String>)> {
        let line = CommandLine::parse(text);
        let pair = |o: &KernelOption| (o.name.clone(), o.value.clone());
        line.options().iter().map(pair).collect()
    }

    fn one(name: &str, value: Option<&str>) -> Vec<(String, Option<String>)> {
        vec![(name.to_owned(), value.map(str::to_owned))]
    }

    #[test]
    fn quotes_are_the_kernels() {
        assert_eq!(options("a=\"b c\""), one("a", Some("b c")));
        assert_eq!(options("\"a=b c\""), one("a", Some("b c")));
        assert_eq!(options("a=b\"c d\"e"), one("a", Some("b\"c d\"e")));
        assert_eq!(options("\"a b\""), one("a b", None));
        assert_eq!(options("a=b=c"), one("a", Some("b=c")));
        assert_eq!(options("a="), one("a", Some("")));
        assert_eq!(options("=a"), one("=a", None));
        assert_eq!(options(" \t\n"), []);
        assert_eq!(CommandLine::parse("x a=\"b c").open_quote(), Some(4));
    }

    #[test]
    fn options_after_two_dashes_are_for_init() {
        let line = CommandLine::parse("quiet -- iommu=pt splash");
        assert!(line.get("iommu").is_none());
        assert_eq!(
            line.init_arguments().collect::<Vec<_>>(),
            ["iommu=pt", "splash"]
        );
    }

    #[test]
    fn dashes_and_underscores_are_the_same_in_names() {
        let line = CommandLine::parse("vfio_pci.ids=a vfio-pci.ids=b quiet");
        assert_eq!(line.all("vfio-pci.ids").count(), 2);
        assert_eq!(
            line.get("vfio_pci.ids").unwrap().value.as_deref(),
            Some("b")
        );
        assert!(line.flag("quiet") && !line.flag("vfio-pci.ids"));
        let span = line.get("quiet").unwrap().span.clone();
        assert_eq!(line.to_string().get(span), Some("quiet"));
    }
}
