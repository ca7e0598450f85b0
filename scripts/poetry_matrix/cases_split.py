"""Cases: an install in two steps, the code coming between them, against one step."""

import pathlib
import shutil
import subprocess
import sys
import tempfile

from .manifest import BACKEND
from .run import CODE, HEAD, IN_PROJECT, SKIP, case, deps, flat, group, pep621


def same(run, files, first, second, whole, copied, env=IN_PROJECT):
    """Install in two steps, the code coming between them, and in one: is it the same environment?"""
    run.write(files)
    run.lock()
    staged = tempfile.mkdtemp(dir=run.dir)
    for path in copied:
        shutil.move(run.project / path, pathlib.Path(staged) / path.replace("/", "@"))
    code = run(*first, env=env)
    if code:
        return "first step " + run.verdict(code)
    for path in copied:
        target = run.project / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(pathlib.Path(staged) / path.replace("/", "@"), target)
    if second:
        code = run(*second, env=env)
        if code:
            return "second step " + run.verdict(code)
    split = run.environment()
    shutil.rmtree(run.project / ".venv")
    code = run(*whole, env=env)
    if code:
        return "one step " + run.verdict(code)
    one = run.environment()
    if split == one:
        return f"same ({len(one[0])} packages" + (f", scripts {', '.join(one[1])}" if one[1] else "") + ")"
    return f"**differs**: {split} / {one}".replace("|", "\\|")


def without_dev(run):
    return ["--no-dev"] if run.number() < (1, 2) else ["--without", "dev"]


def phases(run):
    whole = ["install", *without_dev(run)]
    return [*whole, "--no-root"], whole, whole


def no_directory(run, first):
    return first + ["--no-directory"] if run.number() >= (1, 5) else first


@case("flat package: `--no-root`, code, `install`")
def split_flat(run):
    return same(run, flat(run), *phases(run), ["app", "README.md"])


@case("flat package: `--no-root`, code, `install --only-root`")
def split_only_root(run):
    if run.number() < (1, 2):
        return SKIP
    first, _, whole = phases(run)
    return same(run, flat(run), first, ["install", "--only-root"], whole, ["app", "README.md"])


@case("src layout with a console script")
def split_src(run):
    files = flat(run, '\n[tool.poetry.scripts]\napp-run = "app:main"\n')
    files["src/app/__init__.py"] = files.pop("app/__init__.py")
    return same(run, files, *phases(run), ["src", "README.md"])


@case("extras: `-E more` in both steps")
def split_extras(run):
    text = HEAD + deps('tiny-extra = {version = "^1.0", optional = true}\n') + '\n[tool.poetry.extras]\nmore = ["tiny-extra"]\n' + group(run)
    first, second, whole = (p + ["-E", "more"] for p in phases(run))
    return same(run, {"pyproject.toml": text + run.source() + BACKEND, **CODE}, first, second, whole, ["app", "README.md"])


@case("extras in the first step only: does the second keep them")
def split_extras_lost(run):
    text = HEAD + deps('tiny-extra = {version = "^1.0", optional = true}\n') + '\n[tool.poetry.extras]\nmore = ["tiny-extra"]\n' + group(run)
    first, second, whole = phases(run)
    return same(run, {"pyproject.toml": text + run.source() + BACKEND, **CODE}, first + ["-E", "more"], second, whole + ["-E", "more"], ["app", "README.md"])


for flags in ([], ["-E", "more"]):

    @case(f"extras in the first step, then `install {' '.join(['--only-root', *flags])}`")
    def split_extras_only_root(run, flags=flags):
        if run.number() < (1, 2):
            return SKIP
        text = HEAD + deps('tiny-extra = {version = "^1.0", optional = true}\n') + '\n[tool.poetry.extras]\nmore = ["tiny-extra"]\n' + group(run)
        first, _, whole = (p + ["-E", "more"] for p in phases(run))
        files = {"pyproject.toml": text + run.source() + BACKEND, **CODE}
        return same(run, files, first, ["install", "--only-root", *flags], whole, ["app", "README.md"])


@case("groups `dev` and `prod`: `--without dev`")
def split_groups(run):
    if run.number() < (1, 2):
        return SKIP
    return same(run, flat(run, group(run, "prod", "tiny-prod")), *phases(run), ["app", "README.md"])


