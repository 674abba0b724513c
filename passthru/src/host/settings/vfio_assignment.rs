//! Functions that vfio-pci is configured for: by ID, and by address.

use host_tree::{Evidence, HostTree, numbered_lines};
use hostconf::binding::by_address::BoundFunction;
use hostconf::binding::initramfs_tools::{INIT_TOP, ScriptFacts, read_script};
use hostconf::binding::vfio_ids::VfioIds;
use hostconf::binding::{by_address, dracut, driverctl, mkinitcpio, service, udev_rule};
use hvconf::unraid::{self, VfioPciCfg};
use pci_core::{Address, PciId};

use super::{Seen, Settings};
use crate::host::fact::Fact;

/// One value of vfio-pci's `ids=`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IdList {
    /// The value as written.
    pub text: String,
    /// The ids, or why vfio-pci cannot read them.
    pub ids: Result<VfioIds, String>,
    /// Whether it is on a kernel command line, running or configured.
    pub on_command_line: bool,
}

impl IdList {
    pub(in crate::host) fn read(settings: &Settings) -> Vec<Fact<Self>> {
        // The next boot counts where its options are shown, else the running
        // kernel's.
        let configured = settings
            .kernel_options
            .iter()
            .any(|option| option.seen == Seen::Configured);
        let seen = if configured {
            Seen::Configured
        } else {
            Seen::Running
        };
        settings
            .module_option("vfio-pci", "ids")
            .filter(|option| option.on_command_line.is_none_or(|there| there == seen))
            .filter_map(|option| {
                let text = option.value.clone()?;
                let ids = text.parse::<VfioIds>().map_err(|error| error.to_string());
                let list = Self {
                    text,
                    ids,
                    on_command_line: option.on_command_line.is_some(),
                };
                Some(Fact::new(list, option.evidence.clone()))
            })
            .collect()
    }
}

/// A file that binds functions by address: a script of the initramfs, or the file of a program.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct OverrideScript {
    /// Its path.
    pub path: String,
    /// Its effect and its errors.
    pub facts: ScriptFacts,
    /// Its text.
    pub text: String,
    /// The evidence that the script is not executable: its permissions, or a line of `ls -l`.
    pub not_executable: Option<Evidence>,
    /// The functions that it binds and their expected identity, in a plan's file or Unraid's.
    pub planned: Option<Vec<BoundFunction>>,
}

impl OverrideScript {
    pub(in crate::host) fn read(tree: &dyn HostTree) -> Vec<Self> {
        let listing = tree.list(INIT_TOP).found().unwrap_or_default();
        let mut scripts: Vec<Self> = listing
            .names
            .iter()
            .filter_map(|name| {
                let path = format!("{INIT_TOP}/{name}");
                let text = tree.read_text(&path).found()?;
                let facts = read_script(name, &text);
                let planned = by_address::bound(&text);
                (!facts.overrides.is_empty()).then_some(Self {
                    not_executable: not_executable(tree, &path, name),
                    path,
                    facts,
                    text,
                    planned,
                })
            })
            .collect();
        scripts.extend(OTHERS.iter().filter_map(|path| Self::other(tree, path)));
        scripts.extend(Self::unraid(tree));
        scripts
    }

    /// Unraid's file for its start script, which skips a function with other IDs.
    fn unraid(tree: &dyn HostTree) -> Option<Self> {
        let text = tree.read_text(unraid::PATH).found()?;
        let file = VfioPciCfg::parse(&text);
        let line = file.line_number()?;
        let functions: Vec<unraid::BoundFunction> = file.functions().collect();
        let planned = functions.iter().map(|function| {
            Some(BoundFunction {
                address: function.address,
                id: function.id?,
                subsystem: None,
            })
        });
        let facts = ScriptFacts {
            overrides: functions.iter().map(|one| (one.address, line)).collect(),
            drivers: vec!["vfio-pci".to_owned()],
            ..ScriptFacts::default()
        };
        Some(Self {
            path: unraid::PATH.to_owned(),
            not_executable: None,
            facts,
            planned: planned.collect(),
            text,
        })
    }

