//! Single facts of the host that sentences of a post state.

mod circumstances;
mod edited_file;
mod host_use;
mod no_iommu;
mod nvidia_driver;

use host_tree::{CommandText, Evidence, numbered_lines};

use self::circumstances::{asks, is_given, is_given_wide, says_passed, shows_nvidia_smi, vf_limit};
use self::circumstances::{hotplugs_memory, pair_fails, ubuntu_host};
use self::edited_file::edited_file;
use self::no_iommu::{denies_iommu, unexpanded_groups};
use self::nvidia_driver::{nvidia_branch, queried_card};
use super::sentences::{Clause, LONGEST_TEXT, Posts, Sentence};
use super::{complaint, device_kind};
use crate::host::fact::Fact;
use crate::host::identity::xl_info::without_iommu_off;
use crate::host::words::phrases::moods::{
    CASE, CONDITION, EXPECTED, FORMER, PAST, QUESTION, READER, REQUIRED,
};
use crate::host::words::phrases::statements::{
    ACS_OVERRIDE, ADDED, AMD_GRAPHICS, ARM, BOUND_BY_HOOK, CARDS, CHANGED_PARTS, DEVICE_BACK,
    DISPLAY_STOPPED, ENABLED, FEATURE_REQUEST, FIRMWARE, FOR_HOST, GUEST_END, HARDWARE_CHANGED,
    HOST_SCREEN, INSIDE, KNOWLEDGE, LATEST_DRIVER, NO_VTD_OPTION, NVIDIA_CARDS, OBSERVED,
    OF_ASSIGNMENT, OF_HOST, ONLY, OTHER_LOADERS, POWER_CYCLE, PROCESSOR_GRAPHICS, SAME,
    THUNDERBOLT, TO_KERNEL, WITHOUT_VTD,
};
use crate::host::words::phrases::statements::{
    IOMMU_REFUSED, KEPLER, NO_TRAFFIC, NOT_WITH_DEVICE, NOT_YET, PV_GUEST, SHOWS_NO_IOMMU,
    TOOL_QUESTIONS, TOOLS,
};

