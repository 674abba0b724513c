//! IVHD device entries: the devices that an AMD IOMMU covers, with their requester IDs.

use bitflags::bitflags;
use pci_core::RequesterId;

use super::table::Block;
use crate::error::{Cause, Result, TableFault};

/// An entry of an [`Ivhd`](super::Ivhd) (AMD I/O Virtualization Technology Specification 3.09,
/// section 5.2.2.1): devices and their DTE settings. Padding is omitted; the start and end entries
/// of a range are merged.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceEntry {
    /// Byte offset in the table.
    pub offset: usize,
    /// The devices.
    pub kind: DeviceEntryKind,
    /// DTE setting for these devices.
    pub setting: DteSetting,
}

/// The devices of an entry. AMD's "DeviceID" is a requester ID.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeviceEntryKind {
    /// All devices of the segment.
    All,
    /// A range of devices.
    Devices {
        /// The devices.
        devices: DeviceRange,
        /// Extended DTE setting, if the entry has one.
        extended: Option<u32>,
    },
    /// Devices whose requests carry another device's requester ID, such as those below a bridge to
    /// conventional PCI.
    Alias {
        /// The devices.
        devices: DeviceRange,
        /// The requester ID that the IOMMU sees.
        source: RequesterId,
    },
    /// An I/O APIC or an HPET.
    Special(SpecialDevice),
    /// A device of the ACPI namespace.
    Acpi {
        /// Its requester ID.
        device: RequesterId,
        /// Its hardware ID (_HID); non-ASCII bytes are replaced.
        hardware_id: String,
        /// Its compatible ID (_CID); non-ASCII bytes are replaced.
        compatible_id: String,
        /// Its unique ID (_UID): eight bytes of a number if
        /// [`unique_id_is_text`](Self::Acpi::unique_id_is_text) is false.
        unique_id: Vec<u8>,
        /// Whether the unique ID is a string.
        unique_id_is_text: bool,
    },
    /// An entry of another type.
    Other {
        /// Entry type.
        kind: u8,
        /// All its bytes.
        bytes: Vec<u8>,
    },
}

/// A range of device IDs, both ends inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceRange {
    /// First ID.
    pub first: RequesterId,
    /// Last ID; the same as the first for one device.
    pub last: RequesterId,
}

/// A special device, I/O APIC or HPET (entry type 48h).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SpecialDevice {
    /// Variety: 1 I/O APIC, 2 HPET.
    pub variety: u8,
    /// ID of the I/O APIC, or number of the HPET.
    pub handle: u8,
    /// Its requester ID.
    pub source: RequesterId,
}

bitflags! {
    /// DTE setting of a device (bits 7:0).
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct DteSetting: u8 {
        /// INIT interrupts.
        const INIT_PASS = 1;
        /// External interrupts.
        const EXTERNAL_INTERRUPT_PASS = 1 << 1;
        /// Non-maskable interrupts.
        const NMI_PASS = 1 << 2;
        /// System management messages, low bit.
        const SYSTEM_MANAGEMENT_LOW = 1 << 4;
        /// System management messages, high bit.
        const SYSTEM_MANAGEMENT_HIGH = 1 << 5;
        /// LINT0 interrupts.
        const LINT0_PASS = 1 << 6;
        /// LINT1 interrupts.
        const LINT1_PASS = 1 << 7;
        /// Reserved bit.
        const _ = !0;
    }
}

impl DeviceRange {
    /// Whether the range contains `device`.
    #[must_use]
    pub const fn contains(self, device: RequesterId) -> bool {
        self.first.0 <= device.0 && device.0 <= self.last.0
    }
}

/// An open range.
struct Start {
    offset: usize,
    first: RequesterId,
    setting: DteSetting,
    source: Option<RequesterId>,
    extended: Option<u32>,
}

impl Start {
    fn end(self, last: RequesterId) -> DeviceEntry {
        let devices = DeviceRange {
            first: self.first,
            last,
        };
        let extended = self.extended;
        DeviceEntry {
            offset: self.offset,
            kind: self
                .source
                .map_or(DeviceEntryKind::Devices { devices, extended }, |source| {
                    DeviceEntryKind::Alias { devices, source }
                }),
            setting: self.setting,
        }
    }
}

