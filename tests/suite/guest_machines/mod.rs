//! Plans for a guest's machine beyond its functions: what is hidden, huge pages, Looking
//! Glass, a ROM file, the first screen; and what guides get wrong in machines' files.

mod firmware;
mod mapping;
mod options;
mod window;

use host_tree::MemoryTree;
use passthru::host::Host;
use passthru::plan::{self, Plan, Request, VmOptions};
use passthru::{Target, doctor};

const LSPCI: &str = "\
02:00.0 VGA compatible controller [0300]: NVIDIA Corporation GK107 [GeForce GTX 650] [10de:0fc6] (rev a1)
\tKernel driver in use: vfio-pci
02:00.1 Audio device [0403]: NVIDIA Corporation GK107 HDMI Audio Controller [10de:0e1b] (rev a1)
\tKernel driver in use: vfio-pci
";

fn tree(path: &str, text: &str) -> MemoryTree {
    tree_with("lspci -nnk", LSPCI, path, text)
}

/// A host with the output of `command` and the file at `path`.
fn tree_with(command: &str, output: &str, path: &str, text: &str) -> MemoryTree {
    let mut tree = MemoryTree::partial();
    tree.insert_text(command, output);
    tree.insert_file("/etc/initramfs-tools/modules", "");
    tree.insert_file(
        "/etc/default/grub",
        "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n",
    );
    tree.insert_file(path, text);
    tree
}

fn planned(tree: &MemoryTree, target: Target, vm: &str, vm_options: VmOptions) -> Plan {
    let request = Request {
        devices: vec!["02:00.0".parse().unwrap()],
        target: Some(target),
        vm: Some(vm.to_owned()),
        vm_options,
        ..Request::default()
    };
    plan::make(tree, &Host::read(tree), &request).unwrap()
}

fn after<'a>(plan: &'a Plan, path: &str) -> &'a str {
    let edit = plan.edits.iter().find(|edit| edit.path == path);
    &edit.unwrap_or_else(|| panic!("no edit of {path}")).after
}

fn all() -> VmOptions {
    let mut vm_options = VmOptions::default();
    vm_options.hiding.kvm = hvconf::description::KvmSignature::Hidden;
    vm_options.hiding.hyperv_vendor_id = "passthru".parse().ok();
    vm_options.pages =
        hvconf::description::Pages::Huge(hvconf::description::HugePageSize::Gibibyte1);
    vm_options.looking_glass = Some(plan::LookingGlass {
        size: hvconf::description::LookingGlassSize::from_mebibytes(64).unwrap(),
        user: "me".parse().unwrap(),
    });
    vm_options.rom_file = "card.rom".parse().ok();
    vm_options.screen = plan::Screen::OnTheCard;
    vm_options
}

const CONFIG: &str = "/etc/pve/qemu-server/105.conf";

/// What the doctor says of a tree, by code.
fn reported(tree: &MemoryTree) -> Vec<String> {
    let host = Host::read(tree);
    let question = doctor::Question {
        devices: vec!["02:00.0".parse().unwrap()],
        target: None,
    };
    let report = doctor::examine(&host, &question);
    let titles = report.findings.iter();
    titles
        .map(|found| format!("{}: {}", found.code, found.title))
        .collect()
}

fn option(words: &[&str]) -> VmOptions {
    let mut vm_options = VmOptions::default();
    for word in words {
        vm_options.set(word).unwrap();
    }
    vm_options
}

const UEFI: &str = "<domain type='kvm'>\n  <name>a</name>\n  <os firmware='efi'>\n    <type \
                    machine='q35'>hvm</type>\n  </os>\n  <devices>\n  </devices>\n</domain>\n";

#[test]
fn a_second_cpu_of_a_guide_is_moved_to_the_key() {
    let config = "bios: ovmf\ncpu: host,hidden=1,flags=+pcid\nargs: -cpu \
                  'host,+kvm_pv_unhalt,+kvm_pv_eoi,hv_vendor_id=NV43FIX,kvm=off'\nmachine: \
                  q35\nhostpci0: 0000:02:00.0,pcie=1\n";
    let wrong = tree(CONFIG, config);
    let found = reported(&wrong);
    assert!(found.iter().any(|one| one.contains("-cpu")), "{found:?}");
    let plan = planned(&wrong, Target::Proxmox, "105", VmOptions::default());
    let new = after(&plan, CONFIG);
    assert_eq!(
        new,
        "bios: ovmf\ncpu: host,hidden=1,flags=+pcid,hv-vendor-id=NV43FIX\nmachine: q35\n\
         hostpci0: 0000:02:00,pcie=1\n"
    );
    let found = reported(&tree(CONFIG, new));
    assert!(
        !found.iter().any(|one| one.starts_with("proxmox-vm-config")),
        "{found:?}"
    );
}
