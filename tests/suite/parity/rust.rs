//! The calls to the Rust libraries.

use std::fs;
use std::path::{Path, PathBuf};

use host_tree::{DirTree, HostTree};
use hvconf::convert::{Format, Wanted};
use hvconf::guest::WorkSystem;
use passthru::apply::{self, Checked, Commands, Store, Transaction};
use passthru::doctor::{self, Question};
use passthru::input::Input;
use passthru::names::NameDatabase;
use passthru::plan::{self, Plan, Request};
use passthru::predicted::{self, PredictionRequest};
use passthru::{
    Failure, Host, Target, capture, conversion, diff, document, guest_setup, lspci, page, render,
    rom_document, rom_dump, select, verify,
};
use pci_core::Names;
use pci_core::PciId;
use pci_core::lspci::write::OutputOptions;
use serde::Serialize;
use vbios::edit::{self, Edited, IdPatch, ImageSource, Images, NewImage, Tail};
use vbios::ssdt::RomTable;
use vbios::verify::{CardIds, Guest};
use vbios::{Compression, Rom, Vfct};

use super::table::Call;

/// Makes a call and returns its answer; that of a failure is its JSON form.
pub(crate) fn answer(call: &Call) -> Vec<u8> {
    answered(call).unwrap_or_else(|failure| json(&failure))
}

fn json(value: &impl Serialize) -> Vec<u8> {
    document::to_json(value).unwrap().into_bytes()
}

#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
fn failure<E>(error: E) -> Failure
where
    for<'e> Failure: From<&'e E>,
{
    Failure::from(&error)
}

fn answered(call: &Call) -> Result<Vec<u8>, Failure> {
    if let Some(answered) = of_rom(call) {
        return Ok(answered);
    }
    Ok(match call.call.as_str() {
        "explain" => json(&document::explanation(call.must("what")).map_err(failure)?),
        "name" => {
            let id = call.must("id").parse().unwrap();
            format!("{}\n", Names::embedded().device_text(id)).into_bytes()
        }
        "ids" => json(&document::ids(&NameDatabase::embedded(), call.must("words")).unwrap()),
        "listing" => json(&document::listing(&pci_core::lspci::parse(&text(
            call.must("file"),
        )))),
        "diff" => {
            let read = |key| Ok::<_, Failure>(Host::read(&directory(call.must(key))?));
            let (old, new) = (read("old")?, read("new")?);
            json(&diff::between(&old, &new))
        }
        "lspci-dump" => {
            let dump = text(call.must("file"));
            let text = lspci::from_dump(&dump, &lspci_options(call)?, Names::embedded());
            text.map_err(failure)?.into_bytes()
        }
        "convert" => {
            let file = call.must("file");
            let host = call.get("root").map(directory).transpose()?;
            let host = host.map(|tree| Host::read(&tree));
            let text = text(file);
            let source = conversion::ConversionInput {
                name: file,
                text: &text,
                host: host.as_ref(),
                mappings: None,
            };
            let to: Format = call.must("to").parse().unwrap();
            let wanted = Wanted {
                number: call.get("vm").map(|vm| vm.parse().unwrap()),
                ..Wanted::default()
            };
            let (from, emitted) = conversion::of_text(&source, to, &wanted).map_err(failure)?;
            json(&conversion::document(from, to, &emitted))
        }
        "rom-dump" => {
            let address = call.must("device").parse().unwrap();
            let dump = rom_dump::dump(Path::new(call.must("root")), address, &|| false);
            let dump = dump.map_err(failure)?;
            dump.judged().map_err(failure)?;
            dump.bytes
        }
        "plan-from-json" => json(&read_plan(call)?),
        "check" => {
            let root = Path::new(call.must("root"));
            let refusals = apply::check(root, &read_plan(call)?, &[], Commands::List);
            json(&Checked::of(&refusals.map_err(failure)?))
        }
        "apply" | "resume" | "undo" | "keep" => json(&transaction(call).map_err(failure)??),
        _ => of_host(call)?,
    })
}

