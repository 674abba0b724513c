//! The cluster's objects that a patch is for.

use super::super::names::NodeName;
use super::TARGET;
use crate::error::{Cause, Error};
use crate::yaml::Node;

/// The kind of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// KubeVirt's own settings.
    KubeVirt,
    /// The settings of HyperConverged, which sets KubeVirt's by them
    /// (hyperconverged-cluster-operator, docs/cluster-configuration.md).
    HyperConverged,
    /// A machine.
    Machine,
}

impl Kind {
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "KubeVirt" => Self::KubeVirt,
            "HyperConverged" => Self::HyperConverged,
            "VirtualMachine" => Self::Machine,
            _ => return None,
        })
    }

    /// Where in the object the settings are: the list of permitted functions, or the
    /// machine's domain.
    pub(super) const fn way(self) -> &'static [&'static str] {
        match self {
            Self::KubeVirt => &[
                "spec",
                "configuration",
                "permittedHostDevices",
                "pciHostDevices",
            ],
            Self::HyperConverged => &["spec", "permittedHostDevices", "pciHostDevices"],
            Self::Machine => &["spec", "template", "spec", "domain"],
        }
    }

    /// The key of the ids in a row of the list of permitted functions.
    pub(super) const fn selector(self) -> &'static str {
        match self {
            Self::HyperConverged => "pciDeviceSelector",
            Self::KubeVirt | Self::Machine => "pciVendorSelector",
        }
    }

    /// Its resource type for `kubectl`. The version is that of the API in which
    /// HyperConverged has the list there.
    pub(super) const fn resource(self) -> &'static str {
        match self {
            Self::KubeVirt => "kubevirt",
            Self::HyperConverged => "hyperconvergeds.v1beta1.hco.kubevirt.io",
            Self::Machine => "virtualmachine",
        }
    }
}

/// An object that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) kind: Kind,
    pub(super) name: Option<String>,
    pub(super) namespace: Option<String>,
    node: Node,
}

impl Object {
    pub(super) fn of(kind: Kind, node: &Node) -> Self {
        let text = |key: &str| {
            let value = node.at(&["metadata", key]).and_then(Node::text);
            value.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        Self {
            kind,
            name: text("name"),
            namespace: text("namespace"),
            node: node.clone(),
        }
    }

    /// The node at the end of `way`; null is none.
    ///
    /// # Errors
    /// Where YAML's aliases and merge keys are on it: they are not followed, and a list that is
    /// read as absent would be replaced.
    pub(super) fn at(&self, way: &[&str]) -> Result<Option<&Node>, Error> {
        let mut found = &self.node;
        for key in way {
            if found.get("<<").is_some() {
                return Err(not_carried(found.line));
            }
            let Some(next) = found.get(key) else {
                return Ok(None);
            };
            found = next;
        }
        if found.is_alias() {
            return Err(not_carried(found.line));
        }
        Ok(Some(found).filter(|found| !found.is_null()))
    }

    /// The words of its namespace for `kubectl`.
    ///
    /// # Errors
    /// When it is not a name of a namespace.
    pub(super) fn namespace_words(&self) -> Result<Vec<String>, Error> {
        let Some(namespace) = &self.namespace else {
            return Ok(Vec::new());
        };
        Ok(vec!["--namespace".to_owned(), checked(namespace)?])
    }
}

/// `name`, where it is one of an object.
pub(super) fn checked(name: &str) -> Result<String, Error> {
    match name.parse::<NodeName>() {
        Ok(name) => Ok(name.to_string()),
        Err(error) => Err(unclear(format!("{name:?}: {error}"))),
    }
}

/// The text on `line` cannot be written again with the same meaning.
pub(super) fn not_carried(line: u32) -> Error {
    unclear(format!(
        "line {line}: expected no alias, tag or merge key of YAML; give the objects as kubectl \
         get -o yaml prints them"
    ))
}

pub(super) fn unclear(reason: String) -> Error {
    Cause::Ambiguous {
        target: TARGET,
        reason,
    }
    .into()
}
