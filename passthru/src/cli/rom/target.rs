//! The card and the guest that a ROM is to serve.

use vbios::verify::{CardIds, Guest, Target};

use super::args::GuestWord;
use crate::cli::input::{Input, Source};
use crate::cli::outcome::usage;
use crate::cli::words::chosen_wrongly;
use crate::select;
use crate::text::{Text, any_of, text};

/// The device of the arguments; the host is read only for an address.
pub(super) fn target(
    device: Option<&str>,
    ids: Option<CardIds>,
    guest: Option<GuestWord>,
    input: &Input,
) -> Result<Target, (Text, u8)> {
    let guest = guest.map(|word| match word {
        GuestWord::Ovmf => Guest::Ovmf,
        GuestWord::Seabios => Guest::SeaBios,
        GuestWord::Both => Guest::Both,
    });
    let mut target = Target {
        guest,
        id: ids.map(|ids| ids.function),
        subsystem: ids.and_then(|ids| ids.subsystem),
        ..Target::default()
    };
    let Some(word) = device else {
        return Ok(target);
    };
    let host = Source::open(input, &[]).map_err(usage)?.host();
    let found = select::all(&host, &[word.to_owned()]).map_err(|error| {
        if word.parse::<CardIds>().is_err() {
            return chosen_wrongly(&error);
        }
        usage(text!(
            "no function of the input has the IDs {ids}; to check for IDs alone: --ids {ids}",
            ids = word
        ))
    })?;
    let [address] = found[..] else {
        let found: Vec<_> = found.iter().map(|address| format!("{address:#}")).collect();
        return Err(usage(text!(
            "\"{words}\" matches {count} functions: name one, {functions}",
            words = word,
            count = found.len(),
            functions = any_of(found)
        )));
    };
    if let Some(device) = host.devices.get(&address) {
        target.id = device.id.as_ref().map(|id| id.value);
        target.subsystem = device.subsystem.as_ref().map(|id| id.value);
        target.class = device.class.as_ref().map(|class| class.value);
    }
    if target.id.is_none() {
        return Err(usage(text!(
            "the IDs of {address} are not in the input: add --ids",
            address
        )));
    }
    Ok(target)
}
