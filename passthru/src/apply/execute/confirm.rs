//! A plan that is undone unless a person confirms it in time.
//!
//! A systemd unit waits after the next boot. It runs `passthru undo --unless-kept`, which checks
//! the plan and undoes it if a check fails, or without `passthru keep` in time: the boot after that
//! is as before.

use std::path::Path;
use std::time::Duration;

use host_tree::{DirTree, Edit, HostTree, Lookup};

use super::replace;
use super::store::Store;
use crate::apply::confirmation::{SERVICE, WANTED, is_of_confirmation};
use crate::apply::error::{ApplyCause, once_changed, system};
use crate::apply::journal::Journal;
use crate::apply::record::Record;
use crate::plan::{Plan, PlannedFile};
use crate::text::{Text, text};

/// Where systemd is, by the layouts of distributions.
const SYSTEMD: [&str; 3] = [
    "/usr/lib/systemd/systemd",
    "/lib/systemd/systemd",
    "/run/current-system/systemd/lib/systemd/systemd",
];

/// Times that make sense: a minute at least, to log in, and a day at most.
const TIMES: std::ops::RangeInclusive<u64> = 60..=86_400;

/// Adds to `plan` the unit that undoes it `within` this time after the next boot, unless it is
/// kept. `program` is the absolute path of `passthru`, for the unit.
///
/// # Errors
///
/// If the time is under a minute or over a day; if the host at `root` has no systemd, or generates
/// its units; if `program` is not an absolute path of plain characters to `passthru`.
pub fn confirmed_within(
    root: &Path,
    plan: &Plan,
    within: Duration,
    program: &Path,
) -> crate::Result<Plan> {
    let refused = |reason| crate::Error::from(ApplyCause::NotConfirmable(reason));
    let seconds = within.as_secs();
    if !TIMES.contains(&seconds) {
        return Err(refused(text!("expected a time from one minute to one day")));
    }
    let tree = DirTree::open(root).map_err(|error| refused(Text::of_english(error.to_string())))?;
    let has_file = |path: &str| matches!(tree.read(path), Lookup::Found(_));
    if !SYSTEMD.iter().any(|path| has_file(path)) {
        return Err(refused(text!(
            "the host has no systemd, whose unit would undo the plan"
        )));
    }
    if has_file("/etc/NIXOS") {
        return Err(refused(text!("NixOS generates systemd's units")));
    }
    let program = program.to_str().filter(|path| is_plain(path));
    let program = program.ok_or_else(|| {
        refused(text!(
            "expected an installed passthru, such as /usr/bin/passthru"
        ))
    })?;
    let service = format!(
        "[Unit]\nDescription=Undo the last plan of passthru unless it is \
         kept\n\n[Service]\nType=exec\nExecStart={program} undo --yes --unless-kept \
         {seconds}s\n"
    );
    let wanted = "[Unit]\nWants=passthru-confirm.service\n";
    let mut plan = plan.clone();
    for (path, text) in [(SERVICE, service.as_str()), (WANTED, wanted)] {
        if has_file(path) {
            return Err(refused(text!(
                "{path} exists: an earlier plan waits for \
                                           confirmation",
                path
            )));
        }
        let edit = Edit::new_file(path, text).with_purpose(text!(
            "the plan is undone {seconds} s after the next boot, unless passthru keep has run",
            seconds
        ));
        plan.host_state.files.push(PlannedFile::before(&edit));
        plan.edits.push(edit);
    }
    Ok(plan)
}

/// Whether systemd reads the path as it is, and it is that of the program.
fn is_plain(path: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/._+-".contains(&byte);
    path.starts_with('/') && path.bytes().all(plain) && path.ends_with("/passthru")
}

impl Store {
    /// Keeps the plan: the unit that would undo it is removed.
    ///
    /// # Errors
    ///
    /// When no plan waits for it, and when the system refuses.
    pub fn keep(&mut self) -> crate::Result<Journal> {
        let journal = self.current()?;
        let journal = journal.filter(Journal::awaits_confirmation);
        let journal = journal.ok_or(ApplyCause::NothingToKeep)?;
        let mut open = self.open(journal)?;
        open.record(Record::Kept)?;
        let files = open.journal.header.files.iter();
        for kept in files.filter(|kept| is_of_confirmation(&kept.path)) {
            let refused =
                |error| once_changed(system(&kept.path, text!("cannot remove it"))(error));
            if let Some(place) = self.root.follow(&kept.path).map_err(refused)?.place() {
                replace::remove(&place).map_err(refused)?;
            }
            self.remove_directories(kept).map_err(refused)?;
        }
        Ok(open.journal)
    }
}
