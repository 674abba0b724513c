//! KubeVirt's merge patches, merged with machines and clusters by chance.

use std::process::Command;

use hvconf::description::{
    Description, EmulatedDisplay, Firmware, HugePageSize, KvmSignature, Pages, SecureBoot,
};
use hvconf::emitted::Emitted;
use hvconf::kubernetes::{kubevirt, read_manifest, read_manifest_of, resource_name};
use pci_core::PciId;
use serde_json::{Value, json};
use testkit::Scratch;
use testkit::random::{Random, rounds, seed};

use crate::oracles::kubevirt::{IDS, OVMF, describe, function, patched};
use crate::oracles::objects::written;
use crate::oracles::python::schemas;

fn chance<T>(random: &mut Random, one_in: usize, value: T) -> Option<T> {
    (random.below(one_in) == 0).then_some(value)
}

/// An object of the keys that are there.
fn some(entries: Vec<(&str, Option<Value>)>) -> Value {
    let entries = entries.into_iter();
    entries
        .filter_map(|(key, value)| Some((key.to_owned(), value?)))
        .collect()
}

const RESOURCES: [&str; 4] = [
    "nvidia.com/GP102",
    "intel.com/nic",
    "passthru/10de-1b06",
    "passthru/10de-10ef",
];

/// Rows of `gpus` or `hostDevices` as KubeVirt's API has them.
fn rows(random: &mut Random, list: &str, names: &mut Vec<String>) -> Value {
    (0..random.below(4))
        .map(|_| {
            let mut name = random
                .pick(&[
                    "g",
                    "nic0",
                    "pci-0000-01-00-0",
                    "pci-0000-02-00-0",
                    "pci-0000-01-00-0x",
                ])
                .to_owned();
            while names.contains(&name) {
                name.push(['a', 'x'][random.below(2)]);
            }
            names.push(name.clone());
            let display = json!({"display": {"enabled": random.below(2) == 0, "ramFB": {}}});
            some(vec![
                ("name", Some(name.into())),
                ("deviceName", Some(random.pick(&RESOURCES).into())),
                ("tag", chance(random, 3, "true".into())),
                (
                    "virtualGPUOptions",
                    chance(random, 3, display).filter(|_| list == "gpus"),
                ),
            ])
        })
        .collect()
}

fn machine(random: &mut Random, namespace: Option<&str>, name: &str) -> Value {
    let mut names = Vec::new();
    let mut list = |random: &mut Random, list: &str| {
        chance(random, 2, ()).map(|()| rows(random, list, &mut names))
    };
    let gpus = list(random, "gpus");
    let host_devices = list(random, "hostDevices");
    let on = |random: &mut Random| json!({"enabled": random.below(2) == 0});
    let bootloader = match random.below(5) {
        0 => Some(json!({"bios": {"useSerial": true}})),
        1 => Some(json!({"bios": {}})),
        2 => Some(json!({"efi": {"secureBoot": false, "persistent": true}})),
        3 => Some(json!({"efi": {}})),
        _ => None,
    };
    let vendor = json!({"enabled": random.below(3) > 0, "vendorid": random.pick(&["mine", "abc"])});
    let hyperv = some(vec![
        ("relaxed", chance(random, 2, json!({}))),
        ("spinlocks", chance(random, 2, json!({"spinlocks": 8191}))),
        ("vendorid", chance(random, 2, vendor)),
    ]);
    let passthrough = on(random);
    let hidden = json!({"hidden": random.below(2) == 0});
    let apic = on(random);
    let features = some(vec![
        ("apic", chance(random, 2, apic)),
        ("kvm", chance(random, 3, hidden)),
        ("smm", chance(random, 3, json!({}))),
        ("hyperv", chance(random, 2, hyperv)),
        ("hypervPassthrough", chance(random, 4, passthrough)),
    ]);
    let pages = json!({"pageSize": random.pick(&["2Mi", "1Gi"])});
    let memory = some(vec![
        ("guest", chance(random, 2, "4Gi".into())),
        ("hugepages", chance(random, 3, pages)),
    ]);
    let disks = json!([{"name": "root", "disk": {"bus": "virtio"}, "bootOrder": 1}]);
    let graphics = random.below(2) == 0;
    let devices = some(vec![
        ("disks", chance(random, 2, disks)),
        ("gpus", gpus),
        (
            "autoattachGraphicsDevice",
            chance(random, 4, graphics.into()),
        ),
        ("hostDevices", host_devices),
        ("tpm", chance(random, 3, json!({"persistent": true}))),
    ]);
    let firmware = some(vec![
        ("bootloader", bootloader),
        ("serial", chance(random, 3, "e4686d2c".into())),
    ]);
    let cores = json!({"cores": 1 + random.below(8), "sockets": 1});
    let domain = some(vec![
        ("cpu", chance(random, 2, cores)),
        ("devices", Some(devices)),
        ("features", chance(random, 2, features)),
        ("firmware", chance(random, 2, firmware)),
        ("machine", chance(random, 2, json!({"type": "q35"}))),
        ("memory", chance(random, 2, memory)),
    ]);
    let labels = json!({"app": "a: b # c"});
    let metadata = some(vec![
        ("labels", chance(random, 2, labels)),
        ("name", Some(name.into())),
        ("namespace", namespace.map(Value::from)),
    ]);
    json!({
        "apiVersion": "kubevirt.io/v1", "kind": "VirtualMachine", "metadata": metadata,
        "spec": {"runStrategy": "Halted", "template": {"spec": {"domain": domain}}},
    })
}