/// Facts that sentences state, each by the first such sentence.
#[derive(Clone, Debug, Default)]
pub(crate) struct Statements {
    /// The IOMMU is enabled in the firmware setup.
    pub(crate) firmware_enabled: Option<Evidence>,
    /// The IOMMU, by any of its names.
    pub(crate) names_iommu: Option<Evidence>,
    /// A graphics card, or the processor's graphics.
    pub(crate) names_graphics: Option<Evidence>,
    /// The branch of the guest's NVIDIA driver: 384 of `Driver Version 384.94`.
    pub(crate) nvidia_branch: Option<Fact<u32>>,
    /// A GeForce card of the generation Kepler.
    pub(crate) kepler: Option<Evidence>,
    /// NVIDIA's driver is the latest.
    pub(crate) latest_nvidia_driver: Option<Evidence>,
    /// The board is a Raspberry Pi.
    pub(crate) raspberry_pi: Option<Evidence>,
    /// The graphics are those of an Intel processor.
    pub(crate) intel_graphics: Option<Evidence>,
    /// The text is about virtual functions of a GPU.
    pub(crate) graphics_vfs: Option<Evidence>,
    /// Output is of a container or a pod.
    pub(crate) in_container: Option<Evidence>,
    /// Whether a pasted text, and no output of a command alone, has sentences.
    pub(crate) is_post: bool,
    /// Host drivers of devices whose device files a container has.
    pub(crate) container_drivers: Vec<&'static str>,
    /// The host has no active IOMMU.
    pub(crate) without_iommu: Option<Evidence>,
    /// The line of a list of groups whose only group is the script's pattern.
    pub(crate) unexpanded_groups: Option<Evidence>,
    /// A sentence about an assignment that was made.
    pub(crate) has_passed: Option<Evidence>,
    /// A sentence about the inside of a guest, which a failure there needs.
    pub(crate) inside_guest: Option<Evidence>,
    /// An observation that only a guest with its device makes.
    pub(crate) observed: Option<Evidence>,
    /// A model of a processor without VT-d.
    pub(crate) processor_without_vtd: Option<Fact<&'static str>>,
    /// Whether a question about an assignment names that processor, or the firmware setup has no
    /// option for VT-d.
    pub(crate) asks_about_processor: bool,
    /// The host driver shares the device with guests: GVT-g, another mediated device, a partition.
    pub(crate) shared_by_driver: Option<Evidence>,
    /// The text is about GVT-g.
    pub(crate) gvt_g: Option<Evidence>,
    /// The host's network card is in the IOMMU group of the assigned device.
    pub(crate) network_card_in_group: Option<Evidence>,
    /// The host has one GPU.
    pub(crate) only_gpu: Option<Evidence>,
    /// The processor is one of Arm.
    pub(crate) arm: Option<Evidence>,
    /// An interrupt controller of QEMU's own, or in part its own.
    pub(crate) split_interrupts: Option<Evidence>,
    /// A Coral TPU on a PCIe card or an M.2 module.
    pub(crate) pcie_coral: Option<Evidence>,
    /// A Coral TPU at a USB port.
    pub(crate) usb_coral: Option<Evidence>,
    /// A network card with Mellanox's firmware.
    pub(crate) mellanox: Option<Evidence>,
    /// A device behind a Thunderbolt or USB4 port.
    pub(crate) thunderbolt: Option<Evidence>,
    /// A question for an ACS override.
    pub(crate) asks_about_acs: Option<Evidence>,
    /// A module was loaded or removed by root.
    pub(crate) as_root: Option<Evidence>,
    /// The only boot loader that the text names is GRUB.
    pub(crate) grub: Option<Evidence>,
    /// A boot loader's file of kernel options was edited.
    pub(crate) edited_file: Option<Fact<&'static str>>,
    /// nvidia-smi shows the card.
    pub(crate) nvidia_smi: Option<Evidence>,
    /// Only a power cycle helps.
    pub(crate) power_cycled: Option<Evidence>,
    /// A script or a command stopped the display manager.
    pub(crate) display_stopped: Option<Evidence>,
    /// A hook binds the card, or the listing is that of the host's desktop session.
    pub(crate) bound_by_hook: Option<Evidence>,
    /// The text asks a project for a feature: the errors in it are examples.
    pub(crate) feature_request: Option<Evidence>,
    /// Whether the text confirms that something works, and asks nothing.
    pub(crate) confirms: bool,
    /// A question about a program that makes guests.
    pub(crate) asks_about_tool: Option<Evidence>,
    /// A question for knowledge, and not about a host.
    pub(crate) asks_knowledge: Option<Evidence>,
    /// No guest has a device yet.
    pub(crate) not_yet: Option<Evidence>,
    /// A paravirtual (PV) guest of Xen.
    pub(crate) pv_guest: Option<Evidence>,
    /// The guest's memory is in its hotplug setting.
    pub(crate) memory_hotplug: Option<Evidence>,
    /// Each of two devices works alone, and both together fail.
    pub(crate) pair_fails: Option<Evidence>,
    /// The release of Ubuntu of the host: year and month.
    pub(crate) ubuntu_host: Option<Fact<(u32, u32)>>,
    /// A network without traffic.
    pub(crate) no_traffic: Option<Evidence>,
    /// The host, or its program, shows no IOMMU.
    pub(crate) shows_no_iommu: Option<Evidence>,
    /// The program of the host, or its installer, refuses an IOMMU.
    pub(crate) iommu_refused: Option<Evidence>,
    /// The number of virtual functions that the card supports.
    pub(crate) vf_limit: Option<Evidence>,
    /// Graphics of AMD.
    pub(crate) amd_graphics: Option<Evidence>,
    /// KubeVirt's device plugin for NVIDIA's cards.
    pub(crate) kubevirt_plugin: Option<Evidence>,
    /// A sentence is a question.
    pub(crate) has_question: bool,
    /// A question asks for more than the sentences say that works.
    pub(crate) asks: Option<Evidence>,
    /// DPDK or SPDK, whose programs drive devices themselves, in a text without an assignment.
    pub(crate) user_driver: Option<Evidence>,
    /// A virtual machine.
    pub(crate) guest: Option<Evidence>,
    /// A virtual machine, or an assignment.
    pub(crate) assignment: Option<Evidence>,
    /// A container of Docker or Podman, in a text without a virtual machine.
    pub(crate) docker: Option<Evidence>,
    /// The edition of a client's Windows, as a program of the host prints it.
    pub(crate) client_windows: Option<Evidence>,
    /// Xen's own options, none of which disables the IOMMU.
    pub(crate) xen_without_iommu_off: Option<Evidence>,
    /// A failure on the host after the guest's end.
    pub(crate) after_guest: Option<Evidence>,
    /// A device that the host itself uses, in a text without a word of an assignment.
    pub(crate) host_use: Option<Evidence>,
    /// The host keeps the graphics of the processor.
    pub(crate) keeps_graphics: Option<Evidence>,
    /// A change of the host's hardware or firmware, after which functions may have other addresses.
    pub(crate) hardware_changed: Option<Evidence>,
    /// Each kind of a device that sentences name, except of one that is new in the host.
    pub(crate) device_kinds: Vec<&'static str>,
    /// The kinds of devices that guests with the named systems usually have.
    pub(crate) usual_kinds: Vec<&'static str>,
}

