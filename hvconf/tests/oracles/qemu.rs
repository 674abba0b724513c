//! `qemu-system-x86_64` itself, as far as it gets without the host's device; and
//! all the way with another device in its place.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use hvconf::assigned::DisplayRole;
use hvconf::description::Description;
use hvconf::qemu::{
    QemuDevice, QemuHost, QemuVersion, Syntax, command_line, launch_words, read_back,
};
use testkit::Scratch;
use testkit::program::find;
use testkit::random::{Random, seed};

use crate::oracles::descriptions::{devices, random};

/// What QEMU says when all was read, and the function is not on this machine.
const MISSING: [&str; 2] = ["no such host device", "Could not open"];

/// The same line for a machine without KVM, huge pages and the guest's files.
fn here(argv: &[String], scratch: &Scratch) -> Vec<String> {
    let variables = scratch.write("VARS.fd", "");
    let blank = vec![0xff_u8; 540_672];
    std::fs::write(&variables, blank).unwrap();
    let mut words: Vec<String> = argv.iter().skip(1).cloned().collect();
    for word in &mut words {
        *word = word
            .replace("accel=kvm", "accel=tcg")
            .replace("kernel_irqchip=on,", "")
            .replace(",kernel_irqchip=on", "")
            .replace("hugetlb=on,hugetlbsize=2M,prealloc=on", "share=on")
            .replace(
                "/dev/shm/looking-glass",
                scratch.path().join("shm").to_str().unwrap(),
            )
            .replace(
                "/var/lib/passthru/win11_VARS.fd",
                variables.to_str().unwrap(),
            );
        if word.starts_with("host,") || word == "host" {
            *word = word
                .replacen("host", "max", 1)
                .replace(",host-phys-bits=on", "");
        }
        if word == "mem-lock=on" {
            *word = "mem-lock=off".to_owned();
        }
        // Its memory is this machine's.
        if word.ends_with('M')
            && word
                .bytes()
                .take(word.len() - 1)
                .all(|b| b.is_ascii_digit())
        {
            *word = "64M".to_owned();
        }
        if let Some(at) = word
            .find("size=")
            .filter(|_| word.starts_with("memory-backend-memfd"))
        {
            let rest = word.get(at..).unwrap();
            let end = rest.find(',').unwrap();
            *word = format!(
                "{}size=64M{}",
                word.get(..at).unwrap(),
                rest.get(end..).unwrap()
            );
        }
    }
    words
}

