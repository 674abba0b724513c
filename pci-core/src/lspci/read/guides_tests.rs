//! Texts that people published, as they published them.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::*;
use crate::{Address, PciId};

const PROXMOX: &str = "root@pve:~# lspci -nn | grep NVIDIA
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2d04] (rev a1) # 01:00.0
01:00.1 Audio device [0403]: NVIDIA Corporation Device [10de:22eb] (rev a1)
root@pve:~# \nroot@pve:~# \nroot@pve:~# lspci -nnk -s 01:00.0   # 01:00.0
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2d04] (rev a1)
        Subsystem: CardExpert Technology Device [10b0:205e]
        Kernel driver in use: vfio-pci    # vfio-pci
        Kernel modules: nvidiafb, nouveau
```

";

const TWINS_BY_GREP: &str = "root@ubuntu:~# lspci -nn | grep NVIDIA
02:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP102 [GeForce GTX 1080 Ti] [10de:1b06] (rev a1)
02:00.1 Audio device [0403]: NVIDIA Corporation GP102 HDMI Audio Controller [10de:10ef] (rev a1)
```

# 02:00.0指的就是上面grep查看出来的设备信息的开头编号
root@ubuntu:~# lspci -vv -s 02:00.0 | grep driver
\tKernel driver in use: nouveau nouveau            （系统为显卡绑定的默认驱动）
root@ubuntu:~# lspci -vv -s 02:00.1 | grep driver
\tKernel driver in use: snd_hda_intel             (显卡上附带的集成声卡的默认驱动)
root@ubuntu:~# echo \"0000:02:00.0\" > /sys/bus/pci/devices/0000\\:02\\:00.0/driver/unbind
root@ubuntu:~# lspci -nnv | grep -E \"(^\\S|Kernel driver in use)\" | grep \"02:00\" -A 1
02:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP102 [GeForce GTX 1080 Ti] [10de:1b06] (rev a1) (prog-if 00 [VGA controller])
\tKernel driver in use: vfio-pci
02:00.1 Audio device [0403]: NVIDIA Corporation GP102 HDMI Audio Controller [10de:10ef] (rev a1)
\tKernel driver in use: vfio-pci
";

const LOST_BREAKS: &str = "$ lspci -nnv | grep -i nvidia

我的电脑上输出如下:

01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2203] (rev a1) (prog-if 00 [VGA controller])Kernel driver in use: nvidiaKernel modules: nvidiafb, nouveau, nvidia_drm, nvidia01:00.1 Audio device [0403]: NVIDIA Corporation GA102 High Definition Audio Controller [10de:1aef] (rev a1)05:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2203] (rev a1) (prog-if 00 [VGA controller])Kernel modules: nvidiafb, nouveau, nvidia_drm, nvidia05:00.1 Audio device [0403]: NVIDIA Corporation GA102 High Definition Audio Controller [10de:1aef] (rev a1)

可以看到输出分成两部分,编号加设备描述。01:00.001:00.1是编号通过冒号 “:” 又分成了三部分
";

const LOST_BREAKS_INTACT: &str = "$ lspci -nnv | grep -i nvidia
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2203] (rev a1) (prog-if 00 [VGA controller])
\tKernel driver in use: nvidia
\tKernel modules: nvidiafb, nouveau, nvidia_drm, nvidia
01:00.1 Audio device [0403]: NVIDIA Corporation GA102 High Definition Audio Controller [10de:1aef] (rev a1)
05:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2203] (rev a1) (prog-if 00 [VGA controller])
\tKernel modules: nvidiafb, nouveau, nvidia_drm, nvidia
05:00.1 Audio device [0403]: NVIDIA Corporation GA102 High Definition Audio Controller [10de:1aef] (rev a1)
";

const AFTER_BINDING: &str = "$ lspci -nnv | grep -E \"(^\\S|Kernel driver in use)\" | grep 01:00 -A 1

01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2203] (rev a1) (prog-if 00 [VGA controller])Kernel driver in use: nvidia01:00.1 Audio device [0403]: NVIDIA Corporation GA102 High Definition Audio Controller [10de:1aef] (rev a1)Kernel driver in use: snd_hda_intel
4.2 脚本屏蔽法
";

/// Address, id, class, driver and modules.
type Facts = (
    Option<Address>,
    Option<PciId>,
    String,
    Option<String>,
    Option<Vec<String>>,
);

/// What must survive any damage.
fn facts(text: &str) -> Vec<Facts> {
    let records = parse(text).records.into_iter();
    records
        .map(|record| {
            (
                record.address,
                record.id,
                alloc::format!("{:?}", record.class),
                record.driver.map(|driver| driver.value),
                record.modules.map(|modules| modules.value),
            )
        })
        .collect()
}

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

