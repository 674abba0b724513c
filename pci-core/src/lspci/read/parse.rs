//! Reading a text: what others call.

use super::command::EchoedCommand;
use super::reader::Reader;
use super::record::Listing;

/// Reads what `lspci` printed; what is no part of such a text is passed over.
///
/// The time is linear in the length of the text.
#[must_use]
pub fn parse(text: &str) -> Listing {
    Reader::default().read(text)
}

/// Reads what `command` printed: as [`parse`], for a text that does not show the
/// command itself.
///
/// ```
/// use pci_core::lspci::{Fields, parse_output};
/// let text = "01:00.0 3D controller [0302]: NVIDIA Corporation Device [10de:2330]\n";
/// let fields = |command| parse_output(command, text).records[0].fields;
/// // No line names a driver: no driver is bound.
/// assert_eq!(fields("lspci -nnk"), Fields::Whole);
/// // The lines were filtered away, or never asked for.
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