fn cluster(random: &mut Random) -> Value {
    let rows: Value = (0..random.below(4))
        .map(|at| {
            let id = IDS[at].to_uppercase();
            let selector = if random.below(6) == 0 {
                "10DE:*".into()
            } else {
                id
            };
            some(vec![
                ("externalResourceProvider", chance(random, 3, true.into())),
                ("pciVendorSelector", Some(selector.into())),
                ("resourceName", Some(RESOURCES[at].into())),
            ])
        })
        .collect();
    let mediated = json!([{"mdevNameSelector": "GRID T4-1Q", "resourceName": "nvidia.com/T4"}]);
    let devices = some(vec![
        ("mediatedDevices", chance(random, 2, mediated)),
        ("pciHostDevices", chance(random, 2, rows)),
    ]);
    let gates = json!({"featureGates": ["GPU", "HostDevices"]});
    let configuration = some(vec![
        ("developerConfiguration", chance(random, 2, gates)),
        ("permittedHostDevices", chance(random, 2, devices)),
    ]);
    json!({
        "apiVersion": "kubevirt.io/v1", "kind": "KubeVirt",
        "metadata": {"name": "kubevirt", "namespace": random.pick(&["kubevirt", "cnv"])},
        "spec": some(vec![("configuration", chance(random, 2, configuration))]),
    })
}

/// What is asked for.
fn asked(random: &mut Random) -> (Description, Option<Firmware>) {
    let slots = (1..=1 + random.below(3)).map(|bus| {
        let functions = (0..1 + random.below(3)).map(|number| {
            let address = format!("{bus:02x}:00.{number}");
            function(&address, IDS[random.below(5)], random.below(2) == 0)
        });
        functions.collect()
    });
    let mut vm = describe(slots.collect());
    if random.below(2) == 0 {
        vm.hiding.kvm = KvmSignature::Hidden;
        vm.hiding.hyperv_vendor_id = Some("passthru".parse().unwrap());
    }
    if random.below(3) == 0 {
        vm.memory.pages = Pages::Huge(HugePageSize::Gibibyte1);
    }
    if random.below(3) == 0 {
        vm.emulated_display = Some(EmulatedDisplay::None);
    }
    let firmware = match random.below(5) {
        0 => Some(Firmware::SeaBios),
        1 => Some(OVMF),
        2 => Some(Firmware::Ovmf(SecureBoot::On)),
        _ => None,
    };
    (vm, firmware)
}

/// Makes what is not there on the way to the value at its end.
fn at<'a>(mut value: &'a mut Value, way: &[&str]) -> &'a mut Value {
    for key in way {
        if !value.is_object() {
            *value = json!({});
        }
        value = value
            .as_object_mut()
            .unwrap()
            .entry(*key)
            .or_insert(Value::Null);
    }
    value
}

