//! Machines as command lines.

use hvconf::assigned::{GuestSlot, RomBar};
use hvconf::description::{AddressBits, EmulatedDisplay, Firmware, GuestSystem, SecureBoot};
use hvconf::emitted::Feature;
use testkit::Random;

use crate::converted::libvirt::hide_last;
use crate::converted::made_up::{MadeUp, Plan, shuffled, some};
use crate::converted::same::is_primary;

fn script(numbers: &mut Random, program: &str, groups: Vec<String>, last: &str) -> String {
    let groups = shuffled(numbers, groups);
    match numbers.below(2) {
        0 => format!(
            "#!/bin/sh\nexec {program} \\\n  {}{last}\n",
            groups.join(" \\\n  ")
        ),
        _ => format!("{program} {}{last}\n", groups.join(" ")),
    }
}

pub(crate) fn qemu(numbers: &mut Random) -> MadeUp {
    let mut plan = Plan::new(numbers, false);
    plan.options(numbers, true, true);
    let name = plan.name(numbers);
    let mut groups = vec![match numbers.below(2) {
        0 => format!("-name {name}"),
        _ => {
            plan.extra("-name debug-threads=on");
            format!("-name guest={name},debug-threads=on")
        }
    }];
    let memory = plan.memory(numbers);
    groups.push(match numbers.below(3) {
        0 => format!("-m {memory}"),
        1 => format!("-m size={memory}M"),
        _ => {
            plan.extra("-m maxmem=1T");
            format!("-m {memory}M,maxmem=1T")
        }
    });
    let mut machine = format!("-machine {},accel=kvm", plan.machine(numbers));
    if numbers.below(2) == 0 {
        groups.push("-enable-kvm".to_owned());
    }
    if numbers.below(3) == 0 {
        machine.push_str(",hpet=on");
        plan.extra("-machine hpet=on");
    }
    if numbers.below(3) == 0 {
        let size = plan.pages(numbers).mebibytes();
        let size = size
            .map(|size| format!(",hugetlbsize={size}M"))
            .unwrap_or_default();
        machine.push_str(",memory-backend=mem");
        groups.push(format!(
            "-object memory-backend-memfd,id=mem,size={memory}M,hugetlb=on{size},prealloc=on"
        ));
    }
    if numbers.below(2) == 0 {
        groups.push(match numbers.below(2) {
            0 => {
                let topology = plan.topology(numbers, true);
                format!(
                    "-smp cpus={},sockets={},cores={},threads={}",
                    topology.processors(),
                    topology.sockets(),
                    topology.cores(),
                    topology.threads()
                )
            }
            _ => format!("-smp {}", plan.processors(numbers)),
        });
    }
    let mut cpu = vec![
        match numbers.below(3) {
            0 => {
                plan.extra("-cpu model=Skylake-Server");
                "Skylake-Server"
            }
            _ => "host",
        }
        .to_owned(),
    ];
    if numbers.below(3) == 0 {
        plan.hide(Some("whatever"));
        cpu.extend(["kvm=off".to_owned(), "hv_vendor_id=whatever".to_owned()]);
    } else if numbers.below(3) == 0 {
        plan.hide(None);
        cpu.push("kvm=off".to_owned());
    }
    if numbers.below(2) == 0 {
        plan.system(GuestSystem::Windows);
        cpu.extend(["hv_relaxed", "hv_spinlocks=0x1fff", "hv-vapic=on"].map(str::to_owned));
    }
    if numbers.below(3) == 0 {
        cpu.push(match plan.bits(numbers) {
            AddressBits::Host => "host-phys-bits=on".to_owned(),
            AddressBits::Of(bits) => format!("host-phys-bits=off,phys-bits={bits}"),
        });
    }
    if numbers.below(3) == 0 {
        cpu.push("+topoext".to_owned());
        plan.extra("-cpu +topoext");
    }
    groups.push(format!("-cpu {}", cpu.join(",")));
    match numbers.below(3) {
        0 => plan.firmware(Firmware::SeaBios),
        1 => {
            plan.firmware(Firmware::Ovmf(SecureBoot::Off));
            groups.push("-bios /usr/share/ovmf/OVMF.fd".to_owned());
        }
        _ => {
            plan.firmware(Firmware::Ovmf(SecureBoot::On));
            machine.push_str(",smm=on");
            groups.push("-drive if=pflash,format=raw,unit=0,readonly=on,file=/c.fd".to_owned());
            groups.push("-drive if=pflash,format=raw,unit=1,file=/v.fd".to_owned());
            plan.extra("-drive if=pflash,format=raw,unit=1");
            groups.push("-global driver=cfi.pflash01,property=secure,value=on".to_owned());
        }
    }
    groups.push(machine);
    if numbers.below(3) == 0 {
        let window = plan.window(numbers);
        groups.push(match plan.vm.firmware {
            Firmware::SeaBios => format!("-global q35-pcihost.pci-hole64-size={window}G"),
            Firmware::Ovmf(_) => format!(
                "-fw_cfg name=opt/ovmf/X-PciMmio64Mb,string={}",
                u64::from(window) << 10
            ),
        });
    }
    if numbers.below(3) == 0 {
        groups.push("-overcommit mem-lock=on".to_owned());
        plan.lock();
    }
    if numbers.below(2) == 0 {
        let (word, kind) = [
            ("-vga none -display none", EmulatedDisplay::None),
            ("-vga std", EmulatedDisplay::Vga),
            ("-device virtio-vga", EmulatedDisplay::Virtio),
            ("-vga qxl", EmulatedDisplay::Qxl),
        ][numbers.below(4)];
        groups.push(word.to_owned());
        plan.display(kind);
    }
    if numbers.below(3) == 0 {
        let size = plan.glass();
        let path = plan.glass_path(numbers);
        let master = if numbers.below(3) == 0 {
            plan.extra("-device ivshmem-plain,master=on");
            ",master=on"
        } else {
            ""
        };
        groups.push(format!(
            "-object memory-backend-file,id=lg,share=on,mem-path={path},size={size}M -device \
             ivshmem-plain,memdev=lg{master}"
        ));
    }
    if numbers.below(3) == 0 {
        groups.push("-rtc base=localtime,clock=host".to_owned());
        plan.local_time();
    }
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
    let mut listed = Vec::new();
    for slot in plan.vm.assigned.slots() {
        if let Some(guest) = slot.guest {
            let bus = guest.bus();
            let speed = if numbers.below(3) == 0 {
                listed.push("-device pcie-root-port,x-speed=16".to_owned());
                ",x-speed=16"
            } else {
                ""
            };
            groups.push(format!(
                "-device pcie-root-port,id=rp{bus},chassis={bus},bus=pcie.0{speed}"
            ));
        }
        for (order, function) in slot.functions().iter().enumerate() {
            let mut device = format!("-device vfio-pci,host={}", function.address);
            match slot.guest {
                // A root port has slot 0 alone.
                Some(guest) if slot.functions().len() == 1 && numbers.below(2) == 0 => {
                    device.push_str(&format!(",bus=rp{}", guest.bus()));
                }
                Some(guest) => {
                    device.push_str(&format!(",bus=rp{},addr=0x0.{order}", guest.bus()));
                }
                None if numbers.below(6) == 0 => {
                    device.push_str(",bus=pcie.0");
                    listed.push(format!("{}: bus=pcie.0", function.address));
                }
                None => {}
            }
            let of_rom = slot.rom_function() == Some(function.address);
            if let (Some(file), true) = (&slot.rom_file, of_rom) {
                device.push_str(&format!(",romfile=/usr/share/vgabios/{file}"));
            }
            let is_hidden = slot.hidden_roms.contains(&function.address);
            if slot.rom_bar == RomBar::Hidden && of_rom || is_hidden {
                device.push_str(",rombar=0");
            }
            if is_primary(slot) && of_rom {
                device.push_str(",x-vga=on");
            }
            if order == 0 && !slot.seen_ids.is_own() {
                device.push_str(",x-pci-vendor-id=0x1002,x-pci-device-id=0x1234");
            }
            groups.push(device);
        }
    }
    for place in listed {
        plan.extra(&place);
    }
    for (group, needle) in some(
        numbers,
        vec![
            ("-drive file=/a.qcow2,if=virtio", "-drive file=/a.qcow2"),
            ("-netdev user,id=n0", "-netdev user"),
            (
                "-device virtio-net-pci,netdev=n0,id=net0",
                "-device virtio-net-pci",
            ),
            ("-numa node,nodeid=0", "-numa node"),
            ("-nographic", "-nographic"),
        ],
    ) {
        groups.push(group.to_owned());
        plan.extra(needle);
    }
    let last = if numbers.below(3) == 0 {
        plan.extra("only a shell can evaluate it");
        " \"$@\""
    } else {
        ""
    };
    let program = match numbers.below(3) {
        0 => {
            plan.pin("8-11,15");
            "taskset -c 8-11,15 qemu-system-x86_64"
        }
        _ => "qemu-system-x86_64",
    };
    let text = script(numbers, program, groups, last);
    plan.made(text)
}

