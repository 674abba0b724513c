"""Readers that are Python packages, for the tests of what hvconf writes.

Standard input has one text a line, its bytes in hex; each is answered by a line,
"refused: why" or what was read, in hex. The first argument names the reader.
"""

import json
import os
import sys
import tempfile


def flat(value, way=""):
    """A tree as lines of way, type and value."""
    if isinstance(value, dict):
        return [line for key in value for line in flat(value[key], f"{way}/{key}")]
    if isinstance(value, list):
        return [line for at, item in enumerate(value) for line in flat(item, f"{way}/{at}")]
    return [f"{way} {type(value).__name__} {value}"]


def powershell():
    import tree_sitter
    import tree_sitter_powershell

    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_powershell.language()))

    def strings(node):
        """The literals in single quotes, as the grammar delimits them."""
        if node.type == "verbatim_string_characters":
            return [node.text.decode()]
        return [text for child in node.children for text in strings(child)]

    def read(text):
        root = parser.parse(text.encode()).root_node
        if root.has_error:
            raise ValueError("a syntax error")
        return "\n".join(strings(root))

    return read


def yaml():
    import yaml

    return lambda text: "\n".join(
        line for at, one in enumerate(yaml.safe_load_all(text)) for line in flat(one, str(at))
    )


def oslo():
    from oslo_config import cfg

    def read(text):
        with tempfile.NamedTemporaryFile("w", suffix=".conf") as file:
            file.write(text)
            file.flush()
            conf = cfg.ConfigOpts()
            conf.register_opts(
                [cfg.MultiStrOpt("device_spec", default=[]), cfg.MultiStrOpt("alias", default=[])],
                group="pci",
            )
            conf(args=[], default_config_files=[file.name])
            lines = []
            for key in ("device_spec", "alias"):
                for value in conf.pci[key]:
                    lines.append(f"{key} {json.dumps(json.loads(value), sort_keys=True)}")
            return "\n".join(lines)

    return read


def nova():
    import jsonschema
    from nova.pci import devspec, request

    settings = oslo()

    def read(text):
        for line in settings(text).splitlines():
            key, value = line.split(" ", 1)
            if key == "alias":
                jsonschema.validate(json.loads(value), request._ALIAS_SCHEMA)
            else:
                devspec.PciDeviceSpec(json.loads(value))
        return settings(text)

    return read


def kubevirt():
    """Objects against the schemas of the cluster's API: an unknown key is one that
    the API server would drop."""
    import yaml

    with open(os.environ["KUBEVIRT_SCHEMAS"]) as file:
        kinds = json.load(file)

    types = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int}

    def check(value, schema, way):
        # A patch removes a key by null.
        if value is None:
            return
        wanted = types.get(schema.get("type"))
        if wanted and not isinstance(value, wanted) and not schema.get("x-kubernetes-int-or-string"):
            raise ValueError(f"{way}: expected {schema['type']}")
        if isinstance(value, dict):
            known = schema.get("properties")
            if known is None:
                return
            for key in value:
                if key not in known:
                    raise ValueError(f"{way}: no key {key}")
                check(value[key], known[key], f"{way}/{key}")
            # A patch has only what changes; rows of lists are whole.
            if way.rsplit("/", 1)[-1].isdigit():
                for key in schema.get("required", []):
                    if key not in value:
                        raise ValueError(f"{way}: no {key}")
        if isinstance(value, list):
            for at, item in enumerate(value):
                if item is None:
                    raise ValueError(f"{way}/{at}: null")
                check(item, schema.get("items", {}), f"{way}/{at}")

    def read(text):
        kind, text = text.split("\n", 1)
        value = yaml.safe_load(text)
        check(value, kinds[kind], kind)
        return "\n".join(flat(value))

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
