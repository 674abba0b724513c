//! A card that a sentence names by its brand alone: `my GeForce`, `die Radeon`.

use pci_core::{Address, VendorId};

use super::sentences::Clause;
use crate::host::hardware::device::Device;
use crate::host::words::phrases::is_wide;
use crate::host::words::phrases::prose::{BEFORE_ARC, BRANDS, OF_OTHER_USE, SERIES};

/// The brand of another meaning.
const ARC: &str = "arc";

/// The only display of the one brand that a sentence, in lower case, names without a model.
pub(super) fn branded(line: &str, displays: &[&Device]) -> Option<Address> {
    let clause = Clause::new(line);
    if clause.has(&OF_OTHER_USE) {
        return None;
    }
    let mut brands = BRANDS.iter().filter(|brand| is_named(line, brand));
    let brand = brands.next()?;
    if brands.next().is_some() {
        return None;
    }
    let name = |device: &Device| device.source_name.as_deref().map(str::to_lowercase);
    let is_listed = |device: &&&Device| name(device).is_some_and(|name| is_in_name(&name, brand));
    let is_of_vendor = |device: &&&Device| {
        let vendor = device.id.as_ref().map(|id| id.value.vendor);
        device.address.bus() != 0 && vendor.is_some() && vendor == vendor_of(brand)
    };
    let mut found: Vec<Address> = addresses(displays.iter().filter(is_listed));
    if found.is_empty() {
        found = addresses(displays.iter().filter(is_of_vendor));
    }
    let first = found.first()?;
    let is_one = found.iter().all(|one| one.slot() == first.slot());
    is_one.then_some(*first)
}

fn addresses<'a>(devices: impl Iterator<Item = &'a &'a Device>) -> Vec<Address> {
    devices.map(|device| device.address).collect()
}

/// The vendor of all cards with the brand.
fn vendor_of(brand: &str) -> Option<VendorId> {
    match brand {
        "geforce" | "quadro" | "tesla" => Some(VendorId::NVIDIA),
        "radeon" | "firepro" => Some(VendorId::ATI),
        _ => None,
    }
}

/// Whether the name of a function has the brand as a word: `DG2 [Arc A770]`.
fn is_in_name(name: &str, brand: &str) -> bool {
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    words.any(|word| word == brand)
}

/// Whether the sentence has the brand, and no model of the brand.
fn is_named(line: &str, brand: &str) -> bool {
    let words: Vec<&str> = line
        .split(|c: char| !c.is_alphanumeric() || is_wide(c))
        .filter(|word| !word.is_empty())
        .collect();
    let mut places = words.iter().enumerate().filter(|(_, word)| **word == brand);
    places.any(|(at, _)| {
        let next = words.get(at + 1).copied().unwrap_or_default();
        let is_model = SERIES.contains(&next) || next.bytes().any(|byte| byte.is_ascii_digit());
        let before = at.checked_sub(1).and_then(|before| words.get(before));
        let is_card = brand != ARC || before.is_some_and(|before| BEFORE_ARC.contains(before));
        !is_model && is_card
    })
}
