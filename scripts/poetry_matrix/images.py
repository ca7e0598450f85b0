"""Ten projects, each built by its own Dockerfile and by what restage makes of it: does the command see the same?"""

import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

from . import index, projects
from .base import PYTHON, SEED, base
from .build import Builder
from .dockerfile import Unsupported
from .machine import Failed, Machine
from .manifest import Poetry
from .run import pins
from .tables import folded, ran

VERSIONS = ["1.1.15", "1.4.2", "1.8.5", "2.0.1", "newest"]
GIT = "/srv/git/tiny-lib"
DEV = "tiny-dev"
LOCK = "FROM python:{0}\nRUN pip install poetry=={1}\nWORKDIR /app\nCOPY . .\nRUN poetry lock\n"


def run(cache, only="", versions=VERSIONS, keep=None):
    """Build everything; the Markdown lines that say what happened. keep is a folder for what was built."""
    houses = [house for name in versions if (house := wheelhouse(cache, name))]
    tools = wheelhouse(cache, "tools")
    root = base(cache, tools)
    machine = Machine(cache)
    try:
        restage = machine.folder / "restage"
        subprocess.run(["go", "build", "-o", str(restage), "./cmd/lsp"], cwd=pathlib.Path(__file__).parents[2], check=True)
        tiny = tiny_wheels(machine)
        urls = index.serve(*([tiny, tools, house] for house in houses))
        layers = [root, repository(machine)]
        columns = [Column(machine, layers, restage, house, url, keep) for house, url in zip(houses, urls)]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
            answers = list(pool.map(lambda column: column.answers(only), columns))
        return table([column.poetry.version for column in columns], answers, only)
    finally:
        machine.remove()


def wheelhouse(cache, name):
    """The folder with the wheels of a Poetry version and all that it needs, fetched when they are not there yet; None if they cannot be."""
    program, folder = cache / f"venv-{PYTHON}/bin/pip", cache / f"wheels-{name}-{PYTHON}"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(program.parents[1])], check=True)
    if name == "newest":
        shutil.rmtree(folder, ignore_errors=True)
    if not (folder / "done").exists():
        what = {"tools": SEED, "newest": ["poetry"]}.get(name, [f"poetry=={name}"])
        if subprocess.run([str(program), "wheel", "-q", "-w", str(folder), *what, *pins(name)]).returncode:
            print(f"{name}: left out, cannot be fetched for Python {PYTHON}", file=sys.stderr)
            return None
        (folder / "done").write_text("")
    return folder


def tiny_wheels(machine):
    folder = machine.new("t")
    for name, requires in index.WHEELS.items():
        main = name == "tiny-main"
        index.wheel(folder, name, requires, projects.REPORT if main else None, "main" if main else "")
    return folder


def repository(machine):
    """A layer with the repository that stands for one on the network."""
    layer = machine.new("g")
    folder = layer / GIT.lstrip("/")
    write(folder, {path.replace("libs/lib/", ""): text for path, text in projects.LIB.items()})
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "lib"]):
        subprocess.run(["git", *who, *arguments], cwd=folder, check=True, env={"PATH": os.environ["PATH"], "HOME": str(folder)})
    return layer


def write(folder, files):
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        target.chmod(0o755 if path.endswith(".sh") else 0o644)