@case("PEP 621 with `[project.scripts]`")
def split_621(run):
    if run.number() < (2,):
        return SKIP
    text = pep621('\n[project.scripts]\napp-run = "app:main"\n') + group(run) + run.source() + BACKEND
    return same(run, {"pyproject.toml": text, **CODE}, *phases(run), ["app", "README.md"])


@case("PEP 735 group `dev`")
def split_735(run):
    if run.number() < (2, 2):
        return SKIP
    text = pep621() + '\n[dependency-groups]\ndev = ["tiny-dev (>=1.0)"]\n' + run.source() + BACKEND
    return same(run, {"pyproject.toml": text, **CODE}, *phases(run), ["app", "README.md"])


@case("`readme` list")
def split_readmes(run):
    if run.number() < (1, 2):
        return SKIP
    files = flat(run)
    files["pyproject.toml"] = files["pyproject.toml"].replace('"README.md"', '["README.md", "CHANGES.md"]')
    return same(run, {**files, "CHANGES.md": "1\n"}, *phases(run), ["app", "README.md", "CHANGES.md"])


@case("`package-mode = false`: one `install --no-root` is all")
def split_no_package(run):
    if run.number() < (1, 8):
        return SKIP
    files = flat(run)
    text = files["pyproject.toml"].replace('readme = "README.md"\n', "package-mode = false\n")
    first, _, whole = phases(run)
    return same(run, {"pyproject.toml": text, "app/__init__.py": ""}, first, None, whole, ["app"])


LIB = ('[tool.poetry]\nname = "tiny-lib"\nversion = "0.1.0"\ndescription = ""\nauthors = ["A <a@example.org>"]\n'
       '\n[tool.poetry.dependencies]\npython = "^3.9"\ntiny-prod = "^1.0"\n' + BACKEND)


def with_lib(run, develop):
    line = f'tiny-lib = {{path = "libs/lib", develop = {develop}}}\n'
    return {"pyproject.toml": HEAD + deps(line) + group(run) + run.source() + BACKEND, **CODE,
            "libs/lib/pyproject.toml": LIB, "libs/lib/tiny_lib/__init__.py": ""}


for develop in ("true", "false"):

    @case(f"path dependency, `develop = {develop}`: folder copied with the code; `--no-directory` where it exists")
    def split_path(run, develop=develop):
        first, second, whole = phases(run)
        return same(run, with_lib(run, develop), no_directory(run, first), second, whole, ["app", "README.md", "libs"])


@case("path dependency folder missing, `install --no-root` without `--no-directory`")
def path_missing(run):
    run.write(with_lib(run, "true"))
    run.lock()
    shutil.rmtree(run.project / "libs")
    return run.verdict(run(*phases(run)[0], env=IN_PROJECT))


@case("path dependency in place, `--no-directory` left out of both steps")
def split_path_in_place(run):
    return same(run, with_lib(run, "true"), *phases(run), ["app", "README.md"])


@case("path dependency: does the second step need more than `--only-root`")
def split_path_only_root(run):
    if run.number() < (1, 5):
        return SKIP
    first, _, whole = phases(run)
    return same(run, with_lib(run, "true"), no_directory(run, first), ["install", "--only-root"], whole, ["app", "README.md", "libs"])


@case("git dependency (`git+file://`), no git program in PATH")
def split_git(run):
    repository = run.dir / "tiny-lib.git"
    (repository / "tiny_lib").mkdir(parents=True)
    (repository / "pyproject.toml").write_text(LIB)
    (repository / "tiny_lib/__init__.py").write_text("")
    if not shutil.which("git"):
        return SKIP
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"]
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "lib"]):
        subprocess.run(["git", *who, *arguments], cwd=repository, check=True, env=run.env)
    line = f'tiny-lib = {{git = "file://{repository}", branch = "main"}}\n'
    run.write({"pyproject.toml": HEAD + deps(line) + group(run) + run.source() + BACKEND, **CODE})
    run.lock()
    run.env["PATH"] = f"{sys.base_prefix}/bin"
    return run.verdict(run(*phases(run)[0], env=IN_PROJECT))
