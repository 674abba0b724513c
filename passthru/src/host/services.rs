//! Services that take a driver away after it came.

use pci_core::tree::HostTree;
use pci_core::{Evidence, numbered_lines};

use super::fact::Fact;

const UNITS: &str = "/etc/systemd/system";

/// A service that takes a driver away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removal {
    /// The unit's name.
    pub unit: String,
    /// The driver's module.
    pub driver: String,
}

/// What was found, and the files that were read for it.
#[derive(Debug, Default)]
pub(super) struct Services {
    pub(super) removals: Vec<Fact<Removal>>,
    pub(super) files: Vec<String>,
}

/// Scripts are short; a program is none.
const LONGEST_SCRIPT: usize = 64 << 10;

impl Services {
    /// Looks for the lines that run `modprobe -r` or `rmmod`, in units of the
    /// administrator and in the scripts that these start.
    pub(super) fn read(tree: &dyn HostTree) -> Self {
        let mut services = Self::default();
        let names = tree.list(UNITS).found().unwrap_or_default().names;
        for name in names.iter().filter(|name| name.ends_with(".service")) {
            services.add_unit(tree, name);
        }
        services
    }

    fn add_unit(&mut self, tree: &dyn HostTree, name: &str) {
        let path = format!("{UNITS}/{name}");
        let Some(unit) = tree.read_text(&path).found() else {
            return;
        };
        for (number, line) in numbered_lines(&unit) {
            let Some(command) = started(line) else {
                continue;
            };
            if self.add(name, &path, number, EXEC_START, command) {
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
                    self.add(name, script, number, "", line);
                }
            }
        }
        self.files.push(path);
    }

    /// Notes the drivers that a command removes.
    fn add(&mut self, unit: &str, path: &str, number: u32, before: &str, command: &str) -> bool {
        let mut added = false;
        for (text, driver) in removals(command) {
            let removal = Removal {
                unit: unit.to_owned(),
                driver,
            };
            let evidence = Evidence::new(path, Some(number), format!("{before}{text}"));
            self.removals.push(Fact::new(removal, evidence));
            added = true;
        }
        added
    }
}

const EXEC_START: &str = "ExecStart=";

fn is_script(text: &str) -> bool {
    text.len() <= LONGEST_SCRIPT && text.starts_with("#!")
}

/// The command of an `ExecStart=` line.
fn started(line: &str) -> Option<&str> {
    let command = line.trim().strip_prefix(EXEC_START)?;
    Some(command.trim_start_matches([' ', '-', '@', '+', '!', ':']))
}

/// The program that a command starts: systemd asks for its whole path
/// (systemd.service(5)), and nothing else is taken for one.
fn program(command: &str) -> Option<&str> {
    let word = command.split_ascii_whitespace().next()?;
    word.starts_with('/').then_some(word)
}

/// What the analysis needs of a unit or a script, with the lines where they were:
/// what else stands there, such as passwords, is not for sharing.
pub(crate) fn needed_lines(path: &str, text: &str) -> String {
    let is_unit = path.starts_with(UNITS);
    if !is_unit && !is_script(text) {
        return String::new();
    }
    let mut kept = String::new();
    for (number, line) in numbered_lines(text) {
        let command = is_unit.then(|| started(line)).flatten();
        let mut removed: Vec<String> = removals(command.unwrap_or(line))
            .map(|(text, _)| text)
            .collect();
        if command.is_some() {
            kept.push_str(EXEC_START);
        } else if number == 1 && line.starts_with("#!") {
            kept.push_str("#!");
        }
        if removed.is_empty() {
            removed.extend(command.and_then(program).map(str::to_owned));
        }
        kept.push_str(&removed.join("; "));
        kept.push('\n');
    }
    kept
}

/// The modules that a line of commands removes, each with the command that does:
/// its program, the option and the module, and nothing that stands beside them.
fn removals(line: &str) -> impl Iterator<Item = (String, String)> {
    let line = line.trim_start();
    let commands = if line.starts_with('#') { "" } else { line };
    commands.split([';', '&', '|']).flat_map(|command| {
        let mut words = command
            .split_ascii_whitespace()
            .map(|word| word.trim_matches(['"', '\'', '(', ')']))
            .take_while(|word| !word.starts_with('#'))
            .skip_while(|word| goes_before_a_program(word));
        let path = words.next().unwrap_or_default();
        let (option, removes) = match path.rsplit('/').next() {
            Some("rmmod") => ("", true),
            Some("modprobe") => (" -r", false),
            _ => return Vec::new(),
        };
        let mut is_removal = removes;
        let mut found = Vec::new();
        for word in words {
            let short = word.starts_with('-') && !word.starts_with("--") && word.contains('r');
            if short || word == "--remove" {
                is_removal = true;
            } else if is_removal && is_module_name(word) {
                found.push((format!("{path}{option} {word}"), word.to_owned()));
            }
        }
        found
    })
}

/// What a shell has between the start of a command and its program.
fn goes_before_a_program(word: &str) -> bool {
    let shells = ["sh", "bash", "dash"];
    let shell = word
        .rsplit('/')
        .next()
        .is_some_and(|name| shells.contains(&name));
    let words = ["then", "else", "do", "exec", "sudo", "!", "{", "-c"];
    shell || words.contains(&word) || word.contains('=')
}

fn is_module_name(word: &str) -> bool {
    let is_of_a_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    !word.starts_with('-') && !word.is_empty() && word.bytes().all(is_of_a_name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pci_core::tree::MemoryTree;

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
