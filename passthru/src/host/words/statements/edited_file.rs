//! The file of kernel options that the text's author edited.

use super::super::sentences::Sentence;
use crate::host::fact::Fact;
use crate::host::words::phrases::moods::{CASE, CONDITION, OTHERS, QUESTION, READER, REQUIRED};
use crate::host::words::phrases::statements::EDITED;

/// The files of GRUB, and of systemd-boot on Proxmox VE.
const FILES: [&str; 2] = ["/etc/default/grub", "/etc/kernel/cmdline"];

/// The file; none where the text names edits of both.
pub(super) fn edited_file<'a>(
    sentences: impl Iterator<Item = &'a Sentence>,
) -> Option<Fact<&'static str>> {
    let open = [&CASE, &CONDITION, &OTHERS, &QUESTION, &READER, &REQUIRED];
    let stated = sentences.filter(|sentence| {
        sentence.whole.has(&EDITED)
            && !sentence.is_question
            && !sentence.whole.is_negated()
            && !sentence.whole.has_any(&open)
    });
    let mut found = stated.flat_map(|sentence| {
        let named = FILES
            .into_iter()
            .filter(|file| sentence.whole.text.contains(file));
        named.map(|file| Fact::new(file, sentence.shown.clone()))
    });
    let first = found.next()?;
    found
        .all(|other| other.value == first.value)
        .then_some(first)
}
