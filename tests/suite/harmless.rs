//! Random hosts and guests, with marks in all unrelated settings: a plan removes none of
//! them, and a plan that would is refused before anything is written.

use std::collections::BTreeSet;

use host_tree::{MemoryTree, SettingChange};
use passthru::plan::{self, Plan, Request, VmOptions};
use passthru::{Host, Target};
use testkit::Random;
use testkit::random::rounds;

/// A card that goes to a guest, and others that do not.
const LSPCI: &str = "\
02:00.0 VGA compatible controller [0300]: NVIDIA Corporation GK107 [GeForce GTX 650] [10de:0fc6] (rev a1)
\tKernel driver in use: nouveau
02:00.1 Audio device [0403]: NVIDIA Corporation GK107 HDMI Audio Controller [10de:0e1b] (rev a1)
\tKernel driver in use: snd_hda_intel
03:00.0 Ethernet controller [0200]: Intel Corporation I210 [8086:1533] (rev 03)
\tKernel driver in use: igb
";

struct Maker {
    random: Random,
    marks: u32,
}

impl std::ops::Deref for Maker {
    type Target = Random;

    fn deref(&self) -> &Random {
        &self.random
    }
}

impl std::ops::DerefMut for Maker {
    fn deref_mut(&mut self) -> &mut Random {
        &mut self.random
    }
}

impl Maker {
    fn new(seed: u64) -> Self {
        Self {
            random: Random::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
            marks: 0,
        }
    }

    fn mark(&mut self) -> String {
        self.marks += 1;
        format!("mark{}x", self.marks)
    }

    fn remark(&mut self, sign: &str) -> String {
        match self.below(4) {
            0 => format!("{sign} {}\n", self.mark()),
            _ => String::new(),
        }
    }

    fn id(&mut self) -> String {
        self.marks += 1;
        format!("beef:{:04x}", self.marks)
    }

    /// A line of kernel options, with what findings are about among the others.
    fn line(&mut self) -> String {
        let mut words = Vec::new();
        for _ in 0..self.below(6) {
            words.push(match self.below(12) {
                0 => "amd_iommu=on".to_owned(),
                1 | 2 => format!("vfio-pci.ids={},{}", self.id(), self.id()),
                3 => "vfio_iommu_type1.allow_unsafe_interrupts=1".to_owned(),
                4 => "pcie_acs_override=downstream".to_owned(),
                5 => "iommu=off".to_owned(),
                6 => format!("root=/dev/{}", self.mark()),
                7 => format!("rd.luks.uuid={}", self.mark()),
                _ => format!("{}={}", self.mark(), self.mark()),
            });
        }
        words.join(self.pick(&[" ", " ", "  "]))
    }

    /// Files of the host.
    fn host(&mut self) -> MemoryTree {
        let mut tree = MemoryTree::complete();
        tree.insert_text("lspci -nnk", LSPCI);
        tree.insert_text(
            "dmesg",
            "[    0.1] DMAR: IOMMU enabled\n[    0.5] pci 0000:02:00.0: Adding to iommu group 17\n\
             [    0.5] pci 0000:02:00.1: Adding to iommu group 17\n",
        );
        tree.insert_file("/proc/sys/kernel/osrelease", "6.8.12-9-pve\n");
        tree.insert_file(
            "/proc/cmdline",
            "BOOT_IMAGE=/vmlinuz-6.8.12-9-pve root=/dev/sda1\n",
        );
        tree.insert_file("/boot/grub/grub.cfg", "set timeout=5\n");
        tree.insert_file("/usr/sbin/update-grub", "");
        let grub = format!(
            "{}GRUB_CMDLINE_LINUX_DEFAULT=\"{}\" # {}\nGRUB_TIMEOUT={}\n{}GRUB_CMDLINE_LINUX=\"{}\"\n",
            self.remark("#"),
            self.line(),
            self.mark(),
            self.mark(),
            self.remark("#"),
            self.line(),
        );
        tree.insert_file("/etc/default/grub", grub);
        let mut modprobe = String::new();
        for _ in 0..self.below(6) {
            modprobe.push_str(&self.remark("#"));
            let (one, other) = (self.mark(), self.mark());
            modprobe.push_str(&match self.below(8) {
                0 => format!(
                    "options vfio-pci ids={},{} {one}={other}\n",
                    self.id(),
                    self.id()
                ),
                1 => format!("options vfio_pci ids={} disable_vga=1\n", self.id()),
                2 => "options vfio_iommu_type1 allow_unsafe_interrupts=1\n".to_owned(),
                3 => "blacklist nvidia*\n".to_owned(),
                4 => format!("softdep nouveau pre: {one}\n"),
                5 => format!("blacklist {one}\n"),
                6 => format!("options kvm ignore_msrs=1 {one}={other}\n"),
                _ => format!("options {one} {other}=1\n"),
            });
        }
        tree.insert_file("/etc/modprobe.d/vfio.conf", modprobe);
        let mut modules = String::new();
        for _ in 0..self.below(5) {
            modules.push_str(&self.remark("#"));
            let name = match self.below(3) {
                0 => self.pick(&["vfio_virqfd", "vfio"]).to_owned(),
                _ => self.mark(),
            };
            modules.push_str(&format!("{name}\n"));
        }
        tree.insert_file("/etc/modules", modules);
        tree.insert_file(
            "/etc/initramfs-tools/modules",
            format!("# {}\n", self.mark()),
        );
        tree
    }

