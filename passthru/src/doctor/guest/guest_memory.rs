//! The memory of a guest with assigned functions: its address width, huge pages and files.

use host_tree::{Evidence, numbered_lines};
use hvconf::description::{AddressBits, HugePageSize, Pages};
use hvconf::{AddressWidth, libvirt, proxmox};

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::Domain;
use crate::remedy::Remedy;
use crate::size::bytes;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "guest-address-width",
        meaning: "The guest's processor has more physical address bits than the host's. The \
                  guest's firmware may place large BARs at addresses that the host's processor \
                  and IOMMU cannot map: the guest does not start, hangs, or its driver finds no \
                  BAR. QEMU prints \"Host physical bits does not match phys-bits property\".",
        source: "QEMU target/i386/host-cpu.c, host_cpu_adjust_phys_bits; libvirt, Domain XML \
                 format, maxphysaddr; Proxmox VE, qm.conf(5), cpu, phys-bits",
        causes: &[],
        check: address_width,
    },
    Rule {
        code: "guest-huge-pages-missing",
        meaning: "libvirt backs the guest's memory with huge pages that the host has reserved, \
                  and does not reserve more: with too few, the guest does not start.",
        source: "libvirt, Domain XML format, memoryBacking; Linux \
                 Documentation/admin-guide/mm/hugetlbpage.rst",
        causes: &["hugepages-too-few"],
        check: huge_pages,
    },
    Rule {
        code: "guest-memory-in-file",
        meaning: "The guest's memory is a shared file outside of hugetlbfs and tmpfs. An assigned \
                  function pins all of the guest's memory, and since Linux 6.5 the kernel refuses \
                  to pin a writable, shared mapping of such a file: QEMU cannot map the memory \
                  for the function (vfio_container_dma_map … = -14). Before, all of the guest's \
                  memory was written to the disk.",
        source: "Linux mm/gup.c, writable_file_mapping_allowed (6.5); libvirt, Domain XML format, \
                 memoryBacking; qemu.conf, memory_backing_dir",
        causes: &[],
        check: memory_in_file,
    },
];

/// libvirt domains with assigned functions.
fn domains<'a>(
    context: &'a Context<'_>,
) -> impl Iterator<Item = (&'a Domain, libvirt::Domain<'a>)> {
    context.host.guests.domains.iter().filter_map(|domain| {
        let read = libvirt::Domain::parse(&domain.text).ok()?;
        (!read.hostdevs().is_empty()).then_some((domain, read))
    })
}

fn edit_guest(text: crate::text::Text) -> Remedy {
    Remedy::Manual {
        step: "edit-guest",
        text,
    }
}

fn address_width(context: &Context<'_>) -> Vec<Diagnostic> {
    let Some(host) = &context.host.guests.memory.address_bits else {
        return Vec::new();
    };
    let vms = context.host.guests.proxmox_vms.iter().filter_map(|vm| {
        let mut entries = vm.config.entries();
        entries.find(|entry| entry.key.starts_with("hostpci"))?;
        let text = vm.config.to_string();
        let width = proxmox::address_width(&vm.config)?;
        let line = width.line?;
        Some((
            width,
            Evidence::at(&*vm.path, &text, line),
            "phys-bits=host",
        ))
    });
    let domains = domains(context).filter_map(|(domain, read)| {
        let width = read.address_width()?;
        let line = Evidence::at(&*domain.path, &domain.text, width.line?);
        Some((width, line, "<maxphysaddr mode='passthrough'/>"))
    });
    vms.chain(domains)
        .filter_map(|(width, line, setting)| {
            let AddressWidth {
                bits: AddressBits::Of(bits),
                ..
            } = width
            else {
                return None;
            };
            // 40 bits are the default of QEMU's models: firmware does not rely on them (edk2
            // MemDetect.c, PlatformAddressWidthFromCpuid).
            if bits <= host.value || bits == 40 {
                return None;
            }
            let title = text!(
                "the guest's processor has {bits} address bits, but the host's has {host}",
                bits,
                host = host.value
            );
            let reported = Diagnostic::new(Verdict::Fix, title)
                .of(context.functions().map(|device| device.address))
                .evidence([line, host.evidence.clone()]);
            Some(reported.remedy(edit_guest(text!(
                "use the host's processor model for the guest, or set {setting}",
                setting
            ))))
        })
        .collect()
}

