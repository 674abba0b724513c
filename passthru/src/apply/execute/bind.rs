//! Binding at run time, without a reboot: `driver_override`, unbind, `drivers_probe` (Linux
//! Documentation/ABI/testing/sysfs-bus-pci). Only by address: `new_id` would bind every function
//! with that ID.

use std::io::{self, Write};
use std::path::Path;

use host_tree::HostTree;
use iommu::vfio::{DeviceNode, GroupMode, Nodes};
use pci_core::Address;
use rustix::fs::{Mode, OFlags};

use super::check::tree;
use crate::apply::boot::boot_id;
use crate::apply::error::{ApplyCause, once_changed, system};
use crate::apply::event::{Event, Say};
use crate::apply::journal::{Journal, TransactionState};
use crate::apply::record::Record;

use super::store::{Open, Store};
use crate::host::Host;
use crate::plan::Plan;
use crate::text::{Text, text};

/// The driver of assigned functions.
const VFIO_PCI: &str = "vfio-pci";
const DRIVERS: &str = "/sys/bus/pci/drivers";
const PROBE: &str = "/sys/bus/pci/drivers_probe";

/// Why the functions of `plan` cannot be bound while the host runs; none where they
/// can.
#[must_use]
fn keeps_from_now(host: &Host, plan: &Plan) -> Vec<Text> {
    let functions: Vec<Address> = plan.devices.iter().map(|one| one.address).collect();
    host.keeps_from_now(&functions)
}

/// Refuses where the functions of `plan` cannot be bound while the host at `root` runs.
///
/// # Errors
///
/// With the reasons; and when `root` cannot be read.
pub fn check_now(root: &Path, plan: &Plan) -> crate::Result<()> {
    let reasons = keeps_from_now(&Host::read(&tree(root)?), plan);
    if reasons.is_empty() {
        Ok(())
    } else {
        Err(ApplyCause::NotNow(reasons).into())
    }
}

impl Store {
    /// Binds the functions of the newest transaction to vfio-pci now. [`undo`](Self::undo)
    /// releases them.
    ///
    /// # Errors
    ///
    /// If that is not safe (nothing was changed), and if the kernel
    /// refuses.
    pub fn bind(&mut self, say: &mut Say<'_>) -> crate::Result<Journal> {
        let journal = self
            .current()?
            .filter(|one| one.state() == TransactionState::Applied);
        let mut open = self.open(journal.ok_or(ApplyCause::NothingToUndo)?)?;
        let tree = tree(&self.place)?;
        let host = Host::read(&tree);
        let plan = open.journal.header.plan.clone();
        let reasons = keeps_from_now(&host, &plan);
        if !reasons.is_empty() {
            return Err(ApplyCause::NotNow(reasons).into());
        }
        let driver = format!("{DRIVERS}/{VFIO_PCI}/bind");
        if !matches!(self.root.follow(&driver), Ok(super::place::Way::Whole(_))) {
            let argv = ["modprobe", VFIO_PCI].map(str::to_owned);
            say(Event::Runs(&argv));
            if let Err(failed) = self.run(&open, &argv)? {
                return Err(ApplyCause::NotNow(vec![failed.text()]).into());
            }
        }
        let boot = boot_id(&tree).unwrap_or_default();
        for one in &plan.devices {
            let held = host.devices.get(&one.address);
            if held.and_then(|held| held.driver.name()) == Some(VFIO_PCI) {
                continue;
            }
            open.record(Record::Binding {
                address: one.address,
                boot: boot.clone(),
            })?;
            let had = held.and_then(|held| held.driver.name());
            if let Err(error) = self.bind_one(one.address, had) {
                // As it was: the kernel finds the driver that had it.
                let _ = self.release_one(one.address);
                open.record(Record::Released {
                    address: one.address,
                })?;
                return Err(error);
            }
            say(Event::Bound(one.address));
        }
        Ok(open.journal)
    }

    fn bind_one(&self, address: Address, had: Option<&str>) -> crate::Result<()> {
        self.attribute(&of(address, "driver_override"), VFIO_PCI)?;
        if had.is_some() {
            self.attribute(&of(address, "driver/unbind"), &address.to_string())?;
        }
        self.attribute(PROBE, &address.to_string())?;
        let now = self.driver(address);
        if now.as_deref() == Some(VFIO_PCI) {
            return Ok(());
        }
        let fault = match now {
            Some(driver) => text!("the kernel bound {driver} instead", driver),
            None => text!("the kernel bound no driver"),
        };
        let error = io::Error::other(fault.to_string());
        Err(system(
            &of(address, "driver"),
            text!("cannot bind vfio-pci"),
        )(error))
    }