pub(crate) fn bhyve(numbers: &mut Random) -> MadeUp {
    let mut plan = Plan::new(numbers, false);
    plan.slots(|slots| {
        for slot in slots {
            if numbers.below(4) == 0 {
                slot.rom_file = Some("vbios.rom".parse().unwrap());
            }
        }
    });
    plan.say(Feature::RomFile);
    plan.lock();
    let mut groups = vec![["-S", "-AHPS"][numbers.below(2)].to_owned()];
    groups.push(format!("-m {}M", plan.memory(numbers)));
    groups.push(if numbers.below(2) == 0 {
        let topology = plan.topology(numbers, true);
        format!(
            "-c cpus={},sockets={},cores={},threads={}",
            topology.processors(),
            topology.sockets(),
            topology.cores(),
            topology.threads()
        )
    } else {
        format!("-c {}", plan.processors(numbers))
    });
    if numbers.below(3) == 0 {
        let count = plan.vm.processors.unwrap().get();
        groups.extend((0..count).map(|one| format!("-p {one}:{}", one + 4)));
        plan.pin_each((0..count).map(|one| (one + 4).to_string()));
    }
    if numbers.below(2) == 0 {
        groups.push("-l bootrom,/usr/local/share/uefi-firmware/BHYVE_UEFI.fd".to_owned());
        plan.firmware(Firmware::Ovmf(SecureBoot::Off));
    }
    plan.slots(|slots| {
        for (at, slot) in slots.iter_mut().enumerate() {
            slot.guest = GuestSlot::new(0, 6 + at as u8);
        }
    });
    plan.say(Feature::GuestSlot);
    for slot in plan.vm.assigned.slots() {
        for (order, function) in slot.functions().iter().enumerate() {
            let at = function.address;
            let rom = slot
                .rom_file
                .as_ref()
                .filter(|_| slot.rom_function() == Some(at));
            let rom = rom.map(|file| format!(",rom={file}")).unwrap_or_default();
            groups.push(format!(
                "-s {}:{order},passthru,{}/{}/{}{rom}",
                slot.guest.unwrap().device(),
                at.bus(),
                at.device(),
                at.function()
            ));
        }
    }
    for (group, needle) in some(
        numbers,
        vec![
            ("-s 0:0,hostbridge", ""),
            ("-s 31,lpc -l com1,stdio", "-l com1,stdio"),
            ("-s 3:0,virtio-blk,/a.img", "-s 3:0,virtio-blk"),
            ("-U 0f0e0d0c", "-U 0f0e0d0c"),
        ],
    ) {
        groups.push(group.to_owned());
        if !needle.is_empty() {
            plan.extra(needle);
        }
    }
    match numbers.below(2) {
        0 => groups.push("-u".to_owned()),
        _ => plan.local_time(),
    }
    let name = plan.name(numbers);
    let text = script(numbers, "bhyve", groups, &format!(" {name}"));
    plan.made(text)
}

