package python

import (
	"strings"
	"testing"
)

func TestDevGroup(t *testing.T) {
	for name := range fields("dev Dev develop development test tests testing lint linting linters docs doc documentation typing " +
		"types type-check type_check mypy ci qa style format fmt pre-commit pre_commit coverage dev-tools test-integration dev-dependencies") {
		if !DevGroup(name) {
			t.Errorf("%s is not taken for a development group", name)
		}
	}
	for name := range fields("main prod production server app deploy deployment build tools local jobs debug notebooks db api worker " +
		"integration integrations local-dev gpu test-server release extras tools-and pre check docs-server devops") {
		if DevGroup(name) {
			t.Errorf("%s is taken for a development group", name)
		}
	}
	if DevGroup("") {
		t.Error("no name is taken for a development group")
	}
}

func TestCommands(t *testing.T) {
	for pkg, want := range map[string]string{
		"uvicorn": "uvicorn", "black": "black blackd", "pytest": "pytest py.test", "Django": "django-admin", "flask": "flask",
		"poethepoet": "poe", "watchdog": "watchmedo", "invoke": "inv invoke", "awscli": "aws aws_completer", "dbt_core": "dbt",
		"taskipy": "task", "newrelic": "newrelic-admin", "ddtrace": "ddtrace-run", "requests": "", "my-own-tool": "my-own-tool",
	} {
		if got := strings.Join(Commands(pkg), " "); got != want {
			t.Errorf("%s installs %q, want %q", pkg, got, want)
		}
	}
	for command, want := range map[string]string{
		"django-admin": "django", "supervisord": "supervisor", "poe": "poethepoet", "gunicorn": "gunicorn", "uwsgi": "uwsgi",
		"py.test": "pytest", "fastapi": "fastapi", "unheard-of": "unheard-of", "opentelemetry-instrument": "opentelemetry-distro",
	} {
		if got := Package(command); got != want {
			t.Errorf("%s comes from %q, want %q", command, got, want)
		}
	}
	for pkg, cmds := range commands {
		if pkg != NormalName(pkg) {
			t.Errorf("%s is not normalised", pkg)
		}
		for cmd := range fields(cmds) {
			if found := Packages(cmd); !strings.Contains(" "+strings.Join(found, " ")+" ", " "+pkg+" ") {
				t.Errorf("%s is not found from %s", pkg, cmd)
			}
		}
	}
}

func TestModule(t *testing.T) {
	for pkg, want := range map[string]string{
		"django": "django", "PyYAML": "yaml", "scikit-learn": "sklearn", "opencv-python-headless": "cv2", "my-own.lib": "my_own_lib",
		"djangorestframework": "rest_framework", "Pillow": "PIL",
	} {
		if got := strings.Join(Module(pkg), " "); got != want {
			t.Errorf("%s is imported as %q, want %q", pkg, got, want)
		}
	}
	for module, want := range map[string]string{
		"yaml": "pyyaml yaml", "uvicorn": "uvicorn", "psycopg2": "psycopg2 psycopg2-binary", "my_own": "my-own",
	} {
		if got := strings.Join(ModulePackage(module), " "); got != want {
			t.Errorf("%s comes from %q, want %q", module, got, want)
		}
	}
}
