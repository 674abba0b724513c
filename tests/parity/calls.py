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
    return passthru.Host.from_files(get.get("from", []))


def one(get, key):
    return get.get(key, [None])[0]


def text_of(value):
    """A document that Python gives as a dict, as the command prints it."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def data(path):
    return pathlib.Path(path).read_bytes()


def plan(get):
    return host(get).plan(get.get("device", []), one(get, "target"), one(get, "vm"))


def doctor(get):
    return host(get).doctor(get.get("device", []), one(get, "target")).to_json()


def predict(get):
    found = host(get).predict_groups(
        get.get("device", []), get.get("with", []), one(get, "kernel")
    )
    return text_of(found)


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


CALLS = {
    "groups": lambda get: text_of(host(get).groups()),
    "doctor": doctor,
    "plan": lambda get: plan(get).to_json(),
    "predict": predict,
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
