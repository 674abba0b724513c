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
mod tests {
    use host_tree::MemoryTree;

    use super::*;

    #[test]
    fn the_script_of_a_unit_is_looked_into() {
        let mut tree = MemoryTree::partial();
        tree.insert_file(
            "/etc/systemd/system/prohibit_nouveau.service",
            "[Service]\nExecStart= /opt/prohibit_nouveau.sh\n",
        );
        tree.insert_file(
            "/opt/prohibit_nouveau.sh",
            "#!/bin/bash\nmodprobe -r nouveau\n",
        );
        let found = Services::read(&tree);
        assert_eq!(found.removals.len(), 1);
        assert_eq!(
            found.removals[0].evidence.place(),
            "/opt/prohibit_nouveau.sh:2"
        );
    }

    #[test]
    fn ids_are_found_in_what_a_boot_runs() {
        let write = "echo 10de 1b06 > /sys/bus/pci/drivers/vfio-pci/new_id";
        for (path, text, place) in [
            ("/etc/rc.local", format!("#!/bin/sh\n{write}\n"), Some(2)),
            (
                "/boot/config/go",
                format!("#!/bin/bash\n{write}\n"),
                Some(2),
            ),
            ("/etc/rc.local", format!("#!/bin/sh\n# {write}\n"), None),
            ("/etc/rc.local", format!("{write}\n"), None),
            (
                "/etc/cron.d/vfio",
                format!("MAILTO=me\n@reboot root {write}\n"),
                Some(2),
            ),
            (
                "/etc/cron.d/vfio",
                format!("@reboot www-data {write}\n* * * * * root {write}\n"),
                None,
            ),
            (
                "/var/spool/cron/crontabs/root",
                format!("@reboot sleep 5; {write}\n"),
                Some(1),
            ),
            (
                "/etc/systemd/system/gpu.service",
                "[Service]\nExecStart=/bin/sh -c \"echo '10de 1b06' | tee \
                 /sys/bus/pci/drivers/vfio-pci/new_id\"\n"
                    .to_owned(),
                Some(2),
            ),
        ] {
            let found = |text: &str| {
                let mut tree = MemoryTree::partial();
                tree.insert_file(path, text);
                Services::read(&tree).new_ids
            };
            let ids = found(&text);
            assert_eq!(
                ids.first().map(|fact| fact.evidence.place()),
                place.map(|number| format!("{path}:{number}")),
                "{text}"
            );
            assert!(ids.iter().all(|fact| fact.value.to_string() == "10de:1b06"));
            // As a capture records it.
            let kept = needed_lines(path, &text);
            assert_eq!(found(&kept), ids, "{kept}");
            assert!(
                !kept.contains("www-data") && !kept.contains("MAILTO"),
                "{kept}"
            );
            assert_eq!(needed_lines(path, &kept), kept);
        }
        let mut tree = MemoryTree::partial();
        tree.insert_file("/etc/crontab", "@reboot root /root/bind.sh quiet\n");
        tree.insert_file("/root/bind.sh", format!("#!/bin/sh\nsleep 3\n{write}\n"));
        let found = Services::read(&tree);
        assert_eq!(found.new_ids[0].evidence.place(), "/root/bind.sh:3");
        assert_eq!(found.files, ["/etc/crontab", "/root/bind.sh"]);
    }

