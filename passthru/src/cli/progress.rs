//! Progress line of a command that runs for more than a second.

use std::io::Write;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

/// Delay of the first update, and interval of the next ones.
const STEP: Duration = Duration::from_secs(1);

/// A line on standard error after the first second, which is erased when this is dropped.
pub(super) struct Progress {
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Starts to count.
    pub(super) fn start() -> Self {
        let (end, ended) = mpsc::channel();
        // Without a thread, no progress is shown.
        let thread = std::thread::Builder::new().spawn(move || {
            let mut shown = false;
            for seconds in 1_u32.. {
                match ended.recv_timeout(STEP) {
                    Err(RecvTimeoutError::Timeout) => {}
                    Ok(()) | Err(RecvTimeoutError::Disconnected) => break,
                }
                shown = true;
                say(&format!("\rpassthru: reading the input, {seconds} s"));
            }
            if shown {
                // To the start of the line, and erase it (ECMA-48, EL).
                say("\r\x1b[K");
            }
        });
        Self {
            end: Some(end),
            thread: thread.ok(),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn say(text: &str) {
    let mut stderr = std::io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes());
    let _ = stderr.flush();
}
