//! The form in which a listing says what it says.

/// The form of one record's text.
///
/// ```
/// use pci_core::lspci::{self, Layout, Numbers, Verbosity};
/// let listing = lspci::parse("01:00.0 \"0300\" \"10de\" \"2d04\" -ra1 -p00 \"10b0\" \"205e\"\n");
/// let form = listing.records[0].form;
/// assert_eq!(form.layout, Layout::MachineLine);
/// assert_eq!(form.numbers, Some(Numbers::Only));
/// assert_eq!(form.verbosity, Verbosity::Plain);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Form {
    /// How a record is laid out.
    pub layout: Layout,
    /// Whether ids are shown by number; `None` where the record shows neither name
    /// nor number.
    pub numbers: Option<Numbers>,
    /// How much is shown of the function.
    pub verbosity: Verbosity,
}

/// How a record is laid out (lspci(8)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Layout {
    /// A line, perhaps with indented lines below it: what `lspci` prints without
    /// `-m` and `-t`.
    #[default]
    Lines,
    /// A line of quoted strings: `-mm`, and `-m`.
    MachineLine,
    /// Lines of a tag and a value: `-vmm`, and `-vm`.
    MachineRecord,
    /// A leaf or a bridge of a tree: `-t`.
    Tree,
}

/// Whether a text shows ids as names or as numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Numbers {
    /// As names only.
    #[default]
    None,
    /// As numbers only: `-n`.
    Only,
    /// As both: `-nn`.
    Both,
}

/// How much a text shows of a function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Verbosity {
    /// What it is, and perhaps its drivers: no `-v` outside the machine-readable
    /// forms.
    #[default]
    Plain,
    /// `-v`: a line of `Flags:`.
    Verbose,
    /// `-vv` or `-vvv`: lines of `Control:` and `Status:`.
    VeryVerbose,
}
