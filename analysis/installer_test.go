package analysis

import "testing"

func TestInstallerOf(t *testing.T) {
	tests := []struct{ name, text, how, version string }{
		{"apk, a range", "FROM alpine:3.21\nRUN apk add --no-cache python3~3.12 poetry~1.8 curl~8", "apk", ""},
		{"apk, a version", "FROM alpine:3.21\nRUN apk add poetry=1.8.4-r0", "apk", "1.8.4"},
		{"apk, at least", "FROM alpine:3.21\nRUN apk add 'poetry>=1.8'", "apk", ""},
		{"another package", "FROM alpine:3.21\nRUN apk add poetry-core~1.9", "", ""},
		{"an environment of its own is copied",
			"FROM python:3.12 AS b\nENV V=/opt/p\nRUN python -m venv $V && $V/bin/pip install poetry==1.7.1\nFROM python:3.12\nCOPY --from=b ${V:-/opt/p} /opt/p\nRUN true", "copy", "1.7.1"},
		{"the folder above it", "FROM python:3.12 AS b\nRUN /opt/p/bin/pip install poetry==1.7.1\nFROM python:3.12\nCOPY --from=b /opt /opt", "copy", "1.7.1"},
		{"another folder", "FROM python:3.12 AS b\nRUN /opt/p/bin/pip install poetry==1.7.1\nFROM python:3.12\nCOPY --from=b /opt/q /opt/q", "", ""},
		{"the image's packages without it", "FROM python:3.12 AS b\nRUN /opt/p/bin/pip install poetry==1.7.1\nFROM python:3.12\nCOPY --from=b /usr/local /usr/local", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := factsOfFiles(tt.text+"\n", nil)
			i := f.InstallerOf(f.Final().End())
			if i == nil {
				i = &Installer{}
			}
			if version := i.Version.String(); i.How != tt.how || i.Pinned != (tt.version != "") || i.Pinned && version != tt.version {
				t.Errorf("got %s %s, pinned %v", i.How, version, i.Pinned)
			}
		})
	}
}

func TestArguments(t *testing.T) {
	const project = "[tool.poetry]\nname = \"x\"\n[tool.poetry.scripts]\nconvert = \"x:main\"\n"
	for text, want := range map[string]bool{
		`ENTRYPOINT ["poetry", "run", "pytest"]` + "\n" + `CMD ["tests/"]`:     true,
		`ENTRYPOINT ["convert"]` + "\n" + `CMD ["/dev/stdin"]`:                 true,
		`ENTRYPOINT ["tini", "--", "python3"]` + "\n" + `CMD ["/srv/main.py"]`: true,
		`ENTRYPOINT ["/entry.sh"]` + "\n" + `CMD ["/srv/main"]`:                false,
		`ENTRYPOINT ["poetry", "run"]` + "\n" + `CMD ["/srv/main"]`:            false,
		`ENTRYPOINT ["tini", "--"]` + "\n" + `CMD ["/srv/main"]`:               false,
		`ENTRYPOINT python main.py "$0" "$@"` + "\n" + `CMD ["/srv/main"]`:     false,
		`CMD ["/srv/main"]`: false,
	} {
		f := factsOfFiles("FROM python:3.12\nWORKDIR /srv\n"+text+"\n", map[string]string{"pyproject.toml": project})
		commands := f.Commands(f.Final())
		last := commands[len(commands)-1]
		if got := f.Arguments(last); got != want {
			t.Errorf("%s: got %v", text, got)
		}
	}
}

// TestCopiedAlone asks whether a copy of Poetry brings other things along.
func TestCopiedAlone(t *testing.T) {
	for text, want := range map[string]bool{
		"COPY --from=b /opt/poetry /opt/poetry":                   true,
		"COPY --from=b /opt/poetry/bin/poetry /opt/poetry/ /opt/": true,
		"COPY --from=b /opt /opt":                                 false,
		"COPY --from=b /opt/poetry /srv/app /opt/":                false,
	} {
		f := factsOfFiles("FROM python:3.12 AS b\nRUN curl -sSL https://install.python-poetry.org | POETRY_HOME=/opt/poetry python3 -\nFROM python:3.12\n"+text+"\n", nil)
		i := f.InstallerOf(f.Final().End())
		if i == nil || i.How != "copy" || i.Alone != want {
			t.Errorf("%s: got %+v", text, i)
		}
	}
}