    /// A captured text yields the same result as the original, and capturing it again does not
    /// change it.
    #[test]
    fn any_text_is_kept_as_it_was_understood() {
        let words = [
            "#!/bin/sh",
            "@reboot",
            "root",
            "ExecStart=",
            "-",
            "modprobe",
            "-r",
            "nouveau",
            "echo",
            "10de 1b06",
            "0x10de 0x1b06",
            ">",
            "/sys/bus/pci/drivers/vfio-pci/new_id",
            "/sys/bus/pci/drivers/pci-stub/bind",
            "/sys/bus/pci/devices/0000:01:00.0/driver_override",
            "vfio-pci",
            "0000:01:00.0",
            ";",
            "&&",
            "|",
            "tee",
            "\"",
            "'",
            "#",
            "\n",
            "\n",
            "\t",
            "\u{e9}",
            "\\",
            "/opt/a.sh",
            "\r\n",
        ];
        let paths = [
            "/etc/rc.local",
            "/etc/crontab",
            "/var/spool/cron/root",
            "/etc/systemd/system/a.service",
        ];
        // Knuth's generator (The Art of Computer Programming, 3.3.4).
        let mut state = 1_u64;
        let mut next = |below: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            usize::try_from(state >> 33).unwrap() % below
        };
        for _ in 0..4000 {
            let path = paths[next(paths.len())];
            let mut text = String::new();
            for _ in 0..next(30) {
                text.push_str(words[next(words.len())]);
                text.push_str(["", " "][next(2)]);
            }
            let found = |text: &str| {
                let mut tree = MemoryTree::partial();
                tree.insert_file(path, text);
                let found = Services::read(&tree);
                (found.removals, found.new_ids, found.bindings)
            };
            let kept = needed_lines(path, &text);
            assert_eq!(found(&kept), found(&text), "{path}: {text:?} {kept:?}");
            assert_eq!(needed_lines(path, &kept), kept, "{path}: {text:?}");
        }
    }

    #[test]
    fn removals_are_found_where_a_shell_finds_commands() {
        let drivers = |line: &str| -> Vec<String> { removals(line).map(|(_, d)| d).collect() };
        assert!(drivers("modprobe vfio-pci").is_empty());
        assert!(drivers("# modprobe -r nouveau").is_empty());
        assert!(drivers("echo modprobe -r nouveau").is_empty());
        assert_eq!(drivers("/sbin/modprobe --remove nvidia"), ["nvidia"]);
        assert_eq!(drivers("modprobe -rv nvidia"), ["nvidia"]);
        assert_eq!(drivers("rmmod -f i915 xe # both"), ["i915", "xe"]);
        assert_eq!(drivers("sleep 1 && modprobe -r nouveau"), ["nouveau"]);
        assert_eq!(drivers("/bin/sh -c \"modprobe -r nouveau\""), ["nouveau"]);
        assert_eq!(drivers("if true; then rmmod radeon; fi"), ["radeon"]);
    }

    #[test]
    fn what_is_not_needed_is_not_kept() {
        let of_unit = |text: &str| needed_lines("/etc/systemd/system/a.service", text);
        let unit = "[Service]\nEnvironment=PASSWORD=hunter2\nExecStart=-/opt/a.sh --token=abc\n";
        assert_eq!(of_unit(unit), "\n\nExecStart=/opt/a.sh\n");
        assert_eq!(of_unit("ExecStart=TOKEN=abc run"), "ExecStart=\n");

        let of_script = |text: &str| needed_lines("/opt/a.sh", text);
        let script = "#!/bin/sh -e --token=abc\nexport TOKEN=abc\nmodprobe -r nouveau\n";
        assert_eq!(of_script(script), "#!\n\nmodprobe -r nouveau\n");
        for line in [
            "modprobe -r radeon # --token=abc",
            "modprobe -r radeon --token=abc",
            "modprobe -r radeon; curl --token=abc",
            "TOKEN=abc modprobe --remove radeon && TOKEN=abc run",
        ] {
            let kept = of_script(&format!("#!/bin/sh\n{line}\n"));
            assert_eq!(kept, "#!\nmodprobe -r radeon\n", "{line}");
            assert_eq!(of_script(&kept), kept);
        }
        assert_eq!(of_script("\u{7f}ELF TOKEN=abc\nmodprobe -r radeon\n"), "");
    }

    #[test]
    fn the_evidence_of_a_capture_is_that_of_the_host() {
        let path = "/etc/systemd/system/a.service";
        let unit = "ExecStart=/bin/sh -c 'sleep 1; modprobe --remove nouveau i915'\n";
        let evidence = |text: &str| {
            let mut tree = MemoryTree::partial();
            tree.insert_file(path, text);
            let found = Services::read(&tree).removals;
            found
                .into_iter()
                .map(|fact| fact.evidence)
                .collect::<Vec<_>>()
        };
        assert_eq!(evidence(unit).len(), 2);
        assert_eq!(evidence(unit), evidence(&needed_lines(path, unit)));
    }
}
