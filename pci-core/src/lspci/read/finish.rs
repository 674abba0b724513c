//! Facts that are known only at the end of a text.

use alloc::vec::Vec;

use super::command::EchoedCommand;
use super::draft::Draft;
use super::form::Layout;
use super::paths;
use super::reader::{Reader, Section};
use super::record::{Fields, Listing, Record};

impl Reader {
    /// The listing of a parsed text, which ended in `text`.
    pub(super) fn finish(mut self, text: &str) -> Listing {
        self.sections.push(self.section);
        let last_of_section = |at: usize, drafts: &[Draft]| {
            let next = drafts.get(at + 1).map(|draft| draft.section);
            next != drafts.get(at).map(|draft| draft.section)
        };
        let trust: Vec<Fields> = (0..self.drafts.len())
            .zip(&self.drafts)
            .map(|(at, draft)| {
                let section = self
                    .sections
                    .get(draft.section)
                    .copied()
                    .unwrap_or_default();
                let command = section.command.and_then(|at| self.commands.get(at));
                trust(draft, section, command, last_of_section(at, &self.drafts))
            })
            .collect();
        let shows_drivers = self
            .drafts
            .iter()
            .any(|draft| draft.record.form.layout == Layout::MachineRecord && draft.fields);
        for (draft, fields) in self.drafts.iter_mut().zip(trust) {
            let fields = match fields {
                // The only record without a driver among others with one: with -k.
                Fields::NotShown
                    if shows_drivers && draft.record.form.layout == Layout::MachineRecord =>
                {
                    Fields::Presumed
                }
                fields => fields,
            };
            draft.end_machine();
            let command = draft.record.command.and_then(|at| self.commands.get(at));
            let verbose = draft.verbose || command.is_some_and(EchoedCommand::is_verbose);
            draft.record.fields = fields;
            if let Some(class) = draft.record.class.as_mut().filter(|_| verbose) {
                // lspci -v omits a programming interface that is 0 and has no name.
                class.prog_if = class.prog_if.or(Some(0));
            }
        }
        let mut records: Vec<Record> = self
            .drafts
            .into_iter()
            .filter(Draft::is_complete)
            .map(|draft| draft.record)
            .collect();
        paths::place(&mut records);
        if let Some(record) = records.last_mut().filter(|_| is_cut(text)) {
            if record.fields == Fields::Whole && record.driver.is_none() {
                record.fields = Fields::Presumed;
            }
        }
        Listing {
            records,
            commands: self.commands,
            damage: self.damage,
        }
    }
}

/// Whether the text stops within a function's lines: `Kernel dri`.
fn is_cut(text: &str) -> bool {
    // A quotation has its mark before each line, including empty ones.
    let lines = text.lines().rev();
    let mut lines = lines.map(|line| match line.strip_prefix('>') {
        Some(quoted) => quoted.strip_prefix(' ').unwrap_or(quoted),
        None => line,
    });
    let last = lines.find(|line| !line.trim().is_empty());
    last.is_some_and(|line| line.starts_with([' ', '\t']) && !line.contains(':'))
}

fn trust(draft: &Draft, section: Section, command: Option<&EchoedCommand>, last: bool) -> Fields {
    if section.separated || command.is_some_and(EchoedCommand::filters) {
        return Fields::Presumed;
    }
    if command.is_some_and(EchoedCommand::shows_drivers) {
        return Fields::Whole;
    }
    if !draft.fields {
        return Fields::NotShown;
    }
    // Without the command, a record is complete if it has the line that comes first for nearly
    // every function, and its last lines or another record below it: a text may be filtered or cut
    // anywhere.
    let record = &draft.record;
    let begun = draft.verbose || record.subsystem.is_some() || record.subsystem_name.is_some();
    let ended = record.driver.is_some() || record.modules.is_some() || !last;
    if begun && ended {
        Fields::Whole
    } else {
        Fields::Presumed
    }
}
