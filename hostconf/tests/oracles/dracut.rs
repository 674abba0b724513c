//! dracut builds an image with our configuration and our module, and lsinitrd shows
//! what it packed.

use std::path::{Path, PathBuf};
use std::process::Command;

use host_tree::MemoryTree;
use hostconf::binding::by_address::{BoundFunction, bound};
use hostconf::binding::dracut::{conf, edits};
use hostconf::boot::CommandLine;
use hostconf::boot::change::{Difference, OptionsChange};
use hostconf::boot::loader::LoaderKind;
use hostconf::boot::steps::steps;
use testkit::Scratch;
use testkit::program::{file, find};

/// A kernel's modules, as far as dracut asks for them: one module, made here.
fn modules(scratch: &Scratch) -> Option<PathBuf> {
    let (assembler, depmod) = (find("as")?, find("depmod")?);
    let release = "6.1.0-test";
    let place = format!("lib/modules/{release}");
    let folder = scratch.directory(&format!("{place}/kernel"));
    for name in ["vfio", "vfio_iommu_type1", "vfio_pci"] {
        let source = format!(
            ".section .modinfo,\"a\"\n.asciz \"name={name}\"\n\
             .section .gnu.linkonce.this_module,\"aw\"\n.zero 1024\n"
        );
        let source = scratch.write(&format!("{name}.s"), &source);
        let object = folder.join(format!("{name}.ko"));
        let output = Command::new(&assembler)
            .arg("-o")
            .args([&object, &source])
            .output();
        assert!(output.unwrap().status.success());
    }
    for list in ["modules.order", "modules.builtin"] {
        scratch.write(&format!("{place}/{list}"), "");
    }
    let mut depmod = Command::new(depmod);
    let output = depmod
        .arg("-b")
        .arg(scratch.path())
        .arg(release)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    Some(scratch.path().join(place))
}

