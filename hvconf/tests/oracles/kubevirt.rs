//! KubeVirt's merge patches, merged with the objects that they are for: what they change is
//! what was asked for.

use hvconf::assigned::{AssignedDevices, AssignedFunction, AssignedSlot, Coverage};
use hvconf::description::{Description, Firmware, SecureBoot};
use hvconf::emitted::Emitted;
use hvconf::kubernetes::{kubevirt, read_manifest, read_manifest_of};
use pci_core::ClassCode;
use serde_json::{Value, json};

use crate::oracles::objects::{merge, values};

pub(crate) const OVMF: Firmware = Firmware::Ovmf(SecureBoot::Off);
pub(crate) const IDS: [&str; 5] = [
    "10de:1b06",
    "10de:10ef",
    "8086:10d3",
    "1002:67df",
    "144d:a80a",
];

pub(crate) fn function(address: &str, id: &str, display: bool) -> AssignedFunction {
    AssignedFunction {
        id: Some(id.parse().unwrap()),
        class: Some(ClassCode::new(if display { 3 } else { 4 }, 0, None)),
        ..AssignedFunction::at(address.parse().unwrap())
    }
}

pub(crate) fn describe(functions: Vec<Vec<AssignedFunction>>) -> Description {
    let slot = |functions| AssignedSlot::new(functions, Coverage::WholeSlot).unwrap();
    let assigned = AssignedDevices::new(functions.into_iter().map(slot).collect()).unwrap();
    Description::new("a".parse().unwrap(), assigned)
}

/// A graphics card with its sound.
fn card() -> Description {
    describe(vec![vec![
        function("01:00.0", IDS[0], true),
        function("01:00.1", IDS[1], false),
    ]])
}

/// The object after the patch of the command that names it; as it was where there is none.
pub(crate) fn patched(before: &Value, kind: &str, emitted: &Emitted) -> Value {
    let mut after = before.clone();
    for (file, command) in emitted.files.iter().zip(&emitted.commands) {
        if command.argv[2] == kind {
            merge(&mut after, &values(&file.to_string())[0]);
        }
    }
    after
}

const MACHINE: &str = "\
apiVersion: kubevirt.io/v1
kind: VirtualMachine
metadata:
  name: a
  namespace: prod
spec:
  template:
    spec:
      domain:
        firmware:
          bootloader:
            bios: {}
        devices:
          gpus:
          - name: g
            deviceName: nvidia.com/GP102
            tag: \"1\"
            virtualGPUOptions: {display: {enabled: false}}
          hostDevices:
          - {name: n, deviceName: intel.com/nic}
";

#[test]
fn the_rows_of_the_lists_stay() {
    let vm = card();
    let already = read_manifest_of(MACHINE, &vm.name).unwrap();
    let emitted = kubevirt(&vm, None, &already).unwrap();
    let before = values(MACHINE).remove(0);
    let after = patched(&before, "virtualmachine", &emitted);
    let mut wanted = before;
    let devices = &mut wanted["spec"]["template"]["spec"]["domain"]["devices"];
    devices["gpus"]
        .as_array_mut()
        .unwrap()
        .push(json!({"deviceName": "passthru/10de-1b06", "name": "pci-0000-01-00-0"}));
    devices["hostDevices"]
        .as_array_mut()
        .unwrap()
        .push(json!({"deviceName": "passthru/10de-10ef", "name": "pci-0000-01-00-1"}));
    assert_eq!(after, wanted);
    // The objects with the rows: nothing is left to do for the machine.
    let again = read_manifest_of(&after.to_string(), &vm.name).unwrap();
    let again = kubevirt(&vm, None, &again).unwrap();
    assert_eq!(again.files.len(), 1, "{again:?}");
}

#[test]
fn the_firmware_changes_where_it_is_asked_for() {
    let bootloader = |text: &str, asked| {
        let already = read_manifest(text).unwrap();
        let before = values(text).remove(0);
        let emitted = kubevirt(&card(), asked, &already).unwrap();
        let after = patched(&before, "virtualmachine", &emitted);
        after["spec"]["template"]["spec"]["domain"]["firmware"]["bootloader"].clone()
    };
    let with = |loader: &str| MACHINE.replace("bios: {}", loader);
    let secure = "efi: {persistent: true}";
    for (loader, asked, wanted) in [
        ("bios: {}", None, json!({"bios": {}})),
        ("efi: {}", None, json!({"efi": {}})),
        (
            "bios: {}",
            Some(OVMF),
            json!({"efi": {"secureBoot": false}}),
        ),
        (
            "bios: {useSerial: true}",
            Some(Firmware::SeaBios),
            json!({"bios": {"useSerial": true}}),
        ),
        (secure, Some(OVMF), json!({"efi": {"persistent": true}})),
        (secure, Some(Firmware::SeaBios), json!({"bios": {}})),
        ("{}", Some(OVMF), json!({"efi": {"secureBoot": false}})),
    ] {
        assert_eq!(
            bootloader(&with(loader), asked),
            wanted,
            "{loader} {asked:?}"
        );
    }
    // KubeVirt accepts Secure Boot only with system management mode.
    let on = Some(Firmware::Ovmf(SecureBoot::On));
    let emitted = kubevirt(&card(), on, &read_manifest(MACHINE).unwrap()).unwrap();
    let text = emitted.files[1].to_string();
    assert!(
        text.contains("          smm:\n            enabled: true\n"),
        "{text}"
    );
}

