"""Ten small projects, each with a Dockerfile as people write it first, of a shape that no other of the ten has.

A project is a function from a manifest.Poetry and the folder of a git repository to the files of its folder; None where
that Poetry does not know what the project needs. {poetry} in a Dockerfile is the version, {python} the image's.
"""

from .manifest import BACKEND

REPORT = """import importlib.metadata, json, os, shutil, subprocess, sys

BUILD = {".venv", "Dockerfile", "pyproject.toml", "poetry.lock", "README.md", "CHANGES.md"}  # nothing here reads these at run time


def report(module):
    \"\"\"Print what the command of an image sees; a console script that another one starts only says that it works.\"\"\"
    if os.environ.get("TINY_NESTED"):
        return print("works")
    found = {d.metadata["Name"]: d for d in reversed(list(importlib.metadata.distributions()))}
    scripts = sorted({e.name for d in found.values() for e in d.entry_points if e.group == "console_scripts"})
    scripts = {name: works(name) for name in scripts if name.startswith(("tiny", "app"))}
    print(json.dumps({
        "module": module, "distributions": {name: d.version for name, d in found.items()}, "scripts": scripts,
        "arguments": sys.argv[1:], "folder": os.getcwd(), "files": sorted(set(os.listdir(".")) - BUILD), "user": os.getuid(),
        "poetry": bool(shutil.which("poetry")),
    }))


def works(script):
    path = shutil.which(script)
    if not path:
        return "not on PATH"
    done = subprocess.run([path], env={**os.environ, "TINY_NESTED": "1"}, capture_output=True, text=True)
    return done.stdout.strip() or done.stderr.strip()[-200:]


def main():
    report("tiny_main")
"""
CODE = {
    "README.md": "app\n",
    "app/__init__.py": "import tiny_main\n\n\ndef main():\n    tiny_main.report(__name__)\n",
    "app/__main__.py": "from app import main\n\nmain()\n",
}
SCRIPT = '\n[tool.poetry.scripts]\napp-run = "app:main"\n'
LIB = {
    "libs/lib/pyproject.toml": '[tool.poetry]\nname = "tiny-lib"\nversion = "0.1.0"\ndescription = ""\nauthors = ["A <a@example.org>"]\n'
    '\n[tool.poetry.dependencies]\npython = "^3.9"\ntiny-prod = "^1.0"\n\n[tool.poetry.scripts]\ntiny-lib = "tiny_lib:main"\n' + BACKEND,
    "libs/lib/tiny_lib/__init__.py": "import tiny_main\n\n\ndef main():\n    tiny_main.report(__name__)\n",
}


PROJECTS = []


def project(title, shape, dockerfile):
    def add(function):
        PROJECTS.append((title, shape, dockerfile.lstrip("\n"), function))
        return function

    return add


@project("src layout", "one stage, everything copied first, `poetry run` in CMD", """
FROM python:{python}
WORKDIR /app
COPY . .
RUN pip install poetry=={poetry}
RUN poetry install
CMD ["poetry", "run", "app-run"]
""")
def src(poetry, git):
    return {"pyproject.toml": poetry.manifest(more=SCRIPT), "README.md": "app\n", "src/app/__init__.py": CODE["app/__init__.py"]}


@project("package-mode false", "two steps into the system's Python (`config virtualenvs.create false`), `python -m`", """
FROM python:{python}-slim
ENV POETRY_VERSION={poetry}
WORKDIR /code
RUN pip install "poetry==$POETRY_VERSION"
COPY pyproject.toml poetry.lock ./
RUN poetry config virtualenvs.create false && poetry install --no-root
COPY . .
CMD ["python", "-m", "app"]
""")
def no_package(poetry, git):
    return {"pyproject.toml": poetry.manifest(readme="package-mode = false\n" if poetry.number >= (1, 8) else ""), **CODE}


@project("scripts", "an entry script that starts `poetry run`, arguments in CMD", """
FROM python:{python}
RUN pip install --no-cache-dir poetry=={poetry}
COPY . /srv/app
WORKDIR /srv/app
RUN poetry install --no-interaction --no-ansi
ENTRYPOINT ["./entry.sh"]
CMD ["--port", "8000"]
""")
def scripts(poetry, git):
    return {"pyproject.toml": poetry.manifest(more=SCRIPT), **CODE, "entry.sh": '#!/bin/sh\nset -e\nexec poetry run app-run "$@"\n'}


