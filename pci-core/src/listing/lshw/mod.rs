//! PCI functions listed by lshw, in each of its forms: `lshw`, `lshw -C display`, `lshw -businfo`,
//! and (with the feature `std`) `lshw -json`.
//!
//! lshw prints names but no IDs, unless called with `-numeric`, and has its own classes. The class
//! code is derived from the description, which is its name in pci.ids.
//!
//! ```
//! use pci_core::listing::lshw;
//! let found = lshw::parse(
//!     "  *-display UNCLAIMED\n       description: VGA compatible controller\n       \
//!      product: GA104 [GeForce RTX 3070] [10DE:2484]\n       vendor: NVIDIA Corporation [10DE]\n       \
//!      bus info: pci@0000:01:00.0\n       version: a1\n",
//! );
//! assert_eq!(found[0].function.id().unwrap().value.to_string(), "10de:2484");
//! assert_eq!(found[0].class.as_deref(), Some("display"));
//! assert!(found[0].function.driver.is_absent());
//! ```

mod bus_info;
#[cfg(feature = "std")]
mod json;
mod names;
mod node;
mod text;

#[cfg(test)]
mod tests;

use alloc::vec::Vec;

pub use node::LshwNode;

/// Parses the functions in a text of any form.
///
/// The time is linear in the length of the text.
#[must_use]
pub fn parse(text: &str) -> Vec<LshwNode> {
    if !text.contains("pci@") {
        return Vec::new();
    }
    #[cfg(feature = "std")]
    {
        let nodes = json::parse(text);
        if !nodes.is_empty() {
            return nodes;
        }
    }
    let mut nodes = text::parse(text);
    nodes.extend(bus_info::parse(text));
    nodes
}
