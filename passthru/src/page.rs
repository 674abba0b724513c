//! The page of `passthru report`: one file for a browser.

use host_tree::HostTree;
use pci_core::Address;

use crate::capture;
use crate::doctor::{self, Question};
use crate::host::Host;
use crate::invocation::Invocation;
use crate::plan::{self, PlanCause, Request};
use crate::render::{self, Planned};
use crate::select;
use crate::target::Target;
use crate::text::Language;

/// The request for a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageRequest {
    /// Words for the devices to pass through; empty for a page without a plan.
    pub devices: Vec<String>,
    /// The hypervisor; `None` for the host's.
    pub target: Option<Target>,
    /// The guest.
    pub vm: Option<String>,
    /// The day on which the page is made, which it shows.
    pub date: Option<String>,
    /// The invocation with the arguments for commands on the page.
    pub call: Invocation,
    /// The language of the page.
    pub language: Language,
}

/// The page.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page {
    /// HTML without scripts or external resources.
    pub html: String,
    /// Whether the page has a blocking finding.
    pub has_problem: bool,
}

/// Makes the page of the host of `tree`, with placeholders as in [`capture::shareable`].
///
/// # Errors
///
/// If the words select no device or several cards, and if the requested plan is not valid. An
/// impossible plan is not an error: the page has the reason.
pub fn make(tree: &dyn HostTree, asked: &PageRequest) -> crate::Result<Page> {
    // A page is for sharing, too.
    let tree = capture::shareable(tree);
    let host = Host::read(&tree);
    let devices: Vec<Address> = select::all(&host, &asked.devices)?;
    let question = Question {
        devices: devices.clone(),
        target: asked.target,
    };
    let report = doctor::examine(&host, &question);
    let request = Request {
        devices,
        target: asked.target,
        vm: asked.vm.clone(),
        bind: None,
        ..Request::default()
    };
    let planned = if request.devices.is_empty() {
        Planned::NotAsked
    } else {
        match plan::make(&tree, &host, &request) {
            Ok(plan) => Planned::Plan(Box::new(plan)),
            Err(error)
                if matches!(
                    error.cause(),
                    Some(PlanCause::Bridge(_) | PlanCause::BadGuest { .. })
                ) =>
            {
                return Err(error);
            }
            Err(error) => Planned::Refused(asked.call.refusal(&error, &asked.devices)),
        }
    };
    let call = asked.call.clone().foreseen(&tree, &host, &report);
    Ok(Page {
        html: render::page(
            &host,
            &report,
            &planned,
            asked.date.as_deref(),
            &call,
            asked.language,
        ),
        has_problem: report.has_problem(),
    })
}
