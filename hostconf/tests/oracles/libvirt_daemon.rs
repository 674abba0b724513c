//! The hook for a host with one display card, called by libvirt's own daemon.
//!
//! The daemon runs in a mount namespace with folders of its own, and its guest without
//! KVM. The hook looks at a made-up `/sys`.

use std::path::Path;
use std::process::{Command, Output};

use hostconf::binding::libvirt_hook;
use testkit::Scratch;
use testkit::program::{find, run};
use testkit::skipped::missing;

/// Has the daemon serve until `$1` has run: with a hook, libvirt's tables of users, and
/// places to write to.
const SERVE: &str = r#"set -e
work=$1
for place in /var/lib /var/log /var/cache /run; do mount -t tmpfs tmpfs $place; done
mount --bind "$work/etc" /etc/libvirt
{ cat /etc/passwd; echo libvirt-qemu:x:64055:64055::/:/bin/false; } >/run/passwd
{ cat /etc/group; echo libvirt-qemu:x:64055:; echo kvm:x:64056:; } >/run/group
mount --bind /run/passwd /etc/passwd
mount --bind /run/group /etc/group
libvirtd 2>"$work/daemon" &
daemon=$!
trap 'kill $daemon; wait $daemon' EXIT
tries=0
until virsh version >/dev/null 2>&1; do
	tries=$((tries + 1))
	[ $tries -lt 120 ] && kill -0 $daemon || { cat "$work/daemon"; exit 3; }
	sleep 1
done
virsh define "$work/guest.xml"
sh "$work/asks"
"#;

/// The daemon as root, as whom no cgroups and no other user are needed.
const QEMU_CONF: &str = "user = \"root\"\ngroup = \"root\"\nremember_owner = 0\n\
    namespaces = []\ncgroup_controllers = []\nsecurity_driver = \"none\"\n\
    stdio_handler = \"file\"\n";

const GUEST: &str = "<domain type='qemu'><name>win11</name><memory unit='MiB'>32</memory>\
    <vcpu>1</vcpu><os><type arch='x86_64' machine='q35'>hvm</type></os><devices>\
    <emulator>/usr/bin/qemu-system-x86_64</emulator><controller type='usb' model='none'/>\
    <memballoon model='none'/></devices></domain>";

/// A host with a hook, that answers `asks`; `None` where it cannot be had.
fn served(scratch: &Scratch, asks: &str) -> Option<Output> {
    for program in ["libvirtd", "virsh", "qemu-system-x86_64"] {
        find(program)?;
    }
    let unshare = find("unshare")?;
    let mounts = ["-m", "mount", "-t", "tmpfs", "none", "/mnt"];
    if !run(&unshare, &mounts).status.success() {
        missing("a private mount namespace, which requires root,");
        return None;
    }
    scratch.write("etc/qemu.conf", QEMU_CONF);
    scratch.write("guest.xml", GUEST);
    scratch.write("asks", asks);
    let serve = scratch.write("serve", SERVE);
    let mut command = Command::new(unshare);
    command
        .args(["-m", "timeout", "300", "sh"])
        .args([&serve, scratch.path()])
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .env("LIBVIRT_DEFAULT_URI", "qemu:///system");
    Some(command.output().unwrap())
}

fn install(scratch: &Scratch, name: &str, text: &str) {
    let hook = scratch.write(&format!("etc/hooks/qemu.d/{name}"), text);
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(hook, mode).unwrap();
}

/// The hook with a made-up `/sys`, which has a console on a framebuffer; `more` is run
/// before the hook's own.
fn hook(root: &Path, more: &str) -> String {
    let root = root.display();
    let tools = format!(
        "modprobe() {{ echo \"modprobe $*\" >>{root}/asked; }}\n\
         systemctl() {{ return 1; }}\nfind() {{ :; }}\n\
         echo \"called $*\" >>{root}/asked\n{more}\n"
    );
    libvirt_hook::hook(&"win11".parse().unwrap())
        .replace("\nsys=/sys\n", &format!("\nsys={root}/sys\n{tools}"))
        .replace(
            "state=/run/passthru/display",
            &format!("state={root}/state"),
        )
}

fn made_up(scratch: &Scratch) {
    let console = "sys/class/vtconsole/vtcon1";
    scratch.write(&format!("{console}/name"), "(M) frame buffer device\n");
    scratch.write(&format!("{console}/bind"), "1\n");
    scratch.directory("sys/module/nvidia");
}

#[test]
fn the_daemon_calls_the_hook_and_both_come_to_an_end() {
    let scratch = Scratch::new();
    made_up(&scratch);
    let root = scratch.path().display();
    install(&scratch, "passthru-win11", &hook(scratch.path(), ""));
    let bind = format!("cat {root}/sys/class/vtconsole/vtcon1/bind");
    let asks = format!(
        "virsh start win11 && {bind} && virsh destroy win11 && {bind}\n\
         virsh domstate win11\n"
    );
    let Some(output) = served(&scratch, &asks) else {
        return;
    };
    let message = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{output:?}");
    let lines: Vec<&str> = message.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(
        lines,
        [
            "Domain 'win11' defined from GUEST".replace("GUEST", &format!("{root}/guest.xml")),
            "Domain 'win11' started".into(),
            "0".into(),
            "Domain 'win11' destroyed".into(),
            "1".into(),
            "shut off".into(),
        ]
    );
    let asked = std::fs::read_to_string(scratch.path().join("asked")).unwrap();
    assert_eq!(
        asked,
        "called win11 prepare begin -\nmodprobe -r nvidia\ncalled win11 start begin -\n\
         called win11 started begin -\ncalled win11 stopped end -\n\
         called win11 release end -\nmodprobe nvidia\n"
    );
    assert!(!scratch.path().join("state").exists());
}

/// What fails in the hook keeps the guest from starting; and what asks libvirt of guests
/// there waits for the daemon, which waits for it.
#[test]
fn a_hook_that_fails_keeps_the_guest_off_and_one_that_asks_waits() {
    let scratch = Scratch::new();
    made_up(&scratch);
    let root = scratch.path().display();
    let ask = format!(
        "[ $2 != prepare ] || {{ timeout 5 virsh domstate win11 >/dev/null 2>&1\n\
         echo \"virsh $?\" >>{root}/asked; }}\nmodprobe() {{ return 1; }}"
    );
    install(&scratch, "passthru-win11", &hook(scratch.path(), &ask));
    let Some(output) = served(&scratch, "virsh start win11; virsh domstate win11\n") else {
        return;
    };
    let message = String::from_utf8_lossy(&output.stdout).into_owned();
    let wrong = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(message.trim_end().ends_with("shut off"), "{output:?}");
    assert!(wrong.contains("win11 is not started"), "{wrong}");
    let asked = std::fs::read_to_string(scratch.path().join("asked")).unwrap();
    // timeout's own status for what it had to end.
    assert!(asked.contains("virsh 124\n"), "{asked}");
    let bind = scratch.path().join("sys/class/vtconsole/vtcon1/bind");
    assert_eq!(std::fs::read_to_string(bind).unwrap(), "1\n");
    assert!(!scratch.path().join("state").exists());
}
