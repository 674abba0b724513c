//! Single setting lines in a text: right, without effect, malformed or unsafe.

use host_tree::Evidence;
use pci_core::Address;

use crate::doctor::isolation::groups::addresses;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{Driver, Fact, SettingLine};
use crate::remedy::Remedy;
use crate::text::{Text, text};
use crate::verdict::Verdict;

/// A rule about single lines.
const fn rule(
    code: &'static str,
    meaning: &'static str,
    source: &'static str,
    check: fn(&Context<'_>) -> Vec<Diagnostic>,
) -> Rule {
    Rule {
        code,
        meaning,
        source,
        causes: &[],
        check,
    }
}

const PCIBACK: &str = "Linux drivers/xen/xen-pciback/pci_stub.c, pcistub_init";
const QUBES: &str = "Qubes OS documentation, PCI devices; qvm-pci(1)";
const LOADER: &str = "FreeBSD loader.conf(5); vmm(4), pptdevs";
const VMX: &str = "VMware knowledge base, articles 2142307 and 1010789; hvconf's reader of .vmx";
const DDA: &str = "Microsoft Learn, Deploy graphics devices by using Discrete Device Assignment";
const SYSLINUX: &str = "Unraid documentation, VM management, assigning devices; Linux \
                        drivers/vfio/pci/vfio_pci.c, vfio_pci_fill_ids";

pub(in crate::doctor) const RULES: &[Rule] = &[
    rule(
        "xen-functions-hidden",
        "xen-pciback.hide names functions that dom0's driver reserves for guests, in the form that the driver reads. lspci in dom0 still lists them; \"Kernel driver in use: pciback\" shows that they are bound to it.",
        PCIBACK,
        hidden,
    ),
    rule(
        "xen-hidden-function-bound",
        "xen-pciback.hide names a function that is bound to another driver. If pciback is a module, drivers in the kernel or the initramfs claim the function first.",
        PCIBACK,
        hidden_held,
    ),
    rule(
        "xen-hide-host-bridge",
        "00:00.0 is the host bridge, not a function of a card: it cannot be assigned to a guest.",
        PCIBACK,
        hidden_bridge,
    ),
    rule(
        "xen-hide-commented",
        "The line with xen-pciback.hide is a comment: the kernel does not receive the option, and no function is hidden from dom0.",
        PCIBACK,
        |c| {
            one(
                c,
                &SettingLine::XenHideCommented,
                Verdict::NoEffect,
                text!("xen-pciback.hide is commented out: no function is hidden from dom0"),
                Some((
                    "remove-comment",
                    text!("to hide the functions, remove the comment mark and reboot"),
                )),
            )
        },
    ),
    rule(
        "xen-hide-on-xen",
        "xen-pciback is a driver of dom0's kernel. It does not read options on the command line of Xen itself.",
        PCIBACK,
        |c| {
            one(
                c,
                &SettingLine::XenHideOfXen,
                Verdict::Fix,
                text!(
                    "xen-pciback.hide is among the options of Xen: the kernel of dom0 does not \
                     receive it"
                ),
                Some((
                    "move-to-dom0",
                    text!(
                        "move xen-pciback.hide to the options of dom0's kernel \
                         (boot.kernelParams of NixOS, GRUB_CMDLINE_LINUX_XEN_REPLACE of GRUB)"
                    ),
                )),
            )
        },
    ),
    rule(
        "xen-hide-commas",
        "The driver reads functions in parentheses one after the other and stops at any other character: it then hides no function and logs \"Error parsing pci_devs_to_hide\".",
        PCIBACK,
        |c| {
            one(
                c,
                &SettingLine::XenHideCommas,
                Verdict::Fix,
                text!(
                    "xen-pciback.hide has commas between the functions: the driver reads none of \
                     them"
                ),
                Some((
                    "remove-commas",
                    text!(
                        "write the functions without commas: xen-pciback.hide=(01:00.0)(01:00.1)"
                    ),
                )),
            )
        },
    ),
    rule(
        "xen-dom0-mode-unknown",
        "The modes of Xen's dom0= are pv and pvh, and a few for tests. hvm is not a mode of dom0.",
        "Xen docs/misc/xen-command-line.pandoc, dom0",
        |c| {
            one(
                c,
                &SettingLine::Dom0Hvm,
                Verdict::Fix,
                text!("dom0=hvm is not a mode of Xen's dom0: the modes are pv and pvh"),
                Some((
                    "write-dom0-mode",
                    text!("remove dom0=hvm, or write dom0=pvh"),
                )),
            )
        },
    ),
    rule(
        "unraid-functions-bound",
        "vfio-pci.cfg of Unraid names functions by their address: vfio-pci claims these at boot, and no others with the same ID.",
        "Unraid documentation, System Devices, vfio-pci.cfg",
        unraid_bound,
    ),
    rule(
        "unraid-ids-on-append",
        "The append line of syslinux is Unraid's kernel command line: vfio-pci, which is built into that kernel, claims each function with one of the IDs.",
        SYSLINUX,
        |c| unraid_ids(c, Verdict::Ok),
    ),
    rule(
        "unraid-ids-of-others",
        "vfio-pci.ids= names kinds of functions, not single ones: vfio-pci claims each function with such an ID, including one with the network or the disks of Unraid. The functions with the ID are not in the input.",
        SYSLINUX,
        |c| unraid_ids(c, Verdict::Unknown),
    ),
    rule(
        "acs-override-written",
        "pcie_acs_override makes the kernel split IOMMU groups without any isolation in the hardware: functions of different guests can reach each other's memory. Only kernels with a patch know the option, such as those of Unraid and Proxmox VE.",
        "the patch \"pci: Enable overrides for missing ACS capabilities\", linux-pci, 2013",
        acs,
    ),
    rule(
        "option-with-dash",
        "The kernel treats - and _ in option names as equal: intel-iommu=on and intel_iommu=on are the same.",
        "Linux kernel/params.c, dash2underscore",
        |c| {
            one(
                c,
                &SettingLine::DashedOption,
                Verdict::Harmless,
                text!("intel-iommu=on is the same option as intel_iommu=on"),
                None,
            )
        },
    ),
    rule(
        "hook-variable-host-bridge",
        "pci_0000_00_00_N names the slot of the host bridge. The hooks in guides detach the functions of a card; write the card's address there.",
        "libvirt, virsh(1), nodedev-detach; PCI Local Bus Specification 3.0, host bridge at 00:00.0",
        |c| {
            each(
                c,
                |s| *s == SettingLine::HookHostBridge,
                Verdict::Fix,
                text!("the variable names the slot of the host bridge, not a card"),
                Some((
                    "write-card-address",
                    text!(
                        "write the address of the card's function, as lspci prints it: 01:00.0 \
                         is pci_0000_01_00_0"
                    ),
                )),
            )
        },
    ),
    rule(
        "vmx-functions-assigned",
        "pciPassthruN.id names a function of the host in decimal numbers, as ESXi writes them.",
        VMX,
        vmx_passed,
    ),
    rule(
        "vmx-id-form",
        "ESXi writes pciPassthruN.id with decimal numbers: 00000:066:00.0 is 42:00.0 of lspci. The value has another form or is not in the text, so the intended function is unknown.",
        VMX,
        |c| {
            each(
                c,
                |s| *s == SettingLine::VmxUnclear,
                Verdict::Unknown,
                text!(
                    "not in the input: the function of pciPassthruN.id in ESXi's decimal form \
                     (00000:003:00.0)"
                ),
                Some((
                    "select-device-again",
                    text!(
                        "add the device in the settings of the virtual machine, and copy the \
                         value that ESXi writes"
                    ),
                )),
            )
        },
    ),
    rule(
        "vmx-64bit-mmio-on",
        "With pciPassthru.use64bitMMIO the guest's firmware places large BARs of the card above 4 GiB. The guest must boot with UEFI.",
        VMX,
        mmio_on,
    ),
    rule(
        "vmx-size-alone",
        "pciPassthru.64bitMMIOSizeGB is the size of the window for large BARs of cards. It takes effect only with pciPassthru.use64bitMMIO = TRUE, which is not in the input.",
        VMX,
        size_alone,
    ),
    rule(
        "vmx-isolation-weakened",
        "pciPassthru.RelaxACSCheck and allowP2P let devices exchange data without IOMMU translation: the isolation between guests is weaker.",
        VMX,
        |c| {
            each(
                c,
                |s| *s == SettingLine::VmxIsolation,
                Verdict::Security,
                text!("the option weakens the isolation between devices"),
                Some((
                    "remove-option",
                    text!(
                        "remove the line unless two devices of one guest must exchange data \
                         directly"
                    ),
                )),
            )
        },
    ),
    rule(
        "vmx-cpuid-hidden-line",
        "hypervisor.cpuid.v0 = FALSE hides the hypervisor from the guest. NVIDIA drivers before 465 refused consumer cards without it; later drivers do not need it.",
        "NVIDIA, GeForce GPU Passthrough for Windows Virtual Machine (Beta), driver 465",
        |c| {
            let branch = c.host.statements.nvidia_branch.as_ref();
            if branch.is_some_and(|branch| branch.value < 465) {
                return Vec::new();
            }
            each(
                c,
                |s| *s == SettingLine::VmxHidden,
                Verdict::NoEffect,
                text!("hypervisor.cpuid.v0 = FALSE is needed only with NVIDIA drivers before 465"),
                Some((
                    "remove-line",
                    text!("remove the line if the guest's driver is newer"),
                )),
            )
        },
    ),
    rule(
        "vmx-hypervisor-shown",
        "hypervisor.cpuid.v0 = TRUE is the default: the guest detects the hypervisor. FALSE hides it, which only NVIDIA drivers before 465 need.",
        "NVIDIA, GeForce GPU Passthrough for Windows Virtual Machine (Beta), driver 465",
        |c| {
            each(
                c,
                |s| *s == SettingLine::VmxShown,
                Verdict::NoEffect,
                text!("hypervisor.cpuid.v0 = TRUE hides nothing: the guest detects the hypervisor"),
                Some((
                    "write-false",
                    text!(
                        "write FALSE to hide the hypervisor from an NVIDIA driver before 465, \
                         otherwise remove the line"
                    ),
                )),
            )
        },
    ),
    rule(
        "qubes-isolation-weakened",
        "permissive lets a qube write to the whole configuration space of the device; no-strict-reset assigns a device that cannot be reset between qubes.",
        QUBES,
        |c| {
            each(
                c,
                |s| *s == SettingLine::QubesWeakened,
                Verdict::Security,
                text!("permissive and no-strict-reset weaken the isolation of the qube"),
                Some((
                    "only-where-needed",
                    text!(
                        "set these options only if the device does not work without them, and \
                         attach the device to no other qube"
                    ),
                )),
            )
        },
    ),
    rule(
        "qubes-strict-reset-set",
        "no-strict-reset=False is the default: a device without a reset is refused.",
        QUBES,
        |c| {
            each(
                c,
                |s| *s == SettingLine::QubesStrict,
                Verdict::Fix,
                text!("no-strict-reset=False still requires a reset"),
                Some((
                    "write-true",
                    text!("if the device has no reset, write no-strict-reset=True"),
                )),
            )
        },
    ),
    rule(
        "dda-order-valid",
        "A device is assigned to a Hyper-V guest in this order: disable it, dismount it from the host, add it to the virtual machine, which is powered off.",
        DDA,
        dda_order,
    ),
    rule(
        "dda-dismount-forced",
        "Without -Force the device is dismounted only if its vendor provides a mitigation driver. With -Force the device is assigned without that protection of the host.",
        DDA,
        |c| {
            each(
                c,
                |s| *s == SettingLine::DdaDismount(true),
                Verdict::Security,
                text!("-Force dismounts the device without a mitigation driver of its vendor"),
                Some((
                    "mitigation-driver",
                    text!(
                        "install the vendor's mitigation driver if there is one, and dismount \
                         without -Force"
                    ),
                )),
            )
        },
    ),
    rule(
        "loader-conf-quote",
        "A value in loader.conf starts and ends with a quotation mark. With only one of them the boot loader reads another value, or reports a syntax error.",
        LOADER,
        |c| {
            each(
                c,
                |s| *s == SettingLine::LoaderQuote,
                Verdict::Fix,
                text!("the value lacks one of its two quotation marks"),
                Some((
                    "write-quotes",
                    text!("write the value between two quotation marks: name=\"value\""),
                )),
            )
        },
    ),
    rule(
        "loader-conf-module-misspelled",
        "The boot loader loads the module named before _load. FreeBSD has no module with this name, but one with two letters transposed.",
        LOADER,
        misspelled,
    ),
    rule(
        "pptdevs-commented",
        "The line with pptdevs is a comment: no function is reserved for guests of bhyve.",
        LOADER,
        |c| {
            one(
                c,
                &SettingLine::PptCommented,
                Verdict::NoEffect,
                text!("pptdevs is commented out: no function is reserved"),
                Some((
                    "remove-comment",
                    text!("to reserve the functions, remove the # and reboot"),
                )),
            )
        },
    ),
    rule(
        "pptdevs-valid",
        "pptdevs is in the form that the kernel reads: bus/slot/function in decimal numbers, between quotation marks. It takes effect at the next boot.",
        LOADER,
        ppt,
    ),
    rule(
        "hostpci-whole-slot",
        "hostpciN without a function number assigns all functions of the slot to the guest.",
        "Proxmox VE documentation, qm(1), hostpci",
        whole_slot,
    ),
    rule(
        "hostpci-mediated",
        "hostpciN with mdev= assigns a mediated device: the host driver keeps the card and shares it.",
        "Proxmox VE documentation, qm(1), hostpci, mdev",
        |c| {
            one(
                c,
                &SettingLine::HostpciMdev,
                Verdict::Ok,
                text!("the guest has a mediated device; the host driver keeps the card"),
                None,
            )
        },
    ),
    rule(
        "kubevirt-device-permitted",
        "pciVendorSelector lists the devices that KubeVirt may assign to guests, by vendor and device ID.",
        "KubeVirt user guide, host devices",
        permitted,
    ),
    rule(
        "kubevirt-selector-twice",
        "The same ID is on the list of permitted devices more than once; KubeVirt finds the same devices for each.",
        "KubeVirt user guide, host devices",
        selector_twice,
    ),
    rule(
        "host-output-missing",
        "The input has settings, commands or a guide but no output of a host: it does not prove that the settings are in effect, nor the state of the host.",
        "the input itself",
        no_output,
    ),
];

type Step = Option<(&'static str, Text)>;

/// So many lines prove one finding.
const LINES: usize = 3;

fn lines<'a>(
    context: &Context<'a>,
    is: impl Fn(&SettingLine) -> bool + 'a,
) -> impl Iterator<Item = &'a Fact<SettingLine>> {
    let host = context.host;
    // Complete files of ESXi have other rules.
    let is_judged = move |line: &SettingLine| {
        let has = |key: &str| {
            host.vmx_files
                .iter()
                .any(|file| file.vmx.get(key).is_some())
        };
        match line {
            SettingLine::VmxHidden => host.vmx_files.is_empty(),
            SettingLine::VmxMmio => !has("pciPassthru.use64bitMMIO"),
            _ => true,
        }
    };
    let all = host.setting_lines.iter();
    all.filter(move |fact| is(&fact.value) && is_judged(&fact.value))
}

