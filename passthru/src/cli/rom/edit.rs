//! The commands that edit a ROM.

use std::path::{Path, PathBuf};

use vbios::edit::{self, EfiImage, IdPatch, Source};
use vbios::{Compression, Image, Rom};

use super::args::Output;
use super::edit_args::{Edit, IdArgs, NewImage};
use super::edited::finish;
use super::run::{Form, file_error, read_file, usage};
use super::{extract, ssdt};
use crate::cli::commands::Outcome;

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
            output,
        } => {
            let patch = patch(ids);
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
    edit: impl FnOnce(&[u8]) -> Result<edit::Edited, edit::EditError>,
) -> Outcome {
    let bytes = read_file(file)?;
    let edited = edit(&bytes).map_err(|error| file_error(file, error))?;
    finish(&[file], &edited, output, form)
}

fn patch(ids: IdArgs) -> IdPatch {
    IdPatch {
        vendor: ids.ids.map(|ids| ids.vendor).or(ids.vendor),
        device: ids.ids.map(|ids| ids.device).or(ids.device),
        class: ids.class,
        device_list: ids.device_list,
    }
}

/// The image around `driver`; what was not typed is that of `like`.
fn image<'a>(
    driver: &'a [u8],
    new: &NewImage,
    like: Option<&Image>,
) -> Result<EfiImage<'a>, (String, u8)> {
    let id = new.ids.or(like.map(|image| image.id)).ok_or_else(|| {
        usage("an EFI driver needs the ids of the function that it is for: give --ids")
    })?;
    let mut image = EfiImage::new(driver, id);
    image.class = new
        .class
        .or(like.map(|like| like.class))
        .unwrap_or(image.class);
    image.further_devices.clone_from(&new.device_list);
    image.vendor_revision = new.revision;
    if !new.compress {
        image.compression = Compression::NONE;
    }
    Ok(image)
}

fn add(file: &Path, driver: &Path, new: &NewImage, output: &Output, form: Form) -> Outcome {
    let (bytes, driver_bytes) = (read_file(file)?, read_file(driver)?);
    let rom = Rom::parse(&bytes);
    let image = image(&driver_bytes, new, rom.images.first())?;
    // What is wrong with the driver is said of its file.
    image
        .to_bytes()
        .map_err(|error| file_error(driver, error))?;
    let edited = edit::add_efi(&bytes, &image).map_err(|error| file_error(file, error))?;
    finish(&[file, driver], &edited, output, form)
}

fn build(files: &[PathBuf], new: &NewImage, output: &Output, form: Form) -> Outcome {
    let mut contents = Vec::new();
    for file in files {
        contents.push((file, read_file(file)?));
    }
    let is_driver = |bytes: &[u8]| bytes.starts_with(b"MZ") || bytes.starts_with(b"VZ");
    let first = contents.iter().find(|(_, bytes)| !is_driver(bytes));
    let like = first.and_then(|(_, bytes)| Rom::parse(bytes).images.into_iter().next());
    let mut sources = Vec::new();
    for (file, bytes) in &contents {
        let source = if is_driver(bytes) {
            Source::Driver(image(bytes, new, like.as_ref())?)
        } else {
            Source::Rom(bytes)
        };
        // What is wrong with a source is said of its file.
        let _ =
            edit::build(std::slice::from_ref(&source)).map_err(|error| file_error(file, error))?;
        sources.push(source);
    }
    let edited = edit::build(&sources).map_err(usage)?;
    let inputs: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    finish(&inputs, &edited, output, form)
}
