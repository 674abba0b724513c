use super::*;

fn rows(source: &str, text: &str) -> Vec<(String, u32, bool)> {
    let members = listed_members(source, text).into_iter();
    let row = |member: ListedMember<'_>| {
        let whole = member.completeness == Completeness::Whole;
        (member.name.to_owned(), member.group, whole)
    };
    members.map(row).collect()
}

fn row(name: &str, group: u32, whole: bool) -> (String, u32, bool) {
    (name.to_owned(), group, whole)
}

#[test]
fn a_quoted_listing_is_read() {
    let text = "> $ ls /sys/kernel/iommu_groups/6/devices/\n> 0000:86:00.0  0000:86:00.1\n> $\n";
    let names: Vec<(String, u32, bool)> = rows("a post", text);
    let first = ("0000:86:00.0".to_owned(), 6, true);
    assert_eq!(names, [first, ("0000:86:00.1".to_owned(), 6, true)]);
}

#[test]
fn only_an_unfiltered_find_is_whole() {
    let folder = "/sys/kernel/iommu_groups";
    let rows = format!(
        "{folder}/1/devices/0000:01:00.0\n{folder}/0/devices/0000:00:00.0\n\
         {folder}/x/devices/0000:01:00.0\n{folder}/2/devices/AMDI0020:00\n"
    );
    let command = format!("find {folder} -type l");
    let whole = |command: &str, text: &str| -> Vec<u32> {
        let members = listed_members(command, text).into_iter();
        members
            .filter(|member| member.completeness == Completeness::Whole)
            .map(|member| member.group)
            .collect()
    };
    assert_eq!(whole(&command, &rows), [1, 0]);
    assert!(whole("a.txt", &rows).is_empty());
    assert_eq!(whole(&format!("{command} | sort -V"), &rows), [1, 0]);
    assert!(whole(&format!("{command} | grep 01:00"), &rows).is_empty());
    assert!(whole(&format!("{command} -name '0000:0*'"), &rows).is_empty());
    assert!(whole(&format!("find {folder}/1/devices -type l"), &rows).is_empty());
    assert!(whole(&command, &rows.replace("/0/", "/7/")).is_empty());
    assert_eq!(listed_members("a.txt", &rows)[2].name, "AMDI0020:00");
}

#[test]
fn a_find_of_the_current_folder_is_read() {
    let text = "/sys/kernel/iommu_groups# find . -type l\n./0/devices/0000:00:00.0\n\
                ./1/devices/0000:01:00.0\n./1/devices/0000:02:00.0\n./2/devices/0000:00:14.0\n";
    let members = [
        row("0000:00:00.0", 0, true),
        row("0000:01:00.0", 1, true),
        row("0000:02:00.0", 1, true),
        row("0000:00:14.0", 2, false),
    ];
    assert_eq!(rows("a post", text), members);
    let other = "/srv/backup# find . -type l\n./0/devices/0000:00:00.0\n";
    assert_eq!(rows("a post", other), []);
}

const LONG: &str = "total 0\nlrwxrwxrwx. 1 root root 0 Nov 20 07:00 0000:01:00.0 -> \
    ../../../../devices/pci0000:00/0000:00:01.0/0000:01:00.0\nlrwxrwxrwx. 1 root root 0 \
    Nov 20 07:00 serial8250 -> ../../../../devices/platform/serial8250\n";

#[test]
fn one_folder_below_its_command() {
    let text = format!("$ ls -l /sys/kernel/iommu_groups/17/devices/\n{LONG}$ uname\n");
    let members = [row("0000:01:00.0", 17, true), row("serial8250", 17, true)];
    assert_eq!(rows("x", &text), members);
    // The text ends with the listing: it may have been cut.
    let members = [row("0000:01:00.0", 17, false), row("serial8250", 17, false)];
    assert_eq!(
        rows("ls -l /sys/kernel/iommu_groups/17/devices", LONG),
        members
    );
    let filtered = text.replace("devices/\n", "devices/ | grep -v x\n");
    assert_eq!(rows("x", &filtered), []);
    let short = "$ ls /sys/kernel/iommu_groups/3/devices\n0000:00:1f.0  0000:00:1f.3\n\nThat\n";
    let members = [row("0000:00:1f.0", 3, true), row("0000:00:1f.3", 3, true)];
    assert_eq!(rows("x", short), members);
    let prose = "$ ls /sys/kernel/iommu_groups/3/devices\nNothing there, see 0.1\n";
    assert_eq!(rows("x", prose), []);
}