fn stepped(reported: Diagnostic, step: Step) -> Diagnostic {
    match step {
        Some((step, text)) => reported.remedy(Remedy::Manual { step, text }),
        None => reported,
    }
}

/// One finding for equal lines.
fn each(
    context: &Context<'_>,
    is: fn(&SettingLine) -> bool,
    verdict: Verdict,
    title: Text,
    step: Step,
) -> Vec<Diagnostic> {
    let shown: Vec<Evidence> = lines(context, is)
        .map(|fact| fact.evidence.clone())
        .take(LINES)
        .collect();
    if shown.is_empty() {
        return Vec::new();
    }
    vec![stepped(
        Diagnostic::new(verdict, title).evidence(shown),
        step,
    )]
}

fn one(
    context: &Context<'_>,
    is: &'static SettingLine,
    verdict: Verdict,
    title: Text,
    step: Step,
) -> Vec<Diagnostic> {
    let shown = lines(context, move |line| line == is).map(|fact| fact.evidence.clone());
    let shown: Vec<Evidence> = shown.take(LINES).collect();
    if shown.is_empty() {
        return Vec::new();
    }
    vec![stepped(
        Diagnostic::new(verdict, title).evidence(shown),
        step,
    )]
}

/// The functions that xen-pciback.hide names, each with its line.
fn to_hide<'a>(context: &Context<'a>) -> impl Iterator<Item = (&'a [Address], &'a Evidence)> {
    let all = context.host.setting_lines.iter();
    all.filter_map(|fact| match &fact.value {
        SettingLine::XenHide(functions) => Some((functions.as_slice(), &fact.evidence)),
        _ => None,
    })
}

