//! The steps inside one guest.

use super::code_43::{Code43, NvidiaWindowsDriver, code_43};
use super::device_id::{DeviceInstance, hardware_id};
use super::linux::{NvidiaGuest, nouveau, nvidia_linux};
use super::nvidia::{NvidiaFlavor, NvidiaGeneration, NvidiaModules, modules};
use super::system::WorkSystem;
use super::virtual_display::{WorksIn, virtual_displays};
use super::windows::{clean_driver_steps, msi_powershell, msi_reg};
use crate::assigned::AssignedDevices;
use crate::description::LookingGlassSize;
use crate::emitted::{Emitted, ManualStep};
use crate::error::{Cause, Error};

/// The vendor id of NVIDIA (<https://pci-ids.ucw.cz/read/PC/10de>).
const NVIDIA: u16 = 0x10de;

/// A guest with assigned functions, its known facts and the request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestSetup {
    /// The system that runs in it.
    pub system: WorkSystem,
    /// The functions that it has.
    pub assigned: AssignedDevices,
    /// The generations of the NVIDIA cards among them, as far as they are known.
    pub generations: Vec<NvidiaGeneration>,
    /// The version of NVIDIA's driver that it has or gets. On Linux the branch alone
    /// counts.
    pub driver: Option<NvidiaWindowsDriver>,
    /// NVIDIA's kernel modules to use on Linux.
    pub flavor: NvidiaFlavor,
    /// The devices' instances in Windows, as its Device Manager shows them.
    pub instances: Vec<DeviceInstance>,
    /// The memory of Looking Glass, where that shows the picture.
    pub looking_glass: Option<LookingGlassSize>,
}

impl GuestSetup {
    /// The setup of a guest with `assigned`, without further facts.
    #[must_use]
    pub const fn new(system: WorkSystem, assigned: AssignedDevices) -> Self {
        Self {
            system,
            assigned,
            generations: Vec::new(),
            driver: None,
            flavor: NvidiaFlavor::Recommended,
            instances: Vec::new(),
            looking_glass: None,
        }
    }

    fn has_nvidia_display(&self) -> bool {
        let vendor = |id: pci_core::PciId| id.vendor.0 == NVIDIA;
        let mut functions = self.assigned.functions();
        functions.any(|one| one.is_display() && one.id.is_some_and(vendor))
    }
}

/// Returns the steps inside the guest: files, commands and manual steps.
///
/// # Errors
/// When Windows is to find a function whose ids are not known, or an instance is of none
/// of the functions.
///
/// ```
/// use hvconf::guest::{GuestSetup, inside};
/// use hvconf::assigned::{Coverage, AssignedDevices, AssignedFunction, AssignedSlot};
/// let mut nic = AssignedFunction::at("03:00.0".parse()?);
/// nic.id = "8086:10fb".parse().ok();
/// let assigned = AssignedDevices::new(vec![AssignedSlot::new(vec![nic], Coverage::WholeSlot)?])?;
/// let done = inside(&GuestSetup::new("windows".parse()?, assigned))?;
/// assert_eq!(done.files[0].path, "msi.ps1");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn inside(work: &GuestSetup) -> Result<Emitted, Error> {
    let mut emitted = match work.system {
        WorkSystem::Windows => windows(work)?,
        WorkSystem::Linux(_) => linux(work),
    };
    if work.assigned.functions().any(|one| one.is_display()) {
        emitted.steps.extend(displays(work));
    }
    Ok(emitted)
}

fn windows(work: &GuestSetup) -> Result<Emitted, Error> {
    let mut emitted = Emitted::default();
    emitted.files.push(msi_powershell(&work.assigned)?);
    if !work.instances.is_empty() {
        check_instances(work)?;
        emitted.files.push(msi_reg(&work.instances));
    }
    emitted.steps.push(step(
        "msi",
        "in an administrator's PowerShell run msi.ps1 (powershell -ExecutionPolicy Bypass -File \
         msi.ps1), and restart the guest: an installation of the driver can turn MSI off again",
    ));
    if work.has_nvidia_display() {
        emitted.steps.extend(of_code_43(work.driver));
    }
    if work.assigned.functions().any(|one| one.is_display()) {
        emitted.steps.extend(clean_driver_steps());
    }
    Ok(emitted)
}

