//! Written text parses back, and no register value stops the writer.

use alloc::string::String;
use alloc::vec::Vec;

use testkit::Random;

use super::{
    Domains, Hex, OutputForm, OutputFunction, OutputOptions, OutputVerbosity, Path, Version, write,
};
use crate::config::ConfigSpace;
use crate::lspci::read::{Numbers, parse, parse_output};
use crate::names::Names;
use crate::{Address, PciId, SubsystemId};

fn text(functions: &[OutputFunction<'_>], options: &OutputOptions) -> String {
    let mut text = String::new();
    write(functions, Names::EMPTY, options, &mut text).unwrap();
    text
}

fn forms() -> impl Iterator<Item = OutputOptions> {
    let forms = [
        OutputForm::Text,
        OutputForm::MachineCompatible,
        OutputForm::Machine,
        OutputForm::Tree,
    ];
    let verbosities = [
        OutputVerbosity::Brief,
        OutputVerbosity::Verbose,
        OutputVerbosity::Everything,
    ];
    Version::ALL.into_iter().flat_map(move |version| {
        forms.into_iter().flat_map(move |form| {
            verbosities.into_iter().map(move |verbosity| OutputOptions {
                version,
                form,
                verbosity,
                numbers: Numbers::Both,
                hex: Hex::Extended,
                path: Path::Bridges,
                ..OutputOptions::default()
            })
        })
    })
}

#[test]
fn any_bytes_can_be_written() {
    let mut random = Random::new(0x1234_5678_9abc_def1);
    for _ in 0..60 {
        let length = random.one_of(&[0usize, 3, 64, 128, 256, 300, 4096]);
        let spaces: Vec<Vec<u8>> = (0..4)
            .map(|_| {
                let mut bytes: Vec<u8> = (0..length).map(|_| random.byte()).collect();
                // Long lists, below a header of a known type.
                for (at, value) in [(6, 0x10), (0x0e, random.one_of(&[0, 1, 2])), (0x34, 0x40)] {
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte = value;
                    }
                }
                for at in (0x40..length.min(256)).step_by(8) {
                    bytes[at] = random.byte() % 0x17;
                }
                for at in (0x100..length.saturating_sub(4)).step_by(16) {
                    let next = u16::try_from(at + 16).unwrap() << 4 | 1;
                    bytes[at..at + 2].copy_from_slice(&[random.byte() % 0x40, 0]);
                    bytes[at + 2..at + 4].copy_from_slice(&next.to_le_bytes());
                }
                bytes
            })
            .collect();
        let functions: Vec<OutputFunction<'_>> = spaces
            .iter()
            .map(|bytes| {
                let place = Address::new(0, random.one_of(&[0, 1]), random.byte() & 31, 0);
                OutputFunction::new(place.unwrap(), ConfigSpace::new(bytes))
            })
            .collect();
        for options in forms() {
            let text = text(&functions, &options);
            assert!(options.form == OutputForm::Tree || text.lines().count() >= 4);
        }
    }
}

/// Each form of a generated function parses back to the function.
#[test]
fn written_text_is_read_back() {
    let mut random = Random::new(0x0fed_cba9_8765_4321);
    for _ in 0..200 {
        let mut bytes = [0u8; 64];
        bytes[..4].fill_with(|| random.byte());
        bytes[0x08..0x0c].fill_with(|| random.byte());
        bytes[0x2c..0x30].fill_with(|| random.byte());
        bytes[0x2c] |= 1;
        bytes[0x2d] &= 0x7f;
        let address = Address::new(
            random.one_of(&[0, 1, 0x10000]),
            random.byte(),
            random.byte() & 31,
            random.byte() & 7,
        );
        let function = OutputFunction::new(address.unwrap(), ConfigSpace::new(&bytes));
        let word = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        for (command, form, verbosity) in [
            ("lspci -nnkD", OutputForm::Text, OutputVerbosity::Brief),
            ("lspci -nnvD", OutputForm::Text, OutputVerbosity::Verbose),
            (
                "lspci -nnvvvD",
                OutputForm::Text,
                OutputVerbosity::Everything,
            ),
            ("lspci -mmnnD", OutputForm::Machine, OutputVerbosity::Brief),
            (
                "lspci -vmmnnD",
                OutputForm::Machine,
                OutputVerbosity::Verbose,
            ),
        ] {
            let options = OutputOptions {
                form,
                verbosity,
                numbers: Numbers::Both,
                domains: Domains::Always,
                drivers: super::Drivers::Shown,
                ..OutputOptions::default()
            };
            let text = text(core::slice::from_ref(&function), &options);
            for listing in [parse(&text), parse_output(command, &text)] {
                assert_eq!(listing.records.len(), 1, "{text}");
                let record = &listing.records[0];
                assert_eq!(record.address, Some(function.address), "{text}");
                assert_eq!(record.id, Some(PciId::new(word(0), word(2))), "{text}");
                let class = record.class.unwrap();
                assert_eq!([class.sub, class.base], bytes[0x0a..0x0c], "{text}");
                assert_eq!(record.revision.unwrap_or(0), bytes[8], "{text}");
                let card = record.subsystem.as_ref().map(|card| card.value);
                let wanted = SubsystemId::new(word(0x2c), word(0x2e));
                assert_eq!(card, Some(wanted), "{text}");
            }
        }
    }
}