/// The names of the IOMMU in firmware setups.
const IOMMU: [&str; 7] = [
    "vt-d",
    "vtd",
    "iommu",
    "mmu",
    "amd-vi",
    "intel vt-d",
    "virtualization technology for directed i/o",
];

/// The facts of the texts.
pub(in crate::host) fn read(texts: &[CommandText], posts: &Posts<'_>) -> Statements {
    // A host without texts needs no phrase.
    if texts.is_empty() && posts.is_empty() {
        return Statements::default();
    }
    let sentences = || posts.sentences();
    let first = |is: fn(&Sentence) -> bool| {
        let found = sentences().find(|sentence| is(sentence));
        found.map(|sentence| sentence.shown.clone())
    };
    let unexpanded = unexpanded_groups(texts);
    // `Without the card the VM starts` is about another start.
    let is_observed = |sentence: &Sentence| {
        sentence.is_in_passthrough_text
            && sentence.whole.has(&OBSERVED)
            && !sentence.whole.has(&NOT_WITH_DEVICE)
    };
    let is_inside = |sentence: &Sentence| {
        sentence.is_in_passthrough_text && !sentence.is_question && sentence.whole.has(&INSIDE)
    };
    let coral = coral(texts);
    Statements {
        observed: first(is_observed),
        inside_guest: first(is_inside),
        has_passed: first(|sentence| {
            sentence.is_in_passthrough_text
                && !sentence.is_question
                && (says_passed(&sentence.whole)
                    || is_given_wide(&sentence.whole)
                    || sentence.clauses.iter().any(is_given))
                && !sentence.whole.has(&TO_KERNEL)
        }),
        firmware_enabled: first(says_firmware_enabled),
        names_graphics: first(|sentence| device_kind::names_graphics(&sentence.whole)),
        names_iommu: first(|sentence| {
            sentence.whole.has(&IOMMU) || sentence.whole.has(&["iommu*"])
        }),
        nvidia_branch: texts.iter().find_map(nvidia_branch),
        kepler: first(|sentence| sentence.whole.has(&KEPLER)),
        latest_nvidia_driver: first(|sentence| sentence.whole.has(&LATEST_DRIVER))
            .filter(|_| sentences().any(|sentence| sentence.whole.has(&NVIDIA_CARDS))),
        raspberry_pi: first(names_raspberry_pi),
        intel_graphics: first(names_intel_graphics),
        graphics_vfs: first(names_graphics_vfs),
        in_container: first(names_container).or_else(|| {
            let is_alone = !sentences().any(|sentence| sentence.whole.has(&["vm", "vms"]));
            let of_application = || {
                first(|sentence| sentence.whole.has(&APPLICATION_CONTAINER))
                    .filter(|_| !sentences().any(names_guest_or_assignment))
            };
            first(|sentence| sentence.whole.has(&["lxc", "pct", "lxc.cgroup*"]))
                .or_else(of_application)
                .filter(|_| is_alone)
        }),
        is_post: texts.iter().any(|text| !text.is_output) && sentences().next().is_some(),
        container_drivers: sentences().flat_map(container_drivers).collect(),
        without_iommu: first(denies_iommu).or_else(|| unexpanded.clone()),
        unexpanded_groups: unexpanded,
        processor_without_vtd: sentences().find_map(processor_without_vtd),
        asks_about_processor: sentences().any(|sentence| {
            sentence.is_question
                && sentence.whole.is_of_assignment()
                && (processor_without_vtd(sentence).is_some()
                    || sentence
                        .whole
                        .has(&["this", "it", "das", "der", "ça", "esto", "这"]))
                || sentence.whole.has(&NO_VTD_OPTION)
        }),
        shared_by_driver: line_with(texts, &SHARED_BY_DRIVER),
        gvt_g: line_with(texts, &["gvt-g", "gvtg", "enable_gvt=1"]),
        network_card_in_group: first(has_network_card_in_group),
        only_gpu: first(names_only_gpu),
        arm: first(|sentence| sentence.is_in_passthrough_text && sentence.whole.has(&ARM)),
        mellanox: first(|sentence| {
            let cards = ["connectx*", "mellanox*", "bluefield*", "mlx5*"];
            sentence.whole.has(&cards) && !sentence.whole.is_negated()
        }),
        split_interrupts: line_with(texts, &SPLIT_INTERRUPTS),
        pcie_coral: coral.0,
        usb_coral: coral.1,
        thunderbolt: first(|sentence| {
            sentence.whole.has(&THUNDERBOLT) && !sentence.whole.is_negated()
        }),
        asks_about_acs: first(|sentence| sentence.is_question && sentence.whole.has(&ACS_OVERRIDE)),
        as_root: as_root(texts),
        grub: grub(texts),
        edited_file: edited_file(sentences()),
        nvidia_smi: first(shows_nvidia_smi).or_else(|| texts.iter().find_map(queried_card)),
        power_cycled: first(|sentence| {
            !sentence.is_question
                && sentence.clauses.iter().any(|clause| {
                    clause.has(&POWER_CYCLE) && !clause.is_negated() && !clause.has(&READER)
                })
        }),
        display_stopped: line_with(texts, &DISPLAY_STOPPED),
        bound_by_hook: line_with(texts, &BOUND_BY_HOOK),
        feature_request: line_with(texts, &FEATURE_REQUEST),
        vf_limit: vf_limit(texts),
        not_yet: first(|sentence| {
            sentence.is_in_passthrough_text
                && !sentence.is_question
                && !sentence.whole.has(&CONDITION)
                && sentence.whole.has(&NOT_YET)
        }),
        pv_guest: first(|sentence| sentence.whole.has(&PV_GUEST)).filter(|_| {
            sentences().any(|sentence| sentence.whole.has(&["xen*", "xcp-ng", "domu", "pcifront"]))
        }),
        memory_hotplug: first(hotplugs_memory),
        pair_fails: first(pair_fails),
        ubuntu_host: sentences().find_map(ubuntu_host),
        no_traffic: first(|sentence| sentence.whole.has(&NO_TRAFFIC)),
        shows_no_iommu: first(|sentence| {
            let open = [&CONDITION, &CASE, &PAST, &FORMER];
            sentence.whole.has(&SHOWS_NO_IOMMU) && !sentence.whole.has_any(&open)
        }),
        iommu_refused: first(|sentence| sentence.whole.has(&IOMMU_REFUSED)),
        kubevirt_plugin: line_with(texts, &["kubevirt-gpu-device-plugin", "kubevirt-gpu-dp"]),
        has_question: sentences().any(|one| one.is_question),
        confirms: complaint::is_confirmation(texts),
        asks_about_tool: first(|sentence| {
            let start = sentence
                .whole
                .words()
                .first()
                .copied()
                .unwrap_or_default()
                .to_owned();
            let is_question = sentence.is_question || TOOL_QUESTIONS.contains(&start.as_str());
            is_question && sentence.whole.has(&TOOLS)
        }),
        asks_knowledge: first(|sentence| sentence.is_question && sentence.whole.has(&KNOWLEDGE)),
        amd_graphics: first(|sentence| sentence.whole.has(&AMD_GRAPHICS)),
        asks: first(asks),
        // They bind their devices to vfio-pci, too.
        user_driver: line_with(texts, &["dpdk", "spdk"])
            .filter(|_| !sentences().any(names_guest_or_setting)),
        guest: first(|sentence| sentence.whole.names_guest()),
        assignment: first(|sentence| {
            names_guest_or_assignment(sentence) || sentence.whole.is_of_assignment()
        }),
        docker: line_with(texts, &["docker create", "docker run", "podman run"])
            .or_else(|| first(|sentence| sentence.whole.has(&["docker", "dockers", "podman"])))
            .filter(|_| !sentences().any(|sentence| sentence.whole.has(&MACHINES))),
        client_windows: client_windows(texts),
        xen_without_iommu_off: without_iommu_off(texts),
        after_guest: first(fails_after_guest),
        host_use: host_use::read(texts, sentences()),
        keeps_graphics: first(|sentence| {
            let mut clauses = sentence.clauses.iter();
            clauses
                .any(|one| one.has(&PROCESSOR_GRAPHICS) && one.has(&FOR_HOST) && !one.names_guest())
        }),
        hardware_changed: first(|sentence| {
            let whole = &sentence.whole;
            let is_change = whole.has_any(&[&HARDWARE_CHANGED, &ADDED]);
            !sentence.is_question && is_change && whole.has(&CHANGED_PARTS)
        }),
        device_kinds: device_kind::present(posts),
        usual_kinds: device_kind::usual(posts),
    }
}

