//! Machines in the files of Xen, vm-bhyve, Cloud Hypervisor and Incus.

use hvconf::assigned::{Coverage, GuestSlot};
use hvconf::description::{EmulatedDisplay, Firmware, GuestSystem, HugePageSize, SecureBoot};
use hvconf::emitted::Feature;
use testkit::Random;

use crate::converted::made_up::{MadeUp, Plan, shuffled, some};

pub(crate) fn xen(numbers: &mut Random) -> MadeUp {
    let mut plan = Plan::new(numbers, true);
    let mut lines = vec!["type = \"hvm\"".to_owned()];
    lines.push(format!("name = '{}'", plan.name(numbers)));
    let memory = plan.memory(numbers);
    lines.push(format!("memory = {memory}"));
    if numbers.below(2) == 0 {
        lines.push(format!("maxmem = {memory}"));
    }
    lines.push(format!("vcpus={}", plan.processors(numbers)));
    match numbers.below(3) {
        0 => {
            lines.push("cpus = \"0-3,^1\"".to_owned());
            plan.pin("0,2,3");
        }
        1 => {
            let count = plan.vm.processors.unwrap().get();
            let list: Vec<String> = (0..count).map(|one| format!("'{}'", one + 4)).collect();
            lines.push(format!("cpus = [ {} ]", list.join(", ")));
            plan.pin_each((0..count).map(|one| (one + 4).to_string()));
        }
        _ => {}
    }
    if numbers.below(2) == 0 {
        lines.push("viridian = 1".to_owned());
        plan.system(GuestSystem::Windows);
    }
    if numbers.below(2) == 0 {
        lines.push("localtime = 1".to_owned());
        plan.local_time();
    }
    if numbers.below(2) == 0 {
        lines.push("firmware = \"ovmf\"".to_owned());
        plan.firmware(Firmware::Ovmf(SecureBoot::Off));
    } else {
        plan.firmware(Firmware::SeaBios);
    }
    if numbers.below(2) == 0 {
        let (word, kind) = [
            ("none", EmulatedDisplay::None),
            ("stdvga", EmulatedDisplay::Vga),
            ("qxl", EmulatedDisplay::Qxl),
        ][numbers.below(3)];
        lines.push(format!("vga = \"{word}\""));
        plan.display(kind);
    }
    if numbers.below(2) == 0 {
        let mut is_first = false;
        plan.slots(|slots| {
            for (at, slot) in slots.iter_mut().enumerate() {
                if slot.coverage == Coverage::WholeSlot || slot.functions().len() == 1 {
                    slot.guest = GuestSlot::new(0, 6 + at as u8);
                    is_first = true;
                }
            }
        });
        if is_first {
            plan.say(Feature::GuestSlot);
        }
    }
    let mut items = Vec::new();
    for slot in plan.vm.assigned.slots() {
        let place = slot.guest.map(|guest| format!("@{:x}", guest.device()));
        let place = place.unwrap_or_default();
        if slot.coverage == Coverage::WholeSlot {
            items.push(format!("'{}.*{place}'", slot.slot()));
        } else {
            let functions = slot.functions().iter();
            items.extend(functions.map(|one| format!("'{}{place}'", one.address)));
        }
    }
    if numbers.below(3) == 0 {
        let last = items.pop().unwrap();
        items.push(format!("{},permissive=1'", last.trim_end_matches('\'')));
        plan.extra("permissive=1");
    }
    lines.push(format!("pci = [ {} ]", items.join(", ")));
    for (line, needle) in some(
        numbers,
        vec![
            ("disk = [ '/dev/vg/a,raw,xvda,rw' ]", "disk"),
            ("vif = [ 'bridge=xenbr0' ]", "vif"),
            ("maxvcpus = 32", "maxvcpus"),
            ("gfx_passthru = 1", "gfx_passthru"),
            ("on_crash = 'restart' # so", "on_crash"),
        ],
    ) {
        lines.push(line.to_owned());
        plan.extra(needle);
    }
    let lines = shuffled(numbers, lines);
    plan.made(lines.join("\n") + "\n")
}

