//! QEMU without a manager in conversions.

use super::command_line::command_line;
use super::read::read_back;
use super::words::launch_words;
use crate::convert::{Declaration, FirmwareSetting, Order, Sign};
use crate::emitted::{Emitted, NotConverted};

pub(crate) const FORMAT: Declaration = Declaration {
    signs: &[Sign::Text(Order::CommandLine, |text| {
        launch_words(text).is_ok()
    })],
    read: Some(|known| {
        let words = launch_words(known.text)?;
        let mut back = read_back(&words.argv)?;
        let computed = words.computed.into_iter();
        back.not_converted
            .extend(computed.map(|word| NotConverted::new(word, "only a shell can evaluate it")));
        Ok(back)
    }),
    names_machine: true,
    firmware: FirmwareSetting::Always,
    has_buses_of_qemu: true,
    ..Declaration::machine("qemu", "QEMU", |vm, wanted| {
        let line = command_line(vm, &wanted.qemu)?;
        let mut emitted = Emitted::default();
        emitted.files.push(line.script(&format!("{}.sh", vm.name)));
        emitted.not_converted = line.not_converted;
        Ok(emitted)
    })
};
