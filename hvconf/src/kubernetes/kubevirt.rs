//! KubeVirt: which functions the cluster lets machines have, and which one a
//! machine asks for. Both go by vendor and device id alone.

use pci_core::PciId;

use super::names::object_name;
use crate::description::{
    Description, EmulatedDisplay, Firmware, KvmSignature, Pages, SecureBoot, VmName,
};
use crate::emitted::{
    EmitError, Emitted, EmittedCommand, EmittedFile, Line, Lost, Part, ReadError, Step,
};
use crate::passed::PassedFunction;
use crate::yaml::{Node, load, quoted};

const TARGET: &str = "KubeVirt";

/// A row of `permittedHostDevices.pciHostDevices` (`V1PciHostDevice` of KubeVirt's
/// API).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermittedDevice {
    /// `pciVendorSelector`.
    pub id: PciId,
    /// `resourceName`: what machines ask for.
    pub resource: String,
    /// Whether another device plugin counts and hands them out.
    pub external_provider: bool,
    /// Its line, from 1; 0 for one that is not written yet.
    pub line: u32,
}

/// A row of `devices.gpus` or `devices.hostDevices` of a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestedDevice {
    /// Its name in the machine.
    pub name: String,
    /// `deviceName`: the resource.
    pub resource: String,
    /// Its line, from 1.
    pub line: u32,
}

/// What a manifest says of functions. Which function of which node a machine gets,
/// no manifest says, so there is no description to read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadManifest {
    /// Of objects of the kind KubeVirt.
    pub permitted: Vec<PermittedDevice>,
    /// Of machines.
    pub requested: Vec<RequestedDevice>,
    /// Selectors that are no ids.
    pub lost: Vec<Lost>,
}

/// The resource under which functions with `id` are handed out here.
#[must_use]
pub fn resource_name(id: PciId) -> String {
    format!("passthru/{}", id.to_string().replace(':', "-"))
}

/// Reads a manifest of any objects.
///
/// # Errors
/// When it is no YAML.
pub fn read_manifest(text: &str) -> Result<ReadManifest, ReadError> {
    read_objects(text, None)
}

/// The same, and of machines that of this name alone.
///
/// # Errors
/// As [`read_manifest`].
pub fn read_manifest_of(text: &str, machine: &VmName) -> Result<ReadManifest, ReadError> {
    read_objects(text, Some(machine.as_str()))
}

fn read_objects(text: &str, machine: Option<&str>) -> Result<ReadManifest, ReadError> {
    let documents = load(text).map_err(|error| ReadError::Refused {
        line: error.line,
        reason: error.reason,
    })?;
    let mut read = ReadManifest::default();
    // What `kubectl get` prints of several objects is one list.
    let objects = documents.iter().flat_map(|document| {
        let items = document.get("items").map(Node::items);
        items.unwrap_or(core::slice::from_ref(document))
    });
    for document in objects {
        let kind = document
            .get("kind")
            .and_then(Node::text)
            .unwrap_or_default();
        let name = document.at(&["metadata", "name"]).and_then(Node::text);
        if kind.starts_with("VirtualMachine") && machine.is_some() && name != machine {
            continue;
        }
        let kind = document.get("kind").and_then(Node::text);
        match kind {
            Some("KubeVirt") => {
                let way = [
                    "spec",
                    "configuration",
                    "permittedHostDevices",
                    "pciHostDevices",
                ];
                permitted(&mut read, document.at(&way));
            }
            Some("HyperConverged") => {
                let way = ["spec", "permittedHostDevices", "pciHostDevices"];
                permitted(&mut read, document.at(&way));
            }
            Some("VirtualMachine") => {
                requested(
                    &mut read,
                    document.at(&["spec", "template", "spec", "domain", "devices"]),
                );
            }
            Some("VirtualMachineInstance") => {
                requested(&mut read, document.at(&["spec", "domain", "devices"]));
            }
            _ => {}
        }
    }
    Ok(read)
}

fn permitted(read: &mut ReadManifest, list: Option<&Node>) {
    for item in list.map(Node::items).unwrap_or_default() {
        let text = |key: &str| item.get(key).and_then(Node::text);
        // HyperConverged calls the selector otherwise.
        let selector = text("pciVendorSelector").or_else(|| text("pciDeviceSelector"));
        let selector = selector.unwrap_or_default();
        match selector.parse::<PciId>() {
            Ok(id) => read.permitted.push(PermittedDevice {
                id,
                resource: text("resourceName").unwrap_or_default().to_owned(),
                external_provider: text("externalResourceProvider") == Some("true"),
                line: item.line,
            }),
            Err(_) => read.lost.push(
                Lost::new(format!("selector {selector:?}"), "expected vendor:device")
                    .on_line(item.line),
            ),
        }
    }
}