/// Refuses an instance that is of none of the functions: the file would change another
/// device.
fn check_instances(work: &GuestSetup) -> Result<(), Error> {
    for instance in &work.instances {
        let text = instance.to_string();
        let mut ids = work.assigned.functions().filter_map(hardware_id);
        let is_of = |id: String| {
            text.get(..id.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(&id))
        };
        if !ids.any(is_of) {
            return Err(Cause::Unsupported {
                target: "Windows",
                what: format!("{text}: it is not one of the functions"),
            }
            .into());
        }
    }
    Ok(())
}

fn of_code_43(driver: Option<NvidiaWindowsDriver>) -> Vec<ManualStep> {
    let first = NvidiaWindowsDriver::PASSTHROUGH;
    let (text, hiding_counts) = match driver.map(|driver| (driver, code_43(driver))) {
        Some((driver, Code43::HideHypervisor)) => (
            format!(
                "driver {driver} stops with code 43 when it finds a hypervisor, and {first} and \
                 later do not: install a later one, or hide the hypervisor (passthru plan --hide)"
            ),
            true,
        ),
        Some((driver, Code43::HideNothing)) => (
            format!(
                "driver {driver} works under a hypervisor, as all from {first} on: hide nothing, \
                 code 43 has another cause here"
            ),
            false,
        ),
        None => (
            format!(
                "drivers before {first} stop with code 43 when they find a hypervisor; later ones \
                 need nothing hidden, and code 43 has another cause with them"
            ),
            false,
        ),
    };
    let mut steps = vec![step("code-43", text)];
    if !hiding_counts {
        let causes = Code43::other_causes().iter();
        steps.extend(causes.map(|cause| step("code-43-cause", format!("code 43, too: {cause}"))));
    }
    steps
}

fn linux(work: &GuestSetup) -> Emitted {
    let WorkSystem::Linux(initramfs) = work.system else {
        return Emitted::default();
    };
    if !work.has_nvidia_display() {
        let text = "nothing is installed in the guest: drivers of its kernel bind the functions \
                    that they support, with their firmware (Debian: firmware-misc-nonfree, \
                    firmware-amd-graphics; others: linux-firmware)";
        return Emitted {
            steps: vec![step("guest-driver", text)],
            ..Emitted::default()
        };
    }
    let (Some(driver), Some(generation)) = (work.driver, work.generations.first()) else {
        let mut emitted = nouveau(initramfs);
        let text = match work.generations.first() {
            Some(generation) => branches(*generation),
            None => "the card's generation is not known by its name: NVIDIA's list of supported \
                     products says which branch drives it, and from Blackwell on there are open \
                     kernel modules alone"
                .to_owned(),
        };
        emitted.steps.insert(0, step("nvidia-branch", text));
        return emitted;
    };
    let branch = driver.branch();
    let decided = |generation: NvidiaGeneration| modules(generation, branch, work.flavor);
    let odd = work
        .generations
        .iter()
        .find(|other| decided(**other) != decided(*generation));
    if let Some(other) = odd {
        let mut emitted = nouveau(initramfs);
        let of = |generation: NvidiaGeneration| match decided(generation) {
            NvidiaModules::Open => format!("for {generation} the open kernel modules"),
            NvidiaModules::Proprietary => format!("for {generation} the proprietary ones"),
            NvidiaModules::TooNew { last } => {
                format!("for {generation} branch {last} at the latest")
            }
            NvidiaModules::TooOld { first } => format!("for {generation} branch {first} or later"),
            NvidiaModules::NoOpen { first: Some(first) } => {
                format!("for {generation} branch {first} or later, or no --open")
            }
            NvidiaModules::NoOpen { first: None } => {
                format!("for {generation} the proprietary ones, without --open")
            }
        };
        let text = format!(
            "a guest has one set of kernel modules, and with branch {branch} {}, {} are needed: \
             install a branch that has one for both, or assign the cards to two guests",
            of(*generation),
            of(*other)
        );
        emitted.steps.insert(0, step("nvidia-branch", text));
        return emitted;
    }
    let mut emitted = nvidia_linux(NvidiaGuest {
        generation: *generation,
        branch,
        flavor: work.flavor,
        initramfs,
    });
    // The branches of Linux and Windows are the same, the builds are not.
    let first = NvidiaWindowsDriver::PASSTHROUGH.branch();
    if branch < first {
        let text = format!(
            "a driver of branch {branch} can refuse a GeForce card when it finds a hypervisor: \
             nvidia-smi then reports no device handle. Install branch {first} or later, or hide the \
             hypervisor (passthru plan --hide)"
        );
        emitted.steps.push(step("hide-hypervisor", text));
    }
    emitted
}