/// What the domain is to be, but for the lists of devices.
fn wanted(domain: &mut Value, vm: &Description, firmware: Option<Firmware>) {
    if vm.memory.pages != Pages::Ordinary {
        *at(domain, &["memory", "hugepages", "pageSize"]) = "1Gi".into();
    }
    if vm.emulated_display.is_some() {
        *at(domain, &["devices", "autoattachGraphicsDevice"]) = false.into();
    }
    if vm.hiding.kvm == KvmSignature::Hidden {
        *at(domain, &["features", "kvm", "hidden"]) = true.into();
        let vendor = &domain["features"]["hyperv"]["vendorid"];
        let own = vendor.is_object() && vendor["enabled"] == true;
        let all = domain["features"]["hypervPassthrough"]["enabled"] == true;
        if !own && !all {
            let vendor = json!({"enabled": true, "vendorid": "passthru"});
            *at(domain, &["features", "hyperv", "vendorid"]) = vendor;
        }
    }
    let Some(firmware) = firmware else { return };
    let loader = at(domain, &["firmware", "bootloader"]);
    let has = |loader: &Value, key: &str| loader.get(key).is_some();
    match firmware {
        Firmware::SeaBios if has(loader, "bios") => {}
        Firmware::SeaBios => *loader = json!({"bios": {}}),
        Firmware::Ovmf(SecureBoot::Off) if has(loader, "efi") => {}
        Firmware::Ovmf(SecureBoot::Off) => *loader = json!({"efi": {"secureBoot": false}}),
        Firmware::Ovmf(SecureBoot::On) => {
            let efi = loader.get("efi").cloned();
            *loader = json!({"efi": efi.unwrap_or_else(|| json!({}))});
            loader["efi"]["secureBoot"] = true.into();
            *at(domain, &["features", "smm", "enabled"]) = true.into();
        }
    }
}

fn list<'a>(value: &'a Value, way: &[&str]) -> &'a [Value] {
    let mut at = value;
    for key in way {
        at = &at[*key];
    }
    at.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The rows that `after` has after those of `before`; `before` then has them too.
fn grown(before: &mut Value, after: &Value, way: &[&str]) -> Vec<Value> {
    let old = list(before, way).to_vec();
    let new = list(after, way);
    assert_eq!(new.get(..old.len()), Some(&*old), "a row is gone");
    let added = new[old.len()..].to_vec();
    if !added.is_empty() {
        *at(before, way) = new.into();
    }
    added
}

const PERMITTED: [&str; 4] = [
    "spec",
    "configuration",
    "permittedHostDevices",
    "pciHostDevices",
];
const DEVICES: [&str; 5] = ["spec", "template", "spec", "domain", "devices"];

