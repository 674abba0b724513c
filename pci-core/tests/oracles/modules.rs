//! The modules that kmod finds for a function: `modprobe -R` on module files made
//! here and on those of this machine, and `lspci -k` where a mount namespace can be
//! had.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail so"
)]

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use host_tree::DirTree;
use pci_core::modules::Modules;
use testkit::program::installed;
use testkit::skipped::{optional, skip};
use testkit::sysfs_tree::{Function, SysfsTree, functions};
use testkit::{Scratch, environment};

const RELEASE: &str = "9.9.9";

/// Modules and their aliases, in the order of `modules.order`: by vendor, device,
/// class and subsystem, with every kind of wildcard, `-`, and `\` before and after
/// the first wildcard.
const MODULES: [(&str, &[&str]); 13] = [
    ("zeta", &[r"pci:v000010DEd00001B06\sv*sd*bc*sc*i*"]),
    (
        "alpha",
        &[
            "pci:v000010DEd*sv*sd*bc03sc00i00*",
            "pci:v000010DEd00001B06sv*sd*bc*sc*i*",
            "pci:v000010DEd*sv*sd*bc03sc*i*",
        ],
    ),
    ("aa", &["pci:v000010DEd00001B06sv*sd*bc*sc*i*"]),
    ("beta-x", &["pci:v*d*sv*sd*bc03sc00i00*", "usb:v10DEp*"]),
    ("gamma", &["pci:v000010DEd0000[1-2]B06sv*sd*bc*sc*i*"]),
    ("delta", &["pci:v000010DEd0000?B06sv*sd*bc*sc*i*"]),
    ("epsilon", &["pci:v000010DEd0000[!2]B06sv*sd*bc*sc*i*"]),
    ("eta", &[r"pci:v000010DEd*\sv*sd*bc*sc*i*"]),
    (
        "theta",
        &["pci:v000010DEd00001B06sv00001462sd00008A96bc03sc00i00*"],
    ),
    // Without a wildcard, as the kernel writes none: not for lspci, which keeps the
    // line end of a modalias.
    (
        "mu",
        &["pci:v00001234d00002222sv00001AF4sd00001100bc02sc00i00"],
    ),
    ("iota", &["pci:v000010DEd00001B06sv-00001462*"]),
    ("kappa", &["pci:v000010DEd*sv*sd*bc04sc03i00*"]),
    ("lambda", &["pci:v00008086d*sv*sd*bc*[-]*", "pci:vA*[a-c]x"]),
];

/// What is built into the kernel.
const BUILT_IN: &str = "bi.alias=pci:v000010DEd*sv*sd*bc*sc*i*\0bi.license=GPL\0\
                        bi.alias=pci:v00001234d*sv*sd*bc*sc*i*\0bi.file=drivers/bi\0\
                        b_j.alias=pci:v00001234d*sv*sd*bc*sc*i*\0";

/// A directory with `lib/modules/9.9.9`, as `depmod` leaves it; gone when dropped.
struct ModuleTree(Scratch);

impl ModuleTree {
    /// Modules made of assembler: only their `.modinfo` counts.
    fn new() -> Self {
        let scratch = Scratch::new();
        let root = scratch.path();
        let directory = root.join("lib/modules").join(RELEASE);
        fs::create_dir_all(directory.join("kernel")).unwrap();
        let mut order = String::new();
        for (module, aliases) in MODULES {
            let mut source = ".section .modinfo,\"a\"\n".to_owned();
            for alias in aliases {
                let _ = writeln!(source, ".asciz \"alias={}\"", alias.replace('\\', "\\\\"));
            }
            let file = root.join("module.s");
            fs::write(&file, source).unwrap();
            let object = directory.join(format!("kernel/{module}.ko"));
            let status = Command::new("as").arg(&file).arg("-o").arg(object).status();
            assert!(status.unwrap().success());
            let _ = writeln!(order, "kernel/{module}.ko");
        }
        fs::write(directory.join("modules.order"), order).unwrap();
        fs::write(directory.join("modules.builtin"), "kernel/drivers/bi.ko\n").unwrap();
        fs::write(directory.join("modules.builtin.modinfo"), BUILT_IN).unwrap();
        let mut depmod = Command::new("depmod");
        depmod.arg("-b").arg(root).arg(RELEASE);
        assert!(depmod.status().unwrap().success());
        Self(scratch)
    }

    fn modules(&self) -> Modules {
        let tree = DirTree::open(self.0.path()).unwrap();
        Modules::read(&tree, RELEASE).found().unwrap()
    }
}