    fn vm_options(&mut self, target: Target) -> VmOptions {
        let mut vm_options = VmOptions::default();
        let all: &[&str] = match target {
            Target::Proxmox | Target::Libvirt => &[
                "hide",
                "huge-pages=1G",
                "looking-glass=1920x1080",
                "rom=card.rom",
                "primary",
                "mmio-window=64G",
            ],
            _ => &["hide", "mmio-window=64G"],
        };
        for option in all {
            if self.one_in(3) {
                vm_options.set(option).unwrap();
            }
        }
        vm_options
    }
}

fn proxmox(maker: &mut Maker) -> String {
    let mut text = maker.remark("#");
    let mut lines = vec![format!("scsi0: local-lvm:vm-105-{},size=32G", maker.mark())];
    let net = maker.mark();
    lines.push(format!("net0: virtio=BC:24:11:00:00:01,bridge={net}"));
    lines.push(format!("name: {}", maker.mark()));
    if maker.one_in(2) {
        lines.push(format!(
            "machine: {}",
            maker.pick(&["q35", "pc-i440fx-9.0", "pc-q35-8.1"])
        ));
    }
    if maker.one_in(2) {
        lines.push(format!("bios: {}", maker.pick(&["ovmf", "seabios"])));
    }
    if maker.one_in(2) {
        let rest = maker.pick(&["", ",hidden=0", ",flags=+pcid", ",hv-vendor-id=other"]);
        lines.push(format!(
            "cpu: {}{rest}",
            maker.pick(&["host", "x86-64-v2-AES"])
        ));
    }
    if maker.one_in(2) {
        lines.push(format!("balloon: {}", maker.pick(&["0", "2048"])));
    }
    lines.push(format!("memory: {}", maker.pick(&["4096", "8192"])));
    for number in 0..maker.below(4) {
        let value = match maker.below(6) {
            0 => "0000:02:00,pcie=1".to_owned(),
            1 => "02:00.0".to_owned(),
            2 => format!("0000:4{number}:00.0,mdev=nvidia-{}", maker.mark()),
            3 => format!("host=4{number}:00,romfile={}.rom", maker.mark()),
            4 => format!("4{number}:00.0;4{number}:00.1,x-vga=1"),
            _ => format!("mapping={},pcie=1", maker.mark()),
        };
        lines.push(format!("hostpci{number}: {value}"));
    }
    if maker.one_in(3) {
        let word = maker.mark();
        let rest = maker.pick(&[
            "",
            " -cpu host,kvm=off",
            " -fw_cfg name=opt/ovmf/X-PciMmio64Mb,string=1024",
        ]);
        lines.push(format!("args: -device {word}{rest}"));
    }
    for line in lines {
        text.push_str(&format!("{line}\n"));
    }
    if maker.one_in(3) {
        let parent = maker.mark();
        text.push_str(&format!(
            "\n[before]\nmemory: 2048\nhostpci0: 02:00.0\nparent: {parent}\n"
        ));
    }
    text
}

