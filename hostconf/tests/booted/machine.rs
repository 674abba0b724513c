//! A machine with one function of each of several drivers, and what its kernel made
//! of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use hostconf::binding::by_address::BoundFunction;
use hostconf::binding::evaluate::Outcome;
use testkit::environment::{self, LAB_KERNEL};
use testkit::skipped::skip;

/// A function of the machine: QEMU's device, where it is, what it is, its driver.
pub(crate) struct Function {
    pub(crate) device: &'static str,
    pub(crate) slot: u8,
    pub(crate) id: &'static str,
    pub(crate) module: &'static str,
    /// What the kernel's log calls the driver.
    pub(crate) driver: &'static str,
}

const fn function(
    device: &'static str,
    slot: u8,
    id: &'static str,
    module: &'static str,
    driver: &'static str,
) -> Function {
    Function {
        device,
        slot,
        id,
        module,
        driver,
    }
}

pub(crate) const E1000E: Function = function("e1000e", 3, "8086:10d3", "e1000e", "e1000e");
pub(crate) const REALTEK: Function = function("rtl8139", 4, "10ec:8139", "8139cp", "8139cp");
pub(crate) const NE2000: Function = function("ne2k_pci", 5, "10ec:8029", "ne2k-pci", "ne2k-pci");
pub(crate) const PCNET: Function = function("pcnet", 6, "1022:2000", "pcnet32", "pcnet32");
pub(crate) const VMXNET: Function = function("vmxnet3", 7, "15ad:07b0", "vmxnet3", "vmxnet3");
pub(crate) const BOCHS: Function = function("bochs-display", 8, "1234:1111", "bochs", "bochs-drm");
pub(crate) const BOCHS_DUPLICATE: Function =
    function("bochs-display", 9, "1234:1111", "bochs", "bochs-drm");
pub(crate) const NVME: Function = function("nvme,serial=1", 10, "1b36:0010", "nvme", "nvme");
pub(crate) const XHCI: Function = function("qemu-xhci", 11, "1b36:000d", "xhci-pci", "xhci_hcd");
pub(crate) const E100: Function = function("i82550", 12, "8086:1209", "e100", "e100");

/// All of them.
pub(crate) const FUNCTIONS: [&Function; 10] = [
    &E1000E,
    &REALTEK,
    &NE2000,
    &PCNET,
    &VMXNET,
    &BOCHS,
    &BOCHS_DUPLICATE,
    &NVME,
    &XHCI,
    &E100,
];

impl Function {
    pub(crate) fn address(&self) -> String {
        format!("0000:00:{:02x}.0", self.slot)
    }

    /// QEMU's own subsystem, which all of its devices have that name none.
    pub(crate) fn bound(&self) -> BoundFunction {
        BoundFunction {
            address: self.address().parse().unwrap(),
            id: self.id.parse().unwrap(),
            subsystem: None,
        }
    }
}

/// The kernel that `LAB_KERNEL` names.
pub(crate) struct Kernel {
    pub(crate) tree: PathBuf,
    pub(crate) release: String,
    image: PathBuf,
}

impl Kernel {
    /// `None`, with a line that says so, where there is none.
    pub(crate) fn find() -> Option<Self> {
        let Some(tree) = environment::path(LAB_KERNEL) else {
            skip("LAB_KERNEL names no kernel", "scripts/lab fetch");
            return None;
        };
        let entries = std::fs::read_dir(tree.join("boot")).unwrap();
        let image = entries
            .map(|entry| entry.unwrap().path())
            .find(|path| path.to_string_lossy().contains("/vmlinuz-"))
            .unwrap();
        let name = image.file_name().unwrap().to_string_lossy().into_owned();
        let release = name.strip_prefix("vmlinuz-").unwrap().to_owned();
        if !tree
            .join("lib/modules")
            .join(&release)
            .join("modules.dep")
            .exists()
        {
            let status = Command::new("depmod")
                .arg("-b")
                .arg(&tree)
                .arg(&release)
                .status();
            assert!(status.unwrap().success());
        }
        Some(Self {
            tree,
            release,
            image,
        })
    }
}

/// The report of a booted kernel.
pub(crate) struct Report(String);

impl Report {
    /// The drivers of the functions at one moment, by address; `-` for none.
    pub(crate) fn owners(&self, moment: &str) -> BTreeMap<String, String> {
        let head = format!("owner {moment} ");
        self.0
            .lines()
            .filter_map(|line| line.trim_end().strip_prefix(&head)?.split_once(' '))
            .map(|(address, driver)| (address.to_owned(), driver.to_owned()))
            .collect()
    }