/// Words for virtual machines, which no container is.
const MACHINES: [&str; 4] = ["vm", "vms", "virtual machine", "virtual machines"];

/// Whether the host has its device again, or is to have it, after the guest's end.
fn fails_after_guest(sentence: &Sentence) -> bool {
    let whole = &sentence.whole;
    whole.has(&DEVICE_BACK) && !whole.has(&["vfio*"])
        || whole.has(&GUEST_END) && whole.has(&HOST_SCREEN)
}

/// Words for a container of an application, which may also run in a guest.
const APPLICATION_CONTAINER: [&str; 8] = [
    "docker container",
    "docker image",
    "docker-compose",
    "docker compose",
    "docker run",
    "podman",
    "gpu.intel.com",
    "gpu.intel.com/i915",
];

/// Words of a device that the host driver shares, in lower case.
const SHARED_BY_DRIVER: [&str; 11] = [
    "/mdev/devices/",
    "type='mdev'",
    "type=\"mdev\"",
    "mdevctl",
    "enable_gvt=1",
    "gvt-g",
    "gvtg",
    "kvmgt",
    "mdev: registered",
    "gpu-pv",
    "add-vmgpupartitionadapter",
];

/// Settings with which KVM leaves the I/O APIC, or all interrupts, to QEMU.
const SPLIT_INTERRUPTS: [&str; 6] = [
    "irqchip=split",
    "irqchip=off",
    "kernel_irqchip = \"split",
    "kernel-irqchip = \"split",
    "ioapic driver='qemu'",
    "ioapic driver=\"qemu\"",
];

