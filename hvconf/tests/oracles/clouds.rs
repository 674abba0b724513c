//! YAML, JSON, `nova.conf`, PowerShell and Nix, by readers of each.

use hvconf::incus::{self, Program};
use hvconf::kubernetes::{
    Pooling, ReadManifest, harvester, kubevirt, read_claims, read_talos, talos,
};
use hvconf::nixos::NixBinding;
use hvconf::{cloud_hypervisor, hyper_v, nixos, nova};
use testkit::program::find;
use testkit::random::{Random, seed};
use testkit::skipped::missing;
use testkit::{Reader, environment};

use crate::oracles::devices::{addresses, machine};
use crate::oracles::python::schemas;

/// The values of what is read whose way ends so.
fn values(read: &str, end: &str) -> Vec<String> {
    let mut found: Vec<String> = read
        .lines()
        .filter_map(|line| {
            let (way, value) = line.split_once(' ')?;
            way.ends_with(end).then(|| value.to_owned())
        })
        .collect();
    found.sort();
    found
}

#[test]
fn yaml_11_reads_texts_where_we_write_texts() {
    let Some(mut yaml) = crate::oracles::python::start("yaml", "yaml") else {
        return;
    };
    // What the quotes are for.
    assert_eq!(yaml.read("a: 01:00.0").unwrap(), "0/a float 60.0");
    assert_eq!(yaml.read("a: no").unwrap(), "0/a bool False");
    let mut random = Random::new(seed(0xa11));
    for _ in 0..60 {
        let vm = machine(&mut random);
        let sent = addresses(&vm);
        let texts = |list: &[String]| {
            list.iter()
                .map(|one| format!("str {one}"))
                .collect::<Vec<_>>()
        };

        let file = incus::emit(&vm, Program::Incus).unwrap().files[0].to_string();
        let read = yaml.read(&file).unwrap();
        let mut given = values(&read, "/pci");
        given.extend(values(&read, "/address"));
        given.sort();
        let back = incus::read(&file).unwrap().description;
        assert_eq!(given, texts(&addresses(&back)));
        assert!(addresses(&back).iter().all(|one| sent.contains(one)));
        assert_eq!(back.memory.size, vm.memory.size);
        let slots = |vm: &hvconf::description::Description| {
            vm.assigned
                .slots()
                .iter()
                .map(|one| one.slot())
                .collect::<Vec<_>>()
        };
        assert_eq!(slots(&back), slots(&vm));

        let node = "node-1".parse().unwrap();
        let claims = harvester(&vm, &node, Pooling::PerDevice).unwrap().files[0].to_string();
        let read = yaml.read(&claims).unwrap();
        assert_eq!(values(&read, "/spec/address"), texts(&sent));
        assert_eq!(addresses(&read_claims(&claims).unwrap().description), sent);

        let file = talos(&vm).files[0].to_string();
        let read = yaml.read(&file).unwrap();
        let mut names = values(&read, "/name");
        names.retain(|name| name.contains(':'));
        assert_eq!(names, texts(&sent));
        assert_eq!(addresses(&read_talos(&file).unwrap().description), sent);

        let file = cloud_hypervisor::emit(&vm).files[0].to_string();
        let read = yaml.read(&file).unwrap();
        let paths = values(&read, "/path");
        assert_eq!(paths.len(), sent.len());
        assert_eq!(
            addresses(&cloud_hypervisor::read(&file).unwrap().description),
            sent
        );
    }
}