pub(crate) fn cloud_hypervisor(numbers: &mut Random) -> MadeUp {
    let mut plan = Plan::new(numbers, false);
    let memory = plan.memory(numbers);
    let mut value = format!("size={memory}M");
    if numbers.below(2) == 0 {
        value.push_str(match plan.pages(numbers).mebibytes() {
            None => ",hugepages=on",
            Some(2) => ",hugepages=on,hugepage_size=2M",
            Some(_) => ",hugepages=on,hugepage_size=1024M",
        });
    }
    if numbers.below(3) == 0 {
        value.push_str(",shared=on,mergeable=off");
        plan.extra("--memory shared=on");
    }
    let mut groups = vec![format!("--memory {value}")];
    groups.push(if numbers.below(2) == 0 {
        let topology = plan.topology(numbers, true);
        format!(
            "--cpus boot={},topology={}:{}:1:{}",
            topology.processors(),
            topology.threads(),
            topology.cores(),
            topology.sockets()
        )
    } else {
        let count = plan.processors(numbers);
        plan.extra("--cpus max=");
        format!("--cpus boot={count},max={}", count + 1)
    });
    let devices = plan.vm.assigned.functions();
    let devices = devices.map(|one| format!("path=/sys/bus/pci/devices/{}/", one.address));
    let mut devices: Vec<String> = devices.collect();
    if numbers.below(3) == 0 {
        devices.last_mut().unwrap().push_str(",iommu=on");
        plan.extra("iommu=on");
    }
    groups.push(format!("--device {}", devices.join(" ")));
    for (group, needle) in some(
        numbers,
        vec![
            ("--kernel /vmlinux", "--kernel /vmlinux"),
            ("--disk path=/a.raw path=/b.raw", "--disk path=/a.raw"),
            ("--net tap=,mac=", "--net tap="),
            ("--serial=tty", "--serial tty"),
        ],
    ) {
        groups.push(group.to_owned());
        plan.extra(needle);
        if needle.starts_with("--disk") {
            plan.extra("--disk path=/b.raw");
        }
    }
    let text = script(numbers, "cloud-hypervisor", groups, "");
    plan.made(text)
}

