//! Configurations of Proxmox VE.

use hvconf::assigned::{Coverage, RomBar};
use hvconf::description::{EmulatedDisplay, Firmware, GuestSystem, HugePageSize, SecureBoot};
use hvconf::emitted::Feature;
use testkit::Random;

use crate::converted::made_up::{MadeUp, Plan, shuffled, some};
use crate::converted::same::{bits, is_primary};

pub(crate) fn proxmox(numbers: &mut Random) -> MadeUp {
    let mut plan = Plan::new(numbers, true);
    plan.options(numbers, true, true);
    let mut lines: Vec<String> = Vec::new();
    let name = plan.name(numbers);
    lines.push(format!("name: {name}"));
    let memory = plan.memory(numbers);
    lines.push(match numbers.below(2) {
        0 => format!("memory: {memory}"),
        _ => format!("memory:  current={memory} "),
    });
    plan.say(Feature::Machine);
    plan.vm.machine = hvconf::description::Machine::I440FX;
    if numbers.below(3) > 0 {
        lines.push(format!("machine: {}", plan.machine(numbers)));
    }
    let is_q35 = plan.vm.machine.chipset == hvconf::description::Chipset::Q35;
    if numbers.below(2) == 0 {
        lines.push("bios: ovmf".to_owned());
        let secure = numbers.below(2) == 0;
        let keys = u8::from(secure);
        lines.push(format!(
            "efidisk0: local:105/x.qcow2,efitype=4m,pre-enrolled-keys={keys}"
        ));
        plan.extra("efidisk0: local:105/x.qcow2");
        plan.firmware(Firmware::Ovmf(if secure {
            SecureBoot::On
        } else {
            SecureBoot::Off
        }));
    } else {
        plan.firmware(Firmware::SeaBios);
    }
    if numbers.below(3) > 0 {
        let topology = plan.topology(numbers, false);
        lines.push(format!("sockets: {}", topology.sockets()));
        lines.push(format!("cores: {}", topology.cores()));
        if numbers.below(2) == 0 {
            lines.push("numa: 1".to_owned());
            plan.numa();
        }
    } else {
        // Proxmox VE's defaults (`qm.conf(5)`).
        plan.vm.processors = core::num::NonZeroU16::new(1);
        plan.say(Feature::Processors);
    }
    let primary = plan.vm.assigned.slots().iter().any(is_primary);
    let mut cpu = vec![match numbers.below(3) {
        0 => {
            plan.extra("cpu: cputype=x86-64-v2-AES");
            "x86-64-v2-AES".to_owned()
        }
        1 => "cputype=host".to_owned(),
        _ => "host".to_owned(),
    }];
    if primary {
        plan.hide(None);
    }
    if numbers.below(3) == 0 {
        plan.hide(Some("NV43FIX"));
        cpu.extend(["hidden=1".to_owned(), "hv-vendor-id=NV43FIX".to_owned()]);
    }
    if numbers.below(3) == 0 {
        let wanted = plan.bits(numbers);
        cpu.push(format!("phys-bits={}", bits(wanted)));
    }
    if numbers.below(3) == 0 {
        cpu.push("flags=+pcid;-ssbd".to_owned());
        plan.extra("cpu: flags=+pcid;-ssbd");
    }
    lines.push(format!("cpu: {}", cpu.join(",")));
    if numbers.below(3) == 0 {
        let size = match plan.pages(numbers) {
            HugePageSize::HostDefault => "any",
            HugePageSize::Mebibytes2 => "2",
            HugePageSize::Gibibyte1 => "1024",
        };
        lines.push(format!("hugepages: {size}"));
        if !lines.iter().any(|line| line == "numa: 1") {
            lines.push("numa: 1".to_owned());
            plan.numa();
        }
    }
    match numbers.below(4) {
        0 => lines.push("ostype: win11".to_owned()),
        1 => {
            lines.push("ostype: win10".to_owned());
            plan.extra("ostype: win10");
        }
        2 => lines.push("ostype: l26".to_owned()),
        _ => {}
    }
    match lines.last().map(String::as_str) {
        Some("ostype: l26") => plan.system(GuestSystem::Linux),
        Some(line) if line.starts_with("ostype") => {
            plan.system(GuestSystem::Windows);
            // Proxmox VE's own for Windows beside an x-vga.
            if primary && plan.vm.hiding.hyperv_vendor_id.is_none() {
                plan.hide(Some("proxmox"));
            }
            match numbers.below(3) {
                0 => lines.push("localtime: 0".to_owned()),
                1 => {
                    lines.push("localtime: 1".to_owned());
                    plan.local_time();
                }
                _ => plan.local_time(),
            }
        }
        _ => {}
    }
    let (vga, kind) = match numbers.below(5) {
        0 => (Some("none"), EmulatedDisplay::None),
        1 => (Some("std"), EmulatedDisplay::Vga),
        2 => (Some("type=virtio,memory=64"), EmulatedDisplay::Virtio),
        3 => (Some("qxl"), EmulatedDisplay::Qxl),
        _ if primary => (None, EmulatedDisplay::None),
        _ => (None, EmulatedDisplay::Vga),
    };
    if let Some(vga) = vga {
        lines.push(format!("vga: {vga}"));
        if vga.contains(',') {
            plan.extra(format!("vga: {vga}"));
        }
    }
    plan.display(kind);
    let mut args = Vec::new();
    if numbers.below(3) == 0 {
        let size = plan.glass();
        let path = plan.glass_path(numbers);
        args.push(format!(
            "-device ivshmem-plain,memdev=lg,bus=pcie.0 -object \
             memory-backend-file,id=lg,share=on,mem-path={path},size={size}M"
        ));
    }
    if numbers.below(3) == 0 {
        let window = plan.window(numbers);
        args.push(match plan.vm.firmware {
            Firmware::Ovmf(_) => {
                format!(
                    "-fw_cfg name=opt/ovmf/X-PciMmio64Mb,string={}",
                    u64::from(window) << 10
                )
            }
            Firmware::SeaBios => format!("-global q35-pcihost.pci-hole64-size={window}G"),
        });
    }
    if numbers.below(4) == 0 {
        args.push("-smbios type=0".to_owned());
        plan.extra("args: -smbios type=0");
    }
    if !args.is_empty() {
        lines.push(format!("args: {}", args.join(" ")));
    }
    for (index, slot) in plan.vm.assigned.slots().to_vec().iter().enumerate() {
        let mut entry = match slot.coverage {
            Coverage::WholeSlot => slot.slot().to_string(),
            Coverage::ListedFunctions => {
                let functions = slot.functions().iter();
                let functions: Vec<String> = functions.map(|one| one.address.to_string()).collect();
                functions.join(";")
            }
        };
        if numbers.below(2) == 0 {
            entry = format!("host={entry}");
        }
        if is_q35 && numbers.below(4) > 0 {
            entry.push_str(",pcie=1");
        } else if is_q35 {
            entry.push_str(",pcie=0");
            plan.extra(format!("hostpci{index}: pcie=0"));
        }
        if is_primary(slot) {
            entry.push_str(",x-vga=1");
        }
        if slot.rom_bar == RomBar::Hidden {
            entry.push_str(",rombar=0");
        }
        if let Some(file) = &slot.rom_file {
            entry.push_str(&format!(",romfile={file}"));
        }
        if !slot.seen_ids.is_own() {
            entry.push_str(",vendor-id=0x1002,device-id=0x1234");
        }
        lines.push(format!("hostpci{index}: {entry}"));
    }
    if numbers.below(3) == 0 {
        lines.push("affinity: 2,4-7".to_owned());
        plan.pin("2,4-7");
    }
    for (line, needle) in some(
        numbers,
        vec![
            ("net0: virtio=BC:24:11:00:00:01,bridge=vmbr0", "net0"),
            ("scsi0: local-lvm:vm-105-disk-0,size=32G", "scsi0"),
            ("boot: order=scsi0", "boot"),
            ("balloon: 1024", "balloon: 1024"),
            ("tpmstate0: local:105/tpm.raw", "tpmstate0"),
            ("vcpus: 1", "vcpus"),
            ("numa0: cpus=0,memory=512", "numa0"),
            ("onboot: 1", "onboot"),
            ("cpulimit: 4", "cpulimit"),
        ],
    ) {
        lines.push(line.to_owned());
        plan.extra(needle);
    }
    let mut text = "# a machine\n".to_owned() + &shuffled(numbers, lines).join("\n") + "\n";
    if numbers.below(4) == 0 {
        text.push_str("\n[before]\nmemory: 512\nsnaptime: 1\n");
        plan.extra("snapshot before");
    }
    plan.made(text)
}
