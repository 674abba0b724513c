//! One function of a listing.

use std::ffi::{CString, c_char};
use std::ptr;

use pci_core::lspci::{Fields, Record};

use super::read::Listing;
use crate::address::{PciAddress, PciIds};
use crate::boundary::{look, put};
use crate::text::{all_to_c, nth, to_c};

/// A record of a listing. What the text does not show is told apart from 0.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordFields {
    /// Where the function is, where `has_address`: behind a bridge whose bus is not shown it
    /// is not known. Domain 0, where the text has none.
    pub address: PciAddress,
    /// Vendor and device id, where `has_ids`.
    pub ids: PciIds,
    /// The card that it is on, where `has_card`.
    pub card: PciIds,
    /// The class's 24 bits, where `has_class`; without the programming interface, where the
    /// text does not show that.
    pub class_code: u32,
    /// Its IOMMU group, where `has_group`.
    pub group: u32,
    /// The NUMA node that it is nearest to, where `has_numa_node`.
    pub numa_node: u32,
    /// The number of its first line, from 1.
    pub line: u32,
    /// The revision; 0 where none is shown, as lspci does not print it when it is 0.
    pub revision: u8,
    /// Whether the text shows where it is.
    pub has_address: bool,
    /// Whether the text has the domain.
    pub has_domain: bool,
    /// Whether the text shows its ids.
    pub has_ids: bool,
    /// Whether the text shows the card.
    pub has_card: bool,
    /// Whether the text shows the class.
    pub has_class: bool,
    /// Whether the text shows its group.
    pub has_group: bool,
    /// Whether the text shows the node.
    pub has_numa_node: bool,
    /// Whether the text names modules.
    pub has_modules: bool,
    /// Whether its lines are complete, so that a record that names no driver has none.
    pub is_whole: bool,
}

/// The texts of a record. New values may be added.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordText {
    /// Vendor and device name as one text.
    Name = 1,
    /// The vendor's part of it, where the form keeps the two apart (`-mm`, `-vmm`).
    VendorName = 2,
    /// The class's name.
    ClassName = 3,
    /// The name of the subsystem.
    SubsystemName = 4,
    /// The driver that holds the function.
    Driver = 5,
    /// The slot that the platform numbers so.
    PhysicalSlot = 6,
    /// The firmware's label for the function (`DeviceName:`).
    DeviceName = 7,
}

/// A record, as C sees it.
#[derive(Debug)]
pub(super) struct Row {
    fields: RecordFields,
    texts: [(RecordText, Option<CString>); 7],
    modules: Vec<CString>,
}

impl Row {
    pub(super) fn new(record: &Record) -> Self {
        let class = record.class.map(|class| {
            class
                .to_u24()
                .unwrap_or_else(|| u32::from(class.base) << 16 | u32::from(class.sub) << 8)
        });
        let card = record.subsystem.as_ref().map(|id| id.value);
        let group = record.iommu_group.as_ref().map(|group| group.value);
        let node = record.numa_node.as_ref().map(|node| node.value);
        let fields = RecordFields {
            address: record.address.map(PciAddress::from).unwrap_or_default(),
            ids: record.id.map(PciIds::from).unwrap_or_default(),
            card: card.map(PciIds::from).unwrap_or_default(),
            class_code: class.unwrap_or_default(),
            group: group.unwrap_or_default(),
            numa_node: node.unwrap_or_default(),
            line: record.head.line,
            revision: record.revision.unwrap_or_default(),
            has_address: record.address.is_some(),
            has_domain: record.has_domain,
            has_ids: record.id.is_some(),
            has_card: card.is_some(),
            has_class: class.is_some(),
            has_group: group.is_some(),
            has_numa_node: node.is_some(),
            has_modules: record.modules.is_some(),
            is_whole: record.fields == Fields::Whole,
        };
        let text = |text: &Option<String>| text.as_deref().map(to_c);
        let at_line = |found: &Option<pci_core::Located<String>>| {
            found.as_ref().map(|found| to_c(&found.value))
        };
        Self {
            fields,
            texts: [
                (RecordText::Name, text(&record.name)),
                (RecordText::VendorName, text(&record.vendor_name)),
                (RecordText::ClassName, text(&record.class_name)),
                (RecordText::SubsystemName, text(&record.subsystem_name)),
                (RecordText::Driver, at_line(&record.driver)),
                (RecordText::PhysicalSlot, at_line(&record.physical_slot)),
                (RecordText::DeviceName, at_line(&record.device_name)),
            ],
            modules: record
                .modules
                .as_ref()
                .map(|modules| all_to_c(&modules.value))
                .unwrap_or_default(),
        }
    }
}

/// Tells of one record.
///
/// @param listing  the listing
/// @param index    which record, from 0
/// @param out      where it is put; unchanged where there is none. NULL to only ask whether
///                 there is
/// @return whether there is such a record
///
/// # Safety
///
/// `listing` is NULL or a listing that was not freed; `out` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_listing_record(
    listing: *const Listing,
    index: usize,
    out: *mut RecordFields,
) -> bool {
    let find = |listing: &Listing| Some(listing.rows.get(index).map(|row| row.fields));
    // SAFETY: the caller promises NULL or a listing that was not freed.
    let found = unsafe { look(listing, None, find) };
    // SAFETY: the caller promises that `out` is NULL or may be written.
    unsafe { put(found, out) }
}

/// A text of a record.
///
/// @param listing  the listing
/// @param index    which record, from 0
/// @param text     a `passthru_record_text`
/// @return the text, which lives as long as the listing; NULL where it is not shown, where
///         there is no such record, and for a number that is no text
///
/// # Safety
///
/// `listing` is NULL or a listing that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_listing_text(
    listing: *const Listing,
    index: usize,
    text: u32,
) -> *const c_char {
    let find = |listing: &Listing| {
        let texts = &listing.rows.get(index)?.texts;
        let (_, found) = texts.iter().find(|(known, _)| *known as u32 == text)?;
        found.as_ref().map(|text| text.as_ptr())
    };
    // SAFETY: the caller promises NULL or a listing that was not freed.
    unsafe { look(listing, ptr::null(), find) }
}

/// How many modules say that they can drive the function.
///
/// # Safety
///
/// `listing` is NULL or a listing that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_listing_module_count(
    listing: *const Listing,
    index: usize,
) -> usize {
    // SAFETY: the caller promises NULL or a listing that was not freed.
    unsafe {
        look(listing, 0, |listing| {
            Some(listing.rows.get(index)?.modules.len())
        })
    }
}

/// One of them, in the order of the text; NULL where there is none.
///
/// # Safety
///
/// `listing` is NULL or a listing that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_listing_module(
    listing: *const Listing,
    index: usize,
    module: usize,
) -> *const c_char {
    // SAFETY: the caller promises NULL or a listing that was not freed.
    unsafe {
        look(listing, ptr::null(), |listing| {
            nth(&listing.rows.get(index)?.modules, module)
        })
    }
}
