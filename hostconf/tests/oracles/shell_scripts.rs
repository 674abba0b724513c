//! All scripts that we write: the shells that run them, shellcheck, and what they do
//! to a made-up `/sys` under each shell.

use std::path::Path;

use hostconf::binding::by_address::{self, BoundFunction, bound};
use hostconf::binding::{
    dracut, initramfs_hook, initramfs_tools, libvirt_hook, mkinitcpio, runtime,
};
use testkit::Scratch;
use testkit::program::{find, run};

fn function(address: &str, device: &str, subsystem: Option<&str>) -> BoundFunction {
    BoundFunction {
        address: address.parse().unwrap(),
        id: format!("10de:{device}").parse().unwrap(),
        subsystem: subsystem.map(|text| text.parse().unwrap()),
    }
}

fn card() -> [BoundFunction; 2] {
    [
        function("01:00.0", "2203", Some("1462:5052")),
        function("01:00.1", "1aef", None),
    ]
}

/// Name, text, and the shell that shellcheck is to think of.
fn scripts() -> Vec<(&'static str, String, &'static str)> {
    let card = card();
    vec![
        ("init-top", initramfs_tools::script(&card), "sh"),
        (
            "hook",
            initramfs_hook::hook(&"vfio-pci".parse().unwrap()),
            "sh",
        ),
        ("dracut-hook", dracut::hook(&card), "sh"),
        ("dracut-setup", dracut::SETUP.to_owned(), "bash"),
        ("mkinitcpio-runtime", mkinitcpio::runtime(&card), "dash"),
        ("script", by_address::script(&card), "sh"),
        (
            "mkinitcpio-udev",
            mkinitcpio::INSTALL_UDEV.to_owned(),
            "bash",
        ),
        (
            "mkinitcpio-systemd",
            mkinitcpio::INSTALL_SYSTEMD.to_owned(),
            "bash",
        ),
        ("bind", runtime::bind(&card), "sh"),
        ("release", runtime::release(&card), "sh"),
        (
            "libvirt",
            libvirt_hook::hook(&"win11".parse().unwrap()),
            "sh",
        ),
    ]
}

#[test]
fn every_shell_reads_them() {
    let scratch = Scratch::new();
    let programs = [
        find("dash"),
        find("busybox"),
        find("bash"),
        find("shellcheck"),
    ];
    let [dash, busybox, bash, shellcheck] = programs;
    for (name, text, shell) in scripts() {
        let file = scratch.write(name, &text);
        let file = file.to_str().unwrap();
        let accepts = |program: &Option<std::path::PathBuf>, arguments: &[&str]| {
            let Some(program) = program else { return };
            let arguments: Vec<&str> = arguments.iter().copied().chain([file]).collect();
            let output = run(program, &arguments);
            let message = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success(), "{name}: {message} {output:?}");
        };
        if shell == "bash" {
            accepts(&bash, &["-n"]);
        } else {
            accepts(&dash, &["-n"]);
            accepts(&busybox, &["sh", "-n"]);
        }
        // SC1091: hook-functions is another package's. SC2317 and SC2329: mkinitcpio
        // and dracut call functions by name. SC2034: they read variables, too.
        let arguments = ["-s", shell, "-e", "SC1091,SC2317"];
        accepts(&shellcheck, &arguments);
    }
}

/// A made-up `/sys` with a card of two functions, in which files stay what was
/// last written.
struct Sys(Scratch);

impl Sys {
    fn new() -> Self {
        let scratch = Scratch::new();
        for (address, device, subsystem) in [
            ("0000:01:00.0", "0x2203", "0x1462"),
            ("0000:01:00.1", "0x1aef", "0x1462"),
            ("0000:02:00.0", "0x2203", "0x1462"),
        ] {
            let base = format!("sys/bus/pci/devices/{address}");
            scratch.write(&format!("{base}/vendor"), "0x10de\n");
            scratch.write(&format!("{base}/device"), format!("{device}\n"));
            scratch.write(
                &format!("{base}/subsystem_vendor"),
                format!("{subsystem}\n"),
            );
            scratch.write(&format!("{base}/subsystem_device"), "0x5052\n");
            scratch.write(&format!("{base}/driver_override"), "(null)\n");
        }
        scratch.write("sys/bus/pci/drivers_probe", "");
        scratch.directory("sys/bus/pci/drivers/vfio-pci");
        Self(scratch)
    }