/// Driver branches that support a generation.
fn branches(generation: NvidiaGeneration) -> String {
    let last = match generation.last_branch() {
        Some(last) => format!("{last} is the last branch of NVIDIA's driver for {generation}"),
        None => format!("NVIDIA's newest branch drives {generation}"),
    };
    let open = match generation.open_from() {
        Some(first) => format!("open kernel modules from {first} on"),
        None => "no open kernel modules".to_owned(),
    };
    format!("{last}, {open}: name the branch that the guest gets with --driver")
}

/// The way to see the picture.
fn displays(work: &GuestSetup) -> Vec<ManualStep> {
    let here = |works_in: WorksIn| match works_in {
        WorksIn::Any => true,
        WorksIn::Windows => work.system == WorkSystem::Windows,
        WorksIn::Linux => work.system != WorkSystem::Windows,
    };
    let ways = virtual_displays().iter().filter(|way| here(way.works_in));
    let mut steps: Vec<ManualStep> = ways
        .map(|way| ManualStep {
            name: way.name,
            text: format!(
                "without a monitor on the card, one of these: {} ({}; but: {})",
                way.what, way.good, way.bad
            ),
        })
        .collect();
    if let Some(size) = work.looking_glass {
        let text = match work.system {
            WorkSystem::Windows => format!(
                "install the Looking Glass host application of the same version as the client on \
                 the host: it brings the IVSHMEM driver, and finds {} MiB of shared memory",
                size.mebibytes()
            ),
            WorkSystem::Linux(_) => "Looking Glass has its host application for Windows guests; \
                                     in a Linux guest build the one for X11 from its sources"
                .to_owned(),
        };
        steps.push(step("looking-glass-guest", text));
    }
    steps
}

fn step(name: &'static str, text: impl Into<String>) -> ManualStep {
    ManualStep {
        name,
        text: text.into(),
    }
}

#[cfg(test)]
mod tests {
    use pci_core::ClassCode;

    use super::*;
    use crate::assigned::{AssignedFunction, AssignedSlot, Coverage};

    fn work(system: &str, id: &str) -> GuestSetup {
        let card = AssignedFunction {
            id: id.parse().ok(),
            class: Some(ClassCode::new(3, 0, None)),
            ..AssignedFunction::at("01:00.0".parse().unwrap())
        };
        let slot = AssignedSlot::new(vec![card], Coverage::WholeSlot).unwrap();
        GuestSetup::new(
            system.parse().unwrap(),
            AssignedDevices::new(vec![slot]).unwrap(),
        )
    }

    fn says(emitted: &Emitted, name: &str) -> Option<String> {
        let mut steps = emitted.steps.iter();
        steps
            .find(|step| step.name == name)
            .map(|step| step.text.clone())
    }

