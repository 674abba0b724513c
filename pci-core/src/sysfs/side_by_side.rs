//! Reading many functions on several threads.

use std::num::NonZero;
use std::thread;

use super::device::SysfsDevice;
use crate::Address;

/// As many functions are worth a thread: starting one takes about as long as
/// reading ten.
const WORTH_A_THREAD: usize = 200;

/// More threads than this only wait for each other in the kernel.
const MOST_THREADS: usize = 8;

/// What `read` gives for each of `addresses`, in their order.
pub(super) fn side_by_side(
    addresses: &[Address],
    read: &(dyn Fn(Address) -> SysfsDevice + Sync),
) -> Vec<SysfsDevice> {
    let processors = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = processors
        .min(MOST_THREADS)
        .min(addresses.len() / WORTH_A_THREAD)
        .max(1);
    let each = |part: &[Address]| part.iter().copied().map(read).collect::<Vec<_>>();
    if threads == 1 {
        return each(addresses);
    }
    let (first, others) = addresses.split_at(addresses.len() / threads);
    let parts = others.chunks(others.len().div_ceil(threads - 1).max(1));
    thread::scope(|scope| {
        let started: Vec<_> = parts
            .map(|part| {
                let thread = thread::Builder::new().spawn_scoped(scope, move || each(part));
                (part, thread)
            })
            .collect();
        let mut devices = Vec::with_capacity(addresses.len());
        devices.extend(first.iter().copied().map(read));
        for (part, thread) in started {
            match thread.map(thread::ScopedJoinHandle::join) {
                Ok(Ok(read)) => devices.extend(read),
                // No thread to be had, as where their number is limited.
                _ => devices.extend(each(part)),
            }
        }
        devices
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sysfs::{Wanted, read_device};
    use crate::tree::MemoryTree;

    #[test]
    fn all_are_read_in_their_order() {
        let device = |address: Address| {
            let mut tree = MemoryTree::whole();
            tree.insert_file(&format!("/sys/bus/pci/devices/{address}/uevent"), "");
            read_device(&tree, address, Wanted::LISTING).unwrap()
        };
        for count in [0, 1, 199, 400, 401, 1999] {
            let addresses: Vec<_> = (0..count)
                .filter_map(|at: u16| {
                    let [bus, devfn] = at.to_be_bytes();
                    Address::new(0, bus, devfn >> 3, devfn & 7)
                })
                .collect();
            let read: Vec<_> = side_by_side(&addresses, &device)
                .iter()
                .map(|device| device.address)
                .collect();
            assert_eq!(read, addresses);
        }
    }
}
