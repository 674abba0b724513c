//! Each command: from the arguments to the text that it prints.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use host_tree::{DirTree, HostTree};
use list_order::Inserts as _;
use pci_core::Address;

#[cfg(target_os = "linux")]
use super::apply::Keep;
#[cfg(not(target_family = "wasm"))]
use super::args::whole_command;
use super::args::{Cli, Command, DoctorFormat};
use super::console::{Console, write_message};
#[cfg(not(target_family = "wasm"))]
use super::generate;
use super::input::{Input, Source, is_unusable};
use super::invocation::invocation;
use super::outcome::{FAULTS, OK, Outcome, USAGE, to_json, usage};
use super::output::write_new;
use super::rom;
use super::words::{chosen_wrongly, files_and_words, not_chosen};
use crate::doctor::{self, Question};
use crate::document::WrittenFile;
use crate::host::Host;
use crate::invocation::Invocation;
use crate::plan::{self, Plan, Request, patch};
use crate::predicted::PredictionRequest;
use crate::render::{self, DrawingFormat, Style};
use crate::text::{Text, any_of, plural, text};
use crate::{answer, apply, capture, document, select};

pub(super) fn run(cli: Cli, console: &mut Console<'_>) -> Outcome {
    let style = console.style;
    let Cli {
        input,
        json,
        command,
        ..
    } = cli;
    let mut open = |files: &[PathBuf]| {
        let source = Source::open(&input, files).map_err(usage)?;
        for error in &source.ignored {
            let message = style.say(&text!("{error}: ignored", error = error.text()));
            write_message(console.err, &message);
        }
        Ok::<_, (Text, u8)>(source)
    };
    match command {
        None => {
            let call = invocation(&input, &[], None);
            open(&[])?.with_tree(|tree| status(tree, &call, style, json))
        }
        Some(Command::List {
            devices,
            tree,
            drawn,
        }) => {
            let form = if let Some(format) = drawn.format() {
                ListForm::Drawn(format)
            } else if tree {
                ListForm::Tree
            } else if json {
                ListForm::Json
            } else {
                ListForm::Text
            };
            let source = open(&[])?;
            let machine = source.is_this_machine.then(DirTree::live_without_log);
            let machine = machine.and_then(Result::ok);
            source.with_tree(|tree| {
                if let ListForm::Text = form {
                    let table = machine
                        .as_ref()
                        .map_or(tree, |machine| machine as &dyn HostTree);
                    let host = Host::read_table(table).with_names(console.names.clone());
                    let chosen = select::listed(&host, &devices);
                    // Of one function alone the list shows all that is known.
                    if !chosen.is_ok_and(|chosen| chosen.len() == 1 || host.devices.len() == 1) {
                        let listed = list(&host, &devices, style, form);
                        console.leave(host);
                        return listed;
                    }
                }
                let host = console.host(tree);
                let listed = list(&host, &devices, style, form);
                console.leave(host);
                listed
            })
        }
        Some(Command::Groups {
            devices,
            predict,
            with,
            kernel,
            drawn,
        }) => {
            let asked = PredictionRequest { with, kernel };
            let source = open(&[])?;
            if predict || asked != PredictionRequest::default() {
                predicted(source, &asked, &devices, drawn.format(), console)
            } else if let Some(format) = drawn.format() {
                source.with_tree(|tree| drawn_groups(&console.host(tree), &devices, format, style))
            } else {
                source.with_tree(|tree| {
                    let mut host = console.host(tree);
                    // Only on request: it reads all open files.
                    if let Ok(chosen) = select::listed(&host, &devices)
                        && !devices.is_empty()
                    {
                        host.find_group_users(tree, &chosen);
                    }
                    groups(&host, &devices, style, json)
                })
            }
        }
        Some(Command::Doctor {
            devices,
            target,
            format,
            show_input,
            view,
        }) => {
            let (files, words) = files_and_words(devices)?;
            let plain = if json {
                DoctorFormat::Json
            } else {
                DoctorFormat::Text
            };
            let form = format.unwrap_or(plain);
            let source = open(&files)?;
            let not_understood = source.not_understood;
            source.with_tree(|tree| {
                if show_input {
                    return Ok((render::shown_input(tree.texts(), style), OK));
                }
                let host = console.host(tree);
                let view: render::View = view.into();
                let call = invocation(&input, &files, target);
                let devices = select::all(&host, &words).map_err(|error| chosen_wrongly(&error))?;
                let question = Question { devices, target };
                let report = doctor::examine(&host, &question);
                let status = if report.has_problem() { FAULTS } else { OK };
                let mut text = match form {
                    DoctorFormat::Text => {
                        let call = call.foreseen(tree, &host, &report);
                        render::report(&host, &report, &view, &call, style)
                    }
                    DoctorFormat::Json => to_json(&report)?,
                    DoctorFormat::Jsonl => render::json_lines(&report).map_err(usage)?,
                    DoctorFormat::Prometheus => render::prometheus(&report),
                };
                if form == DoctorFormat::Text
                    && let Some(line) = render::not_understood_line(not_understood, style)
                {
                    text.push_str(&line);
                    text.push('\n');
                }
                Ok((text, status))
            })
        }
        Some(Command::Check { devices, target }) => {
            let (files, words) = files_and_words(devices)?;
            open(&files)?.with_tree(|tree| {
                let host = console.host(tree);
                let only = select::listed(&host, &words).map_err(|error| chosen_wrongly(&error))?;
                let check = answer::check(&host, &only, target);
                let text = if json {
                    to_json(&check)?
                } else {
                    let mut text = render::check(&host, &check, style);
                    let mut candidates = check.candidates.iter();
                    let is_given = input.is_given() || !files.is_empty();
                    let is_open = |one: &answer::Candidate| {
                        one.answer.readiness == answer::Readiness::NotEnoughInput && is_given
                    };
                    if candidates.any(is_open) {
                        let call = invocation(&input, &files, target);
                        let next = text!(
                            "next: {command}; add its output to the input",
                            command = call.command(&["ask"])
                        );
                        text.push_str(&format!("{}\n", style.say(&next)));
                    }
                    text
                };
                Ok((text, if check.is_possible() { OK } else { FAULTS }))
            })
        }
        Some(Command::Ask { devices, target }) => {
            let (files, words) = files_and_words(devices)?;
            if input.is_given() || !files.is_empty() || !words.is_empty() {
                match Source::open(&input, &files) {
                    Ok(source) => {
                        super::ask::run(Some(&source.host()), &words, target, style, json)
                    }
                    Err(error) if is_unusable(&error) => {
                        super::ask::run(None, &[], target, style, json)
                    }
                    Err(error) => Err(usage(error)),
                }
            } else {
                super::ask::run(None, &[], target, style, json)
            }
        }
        Some(Command::Plan {
            devices,
            target,
            vm,
            bind,
            clean,
            vm_options,
            patch,
            script,
            ansible,
            output,
        }) => {
            let form = if patch {
                Form::Patch
            } else if script {
                Form::Script
            } else if ansible {
                Form::Ansible
            } else if json {
                Form::Json
            } else {
                Form::Text
            };
            open(&[])?.with_tree(|tree| {
                let host = console.host(tree);
                let call = invocation(&input, &[], target);
                let chosen = select::all(&host, &devices)
                    .map_err(|error| not_chosen(&error, &call, &devices))?;
                let request = Request {
                    devices: chosen,
                    target,
                    vm,
                    bind,
                    vm_options: vm_options.into(),
                    clean,
                };
                let plan = plan::make(tree, &host, &request).map_err(|error| {
                    let message = call.refusal(&error, &devices);
                    (message, if error.is_usage() { USAGE } else { FAULTS })
                })?;
                if let Some(path) = output {
                    write_new(&path, &to_json(&plan)?)?;
                }
                let text = match form {
                    Form::Patch => patch_text(&plan)?,
                    // These refuse unaccepted blockers themselves.
                    Form::Script => plan::script(&plan).map_err(usage)?,
                    Form::Ansible => plan::playbook(&plan).map_err(usage)?,
                    Form::Json => to_json(&plan)?,
                    Form::Text => render::plan(&plan, &call, style),
                };
                Ok((text, if plan.blockers.is_empty() { OK } else { FAULTS }))
            })
        }
        #[cfg(not(target_family = "wasm"))]
        Some(Command::Release { devices, output }) => open(&[])?.with_tree(|tree| {
            let host = console.host(tree);
            let call = invocation(&input, &[], None);
            let chosen = select::all(&host, &devices)
                .map_err(|error| not_chosen(&error, &call, &devices))?;
            let request = Request {
                devices: chosen,
                ..Request::default()
            };
            let plan = plan::release(tree, &host, &request).map_err(|error| {
                let message = call.refusal(&error, &devices);
                (message, if error.is_usage() { USAGE } else { FAULTS })
            })?;
            if let Some(path) = output {
                write_new(&path, &to_json(&plan)?)?;
            }
            let text = if json {
                to_json(&plan)?
            } else {
                render::plan(&plan, &call, style)
            };
            Ok((text, OK))
        }),
        // These print each step at its time.
        #[cfg(target_os = "linux")]
        Some(Command::Apply(command)) => Ok((String::new(), command.run(&input, console))),
        #[cfg(target_os = "linux")]
        Some(Command::Undo(command)) => Ok((String::new(), command.run(&input, console))),
        #[cfg(target_os = "linux")]
        Some(Command::Keep(_)) => Ok((String::new(), Keep::run(&input, console))),
        #[cfg(not(target_family = "wasm"))]
        Some(Command::Verify { plan }) => {
            let plan = plan.as_deref().map(super::plan_file::read).transpose()?;
            open(&[])?.with_tree(|tree| verify(tree, plan.as_ref(), style, json))
        }
        Some(Command::Convert(command)) => command.run(&input, style, json),
        Some(Command::Guest(command)) => command.run(&input, style, json),
        Some(Command::Explain { what }) => explain(&what, style, json),
        #[cfg(not(target_family = "wasm"))]
        Some(Command::Ids { words }) => ids(&words.join(" "), console),
        #[cfg(not(target_family = "wasm"))]
        Some(Command::Lspci(_)) if json => {
            Err(usage(text!("lspci has no JSON; use: passthru list --json")))
        }
        #[cfg(not(target_family = "wasm"))]
        Some(Command::Lspci(command)) => {
            let text = match command.dump() {
                Some(dump) => command.print_dump(dump, &console.names),
                None => open(&[])?.with_tree(|tree| command.print_host(tree, &console.names)),
            };
            text.map(|text| (text, OK)).map_err(usage)
        }
        Some(Command::Rom(rom)) => rom::run(rom.command, &input, style, json),
        Some(Command::Report {
            devices,
            target,
            vm,
            output,
        }) => {
            let asked = crate::page::PageRequest {
                devices,
                target,
                vm,
                date: Some(super::report::today()),
                call: invocation(&input, &[], target),
                language: style.language,
            };
            super::report::run(open(&[])?, &asked, &output, style, json)
        }
        #[cfg(not(target_family = "wasm"))]
        Some(Command::Diff { old, new }) => diff(&input, [&old, &new], style, json),
        #[cfg(not(target_family = "wasm"))]
        Some(Command::Generate(_)) if json => Err(usage(text!("generate has no JSON"))),
        #[cfg(not(target_family = "wasm"))]
        Some(Command::Generate(generate)) => {
            generate::run(generate.command, whole_command(), &input, &console.names)
        }
        Some(Command::Capture { output }) => captured(open(&[])?, &output, style, json),
    }
}

