use super::*;
use crate::ErrorKind;
use crate::assigned::{AssignedFunction, Coverage};
use crate::error::Cause;

fn assigned(list: &[&str]) -> AssignedDevices {
    let mut slots: Vec<Vec<AssignedFunction>> = Vec::new();
    for text in list {
        let function = AssignedFunction::at(text.parse().unwrap());
        match slots
            .iter_mut()
            .find(|slot| slot[0].address.slot() == function.address.slot())
        {
            Some(slot) => slot.push(function),
            None => slots.push(vec![function]),
        }
    }
    let slot = |functions| AssignedSlot::new(functions, Coverage::WholeSlot).unwrap();
    AssignedDevices::new(slots.into_iter().map(slot).collect()).unwrap()
}

fn addresses(assigned: &AssignedDevices) -> Vec<Address> {
    let functions = assigned.slots().iter().flat_map(|slot| slot.functions());
    functions.map(|function| function.address).collect()
}

/// Adds, adds again, and removes.
fn round(text: &str, assigned: &AssignedDevices) -> String {
    let new = add(text, assigned).unwrap();
    assert_eq!(add(&new, assigned).unwrap(), new);
    assert_eq!(remove(&new, &addresses(assigned)).unwrap(), text);
    new
}

const Q35: &str = "<!-- mine -->\n<domain type='kvm' xmlns:x='urn:x'>\n  <os><type machine='q35'/></os>\n  \
    <metadata><x:a b=\"&quot;\"/></metadata>\n  <devices>\n    <emulator>/q</emulator>  <!-- e -->\n  \
    </devices>\n</domain>\n";

#[test]
fn functions_of_a_slot_share_a_new_root_port() {
    let new = round(Q35, &assigned(&["01:00.0", "01:00.1"]));
    let wanted = "    <emulator>/q</emulator>  <!-- e -->
    <controller type='pci' index='1' model='pcie-root-port'>
      <alias name='ua-passthru-0000-01-00'/>
    </controller>
    <hostdev mode='subsystem' type='pci' managed='yes'>
      <driver name='vfio'/>
      <source>
        <address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>
      </source>
      <alias name='ua-passthru-0000-01-00-0'/>
      <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x0' multifunction='on'/>
    </hostdev>
    <hostdev mode='subsystem' type='pci' managed='yes'>
      <driver name='vfio'/>
      <source>
        <address domain='0x0000' bus='0x01' slot='0x00' function='0x1'/>
      </source>
      <alias name='ua-passthru-0000-01-00-1'/>
      <address type='pci' domain='0x0000' bus='0x01' slot='0x00' function='0x1'/>
    </hostdev>
  </devices>";
    assert!(new.contains(wanted), "{new}");
}

#[test]
fn the_layout_of_the_file_is_followed() {
    let list = assigned(&["01:00.0"]);
    let crlf = round(&Q35.replace('\n', "\r\n"), &list);
    assert!(!crlf.replace("\r\n", "").contains('\n'));
    let tabs = "<domain>\n\t<devices>\n\t\t<a/>\n\t</devices>\n</domain>";
    assert!(
        round(tabs, &list)
            .contains("\n\t\t<hostdev mode='subsystem' type='pci' managed='yes'>\n\t\t\t<driver")
    );
    let empty = "<domain>\n  <devices>\n  </devices>\n</domain>";
    assert!(round(empty, &list).contains("\n    <hostdev mode"));
    for text in [
        "<domain><devices><a/></devices></domain>",
        "<domain><devices></devices></domain>",
    ] {
        assert!(!round(text, &list).contains('\n'));
    }
}

#[test]
fn a_missing_function_is_added_beside_the_present_one() {
    let text = "<domain><devices><hostdev type='pci'><source><address bus='0x01' slot='0x00' \
        function='0x0'/></source><address type='pci' bus='0x07' slot='0x00' function='0x0' />\
        </hostdev></devices></domain>";
    let list = assigned(&["01:00.0", "01:00.1"]);
    let new = add(text, &list).unwrap();
    assert!(
        new.contains("bus='0x07' slot='0x00' function='0x0' multifunction='on' />"),
        "{new}"
    );
    assert!(
        new.contains("bus='0x07' slot='0x00' function='0x1'/>"),
        "{new}"
    );
    assert_eq!(add(&new, &list).unwrap(), new);
    let only: Address = "01:00.1".parse().unwrap();
    let without = remove(&new, &[only]).unwrap();
    assert_eq!(without.replace(" multifunction='on'", ""), text);
}

#[test]
fn a_rom_file_is_set_for_an_existing_hostdev() {
    let text = "<domain>\n <devices>\n  <hostdev type='pci'>\n   <source>\n    <address bus='1' \
        slot='0' function='0'/>\n   </source>\n  </hostdev>\n </devices>\n</domain>";
    let mut slot = AssignedSlot::new(
        vec![AssignedFunction::at("01:00.0".parse().unwrap())],
        Coverage::WholeSlot,
    )
    .unwrap();
    slot.rom_file = Some("v.rom".parse().unwrap());
    let list = AssignedDevices::new(vec![slot.clone()]).unwrap();
    let new = add(text, &list).unwrap();
    assert!(
        new.contains("</source>\n   <rom file='/usr/share/vgabios/v.rom'/>\n  </hostdev>"),
        "{new}"
    );
    assert_eq!(add(&new, &list).unwrap(), new);
    slot.rom_file = Some("w.rom".parse().unwrap());
    let other = add(&new, &AssignedDevices::new(vec![slot]).unwrap()).unwrap();
    assert_eq!(other, new.replace("v.rom", "w.rom"));
}

