//! Intel Volume Management Device: its domains have no IOMMU, and their requests carry the
//! requester ID of the VMD endpoint.

use pci_core::PciId;

use super::function::Function;

/// The endpoints that the driver supports (`vmd_ids`, drivers/pci/controller/vmd.c, Linux 6.12),
/// all by Intel.
const ENDPOINTS: [u16; 10] = [
    0x201d, 0x28c0, 0x467f, 0x4c3d, 0x7d0b, 0x9a0b, 0xa77f, 0xad0b, 0xb06f, 0xb60b,
];

/// The first domain number that the driver assigns (`vmd_find_free_domain`).
pub(super) const FIRST_DOMAIN: u32 = 0x10000;

/// For each function in a VMD domain, the endpoint whose requester ID its requests carry. The
/// driver numbers domains in the order in which it probes the endpoints.
///
/// # Errors
///
/// The first domain without an endpoint.
pub(super) fn endpoints(functions: &[Function]) -> Result<Vec<Option<usize>>, u32> {
    let is_endpoint = |function: &Function| {
        let is_listed = |id: PciId| id.vendor.0 == 0x8086 && ENDPOINTS.contains(&id.device.0);
        function.id.may_be(is_listed) && function.address.domain() < FIRST_DOMAIN
    };
    let all = functions.iter().enumerate();
    let known: Vec<usize> = all
        .filter(|(_, function)| is_endpoint(function))
        .map(|(at, _)| at)
        .collect();
    let endpoint = |function: &Function| {
        let domain = function.address.domain();
        let Some(number) = domain.checked_sub(FIRST_DOMAIN) else {
            return Ok(None);
        };
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        known.get(number).map(|at| Some(*at)).ok_or(domain)
    };
    functions.iter().map(endpoint).collect()
}
