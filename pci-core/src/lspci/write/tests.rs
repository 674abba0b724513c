//! What is written is read back, and nothing that a register holds stops the writing.

use alloc::string::String;
use alloc::vec::Vec;

use super::{Domains, Form, Function, Hex, Options, Path, Verbosity, Version, write};
use crate::config::ConfigSpace;
use crate::lspci::read::{Numbers, parse, parse_output};
use crate::names::Names;
use crate::{Address, PciId, SubsystemId};
use testkit::Random;

fn text(functions: &[Function<'_>], options: &Options) -> String {
    let mut text = String::new();
    write(functions, Names::EMPTY, options, &mut text).unwrap();
    text
}

fn forms() -> impl Iterator<Item = Options> {
    let forms = [
        Form::Text,
        Form::MachineCompatible,
        Form::Machine,
        Form::Tree,
    ];
    let verbosities = [Verbosity::Brief, Verbosity::Verbose, Verbosity::Everything];
    Version::ALL.into_iter().flat_map(move |version| {
        forms.into_iter().flat_map(move |form| {
            verbosities.into_iter().map(move |verbosity| Options {
                version,
                form,
                verbosity,
                numbers: Numbers::Both,
                hex: Hex::Extended,
                path: Path::Bridges,
                ..Options::default()
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
                // Lists that go on for long, below a header of a known type.
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
        let functions: Vec<Function<'_>> = spaces
            .iter()
            .map(|bytes| {
                let place = Address::new(0, random.one_of(&[0, 1]), random.byte() & 31, 0);
                Function::new(place.unwrap(), ConfigSpace::new(bytes))
            })
            .collect();
        for options in forms() {
            let text = text(&functions, &options);
            assert!(options.form == Form::Tree || text.lines().count() >= 4);
        }
    }
}

/// Each form of a generated function, read again, says what the function says.
#[test]
fn what_is_written_is_read_back() {
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
        let function = Function::new(address.unwrap(), ConfigSpace::new(&bytes));
        let word = |at: usize| u16::from_le_bytes([bytes[at], bytes[at + 1]]);
        for (command, form, verbosity) in [
            ("lspci -nnkD", Form::Text, Verbosity::Brief),
            ("lspci -nnvD", Form::Text, Verbosity::Verbose),
            ("lspci -nnvvvD", Form::Text, Verbosity::Everything),
            ("lspci -mmnnD", Form::Machine, Verbosity::Brief),
            ("lspci -vmmnnD", Form::Machine, Verbosity::Verbose),
        ] {
            let options = Options {
                form,
                verbosity,
                numbers: Numbers::Both,
                domains: Domains::Always,
                drivers: super::Drivers::Shown,
                ..Options::default()
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
