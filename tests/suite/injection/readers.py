"""Real readers of emitted formats, for the tests of injection.

Standard input has lines of a reader's name and a text in hex; each is answered by a line,
"refused: why", or in hex the places of the text's values, a line each: what the reader sees
as the way to a value, and after a tab the value as JSON.
"""

import html.parser
import json
import shlex
import subprocess
import sys
import xml.etree.ElementTree


def flat(value, way=""):
    if isinstance(value, dict):
        return [line for key in value for line in [(f"{way}/{{}}", key), *flat(value[key], f"{way}/{{}}")]]
    if isinstance(value, list):
        return [line for item in value for line in flat(item, f"{way}/[]")]
    return [(way, value)]


def read_json(text):
    return flat(json.loads(text))


def read_jsonl(text):
    return [one for line in text.splitlines() for one in flat(json.loads(line))]


def read_yaml(text):
    import yaml

    class Loader(yaml.SafeLoader):
        """With Ansible's tag for a text that is no template."""

    Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))
    return [one for part in yaml.load_all(text, Loader) for one in flat(part)]


def read_xml(text):
    def walk(element, way):
        here = f"{way}/{element.tag}"
        yield here, (element.text or "").strip()
        for key, value in element.attrib.items():
            yield f"{here}@{key}", value
        for child in element:
            yield from walk(child, here)
            yield f"{here}/tail", (child.tail or "").strip()

    return list(walk(xml.etree.ElementTree.fromstring(text.encode()), ""))


class Html(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((f"<{tag}>", ""))
        self.found += [(f"<{tag} {key}>", value) for key, value in attrs]

    def handle_data(self, data):
        if data.strip():
            self.found.append(("text", data.strip()))


def read_html(text):
    parser = Html()
    parser.feed(text)
    parser.close()
    # What runs is not for values.
    return parser.found


def read_dot(text):
    run = subprocess.run(["dot", "-Tjson0"], input=text.encode(), capture_output=True)
    if run.returncode or run.stderr:
        raise ValueError(run.stderr.decode(errors="replace"))
    found = []
    drawn = json.loads(run.stdout)
    for each in [*drawn.get("objects", []), *drawn.get("edges", [])]:
        found += [(key, each[key]) for key in each if key in ("name", "label", "tooltip", "URL")]
    return found


def read_sh(text):
    run = subprocess.run(["dash", "-n"], input=text.encode(), capture_output=True)
    if run.returncode or run.stderr:
        raise ValueError(run.stderr.decode(errors="replace"))
    lexer = shlex.shlex(text, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = "#"
    return [("word", word) for word in lexer]


def read_nix(text):
    run = subprocess.run(["nix-instantiate", "--parse", "-"], input=text.encode(), capture_output=True)
    if run.returncode:
        raise ValueError(run.stderr.decode(errors="replace"))
    return [("string", part) for part in run.stdout.decode().split('"')[1::2]]


def read_lines(text):
    """A format of `key = value` or `key: value`, one on a line."""
    found = []
    for line in text.splitlines():
        if line.strip():
            key = line.replace("=", ":", 1).partition(":")[0] if line[:1] != "#" else "#"
            found.append((key.strip(), line))
    return found


def main():
    for line in sys.stdin:
        name, _, given = line.rstrip("\n").partition(" ")
        try:
            text = bytes.fromhex(given).decode()
            found = globals()[f"read_{name}"](text)
            said = "\n".join(f"{way}\t{json.dumps(value)}" for way, value in found)
            print(said.encode().hex(), flush=True)
        except Exception as error:
            print("refused:", " ".join(str(error).split()) or type(error).__name__, flush=True)


main()