/// The rest of a domain after its first lines.
const REST: &str = "<devices><hostdev mode='subsystem' type='pci'><source><address domain='0' bus='1' \
                    slot='0' function='0'/></source></hostdev></devices></domain>";

fn huge_pages(context: &Context<'_>) -> Vec<Diagnostic> {
    let memory = &context.host.guests.memory;
    let Some(reserved) = &memory.huge_pages else {
        return Vec::new();
    };
    let domains = context.host.guests.domains.iter();
    domains
        .filter_map(|domain| {
            // The first lines of a domain have its memory: any function completes them for the reader.
            let is_cut = !domain.text.contains("</domain>");
            if domain.functions.is_empty() && !is_cut {
                return None;
            }
            let end = if is_cut { REST } else { "" };
            let vm = libvirt::read_back(&format!("{}{end}", domain.text))
                .ok()?
                .description;
            let Pages::Huge(size) = vm.memory.pages else {
                return None;
            };
            // Only the pages of the default size are counted in /proc/meminfo.
            let of_host = memory.huge_page_size.as_ref()?.value;
            let page = match size {
                HugePageSize::HostDefault => of_host,
                HugePageSize::Mebibytes2 => 2 << 20,
                HugePageSize::Gibibyte1 => 1 << 30,
            };
            if page != of_host {
                return None;
            }
            let needed = vm.memory.size?.bytes().div_ceil(page);
            if needed <= reserved.value {
                return None;
            }
            let (number, _) =
                numbered_lines(&domain.text).find(|(_, line)| line.contains("<hugepages"))?;
            let title = text!(
                "the guest needs {needed} huge pages of {size}, but the host has {reserved}: the \
                 guest does not start",
                needed,
                size = bytes(page),
                reserved = reserved.value
            );
            let reported = Diagnostic::new(Verdict::Blocker, title).evidence([
                Evidence::at(&*domain.path, &domain.text, number),
                reserved.evidence.clone(),
            ]);
            Some(reported.remedy(Remedy::Manual {
                step: "reserve-huge-pages",
                text: text!(
                    "reserve them: sysctl vm.nr_hugepages={needed}, or at boot with the kernel \
                     options hugepagesz= and hugepages={needed}; or remove <hugepages/> from the \
                     guest",
                    needed
                ),
            }))
        })
        .collect()
}

fn memory_in_file(context: &Context<'_>) -> Vec<Diagnostic> {
    // An older kernel pins it.
    let kernel = context.host.system.kernel.is_at_least(6, 5);
    if kernel.is_some_and(|(is_newer, _)| !is_newer) {
        return Vec::new();
    }
    let has = |domain: &Domain, words: [&str; 2]| {
        let found = numbered_lines(&domain.text)
            .find(|(_, line)| words.iter().any(|word| line.contains(word)));
        found.map(|(number, _)| Evidence::at(&*domain.path, &domain.text, number))
    };
    domains(context)
        .filter_map(|(domain, _)| {
            if has(domain, ["<hugepages", "<hugepages"]).is_some() {
                return None;
            }
            let file = has(domain, ["<source type='file'/>", "<source type=\"file\"/>"])?;
            let shared = has(
                domain,
                ["<access mode='shared'/>", "<access mode=\"shared\"/>"],
            )?;
            let title = match kernel {
                Some(_) => text!(
                    "the guest's memory is a shared file, which this kernel does not pin for \
                     assigned functions unless the file is in tmpfs: the guest does not start"
                ),
                None => text!(
                    "the guest's memory is a shared file, which Linux 6.5 and newer do not pin \
                     for assigned functions unless the file is in tmpfs"
                ),
            };
            let release = kernel.map(|(_, evidence)| evidence.clone());
            let reported = Diagnostic::new(Verdict::Fix, title).evidence([file, shared]);
            Some(reported.evidence(release).remedy(edit_guest(text!(
                "use <source type='memfd'/> in <memoryBacking>: it is also shared memory, for \
                 virtiofs and vhost-user"
            ))))
        })
        .collect()
}