/// Settings of the ROM that are not requested stay.
#[test]
fn a_rom_that_is_there_keeps_its_attributes() {
    let text = |rom: &str| {
        format!(
            "<domain><devices><hostdev type='pci'><source><address bus='1'/></source><rom{rom}/>\
             </hostdev></devices></domain>"
        )
    };
    let mut slot = AssignedSlot::new(
        vec![AssignedFunction::at("01:00.0".parse().unwrap())],
        Coverage::WholeSlot,
    )
    .unwrap();
    slot.rom_file = Some("v.rom".parse().unwrap());
    let mut hidden = slot.clone();
    hidden.rom_bar = RomBar::Hidden;
    let file = " file='/usr/share/vgabios/v.rom'";
    for (slot, before, after) in [
        (
            &slot,
            " bar='on' file='/a'".to_owned(),
            format!(" bar='on'{file}"),
        ),
        (&slot, " bar='off'".to_owned(), format!(" bar='on'{file}")),
        (
            &slot,
            " enabled=\"no\"".to_owned(),
            format!(" enabled=\"yes\"{file}"),
        ),
        (&hidden, file.to_owned(), format!("{file} bar='off'")),
        (&hidden, " bar='off'".to_owned(), " bar='off'".to_owned()),
    ] {
        let list = AssignedDevices::new(vec![slot.clone()]).unwrap();
        let new = add(&text(&before), &list).unwrap();
        assert_eq!(new, text(&after));
        assert_eq!(add(&new, &list).unwrap(), new);
    }
}

#[test]
fn a_function_is_not_placed_on_another_device() {
    let other = "<rng><address type='pci' bus='7' function='1'/></rng>";
    let text = format!(
        "<domain><devices><hostdev type='pci'><source><address bus='1'/></source><address \
         type='pci' bus='7' multifunction='on'/></hostdev>{other}</devices></domain>"
    );
    let new = add(&text, &assigned(&["01:00.0", "01:00.1", "01:00.2"])).unwrap();
    let (_, added) = new.split_once(other).unwrap();
    let places: Vec<&str> = added.split("<address type=").skip(1).collect();
    assert_eq!(places.len(), 1, "{new}");
    assert!(
        places[0].contains("bus='0x07' slot='0x00' function='0x2'"),
        "{new}"
    );
}

#[test]
fn libvirt_chooses_where_no_place_is_free_for_certain() {
    let several = assigned(&["01:00.0", "01:00.1"]);
    for text in [
        Q35.replace("q35", "pseries"),
        Q35.replace(
            "</devices>",
            "<x><address type='pci' bus='255'/></x></devices>",
        ),
    ] {
        let new = round(&text, &several);
        assert_eq!(new.matches("<hostdev").count(), 2, "{new}");
        let (_, added) = new.split_once("<hostdev").unwrap();
        assert!(!added.contains("<address type="), "{new}");
    }
}

#[test]
fn a_root_port_that_others_use_stays() {
    let list = assigned(&["01:00.0", "01:00.1"]);
    let new = add(Q35, &list).unwrap();
    let disk = "<disk><address type='pci' bus='1' slot='1'/></disk>";
    let used = new.replace("  </devices>", &format!("{disk}\n  </devices>"));
    let without = remove(&used, &addresses(&list)).unwrap();
    assert!(
        without.contains("pcie-root-port") && !without.contains("<hostdev"),
        "{without}"
    );
    let without = remove(&used.replace(disk, ""), &addresses(&list)).unwrap();
    assert!(!without.contains("pcie-root-port"), "{without}");
}

#[test]
fn functions_without_function_0_are_numbered_from_0() {
    let text = Q35.replace("q35", "pc");
    let new = round(&text, &assigned(&["01:00.2", "01:00.3"]));
    assert!(
        new.contains("bus='0x00' slot='0x03' function='0x0' multifunction='on'/>"),
        "{new}"
    );
    assert!(
        new.contains("bus='0x00' slot='0x03' function='0x1'/>"),
        "{new}"
    );
}

#[test]
fn a_text_that_cannot_be_edited_is_an_error() {
    let list = assigned(&["01:00.0"]);
    for text in ["<domain/>", "<domain><devices/></domain>"] {
        assert_eq!(add(text, &list), Err(Cause::NoDevices.into()));
    }
    assert_eq!(add("<domain>", &list).unwrap_err().kind(), ErrorKind::Xml);
}

#[test]
fn truncated_and_changed_texts_do_not_panic() {
    let list = assigned(&["01:00.0", "01:00.1", "02:00.0"]);
    let sample = add(Q35, &assigned(&["01:00.0"])).unwrap();
    for end in 0..sample.len() {
        assert!(add(sample.get(..end).unwrap(), &list).is_err() || end + 1 == sample.len());
    }
    let mut numbers = testkit::Random::new(0x5851_f42d_4c95_7f2d);
    for _ in 0..3000 {
        let mut bytes = sample.clone().into_bytes();
        for _ in 0..4 {
            let state = numbers.number();
            let at = usize::try_from(state % bytes.len() as u64).unwrap();
            bytes[at] = b"<>/='\"& \n!-?a1x\0"[usize::try_from((state >> 32) % 16).unwrap()];
        }
        let text = String::from_utf8(bytes).unwrap();
        let Ok(new) = add(&text, &list) else {
            continue;
        };
        let domain = Domain::parse(&new).unwrap();
        for address in addresses(&list) {
            assert!(domain.contains(address).is_some(), "{new}");
        }
        assert_eq!(add(&new, &list).unwrap(), new);
        let there = Domain::parse(&text).unwrap();
        if there.hostdevs().is_empty() {
            assert_eq!(remove(&new, &addresses(&list)).unwrap(), text);
        }
    }
}
