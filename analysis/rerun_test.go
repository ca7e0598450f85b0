package analysis

import (
	"fmt"
	"strings"
	"testing"
)

// told writes the causes of an instruction: each with the line that brings it,
// "*" for the whole context, "?" before what comes through another stage's RUN.
func told(f *Facts, r *Rerun) string {
	var out []string
	for _, c := range r.Causes {
		name := c.Name
		switch c.Kind {
		case CauseContext:
			name = "*"
		case CauseArg:
			name = "ARG " + name
		case CauseImage:
			name = "image " + name
		case CauseRemote:
			name = "fetched " + name
		}
		if len(c.Except) > 0 {
			name += " but " + strings.Join(c.Except, " ")
		}
		if c.Perhaps {
			name = "?" + name
		}
		out = append(out, fmt.Sprintf("%s@%d", name, f.LineOf(c.At.Span.Start)))
	}
	if r.More {
		out = append(out, "...")
	}
	if r.Costly {
		out = append(out, "costly")
	}
	return strings.Join(out, ", ")
}

var rerunProject = map[string]string{
	"pyproject.toml": "[tool.poetry]\nname = \"demo\"\nversion = \"1\"\n[tool.poetry.dependencies]\npython = \"^3.11\"\n",
	"poetry.lock":    "package = []\n[metadata]\nlock-version = \"2.0\"\n",
	"README.md":      "x", "demo/__init__.py": "", "demo/main.py": "x", "tests/test_a.py": "", "conf/a.ini": "", "conf/b.ini": "",
	"setup.sh": "", "requirements.txt": "", "requirements-dev.txt": "",
}