#[test]
fn kubevirts_schemas_accept_the_patches() {
    if !schemas().is_file() {
        missing("KubeVirt's schemas");
        return;
    }
    let Some(mut schema) = crate::oracles::python::start("kubevirt", "yaml") else {
        return;
    };
    for bad in [
        "KubeVirt\nspec: {configuration: {permittedHostDevices: {pciDevices: []}}}",
        "KubeVirt\nspec: {configuration: {permittedHostDevices: {pciHostDevices: [{resourceName: a}]}}}",
        "VirtualMachine\nspec: {template: {spec: {domain: {devices: {gpus: [{deviceName: a}]}}}}}",
        "VirtualMachine\nspec: {template: {spec: {domain: {devices: {hostDevices: [{name: 1, deviceName: a}]}}}}}",
    ] {
        assert!(schema.read(bad).is_err(), "{bad}");
    }
    let mut random = Random::new(seed(0xcbe));
    for _ in 0..40 {
        let mut vm = machine(&mut random);
        vm.hiding.kvm = hvconf::description::KvmSignature::Hidden;
        vm.hiding.hyperv_vendor_id = Some("abc".parse().unwrap());
        vm.memory.pages =
            hvconf::description::Pages::Huge(hvconf::description::HugePageSize::Gibibyte1);
        vm.emulated_display = Some(hvconf::description::EmulatedDisplay::None);
        vm.processors = core::num::NonZeroU16::new(4);
        let firmware = Some(vm.firmware);
        let files = kubevirt(&vm, firmware, &ReadManifest::default())
            .unwrap()
            .files;
        let cluster = schema.read(&format!("KubeVirt\n{}", files[0])).unwrap();
        let machine = schema
            .read(&format!("VirtualMachine\n{}", files[1]))
            .unwrap();
        let mut resources = values(&cluster, "/resourceName");
        let mut asked = values(&machine, "/deviceName");
        resources.dedup();
        asked.dedup();
        assert_eq!(resources, asked);
        assert_eq!(values(&machine, "/name").len(), addresses(&vm).len());
        let selectors = values(&cluster, "/pciVendorSelector");
        assert_eq!(selectors.len(), resources.len());
        // What the cluster has stays in the list.
        let text = format!("kind: KubeVirt\n{}", files[0]);
        let there = hvconf::kubernetes::read_manifest(&text).unwrap();
        assert_eq!(there.permitted.len(), selectors.len());
        let again = kubevirt(&vm, firmware, &there).unwrap().files;
        assert_eq!(again, files[1..]);
    }
}

#[test]
fn oslo_reads_the_lines_of_nova() {
    let Some(mut oslo) = crate::oracles::python::start("oslo", "oslo_config") else {
        return;
    };
    nova_reads(&mut oslo);
}

/// Nova itself brings 60 packages: where `NOVA_PYTHON` names an interpreter that has
/// it, its own validators read the same.
#[test]
fn nova_accepts_the_lines() {
    let Some(python) = environment::path(environment::NOVA_PYTHON) else {
        let why = "NOVA_PYTHON names no Python with OpenStack's Nova";
        return testkit::skipped::optional(why, "pip install nova");
    };
    let mut nova = crate::oracles::python::with(python.as_ref(), "nova", "nova").unwrap();
    for bad in [
        "[pci]\ndevice_spec = {\"address\": \"0000:01:00.9\"}\n",
        "[pci]\ndevice_spec = {\"vendor_id\": \"zz\"}\n",
        "[pci]\ndevice_spec = {\"address\": \"01:00.0\", \"devname\": \"eth0\"}\n",
        "[pci]\nalias = {\"vendor_id\": \"10de\"}\n",
        "[pci]\nalias = {\"name\": \"a\", \"vendor\": \"10de\"}\n",
        "[pci]\nalias = {\"name\": \"a\", \"device_type\": \"PF\"}\n",
    ] {
        assert!(nova.read(bad).is_err(), "{bad}");
    }
    nova_reads(&mut nova);
}

fn nova_reads(reader: &mut Reader) {
    let mut random = Random::new(seed(0x0541));
    for _ in 0..40 {
        let vm = machine(&mut random);
        let text = nova::emit(&vm).unwrap().files[0].to_string();
        let check = |read: &str| {
            let mut found: Vec<String> = read
                .lines()
                .filter_map(|line| line.strip_prefix("device_spec {\"address\": \""))
                .map(|rest| rest.trim_end_matches("\"}").to_owned())
                .collect();
            found.sort();
            assert_eq!(found, addresses(&vm), "{read}");
        };
        check(&reader.read(&text).unwrap());
        assert_eq!(
            addresses(&nova::read(&text).unwrap().description),
            addresses(&vm)
        );
        // Into files that have other things.
        for before in [
            "",
            "[DEFAULT]\ndebug = true\n# [pci]\n[pci]\n# none yet\n\n[vnc]\nenabled = false\n",
            "[pci]\nreport_in_placement = true\n  \n[a]\nb = 1",
            "[a]\nb = 1",
        ] {
            let after = nova::assign(before, &vm).unwrap();
            check(&reader.read(&after).unwrap());
            assert_eq!(nova::assign(&after, &vm).unwrap(), after);
            for line in before.lines() {
                assert!(after.lines().any(|one| one == line), "{line}");
            }
        }
    }
}

