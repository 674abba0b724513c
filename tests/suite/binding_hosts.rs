//! Hosts with each binding method: the plan's edits are those of an administrator of such a
//! host, and a second plan has no edit.

use std::fs;

use serde_json::Value;
use testkit::Scratch;

use crate::command::{passthru, top};
use crate::patched_hosts::copy;

struct Copy(Scratch);

impl Copy {
    fn of(host: &str) -> Self {
        let place = Scratch::new();
        copy(
            &top().join("examples/hosts").join(host).join("before"),
            &place,
        );
        Self(place)
    }

    fn plan(&self, words: &[&str]) -> Value {
        let root = self.0.to_str().unwrap();
        let run = passthru(&[&["plan", "--json", "--root", root], words].concat());
        assert!(run.err.is_empty(), "{}", run.err);
        run.json()
    }

    /// Writes the plan's edits.
    fn carry_out(&self, plan: &Value) {
        for edit in plan["edits"].as_array().unwrap() {
            let path = edit["path"].as_str().unwrap();
            let file = self.0.join(path.trim_start_matches('/'));
            if let Some(before) = edit["before"].as_str() {
                assert_eq!(fs::read_to_string(&file).unwrap(), before, "{path}");
            }
            self.write(path, edit["after"].as_str().unwrap());
        }
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.0.join(path.trim_start_matches('/'));
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
}

pub(crate) fn after<'a>(plan: &'a Value, path: &str) -> &'a str {
    let edits = plan["edits"].as_array().unwrap();
    let edit = edits.iter().find(|edit| edit["path"] == path);
    let edit = edit.unwrap_or_else(|| panic!("no edit of {path}: {plan:#}"));
    edit["after"].as_str().unwrap()
}

pub(crate) fn paths(plan: &Value) -> Vec<&str> {
    let edits = plan["edits"].as_array().unwrap();
    edits
        .iter()
        .map(|edit| edit["path"].as_str().unwrap())
        .collect()
}

fn commands(plan: &Value) -> Vec<String> {
    let commands = plan["commands"].as_array().unwrap();
    let words = |command: &Value| {
        let argv = command["argv"].as_array().unwrap();
        let words: Vec<&str> = argv.iter().map(|word| word.as_str().unwrap()).collect();
        words.join(" ")
    };
    commands.iter().map(words).collect()
}

const ARCH: [&str; 5] = ["03:00.0", "--vm", "win11", "--for", "libvirt"];

#[test]
fn arch_has_vfio_pci_before_the_driver_that_loads_early() {
    let host = Copy::of("arch-mkinitcpio");
    let plan = host.plan(&ARCH);
    assert_eq!(plan["binding"], "by-id");
    let conf = after(&plan, "/etc/mkinitcpio.conf");
    assert!(
        conf.contains("\nMODULES=(vfio_pci vfio vfio_iommu_type1 amdgpu)\n"),
        "{conf}"
    );
    assert!(
        conf.contains("HOOKS=(base udev autodetect microcode modconf kms "),
        "{conf}"
    );
    let options = after(&plan, "/etc/modprobe.d/vfio.conf");
    assert!(
        options.starts_with("options vfio-pci ids=1002:73ff,1002:ab28\n"),
        "{options}"
    );
    assert!(
        options.contains("\nsoftdep amdgpu pre: vfio-pci\n"),
        "{options}"
    );
    // The card is not the boot display, and AMD's IOMMU is on: no kernel option.
    assert!(!paths(&plan).contains(&"/etc/default/grub"));
    assert!(commands(&plan).contains(&"mkinitcpio -P".to_owned()));
    host.carry_out(&plan);
    let again = host.plan(&ARCH);
    let left: Vec<&str> = paths(&again)
        .into_iter()
        .filter(|path| path.starts_with("/etc/"))
        .collect();
    assert_eq!(left, Vec::<&str>::new());
}