/// What `modprobe -R` says of `alias`, without this machine's configuration.
fn modprobe(root: &Path, release: &str, alias: &str) -> Vec<String> {
    let output = Command::new("modprobe")
        .arg("-d")
        .arg(root)
        .args(["-S", release, "-C", "/dev/null", "-R", alias])
        .output()
        .unwrap();
    let mut modules: Vec<String> = Vec::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        if modules.iter().all(|known| known != line) {
            modules.push(line.to_owned());
        }
    }
    modules
}

const ALIASES: [&str; 15] = [
    "pci:v000010DEd00001B06sv00001462sd00008A96bc03sc00i00",
    "pci:v000010DEd00002B06sv00001462sd00008A96bc03sc00i00",
    "pci:v000010DEd00003B06sv00001462sd00008A96bc02sc80i01",
    "pci:v000010DEd000010EFsv00001462sd00008A96bc04sc03i00",
    "pci:v000010DEd00009999sv00000000sd00000000bc02sc00i00",
    "pci:v00001002d00009999sv00000000sd00000000bc03sc00i00",
    "pci:v00001234d00001111sv00001AF4sd00001100bc02sc00i00",
    "pci:v00008086d00001111sv00001AF4sd00001100bc02-sc00i00",
    "pci:v00008086d00001111sv00001AF4sd00001100bc02_sc00i00",
    r"pci:v000010DEd00001B06\sv00001462sd00008A96bc03sc00i00",
    "pci:v000010DEd00001B06sv_00001462",
    "pci:v000010DEd00001B06sv-00001462",
    "pci:v000010DEd00001B06]",
    "pci:vAbx",
    "pci:v00001234d00002222sv00001AF4sd00001100bc02sc00i00",
];

#[test]
fn modprobe_finds_the_same_modules() {
    if !installed(&["modprobe", "as"]) {
        return;
    }
    let tree = ModuleTree::new();
    let modules = tree.modules();
    for alias in ALIASES {
        let wanted = modprobe(tree.0.path(), RELEASE, alias);
        assert_eq!(modules.resolve(alias), wanted, "{alias}");
    }
    assert_eq!(modules.resolve(ALIASES[0]).len(), 8);
    assert_eq!(modules.resolve(ALIASES[6]), ["bi", "b_j"]);
}

/// A modalias that matches an alias of a module.
fn modalias_of(pattern: &str, round: usize) -> String {
    let vendor = ["000010DE", "00008086", "00001AF4"][round % 3];
    let rest = pattern.strip_prefix("pci:v").unwrap();
    let mut modalias = "pci:v".to_owned();
    let fields = [
        ("d", vendor),
        ("sv", "00001234"),
        ("sd", "00001AF4"),
        ("bc", "00001100"),
        ("sc", "02"),
        ("i", "80"),
    ];
    let mut rest = rest;
    for (name, any) in fields {
        let (value, after) = rest.split_once(name).unwrap();
        modalias += if value == "*" { any } else { value };
        modalias += name;
        rest = after;
    }
    let last = rest.trim_end_matches('*');
    modalias + if last.is_empty() { "01" } else { last }
}

#[test]
fn modprobe_finds_the_same_modules_of_this_machine() {
    if !installed(&["modprobe"]) {
        return;
    }
    let releases = fs::read_dir("/lib/modules").into_iter().flatten();
    let releases: Vec<String> = releases
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|release| Path::new(&format!("/lib/modules/{release}/modules.alias.bin")).exists())
        .collect();
    if releases.is_empty() {
        optional("no kernel's modules are installed", "a kernel's package");
    }
    let host = DirTree::live().unwrap();
    for release in releases {
        let modules = Modules::read(&host, &release).found().unwrap();
        let text = fs::read_to_string(format!("/lib/modules/{release}/modules.alias")).unwrap();
        let aliases: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("alias ")?.split(' ').next())
            .filter(|pattern| pattern.starts_with("pci:v"))
            .collect();
        let some = aliases.len() / 150 + 1;
        for (round, pattern) in aliases.iter().step_by(some).enumerate() {
            let modalias = modalias_of(pattern, round);
            let wanted = modprobe(Path::new("/"), &release, &modalias);
            assert!(!wanted.is_empty(), "{pattern} {modalias}");
            assert_eq!(modules.resolve(&modalias), wanted, "{pattern} {modalias}");
        }
    }
}

/// What `modprobe -R` says of each of `aliases`, in one run.
fn modprobe_all(root: &Path, release: &str, aliases: &[String]) -> Vec<String> {
    let output = Command::new("modprobe")
        .arg("-d")
        .arg(root)
        .args(["-S", release, "-C", "/dev/null", "-q", "-a", "-R"])
        .args(aliases)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().map(str::to_owned).collect()
}

