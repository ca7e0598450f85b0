package fixtest

import (
	"io/fs"
	"strings"
	"testing/fstest"

	"pgregory.net/rapid"
)

// atoms are the lines that Dockerfiles are generated of, in the order in which
// they stand in a file that makes sense. Each one is skipped now and then, and
// two may change places, so that the rules fire in files of many shapes.
var atoms = [][]string{
	{"# syntax=docker/dockerfile:1", "# a comment – naïve 🐍", "", "ARG PYTHON=3.11"},
	{"FROM python:3.11-buster", "FROM python:3.11", "FROM python:3.11-slim AS web", "FROM python:${PYTHON}-bookworm", "from python:3.12-alpine as Base",
		"FROM --platform=linux/amd64 python:3.10-slim", "FROM registry.example.org/base:1"},
	{"LABEL a=b \"c d\"=\"é\"", "EXPOSE 8000", "ENV PYTHONUNBUFFERED 1", "SHELL [\"/bin/bash\", \"-c\"]", "STOPSIGNAL SIGINT", "VOLUME /data"},
	{"RUN apt-get update && apt-get install -y gcc libpq-dev curl && rm -rf /var/lib/apt/lists/*", "RUN useradd -m -u 1000 app", "RUN <<EOF\nset -e\napt-get update\nEOF"},
	{"RUN pip install poetry", "RUN pip install poetry==1.4.2", "RUN pip install \\\n    # pinned\n    \"poetry>=1.2\" gunicorn", "RUN pipx install poetry",
		"RUN curl -sSL https://install.python-poetry.org | python3 -", "COPY --from=docker.io/library/poetry:1 /poetry /usr/bin/poetry", "RUN [\"pip\", \"install\", \"poetry\"]"},
	{"ENV POETRY_NO_INTERACTION=1 \\\n    POETRY_VIRTUALENVS_IN_PROJECT=1 \\\n    POETRY_CACHE_DIR=/tmp/c", "ENV POETRY_HOME=/opt/poetry", "RUN poetry config virtualenvs.create false",
		"ENV POETRY_VIRTUALENVS_IN_PROJECT true", "ENV VIRTUAL_ENV=/opt/venv PATH=/opt/venv/bin:$PATH"},
	{"WORKDIR /app", "WORKDIR /srv/läden", "WORKDIR $HOME/app", "USER app", "USER 1000:1000"},
	{"COPY . .", "COPY pyproject.toml poetry.lock ./", "ADD . /app/", "COPY --chown=app:app . /app", "COPY [\".\", \"./\"]", "COPY pyproject.toml poetry.lock* shop/ ./", "ONBUILD COPY . ."},
	{"RUN touch README.md", "RUN mkdir -p /x", "# between – ✓", "ARG DEV=false"},
	{"RUN poetry install", "RUN poetry install --no-root --without dev", "RUN cd /app && python -m poetry install --no-dev", "RUN $POETRY_HOME/bin/poetry install",
		"RUN --mount=type=cache,target=/root/.cache/pypoetry poetry install", "RUN --mount=type=cache,target=$POETRY_CACHE_DIR poetry install && rm -rf $POETRY_CACHE_DIR",
		"RUN set -eux; \\\n\tpoetry install \\\n\t\t# quiet\n\t\t--no-ansi; \\\n\trm -rf /tmp/*", "RUN <<EOF\npoetry install\nEOF", "RUN if [ \"$DEV\" = true ]; then poetry install; fi",
		"RUN ( poetry -C /app install )", "RUN poetry export -o r.txt && pip install -r r.txt", "ONBUILD RUN poetry install"},
	{"COPY . .", "COPY shop ./shop", "RUN rm -rf /root/.cache", "RUN poetry install --only-root"},
	{"RUN poetry run python manage.py collectstatic", "HEALTHCHECK CMD poetry run true", "FROM python:3.11-slim\nCOPY --from=web /app /app", "COPY start.sh /"},
	{"CMD [\"poetry\", \"run\", \"python\", \"-m\", \"shop.main\"]", "CMD poetry run uvicorn shop.main:app --port $PORT", "ENTRYPOINT [\"poetry\", \"run\"]", "CMD [\"/start.sh\"]", "ENTRYPOINT [\"python\"]"},
}