fn is_bridge(address: Address) -> bool {
    address.domain() == 0 && address.bus() == 0 && address.slot().device() == 0
}

/// The driver, not one for guests, that a listing shows for the function. A log is of a moment,
/// perhaps of another boot.
fn holder<'a>(context: &Context<'a>, address: Address) -> Option<&'a Fact<String>> {
    let Driver::Bound(driver) = &context.host.devices.get(&address)?.driver else {
        return None;
    };
    let is_for_guests = matches!(driver.value.as_str(), "pciback" | "xen-pciback" | "ppt");
    let is_listed =
        driver.evidence.text.contains("driver in use") || driver.evidence.text.contains("@pci");
    (!is_for_guests && is_listed).then_some(driver)
}

fn hidden(context: &Context<'_>) -> Vec<Diagnostic> {
    let is_free = |functions: &[Address]| {
        let mut functions = functions.iter();
        functions.all(|one| !is_bridge(*one) && holder(context, *one).is_none())
    };
    let mut reported: Vec<Diagnostic> = Vec::new();
    for (functions, evidence) in to_hide(context).filter(|(functions, _)| is_free(functions)) {
        let title = text!(
            "xen-pciback.hide names {functions} in the correct form",
            functions
        );
        match reported.iter_mut().find(|known| known.title == title) {
            Some(known) if known.evidence.len() < LINES => known.evidence.push(evidence.clone()),
            Some(_) => {}
            None => reported.push(
                Diagnostic::new(Verdict::Ok, title)
                    .of(functions.iter().copied())
                    .evidence([evidence.clone()]),
            ),
        }
    }
    reported
}

