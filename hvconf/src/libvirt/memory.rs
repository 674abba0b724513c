//! Huge pages in an existing domain.

use super::block::{set_element, with_attributes};
use super::domain::{Domain, unit_bytes};
use super::splice::splice;
use super::tree::{Element, Id};
use crate::description::HugePageSize;
use crate::error::{Cause, Error};

/// Settings of a domain's memory beside which libvirt rejects huge pages
/// (`qemuValidateDomainDefMemory`): the element, its attribute and the value.
const REFUSED: [(&str, &str, &str); 2] = [
    ("allocation", "mode", "ondemand"),
    ("source", "type", "anonymous"),
];

/// `text` with huge pages of `size`. A size that is the same in another unit stays as it is,
/// and so do sizes by NUMA node, beside which libvirt may refuse another.
pub(super) fn with_huge_pages(text: String, size: HugePageSize) -> Result<String, Error> {
    let domain = Domain::parse(&text)?;
    let tree = &domain.tree;
    if let Some((refused, element)) = refused_beside_huge_pages(&domain) {
        let line = tree.line(refused.open.start);
        return Err(Cause::LibvirtHugePages { element }.at(line));
    }
    let Some(mebibytes) = size.mebibytes() else {
        return set_element(&text, &["memoryBacking", "hugepages"], &[]);
    };
    let kibibytes = (u64::from(mebibytes) << 10).to_string();
    let page = [("size", kibibytes.as_str()), ("unit", "KiB")];
    match pages(&domain).as_slice() {
        [] => set_element(&text, &["memoryBacking", "hugepages", "page"], &page),
        [one] if !is_by_node(one) && bytes(one) != Some(u64::from(mebibytes) << 20) => {
            Ok(splice(&text, with_attributes(&domain, one, &page)))
        }
        _ => Ok(text),
    }
}

/// The first setting beside which libvirt rejects huge pages, and its text.
pub(super) fn refused_beside_huge_pages<'d>(
    domain: &'d Domain<'_>,
) -> Option<(&'d Element, String)> {
    REFUSED.iter().find_map(|(name, attribute, value)| {
        let (_, element) = domain.tree.descend(0, &["memoryBacking", name])?;
        let is_refused = element.attribute(attribute) == Some(value);
        is_refused.then(|| (element, format!("<{name} {attribute}='{value}'/>")))
    })
}

/// The rows that say a size of huge pages.
fn pages<'d>(domain: &'d Domain<'_>) -> Vec<&'d Element> {
    let there = domain.tree.descend(0, &["memoryBacking", "hugepages"]);
    let rows = there
        .into_iter()
        .flat_map(|(id, _)| domain.tree.children(id));
    let page = |(_, element): (Id, &'d Element)| (element.name == "page").then_some(element);
    rows.filter_map(page).collect()
}

/// The first size of huge pages that is of some NUMA nodes only.
pub(super) fn by_node<'d>(domain: &'d Domain<'_>) -> Option<&'d Element> {
    pages(domain).into_iter().find(is_by_node)
}

fn is_by_node(page: &&Element) -> bool {
    page.attribute("nodeset").is_some()
}

fn bytes(page: &Element) -> Option<u64> {
    let size: u64 = page.attribute("size")?.parse().ok()?;
    size.checked_mul(unit_bytes(page.attribute("unit").unwrap_or("KiB"))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domain(backing: &str) -> String {
        format!("<domain>\n  <memoryBacking>{backing}\n  </memoryBacking>\n</domain>\n")
    }

    fn with(backing: &str, size: HugePageSize) -> Result<String, Error> {
        let new = with_huge_pages(domain(backing), size)?;
        assert_eq!(with_huge_pages(new.clone(), size).as_ref(), Ok(&new));
        Ok(new)
    }

    #[test]
    fn settings_that_libvirt_refuses_with_huge_pages_are_errors() {
        for element in [
            "<allocation mode='ondemand'/>",
            "<source type='anonymous'/>",
        ] {
            let backing = format!("\n    {}", element.replace('\'', "\""));
            for size in [HugePageSize::HostDefault, HugePageSize::Gibibyte1] {
                let element = element.to_owned();
                let error = Cause::LibvirtHugePages { element }.at(3);
                assert_eq!(with(&backing, size), Err(error));
            }
        }
        for other in [
            "\n    <allocation mode='immediate' threads='2'/>",
            "\n    <allocation threads='2'/>",
            "\n    <source type='memfd'/>",
            "\n    <nosharepages/>",
        ] {
            let wanted = domain(&format!("{other}\n    <hugepages/>"));
            assert_eq!(with(other, HugePageSize::HostDefault), Ok(wanted));
        }
    }

    #[test]
    fn sizes_that_are_there_stay() {
        let pages = |page: &str| format!("<hugepages>{page}</hugepages>");
        let size = HugePageSize::Gibibyte1;
        for page in [
            "<page size='1' unit='G'/>",
            "<page unit='MiB' size='1024'/>",
            "<page size='1048576'/>",
            "<page size='2048' nodeset='0'/>",
            "<page size='2048' unit='KiB'/><page size='1' unit='G' nodeset='1'/>",
        ] {
            assert_eq!(with(&pages(page), size), Ok(domain(&pages(page))));
        }
        let other = pages("<page size='2' unit='M'/>");
        let wanted = domain(&pages("<page size='1048576' unit='KiB'/>"));
        assert_eq!(with(&other, size), Ok(wanted));
        let plain = domain(&other);
        assert_eq!(with(&other, HugePageSize::HostDefault), Ok(plain));
    }
}
