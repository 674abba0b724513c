//! Intel's Volume Management Device: its domains have no IOMMU of their own, and
//! what is in them reaches memory as the VMD endpoint.

use super::function::Function;

/// The endpoints that the driver takes (`vmd_ids`, drivers/pci/controller/vmd.c,
/// Linux 6.12), all of Intel.
const ENDPOINTS: [u16; 10] = [
    0x201d, 0x28c0, 0x467f, 0x4c3d, 0x7d0b, 0x9a0b, 0xa77f, 0xad0b, 0xb06f, 0xb60b,
];

/// The first number that the driver gives a domain (`vmd_find_free_domain`).
pub(super) const FIRST_DOMAIN: u32 = 0x10000;

/// For each function, the endpoint as which it reaches memory, where it is in a
/// domain of VMD. The driver numbers domains in the order in which it finds the
/// endpoints.
///
/// # Errors
///
/// The first domain whose endpoint is not there.
pub(super) fn endpoints(functions: &[Function]) -> Result<Vec<Option<usize>>, u32> {
    let is_endpoint = |function: &Function| {
        function.id.vendor.0 == 0x8086
            && ENDPOINTS.contains(&function.id.device.0)
            && function.address.domain() < FIRST_DOMAIN
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
