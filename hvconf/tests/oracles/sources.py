"""Readers from hypervisors' own sources, for the tests of what hvconf writes.

HYPERVISOR_SOURCES names a folder with checkouts by their repositories' names: of talos,
pcidevices (Harvester), middleware (TrueNAS) and cloud-hypervisor. The protocol is that of
readers.py.
"""

import json
import os
import sys
import types

import jsonschema
import yaml

SOURCES = os.environ["HYPERVISOR_SOURCES"]


def source(path):
    with open(os.path.join(SOURCES, path)) as file:
        return file.read()


def known(value, schema, root, way=""):
    """Refuses keys that a schema does not have, which a validator passes over."""
    while "$ref" in schema:
        at = root
        for part in schema["$ref"].lstrip("#/").split("/"):
            at = at[part]
        schema = at
    if isinstance(value, dict) and "properties" in schema:
        for key, one in value.items():
            if key not in schema["properties"]:
                raise ValueError(f"{way}: no key {key}")
            known(one, schema["properties"][key], root, f"{way}/{key}")
    if isinstance(value, list):
        for at, one in enumerate(value):
            known(one, schema.get("items", {}), root, f"{way}/{at}")


def talos():
    root = json.loads(source("talos/pkg/machinery/config/schemas/config.schema.json"))
    kinds = {}
    for schema in root["$defs"].values():
        kind = schema.get("properties", {}).get("kind", {}).get("enum")
        if kind:
            kinds[kind[0]] = jsonschema.Draft202012Validator({**schema, "$defs": root["$defs"]})

    def read(text):
        for document in yaml.safe_load_all(text):
            if "kind" in document:
                kinds[document["kind"]].validate(document)
            elif list(document) != ["machine"] or list(document["machine"]) != ["kernel"]:
                # Of the old form only the modules, which the schema of 1.14 no longer has.
                raise ValueError(f"expected machine.kernel alone, found {document}")
            else:
                for module in document["machine"]["kernel"]["modules"]:
                    new = {"apiVersion": "v1alpha1", "kind": "KernelModuleConfig", **module}
                    kinds["KernelModuleConfig"].validate(new)
        return ""

    return read


def harvester():
    text = source("pcidevices/charts/templates/crds.yaml")
    # The template has two generations of the same objects.
    lines = [line for line in text.splitlines() if not line.startswith("{{")]
    claims = None
    for document in yaml.safe_load_all("\n".join(lines).split("apiextensions.k8s.io/v1beta1")[0]):
        if document and document.get("spec", {}).get("names", {}).get("kind") == "PCIDeviceClaim":
            claims = document["spec"]["versions"][0]

    def read(text):
        for document in yaml.safe_load_all(text):
            if document is None:
                continue
            if document["apiVersion"] != f"devices.harvesterhci.io/{claims['name']}":
                raise ValueError(document["apiVersion"])
            schema = claims["schema"]["openAPIV3Schema"]
            jsonschema.validate(document, schema)
            known({"spec": document["spec"]}, schema, schema)
        return ""

    return read


def truenas():
    """The models of devices, as they stand, over a base that refuses what they do
    not name, as the middleware's own does."""
    import typing

    import pydantic

    class BaseModel(pydantic.BaseModel):
        model_config = pydantic.ConfigDict(extra="forbid", strict=True)

    def one_argument(name):
        return lambda model: pydantic.create_model(model.__name__, **{name: (model, ...)})

    base = types.ModuleType("middlewared.api.base")
    base.BaseModel = BaseModel
    base.ForUpdateMetaclass = type(BaseModel)
    base.NonEmptyString = typing.Annotated[str, pydantic.Field(min_length=1)]
    base.Excluded = typing.Any
    base.excluded_field = lambda: None
    base.single_argument_args = one_argument
    base.single_argument_result = lambda model, *rest: model
    base.__getattr__ = lambda name: typing.Any
    for name in ("middlewared", "middlewared.api"):
        sys.modules[name] = types.ModuleType(name)
    sys.modules["middlewared.api.base"] = base
    place = "middleware/src/middlewared/middlewared/api"
    models = {}
    for version in sorted(os.listdir(os.path.join(SOURCES, place))):
        if os.path.exists(os.path.join(SOURCES, place, version, "vm_device.py")):
            module = types.ModuleType(version)
            sys.modules[version] = module
            exec(source(f"{place}/{version}/vm_device.py"), module.__dict__)
            models[version] = module.VMDeviceCreateArgs
    assert models

    def read(text):
        for model in models.values():
            model(vm_device_create=json.loads(text))
        return " ".join(models)

    return read


def cloud_hypervisor():
    root = yaml.safe_load(source("cloud-hypervisor/vmm/src/api/openapi/cloud-hypervisor.yaml"))

    def read(text):
        value = json.loads(text)
        for key, one in value.items():
            schema = root["components"]["schemas"]["VmConfig"]["properties"][key]
            jsonschema.validate(one, {**schema, "components": root["components"]})
            known(one, schema, root)
        return ""

    return read


def main():
    read = globals()[sys.argv[1]]()
    for line in sys.stdin:
        try:
            answer = read(bytes.fromhex(line).decode())
            sys.stdout.write(answer.encode().hex() + "\n")
        except Exception as error:  # what a reader throws is its answer
            sys.stdout.write("refused: " + " ".join(str(error).split()) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
