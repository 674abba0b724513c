//! A topology as lines of a tree.

use alloc::string::String;
use alloc::vec::Vec;

use super::tree::{Parent, RootBus, Topology};
use crate::Address;

/// A line of the drawn tree.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Branch {
    /// The tree lines before it.
    pub indent: String,
    /// The function; `None` in a line of a root bus, or above functions without a known parent.
    pub function: Option<Address>,
    /// The root bus of its line; `None` above functions without a known parent.
    pub root: Option<RootBus>,
}

/// Depth limit of the drawing; a domain has at most 256 buses.
const MAX_DEPTH: usize = 256;

impl Topology {
    /// The whole topology, line by line: each root bus with its functions, and last the functions
    /// without a known parent.
    ///
    /// ```
    /// use pci_core::topology::TopologyBuilder;
    /// let mut builder = TopologyBuilder::new();
    /// builder.buses("00:01.0".parse()?, 1, 1);
    /// builder.function("01:00.0".parse()?);
    /// let lines = builder.build().branches();
    /// assert_eq!(lines[0].root.map(|root| root.bus.to_string()).as_deref(), Some("0000:00"));
    /// assert_eq!(lines[2].indent, "   └─ ");
    /// # Ok::<(), pci_core::Error>(())
    /// ```
    #[must_use]
    pub fn branches(&self) -> Vec<Branch> {
        let mut lines = Vec::new();
        for root in self.roots() {
            self.top(&mut lines, Parent::Root(root.bus), Some(*root));
        }
        let orphans = self.children(Parent::Unknown);
        if !orphans.is_empty() {
            self.top(&mut lines, Parent::Unknown, None);
        }
        lines
    }

    fn top(&self, lines: &mut Vec<Branch>, parent: Parent, root: Option<RootBus>) {
        lines.push(Branch {
            indent: String::new(),
            function: None,
            root,
        });
        // The stack: a function, its indent, and whether it is the last below its parent.
        let mut left: Vec<(Address, String, bool)> = Vec::new();
        push(&mut left, self.children(parent), "");
        while let Some((address, indent, last)) = left.pop() {
            let (branch, rest) = if last {
                ("└─ ", "   ")
            } else {
                ("├─ ", "│  ")
            };
            lines.push(Branch {
                indent: [indent.as_str(), branch].concat(),
                function: Some(address),
                root: None,
            });
            let deeper = if indent.chars().count() < 3 * MAX_DEPTH {
                [indent.as_str(), rest].concat()
            } else {
                indent
            };
            push(&mut left, self.children(Parent::Bridge(address)), &deeper);
        }
    }
}

fn push(left: &mut Vec<(Address, String, bool)>, children: &[Address], indent: &str) {
    for (at, address) in children.iter().rev().enumerate() {
        left.push((*address, String::from(indent), at == 0));
    }
}