#[test]
fn folders_below_headings() {
    let text = format!(
        "/sys/kernel/iommu_groups/0/devices:\n{LONG}\n/sys/kernel/iommu_groups/1/devices:\n\
         0000:00:02.0\n"
    );
    let members = [
        row("0000:01:00.0", 0, true),
        row("serial8250", 0, true),
        row("0000:00:02.0", 1, false),
    ];
    assert_eq!(rows("x", &text), members);
}

#[test]
fn folders_that_ls_marks() {
    let command = "$ ls /sys/kernel/iommu_groups/4/devices\n";
    assert_eq!(
        rows("x", &format!("{command}0000:01:00.0@  0000:01:00.1@\n$ \n")),
        [row("0000:01:00.0", 4, true), row("0000:01:00.1", 4, true)]
    );
    let long = LONG.replace("01:00.0\n", "01:00.0/\n");
    let rows = rows(
        "x",
        &format!("$ ls -lF /sys/kernel/iommu_groups/4/devices\n{long}$ \n"),
    );
    assert_eq!(rows[0], row("0000:01:00.0", 4, true));
}

#[test]
fn the_group_of_a_function() {
    let path = "/sys/bus/pci/devices/0000:05:00.0/iommu_group";
    let listing = format!("$ ls {path}/devices/\n0000:05:00.0  0000:05:00.1\n");
    let without = groups_of_functions(&listing);
    let members: Vec<String> = without[0].members.iter().map(Address::to_string).collect();
    assert_eq!(
        (members.join(" ").as_str(), without[0].line),
        ("0000:05:00.0 0000:05:00.1", 2)
    );
    assert_eq!(rows("x", &listing), []);
    for (numbered, line) in [
        (
            format!("$ readlink {path}\n../../../../kernel/iommu_groups/18\n{listing}"),
            1,
        ),
        (
            format!("pci 0000:05:00.0: Adding to iommu group 18\n{listing}"),
            0,
        ),
    ] {
        let found = rows("x", &numbered);
        let both = [row("0000:05:00.0", 18, true), row("0000:05:00.1", 18, true)];
        assert_eq!(found.get(line..), Some(&both[..]), "{numbered}");
        assert_eq!(groups_of_functions(&numbered), []);
    }
    // Of another function, or filtered.
    let other = listing.replace(
        &format!("{path}/"),
        "/sys/bus/pci/devices/0000:06:00.0/iommu_group/",
    );
    assert_eq!(groups_of_functions(&other), []);
    let filtered = listing.replace("devices/\n", "devices/ | head -1\n");
    assert_eq!(groups_of_functions(&filtered), []);
}

#[test]
fn groups_of_several_functions_below_headings() {
    let path = |name: &str| format!("/sys/bus/pci/devices/{name}/iommu_group/devices/");
    let (a, b) = (path("0000:05:00.0"), path("0000:06:00.0"));
    let text = format!("$ ls {a} {b}\n{a}:\n0000:05:00.0  0000:05:00.1\n\n{b}:\n0000:06:00.0\n");
    let counts = |text: &str| -> Vec<usize> {
        let groups = groups_of_functions(text).into_iter();
        groups.map(|group| group.members.len()).collect()
    };
    assert_eq!(counts(&text), [2, 1]);
    let filtered = text.replacen(" /sys", " | grep -v 00.2 /sys", 1);
    assert_eq!(counts(&filtered), [0; 0]);
    // The log of Unraid's start script, and a group's folder that a filter may have cut.
    let cut = "ls -l /sys/kernel/iommu_groups/*/devices | grep 05:00\n\
               /sys/kernel/iommu_groups/9/devices:\n0000:05:00.0\n";
    assert_eq!(rows("x", cut), [row("0000:05:00.0", 9, false)]);
    let log = format!("IOMMU group members (sans bridges):\n{a}0000:05:00.0\n\n{cut}");
    assert_eq!(counts(&log), [1]);
    assert_eq!(rows("x", &log), [row("0000:05:00.0", 9, true)]);
    let two = log.replace("\n\n", &format!("\n{a}0000:05:00.1\n\n"));
    assert_eq!(counts(&two), [2]);
    assert_eq!(rows("x", &two), [row("0000:05:00.0", 9, false)]);
}