fn of_host(call: &Call) -> Result<Vec<u8>, Failure> {
    let tree = tree(call)?;
    let tree = tree.as_ref();
    let host = Host::read(tree);
    let words: Vec<&str> = call.all("device").collect();
    if call.call == "groups-of" {
        let functions = select::listed(&host, &words).map_err(failure)?;
        return Ok(json(&document::groups_of(&host, &functions)));
    }
    let devices = select::all(&host, &words).map_err(failure)?;
    let target: Option<Target> = call
        .get("target")
        .map(str::parse)
        .transpose()
        .map_err(failure)?;
    let vm = call.get("vm").map(str::to_owned);
    Ok(match call.call.as_str() {
        "list" if words.is_empty() => {
            let all: Vec<_> = host.devices().keys().copied().collect();
            json(&document::list(&host, &all))
        }
        "list" => json(&document::list(&host, &devices)),
        "groups" => json(&document::groups(&host)),
        "check-cards" => json(&passthru::answer::check(&host, &devices, target)),
        "ask" => {
            let report = doctor::examine(&host, &Question { devices, target });
            json(&passthru::ask::Ask::of(&host, &report.findings, target).document())
        }
        "status" => {
            let report = doctor::examine(&host, &Question::default());
            let transaction = apply::last(tree).ok().flatten();
            json(&document::status(
                tree,
                &host,
                &report,
                transaction.as_ref(),
            ))
        }
        "doctor" => json(&doctor::examine(&host, &Question { devices, target })),
        "doctor-jsonl" => {
            let report = doctor::examine(&host, &Question { devices, target });
            render::json_lines(&report).unwrap().into_bytes()
        }
        "doctor-prometheus" => {
            let report = doctor::examine(&host, &Question { devices, target });
            render::prometheus(&report).into_bytes()
        }
        "release" => {
            let request = Request {
                devices,
                ..Request::default()
            };
            json(&plan::release(tree, &host, &request).map_err(failure)?)
        }
        "plan" | "plan-patch" | "plan-script" | "plan-playbook" => {
            let mut request = Request {
                devices,
                target,
                vm,
                bind: call
                    .get("bind")
                    .map(str::parse)
                    .transpose()
                    .map_err(failure)?,
                ..Request::default()
            };
            for option in call.all("vm-option") {
                request.set(option).map_err(failure)?;
            }
            let plan = plan::make(tree, &host, &request).map_err(failure)?;
            match call.call.as_str() {
                "plan" => json(&plan),
                "plan-patch" => plan::patch::of_all(&plan.edits).into_bytes(),
                "plan-script" => plan::script(&plan).map_err(failure)?.into_bytes(),
                _ => plan::playbook(&plan).map_err(failure)?.into_bytes(),
            }
        }
        "guest-setup" => {
            let system = call.must("system").parse();
            let system: WorkSystem = system.map_err(failure)?;
            let mut asked = guest_setup::GuestSetupRequest::new(devices, system);
            for option in call.all("option") {
                asked.set(option).map_err(failure)?;
            }
            let emitted = guest_setup::work(&host, &asked).map_err(failure)?;
            json(&guest_setup::document(&emitted))
        }
        "predict" => {
            let asked = PredictionRequest {
                with: call.all("with").map(str::to_owned).collect(),
                kernel: call.get("kernel").map(str::to_owned),
            };
            let wanted = devices.into_iter().collect();
            json(&predicted::groups(tree, &host, wanted, &asked).map_err(failure)?)
        }
        "lspci" => {
            let text = lspci::of_host(tree, &lspci_options(call)?, Names::embedded());
            text.map_err(failure)?.into_bytes()
        }
        "capture" => capture::shareable(tree).to_snapshot().unwrap().into_bytes(),
        "page" => {
            let asked = page::PageRequest {
                devices: words.iter().map(|word| (*word).to_owned()).collect(),
                target,
                vm,
                ..page::PageRequest::default()
            };
            page::make(tree, &asked).map_err(failure)?.html.into_bytes()
        }
        "verify" => {
            let plan = call.get("file").map(|_| read_plan(call)).transpose()?;
            json(&verify::newest(tree, plan.as_ref()).map_err(failure)?)
        }
        other => panic!("{}: no such call: {other}", call.name),
    })
}

fn transaction(call: &Call) -> passthru::Result<Result<Transaction, Failure>> {
    let plan = match call.get("file").map(|_| read_plan(call)).transpose() {
        Ok(plan) => plan,
        Err(failure) => return Ok(Err(failure)),
    };
    let root = Path::new(call.must("root"));
    let mut store = match call.call.as_str() {
        "apply" => Store::lock(root)?,
        "resume" => Store::for_resume(root)?,
        "keep" => Store::for_keep(root)?,
        _ => Store::for_undo(root)?,
    };
    let mut transaction = Transaction::new();
    let mut record = |event: apply::Event<'_>| transaction.record(&event);
    let journal = match (call.call.as_str(), &plan) {
        ("apply", Some(plan)) => store.apply(plan, &[], Commands::List, &mut record)?,
        ("resume", _) => store.resume(&mut record)?,
        ("keep", _) => store.keep()?,
        _ => store.undo(&[], &mut record)?.journal,
    };
    Ok(Ok(transaction.ended(&journal)))
}

