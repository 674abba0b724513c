//! The page as a whole.

use std::fmt::Write as _;

use iommu::IommuStatus;

use super::markup::escaped;
use super::{findings, groups, plan, topology};
use crate::doctor::Report;
use crate::host::Host;
use crate::invocation::Invocation;
use crate::plan::Plan;
use crate::verdict::Verdict;

/// What is known of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Planned {
    /// No device was named.
    NotAsked,
    /// This is the plan.
    Plan(Box<Plan>),
    /// There is none, and why.
    Refused(String),
}

/// The page, in HTML.
#[must_use]
pub fn page(host: &Host, report: &Report, planned: &Planned, call: &Invocation) -> String {
    let title = title(host, report);
    let mut text = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src \
         'unsafe-inline'\"/>\n\
         <meta name=\"generator\" content=\"passthru {}\"/>\n\
         <title>{}</title>\n<style>\n{}</style>\n</head>\n<body>\n<h1>{}</h1>\n",
        env!("CARGO_PKG_VERSION"),
        escaped(&title),
        include_str!("page.css"),
        escaped(&title),
    );
    facts(&mut text, host);
    counts(&mut text, report);
    let mut section = |title: &str, body: &str| {
        let _ = write!(text, "<h2>{title}</h2>\n{body}");
    };
    section("Findings", &findings::findings(report, call));
    section("Topology", &topology::topology(host, &report.devices));
    section("IOMMU groups", &groups::groups(host));
    match planned {
        Planned::NotAsked => {}
        Planned::Plan(made) => section("Plan", &plan::plan(made, call)),
        Planned::Refused(why) => {
            section("Plan", &format!("<p>There is none: {}</p>\n", escaped(why)));
        }
    }
    let _ = write!(
        text,
        "<footer>Made by passthru {}. MAC addresses, UUIDs and serial numbers are stand-ins; names \
         stay. Nothing has been changed.</footer>\n</body>\n</html>\n",
        env!("CARGO_PKG_VERSION")
    );
    text
}

fn title(host: &Host, report: &Report) -> String {
    let devices: Vec<String> = report
        .devices
        .iter()
        .map(|one| format!("{one:#}"))
        .collect();
    let system = host
        .system
        .hypervisor_text()
        .or_else(|| host.system.name.clone());
    let system = system.unwrap_or_else(|| "a host".to_owned());
    if devices.is_empty() {
        format!("PCI passthrough on {system}")
    } else {
        format!("PCI passthrough of {} on {system}", devices.join(", "))
    }
}

fn facts(text: &mut String, host: &Host) {
    let unknown = || "not shown".to_owned();
    let kernel = host.system.kernel.release.as_ref();
    let kernel = kernel.map(|release| release.value.to_string());
    let iommu = match host.iommu.status {
        IommuStatus::Enabled => "on",
        IommuStatus::DisabledInFirmware => "off in the firmware",
        IommuStatus::DisabledInKernel => "off in the kernel",
        IommuStatus::Disabled => "off",
        IommuStatus::Unknown => "not shown",
    };
    let remapping = match host.interrupt_remapping().0 {
        Some(true) => "on",
        Some(false) => "off",
        None => "not shown",
    };
    text.push_str("<dl>\n");
    for (term, value) in [
        ("System", host.system.name.clone().unwrap_or_else(unknown)),
        (
            "Hypervisor",
            host.system.hypervisor_text().unwrap_or_else(unknown),
        ),
        ("Kernel", kernel.unwrap_or_else(unknown)),
        ("IOMMU", iommu.to_owned()),
        ("Interrupt remapping", remapping.to_owned()),
    ] {
        let _ = writeln!(text, "<dt>{term}</dt><dd>{}</dd>", escaped(&value));
    }
    text.push_str("</dl>\n");
}

fn counts(text: &mut String, report: &Report) {
    text.push_str("<ul class=\"counts\">");
    for verdict in Verdict::ALL {
        let findings = report.findings.iter();
        let count = findings
            .filter(|finding| finding.verdict == verdict)
            .count();
        if count > 0 {
            let _ = write!(
                text,
                "<li class=\"{verdict}\"><span class=\"verdict\">{count} {verdict}</span></li>"
            );
        }
    }
    text.push_str("</ul>\n");
}
