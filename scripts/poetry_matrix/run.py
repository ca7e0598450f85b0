"""Running one Poetry version in a clean folder: the program, the folder with a HOME of its own, small manifests."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

from .manifest import BACKEND, Poetry

VERSIONS = ["1.1.15", "1.2.2", "1.4.2", "1.5.1", "1.6.1", "1.7.1", "1.8.5", "2.0.1", "2.2.1", "newest"]
PINS = {"1.1": ["urllib3<2", "requests<2.30"], "1.": ["urllib3<2"]}  # what a version needs beside it and does not say


def pins(version):
    return next((p for prefix, p in PINS.items() if version.startswith(prefix)), [])


def provide(cache, name):
    """The poetry program of a version, installed when it is not there yet, and the version it says it has."""
    home = cache / name
    program = home / "bin/poetry"
    if not program.exists() or name == "newest":
        if not (home / "bin/python").exists():
            subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
        what = ["--upgrade", "poetry"] if name == "newest" else [f"poetry=={name}"]
        subprocess.run([str(home / "bin/pip"), "install", "-q", *what, *pins(name)], check=True)
    said = subprocess.run([str(program), "--version"], capture_output=True, text=True, check=True).stdout
    return program, re.search(r"\d+\.\d+\.\d+", said)[0]


LOCKS = {}  # (version, pyproject.toml) -> poetry.lock


class Run:
    """One clean folder with a HOME of its own: a project in it, and Poetry to run there."""

    def __init__(self, poetry, version, index, root):
        self.poetry, self.version, self.index = poetry, version, index
        self.writes = Poetry(version, index)
        self.dir = pathlib.Path(tempfile.mkdtemp(dir=root))
        self.project = self.dir / "app"
        self.home = self.dir / "home"
        self.project.mkdir()
        self.home.mkdir()
        keep = {k: v for k, v in os.environ.items() if k.startswith(("PIP_", "SSL_", "REQUESTS_")) or k == "LANG"}
        self.env = {**keep, "HOME": str(self.home), "PATH": f"{sys.base_prefix}/bin:/usr/local/bin:/usr/bin:/bin"}
        self.env["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
        self.output = ""

    def number(self):
        return self.writes.number

    def source(self):
        return self.writes.source()

    def write(self, files):
        for path, text in files.items():
            target = self.project / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)

    def __call__(self, *arguments, env=None, cwd=None):
        done = subprocess.run(
            [str(self.poetry), *arguments],
            cwd=cwd or self.project, env={**self.env, **(env or {})}, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=180,
        )
        self.output = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)
        return done.returncode

    def shell(self, *arguments, env=None):
        done = subprocess.run(arguments, cwd=self.project, env={**self.env, **(env or {})}, capture_output=True, text=True)
        self.output = done.stdout + done.stderr
        return done.returncode

    def lock(self):
        """Write the lock file with this very version; an equal project is locked once, if it is all in pyproject.toml."""
        manifest, lock = self.project / "pyproject.toml", self.project / "poetry.lock"
        key = (self.version, manifest.read_text())
        known = LOCKS.get(key)
        if known is None or (self.project / "libs").exists():
            if self("lock", env={"POETRY_CACHE_DIR": str(self.dir / "lock-cache")}):
                raise Broken(f"`poetry lock`: {self.reason()}")
            LOCKS[key] = lock.read_text()
        else:
            lock.write_text(known)

    def reason(self):
        """The line of the last output that says why, without the machine's paths."""
        lines = [l.strip() for l in self.output.splitlines() if l.strip()]
        lines = [l for l in lines if not l.startswith(("at ", "File ", "Creating virtualenv", "Traceback")) and "│" not in l]
        marks = ("does not exist", "match any versions", "not found", "No such", "could not", "can't", "changed significantly", "not up to date", "out of date",
                 "is a required property", "[tool.poetry]", "Additional properties", "Either [", "No file/folder", "conflict")
        lines.sort(key=lambda l: l.startswith("Warning"))  # a warning is seldom the reason
        best = next((l for l in lines if any(m in l for m in marks)), lines[-1] if lines else "")
        return self.clean(best)

    def clean(self, text):
        text = text.replace(str(self.project), "$APP").replace(str(self.home), "$HOME").replace(str(self.dir), "$DIR")
        text = re.sub(r"app-[\w-]{8}-py", "app-HASH-py", text).replace(str(self.poetry.parent.parent), "$POETRY")
        return re.sub(r"\s+", " ", text)[:110].replace("|", "\\|")

    def verdict(self, code, say=False):
        if code:
            return f"**exit {code}**: {self.reason()}"
        warning = next((l.strip() for l in self.output.splitlines() if re.search(r"(?i)warning|deprecated|could not be installed", l) and "--no-wheel" not in l), "")
        return "ok" + (f" ({self.clean(warning)})" if say and warning else "")

    def environment(self, folder=None):
        """What is installed: distributions, their scripts, and where the editable ones point."""
        folder = folder or self.project / ".venv"
        code = (
            "import importlib.metadata as m, json, sys, os\n"
            "out = sorted((d.metadata['Name'], d.version) for d in m.distributions())\n"
            "scripts = sorted(f for f in os.listdir(os.path.join(sys.prefix, 'bin')) if f.startswith(('tiny', 'app')))\n"
            "pth = sorted(open(os.path.join(p, f)).read().strip() for p in sys.path if os.path.isdir(p) and p.startswith(sys.prefix)"
            " for f in os.listdir(p) if f.endswith('.pth') and not f.startswith(('_virtualenv', 'distutils')))\n"
            "print(json.dumps([out, scripts, pth]))\n"
        )
        done = subprocess.run([str(folder / "bin/python"), "-c", code], capture_output=True, text=True, cwd=self.home, env=self.env)
        if done.returncode:
            raise Broken(done.stderr.strip().splitlines()[-1])
        names, scripts, pth = json.loads(done.stdout)
        names = [n for n in names if n[0].lower() not in ("pip", "setuptools", "wheel")]
        return names, scripts, [self.clean(p) for p in pth]


class Broken(Exception):
    """The preparation of a case did not work; the text says why."""


HEAD = '[tool.poetry]\nname = "app"\nversion = "0.1.0"\ndescription = ""\nauthors = ["A <a@example.org>"]\nreadme = "README.md"\n'
CODE = {"README.md": "app\n", "app/__init__.py": "def main():\n    print('hello')\n"}
IN_PROJECT = {"POETRY_VIRTUALENVS_IN_PROJECT": "1", "POETRY_VIRTUALENVS_CREATE": "1", "POETRY_NO_INTERACTION": "1"}


def deps(extra=""):
    return f'\n[tool.poetry.dependencies]\npython = "^3.9"\ntiny-main = "^1.0"\n{extra}'


def group(run, *arguments, **options):
    return run.writes.group(*arguments, **options)


def flat(run, more=""):
    return {"pyproject.toml": HEAD + deps() + group(run) + more + run.source() + BACKEND, **CODE}


def pep621(more="", package_mode=""):
    return ('[project]\nname = "app"\nversion = "0.1.0"\ndescription = ""\nreadme = "README.md"\nrequires-python = ">=3.9,<4"\n'
            f'dependencies = ["tiny-main (>=1.0)"]\n{more}{package_mode}')


SKIP = "–"
CASES = []


def case(title):
    def add(function):
        CASES.append((title, function))
        return function

    return add
