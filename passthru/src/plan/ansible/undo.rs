//! The tasks that undo a plan.

use std::fmt::Write as _;

use super::apply::{digests, is_kept, kept, look, made, run, undone};
use super::yaml::{name, unsafe_scalar};
use crate::plan::document::{Plan, Undo};
use crate::plan::script::changed;

const TAGS: &str = "      tags: [never, undo]\n";

/// Restores what the playbook changed, unless it was changed since, in the order of `passthru
/// undo`: commands that undo others, files, programs that read them.
pub(super) fn tasks(text: &mut String, plan: &Plan) {
    look(text, plan, "passthru_back", TAGS);
    let carried_out: Vec<String> = plan
        .edits
        .iter()
        .enumerate()
        .map(|(number, edit)| {
            let is_kept = is_kept(plan, &edit.path).map(|kept| format!("{kept} or "));
            let is_after = is_after(number, &digests(edit)[1]);
            format!("{is_after} or {}", is_kept.unwrap_or_default())
        })
        .collect();
    let run_when = format!(
        "      when: {}(passthru_run | default(false) | bool)\n{TAGS}",
        carried_out.concat()
    );
    for argv in plan.commands.iter().rev().filter_map(undone) {
        // A file that is already removed is not an error.
        run(text, argv, &format!("      failed_when: false\n{run_when}"));
    }
    for (number, edit) in plan.edits.iter().enumerate().rev() {
        let when = is_after(number, &digests(edit)[1]);
        let path = unsafe_scalar(&edit.path);
        let _ = match &edit.before {
            Some(before) => write!(
                text,
                "    - name: {}\n\
                 \x20     ansible.builtin.copy:\n\
                 \x20       dest: {path}\n\
                 \x20       content: {}\n\
                 \x20       follow: true\n\
                 \x20     when: {when}\n\
                 {TAGS}",
                name(&format!("Restore {}", edit.path)),
                unsafe_scalar(before),
            ),
            None => write!(
                text,
                "    - name: {}\n\
                 \x20     ansible.builtin.file:\n\
                 \x20       path: {path}\n\
                 \x20       state: absent\n\
                 \x20     when: {when}\n\
                 {TAGS}",
                name(&format!("Remove {}", edit.path)),
            ),
        };
    }
    restore(text, plan);
    for command in &plan.commands {
        if command.undo == Undo::Repeat {
            run(text, &command.argv, &run_when);
        }
    }
    remove_directories(text, plan);
}

/// The file is as the plan leaves it.
fn is_after(number: usize, after: &str) -> String {
    format!("(passthru_back_{number}.stat.checksum | default('absent')) == '{after}'")
}

/// The files that commands changed.
fn restore(text: &mut String, plan: &Plan) {
    for (number, path) in changed(plan).into_iter().enumerate() {
        let kept = unsafe_scalar(&kept(plan, number));
        let _ = write!(
            text,
            "    - name: {}\n\
             \x20     ansible.builtin.copy:\n\
             \x20       src: {kept}\n\
             \x20       dest: {}\n\
             \x20       remote_src: true\n\
             \x20       mode: preserve\n\
             \x20       follow: true\n\
             \x20     when: passthru_kept_{number}.stat.exists\n\
             {TAGS}\
             \x20   - name: {}\n\
             \x20     ansible.builtin.file:\n\
             \x20       path: {kept}\n\
             \x20       state: absent\n\
             {TAGS}",
            name(&format!("Restore {path}")),
            unsafe_scalar(path),
            name(&format!("Remove the copy of {path}")),
        );
    }
}

/// Removes the created directories if they are empty.
fn remove_directories(text: &mut String, plan: &Plan) {
    if plan.edits.iter().all(|edit| edit.before.is_some()) {
        return;
    }
    let made = unsafe_scalar(&made(plan));
    let _ = write!(
        text,
        "    - name: \"Check for the record of directories\"\n\
         \x20     ansible.builtin.stat:\n\
         \x20       path: {made}\n\
         \x20     register: passthru_note\n\
         {TAGS}\
         \x20   - name: \"Read the record of directories\"\n\
         \x20     ansible.builtin.slurp:\n\
         \x20       src: {made}\n\
         \x20     register: passthru_made\n\
         \x20     when: passthru_note.stat.exists\n\
         {TAGS}\
         \x20   - name: \"Remove the empty directories\"\n\
         \x20     ansible.builtin.command:\n\
         \x20       argv: [\"rmdir\", \"--\", \"{{{{ item }}}}\"]\n\
         \x20     loop: \"{{{{ (passthru_made.content | default('W10=') | b64decode | from_json) | \
         reverse | list }}}}\"\n\
         \x20     register: passthru_removed\n\
         \x20     changed_when: passthru_removed.rc == 0\n\
         \x20     failed_when: false\n\
         {TAGS}\
         \x20   - name: \"Remove the record of directories\"\n\
         \x20     ansible.builtin.file:\n\
         \x20       path: {made}\n\
         \x20       state: absent\n\
         {TAGS}",
    );
}
