//! Files of modules.

use hostconf::binding::booster::BoosterConf;
use hostconf::binding::mkinitcpio;
use hostconf::binding::modprobe::{Document, ModuleOption};
use hostconf::binding::modules::{ETC_MODULES, INITRAMFS_MODULES, ListKind, ModuleList};
use hvconf::unraid::{self, BoundFunction, VfioPciCfg};
use passthru::file_settings::Intent;
use pci_core::modules::ModuleName;
use testkit::random::rounds;

use crate::harmless::maker::{Maker, is_harmless, mkinitcpio_text, modprobe_text, notices, report};

fn names<const N: usize>(names: [&str; N]) -> [ModuleName; N] {
    names.map(|name| name.parse().unwrap())
}

fn go_through(
    path: &str,
    least: usize,
    make: impl Fn(&mut Maker) -> String,
    edit: impl Fn(&mut Maker, &str) -> Option<(String, Vec<Intent>)>,
) {
    let all = rounds(2000);
    let mut done = 0;
    for seed in 1..=all as u64 {
        let mut maker = Maker::new(seed);
        let before = make(&mut maker);
        if let Some((after, intents)) = edit(&mut maker, &before) {
            is_harmless(path, &before, &after, &intents, &[&after]);
            notices(&mut maker, path, &before, &after, &intents);
            done += 1;
        }
    }
    report(path, done, all, least);
}

#[test]
fn modprobe() {
    let path = "/etc/modprobe.d/vfio.conf";
    let vfio_pci: ModuleName = "vfio-pci".parse().unwrap();
    // One list of ids, and softdeps.
    go_through(path, 70, modprobe_text, |maker, before| {
        let mut ids = maker.ids.clone();
        ids.push(maker.id());
        let mut file = Document::parse(before);
        let list = ModuleOption::new("ids", Some(&ids.join(","))).unwrap();
        file.set_only_option(&vfio_pci, &list).ok()?;
        for driver in names(["nouveau", "snd_hda_intel"]) {
            file.add_softdep(&driver, &vfio_pci).ok()?;
        }
        file.add_blacklist(&names(["nova_core"])[0]);
        Some((file.to_string(), vec![Intent::moves("vfio-pci.ids")]))
    });
    // An option goes.
    go_through(path, 99, modprobe_text, |_, before| {
        let mut file = Document::parse(before);
        file.unset_option("vfio-pci", "disable_vga");
        Some((
            file.to_string(),
            vec![Intent::changes("vfio-pci.disable_vga")],
        ))
    });
}

#[test]
fn module_lists() {
    for (path, kind) in [
        (ETC_MODULES, ListKind::ModulesLoad),
        (INITRAMFS_MODULES, ListKind::InitramfsTools),
    ] {
        let make = |maker: &mut Maker| {
            let mut text = String::new();
            for _ in 0..maker.below(7) {
                text.push_str(&maker.remark());
                let name = match maker.below(4) {
                    0 => maker
                        .pick(&["vfio_virqfd", "vfio-virqfd", "vfio"])
                        .to_owned(),
                    _ => maker.mark(),
                };
                let indent = maker.pick(&["", "", " "]);
                text.push_str(&format!("{indent}{name}\n"));
            }
            if maker.one_in(5) {
                text.pop();
            }
            text
        };
        go_through(path, 99, make, |_, before| {
            let mut list = ModuleList::parse(before, kind);
            let going: Vec<Intent> = (list.entries().iter())
                .filter(|entry| entry.name.replace('-', "_") == "vfio_virqfd")
                .map(|entry| Intent::changes_from("module", &entry.name))
                .collect();
            list.remove("vfio_virqfd");
            for name in names(["vfio", "vfio_pci"]) {
                list.add(&name);
            }
            Some((list.to_string(), going))
        });
    }
}

#[test]
fn mkinitcpio_conf() {
    let lists = ["MODULES", "HOOKS", "FILES"].map(Intent::moves).to_vec();
    go_through(mkinitcpio::CONF, 80, mkinitcpio_text, |_, before| {
        let modules = names(["vfio_pci", "vfio", "vfio_iommu_type1"]);
        let after = mkinitcpio::load_first(before, &modules).ok()?;
        let after = mkinitcpio::with_hook(&after).ok()?;
        let after = mkinitcpio::with_files(&after, &["/etc/udev/rules.d/x"]).ok()?;
        Some((after, lists.clone()))
    });
}

#[test]
fn booster() {
    let make = |maker: &mut Maker| {
        let mut text = String::new();
        let keys = ["compression", "modules_force_load", "modules", "universal"];
        for key in keys {
            text.push_str(&maker.remark());
            if maker.one_in(3) {
                continue;
            }
            let mut words: Vec<String> = (0..1 + maker.below(3)).map(|_| maker.mark()).collect();
            if key == "modules" && maker.one_in(2) {
                words.push("nouveau".to_owned());
            }
            let list = words.join(maker.pick(&[",", ", "]));
            let end = maker.pick(&["", "", " # x"]);
            text.push_str(&match maker.below(4) {
                0 => format!("{key}: \"{list}\"{end}\n"),
                _ => format!("{key}: {list}{end}\n"),
            });
        }
        text
    };
    go_through("/etc/booster.yaml", 80, make, |_, before| {
        let mut conf = BoosterConf::parse(before);
        conf.force_load(&names(["vfio_pci", "vfio"])).ok()?;
        conf.exclude(&names(["nouveau"])).ok()?;
        let intents = vec![
            Intent::moves("modules_force_load"),
            Intent::changes_from("modules", "nouveau"),
        ];
        Some((conf.to_string(), intents))
    });
}

#[test]
fn unraid() {
    let make = |maker: &mut Maker| {
        let mut words = Vec::new();
        for bus in 1..=1 + maker.below(5) {
            let id = if maker.one_in(3) {
                String::new()
            } else {
                format!("|{}", maker.id())
            };
            words.push(format!("0000:{bus:02x}:00.0{id}"));
        }
        let blank = maker.blank();
        format!(
            "{}BIND={}{}",
            maker.remark(),
            words.join(blank),
            maker.pick(&["\n", ""])
        )
    };
    go_through(unraid::PATH, 99, make, |maker, before| {
        let address = format!("0000:{:02x}:00.0", 1 + maker.below(8));
        let old = before
            .split_whitespace()
            .map(|word| word.trim_start_matches("BIND="));
        let old = old.filter(|word| word.starts_with(&address));
        let mut intents: Vec<Intent> = old.map(|word| Intent::changes_from("BIND", word)).collect();
        let of_ids: Vec<Intent> = (before.split_whitespace())
            .filter(|word| word.trim_start_matches("BIND=").starts_with(&address))
            .filter_map(|word| Some(Intent::changes_from("id", word.split_once('|')?.1)))
            .collect();
        intents.extend(of_ids);
        let mut file = VfioPciCfg::parse(before);
        let function = BoundFunction {
            address: address.parse().unwrap(),
            id: Some("10de:2504".parse().unwrap()),
        };
        file.add(function).unwrap();
        Some((file.to_string(), intents))
    });
}
