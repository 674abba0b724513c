//! Option parsers of hypervisors that are written in Rust, built from their own sources with
//! their own types.
//!
//! `HYPERVISOR_SOURCES` names a folder with checkouts of crosvm and cloud-hypervisor
//! (`sources.rs`); cargo fetches the few crates that these need.

use std::path::Path;
use std::process::Command;

use hvconf::description::{Description, HugePageSize, Pages};
use hvconf::{cloud_hypervisor, crosvm};
use testkit::random::{Random, seed};
use testkit::{Reader, Scratch};

use crate::oracles::devices::{addresses, machine};
use crate::oracles::sources::source;

/// What is between two texts of a source, the first included.
fn part(text: &str, from: &str, to: &str) -> String {
    let (_, rest) = text.split_once(from).unwrap_or_else(|| panic!("no {from}"));
    let (part, _) = rest.split_once(to).unwrap_or_else(|| panic!("no {to}"));
    format!("{from}{part}")
}

fn text(source: &Path, path: &str) -> String {
    std::fs::read_to_string(source.join(path)).unwrap_or_else(|why| panic!("{path}: {why}"))
}

/// A program that is built of a crate beside it and of `main`.
fn build(scratch: &Scratch, source: &Path, member: &str, manifest: &str, main: &str) -> Reader {
    let place = scratch.path();
    let copied = Command::new("cp")
        .arg("-r")
        .arg(source.join(member))
        .arg(place)
        .status();
    assert!(copied.unwrap().success());
    scratch.directory("src");
    scratch.write("src/main.rs", main);
    scratch.write("Cargo.toml", manifest);
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--manifest-path"])
        .arg(place.join("Cargo.toml"))
        .env("CARGO_TARGET_DIR", place.join("target"))
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap();
    assert!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );
    Reader::spawn(&mut Command::new(place.join("target/debug/reader")))
}

/// Reads questions as `Reader` puts them, and has `answer` answer them.
const LOOP: &str = r#"
fn main() {
    for line in std::io::stdin().lines() {
        let line = line.unwrap();
        let (word, hex) = line.split_once(' ').unwrap();
        let bytes = (0..hex.len()).step_by(2);
        let bytes: Vec<u8> =
            bytes.map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect();
        match answer(word, &String::from_utf8(bytes).unwrap()) {
            Ok(said) => println!("{}", said.bytes().map(|b| format!("{b:02x}")).collect::<String>()),
            Err(why) => println!("refused: {}", why.replace('\n', " ")),
        }
    }
}
"#;

fn crosvms(scratch: &Scratch) -> Option<Reader> {
    let source = source("crosvm")?;
    let options = text(&source, "src/crosvm/sys/linux/config.rs");
    let config = text(&source, "src/crosvm/config.rs");
    let devices = text(&source, "devices/src/lib.rs");
    let derive = "#[derive(Serialize, Deserialize, FromKeyValues)]\n#[serde(deny_unknown_fields, \
                  rename_all = \"kebab-case\")]\n";
    let main = format!(
        "#![allow(unused, dead_code)]\nuse std::path::PathBuf;\nuse serde::{{Deserialize, \
         Serialize}};\nuse serde_keyvalue::{{FromKeyValues, from_key_values}};\n\
         mod address {{ {address} }}\nuse address::PciAddress;\n\
         // Sets of processors, which nothing here writes.\ntype CpuSet = Vec<String>;\n\
         type CpuCoreType = Vec<String>;\n\
         #[derive(Copy, Clone, Debug, Default, Eq, PartialEq, Deserialize, Serialize)]\n{iommu}\n\
         {derive}{vfio}\n{derive}{memory}\n{derive}{processors}\n\
         fn answer(word: &str, text: &str) -> Result<String, String> {{\n\
             let why = |error: serde_keyvalue::ParseError| error.to_string();\n\
             Ok(match word {{\n\
                 \"vfio\" => {{\n\
                     let one: VfioOption = from_key_values(text).map_err(why)?;\n\
                     let place = one.guest_address.map(|at| at.to_string());\n\
                     format!(\"{{}} {{}}\", one.path.display(), place.unwrap_or_default())\n\
                 }}\n\
                 \"mem\" => from_key_values::<MemOptions>(text).map_err(why)?.size\n\
                     .map(|size| size.to_string()).unwrap_or_default(),\n\
                 _ => from_key_values::<CpuOptions>(text).map_err(why)?.num_cores\n\
                     .map(|count| count.to_string()).unwrap_or_default(),\n\
             }})\n}}\n{LOOP}",
        address = part(
            &text(&source, "resources/src/pci_address.rs"),
            "use std::fmt;",
            "#[cfg(test)]"
        ),
        iommu = part(&devices, "pub enum IommuDevType", "\n\n"),
        vfio = part(&options, "pub struct VfioOption", "\n\n#["),
        memory = part(&config, "pub struct MemOptions", "\n\nfn"),
        processors = part(&config, "pub struct CpuOptions", "\n\n///"),
    );
    let manifest = "[workspace]\nmembers = [\"serde_keyvalue\", \"serde_keyvalue/serde_keyvalue_derive\"]\n\
         [workspace.dependencies]\nargh = \"0.1.10\"\nremain = \"0.2\"\nserde = \"1\"\n\
         thiserror = \"1\"\n[package]\nname = \"reader\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\
         [dependencies]\nserde_keyvalue = { path = \"serde_keyvalue\", features = [\"argh_derive\"] }\n\
         argh = \"0.1.10\"\nremain = \"0.2\"\nthiserror = \"1\"\n\
         serde = { version = \"1\", features = [\"derive\"] }\n";
    Some(build(scratch, &source, "serde_keyvalue", manifest, &main))
}