// TestReruns holds what is said of the last instruction that runs, or of the
// line named in front of what is wanted ("3 poetry.lock@3").
func TestReruns(t *testing.T) {
	const pinned = "FROM python:3.12@sha256:0123456789012345678901234567890123456789012345678901234567890123\n"
	const tag = ", image python:3.12@1"
	tests := []struct{ name, text, want string }{
		{"nothing but the tag", "FROM python:3.12\nRUN a", "image python:3.12@1"},
		{"a digest never moves", pinned + "RUN a", ""},
		{"scratch", "FROM scratch\nCOPY demo/main.py /", "demo/main.py@2"},
		{"FROM itself", "FROM python:3.12\n", "image python:3.12@1"},
		{"the manifests", "FROM python:3.12\nCOPY pyproject.toml poetry.lock ./\nRUN pip install poetry && poetry install --no-root", "poetry.lock@2, pyproject.toml@2" + tag},
		{"the context", "FROM python:3.12\nCOPY . .\nRUN pip install poetry && poetry install", "*@2" + tag + ", costly"},
		{"the context covers the manifests", pinned + "COPY poetry.lock pyproject.toml ./\nCOPY . .\nRUN a", "*@3"},
		{"above the code, still the manifests", pinned + "COPY poetry.lock ./\nRUN pip install x\nCOPY . .", "3 poetry.lock@2"},
		{"a folder", pinned + "COPY demo /app/demo\nRUN a", "demo/@2"},
		{"a folder with a slash", pinned + "COPY ./demo/ /app/demo/\nRUN a", "demo/@2"},
		{"a folder covers its files", pinned + "COPY demo/main.py /app/\nCOPY demo /app/demo\nRUN a", "demo/@3"},
		{"a name that begins alike is not covered", pinned + "COPY demo.cfg /\nCOPY demo /app/demo", "demo/@3, demo.cfg@2"},
		{"everything of a folder", pinned + "COPY conf/* /etc/x/", "conf/@2"},
		{"a pattern", pinned + "COPY poetry.lock* ./", "poetry.lock*@2"},
		{"a pattern covers a name", pinned + "COPY requirements.txt ./\nCOPY requirements*.txt ./", "requirements*.txt@3"},
		{"a pattern does not cross folders", pinned + "COPY demo/main.py /\nCOPY *.py /", "demo/main.py@2, *.py@3"},
		{"a star is everything", pinned + "COPY * /app/", "*@2"},
		{"absolute sources are of the context", pinned + "COPY /poetry.lock /", "poetry.lock@2"},
		{"exec form", pinned + "COPY [\"poetry.lock\", \"/x/\"]", "poetry.lock@2"},
		{"excluded files", pinned + "COPY poetry.lock ./\nCOPY --exclude=*.lock --exclude=*.md . .", "* but *.lock *.md@3, poetry.lock@2"},
		{"excluded files do not matter to the others", pinned + "COPY poetry.lock ./\nCOPY --exclude=*.md . .", "* but *.md@3"},
		{"a heredoc is in the Dockerfile", pinned + "COPY <<EOF /etc/x\nhello\nEOF\nRUN a", ""},
		{"a heredoc with a build argument", pinned + "ARG V\nCOPY <<EOF /etc/x\n$V\nEOF", "ARG V@2"},
		{"a quoted heredoc has none", pinned + "ARG V\nCOPY <<'EOF' /etc/x\n$V\nEOF", ""},
		{"a linked copy stands alone", pinned + "COPY . .\nCOPY --link poetry.lock /x/", "poetry.lock@3"},
		{"but not with --chmod", pinned + "COPY . .\nCOPY --link --chmod=644 poetry.lock /x/", "*@2"},
		{"what stands below a linked copy depends on both", pinned + "COPY pyproject.toml .\nCOPY --link poetry.lock /x/\nRUN a", "poetry.lock@3, pyproject.toml@2"},
		{"ADD of a file", pinned + "ADD poetry.lock /", "poetry.lock@2"},
		{"ADD of a URL", pinned + "ADD https://x.org/a.tgz /\nRUN a", "fetched https://x.org/a.tgz@2"},
		{"ADD of a URL with its checksum", pinned + "ADD --checksum=sha256:0123456789012345678901234567890123456789012345678901234567890123 https://x.org/a.tgz /", ""},
		{"ADD of a repository", pinned + "ADD https://github.com/a/b.git#main /b", "fetched https://github.com/a/b.git#main@2"},
		{"ADD of a commit", pinned + "ADD https://github.com/a/b.git#0123456789012345678901234567890123456789 /b", ""},
		{"every RUN below an ARG", pinned + "ARG V=1\nRUN a", "ARG V@2"},
		{"no RUN above it", pinned + "RUN a\nARG V=1\nRUN b", "2 "},
		{"no COPY below it that does not use it", pinned + "ARG V=1\nCOPY poetry.lock /", "poetry.lock@3"},
		{"a COPY that uses it", pinned + "ARG V=demo\nCOPY $V /x/", "demo/@3, ARG V@2"},
		{"a COPY to where it says", pinned + "ARG V\nCOPY poetry.lock /$V/", "poetry.lock@3, ARG V@2"},
		{"a source that is not known", pinned + "ARG V\nCOPY $V /x/", "$V@3, ARG V@2"},
		{"an owner that it gives", pinned + "ARG U\nCOPY --chown=$U poetry.lock /", "poetry.lock@3, ARG U@2"},
		{"ENV carries it on", pinned + "ARG V=1\nENV W=$V\nRUN a", "ARG V@2"},
		{"ENV with a fixed value hides it", pinned + "ARG V=1\nENV V=2\nRUN a", ""},
		{"but not from a RUN between", pinned + "ARG V=1\nRUN a\nENV V=2\nRUN b", "ARG V@2"},
		{"ENV alone is of the Dockerfile", pinned + "ENV A=1\nRUN a", ""},
		{"LABEL runs nothing", pinned + "ARG SHA\nLABEL sha=$SHA\nCOPY poetry.lock /", "poetry.lock@4"},
		{"a default from another one", pinned + "ARG A=1\nARG B=${A:-2}\nENV A=0\nRUN a", "ARG A@2, ARG B@3"},
		{"several on a line", pinned + "ARG A B=2\nRUN a", "ARG A@2, ARG B@2"},
		{"proxies that nobody declares do not count", pinned + "RUN curl $HTTP_PROXY", ""},
		{"a proxy that is declared does", pinned + "ARG HTTP_PROXY\nRUN a", "ARG HTTP_PROXY@2"},
		{"the platform is no argument", pinned + "ARG TARGETARCH\nRUN a", ""},
		{"WORKDIR with one", pinned + "ARG D=/x\nWORKDIR $D\nCOPY poetry.lock .", "poetry.lock@4, ARG D@2"},
		{"WORKDIR runs", pinned + "COPY . .\nWORKDIR /x", "*@2"},
		{"USER counts for RUN only", pinned + "ARG U\nUSER $U\nCOPY poetry.lock /", "poetry.lock@4"},
		{"an argument in FROM", "ARG PY=3.12\nFROM python:${PY}\nRUN a", "ARG PY@1, image python:3.12@2"},
		{"an argument above FROM is not seen below", "ARG X=1\n" + pinned + "RUN a", ""},
		{"but when it is declared again", "ARG X=1\n" + pinned + "ARG X\nRUN a", "ARG X@1"},
		{"and what that came from", "ARG Y=1\nARG X=$Y\n" + pinned + "ARG X\nRUN a", "ARG X@2, ARG Y@1"},
		{"a mount of files", pinned + "RUN --mount=type=bind,source=poetry.lock,target=/poetry.lock --mount=source=pyproject.toml,target=/p a", "poetry.lock@2, pyproject.toml@2"},
		{"a mount of the context", pinned + "RUN --mount=target=/src a", "*@2"},
		{"a mount of a point", pinned + "RUN --mount=type=bind,src=.,dst=/src pip install -r /src/requirements.txt", "*@2, costly"},
		{"cache, secret, ssh and tmpfs", pinned + "RUN --mount=type=cache,target=/c --mount=type=secret,id=x --mount=type=ssh --mount=type=tmpfs,target=/t a", ""},
		{"a mount from an image", pinned + "RUN --mount=from=ghcr.io/astral-sh/uv:0.5,source=/uv,target=/bin/uv uv sync", "image ghcr.io/astral-sh/uv:0.5@2"},
		{"a copy from an image", pinned + "COPY --from=ghcr.io/astral-sh/uv:0.5 /uv /bin/", "image ghcr.io/astral-sh/uv:0.5@2"},
		{"a stage that starts from another", "FROM python:3.12 AS base\nCOPY poetry.lock /\nFROM base\nRUN a", "poetry.lock@2" + tag},
		{"and has its arguments", strings.TrimSuffix(pinned, "\n") + " AS base\nARG V=1\nFROM base\nRUN a", "ARG V@2"},
		{"stages beside each other do not matter", "FROM python:3.12 AS a\nCOPY . .\n" + pinned + "RUN b", ""},
		{"files through a stage", "FROM scratch AS s\nCOPY . /src\n" + pinned + "COPY --from=s /src/demo /app/demo", "demo/@2"},
		{"all of a stage", "FROM scratch AS s\nCOPY . /src\n" + pinned + "COPY --from=s / /app/", "*@2"},
		{"a place that no copy reaches", "FROM scratch AS s\nCOPY . /src\n" + pinned + "COPY --from=s /other /app/", ""},
		{"a name the context lacks", "FROM scratch AS s\nCOPY . /app\n" + pinned + "COPY --from=s /app/.venv /app/", ""},
		{"what a RUN of a stage makes", strings.TrimSuffix(pinned, "\n") + " AS s\nCOPY poetry.lock /\nRUN export\nCOPY . /src\n" + pinned + "COPY --from=s /out /out\nRUN pip install -r /out/r.txt", "?poetry.lock@2"},
		{"made, and copied", strings.TrimSuffix(pinned, "\n") + " AS s\nWORKDIR /app\nCOPY poetry.lock ./\nRUN install\nCOPY demo ./demo\n" + pinned + "COPY --from=s /app /app", "demo/@5, poetry.lock@3"},
		{"by its number", "FROM scratch\nCOPY poetry.lock /l\n" + pinned + "COPY --from=0 /l /l", "poetry.lock@2"},
		{"through two stages", "FROM scratch AS a\nCOPY conf /c\nFROM scratch AS b\nCOPY --from=a /c /d\n" + pinned + "COPY --from=b /d/a.ini /", "conf/a.ini@2"},
		{"a pattern through a stage", "FROM scratch AS a\nCOPY require*.txt /r/\n" + pinned + "COPY --from=a /r/requirements.txt /", "requirements.txt@2"},
		{"a mount of a stage", "FROM scratch AS a\nCOPY poetry.lock /l\n" + pinned + "RUN --mount=from=a,source=/l,target=/l poetry install", "poetry.lock@2"},
		{"a cache mount that starts from a stage", "FROM scratch AS a\nCOPY poetry.lock /l\n" + pinned + "RUN --mount=type=cache,from=a,source=/l,target=/l a", "poetry.lock@2"},
		{"an image through a stage", "FROM ghcr.io/astral-sh/uv:0.5 AS uv\n" + pinned + "COPY --from=uv /uv /bin/", "image ghcr.io/astral-sh/uv:0.5@1"},
		{"ONBUILD waits for the child", strings.TrimSuffix(pinned, "\n") + " AS a\nONBUILD COPY poetry.lock /\nRUN a", ""},
		{"and runs there", strings.TrimSuffix(pinned, "\n") + " AS a\nONBUILD COPY poetry.lock /\nFROM a\nRUN a", "poetry.lock@2"},
		{"only packages of the system", pinned + "COPY . .\nRUN apt-get update && apt-get install -y gcc", "*@2, costly"},
		{"a second install adds only the project", pinned + "RUN pip install poetry==1.8.3\nCOPY pyproject.toml poetry.lock ./\nRUN poetry install --no-root\nCOPY . .\nRUN poetry install", "*@5"},
		{"a folder of code", pinned + "COPY demo ./demo\nRUN pip install -r requirements.txt", "demo/@2, costly"},
		{"a folder of tests is code", pinned + "COPY tests ./tests\nRUN pip install x", "tests/@2, costly"},
		{"a folder of settings is none", pinned + "WORKDIR /app\nCOPY pyproject.toml ./\nCOPY conf /etc/x\nRUN pip install x", "conf/@4, pyproject.toml@3"},
		{"a start script is none", pinned + "COPY setup.sh ./\nRUN pip install x", "setup.sh@2"},
		{"CRLF and continuations", strings.ReplaceAll(pinned+"COPY poetry.lock \\\n  pyproject.toml \\\n  ./\nRUN a", "\n", "\r\n"), "poetry.lock@2, pyproject.toml@2"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := factsOfFiles(tt.text+"\n", rerunProject)
			want, line := tt.want, 0
			if n, err := fmt.Sscanf(tt.want, "%d", &line); n == 1 && err == nil {
				_, want, _ = strings.Cut(tt.want, " ")
			}
			got := "no instruction"
			for _, r := range f.Reruns(f.Final()) {
				if line == 0 || f.LineOf(r.Step.Span.Start) == line {
					got = told(f, r)
				}
			}
			if got != want {
				t.Errorf("%s\ngot  %q\nwant %q", tt.text, got, want)
			}
		})
	}
}

