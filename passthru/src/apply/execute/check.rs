//! Whether the host is still the one that a plan was made for.

use std::path::Path;

use host_tree::{DirTree, HostTree, Lookup};

use super::file_state;
use super::place::Root;
use super::run::{PROGRAMS, search_path};
use crate::apply::error::{ApplyCause, system};
use crate::apply::last::last;
use crate::apply::record::Commands;
use crate::apply::refusal::Refusal;
use crate::host::Host;
use crate::plan::{self, Plan, PlannedDevice};
use crate::text::text;

/// Returns the reasons against applying `plan` to the tree at `root`. Writes nothing.
///
/// `accept` names the accepted risks: the words of the plan's blockers, and `kernel`.
///
/// # Errors
///
/// When `root` cannot be read, and when another transaction is open there.
pub fn check(
    root: &Path,
    plan: &Plan,
    accept: &[String],
    commands: Commands,
) -> crate::Result<Vec<Refusal>> {
    let accepted = |word: &str| accept.iter().any(|given| given == word);
    let tree = tree(root)?;
    // An unreadable journal is reported when the store is locked.
    if let Ok(Some(journal)) = last(&tree) {
        if journal.state().is_open() {
            return Err(ApplyCause::Unfinished {
                number: journal.number,
                state: journal.state(),
            }
            .into());
        }
    }
    let unnamed = plan::check(plan).err().unwrap_or_default();
    let mut refusals: Vec<Refusal> = unnamed.into_iter().map(Refusal::Unnamed).collect();
    for blocker in &plan.blockers {
        if !accepted(&blocker.accept) && !accepted(&blocker.code) {
            refusals.push(Refusal::Blocked {
                code: blocker.code.to_string(),
                title: blocker.title.clone(),
                accept: blocker.accept.to_string(),
            });
        }
    }
    let directory = Root::open(root).map_err(system(
        &root.to_string_lossy(),
        text!("cannot open the directory"),
    ))?;
    for edit in &plan.edits {
        let path = edit.path.clone();
        match file_state::look(&directory, &edit.path) {
            Ok(look) => {
                let now = look.now.as_ref().map(|now| now.bytes.as_slice());
                let before = edit.before.as_deref().map(str::as_bytes);
                if before == now {
                    continue;
                }
                let how = match (before, now) {
                    (_, Some(now)) if now == edit.after.as_bytes() => {
                        text!("it is already as after the plan")
                    }
                    (None, Some(_)) => text!("the file is new"),
                    (_, None) => text!("the file is missing"),
                    (Some(_), Some(_)) => text!("its text has changed"),
                };
                refusals.push(Refusal::Changed { path, how });
            }
            Err(error) => refusals.push(Refusal::Unfit {
                path,
                reason: error.to_string(),
            }),
        }
    }
    let host = Host::read(&tree);
    for assumption in &plan.assumptions {
        let sentence = assumption.sentence();
        match assumption.holds(&host) {
            Some(true) => {}
            Some(false) => refusals.push(Refusal::NotSo { sentence }),
            None if accepted(&assumption.fact) => {}
            None => refusals.push(Refusal::Unchecked {
                fact: assumption.fact.to_string(),
                sentence,
            }),
        }
    }
    refusals.extend(devices(&tree, &host, plan));
    if let (Some(planned), Some(found)) = (&plan.host_state.kernel, &host.system.kernel.release) {
        let found = found.value.to_string();
        if *planned != found && !accepted("kernel") {
            refusals.push(Refusal::Kernel {
                planned: planned.clone(),
                found,
            });
        }
    }
    refusals.extend(programs(&directory, plan, commands));
    Ok(refusals)
}

/// The host at `root`.
pub(super) fn tree(root: &Path) -> crate::Result<DirTree> {
    let tree = if root == Path::new("/") {
        DirTree::live()
    } else {
        DirTree::open(root)
    };
    tree.map_err(|error| {
        let error = std::io::Error::other(error);
        system(&root.to_string_lossy(), text!("cannot read the directory"))(error)
    })
}

/// The devices that differ from the plan's. Facts that are not in the tree are ignored.
fn devices(tree: &dyn HostTree, host: &Host, plan: &Plan) -> Vec<Refusal> {
    let whole_list = match tree.list("/sys/bus/pci/devices") {
        Lookup::Found(listing) => listing.complete && !listing.names.is_empty(),
        _ => false,
    };
    let refusal = |planned: &PlannedDevice, found: Option<String>| Refusal::Device {
        address: planned.address,
        expected: planned.id,
        subsystem: planned.subsystem,
        found,
    };
    let mut refusals = Vec::new();
    for planned in &plan.devices {
        let Some(device) = host.devices.get(&planned.address) else {
            if whole_list {
                refusals.push(refusal(planned, None));
            }
            continue;
        };
        let id = device.id.as_ref().map(|id| id.value);
        let subsystem = device.subsystem.as_ref().map(|subsystem| subsystem.value);
        let other_id = id.is_some_and(|id| id != planned.id);
        let other_card = match (subsystem, planned.subsystem) {
            (Some(found), Some(planned)) => found != planned,
            _ => false,
        };
        if other_id || other_card {
            let mut found = id.map_or_else(|| "(not in the input)".to_owned(), |id| id.to_string());
            if let Some(subsystem) = subsystem {
                found.push_str(&format!(" (subsystem {subsystem})"));
            }
            refusals.push(refusal(planned, Some(found)));
        }
    }
    refusals
}

fn programs(root: &Root, plan: &Plan, commands: Commands) -> Vec<Refusal> {
    let is_there = |program: &str| match commands {
        Commands::List => true,
        _ if program.contains('/') => match commands {
            Commands::Chroot => root.follow(program).is_ok(),
            _ => Path::new(program).exists(),
        },
        Commands::Run => {
            std::env::split_paths(&search_path()).any(|path| path.join(program).is_file())
        }
        Commands::Chroot => PROGRAMS.iter().any(|path| {
            let look = file_state::look(root, &format!("{path}/{program}"));
            // One with several names is still a program.
            look.map_or(true, |look| look.now.is_some())
        }),
    };
    let mut missing: Vec<Refusal> = Vec::new();
    for program in plan.commands.iter().filter_map(|c| c.argv.first()) {
        let refusal = Refusal::NoProgram(program.clone());
        if !is_there(program) && !missing.contains(&refusal) {
            missing.push(refusal);
        }
    }
    missing
}
