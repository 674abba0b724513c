//! Form of a listing.

/// Form of a record's text.
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
    /// Layout of the record.
    pub layout: Layout,
    /// Form of IDs; `None` if the record has neither name nor number.
    pub numbers: Option<Numbers>,
    /// Amount of detail.
    pub verbosity: Verbosity,
}

/// Layout of a record (lspci(8)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Layout {
    /// A line, optionally with indented lines below: the output of `lspci` without `-m` and `-t`.
    #[default]
    Lines,
    /// A line of quoted strings: `-mm`, and `-m`.
    MachineLine,
    /// Lines with a tag and a value: `-vmm`, and `-vm`.
    MachineRecord,
    /// A leaf or a bridge of a tree: `-t`.
    Tree,
}

/// Whether IDs are printed as names or as numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Numbers {
    /// Names only.
    #[default]
    None,
    /// Numbers only: `-n`.
    Only,
    /// Both: `-nn`.
    Both,
}

/// Amount of detail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Verbosity {
    /// Class and IDs, optionally drivers: without `-v`, except in the machine-readable forms.
    #[default]
    Plain,
    /// `-v`: with a line `Flags:`.
    Verbose,
    /// `-vv` or `-vvv`: with lines `Control:` and `Status:`.
    VeryVerbose,
}