/// The plan's edits, for `patch`. A pipe loses the exit status, so a plan with blockers has
/// none.
fn patch_text(plan: &Plan) -> Result<String, (Text, u8)> {
    if plan.blockers.is_empty() && plan.assumptions.is_empty() {
        return Ok(patch::of_all(&plan.edits));
    }
    let mut text = text!("no patch while these remain:");
    for blocker in &plan.blockers {
        text = text.item(&blocker.title);
    }
    for assumption in &plan.assumptions {
        let sentence = assumption.sentence();
        text = text.item(&text!("assumed: {sentence}", sentence));
    }
    text = text!("{list}\nto see the edits, omit --patch", list = text);
    Err((text, FAULTS))
}

/// The groups that the input shows: all, or those of some devices.
fn groups(host: &Host, words: &[String], style: Style, json: bool) -> Outcome {
    if let (true, Some(closed)) = (host.groups.is_empty(), closed_devices(host)) {
        return Err(usage(closed));
    }
    let chosen = select::listed(host, words).map_err(|error| chosen_wrongly(&error))?;
    let text = if json {
        if words.is_empty() {
            to_json(&document::groups(host))?
        } else {
            to_json(&document::groups_of(host, &chosen))?
        }
    } else {
        let mut text = render::groups(host, (!words.is_empty()).then_some(&chosen), style);
        text.push_str(&render::viability(host, &chosen, style));
        text.push_str(&put_together(host, style));
        text
    };
    Ok((text, OK))
}

