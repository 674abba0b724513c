//! Functions whose virtual functions are to be assigned.

use host_tree::Evidence;

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::drivers::guest_drivers::is_vfio_driver;
use crate::host::{Device, Driver, Host, ModuleOption, Processor, Symptom, host_drivers};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "sriov-none-of-vfio",
        meaning: "The text is about virtual functions of the integrated GPU, which is bound to \
                  vfio-pci. Only the GPU's own driver, i915 or xe with SR-IOV, creates virtual \
                  functions: vfio-pci is for the virtual functions, and not for the GPU itself.",
        source: "Linux Documentation/PCI/pci-iov-howto.rst; github.com/strongtz/i915-sriov-dkms, \
                 README",
        causes: &[],
        check: parent_of_none,
    },
    Rule {
        code: "sriov-parent-bound-to-vfio",
        meaning: "max_vfs= of i915 or xe requests virtual functions of the GPU, but the GPU itself is \
              bound to vfio-pci. The virtual functions exist only while the driver of the \
              physical function is bound: with vfio-pci they are removed, and guests that use \
              them fail.",
        source: "Linux Documentation/PCI/pci-iov-howto.rst; github.com/strongtz/i915-sriov-dkms, \
             README",
        causes: &[],
        check: parent_held,
    },
    Rule {
        code: "physical-function-bound-to-vfio",
        meaning: "Virtual functions of the function were requested, but the function itself is bound \
                  to vfio-pci, which refuses them without enable_sriov=1 (\"No such file or \
                  directory\"). The driver of the physical function creates them: its ID does not \
                  belong in ids= of vfio-pci, that of the virtual functions does.",
        source: "Linux drivers/vfio/pci/vfio_pci.c, vfio_pci_sriov_configure; \
                 Documentation/PCI/pci-iov-howto.rst",
        causes: &[
            "sriov-not-offered",
            "proxmox-bind-write-failed",
            "proxmox-bind-failed",
        ],
        check: physical_on_vfio,
    },
    Rule {
        code: "graphics-without-virtual-functions",
        meaning: "Virtual functions of Intel's integrated graphics begin with the 12th generation \
                  of graphics (Tiger Lake, Alder Lake). The graphics of earlier processors, \
                  Jasper Lake and Elkhart Lake included, have no SR-IOV capability: no driver \
                  or option creates virtual functions of them.",
        source: "Linux drivers/gpu/drm/xe/xe_pci.c, has_sriov; github.com/strongtz/\
                 i915-sriov-dkms, README; pci.ids",
        causes: &[],
        check: parent_without_sriov,
    },
    Rule {
        code: "virtual-function-without-outputs",
        meaning: "A virtual function of Intel's graphics renders and encodes, and has no display \
                  engine: only the physical function drives HDMI and DisplayPort. An OpRegion \
                  (x-igd-opregion=on) and a ROM file do not change this.",
        source: "Linux drivers/gpu/drm/xe/xe_device.c, vf_update_device_info (no display for a virtual \
                 function); github.com/strongtz/i915-sriov-dkms, README",
        causes: &["no-picture-reported"],
        check: without_outputs,
    },
    Rule {
        code: "virtual-function-not-opened",
        meaning: "The function is a virtual function of Intel's graphics, and no VFIO group of it is \
                  open to the program. Virtual functions exist only after the driver of 00:02.0 \
                  created them, and have the ID of 00:02.0: vfio-pci.ids would take that function \
                  too, and with it the virtual functions.",
        source: "Linux Documentation/PCI/pci-iov-howto.rst; github.com/strongtz/i915-sriov-dkms, \
                 README",
        causes: &[],
        check: not_opened,
    },
];

