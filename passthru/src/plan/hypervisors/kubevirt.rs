//! KubeVirt: patches that keep what the lists of the cluster have.

use hvconf::description::Description;
use hvconf::emitted::{EmitError, Line};
use hvconf::kubernetes::{self, ReadManifest};

use super::super::document::{ManualStep, Moment};
use super::super::drafts::Drafts;
use super::super::guest::Guest;
use super::super::request::PlanError;
use super::super::wishes::Wishes;
use super::told;
use crate::target::Target;

/// Where the objects of a KubeVirt cluster are looked for.
const KUBEVIRT_OBJECTS: &str = "/var/lib/passthru/kubevirt-objects.yaml";

pub(super) fn on_kubevirt(
    vm: &Description,
    wishes: &Wishes,
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
    // A patch is of a machine that is there: what it starts by is its own.
    if wishes.firmware.is_none() {
        for file in &mut emitted.files {
            drop_firmware(&mut file.lines);
        }
        let which = "domain.firmware of the virtual machine sets its firmware, by default a BIOS";
        guest
            .manual
            .extend(wishes.firmware_stays(which, &vm.passed));
    }
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
    told::add(emitted, guest, drafts)
}

/// Takes the mapping `firmware` with all that is in it out of a machine's patch.
fn drop_firmware(lines: &mut Vec<Line>) {
    let depth = |line: &Line| line.text.len() - line.text.trim_start().len();
    let Some(at) = lines
        .iter()
        .position(|line| line.text.trim() == "firmware:")
    else {
        return;
    };
    let inside = lines.get(at).map(depth).unwrap_or_default();
    let after = lines.iter().skip(at + 1);
    let count = after.take_while(|line| depth(line) > inside).count();
    lines.drain(at..=at + count);
}
