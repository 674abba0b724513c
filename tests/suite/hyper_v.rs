//! Discrete Device Assignment: a plan's checks on the output of PowerShell after its script.

use host_tree::{HostTree, MemoryTree};
use passthru::input::Input;
use passthru::plan::{self, Plan, Request};
use passthru::requirement::State;
use passthru::{Host, Target, Verdict, verify};

use crate::command::passthru;

const LISTED: &str = include_str!("../../pci-core/tests/listings/get-pnpdevice.txt");

const GPU: &str = r"PCIP\VEN_10DE&DEV_2684&SUBSYS_88E41043&REV_A1\4&1293019D&0&0008";

fn read(text: &str) -> MemoryTree {
    let mut tree = MemoryTree::partial();
    tree.insert_text("Get-VMAssignableDevice", text);
    tree
}

fn planned(listed: &str) -> Plan {
    let tree = read(listed);
    let request = Request {
        devices: vec!["01:00.0".parse().unwrap()],
        target: Some(Target::HyperV),
        vm: Some("win11".to_owned()),
        ..Request::default()
    };
    plan::make(&tree, &Host::read(&tree), &request).unwrap()
}

fn listing(path: &str, vm: Option<&str>) -> String {
    let vm = vm.map_or_else(String::new, |vm| format!("VMName       : {vm}\n"));
    format!("\nInstanceID   : {GPU}\nLocationPath : {path}\n{vm}\n")
}

fn verdict(plan: &Plan, text: &str) -> (Verdict, String) {
    let tree = read(text);
    let report = verify::verify(&tree as &dyn HostTree, &Host::read(&tree), plan, None);
    let answer = &report.devices[0];
    assert_eq!(report.is_verified(), answer.verdict == Verdict::Ok);
    (answer.verdict, answer.title.to_string())
}

#[test]
fn the_vm_of_the_plan_has_the_function() {
    let plan = planned(LISTED);
    let here = "PCIROOT(0)#PCI(0100)#PCI(0000)";
    let elsewhere = "PCIROOT(0)#PCI(0101)#PCI(0000)";
    for (text, expected, part) in [
        (
            listing(here, Some("WIN11")),
            Verdict::Ok,
            "has assigned 01:00.0 to win11",
        ),
        (
            listing(here, Some("win10")),
            Verdict::Blocker,
            "to win10, not to win11",
        ),
        (
            listing(here, None),
            Verdict::Unknown,
            "has dismounted 01:00.0 from the host",
        ),
        // Another card of the same model.
        (
            listing(elsewhere, Some("win11")),
            Verdict::Unknown,
            "not in the input",
        ),
        (
            LISTED.to_owned(),
            Verdict::Blocker,
            "01:00.0 is bound to nvlddmkm",
        ),
        (String::new(), Verdict::Unknown, "not in the input"),
    ] {
        let (found, title) = verdict(&plan, &text);
        assert_eq!(found, expected, "{title}: {text}");
        assert!(title.contains(part), "{title}");
    }
    // Both commands: the one that names the VM decides.
    let both = listing(here, None) + &listing(here, Some("win11"));
    assert_eq!(verdict(&plan, &both).0, Verdict::Ok);
    let table = format!("LocationPath InstanceID\n------------ ----------\n{here} {GPU}\n");
    assert_eq!(verdict(&plan, &table).0, Verdict::Unknown);
}

/// Without location paths at the time of the plan, an ID is enough where only one function has it.
#[test]
fn an_id_identifies_a_function_only_without_a_duplicate() {
    let without_paths: String = LISTED
        .lines()
        .filter(|line| !line.contains("PCIROOT"))
        .map(|line| format!("{line}\n"))
        .collect();
    let plan = planned(&without_paths);
    let here = listing("PCIROOT(0)#PCI(0100)#PCI(0000)", Some("win11"));
    assert_eq!(verdict(&plan, &here).0, Verdict::Ok);
    let second = listing("PCIROOT(0)#PCI(0101)#PCI(0000)", Some("win11"));
    let second = second.replace("&0&0008", "&0&0009");
    assert_eq!(verdict(&plan, &(here + &second)).0, Verdict::Unknown);
    let other_function = listing("PCIROOT(0)#PCI(0100)#PCI(0001)", Some("win11"));
    assert_eq!(verdict(&plan, &other_function).0, Verdict::Unknown);
}

/// Each command that a check prints, or `ask`, is read when its output is pasted.
#[test]
fn the_printed_commands_are_read() {
    let plan = planned(LISTED);
    let check = &plan.checks[0];
    let command = check.argv.last().unwrap();
    assert_eq!(
        command,
        "Get-VMAssignableDevice -VMName win11 | Format-List"
    );
    let output = listing("PCIROOT(0)#PCI(0100)#PCI(0000)", Some("win11"));
    let ask = passthru(&["ask", "--for", "hyper-v"]).out;
    assert!(ask.contains("Get-VMHostAssignableDevice") && ask.contains("Get-VMAssignableDevice"));
    let headed = format!(
        "===== passthru: Get-VMAssignableDevice -VMName * | Format-List 'InstanceID', \
         'LocationPath', 'VMName' =====\n{output}\n===== passthru: end =====\n"
    );
    for pasted in [format!("PS C:\\> {command}\n{output}"), headed] {
        let mut input = Input::new();
        input.add("post.txt", pasted.as_bytes()).unwrap();
        let host = Host::read(&input.finish().unwrap());
        let state = check.requirement.as_ref().unwrap().evaluate(&host).state;
        assert_eq!(state, State::Met, "{pasted}");
    }
}

#[test]
fn the_tutorial_ends_with_an_answer() {
    let scratch = testkit::Scratch::new();
    let file = &scratch.word("plan.json");
    let hosts = "examples/hosts/hyper-v";
    let before = format!("{hosts}/before");
    let words = [
        "plan", "01:00", "--for", "hyper-v", "--vm", "win11", "--root", &before,
    ];
    passthru(&[&words[..], &["-o", file]].concat());
    let after = passthru(&["verify", file, "--root", &format!("{hosts}/after")]);
    assert_eq!(after.status, 0, "{}", after.out);
    assert!(after.out.contains("Hyper-V has assigned 01:00.1 to win11"));
}
