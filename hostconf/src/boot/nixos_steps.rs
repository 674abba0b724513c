//! Changes of a NixOS configuration.

use host_tree::{Edit, HostTree};

use super::change::OptionsChange;
use super::nixos::{CONFIGURATION, MODULE, Module};
use super::parameter::Parameter;
use super::step::{Steps, StepsRefused, read, refreshed, running, shown, text};
use super::string_list::ListRefused;

/// The modules that have to be in the initrd where the command line gives vfio-pci
/// its ids (NixOS wiki, "PCI passthrough").
const VFIO: [&str; 3] = ["vfio_pci", "vfio", "vfio_iommu_type1"];

/// Our module, its import, and options out of the configuration's own lists.
pub(super) fn steps(tree: &dyn HostTree, change: &OptionsChange) -> Result<Steps, StepsRefused> {
    let before = text(tree, CONFIGURATION)?;
    let refused = |path: &'static str| move |error: ListRefused| StepsRefused::file(path, &error);
    let mut configuration = Module::parse(&before);
    configuration
        .remove(change)
        .map_err(refused(CONFIGURATION))?;
    configuration.import().map_err(refused(CONFIGURATION))?;

    let ours = shown(MODULE, read(tree, MODULE))?;
    let mut module = ours.as_deref().map_or_else(Module::default, Module::parse);
    // What the configuration's own lists say already is not said again.
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
    let is_ids = |parameter: &Parameter| parameter.name().replace('_', "-") == "vfio-pci.ids";
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
    Ok(refreshed(vec![edit, import], &["nixos-rebuild", "boot"]))
}

/// An option that runs and is to go must stand in a list that we can read.
fn still_there(
    tree: &dyn HostTree,
    change: &OptionsChange,
    configuration: &str,
    ours: Option<&str>,
) -> Result<(), StepsRefused> {
    let removals = change.removals();
    if removals.is_empty() {
        return Ok(());
    }
    let Ok(line) = running(tree) else {
        return Ok(());
    };
    for option in removals.difference(&line)?.gone {
        let lists = |text: &str| {
            let line = Module::parse(text).command_line();
            line.to_string().split(' ').any(|word| word == option)
        };
        if !lists(configuration) && !ours.is_some_and(lists) {
            return Err(StepsRefused::file(
                CONFIGURATION,
                &format!("expected \"{option}\" in boot.kernelParams; it is set in another module"),
            ));
        }
    }
    Ok(())
}