pub(crate) fn vm_bhyve(numbers: &mut Random) -> MadeUp {
    let mut plan = Plan::new(numbers, false);
    let mut lines = Vec::new();
    if numbers.below(2) == 0 {
        lines.push("loader=\"uefi\"".to_owned());
        plan.firmware(Firmware::Ovmf(SecureBoot::Off));
    } else {
        lines.push("loader=\"uefi-csm\"".to_owned());
        plan.firmware(Firmware::SeaBios);
    }
    let memory = plan.memory(numbers);
    lines.push(format!("memory={memory}M"));
    if numbers.below(2) == 0 {
        let topology = plan.topology(numbers, true);
        lines.push(format!("cpu={}", topology.processors()));
        lines.push(format!("cpu_sockets=\"{}\"", topology.sockets()));
        lines.push(format!("cpu_cores={}", topology.cores()));
        lines.push(format!("cpu_threads={}", topology.threads()));
    } else {
        lines.push(format!("cpu=\"{}\"", plan.processors(numbers)));
    }
    if numbers.below(2) == 0 {
        lines.push("wired_memory=\"yes\"".to_owned());
        plan.lock();
    }
    if numbers.below(2) == 0 {
        plan.slots(|slots| {
            for (at, slot) in slots.iter_mut().enumerate() {
                slot.guest = GuestSlot::new(0, 7 + at as u8);
            }
        });
        plan.say(Feature::GuestSlot);
    }
    if numbers.below(2) == 0 {
        lines.push("graphics=\"yes\"".to_owned());
        plan.display(EmulatedDisplay::Vga);
    }
    let mut number = 0;
    for slot in plan.vm.assigned.slots() {
        for (order, function) in slot.functions().iter().enumerate() {
            let at = function.address;
            let place = slot
                .guest
                .map(|guest| format!("={}:{order}", guest.device()));
            let device = format!("{}/{}/{}", at.bus(), at.device(), at.function());
            lines.push(format!(
                "passthru{number}=\"{device}{}\"",
                place.unwrap_or_default()
            ));
            number += 1;
        }
    }
    for (line, needle) in some(
        numbers,
        vec![
            ("network0_type=\"virtio-net\"", "network0_type"),
            ("disk0_name=\"disk0.img\"", "disk0_name"),
            ("uuid=\"0f0e0d0c\" # so", "uuid"),
            ("utctime=\"yes\"", ""),
            ("bhyve_options=\"-w\"", "-w"),
        ],
    ) {
        lines.push(line.to_owned());
        if !needle.is_empty() {
            plan.extra(needle);
        }
    }
    if !lines.iter().any(|line| line.starts_with("utctime")) && numbers.below(2) == 0 {
        lines.push("utctime=no".to_owned());
        plan.local_time();
    }
    let lines = shuffled(numbers, lines);
    plan.made("# a guest\n".to_owned() + &lines.join("\n") + "\n")
}

pub(crate) fn vm_create(numbers: &mut Random) -> MadeUp {
    let mut plan = Plan::new(numbers, false);
    let mut parts = Vec::new();
    let memory = u64::from(plan.memory(numbers)) << 20;
    let pages = if numbers.below(2) == 0 {
        match plan.pages(numbers).mebibytes() {
            None => ", \"hugepages\": true".to_owned(),
            Some(size) => {
                format!(
                    ", \"hugepages\": true, \"hugepage_size\": {}",
                    u64::from(size) << 20
                )
            }
        }
    } else {
        ", \"hugepages\": false, \"hugepage_size\": null".to_owned()
    };
    let shared = if numbers.below(3) == 0 {
        plan.extra("memory.shared");
        ", \"shared\": true"
    } else {
        ""
    };
    parts.push(format!("\"memory\": {{\"size\": {memory}{pages}{shared}}}"));
    if numbers.below(2) == 0 {
        let topology = plan.topology(numbers, true);
        let count = topology.processors();
        parts.push(format!(
            "\"cpus\": {{\"boot_vcpus\": {count}, \"max_vcpus\": {count}, \"topology\": \
             {{\"threads_per_core\": {}, \"cores_per_die\": {}, \"dies_per_package\": 1, \
             \"packages\": {}}}}}",
            topology.threads(),
            topology.cores(),
            topology.sockets()
        ));
    } else {
        let count = plan.processors(numbers);
        parts.push(format!(
            "\"cpus\": {{\"boot_vcpus\": {count}, \"max_vcpus\": {}}}",
            count + 1
        ));
        plan.extra("cpus.max_vcpus");
    }
    let mut devices = Vec::new();
    for function in plan.vm.assigned.functions() {
        devices.push(format!(
            "{{\"path\": \"/sys/bus/pci/devices/{}/\"}}",
            function.address
        ));
    }
    if numbers.below(3) == 0 {
        let last = devices.pop().unwrap();
        devices.push(last.replace('}', ", \"iommu\": true, \"id\": null}"));
        plan.extra("iommu of");
    }
    parts.push(format!("\"devices\": [{}]", devices.join(", ")));
    for (part, needle) in some(
        numbers,
        vec![
            ("\"disks\": [{\"path\": \"/a.raw\"}]", "disks"),
            ("\"payload\": {\"kernel\": \"/a\"}", "payload"),
            ("\"net\": null", ""),
            ("\"iommu\": false", ""),
            ("\"numa\": [{\"guest_numa_id\": 0}]", "numa"),
        ],
    ) {
        parts.push(part.to_owned());
        if !needle.is_empty() {
            plan.extra(needle);
        }
    }
    let parts = shuffled(numbers, parts);
    let text = format!("{{\n  {}\n}}\n", parts.join(",\n  "));
    let text = if numbers.below(2) == 0 {
        format!("{{\"config\": {text}, \"state\": \"Running\"}}\n")
    } else {
        text
    };
    plan.made(text)
}

