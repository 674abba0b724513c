//! Machines of ESXi.

use hvconf::description::{EmulatedDisplay, Firmware, GuestSystem, HugePageSize, SecureBoot};
use hvconf::emitted::Feature;
use testkit::Random;

use crate::converted::made_up::{MadeUp, Plan, shuffled, some};

pub(crate) fn esxi(numbers: &mut Random) -> MadeUp {
    let mut plan = Plan::new(numbers, false);
    let mut lines = vec![(".encoding".to_owned(), "UTF-8".to_owned())];
    let mut say = |key: &str, value: String| lines.push((key.to_owned(), value));
    say("config.version", "8".to_owned());
    say("virtualHW.version", "17".to_owned());
    say("displayName", plan.name(numbers));
    let size = plan.memory(numbers);
    say("memSize", size.to_string());
    if numbers.below(2) == 0 {
        let topology = plan.topology(numbers, false);
        say("numvcpus", topology.processors().to_string());
        say("cpuid.coresPerSocket", topology.cores().to_string());
    } else {
        say("numvcpus", plan.processors(numbers).to_string());
    }
    match numbers.below(3) {
        0 => plan.firmware(Firmware::SeaBios),
        1 => {
            say("firmware", "efi".to_owned());
            plan.firmware(Firmware::Ovmf(SecureBoot::Off));
        }
        _ => {
            say("firmware", "efi".to_owned());
            say("uefi.secureBoot.enabled", "TRUE".to_owned());
            plan.firmware(Firmware::Ovmf(SecureBoot::On));
        }
    }
    if numbers.below(2) == 0 {
        say("sched.mem.pin", "TRUE".to_owned());
        say("sched.mem.min", size.to_string());
        plan.lock();
    }
    if numbers.below(3) == 0 {
        say("sched.mem.lpage.enable1GPage", "TRUE".to_owned());
        plan.vm.memory.pages = hvconf::description::Pages::Huge(HugePageSize::Gibibyte1);
        plan.say(Feature::HugePages);
    }
    if numbers.below(3) == 0 {
        say("hypervisor.cpuid.v0", "FALSE".to_owned());
        plan.hide(None);
    }
    if numbers.below(3) == 0 {
        say("pciPassthru.use64bitMMIO", "TRUE".to_owned());
        say(
            "pciPassthru.64bitMMIOSizeGB",
            plan.window(numbers).to_string(),
        );
    }
    if numbers.below(3) == 0 {
        say("sched.cpu.affinity", "0,1,2,8".to_owned());
        plan.pin("0-2,8");
    }
    let screen = numbers.below(2) == 0;
    say(
        "svga.present",
        if screen { "TRUE" } else { "FALSE" }.to_owned(),
    );
    plan.display(if screen {
        EmulatedDisplay::Vga
    } else {
        EmulatedDisplay::None
    });
    let (guest, system) = [
        ("windows9-64", GuestSystem::Windows),
        ("other4xlinux-64", GuestSystem::Linux),
        ("ubuntu-64", GuestSystem::Linux),
        ("other-64", GuestSystem::Other),
    ][numbers.below(4)];
    say("guestOS", guest.to_owned());
    plan.system(system);
    if guest == "ubuntu-64" {
        plan.extra("guestOS");
    }
    for (index, function) in plan.vm.assigned.functions().enumerate() {
        let at = function.address;
        let id = function.id.unwrap();
        say(&format!("pciPassthru{index}.present"), "TRUE".to_owned());
        let address = format!(
            "{:05}:{:03}:{:02}.{}",
            0,
            at.bus(),
            at.device(),
            at.function()
        );
        say(&format!("pciPassthru{index}.id"), address);
        say(
            &format!("pciPassthru{index}.vendorId"),
            format!("0x{}", id.vendor),
        );
        say(
            &format!("pciPassthru{index}.deviceId"),
            format!("0x{}", id.device),
        );
    }
    let others = some(
        numbers,
        vec![
            (
                vec![("scsi0.present", "TRUE"), ("scsi0.virtualDev", "pvscsi")],
                "scsi0",
            ),
            (
                vec![("scsi0:0.present", "TRUE"), ("scsi0:0.fileName", "a.vmdk")],
                "scsi0:0",
            ),
            (
                vec![("floppy0.present", "FALSE"), ("floppy0.fileName", "a")],
                "",
            ),
            (vec![("numa.nodeAffinity", "0")], "numa.nodeAffinity"),
            (vec![("tools.syncTime", "FALSE")], "tools.syncTime"),
            (
                vec![
                    ("pciBridge0.present", "TRUE"),
                    ("pciBridge0.functions", "8"),
                ],
                "",
            ),
            (vec![("vmci0.present", "TRUE")], ""),
            (vec![("sched.cpu.min", "100")], "sched.cpu.min"),
        ],
    );
    for (keys, needle) in others {
        for (key, value) in keys {
            say(key, value.to_owned());
        }
        if !needle.is_empty() {
            plan.extra(needle);
        }
    }
    let lines = shuffled(numbers, lines);
    let lines: Vec<String> = lines
        .into_iter()
        .map(|(key, value)| format!("{key} = \"{value}\""))
        .collect();
    plan.made(lines.join("\n") + "\n")
}