#[test]
fn a_patch_changes_what_is_asked_for_and_nothing_else() {
    let mut schema = schemas()
        .is_file()
        .then(|| crate::oracles::python::start("kubevirt", "yaml"))
        .flatten();
    let mut random = Random::new(seed(0x6b76));
    let mut counts = [0usize; 4];
    for round in 0..rounds(3000) {
        let namespace = [Some("prod"), Some("default"), None][random.below(3)];
        let machine = machine(&mut random, namespace, "a");
        let cluster = cluster(&mut random);
        let mut objects = vec![machine.clone(), cluster.clone()];
        for (name, namespace) in [("b", "prod"), ("a-b", "default")] {
            if random.below(3) == 0 {
                let other = self::machine(&mut random, Some(namespace), name);
                objects.insert(random.below(objects.len() + 1), other);
            }
        }
        let text = if random.below(2) == 0 {
            let all = json!({"apiVersion": "v1", "kind": "List", "items": objects});
            written(&all, &mut random)
        } else {
            let texts: Vec<String> = objects
                .iter()
                .map(|one| written(one, &mut random))
                .collect();
            texts.join("---\n")
        };
        let (vm, firmware) = asked(&mut random);
        let already = if random.below(2) == 0 {
            read_manifest_of(&text, &vm.name)
        } else {
            read_manifest(&text)
        };
        let emitted = kubevirt(&vm, firmware, &already.unwrap()).unwrap();

        // The cluster: rows for ids that have none.
        let after = patched(&cluster, "kubevirt", &emitted);
        let mut expected = cluster.clone();
        let permitted = |rows: &[Value], id: PciId| {
            let row = rows.iter().find(|row| {
                let selector = row["pciVendorSelector"].as_str().unwrap();
                selector.parse() == Ok(id)
            });
            row.map(|row| row["resourceName"].as_str().unwrap().to_owned())
        };
        let there = list(&cluster, &PERMITTED);
        let ids: Vec<PciId> = vm.assigned.functions().map(|one| one.id.unwrap()).collect();
        let mut new: Vec<PciId> = Vec::new();
        for id in ids.iter().copied() {
            if permitted(there, id).is_none() && !new.contains(&id) {
                new.push(id);
            }
        }
        let row = |id: &PciId| {
            json!({
                "pciVendorSelector": id.to_string().to_uppercase(), "resourceName": resource_name(*id),
            })
        };
        let new: Vec<Value> = new.iter().map(row).collect();
        assert_eq!(grown(&mut expected, &after, &PERMITTED), new, "{text}");
        assert_eq!(after, expected, "{text}");
        let resources: Vec<String> = ids
            .into_iter()
            .map(|id| permitted(list(&after, &PERMITTED), id).unwrap())
            .collect();

        // The machine: rows for resources that it asks for too seldom.
        let after = patched(&machine, "virtualmachine", &emitted);
        let mut expected = machine.clone();
        wanted(at(&mut expected, &DEVICES[..4]), &vm, firmware);
        let mut added = Vec::new();
        for name in ["gpus", "hostDevices"] {
            let way = [&DEVICES[..], &[name]].concat();
            added.extend(grown(&mut expected, &after, &way));
        }
        assert_eq!(after, expected, "{text}");
        let all = |object: &Value, key: &str| -> Vec<String> {
            let rows = ["gpus", "hostDevices"].map(|name| {
                let way = [&DEVICES[..], &[name]].concat();
                list(object, &way).to_vec()
            });
            let rows = rows.concat();
            rows.iter()
                .map(|row| row[key].as_str().unwrap().to_owned())
                .collect()
        };
        let mut names = all(&after, "name");
        names.sort();
        names.dedup();
        assert_eq!(names.len(), all(&after, "name").len(), "{text}");
        assert!(added.len() <= resources.len());
        for resource in &resources {
            let count = |list: &[String]| list.iter().filter(|one| *one == resource).count();
            let (wanted, now) = (count(&resources), count(&all(&after, "deviceName")));
            assert!(now >= wanted, "{text}");
        }

        // The namespace, and no second time.
        for command in &emitted.commands {
            let words = command.argv.join(" ");
            let namespace = match &*command.argv[2] {
                "kubevirt" => cluster["metadata"]["namespace"].as_str(),
                _ => namespace,
            };
            let message = namespace.map(|name| format!(" --namespace {name} "));
            assert_eq!(words.contains("--namespace"), message.is_some(), "{words}");
            assert!(
                message.is_none_or(|message| words.contains(&message)),
                "{words}"
            );
        }
        let cluster_after = patched(&cluster, "kubevirt", &emitted);
        let text = format!("{cluster_after}\n---\n{after}");
        let again = kubevirt(&vm, firmware, &read_manifest(&text).unwrap()).unwrap();
        assert_eq!(patched(&after, "virtualmachine", &again), after, "{text}");
        assert_eq!(
            patched(&cluster_after, "kubevirt", &again),
            cluster_after,
            "{text}"
        );
        counts[0] += 1;
        counts[1] += emitted.files.len();

        if let Some(schema) = schema.as_mut().filter(|_| round % 8 == 0) {
            for file in &emitted.files {
                let kind = if file.path.starts_with("kubevirt") {
                    "KubeVirt"
                } else {
                    "VirtualMachine"
                };
                schema.read(&format!("{kind}\n{file}")).unwrap();
                counts[2] += 1;
            }
            for (kind, object) in [("KubeVirt", &cluster_after), ("VirtualMachine", &after)] {
                let mut object = object.clone();
                for key in ["apiVersion", "kind", "metadata"] {
                    object.as_object_mut().unwrap().remove(key);
                }
                schema.read(&format!("{kind}\n{object}")).unwrap();
            }
        }
        if round % 250 == 0 {
            counts[3] += usize::from(kubectl_agrees(&machine, &after, &emitted));
        }
    }
    eprintln!(
        "{} machines, {} patches, {} of them by the schemas, {} machines by kubectl",
        counts[0], counts[1], counts[2], counts[3]
    );
}

/// Whether `kubectl patch --local`, where there is a kubectl, makes the same of the machine.
fn kubectl_agrees(before: &Value, after: &Value, emitted: &Emitted) -> bool {
    let of_machine = emitted
        .files
        .iter()
        .zip(&emitted.commands)
        .find(|(_, command)| command.argv[2] == "virtualmachine");
    let Some((file, _)) = of_machine else {
        return false;
    };
    let scratch = Scratch::new();
    let object = scratch.write("object.json", before.to_string());
    let patch = scratch.write("patch.yaml", file.to_string());
    let output = Command::new("kubectl")
        .args(["patch", "--local", "--type", "merge", "-o", "json", "-f"])
        .arg(object)
        .arg("--patch-file")
        .arg(patch)
        .output();
    let Ok(output) = output else {
        return false;
    };
    assert!(output.status.success(), "{output:?}");
    let made: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(&made, after);
    true
}
