//! One corpus of hostile values in each emitted format, read by a real reader of that format: a value stays
//! one value, and adds nothing. The table is in `docs/assurance.md`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use testkit::{Reader, Scratch};

use crate::command::{passthru, top};

/// Values that end a string, start another, or mean something to a shell, a template, a terminal, or a
/// reader of lines.
const VALUES: [&str; 34] = [
    "a'b",
    "a\"b",
    "a`id`b",
    "$(touch /tmp/broken-out)",
    "${HOME}",
    "; touch /tmp/broken-out;",
    "&& reboot",
    "| sh",
    "> /etc/passwd",
    "' --option '",
    "--option",
    "a\\",
    "\\'",
    "\\n",
    "%s%n",
    "#a",
    "a: b",
    "- a",
    "[a]",
    "{a: b}",
    "{{ 7 * 7 }}",
    "{% raw %}",
    "*alias",
    "!!python/object:os.system",
    "</name><b/>",
    "<script>alert(1)</script>",
    "\" onload=\"alert(1)",
    "]]>",
    "&lt;b&gt;",
    "a,b=c",
    "a=b",
    "javascript:alert(1)",
    "no",
    "é显卡\u{202e}abc",
];

const HARMLESS: &str = "abc";

/// Where a value goes in, and what comes out.
struct Format {
    name: &'static str,
    reader: &'static str,
    program: &'static str,
    emit: fn(&Scratch, &str) -> Option<String>,
}

const FORMATS: [Format; 24] = [
    format("libvirt XML", "xml", "expat", |s, v| guest(s, v, "libvirt")),
    format("QEMU script", "sh", "dash", |s, v| guest(s, v, "qemu")),
    format("crosvm script", "sh", "dash", |s, v| guest(s, v, "crosvm")),
    format("Incus YAML", "yaml", "PyYAML", |s, v| guest(s, v, "incus")),
    format("KubeVirt YAML", "yaml", "PyYAML", |s, v| {
        guest(s, v, "kubevirt")
    }),
    format("Harvester YAML", "yaml", "PyYAML", |s, v| {
        guest(s, v, "harvester")
    }),
    format("Talos YAML", "yaml", "PyYAML", |s, v| guest(s, v, "talos")),
    format("Cloud Hypervisor JSON", "json", "Python's json", |s, v| {
        guest(s, v, "cloud-hypervisor")
    }),
    format("NixOS module", "nix", "nix-instantiate", |s, v| {
        guest(s, v, "nixos")
    }),
    format("Proxmox VE configuration", "lines", "lines", |s, v| {
        guest(s, v, "proxmox")
    }),
    format("VMX", "lines", "lines", |s, v| guest(s, v, "esxi")),
    format("xl.cfg", "lines", "lines", |s, v| guest(s, v, "xen")),
    format("vm-bhyve configuration", "lines", "lines", |s, v| {
        guest(s, v, "bhyve")
    }),
    format("nova.conf", "lines", "lines", |s, v| guest(s, v, "nova")),
    format("vfio-pci.cfg of Unraid", "lines", "lines", |s, v| {
        guest(s, v, "unraid")
    }),
    format("PowerShell script", "lines", "lines", |s, v| {
        guest(s, v, "hyper-v")
    }),
    format("plan as a shell script", "sh", "dash", |s, v| {
        plan(s, v, "--script")
    }),
    format("plan as an Ansible playbook", "yaml", "PyYAML", |s, v| {
        plan(s, v, "--ansible")
    }),
    format("plan as JSON", "json", "Python's json", |s, v| {
        plan(s, v, "--json")
    }),
    format("list as JSON", "json", "Python's json", |s, v| {
        host(s, v, "list --json")
    }),
    format("SVG", "xml", "expat", |s, v| host(s, v, "list --svg")),
    format("DOT", "dot", "Graphviz", |s, v| host(s, v, "list --dot")),
    format(
        "findings as JSON lines",
        "jsonl",
        "Python's json",
        |s, v| host(s, v, "doctor --format jsonl"),
    ),
    format("report", "html", "Python's html.parser", report),
];

const fn format(
    name: &'static str,
    reader: &'static str,
    program: &'static str,
    emit: fn(&Scratch, &str) -> Option<String>,
) -> Format {
    Format {
        name,
        reader,
        program,
        emit,
    }
}

const WORKSTATION: &str = "examples/hosts/workstation/before";

fn xml(value: &str) -> String {
    let value = value.replace('&', "&amp;").replace('<', "&lt;");
    value.replace('\'', "&apos;").replace('"', "&quot;")
}

/// A guest whose name, ROM file and machine have the value, converted.
fn guest(scratch: &Scratch, value: &str, target: &str) -> Option<String> {
    let value = xml(value);
    // Without a ROM a guest of vm-bhyve, with one arguments of bhyve.
    let rom = match target {
        "bhyve" => String::new(),
        _ => format!("<rom file='/roms/{value}'/>"),
    };
    let text = format!(
        "<domain type='kvm'><name>{value}</name><title>{value}</title>\
         <description>{value}</description><memory>1048576</memory><vcpu>2</vcpu><os>\
         <type arch='x86_64' machine='q35'>hvm</type></os><features><kvm><hidden state='on'/></kvm>\
         <hyperv><vendor_id state='on' value='{value}'/></hyperv></features><devices>\
         <hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0x0000' bus='0x01' \
         slot='0x00' function='0x0'/></source>{rom}<alias name='ua-{value}'/>\
         </hostdev></devices></domain>"
    );
    let file = scratch.file("guest.xml", text);
    let run = passthru(&[
        "convert",
        &file,
        "--to",
        target,
        "--root",
        WORKSTATION,
        "--node",
        "n1",
        "--json",
    ]);
    if run.status != 0 {
        return None;
    }
    let files = run.json();
    let texts = files["files"].as_array().unwrap().iter();
    Some(texts.map(|file| file["text"].as_str().unwrap()).collect())
}

