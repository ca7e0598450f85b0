"""Cases: where the environment is."""

import base64
import hashlib
import pathlib
import re
import shutil
import sys

from .run import IN_PROJECT, Broken, case, flat


def prefix(run, env=None):
    """The environment that this Poetry uses here, made if need be."""
    if run("run", "python", "-c", "import sys; print('prefix=' + sys.prefix)", env=env):
        raise Broken(run.reason())
    return pathlib.Path(re.search(r"prefix=(.*)", run.output)[1])


@case("IN_PROJECT=1, CREATE=1, CACHE_DIR=/…: `.venv`; `rm -rf $POETRY_CACHE_DIR`; import")
def cache_removed(run):
    cache = run.dir / "poetry_cache"
    run.write(flat(run))
    run.lock()
    if run("install", "--no-root", env={**IN_PROJECT, "POETRY_CACHE_DIR": str(cache)}):
        return run.verdict(1)
    kept = sum(1 for p in cache.rglob("*.whl")) if cache.exists() else 0
    left = sorted({"~/" + str(p.relative_to(run.home)) for p in run.home.rglob("*") if p.is_file()})
    left = sorted({"/".join(p.split("/")[:4]) for p in left})
    shutil.rmtree(cache, ignore_errors=True)
    works = run.shell(".venv/bin/python", "-c", "import tiny_main, tiny_deep, tiny_dev") == 0
    return f"{'imports' if works else '**broken**'}; {kept} wheels were in the cache; in $HOME: {', '.join(left) or 'nothing'}"


@case("`--no-cache install`: wheels left in the cache")
def no_cache(run):
    cache = run.dir / "poetry_cache"
    run.write(flat(run))
    run.lock()
    if run("--no-cache", "install", "--no-root", env={**IN_PROJECT, "POETRY_CACHE_DIR": str(cache)}):
        return run.verdict(1)
    return f"{sum(1 for p in cache.rglob('*.whl')) if cache.exists() else 0} wheels"


@case("default place is `{cache}/virtualenvs/NAME-HASH-pyX.Y`, HASH of the project folder's path")
def default_place(run):
    run.write(flat(run))
    where = prefix(run)
    digest = base64.urlsafe_b64encode(hashlib.sha256(str(run.project.resolve()).encode()).digest()).decode()[:8]
    want = run.home / f".cache/pypoetry/virtualenvs/app-{digest}-py{sys.version_info[0]}.{sys.version_info[1]}"
    # HASH: the first 8 characters of urlsafe-base64(sha256(path))
    return "yes" if where == want else f"**no**: {run.clean(str(where))}"


@case("CACHE_DIR set, not in-project: environment is under it (trap A)")
def trap(run):
    cache = run.dir / "poetry_cache"
    run.write(flat(run))
    where = prefix(run, {"POETRY_CACHE_DIR": str(cache)})
    return "yes, `$POETRY_CACHE_DIR/virtualenvs/`" if where.parent == cache / "virtualenvs" else f"**no**: {run.clean(str(where))}"


def place(run, env):
    run.write(flat(run))
    where = prefix(run, env)
    if where == run.project / ".venv":
        return "`.venv`"
    if run.home in where.parents:
        return "default place"
    return "base Python" if str(where) == sys.base_prefix else "Poetry's own environment" if where == run.poetry.parent.parent else run.clean(str(where))


for spelling in ("1", "true", "True", "TRUE", "yes", "on"):

    @case(f"`POETRY_VIRTUALENVS_IN_PROJECT={spelling}`")
    def in_project(run, spelling=spelling):
        return place(run, {"POETRY_VIRTUALENVS_IN_PROJECT": spelling})


for spelling in ("true", "True", "yes", "false", "False", "0", "no"):

    @case(f"`POETRY_VIRTUALENVS_CREATE={spelling}`")
    def create(run, spelling=spelling):
        return place(run, {"POETRY_VIRTUALENVS_CREATE": spelling})


@case("`POETRY_VIRTUALENVS_CREATE=false`, Poetry in an environment with the official installer's mark (`poetry_env`)")
def create_official(run):
    site = next((run.poetry.parent.parent / "lib").glob("python3*")) / "site-packages"
    venv = run.dir / "poetry"
    run.shell(str(run.poetry.parent / "python"), "-m", "venv", "--without-pip", str(venv))
    (next((venv / "lib").glob("python3*")) / "site-packages/poetry.pth").write_text(f"{site}\n")
    (venv / "poetry_env").touch()
    run.write(flat(run))
    code = run.shell(str(venv / "bin/python"), "-m", "poetry", "run", "python", "-c", "import sys; print('prefix=' + sys.prefix)",
                     env={"POETRY_VIRTUALENVS_CREATE": "false"})
    if code:
        return run.verdict(code)
    where = re.search(r"prefix=(.*)", run.output)[1]
    return "base Python" if where == sys.base_prefix else "Poetry's own environment" if where == str(venv) else run.clean(where)