const ALL: u8 = 0x01;
const SELECT: u8 = 0x02;
const RANGE_START: u8 = 0x03;
const RANGE_END: u8 = 0x04;
const ALIAS_SELECT: u8 = 0x42;
const ALIAS_RANGE_START: u8 = 0x43;
const EXTENDED_SELECT: u8 = 0x46;
const EXTENDED_RANGE_START: u8 = 0x47;
const SPECIAL: u8 = 0x48;
const ACPI: u8 = 0xf0;
/// The fixed part of an ACPI entry; the unique ID follows.
const ACPI_FIXED: usize = 22;

/// Length of the entry at the start of `rest`.
fn length(rest: Block<'_>) -> usize {
    match rest.u8(0) {
        ACPI => ACPI_FIXED + usize::from(rest.u8(21)),
        // The two top bits encode the length: 4, 8, 16 or 32 bytes.
        kind => 4 << (kind >> 6),
    }
}

/// Parses device entries to the end of `rest`.
pub(super) fn entries(mut rest: Block<'_>) -> Result<Vec<DeviceEntry>> {
    let mut found = Vec::new();
    let mut started: Option<Start> = None;
    while !rest.bytes.is_empty() {
        let fixed = if rest.u8(0) == ACPI { ACPI_FIXED } else { 4 };
        const WHAT: &str = "a device entry";
        let (entry, after) = rest
            .at_least(fixed, WHAT)?
            .split(length(rest), fixed, WHAT)?;
        let offset = entry.offset;
        let fault = |text| Cause::Table {
            offset,
            fault: TableFault::Range(text),
        };
        let (device, setting) = (
            RequesterId(entry.u16(1)),
            DteSetting::from_bits_retain(entry.u8(3)),
        );
        let start = |source, extended| Start {
            offset,
            first: device,
            setting,
            source,
            extended,
        };
        let source = || Some(RequesterId(entry.u16(5)));
        let extended = || Some(entry.u32(4));
        let kind = entry.u8(0);
        match kind {
            // Padding of four and of eight bytes.
            0x00 | 0x40 => {}
            RANGE_START | ALIAS_RANGE_START | EXTENDED_RANGE_START => {
                let start = match kind {
                    ALIAS_RANGE_START => start(source(), None),
                    EXTENDED_RANGE_START => start(None, extended()),
                    _ => start(None, None),
                };
                if started.replace(start).is_some() {
                    return Err(fault("a range starts within a range").into());
                }
            }
            RANGE_END => match started.take() {
                Some(start) if start.first <= device => found.push(start.end(device)),
                Some(_) => return Err(fault("a range ends before it starts").into()),
                None => return Err(fault("a range ends that did not start").into()),
            },
            SELECT => found.push(start(None, None).end(device)),
            ALIAS_SELECT => found.push(start(source(), None).end(device)),
            EXTENDED_SELECT => found.push(start(None, extended()).end(device)),
            _ => found.push(DeviceEntry {
                offset,
                kind: other(entry),
                setting,
            }),
        }
        rest = after;
    }
    match started {
        None => Ok(found),
        Some(start) => Err(Cause::Table {
            offset: start.offset,
            fault: TableFault::Range("a range starts and does not end"),
        }
        .into()),
    }
}

/// Parses an entry that is not a range.
fn other(entry: Block<'_>) -> DeviceEntryKind {
    let text = |from, to| {
        let bytes: &[u8] = entry.bytes.get(from..to).unwrap_or_default();
        let text = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
        String::from_utf8_lossy(text).into_owned()
    };
    match entry.u8(0) {
        ALL => DeviceEntryKind::All,
        SPECIAL => DeviceEntryKind::Special(SpecialDevice {
            variety: entry.u8(7),
            handle: entry.u8(4),
            source: RequesterId(entry.u16(5)),
        }),
        ACPI => DeviceEntryKind::Acpi {
            device: RequesterId(entry.u16(1)),
            hardware_id: text(4, 12),
            compatible_id: text(12, 20),
            unique_id: entry.from(ACPI_FIXED).bytes.to_vec(),
            unique_id_is_text: entry.u8(20) == 2,
        },
        kind => DeviceEntryKind::Other {
            kind,
            bytes: entry.bytes.to_vec(),
        },
    }
}