#[test]
fn commands_name_the_namespace_of_the_object() {
    let cluster = "kind: KubeVirt\nmetadata: {name: kv, namespace: cnv}\n---\n";
    let plain = MACHINE.replace("  namespace: prod\n", "");
    for (text, wanted) in [
        (
            format!("{cluster}{MACHINE}"),
            [
                "patch kubevirt kv --namespace cnv --type merge --patch-file kubevirt-permitted.yaml",
                "patch virtualmachine a --namespace prod --type merge --patch-file a-devices.yaml",
            ],
        ),
        (
            plain,
            [
                "patch kubevirt kubevirt --namespace kubevirt --type merge --patch-file \
                 kubevirt-permitted.yaml",
                "patch virtualmachine a --type merge --patch-file a-devices.yaml",
            ],
        ),
    ] {
        let emitted = kubevirt(&card(), None, &read_manifest(&text).unwrap()).unwrap();
        let commands: Vec<String> = emitted
            .commands
            .iter()
            .map(|command| command.argv[1..].join(" "))
            .collect();
        assert_eq!(commands, wanted);
    }
}

/// HyperConverged sets KubeVirt's settings by its own: a patch of KubeVirt would not last.
#[test]
fn hyper_converged_has_the_list_of_its_cluster() {
    let text = "kind: KubeVirt\nmetadata: {name: kv, namespace: cnv}\n---\n\
        apiVersion: hco.kubevirt.io/v1beta1\nkind: HyperConverged\n\
        metadata: {name: kubevirt-hyperconverged, namespace: cnv}\n\
        spec:\n  permittedHostDevices:\n    pciHostDevices:\n    \
        - {pciDeviceSelector: '10DE:1B06', resourceName: nvidia.com/GP102, disabled: false}\n";
    let emitted = kubevirt(&card(), None, &read_manifest(text).unwrap()).unwrap();
    let argv = emitted.commands[0].argv.join(" ");
    assert!(
        argv.starts_with(
            "kubectl patch hyperconvergeds.v1beta1.hco.kubevirt.io kubevirt-hyperconverged \
             --namespace cnv "
        ),
        "{argv}"
    );
    assert_eq!(
        values(&emitted.files[0].to_string())[0]["spec"]["permittedHostDevices"]["pciHostDevices"],
        json!([
            {"pciDeviceSelector": "10DE:1B06", "resourceName": "nvidia.com/GP102", "disabled": false},
            {"pciDeviceSelector": "10DE:10EF", "resourceName": "passthru/10de-10ef"},
        ])
    );
}

#[test]
fn ambiguous_values_are_refused() {
    let twice = format!("{MACHINE}---\n{}", MACHINE.replace("prod", "test"));
    let alias = MACHINE
        .replace("hostDevices:", "hostDevices: &l")
        .replace("gpus:", "gpus: &g");
    let listed = MACHINE.replace(
        "          hostDevices:\n          - {name: n, deviceName: intel.com/nic}\n",
        "          hostDevices: *g\n",
    );
    let listed = listed.replace("gpus:", "gpus: &g");
    let merged = MACHINE.replace("        devices:\n", "        devices:\n          <<: {}\n");
    let tagged = MACHINE.replace("name: n,", "name: !!str n,");
    for (text, wanted) in [
        (
            &twice,
            "expected one virtualmachine, found a in prod, a in test",
        ),
        (&listed, "expected no alias"),
        (&merged, "expected no alias"),
        (&tagged, "expected no alias"),
        (&MACHINE.replace("prod", "-x"), "small letters"),
    ] {
        let already = read_manifest(text).unwrap();
        let error = kubevirt(&card(), None, &already).unwrap_err();
        assert_eq!(error.kind(), hvconf::ErrorKind::Ambiguous, "{error}");
        assert!(error.to_string().contains(wanted), "{error}");
    }
    // An anchor alone says nothing else.
    kubevirt(&card(), None, &read_manifest(&alias).unwrap()).unwrap();
}

/// A row of another author may assign the function: KubeVirt assigns any with its IDs.
#[test]
fn a_requested_resource_is_not_requested_twice() {
    let cluster = "kind: KubeVirt\nspec: {configuration: {permittedHostDevices: {pciHostDevices: [\
        {pciVendorSelector: '10DE:1B06', resourceName: nvidia.com/GP102}]}}}\n---\n";
    let text = format!("{cluster}{MACHINE}");
    let one = |address| vec![function(address, IDS[0], true)];
    let rows = |vm: &Description| {
        let emitted = kubevirt(vm, None, &read_manifest(&text).unwrap()).unwrap();
        let after = patched(&values(MACHINE)[0], "virtualmachine", &emitted);
        let gpus = &after["spec"]["template"]["spec"]["domain"]["devices"]["gpus"];
        let names = gpus.as_array().unwrap().iter();
        let names: Vec<String> = names
            .map(|row| row["name"].as_str().unwrap().into())
            .collect();
        let output = emitted
            .not_converted
            .iter()
            .any(|not_converted| not_converted.reason.contains("by the row g;"));
        (names, output)
    };
    assert_eq!(
        rows(&describe(vec![one("01:00.0")])),
        (vec!["g".into()], true)
    );
    let both = vec!["g".to_owned(), "pci-0000-02-00-0".into()];
    assert_eq!(
        rows(&describe(vec![one("01:00.0"), one("02:00.0")])),
        (both, true)
    );
}
