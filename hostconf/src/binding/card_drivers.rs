//! Host drivers that can claim a card's functions before vfio-pci.

use std::sync::LazyLock;

use pci_core::modules::ModuleName;
use pci_core::{ClassCode, VendorId};

/// A row of `data/card-drivers.tsv`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CardDriver {
    /// The vendor of the functions that it drives; `None` for every vendor.
    pub vendor: Option<VendorId>,
    /// Base class and sub-class.
    pub class: u16,
    /// The module.
    pub module: &'static str,
    /// The source of the row.
    pub source: &'static str,
}

const ROWS: &str = include_str!("../../data/card-drivers.tsv");

/// All rows.
pub fn rows() -> impl Iterator<Item = CardDriver> {
    ROWS.lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let mut fields = line.split('\t');
            let vendor = fields.next()?;
            Some(CardDriver {
                vendor: match vendor {
                    "*" => None,
                    id => Some(id.parse().ok()?),
                },
                class: u16::from_str_radix(fields.next()?, 16).ok()?,
                module: fields.next()?,
                source: fields.next()?,
            })
        })
}

/// The modules that may claim a function of `vendor` and `class`, for `softdep MODULE pre:
/// vfio-pci`. The order is the table's.
///
/// ```
/// use hostconf::binding::card_drivers::modules;
/// use pci_core::{ClassCode, VendorId};
/// let audio = ClassCode::from_u24(0x040300);
/// let names: Vec<String> = modules(VendorId::NVIDIA, audio).map(|m| m.to_string()).collect();
/// assert_eq!(names, ["snd_hda_intel"]);
/// ```
pub fn modules(vendor: VendorId, class: ClassCode) -> impl Iterator<Item = ModuleName> {
    static READ: LazyLock<Vec<CardDriver>> = LazyLock::new(|| rows().collect());
    let class = u16::from_be_bytes([class.base, class.sub]);
    READ.iter()
        .filter(move |row| row.class == class)
        .filter(move |row| row.vendor.is_none_or(|named| named == vendor))
        .filter_map(|row| row.module.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_and_has_a_source() {
        let lines = ROWS.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(rows().count(), lines);
        for row in rows() {
            assert!(row.source.len() > 10, "{row:?}");
            assert!(row.module.parse::<ModuleName>().is_ok());
            assert!(!row.module.contains('-'), "{row:?}");
        }
    }

    #[test]
    fn a_card_of_each_maker_has_its_drivers() {
        let names = |vendor, class| -> Vec<String> {
            modules(vendor, ClassCode::from_u24(class))
                .map(|name| name.to_string())
                .collect()
        };
        assert!(names(VendorId::NVIDIA, 0x030000).contains(&"nouveau".to_owned()));
        assert_eq!(names(VendorId::ATI, 0x030000), ["amdgpu", "radeon"]);
        assert_eq!(names(VendorId::INTEL, 0x038000), ["i915", "xe"]);
        assert_eq!(names(VendorId::NVIDIA, 0x0c8000), ["i2c_nvidia_gpu"]);
        assert_eq!(names(VendorId::ATI, 0x0c0330), ["xhci_pci"]);
        assert_eq!(names(VendorId::INTEL, 0x060000), Vec::<String>::new());
    }
}
