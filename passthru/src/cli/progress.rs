//! Progress line of a command that runs for more than a second.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::render::clean;

/// Delay of the first update, and interval of the next ones.
const STEP: Duration = Duration::from_secs(1);

/// Erases the line from the cursor on (ECMA-48, EL).
const ERASE: &str = "\x1b[K";

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
            let mut last = None;
            for seconds in 1_u32.. {
                match ended.recv_timeout(STEP) {
                    Err(RecvTimeoutError::Timeout) => {}
                    Ok(()) | Err(RecvTimeoutError::Disconnected) => break,
                }
                shown = true;
                // A file that is still open after a second: a driver or a device that does not
                // answer.
                let open = open_file();
                let text = match &open {
                    Some(file) if open == last => {
                        // A name in a tree can have control characters.
                        format!("reading {}", clean(&file.to_string_lossy()))
                    }
                    _ => "reading the input".to_owned(),
                };
                say(&format!("\r{ERASE}passthru: {text}, {seconds} s"));
                last = open;
            }
            if shown {
                say(&format!("\r{ERASE}"));
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

/// The file that this process opened last (proc_pid_fd(5)).
fn open_file() -> Option<PathBuf> {
    let entries = fs::read_dir("/proc/self/fd").ok()?;
    let numbers = entries.filter_map(|entry| {
        let number: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
        let file = fs::read_link(format!("/proc/self/fd/{number}")).ok()?;
        (number > STANDARD_ERROR && file.is_file()).then_some((number, file))
    });
    let (_, file) = numbers.max()?;
    Some(file)
}

/// The number of standard error.
const STANDARD_ERROR: u32 = 2;

fn say(text: &str) {
    let mut stderr = std::io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes());
    let _ = stderr.flush();
}