/// A kernel as a distribution builds it, which `LAB_KERNEL` names (`scripts/lab fetch`):
/// what drives the functions that its modules name.
#[test]
fn modprobe_finds_the_same_modules_of_a_distribution() {
    if !installed(&["modprobe", "depmod"]) {
        return;
    }
    let kernel = environment::path(environment::LAB_KERNEL);
    let Some(kernel) = kernel.filter(|kernel| kernel.is_dir()) else {
        skip("LAB_KERNEL names no kernel", "scripts/lab fetch");
        return;
    };
    let releases = kernel.join("lib/modules");
    let release = fs::read_dir(&releases).unwrap().next().unwrap().unwrap();
    let release = release.file_name().into_string().unwrap();
    let tree = ModuleTree(Scratch::new());
    let place = tree.0.path().join("lib/modules").join(&release);
    fs::create_dir_all(&place).unwrap();
    // The package has no lists: depmod makes them where it is installed.
    for entry in fs::read_dir(releases.join(&release)).unwrap() {
        let path = entry.unwrap().path();
        let here = place.join(path.file_name().unwrap());
        if path.is_dir() {
            symlink(&path, here).unwrap();
        } else {
            fs::copy(&path, here).unwrap();
        }
    }
    let mut depmod = Command::new("depmod");
    depmod.arg("-b").arg(tree.0.path()).arg(&release);
    assert!(depmod.status().unwrap().success());

    let text = fs::read_to_string(place.join("modules.alias")).unwrap();
    let patterns = text
        .lines()
        .filter_map(|line| line.strip_prefix("alias ")?.split(' ').next())
        .filter(|pattern| pattern.starts_with("pci:v"));
    let aliases: Vec<String> = patterns
        .enumerate()
        .step_by(3)
        .map(|(round, pattern)| modalias_of(pattern, round))
        .collect();
    assert!(aliases.len() > 2_000, "{}", aliases.len());
    let host = DirTree::open(tree.0.path()).unwrap();
    let modules = Modules::read(&host, &release).found().unwrap();
    for some in aliases.chunks(250) {
        let ours: Vec<&str> = some
            .iter()
            .flat_map(|alias| modules.resolve(alias))
            .collect();
        if ours == modprobe_all(tree.0.path(), &release, some) {
            continue;
        }
        // The selected module; a duplicate name does not differ.
        for alias in some {
            let wanted = modprobe(tree.0.path(), &release, alias);
            assert_eq!(modules.resolve(alias), wanted, "{alias}");
        }
    }
}

/// `lspci -k` looks below `/lib/modules` only: the made-up modules are put there in
/// a namespace of its own.
#[test]
fn lspci_lists_the_same_modules() {
    if !installed(&["lspci", "depmod", "as", "unshare"]) {
        return;
    }
    let tree = ModuleTree::new();
    let directory = tree.0.path().join("lib/modules");
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    let here = directory.join(release.trim_end());
    fs::rename(directory.join(RELEASE), &here).unwrap();
    let functions: Vec<Function> = functions()
        .into_iter()
        .filter(|function| !function.address.starts_with("0000:05"))
        .map(|function| {
            let modalias = function.modalias();
            function.has("modalias", &modalias)
        })
        .collect();
    let sysfs = SysfsTree::new("modules", &functions);
    let script = "mount --bind \"$1\" /lib/modules && shift && exec lspci \"$@\"";
    let output = Command::new("unshare")
        .args(["-rm", "sh", "-c", script, "sh"])
        .arg(&directory)
        .args(["-A", "linux-sysfs", "-O"])
        .arg(format!("sysfs.path={}", sysfs.bus().display()))
        .arg("-vmmkD")
        .output()
        .unwrap();
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        let why = format!("no mount namespace to be had: {}", why.trim_end());
        return optional(&why, "run as root");
    }
    fs::rename(&here, directory.join(RELEASE)).unwrap();
    let modules = tree.modules();
    let text = String::from_utf8_lossy(&output.stdout);
    let mut shown = 0;
    for (record, function) in text.trim_end().split("\n\n").zip(sorted(functions)) {
        let values = |tag: &str| -> Vec<&str> {
            let lines = record.lines().filter_map(|line| line.split_once(":\t"));
            lines
                .filter(|(name, _)| *name == tag)
                .map(|(_, value)| value)
                .collect()
        };
        assert_eq!(values("Slot"), [function.address.as_str()]);
        let modalias = function.modalias();
        assert_eq!(values("Module"), modules.resolve(&modalias), "{record}");
        shown += values("Module").len();
    }
    assert!(shown > 8, "{text}");
}

fn sorted(mut functions: Vec<Function>) -> Vec<Function> {
    functions.sort_by(|a, b| a.address.cmp(&b.address));
    functions
}
