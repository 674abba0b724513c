//! Settings of a domain that override requested ones.

use core::fmt;

use super::domain::Domain;
use super::memory::by_node;
use crate::description::{Description, HugePageSize, Pages};

/// A setting of a domain that [`edit`](super::edit) keeps although another is requested.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kept {
    /// The vendor of Hyper-V that the guest sees is the domain's own already.
    VendorId {
        /// The line of `<vendor_id>`, from 1.
        line: u32,
        /// The vendor.
        value: String,
    },
    /// Hyper-V's features are the host's: libvirt enables none of them by default.
    HypervMode {
        /// The line of `<hyperv>`, from 1.
        line: u32,
        /// `passthrough` or `host-model`.
        mode: String,
    },
    /// Huge pages have sizes by NUMA node.
    PagesByNode {
        /// The line of the first one, from 1.
        line: u32,
    },
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::VendorId { line, value } => write!(
                f,
                "line {line} of the domain: vendor_id \"{value}\" is kept; it hides Hyper-V's own \
                 vendor already"
            ),
            Self::HypervMode { line, mode } => write!(
                f,
                "line {line} of the domain: hyperv mode='{mode}' is kept; libvirt allows no \
                 features and no vendor_id in it"
            ),
            Self::PagesByNode { line } => write!(
                f,
                "line {line} of the domain: the sizes of huge pages by NUMA node are kept"
            ),
        }
    }
}

/// The settings of `domain` that remain although `vm` requests others.
///
/// ```
/// use hvconf::description::Description;
/// use hvconf::libvirt::{Domain, kept};
/// use hvconf::assigned::{Coverage, AssignedDevices, AssignedFunction, AssignedSlot};
/// let nic = AssignedFunction::at("03:00.0".parse()?);
/// let assigned = AssignedDevices::new(vec![AssignedSlot::new(vec![nic], Coverage::WholeSlot)?])?;
/// let mut vm = Description::new("a".parse()?, assigned);
/// vm.hiding.hyperv_vendor_id = Some("hidden".parse()?);
/// let text = "<domain><features><hyperv><vendor_id state='on' value='mine'/></hyperv>\
///     </features></domain>";
/// let kept = kept(&Domain::parse(text)?, &vm);
/// assert!(kept[0].to_string().contains("vendor_id \"mine\" is kept"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn kept(domain: &Domain<'_>, vm: &Description) -> Vec<Kept> {
    let mut kept = Vec::new();
    if let Some(asked) = &vm.hiding.hyperv_vendor_id {
        let own = own_vendor_id(domain).filter(|(_, value)| value != asked.as_str());
        if let Some(hyperv) = domain.hyperv_of_the_host() {
            kept.push(Kept::HypervMode {
                line: domain.tree.line(hyperv.open.start),
                mode: hyperv.attribute("mode").unwrap_or_default().to_owned(),
            });
        } else if let Some((line, value)) = own {
            kept.push(Kept::VendorId { line, value });
        }
    }
    let sized = matches!(vm.memory.pages, Pages::Huge(size) if size != HugePageSize::HostDefault);
    if let Some(page) = by_node(domain).filter(|_| sized) {
        let line = domain.tree.line(page.open.start);
        kept.push(Kept::PagesByNode { line });
    }
    kept
}

/// The vendor of Hyper-V that is set in the domain, and its line.
pub(super) fn own_vendor_id(domain: &Domain<'_>) -> Option<(u32, String)> {
    let vendor = domain.vendor_id().filter(|vendor| vendor.on)?;
    let value = vendor.value.filter(|value| !value.is_empty())?;
    Some((vendor.line, value))
}