/// The value after each `option`.
fn values<'a>(words: &'a [String], option: &str) -> Vec<&'a str> {
    let pairs = words.windows(2);
    let named = pairs.filter(|pair| pair[0] == option);
    named.map(|pair| pair[1].as_str()).collect()
}

/// A text of pieces.
fn pieced(numbers: &mut Random, pieces: &[&str]) -> String {
    let count = 1 + numbers.below(6);
    (0..count).map(|_| numbers.pick(pieces)).collect()
}

#[test]
fn crosvm_accepts_our_arguments_and_refuses_the_same() {
    let scratch = Scratch::new();
    let Some(mut reader) = crosvms(&scratch) else {
        return;
    };
    let mut numbers = Random::new(seed(0xc05));
    for _ in 0..40 {
        let mut vm = machine(&mut numbers);
        vm.processors = core::num::NonZeroU16::new(4);
        let words = crosvm::arguments(&vm.assigned).unwrap();
        let mut theirs: Vec<String> = Vec::new();
        for value in values(&words, "--vfio") {
            let message = reader
                .ask("vfio", value)
                .unwrap_or_else(|why| panic!("{value}: {why}"));
            let (path, place) = message.split_once(' ').unwrap();
            theirs.push(path.rsplit('/').next().unwrap().to_owned());
            let asked = value
                .split_once("guest-address=")
                .map(|(_, at)| format!("0000:{at}"));
            assert_eq!(place, asked.unwrap_or_default());
        }
        theirs.sort();
        assert_eq!(theirs, addresses(&vm));
        let script = crosvm::script_of(&vm).unwrap().to_string();
        let words: Vec<String> = script.split_whitespace().map(str::to_owned).collect();
        let memory = vm.memory.size.map(|size| size.mebibytes().to_string());
        for (option, word, wanted) in [
            ("--mem", "mem", memory),
            ("--cpus", "cpus", Some("4".to_owned())),
        ] {
            let message: Vec<_> = values(&words, option)
                .iter()
                .map(|value| reader.ask(word, value).unwrap())
                .collect();
            assert_eq!(message.first().cloned(), wanted, "{script}");
        }
    }
    let pieces = [
        "/sys/bus/pci/devices/0000:01:00.0",
        "path=",
        ",",
        "iommu=",
        "viommu",
        "off",
        "x",
        "guest-address=",
        "00:07.0",
        "02:03.1",
        "00:20.0",
        "\"",
        "'",
        "\\",
        "[",
        "]",
        "=",
        "path",
        "dt-symbol=",
        " ",
        "/0000:02:00.0",
    ];
    let (mut taken, mut refused) = (0, 0);
    for _ in 0..6000 {
        let value = pieced(&mut numbers, &pieces);
        let ours = crosvm::read_arguments(&["--vfio", &value]);
        match reader.ask("vfio", &value) {
            Ok(message) => {
                // crosvm rejects a path without a function later.
                let path = message.rsplit_once(' ').unwrap().0.trim_end_matches('/');
                let at = path
                    .rsplit('/')
                    .next()
                    .unwrap()
                    .parse::<pci_core::Address>();
                let ours = ours.map(|back| addresses(&back.description)).ok();
                assert_eq!(
                    ours,
                    at.ok().map(|at| vec![at.to_string()]),
                    "{value:?}: {message}"
                );
                taken += 1;
            }
            Err(why) => {
                assert!(ours.is_err(), "{value:?}: we take it, crosvm says {why}");
                refused += 1;
            }
        }
    }
    assert!(taken > 300 && refused > 300, "{taken} {refused}");
    for (word, option, pieces) in [
        (
            "mem",
            "--mem",
            [
                "size=",
                "512",
                "0x10",
                ",",
                "size",
                "-1",
                "+1",
                "k",
                "99999999999999999999",
            ],
        ),
        (
            "cpus",
            "--cpus",
            [
                "num-cores=",
                "4",
                "0b11",
                ",",
                "clusters=[[0,1]]",
                "boot-cpu=0",
                "x=1",
                "'4'",
                "-4",
            ],
        ),
    ] {
        for _ in 0..1500 {
            let value = pieced(&mut numbers, &pieces);
            let words = ["--vfio", "/0000:01:00.0", option, &value];
            let Ok(theirs) = reader.ask(word, &value) else {
                continue;
            };
            let back = crosvm::read_arguments(&words).unwrap().description;
            let ours = match word {
                "mem" => back.memory.size.map(|size| u64::from(size.mebibytes())),
                _ => back.processors.map(|count| u64::from(count.get())),
            };
            // Numbers beyond a description's range are not read.
            let most = match word {
                "mem" => u64::from(u32::MAX),
                _ => u64::from(u16::MAX),
            };
            let theirs = theirs.parse::<u64>().ok();
            let theirs = theirs.filter(|count| (1..=most).contains(count));
            assert_eq!(ours, theirs, "{word} {value:?}");
        }
    }
}

