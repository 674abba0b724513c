//! Files that bash sources, against bash.

use std::path::Path;

use hostconf::binding::assignments::AssignmentFile;
use hostconf::binding::{dracut, mkinitcpio};
use testkit::Scratch;
use testkit::program::{find, run};
use testkit::random::{Random, seed};

/// What bash makes of `M` in each file, words parted at blanks; `None` where bash
/// cannot read the file.
fn by_bash(bash: &Path, scratch: &Scratch, texts: &[String]) -> Vec<Option<Vec<String>>> {
    for (at, text) in texts.iter().enumerate() {
        scratch.write(&format!("{at}.conf"), text);
    }
    let script = format!(
        "cd {} && for ((i = 0; i < {}; i++)); do\n\
         if bash -n $i.conf 2>/dev/null; then\n\
         ( set -f; PATH=/nowhere; exec 2>/dev/null; . ./$i.conf; set -f; printf '%s ' ${{M[@]}} )\n\
         else printf '!'; fi; printf '\\n@\\n'; done",
        scratch.path().display(),
        texts.len()
    );
    let output = run(bash, &["--norc", "-c", &script]);
    let message = String::from_utf8_lossy(&output.stdout).into_owned();
    let parts: Vec<&str> = message.split("\n@\n").collect();
    assert_eq!(parts.len(), texts.len() + 1, "{output:?}");
    parts[..texts.len()]
        .iter()
        .map(|part| {
            let words = part.split_whitespace().map(str::to_owned).collect();
            (*part != "!").then_some(words)
        })
        .collect()
}

fn flat(words: &[String]) -> Vec<String> {
    let words = words.iter().flat_map(|word| word.split_whitespace());
    words.map(str::to_owned).collect()
}

#[test]
fn random_files_are_read_and_edited_as_bash_reads_them() {
    let Some(bash) = find("bash") else { return };
    let pieces = [
        "M=",
        "M+=",
        "N=",
        "(",
        ")",
        "a",
        "b",
        "vfio_pci",
        " ",
        " ",
        "\n",
        "\n",
        "'",
        "\"",
        "\\",
        "#",
        ";",
        "\t",
        "M=(a b)\n",
        "M+=(b)\n",
        "M=\"a b\"\n",
        "-",
        "\r",
    ];
    let mut random = Random::new(seed(7));
    let mut texts = Vec::new();
    for _ in 0..800 {
        let length = random.below(12);
        let text: String = (0..length).map(|_| random.pick(&pieces)).collect();
        texts.push(text);
    }
    let scratch = Scratch::new();
    let message = by_bash(&bash, &scratch, &texts);
    let (mut read, mut edited, mut wanted) = (0, Vec::new(), Vec::new());
    for (text, message) in texts.iter().zip(&message) {
        let mut file = AssignmentFile::parse(text);
        assert_eq!(file.to_string(), *text);
        let Ok(words) = file.words("M") else { continue };
        let Some(message) = message else {
            panic!("bash cannot read what we read as {words:?}: {text:?}");
        };
        assert_eq!(flat(&words), *message, "{text:?}");
        read += 1;
        if file.put_first("M", &["vfio_pci", "vfio"]).is_err() {
            continue;
        }
        let once = file.to_string();
        file.put_first("M", &["vfio_pci", "vfio"]).unwrap();
        assert_eq!(file.to_string(), once, "{text:?}");
        wanted.push(flat(&file.words("M").unwrap()));
        edited.push(once);
    }
    assert!(read > 100 && edited.len() > 80, "{read} {}", edited.len());
    for ((text, wanted), message) in edited
        .iter()
        .zip(wanted)
        .zip(by_bash(&bash, &scratch, &edited))
    {
        assert_eq!(message.as_ref(), Some(&wanted), "{text:?}");
        assert_eq!(wanted[..2], ["vfio_pci", "vfio"], "{text:?}");
    }
}

#[test]
fn the_lists_that_we_write_are_whole_words_to_bash() {
    let Some(bash) = find("bash") else { return };
    let scratch = Scratch::new();
    let modules = ["vfio_pci", "vfio", "vfio_iommu_type1"].map(|name| name.parse().unwrap());
    let ours = dracut::conf(&modules, &["/etc/modprobe.d/vfio.conf"]);
    let before = "force_drivers+=\" a \"\n";
    let file = scratch.write(
        "dracut",
        format!("{before}{ours}{}{before}", dracut::MODULE_CONF),
    );
    let show = |file: &Path, list: &str| {
        let command = format!(". {}; printf '%s\\n' {list}", file.display());
        let output = run(&bash, &["--norc", "-c", &command]);
        assert!(
            output.status.success() && output.stderr.is_empty(),
            "{output:?}"
        );
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(
        show(&file, "$force_drivers"),
        ["a", "vfio_pci", "vfio", "vfio_iommu_type1", "a"]
    );
    assert_eq!(show(&file, "$add_dracutmodules"), ["passthru-vfio"]);
    let stock = "MODULES=(amdgpu)\nHOOKS=(base systemd autodetect kms block)\n";
    let text = mkinitcpio::with_hook(&mkinitcpio::load_first(stock, &modules).unwrap()).unwrap();
    let file = scratch.write("mkinitcpio", &text);
    assert_eq!(
        show(&file, "\"${MODULES[@]}\""),
        ["vfio_pci", "vfio", "vfio_iommu_type1", "amdgpu"]
    );
    assert_eq!(
        show(&file, "\"${HOOKS[@]}\""),
        [
            "base",
            "passthru-vfio",
            "systemd",
            "autodetect",
            "modconf",
            "kms",
            "block"
        ]
    );
}
