//! `passthru generate`: completions and man pages, from the definition of the command,
//! and the pages of findings and inputs and the tables of boot loaders and hypervisors, from their
//! declarations.

use std::path::{Path, PathBuf};

use clap::{Command, Subcommand};
use clap_complete::Shell;
use hostconf::boot::loader;

use super::completions;
use super::input::{Input, Source};
use super::man::page;
use super::outcome::{OK, Outcome, file_error, usage};
use crate::names::NameDatabase;
use crate::text::Text;
use crate::{doctor, input, plan};

#[derive(Debug, Subcommand)]
pub(super) enum Generate {
    /// Print shell completions
    #[command(
        after_help = "Examples:\n  passthru generate completions bash > /etc/bash_completion.d/passthru\n  passthru generate completions zsh > ~/.zfunc/_passthru"
    )]
    Completions {
        /// Set the shell: bash, elvish, fish, powershell or zsh
        #[arg(value_name = "SHELL")]
        shell: Shell,
    },
    /// Print passthru(1), or write all man pages to a directory
    #[command(
        after_help = "Examples:\n  passthru generate man | man -l -\n  passthru generate man -o /usr/local/share/man/man1"
    )]
    Man {
        /// Write to this existing directory
        #[arg(short, long, value_name = "DIR")]
        output: Option<PathBuf>,
    },
    /// Print all findings with meaning and source, as Markdown
    #[command(after_help = "Examples:\n  passthru generate findings > findings.md")]
    Findings,
    /// Print the addresses and names of this host's functions, for completions
    #[command(hide = true)]
    Addresses,
    /// Print all supported inputs and their facts, as Markdown
    #[command(after_help = "Examples:\n  passthru generate inputs > inputs.md")]
    Inputs,
    /// Print the table of boot loaders, as Markdown
    #[command(after_help = "Examples:\n  passthru generate boot-loaders")]
    BootLoaders,
    /// Print the table of hypervisors, as Markdown
    #[command(after_help = "Examples:\n  passthru generate targets")]
    Targets,
}

pub(super) fn run(
    what: Generate,
    mut command: Command,
    input: &Input,
    names: &NameDatabase,
) -> Outcome {
    // Names of subcommands in their usage lines, before pages are made of them.
    command.build();
    match what {
        Generate::Findings => Ok((doctor::page(), OK)),
        Generate::Inputs => Ok((input::page(), OK)),
        Generate::BootLoaders => Ok((loader::table(), OK)),
        Generate::Targets => Ok((plan::hypervisor_table(), OK)),
        Generate::Addresses => {
            let source = Source::open(input, &[]).map_err(usage)?;
            let addresses = source.with_tree(|tree| completions::addresses(tree, names));
            Ok((addresses, OK))
        }
        Generate::Completions { shell } => completions::script(shell, &command)
            .map(|text| (text, OK))
            .map_err(usage),
        Generate::Man { output: None } => Ok((page(&command, "passthru")?, OK)),
        Generate::Man {
            output: Some(directory),
        } => {
            let mut written = String::new();
            pages(&command, "passthru", &directory, &mut written)?;
            Ok((written, OK))
        }
    }
}

/// The page of a command and those of its subcommands: `passthru-rom-info.1`.
fn pages(
    command: &Command,
    name: &str,
    directory: &Path,
    written: &mut String,
) -> Result<(), (Text, u8)> {
    let path = directory.join(format!("{name}.1"));
    std::fs::write(&path, page(command, name)?).map_err(|error| file_error(&path, error))?;
    written.push_str(&format!("{}\n", path.display()));
    let subcommands = command.get_subcommands();
    for subcommand in subcommands.filter(|subcommand| subcommand.get_name() != "help") {
        let name = format!("{name}-{}", subcommand.get_name());
        pages(subcommand, &name, directory, written)?;
    }
    Ok(())
}
