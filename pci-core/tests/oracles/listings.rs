//! The programs that list PCI functions, on this machine, beside what sysfs says of
//! it; and libvirt's schema on the devices that were made up for the tests.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail so"
)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, chown};
use std::process::{Command, Output};

use host_tree::{DirTree, Lookup};
use pci_core::listing::{ListedFunction, dpdk_devbind, driverctl, hwinfo, lshw, nodedev};
use pci_core::sysfs::{self, SysfsDevice};
use pci_core::{Address, ClassCode, PciId, SubsystemId};
use testkit::Scratch;
use testkit::program::installed;
use testkit::skipped::missing;

/// This machine's functions, as sysfs shows them.
fn machine() -> BTreeMap<Address, SysfsDevice> {
    let devices = sysfs::read(&DirTree::live().unwrap()).devices;
    devices
        .into_iter()
        .map(|device| (device.address, device))
        .collect()
}

/// What a program prints, whatever its exit status: some want more rights than the
/// tests have, and say so.
fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn driver(driver: &Lookup<host_tree::Located<String>>) -> Lookup<String> {
    driver.clone().map(|driver| driver.value)
}

/// Holds what a listing says of a function against sysfs.
fn compare(machine: &BTreeMap<Address, SysfsDevice>, found: &ListedFunction) {
    let address = found.address.value;
    let wanted = machine.get(&address).unwrap_or_else(|| panic!("{address}"));
    let id: Option<PciId> = found.id().map(|id| id.value);
    assert!(id.is_none() || id == wanted.id.clone().found(), "{found:?}");
    let class: Option<ClassCode> = found.class.as_ref().map(|class| class.value);
    let wanted_class = wanted.class.clone().found();
    let shown = class
        .zip(wanted_class)
        .is_none_or(|(class, wanted)| wanted.is_a(class));
    assert!(shown, "{found:?}");
    let subsystem: Option<SubsystemId> = found.subsystem.as_ref().map(|id| id.value);
    let wanted_subsystem = wanted.subsystem.clone().found();
    assert!(
        subsystem.is_none() || subsystem == wanted_subsystem,
        "{found:?}"
    );
    if !matches!(found.driver, Lookup::NotShown) {
        assert_eq!(driver(&found.driver), wanted.driver, "{found:?}");
    }
}

/// Compares all, of which there must be some where the machine has any.
fn compare_all<'a>(functions: impl Iterator<Item = &'a ListedFunction>, what: &str) {
    let machine = machine();
    let mut count = 0;
    for function in functions {
        compare(&machine, function);
        count += 1;
    }
    assert!(count > 0 || machine.is_empty(), "{what}: none was read");
}

#[test]
fn lshw_and_sysfs_agree() {
    if !installed(&["lshw"]) {
        return;
    }
    let forms: [&[&str]; 5] = [
        &["-json", "-numeric"],
        &["-json"],
        &["-numeric"],
        &["-C", "bridge", "-C", "network", "-C", "generic", "-json"],
        &["-businfo"],
    ];
    for form in forms {
        let nodes = lshw::parse(&output("lshw", form));
        compare_all(nodes.iter().map(|node| &node.function), &form.join(" "));
    }
    // The forms show the same drivers.
    let drivers = |arguments: &[&str]| -> Vec<_> {
        let nodes = lshw::parse(&output("lshw", arguments));
        let driver = |node: &lshw::LshwNode| {
            let function = &node.function;
            (function.address.value, driver(&function.driver))
        };
        nodes.iter().map(driver).collect()
    };
    assert_eq!(drivers(&[]), drivers(&["-json"]));
}

#[test]
fn hwinfo_and_sysfs_agree() {
    if !installed(&["hwinfo"]) {
        return;
    }
    let found = hwinfo::parse(&output("hwinfo", &["--pci"]));
    compare_all(found.iter(), "hwinfo");
    assert_eq!(found.len(), machine().len());
}

#[test]
fn driverctl_and_dpdk_and_sysfs_agree() {
    let machine = machine();
    if installed(&["driverctl"]) {
        for arguments in [&["list-devices"][..], &["--verbose", "list-devices"]] {
            let rows = driverctl::parse(&format!(
                "$ driverctl list-devices\n{}",
                output("driverctl", arguments)
            ));
            assert_eq!(rows.len(), machine.len());
            for row in rows {
                let wanted = &machine[&row.address.value].driver;
                assert_eq!(driver(&row.driver), *wanted, "{row:?}");
            }
        }
    }
    if installed(&["dpdk-devbind.py"]) {
        for row in dpdk_devbind::parse(&output("dpdk-devbind.py", &["--status"])) {
            let wanted = &machine[&row.address.value].driver;
            assert_eq!(driver(&row.driver), *wanted, "{row:?}");
        }
    }
}

