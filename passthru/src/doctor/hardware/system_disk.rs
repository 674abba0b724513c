//! The host's system on a disk of an assigned controller, by its transport.

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{Device, Fact, SATA, Symptom, UnknownStorage};
use crate::remedy::Remedy;
use crate::target::Target;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: "host-system-on-sata",
    meaning: "The host's system is on a SATA disk, a SATA controller is assigned to a guest, and \
              the host stops when the guest starts. The guest gets the controller with all its \
              disks: the host loses its system. The path of the disk in /sys/block has the \
              address of its controller.",
    source: "Linux Documentation/driver-api/vfio.rst; lsblk(8), TRAN",
    causes: &[],
    check,
}];

/// The only listed SATA controller, which is in question, and the system's file system on a SATA
/// disk, of a host that stops.
pub(in crate::doctor) fn found<'a>(
    context: &'a Context<'_>,
) -> Option<(&'a Device, &'a Fact<UnknownStorage>)> {
    let host = context.host;
    let is_sata = |device: &&Device| {
        let class = device.class.as_ref().map(|class| class.value);
        class.is_some_and(|class| class.base == 0x01 && class.sub == SATA)
    };
    let mut controllers = host.devices.values().filter(is_sata);
    let (only, None) = (controllers.next()?, controllers.next()) else {
        return None;
    };
    let mut stops = host.words.symptoms.iter();
    let stops = stops.any(|found| {
        matches!(
            found.value,
            Symptom::HostFreezes | Symptom::HostReboots | Symptom::HostDiskLost
        )
    });
    let mut systems = host.host_use.not_followed.iter();
    let system = systems.find(|fact| {
        fact.value.mount_point == "/" && fact.value.transport.as_deref() == Some("sata")
    })?;
    (stops && context.is_asked(only.address)).then_some((only, system))
}

fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let Some((controller, system)) = found(context) else {
        return Vec::new();
    };
    let address = controller.address;
    // The disk of a partition: SATA disks are sda, sdb, and so on.
    let named = system.value.disk.as_deref().unwrap_or_default();
    let disk = named
        .trim_end_matches(|c: char| c.is_ascii_digit())
        .to_owned();
    let title = text!(
        "the host's system is on the SATA disk {disk}, and the guest gets the SATA controller \
         {address} with all its disks: the host loses its system when the guest starts",
        disk = disk.clone(),
        address
    );
    let step = if context.target == Some(Target::Proxmox) {
        text!(
            "remove the controller from the guest (qm set VMID --delete hostpci0 --onboot 0); \
             readlink -f /sys/block/{disk} shows the address of the disk's controller; assign a \
             separate controller for the guest's disks, or move the host's system to another one",
            disk
        )
    } else {
        text!(
            "remove the controller from the guest; readlink -f /sys/block/{disk} shows the address \
             of the disk's controller; assign a separate controller for the guest's disks, or move \
             the host's system to another one",
            disk
        )
    };
    vec![
        Diagnostic::new(Verdict::Fix, title)
            .of([address])
            .evidence([system.evidence.clone(), controller.shown.clone()])
            .remedy(Remedy::Manual {
                step: "other-controller",
                text: step,
            }),
    ]
}
