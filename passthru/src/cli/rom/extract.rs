//! `passthru rom extract`.

use std::path::{Path, PathBuf};

use vbios::CodeType;
use vbios::edit::{self, ImagePart, Images};

use super::edit_args::FormWord;
use super::form::Form;
use super::output::write;
use crate::cli::outcome::{OK, Outcome, file_error, read_file, usage};
use crate::text::{Text, text};
use crate::{document, render, rom_document};

pub(super) fn run(
    file: &Path,
    images: Images,
    word: FormWord,
    output: Option<&Path>,
    form: Form,
) -> Outcome {
    let bytes = read_file(file)?;
    let wanted = match word {
        FormWord::Image => edit::PartForm::Image,
        FormWord::Stored => edit::PartForm::Stored,
        FormWord::Driver => edit::PartForm::Driver,
    };
    let parts = edit::extract(&bytes, images, wanted).map_err(|error| file_error(file, error))?;
    let mut text = if form.json {
        document::to_json(&rom_document::extracted(&parts)).map_err(usage)?
    } else {
        render::extracted(&parts, form.style)
    };
    for (place, part) in places(output, &parts, word)? {
        let sentence = write(&[file], &place, &part.bytes)?;
        if !form.json {
            text.push_str(&sentence);
        }
    }
    Ok((text, OK))
}

/// The file for each image or driver.
fn places<'a>(
    output: Option<&Path>,
    parts: &'a [ImagePart],
    word: FormWord,
) -> Result<Vec<(PathBuf, &'a ImagePart)>, (Text, u8)> {
    let Some(output) = output else {
        return Ok(Vec::new());
    };
    match parts {
        [part] if !output.is_dir() => Ok(vec![(output.to_owned(), part)]),
        parts if output.is_dir() => {
            let place = |part: &'a ImagePart| (output.join(name(part, word)), part);
            Ok(parts.iter().map(place).collect())
        }
        parts => {
            let error = text!(
                "expected a directory for {count} images: select one, or create the directory",
                count = parts.len()
            );
            Err(file_error(output, error))
        }
    }
}

/// File name of an image or driver: `0-legacy.rom`, `1-driver.efi`.
fn name(part: &ImagePart, word: FormWord) -> String {
    let kind = match part.code_type {
        CodeType::X86 => "legacy",
        CodeType::EFI => "efi",
        _ => "image",
    };
    match word {
        FormWord::Image => format!("{}-{kind}.rom", part.number),
        FormWord::Stored => format!("{}-stored.bin", part.number),
        FormWord::Driver => format!("{}-driver.efi", part.number),
    }
}
