package analysis

import "testing"

func TestEnvironment(t *testing.T) {
	tests := []struct {
		name, text string
		kind       EnvKind
		path       string
	}{
		{"a venv that is there", "WORKDIR /app\nRUN python -m venv .venv\nRUN poetry install", EnvInProject, "/app/.venv"},
		{"also with create false", "ENV POETRY_VIRTUALENVS_CREATE=false\nWORKDIR /app\nRUN python -m venv .venv && poetry install", EnvInProject, "/app/.venv"},
		{"unless in-project says no", "ENV POETRY_VIRTUALENVS_IN_PROJECT=false POETRY_VIRTUALENVS_CREATE=false\nWORKDIR /app\nRUN python -m venv .venv\nRUN poetry install", EnvSystem, "/usr/local"},
		{"another folder's venv", "WORKDIR /app\nRUN python -m venv /srv/.venv\nRUN poetry config virtualenvs.create false && poetry install", EnvSystem, "/usr/local"},
		{"activated", "WORKDIR /app\nRUN cd /srv && . env/bin/activate && cd /app && poetry install", EnvOwn, "/srv/env"},
		{"activated, nobody knows where", "RUN . $X/bin/activate && poetry install", EnvOwn, ""},
		{"the environment of Poetry itself", "ENV VIRTUAL_ENV=/o/venv\nRUN curl -sSL https://install.python-poetry.org | POETRY_HOME=/o python3 -\nRUN poetry config virtualenvs.create false && /o/bin/poetry install", EnvOwn, "/o/venv"},
		{"VIRTUAL_ENV that nobody makes", "ENV VIRTUAL_ENV=/v POETRY_VIRTUALENVS_CREATE=0\nRUN poetry install", EnvSystem, "/usr/local"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := factsOfFiles("FROM python:3.12\nRUN pip install poetry==1.8.3\n"+tt.text+"\n", map[string]string{"pyproject.toml": "[tool.poetry]\nname = \"x\"\n"})
			if got := f.Installs[0].Env; got.Kind != tt.kind || got.Path != tt.path {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// TestEnvironmentFolder asks for the folder of environments where the name of
// the one in it cannot be told.
func TestEnvironmentFolder(t *testing.T) {
	for text, want := range map[string]string{
		"RUN poetry install": "/root/.cache/pypoetry/virtualenvs",
		"ENV POETRY_VIRTUALENVS_PATH=/srv/envs/\nRUN poetry install":                        "/srv/envs",
		"ENV POETRY_CACHE_DIR=/c POETRY_VIRTUALENVS_PATH={cache-dir}/e\nRUN poetry install": "/c/e",
		"ARG POETRY_VIRTUALENVS_PATH\nRUN poetry install":                                   "",
	} {
		f := factsOfFiles("FROM alpine:3.21\nRUN apk add poetry\n"+text+"\n", nil)
		if got := f.Installs[0].Env; got.Kind != EnvCache || got.Path != "" || got.Folder != want {
			t.Errorf("%s: got %+v", text, got)
		}
	}
}

// TestCacheOfUser holds the cache folder against the user that runs Poetry.
func TestCacheOfUser(t *testing.T) {
	tests := []struct{ text, want string }{
		{"RUN poetry install", "/root/.cache/pypoetry"},
		{"RUN useradd -m app && su app -c 'poetry install'", "/home/app/.cache/pypoetry"},
		{"RUN useradd -lmd /srv/app -u 1000 app\nRUN su - app -c \"cd /x; poetry install\"", "/srv/app/.cache/pypoetry"},
		{"RUN useradd -m app\nRUN sudo -E -u app poetry install", "/home/app/.cache/pypoetry"},
		{"RUN useradd -m app\nRUN gosu app:app poetry install", "/home/app/.cache/pypoetry"},
		{"RUN useradd -m app\nUSER app\nRUN sudo poetry install", "/root/.cache/pypoetry"},
		{"RUN gosu $X poetry install", ""},
	}
	for _, tt := range tests {
		f := factsOfFiles("FROM python:3.12\nRUN pip install poetry==1.8.3\n"+tt.text+"\n", nil)
		if len(f.Installs) != 1 || f.Installs[0].CacheDir != tt.want {
			t.Errorf("%s: got %d installs, cache %q, want %q", tt.text, len(f.Installs), f.Installs[0].CacheDir, tt.want)
		}
	}
}

// TestUnseen asks for the place that decides where the file does not install Poetry itself.
func TestUnseen(t *testing.T) {
	files := map[string]string{"Makefile": "tools:\n\tpip install poetry==1.8.3\ncurl:\n\tcurl -sSL https://install.python-poetry.org | python3 -\n"}
	for text, want := range map[string]string{
		"COPY Makefile ./\nRUN make tools\nRUN poetry install": "Makefile line 2 installs Poetry, and what else that configures is not followed",
		"COPY Makefile ./\nRUN make curl\nRUN poetry install":  "Makefile line 4 installs Poetry, and what else that configures is not followed",
		"COPY Makefile ./\nRUN poetry install\nRUN make tools": "the file does not show how Poetry gets into the image, and what else that configures",
	} {
		f := factsOfFiles("FROM python:3.12\n"+text+"\n", files)
		if got := f.Installs[0].Unseen(); got != want {
			t.Errorf("%s: got %q", text, got)
		}
	}
}
