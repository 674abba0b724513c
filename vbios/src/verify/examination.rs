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
        self.findings.push(RomFinding {
            code,
            verdict,
            consumer: consumer.into(),
            offset: offset.into(),
            title: text.into(),
            remedy: remedy.into(),
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

    /// Whether the ROM is of a graphics card, whose guest then shows no picture.
    pub(super) fn is_display(&self) -> bool {
        let display = |image: &Image| image.class_code.is_display();
        self.rom.images.iter().any(display)
    }
}