fn hidden_held(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut reported = Vec::new();
    for (functions, evidence) in to_hide(context).take(LINES) {
        let held: Vec<_> = functions
            .iter()
            .filter_map(|one| Some((*one, holder(context, *one)?)))
            .collect();
        let Some((_, driver)) = held.first() else {
            continue;
        };
        let title = text!(
            "xen-pciback.hide names {functions}, but the driver bound there is {driver}",
            functions = addresses(held.iter().map(|(address, _)| *address)),
            driver = driver.value
        );
        reported.push(
            Diagnostic::new(Verdict::Fix, title)
                .of(held.iter().map(|(address, _)| *address))
                .evidence([evidence.clone()])
                .evidence(held.iter().map(|(_, driver)| driver.evidence.clone()))
                .remedy(Remedy::Manual {
                    step: "make-assignable",
                    text: text!(
                        "reboot if the option is new; otherwise run xl pci-assignable-add ADDRESS \
                         for each of the functions"
                    ),
                }),
        );
    }
    reported
}

fn hidden_bridge(context: &Context<'_>) -> Vec<Diagnostic> {
    let bad = to_hide(context).filter(|(functions, _)| functions.iter().any(|one| is_bridge(*one)));
    bad.take(1)
        .map(|(_, evidence)| {
            Diagnostic::new(
                Verdict::Fix,
                text!("xen-pciback.hide names the slot of the host bridge (00:00), not a card"),
            )
            .evidence([evidence.clone()])
            .remedy(Remedy::Manual {
                step: "write-card-address",
                text: text!("write the addresses of the card's functions, as lspci prints them"),
            })
        })
        .collect()
}

