//! Services and scripts that run too late at boot: they remove a driver after it was loaded, or
//! write IDs to vfio-pci's `new_id`.

use host_tree::{Evidence, HostTree, numbered_lines};
use pci_core::PciId;

use super::boot_commands::{LateBinding, bindings, new_ids, removals};
use crate::host::fact::Fact;

/// Units of the administrator.
const UNITS: &str = "/etc/systemd/system";

/// Scripts that are run at the end of each boot: rc.local of Debian (systemd's
/// `systemd-rc-local-generator`(8)) and of Fedora, and Unraid's `go` (its documentation,
/// "Customizing the boot").
const SCRIPTS: [&str; 3] = ["/etc/rc.local", "/etc/rc.d/rc.local", "/boot/config/go"];

/// Cron files with a user in each line, then root's (crontab(5)); directories end with a slash.
const WITH_USER: [&str; 2] = ["/etc/crontab", "/etc/cron.d/"];
const OF_ROOT: [&str; 2] = ["/var/spool/cron/crontabs/root", "/var/spool/cron/root"];

/// A service, or a script run at each boot, that removes a driver.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct Removal {
    /// The unit's name, or the path of a file that is not a unit.
    pub unit: String,
    /// The driver's module.
    pub driver: String,
}

/// The results, and the files that were read for them.
#[derive(Debug, Default)]
pub(in crate::host) struct Services {
    pub(in crate::host) removals: Vec<Fact<Removal>>,
    pub(in crate::host) new_ids: Vec<Fact<PciId>>,
    pub(in crate::host) bindings: Vec<Fact<LateBinding>>,
    pub(in crate::host) files: Vec<String>,
}

/// Scripts are short; a program is none.
const LONGEST_SCRIPT: usize = 64 << 10;

impl Services {
    /// Finds the lines that run `modprobe -r` or `rmmod`, write to vfio-pci's `new_id`, or bind a
    /// function by its address: in the
    /// administrator's units, in scripts run at each boot, in cron's `@reboot` lines, and in the
    /// scripts that these start.
    pub(in crate::host) fn read(tree: &dyn HostTree) -> Self {
        let mut services = Self::default();
        let names = tree.list(UNITS).found().unwrap_or_default().names;
        for name in names.iter().filter(|name| name.ends_with(".service")) {
            services.add_lines(tree, name, &format!("{UNITS}/{name}"));
        }
        for path in WITH_USER.iter().chain(&OF_ROOT).chain(&SCRIPTS) {
            if path.ends_with('/') {
                for name in tree.list(path).found().unwrap_or_default().names {
                    let path = format!("{path}{name}");
                    services.add_lines(tree, &path, &path);
                }
            } else {
                services.add_lines(tree, path, path);
            }
        }
        services
    }

    /// Reads a file, and the scripts that it starts.
    fn add_lines(&mut self, tree: &dyn HostTree, unit: &str, path: &str) {
        let Some(text) = tree.read_text(path).found() else {
            return;
        };
        self.files.push(path.to_owned());
        if SCRIPTS.contains(&path) && !is_script(&text) {
            return;
        }
        for (number, line) in numbered_lines(&text) {
            let Some((before, command)) = command(path, line) else {
                continue;
            };
            if self.add(unit, path, number, before, command) || SCRIPTS.contains(&path) {
                continue;
            }
            let Some(script) = program(command) else {
                continue;
            };
            let Some(text) = tree.read_text(script).found() else {
                continue;
            };
            self.files.push(script.to_owned());
            if is_script(&text) {
                for (number, line) in numbered_lines(&text) {
                    self.add(unit, script, number, "", line);
                }
            }
        }
    }

    /// Records the drivers that a command removes, and the IDs that it writes for vfio-pci.
    fn add(&mut self, unit: &str, path: &str, number: u32, before: &str, command: &str) -> bool {
        let mut added = false;
        let evidence = |text: &str| Evidence::new(path, number, format!("{before}{text}"));
        for (text, driver) in removals(command) {
            let removal = Removal {
                unit: unit.to_owned(),
                driver,
            };
            self.removals.push(Fact::new(removal, evidence(&text)));
            added = true;
        }
        for (text, id) in new_ids(command) {
            self.new_ids.push(Fact::new(id, evidence(&text)));
            added = true;
        }
        for (text, binding) in bindings(command) {
            self.bindings.push(Fact::new(binding, evidence(&text)));
            added = true;
        }
        added
    }
}

const EXEC_START: &str = "ExecStart=";
const AT_REBOOT: &str = "@reboot ";
const AT_REBOOT_AS_ROOT: &str = "@reboot root ";

fn is_script(text: &str) -> bool {
    text.len() <= LONGEST_SCRIPT && text.starts_with("#!")
}

/// The command in a line of a file, with the part before it that is not masked.
fn command<'a>(path: &str, line: &'a str) -> Option<(&'static str, &'a str)> {
    if path.starts_with(UNITS) {
        return started(line).map(|command| (EXEC_START, command));
    }
    let cron = |place: &&str| path.starts_with(*place);
    if OF_ROOT.iter().any(cron) {
        return at_reboot(line).map(|command| (AT_REBOOT, command));
    }
    if WITH_USER.iter().any(cron) {
        let (user, command) = at_reboot(line)?.split_once(char::is_whitespace)?;
        return (user == "root").then_some((AT_REBOOT_AS_ROOT, command.trim_start()));
    }
    Some(("", line))
}

/// The command of an `ExecStart=` line.
fn started(line: &str) -> Option<&str> {
    let command = line.trim().strip_prefix(EXEC_START)?;
    Some(command.trim_start_matches([' ', '-', '@', '+', '!', ':']))
}

/// The text after `@reboot` in a cron line.
fn at_reboot(line: &str) -> Option<&str> {
    let rest = line.trim().strip_prefix(AT_REBOOT.trim_end())?;
    rest.starts_with(char::is_whitespace)
        .then(|| rest.trim_start())
}

/// The program that a command starts; only an absolute path counts, as systemd requires
/// (systemd.service(5)).
fn program(command: &str) -> Option<&str> {
    let word = command.split_ascii_whitespace().next()?;
    word.starts_with('/').then_some(word)
}

/// The lines of a unit, a cron file or a script that the analysis needs, at their line numbers. The
/// rest, such as passwords, is removed before sharing.
pub(crate) fn needed_lines(path: &str, text: &str) -> String {
    let is_file = command(path, "").is_none();
    if !is_file && !is_script(text) {
        return String::new();
    }
    let mut kept = String::new();
    for (number, line) in numbered_lines(text) {
        let found = command(path, line);
        if let Some((before, command)) = found {
            let removed = removals(command).map(|(text, _)| text);
            let given = new_ids(command).map(|(text, _)| text);
            let bound = bindings(command).map(|(text, _)| text);
            let mut needed: Vec<String> = removed.chain(given).chain(bound).collect();
            if !is_file && number == 1 && line.starts_with("#!") {
                kept.push_str("#!");
            }
            if is_file && needed.is_empty() {
                needed.extend(program(command).map(str::to_owned));
            }
            // The start of a unit is not a secret.
            if !needed.is_empty() || before == EXEC_START {
                kept.push_str(before);
            }
            kept.push_str(&needed.join("; "));
        }
        kept.push('\n');
    }
    kept
}

#[cfg(test)]
mod tests;
