//! A host, and where it is read from.

use std::path::PathBuf;

use host_tree::DirTree;
use hvconf::guest::WorkSystem;
use passthru::doctor::{self, Question};
use passthru::plan::{self, Request};
use passthru::predicted::{self, PredictionRequest};
use passthru::render::{self, Style, View};
use passthru::{Invocation, apply, capture, diff, guest_setup, lspci, page, verify};
use pci_core::Address;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyMapping, PyMemoryView, PyString};

use crate::source::{self, Source};
use crate::words::{self, Guest, Words};
use crate::{document, errors};

/// A host, as far as its input shows it.
///
/// It is read once, when it is made: `Host.live()`, `Host.from_directory(path)`,
/// `Host.from_files(paths)` or `Host.from_texts(texts)`. Nothing is written, no
/// device is woken and no program is run.
#[pyclass(frozen, module = "passthru._passthru")]
pub(crate) struct Host {
    source: Source,
    host: passthru::Host,
    /// The command's arguments for this input, which its next commands need.
    input: Vec<String>,
}

impl Host {
    fn read(source: Source) -> Self {
        let host = passthru::Host::read(source.tree());
        let input = Vec::new();
        Self {
            source,
            host,
            input,
        }
    }

    fn open(
        py: Python<'_>,
        open: impl FnOnce() -> host_tree::Result<DirTree> + Send,
    ) -> PyResult<Self> {
        py.detach(|| open().map(|tree| Self::read(Source::Directory(tree))))
            .map_err(|error| errors::open(&error))
    }

    /// The host that was read.
    pub(crate) const fn host(&self) -> &passthru::Host {
        &self.host
    }

    fn chosen_or_all(&self, devices: &Words) -> PyResult<Vec<Address>> {
        if devices.is_empty() {
            return Ok(self.host.devices().keys().copied().collect());
        }
        devices.chosen(&self.host)
    }

    fn of_texts(py: Python<'_>, texts: &[(String, Vec<u8>)], host: Option<&str>) -> PyResult<Self> {
        py.detach(|| Source::of_texts(texts, host).map(Self::read))
            .map_err(|error| errors::input(&error))
    }
}

#[pymethods]
impl Host {
    /// This machine.
    #[staticmethod]
    fn live(py: Python<'_>) -> PyResult<Self> {
        Self::open(py, DirTree::live)
    }

    /// The host in a directory: a chroot, an unpacked archive, an example.
    #[staticmethod]
    #[pyo3(signature = (path))]
    fn from_directory(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let input = ["--root".to_owned(), path.to_string_lossy().into_owned()];
        let mut host = Self::open(py, move || DirTree::open(path))?;
        host.input.extend(input);
        Ok(host)
    }

