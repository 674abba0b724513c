//! Domains of libvirt.

use hvconf::assigned::{GuestSlot, RomBar};
use hvconf::description::{EmulatedDisplay, Firmware, GuestSystem, SecureBoot};
use hvconf::emitted::Feature;
use testkit::Random;

use crate::converted::made_up::{MadeUp, Plan, shuffled, some};
use crate::converted::same::is_primary;

pub(crate) fn libvirt(numbers: &mut Random) -> MadeUp {
    let mut plan = Plan::new(numbers, false);
    plan.options(numbers, true, true);
    let name = plan.name(numbers);
    let memory = plan.memory(numbers);
    let unit = [("MiB", memory), ("KiB", memory << 10)][numbers.below(2)];
    let mut head = vec![format!("  <memory unit='{}'>{}</memory>", unit.0, unit.1)];
    let topology = if numbers.below(2) == 0 {
        let topology = plan.topology(numbers, true);
        Some(topology)
    } else {
        plan.processors(numbers);
        None
    };
    let count = plan.vm.processors.unwrap();
    head.push(match numbers.below(3) {
        0 => {
            plan.pin("0-3");
            format!("  <vcpu placement='static' cpuset='0-3'>{count}</vcpu>")
        }
        1 if numbers.below(2) == 0 => {
            plan.pin_each((0..count.get()).map(|one| (one + 8).to_string()));
            let pin = |one| format!("<vcpupin vcpu='{one}' cpuset='{}'/>", one + 8);
            let pins: String = (0..count.get()).map(pin).collect();
            plan.extra("<emulatorpin>");
            format!("  <vcpu>{count}</vcpu><cputune>{pins}<emulatorpin cpuset='1'/></cputune>")
        }
        1 => format!("  <vcpu placement='static'>{count}</vcpu>"),
        _ => format!("  <vcpu>{count}</vcpu>"),
    });
    if numbers.below(2) == 0 {
        let mut inner = String::new();
        if numbers.below(2) == 0 {
            inner.push_str(&match plan.pages(numbers).mebibytes() {
                None => "<hugepages/>".to_owned(),
                Some(size) => {
                    format!(
                        "<hugepages><page size='{}' unit='KiB'/></hugepages>",
                        size << 10
                    )
                }
            });
        }
        if numbers.below(2) == 0 {
            inner.push_str("<locked/>");
            plan.lock();
        }
        if numbers.below(2) == 0 {
            inner.push_str("<nosharepages/>");
            plan.extra("<nosharepages>");
        }
        head.push(format!("  <memoryBacking>{inner}</memoryBacking>"));
    }
    let machine = plan.machine(numbers);
    let kind = format!("<type arch='x86_64' machine='{machine}'>hvm</type>");
    let secure = numbers.below(2) == 0;
    let boot = numbers.below(3) == 0;
    let boot = if boot {
        plan.extra("<boot dev='hd'>");
        "<boot dev='hd'/>"
    } else {
        ""
    };
    head.push(match numbers.below(3) {
        0 => {
            plan.firmware(Firmware::SeaBios);
            format!("  <os>{kind}{boot}</os>")
        }
        1 => {
            plan.firmware(Firmware::Ovmf(if secure {
                SecureBoot::On
            } else {
                SecureBoot::Off
            }));
            plan.extra("<nvram>");
            let word = if secure { "yes" } else { "no" };
            format!(
                "  <os>{kind}<loader readonly='yes' secure='{word}' \
                 type='pflash'>/x.fd</loader><nvram>/v.fd</nvram>{boot}</os>"
            )
        }
        _ => {
            plan.firmware(Firmware::Ovmf(if secure {
                SecureBoot::On
            } else {
                SecureBoot::Off
            }));
            let word = if secure { "yes" } else { "no" };
            format!(
                "  <os firmware='efi'>{kind}<firmware><feature enabled='{word}' \
                 name='secure-boot'/></firmware>{boot}</os>"
            )
        }
    });
    let mut features = "<acpi/><apic/>".to_owned();
    let windows = numbers.below(2) == 0;
    let vendor = numbers.below(3) == 0;
    if windows || vendor {
        features.push_str("<hyperv>");
        if windows {
            plan.system(GuestSystem::Windows);
            features.push_str(
                "<relaxed state='on'/><vapic state='on'/><spinlocks state='on' retries='8191'/>",
            );
            if numbers.below(2) == 0 {
                features.push_str("<vpindex state='on'/>");
                plan.extra("<vpindex>");
            }
        }
        if vendor {
            features.push_str("<vendor_id state='on' value='whatever'/>");
        }
        features.push_str("</hyperv>");
    }
    if numbers.below(2) == 0 || vendor {
        plan.hide(vendor.then_some("whatever"));
        features.push_str("<kvm><hidden state='on'/></kvm>");
    }
    if numbers.below(3) == 0 {
        features.push_str("<vmport state='off'/>");
        plan.extra("<vmport>");
    }
    head.push(format!("  <features>{features}</features>"));
    let mut cpu = String::new();
    let mode = match numbers.below(3) {
        0 => {
            plan.extra("<cpu mode='host-model'>");
            "host-model"
        }
        _ => "host-passthrough",
    };
    if let Some(topology) = topology {
        cpu.push_str(&format!(
            "<topology sockets='{}' dies='1' cores='{}' threads='{}'/>",
            topology.sockets(),
            topology.cores(),
            topology.threads()
        ));
    }
    if numbers.below(3) == 0 {
        cpu.push_str(&match plan.bits(numbers) {
            hvconf::description::AddressBits::Host => {
                "<maxphysaddr mode='passthrough'/>".to_owned()
            }
            hvconf::description::AddressBits::Of(bits) => {
                format!("<maxphysaddr mode='emulate' bits='{bits}'/>")
            }
        });
    }
    if numbers.below(3) == 0 {
        cpu.push_str("<feature policy='require' name='topoext'/>");
        plan.extra("<feature name='topoext'>");
    }
    head.push(format!("  <cpu mode='{mode}'>{cpu}</cpu>"));
    for (element, needle) in some(
        numbers,
        vec![
            (
                "<uuid>0f0e0d0c-0000-4000-8000-000000000001</uuid>",
                "<uuid>",
            ),
            ("<on_crash>destroy</on_crash>", "<on_crash>"),
            (
                "<numatune><memory mode='strict' nodeset='0'/></numatune>",
                "<numatune>",
            ),
            (
                "<currentMemory unit='KiB'>1024</currentMemory>",
                "<currentMemory>",
            ),
            ("<title>a</title>", "<title>"),
        ],
    ) {
        head.push(format!("  {element}"));
        plan.extra(needle);
    }
    if numbers.below(2) == 0 {
        plan.local_time();
        plan.extra("<timer name='rtc'>");
        head.push("  <clock offset='localtime'><timer name='rtc'/></clock>".to_owned());
    }
    let own = numbers.below(3) == 0;
    let emulator = if own {
        plan.extra("<emulator>/opt/qemu");
        "/opt/qemu"
    } else {
        "/usr/bin/qemu-system-x86_64"
    };
    let mut devices = vec![format!("    <emulator>{emulator}</emulator>")];
    let mut overrides = String::new();
    let with_places = numbers.below(2) == 0;
    if with_places {
        plan.slots(|slots| {
            for (at, slot) in slots.iter_mut().enumerate() {
                slot.guest = GuestSlot::new(1 + at as u8, 0);
            }
        });
        plan.say(Feature::GuestSlot);
    }
    hide_last(numbers, &mut plan);
    for slot in plan.vm.assigned.slots() {
        for (order, function) in slot.functions().iter().enumerate() {
            let address = function.address;
            let of_rom = slot.rom_function() == Some(address);
            let rom = match (&slot.rom_file, slot.rom_bar) {
                (Some(file), _) if of_rom => format!("<rom file='/usr/share/vgabios/{file}'/>"),
                (None, RomBar::Hidden) if of_rom => "<rom bar='off'/>".to_owned(),
                _ if slot.hidden_roms.contains(&address) => "<rom bar='off'/>".to_owned(),
                _ => String::new(),
            };
            let place = slot.guest.map(|guest| {
                format!(
                    "<address type='pci' domain='0x0000' bus='{:#04x}' slot='{:#04x}' \
                     function='{order:#x}'/>",
                    guest.bus(),
                    guest.device()
                )
            });
            let place = place.unwrap_or_default();
            let alias = format!("ua-{}", address.to_string().replace([':', '.'], "-"));
            devices.push(format!(
                "    <hostdev mode='subsystem' type='pci' managed='yes'><source><address \
                 domain='0x0000' bus='{:#04x}' slot='{:#04x}' function='{:#x}'/></source>\
                 <alias name='{alias}'/>{rom}{place}</hostdev>",
                address.bus(),
                address.device(),
                address.function()
            ));
            let mut properties = String::new();
            if of_rom && is_primary(slot) {
                properties.push_str("<qemu:property name='x-vga' type='bool' value='true'/>");
            }
            if order == 0 && !slot.seen_ids.is_own() {
                properties.push_str(
                    "<qemu:property name='x-pci-vendor-id' type='unsigned' value='4098'/>\
                     <qemu:property name='x-pci-device-id' type='unsigned' value='4660'/>",
                );
            }
            if !properties.is_empty() {
                overrides.push_str(&format!(
                    "<qemu:device alias='{alias}'><qemu:frontend>{properties}</qemu:frontend></qemu:device>"
                ));
            }
        }
    }
    if numbers.below(2) == 0 {
        let (word, kind) = [
            ("none", EmulatedDisplay::None),
            ("vga", EmulatedDisplay::Vga),
            ("virtio", EmulatedDisplay::Virtio),
            ("qxl", EmulatedDisplay::Qxl),
        ][numbers.below(4)];
        plan.display(kind);
        devices.push(format!("    <video><model type='{word}'/></video>"));
    }
    if numbers.below(3) == 0 {
        let size = plan.glass();
        devices.push(format!(
            "    <shmem name='looking-glass'><model type='ivshmem-plain'/><size \
             unit='M'>{size}</size></shmem>"
        ));
    }
    for (element, needle) in some(
        numbers,
        vec![
            (
                "<disk type='file' device='disk'><target dev='vda'/></disk>",
                "<disk> vda",
            ),
            ("<interface type='network'/>", "<interface>"),
            (
                "<controller type='usb' index='0' model='qemu-xhci'/>",
                "<controller type='usb'>",
            ),
            ("<memballoon model='virtio'/>", "<memballoon>"),
            ("<tpm model='tpm-crb'/>", "<tpm>"),
            (
                "<controller type='pci' index='9' model='pcie-root-port'/>",
                "",
            ),
        ],
    ) {
        devices.push(format!("    {element}"));
        if !needle.is_empty() {
            plan.extra(needle);
        }
    }
    let mut arguments = String::new();
    if numbers.below(3) == 0 && plan.vm.firmware != Firmware::SeaBios {
        let window = plan.window(numbers);
        arguments.push_str(&format!(
            "<qemu:arg value='-fw_cfg'/><qemu:arg \
             value='name=opt/ovmf/X-PciMmio64Mb,string={}'/>",
            u64::from(window) << 10
        ));
    }
    let mut text = format!(
        "<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>\n  \
         <name>{name}</name>\n{}\n  <devices>\n{}\n  </devices>\n",
        shuffled(numbers, head).join("\n"),
        shuffled(numbers, devices).join("\n")
    );
    if !arguments.is_empty() {
        text.push_str(&format!(
            "  <qemu:commandline>{arguments}</qemu:commandline>\n"
        ));
    }
    if !overrides.is_empty() {
        text.push_str(&format!("  <qemu:override>{overrides}</qemu:override>\n"));
    }
    text.push_str("</domain>\n");
    more_attributes(numbers, &mut plan, &mut text);
    plan.made(text)
}

