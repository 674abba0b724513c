//! KubeVirt: patches that preserve the lists of the cluster.

use hvconf::emitted::Emitted;
use hvconf::kubernetes::{self, ReadManifest};

use super::super::document::{ManualStep, When};
use super::hypervisor::{GuestName, Hypervisor, Page, Pass, Passing};
use super::{emitted, intents};
use crate::file_settings;
use crate::input::KUBEVIRT_OBJECTS;
use crate::plan::error::PlanCause;
use crate::target::Target;
use crate::text::{Text, text};

pub(super) const KUBEVIRT: Hypervisor =
    Hypervisor::new(Target::KubeVirt, GuestName::MACHINE, Pass::By(pass)).documented(PAGE);

const PAGE: Page = Page {
    reads: "permitted and requested devices: IDs only, so no description",
    writes: "merge patches (RFC 7386) with all rows that the lists have",
    edits: "",
    checked_by: "the schemas of KubeVirt's API; patches merged with thousands of generated \
        objects, with `kubectl patch --local` too where there is a `kubectl`",
    versions: "",
};

/// The step that requests these objects.
const LISTS: &str = "kubevirt-lists";

fn pass(passing: Passing<'_, '_>) -> Result<(), PlanCause> {
    let Passing {
        request,
        vm,
        guest,
        drafts,
        ..
    } = passing;
    let (vm, vm_options) = (&vm, &request.vm_options);
    let objects = drafts.text(KUBEVIRT_OBJECTS)?;
    let already = match &objects {
        Some(text) => kubernetes::read_manifest_of(text, &vm.name)
            .map_err(|error| PlanCause::edit(KUBEVIRT_OBJECTS, error))?,
        None => ReadManifest::default(),
    };
    let failed = |error: hvconf::Error| PlanCause::edit(Target::KubeVirt.name(), error);
    let mut emitted = kubernetes::kubevirt(vm, vm_options.firmware, &already).map_err(failed)?;
    if vm_options.firmware.is_none() {
        let which = text!("domain.firmware of the VM sets its firmware, by default a BIOS");
        guest
            .manual
            .extend(vm_options.firmware_stays(&which, &vm.assigned));
    }
    let lists = emitted.steps.iter().position(|step| step.name == LISTS);
    if let Some(step) = lists.map(|at| emitted.steps.remove(at)) {
        guest.manual.push(ManualStep {
            when: When::Before,
            step: LISTS.into(),
            text: text!(
                "{step}; write them to {objects} and plan again",
                step = Text::of_english(step.text),
                objects = KUBEVIRT_OBJECTS
            ),
        });
    }
    let patched = patched(objects.as_deref().unwrap_or_default(), &emitted);
    emitted::add(emitted, guest, drafts)?;
    for (path, object) in patched {
        drafts.intend(&path, intents::of_kubevirt(vm, vm_options.firmware));
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
        if let (Some(file), Some(object)) = (file, file_settings::object(objects, kind, name)) {
            found.push((emitted::path(file), object));
        }
    }
    found
}
