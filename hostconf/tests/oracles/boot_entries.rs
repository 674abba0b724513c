//! Boot menus against bootctl, kernel-install, ukify and grub-editenv.

use std::path::Path;
use std::process::Command;

use hostconf::boot::change::{Difference, OptionsChange};
use hostconf::boot::entries::{EntryFile, Format};
use hostconf::boot::grubenv::GrubEnv;
use hostconf::boot::kernel_cmdline::KernelCmdline;
use hostconf::boot::{CommandLine, bls};
use testkit::Scratch;
use testkit::program::{find, run};
use testkit::random::{Random, seed};

const FORMAT: Format = Format::BootLoaderSpecification;

fn change() -> OptionsChange {
    OptionsChange {
        put: vec![
            "iommu=pt".parse().unwrap(),
            "vfio-pci.ids=10de:2d04,10de:22eb".parse().unwrap(),
        ],
        remove: vec!["amd_iommu=on".parse().unwrap()],
        ..OptionsChange::default()
    }
}

/// The entry in `$1` as listed by bootctl, `$3`: the partition must be a separate file
/// system, which a mount namespace provides.
const LIST: &str = "mount -t tmpfs none \"$2\" && mkdir -p \"$2/EFI\" \"$2/loader/entries\" &&
    : >\"$2/vmlinuz\" && cp \"$1\" \"$2/loader/entries/a.conf\" &&
    SYSTEMD_RELAX_ESP_CHECKS=1 \"$3\" --esp-path=\"$2\" --no-pager list";

/// Whether a mount namespace can be created.
fn can_mount(unshare: &Path) -> bool {
    run(unshare, &["-rm", "mount", "-t", "tmpfs", "none", "/mnt"])
        .status
        .success()
}

/// The options that `bootctl list` shows for the one entry.
fn bootctl_options(bootctl: &Path, unshare: &Path, entry: &str) -> String {
    let scratch = Scratch::new();
    let file = scratch.write("a.conf", entry);
    let partition = scratch.directory("esp");
    let (file, partition) = (file.to_str().unwrap(), partition.to_str().unwrap());
    let bootctl = bootctl.to_str().unwrap();
    let output = run(
        unshare,
        &["-rm", "sh", "-c", LIST, "sh", file, partition, bootctl],
    );
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("options: "));
    line.unwrap_or_else(|| panic!("{entry:?}: {output:?}"))
        .trim()
        .to_owned()
}