#[test]
fn powershell_scripts_have_no_syntax_error() {
    let Some(mut powershell) =
        crate::oracles::python::start("powershell", "tree_sitter_powershell")
    else {
        return;
    };
    for bad in [
        "$a = 'x'y'",
        "foreach ($x in $y) {",
        "if ($a { }",
        "$a = @{ Ids = 'x' ",
    ] {
        assert!(powershell.read(bad).is_err(), "{bad}");
    }
    let mut random = Random::new(seed(0x9513));
    for _ in 0..20 {
        let vm = machine(&mut random);
        let files = hyper_v::emit(&vm).unwrap().files;
        for file in &files {
            let text = file.to_string();
            assert!(text.ends_with("\r\n") && text.is_ascii());
            assert!(powershell.read(&text).is_ok(), "{text}");
        }
        let give = files[0].to_string();
        for function in vm.assigned.functions() {
            let id = function.id.unwrap();
            let row = format!(
                "@{{ Ids = 'VEN_{:04X}&DEV_{:04X}'; Bus = {}; Address = {} }}",
                id.vendor.0,
                id.device.0,
                function.address.bus(),
                u32::from(function.address.device()) << 16 | u32::from(function.address.function())
            );
            assert!(give.contains(&row), "{row}");
        }
    }
}

#[test]
fn nix_reads_the_module() {
    let Some(nix) = find("nix-instantiate") else {
        return;
    };
    let scratch = testkit::Scratch::new();
    let evaluate = |text: &str| {
        let file = scratch.write("passthru.nix", text);
        let lib = "{ mkBefore = list: list; mkDefault = value: value; }";
        let expression = format!("import {} {{ lib = {lib}; }}", file.display());
        let store = scratch.directory("store");
        let output = std::process::Command::new(&nix)
            .args([
                "--eval",
                "--strict",
                "--json",
                "--read-write-mode",
                "--expr",
                &expression,
            ])
            .env("NIX_STORE_DIR", &store)
            .env("NIX_STATE_DIR", scratch.directory("state"))
            .env("NIX_LOG_DIR", scratch.directory("log"))
            .env("NIX_CONF_DIR", scratch.directory("etc"))
            .env("HOME", scratch.path())
            .output()
            .unwrap();
        if output.status.success() {
            Ok(String::from_utf8(output.stdout).unwrap())
        } else {
            Err(String::from_utf8(output.stderr).unwrap())
        }
    };
    assert!(evaluate("{ ... }: { a = \"x\"y\"; }").is_err());
    assert!(evaluate("{ ... }: { a = \"${no}\"; }").is_err());
    let mut random = Random::new(seed(0x217));
    let driver = "nouveau".parse().unwrap();
    for round in 0..6 {
        let vm = machine(&mut random);
        let how = [NixBinding::ById, NixBinding::ByAddress][round % 2];
        let text = nixos::emit(&vm, how, std::slice::from_ref(&driver))
            .unwrap()
            .files[0]
            .to_string();
        let read = evaluate(&text).unwrap();
        assert!(
            read.contains("\"kernelModules\":[\"vfio_pci\",\"vfio_iommu_type1\"]"),
            "{read}"
        );
        match how {
            NixBinding::ById => {
                for function in vm.assigned.functions() {
                    assert!(read.contains(&function.id.unwrap().to_string()), "{read}");
                }
                assert!(
                    read.contains("\\nsoftdep nouveau pre: vfio-pci\\n"),
                    "{read}"
                );
            }
            NixBinding::ByAddress => {
                for function in vm.assigned.functions() {
                    let (address, id) = (function.address, function.id.unwrap());
                    let rule = format!(
                        "KERNEL==\\\"{address}\\\", ATTR{{vendor}}==\\\"0x{}\\\", \
                         ATTR{{device}}==\\\"0x{}\\\", \
                         ATTR{{driver_override}}=\\\"vfio-pci\\\"\\n",
                        id.vendor, id.device
                    );
                    assert_eq!(read.matches(&rule).count(), 2, "{read}");
                }
            }
        }
    }
}
