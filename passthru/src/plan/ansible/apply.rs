//! The tasks that apply a plan.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use host_tree::Edit;

use super::yaml::{name, unsafe_scalar};
use crate::plan::document::{Command, Plan, Undo};
use crate::plan::read::PLACE;
use crate::plan::script::{changed, comment, mark};
use crate::plan::state::sha256;
use crate::remedy::shown;

/// The list of the directories that were made.
pub(super) fn made(plan: &Plan) -> String {
    format!("{PLACE}/playbook-{}-made", mark(plan))
}

/// Path of the copy of a file that a command changes: the `number`th.
pub(super) fn kept(plan: &Plan, number: usize) -> String {
    format!("{PLACE}/playbook-{}-kept-{number}", mark(plan))
}

/// A file's digest before and after, as the tasks compare it.
pub(super) fn digests(edit: &Edit) -> [String; 2] {
    let before = edit.before.as_ref().map(|text| sha256(text.as_bytes()));
    [
        before.unwrap_or_else(|| "absent".to_owned()),
        sha256(edit.after.as_bytes()),
    ]
}

/// The condition that a copy of a file exists from before a command changed it, if one does.
pub(super) fn is_kept(plan: &Plan, path: &str) -> Option<String> {
    let number = changed(plan).iter().position(|known| *known == path)?;
    Some(format!("passthru_kept_{number}.stat.exists"))
}

/// Reads each file before the first change: `tags` is a line of the tasks, or empty.
pub(super) fn look(text: &mut String, plan: &Plan, register: &str, tags: &str) {
    for (number, path) in changed(plan).into_iter().enumerate() {
        let _ = write!(
            text,
            "    - name: {}\n\
             \x20     ansible.builtin.stat:\n\
             \x20       path: {}\n\
             \x20     register: passthru_kept_{number}\n\
             {tags}",
            name(&format!("Check for a copy of {path}")),
            unsafe_scalar(&kept(plan, number)),
        );
    }
    for (number, edit) in plan.edits.iter().enumerate() {
        let [before, after] = digests(edit);
        let or_kept = is_kept(plan, &edit.path).map(|kept| format!(" or {kept}"));
        let or_kept = or_kept.unwrap_or_default();
        let _ = write!(
            text,
            "    - name: {}\n\
             \x20     ansible.builtin.stat:\n\
             \x20       path: {}\n\
             \x20       follow: true\n\
             \x20       checksum_algorithm: sha256\n\
             \x20     register: {register}_{number}\n\
             {tags}\
             \x20   - name: {}\n\
             \x20     ansible.builtin.assert:\n\
             \x20       that:\n\
             \x20         - \"({register}_{number}.stat.checksum | default('absent')) in ['{before}', \
             '{after}']{or_kept}\"\n\
             \x20       fail_msg: {}\n\
             {tags}",
            name(&format!("Check {}", edit.path)),
            unsafe_scalar(&edit.path),
            name(&format!("{} is as before or after the plan", edit.path)),
            unsafe_scalar(&format!(
                "{} has changed since the plan was made",
                edit.path
            )),
        );
    }
}

/// The directories of the plan's new files and the notes, each after its parent. Directories in the
/// root are assumed to exist.
fn directories(plan: &Plan) -> Vec<&str> {
    let new = plan.edits.iter().filter(|edit| edit.before.is_none());
    let files = new.filter_map(|edit| Some(edit.path.rsplit_once('/')?.0));
    let mut all = BTreeSet::new();
    for directory in files {
        let ends = directory.match_indices('/').map(|(at, _)| at).skip(1);
        for end in ends.chain([directory.len()]) {
            all.extend(directory.get(..end).filter(|above| above.len() > 1));
        }
    }
    all.into_iter().collect()
}

fn keep_state(text: &mut String, when: &str) {
    let _ = write!(
        text,
        "    - name: \"Create the directory for undo\"\n\
         \x20     ansible.builtin.file:\n\
         \x20       path: {}\n\
         \x20       state: directory\n\
         \x20       mode: \"0700\"\n\
         {when}",
        unsafe_scalar(PLACE),
    );
}

