use super::*;

fn kinds(text: &str) -> String {
    let found = writes("a.sh", text);
    let kinds = found.iter().map(|one| match one.value {
        BindingWrite::NewId(id) => format!("id {id}"),
        BindingWrite::Unbind(address) => format!("unbind {address:#}"),
        BindingWrite::Bind(Some(address)) => format!("bind {address:#}"),
        BindingWrite::Bind(None) => "bind any".to_owned(),
    });
    kinds.collect::<Vec<_>>().join(", ")
}

#[test]
fn writes_are_in_order() {
    let script = "echo 10de 1b06 > /sys/bus/pci/drivers/vfio-pci/new_id\n\
            echo 0000:02:00.0 > /sys/bus/pci/devices/0000\\:02\\:00.0/driver/unbind\n\
            # echo 0000:02:00.0 > /sys/bus/pci/drivers/vfio-pci/bind\n\
            echo 0000:02:00.0 | tee /sys/bus/pci/drivers/vfio-pci/bind\n\
            echo $dev > /sys/bus/pci/drivers_probe; virsh nodedev-detach pci_0000_02_00_0\n\
            echo 0000:02:00.1 > /sys/bus/pci/drivers/snd_hda_intel/unbind\n";
    assert_eq!(
        kinds(script),
        "id 10de:1b06, unbind 02:00.0, bind 02:00.0, bind any, bind any"
    );
    assert_eq!(kinds("echo 0000:02:00.0 > /sys/bus/pci/drivers_probe"), "");
}
