//! A description as lines of `nova.conf`, and the flavor that requests them.

use core::fmt;
use core::str::FromStr;

use pci_core::{Address, PciId};

use super::conf::NovaConf;
use super::read::{address_of, same_json};
use crate::assigned::{AssignedFunction, SriovRole};
use crate::description::{Description, HugePageSize, KvmSignature, Pages};
use crate::emitted::{
    Emitted, EmittedCommand, EmittedFile, Feature, Line, NotConverted, Step, Versions,
};
use crate::error::{Cause, Error};
use crate::yaml::quoted;

const TARGET: &str = "OpenStack Nova";

/// The name of an alias, with which flavors request a function: letters, digits, `-`, `_` and `.`,
/// 1 to 200 of them. Nova accepts up to 256 of any characters (`nova.pci.request`), and splits the
/// flavor's property at `:` and `,`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AliasName(String);

impl AliasName {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AliasName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for AliasName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if text.is_empty() || text.len() > 200 || !text.bytes().all(plain) {
            return Err(Cause::AliasName.into());
        }
        Ok(Self(text.to_owned()))
    }
}

/// The alias for functions with `id`: `pci-10de-2204`.
#[must_use]
pub(crate) fn alias_name(id: PciId) -> AliasName {
    AliasName(format!("pci-{}", id.to_string().replace(':', "-")))
}

/// Which functions of the host Nova may hand out.
fn device_spec(address: Address) -> String {
    format!("{{\"address\": {}}}", quoted(&address.to_string()))
}

/// What flavors may ask for.
fn alias(function: &AssignedFunction, id: PciId) -> String {
    // A function that can make virtual ones is handed out only when it is requested by its type;
    // what is not known is left open.
    let kind = match function.sriov {
        Some(SriovRole::PhysicalFunction) => ", \"device_type\": \"type-PF\"",
        Some(SriovRole::VirtualFunction) => ", \"device_type\": \"type-VF\"",
        None => "",
    };
    format!(
        "{{\"vendor_id\": \"{}\", \"product_id\": \"{}\"{kind}, \"name\": {}}}",
        id.vendor,
        id.device,
        quoted(alias_name(id).as_str())
    )
}

fn ids(vm: &Description) -> Result<Vec<(&AssignedFunction, PciId)>, Error> {
    let missing = Cause::Missing {
        target: TARGET,
        what: "the vendor and device id of each function",
    };
    let functions = vm.assigned.functions();
    functions
        .map(|function| Some((function, function.id?)))
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| missing.into())
}

/// What a flavor says of its machines (Nova, "Extra Specs": `hw:mem_page_size`,
/// `hw:cpu_sockets` and its like).
fn flavor_properties(vm: &Description) -> Vec<(&'static str, String)> {
    let mut properties = Vec::new();
    if let Pages::Huge(size) = vm.memory.pages {
        let size = match size {
            HugePageSize::HostDefault => "large",
            HugePageSize::Mebibytes2 => "2MB",
            HugePageSize::Gibibyte1 => "1GB",
        };
        properties.push(("hw:mem_page_size", size.to_owned()));
    }
    if let Some(topology) = vm.topology {
        for (key, count) in [
            ("hw:cpu_sockets", topology.sockets()),
            ("hw:cpu_cores", topology.cores()),
            ("hw:cpu_threads", topology.threads()),
        ] {
            properties.push((key, count.to_string()));
        }
    }
    properties
}

/// The lines for the compute host, and the commands that make a flavor with the VM's name request
/// the functions.
///
/// # Errors
/// When an id is not known.
pub fn emit(vm: &Description) -> Result<Emitted, Error> {
    let functions = ids(vm)?;
    let mut file = EmittedFile::new("nova-pci.conf");
    file.push(Line::new(
        "[pci]",
        "in nova.conf of the compute host; the aliases also on the API hosts",
    ));
    let mut wanted: Vec<(AliasName, u32)> = Vec::new();
    for (function, id) in &functions {
        let line = Line::new(
            format!("device_spec = {}", device_spec(function.address)),
            "Nova may assign this function; before Zed the key was passthrough_whitelist",
        );
        file.push(line.in_versions(Versions::from("Nova", "26.0")));
        let name = alias_name(*id);
        match wanted.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count += 1,
            None => {
                wanted.push((name, 1));
                let alias = alias(function, *id);
                let why = "the request of flavors, by IDs";
                file.push(Line::new(format!("alias = {alias}"), why));
            }
        }
    }
    let property: Vec<String> = wanted
        .iter()
        .map(|(name, count)| format!("{name}:{count}"))
        .collect();
    let mut argv: Vec<String> = ["openstack", "flavor", "set", vm.name.as_str()]
        .map(str::to_owned)
        .to_vec();
    argv.extend([
        "--property".to_owned(),
        format!("pci_passthrough:alias={}", property.join(",")),
    ]);
    if vm.hiding.kvm == KvmSignature::Hidden {
        argv.extend([
            "--property".to_owned(),
            "hide_hypervisor_id=true".to_owned(),
        ]);
    }
    for (key, value) in flavor_properties(vm) {
        argv.extend(["--property".to_owned(), format!("{key}={value}")]);
    }
    let command = EmittedCommand::new(
        argv,
        format!("machines of the flavor {} get the functions", vm.name),
    );
    let mut not_converted =
        Feature::unsupported(vm, TARGET, &[Feature::HugePages, Feature::Topology]);
    for not_converted in &mut not_converted {
        if let Some(Feature::Memory | Feature::Processors) = not_converted.part {
            "a flavor gets it when it is created: openstack flavor create --ram MIB --vcpus COUNT"
                .clone_into(&mut not_converted.reason);
        }
    }
    if vm.hiding.kvm == KvmSignature::Hidden {
        not_converted.retain(|not_converted| not_converted.what != "hidden hypervisor signature");
    }
    for (function, id) in &functions {
        not_converted.push(NotConverted::new(
            format!("address {}", function.address),
            format!(
                "a VM gets any function that is provided as {}",
                alias_name(*id)
            ),
        ));
    }
    Ok(Emitted {
        files: vec![file],
        commands: vec![command],
        steps: vec![Step {
            name: "nova-services",
            text: "restart nova-compute on the host, and nova-api and nova-scheduler where the \
                   aliases changed; PciPassthroughFilter has to be in \
                   [filter_scheduler]enabled_filters"
                .to_owned(),
        }],
        not_converted,
    })
}

/// Adds the lines to `nova.conf`. An existing function, and an existing alias of that name, are
/// unchanged.
///
/// # Errors
/// When an id is not known.
pub fn assign(text: &str, vm: &Description) -> Result<String, Error> {
    let mut conf = NovaConf::parse(text);
    for (function, id) in ids(vm)? {
        let there = conf.values().iter().any(|value| {
            matches!(&*value.key, "device_spec" | "passthrough_whitelist")
                && address_of(&value.value).contains(&function.address)
        });
        if !there {
            conf.add("device_spec", &device_spec(function.address));
        }
        let alias = alias(function, id);
        let there = conf
            .values()
            .iter()
            .any(|value| value.key == "alias" && same_json(&value.value, &alias));
        if !there {
            conf.add("alias", &alias);
        }
    }
    Ok(conf.to_string())
}