// Generate draws a Dockerfile and its project.
func Generate(t *rapid.T) Input {
	var lines []string
	for i, choices := range atoms {
		if always := i == 1; always || rapid.IntRange(0, 9).Draw(t, "keep") < 7 {
			lines = append(lines, rapid.SampledFrom(choices).Draw(t, "line"))
		}
	}
	for range rapid.IntRange(0, 2).Draw(t, "swaps") {
		i, j := rapid.IntRange(0, len(lines)-1).Draw(t, "i"), rapid.IntRange(0, len(lines)-1).Draw(t, "j")
		lines[i], lines[j] = lines[j], lines[i]
	}
	text := strings.Join(lines, rapid.SampledFrom([]string{"\n", "\n", "\n\n"}).Draw(t, "between")) + "\n"
	if rapid.IntRange(0, 4).Draw(t, "escape") == 0 {
		text = "# escape=`\n" + strings.ReplaceAll(text, "\\\n", "`\n")
	}
	if rapid.IntRange(0, 4).Draw(t, "tabs") == 0 {
		text = strings.ReplaceAll(text, "    ", "\t")
	}
	ex := &Example{
		CRLF:      rapid.IntRange(0, 3).Draw(t, "crlf") == 0,
		BOM:       rapid.IntRange(0, 5).Draw(t, "bom") == 0,
		NoNewline: rapid.IntRange(0, 5).Draw(t, "nonl") == 0,
	}
	return Input{Text: ex.Encode(text), FS: generateProject(t), Path: "Dockerfile"}
}

// manifests are the kinds of pyproject.toml that generated projects have.
var manifests = []string{
	"[tool.poetry]\nname = \"shop\"\nversion = \"1\"\n[tool.poetry.dependencies]\npython = \"^3.11\"\nfastapi = \"*\"\n[tool.poetry.group.dev.dependencies]\nblack = \"*\"\n",
	"[tool.poetry]\nname = \"shop\"\nversion = \"1\"\nreadme = \"README.md\"\n[tool.poetry.dependencies]\npython = \"^3.8\"\n[tool.poetry.dev-dependencies]\npytest = \"*\"\n[tool.poetry.scripts]\nshop = \"shop.main:run\"\n",
	"[tool.poetry]\npackage-mode = false\n[tool.poetry.dependencies]\npython = \"^3.11\"\n",
	"[project]\nname = \"shop\"\nversion = \"1\"\nrequires-python = \">=3.11\"\ndependencies = [\"fastapi\"]\n[dependency-groups]\ndev = [\"black\"]\n[build-system]\nrequires = [\"poetry-core\"]\nbuild-backend = \"poetry.core.masonry.api\"\n",
	"[tool.poetry]\nname = \"shop\"\nversion = \"1\"\n[tool.poetry.dependencies]\npython = \"^3.11\"\ntill = {path = \"libs/till\", develop = true}\n",
	"[tool.poetry\n",
}

// heads are the first lines of generated lock files, with their metadata.
var heads = []string{
	"# This file is automatically @generated by Poetry 1.4.2 and should not be changed by hand.\n[metadata]\nlock-version = \"2.0\"\npython-versions = \"^3.11\"\ncontent-hash = \"0\"\n",
	"# This file is automatically @generated by Poetry 2.1.4 and should not be changed by hand.\n[metadata]\nlock-version = \"2.1\"\npython-versions = \"^3.11\"\ncontent-hash = \"0\"\n",
	"[metadata]\nlock-version = \"1.1\"\npython-versions = \"^3.8\"\ncontent-hash = \"0\"\n",
}

// generateProject draws the files around a Dockerfile; nil for none.
func generateProject(t *rapid.T) fs.FS {
	if rapid.IntRange(0, 9).Draw(t, "project") == 0 {
		return nil
	}
	file := func(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text), Mode: 0o644} }
	files := fstest.MapFS{
		"pyproject.toml":   file(rapid.SampledFrom(manifests).Draw(t, "pyproject")),
		"shop/__init__.py": file(""),
		"shop/main.py":     file("print('open')\n"),
	}
	if rapid.IntRange(0, 4).Draw(t, "lock") > 0 {
		files["poetry.lock"] = file(rapid.SampledFrom(heads).Draw(t, "head"))
	}
	for _, f := range [][2]string{
		{"poetry.toml", "[virtualenvs]\nin-project = true\n"},
		{".dockerignore", "*\n!pyproject.toml\n!poetry.lock\n!shop\n"},
		{"README.md", "# Shop\n"},
		{"start.sh", "#!/bin/sh\nexec poetry run uvicorn shop.main:app\n"},
		{"compose.yaml", "services:\n  web:\n    build: {context: ., target: web}\n"},
	} {
		if rapid.IntRange(0, 4).Draw(t, f[0]) == 0 {
			files[f[0]] = file(f[1])
		}
	}
	return files
}