fn libvirt(maker: &mut Maker) -> String {
    let features = maker.pick(&[
        "",
        "<kvm><hidden state='off'/></kvm>",
        "<hyperv mode='custom'><relaxed state='on'/></hyperv>",
    ]);
    let backing = maker.pick(&["", "  <memoryBacking><nosharepages/></memoryBacking>\n"]);
    let mut devices = String::new();
    for number in 0..maker.below(4) {
        let mark = maker.mark();
        devices.push_str(&match maker.below(4) {
            0 => format!("    <!-- {mark} -->\n"),
            1 => format!(
                "    <hostdev mode='subsystem' type='pci' managed='yes'>\n      <source>\n        \
                 <address domain='0x0000' bus='0x4{number}' slot='0x00' function='0x0'/>\n      \
                 </source>\n      <alias name='ua-{mark}'/>\n    </hostdev>\n"
            ),
            2 => format!(
                "    <interface type='bridge'><source bridge='{mark}'/><model type='virtio'/></interface>\n"
            ),
            _ => "    <hostdev mode='subsystem' type='pci' managed='yes'>\n      <source>\n        \
                  <address domain='0x0000' bus='0x02' slot='0x00' function='0x0'/>\n      </source>\n    \
                  </hostdev>\n"
                .to_owned(),
        });
    }
    format!(
        "<domain type='kvm'>\n  <name>win11</name>\n  <title>{}</title>\n  \
         <memory unit='KiB'>4194304</memory>\n{backing}  <vcpu>2</vcpu>\n  <os>\n    \
         <type arch='x86_64' machine='pc-q35-7.2'>hvm</type>\n    <loader readonly='yes' \
         type='pflash'>/{}</loader>\n  </os>\n  <features>\n    <acpi/>\n    {features}\n  \
         </features>\n  <devices>\n    <emulator>/usr/bin/{}</emulator>\n    \
         <controller type='pci' index='0' model='pcie-root'/>\n{devices}    \
         <graphics type='vnc' port='-1' passwd='{}'/>\n  </devices>\n</domain>\n",
        maker.mark(),
        maker.mark(),
        maker.mark(),
        maker.mark(),
    )
}

fn vmx(maker: &mut Maker) -> String {
    let mut text = format!(
        ".encoding = \"UTF-8\"\ndisplayName = \"win11\"\nmemSize = \"{}\"\n",
        4096
    );
    for number in 0..maker.below(8) {
        text.push_str(&maker.remark("#"));
        let mark = maker.mark();
        text.push_str(&match maker.below(6) {
            0 => "sched.mem.min = \"1024\"\n".to_owned(),
            1 => "pciPassthru.64bitMMIOSizeGB = \"16\"\n".to_owned(),
            2 => format!("firmware = \"{}\"\n", maker.pick(&["efi", "bios"])),
            3 => format!(
                "pciPassthru{number}.present = \"TRUE\"\npciPassthru{number}.id = \"00000:065:00.{number}\"\n\
                 pciPassthru{number}.systemId = \"{mark}\"\n"
            ),
            4 => format!("ethernet{number}.networkName = \"{mark}\"\n"),
            _ => format!("{mark} = \"{mark}\"\n"),
        });
    }
    text
}

fn xl(maker: &mut Maker) -> String {
    let mut text = format!(
        "name = \"win11\"\ntype = \"hvm\"\nkernel = \"{}\"\n",
        maker.mark()
    );
    for number in 0..maker.below(4) {
        text.push_str(&maker.remark("#"));
        let mark = maker.mark();
        text.push_str(&match maker.below(3) {
            0 => format!("vif = [ 'bridge={mark}' ]\n"),
            1 => format!("disk = [ 'phy:/dev/{mark},xvda,w' ] # {mark}\n"),
            _ => format!("{mark} = {number}\n"),
        });
    }
    if maker.one_in(2) {
        text.push_str(maker.pick(&[
            "pci = [ '41:00.0,permissive=1' ]\n",
            "pci = [ '41:00.0', # one\n  '42:00.0' ]\n",
            "pci = [ \"02:00.0\" ]\n",
        ]));
    }
    text
}