#[test]
fn proxmox_with_comments_and_prompts() {
    let listing = parse(PROXMOX);
    assert_eq!(listing.records.len(), 3);
    let commands: Vec<_> = listing
        .commands
        .iter()
        .map(|c| (c.line, c.text.as_str()))
        .collect();
    assert_eq!(
        commands,
        [
            (1, "lspci -nn | grep NVIDIA"),
            (6, "lspci -nnk -s 01:00.0   # 01:00.0")
        ]
    );
    let bound = &listing.records[2];
    assert_eq!(bound.id, Some(PciId::new(0x10de, 0x2d04)));
    assert_eq!(bound.class.unwrap().to_string(), "0300");
    assert_eq!(bound.revision, Some(0xa1));
    assert_eq!(bound.name.as_deref(), Some("NVIDIA Corporation Device"));
    assert_eq!(
        bound.subsystem.as_ref().unwrap().value.to_string(),
        "10b0:205e"
    );
    assert_eq!(
        bound.subsystem_name.as_deref(),
        Some("CardExpert Technology Device")
    );
    let driver = bound.driver.as_ref().unwrap();
    assert_eq!((driver.value.as_str(), driver.line), ("vfio-pci", 9));
    assert_eq!(driver.text, "Kernel driver in use: vfio-pci    # vfio-pci");
    assert_eq!(
        bound.modules.as_ref().unwrap().value,
        ["nvidiafb", "nouveau"]
    );
    assert_eq!(bound.fields, Fields::Whole);
    assert_eq!(listing.of(address("01:00.0")).count(), 2);
    assert!(listing.records[0].fields == Fields::Presumed);
    assert_eq!(listing.damage, []);
}

#[test]
fn a_filtered_line_belongs_to_the_function_that_the_command_selected() {
    let listing = parse(TWINS_BY_GREP);
    let seen: Vec<_> = listing
        .records
        .iter()
        .map(|r| {
            (
                r.address.unwrap().to_string(),
                r.driver.as_ref().map(|d| d.value.as_str()),
            )
        })
        .collect();
    let seen: Vec<_> = seen.iter().map(|(a, d)| (a.as_str(), *d)).collect();
    assert_eq!(
        seen,
        [
            ("0000:02:00.0", None),
            ("0000:02:00.1", None),
            ("0000:02:00.0", Some("nouveau")),
            ("0000:02:00.1", Some("snd_hda_intel")),
            ("0000:02:00.0", Some("vfio-pci")),
            ("0000:02:00.1", Some("vfio-pci")),
        ]
    );
    assert_eq!(
        listing.records[2].head.text,
        "lspci -vv -s 02:00.0 | grep driver"
    );
    assert_eq!(listing.records[4].class.unwrap().to_string(), "030000");
    // -v prints no programming interface for the audio function: it is 00.
    assert_eq!(listing.records[5].class.unwrap().to_string(), "040300");
    assert!(
        listing.records[2..]
            .iter()
            .all(|one| one.fields == Fields::Presumed)
    );
    assert_eq!(listing.damage, []);
}

#[test]
fn lost_line_breaks_lose_nothing_else() {
    let intact = facts(LOST_BREAKS_INTACT);
    assert_eq!(intact.len(), 4);
    assert_eq!(intact[2].3, None);
    assert_eq!(intact[2].4.as_ref().map(Vec::len), Some(4));
    assert_eq!(facts(LOST_BREAKS), intact);
    let listing = parse(LOST_BREAKS);
    assert_eq!(
        listing.damage,
        [Damage {
            kind: DamageKind::LostLineBreaks,
            line: 5
        }]
    );
    let driver = listing.records[0].driver.as_ref().unwrap();
    assert_eq!(
        (driver.line, driver.text.as_str()),
        (5, "Kernel driver in use: nvidia")
    );
    let shown = LOST_BREAKS.get(driver.span.clone());
    assert_eq!(shown, Some(driver.text.as_str()));

    let bound = facts(AFTER_BINDING);
    let drivers: Vec<_> = bound.iter().map(|f| f.3.as_deref()).collect();
    assert_eq!(drivers, [Some("nvidia"), Some("snd_hda_intel")]);
}

#[test]
fn addresses_in_prose_logs_and_settings_are_not_records() {
    for text in [
        "[    0.392770] pci 0000:00:00.2: AMD-Vi: IOMMU performance counters supported",
        "[0.536462] pci 0000:01:00.0: Adding to iommu group 17$ sudo dmesg | grep iommu | grep \
         05:00.0[0.536491] pci 0000:05:00.0: Adding to iommu group 20",
        "hostpci0: 0000:02:00,pcie=1",
        "hostpci0: 0000:02:00.0,pcie=1,x-vga=1",
        "|   0  GeForce GTX 108...  Off  | 00000000:02:00.0 Off |                  N/A |",
        "Unable to determine the device handle for GPU 0000:07:00.0: Unknown Error",
        "│ 0x030000 │ 0x0fc6 │ 0000:02:00.0 │ 29 │ 0x10de │ GK107 [GeForce GTX 650]",
        "echo '/device/0000:01:00.0/owner = \"passthru\"' >> /etc/vmware/esx.conf",
        "编号加设备描述。01:00.001:00.1是编号通过冒号 “:” 又分成了三部分",
        "# 02:00.0指的就是上面grep查看出来的设备信息的开头编号",
        "vfio: error opening 0000:01:00.0 device: Permission denied",
    ] {
        assert_eq!(parse(text).records, [], "{text}");
    }
}
