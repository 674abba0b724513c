//! QEMU without a manager in conversions.

use super::command_line::command_line;
use super::host::template;
use super::others::COMPUTED;
use super::read::read_back;
use super::words::launch_words;
use crate::convert::{Declaration, FirmwareSetting, Order, Sign};
use crate::description::{Firmware, HostCpus, Pinning};
use crate::emitted::{Emitted, EmittedCommand, NotConverted};

pub(crate) const FORMAT: Declaration = Declaration {
    signs: &[Sign::Text(Order::CommandLine, |text| {
        launch_words(text).is_ok()
    })],
    read: Some(|known| {
        let words = launch_words(known.text)?;
        let mut back = read_back(&words.argv).map_err(|error| match words.line {
            Some(line) => error.at(line),
            None => error,
        })?;
        let mut before = words.before.iter().skip_while(|word| *word != "taskset");
        if let (Some(_), Some(option)) = (before.next(), before.next()) {
            let list = match option.as_str() {
                "-c" | "-ac" | "-ca" | "--cpu-list" => before.next().map_or("", String::as_str),
                _ => "",
            };
            match HostCpus::from_list(list) {
                Some(cpus) => back.description.pinning = Some(Pinning::Together(cpus)),
                None => {
                    let what = format!("taskset {option} {list}");
                    let one = NotConverted::manual(what.trim_end());
                    back.not_converted.push(one);
                }
            }
        }
        let computed = words.computed.into_iter();
        back.not_converted
            .extend(computed.map(|word| NotConverted::new(word, COMPUTED)));
        Ok(back)
    }),
    names_machine: true,
    firmware: FirmwareSetting::Always,
    has_buses_of_qemu: true,
    roms: |wanted| Some(wanted.qemu.rom_directory().to_owned()),
    ..Declaration::machine("qemu", "QEMU", |vm, wanted| {
        let line = command_line(vm, &wanted.qemu)?;
        let mut emitted = Emitted::default();
        emitted.files.push(line.script(&format!("{}.sh", vm.name)));
        emitted.not_converted = line.not_converted;
        if let (Firmware::Ovmf(secure), None) = (vm.firmware, &wanted.qemu.firmware) {
            let (_, variables) = wanted.qemu.firmware_files(vm.name.as_str(), secure);
            let directory = variables
                .rsplit_once('/')
                .map_or("/", |(directory, _)| directory);
            let why = "the guest's own UEFI variables are there";
            let make = EmittedCommand::new(["mkdir", "-p", directory], why);
            let why = "a copy of the firmware's template; one that is there is kept";
            let copy = EmittedCommand::new(["cp", "-n", template(secure), &variables], why);
            emitted.commands.extend([make, copy]);
        }
        Ok(emitted)
    })
};
