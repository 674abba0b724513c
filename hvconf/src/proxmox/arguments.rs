//! Arguments in `args`, for settings without a key in Proxmox VE.

use crate::description::{Chipset, Description, Firmware, HugePageSize};

/// The window for BARs above 4 GiB where it is larger than the one that a guest has by default.
pub(super) fn window_argument(vm: &Description) -> Option<String> {
    let by_itself = vm.window_by_itself();
    let window = vm.mmio_window();
    let window = window.filter(|window| window.gibibytes() > by_itself)?;
    Some(match (vm.firmware, vm.machine.chipset) {
        (Firmware::Ovmf(_), _) => format!(
            "-fw_cfg name=opt/ovmf/X-PciMmio64Mb,string={}",
            window.mebibytes()
        ),
        (_, Chipset::Q35) => {
            format!(
                "-global q35-pcihost.pci-hole64-size={}G",
                window.gibibytes()
            )
        }
        (_, Chipset::I440fx) => {
            format!(
                "-global i440FX-pcihost.pci-hole64-size={}G",
                window.gibibytes()
            )
        }
    })
}

/// The shared memory of Looking Glass.
pub(super) fn looking_glass_argument(vm: &Description) -> Option<String> {
    let size = vm.looking_glass?;
    let bus = match vm.machine.chipset {
        Chipset::Q35 => "pcie.0",
        Chipset::I440fx => "pci.0",
    };
    Some(format!(
        "-object memory-backend-file,id=looking-glass,share=on,\
         mem-path=/dev/shm/looking-glass,size={}M \
         -device ivshmem-plain,memdev=looking-glass,bus={bus}",
        size.mebibytes()
    ))
}

/// The value of `hugepages`.
pub(super) const fn huge_pages(size: HugePageSize) -> &'static str {
    match size {
        HugePageSize::HostDefault => "any",
        HugePageSize::Mebibytes2 => "2",
        HugePageSize::Gibibyte1 => "1024",
    }
}
