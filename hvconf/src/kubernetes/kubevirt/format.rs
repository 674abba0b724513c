//! KubeVirt in conversions.

use super::emit::kubevirt;
use super::read::ReadManifest;
use crate::convert::{Declaration, FirmwareSetting, GuestName};
use crate::description::{Description, EmulatedDisplay, HugePageSize, Pages};
use crate::emitted::{Feature, NotConverted};

pub(crate) const KUBEVIRT: Declaration = Declaration {
    firmware: FirmwareSetting::Always,
    guest_name: GuestName::OF_KUBERNETES,
    not_converted,
    ..Declaration::machine("kubevirt", "KubeVirt", |vm, _| {
        kubevirt(vm, Some(vm.firmware), &ReadManifest::default())
    })
};

fn not_converted(vm: &Description) -> Vec<NotConverted> {
    let mut not_converted = Vec::new();
    let card = vm.emulated_display;
    if let Some(card) = card.filter(|card| *card != EmulatedDisplay::None) {
        let what = format!("the emulated card {card}");
        let why = "KubeVirt chooses the emulated card";
        not_converted.push(NotConverted::new(what, why).of(Feature::EmulatedDisplay));
    }
    if vm.memory.pages == Pages::Huge(HugePageSize::HostDefault) {
        let what = "huge pages of the host's default size";
        let why = "KubeVirt requires a size: pages of 2 MiB are requested";
        not_converted.push(NotConverted::new(what.to_owned(), why).of(Feature::HugePages));
    }
    not_converted
}
