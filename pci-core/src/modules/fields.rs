//! Fields of aliases and modaliases in the kernel's form.

/// A field: its digits as written, or any.
type Field<const DIGITS: usize> = Option<[u8; DIGITS]>;

/// `pci:v000010DEd*sv*sd*bc03sc*i*`: each field a number or `*` (`scripts/mod/file2alias.c`,
/// `do_pci_entry`). Digits are upper case and separators lower case, so comparing fields is
/// equivalent to matching the pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fields {
    pub(super) vendor: Field<8>,
    pub(super) device: Field<8>,
    subsystem_vendor: Field<8>,
    subsystem_device: Field<8>,
    base_class: Field<2>,
    sub_class: Field<2>,
    prog_if: Field<2>,
}

impl Fields {
    /// The fields of `alias`; `None` if it has another form.
    pub(super) fn parse(alias: &str) -> Option<Self> {
        let rest = alias.as_bytes().strip_prefix(b"pci:v")?;
        let (vendor, rest) = field(rest, b"d")?;
        let (device, rest) = field(rest, b"sv")?;
        let (subsystem_vendor, rest) = field(rest, b"sd")?;
        let (subsystem_device, rest) = field(rest, b"bc")?;
        let (base_class, rest) = field(rest, b"sc")?;
        let (sub_class, rest) = field(rest, b"i")?;
        let (prog_if, rest) = field(rest, b"")?;
        // Optional text after the last number: future fields.
        if !rest.is_empty() && rest != b"*" {
            return None;
        }
        Some(Self {
            vendor,
            device,
            subsystem_vendor,
            subsystem_device,
            base_class,
            sub_class,
            prog_if,
        })
    }

    /// Whether a function's fields, all numbers, match these.
    pub(super) fn match_function(&self, function: &Self) -> bool {
        same(self.base_class, function.base_class)
            && same(self.sub_class, function.sub_class)
            && same(self.vendor, function.vendor)
            && same(self.device, function.device)
            && same(self.subsystem_vendor, function.subsystem_vendor)
            && same(self.subsystem_device, function.subsystem_device)
            && same(self.prog_if, function.prog_if)
    }
}

fn same<const DIGITS: usize>(wanted: Field<DIGITS>, is: Field<DIGITS>) -> bool {
    wanted.is_none() || wanted == is
}

/// A field, and the text after its `end`.
fn field<'a, const DIGITS: usize>(text: &'a [u8], end: &[u8]) -> Option<(Field<DIGITS>, &'a [u8])> {
    if let Some(rest) = text.strip_prefix(b"*") {
        return Some((None, rest.strip_prefix(end)?));
    }
    let (digits, rest) = text.split_at_checked(DIGITS)?;
    let upper = |byte: &u8| byte.is_ascii_digit() || (b'A'..=b'F').contains(byte);
    let digits: [u8; DIGITS] = digits.try_into().ok()?;
    digits
        .iter()
        .all(upper)
        .then_some((Some(digits), rest.strip_prefix(end)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_kernels_own_form_has_fields() {
        for alias in [
            "pci:v000010DEd00002D04sv000010B0sd0000205Ebc03sc00i00",
            "pci:v000010DEd*sv*sd*bc03sc*i*",
            "pci:v*d*sv*sd*bc03sc00i00*",
            "pci:v*d*sv*sd*bc*sc*i**",
        ] {
            assert!(Fields::parse(alias).is_some(), "{alias}");
        }
        for alias in [
            "",
            "pci:",
            "pci:v000010ded*sv*sd*bc03sc*i*",
            "pci:v000010D*d*sv*sd*bc03sc*i*",
            "pci:v000010DEd*sv*sd*bc0?sc*i*",
            "pci:v000010DEd*sv*sd*bc03sc*i0*",
            "pci:v000010DEd*sv*sd*bc03sc*i00x",
            "pci:v000010DEd*sv*sd*bc03sc*",
            "usb:v000010DEd*sv*sd*bc03sc*i*",
        ] {
            assert_eq!(Fields::parse(alias), None, "{alias}");
        }
    }
}