#[test]
fn a_loop_prints_functions_and_numbers() {
    let text = "$ for i in 3b:00.0 3b:00.1; do echo \"$i $(basename $(readlink \
                /sys/bus/pci/devices/0000:$i/iommu_group))\"; done\n3b:00.0 41\n3b:00.1 42\n";
    let found = [row("3b:00.0", 41, false), row("3b:00.1", 42, false)];
    assert_eq!(rows("x", text), found);
    // Rows of another command.
    let other = text.replacen("done\n", "done\n$ ./list.sh\n", 1);
    assert_eq!(rows("x", &other), []);
}

#[test]
fn a_group_of_a_function_is_whole_where_its_list_ends() {
    let path = "/sys/bus/pci/devices/0000:05:00.0/iommu_group/devices";
    let is_whole = |text: &str| {
        let groups = groups_of_functions(text);
        groups[0].completeness == Completeness::Whole
    };
    let one = "0000:05:00.0\n";
    assert!(is_whole(&format!("$ ls {path}\n{one}")));
    assert!(is_whole(&format!("$ ls -1 {path}\n{one}$ uname\n")));
    assert!(is_whole(&format!("{path}:\n{one}\n")));
    // The text may be cut.
    assert!(!is_whole(&format!("$ ls -1 {path}\n{one}")));
    assert!(!is_whole(&format!("{path}:\n{one}")));
    assert!(!is_whole(&format!("$ ls {path}\n{one}{one}")));
}

#[test]
fn one_row_in_a_terminal_is_whole() {
    let text = "kai@lab:~$ ls /sys/kernel/iommu_groups/22/devices\n0000:82:00.0\n";
    assert_eq!(rows("x", text), [row("0000:82:00.0", 22, true)]);
    let in_lines = text.replace("ls ", "ls -1 ");
    assert_eq!(rows("x", &in_lines), [row("0000:82:00.0", 22, false)]);
    let full = text.replace(
        "\n0000",
        "\n0000:82:00.1 0000:82:00.2 0000:82:00.3 0000:82:00.4 0000:82:00.5 0000",
    );
    assert!(rows("x", &full).iter().all(|(_, _, whole)| !whole));
}

#[test]
fn links_of_functions() {
    let text = "lrwxrwxrwx 1 root root 0 Nov 20 07:00 \
                /sys/bus/pci/devices/0000:01:00.0/iommu_group -> \
                ../../../../kernel/iommu_groups/17\n";
    assert_eq!(rows("x", text), [row("0000:01:00.0", 17, false)]);
}

#[test]
fn any_text_is_read() {
    let all = format!(
        "$ ls -l /sys/kernel/iommu_groups/17/devices/\n{LONG}/sys/kernel/iommu_groups/1/devices:\
         \n0000:00:02.0\n/a/iommu_group -> /iommu_groups/4\n"
    );
    for from in (0..all.len()).filter(|at| all.is_char_boundary(*at)) {
        for to in (from..=all.len()).step_by(7) {
            let part = all.get(from..to).unwrap();
            for member in listed_members(part, part) {
                assert!(member.text.contains(member.name));
                let mut groups = Groups::default();
                groups.add_listing(part, part);
                assert!(groups.get(member.group).is_some());
            }
        }
    }
    // Linear.
    let many = "/sys/kernel/iommu_groups/1/devices:\n0000:00:02.0\n".repeat(100_000);
    assert_eq!(listed_members("x", &many).len(), 100_000);
}