fn nova(maker: &mut Maker) -> String {
    let mut text = format!("[DEFAULT]\nmy_ip = {}\n{}", maker.mark(), maker.remark("#"));
    if maker.one_in(2) {
        text.push_str("[pci]\n");
        for _ in 0..maker.below(3) {
            text.push_str(&maker.remark("#"));
            text.push_str(&match maker.below(3) {
                0 => format!(
                    "device_spec = {{\"address\": \"0000:41:00.0\", \"x\": \"{}\"}}\n",
                    maker.mark()
                ),
                1 => format!(
                    "alias = {{\"name\": \"{}\",\n  \"product_id\": \"0001\"}}\n",
                    maker.mark()
                ),
                _ => format!("{} = {}\n", maker.mark(), maker.mark()),
            });
        }
    }
    text + &format!("[libvirt]\nvirt_type = {}\n", maker.mark())
}

fn loader_conf(maker: &mut Maker) -> String {
    let mut text = String::new();
    for _ in 0..maker.below(5) {
        text.push_str(&maker.remark("#"));
        text.push_str(&match maker.below(4) {
            0 => "vmm_load=\"NO\"\n".to_owned(),
            1 => "pptdevs=\"65/0/0 66/0/0\" # other cards\n".to_owned(),
            _ => format!("{}=\"{}\"\n", maker.mark(), maker.mark()),
        });
    }
    text
}

fn vfio_pci_cfg(maker: &mut Maker) -> String {
    let mut text = maker.remark("#");
    let mut words = Vec::new();
    for bus in 1..4 {
        match maker.below(3) {
            0 => words.push(format!("0000:0{bus}:00.0|{}", maker.id())),
            1 => words.push(format!("0000:4{bus}:00.0|{}", maker.id())),
            _ => {}
        }
    }
    text.push_str(&format!("BIND={}\n", words.join(" ")));
    text
}

type Make = fn(&mut Maker) -> String;

const GUESTS: [(Target, &str, &str, Make); 7] = [
    (
        Target::Proxmox,
        "105",
        "/etc/pve/qemu-server/105.conf",
        proxmox,
    ),
    (
        Target::Libvirt,
        "win11",
        "/etc/libvirt/qemu/win11.xml",
        libvirt,
    ),
    (
        Target::Esxi,
        "win11",
        "/vmfs/volumes/a/win11/win11.vmx",
        vmx,
    ),
    (Target::Xen, "win11", "/etc/xen/win11.cfg", xl),
    (Target::Nova, "gpu", "/etc/nova/nova.conf", nova),
    (Target::Bhyve, "win11", "/boot/loader.conf", loader_conf),
    (
        Target::Unraid,
        "win11",
        "/boot/config/vfio-pci.cfg",
        vfio_pci_cfg,
    ),
];

/// The marks of a text, in order.
fn marks(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .filter(|word| word.starts_with("mark") && word.ends_with('x'))
        .collect()
}

fn ids(text: &str) -> BTreeSet<&str> {
    let all = text.match_indices("beef:");
    all.filter_map(|(at, _)| text.get(at..at + 9)).collect()
}

/// Asserts that each edit of the plan leaves the marks as they are, and that no id is
/// lost, by the texts alone.
fn is_harmless(plan: &Plan, target: Target) {
    let all: Vec<&str> = plan.edits.iter().map(|edit| edit.after.as_str()).collect();
    let left: BTreeSet<&str> = all.iter().flat_map(|text| ids(text)).collect();
    for edit in &plan.edits {
        let Some(before) = edit.base.as_ref().or(edit.before.as_ref()) else {
            continue;
        };
        let (path, after) = (&edit.path, &edit.after);
        let shown = format!("{target}: {path}\n--- before\n{before}\n--- after\n{after}");
        assert_eq!(marks(after), marks(before), "{shown}");
        // What was at the card's own address, with other ids.
        let named: Vec<&SettingChange> =
            edit.changes.iter().filter(|change| !change.moved).collect();
        for id in ids(before) {
            let is_named = named.iter().any(|change| change.before.contains(id));
            assert!(left.contains(id) || is_named, "{id}: {shown}");
        }
    }
}

