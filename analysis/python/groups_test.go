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
	for pkg := range commands {
		if pkg != NormalName(pkg) {
			t.Errorf("%s is not normalised", pkg)
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
}
