//! libxlutil, which `xl` reads its files with: a few lines of C ask it.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use hvconf::assigned::{AssignedDevices, AssignedFunction, AssignedSlot, Coverage, GuestSlot};
use hvconf::description::{Description, MemorySize};
use hvconf::xen::{self, PciEntry, PciTarget, RdmPolicy, XlConfig, XlValue};
use testkit::Scratch;
use testkit::program::find;
use testkit::random::{Random, seed};
use testkit::skipped::missing;

struct Xl {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    _place: Scratch,
}

impl Xl {
    /// The reader, compiled; `None` where libxlutil is not installed.
    fn start() -> Option<Self> {
        let compiler = find("cc")?;
        if !Path::new("/usr/include/libxlutil.h").exists() {
            missing("libxen-dev");
            return None;
        }
        let place = Scratch::new();
        let program = place.path().join("xl");
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracles/xl.c");
        let status = Command::new(compiler)
            .args(["-O1", "-Wall", "-Werror", "-o"])
            .args([program.as_os_str(), source.as_ref()])
            .args(["-lxlutil", "-lxenlight"])
            .status()
            .unwrap();
        assert!(status.success());
        let mut child = Command::new(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Some(Self {
            child,
            input,
            output,
            _place: place,
        })
    }

    fn ask(&mut self, what: char, text: &str) -> String {
        let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        writeln!(self.input, "{what}{hex}").unwrap();
        self.input.flush().unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        assert!(line.ends_with('\n'), "the reader ended on {text:?}");
        line.trim_end().to_owned()
    }
}

impl Drop for Xl {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// What the reader must say of a text, by our own reading.
fn ours(text: &str) -> String {
    let config = XlConfig::parse(text);
    assert_eq!(config.to_string(), text);
    if !config.faults().is_empty() || mixes(&config) {
        return "refused".to_owned();
    }
    let mut message = "taken".to_owned();
    for key in ["pci", "name", "type", "memory", "x"] {
        if let Some(value) = config.text(key) {
            message.push_str(&format!(" {key}={}", hex(&value)));
        } else if let Some(items) = config.list(key) {
            message.push_str(&format!(" {key}:"));
            for item in items {
                match &item.value {
                    XlValue::Text(text) | XlValue::Number(text) => message.push_str(&hex(text)),
                    XlValue::List(_) => message.push_str("list"),
                }
                message.push(',');
            }
        }
    }
    message
}

/// Whether a list is added to a text, or the other way round: `xl` refuses that.
fn mixes(config: &XlConfig) -> bool {
    let keys: Vec<&str> = config.statements().iter().map(|one| &*one.key).collect();
    keys.iter().any(|key| {
        let of = config.of(key);
        let lists = of
            .iter()
            .filter(|one| matches!(one.value, XlValue::List(_)))
            .count();
        lists != 0 && lists != of.len()
    })
}

fn entry(text: &str) -> String {
    let Ok(entry) = text.parse::<PciEntry>() else {
        return "refused".to_owned();
    };
    let (address, mask) = match &entry.target {
        PciTarget::Function(address) => (*address, 1),
        PciTarget::AllOf(slot) => (slot.function(0).unwrap(), u32::MAX),
        PciTarget::Named(_) => return "name".to_owned(),
    };
    let flag = |set: bool| i32::from(set);
    format!(
        "{address} {mask:x} {:x} {} {} {} {} {}",
        u32::from(entry.guest_slot.unwrap_or(0)) << 3,
        flag(entry.permissive),
        flag(entry.msitranslate),
        flag(entry.power_mgmt),
        flag(entry.seize),
        match entry.rdm_policy {
            None => -1,
            Some(RdmPolicy::Strict) => 0,
            Some(RdmPolicy::Relaxed) => 1,
        }
    )
}

#[test]
fn xl_accepts_the_same() {
    let Some(mut xl) = Xl::start() else { return };
    for text in [
        "pci = [ \"01:00.0\", \"a\"\n\"b\" ]\n",
        "pci = \"01:00.0\"\n",
        "pci += ['x']\npci += ['y',]\n",
        "pci=['a']\npci='b'\n",
        "pci=['a']\npci+='b'\n",
        "pci=[\n'a',\n\n#c\n'b'\n,\n]\n",
        "pci=[['a'],'b']",
        "pci=[,]",
        "pci=['a',,]",
        "x=1;pci=['a'];#c\n",
        "#c",
        "x=\"\\x41\"\n",
        "x=\"\\q\"\n",
        "x=\"\\n\\t\"\n",
        "x=\"\\18\"\n",
        "x=\"a\nb\"\n",
        "x='a\\'b\"'",
        "x=1\r\n",
        "x=-1\n",
        "x=0x1F\nname=010\n",
        "x=1z\n",
        "x = # c\n1\n",
        "x=\n1\n",
        "_x=1\n",
        "x.y_2=1\n",
        "x-y=1\n",
        "x 1\n",
        "x=1 2\n",
        "x=abc\n",
        "x='é'\n",
        "x='a'\ny=\n",
    ] {
        assert_eq!(xl.ask('c', text), ours(text), "{text:?}");
    }
    // The library accepts this and drops the character; a reader that continued would
    // see another value.
    let lossy = "x=\"a\\101b\"\n";
    assert_eq!(xl.ask('c', lossy), format!("taken x={}", hex("ab")));
    assert_eq!(ours(lossy), "refused");
    let pieces = [
        "pci",
        "x",
        "name",
        " ",
        "=",
        "+=",
        "[",
        "]",
        "'a'",
        "\"b\\\"\"",
        "'",
        "\"",
        ",",
        ";",
        "\n",
        "#c\n",
        "#",
        "0x1",
        "7",
        "\\",
        ".",
        "_",
        "\t",
        "= ['a'",
        "= 'v'\n",
        ",'b']\n",
    ];
    let mut random = Random::new(seed(0x0781_77aa));
    let (mut taken, mut stricter) = (0, 0);
    for _ in 0..4000 {
        let mut text = String::from(random.pick(&["x", "pci = [", "", "pci"]));
        for _ in 0..random.below(7) {
            text.push_str(random.pick(&pieces));
        }
        let message = ours(&text);
        let theirs = xl.ask('c', &text);
        if message == "refused" {
            // The library lets a stray character go at the very end.
            stricter += u32::from(theirs != "refused");
        } else {
            taken += 1;
            assert_eq!(theirs, message, "{text:?}");
        }
    }
    assert!(taken > 200 && stricter < 80, "{taken} {stricter}");
}

#[test]
fn xl_reads_entries_of_pci_as_we_do() {
    let Some(mut xl) = Xl::start() else { return };
    let heads = [
        "0000:01:00.0",
        "1:0.0",
        "01:00.*",
        "0A:1f.7",
        "ffff:00:00.1",
        "10000:01:00.0",
        "1ff:0.0",
        "01:20.0",
        "01:00.8",
        "01:00",
        "xyz",
        "",
        "bdf=02:00.0",
        "name=gpu",
        "vslot=5",
    ];
    let tails = [
        "@5",
        "@1f",
        "@20",
        "@",
        "@00",
        "@5.1",
        ",permissive=1",
        ",permissive=yes",
        ",permissive",
        ",seize=2",
        ",power_mgmt=1",
        ",msitranslate=0",
        ",rdm_policy=relaxed",
        ",rdm_policy=strict",
        ",rdm_policy=host",
        ",vslot=10",
        ",vslot=1.7",
        ",vslot=1.8",
        ",vslot=20",
        ",foo=1",
        ", seize=1",
        ",name=x",
        ",bdf=03:00.0",
        ",",
        "-1",
    ];
    let mut random = Random::new(seed(0x5eed));
    let mut taken = 0;
    for round in 0..3000 {
        let mut text = heads[round % heads.len()].to_owned();
        for _ in 0..random.below(4) {
            text.push_str(random.pick(&tails));
        }
        let message = entry(&text);
        taken += u32::from(message != "refused");
        let theirs = xl.ask('p', &text);
        if message == "refused" {
            // After bdf= the library stops at the end of the address.
            let lenient = text.contains("bdf=");
            assert!(
                lenient || theirs == "refused",
                "{text:?} is taken as {theirs}"
            );
        } else {
            assert_eq!(theirs, message, "{text:?}");
        }
        if let Ok(entry) = text.parse::<PciEntry>() {
            assert_eq!(entry.to_string().parse(), Ok(entry), "{text:?}");
        }
    }
    assert!(taken > 300, "{taken}");
}

#[test]
fn written_devices_are_read_back() {
    let Some(mut xl) = Xl::start() else { return };
    let mut random = Random::new(seed(0xc0de));
    for _ in 0..150 {
        let assigned = assigned(&mut random);
        let mut vm = Description::new("win11".parse().unwrap(), assigned);
        vm.memory.size = MemorySize::from_mebibytes(8192);
        let emitted = xen::emit(&vm).unwrap();
        let text = emitted.files[0].to_string();
        let message = xl.ask('c', &text);
        assert_eq!(message, ours(&text));
        assert!(message.starts_with("taken pci:"), "{text}");
        let config = XlConfig::parse(&text);
        for item in config.list("pci").unwrap() {
            let XlValue::Text(item) = &item.value else {
                panic!()
            };
            assert_eq!(xl.ask('p', item), entry(item), "{item}");
        }
        let back = xen::read(&config).unwrap();
        assert_eq!(back.not_converted, []);
        assert_eq!(back.description.memory, vm.memory);
        same(&back.description.assigned, &vm.assigned);
        // A file that has them gets nothing; one that has some gets the others.
        let again = xen::assign(&config, vm.assigned.slots()).unwrap();
        assert_eq!(again, config);
        let other = XlConfig::parse("name = 'a' # mine\npci = [ '3f:00.0', ]\n");
        let after = xen::assign(&other, vm.assigned.slots()).unwrap();
        assert!(xl.ask('c', &after.to_string()).starts_with("taken pci:"));
        assert!(
            after
                .to_string()
                .starts_with("name = 'a' # mine\npci = [ '3f:00.0', \"")
        );
    }
}

/// Slots of a host, each once.
fn assigned(random: &mut Random) -> AssignedDevices {
    let mut slots = Vec::new();
    for bus in 1..=1 + random.below(4) {
        let device = random.below(32);
        let mut functions = Vec::new();
        for function in 0..=random.below(8) {
            let domain = random.pick(&["0000", "0001", "ffff"]);
            let domain = if function == 0 { domain } else { "" };
            if function == 0 || random.below(2) == 0 {
                functions.push((domain.to_owned(), function));
            }
        }
        let domain = functions[0].0.clone();
        let functions = functions
            .iter()
            .map(|(_, function)| {
                let address = format!("{domain}:{bus:02x}:{device:02x}.{function}");
                AssignedFunction::at(address.parse().unwrap())
            })
            .collect();
        let coverage = if random.below(2) == 0 {
            Coverage::WholeSlot
        } else {
            Coverage::ListedFunctions
        };
        let mut slot = AssignedSlot::new(functions, coverage).unwrap();
        if coverage == Coverage::WholeSlot && random.below(3) == 0 {
            slot.guest = GuestSlot::new(0, u8::try_from(4 + bus).unwrap());
        }
        slots.push(slot);
    }
    AssignedDevices::new(slots).unwrap()
}

fn same(back: &AssignedDevices, sent: &AssignedDevices) {
    assert_eq!(back.slots().len(), sent.slots().len());
    for (back, sent) in back.slots().iter().zip(sent.slots()) {
        assert_eq!(back.slot(), sent.slot());
        assert_eq!(back.coverage, sent.coverage);
        assert_eq!(back.guest, sent.guest);
        if sent.coverage == Coverage::ListedFunctions {
            assert_eq!(back.functions(), sent.functions());
        }
    }
}