    fn overrides(&self) -> Vec<String> {
        let devices = self.0.path().join("sys/bus/pci/devices");
        let mut names: Vec<_> = std::fs::read_dir(devices)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        names.sort();
        let read = |path: &Path| std::fs::read_to_string(path.join("driver_override")).unwrap();
        names
            .iter()
            .map(|path| read(path).trim().to_owned())
            .collect()
    }

    fn here(&self, text: &str) -> String {
        let root = self.0.path().to_str().unwrap();
        let ours = text.replace("\nsys=/sys\n", &format!("\nsys={root}/sys\n"));
        assert_ne!(ours, text, "no line sets the root of sysfs");
        ours
    }
}

#[test]
fn each_binds_the_card_and_no_other_under_each_shell() {
    let early = [
        initramfs_tools::script(&card()),
        dracut::hook(&card()),
        format!("{}\nrun_earlyhook\n", mkinitcpio::runtime(&card())),
        by_address::script(&card()),
    ];
    for (program, arguments) in [("dash", vec![]), ("busybox", vec!["sh"]), ("bash", vec![])] {
        let Some(program) = find(program) else {
            continue;
        };
        for text in &early {
            assert_eq!(bound(text).unwrap(), card());
            let sys = Sys::new();
            let file = sys.0.write("script", sys.here(text));
            let mut arguments = arguments.clone();
            arguments.push(file.to_str().unwrap());
            let output = run(&program, &arguments);
            assert!(
                output.status.success() && output.stderr.is_empty(),
                "{output:?}"
            );
            assert_eq!(sys.overrides(), ["vfio-pci", "vfio-pci", "(null)"]);
            // The card is not there any more: another one is at its address.
            let sys = Sys::new();
            let moved = "sys/bus/pci/devices/0000:01:00.0";
            sys.0
                .write(&format!("{moved}/subsystem_vendor"), "0x1043\n");
            sys.0
                .write(&format!("{moved}/../0000:01:00.1/device"), "0x22bb\n");
            let file = sys.0.write("script", sys.here(text));
            arguments.pop();
            arguments.push(file.to_str().unwrap());
            let output = run(&program, &arguments);
            let message = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(message.matches("left alone").count(), 2, "{message}");
            assert_eq!(sys.overrides(), ["(null)"; 3]);
        }
    }
}

