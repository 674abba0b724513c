//! `passthru rom dump`.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pci_core::Address;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::form::Form;
use super::output::{Output, write};
use super::verify::name_files;
use crate::cli::input::Input;
use crate::cli::outcome::{FAULTS, OK, Outcome, usage};
use crate::rom_dump::dump;
use crate::text::text;
use crate::{document, render, rom_document};

pub(super) fn run(device: Address, output: &Output, input: &Input, form: Form) -> Outcome {
    if !input.from.is_empty() || input.host.is_some() {
        return Err(usage(text!(
            "rom dump reads a card's ROM, or with --root a copied /sys"
        )));
    }
    let root = input.root.as_deref().unwrap_or(Path::new("/"));
    let interrupted = Arc::new(AtomicBool::new(false));
    catch_signals(&interrupted).map_err(usage)?;
    let dump = dump(root, device, &|| interrupted.load(Ordering::Relaxed)).map_err(usage)?;

    let (_, mut report) = dump.judged().map_err(usage)?;
    match &output.output {
        Some(output) => name_files(&mut report, output),
        // There is no file yet for a command.
        None => {
            for finding in &mut report.findings {
                finding.command = None;
            }
        }
    }
    let mut text = if form.json {
        document::to_json(&rom_document::verification(&report)).map_err(usage)?
    } else {
        render::rom_report(&report, form.style)
    };
    if let Some(output) = &output.output {
        let sentence = write(&[&dump.function.rom_file()], output, &dump.bytes)?;
        if !form.json {
            text.push_str(&sentence);
        }
    }
    Ok((text, if report.has_problem() { FAULTS } else { OK }))
}

/// Has the signals that end a process set `flag` instead.
fn catch_signals(flag: &Arc<AtomicBool>) -> io::Result<()> {
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        signal_hook::flag::register(signal, Arc::clone(flag))?;
    }
    Ok(())
}
