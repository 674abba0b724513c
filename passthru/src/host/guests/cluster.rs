//! Lines of Kubernetes and KubeVirt: the number of devices that a node offers, and the place of
//! KubeVirt's list of permitted devices.

use host_tree::{CommandText, Evidence, numbered_lines};
use pci_core::PciId;

use crate::host::fact::Fact;

/// A line of a cluster's objects.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) enum ClusterLine {
    /// A resource of a node that pods can have, and how many of it there are.
    Allocatable(String, u64),
    /// `permittedHostDevices` directly below `spec`, where KubeVirt does not read it.
    PermittedBelowSpec,
    /// A resource in the list `permittedHostDevices`.
    Permitted {
        /// The resource that pods request.
        resource: String,
        /// Whether the row says that another plugin than KubeVirt's offers it.
        is_external: bool,
    },
    /// The ID of a row in that list.
    Selector(PciId),
    /// `featureGates` of a list that is shown to its end, without that for host devices.
    WithoutHostDevices,
}

/// Maximum number of lines.
pub(crate) const MOST: usize = 64;

/// Whether the line, without blanks around it, counts devices of a node.
pub(crate) fn is_line(line: &str) -> bool {
    resource(line).is_some()
        || matches!(
            line,
            "permittedHostDevices:" | "pciHostDevices:" | "featureGates:" | "Allocatable:"
        )
}

/// The lines of the texts.
pub(in crate::host) fn read(texts: &[CommandText]) -> Vec<Fact<ClusterLine>> {
    let mut found = Vec::new();
    for text in texts {
        let mut reader = Reader::default();
        let names_devices = ["permittedHostDevices", "hostDevices", "HostDevices"]
            .iter()
            .any(|name| text.text.contains(name));
        for (number, line) in numbered_lines(&text.text) {
            let evidence = |shown: &str| Evidence::new(&*text.command, number, shown);
            found.extend(reader.line(line, evidence, names_devices));
        }
    }
    found.truncate(MOST);
    found
}

/// The heading that the rows of a node belong to.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Rows {
    #[default]
    None,
    Allocatable,
}

#[derive(Default)]
struct Reader {
    rows: Rows,
    /// The keys above a line, each with its indentation.
    keys: Vec<(usize, String)>,
    /// The list of feature gates that is open: its indentation, its line, and whether it has
    /// that for host devices.
    gates: Option<(usize, Evidence, bool)>,
    /// Whether the row of a list that is open names another provider.
    is_external: bool,
}

impl Reader {
    fn line(
        &mut self,
        line: &str,
        evidence: impl Fn(&str) -> Evidence,
        names_devices: bool,
    ) -> Option<Fact<ClusterLine>> {
        // In a quotation.
        let line = line.strip_prefix("> ").unwrap_or(line);
        let bare = line.trim().trim_matches('*').trim();
        let indent = line.len() - line.trim_start().len();
        if bare.is_empty() {
            return None;
        }
        let closed = self.close_gates(indent, bare).filter(|_| names_devices);
        if let Some(heading) = bare.strip_suffix(':')
            && heading.starts_with(|c: char| c.is_ascii_uppercase())
        {
            self.rows = match heading {
                "Allocatable" => Rows::Allocatable,
                _ => Rows::None,
            };
        }
        if self.rows == Rows::Allocatable
            && let Some((name, count)) = resource(bare)
        {
            let line = ClusterLine::Allocatable(name.to_owned(), count);
            return Some(Fact::new(line, evidence(bare)));
        }
        let key = key(bare)?;
        if bare.starts_with("- ") {
            self.is_external = false;
        }
        while self.keys.last().is_some_and(|(at, _)| *at >= indent) {
            self.keys.pop();
        }
        let parent = self.keys.last().map(|(_, key)| key.as_str());
        let found = match key {
            "permittedHostDevices" if parent == Some("spec") => {
                Some(Fact::new(ClusterLine::PermittedBelowSpec, evidence(bare)))
            }
            "externalResourceProvider" => {
                self.is_external = value(bare) == "true";
                None
            }
            "pciVendorSelector" | "pciDeviceSelector" if self.is_in_list() => {
                let id = value(bare).to_ascii_lowercase().parse().ok();
                id.map(|id| Fact::new(ClusterLine::Selector(id), evidence(bare)))
            }
            "resourceName" if self.is_in_list() => {
                let line = ClusterLine::Permitted {
                    resource: value(bare).to_owned(),
                    is_external: self.is_external,
                };
                Some(Fact::new(line, evidence(bare)))
            }
            "featureGates" => {
                self.gates = Some((indent, evidence(bare), false));
                None
            }
            _ => None,
        };
        self.keys.push((indent, key.to_owned()));
        found.or_else(|| Some(Fact::new(ClusterLine::WithoutHostDevices, closed?)))
    }

    fn is_in_list(&self) -> bool {
        let mut keys = self.keys.iter();
        keys.any(|(_, key)| key == "permittedHostDevices")
    }

    /// The line of a list of feature gates that ends here, and that lacks the one for host
    /// devices.
    fn close_gates(&mut self, indent: usize, bare: &str) -> Option<Evidence> {
        let (at, _, has_gate) = self.gates.as_mut()?;
        if let Some(gate) = bare.strip_prefix("- ").filter(|_| indent >= *at) {
            let gate = gate.trim_matches(['"', '\'']);
            *has_gate |= matches!(gate, "HostDevices" | "GPU");
            return None;
        }
        let (_, line, has_gate) = self.gates.take()?;
        (!has_gate && key(bare).is_some()).then_some(line)
    }
}

/// The key of a line of YAML, `permittedHostDevices:` or `- name: a`.
fn key(bare: &str) -> Option<&str> {
    let bare = bare.trim_start_matches("- ");
    let (key, rest) = bare.split_once(':')?;
    let is_key = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    (is_key && (rest.is_empty() || rest.starts_with(' '))).then_some(key)
}

/// The value of such a line, without quotation marks.
fn value(bare: &str) -> &str {
    let value = bare.split_once(": ").map_or("", |(_, value)| value);
    value.trim().trim_matches(['"', '\''])
}

/// `nvidia.com/GA102_GEFORCE_RTX_3090:  1` of a node: a device that a plugin counts.
fn resource(bare: &str) -> Option<(&str, u64)> {
    let (name, count) = bare.split_once(':')?;
    let (vendor, kind) = name.split_once('/')?;
    let is_name = |b: u8| b.is_ascii_alphanumeric() || b"._-".contains(&b);
    let is_device = vendor.contains('.')
        && !kind.is_empty()
        && name.bytes().all(|b| is_name(b) || b == b'/')
        && !kind.contains('/')
        && !vendor.ends_with("kubernetes.io")
        && !vendor.ends_with("k8s.io")
        && vendor != "devices.kubevirt.io";
    let count = count.trim().trim_matches('"').parse().ok()?;
    is_device.then_some((name, count))
}

#[cfg(test)]
mod tests;