/// The script checks before it binds; a refusal changes nothing.
#[test]
fn a_function_in_use_is_not_bound_at_run_time() {
    let Some(dash) = find("dash") else { return };
    let base = "sys/bus/pci/devices/0000:01:00.0";
    let bind = |sys: &Sys| {
        let root = sys.0.path().to_str().unwrap();
        let text = sys.here(&runtime::bind(&card()));
        let text = text.replace("state=/run/passthru", &format!("state={root}/state"));
        let file = sys.0.write("bind", &text);
        let output = run(&dash, &[file.to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let with_driver = || {
        let sys = Sys::new();
        sys.0.directory("sys/bus/pci/drivers/nouveau");
        for function in ["0000:01:00.0", "0000:01:00.1"] {
            let device = sys.0.path().join("sys/bus/pci/devices").join(function);
            std::fs::create_dir_all(device.join("iommu_group")).unwrap();
            let driver = sys.0.path().join("sys/bus/pci/drivers/nouveau");
            std::os::unix::fs::symlink(driver, device.join("driver")).unwrap();
            std::fs::write(device.join("class"), "0x030000\n").unwrap();
        }
        sys
    };
    let sys = Sys::new();
    assert!(bind(&sys).contains("the IOMMU is disabled"));
    let sys = with_driver();
    sys.0.write(&format!("{base}/class"), "0x010802\n");
    assert!(bind(&sys).contains("storage controller"));
    let sys = with_driver();
    sys.0.write(&format!("{base}/net/eth0/operstate"), "up\n");
    assert!(bind(&sys).contains("eth0 is up"));
    let sys = with_driver();
    sys.0.directory(&format!("{base}/graphics/fb0"));
    sys.0
        .write("sys/class/vtconsole/vtcon0/name", "(S) dummy device\n");
    sys.0.write("sys/class/vtconsole/vtcon0/bind", "1\n");
    sys.0.write(
        "sys/class/vtconsole/vtcon1/name",
        "(M) frame buffer device\n",
    );
    sys.0.write("sys/class/vtconsole/vtcon1/bind", "1\n");
    assert!(bind(&sys).contains("the console uses it"));
    assert_eq!(sys.overrides(), ["(null)"; 3]);
    assert!(!sys.0.path().join("state/0000:01:00.0").exists());
    // Not in use, but this sysfs is made of files and binds nothing: all is restored.
    let sys = with_driver();
    assert!(bind(&sys).contains("vfio-pci is not bound to it"));
    assert_eq!(sys.overrides(), ["", "(null)", "(null)"]);
    assert!(!sys.0.path().join("state/0000:01:00.0").exists());
}

/// A guest opens the function by its group's node, or with iommufd by its own: such a
/// function is not released.
#[test]
fn a_function_in_use_by_a_guest_is_not_released() {
    let Some(dash) = find("dash") else { return };
    let release = |node: Option<&str>| {
        let sys = Sys::new();
        let root = sys.0.path().to_str().unwrap();
        let device = sys.0.path().join("sys/bus/pci/devices/0000:01:00.0");
        std::os::unix::fs::symlink("../../../iommu_groups/12", device.join("iommu_group")).unwrap();
        sys.0.write(
            "sys/bus/pci/devices/0000:01:00.0/vfio-dev/vfio0/dev",
            "510:0\n",
        );
        sys.0.write("state/0000:01:00.0", "nouveau\n");
        let text = sys.here(&runtime::release(&card()));
        let text = text
            .replace("state=/run/passthru", &format!("state={root}/state"))
            .replace("/dev/vfio", &format!("{root}/dev/vfio"));
        let file = sys.0.write("release", &text);
        let open = node.map(|node| std::fs::File::open(sys.0.write(node, "")).unwrap());
        let output = run(&dash, &[file.to_str().unwrap()]);
        drop(open);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        (message, sys.overrides()[0].clone())
    };
    for node in [
        "dev/vfio/12",
        "dev/vfio/noiommu-12",
        "dev/vfio/devices/vfio0",
    ] {
        let (message, there) = release(Some(node));
        assert!(message.contains("in use by a guest"), "{node}: {message}");
        assert_eq!(there, "(null)", "{node}");
    }
    // Open nodes of other functions, and none: the script continues up to the probe.
    for node in [None, Some("dev/vfio/1"), Some("dev/vfio/devices/vfio01")] {
        let (message, there) = release(node);
        assert!(
            message.contains("is not bound to nouveau again"),
            "{message}"
        );
        assert_eq!(there, "");
    }
}

/// libvirt's hook: frees the display for its guest alone, and puts back what it
/// took, also when it fails half way.
#[test]
fn the_hook_of_libvirt_undoes_what_it_did() {
    let Some(dash) = find("dash") else { return };
    let make = |stops: &str| {
        let scratch = Scratch::new();
        scratch.write("sys/class/vtconsole/vtcon0/name", "(S) dummy device\n");
        scratch.write("sys/class/vtconsole/vtcon0/bind", "1\n");
        scratch.write(
            "sys/class/vtconsole/vtcon1/name",
            "(M) frame buffer device\n",
        );
        scratch.write("sys/class/vtconsole/vtcon1/bind", "1\n");
        let framebuffer = "sys/bus/platform/drivers/efi-framebuffer";
        scratch.directory(&format!("{framebuffer}/efi-framebuffer.0"));
        scratch.write(&format!("{framebuffer}/unbind"), "");
        scratch.write(&format!("{framebuffer}/bind"), "");
        scratch.directory("sys/module/nvidia");
        scratch.directory("sys/module/nvidia_drm");
        let root = scratch.path().display();
        let tools = format!(
            "echo=/bin/echo\nmodprobe() {{ /bin/echo \"modprobe $*\" >>{root}/asked; {stops}; }}\n\
             systemctl() {{ /bin/echo \"systemctl $*\" >>{root}/asked\n\
             case $1 in show) echo gdm.service ;; esac; }}\nfind() {{ :; }}\n"
        );
        let text = libvirt_hook::hook(&"win11".parse().unwrap());
        let text = text
            .replace("\nsys=/sys\n", &format!("\nsys={root}/sys\n{tools}"))
            .replace(
                "state=/run/passthru/display",
                &format!("state={root}/state"),
            );
        scratch.write("hook", &text);
        scratch
    };
    let call = |scratch: &Scratch, arguments: [&str; 3]| {
        let file = scratch.path().join("hook");
        let mut all = vec![file.to_str().unwrap()];
        all.extend(arguments);
        run(&dash, &all)
    };
    let read = |scratch: &Scratch, path: &str| {
        std::fs::read_to_string(scratch.path().join(path)).unwrap_or_default()
    };
    let scratch = make(":");
    assert!(
        call(&scratch, ["other", "prepare", "begin"])
            .status
            .success()
    );
    assert!(
        call(&scratch, ["win11", "started", "begin"])
            .status
            .success()
    );
    assert_eq!(read(&scratch, "asked"), "");
    let output = call(&scratch, ["win11", "prepare", "begin"]);
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{output:?}"
    );
    let framebuffer = "sys/bus/platform/drivers/efi-framebuffer";
    assert_eq!(read(&scratch, "sys/class/vtconsole/vtcon0/bind"), "1\n");
    assert_eq!(read(&scratch, "sys/class/vtconsole/vtcon1/bind"), "0\n");
    assert_eq!(
        read(&scratch, &format!("{framebuffer}/unbind")),
        "efi-framebuffer.0\n"
    );
    assert_eq!(
        read(&scratch, "asked"),
        "systemctl show -P Id display-manager.service\n\
         systemctl --quiet is-active display-manager.service\n\
         systemctl stop display-manager.service\n\
         modprobe -r nvidia_drm\nmodprobe -r nvidia\n"
    );
    std::fs::remove_file(scratch.path().join("asked")).unwrap();
    let output = call(&scratch, ["win11", "release", "end"]);
    assert!(
        output.status.success() && output.stderr.is_empty(),
        "{output:?}"
    );
    assert_eq!(
        read(&scratch, "asked"),
        "modprobe nvidia\nmodprobe nvidia_drm\n\
         systemctl --no-block start display-manager.service\n"
    );
    assert_eq!(read(&scratch, "sys/class/vtconsole/vtcon1/bind"), "1\n");
    assert_eq!(
        read(&scratch, &format!("{framebuffer}/bind")),
        "efi-framebuffer.0\n"
    );
    assert!(!scratch.path().join("state").exists());
    // The last module does not go: the guest is not started, and all is put back.
    let scratch = make("case $* in '-r nvidia') return 1 ;; esac");
    assert_eq!(
        call(&scratch, ["win11", "prepare", "begin"]).status.code(),
        Some(1)
    );
    assert_eq!(read(&scratch, "sys/class/vtconsole/vtcon1/bind"), "1\n");
    assert!(read(&scratch, "asked").ends_with("start display-manager.service\n"));
    assert!(!scratch.path().join("state").exists());
}
