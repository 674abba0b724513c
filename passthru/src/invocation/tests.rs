use super::*;

fn call(words: &[&str]) -> Invocation {
    Invocation::new(words.iter().map(|word| (*word).to_owned()), None)
}

#[test]
fn each_command_has_its_input() {
    let call = call(&["--root", "/mnt/a b", "--from", "it's.txt", "--host", "pve"]);
    let all = r"--root '/mnt/a b' --from 'it'\''s.txt' --host pve";
    assert_eq!(call.command(&[]), format!("passthru {all}"));
    assert_eq!(
        call.command(&["list", "--tree"]),
        format!("passthru list --tree {all}")
    );
    assert_eq!(
        call.command(&["rom", "dump", "01:00.0"]),
        "passthru rom dump 01:00.0 --root '/mnt/a b'"
    );
    assert_eq!(call.command(&["undo"]), "passthru undo --root '/mnt/a b'");
    assert_eq!(
        call.command(&["rom", "verify", "a.rom"]),
        "passthru rom verify a.rom"
    );
}

#[test]
fn commands_in_a_text_become_complete() {
    let call = call(&["--from", "-"]);
    assert_eq!(
        call.text("see `passthru list --tree`, then `cat /a`"),
        "see passthru list --tree --from -, then `cat /a`"
    );
    let remedy = Remedy::Manual {
        step: "x",
        text: text!("either `passthru plan 01:00 --for xen` or `passthru doctor`"),
    };
    assert_eq!(
        call.commands(&remedy),
        [
            "passthru plan 01:00 --for xen --from -",
            "passthru doctor --from -"
        ]
    );
}

#[test]
fn a_plan_that_cannot_be_made_is_not_suggested() {
    let remedy = Remedy::Plan {
        arguments: ["01:00", "--accept", "x"].map(str::to_owned).to_vec(),
    };
    let without = |no_plan| Invocation {
        no_plan: Some(no_plan),
        ..call(&[])
    };
    let missing = without(NoPlan::NotShown);
    assert_eq!(missing.commands(&remedy), ["passthru ask 01:00"]);
    let refused = without(NoPlan::Refused("there are no plans for Windows".to_owned()));
    assert_eq!(
        refused.remedy(&remedy),
        "no plan: there are no plans for Windows"
    );
}

#[test]
fn a_preparation_has_what_the_class_and_the_bound_parts_leave() {
    let parts = |text: &str, functions: &[&str]| {
        let mut input = crate::input::Input::new();
        input.add("lspci.txt", text.as_bytes()).unwrap();
        let host = Host::read(&input.finish().unwrap());
        let functions: Vec<Address> = functions.iter().map(|one| one.parse().unwrap()).collect();
        let all = preparation(&host, &functions, "all", false);
        all.map(String::from).unwrap_or_default()
    };
    let card = "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:1392]\n\
                    \tKernel driver in use: vfio-pci\n\
                    01:00.1 Audio device [0403]: NVIDIA Corporation Device [10de:0fbc]\n\
                    \tKernel driver in use: snd_hda_intel\n";
    assert_eq!(
        parts(card, &["01:00.0", "01:00.1"]),
        "01:00.1 bound to vfio-pci at boot",
        "vfio-pci binds no function without an IOMMU group"
    );
    let other = "qemu-system-x86_64: -device vfio-pci,host=00:14.0: vfio 0000:00:14.0: no iommu_group found\n";
    assert_eq!(
        parts(other, &["00:14.0"]),
        "the IOMMU on (VT-d or AMD-Vi in the firmware setup, and intel_iommu=on for Intel), all bound to vfio-pci at boot"
    );
    let graphics = other.replace("00:14.0", "00:02.0");
    assert!(!parts(&graphics, &["00:02.0"]).contains("framebuffer"));
    let used = "vfio-pci 0000:00:02.0: BAR 1: can't reserve [mem 0xc0000000-0xcfffffff 64bit \
                    pref]\n";
    let used = format!("{graphics}{used}");
    assert!(parts(&used, &["00:02.0"]).contains("framebuffer"));
}
