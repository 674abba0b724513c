use super::*;
use crate::description::{LookingGlassSize, MemorySize};
use crate::passed::{Coverage, Passed, PassedFunction, PassedSlot};

const Q35: &str = "balloon: 0\nbios: ovmf\ncpu: host\nefidisk0: a:b\nhostpci0: 0000:01:00,pcie=1\n\
    machine: q35\n";

fn vm() -> Description {
    let gpu = PassedFunction::at("01:00.0".parse().unwrap());
    let slot = PassedSlot::new(vec![gpu], Coverage::WholeSlot).unwrap();
    Description::new("a".parse().unwrap(), Passed::new(vec![slot]).unwrap())
}

fn edited(text: &str, vm: &Description) -> (String, Vec<Note>) {
    let id: VmId = "105".parse().unwrap();
    let plan = edit(id, text, vm).unwrap();
    let new = plan.text.unwrap();
    let again = edit(id, &new, vm).unwrap();
    assert_eq!(again.text.as_deref(), Some(new.as_str()));
    assert_eq!(again.changes, []);
    (new, plan.notes)
}

#[test]
fn what_is_not_asked_for_stays() {
    assert_eq!(edited(Q35, &vm()), (Q35.to_owned(), Vec::new()));
    let text = format!("{Q35}args: -global a.b=c\nhugepages: any\n[snap]\ncpu: kvm64\n");
    assert_eq!(edited(&text, &vm()), (text.clone(), Vec::new()));
}

#[test]
fn the_processor_hides_what_is_asked() {
    let mut vm = vm();
    vm.hiding.kvm = KvmSignature::Hidden;
    vm.hiding.hyperv_vendor_id = Some("NV43FIX".parse().unwrap());
    for (before, after) in [
        ("host", "host,hidden=1,hv-vendor-id=NV43FIX"),
        (
            "hidden=0,cputype=host,flags=+pcid",
            "hidden=1,cputype=host,flags=+pcid,hv-vendor-id=NV43FIX",
        ),
        (
            "host,hidden=on,hv-vendor-id=other",
            "host,hidden=on,hv-vendor-id=NV43FIX",
        ),
    ] {
        let text = Q35.replace("cpu: host", &format!("cpu: {before}"));
        let new = Q35.replace("cpu: host", &format!("cpu: {after}"));
        assert_eq!(edited(&text, &vm), (new, Vec::new()));
    }
    let error = edit("105".parse().unwrap(), "cpu: host,a=\n", &vm).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cpu on line 1: expected key=value at byte 5"
    );
    // A -cpu in args that hides as much is enough, another is told of.
    let text = format!("{Q35}args: -cpu 'host,hv_vendor_id=NV43FIX,kvm=off'\n");
    assert_eq!(edited(&text, &vm).1, []);
    let text = format!("{Q35}args: -cpu host,kvm=off\n");
    let (new, notes) = edited(&text, &vm);
    assert_eq!(notes, [Note::ArgsReplaceCpu { line: 7 }]);
    assert!(new.contains("args: -cpu host,kvm=off\n"));
}

#[test]
fn huge_pages_come_with_numa() {
    let mut vm = vm();
    vm.memory.size = MemorySize::from_mebibytes(1);
    vm.memory.pages = Pages::Huge(HugePageSize::Gibibyte1);
    let (new, notes) = edited(&format!("{Q35}memory: 4608\n"), &vm);
    assert_eq!(
        new,
        format!("{Q35}memory: 4608\nhugepages: 1024\nnuma: 1\n")
    );
    assert_eq!(
        notes,
        [Note::MemoryIsNoMultiple {
            line: 7,
            page: 1024
        }]
    );
    vm.memory.pages = Pages::Huge(HugePageSize::Mebibytes2);
    let (new, notes) = edited(
        &format!("{Q35}numa: yes\nhugepages: any\nmemory: 4608\n"),
        &vm,
    );
    assert_eq!(new, format!("{Q35}numa: yes\nhugepages: 2\nmemory: 4608\n"));
    assert_eq!(notes, []);
}

#[test]
fn arguments_are_completed_and_resized() {
    let mut vm = vm();
    vm.mmio = MmioWindow::from_gibibytes(64);
    vm.looking_glass = LookingGlassSize::from_mebibytes(64);
    let args = "args: -fw_cfg name=opt/ovmf/X-PciMmio64Mb,string=65536 -object \
        memory-backend-file,id=looking-glass,share=on,mem-path=/dev/shm/looking-glass,size=64M \
        -device ivshmem-plain,memdev=looking-glass,bus=pcie.0\n";
    assert_eq!(edited(Q35, &vm), (format!("{Q35}{args}"), Vec::new()));
    let smaller = args.replace("=65536", "=32768").replace("=64M", "=32M");
    assert_eq!(
        edited(&format!("{Q35}{smaller}"), &vm),
        (format!("{Q35}{args}"), Vec::new())
    );
    let own = "args: -audiodev none,id=a";
    let both = args.replace("args:", own);
    assert_eq!(
        edited(&format!("{Q35}{own}\n"), &vm).0,
        format!("{Q35}{both}")
    );
    // Written in another order, it is left alone and told of.
    vm.mmio = None;
    let other = "args: -object memory-backend-file,size=32M,id=x,share=on,\
        mem-path=/dev/shm/looking-glass -device ivshmem-plain,memdev=x\n";
    let (new, notes) = edited(&format!("{Q35}{other}"), &vm);
    assert_eq!(new, format!("{Q35}{other}"));
    assert!(matches!(notes.as_slice(), [Note::ArgsKept { line: 7, .. }]));
    // A shell's language that cannot be read is not added to.
    let (new, notes) = edited(&format!("{Q35}args: -name 'a\n"), &vm);
    assert_eq!(new, format!("{Q35}args: -name 'a\n"));
    assert!(matches!(notes.as_slice(), [Note::ArgsKept { .. }]));
    // A window for BARs that the machine's own firmware takes.
    vm.looking_glass = None;
    vm.mmio = MmioWindow::from_gibibytes(64);
    let bios = Q35.replace("ovmf", "seabios");
    assert_eq!(
        edited(&bios, &vm).0,
        format!("{bios}args: -global q35-pcihost.pci-hole64-size=64G\n")
    );
}
