//! Applying plans, and undoing them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use passthru::apply::{Commands, Event, Journal, Store, Transaction};
use passthru::plan::Plan;
use passthru::{apply as transaction, verify};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};

use crate::words::Words;
use crate::{document, errors, plan};

/// Reports steps to a callable.
///
/// The transaction continues if the callable raises, as it does if a terminal is closed: its
/// first exception is raised at the end, and it is not called again.
struct Listener {
    callable: Option<Py<PyAny>>,
    raised: Option<PyErr>,
    transaction: Transaction,
}

impl Listener {
    const fn new(callable: Option<Py<PyAny>>) -> Self {
        Self {
            callable,
            raised: None,
            transaction: Transaction::new(),
        }
    }

    fn record(&mut self, event: &Event<'_>) {
        self.transaction.record(event);
        let (Some(callable), None) = (&self.callable, &self.raised) else {
            return;
        };
        let called = Python::attach(|py| {
            let words = |argv: &[String]| PyTuple::new(py, argv).map(Bound::into_any);
            let text = |text: &str| PyResult::Ok(PyString::new(py, text).into_any());
            let (kind, what) = match event {
                Event::Wrote(path) => ("written", text(path)?),
                Event::Restored(path) => ("restored", text(path)?),
                Event::Removed(path) => ("removed", text(path)?),
                Event::Runs(argv) => ("executed", words(argv)?),
                Event::Left(argv) => ("left_to_user", words(argv)?),
                Event::Failed(failed) => ("failed", words(&failed.argv)?),
                Event::Bound(address) => ("bound", text(&address.to_string())?),
                Event::Released(address) => ("released", text(&address.to_string())?),
                _ => return Ok(()),
            };
            callable.call1(py, (kind, what)).map(|_| ())
        });
        self.raised = called.err();
    }

    /// The result, as JSON, unless a callable raised.
    fn end(self, journal: passthru::Result<Journal>) -> PyResult<String> {
        let journal = journal.map_err(|error| errors::apply(&error))?;
        match self.raised {
            Some(raised) => Err(raised),
            None => document::text(&self.transaction.ended(&journal)),
        }
    }
}

fn commands(word: &str) -> PyResult<Commands> {
    match word {
        "run" => Ok(Commands::Run),
        "chroot" => Ok(Commands::Chroot),
        "list" => Ok(Commands::List),
        _ => Err(PyValueError::new_err(format!(
            "commands: expected run, chroot or list, found \"{word}\""
        ))),
    }
}

fn refused(error: passthru::Error) -> PyErr {
    errors::apply(&error)
}

/// The time after the next boot, in seconds, and the path of `passthru`.
type Confirmation = Option<(u64, PathBuf)>;

/// The plan of a text, with the unit that undoes it unless it is kept, where that is wanted.
fn confirmed(text: &str, root: &Path, confirmation: Confirmation) -> PyResult<Plan> {
    let plan = plan::read(text)?;
    match confirmation {
        None => Ok(plan),
        Some((seconds, program)) => {
            let within = Duration::from_secs(seconds);
            transaction::confirmed_within(root, &plan, within, &program).map_err(refused)
        }
    }
}

/// Reasons not to apply a plan, one sentence each, as JSON.
#[pyfunction]
#[pyo3(signature = (plan, root, accept, commands, now, confirmation, /))]
pub(crate) fn check(
    py: Python<'_>,
    plan: &str,
    root: PathBuf,
    accept: Words,
    commands: &str,
    now: bool,
    confirmation: Confirmation,
) -> PyResult<String> {
    let commands = self::commands(commands)?;
    py.detach(|| {
        let plan = confirmed(plan, &root, confirmation)?;
        let refusals =
            transaction::check(&root, &plan, &accept.into_words(), commands).map_err(refused)?;
        if now && refusals.is_empty() {
            transaction::check_now(&root, &plan).map_err(refused)?;
        }
        document::text(&transaction::Checked::of(&refusals))
    })
}

/// Applies a plan, and returns the applied steps as JSON.
#[pyfunction]
#[pyo3(signature = (plan, root, accept, commands, now, confirmation, on_step, /))]
#[allow(clippy::too_many_arguments, reason = "keywords in Python")]
pub(crate) fn apply(
    py: Python<'_>,
    plan: &str,
    root: PathBuf,
    accept: Words,
    commands: &str,
    now: bool,
    confirmation: Confirmation,
    on_step: Option<Py<PyAny>>,
) -> PyResult<String> {
    let commands = self::commands(commands)?;
    py.detach(|| {
        let plan = confirmed(plan, &root, confirmation)?;
        let accept = accept.into_words();
        if now {
            transaction::check_now(&root, &plan).map_err(refused)?;
        }
        let mut store = Store::lock(&root).map_err(refused)?;
        let mut listener = Listener::new(on_step);
        let mut say = |event: Event<'_>| listener.record(&event);
        let mut done = store.apply(&plan, &accept, commands, &mut say);
        if now && done.is_ok() {
            done = store.bind(&mut say);
        }
        listener.end(done)
    })
}

/// Finish what was interrupted, and give what was done as JSON.
#[pyfunction]
#[pyo3(signature = (root, on_step, /))]
pub(crate) fn resume(
    py: Python<'_>,
    root: PathBuf,
    on_step: Option<Py<PyAny>>,
) -> PyResult<String> {
    py.detach(|| {
        let mut store = Store::for_resume(&root).map_err(refused)?;
        let mut listener = Listener::new(on_step);
        let done = store.resume(&mut |event| listener.record(&event));
        listener.end(done)
    })
}

/// Keep the newest plan, which would be undone, and give the transaction as JSON.
#[pyfunction]
#[pyo3(signature = (root, /))]
pub(crate) fn keep(py: Python<'_>, root: PathBuf) -> PyResult<String> {
    py.detach(|| {
        let mut store = Store::for_keep(&root).map_err(refused)?;
        Listener::new(None).end(store.keep())
    })
}

/// Take the newest plan back, and give what was done as JSON.
#[pyfunction]
#[pyo3(signature = (root, overwrite, on_step, /))]
pub(crate) fn undo(
    py: Python<'_>,
    root: PathBuf,
    overwrite: Words,
    on_step: Option<Py<PyAny>>,
) -> PyResult<String> {
    py.detach(|| {
        let overwrite = overwrite.into_words();
        let mut store = Store::for_undo(&root).map_err(refused)?;
        let mut listener = Listener::new(on_step);
        let done = store.undo(&overwrite, &mut |event| listener.record(&event));
        listener.end(done.map(|undone| undone.journal))
    })
}

/// A transaction's number, state and plan, and whether the host was rebooted since.
type Current = (u32, &'static str, String, Option<bool>);

/// The newest transaction that was not taken back: its number, its state, its plan as
/// JSON, and whether the host was rebooted since. Nothing is written.
#[pyfunction]
#[pyo3(signature = (root, /))]
pub(crate) fn current(py: Python<'_>, root: PathBuf) -> PyResult<Option<Current>> {
    py.detach(|| {
        let tree = if root == Path::new("/") {
            host_tree::DirTree::live()
        } else {
            host_tree::DirTree::open(&root)
        };
        let tree = tree.map_err(|error| errors::open(&error))?;
        let journal = transaction::last(&tree).map_err(|error| errors::input(&error))?;
        journal
            .map(|journal| {
                let plan = document::text(&journal.header.plan)?;
                let rebooted = verify::restarted(&tree, &journal);
                Ok((journal.number, journal.state().word(), plan, rebooted))
            })
            .transpose()
    })
}
