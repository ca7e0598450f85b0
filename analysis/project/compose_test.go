package project

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"restage/analysis/source"
)

const composeFiles = `
-- docker-compose.yml --
x-base: &base
  environment: &env
    A: "1"
    B:
  volumes:
    - ./:/app:ro
services:
  web:
    <<: *base
    image: "${IMG}"
    build:
      context: .
      target: dev
      args: [X=1, Y]
    command: gunicorn app:app
    healthcheck:
      test: curl -f localhost
  # the same image
  worker:
    image: "${IMG}"
    entrypoint: ["poetry", "run"]
    command: ["celery", "-A", "app"]
    user: "1000"
  beat:
    extends: web
    working_dir: /srv
    command:
      - celery
      - beat
    environment:
      - A=2
      - C=3=4
  db:
    image: postgres
  other:
    build: {context: ., dockerfile: Dockerfile.other}
  inline:
    build: {context: ., dockerfile_inline: "FROM x"}
  remote:
    build: https://x/y.git
-- docker-compose.override.yml --
services:
  web:
    command: flask run
    volumes:
      - type: bind
        source: .
        target: /code
      - data:/var/data
      - /cache
      - ${SRC:-./x}:/y
    develop:
      watch:
        - {action: sync, path: ., target: /w}
-- Dockerfile.other --
FROM a
-- Dockerfile --
FROM a
`

func TestServices(t *testing.T) {
	p := find(composeFiles, "Dockerfile")
	by := map[string]Service{}
	var order []string
	for _, s := range p.Services {
		by[s.Path+":"+s.Name] = s
		order = append(order, fmt.Sprint(s.Path, ":", s.Name, " ", s.Line, " ", s.SharesImage))
	}
	if want := []string{"docker-compose.yml:web 7 false", "docker-compose.yml:beat 23 false", "docker-compose.yml:worker 18 true", "docker-compose.override.yml:web 1 true"}; !reflect.DeepEqual(order, want) {
		t.Errorf("services %q", order)
	}
	web := by["docker-compose.yml:web"]
	if web.Target != "dev" || !web.CommandShell || web.Command[0] != "gunicorn app:app" || web.CommandLine != 14 || web.Context != "." ||
		!reflect.DeepEqual(web.Args, map[string]string{"X": "1", "Y": ""}) || !reflect.DeepEqual(web.Environment, map[string]string{"A": "1", "B": ""}) ||
		!reflect.DeepEqual(web.Volumes, []Volume{{"./", "/app", "bind", 5}}) || !reflect.DeepEqual(web.Healthcheck, []string{"CMD-SHELL", "curl -f localhost"}) || web.HealthcheckLine != 16 {
		t.Errorf("web %+v", web)
	}
	worker := by["docker-compose.yml:worker"]
	if !reflect.DeepEqual(worker.Command, []string{"celery", "-A", "app"}) || worker.CommandShell || worker.Entrypoint[0] != "poetry" || worker.EntrypointLine != 20 || worker.User != "1000" {
		t.Errorf("worker %+v", worker)
	}
	beat := by["docker-compose.yml:beat"]
	if beat.Target != "dev" || beat.WorkingDir != "/srv" || beat.Command[1] != "beat" || beat.Environment["A"] != "2" || beat.Environment["C"] != "3=4" || len(beat.Volumes) != 1 {
		t.Errorf("beat %+v", beat)
	}
	var volumes []string
	for _, v := range by["docker-compose.override.yml:web"].Volumes {
		volumes = append(volumes, v.Type+" "+v.Source+" "+v.Target)
	}
	if got, want := strings.Join(volumes, "; "), "bind . /code; volume data /var/data; volume  /cache; bind ${SRC:-./x} /y; watch . /w"; got != want {
		t.Errorf("volumes %s", got)
	}
	if other := find(composeFiles, "Dockerfile.other"); len(other.Services) != 1 || other.Services[0].Name != "other" {
		t.Errorf("other %+v", other.Services)
	}
}

func TestExtendsFile(t *testing.T) {
	p := find(`
-- compose/base.yml --
services:
  base:
    build: {context: .., dockerfile: docker/Dockerfile}
    command: x
-- compose/docker-compose.yml --
services:
  web:
    extends: {file: base.yml, service: base}
-- docker/Dockerfile --
FROM a
`, "docker/Dockerfile")
	if len(p.Services) != 1 || p.Services[0].Context != "." || p.Services[0].Command[0] != "x" || p.Services[0].CommandLine != 1 {
		t.Errorf("%+v", p.Services)
	}
}

func TestBrokenCompose(t *testing.T) {
	p := find("-- compose.yaml --\nservices:\n  web:\n    build: [\n-- Dockerfile --\nFROM a\n", "Dockerfile")
	if len(p.Problems) != 1 || p.Problems[0].Path != "compose.yaml" || !strings.HasPrefix(p.Problems[0].Message, "compose.yaml is not valid YAML: ") || p.Problems[0].Line == 0 {
		t.Errorf("%+v", p.Problems)
	}
}

// TestNestedAliases asks for exponential work.
func TestNestedAliases(t *testing.T) {
	var text strings.Builder
	text.WriteString("a0: &a0 {build: .}\n")
	for i := range 40 {
		fmt.Fprintf(&text, "a%d: &a%d\n  <<: [*a%d, *a%d, *a%d]\n", i+1, i+1, i, i, i)
	}
	text.WriteString("services:\n  web:\n    <<: *a40\n")
	find("-- compose.yaml --\n"+text.String()+"-- Dockerfile --\nFROM a\n", "Dockerfile")
}

func FuzzCompose(f *testing.F) {
	f.Add(string(workspace(composeFiles)["docker-compose.yml"].Data))
	f.Add("services: {web: {build: ., extends: web, volumes: ['a:b', {}, 1]}}")
	f.Add("services: &a\n  web: *a\n  <<: *a\n")
	f.Fuzz(func(t *testing.T, text string) {
		Find(fstest.MapFS{"compose.yaml": {Data: []byte(text)}}, "Dockerfile", source.Parse("FROM a\n"))
	})
}
