package analysis

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"restage/analysis/project"
	"restage/analysis/source"
)

// factsOfFiles are the facts of a Dockerfile among other files.
func factsOfFiles(dockerfile string, files map[string]string) *Facts {
	fsys := fstest.MapFS{"Dockerfile": {Data: []byte(dockerfile)}}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	doc := source.Parse(dockerfile)
	return NewFacts(doc, project.Find(fsys, "Dockerfile", doc))
}

// installLines writes the installs of all stages, one a line.
func installLines(f *Facts) string {
	var b strings.Builder
	for _, st := range f.Report("Dockerfile").Stages {
		for _, in := range st.Installs {
			fmt.Fprintf(&b, "%d %s %s %s", in.Line, in.Kind, in.Dir, in.Command)
			if in.Via != "" {
				b.WriteString(" via " + in.Via)
			}
			if in.Conditional {
				b.WriteString(" if")
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

func TestIndirect(t *testing.T) {
	const head = "FROM python:3.12\nRUN pip install poetry==1.8.3\nWORKDIR /app\n"
	makefile := map[string]string{
		"Makefile": "POETRY ?= poetry\nOPTS := --no-root\n.PHONY: all\nall: deps ## everything\n\techo done\n" +
			"deps: tools\n\t@cd sub && \\\n\t  $(POETRY) install $(OPTS)\ntools:; pip install wheel-inspect\n" +
			"maybe:\n\tif [ -n \"$$X\" ]; then poetry install; fi\n\t-poetry lock\n%.o: %.c\n\tpoetry install\n",
		"pyproject.toml": "[tool.poetry]\nname = \"x\"\n",
	}
	tests := []struct {
		name, rest string
		files      map[string]string
		want       string
	}{
		{"target", "COPY . .\nRUN make deps", makefile, "5 pip: packages /app pip install wheel-inspect via Makefile:9\n5 poetry install /app/sub poetry install --no-root via Makefile:7\n"},
		{"first target and its prerequisites", "COPY . .\nRUN make", makefile, "5 pip: packages /app pip install wheel-inspect via Makefile:9\n5 poetry install /app/sub poetry install --no-root via Makefile:7\n"},
		{"condition", "COPY . .\nRUN make -s maybe", makefile, "5 poetry install /app poetry install via Makefile:11 if\n5 write lock file /app poetry lock via Makefile:12\n"},
		{"another folder", "COPY . /src\nRUN make -C /src deps", makefile, "5 pip: packages /src pip install wheel-inspect via Makefile:9\n5 poetry install /src/sub poetry install --no-root via Makefile:7\n"},
		{"not copied", "RUN make deps", makefile, ""},
		{"unknown target", "COPY . .\nRUN make what", makefile, ""},
		{"script", "COPY . .\nRUN cd tools && ./setup.sh",
			map[string]string{"pyproject.toml": "[tool.poetry]\nname = \"x\"\n", "tools/setup.sh": "#!/bin/sh\nset -e\npoetry install --only main\n"},
			"5 poetry install /app/tools poetry install --only main via tools/setup.sh:3\n"},
		{"bash and a mount", "RUN --mount=type=bind,source=tools,target=/t bash -e /t/setup.sh || true",
			map[string]string{"pyproject.toml": "[tool.poetry]\nname = \"x\"\n", "tools/setup.sh": "poetry install\n"},
			"4 poetry install /app poetry install via tools/setup.sh:1 if\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := factsOfFiles(head+tt.rest+"\n", tt.files)
			if got := installLines(f); got != tt.want {
				t.Errorf("got\n%swant\n%s", got, tt.want)
			}
			if len(f.Installs) > 0 {
				t.Error("an install of another file is among the Dockerfile's own")
			}
		})
	}
}

func TestIndirectVenv(t *testing.T) {
	f := factsOfFiles("FROM python:3.12\nWORKDIR /app\nCOPY i.sh /\nRUN /i.sh\n", map[string]string{
		"i.sh": "#!/bin/bash\nset -e\npython -m venv venv\nsource venv/bin/activate\npoetry install\n"})
	env := f.Report("").Stages[0].Installs[0].Poetry.Environment
	if env.Kind != "own" || env.Path != "/app/venv" || env.Line != 4 {
		t.Errorf("got %+v", env)
	}
}

func TestIndirectInstaller(t *testing.T) {
	f := factsOfFiles("FROM python:3.12\nARG POETRY_VERSION=1.7.1\nCOPY i.sh /\nRUN /i.sh\n", map[string]string{
		"i.sh": "#!/bin/bash\ncurl -sSL https://install.python-poetry.org | python3 -\npip install poetry==1.8.2\n"})
	got := f.Report("").Stages[0].Installers
	if len(got) != 2 || got[0].Version != "1.7.1" || got[0].Via != "i.sh:2" || got[1].Version != "1.8.2" || got[1].Via != "i.sh:3" {
		t.Errorf("got %+v", got)
	}
}

func TestPossibleOptions(t *testing.T) {
	tests := []struct{ words, want string }{
		{`--no-root $(test "$ENV" = prod && echo "--no-dev")`, "--no-dev"},
		{"`[ -z $X ] && printf %s --only main` ${DEV:+--with dev} ${Y:---sync}", "--with dev|--sync|--only main"},
		{`$(cat options) $OPTIONS ${X:-} --no-root`, ""},
	}
	for _, tt := range tests {
		f := factsOfFiles("FROM python:3.12\nRUN poetry install "+tt.words+"\n", nil)
		got := f.Installs[0].PossibleOptions()
		slices.Sort(got)
		want := strings.FieldsFunc(tt.want, func(r rune) bool { return r == '|' })
		slices.Sort(want)
		if !slices.Equal(got, want) || !f.Installs[0].Dynamic {
			t.Errorf("%s: got %q, want %q", tt.words, got, want)
		}
	}
}

// TestLambda holds AWS's Lambda images against their Dockerfiles.
func TestLambda(t *testing.T) {
	for _, tag := range []string{"3.12", "3.12-x86_64", "3.12.2024.05.01.13", "latest"} {
		f := factsOfFiles("FROM public.ecr.aws/lambda/python:"+tag+"\nRUN pip install poetry==1.8.5\nWORKDIR x\nRUN poetry install\n", nil)
		in := f.Installs[0]
		if in.Dir != "/var/task/x" || !in.DirKnown || in.CacheDir != "/root/.cache/pypoetry" || in.Env.Kind != EnvCache {
			t.Errorf("%s: %q %v %q %v", tag, in.Dir, in.DirKnown, in.CacheDir, in.Env)
		}
		if py := f.Final().Image.Python.String(); tag != "latest" && py != "3.12" {
			t.Errorf("%s: Python %s", tag, py)
		}
	}
}

// TestInheritedArg holds ARG without a value and ARGs above FROM with defaults
// of their own against what the builder does.
func TestInheritedArg(t *testing.T) {
	f := factsOfFiles("ARG ARCH=${TARGETARCH:-arm64}\nARG BASE=${WHAT:-python}:3.12\nFROM ${BASE} AS b-amd64\nARG V=1.8.3\nFROM b-${ARCH}\nARG V\nRUN pip install poetry==$V\n", nil)
	st := f.Final()
	if st.Parent != f.Stages[0] || f.Stages[0].BaseRef != "python:3.12" || !f.Stages[0].BaseKnown {
		t.Errorf("base %q, parent %v", st.BaseRef, st.Parent)
	}
	if i := f.Installers[0]; !i.Pinned || i.Version.String() != "1.8.3" {
		t.Errorf("installer %+v", i)
	}
}

func TestMakeVariablesEnd(t *testing.T) {
	text := "A = $(A)$(A)$(A)$(A)$(A)$(A)$(A)$(A)\nall:\n\t$(A)\n"
	parseMakefile("Makefile", text+strings.Repeat("\t$(A)$(A)$(A)$(A)$(A)$(A)\n", 50))
}

func TestSupplies(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"pipe", "RUN poetry export --without-hashes | pip install -r /dev/stdin", "2 poetry export / poetry export --without-hashes\n2 pip: exported / pip install -r /dev/stdin\n"},
		{"substitution", "RUN pip install -r <(poetry export)", "2 pip: exported / pip install -r <(poetry export)\n2 poetry export / poetry export\n"},
		{"file", "WORKDIR /a\nRUN poetry export > r.txt\nRUN pip install -r /a/r.txt", "3 poetry export /a poetry export\n4 pip: exported /a pip install -r /a/r.txt\n"},
		{"other stage", "RUN poetry export -o /r.txt\nFROM python\nCOPY --from=0 /r.txt /q.txt\nRUN pip install -r /q.txt", "2 poetry export / poetry export -o /r.txt\n5 pip: exported / pip install -r /q.txt\n"},
		{"mounted stage", "WORKDIR /t\nRUN poetry export -o r.txt\nFROM python\nRUN --mount=type=bind,from=0,source=/t,target=/m pip install -r /m/r.txt", "3 poetry export /t poetry export -o r.txt\n5 pip: exported / pip install -r /m/r.txt\n"},
		{"uvx and uv pip", "RUN uvx --with poetry-plugin-export==1.9.0 poetry@2.1 export -o /r.txt\nRUN uv pip install --prefix /i -r /r.txt", "2 poetry export / uvx --with poetry-plugin-export==1.9.0 poetry@2.1 export -o /r.txt\n3 pip: exported / uv pip install --prefix /i -r /r.txt\n"},
		{"poetry run pip", "RUN poetry run pip install ./x.whl && poetry bundle venv /v", "2 pip: wheel / poetry run pip install ./x.whl\n2 poetry bundle / poetry bundle venv /v\n"},
		{"joined letters", "RUN poetry export > r.txt\nRUN pip install -Ur r.txt wheel", "2 poetry export / poetry export\n3 pip: exported / pip install -Ur r.txt wheel\n"},
		{"requirements", "RUN pip install -r r.txt", "2 pip: file / pip install -r r.txt\n"},
		{"wheels", "RUN poetry build && pip install dist/*.whl && pip wheel -w /w . && pip install /wheels/*",
			"2 build wheel / poetry build\n2 pip: wheel / pip install dist/*.whl\n2 build wheel / pip wheel -w /w .\n2 pip: wheel / pip install /wheels/*\n"},
		{"by name", "RUN pip install -U pip poetry==1.2 && pip install gunicorn && pip install -e .[x]", "2 pip: packages / pip install gunicorn\n2 pip: project / pip install -e .[x]\n"},
		{"other managers", "RUN uv sync --frozen && uv pip install x && pdm install && pipenv sync && poetry lock && poetry add y",
			"2 manager / uv sync --frozen\n2 pip: packages / uv pip install x\n2 manager / pdm install\n2 manager / pipenv sync\n2 write lock file / poetry lock\n2 poetry add / poetry add y\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := installLines(factsOfFiles("FROM python:3.12\n"+tt.text+"\n", nil)); got != tt.want {
				t.Errorf("got\n%swant\n%s", got, tt.want)
			}
		})
	}
}

// TestConfigBehind asks for settings that a Makefile makes.
func TestConfigBehind(t *testing.T) {
	files := map[string]string{"Makefile": "setup:\n\tpoetry config virtualenvs.create false\nall: setup\n\tpoetry install\n"}
	const head = "FROM python:3.12\nRUN pip install poetry==1.8.3\nWORKDIR /app\nCOPY Makefile ./\n"
	f := factsOfFiles(head+"RUN make all\n", files)
	if x := f.Indirect(f.Final()); len(x) != 2 || x[1].Install == nil || x[1].Install.Env.Kind != EnvSystem {
		t.Errorf("in the same recipe: got %+v", x)
	}
	f = factsOfFiles(head+"RUN make setup\nRUN poetry install\n", files)
	if env := f.Installs[0].Env; env.Kind != EnvUnknown || env.Why == "" {
		t.Errorf("before an install: got %+v", env)
	}
	f = factsOfFiles(head+"RUN poetry install\nRUN make setup\n", files)
	if env := f.Installs[0].Env; env.Kind != EnvCache {
		t.Errorf("after an install: got %+v", env)
	}
}
