"""Cases: which commands a version accepts, and what it makes of groups."""

import re

from .manifest import BACKEND
from .run import CODE, HEAD, IN_PROJECT, SKIP, case, deps, flat, group, pep621


def accepted(title, *arguments, before=None, say=True):
    """A case of its own: a flat project with a dev group, locked, then this command in a new environment."""

    @case(f"`poetry {' '.join(arguments)}`" + title)
    def command(run):
        run.write(flat(run))
        run.lock()
        if before:
            run(*before, env=IN_PROJECT)
        return run.verdict(run(*arguments, env=IN_PROJECT), say)


# Commands

accepted("", "install", "--no-dev", "--no-root")
accepted("", "install", "--without", "dev", "--no-root")
accepted("", "install", "--only", "main", "--no-root")
accepted("", "install", "--without", "dev", "--no-root", "--no-directory")
accepted(", the root after the code", "install", "--without", "dev", before=["install", "--without", "dev", "--no-root"])
accepted(" after the dependencies", "install", "--only-root", before=["install", "--without", "dev", "--no-root"])
accepted("", "install", "--only-root", "--without", "dev")
accepted("", "install", "--sync", "--without", "dev", "--no-root")
accepted("", "sync", "--without", "dev", "--no-root")
accepted("", "install", "--without", "dev", "--no-root", "--compile")
accepted("", "install", "--all-groups", "--no-root")
accepted("", "install", "--all-extras", "--no-root")
accepted("", "--no-cache", "install", "--no-root")
accepted("", "install", "--no-root", "--no-interaction", "--no-ansi")
accepted("", "-C", ".", "install", "--no-root")
accepted("", "-P", ".", "install", "--no-root")
accepted("", "check", "--lock")
accepted("", "export", "-f", "requirements.txt")


@case("lock file: first line, lock-version")
def lock_header(run):
    run.write(flat(run))
    run.lock()
    text = (run.project / "poetry.lock").read_text()
    first = text.splitlines()[0]
    return f"`{first[2:62] if first.startswith('#') else '(no comment)'}`, " + re.search(r'lock-version = "([^"]+)"', text)[1]


# Groups


@case("`--without nope` (no such group)")
def unknown_without(run):
    run.write(flat(run))
    run.lock()
    return run.verdict(run("install", "--without", "nope", "--no-root", env=IN_PROJECT))


@case("`--without dev,nope`: what of dev")
def unknown_beside(run):
    run.write(flat(run))
    run.lock()
    if run("install", "--without", "dev,nope", "--no-root", env=IN_PROJECT):
        return run.verdict(1)
    return "ok, dev " + ("installed" if "tiny-dev" in str(run.environment()) else "left out")


@case("`--only nope`")
def unknown_only(run):
    run.write(flat(run))
    run.lock()
    return run.verdict(run("install", "--only", "nope", "--no-root", env=IN_PROJECT))


@case("`--without dev` where only `[tool.poetry.dev-dependencies]` exists")
def legacy_dev(run):
    run.write({"pyproject.toml": HEAD + deps() + '\n[tool.poetry.dev-dependencies]\ntiny-dev = "^1.0"\n' + run.source() + BACKEND, **CODE})
    run.lock()
    if run("install", "--without", "dev", "--no-root", env=IN_PROJECT):
        return run.verdict(1)
    return "ok, dev " + ("**installed**" if "tiny-dev" in str(run.environment()) else "left out")


@case("`--no-dev` with a second group `prod`: what of prod")
def no_dev_prod(run):
    if run.number() < (1, 2):
        return SKIP
    run.write(flat(run, group(run, "prod", "tiny-prod")))
    run.lock()
    if run("install", "--no-dev", "--no-root", env=IN_PROJECT):
        return run.verdict(1)
    return "ok, prod " + ("installed" if "tiny-prod" in str(run.environment()) else "left out")


@case("`--without opt` on an optional group")
def optional_group(run):
    if run.number() < (1, 2):
        return SKIP
    run.write(flat(run, group(run, "opt", "tiny-extra", optional=True)))
    run.lock()
    if run("install", "--without", "opt", "--no-root", env=IN_PROJECT):
        return run.verdict(1)
    return "ok, opt " + ("installed" if "tiny-extra" in str(run.environment()) else "left out")


@case("`--without Dev` where the group is `dev` (case)")
def group_case(run):
    run.write(flat(run))
    run.lock()
    if run("install", "--without", "Dev", "--no-root", env=IN_PROJECT):
        return run.verdict(1)
    return "ok, dev " + ("installed" if "tiny-dev" in str(run.environment()) else "left out")


@case("PEP 621 project, `--without dev --no-root` (dev in `[tool.poetry.group.dev]`)")
def pep621_install(run):
    run.write({"pyproject.toml": pep621() + group(run) + run.source() + BACKEND, **CODE})
    run.lock()
    return run.verdict(run("install", "--without", "dev", "--no-root", env=IN_PROJECT))


@case("PEP 735 `[dependency-groups] dev`, `--without dev --no-root`")
def pep735(run):
    run.write({"pyproject.toml": pep621() + '\n[dependency-groups]\ndev = ["tiny-dev (>=1.0)"]\n' + run.source() + BACKEND, **CODE})
    run.lock()
    if run("install", "--without", "dev", "--no-root", env=IN_PROJECT):
        return run.verdict(1)
    return "ok, dev " + ("installed" if "tiny-dev" in str(run.environment()) else "left out")


@case("PEP 735 `dev`, plain `install --no-root`: what of dev")
def pep735_plain(run):
    run.write({"pyproject.toml": pep621() + '\n[dependency-groups]\ndev = ["tiny-dev (>=1.0)"]\n' + run.source() + BACKEND, **CODE})
    run.lock()
    if run("install", "--no-root", env=IN_PROJECT):
        return run.verdict(1)
    return "ok, dev " + ("installed" if "tiny-dev" in str(run.environment()) else "left out")


@case("`[project]` without `dependencies`, `--only main --no-root`")
def no_main(run):
    text = pep621().replace('dependencies = ["tiny-main (>=1.0)"]\n', "")
    run.write({"pyproject.toml": text + group(run) + run.source() + BACKEND, **CODE})
    run.lock()
    return run.verdict(run("install", "--only", "main", "--no-root", env=IN_PROJECT))
