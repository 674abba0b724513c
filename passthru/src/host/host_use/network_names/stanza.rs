//! The configuration of an interface, whichever program reads it, and the interfaces of the host's
//! network.

use std::collections::BTreeSet;

use host_tree::Evidence;
use list_order::Inserts as _;

use crate::host::fact::Fact;

/// Maximum number of interfaces below a gateway.
const MOST: usize = 64;

/// An interface that the host's default gateway is configured on, or DHCP where no other is, alone or as
/// a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Uplink {
    /// The interface: `enp5s0`.
    pub name: String,
    /// The line of the gateway, or of DHCP.
    pub gateway: Evidence,
    /// Whether that is the line of DHCP, whose server names the gateway.
    pub is_by_dhcp: bool,
    /// Whether the gateway is reached by no other port.
    pub is_alone: bool,
}

/// The configuration of one interface, for one family of addresses or more.
pub(super) struct Stanza {
    /// The interface: `enp5s0`; empty where a pattern selects it.
    pub(super) name: String,
    pub(super) line: Evidence,
    pub(super) gateway: Option<Evidence>,
    /// The line that has the interface configured by DHCP.
    pub(super) dhcp: Option<Evidence>,
    /// Ports of a bridge, members of a bond.
    pub(super) members: Vec<(String, Evidence)>,
}

impl Stanza {
    pub(super) fn new(name: &str, line: Evidence) -> Self {
        Self {
            name: name.to_owned(),
            line,
            gateway: None,
            dhcp: None,
            members: Vec::new(),
        }
    }
}

/// A VLAN is named after its interface.
fn physical(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

/// The interfaces with a gateway, and those below them. Without a gateway, that of DHCP, where one
/// interface alone is configured so: the server names the gateway.
///
/// Where the files have more than is read (`is_whole` is false), DHCP shows no gateway, and no interface is
/// the only one.
pub(super) fn uplinks(stanzas: &[Stanza], is_whole: bool) -> Vec<Fact<Uplink>> {
    let mut found: Vec<Fact<Uplink>> = Vec::new();
    let has_gateway = stanzas.iter().any(|stanza| stanza.gateway.is_some());
    let by_dhcp = stanzas.iter().filter(|stanza| stanza.dhcp.is_some());
    let by_dhcp: BTreeSet<&str> = by_dhcp.map(|stanza| physical(&stanza.name)).into_set();
    let is_dhcp_alone = is_whole && by_dhcp.len() == 1 && !by_dhcp.contains("");
    let by_gateway = stanzas.iter().filter(|stanza| stanza.gateway.is_some());
    let by_gateway = by_gateway.map(|stanza| physical(&stanza.name));
    let roots: BTreeSet<&str> = by_gateway.chain(by_dhcp.iter().copied()).into_set();
    let is_one = is_whole && roots.len() == 1;
    for stanza in stanzas {
        let gateway = match (&stanza.gateway, &stanza.dhcp) {
            (Some(gateway), _) => gateway,
            (None, Some(dhcp)) if !has_gateway && is_dhcp_alone => dhcp,
            _ => continue,
        };
        let mut open = vec![(stanza.name.as_str(), &stanza.line, is_one)];
        while let Some((name, line, is_alone)) = open.pop() {
            let name = physical(name);
            if name.is_empty()
                || found.len() >= MOST
                || found.iter().any(|one| one.value.name == name)
            {
                continue;
            }
            let uplink = Uplink {
                name: name.to_owned(),
                gateway: gateway.clone(),
                is_by_dhcp: stanza.gateway.is_none(),
                is_alone,
            };
            found.push(Fact::new(uplink, line.clone()));
            let below = stanzas.iter().filter(|stanza| stanza.name == name);
            let below: Vec<&(String, Evidence)> =
                below.flat_map(|stanza| &stanza.members).collect();
            let is_alone = is_alone && below.len() == 1;
            let below = below.into_iter();
            open.extend(below.map(|(member, line)| (member.as_str(), line, is_alone)));
        }
    }
    found
}
