//! initramfs-tools: its own init, its udev and kmod's modprobe.

use hostconf::binding::by_address::{self, BoundFunction};
use hostconf::binding::evaluate::{BindingContext, DriverIn, DuplicateId, Outcome, evaluate};
use hostconf::binding::initramfs::Initramfs;
use hostconf::binding::method::Method;
use hostconf::binding::{initramfs_hook, initramfs_tools, runtime, udev_rule};
use pci_core::SubsystemId;
use testkit::Scratch;
use testkit::program::installed;

use crate::booted::image::{File, file, mkinitramfs, overlay, script};
use crate::booted::machine::{
    BOCHS, BOCHS_DUPLICATE, E100, E1000E, END, FUNCTIONS, Function, Kernel, NE2000, NVME, PCNET,
    REALTEK, VMXNET, XHCI, boot, owners,
};
use crate::booted::{circumstances, predicted};

const PREREQS: &str =
    "#!/bin/sh\nPREREQ=''\ncase \"$1\" in prereqs) echo \"$PREREQ\"; exit 0 ;; esac\n";

/// Packs the functions' drivers without loading them, as MODULES=most does.
fn drivers_hook() -> File {
    let mut text = format!("{PREREQS}. /usr/share/initramfs-tools/hook-functions\n");
    for function in FUNCTIONS {
        text.push_str(&format!("manual_add_modules {}\n", function.module));
    }
    // One that a root would load, beside the image's own.
    text.push_str("cp /lib/modules/$version/kernel/drivers/net/ethernet/8390/ne2k-pci.ko* \"$DESTDIR/late.ko\"\n");
    script("/etc/initramfs-tools/hooks/drivers", &text)
}

/// Reports the driver of each function; then binds and releases with the scripts for run
/// time, and binds by ID, as guides do.
fn report(scripts: &[File]) -> File {
    let mut text = format!("{PREREQS}{}", owners("boot"));
    if !scripts.is_empty() {
        text.push_str("sh /bind >/dev/ttyS1 2>&1; echo \"status bind $?\" >/dev/ttyS1\n");
        text.push_str(&owners("bound"));
        text.push_str("sh /release >/dev/ttyS1 2>&1; echo \"status release $?\" >/dev/ttyS1\n");
        text.push_str(&owners("released"));
        // As in the second guide: IDs, unbind.
        text.push_str(&format!(
            "modprobe vfio-pci; echo {} >/sys/bus/pci/drivers/vfio-pci/new_id\n",
            PCNET.id.replace(':', " ")
        ));
        text.push_str(&owners("new-id"));
        // Of a function whose driver is bound; then unbind alone, of both; then bind.
        text.push_str(&format!(
            "echo {} >/sys/bus/pci/drivers/vfio-pci/new_id\n",
            E100.id.replace(':', " ")
        ));
        text.push_str(&owners("new-id-bound"));
        for function in [&E100, &PCNET] {
            let address = function.address();
            text.push_str(&format!(
                "echo {address} >/sys/bus/pci/devices/{address}/driver/unbind\n"
            ));
        }
        text.push_str(&owners("new-id-unbound"));
        text.push_str(&format!(
            "echo {} >/sys/bus/pci/drivers/vfio-pci/bind\n",
            E100.address()
        ));
        text.push_str(&owners("new-id-rebound"));
    }
    text.push_str(END);
    script("/etc/initramfs-tools/scripts/init-premount/report", &text)
}

fn ours(path: &str, text: String) -> File {
    (path.to_owned(), text, 0o755)
}

const MODPROBE: &str = "/etc/modprobe.d/passthru.conf";