    /// The host that texts and snapshots show, each under the name that evidence
    /// will call it. What a text is, is found from what it says.
    #[staticmethod]
    #[pyo3(signature = (texts, host=None))]
    fn from_texts(
        py: Python<'_>,
        texts: &Bound<'_, PyMapping>,
        host: Option<&str>,
    ) -> PyResult<Self> {
        let mut named = Vec::new();
        for item in texts.items()? {
            let (name, text): (String, Bound<'_, PyAny>) = item.extract()?;
            named.push((name, text_bytes(&text)?));
        }
        Self::of_texts(py, &named, host)
    }

    /// The host that files with texts and snapshots show.
    #[staticmethod]
    #[pyo3(signature = (paths, host=None))]
    fn from_files(py: Python<'_>, paths: Paths, host: Option<&str>) -> PyResult<Self> {
        let named =
            |path: &PathBuf| Ok((path.to_string_lossy().into_owned(), source::read(py, path)?));
        let texts = paths.0.iter().map(named).collect::<PyResult<Vec<_>>>()?;
        let mut read = Self::of_texts(py, &texts, host)?;
        for (name, _) in texts {
            read.input.extend(["--from".to_owned(), name]);
        }
        if let Some(host) = host {
            read.input.extend(["--host".to_owned(), host.to_owned()]);
        }
        Ok(read)
    }

    /// The findings as JSON, and of each the remedy as a sentence.
    fn doctor(
        &self,
        py: Python<'_>,
        devices: Words,
        target: Option<&str>,
    ) -> PyResult<(String, Vec<Option<String>>)> {
        let target = words::target(target)?;
        py.detach(|| {
            let devices = devices.chosen(&self.host)?;
            let question = Question { devices, target };
            let report = doctor::examine(&self.host, &question);
            Ok((document::text(&report)?, sentences(&report)))
        })
    }

    /// The findings as the command prints them for people, JSON lines or a metrics page.
    fn doctor_text(
        &self,
        py: Python<'_>,
        devices: Words,
        target: Option<&str>,
        form: &str,
    ) -> PyResult<String> {
        let target = words::target(target)?;
        py.detach(|| {
            let devices = devices.chosen(&self.host)?;
            let question = Question { devices, target };
            let report = doctor::examine(&self.host, &question);
            match form {
                "text" => {
                    let call = Invocation::new(self.input.iter().cloned(), target);
                    let call = call.foreseen(self.source.tree(), &self.host, &report);
                    let view = View::default();
                    Ok(render::report(
                        &self.host,
                        &report,
                        &view,
                        &call,
                        Style::PLAIN,
                    ))
                }
                "jsonl" => render::json_lines(&report)
                    .map_err(|error| errors::PassthruError::new_err(error.to_string())),
                "prometheus" => Ok(render::prometheus(&report)),
                _ => Err(PyValueError::new_err(format!(
                    "form: expected text, jsonl or prometheus, found \"{form}\""
                ))),
            }
        })
    }

    /// A plan as JSON.
    fn plan(
        &self,
        py: Python<'_>,
        devices: Words,
        target: Option<&str>,
        vm: Option<Guest>,
        bind: Option<&str>,
        vm_options: Vec<String>,
    ) -> PyResult<String> {
        let target = words::target(target)?;
        let bind = bind
            .map(str::parse)
            .transpose()
            .map_err(|error: hostconf::Error| errors::input(&error))?;
        let vm = vm.map(Guest::into_word);
        let mut request = Request {
            target,
            vm,
            bind,
            ..Request::default()
        };
        for option in &vm_options {
            request.set(option).map_err(|error| errors::input(&error))?;
        }
        py.detach(|| {
            request.devices = devices.chosen(&self.host)?;
            let plan = plan::make(self.source.tree(), &self.host, &request)
                .map_err(|error| errors::no_plan(&error))?;
            document::text(&plan)
        })
    }

    /// The plan by which a card goes back to its driver, as JSON.
    fn release(&self, py: Python<'_>, devices: Words) -> PyResult<String> {
        py.detach(|| {
            let request = Request {
                devices: devices.chosen(&self.host)?,
                ..Request::default()
            };
            let plan = plan::release(self.source.tree(), &self.host, &request)
                .map_err(|error| errors::no_plan(&error))?;
            document::text(&plan)
        })
    }

    /// Steps inside a guest, as JSON.
    fn guest_setup(
        &self,
        py: Python<'_>,
        devices: Words,
        system: &str,
        options: Vec<String>,
    ) -> PyResult<String> {
        let system: WorkSystem = system.parse().map_err(|error| errors::input(&error))?;
        py.detach(|| {
            let mut asked =
                guest_setup::GuestSetupRequest::new(devices.chosen(&self.host)?, system);
            for option in &options {
                asked.set(option).map_err(|error| errors::input(&error))?;
            }
            let emitted =
                guest_setup::work(&self.host, &asked).map_err(|error| errors::input(&error))?;
            document::text(&guest_setup::document(&emitted))
        })
    }

    /// The functions as JSON.
    fn list(&self, py: Python<'_>, devices: Words) -> PyResult<String> {
        py.detach(|| {
            let chosen = self.chosen_or_all(&devices)?;
            document::text(&passthru::document::list(&self.host, &chosen))
        })
    }

    /// The functions as a table, and as a tree of what hangs on which bridge.
    fn list_text(&self, py: Python<'_>, devices: Words, tree: bool) -> PyResult<String> {
        py.detach(|| {
            let chosen = self.chosen_or_all(&devices)?;
            Ok(if tree {
                render::tree(&self.host, &chosen, Style::PLAIN)
            } else {
                render::list(&self.host, &chosen, Style::PLAIN)
            })
        })
    }

    /// The IOMMU groups as JSON.
    fn groups(&self, py: Python<'_>) -> PyResult<String> {
        py.detach(|| document::text(&passthru::document::groups(&self.host)))
    }

    /// The answer for each card as JSON, and of each finding the remedy as a sentence:
    /// those of the host first, then those of each card.
    fn check(
        &self,
        py: Python<'_>,
        devices: Words,
        target: Option<&str>,
    ) -> PyResult<(String, Vec<Option<String>>)> {
        let target = words::target(target)?;
        py.detach(|| {
            let devices = devices.chosen(&self.host)?;
            let check = passthru::answer::check(&self.host, &devices, target);
            let cards = check.candidates.iter().flat_map(|card| &card.findings);
            let all = check.host_findings.iter().chain(cards);
            let sentences = all
                .map(|finding| finding.remedy.as_ref().map(ToString::to_string))
                .collect();
            Ok((document::text(&check)?, sentences))
        })
    }

    /// The line that gathers what the input lacks, as JSON.
    fn ask(&self, py: Python<'_>, devices: Words, target: Option<&str>) -> PyResult<String> {
        let target = words::target(target)?;
        py.detach(|| {
            let devices = devices.chosen(&self.host)?;
            let report = doctor::examine(&self.host, &Question { devices, target });
            let ask = passthru::ask::Ask::of(&self.host, &report.findings, target);
            document::text(&ask.document())
        })
    }

    /// The host in one document, with the remedies of its findings as sentences.
    fn status(&self, py: Python<'_>) -> PyResult<(String, Vec<Option<String>>)> {
        py.detach(|| {
            let report = doctor::examine(&self.host, &Question::default());
            let last = apply::last(self.source.tree()).ok().flatten();
            let status =
                passthru::document::status(self.source.tree(), &self.host, &report, last.as_ref());
            Ok((document::text(&status)?, sentences(&report)))
        })
    }

    /// Verification of a plan, or of the newest applied plan, as JSON.
    fn verify(&self, py: Python<'_>, plan: Option<&str>) -> PyResult<String> {
        py.detach(|| {
            let plan = plan.map(crate::plan::read).transpose()?;
            let report = verify::newest(self.source.tree(), plan.as_ref())
                .map_err(|error| errors::verify(&error))?;
            document::text(&report)
        })
    }

    /// Differences to a newer state of the host, as JSON.
    fn diff(&self, py: Python<'_>, newer: &Bound<'_, Self>) -> PyResult<String> {
        let newer = newer.get();
        py.detach(|| document::text(&diff::between(&self.host, &newer.host)))
    }

    /// All that the analysis reads, as a snapshot.
    fn capture(&self, py: Python<'_>, redact: bool) -> PyResult<String> {
        py.detach(|| {
            let tree = if redact {
                capture::shareable(self.source.tree())
            } else {
                capture::whole(self.source.tree())
            };
            tree.to_snapshot()
                .map_err(|error| errors::PassthruError::new_err(error.to_string()))
        })
    }

    /// One page for a browser.
    fn report(
        &self,
        py: Python<'_>,
        devices: Words,
        target: Option<&str>,
        vm: Option<Guest>,
    ) -> PyResult<String> {
        let asked = page::PageRequest {
            devices: devices.into_words(),
            target: words::target(target)?,
            vm: vm.map(Guest::into_word),
            ..page::PageRequest::default()
        };
        py.detach(|| {
            page::make(self.source.tree(), &asked)
                .map(|page| page.html)
                .map_err(|error| errors::page(&error))
        })
    }

    /// System, topology and groups, for notebooks.
    fn html(&self, py: Python<'_>) -> String {
        py.detach(|| render::host_fragment(&self.host, Style::PLAIN.language))
    }

    /// The output of lspci with these options.
    fn lspci(
        &self,
        py: Python<'_>,
        options: Vec<String>,
        pciutils: Option<&str>,
    ) -> PyResult<String> {
        let options = crate::listing::options(&options, pciutils)?;
        py.detach(|| {
            lspci::of_host(self.source.tree(), &options, pci_core::Names::embedded())
                .map_err(|error| errors::input(&error))
        })
    }

    /// The IOMMU groups that Linux would form, as JSON.
    fn predict(
        &self,
        py: Python<'_>,
        devices: Words,
        options: Words,
        kernel: Option<String>,
    ) -> PyResult<String> {
        py.detach(|| {
            let wanted = devices.chosen(&self.host)?.into_iter().collect();
            let asked = PredictionRequest {
                with: options.into_words(),
                kernel,
            };
            let found = predicted::groups(self.source.tree(), &self.host, wanted, &asked)
                .map_err(|error| errors::prediction(&error))?;
            document::text(&found)
        })
    }

    /// The hypervisor and the number of functions, for people.
    fn summary(&self) -> String {
        let hypervisor = self.host.system().hypervisor_text();
        let hypervisor = hypervisor.as_deref().unwrap_or("hypervisor not shown");
        format!("{hypervisor}, {} PCI functions", self.host.devices().len())
    }
}

/// The remedies of a report's findings, as sentences.
fn sentences(report: &doctor::Report) -> Vec<Option<String>> {
    let findings = report.findings.iter();
    findings
        .map(|finding| finding.remedy.as_ref().map(ToString::to_string))
        .collect()
}

/// One path, or an iterable of paths.
struct Paths(Vec<PathBuf>);

impl<'py> FromPyObject<'_, 'py> for Paths {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(path) = given.extract() {
            return Ok(Self(vec![path]));
        }
        given
            .try_iter()?
            .map(|path| path?.extract())
            .collect::<PyResult<_>>()
            .map(Self)
    }
}

/// The bytes of a text that is given as `str` or `bytes`.
fn text_bytes(text: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    if let Ok(bytes) = text.cast::<PyBytes>() {
        return Ok(bytes.as_bytes().to_vec());
    }
    if text.is_instance_of::<PyByteArray>() {
        return text.extract();
    }
    // The stable interface of CPython 3.9 has no buffers; a view knows how to copy itself.
    if text.is_instance_of::<PyMemoryView>() {
        return text.call_method0("tobytes")?.extract();
    }
    if text.is_instance_of::<PyString>() {
        return Ok(text.extract::<String>()?.into_bytes());
    }
    let kind = text.get_type().name()?;
    Err(PyTypeError::new_err(format!(
        "expected a text as str or bytes, found {kind}"
    )))
}