fn predicted(
    source: Source,
    asked: &PredictionRequest,
    words: &[String],
    drawn: Option<DrawingFormat>,
    console: &Console<'_>,
) -> Outcome {
    let style = console.style;
    source.with_tree(|tree| {
        let host = console.host(tree);
        let chosen = select::all(&host, words).map_err(|error| chosen_wrongly(&error))?;
        let wanted: BTreeSet<Address> = chosen.into_iter().into_set();
        let text = if let Some(format) = drawn {
            let predicted = crate::predicted::predict(tree, &host, asked).map_err(usage)?;
            let isolation = crate::predicted::isolation(&predicted, wanted).map_err(usage)?;
            let nothing = BTreeSet::new();
            let shown = if words.is_empty() {
                &nothing
            } else {
                &isolation.wanted
            };
            render::predicted_drawing(&host, &predicted, shown, &isolation.wanted, format, style)
        } else if console.json {
            let document = crate::predicted::groups(tree, &host, wanted, asked);
            to_json(&document.map_err(usage)?)?
        } else {
            let predicted = crate::predicted::predict(tree, &host, asked).map_err(usage)?;
            let isolation = crate::predicted::isolation(&predicted, wanted).map_err(usage)?;
            let nothing = BTreeSet::new();
            let only = if words.is_empty() {
                &nothing
            } else {
                &isolation.wanted
            };
            let mut text = render::predicted(&host, &predicted, only, style);
            if !isolation.wanted.is_empty() {
                text.push_str(&render::isolation(&isolation, style));
            }
            text
        };
        Ok((text, OK))
    })
}