fn requested(read: &mut ReadManifest, devices: Option<&Node>) {
    for list in ["gpus", "hostDevices"] {
        let list = devices.and_then(|devices| devices.get(list));
        for item in list.map(Node::items).unwrap_or_default() {
            let text = |key: &str| {
                item.get(key)
                    .and_then(Node::text)
                    .unwrap_or_default()
                    .to_owned()
            };
            read.requested.push(RequestedDevice {
                name: text("name"),
                resource: text("deviceName"),
                line: item.line,
            });
        }
    }
}

/// Merge patches for the object KubeVirt and for the machine, and the commands
/// that send them. A merge patch replaces lists: those here have what
/// `already` has, which was read from the cluster's own objects.
///
/// # Errors
/// When ids are not known, or the name is none of Kubernetes.
pub fn kubevirt(vm: &Description, already: &ReadManifest) -> Result<Emitted, EmitError> {
    let name = object_name(&vm.name, TARGET)?;
    let mut permitted = already.permitted.clone();
    let mut rows: Vec<(&PassedFunction, String)> = Vec::new();
    for function in vm.passed.functions() {
        let id = function.id.ok_or(EmitError::Missing {
            target: TARGET,
            what: "the vendor and device id of each function",
        })?;
        let known = permitted.iter().find(|device| device.id == id);
        let resource = match known {
            Some(device) => device.resource.clone(),
            None => {
                let resource = resource_name(id);
                permitted.push(PermittedDevice {
                    id,
                    resource: resource.clone(),
                    external_provider: false,
                    line: 0,
                });
                resource
            }
        };
        rows.push((function, resource));
    }
    let cluster = permit(&permitted);
    let machine = machine(vm, &rows, already);
    let patch = |object: [&str; 2], namespace: Option<&str>, file: &EmittedFile, why: &str| {
        let mut argv: Vec<String> = ["kubectl", "patch"].map(str::to_owned).to_vec();
        argv.extend(object.map(str::to_owned));
        if let Some(namespace) = namespace {
            argv.extend(["--namespace".to_owned(), namespace.to_owned()]);
        }
        argv.extend(["--type", "merge", "--patch-file"].map(str::to_owned));
        argv.push(file.path.clone());
        EmittedCommand::new(argv, why)
    };
    let commands = vec![
        patch(
            ["kubevirt", "kubevirt"],
            Some("kubevirt"),
            &cluster,
            "the cluster lets machines have functions with these ids",
        ),
        patch(
            ["virtualmachine", name],
            None,
            &machine,
            "the machine asks for them from its next start on",
        ),
    ];
    let mut lost = Part::unplaced(
        vm,
        TARGET,
        &[
            Part::Firmware,
            Part::SecureBoot,
            Part::Hiding,
            Part::Memory,
            Part::Processors,
            Part::HugePages,
            Part::EmulatedDisplay,
        ],
    );
    for (function, resource) in &rows {
        lost.push(Lost::new(
            format!("address {}", function.address),
            format!("the machine gets any function of {resource}: ids alone choose it"),
        ));
    }
    Ok(Emitted {
        files: vec![cluster, machine],
        commands,
        steps: vec![
            Step {
                name: "kubevirt-feature-gate",
                text: "spec.configuration.developerConfiguration.featureGates of the object \
                       KubeVirt has to have HostDevices, and GPU where gpus are asked for"
                    .to_owned(),
            },
            Step {
                name: "kubevirt-lists",
                text: "a merge patch replaces a list: give the objects of the cluster as input \
                       (kubectl get kubevirt,virtualmachine -A -o yaml), and the patches keep what \
                       is in their lists"
                    .to_owned(),
            },
        ],
        lost,
    })
}

fn permit(permitted: &[PermittedDevice]) -> EmittedFile {
    let mut file = EmittedFile::new("kubevirt-permitted.yaml");
    for (depth, key) in [
        "spec",
        "configuration",
        "permittedHostDevices",
        "pciHostDevices",
    ]
    .iter()
    .enumerate()
    {
        file.push(Line::new(format!("{}{key}:", "  ".repeat(depth)), ""));
    }
    for device in permitted {
        let why = if device.line == 0 {
            "the ids that machines may have"
        } else {
            "it is there already"
        };
        let id = device.id.to_string().to_uppercase();
        file.push(Line::new(
            format!("      - pciVendorSelector: {}", quoted(&id)),
            why,
        ));
        let resource = quoted(&device.resource);
        let why = "what machines ask for";
        file.push(Line::new(format!("        resourceName: {resource}"), why));
        if device.external_provider {
            let why = "another device plugin hands them out";
            file.push(Line::new("        externalResourceProvider: true", why));
        }
    }
    file
}

