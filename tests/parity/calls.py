"""The calls of a parity table, carried out by the Python package.

    calls.py TABLE ANSWERS [NAME...]

reads the table, whose placeholders were replaced, and writes each answer to a file in
the folder ANSWERS. NAMEs are the rows to carry out; without any it is all of them. A
call of CALLS that is not there is named on standard output, one a line.
"""

import json
import pathlib
import sys

import passthru


def host(get):
    if get.get("root"):
        return passthru.Host.from_directory(get["root"][0])
    return passthru.Host.from_files(get.get("from", []), host=one(get, "host"))


def one(get, key):
    return get.get(key, [None])[0]


def data(path):
    return pathlib.Path(path).read_bytes()


def plan(get):
    options = dict(option.partition("=")[::2] for option in get.get("vm-option", []))
    options = {name.replace("-", "_"): value or True for name, value in options.items()}
    words = get.get("device", []), one(get, "target"), one(get, "vm"), one(get, "bind")
    return host(get).plan(*words, **options)


def guest_setup(get):
    options = dict(option.partition("=")[::2] for option in get.get("option", []))
    asked = {name.replace("-", "_"): value for name, value in options.items() if value}
    modules = "open" in options
    work = host(get).guest_setup(get["device"], get["system"][0], open_modules=modules, **asked)
    return work.to_json()


def doctor(get):
    return host(get).doctor(get.get("device", []), one(get, "target")).to_json()


def predict(get):
    found = host(get).predict_groups(
        get.get("device", []), get.get("with", []), one(get, "kernel")
    )
    return found.to_json()


def rom(get):
    return passthru.Rom.from_file(get["file"][0])


def edited(edit):
    return edit.to_json().encode() + edit.data


def add_efi(get):
    options = {}
    if "device-list" in get:
        options["device_list"] = get["device-list"]
    if "class" in get:
        options["class_code"] = get["class"][0]
    if "revision" in get:
        options["revision"] = int(get["revision"][0], 16)
    if "compress" in get:
        options["compress"] = True
    return edited(rom(get).add_efi(data(get["driver"][0]), one(get, "ids"), **options))


def extract(get):
    return rom(get).extract(one(get, "images") or "all", one(get, "form") or "image").to_json()


def read_plan(get):
    return passthru.Plan.from_json(data(get["file"][0]))


def explain(get):
    found = passthru.explain(get["what"][0])
    # What is not known is None, and no failure.
    return None if found is None else found.to_json()


def convert(get):
    file = get["file"][0]
    made = passthru.convert(
        data(file).decode(),
        get["to"][0],
        name=file,
        host=host(get) if "root" in get else None,
        vm=one(get, "vm"),
    )
    return made.to_json()


def check(get):
    refusals = passthru.check(read_plan(get), root=get["root"][0])
    document = {"schema": "passthru-apply-check/1", "refusals": list(refusals)}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def verify(get):
    return host(get).verify(read_plan(get) if "file" in get else None).to_json()


def print_dump(get):
    words, release = get.get("option", []), one(get, "pciutils")
    return passthru.lspci.from_dump(data(get["file"][0]).decode(), *words, pciutils=release)


def report(get):
    return host(get).report(get.get("device", []), one(get, "target"), one(get, "vm"))


def images(get):
    return one(get, "images") or "all"


CALLS = {
    "list": lambda get: host(get).devices(get.get("device", [])).to_json(),
    "groups": lambda get: host(get).groups().to_json(),
    "status": lambda get: host(get).status().to_json(),
    "check-cards": lambda get: host(get).check(get.get("device", []), *get.get("target", [])).to_json(),
    "ask": lambda get: host(get).ask(get.get("device", []), *get.get("target", [])).to_json(),
    "doctor": doctor,
    "plan": lambda get: plan(get).to_json(),
    "plan-patch": lambda get: plan(get).to_patch(),
    "plan-script": lambda get: plan(get).to_script(),
    "plan-playbook": lambda get: plan(get).to_playbook(),
    "release": lambda get: host(get).release(get["device"]).to_json(),
    "plan-from-json": lambda get: read_plan(get).to_json(),
    "predict": predict,
    "lspci": lambda get: host(get).lspci(*get.get("option", [])),
    "lspci-dump": print_dump,
    "name": lambda get: passthru.names.text(get["id"][0]) + "\n",
    "explain": explain,
    "diff": lambda get: passthru.Host.from_directory(get["old"][0])
    .diff(passthru.Host.from_directory(get["new"][0]))
    .to_json(),
    "capture": lambda get: host(get).capture(),
    "page": report,
    "convert": convert,
    "guest-setup": guest_setup,
    "check": check,
    "apply": lambda get: passthru.apply(read_plan(get), root=get["root"][0]).to_json(),
    "resume": lambda get: passthru.resume(root=get["root"][0]).to_json(),
    "undo": lambda get: passthru.undo(root=get["root"][0]).to_json(),
    "verify": verify,
    "rom-patch-ids": lambda get: edited(rom(get).patch_ids(get["ids"][0], images(get))),
    "rom-fix-checksum": lambda get: edited(rom(get).fix_checksum(images(get))),
    "rom-drop": lambda get: edited(rom(get).drop(images(get))),
    "rom-trim": lambda get: edited(rom(get).trim(get["tail"][0])),
    "rom-dump": lambda get: passthru.Rom.dump(get["device"][0], root=get["root"][0]).data,
    "rom-info": lambda get: rom(get).to_json(),
    "rom-verify": lambda get: rom(get).verify(one(get, "ids"), one(get, "guest")).to_json(),
    "rom-add-efi": add_efi,
    "rom-build": lambda get: edited(passthru.build_rom([data(path) for path in get["source"]])),
    "rom-extract": extract,
    "rom-diff": lambda get: passthru.Rom.from_file(get["old"][0])
    .diff(passthru.Rom.from_file(get["new"][0]))
    .to_json(),
    "rom-carve": lambda get: passthru.carve_roms(data(get["file"][0])).to_json(),
    "rom-vfct": lambda get: passthru.vfct_roms(data(get["file"][0])).to_json(),
    "rom-ssdt": lambda get: rom(get).ssdt(get["device"][0], one(get, "images")),
    "rom-ssdt-source": lambda get: rom(get).ssdt_source(get["device"][0], one(get, "images")),
}


def failure(error):
    """The form passthru-failure/1 of an exception; None where it has none."""
    to_json = getattr(error, "to_json", None)
    return to_json() if to_json else None


def main(table, answers, *names):
    rows = pathlib.Path(table).read_text(encoding="utf-8").splitlines()[1:]
    for row in rows:
        name, call, arguments, _command = row.split("\t")
        if names and name not in names:
            continue
        get = {}
        for argument in arguments.split(" "):
            key, _, value = argument.partition("=")
            get.setdefault(key, []).append(value)
        if call not in CALLS:
            print(name)
            continue
        try:
            answer = CALLS[call](get)
        except (passthru.PassthruError, OSError) as error:
            answer = failure(error)
        if answer is None:
            print(name)
            continue
        if isinstance(answer, str):
            answer = answer.encode()
        (pathlib.Path(answers) / name).write_bytes(answer)


if __name__ == "__main__":
    main(*sys.argv[1:])
