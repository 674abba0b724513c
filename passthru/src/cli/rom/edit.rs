//! The commands that edit a ROM.

use std::path::{Path, PathBuf};

use vbios::edit::{self, IdPatch, ImageSource, NewImage};
use vbios::{Compression, ErrorKind, Rom};

use super::edit_args::{Edit, IdArgs, NewImageArgs};
use super::edited::finish;
use super::form::Form;
use super::output::Output;
use super::{extract, ssdt};
use crate::cli::outcome::{Outcome, file_error, read_file, usage};
use crate::text::{Text, text};

pub(super) fn run(edit: Edit, form: Form) -> Outcome {
    match edit {
        Edit::Extract {
            file,
            images,
            form: word,
            output,
        } => extract::run(&file, images, word, output.as_deref(), form),
        Edit::Patch {
            file,
            ids,
            images,
            at,
            output,
        } => {
            let patch = patch(ids, at);
            one(&file, &output, form, |bytes| {
                edit::patch_ids(bytes, images, &patch)
            })
        }
        Edit::FixChecksum {
            file,
            images,
            at,
            output,
        } => one(&file, &output, form, |bytes| {
            edit::fix_checksum(bytes, images, at)
        }),
        Edit::SetLast {
            file,
            images,
            output,
        } => one(&file, &output, form, |bytes| edit::set_last(bytes, images)),
        Edit::Drop {
            file,
            images,
            output,
        } => one(&file, &output, form, |bytes| {
            edit::drop_images(bytes, images)
        }),
        Edit::Add {
            file,
            driver,
            new,
            output,
        } => add(&file, &driver, &new, &output, form),
        Edit::Build { files, new, output } => build(&files, &new, &output, form),
        Edit::Ssdt {
            file,
            device,
            images,
            asl,
            output,
        } => {
            let source = if asl {
                ssdt::Written::Source
            } else {
                ssdt::Written::Table
            };
            ssdt::run(&file, device, images, source, &output, form)
        }
    }
}

/// An edit of one file.
fn one(
    file: &Path,
    output: &Output,
    form: Form,
    edit: impl FnOnce(&[u8]) -> vbios::Result<edit::Edited>,
) -> Outcome {
    let bytes = read_file(file)?;
    let edited = edit(&bytes).map_err(|error| file_error(file, error))?;
    finish(&[file], &edited, output, form)
}

fn patch(ids: IdArgs, checksum_at: Option<usize>) -> IdPatch {
    IdPatch {
        vendor: ids.ids.map(|ids| ids.vendor).or(ids.vendor),
        device: ids.ids.map(|ids| ids.device).or(ids.device),
        class: ids.class,
        device_list: ids.device_list,
        checksum_at,
    }
}

/// The arguments for a new image.
fn new_image(typed: &NewImageArgs) -> NewImage {
    NewImage {
        id: typed.ids,
        further_devices: typed.device_list.clone(),
        class: typed.class,
        vendor_revision: typed.revision,
        compression: if typed.compress {
            Compression::UEFI
        } else {
            Compression::NONE
        },
    }
}

/// Error of the arguments if a new image is for an unknown device.
fn unmade(error: vbios::Error) -> (Text, u8) {
    match error.kind() {
        ErrorKind::NoIds => usage(text!(
            "{error}: add --ids",
            error = Text::of_english(error.to_string())
        )),
        _ => usage(error),
    }
}

fn add(file: &Path, driver: &Path, new: &NewImageArgs, output: &Output, form: Form) -> Outcome {
    let (bytes, driver_bytes) = (read_file(file)?, read_file(driver)?);
    let rom = Rom::parse(&bytes);
    let image = new_image(new).around(&driver_bytes, rom.images.first());
    let image = image.map_err(unmade)?;
    // An error of the driver refers to its file.
    image
        .to_bytes()
        .map_err(|error| file_error(driver, error))?;
    let edited = edit::add_efi(&bytes, &image).map_err(|error| file_error(file, error))?;
    finish(&[file, driver], &edited, output, form)
}

fn build(files: &[PathBuf], new: &NewImageArgs, output: &Output, form: Form) -> Outcome {
    let mut contents = Vec::new();
    for file in files {
        contents.push((file, read_file(file)?));
    }
    let files_bytes: Vec<&[u8]> = contents.iter().map(|(_, bytes)| &bytes[..]).collect();
    let mut sources = Vec::new();
    for (file, source) in files
        .iter()
        .zip(ImageSource::of_files(&files_bytes, &new_image(new)))
    {
        let source = source.map_err(unmade)?;
        // An error of a source refers to its file.
        let _ =
            edit::build(std::slice::from_ref(&source)).map_err(|error| file_error(file, error))?;
        sources.push(source);
    }
    let edited = edit::build(&sources).map_err(usage)?;
    let inputs: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    finish(&inputs, &edited, output, form)
}