/// The same card twice: by address, in the way of the image's init.
#[test]
fn arch_distinguishes_duplicate_ids_in_its_own_hook() {
    for (init, files) in [
        ("udev", vec!["install/passthru-vfio", "hooks/passthru-vfio"]),
        (
            "systemd",
            vec![
                "install/passthru-vfio",
                "passthru-vfio.sh",
                "passthru-vfio.service",
            ],
        ),
    ] {
        let host = Copy::of("arch-mkinitcpio");
        let lspci = host.0.join("_commands/lspci.txt");
        let text = fs::read_to_string(&lspci).unwrap();
        let duplicate = "04:00.0 VGA compatible controller [0300]: AMD [1002:73ff] (rev c1)\n\
                    \tSubsystem: Sapphire Technology Limited Device [1da2:e447]\n";
        let text = text.replacen("0d:00.0", &format!("{duplicate}0d:00.0"), 1);
        fs::write(&lspci, text).unwrap();
        host.write("/sys/bus/pci/devices/0000:04:00.0/boot_vga", "0\n");
        let conf = fs::read_to_string(host.0.join("etc/mkinitcpio.conf")).unwrap();
        host.write(
            "/etc/mkinitcpio.conf",
            &conf.replace("base udev", &format!("base {init}")),
        );
        let plan = host.plan(&ARCH);
        assert_eq!(plan["binding"], "by-address");
        let conf = after(&plan, "/etc/mkinitcpio.conf");
        assert!(
            conf.contains(&format!("HOOKS=(base passthru-vfio {init} ")),
            "{conf}"
        );
        for file in &files {
            let text = after(&plan, &format!("/etc/initcpio/{file}"));
            let names = text.contains("take 0000:03:00.0 0x1002 0x73ff 0x1da2 0xe447\n");
            let is_list = file.starts_with("hooks/") || file.ends_with(".sh");
            assert_eq!(names, is_list, "{text}");
            assert!(!text.contains("0000:04:00.0"), "{text}");
        }
        assert!(!paths(&plan).contains(&"/etc/modprobe.d/vfio.conf"));
        host.carry_out(&plan);
        let again = host.plan(&ARCH);
        assert!(
            paths(&again).iter().all(|path| !path.starts_with("/etc/")),
            "{again:#}"
        );
        // The other card joins: the first stays taken.
        let both = host.plan(&["04:00.0", "--vm", "win11", "--for", "libvirt"]);
        assert_eq!(both["binding"], "by-address");
        let list = files
            .iter()
            .find(|file| file.starts_with("hooks/") || file.ends_with(".sh"));
        let text = after(&both, &format!("/etc/initcpio/{}", list.unwrap()));
        for card in ["0000:03:00.0", "0000:03:00.1", "0000:04:00.0"] {
            assert!(text.contains(&format!("take {card} ")), "{text}");
        }
        // Another card at the address is noticed.
        let lspci = fs::read_to_string(host.0.join("_commands/lspci.txt")).unwrap();
        let other = lspci.replacen("[1002:73ff]", "[1002:744c]", 1);
        host.write("/_commands/lspci.txt", &other);
        let root = host.0.to_str().unwrap();
        let report = passthru(&["doctor", "--json", "--root", root]);
        assert!(
            report.out.contains("\"override-script-address-stale\""),
            "{}",
            report.out
        );
    }
}

/// Unraid's own file binds by address, so that a duplicate ID stays with the host, for any
/// target; releases before 6.9 have no such file.
#[test]
fn unraid_has_a_file_of_its_own() {
    let host = Copy::of("unraid");
    let lspci = host.0.join("_commands/lspci.txt");
    let one = fs::read_to_string(&lspci).unwrap();
    let cfg = "/boot/config/vfio-pci.cfg";
    let card = "BIND=0000:01:00.0|10de:2504 0000:01:00.1|10de:228e";
    let begin = one.find("01:00.0").unwrap();
    let duplicate = one[begin..].replace("01:00.", "02:00.");
    fs::write(&lspci, format!("{one}{duplicate}")).unwrap();
    for target in [&["--for", "libvirt"][..], &[]] {
        let plan = host.plan(&[&["01:00.0"], target].concat());
        assert_eq!(plan["binding"], "by-address");
        assert_eq!(after(&plan, cfg), format!("{card}\n"));
        assert!(paths(&plan).iter().all(|path| !path.starts_with("/etc/")));
        assert!(!plan["edits"].to_string().contains("vfio-pci.ids="));
    }
    host.carry_out(&host.plan(&["01:00.0"]));
    let both = host.plan(&["02:00.0"]);
    let added = "0000:02:00.0|10de:2504 0000:02:00.1|10de:228e";
    assert_eq!(after(&both, cfg), format!("{card} {added}\n"));
    // The card was moved, and another is there: nothing is bound.
    let other = one.replacen("[10de:2504]", "[10de:2203]", 1);
    fs::write(&lspci, other).unwrap();
    let root = host.0.to_str().unwrap();
    let report = passthru(&["doctor", "--json", "--root", root]);
    let output = "/boot/config/vfio-pci.cfg expects 10de:2504 at 01:00.0, but 10de:2203 is there";
    assert!(report.out.contains(output), "{}", report.out);

    let older = Copy::of("unraid");
    older.write("/etc/unraid-version", "version=\"6.8.3\"\n");
    let plan = older.plan(&["01:00.0", "--for", "libvirt"]);
    assert_eq!(plan["binding"], "by-id");
    assert!(
        plan["edits"]
            .to_string()
            .contains("vfio-pci.ids=10de:2504,10de:228e")
    );
}