fn unraid_bound(context: &Context<'_>) -> Vec<Diagnostic> {
    let all = context.host.setting_lines.iter();
    let bound = all.filter_map(|fact| match &fact.value {
        SettingLine::UnraidBind(functions) => Some((functions, &fact.evidence)),
        _ => None,
    });
    bound
        .map(|(functions, evidence)| {
            let title = text!(
                "vfio-pci.cfg names {functions} by address",
                functions = addresses(functions.iter().copied())
            );
            Diagnostic::new(Verdict::Ok, title)
                .of(functions.iter().copied())
                .evidence([evidence.clone()])
        })
        .collect()
}

fn unraid_ids(context: &Context<'_>, verdict: Verdict) -> Vec<Diagnostic> {
    // If functions are listed with IDs, the rules about ids= report the matching ones.
    let is_listed = context
        .host
        .devices
        .values()
        .any(|device| device.id.is_some());
    let all = context.host.setting_lines.iter();
    let lists = all.filter_map(|fact| match &fact.value {
        SettingLine::UnraidIds(ids) => Some((ids, &fact.evidence)),
        _ => None,
    });
    lists
        .filter(|_| verdict == Verdict::Ok || !is_listed)
        .map(|(ids, evidence)| match verdict {
            Verdict::Ok => Diagnostic::new(
                verdict,
                text!("the append line names {ids} for vfio-pci", ids),
            )
            .evidence([evidence.clone()]),
            _ => Diagnostic::new(
                verdict,
                text!(
                    "not in the input: whether the host needs a function with one of the IDs \
                     {ids}: vfio-pci claims all of them",
                    ids
                ),
            )
            .evidence([evidence.clone()])
            .remedy(Remedy::Manual {
                step: "bind-by-address",
                text: text!(
                    "if one function with such an ID must stay with the host, remove the ID and \
                     select the others on the page System Devices"
                ),
            }),
        })
        .collect()
}

