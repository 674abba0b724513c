//! Changes of GRUB's variables in `/etc/default/grub`.

use super::change::OptionsChange;
use super::grub::{Value, Variable};
use super::grub_files::{self, GrubFiles};
use super::grub_layout;
use super::step::{Steps, refreshed, text};
use crate::error::{Error, ErrorKind};
use host_tree::{Edit, HostTree};

/// GRUB's menu, made from `/etc/default/grub`.
pub(super) fn grub(tree: &dyn HostTree, change: &OptionsChange) -> Result<Steps, Error> {
    let edit = edit(tree, change)?;
    if edit.is_noop() {
        return Ok(Steps::default());
    }
    let Some(layout) = grub_layout::find(tree) else {
        let look = grub_layout::WOULD_TELL.join("; ");
        let message = format!("the path of GRUB's menu is not in the input; to show it: {look}");
        return Err(Error::other(ErrorKind::LoaderNotShown, message));
    };
    Ok(refreshed(vec![edit], &layout.refresh))
}

/// The edit of `/etc/default/grub`: additions go to the variable that the host uses, removals apply
/// to all.
pub(super) fn edit(tree: &dyn HostTree, change: &OptionsChange) -> Result<Edit, Error> {
    text(tree, grub_files::MAIN)?;
    let layout = grub_layout::find(tree);
    let mut files = GrubFiles::read(tree);
    if layout.is_some_and(|layout| !layout.drop_ins) {
        files.files.retain(|file| file.path == grub_files::MAIN);
        files.unseen.retain(|(path, _)| path == grub_files::MAIN);
    }
    let before = files
        .files
        .iter()
        .find(|file| file.path == grub_files::MAIN);
    let before = before.map(|file| file.text.clone()).unwrap_or_default();
    let (target, others) = variables(&files, is_xen(tree));
    let edit = files.edit(target, |line| change.apply(line))?;
    set_main(&mut files, &edit.after);
    let removals = change.removals();
    for other in others {
        let has = files.command_line(other).is_ok_and(|line| {
            removals
                .difference(&line)
                .is_ok_and(|found| !found.removed.is_empty())
        });
        if has {
            let edit = files.edit(other, |line| removals.apply(line))?;
            set_main(&mut files, &edit.after);
        }
    }
    let after = files
        .files
        .iter()
        .find(|file| file.path == grub_files::MAIN);
    let after = after.map(|file| file.text.clone()).unwrap_or_default();
    Ok(Edit::change(grub_files::MAIN, before, after))
}

fn set_main(files: &mut GrubFiles, text: &str) {
    for file in files
        .files
        .iter_mut()
        .filter(|file| file.path == grub_files::MAIN)
    {
        text.clone_into(&mut file.text);
    }
}

/// The variable that new options go into, and the others that count.
///
/// Those of normal boots leave recovery entries unchanged. Fedora's and RHEL's file has only the
/// variable for every entry, which is edited there. In Xen's entries the variables with
/// `XEN_REPLACE`, if they are set, replace the usual ones (GRUB 2.06, `20_linux_xen`).
fn variables(files: &GrubFiles, xen: bool) -> (Variable, Vec<Variable>) {
    let set = |variable| !matches!(files.effective(variable).value, Value::Unset);
    let filled = |variable| match files.effective(variable).value {
        Value::Unset => false,
        Value::Known(value) => !value.is_empty(),
        Value::Unknown(_) => true,
    };
    let pick = |replaces, usual| {
        if xen && filled(replaces) {
            replaces
        } else {
            usual
        }
    };
    let normal = pick(Variable::XenNormal, Variable::Normal);
    let every = pick(Variable::XenEvery, Variable::Every);
    if !files.before_init(every, normal).contains(&normal) {
        // The options of normal boots are for init.
        (every, Vec::new())
    } else if !set(normal) && set(every) {
        (every, vec![normal])
    } else {
        (normal, vec![every])
    }
}

/// Whether the host is dom0 of Xen.
fn is_xen(tree: &dyn HostTree) -> bool {
    let says = |path: &str, word: &str| {
        tree.read_text(path)
            .found()
            .is_some_and(|text| text.contains(word))
    };
    says("/proc/xen/capabilities", "control_d") || says("/sys/hypervisor/type", "xen")
}
