//! What a call costs, apart from what else the machine does.

use std::fs;
use std::time::{Duration, Instant};

/// The CPU time of this thread during `call` where the kernel reports it; else the elapsed
/// time.
pub(crate) fn cpu_time(call: impl FnOnce()) -> Duration {
    let (began, ran) = (Instant::now(), on_cpu());
    call();
    match (ran, on_cpu()) {
        (Some(before), Some(after)) => after.saturating_sub(before),
        _ => began.elapsed(),
    }
}

/// The first number of `schedstat`: the nanoseconds that the thread ran.
fn on_cpu() -> Option<Duration> {
    let text = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let ran = text.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(ran))
}

/// What `size` bytes may always take: less than the fastest quadratic reader.
pub(crate) fn allowed(size: usize) -> Duration {
    let a_byte = if cfg!(debug_assertions) { 1000 } else { 100 };
    Duration::from_nanos(u64::try_from(size).expect("a size") * a_byte)
}

/// How far apart two moments may be between which the kernel counts: a tick at 100 Hz.
pub(crate) const TICK: Duration = Duration::from_millis(10);
