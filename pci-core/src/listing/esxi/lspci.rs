//! ESXi's `lspci`.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use host_tree::Lookup;

use crate::listing::ListedFunction;
use crate::listing::lines::{Line, has_any, lines};
use crate::{Address, ClassCode, PciId, SubsystemId};

/// A function in ESXi's `lspci`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LspciFunction {
    /// The function. `-p` prints its driver, the VMkernel module.
    pub function: ListedFunction,
    /// The bracketed text at the end of its line, unless it is part of the device's name: the
    /// VMkernel name (`vmnic0`), or `PCIe RP[0000:00:1c.0]` of a root port.
    pub vmkernel_name: Option<String>,
}

/// Parses the functions that ESXi's `lspci` lists, plain or with `-n`, `-v` or `-p`; none if the
/// text may be of pciutils: the plain form without a VMkernel name is the same.
///
/// ```
/// use pci_core::listing::esxi;
/// let found = esxi::lspci(
///     "0000:01:00.0 Display controller VGA compatible controller: NVIDIA Corporation \
///      TU117 [GeForce GTX 1650] [vmgfx0]\n\t Class 0300: 10de:1f82\n",
/// );
/// assert_eq!(found[0].function.id().unwrap().value.to_string(), "10de:1f82");
/// assert_eq!(found[0].vmkernel_name.as_deref(), Some("vmgfx0"));
/// ```
#[must_use]
pub fn lspci(text: &str) -> Vec<LspciFunction> {
    let mut found: Vec<LspciFunction> = Vec::new();
    if !has_any(text, &["Class ", "Vend:Dvid", "[vm", "[PCIe RP[", "255/"]) {
        return found;
    }
    let mut is_esxi = false;
    let mut columns = None;
    let mut open = false;
    for line in lines(text) {
        if let Some(head) = Columns::of(line) {
            columns = Some(head);
            is_esxi = true;
            open = false;
        } else if let Some((class, id)) = class_line(line.text) {
            // `-v`: the line below a function's.
            if let Some(last) = found.last_mut().filter(|_| open) {
                last.function.class = Some(line.located(class));
                last.function.set_id(line.located(id));
                is_esxi = true;
            }
            open = false;
        } else if let Some(row) = detailed(line, columns.as_ref()) {
            is_esxi = true;
            found.push(row);
            open = false;
        } else if let Some(row) = plain(line) {
            is_esxi |= row.vmkernel_name.is_some();
            open = row.function.class.is_none();
            found.push(row);
        }
    }
    if is_esxi { found } else { Vec::new() }
}

/// `Class 0300: 10de:1f82`.
fn class_line(text: &str) -> Option<(ClassCode, PciId)> {
    let (class, id) = text.strip_prefix("Class ")?.split_once(": ")?;
    let class = (class.len() == 4).then(|| class.parse().ok())??;
    Some((class, id.trim().parse().ok()?))
}

/// The address that starts a line, with its domain, and the text after it.
fn address(line: Line<'_>) -> Option<(Address, &str)> {
    let (address, rest) = line.text.split_once(' ')?;
    // ESXi always prints the domain.
    let whole = address.len() >= 12 && address.is_ascii();
    whole.then(|| Some((address.parse().ok()?, rest.trim())))?
}

/// Parses a line of the plain form, of `-v` or of `-n`.
fn plain(line: Line<'_>) -> Option<LspciFunction> {
    let (address, rest) = address(line)?;
    let mut function = ListedFunction::new(line.located(address));
    let (rest, vmkernel_name) = without_tag(rest);
    if let Some((class, id)) = class_line(rest) {
        function.class = Some(line.located(class));
        function.set_id(line.located(id));
    } else {
        let (_class, name) = rest.split_once(": ")?;
        function.name = Some(name.trim().to_owned()).filter(|name| !name.is_empty());
    }
    Some(LspciFunction {
        function,
        vmkernel_name: vmkernel_name.map(str::to_owned),
    })
}

/// Removes the VMkernel name from the end of a line.
fn without_tag(text: &str) -> (&str, Option<&str>) {
    let found = text.strip_suffix(']').and_then(|inner| {
        let at = match inner.find("[PCIe RP[") {
            Some(at) => at,
            None => inner.rfind('[')?,
        };
        let name = inner.get(at + 1..)?;
        let is_name = ["vmnic", "vmhba", "vmgfx", "vmrdma"].iter().any(|kind| {
            name.strip_prefix(kind).is_some_and(|number| {
                !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
            })
        });
        (is_name || name.starts_with("PCIe RP[")).then_some((text.get(..at)?.trim_end(), name))
    });
    found.map_or((text, None), |(rest, name)| (rest, Some(name)))
}

/// Offsets of the columns of `-p`.
struct Columns {
    module: usize,
    name: usize,
}

impl Columns {
    /// `Segm:Bu:De.F Vend:Dvid Subv:Subd ISA/irq/Vect P M Module       Name`.
    fn of(line: Line<'_>) -> Option<Self> {
        let is_head = line.text.contains(" Vend:Dvid Subv:Subd ");
        is_head.then(|| {
            Some(Self {
                module: line.text.find(" Module")? + 1,
                name: line.text.find(" Name")? + 1,
            })
        })?
    }
}

/// A line of `-p`.
fn detailed(line: Line<'_>, columns: Option<&Columns>) -> Option<LspciFunction> {
    let (address, rest) = address(line)?;
    let mut words = rest.split_whitespace();
    let id: PciId = words.next()?.parse().ok()?;
    let subsystem: SubsystemId = words.next()?.parse().ok()?;
    // The interrupts, `255/   /     `, which bridges lack.
    if columns.is_none() && !words.next()?.contains('/') {
        return None;
    }
    let mut function = ListedFunction::new(line.located(address));
    function.set_id(line.located(id));
    function.set_subsystem(line.located(subsystem));
    // Rows without alignment do not show which word is the module.
    let module = columns.and_then(|columns| {
        let before = line.text.get(..columns.module)?;
        let column = line.text.get(columns.module..)?;
        let end = columns.name.checked_sub(columns.module)?;
        let (module, name) = column.split_at_checked(end).unwrap_or((column, ""));
        let aligned = before.ends_with(' ') && (module.ends_with(' ') || name.trim().is_empty());
        aligned.then(|| (module.trim(), name.trim()))
    });
    let mut vmkernel_name = None;
    if let Some((module, name)) = module.filter(|(module, _)| !module.contains(' ')) {
        if !module.is_empty() {
            function.driver = Lookup::Found(line.located(module.to_owned()));
        }
        vmkernel_name = Some(name.to_owned()).filter(|name| !name.is_empty());
    }
    Some(LspciFunction {
        function,
        vmkernel_name,
    })
}