/// The tree with the groups of the host; of `words`, the path to the members of their groups.
fn drawn_groups(host: &Host, words: &[String], format: DrawingFormat, style: Style) -> Outcome {
    let chosen = if words.is_empty() {
        Vec::new()
    } else {
        select::listed(host, words).map_err(|error| chosen_wrongly(&error))?
    };
    let groups: BTreeSet<u32> = chosen
        .iter()
        .filter_map(|address| host.group_of(*address))
        .into_set();
    let members = groups.into_iter().flat_map(|group| host.members(group));
    let members = members.map(|(address, _)| address);
    let shown: BTreeSet<Address> = chosen.iter().copied().chain(members).into_set();
    let shown: Vec<Address> = shown.into_iter().collect();
    Ok((render::drawing(host, &shown, &chosen, format, style), OK))
}

/// The output form of a plan.
enum Form {
    Text,
    Json,
    Patch,
    Script,
    Ansible,
}

fn status(tree: &dyn HostTree, call: &Invocation, style: Style, json: bool) -> Outcome {
    let host = Host::read(tree);
    let report = doctor::examine(&host, &Question::default());
    let status = if report.has_problem() { FAULTS } else { OK };
    let transaction = apply::last(tree);
    let text = if json {
        let transaction = transaction.ok().flatten();
        to_json(&document::status(
            tree,
            &host,
            &report,
            transaction.as_ref(),
        ))?
    } else {
        let mut text = match &transaction {
            Ok(Some(journal)) => render::transaction(journal, call, style),
            Ok(None) => String::new(),
            Err(error) => {
                let label = style.say(&text!("Plan"));
                let label = render::pad(&label, 13.max(render::width(&label) + 2));
                render::paragraph(&label, &style.say(&error.text()), style.columns)
            }
        };
        text.push_str(&render::status(&host, &report, call, style));
        text
    };
    Ok((text, status))
}

#[cfg(not(target_family = "wasm"))]
fn verify(tree: &dyn HostTree, plan: Option<&Plan>, style: Style, json: bool) -> Outcome {
    let report = crate::verify::newest(tree, plan).map_err(usage)?;
    let text = if json {
        to_json(&report)?
    } else {
        render::verification(&report, style)
    };
    Ok((text, if report.is_verified() { OK } else { FAULTS }))
}

/// The output form of a list.
#[derive(Clone, Copy)]
enum ListForm {
    Text,
    Json,
    Tree,
    Drawn(DrawingFormat),
}

