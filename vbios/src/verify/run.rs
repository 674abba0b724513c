//! The verification, step by step.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use list_order::Order as _;

use super::examination::Examination;
use super::report::RomReport;
use super::target::Target;
use super::{
    amd, card, driver, dump, edited, firmware, nvidia, ovmf, problems, seabios, shadow, sysfs,
};
use crate::efi::Algorithm;
use crate::rom::Rom;

/// Verifies the ROM `rom`, parsed from `file`, for `target`: which consumers accept it, and its
/// problems.
///
/// Time and memory are linear in the length of the file, and at most [`Algorithm::MAX_SIZE`] bytes
/// of EFI drivers are decompressed; the acceptance of drivers beyond that is unknown.
#[must_use]
pub fn verify(rom: &Rom, file: &[u8], target: &Target) -> RomReport {
    let mut examination = Examination {
        rom,
        file,
        target,
        answers: Vec::new(),
        findings: Vec::new(),
        drivers: BTreeMap::new(),
        tried: Vec::new(),
        room: Algorithm::MAX_SIZE,
    };
    sysfs::examine(&mut examination);
    dump::examine_file(&mut examination);
    seabios::examine(&mut examination);
    ovmf::examine(&mut examination);
    driver::examine(&mut examination);
    firmware::examine(&mut examination);
    nvidia::examine(&mut examination);
    amd::examine(&mut examination);
    shadow::examine(&mut examination);
    problems::examine(&mut examination);
    dump::examine_surroundings(&mut examination);
    card::examine(&mut examination);
    edited::examine(&mut examination);
    let Examination {
        answers,
        mut findings,
        ..
    } = examination;
    findings.order_by_key(|finding| (finding.verdict, finding.offset));
    RomReport { answers, findings }
}
