//! That something is still going on, where it does so for more than a second.

use std::io::Write;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

/// How long nothing is said, and then how often.
const STEP: Duration = Duration::from_secs(1);

/// A line on standard error from the second second on, which goes when this is dropped.
pub(super) struct Progress {
    end: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Progress {
    /// Starts to count.
    pub(super) fn start() -> Self {
        let (end, ended) = mpsc::channel();
        // No thread to be had: then nothing is said.
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