#[test]
fn no_plan_removes_unrelated_settings() {
    let rounds = rounds(250) as u64;
    for (target, vm, path, make) in GUESTS {
        let (mut done, mut files, mut refused) = (0, 0, Vec::new());
        for seed in 1..=rounds {
            let mut maker = Maker::new(seed);
            let mut tree = maker.host();
            let text = make(&mut maker);
            tree.insert_file(path, text.clone());
            let request = Request {
                devices: vec!["02:00.0".parse().unwrap()],
                target: Some(target),
                vm: Some(vm.to_owned()),
                vm_options: maker.vm_options(target),
                ..Request::default()
            };
            match plan::make(&tree, &Host::read(&tree), &request) {
                Ok(plan) => {
                    is_harmless(&plan, target);
                    assert!(plan::check(&plan).is_ok());
                    let read = Plan::from_json(serde_json::to_string(&plan).unwrap().as_bytes());
                    assert_eq!(read.unwrap(), plan);
                    done += 1;
                    files += plan
                        .edits
                        .iter()
                        .filter(|edit| edit.before.is_some())
                        .count();
                }
                Err(error) if !error.unnamed().is_empty() => {
                    panic!("{target}: seed {seed}:\n{error}\n--- guest\n{text}");
                }
                Err(error) => refused.push(error.to_string()),
            }
        }
        let of_reason = refused.first().cloned().unwrap_or_default();
        eprintln!(
            "{target}: {done} plans of {rounds} hosts, {files} files edited, 0 unintended changes; {} refused: {of_reason}",
            refused.len()
        );
        assert!(done * 2 > rounds, "{target}: {done}: {of_reason}");
    }
}

/// What `kubectl get kubevirt,virtualmachine -A -o yaml` prints.
fn objects(devices: &str) -> String {
    format!(
        "apiVersion: v1\nitems:\n- apiVersion: kubevirt.io/v1\n  kind: KubeVirt\n  metadata:\n    \
         name: kubevirt\n    namespace: kubevirt\n  spec:\n    configuration:\n      \
         permittedHostDevices:\n        pciHostDevices:\n        - pciVendorSelector: 8086:1533\n          \
         resourceName: intel.com/nic\n- apiVersion: kubevirt.io/v1\n  kind: VirtualMachine\n  \
         metadata:\n    name: win11\n    namespace: guests\n  spec:\n    template:\n      spec:\n        \
         domain:\n          devices:\n{devices}          memory:\n            guest: 8Gi\n        \
         volumes:\n        - cloudInitNoCloud:\n            userData: |\n              #cloud-config\n          \
         name: x\nkind: List\n"
    )
}

/// A merge patch that would drop settings of the VM is refused: it is compared with its
/// object.
#[test]
fn a_merge_patch_keeps_what_the_object_has() {
    let listed = "            disks:\n            - disk: {bus: virtio}\n              name: x\n            \
                  hostDevices:\n            - deviceName: intel.com/nic\n              name: lan\n            \
                  gpus:\n            - deviceName: example.com/gpu\n              name: other\n";
    for devices in ["            disks: []\n", listed] {
        let mut tree = Maker::new(5).host();
        tree.insert_file("/var/lib/passthru/kubevirt-objects.yaml", objects(devices));
        let request = Request {
            devices: vec!["02:00.0".parse().unwrap()],
            target: Some(Target::KubeVirt),
            vm: Some("win11".to_owned()),
            ..Request::default()
        };
        match plan::make(&tree, &Host::read(&tree), &request) {
            Ok(plan) => {
                let patches = plan.edits.iter().filter(|edit| edit.base.is_some());
                assert!(patches.count() > 0);
            }
            Err(error) => {
                let all = error.to_string();
                assert!(!error.unnamed().is_empty(), "{all}");
                assert!(all.contains("hostDevices[].name=lan"), "{all}");
                assert!(all.contains("gpus[].name=other"), "{all}");
                assert!(
                    !all.contains("8086:1533") && !all.contains("disks"),
                    "{all}"
                );
            }
        }
    }
}