fn acs(context: &Context<'_>) -> Vec<Diagnostic> {
    if context
        .host
        .settings
        .kernel_option("pcie_acs_override")
        .next()
        .is_some()
    {
        return Vec::new();
    }
    one(
        context,
        &SettingLine::AcsOverride,
        Verdict::Security,
        text!("pcie_acs_override splits IOMMU groups in software only: the isolation is not real"),
        Some((
            "remove-acs-override",
            text!(
                "remove the option if the groups are usable without it, otherwise assign all \
                 functions of a real group to one guest"
            ),
        )),
    )
}

fn vmx_passed(context: &Context<'_>) -> Vec<Diagnostic> {
    let all = context.host.setting_lines.iter();
    let (names, shown): (Vec<&str>, Vec<Evidence>) = all
        .filter_map(|fact| match &fact.value {
            SettingLine::VmxFunction(name) => Some((name.as_str(), fact.evidence.clone())),
            _ => None,
        })
        .take(8)
        .unzip();
    if names.is_empty() {
        return Vec::new();
    }
    let title = text!(
        "the virtual machine has {names}, in ESXi's decimal form",
        names = names.join(", ")
    );
    vec![Diagnostic::new(Verdict::Ok, title).evidence(shown)]
}

fn mmio_on(context: &Context<'_>) -> Vec<Diagnostic> {
    // A line of a file is that of its reader, which may refuse it.
    let files = &context.host.vmx_files;
    let is_of_file = |line: &str| {
        let line = line.trim_start_matches(['>', ' ']);
        files.iter().any(|file| file.text.contains(line))
    };
    let in_lines = lines(context, |line| *line == SettingLine::VmxMmio)
        .filter(|fact| !is_of_file(&fact.evidence.text));
    let mut shown: Vec<Evidence> = in_lines.map(|fact| fact.evidence.clone()).collect();
    for file in files {
        let entry = file.vmx.get("pciPassthru.use64bitMMIO");
        let on = entry.filter(|entry| entry.value.eq_ignore_ascii_case("TRUE"));
        shown.extend(on.map(|entry| Evidence::at(&*file.path, &file.text, entry.line)));
    }
    if shown.is_empty() {
        return Vec::new();
    }
    let title = text!("64-bit MMIO is enabled for the guest");
    let shown = shown.into_iter().take(LINES);
    vec![Diagnostic::new(Verdict::Ok, title).evidence(shown)]
}