fn copy(from: &Path, to: &Path) {
    let output = Command::new("cp")
        .arg("-r")
        .args([from, to])
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn dracut_packs_the_expected_files() {
    let (Some(dracut), Some(lsinitrd)) = (find("dracut"), find("lsinitrd")) else {
        return;
    };
    let scratch = Scratch::new();
    let Some(modules) = modules(&scratch) else {
        return;
    };
    let card = [BoundFunction {
        address: "01:00.0".parse().unwrap(),
        id: "10de:2203".parse().unwrap(),
        subsystem: None,
    }];
    let names = ["vfio_pci", "vfio", "vfio_iommu_type1"].map(|name| name.parse().unwrap());
    let base = scratch.path().join("base");
    copy(Path::new("/usr/lib/dracut"), &base);
    let options = scratch.write("modprobe.d/vfio.conf", "options vfio-pci ids=10de:2203\n");
    let options = options.to_str().unwrap();
    scratch.write("conf/10-passthru.conf", conf(&names, &[options]));
    for edit in edits(&card, [None; 3]) {
        match edit.path.strip_prefix("/usr/lib/dracut/") {
            Some(path) => {
                let file = scratch.write(&format!("base/{path}"), &edit.after);
                let mode = std::os::unix::fs::PermissionsExt::from_mode(edit.mode.unwrap());
                std::fs::set_permissions(file, mode).unwrap();
            }
            None => drop(scratch.write("conf/20-module.conf", &edit.after)),
        }
    }
    let image = scratch.path().join("image");
    let mut build = Command::new(dracut);
    build
        .env("dracutbasedir", &base)
        .args([
            "--no-hostonly",
            "--modules",
            "base",
            "--no-compress",
            "--no-early-microcode",
        ])
        .args(["--conf", "/dev/null", "--confdir"])
        .arg(scratch.path().join("conf"))
        .arg("--kmoddir")
        .arg(&modules)
        .arg("--tmpdir")
        .arg(scratch.path())
        .arg(&image)
        .arg("6.1.0-test");
    let output = build.output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && image.is_file(), "{message}");
    assert!(
        !message.contains("ERROR") && !message.contains("FAILED"),
        "{message}"
    );
    let show = |arguments: &[&str]| {
        let mut command = Command::new(&lsinitrd);
        let output = command.args(arguments).arg(&image).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let list = show(&[]);
    for wanted in [
        "/vfio_pci.ko",
        "/vfio_iommu_type1.ko",
        "/05-passthru-vfio.sh",
        options,
    ] {
        let wanted = wanted.trim_start_matches('/');
        assert!(
            list.lines().any(|line| line.ends_with(wanted)),
            "{wanted}: {list}"
        );
    }
    assert!(
        list.lines().any(|line| line.trim() == "passthru-vfio"),
        "{list}"
    );
    let forced = show(&["-f", "etc/cmdline.d/20-force_drivers.conf"]);
    assert!(forced.contains("rd.driver.pre=vfio_pci\n"), "{forced}");
    let hook = list
        .lines()
        .find(|line| line.ends_with("/05-passthru-vfio.sh"));
    let hook = hook.unwrap().split_whitespace().last().unwrap();
    assert_eq!(bound(&show(&["-f", hook])).unwrap(), card);
}

/// A unified kernel image holds what `kernel_cmdline` says when dracut builds it.
#[test]
fn dracut_builds_our_options_into_a_unified_image() {
    let (Some(dracut), Some(objcopy), Some(stub)) = (
        find("dracut"),
        find("objcopy"),
        file("/usr/lib/systemd/boot/efi/linuxx64.efi.stub"),
    ) else {
        return;
    };
    let scratch = Scratch::new();
    let Some(modules) = modules(&scratch) else {
        return;
    };
    let mut tree = MemoryTree::partial();
    let theirs = "/etc/dracut.conf.d/uki.conf";
    let text = "uefi=\"yes\"\nkernel_cmdline+=\" root=/dev/sda2 amd_iommu=on quiet \"\n";
    tree.insert_file(theirs, text);
    tree.insert_directory("/etc/dracut.conf.d", true);
    let change = OptionsChange {
        put: vec![
            "iommu=pt".parse().unwrap(),
            "vfio-pci.ids=10de:2d04,10de:22eb".parse().unwrap(),
        ],
        remove: vec!["amd_iommu=on".parse().unwrap()],
        ..OptionsChange::default()
    };
    let made = steps(&tree, LoaderKind::DracutUki, &change).unwrap();
    scratch.write("conf/uki.conf", text);
    for edit in made.edits {
        let name = edit.path.rsplit('/').next().unwrap();
        scratch.write(&format!("conf/{name}"), &edit.after);
    }
    // dracut looks into the header of the kernel for its protocol alone.
    let kernel = scratch.write("kernel", "\0".repeat(4096));
    let image = scratch.path().join("image.efi");
    let mut build = Command::new(dracut);
    build
        .args(["--no-hostonly", "--modules", "base", "--drivers", " "])
        .args(["--no-compress", "--no-early-microcode"])
        .args(["--conf", "/dev/null", "--confdir"])
        .arg(scratch.path().join("conf"))
        .arg("--kmoddir")
        .arg(&modules)
        .arg("--kernel-image")
        .arg(kernel)
        .arg("--uefi-stub")
        .arg(stub)
        .arg("--tmpdir")
        .arg(scratch.path())
        .arg(&image)
        .arg("6.1.0-test");
    let output = build.output().unwrap();
    assert!(output.status.success() && image.is_file(), "{output:?}");
    let section = scratch.path().join("cmdline");
    let copy = scratch.path().join("copy");
    let dump = format!(".cmdline={}", section.display());
    let output = Command::new(objcopy)
        .args(["--dump-section", &dump])
        .args([&image, &copy])
        .output();
    assert!(output.as_ref().unwrap().status.success(), "{output:?}");
    let options = std::fs::read_to_string(section).unwrap();
    let line = CommandLine::parse(options.trim_end_matches('\0'));
    assert_eq!(change.difference(&line).unwrap(), Difference::default());
    assert!(
        line.get("root").is_some() && line.flag("quiet"),
        "{options}"
    );
}