fn cloud_hypervisors(scratch: &Scratch) -> Option<Reader> {
    let source = source("cloud-hypervisor")?;
    let config = text(&source, "vmm/src/config.rs");
    let vm_config = text(&source, "vmm/src/vm_config.rs");
    // The fields without what documents of the API need.
    let fields = |name: &str| {
        let text = part(&vm_config, &format!("pub struct {name} {{"), "\n}\n");
        let lines = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("#["));
        lines.collect::<Vec<_>>().join("\n") + "\n}\n"
    };
    let one = part(&config, "impl DeviceConfig {", "pub fn validate");
    let common = part(&config, "impl PciDeviceCommonConfig {", "pub fn validate");
    let memory = part(&config, "pub fn parse(memory: &str", "let zones");
    let main = format!(
        "#![allow(unused, dead_code)]\nuse std::path::PathBuf;\nuse option_parser::*;\n\
         #[derive(Debug)]\nenum Error {{ ParseDevice(OptionParserError), \
         ParsePciDeviceCommonConfig(OptionParserError), ParseMemory(OptionParserError), \
         ParseCpus(OptionParserError) }}\ntype Result<T> = std::result::Result<T, Error>;\n\
         const DEFAULT_MEMORY_MB: u64 = 512;\n\
         #[derive(Default)] struct Hotplug;\nimpl std::str::FromStr for Hotplug {{ type Err = (); \
         fn from_str(_: &str) -> std::result::Result<Self, ()> {{ Ok(Hotplug) }} }}\n\
         {device}{pci}{one}}}\n{common}}}\nstruct Memory;\nimpl Memory {{ {memory}\n\
         let hotplug_method: Hotplug = hotplug_method;\nOk((size, hugepages, hugepage_size)) }} }}\n\
         fn answer(word: &str, text: &str) -> std::result::Result<String, String> {{\n\
             Ok(match word {{\n\
                 \"device\" => DeviceConfig::parse(text).map_err(|error| format!(\"{{error:?}}\"))?\n\
                     .path.map(|path| path.display().to_string()).unwrap_or_default(),\n\
                 _ => format!(\"{{:?}}\", Memory::parse(text, None).map_err(|error| format!(\"{{error:?}}\"))?),\n\
             }})\n}}\n{LOOP}",
        device = fields("DeviceConfig"),
        pci = fields("PciDeviceCommonConfig"),
        memory = memory.replace("-> Result<Self>", "-> Result<(u64, bool, Option<u64>)>"),
    );
    let manifest = "[workspace]\nmembers = [\"option_parser\"]\n[workspace.package]\nedition = \"2024\"\n\
         rust-version = \"1.85\"\n[workspace.dependencies]\nthiserror = \"2\"\n[workspace.lints]\n\
         [package]\nname = \"reader\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         [dependencies]\noption_parser = { path = \"option_parser\" }\n";
    Some(build(scratch, &source, "option_parser", manifest, &main))
}

