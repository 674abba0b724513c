//! KubeVirt in conversions.

use super::emit::kubevirt;
use super::read::ReadManifest;
use crate::convert::{Declaration, FirmwareSetting, GuestName};
use crate::description::{Description, EmulatedDisplay, HugePageSize, Pages};
use crate::emitted::{Feature, Lost};

pub(crate) const KUBEVIRT: Declaration = Declaration {
    firmware: FirmwareSetting::Always,
    guest_name: GuestName::OF_KUBERNETES,
    losses,
    ..Declaration::machine("kubevirt", "KubeVirt", |vm, _| {
        kubevirt(vm, Some(vm.firmware), &ReadManifest::default())
    })
};

fn losses(vm: &Description) -> Vec<Lost> {
    let mut lost = Vec::new();
    let card = vm.emulated_display;
    if let Some(card) = card.filter(|card| *card != EmulatedDisplay::None) {
        let what = format!("the emulated card {card}");
        let why = "KubeVirt chooses the emulated card";
        lost.push(Lost::new(what, why).of(Feature::EmulatedDisplay));
    }
    if vm.memory.pages == Pages::Huge(HugePageSize::HostDefault) {
        let what = "huge pages of the host's default size";
        let why = "KubeVirt requires a size: pages of 2 MiB are requested";
        lost.push(Lost::new(what.to_owned(), why).of(Feature::HugePages));
    }
    lost
}
