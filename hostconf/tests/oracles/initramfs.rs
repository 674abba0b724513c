//! The script for the initramfs: shell syntax, what it does, and what
//! initramfs-tools makes of it.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use hostconf::binding::by_address::BoundFunction;
use hostconf::binding::initramfs_hook::hook;
use hostconf::binding::initramfs_tools::{INIT_TOP, SCRIPT, script};
use pci_core::{PciId, SubsystemId};
use testkit::program::{find, run};
use testkit::skipped::missing;
use testkit::{Scratch, environment};

fn function(address: &str, subsystem: Option<SubsystemId>) -> BoundFunction {
    BoundFunction {
        address: address.parse().unwrap(),
        id: PciId::new(0x10de, 0x2203),
        subsystem,
    }
}

fn executable(file: &Path) {
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn the_shell_and_shellcheck_accept_it() {
    let subsystem = Some(SubsystemId::new(0x1462, 0x5052));
    let texts = [
        script(&[]),
        script(&[function("01:00.0", subsystem), function("02:00.1", None)]),
    ];
    let scratch = Scratch::new();
    for (at, text) in texts.iter().enumerate() {
        let file = scratch.write(&format!("{at}"), text);
        for (program, arguments) in [("dash", vec!["-n"]), ("shellcheck", vec![])] {
            let Some(program) = find(program) else {
                continue;
            };
            let arguments: Vec<&str> = arguments.into_iter().chain(file.to_str()).collect();
            let output = run(&program, &arguments);
            // SC2317 and the like about functions that nothing calls.
            let quiet = at == 0 && program.ends_with("shellcheck");
            assert!(quiet || output.status.success(), "{output:?}");
        }
    }
}

/// Runs the script in a scratch `/sys`; returns the functions' overrides, what
/// was written to `drivers_probe`, and which modules were asked for.
fn ran(dash: &Path, functions: &[BoundFunction], builtin: bool) -> (Vec<String>, String, String) {
    let scratch = Scratch::new();
    let root = scratch.path().to_str().unwrap().to_owned();
    let devices = ["0000:01:00.0", "0000:01:00.1", "0000:02:00.0"];
    for (device, id) in devices.iter().zip(["0x2203", "0x1aef", "0x2203"]) {
        let base = format!("sys/bus/pci/devices/{device}");
        scratch.write(&format!("{base}/vendor"), "0x10de\n");
        scratch.write(&format!("{base}/device"), format!("{id}\n"));
        scratch.write(&format!("{base}/subsystem_vendor"), "0x1462\n");
        scratch.write(&format!("{base}/subsystem_device"), "0x5052\n");
        scratch.write(&format!("{base}/driver_override"), "(null)\n");
    }
    scratch.write("sys/bus/pci/devices/0000:02:00.0/driver/uevent", "");
    scratch.write("sys/bus/pci/drivers_probe", "");
    if builtin {
        scratch.directory("sys/bus/pci/drivers/vfio-pci");
    }
    let modprobe = format!("#!/bin/sh\necho \"$@\" >>{root}/asked\n");
    let modprobe = scratch.write("bin/modprobe", &modprobe);
    executable(&modprobe);
    let text = script(functions).replace("\nsys=/sys\n", &format!("\nsys={root}/sys\n"));
    let text = text.replace(
        "/sbin/modprobe",
        // A file that was just written cannot always be executed beside tests that fork.
        &format!("/bin/sh {root}/bin/modprobe"),
    );
    // A regular file, unlike sysfs, keeps only the last write.
    let text = text.replace(
        ">\"$sys/bus/pci/drivers_probe\"",
        ">>\"$sys/bus/pci/drivers_probe\"",
    );
    let file = scratch.write("script", &text);
    let command = format!("PATH={root}/bin:$PATH; . {}", file.display());
    let output = run(dash, &["-e", "-c", &command]);
    assert!(output.status.success(), "{output:?}");
    let read =
        |path: String| std::fs::read_to_string(scratch.path().join(path)).unwrap_or_default();
    let overrides =
        devices.map(|device| read(format!("sys/bus/pci/devices/{device}/driver_override")));
    let overrides = overrides
        .into_iter()
        .map(|text| text.trim().to_owned())
        .collect();
    (
        overrides,
        read("sys/bus/pci/drivers_probe".into()),
        read("asked".into()),
    )
}

#[test]
fn only_functions_with_the_expected_ids_are_bound() {
    let Some(dash) = find("dash") else { return };
    let card = Some(SubsystemId::new(0x1462, 0x5052));
    let other = Some(SubsystemId::new(0x1043, 0x5052));
    let none = "(null)";
    for (functions, taken, probed) in [
        (
            vec![function("01:00.0", card)],
            ["vfio-pci", none, none],
            "0000:01:00.0\n",
        ),
        (
            vec![function("01:00.0", None)],
            ["vfio-pci", none, none],
            "0000:01:00.0\n",
        ),
        (vec![function("01:00.0", other)], [none, none, none], ""),
        (vec![function("01:00.1", card)], [none, none, none], ""),
        (vec![function("03:00.0", None)], [none, none, none], ""),
        // A driver that has it keeps it.
        (
            vec![function("02:00.0", card)],
            [none, none, "vfio-pci"],
            "",
        ),
    ] {
        let (overrides, probe, asked) = ran(&dash, &functions, false);
        assert_eq!(overrides, taken, "{functions:?}");
        assert_eq!(probe, probed, "{functions:?}");
        assert_eq!(asked, "-i vfio-pci\n");
    }
    let (_, _, asked) = ran(&dash, &[function("01:00.0", card)], true);
    assert_eq!(asked, "", "built in: nothing to load");
}

#[test]
fn initramfs_tools_orders_it_first_and_does_not_run_it() {
    let Some(dash) = find("dash") else { return };
    let place = environment::path(environment::INITRAMFS_TOOLS);
    let place = place.map_or(PathBuf::from("/usr/share/initramfs-tools"), PathBuf::from);
    let functions = place.join("hook-functions");
    if !functions.is_file() {
        return missing("initramfs-tools");
    }
    let scratch = Scratch::new();
    let name = SCRIPT.rsplit('/').next().unwrap();
    assert!(SCRIPT.starts_with(INIT_TOP));
    let mark = scratch.path().join("ran");
    let text = script(&[function("01:00.0", None)])
        .replace("\ntake ", &format!("\n: >{} # ", mark.display()));
    let udev = "#!/bin/sh\nPREREQ=''\ncase $1 in prereqs) echo \"$PREREQ\"; exit 0;; esac\n";
    for (name, text) in [
        (name, text.as_str()),
        ("udev", udev),
        ("all_generic_ide", udev),
    ] {
        executable(&scratch.write(&format!("scripts/init-top/{name}"), text));
    }
    let root = scratch.path().display();
    let command = format!(
        ". {}; verbose=y; CONFDIR={root}; scriptdir=/scripts/init-top; \
         initdir={root}/scripts/init-top; get_prereq_pairs | tsort",
        functions.display()
    );
    let output = run(&dash, &["-c", &command]);
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{output:?}"
    );
    let order = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        order.lines().collect::<Vec<_>>(),
        [name, "all_generic_ide", "udev"]
    );
    assert!(!mark.exists(), "building an initramfs ran the script");
}

#[test]
fn the_hook_asks_for_the_module_and_answers_prereqs() {
    let Some(dash) = find("dash") else { return };
    let scratch = Scratch::new();
    let functions = scratch.write(
        "hook-functions",
        "manual_add_modules() { echo \"packs $*\"; }\n",
    );
    let text = hook(&"vfio-pci".parse().unwrap());
    let text = text.replace(
        "/usr/share/initramfs-tools/hook-functions",
        functions.to_str().unwrap(),
    );
    let file = scratch.write("hook", &text);
    let file = file.to_str().unwrap();
    let says = |arguments: &[&str]| {
        let output = run(&dash, arguments);
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(says(&[file, "prereqs"]), "\n");
    assert_eq!(says(&[file]), "packs vfio-pci\n");
    if let Some(shellcheck) = find("shellcheck") {
        let output = run(&shellcheck, &["-e", "SC1090,SC1091", file]);
        assert!(output.status.success(), "{output:?}");
    }
}