pub(crate) fn crosvm(numbers: &mut Random) -> MadeUp {
    let mut plan = Plan::new(numbers, false);
    let mut groups = vec![format!("--mem {}", plan.memory(numbers))];
    let count = plan.processors(numbers);
    groups.push(match numbers.below(2) {
        0 => format!("--cpus {count}"),
        _ => {
            plan.extra("--cpus clusters=");
            format!("--cpus num-cores={count},clusters=[[0]]")
        }
    });
    if numbers.below(2) == 0 {
        plan.slots(|slots| {
            for (at, slot) in slots.iter_mut().enumerate() {
                slot.guest = GuestSlot::new(0, 6 + at as u8);
            }
        });
        plan.say(Feature::GuestSlot);
    }
    for slot in plan.vm.assigned.slots() {
        for function in slot.functions() {
            let place = slot.guest.map(|guest| {
                format!(
                    ",guest-address=00:{:02x}.{}",
                    guest.device(),
                    function.address.function()
                )
            });
            groups.push(format!(
                "--vfio /sys/bus/pci/devices/{}{}",
                function.address,
                place.unwrap_or_default()
            ));
        }
    }
    for (group, needle) in some(
        numbers,
        vec![
            ("--block path=/a.img", "--block"),
            ("--hugepages", "--hugepages"),
            ("--net tap-name=t", "--net"),
        ],
    ) {
        groups.push(group.to_owned());
        plan.extra(needle);
    }
    let text = script(numbers, "crosvm run", groups, "");
    plan.made(text)
}
