//! Entry points of the parser.

use super::command::EchoedCommand;
use super::reader::Reader;
use super::record::Listing;

/// Parses `lspci` text; other text is skipped.
///
/// The time is linear in the length of the text.
#[must_use]
pub fn parse(text: &str) -> Listing {
    Reader::default().read(text)
}

/// Parses the output of `command`: as [`parse`], for a text without the command.
///
/// ```
/// use pci_core::lspci::{Fields, parse_output};
/// let text = "01:00.0 3D controller [0302]: NVIDIA Corporation Device [10de:2330]\n";
/// let fields = |command| parse_output(command, text).records[0].fields;
/// // No line names a driver: no driver is bound.
/// assert_eq!(fields("lspci -nnk"), Fields::Whole);
/// // The lines were filtered out, or never requested.
/// assert_eq!(fields("lspci -nnk | grep -i nvidia"), Fields::Presumed);
/// assert_eq!(fields("lspci -nn"), Fields::NotShown);
/// ```
#[must_use]
pub fn parse_output(command: &str, text: &str) -> Listing {
    let mut reader = Reader::default();
    reader.commands.push(EchoedCommand::known(command));
    reader.section.command = Some(0);
    reader.read(text)
}