pub(crate) fn incus(numbers: &mut Random) -> MadeUp {
    let mut plan = Plan::new(numbers, true);
    // Only the display function assigns the whole card.
    plan.slots(|slots| {
        for slot in slots {
            let display = slot.functions()[0].is_display();
            if slot.coverage == Coverage::WholeSlot && !display {
                slot.coverage = Coverage::ListedFunctions;
            }
        }
    });
    let mut config = Vec::new();
    let (firmware, keys) = [
        (
            Firmware::SeaBios,
            vec!["security.csm: \"true\"", "security.secureboot: \"false\""],
        ),
        (
            Firmware::Ovmf(SecureBoot::Off),
            vec!["security.secureboot: \"false\""],
        ),
        (Firmware::Ovmf(SecureBoot::On), vec![]),
    ][numbers.below(3)]
    .clone();
    plan.firmware(firmware);
    config.extend(keys.into_iter().map(str::to_owned));
    config.push(format!("limits.memory: {}MiB", plan.memory(numbers)));
    if numbers.below(3) == 0 {
        config.push("limits.cpu: \"1,3,5-6\"".to_owned());
        plan.vm.processors = core::num::NonZeroU16::new(4);
        plan.say(Feature::Processors);
        plan.pin_each(["1", "3", "5", "6"].map(str::to_owned).into_iter());
    } else {
        config.push(format!("limits.cpu: \"{}\"", plan.processors(numbers)));
    }
    if numbers.below(2) == 0 {
        config.push("limits.memory.hugepages: \"true\"".to_owned());
        plan.vm.memory.pages = hvconf::description::Pages::Huge(HugePageSize::HostDefault);
        plan.say(Feature::HugePages);
    }
    config.push("volatile.uuid: 0f0e0d0c".to_owned());
    for (line, needle) in some(
        numbers,
        vec![
            ("boot.autostart: \"true\"", "boot.autostart"),
            ("limits.cpu.priority: \"5\"", "limits.cpu.priority"),
        ],
    ) {
        config.push(line.to_owned());
        plan.extra(needle);
    }
    let mut devices = Vec::new();
    for slot in plan.vm.assigned.slots() {
        if slot.coverage == Coverage::WholeSlot {
            let at = slot.functions()[0].address;
            devices.push(format!(
                "  card{}:\n    type: gpu\n    pci: \"{at}\"\n",
                at.bus()
            ));
            continue;
        }
        for function in slot.functions() {
            let at = function.address;
            let name = at.to_string().replace([':', '.'], "-");
            devices.push(format!(
                "  p{name}:\n    type: pci\n    address: \"{at}\"\n"
            ));
        }
    }
    for (device, needle) in some(
        numbers,
        vec![
            (
                "  root:\n    type: disk\n    path: /\n    pool: default\n",
                "disk root",
            ),
            (
                "  eth0:\n    type: nic\n    network: incusbr0\n",
                "nic eth0",
            ),
        ],
    ) {
        devices.push(device.to_owned());
        plan.extra(needle);
    }
    let name = numbers.pick(&["win11", "Win-2"]);
    plan.vm.name = name.parse().unwrap();
    plan.say(Feature::Name);
    let mut text = format!("name: {name}\nconfig:\n");
    for line in shuffled(numbers, config) {
        text.push_str(&format!("  {line}\n"));
    }
    text.push_str("devices:\n");
    text.push_str(&shuffled(numbers, devices).concat());
    if numbers.below(2) == 0 {
        text.push_str("profiles:\n- default\nstateful: false\ndescription: \"\"\n");
        plan.extra("profiles");
    }
    plan.made(text)
}