fn of_rom(call: &Call) -> Option<Vec<u8>> {
    let kind = call
        .call
        .strip_prefix("rom-")
        .filter(|kind| *kind != "dump")?;
    if kind == "build" {
        let files: Vec<Vec<u8>> = call.all("source").map(bytes).collect();
        let files: Vec<&[u8]> = files.iter().map(Vec::as_slice).collect();
        let new = NewImage::default();
        let sources = ImageSource::of_files(&files, &new);
        let sources: Vec<_> = sources.collect::<Result<_, _>>().unwrap();
        return Some(edited(edit::build(&sources).unwrap()));
    }
    if kind == "diff" {
        let (old, new) = (bytes(call.must("old")), bytes(call.must("new")));
        let found = vbios::diff(&Rom::parse(&old), &old, &Rom::parse(&new), &new);
        return Some(json(&rom_document::differences(&found)));
    }
    let file = bytes(call.must("file"));
    let images: Images = call.get("images").unwrap_or("all").parse().unwrap();
    let rom = Rom::parse(&file);
    Some(match kind {
        "info" => json(&rom_document::info(&rom)),
        "verify" => {
            let ids: CardIds = call.must("ids").parse().unwrap();
            let target = vbios::verify::Target {
                id: Some(ids.function),
                subsystem: ids.subsystem,
                guest: Guest::from_word(call.must("guest")),
                ..vbios::verify::Target::default()
            };
            json(&rom_document::verification(&vbios::verify(
                &rom, &file, &target,
            )))
        }
        "patch-ids" => {
            let id: PciId = call.must("ids").parse().unwrap();
            let patch = IdPatch {
                vendor: Some(id.vendor),
                device: Some(id.device),
                ..IdPatch::default()
            };
            edited(edit::patch_ids(&file, images, &patch).unwrap())
        }
        "fix-checksum" => edited(edit::fix_checksum(&file, images, None).unwrap()),
        "drop" => edited(edit::drop_images(&file, images).unwrap()),
        "trim" => {
            let tail = Tail::from_word(call.must("tail")).unwrap();
            edited(edit::trim(&file, tail).unwrap())
        }
        "add-efi" => {
            let driver = bytes(call.must("driver"));
            let new = NewImage {
                id: call.get("ids").map(|ids| ids.parse().unwrap()),
                further_devices: call
                    .all("device-list")
                    .map(|id| id.parse().unwrap())
                    .collect(),
                class: call.get("class").map(|class| class.parse().unwrap()),
                vendor_revision: call
                    .get("revision")
                    .map_or(0, |text| u16::from_str_radix(text, 16).unwrap()),
                compression: match call.get("compress") {
                    Some(_) => Compression::UEFI,
                    None => Compression::NONE,
                },
            };
            let image = new.around(&driver, rom.images.first()).unwrap();
            edited(edit::add_efi(&file, &image).unwrap())
        }
        "extract" => {
            let form = edit::PartForm::from_word(call.get("form").unwrap_or("image")).unwrap();
            let parts = edit::extract(&file, images, form).unwrap();
            json(&rom_document::extracted(&parts))
        }
        "carve" => json(&rom_document::carved(&vbios::carve(&file))),
        "vfct" => json(&rom_document::vfct(&Vfct::parse(&file).unwrap())),
        "ssdt" | "ssdt-source" => {
            let image = edit::extract_adjacent(&file, images).unwrap();
            let table = RomTable::new(&image, call.must("device").parse().unwrap()).unwrap();
            if kind == "ssdt" {
                table.to_aml()
            } else {
                table.to_asl().into_bytes()
            }
        }
        other => panic!("{}: no such call: rom-{other}", call.name),
    })
}

/// The document of an edit, and the resulting bytes.
fn edited(edited: Edited) -> Vec<u8> {
    let mut answer = json(&rom_document::edited(&edited));
    answer.extend(edited.bytes);
    answer
}

fn tree(call: &Call) -> Result<Box<dyn HostTree>, Failure> {
    if let Some(root) = call.get("root") {
        return Ok(Box::new(directory(root)?));
    }
    let mut input = call.get("host").map_or_else(Input::new, Input::of_host);
    for path in call.all("from") {
        input.add(path, &bytes(path)).map_err(failure)?;
    }
    Ok(Box::new(input.finish().map_err(failure)?))
}

fn directory(path: &str) -> Result<DirTree, Failure> {
    DirTree::open(PathBuf::from(path)).map_err(failure)
}

fn lspci_options(call: &Call) -> Result<OutputOptions, Failure> {
    let words: Vec<&str> = call.all("option").collect();
    let mut options = lspci::options(&words.join(" ")).map_err(failure)?;
    if let Some(release) = call.get("pciutils") {
        options.version = release.parse().unwrap();
    }
    Ok(options)
}

fn read_plan(call: &Call) -> Result<Plan, Failure> {
    Plan::from_json(&bytes(call.must("file"))).map_err(failure)
}

fn bytes(path: &str) -> Vec<u8> {
    fs::read(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn text(path: &str) -> String {
    String::from_utf8(bytes(path)).unwrap()
}