fn make_directories(text: &mut String, plan: &Plan) {
    let directories = directories(plan);
    if directories.is_empty() {
        return;
    }
    let items: Vec<String> = directories.iter().map(|path| unsafe_scalar(path)).collect();
    let missing = "passthru_directories.results | rejectattr('stat.exists')";
    let when = format!("      when: {missing} | list | length > 0\n");
    let _ = write!(
        text,
        "    - name: \"Check directories\"\n\
         \x20     ansible.builtin.stat:\n\
         \x20       path: \"{{{{ item }}}}\"\n\
         \x20     loop: [{}]\n\
         \x20     register: passthru_directories\n",
        items.join(", "),
    );
    let is_own = |directory: &&str| directory.starts_with(PLACE);
    if directories.iter().any(is_own) {
        keep_state(text, "");
    } else {
        keep_state(text, &when);
    }
    let _ = write!(
        text,
        "    - name: \"Record the created directories\"\n\
         \x20     ansible.builtin.copy:\n\
         \x20       dest: {}\n\
         \x20       content: \"{{{{ {missing} | map(attribute='item') | list | to_json }}}}\"\n\
         \x20       mode: \"0600\"\n\
         {when}\
         \x20   - name: \"Create directories\"\n\
         \x20     ansible.builtin.file:\n\
         \x20       path: \"{{{{ item.item }}}}\"\n\
         \x20       state: directory\n\
         \x20       mode: \"{{{{ '0700' if item.item is search('{PLACE}(/|$)') else '0755' }}}}\"\n\
         \x20     loop: \"{{{{ {missing} | list }}}}\"\n\
         \x20     loop_control:\n\
         \x20       label: \"{{{{ item.item }}}}\"\n",
        unsafe_scalar(&made(plan)),
    );
}

/// Writes the files if all are in the plan's expected state.
pub(super) fn files(text: &mut String, plan: &Plan) {
    look(text, plan, "passthru_file", "");
    make_directories(text, plan);
    keep(text, plan);
    for (number, edit) in plan.edits.iter().enumerate() {
        for why in &edit.purposes {
            let _ = writeln!(text, "    # {}", comment(why));
        }
        let _ = write!(
            text,
            "    - name: {}\n\
             \x20     ansible.builtin.copy:\n\
             \x20       dest: {}\n\
             \x20       content: {}\n\
             \x20       follow: true\n",
            name(&format!("Write {}", edit.path)),
            unsafe_scalar(&edit.path),
            unsafe_scalar(&edit.after),
        );
        if let Some(mode) = edit.mode {
            let _ = writeln!(text, "        mode: \"{mode:04o}\"");
        }
        if is_kept(plan, &edit.path).is_some() {
            // The result of a command remains.
            let _ = writeln!(text, "      when: {}", is_before(number, edit));
        }
        let _ = writeln!(text, "      register: passthru_wrote_{number}");
    }
}

/// The file is as it was when the plan was made.
fn is_before(number: usize, edit: &Edit) -> String {
    let [before, _] = digests(edit);
    format!("(passthru_file_{number}.stat.checksum | default('absent')) == '{before}'")
}

/// Copies the files that commands change before the first edit, if the plan is not applied yet.
fn keep(text: &mut String, plan: &Plan) {
    let changed = changed(plan);
    if changed.is_empty() {
        return;
    }
    let edits = plan.edits.iter().enumerate();
    let to_do: Vec<String> = edits
        .map(|(number, edit)| format!("{} or ", is_before(number, edit)))
        .collect();
    let when = format!("{}(passthru_run | default(false) | bool)", to_do.concat());
    keep_state(text, &format!("      when: {when}\n"));
    for (number, path) in changed.into_iter().enumerate() {
        let _ = write!(
            text,
            "    - name: {}\n\
             \x20     ansible.builtin.stat:\n\
             \x20       path: {}\n\
             \x20     register: passthru_there_{number}\n\
             \x20   - name: {}\n\
             \x20     ansible.builtin.copy:\n\
             \x20       src: {}\n\
             \x20       dest: {}\n\
             \x20       remote_src: true\n\
             \x20       force: false\n\
             \x20       mode: preserve\n\
             \x20     when: passthru_there_{number}.stat.exists and ({when})\n",
            name(&format!("Check {path}")),
            unsafe_scalar(path),
            name(&format!("Copy {path}, which a command changes")),
            unsafe_scalar(path),
            unsafe_scalar(&kept(plan, number)),
        );
    }
}

/// Runs the commands, where a file was written.
pub(super) fn commands(text: &mut String, plan: &Plan) {
    let wrote: Vec<String> = (0..plan.edits.len())
        .map(|number| format!("passthru_wrote_{number} is changed or "))
        .collect();
    let when = format!("{}(passthru_run | default(false) | bool)", wrote.concat());
    let line = format!("      when: {when}\n");
    for command in &plan.commands {
        let _ = writeln!(text, "    # {}", comment(&command.purpose));
        run(text, &command.argv, &line);
    }
}

/// A task that runs a command; `more` are further lines of it.
pub(super) fn run(text: &mut String, argv: &[String], more: &str) {
    let words: Vec<String> = argv.iter().map(|word| unsafe_scalar(word)).collect();
    let _ = write!(
        text,
        "    - name: {}\n\
         \x20     ansible.builtin.command:\n\
         \x20       argv: [{}]\n\
         \x20     changed_when: true\n\
         {more}",
        name(&format!("Run {}", shown(argv))),
        words.join(", "),
    );
}

/// The commands that undo others, or that run again once the files are restored.
pub(super) fn undone(command: &Command) -> Option<&[String]> {
    match &command.undo {
        Undo::Run { argv } => Some(argv),
        Undo::Repeat | Undo::RestoreFiles { .. } => None,
    }
}