@project("path dependency", "environment in the project by ENV, `poetry run python -m`", """
FROM python:{python}-slim
ENV POETRY_VIRTUALENVS_IN_PROJECT=true
RUN pip install poetry=={poetry}
WORKDIR /app
COPY . .
RUN poetry install
CMD ["poetry", "run", "python", "-m", "app"]
""")
def path(poetry, git):
    return {"pyproject.toml": poetry.manifest(deps='tiny-lib = {path = "libs/lib", develop = true}\n', more=SCRIPT), **CODE, **LIB}


@project("extras", "`POETRY_VIRTUALENVS_CREATE=false`, `-E`, a user, the console script as CMD", """
FROM python:{python}-slim
ENV PYTHONUNBUFFERED=1 \\
    POETRY_VIRTUALENVS_CREATE=false
WORKDIR /app
RUN pip install poetry=={poetry}
COPY . .
RUN poetry install -E more --no-interaction
RUN useradd --create-home app
USER app
CMD ["app-run"]
""")
def extras(poetry, git):
    more = '\n[tool.poetry.extras]\nmore = ["tiny-extra"]\n' + SCRIPT
    return {"pyproject.toml": poetry.manifest(deps='tiny-extra = {version = "^1.0", optional = true}\n', more=more), **CODE}


@project("groups", "build argument for the version, a group asked for by name, CMD in shell form", """
FROM python:{python}
ARG POETRY_VERSION={poetry}
RUN pip install poetry==${{POETRY_VERSION}}
WORKDIR /app
COPY . /app/
RUN poetry install{groups}
CMD poetry run app-run
""")
def groups(poetry, git):
    more = poetry.group("prod", "tiny-prod") + poetry.group("docs", "tiny-extra", optional=True) if poetry.number >= (1, 2) else ""
    return {"pyproject.toml": poetry.manifest(more=more + SCRIPT), **CODE}


@project("PEP 621", "two steps, environment in the project and on PATH, the cache removed", """
FROM python:{python}-slim
RUN pip install poetry=={poetry}
ENV POETRY_NO_INTERACTION=1 \\
    POETRY_VIRTUALENVS_IN_PROJECT=1 \\
    POETRY_CACHE_DIR=/tmp/poetry_cache
WORKDIR /app
COPY pyproject.toml poetry.lock README.md ./
COPY app ./app
RUN poetry install && rm -rf $POETRY_CACHE_DIR
ENV PATH="/app/.venv/bin:$PATH"
CMD ["app-run"]
""")
def pep621(poetry, git):
    return {"pyproject.toml": poetry.project(poetry.group()), **CODE} if poetry.number >= (2,) else None


@project("PEP 735", "all in one RUN, the environment's program by its path", """
FROM python:{python}
WORKDIR /app
COPY . .
RUN pip install --upgrade pip && pip install poetry=={poetry} && \\
    poetry config virtualenvs.in-project true && \\
    poetry install
CMD ["/app/.venv/bin/app-run"]
""")
def pep735(poetry, git):
    return {"pyproject.toml": poetry.project('\n[dependency-groups]\ndev = ["tiny-dev (>=1.0)"]\n'), **CODE} if poetry.number >= (2, 2) else None


@project("readme list", "a base stage with Poetry, a final stage from it", """
FROM python:{python} AS base
ENV PYTHONDONTWRITEBYTECODE=1
RUN pip install poetry=={poetry}

FROM base AS production
WORKDIR /app
COPY pyproject.toml poetry.lock README.md CHANGES.md ./
RUN poetry install --no-root
COPY . .
RUN poetry install
CMD ["poetry", "run", "app-run"]
""")
def readmes(poetry, git):
    if poetry.number < (1, 2):
        return None
    return {"pyproject.toml": poetry.manifest(readme='readme = ["README.md", "CHANGES.md"]\n', more=SCRIPT), **CODE, "CHANGES.md": "1\n"}


@project("git dependency", "Poetry in an environment of its own, put on PATH", """
FROM python:{python}
RUN python -m venv /opt/poetry && /opt/poetry/bin/pip install poetry=={poetry}
ENV PATH="/opt/poetry/bin:$PATH"
WORKDIR /app
COPY . .
RUN poetry install
CMD ["poetry", "run", "python", "-m", "app"]
""")
def git_dependency(poetry, git):
    return {"pyproject.toml": poetry.manifest(deps=f'tiny-lib = {{git = "file://{git}", branch = "main"}}\n', more=SCRIPT), **CODE}


def dockerfile(text, poetry, python):
    groups = " --with docs" if poetry.number >= (1, 2) else ""
    return text.format(poetry=poetry.version, python=python, groups=groups)