/// A Coral TPU's line, on PCIe or at USB: Frigate's configuration and log, and IDs, prove it; a text with
/// both, or with neither, names one by its words.
fn coral(texts: &[CommandText]) -> (Option<Evidence>, Option<Evidence>) {
    const PCIE: [&str; 5] = [
        "tpu as pci",
        "device: pci",
        "device: \"pci",
        "1ac1:089a",
        "/dev/apex_",
    ];
    const USB: [&str; 5] = [
        "tpu as usb",
        "device: usb",
        "device: \"usb",
        "1a6e:089a",
        "18d1:9302",
    ];
    const PCIE_WORDS: [&str; 5] = ["m.2", "mini pcie", "mpcie", "pcie coral", "coral pcie"];
    const USB_WORDS: [&str; 5] = [
        "usb coral",
        "coral usb",
        "usb accelerator",
        "usb edge tpu",
        "usb tpu",
    ];
    if line_with(texts, &["coral", "edgetpu", "edge tpu"]).is_none() {
        return (None, None);
    }
    let either = |pcie: &[&str], usb: &[&str]| {
        let found = (line_with(texts, pcie), line_with(texts, usb));
        (found.0.is_some() != found.1.is_some()).then_some(found)
    };
    either(&PCIE, &USB)
        .or_else(|| either(&PCIE_WORDS, &USB_WORDS))
        .unwrap_or_default()
}

/// The first line with one of the words, in lower case.
fn line_with(texts: &[CommandText], names: &[&str]) -> Option<Evidence> {
    let mut texts = texts.iter().filter(|text| text.text.len() <= LONGEST_TEXT);
    texts.find_map(|text| {
        let (number, line) = numbered_lines(&text.text).find(|(_, line)| {
            let lower = line.to_ascii_lowercase();
            names.iter().any(|name| lower.contains(name))
        })?;
        let line = line.trim().chars().take(200).collect::<String>();
        Some(Evidence::new(&*text.command, number, line))
    })
}

