//! A plan as a shell script: the same bytes as `passthru apply` leaves.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use host_tree::Edit;
use passthru::plan::{self, HostState, Plan};
use serde_json::json;

use crate::apply::place::{self, Place, err, on, out, snapshot};

/// A host whose `/etc/default/grub` is not a link: a script follows no link in a tree.
fn host(root: &Path) {
    place::host(root);
    fs::remove_file(root.join("etc/default/grub")).unwrap();
    place::file(root, "etc/default/grub", place::GRUB, 0o640);
}

/// Texts that would break out of a careless quotation.
fn hostile(root: &Path) -> Plan {
    let mut plan = place::plan(root);
    let texts = [
        "'; touch /tmp/broken-out; '",
        "$(touch /tmp/broken-out) `touch /tmp/broken-out` $HOME ${root}",
        "EOF\n'EOF'\n\\' \\\\ \\n %s %d \"\n",
        "no line end, 显卡, \u{1b}[31m, \r\n\ttab",
        "{{ lookup('pipe', 'touch /tmp/broken-out') }} {% raw %} #}\u{2028}- x: y\u{85}",
        "",
    ];
    for (number, text) in texts.iter().enumerate() {
        let path = format!("/etc/hostile/it's $({number}) \"{{{{x}}}}\"");
        plan.edits
            .push(Edit::new_file(path, *text).with_purpose(*text));
    }
    plan.vm = Some(texts[0].to_owned());
    plan.manual_steps.push(place::part(json!({
        "when": "now",
        "step": "hostile",
        "text": texts.concat(),
    })));
    plan.commands = vec![plan::Command::refresh(
        ["echo", texts[0], texts[1], texts[2]]
            .map(str::to_owned)
            .to_vec(),
        passthru::text::Text::of_english(texts.concat()),
    )];
    let tree = host_tree::DirTree::open(root).unwrap();
    plan.host_state = HostState::of(&passthru::Host::read(&tree), &plan.edits);
    plan
}

struct Case {
    place: Place,
    root: PathBuf,
    script: PathBuf,
    plan: Plan,
}

impl Case {
    fn new(make: impl Fn(&Path) -> Plan) -> Self {
        let place = Place::new();
        let root = place.join("root");
        host(&root);
        let plan = make(&root);
        let script = place.join("plan.sh");
        fs::write(&script, plan::script(&plan).unwrap()).unwrap();
        Self {
            place,
            root,
            script,
            plan,
        }
    }

    fn sh(&self, words: &[&str]) -> Output {
        let mut command = Command::new("dash");
        command.arg(&self.script).args(words).arg(&self.root);
        command.env_remove("PASSTHRU_ACCEPT").output().unwrap()
    }
}

#[test]
fn a_script_leaves_what_apply_leaves() {
    if !testkit::program::installed(&["dash"]) {
        return;
    }
    let case = Case::new(hostile);
    let root = &case.root;
    let before = snapshot(root);
    let looked = case.sh(&["check"]);
    assert!(looked.status.success(), "{}", err(&looked));
    assert_eq!(snapshot(root), before);
    let ran = case.sh(&["apply"]);
    assert!(ran.status.success(), "{}", err(&ran));
    let by_script = snapshot(root);
    let again = case.sh(&["apply"]);
    assert!(
        again.status.success() && !out(&again).contains("wrote"),
        "{}",
        out(&again)
    );
    let listed = format!("to run: echo {}", "'; touch /tmp/broken-out; '");
    assert!(out(&ran).contains(&listed), "{}", out(&ran));
    let back = case.sh(&["undo"]);
    assert!(back.status.success(), "{}", err(&back));
    assert_eq!(snapshot(root), before);

    let path = case.place.join("plan.json");
    place::save(&case.plan, &path);
    let applied = on(root, &["apply", path.to_str().unwrap(), "--yes"]);
    assert!(applied.status.success(), "{}", err(&applied));
    assert_eq!(snapshot(root), by_script);
    assert!(!Path::new("/tmp/broken-out").exists());
}

/// A directory with later files is kept, modes are the plan's for any umask, and a second
/// undo does nothing.
#[test]
fn a_script_removes_its_directories() {
    if !testkit::program::installed(&["dash"]) {
        return;
    }
    let case = Case::new(place::plan);
    let root = &case.root;
    let before = snapshot(root);
    let sh = |action: &str| {
        let script = format!(
            "umask 077; exec dash '{}' {action} '{}'",
            case.script.display(),
            root.display()
        );
        let ran = Command::new("dash").args(["-c", &script]).output().unwrap();
        assert!(ran.status.success(), "{}", err(&ran));
    };
    sh("apply");
    let mode = |path: &str| fs::metadata(root.join(path)).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode("etc/new"), 0o755);
    assert_eq!(mode("etc/new/below"), 0o755);
    assert_eq!(mode("var/lib/passthru"), 0o700);
    fs::write(root.join("etc/new/mine"), "mine\n").unwrap();
    sh("undo");
    assert!(!root.join("etc/new/below").exists());
    assert_eq!(
        fs::read_to_string(root.join("etc/new/mine")).unwrap(),
        "mine\n"
    );
    fs::remove_dir_all(root.join("etc/new")).unwrap();
    assert_eq!(snapshot(root), before);
    sh("undo");
    assert_eq!(snapshot(root), before);
}

