//! NixOS, with any loader.

use crate::boot::change::OptionsChange;
use crate::boot::command_line::same_name;
use crate::boot::configured_options::ConfiguredOptions;
use crate::boot::loader::declaration::{BootLoader, Change, Given, Page, Refresh, Rule, Sign};
use crate::boot::nixos::{CONFIGURATION, MODULE, Module};
use crate::boot::parameter::Parameter;
use crate::boot::step::{read, running, shown, text};
use crate::error::{Error, ErrorKind};
use host_tree::{Edit, HostTree};

pub(super) const LOADER: BootLoader = BootLoader {
    rules: &[
        Rule {
            given: Given::WholeSystem,
            rank: 0,
            signs: &[Sign::Option("init", "/nix/store/")],
        },
        Rule {
            given: Given::WholeSystem,
            rank: 1,
            signs: &[Sign::Path("/etc/NIXOS")],
        },
    ],
    refresh: Refresh::Run(&["nixos-rebuild", "boot"]),
    configured: Some(configured),
    is_only_system: true,
    // The configuration makes it.
    etc_not_kept: Some(|_, shown| shown.first().cloned()),
    ..BootLoader::new(
        "NixOS",
        Change::Edits(edits),
        Page {
            found_by: "`init=/nix/store/`, `/etc/NIXOS`",
            changes: "`passthru.nix`, imported by `configuration.nix`",
            checked_by: "nix-instantiate",
        },
    )
};

fn configured(tree: &dyn HostTree) -> Vec<ConfiguredOptions> {
    let modules = [CONFIGURATION, MODULE].map(|path| {
        let text = tree.read_text(path).found().unwrap_or_default();
        let module = Module::parse(&text);
        ConfiguredOptions::at(path, &text, module.line(), &module.command_line())
    });
    modules.into_iter().flatten().collect()
}

/// The modules that have to be in the initrd where the command line sets vfio-pci's its ids
/// (NixOS wiki, "PCI passthrough").
const VFIO: [&str; 3] = ["vfio_pci", "vfio", "vfio_iommu_type1"];

/// passthru's module, its import, and removals from the lists of the configuration. An option whose
/// value there changes is changed there: the lists of the configuration follow those of its imports
/// (nixpkgs, `lib/modules.nix`), and the last value counts.
fn edits(tree: &dyn HostTree, change: &OptionsChange) -> Result<Vec<Edit>, Error> {
    let before = text(tree, CONFIGURATION)?;
    let refused = |path: &'static str| move |error: Error| error.in_file(path);
    let mut configuration = Module::parse(&before);
    let own = configuration.command_line();
    let mut replaced = Vec::new();
    for parameter in &change.put {
        let alone = OptionsChange {
            put: vec![parameter.clone()],
            ..OptionsChange::default()
        };
        if !alone.difference(&own)?.removed.is_empty() {
            replaced.push(parameter.clone());
        }
    }
    let of_configuration = OptionsChange {
        put: replaced,
        ..change.removals()
    };
    match of_configuration.put.is_empty() {
        true => configuration.remove(change),
        false => configuration.change(&of_configuration),
    }
    .map_err(refused(CONFIGURATION))?;
    configuration.import().map_err(refused(CONFIGURATION))?;

    let ours = shown(MODULE, read(tree, MODULE))?;
    let mut module = ours.as_deref().map_or_else(Module::default, Module::parse);
    // An option in the lists of the configuration is not repeated.
    let own = configuration.command_line();
    let put = change
        .put
        .iter()
        .filter(|parameter| !own.contains(parameter));
    let ours_change = OptionsChange {
        put: put.cloned().collect(),
        ..change.clone()
    };
    module.change(&ours_change).map_err(refused(MODULE))?;
    let is_ids = |parameter: &Parameter| same_name(parameter.name(), "vfio-pci.ids");
    if change.put.iter().any(is_ids) {
        let path = ["boot", "initrd", "kernelModules"];
        module.add_strings(&path, &VFIO).map_err(refused(MODULE))?;
    }
    still_there(tree, change, &before, ours.as_deref())?;
    let edit = match ours {
        Some(ours) => Edit::change(MODULE, ours, module.to_string()),
        None => Edit::new_file(MODULE, module.to_string()),
    };
    let import = Edit::change(CONFIGURATION, before, configuration.to_string());
    Ok(vec![edit, import])
}

/// An option that runs and is to go must is in a list that we can read.
fn still_there(
    tree: &dyn HostTree,
    change: &OptionsChange,
    configuration: &str,
    ours: Option<&str>,
) -> Result<(), Error> {
    let removals = change.removals();
    if removals.is_empty() {
        return Ok(());
    }
    let Ok(line) = running(tree) else {
        return Ok(());
    };
    for option in removals.difference(&line)?.removed {
        let lists = |text: &str| {
            let line = Module::parse(text).command_line();
            line.to_string().split(' ').any(|word| word == option)
        };
        if !lists(configuration) && !ours.is_some_and(lists) {
            let message =
                format!("expected \"{option}\" in boot.kernelParams; it is set in another module");
            return Err(Error::other(ErrorKind::OtherSource, message).in_file(CONFIGURATION));
        }
    }
    Ok(())
}
