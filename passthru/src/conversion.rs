//! Conversions of a machine's text, and their JSON form. Fields may be added, never
//! renamed.

use hvconf::convert::{Format, Source, Wanted, convert};
use hvconf::emitted::{Emitted, EmittedCommand, EmittedFile, Versions};
use hvconf::kubernetes::NodeName;
use hvconf::proxmox::PciCfg;
use serde::Serialize;

use crate::failure::{Cause, ErrorKind, Place, into_error};
use crate::host::Host;
use crate::text::text;

/// The reason why a text is not converted.
#[derive(Debug)]
enum ConversionCause {
    /// Not a configuration of a supported hypervisor.
    NoFormat {
        /// The text's name.
        name: String,
    },
    /// The text cannot be read, or the target does not support its settings.
    Convert {
        /// The text's name.
        name: String,
        /// Why.
        error: hvconf::Error,
    },
}

/// The names of the formats that are read.
fn read_formats() -> crate::text::Text {
    let read = Format::ALL.into_iter().filter(|format| format.is_read());
    let names: Vec<&str> = read.map(Format::name).collect();
    match names.split_last() {
        Some((last, rest)) => text!("{names} or {last}", names = rest, last),
        None => text!(""),
    }
}

into_error!(ConversionCause);

impl Cause for ConversionCause {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Convert { error, .. } if error.is_of_target() => ErrorKind::Unsupported,
            _ => ErrorKind::BadText,
        }
    }

    fn place(&self) -> Place {
        let (Self::NoFormat { name } | Self::Convert { name, .. }) = self;
        Place::file(name)
    }

    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NoFormat { .. } => None,
            Self::Convert { error, .. } => Some(error),
        }
    }

    fn text(&self) -> crate::text::Text {
        match self {
            Self::NoFormat { name } => text!(
                "{name}: expected the configuration of a hypervisor with PCI passthrough: {formats}",
                name,
                formats = read_formats()
            ),
            Self::Convert { name, error } => text!(
                "{name}: {error}",
                name,
                error = crate::text::Text::of_english(error.to_string())
            ),
        }
    }
}

/// A machine's text, to be converted.
#[derive(Clone, Copy, Debug)]
pub struct ConversionInput<'a> {
    /// Its name, such as a file's: `105.conf` numbers a machine of Proxmox VE.
    pub name: &'a str,
    /// Its text.
    pub text: &'a str,
    /// The host that the functions are of, where it is known.
    pub host: Option<&'a Host>,
    /// Proxmox VE's resource mappings (`/etc/pve/mapping/pci.cfg`), where the machine
    /// names its functions by them.
    pub mappings: Option<&'a str>,
}

/// Converts a text; returns its format and the result.
///
/// # Errors
///
/// When it is of no known format, cannot be read, or the target cannot express it.
pub fn of_text(
    text: &ConversionInput<'_>,
    to: Format,
    wanted: &Wanted,
) -> crate::Result<(Format, Emitted)> {
    let name = || text.name.to_owned();
    let format = Format::of(text.text).ok_or_else(|| ConversionCause::NoFormat { name: name() })?;
    let functions = text.host.map(Host::passed_functions).unwrap_or_default();
    let mappings = text.mappings.map(PciCfg::parse);
    let file = text.name.rsplit('/').next().unwrap_or_default();
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    // The VM's node: as wanted, else that of the host's mappings, else of its prompts.
    let wanted_node = wanted.node.as_ref().map(NodeName::as_str);
    let node = wanted_node.or_else(|| text.host?.node());
    let source = Source {
        text: text.text,
        format,
        functions: &functions,
        mappings: mappings.as_ref(),
        node,
        number: stem.parse().ok(),
    };
    let emitted = convert(&source, to, wanted).map_err(|error| ConversionCause::Convert {
        name: name(),
        error,
    })?;
    Ok((format, emitted))
}

/// `passthru convert --json`.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct Conversion<'a> {
    /// The version of this form.
    pub schema: &'static str,
    /// The format that was read.
    pub from_format: &'static str,
    /// The format that was written.
    pub to_format: &'static str,
    /// The files, each with why its lines are there.
    pub files: Vec<FileDocument<'a>>,
    /// Commands to run, in order.
    pub commands: Vec<CommandDocument<'a>>,
    /// Manual steps.
    pub manual_steps: Vec<StepDocument<'a>>,
    /// Settings that are not converted.
    pub not_converted: Vec<NotConverted<'a>>,
}

/// A file to write.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct FileDocument<'a> {
    /// Where.
    pub path: &'a str,
    /// The complete text.
    pub text: String,
    /// Its lines.
    pub lines: Vec<LineDocument<'a>>,
}

/// A line of a file.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct LineDocument<'a> {
    /// The text, without its line end.
    pub text: &'a str,
    /// Why it is there.
    pub purpose: &'a str,
    /// The versions for which it is valid, in words.
    pub versions: Option<String>,
}

/// A command.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct CommandDocument<'a> {
    /// The program and its arguments.
    pub argv: &'a [String],
    /// Why.
    pub purpose: &'a str,
    /// The versions for which it is valid, in words.
    pub versions: Option<String>,
}

/// A step for a person.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct StepDocument<'a> {
    /// Its stable name.
    pub step: &'static str,
    /// The instruction.
    pub text: &'a str,
}

/// Something without a counterpart.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct NotConverted<'a> {
    /// The setting.
    pub setting: &'a str,
    /// The reason, or the alternative.
    pub reason: &'a str,
    /// Its line in the text that was read, from 1.
    pub line: Option<u32>,
}

/// Returns the JSON form of a conversion `from` one format `to` another.
#[must_use]
pub fn document(from: Format, to: Format, emitted: &Emitted) -> Conversion<'_> {
    Conversion {
        schema: "passthru-conversion/1",
        from_format: from.word(),
        to_format: to.word(),
        files: emitted.files.iter().map(FileDocument::from).collect(),
        commands: emitted.commands.iter().map(CommandDocument::from).collect(),
        manual_steps: emitted.steps.iter().map(StepDocument::from).collect(),
        not_converted: emitted
            .not_converted
            .iter()
            .map(|not_converted| NotConverted {
                setting: &not_converted.what,
                reason: &not_converted.reason,
                line: not_converted.line,
            })
            .collect(),
    }
}

fn in_words(versions: Option<Versions>) -> Option<String> {
    versions.map(|versions| versions.to_string())
}

impl<'a> From<&'a EmittedFile> for FileDocument<'a> {
    fn from(file: &'a EmittedFile) -> Self {
        let lines = file.lines.iter().map(|line| LineDocument {
            text: &line.text,
            purpose: &line.purpose,
            versions: in_words(line.versions),
        });
        Self {
            path: &file.path,
            text: file.to_string(),
            lines: lines.collect(),
        }
    }
}

impl<'a> From<&'a EmittedCommand> for CommandDocument<'a> {
    fn from(command: &'a EmittedCommand) -> Self {
        Self {
            argv: &command.argv,
            purpose: &command.purpose,
            versions: in_words(command.versions),
        }
    }
}

impl<'a> From<&'a hvconf::emitted::ManualStep> for StepDocument<'a> {
    fn from(step: &'a hvconf::emitted::ManualStep) -> Self {
        Self {
            step: step.name,
            text: &step.text,
        }
    }
}