/// The physical functions on vfio-pci for which the kernel refused virtual functions, each with the
/// refusal.
pub(in crate::doctor) fn physical_functions_on_vfio(
    host: &Host,
) -> impl Iterator<Item = (&Device, &Evidence)> {
    let mut enabled = host.settings.module_option("vfio_pci", "enable_sriov");
    let is_enabled = enabled.next().is_some();
    let refused = host.log_messages.iter().filter(move |one| {
        one.message.code == "sriov-not-offered" && !one.is_of_guest && !one.is_over && !is_enabled
    });
    refused.filter_map(|one| {
        let device = host.devices.get(&one.device?)?;
        let is_held = device.driver.is_bound_to(|name| name == "vfio-pci");
        is_held.then_some((device, &one.evidence))
    })
}

fn physical_on_vfio(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let found = physical_functions_on_vfio(host);
    found
        .map(|(device, refused)| {
            let title = text!(
                "{function} is bound to vfio-pci: it has virtual functions only while its own \
                 driver is bound",
                function = device.address
            );
            let bound = match &device.driver {
                Driver::Bound(driver) => Some(driver.evidence.clone()),
                Driver::Unbound(_) | Driver::NotShown => None,
            };
            let list = host
                .boot
                .vfio_ids
                .last()
                .filter(|_| host.is_taken_by_id(device));
            let own = host_drivers(&[device]).into_iter().next();
            let remedy = match (list.and(device.id.as_ref()), own) {
                (Some(id), Some(driver)) => text!(
                    "remove {id} from ids= of vfio-pci, regenerate the initramfs and reboot, so \
                     that {driver} is bound to {function}; then write the number to its \
                     sriov_numvfs, and assign the virtual functions",
                    id = id.value,
                    driver = driver.as_str(),
                    function = device.address
                ),
                (Some(id), None) => text!(
                    "remove {id} from ids= of vfio-pci, regenerate the initramfs and reboot, so \
                     that the function's own driver is bound to {function}; then write the number \
                     to its sriov_numvfs, and assign the virtual functions",
                    id = id.value,
                    function = device.address
                ),
                (None, _) => text!(
                    "leave {function} to its own driver, write the number to its sriov_numvfs, and \
                     assign the virtual functions",
                    function = device.address
                ),
            };
            // Virtual functions that a guest needs and the host lacks.
            let missing = host.log_messages.iter().filter(|one| {
                let is_of_bus = one.device.is_some_and(|other| {
                    (other.domain(), other.bus()) == (device.address.domain(), device.address.bus())
                });
                is_of_bus && MISSING.contains(&one.message.code)
            });
            Diagnostic::new(Verdict::Blocker, title)
                .of([device.address]
                    .into_iter()
                    .chain(missing.filter_map(|one| one.device)))
                .evidence(list.map(|list| list.evidence.clone()))
                .evidence(bound)
                .evidence([refused.clone()])
                .remedy(Remedy::Manual {
                    step: "leave-parent-to-driver",
                    text: remedy,
                })
        })
        .collect()
}

/// Messages of a hypervisor about functions that do not exist.
const MISSING: [&str; 2] = ["proxmox-bind-write-failed", "proxmox-bind-failed"];

/// Messages of programs that find no file of the function's group.
const NOT_OPENED: [&str; 2] = ["virtualbox-vfio-not-opened", "vfio-group-file-missing"];

fn not_opened(context: &Context<'_>) -> Vec<Diagnostic> {
    let processor = context.host.system.processor.as_ref();
    let is_amd = processor.is_some_and(|found| found.value == Processor::Amd);
    let open = |device: &&Device| !device.driver.is_bound_to(is_vfio_driver);
    let Some(device) = graphics_in_question(context).find(open) else {
        return Vec::new();
    };
    let mut logged = context.host.log_messages.iter();
    let is_unopened = logged.any(|one| {
        let is_of_it = one.device.is_none_or(|other| other == device.address);
        is_of_it && NOT_OPENED.contains(&one.message.code)
    });
    if !is_unopened || is_amd {
        return Vec::new();
    }
    let title = text!(
        "{function} is a virtual function of Intel's graphics, which the driver of 00:02.0 creates, \
         and is not bound to vfio-pci",
        function = device.address
    );
    vec![
        Diagnostic::new(Verdict::Fix, title)
            .of([device.address])
            .evidence([device.shown.clone()])
            .remedy(Remedy::Manual {
                step: "bind-virtual-function",
                text: text!(
                    "leave 00:02.0 to i915 or xe, write 0 to its sriov_drivers_autoprobe and then \
                     the number to sriov_numvfs; set driver_override of {function} to vfio-pci and \
                     bind it (vfio-pci.ids would take 00:02.0 too)",
                    function = device.address
                ),
            }),
    ]
}