    /// Whether the function's driver ever spoke of it.
    fn driver_had(&self, function: &Function) -> bool {
        let head = format!("{} {}", function.driver, function.address());
        self.0.contains(&head)
    }

    /// What came of it for a function, seen at `moment`.
    pub(crate) fn outcome(&self, function: &Function, moment: &str) -> Outcome {
        let owners = self.owners(moment);
        let owner = owners.get(&function.address());
        match owner.map(String::as_str) {
            Some("vfio-pci" | "pci-stub" | "pciback") if self.driver_had(function) => {
                Outcome::AfterDriver
            }
            Some("vfio-pci" | "pci-stub" | "pciback") => Outcome::BeforeDriver,
            Some("-") => Outcome::NoDriver,
            Some(_) => Outcome::Driver,
            None => panic!("{} is not shown: {}", function.address(), self.0),
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

/// What QEMU starts: its options for the processor, the kernel and what is handed to it.
struct Start<'a> {
    processor: &'a str,
    memory: &'a str,
    kernel: &'a Path,
    options: String,
    /// An image, and of a multiboot kernel all modules with their options.
    image: std::ffi::OsString,
}

/// Boots a kernel with an image; the image's report ends with a line `end`.
pub(crate) fn boot(kernel: &Kernel, image: &Path, options: &str) -> Report {
    let start = Start {
        processor: "max",
        memory: "640",
        kernel: &kernel.image,
        options: format!("console=ttyS0 panic=-1 no_timer_check quiet intel_iommu=on {options}"),
        image: image.into(),
    };
    run(&start, image)
}

/// The same, as dom0 under Xen. Xen has the first serial port. Its processor is the
/// oldest: with newer ones QEMU 7.2 has a dom0 without hardware virtualization write to
/// pages that Xen protects.
pub(crate) fn boot_dom0(xen: &Path, kernel: &Kernel, image: &Path, options: &str) -> Report {
    let mut modules = kernel.image.clone().into_os_string();
    modules.push(format!(" console=hvc0 panic=-1 quiet {options},"));
    modules.push(image);
    let start = Start {
        processor: "qemu64",
        memory: "1000",
        kernel: xen,
        options: "console=com1 com1=115200 noreboot dom0_mem=700M".to_owned(),
        image: modules,
    };
    run(&start, image)
}

fn run(start: &Start<'_>, image: &Path) -> Report {
    let report = image.with_extension("report");
    let console = image.with_extension("console");
    for _ in 0..3 {
        let mut qemu = Command::new("timeout");
        qemu.args(["300", "qemu-system-x86_64"])
            .args(["-M", "q35,accel=tcg,kernel-irqchip=split"])
            .args(["-cpu", start.processor, "-m", start.memory])
            .args(["-nodefaults", "-display", "none", "-no-reboot"])
            .args(["-device", "intel-iommu,intremap=on,caching-mode=on"])
            .arg("-serial")
            .arg(format!("file:{}", console.display()))
            .arg("-serial")
            .arg(format!("file:{}", report.display()));
        for function in FUNCTIONS {
            qemu.arg("-device")
                .arg(format!("{},addr={:#x}", function.device, function.slot));
        }
        qemu.arg("-kernel").arg(start.kernel);
        qemu.arg("-initrd").arg(&start.image);
        qemu.args(["-append", &start.options]);
        let _ = qemu.output().unwrap();
        let report_text = std::fs::read(&report).unwrap_or_default();
        let report_text = String::from_utf8_lossy(&report_text).into_owned();
        // Under load the emulated timer can fail its calibration, even without the check.
        if report_text.lines().any(|line| line.trim_end() == "end") {
            return Report(report_text);
        }
    }
    let console = std::fs::read(console).unwrap_or_default();
    panic!(
        "the guest printed nothing: {}",
        String::from_utf8_lossy(&console)
    );
}

/// The shell text of a report: who has each function at `moment`.
pub(crate) fn owners(moment: &str) -> String {
    format!(
        "for f in /sys/bus/pci/devices/*; do d=-; [ ! -e $f/driver ] || d=$(readlink $f/driver)\n\
         echo \"owner {moment} ${{f##*/}} ${{d##*/}}\" >/dev/ttyS1; done\n"
    )
}

/// The end of a report: the kernel's log, and off.
pub(crate) const END: &str = "dmesg >/dev/ttyS1\necho end >/dev/ttyS1\n\
    echo 1 >/proc/sys/kernel/sysrq\necho o >/proc/sysrq-trigger\nsleep 60\n";
