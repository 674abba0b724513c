//! State of a verification.

use alloc::collections::BTreeMap;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

use super::answer::{Acceptance, RomAnswer};
use super::consumer::Consumer;
use super::finding::RomFinding;
use super::remedy::RomRemedy;
use super::target::{Guest, Target};
use super::unpacked::Unpacked;
use super::verdict::RomVerdict;
use crate::edit::{self, IdPatch, Images};
use crate::image::Image;
use crate::rom::Rom;

pub(super) struct Examination<'a> {
    pub(super) rom: &'a Rom,
    pub(super) file: &'a [u8],
    pub(super) target: &'a Target,
    pub(super) answers: Vec<RomAnswer>,
    pub(super) findings: Vec<RomFinding>,
    /// The drivers decompressed so far, by the offset of their images.
    pub(super) drivers: BTreeMap<usize, Rc<Unpacked>>,
    /// Remedies whose edits were tried, and the remedies to offer.
    pub(super) tried: Vec<(RomRemedy, RomRemedy)>,
    /// Remaining limit of decompressed bytes.
    pub(super) room: usize,
}

impl Examination<'_> {
    /// The driver in the EFI image `image`, read on first use: decompression is the most expensive
    /// step.
    pub(super) fn driver(&mut self, image: &Image) -> Rc<Unpacked> {
        let driver = self.drivers.entry(image.offset);
        Rc::clone(
            driver.or_insert_with(|| Rc::new(Unpacked::read(image, self.file, &mut self.room))),
        )
    }

    pub(super) fn answer(
        &mut self,
        consumer: Consumer,
        acceptance: Acceptance,
        because: impl Into<String>,
    ) {
        self.answers.push(RomAnswer {
            consumer,
            acceptance,
            reason: because.into(),
        });
    }

    pub(super) fn find(
        &mut self,
        code: &'static str,
        verdict: RomVerdict,
        consumer: impl Into<Option<Consumer>>,
        offset: impl Into<Option<usize>>,
        text: impl Into<String>,
        remedy: impl Into<Option<RomRemedy>>,
    ) {
        let remedy = remedy.into();
        self.findings.push(RomFinding {
            code,
            verdict,
            consumer: consumer.into(),
            offset: offset.into(),
            title: text.into(),
            remedy,
            command: remedy.and_then(|remedy| remedy.command("FILE", "NEW")),
        });
    }

    /// Verdict of a problem that affects only one guest firmware.
    pub(super) fn weight(&self, firmware: Consumer) -> RomVerdict {
        let concerns = |guest: Guest| match firmware {
            Consumer::SeaBios => guest.has_seabios(),
            _ => guest.has_ovmf(),
        };
        match self.target.guest {
            Some(guest) if concerns(guest) => RomVerdict::Blocker,
            Some(_) => RomVerdict::Harmless,
            None => RomVerdict::Unknown,
        }
    }

    /// `remedy`, if its edit of this file succeeds; another file otherwise.
    pub(super) fn possible(&mut self, remedy: RomRemedy) -> RomRemedy {
        // An edit reads the whole file: each is tried once.
        if let Some((_, result)) = self.tried.iter().find(|(tried, _)| *tried == remedy) {
            return *result;
        }
        let result = self.try_edit(remedy);
        self.tried.push((remedy, result));
        result
    }

    fn try_edit(&self, remedy: RomRemedy) -> RomRemedy {
        let (file, all) = (self.file, Images::All);
        let (edited, other) = match remedy {
            RomRemedy::FixChecksum => (edit::fix_checksum(file, all, None), RomRemedy::DumpAgain),
            RomRemedy::SetLast => (edit::set_last(file, all), RomRemedy::DumpAgain),
            RomRemedy::PatchIds(id) => {
                let patch = IdPatch {
                    vendor: Some(id.vendor),
                    device: Some(id.device),
                    ..IdPatch::default()
                };
                (edit::patch_ids(file, all, &patch), RomRemedy::UseOwnRom)
            }
            remedy => return remedy,
        };
        match edited {
            Ok(edited) if !edited.is_unchanged() => remedy,
            _ => other,
        }
    }

    /// Whether the ROM is of a graphics card, whose guest then shows no picture.
    pub(super) fn is_display(&self) -> bool {
        let display = |image: &Image| image.class_code.is_display();
        self.rom.images.iter().any(display)
    }
}