fn size_alone(context: &Context<'_>) -> Vec<Diagnostic> {
    let all = || context.host.setting_lines.iter();
    let is_on = all().any(|fact| fact.value == SettingLine::VmxMmio);
    if is_on || !mmio_on(context).is_empty() {
        return Vec::new();
    }
    let sizes = all().filter(|fact| fact.value == SettingLine::VmxMmioSize);
    sizes
        .take(1)
        .map(|fact| {
            let title = text!(
                "not in the input: pciPassthru.use64bitMMIO = TRUE, without which the size has no \
                 effect"
            );
            Diagnostic::new(Verdict::Unknown, title)
                .evidence([fact.evidence.clone()])
                .remedy(Remedy::Manual {
                    step: "vmx-mmio",
                    text: text!(
                        "set pciPassthru.use64bitMMIO = \"TRUE\" as well, with firmware = \"efi\""
                    ),
                })
        })
        .collect()
}

fn dda_order(context: &Context<'_>) -> Vec<Diagnostic> {
    let all = context.host.setting_lines.iter();
    let steps: Vec<(u8, &Evidence)> = all
        .filter_map(|fact| match fact.value {
            SettingLine::DdaDisable => Some((0, &fact.evidence)),
            SettingLine::DdaDismount(_) => Some((1, &fact.evidence)),
            SettingLine::DdaAdd => Some((2, &fact.evidence)),
            _ => None,
        })
        .collect();
    let is_complete = (0..3).all(|step| steps.iter().any(|(own, _)| *own == step));
    if !is_complete || !steps.is_sorted_by_key(|(step, _)| *step) {
        return Vec::new();
    }
    let shown = steps
        .iter()
        .map(|(_, evidence)| (*evidence).clone())
        .take(8);
    vec![
        Diagnostic::new(
            Verdict::Ok,
            text!("the order of the commands is correct: disable, dismount, add"),
        )
        .evidence(shown),
    ]
}

fn misspelled(context: &Context<'_>) -> Vec<Diagnostic> {
    let all = context.host.setting_lines.iter();
    let found = all.filter_map(|fact| match fact.value {
        SettingLine::LoaderModule(meant) => Some((meant, &fact.evidence)),
        _ => None,
    });
    found
        .map(|(meant, evidence)| {
            Diagnostic::new(
                Verdict::Fix,
                text!("two letters are transposed: the module is {meant}", meant),
            )
            .evidence([evidence.clone()])
            .remedy(Remedy::Manual {
                step: "correct-module-name",
                text: text!("write {meant}_load=\"YES\"", meant),
            })
        })
        .collect()
}

fn ppt(context: &Context<'_>) -> Vec<Diagnostic> {
    let reserved = context.host.reserved_for_bhyve.iter();
    let is_wrong = |fact: &&Fact<Address>| {
        let device = context.host.devices.get(&fact.value);
        holder(context, fact.value).is_some() || device.is_some_and(crate::host::Device::is_bridge)
    };
    // A table of attempts has lines that were not right: one alone can be judged.
    if reserved.clone().any(|fact| is_wrong(&fact))
        || lines(context, |line| *line == SettingLine::Ppt).count() != 1
    {
        return Vec::new();
    }
    one(
        context,
        &SettingLine::Ppt,
        Verdict::Ok,
        text!("pptdevs is in the correct form, and takes effect at the next boot"),
        None,
    )
}