/// The same host with another program for its images.
#[test]
fn each_program_gets_its_own_files() {
    let host = Copy::of("arch-mkinitcpio");
    fs::remove_file(host.0.join("etc/mkinitcpio.conf")).unwrap();
    fs::remove_dir_all(host.0.join("etc/mkinitcpio.d")).unwrap();
    host.write("/etc/booster.yaml", "compression: zstd\n");
    let plan = host.plan(&ARCH);
    assert_eq!(
        after(&plan, "/etc/booster.yaml"),
        "compression: zstd\nmodules_force_load: vfio_pci,vfio,vfio_iommu_type1\n\
         modules: -amdgpu,-radeon,-snd_hda_intel\n"
    );
    assert!(commands(&plan).contains(&"/usr/lib/booster/regenerate_images".to_owned()));

    let host = Copy::of("arch-mkinitcpio");
    fs::remove_file(host.0.join("etc/mkinitcpio.conf")).unwrap();
    fs::remove_dir_all(host.0.join("etc/mkinitcpio.d")).unwrap();
    host.write("/etc/dracut.conf.d/README", "");
    let plan = host.plan(&ARCH);
    let conf = after(&plan, "/etc/dracut.conf.d/passthru-vfio.conf");
    assert!(
        conf.contains("force_drivers+=\" vfio_pci vfio vfio_iommu_type1 \"\n"),
        "{conf}"
    );
    assert!(
        conf.contains("install_items+=\" /etc/modprobe.d/vfio.conf \"\n"),
        "{conf}"
    );
    assert!(commands(&plan).contains(&"dracut --force --regenerate-all".to_owned()));
}

#[test]
fn secure_boot_with_proxmox_is_grub_and_signed_modules() {
    let host = Copy::of("secure-boot");
    let words = ["01:00.0", "--vm", "105"];
    let plan = host.plan(&words);
    assert_eq!(plan["target"], "proxmox");
    let options = after(&plan, "/etc/modprobe.d/vfio.conf");
    assert!(
        options.starts_with("options vfio-pci ids=10de:2803,10de:22bd\n"),
        "{options}"
    );
    for driver in ["nouveau", "nvidia", "nvidiafb", "snd_hda_intel"] {
        let line = format!("\nsoftdep {driver} pre: vfio-pci\n");
        assert!(options.contains(&line), "{options}");
    }
    assert!(after(&plan, "/etc/modules").ends_with("vfio\nvfio_iommu_type1\nvfio_pci\n"));
    // systemd-boot's file is there, too, and is not what this host boots by.
    assert!(!paths(&plan).contains(&"/etc/kernel/cmdline"));
    assert!(commands(&plan).contains(&"update-initramfs -u -k all".to_owned()));
    // Where the card is the boot display, the option goes to GRUB.
    host.write("/sys/bus/pci/devices/0000:01:00.0/boot_vga", "1\n");
    let plan = host.plan(&words);
    let grub = after(&plan, "/etc/default/grub");
    let line = "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet initcall_blacklist=sysfb_init\"\n";
    assert!(grub.contains(line), "{grub}");
    assert!(!paths(&plan).contains(&"/etc/kernel/cmdline"));
    assert!(commands(&plan).contains(&"proxmox-boot-tool refresh".to_owned()));
}

/// The page has a row for each method, in the table's order, and one for each way in
/// which the guides bind.
#[test]
fn the_page_has_each_method() {
    let page = fs::read_to_string(top().join("docs/driver-binding.md")).unwrap();
    let rows = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let words: Vec<&str> = rows.collect();
    let methods = hostconf::binding::method::Method::ALL;
    let wanted: Vec<&str> = methods.iter().map(|method| method.word()).collect();
    assert_eq!(words.get(..wanted.len()), Some(&wanted[..]));
}