/// What we say that the options of an entry are.
fn our_options(entry: &str) -> String {
    let file = EntryFile::parse(FORMAT, entry);
    let lines = file
        .options()
        .iter()
        .map(|place| file.command_line(place).to_string());
    lines.collect::<Vec<_>>().join(" ")
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

#[test]
fn bootctl_reads_the_options_that_we_wrote() {
    let (Some(bootctl), Some(unshare)) = (find("bootctl"), find("unshare")) else {
        return;
    };
    if !can_mount(&unshare) {
        return testkit::skipped::missing("a mount namespace for bootctl");
    }
    let mut random = Random::new(seed(21));
    let pieces = [
        "options quiet\n",
        "options\troot=/dev/sda2  amd_iommu=on\n",
        "  options rw vfio-pci.ids=10de:1234\n",
        "# options no\n",
        "options a=b\r\n",
        "initrd /initrd\n",
        "\n",
    ];
    for _ in 0..25 {
        let mut entry = String::from("title Debian\nlinux /vmlinuz\noptions root=/dev/sda1\n");
        for _ in 0..random.below(5) {
            entry.push_str(random.pick(&pieces));
        }
        assert_eq!(
            words(&our_options(&entry)),
            words(&bootctl_options(&bootctl, &unshare, &entry)),
            "{entry:?}"
        );
        let mut file = EntryFile::parse(FORMAT, &entry);
        file.change(&change()).unwrap();
        let after = bootctl_options(&bootctl, &unshare, &file.to_string());
        let line = CommandLine::parse(&after);
        assert!(
            line.contains(&"iommu=pt".parse().unwrap()),
            "{entry:?}: {after}"
        );
        assert!(line.get("amd_iommu").is_none(), "{entry:?}: {after}");
        let ids = line.get("vfio-pci.ids").unwrap().value.clone().unwrap();
        assert!(ids.ends_with("10de:2d04,10de:22eb"), "{entry:?}: {after}");
        assert_eq!(
            ids.contains("1234"),
            entry.contains("1234"),
            "{entry:?}: {after}"
        );
    }
}

#[test]
fn kernel_install_reads_the_options_from_the_edited_file() {
    let plugin = Path::new("/usr/lib/kernel/install.d/90-loaderentry.install");
    if !plugin.is_file() {
        return testkit::skipped::missing("90-loaderentry.install");
    }
    for text in [
        "root=ZFS=rpool/ROOT/pve-1 boot=zfs\n",
        "root=/dev/sda2 ro quiet amd_iommu=on",
        "root=/dev/sda2  x=\"a\t b\" \n",
    ] {
        let mut file = KernelCmdline::parse(text);
        file.edit(|line| change().apply(line)).unwrap();
        let scratch = Scratch::new();
        scratch.write("conf/cmdline", file.to_string());
        let image = scratch.write("vmlinuz", "kernel");
        let directory = scratch.directory("boot/token/6.1.0");
        let output = Command::new(plugin)
            .args(["add", "6.1.0"])
            .arg(&directory)
            .arg(&image)
            .env("KERNEL_INSTALL_LAYOUT", "bls")
            .env(
                "KERNEL_INSTALL_MACHINE_ID",
                "0123456789abcdef0123456789abcdef",
            )
            .env("KERNEL_INSTALL_ENTRY_TOKEN", "token")
            .env("KERNEL_INSTALL_BOOT_ROOT", scratch.path().join("boot"))
            .env("KERNEL_INSTALL_CONF_ROOT", scratch.path().join("conf"))
            .env("KERNEL_INSTALL_STAGING_AREA", scratch.directory("staging"))
            .env("KERNEL_INSTALL_VERBOSE", "0")
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        let entry = scratch.path().join("boot/loader/entries/token-6.1.0.conf");
        let entry = std::fs::read_to_string(entry).unwrap();
        assert!(bls::is_by_kernel_install(&entry), "{entry}");
        let options = our_options(&entry);
        assert_eq!(words(&options), words(&file.to_string()), "{entry}");
        assert!(CommandLine::parse(&options).contains(&"iommu=pt".parse().unwrap()));
    }
}

#[test]
fn environment_blocks_are_those_of_grub_editenv() {
    let Some(editenv) = find("grub-editenv") else {
        return;
    };
    let mut random = Random::new(seed(22));
    let values = [
        "",
        "root=/dev/sda2 ro",
        "a\\b",
        "x\ny",
        "#",
        "=",
        "\u{e4}",
        " ",
    ];
    let names = ["kernelopts", "saved_entry", "a", "b"];
    for _ in 0..40 {
        let scratch = Scratch::new();
        let file = scratch.path().join("grubenv");
        let path = file.to_str().unwrap();
        assert!(run(&editenv, &[path, "create"]).status.success());
        let mut block = GrubEnv::parse(&std::fs::read_to_string(&file).unwrap()).unwrap();
        for _ in 0..1 + random.below(6) {
            let (name, value) = (random.pick(&names), random.pick(&values));
            let output = run(&editenv, &[path, "set", &format!("{name}={value}")]);
            assert!(output.status.success(), "{output:?}");
            block.set(name, value).unwrap();
            assert_eq!(block.to_string(), std::fs::read_to_string(&file).unwrap());
            assert_eq!(block.get(name).as_deref(), Some(value));
        }
    }
}

/// kernel-install's plugin has ukify build an image from `/etc/kernel/cmdline`, which holds
/// the options then.
#[test]
fn ukify_builds_our_options_into_the_image() {
    let (Some(root), Some(python), Some(objcopy), Some(stub)) = (
        testkit::program::ukify(),
        find("python3"),
        find("objcopy"),
        testkit::program::file("/usr/lib/systemd/boot/efi/linuxx64.efi.stub"),
    ) else {
        return;
    };
    let before = "root=/dev/sda2 quiet amd_iommu=on vfio-pci.ids=10de:1234\n";
    let mut file = KernelCmdline::parse(before);
    file.edit(|line| change().apply(line)).unwrap();
    let scratch = Scratch::new();
    scratch.write("conf/cmdline", file.to_string());
    scratch.write("conf/uki.conf", "[UKI]\n");
    let kernel = scratch.write("kernel", "a kernel\n");
    let stage = scratch.directory("stage");
    let mut plugin = Command::new(python);
    plugin
        .arg(root.join("usr/lib/kernel/install.d/60-ukify.install"))
        .args(["add".as_ref(), "6.1.0-test".as_ref(), stage.as_os_str()])
        .arg(kernel)
        .env("PYTHONPATH", root.join("usr/lib/python3/dist-packages"))
        .env("KERNEL_INSTALL_UKIFY", root.join("usr/bin/ukify"))
        .env("KERNEL_INSTALL_CONF_ROOT", scratch.path().join("conf"))
        .env("KERNEL_INSTALL_STAGING_AREA", &stage)
        .env("KERNEL_INSTALL_BOOT_STUB", stub)
        .env("KERNEL_INSTALL_VERBOSE", "0")
        .env("KERNEL_INSTALL_LAYOUT", "uki")
        .env("KERNEL_INSTALL_ENTRY_TOKEN", "debian")
        .env(
            "KERNEL_INSTALL_MACHINE_ID",
            "0123456789abcdef0123456789abcdef",
        );
    let output = plugin.output().unwrap();
    let image = stage.join("uki.efi");
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
    let options = options.trim_end_matches('\0');
    assert_eq!(options, file.to_string().trim());
    let line = CommandLine::parse(options);
    assert_eq!(change().difference(&line).unwrap(), Difference::default());
}