/// Intel (pci.ids).
const INTEL: u16 = 0x8086;

/// The virtual functions of Intel's graphics among those in question.
pub(in crate::doctor) fn graphics_in_question<'a>(
    context: &'a Context<'_>,
) -> impl Iterator<Item = &'a Device> {
    context
        .functions()
        .filter(|device| device.is_at_graphics_function())
}

/// A virtual function whose picture somebody expects on an output.
fn without_outputs(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut symptoms = context.host.words.symptoms.iter();
    let Some(symptom) = symptoms.find(|found| found.value == Symptom::NoPicture) else {
        return Vec::new();
    };
    let Some(device) = graphics_in_question(context).next() else {
        return Vec::new();
    };
    let title = text!(
        "{function} is a virtual function of the graphics: it has no outputs, and the host's \
         displays show the physical function",
        function = device.address
    );
    vec![
        Diagnostic::new(Verdict::Impossible, title)
            .evidence([device.shown.clone(), symptom.evidence.clone()])
            .remedy(Remedy::Manual {
                step: "use-remote-display",
                text: text!(
                    "use the guest by remote desktop (RDP, Sunshine, Parsec), or assign the \
                     complete graphics (00:02.0) without virtual functions to one guest"
                ),
            }),
    ]
}

/// Starts of the names of Intel's graphics before their 12th generation (pci.ids).
const BEFORE_SRIOV: [&str; 18] = [
    "JasperLake",
    "Jasper Lake",
    "ElkhartLake",
    "Elkhart Lake",
    "IceLake",
    "Ice Lake",
    "Iris Plus Graphics",
    "CometLake",
    "Comet Lake",
    "CoffeeLake",
    "Coffee Lake",
    "KabyLake",
    "Kaby Lake",
    "GeminiLake",
    "Gemini Lake",
    "HD Graphics 5",
    "HD Graphics 6",
    "Skylake",
];

/// The first byte of their device IDs, where all of it is of such graphics (pci.ids): Skylake,
/// Kaby Lake, Coffee Lake, Comet Lake, Ice Lake, Jasper Lake.
const IDS_BEFORE_SRIOV: [u16; 6] = [0x19, 0x59, 0x3e, 0x9b, 0x8a, 0x4e];

/// Virtual functions of graphics that have none.
fn parent_without_sriov(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let order = ordered(context).map(|option| &option.evidence);
    let Some(wanted) = order.or(host.words.statements.graphics_vfs.as_ref()) else {
        return Vec::new();
    };
    let is_early = |device: &&Device| {
        let address = device.address;
        let is_place = address.bus() == 0 && address.slot().device() == 2;
        let id = device.id.as_ref().map(|id| id.value);
        let is_intel = id.is_none_or(|id| id.vendor.0 == INTEL);
        let name = device.source_name.as_deref().unwrap_or_default();
        let is_named =
            name.starts_with("Intel ") && BEFORE_SRIOV.iter().any(|start| name.contains(start));
        let is_known = id.is_some_and(|id| IDS_BEFORE_SRIOV.contains(&(id.device.0 >> 8)));
        is_place && device.is_display() && is_intel && (is_named || is_known)
    };
    let graphics = host.devices.values().filter(is_early);
    graphics
        .map(|device| {
            let title = text!(
                "{function} ({name}) has no virtual functions: Intel's graphics have SR-IOV from \
                 the 12th generation on",
                function = device.address,
                name = host.name_of(device)
            );
            Diagnostic::new(Verdict::Impossible, title)
                .evidence([device.shown.clone(), wanted.clone()])
                .remedy(Remedy::Manual {
                    step: "assign-whole-graphics",
                    text: text!(
                        "assign the complete graphics to one guest, or share /dev/dri with \
                         containers; remove max_vfs= and the SR-IOV module"
                    ),
                })
        })
        .collect()
}