fn machine(
    vm: &Description,
    rows: &[(&PassedFunction, String)],
    already: &ReadManifest,
) -> EmittedFile {
    let mut file = EmittedFile::new(format!("{}-devices.yaml", vm.name));
    let mut say = |text: String, why: &str| file.push(Line::new(text, why));
    for (depth, key) in ["spec", "template", "spec", "domain"].iter().enumerate() {
        say(format!("{}{key}:", "  ".repeat(depth)), "");
    }
    if let Some(count) = vm.processors {
        say("        cpu:".to_owned(), "");
        say(
            format!("          cores: {count}"),
            "the guest's processors",
        );
    }
    if vm.memory.size.is_some() || vm.memory.pages != Pages::Ordinary {
        say("        memory:".to_owned(), "");
    }
    if let Some(size) = vm.memory.size {
        let size = quoted(&format!("{}Mi", size.mebibytes()));
        say(
            format!("          guest: {size}"),
            "all of it is pinned while functions are passed",
        );
    }
    if let Pages::Huge(size) = vm.memory.pages {
        say("          hugepages:".to_owned(), "");
        let size = if size.mebibytes() == Some(1024) {
            "1Gi"
        } else {
            "2Mi"
        };
        say(
            format!("            pageSize: {}", quoted(size)),
            "the node has to set such pages aside",
        );
    }
    say("        firmware:".to_owned(), "");
    say("          bootloader:".to_owned(), "");
    match vm.firmware {
        Firmware::SeaBios => say(
            "            bios: {}".to_owned(),
            "the card starts through its x86 image",
        ),
        Firmware::Ovmf(secure) => {
            say(
                "            efi:".to_owned(),
                "the card starts through its EFI image",
            );
            let on = secure == SecureBoot::On;
            let why = "with Secure Boot, which is on by itself, only signed images run";
            say(format!("              secureBoot: {on}"), why);
        }
    }
    features(vm, &mut say);
    say("        devices:".to_owned(), "");
    if vm.emulated_display == Some(EmulatedDisplay::None) {
        let why = "no emulated graphics card beside the passed one";
        say("          autoattachGraphicsDevice: false".to_owned(), why);
    }
    let lists = [("gpus", true), ("hostDevices", false)];
    for (list, display) in lists {
        let mut these = rows
            .iter()
            .filter(|(function, _)| function.is_display() == display)
            .peekable();
        if these.peek().is_none() {
            continue;
        }
        say(
            format!("          {list}:"),
            "a merge patch replaces this list",
        );
        for (function, resource) in these {
            let mut name = crate::incus::device_name(function.address);
            while already.requested.iter().any(|one| one.name == name) {
                name.push('x');
            }
            say(
                format!("            - deviceName: {}", quoted(resource)),
                "which ids",
            );
            say(
                format!("              name: {}", quoted(&name)),
                "its name in the machine",
            );
        }
    }
    file
}

fn features(vm: &Description, say: &mut impl FnMut(String, &str)) {
    let hidden = vm.hiding.kvm == KvmSignature::Hidden;
    if !hidden && vm.hiding.hyperv_vendor_id.is_none() {
        return;
    }
    let why = "NVIDIA's drivers before 465 stop where they find a hypervisor";
    say("        features:".to_owned(), "");
    if hidden {
        say("          kvm:".to_owned(), "");
        say("            hidden: true".to_owned(), why);
    }
    if let Some(id) = &vm.hiding.hyperv_vendor_id {
        say("          hyperv:".to_owned(), "");
        say("            vendorid:".to_owned(), "");
        say("              enabled: true".to_owned(), why);
        say(
            format!("              vendorid: {}", quoted(id.as_str())),
            why,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_gives_what_is_of_the_machine() {
        let text = "apiVersion: v1\nkind: List\nitems:\n- kind: KubeVirt\n  spec:\n    configuration:\n      \
            permittedHostDevices:\n        pciHostDevices:\n        - pciVendorSelector: \"8086:10D3\"\n          \
            resourceName: intel/nic\n- kind: VirtualMachine\n  metadata:\n    name: a\n  spec:\n    template:\n      \
            spec:\n        domain:\n          devices:\n            hostDevices:\n            - name: n\n              \
            deviceName: intel/nic\n- kind: VirtualMachine\n  metadata:\n    name: b\n  spec:\n    template:\n      \
            spec:\n        domain:\n          devices:\n            gpus:\n            - name: g\n              \
            deviceName: nvidia/x\n";
        let of = |name: &str| read_manifest_of(text, &name.parse().unwrap()).unwrap();
        assert_eq!(of("a").permitted.len(), 1);
        assert_eq!(of("a").requested[0].resource, "intel/nic");
        assert_eq!(of("b").requested[0].resource, "nvidia/x");
        assert_eq!(of("c").requested, []);
        assert_eq!(read_manifest(text).unwrap().requested.len(), 2);
    }
}