fn qemu(program: &Path, words: &[String], input: &str) -> Output {
    let mut child = Command::new(program)
        .args(words)
        .args(["-S", "-display", "none", "-monitor", "stdio"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn random_machines(count: usize) -> Vec<Description> {
    let mut numbers = Random::new(seed(0x51_77ab));
    (0..count).map(|_| random(&mut numbers)).collect()
}

fn host(index: usize) -> QemuHost {
    QemuHost::debian([QemuVersion::new(7, 2), QemuVersion::new(6, 1)][index % 2])
}

#[test]
fn qemu_reads_every_argument_up_to_the_missing_device() {
    let Some(program) = find("qemu-system-x86_64") else {
        return;
    };
    for (index, vm) in random_machines(16).iter().enumerate() {
        let line = command_line(vm, &host(index)).unwrap();
        let scratch = Scratch::new();
        let output = qemu(&program, &here(&line.argv(), &scratch), "quit\n");
        let printed = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success(), "{printed}");
        let errors: Vec<_> = printed
            .lines()
            .filter(|line| !line.contains("warning:"))
            .collect();
        assert_eq!(errors.len(), 1, "{printed}\n{:?}", line.argv());
        let first = vm.assigned.slots()[0].functions()[0].address;
        assert!(errors[0].contains(&first.to_string()), "{printed}");
        assert!(
            MISSING.iter().any(|words| errors[0].contains(words)),
            "{printed}\n{:?}",
            line.argv()
        );
    }
}

#[test]
fn the_guest_has_each_function_where_the_line_puts_it() {
    let Some(program) = find("qemu-system-x86_64") else {
        return;
    };
    for (index, vm) in random_machines(8).iter().enumerate() {
        let line = command_line(vm, &host(index)).unwrap();
        let scratch = Scratch::new();
        let mut words = here(&line.argv(), &scratch);
        let mut wanted = Vec::new();
        for word in &mut words {
            let Ok(device) = QemuDevice::parse(word) else {
                continue;
            };
            if device.driver != "vfio-pci" {
                continue;
            }
            let text = |key: &str| device.properties.text(key).unwrap();
            let mut stand_in = QemuDevice::new("pci-testdev");
            for key in ["id", "bus", "addr", "multifunction"] {
                if let Some(value) = device.properties.get(key) {
                    stand_in = stand_in.with(key, value.clone());
                }
            }
            *word = stand_in.write(Syntax::of(host(index).version));
            wanted.push((text("id"), text("bus"), text("addr")));
        }
        let output = qemu(&program, &words, "info qtree\nquit\n");
        let tree = String::from_utf8_lossy(&output.stdout).into_owned();
        let printed = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{printed}");
        for (id, bus, addr) in wanted {
            let (before, after) = tree.split_once(&format!("id \"{id}\"")).expect(&id);
            let (_, inside) = before.rsplit_once("bus: ").unwrap();
            assert_eq!(inside.lines().next().unwrap().trim(), bus, "{tree}");
            let (_, place) = after.split_once("addr = ").unwrap();
            let (slot, function) = addr.split_once('.').unwrap();
            let number =
                |text: &str| u8::from_str_radix(text.trim_start_matches("0x"), 16).unwrap();
            let wanted = format!("{:02x}.{:x}", number(slot), number(function));
            assert_eq!(place.lines().next().unwrap().trim(), wanted);
        }
    }
}

#[test]
fn wrong_properties_are_distinguished_from_the_missing_device() {
    let Some(program) = find("qemu-system-x86_64") else {
        return;
    };
    let base = ["-nodefaults", "-machine", "q35,accel=tcg"].map(str::to_owned);
    for (device, message) in [
        (
            "vfio-pci,host=7777:01:00.0,foo=1",
            "Property 'vfio-pci.foo' not found",
        ),
        ("vfio-pci,host=zz", "doesn't take value 'zz'"),
        (
            "vfio-pci,host=7777:01:00.0,x-vga=2",
            "expects 'on' or 'off'",
        ),
        (
            "vfio-pci,host=7777:01:00.0,bus=nobus",
            "Bus 'nobus' not found",
        ),
        (
            "vfio-pci,host=7777:01:00.0,romfile=/a,b=c",
            "'vfio-pci.b' not found",
        ),
        (
            "{\"driver\":\"vfio-pci\",\"host\":1}",
            "Invalid parameter type",
        ),
    ] {
        let mut words = base.to_vec();
        words.extend(["-device".to_owned(), device.to_owned()]);
        let output = qemu(&program, &words, "quit\n");
        let printed = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(printed.contains(message), "{device}: {printed}");
        assert!(
            !MISSING.iter().any(|words| printed.contains(words)),
            "{printed}"
        );
    }
    // What only a reader can find: values that would break out stay values.
    for hostile in ["/a,b=c", "/a,,x-vga=on", "/a\"b", "/a b", "/a,"] {
        let device = QemuDevice::new("vfio-pci")
            .with("host", "7777:01:00.0")
            .with("romfile", hostile);
        for syntax in [Syntax::Options, Syntax::Json] {
            let text = device.write(syntax);
            assert_eq!(QemuDevice::parse(&text).unwrap(), device, "{text}");
            let mut words = base.to_vec();
            words.extend(["-device".to_owned(), text.clone()]);
            let output = qemu(&program, &words, "quit\n");
            let printed = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(
                MISSING.iter().any(|words| printed.contains(words)),
                "{text}: {printed}"
            );
        }
    }
}

#[test]
fn the_line_is_read_back_as_the_same_devices() {
    for (index, vm) in random_machines(200).iter().enumerate() {
        let host = host(index);
        let line = command_line(vm, &host).unwrap();
        let mut back = read_back(&line.argv()).unwrap();
        // The file with the guest's own UEFI variables.
        back.not_converted
            .retain(|not_converted| !not_converted.what.ends_with("_VARS.fd"));
        assert_eq!(back.not_converted, [], "{:?}", line.argv());
        let back = back.description;
        assert_eq!(devices(&back), devices(vm));
        assert_eq!(
            (&back.name, back.machine, back.firmware, back.processors),
            (&vm.name, vm.machine, vm.firmware, vm.processors)
        );
        assert_eq!((&back.hiding, back.system), (&vm.hiding, vm.system));
        assert_eq!(
            (back.memory, back.looking_glass),
            (vm.memory, vm.looking_glass)
        );
        assert_eq!(back.emulated_display, vm.emulated_display);
        let legacy = hvconf::description::Firmware::SeaBios;
        for (a, b) in back.assigned.slots().iter().zip(vm.assigned.slots()) {
            assert_eq!(a.seen_ids, b.seen_ids);
            if vm.firmware == legacy {
                let role =
                    |slot: &hvconf::assigned::AssignedSlot| slot.display == DisplayRole::Primary;
                assert_eq!(role(a), role(b));
            }
        }
        let over = |window: &hvconf::description::MmioWindow| window.gibibytes() > 32;
        assert_eq!(back.mmio.filter(over), vm.mmio_window().filter(over));
        // Written again from what was read it is the same line.
        let again = command_line(&back, &host).unwrap().argv();
        if vm.firmware == legacy || !vm.has_primary_display() {
            assert_eq!(
                read_back(&again).unwrap().description.assigned,
                back.assigned
            );
        }
    }
}

#[test]
fn the_script_runs_the_same_words_in_a_shell() {
    let (Some(dash), Some(shellcheck)) = (find("dash"), find("shellcheck")) else {
        return;
    };
    let scratch = Scratch::new();
    let show = "#!/bin/sh\nfor word in \"$@\"; do printf '%s\\0' \"$word\"; done\n";
    let program = scratch.write("bin/qemu-system-x86_64", show);
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&program, mode).unwrap();
    for (index, vm) in random_machines(6).iter().enumerate() {
        let line = command_line(vm, &host(index)).unwrap();
        let text = line.script("start.sh").to_string();
        assert_eq!(launch_words(&text).unwrap().argv, line.argv());
        let script = scratch.write("start.sh", &text);
        let printed = testkit::program::run(&shellcheck, &[script.to_str().unwrap()]);
        assert!(
            printed.status.success(),
            "{}",
            String::from_utf8_lossy(&printed.stdout)
        );
        let path = format!("{}:/usr/bin:/bin", program.parent().unwrap().display());
        let output = Command::new(&dash)
            .args([script.to_str().unwrap(), "-drive", "a b"])
            .env("PATH", path)
            .output()
            .unwrap();
        let words = String::from_utf8(output.stdout).unwrap();
        let mut wanted: Vec<String> = line.argv().into_iter().skip(1).collect();
        wanted.extend(["-drive".to_owned(), "a b".to_owned()]);
        let words: Vec<&str> = words.split_terminator('\0').collect();
        assert_eq!(words, wanted);
    }
}

#[test]
fn hostile_words_are_read_or_refused() {
    let mut numbers = Random::new(0x9e37);
    for (index, vm) in random_machines(20).iter().enumerate() {
        let argv = command_line(vm, &host(index)).unwrap().argv();
        for _ in 0..60 {
            let mut argv = argv.clone();
            for _ in 0..=numbers.below(3) {
                let word = numbers.below(argv.len());
                match numbers.below(4) {
                    0 => drop(argv.remove(word)),
                    1 => {
                        argv[word] = numbers
                            .pick(&["", "{", ",,", "-device", "é", "="])
                            .to_owned()
                    }
                    2 => {
                        let at = numbers.below(argv[word].len() + 1);
                        if argv[word].is_char_boundary(at) {
                            argv[word].truncate(at);
                        }
                    }
                    _ => {
                        let with = numbers.pick(&["=", ",", "\"", "99999999999999999999", "0x"]);
                        argv[word].push_str(with);
                    }
                }
                if argv.is_empty() {
                    break;
                }
            }
            let _ = read_back(&argv);
        }
    }
}
