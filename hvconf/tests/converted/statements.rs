//! Conversions of texts, and what is said of their settings.

use hvconf::convert::{Format, Source, Wanted, convert};
use hvconf::emitted::Emitted;
use hvconf::proxmox::PciCfg;

fn converted(text: &str, target: Format) -> Emitted {
    let source = Source::of(text).unwrap_or_else(|| panic!("no format:\n{text}"));
    let wanted = Wanted {
        memory: hvconf::description::MemorySize::from_mebibytes(2048),
        ..Wanted::default()
    };
    convert(&source, target, &wanted).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn error(text: &str) -> String {
    let source = Source::of(text).unwrap_or_else(|| panic!("no format:\n{text}"));
    let error = convert(&source, Format::Proxmox, &Wanted::default()).unwrap_err();
    error.to_string()
}

/// Everything that is printed.
fn all(emitted: &Emitted) -> String {
    let files = emitted.files.iter().map(ToString::to_string);
    let commands = emitted.commands.iter().map(|one| one.argv.join(" "));
    let steps = emitted.steps.iter().map(|one| one.text.clone());
    let lost = emitted.not_converted.iter().map(ToString::to_string);
    let all: Vec<String> = files.chain(commands).chain(steps).chain(lost).collect();
    all.join("\n")
}

/// Whether conversions have the first texts, and lack the second ones.
fn holds(text: &str, target: Format, has: &[&str], lacks: &[&str]) {
    let all = all(&converted(text, target));
    for part in has {
        assert!(all.contains(part), "{target}: no {part:?} in\n{all}");
    }
    for part in lacks {
        assert!(!all.contains(part), "{target}: {part:?} in\n{all}");
    }
}

const MDEV: &str = "4b20d080-1b54-4048-85b3-a6a62d165c01";

fn qemu(more: &str) -> String {
    format!("qemu-system-x86_64 -m 2G -device vfio-pci,host=0b:00.0 {more}\n")
}

#[test]
fn a_mediated_device_is_named_beside_the_functions() {
    let device = format!("vfio-pci,sysfsdev=/sys/bus/mdev/devices/{MDEV}");
    let what = format!("mediated device {MDEV}: a mediated device is not");
    let text = qemu(&format!("-device {device}"));
    holds(&text, Format::Libvirt, &["bus='0x0b'", &what], &[]);
    let text = format!("qemu-system-x86_64 -m 2G -device {device}\n");
    assert!(error(&text).contains(&what), "{}", error(&text));
    let text = "hostpci0: 00:02.0,mdev=i915-GVTg_V5_4\nhostpci1: 01:00.0\n";
    let what = "hostpci0: 00:02.0,mdev=i915-GVTg_V5_4: a mediated device";
    holds(text, Format::Xen, &[what], &["0000:00:02.0"]);
    let text = "kvm -device vfio-pci,host=$GPU,rombar=0\n";
    let error = error(text);
    holds(
        "qemu -m $1 -device vfio-pci,host=01:00.0\n",
        Format::Xen,
        &["-m size=$1: only a shell can"],
        &[],
    );
    assert!(
        error.contains("line 1: argument 1: \"$GPU\" has a value"),
        "{error}"
    );
}

#[test]
fn devices_of_other_kinds_are_identified() {
    let domain = format!(
        "<domain type='kvm'><name>a</name><memory>1048576</memory><vcpu cpuset='4,6'>2</vcpu><devices>
        <hostdev mode='subsystem' type='mdev'><source><address uuid='{MDEV}'/></source></hostdev>
        <hostdev mode='subsystem' type='usb'><source><vendor id='0x046d'/><product id='0xc52b'/></source></hostdev>
        <hostdev mode='subsystem' type='usb'><source><address bus='3' device='7'/></source></hostdev>
        <hostdev mode='subsystem' type='scsi'><source><adapter name='scsi_host0'/></source></hostdev>
        <hostdev mode='subsystem' type='pci' managed='no'><source><address bus='0xc1' slot='2' function='3'/></source></hostdev>
        <interface type='hostdev'><mac address='52:54:00:6d:90:02'/><source><address type='pci'
        domain='0' bus='0x3b' slot='0x10' function='4'/></source><vlan><tag id='42'/></vlan></interface>
        </devices></domain>"
    );
    let mdev = format!("line 2: <hostdev> mediated device {MDEV}: a mediated device");
    let has = [
        mdev.as_str(),
        "<hostdev> USB 046d:c52b: set it manually on the target",
        "<hostdev> USB bus 3 device 7",
        "<hostdev> SCSI scsi_host0",
        "<hostdev> without managed='yes': the target binds the function",
        "ip link set PF vf N mac 52:54:00:6d:90:02",
        "ip link set PF vf N vlan 42",
        "hostpci1: 0000:3b:10.4",
        "affinity: 4,6",
    ];
    let lacks = [
        "only assigned devices",
        "<interface>",
        "<vcpu>",
        "libvirt as the target",
    ];
    holds(&domain, Format::Proxmox, &has, &lacks);
    let text = "usb0: host=046d:c52b\nhostpci0: 01:00.0\n";
    holds(text, Format::Xen, &["usb0: host=046d:c52b: set it"], &[]);
    let glass = "-device ivshmem-plain,memdev=i -object \
                 memory-backend-file,id=i,share=on,mem-path=/dev/kvmfr0,size=128M";
    let has = ["-object mem-path=/dev/kvmfr0: the target chooses it"];
    holds(&qemu(glass), Format::Libvirt, &has, &[]);
}

#[test]
fn settings_that_a_target_has_are_written() {
    let windows = "bios: ovmf\ncores: 4\nhostpci0: 01:00.0,x-vga=1,romfile=a.rom\nmemory: 2048\n\
                   name: w\nostype: win11\nsockets: 1\n";
    let has = [
        "viridian = \"1\"",
        "localtime = \"1\"",
        "Hyper-V vendor id proxmox",
    ];
    holds(windows, Format::Xen, &has, &["guest with Windows"]);
    let has = [
        "<clock offset='localtime'>",
        "<timer name='hypervclock' present='yes'/>",
        "<vendor_id state='on' value='proxmox'/>",
        "copy the ROM file: /usr/share/kvm/a.rom to /usr/share/vgabios/a.rom",
    ];
    holds(windows, Format::Libvirt, &has, &[]);
    let has = [
        "-rtc base=localtime",
        "mkdir -p /var/lib/passthru",
        "cp -n /usr/share/OVMF/OVMF_VARS_4M.fd /var/lib/passthru/w_VARS.fd",
    ];
    holds(windows, Format::Qemu, &has, &[]);
    let has = [
        "utctime=\"no\"",
        "copy the ROM file: /usr/share/kvm/a.rom to /a.rom",
    ];
    holds(windows, Format::Bhyve, &has, &[]);
    holds(
        windows,
        Format::Proxmox,
        &[],
        &["copy the ROM", "localtime"],
    );
    // 4096 options are too many for a line.
    let many = windows.replace("cores: 4", "cores: 64\naffinity: 0-63");
    holds(
        &many,
        Format::Bhyve,
        &["pinning to the host's processors 0-63"],
        &["-p 0:"],
    );
    let few = windows.replace("cores: 4", "cores: 2\naffinity: 3");
    holds(&few, Format::Bhyve, &["-p 0:3 -p 1:3"], &["pinning to"]);
    // An i440fx with a BIOS has its time in UTC, and no vendor of its own before Vista.
    let old = windows.replace("win11", "wxp\nlocaltime: 0");
    holds(&old, Format::Qemu, &[], &["localtime", "proxmox"]);
    let linux = windows.replace("win11", "l26").replace(",x-vga=1", "");
    holds(
        &linux,
        Format::Bhyve,
        &["graphics=\"yes\""],
        &["Linux", "VGA"],
    );
    holds(&linux, Format::Libvirt, &[], &["Linux", "localtime"]);
    let script = qemu("-cpu host,hv_relaxed -device vfio-pci,host=0b:00.1,rombar=0");
    holds(&script, Format::Proxmox, &["localtime: 0"], &[]);
    holds(
        &script,
        Format::Libvirt,
        &["<rom bar='off'/>", "offset='utc'"],
        &[],
    );
}

#[test]
fn the_old_mode_of_intels_graphics_has_its_place() {
    let text = "hostpci0: 0000:00:02.0,legacy-igd=1\nmachine: pc\nmemory: 2048\nvga: none\n";
    let has = ["bus='0x00' slot='0x02' function='0x0'/>\n    </hostdev>"];
    holds(text, Format::Libvirt, &has, &["legacy"]);
    let without = text.replace("vga: none\n", "");
    holds(
        &without,
        Format::Qemu,
        &["legacy mode needs vga: none"],
        &[],
    );
}

#[test]
fn a_target_has_the_steps_of_its_host() {
    let text = "bios: ovmf\nhostpci0: 0000:12:00.0;12:00.1\nhostpci1: 0a:1f.3\nmemory: 4096\n";
    let has = [
        "/boot/loader.conf",
        "vmm_load=\"YES\" pptdevs=\"18/0/0 18/0/1 10/31/3\"",
    ];
    holds(text, Format::Bhyve, &has, &[]);
    let mut functions = ["12:00.0", "12:00.1", "0a:1f.3"]
        .map(|text| hvconf::assigned::AssignedFunction::at(text.parse().unwrap()));
    for function in &mut functions {
        function.id = "8086:1521".parse().ok();
        function.class = Some(pci_core::ClassCode::from_u24(0x02_0000));
    }
    let convert_to = |functions: &[hvconf::assigned::AssignedFunction], target: Format| {
        let mut source = Source::of(text).unwrap();
        source.functions = functions;
        all(&convert(&source, target, &Wanted::default()).unwrap())
    };
    let vmx = convert_to(&functions, Format::Esxi);
    assert!(!vmx.contains("64bitMMIOSizeGB"), "{vmx}");
    functions[0].class = Some(pci_core::ClassCode::from_u24(0x03_0200));
    let vmx = convert_to(&functions, Format::Esxi);
    assert!(
        vmx.contains("add pciPassthru.use64bitMMIO = \"TRUE\""),
        "{vmx}"
    );
    let script = convert_to(&functions, Format::HyperV);
    for part in [
        "New-VM -Name 'vm-100' -Generation 2 -MemoryStartupBytes 4096MB;",
        "Set-VMProcessor -VMName 'vm-100' -Count 1",
        "-EnableSecureBoot Off",
    ] {
        assert!(script.contains(part), "{script}");
    }
    assert!(!script.contains("4096 MiB: Hyper-V"), "{script}");
    let text = "hostpci0: 0000:01:00\n";
    let has = ["the input does not list them: convert again with the output of lspci -nn"];
    holds(text, Format::Libvirt, &has, &[]);
}

#[test]
fn bhyve_names_functions_in_three_ways() {
    for device in ["18/0/1", "pci0:18:0:1", "pci18:0:1"] {
        let text = format!("bhyve -m 2G -s 6,passthru,{device} -s 7,passthru,ppt0 a\n");
        let has = [
            "0000:12:00.1",
            "-s 7,passthru,ppt0: pciconf -l shows the address",
        ];
        holds(&text, Format::Proxmox, &has, &[]);
    }
    let error = error("bhyve -m 2G -s 6,passthru,pci0:18:0 -s 5,passthru,x a\n");
    assert!(error.starts_with("argument 5: \"x\""), "{error}");
}

#[test]
fn a_machine_without_addresses_names_its_devices() {
    let error = error(
        "pciPassthru0.present = \"TRUE\"\npciPassthru0.allowedDevices = \"0x10de:0x1cb3\"\n\
         pciPassthru1.present = \"TRUE\"\npciPassthru1.vgpu = \"grid_p40-2q\"\n\
         pciPassthru2.present = \"TRUE\"\npciPassthru2.pfId = \"00000:065:00.0\"\n",
    );
    for part in [
        "line 1: pciPassthru0.allowedDevices 0x10de:0x1cb3: ESXi chooses the function",
        "line 3: pciPassthru1.vgpu grid_p40-2q: a mediated device",
        "line 5: pciPassthru2.pfId 00000:065:00.0: ESXi chooses",
    ] {
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn a_mapping_is_that_of_the_node() {
    let file = PciCfg::parse(
        "gpu\n\tmap id=10de:1e87,node=pve1,path=0000:01:00\n\tmap id=10de:2204,node=pve2,path=0000:41:00\n\n\
         vf\n\tmap id=8086:1889,node=pve1,path=0000:03:02.0\n\tmap id=8086:1889,node=pve1,path=0000:03:02.1\n",
    );
    let text = "hostpci0: mapping=gpu\n";
    let function = hvconf::assigned::AssignedFunction::at("41:00.0".parse().unwrap());
    let on = |text: &str, node: Option<&str>, functions: &[_]| {
        let mut source = Source::of(text).unwrap();
        (source.mappings, source.node, source.functions) = (Some(&file), node, functions);
        let converted = convert(&source, Format::Xen, &Wanted::default());
        converted.map(|emitted| all(&emitted))
    };
    assert!(
        on(text, Some("pve2"), &[])
            .unwrap()
            .contains("0000:41:00.*")
    );
    assert!(
        on(text, Some("pve1"), &[])
            .unwrap()
            .contains("0000:01:00.*")
    );
    // A host that is no node, and the functions of one.
    assert!(
        on(text, Some("desk"), &[function])
            .unwrap()
            .contains("0000:41:00.*")
    );
    let error = on(text, Some("desk"), &[]).unwrap_err().to_string();
    let answers = "line 1: hostpci0: mapping gpu is 0000:01:00 on pve1, 0000:41:00 on pve2";
    assert!(error.starts_with(answers), "{error}");
    let one = on("hostpci0: mapping=vf\n", Some("pve1"), &[]).unwrap();
    let chosen =
        "a free one of 0000:03:02.0, 0000:03:02.1 at each start; it is converted as 0000:03:02.0";
    assert!(one.contains(chosen), "{one}");
    let both = on(
        "hostpci0: mapping=vf\nhostpci1: mapping=vf\n",
        Some("pve1"),
        &[],
    )
    .unwrap();
    assert!(
        both.contains("03:02.1") && !both.contains("a free one"),
        "{both}"
    );
}