    #[test]
    fn code_43_depends_on_the_drivers_version() {
        let mut work = work("windows", "10de:0fc6");
        for (driver, part, other_causes) in [
            ("461.92", "hide the hypervisor", false),
            ("465.89", "hide nothing", true),
            ("551.05", "hide nothing", true),
        ] {
            work.driver = driver.parse().ok();
            let done = inside(&work).unwrap();
            let step = says(&done, "code-43").unwrap();
            assert!(step.contains(part), "{step}");
            assert_eq!(says(&done, "code-43-cause").is_some(), other_causes);
        }
        let amd = inside(&self::work("windows", "1002:73bf")).unwrap();
        assert_eq!(says(&amd, "code-43"), None);
        assert!(says(&amd, "ddu-clean").is_some());
    }

    #[test]
    fn instances_are_of_the_functions() {
        let mut work = work("windows", "10de:0fc6");
        let id = r"PCI\VEN_10DE&DEV_0FC6&SUBSYS_8A961462&REV_A1\4&1";
        work.instances = vec![id.parse().unwrap()];
        let done = inside(&work).unwrap();
        assert_eq!(done.files[1].path, "msi.reg");
        assert!(done.files[1].to_string().contains(id));
        work.instances = vec![
            r"PCI\VEN_8086&DEV_0FC6&SUBSYS_8A961462&REV_A1\4&1"
                .parse()
                .unwrap(),
        ];
        assert!(inside(&work).is_err());
    }

    #[test]
    fn linux_has_the_modules_of_the_generation() {
        let of = |chip: &str, driver: Option<&str>| {
            let mut work = work("fedora", "10de:0fc6");
            work.generations = NvidiaGeneration::from_chip(chip).into_iter().collect();
            work.driver = driver.and_then(|driver| driver.parse().ok());
            inside(&work).unwrap()
        };
        let done = of("GB206", Some("570.86"));
        assert!(done.commands[0].argv.join(" ").ends_with("=open"));
        assert_eq!(done.commands[1].argv[0], "dracut");
        let step = says(&of("GK107", None), "nvidia-branch").unwrap();
        assert!(step.contains("470 is the last branch"), "{step}");
        assert!(step.contains("no open kernel modules"), "{step}");
        assert!(says(&of("?", Some("570.86")), "nvidia-branch").is_some());
        let mut two = work("debian", "10de:0fc6");
        two.generations = ["GP102", "GB206"]
            .iter()
            .filter_map(|chip| NvidiaGeneration::from_chip(chip))
            .collect();
        two.driver = "570.86".parse().ok();
        let step = says(&inside(&two).unwrap(), "nvidia-branch").unwrap();
        assert!(
            step.contains("Pascal the proprietary ones, for Blackwell the open"),
            "{step}"
        );
        let done = inside(&work("arch", "1002:73bf")).unwrap();
        assert!(done.files.is_empty() && says(&done, "guest-driver").is_some());
        assert!(says(&done, "usbmmidd").is_none() && says(&done, "xorg-dummy").is_some());
    }

    #[test]
    fn linux_hides_the_hypervisor_for_old_drivers_alone() {
        let mut work = work("debian", "10de:1b06");
        work.generations = NvidiaGeneration::from_chip("GP102").into_iter().collect();
        for (driver, is) in [("460.91", true), ("465.19", false), ("550.135", false)] {
            work.driver = driver.parse().ok();
            let step = says(&inside(&work).unwrap(), "hide-hypervisor");
            assert_eq!(step.is_some(), is, "{driver}");
        }
    }

    #[test]
    fn looking_glass_has_its_size() {
        let mut work = work("windows", "10de:0fc6");
        work.looking_glass = LookingGlassSize::from_mebibytes(64);
        let step = says(&inside(&work).unwrap(), "looking-glass-guest").unwrap();
        assert!(step.contains("64 MiB"), "{step}");
    }
}