    /// A file of a plan that another program than initramfs-tools runs.
    fn other(tree: &dyn HostTree, path: &str) -> Option<Self> {
        let text = tree.read_text(path).found()?;
        let planned = by_address::bound(&text).or_else(|| udev_rule::bound(&text))?;
        let place = |bound: &BoundFunction| {
            let address = bound.address.to_string();
            let mut lines = numbered_lines(&text);
            let found = lines.find(|(_, line)| line.contains(&address));
            (bound.address, found.map_or(1, |(number, _)| number))
        };
        let facts = ScriptFacts {
            overrides: planned.iter().map(place).collect(),
            drivers: vec!["vfio-pci".to_owned()],
            ours: true,
            ..ScriptFacts::default()
        };
        Some(Self {
            path: path.to_owned(),
            not_executable: None,
            facts,
            text,
            planned: Some(planned),
        })
    }
}

/// A function that is not where a file binds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moved {
    /// The place of the file among those of the host.
    pub(in crate::host) script: usize,
    pub(crate) bound: BoundFunction,
    /// The ID at the address; none if the host has no such function.
    pub(crate) found: Option<Fact<PciId>>,
    /// The function with the expected ID, if one alone can be the one that was bound.
    pub(crate) now: Option<Address>,
    /// Whether no other function has the expected ID.
    pub(crate) is_gone: bool,
}

impl Moved {
    /// The file, among those of the host.
    pub(crate) fn script<'a>(&self, scripts: &'a [OverrideScript]) -> Option<&'a OverrideScript> {
        scripts.get(self.script)
    }
}

/// The device that a guest is to have, and the addresses that the settings name instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct MovedOfXen {
    /// The functions that the settings name, in order.
    pub(crate) named: Vec<Address>,
    /// The lines that name them.
    pub(crate) lines: Vec<Evidence>,
    /// The first of them that is another device now; none if all are gone.
    pub(crate) found: Option<Address>,
    /// The functions of the device in question.
    pub(crate) now: Vec<Address>,
    /// Whether a guest's configuration has an address of another device.
    pub(crate) is_with_guest: bool,
}

impl MovedOfXen {
    /// Whether the settings name the function.
    pub(crate) fn names(&self, address: Address) -> bool {
        self.named.contains(&address)
    }
}

/// The permissions of the script without that to execute it, or the line of `ls -l` that lists it so:
/// `-rw-r--r-- 1 root root 312 Nov 1 10:00 vfio.sh`.
fn not_executable(tree: &dyn HostTree, path: &str, name: &str) -> Option<Evidence> {
    let shown = tree.is_executable(path);
    let shown = shown.shown(path, |_| "no permission to execute").found();
    if let Some((is_executable, evidence)) = shown {
        return (!is_executable).then_some(evidence);
    }
    tree.texts().iter().find_map(|text| {
        let of_directory = text.text.contains(INIT_TOP);
        numbered_lines(&text.text).find_map(|(number, line)| {
            let mut words = line.split_ascii_whitespace();
            let mode = words.next().filter(|mode| mode.starts_with("-r"))?;
            let mode = mode.get(..10)?;
            let last = words.next_back()?;
            let is_script = last == path || of_directory && last == name;
            let cannot_run = !mode.contains(['x', 's', 't']);
            (is_script && cannot_run).then(|| Evidence::new(&*text.command, number, line.trim()))
        })
    })
}

/// Files of plans that bind by address, except scripts of initramfs-tools.
const OTHERS: [&str; 5] = [
    dracut::MODULE_HOOK,
    mkinitcpio::RUNTIME,
    mkinitcpio::SCRIPT,
    udev_rule::RULES,
    service::SCRIPT,
];

/// driverctl's configuration: functions, each with its driver.
pub(in crate::host) fn driverctl_files(tree: &dyn HostTree) -> Vec<Fact<(Address, String)>> {
    let listing = tree.list(driverctl::DIRECTORY).found().unwrap_or_default();
    let reported = listing.names.iter().filter_map(|name| {
        let address = driverctl::address(name)?;
        let path = driverctl::path(address);
        let text = tree.read_text(&path).found()?;
        let driver = driverctl::driver(&text).ok()?;
        let evidence = Evidence::at(path, &text, 1);
        Some(Fact::new((address, driver.as_str().to_owned()), evidence))
    });
    reported.collect()
}