#[test]
fn a_script_refuses_where_the_host_is_another() {
    if !testkit::program::installed(&["dash"]) {
        return;
    }
    let case = Case::new(|root| {
        let mut plan = place::plan(root);
        plan.blockers.push(place::part(json!({
            "code": "file-system-on-device",
            "title": "the host's file system / is on it",
            "accept": "disk",
        })));
        plan
    });
    let root = &case.root;
    let refused = |words: &str| {
        let before = snapshot(root);
        let ran = case.sh(&["apply"]);
        assert_eq!(ran.status.code(), Some(1), "{}", out(&ran));
        assert!(err(&ran).contains(words), "{words}: {}", err(&ran));
        assert!(err(&ran).contains("nothing was changed"), "{}", err(&ran));
        assert_eq!(snapshot(root), before);
    };
    refused("the host's file system / is on it (PASSTHRU_ACCEPT=disk accepts the risk)");
    let accept = || {
        let mut command = Command::new("dash");
        command.arg(&case.script).arg("apply").arg(root);
        command
            .env("PASSTHRU_ACCEPT", "display disk")
            .output()
            .unwrap()
    };
    fs::write(root.join("etc/modules"), "loop\nnbd\n").unwrap();
    refused("/etc/modules has changed since the plan was made");
    assert_eq!(accept().status.code(), Some(1));
    fs::write(root.join("etc/modules"), "loop\n").unwrap();
    for (name, id) in [("vendor", "0x8086"), ("device", "0x1533")] {
        let file = format!("sys/bus/pci/devices/0000:03:00.0/{name}");
        place::file(root, &file, &format!("{id}\n"), 0o644);
    }
    refused("device of 0000:03:00.0 is 0x1533, not 0x10d3: addresses have changed");
    fs::remove_dir_all(root.join("sys")).unwrap();
    let ran = accept();
    assert!(ran.status.success(), "{}", err(&ran));
}

#[test]
fn shellcheck_finds_nothing() {
    if !testkit::program::installed(&["shellcheck"]) {
        return;
    }
    for make in [place::plan as fn(&Path) -> Plan, hostile] {
        let case = Case::new(|root| {
            let mut plan = make(root);
            plan.commands.extend(place::changes());
            plan
        });
        let mut command = Command::new("shellcheck");
        let run = command
            .args(["--shell=sh", "--severity=style"])
            .arg(&case.script);
        let run = run.output().unwrap();
        assert!(run.status.success(), "{}", out(&run));
    }
}

/// On a whole system, which a busybox makes: its shell and its tools, and no root to
/// give.
#[test]
fn a_script_runs_the_commands_of_its_own_system() {
    let case = Case::new(|root| {
        let mut plan = place::plan(root);
        plan.commands = place::changes();
        plan.commands.push(place::refresh());
        plan.edits.push(place::guest());
        plan.host_state.kernel = None;
        plan
    });
    let root = &case.root;
    if place::no_busybox(root) {
        return;
    }
    place::file(root, "etc/pve/100.conf", "cores: 2\n", 0o640);
    let in_tree = |words: &[&str]| {
        let mut command = Command::new("chroot");
        command.arg(root).arg("/bin/busybox").args(words);
        command
            .env("PATH", "/bin:/sbin:/usr/sbin:/usr/bin")
            .output()
            .unwrap()
    };
    let installed = in_tree(&["--install", "-s", "/bin"]);
    assert!(installed.status.success(), "{}", err(&installed));
    let before = snapshot(root);
    let script = root.join("bin/plan.sh");
    fs::copy(&case.script, &script).unwrap();
    fs::set_permissions(&script, PermissionsExt::from_mode(0o755)).unwrap();
    let ran = in_tree(&["sh", "/bin/plan.sh"]);
    assert!(ran.status.success(), "{}{}", out(&ran), err(&ran));
    let read = |path: &str| fs::read_to_string(root.join(path)).unwrap();
    assert!(read("refreshed").contains("intel_iommu=on"));
    let guest = "cores: 2 changed\nhostpci0: 03:00.0 changed\n";
    assert_eq!(read("etc/pve/100.conf"), guest);
    assert!(root.join("defined").is_dir());
    let back = in_tree(&["sh", "/bin/plan.sh", "undo"]);
    assert!(back.status.success(), "{}{}", out(&back), err(&back));
    assert_eq!(read("refreshed"), place::GRUB);
    fs::remove_file(root.join("refreshed")).unwrap();
    assert_eq!(snapshot(root), before);
}
