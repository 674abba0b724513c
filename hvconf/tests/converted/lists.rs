//! What hosts hand out.

use hvconf::assigned::Coverage;
use testkit::Random;

use crate::converted::made_up::{MadeUp, Plan};

pub(crate) fn loader_conf(numbers: &mut Random) -> MadeUp {
    let plan = Plan::new(numbers, false);
    let devices = plan.vm.assigned.functions().map(|one| {
        let at = one.address;
        format!("{}/{}/{}", at.bus(), at.device(), at.function())
    });
    let devices: Vec<String> = devices.collect();
    let others = "# loader.conf\nloader_logo=\"beastie\"\nvmm_load=\"YES\"\n";
    let text = format!("{others}pptdevs=\"{}\"\n", devices.join(" "));
    plan.made(text)
}

pub(crate) fn nova(numbers: &mut Random) -> MadeUp {
    let mut plan = Plan::new(numbers, true);
    let mut lines = Vec::new();
    for slot in plan.vm.assigned.slots().to_vec() {
        if slot.coverage == Coverage::WholeSlot {
            lines.push(format!(
                "device_spec = {{\"address\": \"{}.*\"}}",
                slot.slot()
            ));
            continue;
        }
        for one in slot.functions() {
            lines.push(match numbers.below(3) {
                0 => {
                    plan.extra("physical_network of device_spec");
                    format!(
                        "device_spec = {{\"address\": \"{}\", \"physical_network\": \"a\"}}",
                        one.address
                    )
                }
                1 => format!(
                    "passthrough_whitelist = [{{\"address\": \"{}\"}}]",
                    one.address
                ),
                _ => format!("device_spec = {{\"address\": \"{}\"}}", one.address),
            });
        }
    }
    if numbers.below(2) == 0 {
        lines.push(
            "alias = {\"vendor_id\": \"10de\", \"product_id\": \"2204\", \"name\": \"card\"}"
                .to_owned(),
        );
        plan.extra("alias card");
    }
    if numbers.below(3) == 0 {
        lines.push("device_spec = {\"vendor_id\": \"10de\"}".to_owned());
        plan.extra("vendor_id=10de");
    }
    let text = format!("[DEFAULT]\ndebug = true\n[pci]\n{}\n", lines.join("\n"));
    plan.made(text)
}

pub(crate) fn harvester(numbers: &mut Random) -> MadeUp {
    let mut plan = Plan::new(numbers, false);
    let mut text = String::new();
    let user = numbers.pick(&["admin", "user-1"]);
    if user != "admin" {
        plan.extra("userName user-1");
    }
    for one in plan.vm.assigned.functions() {
        text.push_str(&format!(
            "---\napiVersion: devices.harvesterhci.io/v1beta1\nkind: PCIDeviceClaim\nmetadata:\n  \
             name: \"node7-{}\"\nspec:\n  address: \"{}\"\n  nodeName: node7\n  userName: {user}\n",
            one.address.to_string().replace([':', '.'], ""),
            one.address
        ));
    }
    plan.made(text)
}

pub(crate) fn talos(numbers: &mut Random) -> MadeUp {
    let plan = Plan::new(numbers, false);
    let mut text = "machine:\n  kernel:\n    modules:\n      - name: vfio_pci\n".to_owned();
    for one in plan.vm.assigned.functions() {
        text.push_str(&format!(
            "---\napiVersion: v1alpha1\nkind: PCIDriverRebindConfig\nname: \"{}\"\ntargetDriver: \
             vfio-pci\n",
            one.address
        ));
    }
    plan.made(text)
}

pub(crate) fn talos_options(numbers: &mut Random) -> MadeUp {
    let plan = Plan::new(numbers, false);
    let mut text = "machine:\n  install:\n    extraKernelArgs:\n      - quiet\n".to_owned();
    for one in plan.vm.assigned.functions() {
        text.push_str(&format!(
            "      - pcirebind.rebind={}_nvme+vfio-pci\n",
            one.address
        ));
    }
    plan.made(text)
}

pub(crate) fn unraid(numbers: &mut Random) -> MadeUp {
    let mut plan = Plan::new(numbers, false);
    let mut words: Vec<String> = Vec::new();
    for one in plan.vm.assigned.functions() {
        words.push(match numbers.below(2) {
            0 => format!("{}|{}", one.address, one.id.unwrap()),
            _ => one.address.to_string(),
        });
    }
    if numbers.below(3) == 0 {
        words.push("1b21:1242".to_owned());
        plan.extra("1b21:1242");
    }
    let text = format!("BIND={}\n", words.join(" "));
    plan.made(text)
}