/// `Microsoft Windows 11 Pro`, of Win32_OperatingSystem, `systeminfo` or `Get-ComputerInfo`, whose row
/// also has the version.
fn client_windows(texts: &[CommandText]) -> Option<Evidence> {
    const NAMES: [&str; 2] = ["microsoft windows 10 ", "microsoft windows 11 "];
    const LABELS: [&str; 4] = ["", "os name", "caption", "osname"];
    let is_edition = |line: &str| {
        let line = line.trim().to_ascii_lowercase();
        let (label, value) = line.split_once(':').unwrap_or(("", &line));
        let name = value.split(" 10.0.").next().unwrap_or(value).trim();
        let is_name = name.len() <= 50 && NAMES.iter().any(|start| name.starts_with(start));
        is_name && LABELS.contains(&label.trim())
    };
    texts.iter().find_map(|text| {
        let (number, line) = numbered_lines(&text.text).find(|(_, line)| is_edition(line))?;
        Some(Evidence::new(&*text.command, number, line.trim()))
    })
}

/// The first line in which root loads or removes a module.
fn as_root(texts: &[CommandText]) -> Option<Evidence> {
    const PROGRAMS: [&str; 3] = ["modprobe ", "insmod ", "rmmod "];
    let is_of_root = |line: &str| {
        PROGRAMS.iter().any(|program| {
            line.split_once(program).is_some_and(|(before, _)| {
                let before = before.trim_end().trim_end_matches(['-', 'E']);
                before.trim_end().ends_with("sudo")
                    || before.ends_with('#') && before.contains("root@")
            })
        })
    };
    texts.iter().find_map(|text| {
        let mut lines = numbered_lines(&text.text);
        let (number, line) = lines.find(|(_, line)| is_of_root(line))?;
        Some(Evidence::new(&*text.command, number, line.trim()))
    })
}

/// The first line that names GRUB, unless the texts name another loader.
fn grub(texts: &[CommandText]) -> Option<Evidence> {
    let mut found = None;
    for text in texts {
        for (number, line) in numbered_lines(&text.text) {
            let lower = line.to_ascii_lowercase();
            if OTHER_LOADERS.iter().any(|word| lower.contains(word)) {
                return None;
            }
            let is_denied = ["not ", "n't ", "no grub", "without grub"];
            let is_denied = is_denied.iter().any(|word| lower.contains(word));
            if found.is_none() && lower.contains("grub") && !is_denied {
                found = Some(Evidence::new(&*text.command, number, line.trim()));
            }
        }
    }
    found
}

fn processor_without_vtd(sentence: &Sentence) -> Option<Fact<&'static str>> {
    let model = &WITHOUT_VTD
        .iter()
        .find(|model| sentence.whole.has(**model))?;
    Some(Fact::new(model, sentence.shown.clone()))
}

/// Whether the model, with its maker before it, is of a processor without VT-d.
pub(in crate::host) fn is_without_vtd(model: &str) -> bool {
    let number = model.rsplit(' ').next().unwrap_or_default();
    let number = number.to_ascii_lowercase();
    WITHOUT_VTD.iter().any(|known| *known == number)
}

fn says_firmware_enabled(sentence: &Sentence) -> bool {
    let is_open = |clause: &Clause| {
        let classes = [&CONDITION, &CASE, &QUESTION, &EXPECTED, &REQUIRED, &READER];
        clause.is_negated() || clause.has(&["disabled"]) || clause.has_any(&classes)
    };
    let says = |clause: &Clause| {
        clause.has(&IOMMU) && clause.has(&FIRMWARE) && clause.has(&ENABLED) && !is_open(clause)
    };
    !sentence.is_question && !sentence.whole.has(&READER) && sentence.clauses.iter().any(says)
}

fn names_raspberry_pi(sentence: &Sentence) -> bool {
    sentence.whole.has(&[
        "raspberry pi",
        "raspberry pi 5",
        "raspberry pi 4",
        "rpi5",
        "raspberry 5",
    ])
}

fn names_intel_graphics(sentence: &Sentence) -> bool {
    sentence.whole.has(&[
        "intel igpu",
        "intel-igpu",
        "intel hd",
        "intel uhd",
        "intel iris",
        "igpu iris",
        "igpu intel",
        "iris xe",
        "uhd graphics",
        "hd graphics",
        "i915",
        "quick sync",
        "quicksync",
    ])
}