class Column:
    """All projects with one Poetry version."""

    def __init__(self, machine, layers, restage, house, url, keep):
        self.machine, self.restage, self.keep = machine, restage, keep
        version = next(f.name for f in house.glob("poetry-*.whl")).split("-")[1]
        self.poetry = Poetry(version, url)
        outside = {"PIP_INDEX_URL": url, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore",
                   "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
        self.builder = Builder(machine, layers, outside)

    def answers(self, only):
        answers = []
        for title, _, text, function in projects.PROJECTS:
            files = function(self.poetry, GIT) if only in title else None
            answers.append(self.compare(title, {**files, "Dockerfile": projects.dockerfile(text, self.poetry, PYTHON)}) if files else "–")
            if files:
                print(f"Poetry {self.poetry.version}, {title}: {answers[-1]}", file=sys.stderr)
        return answers

    def compare(self, title, files):
        """Lock the project, build it as it is and as restage writes it; how does what the commands see differ?"""
        context = self.machine.new("c")
        write(context, files)
        kept, step = {}, "`poetry lock`"
        try:
            locked = self.build(LOCK.format(PYTHON, self.poetry.version), context)
            with self.machine.mounted(locked.layers) as root:
                shutil.copy(root / "app/poetry.lock", context)
            fixed = subprocess.run([str(self.restage), "fix", "--all", "--stdout", "Dockerfile"], cwd=context, capture_output=True, text=True)
            kept["Dockerfile.restage"], kept["said"] = fixed.stdout, fixed.stderr
            step = "as it is"
            before = self.report(files["Dockerfile"], context)
            step = "rewritten"
            after = self.report(fixed.stdout, context)
            kept["reports"] = json.dumps([before, after], indent=1)
        except (Failed, Unsupported, subprocess.TimeoutExpired) as failed:
            kept["output"] = str(failed)
            return f"**{step}: {reason(str(failed))}**"
        finally:
            if self.keep:
                folder = self.keep / self.poetry.version / title.replace(" ", "-")
                shutil.copytree(context, folder, dirs_exist_ok=True)
                write(folder, kept)
        return verdict(before, after, locked_names(context), fixed.stderr)

    def build(self, dockerfile, context):
        return self.builder.build(dockerfile, context, self.machine.new("k"))

    def report(self, dockerfile, context):
        """What the image's own command prints of itself."""
        output = self.builder.start(self.build(dockerfile, context))
        return json.loads(output.strip().splitlines()[-1])


def locked_names(context):
    """The distributions that the project is about: its lock's, and its own. What else there is came with the installer."""
    return {"app"} | set(re.findall(r'^name = "([^"]+)"', (context / "poetry.lock").read_text(), re.M))


def verdict(before, after, names, said):
    """Equal but for what restage says it leaves out, or what is not; why Poetry is still there, in restage's words."""
    had, has = (set((n, v) for n, v in report["distributions"].items() if n in names) for report in (before, after))
    gone = {name for name, _ in had - has} if has <= had else set()
    meant = {DEV} | ({"app"} if "The root package itself is no longer installed" in said else set())
    wrong = [] if has <= had and gone <= meant else [f"distributions {sorted(had)} became {sorted(has)}"]
    for name in [n for n, works in before["scripts"].items() if works != "works" or n == "app-run" and "app" in gone]:
        before["scripts"].pop(name), after["scripts"].pop(name, None)  # more on PATH than before does no harm
    wrong += [f"{key} {before[key]} became {after[key]}" for key in before if key not in ("distributions", "poetry") and before[key] != after[key]]
    if wrong:
        return "**" + "; ".join(wrong) + "**"
    left = [DEV] * (DEV in gone) + ["the root package"] * ("app" in gone) + ["Poetry"] * (not after["poetry"])
    answer = f"same {len(has)}" + (f", without {', '.join(left)}" if left else "")
    if after["poetry"]:
        refusal = re.search(r"refused single-stage: (.*)", said)
        answer += f"; Poetry stays: {refusal[1]}" if refusal else "; **Poetry stays, no reason given**"
    return answer


def reason(text):
    """The line of an output that says why."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith(("at ", "File "))]
    marks = ("rror", "not found", "No such", "does not exist", "not installed")
    return next((line for line in lines[1:] if any(mark in line for mark in marks)), lines[-1])[:160].replace("|", "\\|")


def table(versions, columns, only):
    lines = [ran(versions), "", "| project | its Dockerfile | rewritten |", "|---|---|---|"]
    for number, (title, shape, *_) in enumerate(projects.PROJECTS):
        if only in title:
            lines.append(f"| {title} | {shape} | {folded(versions, [column[number] for column in columns])} |")
    return lines
