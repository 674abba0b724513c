//! A function's directory, with knowledge that avoids reads.

use alloc::boxed::Box;
use alloc::string::String;

use host_tree::{Directory, Listing, Lookup};

use super::wanted::{Depth, Facts, Wanted};

/// Facts that are few enough to be read individually; with any other, the directory is listed
/// first, because most functions lack most attributes and a failed open costs as much as a
/// successful one.
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

    /// Allows reads of registers: the function is awake.
    pub(super) const fn awake(&mut self) {
        self.registers = true;
    }

    pub(super) fn directory(&self) -> &dyn Directory {
        &*self.directory
    }

    pub(super) const fn names(&self) -> &Lookup<Listing> {
        &self.names
    }

    /// Whether the listing is complete and lacks `name`.
    pub(super) fn lacks(&self, name: &str) -> bool {
        matches!(&self.names, Lookup::Found(listing) if listing.complete) && self.is_unlisted(name)
    }

    /// Whether the names were listed and `name` is not one of them.
    fn is_unlisted(&self, name: &str) -> bool {
        let first = name.split('/').next().unwrap_or(name);
        let by_name = |known: &String| known.as_str().cmp(first);
        matches!(&self.names, Lookup::Found(listing)
            if listing.names.binary_search_by(by_name).is_err())
    }

    /// The answer for `name`, if no system call is necessary.
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

    /// Text of an attribute.
    pub(super) fn text(&self, name: &str) -> Lookup<String> {
        if let Some(answer) = self.known(name) {
            return answer;
        }
        self.directory.read_text(name)
    }

    /// Text of an attribute for which the kernel reads the function's registers.
    pub(super) fn register(&self, name: &str) -> Lookup<String> {
        if let Some(answer) = self.known(name) {
            return answer;
        }
        if !self.registers {
            return Lookup::Unreadable("not read: that would wake the function".into());
        }
        self.directory.read_text(name)
    }

    /// Target of a link.
    pub(super) fn link(&self, name: &str) -> Lookup<String> {
        if let Some(answer) = self.known(name) {
            return answer;
        }
        self.directory.read_link(name)
    }

    /// Whether an entry with this name exists.
    pub(super) fn has(&self, name: &str) -> Lookup<bool> {
        match &self.names {
            Lookup::Found(listing) if listing.names.iter().any(|known| known == name) => {
                Lookup::Found(true)
            }
            Lookup::Found(listing) if listing.complete => Lookup::Found(false),
            Lookup::Found(_) => Lookup::NotShown,
            other => other.clone().map(|_| false),
        }
    }
}
