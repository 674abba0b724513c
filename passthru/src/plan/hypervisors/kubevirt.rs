//! KubeVirt: patches that keep what the lists of the cluster have.

use hvconf::description::Description;
use hvconf::emitted::{EmitError, Emitted};
use hvconf::kubernetes::{self, ReadManifest};
use hvconf::settings;

use super::super::document::{ManualStep, Moment};
use super::super::drafts::Drafts;
use super::super::guest::Guest;
use super::super::request::PlanError;
use super::intents;
use super::told;
use crate::target::Target;

/// Where the objects of a KubeVirt cluster are looked for.
const KUBEVIRT_OBJECTS: &str = "/var/lib/passthru/kubevirt-objects.yaml";

pub(super) fn on_kubevirt(
    vm: &Description,
    guest: &mut Guest,
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanError> {
    let objects = drafts.text(KUBEVIRT_OBJECTS)?;
    let already = match &objects {
        Some(text) => kubernetes::read_manifest_of(text, &vm.name)
            .map_err(|error| PlanError::edit(KUBEVIRT_OBJECTS, error))?,
        None => ReadManifest::default(),
    };
    let failed = |error: EmitError| PlanError::edit(Target::KubeVirt.name(), error);
    let mut emitted = kubernetes::kubevirt(vm, &already).map_err(failed)?;
    emitted.steps.retain(|step| step.name != "kubevirt-lists");
    if objects.is_none() {
        guest.manual.push(ManualStep {
            moment: Moment::Before,
            step: "kubevirt-lists".into(),
            text: format!(
                "a merge patch replaces a list: run kubectl get kubevirt,virtualmachine -A -o yaml \
                 > {KUBEVIRT_OBJECTS} and plan again, and the patches keep what is in the lists"
            ),
        });
    }
    let patched = patched(objects.as_deref().unwrap_or_default(), &emitted);
    told::add(emitted, guest, drafts)?;
    for (path, object) in patched {
        drafts.intend(&path, intents::of_kubevirt(vm));
        drafts.copies(&path, &object);
    }
    Ok(())
}

/// The merge patches, each with the object that it is for, where that is shown.
fn patched(objects: &str, emitted: &Emitted) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for command in &emitted.commands {
        let [_, "patch", kind, name, ..] =
            *command.argv.iter().map(String::as_str).collect::<Vec<_>>()
        else {
            continue;
        };
        let mut files = emitted.files.iter();
        let file = files.find(|file| command.argv.contains(&file.path));
        if let (Some(file), Some(object)) = (file, settings::object(objects, kind, name)) {
            found.push((told::path(file), object));
        }
    }
    found
}
