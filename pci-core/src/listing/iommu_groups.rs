//! Functions by IOMMU group, IDs first: Unraid's System Devices page, and a widely used script.
//!
//! Unraid prints the class and the names as `lspci` does. The script prints columns without the
//! vendor, and marks with `[R]` functions that the kernel can reset. A line that starts with IDs
//! belongs to the group above.
//!
//! ```
//! use pci_core::listing::iommu_groups;
//! let found = iommu_groups::parse(
//!     "Group 13:\t[1022:1483] [R] 00:03.1  PCI bridge                 GPP Bridge\n\
//!      \t\t[10de:2d04] [R] 07:00.0  VGA compatible controller  GB206\n",
//! );
//! assert_eq!(found[1].function.id().unwrap().value.to_string(), "10de:2d04");
//! assert_eq!(found[1].group.as_ref().map(|group| group.value), Some(13));
//! ```

use alloc::borrow::ToOwned;
use alloc::vec::Vec;

use host_tree::Located;

use super::function::{ListedFunction, hex_byte};
use super::lines::{Line, has_any, lines};
use crate::lspci::class_named;
use crate::{Address, ClassCode, PciId};

/// A function, and its listed group.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GroupedFunction {
    /// The facts in its line.
    pub function: ListedFunction,
    /// IOMMU group number; `None` if the text does not contain the group's line.
    pub group: Option<Located<u32>>,
}

/// Parses the functions of all such lists in `text`.
#[must_use]
pub fn parse(text: &str) -> Vec<GroupedFunction> {
    let mut found = Vec::new();
    if !has_any(text, &["roup ", "[R]"]) {
        return found;
    }
    let mut group: Option<Located<u32>> = None;
    for line in lines(text) {
        let content = line.text.trim_start_matches(['>', '*', '|', ' ']);
        let (number, row) =
            heading(content).map_or((None, content), |(number, row)| (Some(number), row));
        if let Some(function) = function(line, row) {
            if let Some(number) = number {
                group = Some(line.located(number));
            }
            let group = group.clone();
            found.push(GroupedFunction { function, group });
        } else if line.indent == 0 && !line.text.starts_with("USB:") {
            // Prose, or the heading of a group without a function.
            group = None;
        }
    }
    found
}

/// The number in `Group 17:` or `IOMMU group 17:`, and the text after it.
fn heading(text: &str) -> Option<(u32, &str)> {
    let rest = text.strip_prefix("IOMMU ").unwrap_or(text);
    let rest = rest
        .strip_prefix("Group ")
        .or_else(|| rest.strip_prefix("group "))?;
    let (number, rest) = rest.split_once(':')?;
    let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
    Some((
        number.parse().ok().filter(|_| is_number)?,
        rest.trim_start(),
    ))
}

/// `[1022:1483] [R] 00:01.1 PCI bridge ...`
fn function(line: Line<'_>, text: &str) -> Option<ListedFunction> {
    let (id_text, rest) = text.strip_prefix('[')?.split_once(']')?;
    let id: PciId = id_text.parse().ok().filter(|_| id_text.len() == 9)?;
    let rest = rest.trim_start();
    let rest = rest.strip_prefix("[R]").unwrap_or(rest).trim_start();
    let (address_text, rest) = rest.split_once([' ', '\t'])?;
    let address: Address = address_text.parse().ok()?;
    let content = rest.trim();
    let (class_text, name) = class(content)?;
    let mut function = ListedFunction::new(line.located(address));
    function.set_id(line.part(id_text, id));
    function.class = class_code(class_text).map(|class| line.part(class_text, class));
    let (name, revision) = revision(name);
    function.revision = revision;
    function.name = (!name.is_empty()).then(|| name.to_owned());
    Some(function)
}

/// The class and the name: `PCI bridge: Intel ...`, or separated by two blanks.
fn class(content: &str) -> Option<(&str, &str)> {
    let cuts = [content.split_once(": "), content.split_once("  ")];
    let known = |(class, _): &(&str, &str)| class_code(class).is_some();
    let (class, name) = cuts.into_iter().flatten().find(known)?;
    Some((class, name.trim()))
}

/// The class with that name, optionally followed by its number.
fn class_code(text: &str) -> Option<ClassCode> {
    let text = text.trim_end();
    let (name, number) = match text
        .strip_suffix(']')
        .and_then(|text| text.rsplit_once(" ["))
    {
        Some((name, number)) => (name, number.parse().ok()),
        None => (text, None),
    };
    number.or_else(|| class_named(name))
}

/// The name without ` (rev 05)`, and the revision.
fn revision(name: &str) -> (&str, Option<u8>) {
    let cut = name
        .strip_suffix(')')
        .and_then(|name| name.rsplit_once(" (rev "));
    match cut.and_then(|(name, digits)| Some((name, hex_byte(digits)?))) {
        Some((name, revision)) => (name, Some(revision)),
        None => (name, None),
    }
}
