//! A ROM under examination: what the rules look at and add to.

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
    /// The drivers that were read so far, by where their images start.
    pub(super) drivers: BTreeMap<usize, Rc<Unpacked>>,
    /// So many bytes may still be made by decompressing drivers.
    pub(super) room: usize,
}

impl Examination<'_> {
    /// What is known of the driver in the EFI image `image`, which is read when it is
    /// asked for first: to decompress it takes longer than all else.
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

    /// What a fault means that one guest firmware alone minds.
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

    /// Whether the ROM is of a graphics card, where no picture is what is missed.
    pub(super) fn is_display(&self) -> bool {
        let display = |image: &Image| image.class_code.is_display();
        self.rom.images.iter().any(display)
    }
}
