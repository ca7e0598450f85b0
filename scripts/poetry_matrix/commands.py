"""Single commands, asked of every version: runs the cases and folds equal answers."""

import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from . import index
from . import cases_commands, cases_root, cases_place, cases_split  # in the order of the tables
from .run import CASES, VERSIONS, Broken, Run, provide
from .tables import folded, ran

SECTIONS = [
    ("Commands", "`poetry install --no-dev --no-root`"),
    ("Groups", "`--without nope` (no such group)"),
    ("The root package", "root install without README.md"),
    ("The lock file", "stale lock: a dependency added, `install --no-root`"),
    ("Where the environment is", "IN_PROJECT=1, CREATE=1, CACHE_DIR=/…: `.venv`; `rm -rf $POETRY_CACHE_DIR`; import"),
    ("Split against one step", "flat package: `--no-root`, code, `install`"),
]


def measure(job):
    """What a case says, or why it could not say anything."""
    _, function, poetry, version, url, root = job
    run = Run(poetry, version, url, root)
    try:
        return function(run)
    except Broken as broken:
        return f"({broken})"
    except (subprocess.TimeoutExpired, OSError) as error:
        return f"(script: {type(error).__name__})"
    finally:
        shutil.rmtree(run.dir, ignore_errors=True)


def run(cache, only="", versions=VERSIONS):
    """Run the cases whose title has the text; the Markdown lines that say what happened."""
    root = pathlib.Path(tempfile.mkdtemp(prefix="poetry-matrix-")).resolve()
    try:
        wheels = root / "wheels"
        wheels.mkdir()
        for name, requires in index.WHEELS.items():
            index.wheel(wheels, name, requires)
        build = cache / "build"  # what builds a path dependency
        if not build.exists():
            subprocess.run([sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(build), "poetry-core==1.9.1"], check=True)
        url, = index.serve([wheels, build])
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            provided = list(pool.map(lambda name: provide(cache, name), versions))
        cases = [(t, f) for t, f in CASES if only in t]
        jobs = [(t, f, poetry, version, url, root) for t, f in cases for poetry, version in provided]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 4) as pool:
            results = list(pool.map(measure, jobs))
    finally:
        shutil.rmtree(root, ignore_errors=True)
    return tables([version for _, version in provided], [title for title, _ in cases], results)


def tables(versions, titles, results):
    heads = {first: name for name, first in SECTIONS}
    out = [ran(versions)]
    for number, title in enumerate(titles):
        if title in heads or number == 0:
            out += ["", f"#### {heads.get(title, 'Cases')}", "", "| case | what happened |", "|---|---|"]
        out.append(f"| {title} | {folded(versions, results[number * len(versions):(number + 1) * len(versions)])} |")
    return out
