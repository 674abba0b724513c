//! Conversions of machines that are made up, in each format's own spelling: each setting
//! of the source is either found again by reading what was written, or listed as not
//! converted, and nothing is listed that is there.

mod esxi;
mod libvirt;
mod lists;
mod machines;
mod made_up;
mod proxmox;
mod same;
mod scripts;
mod statements;

use std::collections::BTreeMap;

use hvconf::convert::{Format, Source, Wanted, convert, describe};
use hvconf::description::{Description, MemorySize};
use hvconf::emitted::{Feature, NotConverted};
use made_up::MadeUp;
use testkit::environment::{self, MACHINES};
use testkit::random::{Random, seed};

/// How many machines each form of a source gets; `PASSTHRU_MACHINES` asks for others.
fn rounds() -> usize {
    environment::number(MACHINES).unwrap_or(30)
}

type Maker = fn(&mut Random) -> MadeUp;

/// Every form that is read.
const FORMS: [(&str, Format, Maker); 17] = [
    ("Proxmox VE", Format::Proxmox, proxmox::proxmox),
    ("libvirt", Format::Libvirt, libvirt::libvirt),
    ("QEMU", Format::Qemu, scripts::qemu),
    ("ESXi", Format::Esxi, esxi::esxi),
    ("Xen", Format::Xen, machines::xen),
    ("vm-bhyve", Format::Bhyve, machines::vm_bhyve),
    ("bhyve", Format::Bhyve, scripts::bhyve),
    ("loader.conf", Format::Bhyve, lists::loader_conf),
    ("vm.create", Format::CloudHypervisor, machines::vm_create),
    (
        "Cloud Hypervisor",
        Format::CloudHypervisor,
        scripts::cloud_hypervisor,
    ),
    ("crosvm", Format::Crosvm, scripts::crosvm),
    ("Incus", Format::Incus, machines::incus),
    ("Nova", Format::Nova, lists::nova),
    ("Harvester", Format::Harvester, lists::harvester),
    ("Talos", Format::Talos, lists::talos),
    ("Unraid", Format::Unraid, lists::unraid),
    ("Talos' options", Format::Talos, lists::talos_options),
];

/// Each format's settings beside the machine.
pub(crate) fn wanted() -> Wanted {
    Wanted {
        node: Some("node1".parse().unwrap()),
        memory: MemorySize::from_mebibytes(4096),
        ..Wanted::default()
    }
}

/// Whether a listed loss is one of `found`.
fn is_named(not_converted: &NotConverted, found: &[String]) -> bool {
    let listed = format!("{}: {}", not_converted.what, not_converted.reason);
    found.iter().any(|one| listed.contains(one.as_str()))
}

/// What comes with a target, whatever the source says.
fn is_of_target(not_converted: &NotConverted) -> bool {
    let begins = [
        // Nova and KubeVirt choose functions by their ids.
        "address 0000:",
        // NixOS' module is the host's.
        "guest ",
    ];
    begins
        .iter()
        .any(|start| not_converted.what.starts_with(start))
}

/// Reads what a form has, and holds it to what was meant.
fn read(name: &str, made: &MadeUp) -> (Description, Vec<NotConverted>) {
    let text = &made.text;
    let source = source(made);
    let back = describe(&source).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
    for part in Feature::ALL {
        if !made.says(part) {
            continue;
        }
        assert!(
            same::is_same(part, &made.vm, &back.description),
            "{name}: {part:?} is read as another\n{text}\n{:#?}",
            back.description
        );
    }
    for extra in &made.extras {
        assert!(
            back.not_converted
                .iter()
                .any(|not_converted| is_named(not_converted, std::slice::from_ref(extra))),
            "{name}: {extra:?} is not listed: {:#?}\n{text}",
            back.not_converted
        );
    }
    for not_converted in &back.not_converted {
        assert!(
            is_named(not_converted, &made.extras),
            "{name}: {not_converted} is listed, and nothing of the kind is there\n{text}"
        );
    }
    (back.description, back.not_converted)
}

fn source(made: &MadeUp) -> Source<'_> {
    let mut source = Source::of(&made.text).unwrap_or_else(|| panic!("no format:\n{}", made.text));
    source.functions = &made.functions;
    source
}

#[test]
fn every_setting_is_found_again_or_listed() {
    let mut numbers = Random::new(seed(0x5eed));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut settings, mut listed) = (0, 0);
    for round in 0..rounds() {
        for (name, format, make) in FORMS {
            let made = make(&mut numbers);
            assert_eq!(Format::of(&made.text), Some(format), "{}", made.text);
            let (mut vm, lost_in) = read(name, &made);
            // What the source lacks is wanted beside it.
            let is_wanted = vm.memory.size.is_none();
            vm.memory.size = vm.memory.size.or(wanted().memory);
            for target in Format::ALL {
                let place = format!("{name} to {target}, round {round}");
                let converted = convert(&source(&made), target, &wanted());
                let converted =
                    converted.unwrap_or_else(|error| panic!("{place}: {error}\n{}", made.text));
                // What the reader lists is in front.
                assert_eq!(converted.not_converted[..lost_in.len()], lost_in, "{place}");
                let of_target = &converted.not_converted[lost_in.len()..];
                let written = same::Written::of(target, &converted);
                for part in Feature::ALL {
                    let is_listed = of_target
                        .iter()
                        .any(|not_converted| not_converted.part == Some(part));
                    let is_there = written.has(part, &vm);
                    let is_said = made.says(part) || (part == Feature::Memory && is_wanted);
                    let is_said = is_said && same::is_asked(part, &vm);
                    let explain = || {
                        let files: Vec<String> =
                            converted.files.iter().map(ToString::to_string).collect();
                        format!(
                            "{place}: {part:?}\n{}\n=>\n{}\n{:#?}\n{vm:#?}",
                            made.text,
                            files.concat(),
                            converted.not_converted
                        )
                    };
                    assert!(is_listed || is_there || !is_said, "lost: {}", explain());
                    // bhyve's own choice of a slot can be the source's by chance.
                    let by_chance = part == Feature::GuestSlot && target == Format::Bhyve;
                    assert!(
                        !is_listed || (is_said && (!is_there || by_chance)),
                        "listed for nothing: {}",
                        explain()
                    );
                    assert!(
                        is_said || is_there || !same::must_be_requested(part),
                        "not in the source: {}",
                        explain()
                    );
                    settings += usize::from(is_said);
                    listed += usize::from(is_listed);
                }
                for not_converted in of_target
                    .iter()
                    .filter(|not_converted| not_converted.part.is_none())
                {
                    assert!(is_of_target(not_converted), "{place}: {not_converted}");
                }
                *counts.entry(name).or_default() += 1;
            }
        }
    }
    let all: usize = counts.values().sum();
    eprintln!(
        "{all} conversions ({} forms of sources, {} targets), {settings} settings: {listed} \
         listed, the others found again",
        FORMS.len(),
        Format::ALL.len()
    );
    assert!(all >= 1000);
}
