//! An edit in progress.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use list_order::Order as _;

use super::edited::{ByteChange, Edited};
use crate::error::{Cause, Result};

/// A source and its changes so far. All offsets are those of the source, so that steps are
/// independent.
pub(crate) struct Draft<'a> {
    source: &'a [u8],
    /// The source with overwritten bytes.
    bytes: Vec<u8>,
    overwritten: Vec<(Range<usize>, String)>,
    removed: Vec<(Range<usize>, String)>,
    inserted: Vec<(usize, Vec<u8>, String)>,
}

impl<'a> Draft<'a> {
    pub(crate) fn new(source: &'a [u8]) -> Self {
        Self {
            source,
            bytes: source.to_vec(),
            overwritten: Vec::new(),
            removed: Vec::new(),
            inserted: Vec::new(),
        }
    }

    /// The source with overwritten bytes; removals are not applied.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Overwrites the bytes at `offset` with `new`.
    ///
    /// # Errors
    ///
    /// If the file ends before that.
    pub(crate) fn overwrite(
        &mut self,
        offset: usize,
        new: &[u8],
        why: impl Into<String>,
    ) -> Result<()> {
        let cut_off = || Cause::CutOff { offset };
        let end = offset.checked_add(new.len()).ok_or_else(cut_off)?;
        let old = self.bytes.get_mut(offset..end).ok_or_else(cut_off)?;
        if old != new {
            old.copy_from_slice(new);
            self.overwritten.push((offset..end, why.into()));
        }
        Ok(())
    }

    /// Removes the bytes of `range`, as far as the source has them.
    pub(crate) fn remove(&mut self, range: Range<usize>, why: impl Into<String>) {
        let range = range.start..range.end.min(self.source.len());
        if !range.is_empty() {
            self.removed.push((range, why.into()));
        }
    }

    /// Inserts `new` before `offset`.
    pub(crate) fn insert(&mut self, offset: usize, new: Vec<u8>, why: impl Into<String>) {
        let offset = offset.min(self.source.len());
        self.inserted.push((offset, new, why.into()));
    }

    /// The edited file, and the changes in the order of the source.
    pub(crate) fn finish(self) -> Edited {
        let mut changes: Vec<ByteChange> = Vec::new();
        let mut removed = self.removed;
        removed.order_by_key(|(range, _)| range.start);
        for (range, why) in &removed {
            changes.push(ByteChange {
                offset: range.start,
                before: self.source.get(range.clone()).unwrap_or_default().to_vec(),
                after: Vec::new(),
                reason: why.clone(),
            });
        }
        for (range, why) in self.overwritten {
            let next = removed.partition_point(|(gone, _)| gone.end <= range.start);
            let gone = removed
                .get(next)
                .is_some_and(|(gone, _)| gone.start < range.end);
            let before = self.source.get(range.clone()).unwrap_or_default();
            let after = self.bytes.get(range.clone()).unwrap_or_default();
            // Reverted and removed bytes are not changes.
            if gone || before == after {
                continue;
            }
            changes.push(ByteChange {
                offset: range.start,
                before: before.to_vec(),
                after: after.to_vec(),
                reason: why,
            });
        }
        changes.extend(
            self.inserted
                .into_iter()
                .map(|(offset, after, why)| ByteChange {
                    offset,
                    before: Vec::new(),
                    after,
                    reason: why,
                }),
        );
        // An insertion precedes the bytes after it.
        changes.order_by_key(|change| (change.offset, !change.before.is_empty()));
        let mut bytes = Vec::with_capacity(self.source.len());
        let mut at: usize = 0;
        for change in &mut changes {
            // Fields may overlap in a malformed file: the reason is the first's.
            let over = at.saturating_sub(change.offset).min(change.before.len());
            change.before.drain(..over);
            change.after.drain(..over.min(change.after.len()));
            change.offset = change.offset.max(at);
            bytes.extend_from_slice(self.source.get(at..change.offset).unwrap_or_default());
            bytes.extend_from_slice(&change.after);
            at = change.offset + change.before.len();
        }
        bytes.extend_from_slice(self.source.get(at..).unwrap_or_default());
        changes.retain(|change| change.before != change.after);
        Edited { bytes, changes }
    }
}
