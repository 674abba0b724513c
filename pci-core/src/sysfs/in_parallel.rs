//! Reads many functions on several threads.

use std::hint::black_box;
use std::num::NonZero;
use std::sync::Mutex;
use std::thread;

/// Minimum number of functions per thread: starting one costs about as much as reading ten.
const WORTH_A_THREAD: usize = 200;

/// Thread limit: more threads only wait for each other in the kernel.
const MAX_THREADS: usize = 8;

/// Functions per batch: small, so that no thread waits long for a delayed one.
const AT_A_TIME: usize = 32;

/// Approximate memory for the facts of one function, in bytes.
const MEMORY_OF_ONE: usize = 2048;

/// Limit of [`reserve`], in bytes: the limit of glibc's adaptive thresholds (mallopt(3),
/// `M_MMAP_THRESHOLD`) is 32 MiB.
const MAX_RESERVED: usize = 16 << 20;

/// Calls `read` for each of `functions` and returns the results in order.
pub(super) fn in_parallel<T: Copy + Sync, R: Send>(
    functions: &[T],
    read: &(dyn Fn(T) -> R + Sync),
) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    on_threads(threads, functions, read)
}

fn on_threads<T: Copy + Sync, R: Send>(
    most: usize,
    functions: &[T],
    read: &(dyn Fn(T) -> R + Sync),
) -> Vec<R> {
    let threads = most
        .min(MAX_THREADS)
        .min(functions.len() / WORTH_A_THREAD)
        .max(1);
    if threads == 1 {
        return functions.iter().copied().map(read).collect();
    }
    // Fixed places keep the order, whichever thread reads.
    let mut places: Vec<Option<R>> = Vec::new();
    places.resize_with(functions.len(), || None);
    let parts = functions
        .chunks(AT_A_TIME)
        .zip(places.chunks_mut(AT_A_TIME));
    let queue = Mutex::new(parts);
    let work = || {
        reserve(functions.len() / threads * MEMORY_OF_ONE);
        loop {
            // A panic under the lock leaves the queue consistent.
            let next = match queue.lock() {
                Ok(mut parts) => parts.next(),
                Err(poisoned) => poisoned.into_inner().next(),
            };
            let Some((functions, places)) = next else {
                break;
            };
            for (function, place) in functions.iter().zip(places) {
                *place = Some(read(*function));
            }
        }
    };
    thread::scope(|scope| {
        for _ in 1..threads {
            // If no thread can be started, because of a limit, the others do the work.
            let _ = thread::Builder::new().spawn_scoped(scope, work);
        }
        work();
    });
    // In place; `flatten` would need as much memory again.
    places.into_iter().map_while(|result| result).collect()
}

/// Makes the allocator of this thread grow once. glibc otherwise enlarges the memory of each thread
/// but the main one by one page per system call (`grow_heap` in malloc/arena.c), and these calls
/// delay the page faults of the other threads. A large block that is freed raises the size up to
/// which glibc keeps freed memory (mallopt(3), `M_TRIM_THRESHOLD`), so that the second block
/// remains in the thread's pool. Other allocators return both.
fn reserve(bytes: usize) {
    let bytes = bytes.min(MAX_RESERVED);
    for size in [bytes, bytes / 2] {
        let mut block = Vec::<u8>::new();
        // Nothing depends on it, so that a refusal changes nothing.
        let _ = block.try_reserve_exact(size);
        drop(black_box(block));
    }
}

#[cfg(test)]
mod tests {
    use host_tree::MemoryTree;

    use super::*;
    use crate::Address;
    use crate::sysfs::{Wanted, read_device};

    #[test]
    fn all_are_read_in_their_order_however_many_threads_do_it() {
        let device = |address: Address| {
            let mut tree = MemoryTree::complete();
            let uevent = format!("PCI_CLASS=30000\nPCI_SLOT_NAME={address}\n");
            tree.insert_file(&format!("/sys/bus/pci/devices/{address}/uevent"), uevent);
            read_device(&tree, address, Wanted::LISTING).unwrap()
        };
        for count in [0, 1, 199, 400, 401, 1999] {
            let addresses: Vec<_> = (0..count)
                .filter_map(|at: u16| {
                    let [bus, devfn] = at.to_be_bytes();
                    Address::new(0, bus, devfn >> 3, devfn & 7)
                })
                .collect();
            let alone: Vec<_> = addresses.iter().copied().map(device).collect();
            for threads in [1, 2, 3, 100] {
                let together = on_threads(threads, &addresses, &device);
                assert_eq!(together, alone, "{count} on {threads}");
            }
            assert_eq!(in_parallel(&addresses, &device), alone);
        }
    }
}
