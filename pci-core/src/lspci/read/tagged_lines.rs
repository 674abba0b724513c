//! Lines of tags and values: `-vmm`.

use alloc::borrow::ToOwned;

use super::digits::{decimal, hex8, part};
use super::form::Layout;
use super::machine_record::{Tag, Tagged, tags};
use super::named_value::{Class, Named};
use super::piece::Piece;
use super::reader::Reader;
use super::record::{DamageKind, Record};
use crate::{Address, AddressPath};

impl Reader {
    /// Parses a line of tags and values; returns whether it is one.
    pub(super) fn machine_record_line(&mut self, line: &Piece<'_>) -> bool {
        let mut list = tags(line.text).peekable();
        let Some(first) = list.peek() else {
            return false;
        };
        if !self.in_machine_record && !begins_machine_record(line.text, *first) {
            return false;
        }
        let mut count = 0;
        while let Some(tagged) = list.next() {
            let end = list.peek().map_or(line.text.len(), |next| next.start);
            let piece = line.part(tagged.start, end);
            self.rewritten(&piece);
            let value = part(line.text, tagged.value, end).trim();
            self.tag(tagged.tag, value, &piece);
            count += 1;
        }
        if count > 1 {
            self.damaged(DamageKind::LostLineBreaks, line.line);
        }
        true
    }

    fn tag(&mut self, tag: Tag, value: &str, piece: &Piece<'_>) {
        if matches!(tag, Tag::Slot | Tag::Device) {
            if let Some((address, path, has_domain)) = slot(value) {
                let mut record = Record::new(address, piece.locate(()));
                record.path = path;
                record.has_domain = has_domain;
                record.form.layout = Layout::MachineRecord;
                self.begin(record);
                self.in_machine_record = true;
                return;
            }
        }
        let Some(draft) = self.current.and_then(|at| self.drafts.get_mut(at)) else {
            return;
        };
        let record = &mut draft.record;
        let machine = draft.machine.get_or_insert_default();
        let numeric = machine.class.as_ref().is_some_and(Class::is_numeric);
        let named = || Named::read(value, numeric);
        match tag {
            Tag::Slot => {}
            // A tag without a value was cut.
            _ if value.is_empty() => {}
            Tag::Class => machine.class = Some(Class::read(value)),
            Tag::Vendor => machine.vendor = Some(named()),
            Tag::Device => machine.device = Some(named()),
            Tag::SubsystemVendor => machine.subsystem_vendor = Some(named()),
            Tag::Subsystem => machine.subsystem = Some(piece.locate(named())),
            Tag::PhysicalSlot => record.physical_slot = Some(piece.locate(value.to_owned())),
            Tag::Revision => record.revision = hex8(value, 2),
            Tag::ProgIf => machine.prog_if = hex8(value, 2),
            Tag::Driver => {
                draft.fields = true;
                record.driver = Some(piece.locate(value.to_owned()));
            }
            Tag::Module => {
                draft.fields = true;
                match &mut record.modules {
                    Some(modules) => modules.value.push(value.to_owned()),
                    None => record.modules = Some(piece.locate([value.to_owned()].to_vec())),
                }
            }
            Tag::NumaNode => record.numa_node = decimal(value).map(|node| piece.locate(node)),
            Tag::TreeNode => {}
            Tag::Group => record.iommu_group = decimal(value).map(|group| piece.locate(group)),
        }
    }

    /// Ends such a record.
    pub(super) fn end_machine_record(&mut self) {
        if self.in_machine_record {
            self.in_machine_record = false;
            self.current = None;
        }
    }
}

/// Whether a line starts a record of tags: `Slot:`, or `Device:` of `-vm`, with an address.
fn begins_machine_record(line: &str, tagged: Tagged) -> bool {
    let value = part(line, tagged.value, line.len()).trim_start();
    let end = value
        .find(|letter: char| !(letter.is_ascii_hexdigit() || ":./".contains(letter)))
        .unwrap_or(value.len());
    matches!(tagged.tag, Tag::Slot | Tag::Device) && slot(part(value, 0, end)).is_some()
}

/// The address or path in a slot's value, and whether it has a domain.
fn slot(value: &str) -> Option<(Option<Address>, Option<AddressPath>, bool)> {
    let path: AddressPath = value.parse().ok()?;
    let has_domain = value.split('/').next()?.matches(':').count() == 2;
    let address = path.address();
    let path = Some(path).filter(|path| !path.hops().is_empty());
    Some((address, path, has_domain))
}