fn whole_slot(context: &Context<'_>) -> Vec<Diagnostic> {
    let all = context.host.setting_lines.iter();
    let slots = all.filter_map(|fact| match &fact.value {
        SettingLine::HostpciSlot(slot) => Some((slot, &fact.evidence)),
        _ => None,
    });
    let mut reported: Vec<Diagnostic> = Vec::new();
    for (slot, evidence) in slots {
        let title = text!(
            "hostpci names {slot} without a function: the guest has all functions of the slot",
            slot
        );
        if !reported.iter().any(|known| known.title == title) {
            reported.push(Diagnostic::new(Verdict::Ok, title).evidence([evidence.clone()]));
        }
    }
    reported
}

/// The ids of KubeVirt's list, each with its lines.
fn selectors(context: &Context<'_>) -> Vec<(String, Vec<Evidence>)> {
    let mut found: Vec<(String, Vec<Evidence>)> = Vec::new();
    for fact in &context.host.setting_lines {
        let SettingLine::KubeVirtSelector(id) = &fact.value else {
            continue;
        };
        match found.iter_mut().find(|(known, _)| known == id) {
            Some((_, lines)) => lines.push(fact.evidence.clone()),
            None => found.push((id.clone(), vec![fact.evidence.clone()])),
        }
    }
    found
}

fn permitted(context: &Context<'_>) -> Vec<Diagnostic> {
    let found = selectors(context);
    if found.is_empty() {
        return Vec::new();
    }
    let ids: Vec<&str> = found.iter().map(|(id, _)| id.as_str()).take(8).collect();
    let title = text!(
        "KubeVirt may assign the devices with {ids} to guests",
        ids = ids.join(", ")
    );
    let shown = found.iter().filter_map(|(_, lines)| lines.first().cloned());
    vec![Diagnostic::new(Verdict::Ok, title).evidence(shown)]
}

fn selector_twice(context: &Context<'_>) -> Vec<Diagnostic> {
    let twice = selectors(context)
        .into_iter()
        .filter(|(_, lines)| lines.len() > 1);
    twice
        .map(|(id, lines)| {
            let title = text!(
                "{id} is on KubeVirt's list of permitted devices {count} times",
                id,
                count = lines.len()
            );
            Diagnostic::new(Verdict::Harmless, title).evidence(lines)
        })
        .collect()
}

fn no_output(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let is_shown = host.devices.values().any(|device| !device.is_only_named)
        || !host.log_facts.is_empty()
        || !host.groups.is_empty()
        || host.running_options_shown
        || !host.without_address.is_empty()
        || !host.log_messages.is_empty()
        || !host.loaded_modules.is_empty()
        // The rules about the card, and about complete files, report unknown facts.
        || !context.cards.is_empty()
        || !host.vmx_files.is_empty();
    if is_shown {
        return Vec::new();
    }
    let mut shown: Vec<Evidence> = Vec::new();
    let settings = host.setting_lines.iter().map(|fact| &fact.evidence);
    let options = host.quoted_options.iter().map(|fact| &fact.evidence);
    // A failure that the text mentions asks for the same output.
    let is_failing =
        host.complaint.is_some() || host.code_43_statement.is_some() || !host.symptoms.is_empty();
    let subject = host.subject.iter().filter(|_| !is_failing);
    for evidence in settings.chain(options).chain(subject) {
        if shown.len() < LINES && !shown.contains(evidence) {
            shown.push(evidence.clone());
        }
    }
    if shown.is_empty() {
        return Vec::new();
    }
    vec![
        Diagnostic::new(
            Verdict::Unknown,
            text!("no output of the host is in the input: nothing proves the state"),
        )
        .evidence(shown)
        .remedy(Remedy::Manual {
            step: "show-output",
            text: text!("run `passthru ask` for the commands whose output shows the host"),
        }),
    ]
}