/// A directory for libvirt's daemon, that ends with the test.
struct Session(Scratch);

/// The account `nobody`, used instead of root: as root, libvirt would connect to the
/// system daemon.
const NOBODY: u32 = 65534;

impl Session {
    fn new() -> Self {
        let scratch = Scratch::new();
        let folder = scratch.path();
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).unwrap();
        if is_root() {
            chown(folder, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        Self(scratch)
    }

    /// Whether libvirt has its driver for the devices of the host, which is a package
    /// of its own in some distributions.
    fn has_driver(&self) -> bool {
        let output = self.run("nodedev-list --cap pci");
        let errors = String::from_utf8_lossy(&output.stderr);
        let is_missing = errors.contains("no connection driver available");
        if is_missing {
            missing("libvirt's driver nodedev");
        }
        !is_missing
    }

    fn virsh(&self, script: &str) -> String {
        let output = self.run(script);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{script}: {errors}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn run(&self, script: &str) -> Output {
        let mut command = if is_root() {
            let id = NOBODY.to_string();
            let mut command = Command::new("setpriv");
            command.args(["--reuid", &id, "--regid", &id, "--clear-groups", "virsh"]);
            command
        } else {
            Command::new("virsh")
        };
        command
            .env("HOME", self.0.path())
            .env("XDG_RUNTIME_DIR", self.0.path())
            .env("XDG_CACHE_HOME", self.0.path())
            .env("XDG_CONFIG_HOME", self.0.path())
            .env("LC_ALL", "C")
            .current_dir(self.0.path())
            .args(["-c", "nodedev:///session", script])
            .output()
            .unwrap()
    }
}

fn is_root() -> bool {
    output("id", &["-u"]) == "0\n"
}

impl Drop for Session {
    fn drop(&mut self) {
        // libvirt started its daemon for the first question.
        if let Ok(pid) = fs::read_to_string(self.0.path().join("libvirt/libvirtd.pid")) {
            let _ = Command::new("kill").arg(pid.trim()).status();
        }
    }
}

#[test]
fn libvirt_and_sysfs_agree() {
    if !installed(&["virsh", "libvirtd", "setpriv"]) {
        return;
    }
    let session = Session::new();
    if !session.has_driver() {
        return;
    }
    let names = nodedev::names(&session.virsh("nodedev-list --cap pci"));
    let listed: Vec<Address> = names.iter().map(|name| name.value).collect();
    let machine = machine();
    assert_eq!(listed, machine.keys().copied().collect::<Vec<_>>());
    let mut tree: Vec<Address> = nodedev::names(&session.virsh("nodedev-list --tree"))
        .iter()
        .map(|name| name.value)
        .collect();
    tree.sort();
    assert_eq!(tree, listed);
    let script: Vec<String> = listed
        .iter()
        .map(|address| {
            let name = address.to_string().replace([':', '.'], "_");
            format!("nodedev-dumpxml pci_{name}")
        })
        .collect();
    let xml = session.virsh(&script.join("; "));
    let devices = nodedev::parse(&xml);
    assert_eq!(devices.len(), listed.len());
    for device in &devices {
        assert!(device.whole);
        compare(&machine, &device.function);
        let group = device.iommu_group.as_ref().map(|group| group.number.value);
        let wanted = &machine[&device.function.address.value].iommu_group;
        assert_eq!(group, wanted.clone().found(), "{device:?}");
    }
}

/// The devices of the tests are devices of libvirt's.
#[test]
fn the_made_up_devices_are_valid() {
    if !installed(&["virt-xml-validate", "xmllint"]) {
        return;
    }
    let scratch = Scratch::new();
    let devices = include_str!("../listings/nodedev.xml");
    for (number, device) in devices.split("\n\n").enumerate() {
        let file = scratch.write(&format!("{number}.xml"), device);
        let output = Command::new("virt-xml-validate")
            .arg(&file)
            .arg("nodedev")
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{device}{errors}");
    }
}