@case("`poetry config virtualenvs.create false --local`")
def config_local(run):
    run.write(flat(run))
    code = run("config", "virtualenvs.create", "false", "--local")
    if code:
        return run.verdict(code)
    text = " ".join((run.project / "poetry.toml").read_text().split())
    return f"poetry.toml `{text}`; then {place(run, {})}"


@case("`poetry config virtualenvs.create false`")
def config_global(run):
    run.write(flat(run))
    code = run("config", "virtualenvs.create", "false")
    if code:
        return run.verdict(code)
    files = sorted("~/" + str(p.relative_to(run.home)) for p in run.home.rglob("config.toml"))
    return f"{', '.join(files)}; then {place(run, {})}"


@case("poetry.toml `create = false`, environment `CREATE=1 IN_PROJECT=1`")
def override(run):
    run.write({"poetry.toml": "[virtualenvs]\ncreate = false\n"})
    return place(run, IN_PROJECT)


@case("poetry.toml `create = false`, environment only `IN_PROJECT=1`")
def override_half(run):
    run.write({"poetry.toml": "[virtualenvs]\ncreate = false\n"})
    return place(run, {"POETRY_VIRTUALENVS_IN_PROJECT": "1"})


@case("`.venv` exists, `CREATE=false`")
def existing(run):
    run.shell(str(run.poetry.parent / "python"), "-m", "venv", ".venv")
    return place(run, {"POETRY_VIRTUALENVS_CREATE": "false"})


@case("`.venv` exists, `IN_PROJECT=false`")
def existing_not(run):
    run.shell(str(run.poetry.parent / "python"), "-m", "venv", ".venv")
    return place(run, {"POETRY_VIRTUALENVS_IN_PROJECT": "false"})


@case("environment in the default place from an earlier command, then `IN_PROJECT=1`")
def earlier(run):
    run.write(flat(run))
    run.lock()
    first = prefix(run)
    run("install", "--no-root", env=IN_PROJECT)
    return "`.venv`" if (run.project / ".venv").exists() else "the earlier one" if "tiny-main" in str(run.environment(first)) else "**elsewhere**"


@case("`VIRTUAL_ENV=<project>/.venv`, not there yet, IN_PROJECT=1: install")
def virtual_env_in_project(run):
    run.write(flat(run))
    run.lock()
    code = run("install", "--no-root", env={**IN_PROJECT, "VIRTUAL_ENV": str(run.project / ".venv")})
    if code:
        return run.verdict(code)
    there = (run.project / ".venv/bin/python").exists()
    return "`.venv` made, " + ("packages in it" if there and "tiny-main" in str(run.environment()) else "**packages elsewhere**") if there else "**no `.venv`**"


@case("`VIRTUAL_ENV=/opt/venv`, not there yet, no other setting: install")
def virtual_env_missing(run):
    venv = run.dir / "venv"
    run.write(flat(run))
    run.lock()
    code = run("install", "--no-root", env={"VIRTUAL_ENV": str(venv)})
    if code:
        return run.verdict(code)
    found = sorted({p for p in run.dir.rglob("tiny_main.py")})
    return "; ".join(run.clean(str(p.parent.parent.parent.parent)) for p in found) or "**nowhere in the folder**"


@case("`VIRTUAL_ENV=/opt/venv` made by `python -m venv`, IN_PROJECT=1: install")
def virtual_env_made(run):
    venv = run.dir / "venv"
    run.shell(str(run.poetry.parent / "python"), "-m", "venv", str(venv))
    run.write(flat(run))
    run.lock()
    code = run("install", "--no-root", env={**IN_PROJECT, "VIRTUAL_ENV": str(venv)})
    if code:
        return run.verdict(code)
    found = sorted({p for p in run.dir.rglob("tiny_main.py")})
    return "; ".join(run.clean(str(p.parent.parent.parent.parent)) for p in found)


@case("`VIRTUAL_ENV=` (empty), IN_PROJECT=1")
def virtual_env_empty(run):
    return place(run, {**IN_PROJECT, "VIRTUAL_ENV": ""})


@case("`NO_INTERACTION` left out: `install` without a terminal")
def interaction(run):
    run.write(flat(run))
    run.lock()
    env = {k: v for k, v in IN_PROJECT.items() if k != "POETRY_NO_INTERACTION"}
    return run.verdict(run("install", env=env))


@case("`NO_INTERACTION` in the sources of poetry, poetry-core, cleo")
def interaction_sources(run):
    site = next((run.poetry.parent.parent / "lib").glob("python3*")) / "site-packages"
    hits = [p for d in ("poetry", "cleo", "poetry/core") for p in (site / d).rglob("*.py") if "NO_INTERACTION" in p.read_text(errors="replace")]
    return f"{len(set(hits))} files"