fn list(host: &Host, words: &[String], style: Style, form: ListForm) -> Outcome {
    if let (true, Some(closed)) = (host.devices.is_empty(), closed_devices(host)) {
        return Err(usage(closed));
    }
    let mut devices = select::listed(host, words).map_err(|error| chosen_wrongly(&error))?;
    if words.is_empty() {
        devices = host.devices.keys().copied().collect();
    }
    let text = match form {
        ListForm::Json => to_json(&document::list(host, &devices))?,
        ListForm::Text => render::list(host, &devices, style) + &put_together(host, style),
        ListForm::Drawn(format) => {
            let chosen: &[Address] = if words.is_empty() { &[] } else { &devices };
            render::drawing(host, &devices, chosen, format, style)
        }
        ListForm::Tree => render::tree(host, &devices, style) + &put_together(host, style),
    };
    Ok((text, OK))
}

/// The error of a directory of functions or groups that this user may not read.
fn closed_devices(host: &Host) -> Option<Text> {
    const NEEDED: [&str; 2] = ["/sys/bus/pci/devices", "/sys/kernel/iommu_groups"];
    let closed = host.unreadable_paths.iter().find(|refusal| {
        let mut needed = NEEDED.iter();
        needed.any(|needed| needed.starts_with(&refusal.path))
    })?;
    let reason = Text::of_english(&closed.reason);
    Some(text!(
        "{path}: {reason}; retry with sudo",
        path = closed.path,
        reason
    ))
}

/// The note below output that mixes several hosts.
fn put_together(host: &Host, style: Style) -> String {
    if !host.machines.are_several() {
        return String::new();
    }
    let hosts = host.machines.hosts();
    let message = if hosts.is_empty() {
        text!(
            "The input covers several hosts, or one before and after a change: the output above \
             mixes them. passthru doctor shows the contradictory lines."
        )
    } else {
        text!(
            "The input covers several hosts, or one before and after a change: the output above \
             mixes them. passthru doctor shows the contradictory lines. To select one host: \
             {options}.",
            options = any_of(hosts.iter().map(|host| format!("--host {host}")))
        )
    };
    let message = style.say(&message);
    format!("\n{}", render::paragraph("", &message, style.columns))
}

fn explain(what: &str, style: Style, json: bool) -> Outcome {
    let found = document::explanation(what).map_err(usage)?;
    let text = if json {
        to_json(&found)?
    } else {
        let mut text = render::paragraph("", &style.say(&found.meaning), style.columns);
        text.push('\n');
        text.push_str(&render::paragraph(
            "",
            &style.say(&text!("Source: {source}", source = found.source)),
            style.columns,
        ));
        text
    };
    Ok((text, OK))
}

#[cfg(not(target_family = "wasm"))]
fn ids(words: &str, console: &Console<'_>) -> Outcome {
    let names = &console.names;
    let text = if console.json {
        let found = document::ids(names, words);
        found.map(|found| to_json(&found)).transpose()?
    } else {
        render::ids(names, words, console.style)
    };
    text.map(|text| (text, OK)).ok_or_else(|| {
        let shown = render::clean(words);
        let error = text!(
            "\"{words}\" is not in {database}",
            words = shown,
            database = names.origin()
        );
        (error, USAGE)
    })
}

#[cfg(not(target_family = "wasm"))]
fn diff(input: &Input, looks: [&PathBuf; 2], style: Style, json: bool) -> Outcome {
    if input.root.is_some() || !input.from.is_empty() {
        return Err(usage(text!(
            "diff reads OLD and NEW only: passthru diff OLD NEW"
        )));
    }
    let read = |path: &PathBuf| -> Result<Host, (Text, u8)> {
        let input = Input {
            root: None,
            from: vec![path.clone()],
            host: input.host.clone(),
        };
        Ok(Source::open(&input, &[]).map_err(usage)?.host())
    };
    let [old, new] = looks;
    let found = crate::diff::between(&read(old)?, &read(new)?);
    let text = if json {
        to_json(&found)?
    } else {
        render::diff(&found, style)
    };
    Ok((text, if found.has_problem() { FAULTS } else { OK }))
}

fn captured(source: Source, output: &Path, style: Style, json: bool) -> Outcome {
    let snapshot = source.with_tree(capture::shareable);
    let text = snapshot.to_snapshot().map_err(usage)?;
    write_new(output, &text)?;
    let files = snapshot.files().count();
    let message = if json {
        let mut written = WrittenFile::new(output, text.len());
        written.file_count = Some(files);
        to_json(&written)?
    } else {
        let written = plural!(
            files,
            "{path}: {count} file, {length} bytes",
            "{path}: {count} files, {length} bytes",
            path = output.display().to_string(),
            length = text.len()
        );
        format!("{}\n", style.say(&written))
    };
    Ok((message, OK))
}
