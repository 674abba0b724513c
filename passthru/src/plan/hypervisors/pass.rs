//! What each hypervisor is told.

use hvconf::binding::modprobe::ModuleName;
use hvconf::description::{Description, Firmware, MmioWindow, SecureBoot, VmName};
use hvconf::emitted::EmitError;
use hvconf::incus::Program;
use hvconf::kubernetes::{self, NodeName, Pooling};
use hvconf::nixos::NixBinding;
use hvconf::passed::Passed;
use hvconf::truenas::VmNumber;
use hvconf::{cloud_hypervisor, hyper_v, incus, nixos, truenas};

use super::super::binding;
use super::super::document::{Binding, ManualStep, Moment};
use super::super::drafts::Drafts;
use super::super::guest::Guest;
use super::super::request::{PlanError, Request};
use super::bhyve::on_bhyve;
use super::esxi::on_esxi;
use super::kubevirt::on_kubevirt;
use super::lists::{on_nova, on_unraid};
use super::qemu::on_qemu;
use super::steps::{bad_guest, expected};
use super::told;
use super::xen::{on_xcp_ng, on_xen};
use crate::host::{Device, Host, host_drivers};
use crate::target::Target;

pub(in super::super) fn pass(
    host: &Host,
    target: Target,
    request: &Request,
    functions: &[&Device],
    passed: Passed,
    drafts: &mut Drafts<'_>,
) -> Result<Guest, PlanError> {
    let mut guest = Guest::default();
    let mut vm = description(target, request, passed, &mut guest)?;
    let failed = |error: EmitError| PlanError::edit(target.name(), error);
    match target {
        Target::Esxi => on_esxi(host, request, vm, &mut guest, drafts)?,
        Target::Xen => on_xen(host, request, functions, &vm, &mut guest, drafts)?,
        Target::XcpNg => on_xcp_ng(host, request, &vm, &mut guest, drafts)?,
        Target::Bhyve => on_bhyve(request, &vm, &mut guest, drafts)?,
        Target::Nova => on_nova(&vm, &mut guest, drafts)?,
        Target::Unraid => on_unraid(&mut guest),
        Target::HyperV => {
            // Where BARs are not shown and nothing is asked for, what Microsoft's script says each function needs.
            let mut needs = functions.iter().map(|device| {
                let megabytes = device.surveyed_mmio_mb.as_ref();
                megabytes.map(|megabytes| megabytes.value)
            });
            let sum = needs.try_fold(0u64, |sum, need| sum.checked_add(need?));
            let sum = sum.and_then(|megabytes| megabytes.checked_mul(1 << 20));
            vm.mmio = vm.mmio.or_else(|| MmioWindow::for_bytes(sum?));
            told::add(hyper_v::emit(&vm).map_err(failed)?, &mut guest, drafts)?;
        }
        Target::Qemu => on_qemu(&vm, &request.wishes, &mut guest, drafts)?,
        Target::CloudHypervisor => told::add(cloud_hypervisor::emit(&vm), &mut guest, drafts)?,
        Target::Crosvm => {
            let emitted = hvconf::crosvm::emit(&vm).map_err(failed)?;
            told::add(emitted, &mut guest, drafts)?;
        }
        Target::Incus | Target::Lxd => {
            let program = match target {
                Target::Incus => Program::Incus,
                _ => Program::Lxd,
            };
            // The instance is there: what it starts by is its own. Unasked this is what the
            // program gives by itself, so that nothing is set.
            if request.wishes.firmware.is_none() {
                vm.firmware = Firmware::Ovmf(SecureBoot::On);
                guest.manual.push(ManualStep {
                    moment: Moment::Before,
                    step: "guest-secure-boot".into(),
                    text: format!(
                        "the plan keeps the instance's Secure Boot, which is on by default: \
                         unsigned drivers do not load then. For a guest with such a driver: {} \
                         config set {} security.secureboot=false",
                        program.command(),
                        vm.name
                    ),
                });
            }
            let mut emitted = incus::emit(&vm, program).map_err(failed)?;
            // The commands do the same as the document.
            emitted.files.clear();
            told::add(emitted, &mut guest, drafts)?;
        }
        Target::KubeVirt => on_kubevirt(&vm, &request.wishes, &mut guest, drafts)?,
        Target::Harvester => {
            let node = node(target, request)?;
            let pooling = match binding::choose(host, functions) {
                Binding::ById => Pooling::Pooled,
                Binding::ByAddress | Binding::ByHypervisor | Binding::ByHost => Pooling::PerDevice,
            };
            let emitted = kubernetes::harvester(&vm, &node, pooling).map_err(failed)?;
            told::add(emitted, &mut guest, drafts)?;
        }
        Target::GpuOperator => {
            let node = node(target, request)?;
            let emitted = kubernetes::gpu_operator(&vm, &node).map_err(failed)?;
            told::add(emitted, &mut guest, drafts)?;
        }
        Target::Talos => told::add(kubernetes::talos(&vm), &mut guest, drafts)?,
        Target::TrueNas => {
            let number = request.vm.as_deref().unwrap_or_default().parse();
            let number = number.map_err(|_| bad_guest(target, request))?;
            told::add(
                truenas::emit(&vm, VmNumber(number), &[]),
                &mut guest,
                drafts,
            )?;
        }
        Target::NixOs => {
            let how = match binding::choose(host, functions) {
                Binding::ById => NixBinding::ById,
                Binding::ByAddress | Binding::ByHypervisor | Binding::ByHost => {
                    NixBinding::ByAddress
                }
            };
            let drivers: Vec<ModuleName> = host_drivers(functions).into_iter().collect();
            let emitted = nixos::emit(&vm, how, &drivers).map_err(failed)?;
            told::add(emitted, &mut guest, drafts)?;
        }
        _ => return Err(PlanError::TargetNotPlanned(target)),
    }
    Ok(guest)
}

fn node(target: Target, request: &Request) -> Result<NodeName, PlanError> {
    let name = request.vm.as_deref().unwrap_or_default();
    name.parse().map_err(|_| bad_guest(target, request))
}

/// The machine that gets the functions; where `--vm` names something else, or
/// nothing, `guest`.
fn description(
    target: Target,
    request: &Request,
    passed: Passed,
    guest: &mut Guest,
) -> Result<Description, PlanError> {
    let by_name = !matches!(
        target,
        Target::Esxi | Target::Harvester | Target::GpuOperator | Target::TrueNas | Target::XcpNg
    );
    let name = match &request.vm {
        Some(vm) if by_name => vm.parse().map_err(|_| bad_guest(target, request))?,
        Some(_) => VmName::unnamed(),
        None => {
            guest.manual.push(ManualStep {
                moment: Moment::Before,
                step: "name-guest".into(),
                text: format!("name the guest with --vm: {}", expected(target)),
            });
            VmName::unnamed()
        }
    };
    let mut vm = Description::new(name, passed);
    request.wishes.of_machine(&mut vm);
    Ok(vm)
}
