//! One function's directory, and what of it need not be asked for.

use alloc::boxed::Box;
use alloc::string::{String, ToString};

use host_tree::{Directory, Listing, Lookup};

use super::wanted::{Depth, Facts, Wanted};

/// Facts that are few enough to be asked for one by one; with any other, the
/// names in the directory are read first, since most functions lack most
/// attributes and an open that fails costs as much as one that does not.
const FEW: Facts = Facts::IDENTITY
    .union(Facts::IOMMU_GROUP)
    .union(Facts::PLACE)
    .union(Facts::NUMA)
    .union(Facts::RESET)
    .union(Facts::DISPLAY)
    .union(Facts::LABEL)
    .union(Facts::KIND);

/// A function's directory.
pub(super) struct Reader<'a> {
    directory: Box<dyn Directory + 'a>,
    names: Lookup<Listing>,
    /// Whether the function's registers may be read.
    registers: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(directory: Box<dyn Directory + 'a>, wanted: Wanted) -> Self {
        let names = if FEW.contains(wanted.facts) {
            Lookup::NotShown
        } else {
            directory.list()
        };
        Self {
            directory,
            names,
            registers: wanted.depth > Depth::NoWake,
        }
    }

    /// From here on registers may be read: the function is awake.
    pub(super) const fn awake(&mut self) {
        self.registers = true;
    }

    pub(super) fn directory(&self) -> &dyn Directory {
        &*self.directory
    }

    pub(super) const fn names(&self) -> &Lookup<Listing> {
        &self.names
    }

    /// Whether all names are known and `name` is not one of them.
    pub(super) fn lacks(&self, name: &str) -> bool {
        matches!(&self.names, Lookup::Found(listing) if listing.whole) && self.is_unlisted(name)
    }

    /// Whether the names were read and `name` is not one of them.
    fn is_unlisted(&self, name: &str) -> bool {
        let first = name.split('/').next().unwrap_or(name);
        let by_name = |known: &String| known.as_str().cmp(first);
        matches!(&self.names, Lookup::Found(listing)
            if listing.names.binary_search_by(by_name).is_err())
    }

    /// The answer about `name` where no question to the kernel is needed for it.
    fn known<T>(&self, name: &str) -> Option<Lookup<T>> {
        if self.lacks(name) {
            return Some(Lookup::Absent);
        }
        if self.is_unlisted(name) {
            return self.directory.unlisted(name).map(|answer| match answer {
                Lookup::Absent | Lookup::Found(()) => Lookup::Absent,
                Lookup::NotShown => Lookup::NotShown,
                Lookup::Unreadable(reason) => Lookup::Unreadable(reason),
            });
        }
        None
    }

    /// An attribute's text.
    pub(super) fn text(&self, name: &str) -> Lookup<String> {
        if let Some(answer) = self.known(name) {
            return answer;
        }
        self.directory.read_text(name)
    }

    /// The text of an attribute for which the kernel reads the function's
    /// registers.
    pub(super) fn register(&self, name: &str) -> Lookup<String> {
        if let Some(answer) = self.known(name) {
            return answer;
        }
        if !self.registers {
            return Lookup::Unreadable("not read, since that would wake the function".to_string());
        }
        self.directory.read_text(name)
    }

    /// A link's target.
    pub(super) fn link(&self, name: &str) -> Lookup<String> {
        if let Some(answer) = self.known(name) {
            return answer;
        }
        self.directory.read_link(name)
    }

    /// Whether there is an entry of this name.
    pub(super) fn has(&self, name: &str) -> Lookup<bool> {
        match &self.names {
            Lookup::Found(listing) if listing.names.iter().any(|known| known == name) => {
                Lookup::Found(true)
            }
            Lookup::Found(listing) if listing.whole => Lookup::Found(false),
            Lookup::Found(_) => Lookup::NotShown,
            other => other.clone().map(|_| false),
        }
    }
}
