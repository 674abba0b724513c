//! Functions whose virtual functions are to be assigned.

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{Device, Driver};
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
];

/// Intel (pci.ids).
const INTEL: u16 = 0x8086;

/// A physical function on vfio-pci in a text about virtual functions, none of which is listed.
fn parent_of_none(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let Some(named) = &host.statements.graphics_vfs else {
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

fn parent_held(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let settings = &host.settings;
    let of_i915 = settings.module_option("i915", "max_vfs");
    let mut orders = of_i915.chain(settings.module_option("xe", "max_vfs"));
    let is_some = |value: Option<&str>| {
        let number = value.and_then(|value| value.parse::<u32>().ok());
        number.is_some_and(|number| number > 0)
    };
    let Some(order) = orders.find(|option| is_some(option.value.as_deref())) else {
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