// TestRerunsOfLargeFiles asks for an end: of many instructions, many stages,
// and stages whose files have many ways.
func TestRerunsOfLargeFiles(t *testing.T) {
	var ways, copies, args, stages strings.Builder
	ways.WriteString("FROM scratch AS s0\nCOPY . /\n")
	for i := 1; i <= 200; i++ {
		fmt.Fprintf(&ways, "FROM scratch AS s%d\nCOPY --from=s%d /x /\nCOPY --from=s%d /y /\n", i, i-1, i-1)
	}
	copies.WriteString("FROM python:3.12\n")
	args.WriteString("FROM python:3.12\n")
	stages.WriteString("FROM python:3.12 AS s0\nCOPY . .\n")
	for i := 1; i <= 2000; i++ {
		fmt.Fprintf(&copies, "COPY f%d f%d.py /f/\nRUN a\n", i, i)
		fmt.Fprintf(&args, "ARG A%d=$A%d\nRUN a\n", i, i-1)
		if i <= 500 {
			fmt.Fprintf(&stages, "FROM s%d AS s%d\nCOPY --from=s%d /a%d /b\nRUN a\n", i-1, i, i-1, i)
		}
	}
	for _, text := range []string{ways.String(), copies.String(), args.String(), stages.String()} {
		f := factsOfFiles(text, map[string]string{"a": ""})
		for _, st := range f.Stages {
			for _, r := range f.Reruns(st) {
				if len(r.Causes) > maxCauses+2 {
					t.Fatalf("%d causes", len(r.Causes))
				}
			}
		}
	}
}
