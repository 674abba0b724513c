//! The same text as Alex Williamson's rom-parser
//! (<https://github.com/awilliam/rom-parser>), which no distribution has:
//! `ROM_PARSER` names a built one, else it is looked for in `PATH`.

use std::path::PathBuf;
use std::process::Command;

use testkit::environment;
use testkit::rom::{self as builder, ImageBuilder};

fn program() -> Option<PathBuf> {
    let program = environment::path(environment::ROM_PARSER)
        .map_or_else(|| "rom-parser".into(), PathBuf::from);
    Command::new(&program).output().is_ok().then_some(program)
}

/// Files for which both can be asked: sound ones, damaged ones, and those that make
/// it see more than there is.
fn files() -> Vec<Vec<u8>> {
    let card = builder::card();
    let mut files = vec![
        card.clone(),
        builder::turing(),
        builder::flash_header(1, &card),
        builder::flash_header_3(&builder::turing()),
        card[..0x800].to_vec(),
        card[..0x700].to_vec(),
        vec![0; 0x1000],
        vec![0],
        ImageBuilder::efi(1).patch(4, &[0]).build(),
        ImageBuilder::x86(4)
            .patch(0x18, &[0, 1])
            .patch(0x100, b"PCIX")
            .build(),
        builder::rom(&[
            ImageBuilder::x86(4)
                .more()
                .patch(0x400, &[0x55, 0xaa, 0, 0]),
            ImageBuilder::efi(1),
        ]),
    ];
    for machine in [0x014c, 0x0200, 0x0ebc, 0x01c2, 0xaa64, 0x5064] {
        for subsystem in [0x0a, 0x0b, 0x0c] {
            let image = ImageBuilder {
                machine,
                subsystem,
                ..ImageBuilder::efi(1)
            };
            files.push(image.build());
        }
    }
    for code_type in [1, 2, 0x70, 0xe0] {
        let image = ImageBuilder {
            code_type,
            vendor_revision: 0xabc,
            ..ImageBuilder::x86(1)
        };
        files.push(image.build());
    }
    files
}

/// Its bytes with ours of them: what cannot be printed is escaped.
fn escaped(output: &[u8]) -> String {
    let mut text = String::new();
    for byte in output {
        match byte {
            b'\n' | b'\t' => text.push(char::from(*byte)),
            byte => text.push_str(&[*byte].escape_ascii().to_string()),
        }
    }
    text
}

#[test]
fn the_same_text_as_rom_parser() {
    let Some(program) = program() else {
        // No distribution has it, so that none can require it.
        let why = "rom-parser is not installed";
        return testkit::skipped::optional(why, "rom-parser in PATH or ROM_PARSER");
    };
    let mut all = files();
    for path in crate::oracles::romheaders::rom_files() {
        all.push(std::fs::read(path).unwrap());
    }
    let scratch = testkit::Scratch::new();
    let path = scratch.path().join("file.rom");
    for (index, file) in all.iter().enumerate() {
        std::fs::write(&path, file).unwrap();
        let theirs = Command::new(&program).arg(&path).output().unwrap();
        let ours = vbios::rom_parser(file);
        if theirs.status.code().is_none() {
            assert!(
                ours.text.contains("leads out of the file"),
                "{index}: {}",
                ours.text
            );
            continue;
        }
        assert_eq!(ours.text, escaped(&theirs.stdout), "{index}");
        assert_eq!(ours.success, theirs.status.success(), "{index}");
    }
}
