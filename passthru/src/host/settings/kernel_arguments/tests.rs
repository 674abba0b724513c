use super::*;

fn found(text: &str) -> Vec<String> {
    listed(text)
        .into_iter()
        .map(|listed| listed.option)
        .collect()
}

#[test]
fn options_are_read_from_each_form_of_list() {
    let wanted = ["intel_iommu=on", "vfio-pci.ids=10de:1b80,10de:10f0"];
    for text in [
        "machine:\n  install:\n    extraKernelArgs:\n      - intel_iommu=on\n      - \
             vfio-pci.ids=10de:1b80,10de:10f0\n    disk: /dev/sda\n  - no=option\n",
        "> extraKernelArgs:\n>   - \"intel_iommu=on\"\n>   # the card\n>   - \
             'vfio-pci.ids=10de:1b80,10de:10f0'\n",
        "  boot.kernelParams = [ \"intel_iommu=on\" \"vfio-pci.ids=10de:1b80,10de:10f0\" ];\n",
        "boot = {\n  kernelParams = [ # options\n    \"intel_iommu=on\"\n    # \"quiet\"\n    \
             \"vfio-pci.ids=10de:1b80,10de:10f0\"\n    (\"a=\" + b) \"c=${d}\"\n  ];\n  x = \"y=z\";\n}\n",
        "spec:\n  kernelArguments: [intel_iommu=on, vfio-pci.ids=10de:1b80,10de:10f0]\n",
        "kernel_arguments:\n  should_exist:\n    - intel_iommu=on\n    - \
             vfio-pci.ids=10de:1b80,10de:10f0\n  should_not_exist:\n    - quiet\n",
        "(kernel-arguments (list \"intel_iommu=on\"\n  \"vfio-pci.ids=10de:1b80,10de:10f0\"))\n",
        "third_party_kernel_args: \"intel_iommu=on vfio-pci.ids=10de:1b80,10de:10f0\"\n",
        "kargs = [\"intel_iommu=on\", \"vfio-pci.ids=10de:1b80,10de:10f0\"]\n",
    ] {
        assert_eq!(found(text), wanted, "{text}");
    }
}

#[test]
fn prose_and_other_lists_have_no_options() {
    for text in [
        "",
        "The kernelParams: I have none of them\n- iommu=pt\n",
        "I set boot.kernelParams as in the wiki\n- iommu=pt\n",
        "# kernelParams = [ \"iommu=pt\" ];\n",
        "kernel_params = \"iommu=pt\"\n",
        "extraKernelArgs:\n  - -iommu=pt\n",
        "kernelArgs: iommu=pt\n",
    ] {
        assert_eq!(found(text), Vec::<String>::new(), "{text}");
    }
}