#[test]
fn cloud_hypervisor_accepts_our_arguments_and_refuses_the_same() {
    let scratch = Scratch::new();
    let Some(mut reader) = cloud_hypervisors(&scratch) else {
        return;
    };
    let mut numbers = Random::new(seed(0xc1d));
    for round in 0..40 {
        let mut vm = machine(&mut numbers);
        vm.memory.pages = [
            Pages::Ordinary,
            Pages::Huge(HugePageSize::HostDefault),
            Pages::Huge(HugePageSize::Mebibytes2),
            Pages::Huge(HugePageSize::Gibibyte1),
        ][round % 4];
        let words = cloud_hypervisor::arguments(&vm);
        let device = words.iter().position(|word| word == "--device").unwrap();
        let mut theirs: Vec<String> = words[device + 1..]
            .iter()
            .map(|value| reader.ask("device", value).unwrap())
            .map(|path| {
                path.trim_end_matches('/')
                    .rsplit('/')
                    .next()
                    .unwrap()
                    .to_owned()
            })
            .collect();
        theirs.sort();
        assert_eq!(theirs, addresses(&vm));
        let value = values(&words, "--memory")[0];
        assert_eq!(reader.ask("memory", value), Ok(memory(&vm)), "{value}");
    }
    let pieces = [
        "path=/sys/bus/pci/devices/0000:01:00.0",
        ",",
        "iommu=",
        "on",
        "off",
        "id=",
        "gpu",
        "pci_segment=",
        "1",
        "x_exclude_mmap_bars=[2]",
        "x_exclude_mmap_bars=[0,2-4]",
        "x_exclude_mmap_bars=[3-3]",
        "\"",
        "[",
        "]",
        "=",
        "path",
        "\"a,b\"",
        " ",
        "path=/0000:02:00.0/",
        "foo=1",
        "pci_device_id=3",
        "path=\"/0000:03:00.0\"",
    ];
    let (mut taken, mut refused) = (0, 0);
    for _ in 0..6000 {
        let value = pieced(&mut numbers, &pieces);
        let ours = cloud_hypervisor::read_arguments(&["--device", &value]);
        match reader.ask("device", &value) {
            Ok(path) => {
                let last = path.trim_end_matches('/').rsplit('/').next().unwrap();
                let at = last.parse::<pci_core::Address>();
                let ours = ours.map(|back| addresses(&back.description)).ok();
                assert_eq!(
                    ours,
                    at.ok().map(|at| vec![at.to_string()]),
                    "{value:?}: {path}"
                );
                taken += 1;
            }
            Err(why) => {
                assert!(
                    ours.is_err(),
                    "{value:?}: we take it, Cloud Hypervisor says {why}"
                );
                refused += 1;
            }
        }
    }
    assert!(taken > 300 && refused > 300, "{taken} {refused}");
}

/// As the reader prints it: bytes, huge pages, and their size.
fn memory(vm: &Description) -> String {
    let bytes = vm.memory.size.unwrap().bytes();
    let (huge, size) = match vm.memory.pages {
        Pages::Ordinary => (false, None),
        Pages::Huge(size) => (true, size.mebibytes().map(|size| u64::from(size) << 20)),
    };
    format!("{:?}", (bytes, huge, size))
}