/// Hides the ROM of the last of several functions.
pub(crate) fn hide_last(numbers: &mut Random, plan: &mut Plan) {
    let mut is_hidden = false;
    plan.slots(|slots| {
        for slot in slots.iter_mut().filter(|slot| slot.functions().len() > 1) {
            if numbers.below(3) == 0 {
                let last = slot.functions().last().unwrap().address;
                slot.hidden_roms.push(last);
                is_hidden = true;
            }
        }
    });
    if is_hidden {
        plan.say(Feature::RomBar);
    }
}

/// Attributes beyond those that are taken, where the element is there.
fn more_attributes(numbers: &mut Random, plan: &mut Plan, text: &mut String) {
    for (element, attribute) in [
        ("type", "zzz='1'"),
        ("topology", "books='1'"),
        ("maxphysaddr", "zzz='1'"),
        ("hidden", "zzz='1'"),
        ("locked", "zzz='1'"),
        ("source", "startupPolicy='optional'"),
        ("rom", "zzz='1'"),
        ("acpi", "zzz='1'"),
        ("spinlocks", "zzz='1'"),
        ("page", "nodeset='0'"),
        ("cpu mode='host-passthrough'", "zzz='1'"),
    ] {
        let start = format!("<{element}");
        let name = element.split(' ').next().unwrap_or_default();
        let at = text
            .match_indices(&start)
            .map(|(at, _)| at + start.len())
            .find(|at| !text.as_bytes()[*at].is_ascii_lowercase());
        if let (Some(at), 0) = (at, numbers.below(6)) {
            text.insert_str(at, &format!(" {attribute}"));
            plan.extra(format!("<{name} {attribute}>"));
        }
    }
}