fn names_graphics_vfs(sentence: &Sentence) -> bool {
    let names = [
        "i915-sriov*",
        "sriov_numvfs",
        "igpu sr-iov",
        "igpu sriov",
        "intel sr-iov",
        "intel sriov",
        "xe-sriov*",
    ];
    let others = ["nvidia*", "vendor-reset", "zfs", "r8125", "r8168", "vgpu"];
    let dkms = || sentence.whole.has(&["dkms", "dkms.conf"]) && !sentence.whole.has(&others);
    sentence.whole.has(&names) || dkms()
}

/// Device files that a container can share with the host, and the drivers that make them.
const DEVICE_FILES: [(&str, &[&str]); 5] = [
    ("/dev/apex", &["apex"]),
    ("/dev/hailo", &["hailo", "hailo_pci"]),
    ("/dev/nvidia", &["nvidia"]),
    ("/dev/dri", &["amdgpu", "i915", "radeon", "xe"]),
    ("/dev/dvb", &["cx23885", "ddbridge", "saa716x_budget"]),
];

fn container_drivers(sentence: &Sentence) -> Vec<&'static str> {
    let containers = [
        "container",
        "containers",
        "docker",
        "podman",
        "lxc",
        "compose",
        "容器",
    ];
    if !sentence.whole.has(&containers) {
        return Vec::new();
    }
    let named = DEVICE_FILES
        .into_iter()
        .filter(|(file, _)| sentence.whole.text.contains(file));
    named.flat_map(|(_, drivers)| drivers).copied().collect()
}

fn names_container(sentence: &Sentence) -> bool {
    let inside = [
        "from the pod",
        "in the pod",
        "inside the pod",
        "from a pod",
        "in a pod",
        "from the container",
        "in the container",
        "inside the container",
        "in a container",
        "inside a container",
        "from inside the container",
        "the container is",
        "the container has",
        "the container says",
        "der container",
        "le conteneur",
        "el contenedor",
        "in container",
        "in lxc",
        "in the lxc",
        "in my lxc",
        "lxc container",
        "inside lxc",
        "im container",
        "im lxc",
        "容器里",
        "容器内",
        "容器中",
    ];
    sentence.whole.has(&inside)
}

/// Whether the sentence names a guest, or its setting for a device.
fn names_guest_or_setting(sentence: &Sentence) -> bool {
    let settings = ["hostpci*", "hostdev*", "passed through", "vm's"];
    sentence.whole.names_guest() || sentence.whole.has(&settings)
}

/// Whether the sentence names a guest, or an assignment to one.
fn names_guest_or_assignment(sentence: &Sentence) -> bool {
    let of_assignment = ["hostpci*", "hostdev*", "vfio*", "passed through", "vm's"];
    sentence.whole.names_guest()
        || sentence.whole.has(&of_assignment)
        || sentence
            .clauses
            .iter()
            .any(|clause| clause.assigns_to_guest().is_some())
}

/// Whether the host has one graphics card or processor graphics alone.
fn names_only_gpu(sentence: &Sentence) -> bool {
    let says = |clause: &Clause| {
        clause.has(&ONLY)
            && clause.has(&OF_HOST)
            && !clause.has(&OF_ASSIGNMENT)
            && !clause.names_guest()
    };
    sentence.is_in_passthrough_text && sentence.clauses.iter().any(says)
}

/// `my NIC is in the same IOMMU group`, the host's card and not the one that is assigned.
fn has_network_card_in_group(sentence: &Sentence) -> bool {
    let whole = &sentence.whole;
    let is_one = |clause: &Clause| clause.has(&CARDS) && clause.has(&SAME) && !clause.is_negated();
    // The German conjunction, and not the English verb.
    let is_case = whole
        .words()
        .first()
        .is_some_and(|word| word.eq_ignore_ascii_case("falls"));
    sentence.is_in_passthrough_text
        && !sentence.is_question
        && !is_case
        && !whole.has_any(&[&CONDITION, &EXPECTED, &READER])
        && (sentence.clauses.iter().any(is_one) || whole.is_without_blanks() && is_one(whole))
}

#[cfg(test)]
mod tests;
