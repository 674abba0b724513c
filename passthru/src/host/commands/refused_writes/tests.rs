use super::*;

fn answers(text: &str) -> Vec<String> {
    let mut writes = Writes::default();
    text.lines().filter_map(|line| writes.read(line)).collect()
}

#[test]
fn the_command_above_names_the_file() {
    let post = "root@a:~# echo 8 > /sys/bus/pci/devices/0000:05:00.0/sriov_numvfs\n\
                    -bash: echo: write error: Numerical result out of range\n\
                    root@a:~# echo \"0000:05:00.0\" > /sys/bus/pci/drivers/vfio-pci/bind\n\
                    \n\
                    bash: echo: Schreibfehler: Das Argument ist ungültig\n\
                    root@a:/sys/bus/pci/devices/0000:05:00.0# echo 2 > sriov_numvfs\n\
                    bash: echo: write error: no such file or directory\n\
                    # echo $UUID > /sys/class/mdev_bus/0000:3b:00.0/mdev_supported_types/nvidia-63/create\n\
                    bash: echo: write error: Input/output error\n";
    assert_eq!(
        answers(post),
        [
            "root@a:~# echo 8 > /sys/bus/pci/devices/0000:05:00.0/sriov_numvfs: Numerical \
                 result out of range",
            "root@a:~# echo \"0000:05:00.0\" > /sys/bus/pci/drivers/vfio-pci/bind: Invalid \
                 argument",
            "root@a:/sys/bus/pci/devices/0000:05:00.0# echo 2 > sriov_numvfs: write error: \
                 No such file or directory",
            "# echo $UUID > /sys/class/mdev_bus/0000:3b:00.0/mdev_supported_types/nvidia-63/create: \
                 write error: Input/output error",
        ]
    );
}

#[test]
fn a_trace_names_the_framebuffer_and_ends_an_older_command() {
    let refused = "start.sh: line 9: echo: write error: No such device\n";
    let traced = format!("++ echo efi-framebuffer.0\n{refused}++ echo 0000:01:00.0\n{refused}");
    assert_eq!(
        answers(&traced),
        ["/sys/bus/platform/drivers/efi-framebuffer/unbind: No such device"]
    );
    let other = "echo 0000:01:00.0 > /sys/bus/pci/drivers/vfio-pci/bind\n+ echo 1\n";
    assert!(answers(&format!("{other}{refused}")).is_empty());
}

#[test]
fn an_error_without_its_command_stays_alone() {
    for text in [
        "./start.sh: line 12: echo: write error: No such device\n",
        "echo 1 > /tmp/x\nbash: echo: write error: No such device\n",
        "the file /sys/bus/pci/drivers/vfio-pci/bind is there\n\
             echo: write error: No such device\n",
        "$ echo 0000:01:00.0 > /sys/bus/pci/drivers/vfio-pci/bind\n$ ls\n\
             echo: write error: No such device\n",
    ] {
        assert!(answers(text).is_empty(), "{text}");
    }
}