/// A plan for a guest with the value as its name, on a host that shows no guests.
fn plan(scratch: &Scratch, value: &str, form: &str) -> Option<String> {
    let root = scratch.join("host");
    if !root.exists() {
        let mut copied = Command::new("cp");
        copied.arg("-r").arg(top().join(WORKSTATION)).arg(&root);
        assert!(copied.status().unwrap().success());
        fs::remove_dir_all(root.join("etc/libvirt")).unwrap();
    }
    let vm = format!("--vm={value}");
    let words = [
        "plan",
        "01:00.0",
        "--for",
        "libvirt",
        &vm,
        form,
        "--root",
        root.to_str().unwrap(),
    ];
    let run = passthru(&words);
    (run.status < 2 && !run.out.is_empty()).then_some(run.out)
}

/// A pasted host whose functions, drivers, modules and log have the value in their names.
fn pasted(scratch: &Scratch, value: &str) -> String {
    let text = format!(
        "00:00.0 Host bridge [0600]: {value} [8086:a700] (rev 01)\n\
         \tSubsystem: {value} [1462:7d25]\n\
         01:00.0 VGA compatible controller [0300]: NVIDIA Corporation {value} [10de:fff1] (rev a1)\n\
         \tSubsystem: {value} [1462:fff2]\n\tKernel driver in use: nouveau\n\
         \tKernel modules: nouveau\n\n\
         IOMMU Group 1:\n\t01:00.0 VGA compatible controller [0300]: {value} [10de:fff1]\n\
         $ cat /proc/cmdline\nBOOT_IMAGE=/vmlinuz root=/dev/sda1 intel_iommu=on x={value}\n"
    );
    scratch.file("host.txt", text)
}

fn host(scratch: &Scratch, value: &str, command: &str) -> Option<String> {
    let file = pasted(scratch, value);
    let words: Vec<&str> = command.split(' ').chain(["--from", &file]).collect();
    let run = passthru(&words);
    (run.status < 2).then_some(run.out)
}

fn report(scratch: &Scratch, value: &str) -> Option<String> {
    let file = pasted(scratch, value);
    let page = scratch.word("page.html");
    let run = passthru(&["report", "-o", &page, "--from", &file]);
    (run.status < 2).then(|| fs::read_to_string(page).unwrap())
}

/// What a reader sees: how often each way is there, and the values.
struct Seen {
    ways: BTreeMap<String, usize>,
    values: Vec<String>,
}

impl Seen {
    fn of(read: &str) -> Self {
        let mut seen = Self {
            ways: BTreeMap::new(),
            values: Vec::new(),
        };
        for line in read.lines() {
            let (way, value) = line.split_once('\t').unwrap();
            *seen.ways.entry(way.to_owned()).or_default() += 1;
            seen.values.push(value.to_owned());
        }
        seen
    }

    /// The ways that this has more often than `other`.
    fn beyond(&self, other: &Self) -> Vec<&String> {
        let more = |(way, count): &(&String, &usize)| {
            **count > other.ways.get(*way).copied().unwrap_or_default()
        };
        self.ways.iter().filter(more).map(|(way, _)| way).collect()
    }
}

/// One row: how many values are whole in the output, and how many are replaced or refused.
fn row(format: &Format, reader: &mut Reader, failed: &mut Vec<String>) -> String {
    let scratch = Scratch::new();
    let name = format.name;
    let harmless = (format.emit)(&scratch, HARMLESS).unwrap_or_else(|| panic!("{name}"));
    let harmless = Seen::of(&reader.ask(format.reader, &harmless).unwrap());
    let (mut whole, mut replaced, mut refused) = (0, 0, 0);
    for value in VALUES {
        let Some(text) = (format.emit)(&scratch, value) else {
            refused += 1;
            continue;
        };
        let seen = match reader.ask(format.reader, &text) {
            Ok(read) => Seen::of(&read),
            Err(why) => {
                failed.push(format!("{name}: {value:?} is refused by the reader: {why}"));
                continue;
            }
        };
        let beyond = seen.beyond(&harmless);
        if !beyond.is_empty() {
            failed.push(format!("{name}: {value:?} adds {beyond:?}"));
        }
        let json = serde_json::to_string(value).unwrap();
        let plain = json.trim_matches('"');
        if seen.values.iter().any(|one| one.contains(plain)) {
            whole += 1;
        } else {
            replaced += 1;
        }
    }
    format!(
        "| {name} | {} | {whole} | {replaced} | {refused} |",
        format.program
    )
}

#[test]
fn a_value_stays_one_value_in_each_format() {
    let python = Path::new("/usr/bin/python3");
    let has_yaml = Command::new(python).args(["-c", "import yaml"]).status();
    if !has_yaml.is_ok_and(|status| status.success()) {
        return testkit::skipped::missing("python3-yaml");
    }
    if !testkit::program::installed(&["dot", "dash", "nix-instantiate"]) {
        return;
    }
    let script = top().join("tests/suite/injection/readers.py");
    let mut reader = Reader::spawn(Command::new(python).arg(script));
    let mut failed = Vec::new();
    let mut table = String::from(
        "| format | reader | values carried whole | replaced or left out | refused |\n\
         | --- | --- | ---: | ---: | ---: |\n",
    );
    for format in &FORMATS {
        writeln!(table, "{}", row(format, &mut reader, &mut failed)).unwrap();
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    // None of the scripts has run, and nothing has run what a value names.
    assert!(!Path::new("/tmp/broken-out").exists());
    crate::assurance::held("injection", &table);
}
