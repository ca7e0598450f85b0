"""Cases: what the root package needs, and what a stale lock file does."""

import re
import shutil

from .manifest import BACKEND
from .run import CODE, IN_PROJECT, case, deps, flat, pep621

# The root package


def root_install(run, missing, arguments=("install",), readme=None):
    files = flat(run)
    if readme:
        files["pyproject.toml"] = files["pyproject.toml"].replace('readme = "README.md"', f"readme = {readme}")
    run.write(files)
    run.lock()
    for path in missing:
        target = run.project / path
        shutil.rmtree(target) if target.is_dir() else target.unlink()
    return run.verdict(run(*arguments, env=IN_PROJECT), say=True)


@case("root install without README.md")
def no_readme(run):
    return root_install(run, ["README.md"])


@case("root install without the package folder")
def no_package(run):
    return root_install(run, ["app"])


@case("`install --no-root` without README.md and package folder")
def no_root_no_files(run):
    return root_install(run, ["README.md", "app"], ("install", "--no-root"))


@case("root install with an empty README.md (`touch`)")
def touched(run):
    run.write(flat(run))
    run.lock()
    (run.project / "README.md").write_text("")
    return run.verdict(run("install", env=IN_PROJECT))


@case('`readme = ["README.md", "CHANGES.md"]`, CHANGES.md missing, root install')
def readme_list(run):
    return root_install(run, [], readme='["README.md", "CHANGES.md"]')


@case("`readme` list, both missing, `--no-root`")
def readme_list_no_root(run):
    return root_install(run, ["README.md"], ("install", "--no-root"), readme='["README.md", "CHANGES.md"]')


@case("`package-mode = false` with a name, `install`")
def package_mode(run):
    files = flat(run)
    files["pyproject.toml"] = files["pyproject.toml"].replace('readme = "README.md"\n', "package-mode = false\n")
    run.write({"pyproject.toml": files["pyproject.toml"]})
    run.lock()
    if run("install", env=IN_PROJECT):
        return run.verdict(1)
    return "ok, root " + ("installed" if "'app'" in str(run.environment()) else "not installed")


@case("`package-mode = false` without name and version, `install --no-root`")
def package_mode_bare(run):
    run.write({"pyproject.toml": "[tool.poetry]\npackage-mode = false\n" + deps() + run.source()})
    run.lock()
    return run.verdict(run("install", "--no-root", env=IN_PROJECT))


@case("`poetry run SCRIPT` of `[tool.poetry.scripts]`, root not installed")
def run_script(run):
    run.write(flat(run, '\n[tool.poetry.scripts]\napp-run = "app:main"\n'))
    run.lock()
    run("install", "--no-root", env=IN_PROJECT)
    code = run("run", "app-run", env=IN_PROJECT)
    return run.verdict(code, say=True) if code or "hello" in run.output else "no output"


@case("`poetry run SCRIPT` of `[project.scripts]`, root not installed")
def run_project_script(run):
    run.write({"pyproject.toml": pep621('\n[project.scripts]\napp-run = "app:main"\n') + run.source() + BACKEND, **CODE})
    run.lock()
    run("install", "--no-root", env=IN_PROJECT)
    return run.verdict(run("run", "app-run", env=IN_PROJECT))


# The lock file


def stale(run, old, new):
    run.write(flat(run))
    run.lock()
    text = (run.project / "pyproject.toml").read_text()
    run.write({"pyproject.toml": text.replace(old, new)})
    if run("install", "--no-root", env=IN_PROJECT):
        return run.verdict(1)
    return "ok, warns" if re.search(r"(?i)warning", run.output) else "ok, silent"


@case("stale lock: a dependency added, `install --no-root`")
def stale_added(run):
    return stale(run, 'tiny-main = "^1.0"', 'tiny-main = "^1.0"\ntiny-prod = "^1.0"')


@case("stale lock: a constraint changed that the locked version still meets")
def stale_changed(run):
    return stale(run, 'tiny-main = "^1.0"', 'tiny-main = ">=1.0"')


@case("stale lock: only the version of the root package changed")
def stale_version(run):
    return stale(run, 'version = "0.1.0"', 'version = "0.2.0"')


@case("no lock file, `install --no-root`")
def no_lock(run):
    run.write(flat(run))
    code = run("install", "--no-root", env=IN_PROJECT)
    return run.verdict(code) + (", writes poetry.lock" if (run.project / "poetry.lock").exists() else "")