    /// Clears `driver_override`, and has the kernel find the driver.
    fn release_one(&self, address: Address) -> crate::Result<()> {
        self.attribute(&of(address, "driver_override"), "\n")?;
        if self.driver(address).as_deref() == Some(VFIO_PCI) {
            self.attribute(&of(address, "driver/unbind"), &address.to_string())?;
        }
        self.attribute(PROBE, &address.to_string())
    }

    /// The function's driver now.
    fn driver(&self, address: Address) -> Option<String> {
        let tree = tree(&self.place).ok()?;
        let link = tree.read_link(&of(address, "driver")).found()?;
        Some(link.rsplit('/').next().unwrap_or(&link).to_owned())
    }

    /// Functions that were bound since the machine started.
    fn bound(&self, journal: &Journal) -> crate::Result<Vec<Address>> {
        let now = boot_id(&tree(&self.place)?).unwrap_or_default();
        let mut bound = Vec::new();
        for record in &journal.records {
            match record {
                Record::Binding { address, boot } if *boot == now => bound.push(*address),
                Record::Released { address } => bound.retain(|one| one != address),
                _ => {}
            }
        }
        Ok(bound)
    }

    /// Reasons why bound functions cannot be released now: unbinding one that a running guest uses
    /// would wait for the guest's end.
    pub(super) fn refuse_held(&self, journal: &Journal) -> crate::Result<()> {
        let bound = self.bound(journal)?;
        if bound.is_empty() {
            return Ok(());
        }
        let tree = tree(&self.place)?;
        let host = Host::read(&tree);
        let nodes = Nodes::read(&tree);
        let held: Vec<Text> = bound
            .iter()
            .filter_map(|address| {
                let of_function = nodes_of(&nodes, host.group_of(*address), *address);
                let (node, pid) = of_function.into_iter().find_map(|node| {
                    let pid = holder(&self.place, &node)?;
                    Some((node, pid))
                })?;
                Some(text!(
                    "process {pid} uses {address} ({node} is open): stop it first",
                    pid,
                    address,
                    node
                ))
            })
            .collect();
        if held.is_empty() {
            Ok(())
        } else {
            Err(ApplyCause::NotNow(held).into())
        }
    }

    /// Releases the bound functions, the last first.
    pub(super) fn release(&self, open: &mut Open, say: &mut Say<'_>) -> crate::Result<()> {
        for address in self.bound(&open.journal)?.into_iter().rev() {
            self.release_one(address).map_err(once_changed)?;
            open.record(Record::Released { address })?;
            say(Event::Released(address));
        }
        Ok(())
    }

    /// Writes an attribute of sysfs, in one write.
    fn attribute(&self, path: &str, value: &str) -> crate::Result<()> {
        let write = || -> io::Result<()> {
            let place = self.root.follow(path)?.place();
            let place = place.ok_or(io::ErrorKind::NotFound)?;
            let flags = OFlags::WRONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let file = rustix::fs::openat(&place.directory, &place.name, flags, Mode::empty())?;
            std::fs::File::from(file).write_all(value.as_bytes())
        };
        write().map_err(system(path, text!("cannot write it")))
    }
}

fn of(address: Address, attribute: &str) -> String {
    format!("/sys/bus/pci/devices/{address}/{attribute}")
}

/// The nodes through which a program opens the function: its group's, or with iommufd its own.
fn nodes_of(nodes: &Nodes, group: Option<u32>, address: Address) -> Vec<String> {
    let of_group = group.map(|number| {
        let known = nodes.groups.get(&number);
        known.map_or(GroupMode::Iommu, |one| one.mode).path(number)
    });
    let own = nodes.devices.get(&address).and_then(DeviceNode::path);
    of_group.into_iter().chain(own).collect()
}

/// A process that has the device node open.
fn holder(root: &Path, node: &str) -> Option<String> {
    let processes = std::fs::read_dir(root.join("proc")).ok()?;
    for process in processes.flatten() {
        let name = process.file_name();
        let pid = name.to_string_lossy();
        if !pid.bytes().all(|byte| byte.is_ascii_digit()) {
            continue;
        }
        let Ok(files) = std::fs::read_dir(process.path().join("fd")) else {
            continue;
        };
        let has = |file: std::fs::DirEntry| {
            std::fs::read_link(file.path()).is_ok_and(|target| target == Path::new(node))
        };
        if files.flatten().any(has) {
            return Some(pid.into_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests;