/// A physical function on vfio-pci in a text about virtual functions, none of which is listed.
fn parent_of_none(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let Some(named) = &host.words.statements.graphics_vfs else {
        return Vec::new();
    };
    let is_of_gpu = |device: &&Device| {
        let address = device.address;
        address.bus() == 0 && address.slot().device() == 2
    };
    let graphics: Vec<&Device> = host.devices.values().filter(is_of_gpu).collect();
    let [device] = graphics.as_slice() else {
        return Vec::new();
    };
    let is_intel = device
        .id
        .as_ref()
        .is_some_and(|id| id.value.vendor.0 == INTEL);
    let Driver::Bound(driver) = &device.driver else {
        return Vec::new();
    };
    let is_parent = device.address.function() == 0 && device.is_display() && is_intel;
    if !is_parent || driver.value != "vfio-pci" {
        return Vec::new();
    }
    let title = text!(
        "{function} is bound to vfio-pci: it has virtual functions only while its own driver is \
         bound",
        function = device.address
    );
    vec![
        Diagnostic::new(Verdict::Fix, title)
            .of([device.address])
            .evidence([driver.evidence.clone(), named.clone()])
            .remedy(Remedy::Manual {
                step: "leave-parent-to-driver",
                text: text!(
                    "for virtual functions, remove the GPU's ID from ids= of vfio-pci and its \
                     driver from blacklists, regenerate the initramfs and reboot; an assignment \
                     of the whole GPU needs no virtual functions"
                ),
            }),
    ]
}

/// The option that requests virtual functions of the integrated graphics.
fn ordered<'a>(context: &'a Context<'_>) -> Option<&'a ModuleOption> {
    let settings = &context.host.settings;
    let of_i915 = settings.module_option("i915", "max_vfs");
    let mut orders = of_i915.chain(settings.module_option("xe", "max_vfs"));
    let is_some = |value: Option<&str>| {
        let number = value.and_then(|value| value.parse::<u32>().ok());
        number.is_some_and(|number| number > 0)
    };
    orders.find(|option| is_some(option.value.as_deref()))
}

fn parent_held(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let Some(order) = ordered(context) else {
        return Vec::new();
    };
    let graphics = host.devices.values().filter(|device| {
        let address = device.address;
        let is_place = address.bus() == 0 && address.slot().device() == 2;
        let is_parent = is_place && address.function() == 0 && device.is_display();
        // Without a virtual function in the input, the entire GPU may be intended for a guest.
        let has_virtual = host.devices.keys().any(|other| {
            other.domain() == address.domain()
                && other.bus() == 0
                && other.slot().device() == 2
                && other.function() > 0
        });
        is_parent && has_virtual
    });
    graphics
        .filter_map(|device| match &device.driver {
            Driver::Bound(driver) if driver.value == "vfio-pci" => Some((device, driver)),
            _ => None,
        })
        .map(|(device, driver)| {
            let title = text!(
                "{function} is bound to vfio-pci, but {option} requests virtual functions of it: \
                 without its own driver they are removed",
                function = device.address,
                option = order
                    .value
                    .as_deref()
                    .map_or_else(String::new, |value| format!("max_vfs={value}"))
            );
            Diagnostic::new(Verdict::Fix, title)
                .of([device.address])
                .evidence([driver.evidence.clone(), order.evidence.clone()])
                .remedy(Remedy::Manual {
                    step: "pass-virtual-function",
                    text: text!(
                        "assign only the virtual functions (00:02.1 and up) to guests, and leave \
                         00:02.0 bound to its driver: remove it from ids= of vfio-pci and from \
                         guests"
                    ),
                })
        })
        .collect()
}