/// One image with many ways, each for another driver; and the same image with other
/// files laid over.
#[test]
fn each_method_has_the_predicted_outcome() {
    let Some(kernel) = Kernel::find() else { return };
    if !["mkinitramfs", "qemu-system-x86_64"]
        .iter()
        .all(|program| installed(&[program]))
    {
        return;
    }
    let scratch = Scratch::new();
    let vfio = "vfio-pci".parse().unwrap();
    let moved = BoundFunction {
        subsystem: Some(SubsystemId::new(0x1462, 0x5052)),
        ..NVME.bound()
    };
    let options = format!(
        "options vfio-pci ids={},{}\nsoftdep e1000e pre: vfio-pci\n\
         softdep 8139* pre: vfio-pci\nblacklist pcnet32\nblacklist vmxnet*\n",
        E1000E.id, REALTEK.id
    );
    let run_time = [
        script("/bind", &runtime::bind(&[E100.bound()])),
        script("/release", &runtime::release(&[E100.bound()])),
    ];
    let files = [
        drivers_hook(),
        report(&run_time),
        ours(initramfs_hook::HOOK, initramfs_hook::hook(&vfio)),
        ours(
            initramfs_tools::SCRIPT,
            initramfs_tools::script(&[BOCHS.bound(), moved]),
        ),
        file(udev_rule::RULES, &udev_rule::rules(&[XHCI.bound()])),
        file(MODPROBE, &options),
    ];
    let base = mkinitramfs(&kernel, &scratch, &files);
    let list = std::process::Command::new("lsinitramfs")
        .arg(&base)
        .output()
        .unwrap();
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    for wanted in [
        "00-passthru-vfio",
        "vfio-pci.ko",
        "passthru.conf",
        "10-passthru-vfio.rules",
    ] {
        assert!(list.contains(wanted), "{wanted}: {list}");
    }
    let judged = |method, duplicate_id| predicted(method, Initramfs::InitramfsTools, duplicate_id);

    let first = overlay(&base, &scratch, "first", &run_time);
    let guest = boot(&kernel, &first, "");
    for (function, method) in [
        (&E1000E, Method::ModprobeIds),
        (&REALTEK, Method::SoftdepPattern),
        (&BOCHS, Method::InitramfsToolsScript),
        (&XHCI, Method::UdevRule),
        (&PCNET, Method::Blacklist),
        (&VMXNET, Method::BlacklistPattern),
    ] {
        let outcome = guest.outcome(function, "boot");
        assert_eq!(
            outcome,
            judged(method, DuplicateId::None),
            "{method:?}: {}",
            guest.text()
        );
    }
    // The duplicate ID keeps its driver, and so does the card with other IDs than expected.
    assert_eq!(guest.outcome(&BOCHS_DUPLICATE, "boot"), Outcome::Driver);
    assert_eq!(guest.outcome(&NVME, "boot"), Outcome::Driver);
    // At run time, and back.
    assert_eq!(guest.outcome(&E100, "boot"), Outcome::Driver);
    assert!(guest.text().contains("status bind 0"), "{}", guest.text());
    assert_eq!(
        guest.outcome(&E100, "bound"),
        judged(Method::Runtime, DuplicateId::None)
    );
    assert!(
        guest.text().contains("status release 0"),
        "{}",
        guest.text()
    );
    assert_eq!(guest.outcome(&E100, "released"), Outcome::Driver);
    // By ID, a function that was not requested is bound too: pcnet32 is not loaded.
    assert_eq!(guest.owners("new-id")[&PCNET.address()], "vfio-pci");
    // A function with a driver keeps it, and unbind after new_id leaves either without one.
    let owner =
        |moment: &str, function: &Function| guest.owners(moment)[&function.address()].clone();
    assert_eq!(owner("new-id-bound", &E100), "e100");
    assert_eq!(owner("new-id-unbound", &E100), "-");
    assert_eq!(owner("new-id-unbound", &PCNET), "-");
    assert_eq!(owner("new-id-rebound", &E100), "vfio-pci");

    // The same without softdep, by the list of modules alone; nothing else that
    // loads vfio-pci.
    let quiet = |text: &str| {
        [
            file(MODPROBE, text),
            script("/scripts/init-top/00-passthru-vfio", "#!/bin/sh\n"),
            file("/lib/udev/rules.d/10-passthru-vfio.rules", ""),
            script("/scripts/init-premount/report", &report(&[]).1),
        ]
    };
    let mut files = quiet(&format!("options vfio-pci ids={}\n", NE2000.id)).to_vec();
    files.push(file("/conf/modules", "vfio-pci\n"));
    let guest = boot(&kernel, &overlay(&base, &scratch, "second", &files), "");
    assert!(guest.text().contains("vfio_pci: add ["), "{}", guest.text());
    let alone = judged(Method::ModprobeIdsAlone, DuplicateId::None);
    assert_eq!(guest.outcome(&NE2000, "boot"), alone, "{}", guest.text());

    // On the command line, with softdep: the duplicate ID is bound too. pci-stub is a module.
    let files = quiet("softdep bochs pre: vfio-pci\nsoftdep e1000e pre: vfio-pci\n");
    let options = format!(
        "vfio-pci.ids={},{} pci-stub.ids={}",
        BOCHS.id, E1000E.id, NE2000.id
    );
    let guest = boot(
        &kernel,
        &overlay(&base, &scratch, "third", &files),
        &options,
    );
    let by_option = judged(Method::CommandLineIds, DuplicateId::None);
    assert_eq!(
        guest.outcome(&E1000E, "boot"),
        by_option,
        "{}",
        guest.text()
    );
    assert_eq!(
        judged(Method::CommandLineIds, DuplicateId::OnHost),
        Outcome::AlsoBindsDuplicate
    );
    for duplicate_id in [&BOCHS, &BOCHS_DUPLICATE] {
        assert_eq!(guest.outcome(duplicate_id, "boot"), Outcome::BeforeDriver);
    }
    // What is judged of a built-in pci-stub cannot be seen here; of a module it can.
    assert_eq!(guest.outcome(&NE2000, "boot"), Outcome::Driver);

    // A script that modprobe runs for vfio-pci, with softdep; and the unit's script, which
    // runs before the driver comes that the image does not have. A driver that is loaded
    // by then keeps its function: the root is too late.
    let mut files =
        quiet("install vfio-pci /vfio-override\nsoftdep bochs pre: vfio-pci\n").to_vec();
    files.push(script(
        "/vfio-override",
        &by_address::script(&[BOCHS.bound()]),
    ));
    let late = by_address::script(&[NE2000.bound(), E100.bound()]);
    files.push(script("/vfio-by-address", &late));
    // As in an image without it.
    files.push(file(&late_module(&kernel), ""));
    let mut report = format!("{PREREQS}sh /vfio-by-address >/dev/ttyS1 2>&1\n");
    report.push_str("modprobe 8390; insmod /late.ko\n");
    report.push_str(&owners("boot"));
    report.push_str(END);
    files.retain(|(path, ..)| path != "/scripts/init-premount/report");
    files.push(script("/scripts/init-premount/report", &report));
    let guest = boot(&kernel, &overlay(&base, &scratch, "fourth", &files), "");
    assert_eq!(
        guest.outcome(&BOCHS, "boot"),
        judged(Method::InstallScript, DuplicateId::None),
        "{}",
        guest.text()
    );
    assert_eq!(guest.outcome(&BOCHS_DUPLICATE, "boot"), Outcome::Driver);
    let from_root = BindingContext {
        driver_in_initramfs: DriverIn::Root,
        ..circumstances(Initramfs::InitramfsTools, DuplicateId::None)
    };
    assert_eq!(
        guest.outcome(&NE2000, "boot"),
        evaluate(Method::Service, &from_root).0,
        "{}",
        guest.text()
    );
    assert_eq!(
        guest.outcome(&E100, "boot"),
        judged(Method::Service, DuplicateId::None)
    );
}

/// The driver that the image is to be without, in the image.
fn late_module(kernel: &Kernel) -> String {
    let dep = kernel.tree.join("lib/modules").join(&kernel.release);
    let dep = std::fs::read_to_string(dep.join("modules.dep")).unwrap();
    let mut paths = dep.lines().filter_map(|line| line.split(':').next());
    let path = paths.find(|path| path.contains("/ne2k-pci.ko")).unwrap();
    format!("/usr/lib/modules/{}/{path}", kernel.release)
}
