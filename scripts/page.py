#!/usr/bin/env python3
"""Writes ledger/page/verify.html: the modules and the style of that folder in one file, with a policy that lets nothing else run.

    page.py            writes the file
    page.py --check    says whether the file is what this script makes
"""

import base64
import hashlib
import pathlib
import re
import sys

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "ledger" / "page"
OUT = FOLDER / "verify.html"
IMPORT = re.compile(r'^import \{([^}]*)\} from "\./([a-z0-9-]+)\.js";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?:async )?(?:function\*?|const|class) (\w+)", re.MULTILINE)


def modules(name, done):
    """The modules that `name` needs, each behind those that it needs itself."""
    if name in done:
        return
    done.add(name)
    text = (FOLDER / f"{name}.js").read_text(encoding="utf-8")
    for _, needed in IMPORT.findall(text):
        yield from modules(needed, done)
    yield name, text


def scoped(name, text):
    """A module as a function of its own, which returns what the module exports."""
    exported = ", ".join(EXPORT.findall(text))
    body = IMPORT.sub(lambda found: f"const {{{found[1]}}} = {variable(found[2])};\n", text)
    body = re.sub(r"^export ", "", body, flags=re.MULTILINE).strip()
    if re.search(r"^\s*(import|export)\b|</script|<!--", body, re.MULTILINE):
        sys.exit(f"{name}.js has what cannot be inlined")
    return f"// {name}.js\nconst {variable(name)} = (() => {{\n{body}\nreturn {{ {exported} }};\n}})();\n"


def variable(name):
    return "module_" + name.replace("-", "_")


def script():
    return "\n" + "\n".join(scoped(name, text) for name, text in modules("main", set()))


def source(text):
    """The hash source of a policy: SHA-256 of the inlined text."""
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def page():
    style, code = (FOLDER / "style.css").read_text(encoding="utf-8"), script()
    policy = (
        f"default-src 'none'; script-src {source(code)}; style-src {source(style)}; base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    html = (FOLDER / "page.html").read_text(encoding="utf-8")
    for name, text in {"policy": policy, "style": style, "script": code}.items():
        html = html.replace("{{" + name + "}}", text)
    return html


def main():
    made = page().encode()
    if sys.argv[1:] == ["--check"]:
        if OUT.read_bytes() != made:
            sys.exit("ledger/page/verify.html is not what scripts/page.py makes: run it and commit the file")
    else:
        OUT.write_bytes(made)


if __name__ == "__main__":
    main()
