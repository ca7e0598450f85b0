package project

import (
	"path"
	"strings"

	"gopkg.in/yaml.v3"
)

// deployFolders are the folders at the workspace's top and beside the
// Dockerfile in which manifests for Kubernetes are looked for.
var deployFolders = []string{"k8s", "kubernetes", "kube", "deploy", "deployment", "manifests"}

// Deployed are the commands that descriptions of deployments run the image
// with: fly.toml, heroku.yml, render.yaml, railway.toml and railway.json beside
// the Dockerfile or in the context, and manifests for Kubernetes. Of the last
// only commands that call Poetry are given, since their images have names that
// no file of the tree explains.
func (p *Project) Deployed() []ProcLine {
	if p == nil || p.reader == nil || p.Dockerfile == "" {
		return nil
	}
	var out []ProcLine
	dirs := []string{path.Dir(p.Dockerfile)}
	if p.Context != "" && p.Context != dirs[0] {
		dirs = append(dirs, p.Context)
	}
	for _, dir := range dirs {
		for _, name := range []string{"fly.toml", "railway.toml"} {
			out = append(out, p.deployTOML(path.Join(dir, name))...)
		}
		for _, name := range []string{"heroku.yml", "render.yaml", "railway.json"} {
			out = append(out, p.deployYAML(path.Join(dir, name))...)
		}
	}
	for _, dir := range append(dirs, ".") {
		for _, folder := range deployFolders {
			entries, _ := p.reader.list(path.Join(dir, folder))
			for _, e := range entries {
				if ext := path.Ext(e.name); !e.folder && (ext == ".yaml" || ext == ".yml") {
					out = append(out, p.kubernetes(path.Join(dir, folder, e.name))...)
				}
			}
		}
	}
	return distinct(out)
}

func distinct(lines []ProcLine) []ProcLine {
	seen := map[ProcLine]bool{}
	var out []ProcLine
	for _, l := range lines {
		if !seen[l] {
			seen[l] = true
			out = append(out, l)
		}
	}
	return out
}

// deployTOML reads [processes], deploy.release_command and experimental.cmd of
// a fly.toml (fly.io/docs/reference/configuration), and deploy.startCommand of
// a railway.toml (docs.railway.com/reference/config-as-code).
func (p *Project) deployTOML(name string) []ProcLine {
	text, err := p.reader.read(name, maxText)
	if err != nil {
		return nil
	}
	t, _, problem := decodeTOML(name, text)
	if problem != nil || !p.builds(name, t.table("build").text("dockerfile")) {
		return nil
	}
	var values []any
	processes := t.table("processes")
	for _, key := range sortedKeys(processes) {
		values = append(values, processes[key])
	}
	values = append(values, t.table("deploy")["release_command"], t.table("deploy")["startCommand"], t.table("experimental")["cmd"], t.table("experimental")["entrypoint"])
	var out []ProcLine
	for _, v := range values {
		out = append(out, p.deployLine(name, text, v)...)
	}
	return out
}

// builds says whether a description in a file that names a Dockerfile, or
// none, is about this one.
func (p *Project) builds(name, dockerfile string) bool {
	return dockerfile == "" || path.Join(path.Dir(name), dockerfile) == path.Clean(p.Dockerfile)
}

// deployYAML reads run and release of a heroku.yml
// (devcenter.heroku.com/articles/build-docker-images-heroku-yml), dockerCommand
// of a render.yaml (render.com/docs/blueprint-spec) and deploy.startCommand of
// a railway.json.
func (p *Project) deployYAML(name string) []ProcLine {
	text, err := p.reader.read(name, maxText)
	if err != nil {
		return nil
	}
	f, problem := parseYAML(name, text)
	if problem != nil {
		return nil
	}
	var values []any
	add := func(n *yaml.Node) {
		if s, ok := scalar(n); ok {
			values = append(values, s)
		} else {
			for _, s := range scalars(n) { // of a list each is a command of its own
				values = append(values, s)
			}
		}
	}
	for _, it := range append(f.items(f.find(f.root, "run")), item{key: "release", value: f.find(f.root, "release")}) {
		add(it.value)
		add(f.find(it.value, "command"))
	}
	add(f.find(f.find(f.root, "deploy"), "startCommand"))
	if services := resolve(f.find(f.root, "services")); services != nil {
		for _, s := range services.Content {
			path, _ := scalar(f.find(s, "dockerfilePath"))
			if p.builds(name, path) {
				add(f.find(s, "dockerCommand"))
			}
		}
	}
	var out []ProcLine
	for _, v := range values {
		out = append(out, p.deployLine(name, text, v)...)
	}
	return out
}

// kubernetes reads command and args of every container that call Poetry.
func (p *Project) kubernetes(name string) []ProcLine {
	text, err := p.reader.read(name, maxText)
	if err != nil || !strings.Contains(text, "apiVersion:") || !strings.Contains(text, "poetry") {
		return nil
	}
	var out []ProcLine
	for _, doc := range strings.Split(text, "\n---") {
		f, problem := parseYAML(name, doc)
		if problem != nil {
			continue
		}
		var visit func(n *yaml.Node, depth int)
		visit = func(n *yaml.Node, depth int) {
			if n = resolve(n); n == nil || depth > 20 {
				return
			}
			words := append(scalars(f.find(n, "command")), scalars(f.find(n, "args"))...)
			if n.Kind == yaml.MappingNode && f.find(n, "image") != nil && strings.Contains(strings.Join(words, " "), "poetry") {
				out = append(out, p.deployLine(name, text, anys(words))...)
			}
			for _, c := range n.Content {
				visit(c, depth+1)
			}
		}
		visit(f.root, 0)
	}
	return out
}

func anys(words []string) any {
	list := make([]any, len(words))
	for i, w := range words {
		list[i] = w
	}
	return list
}

// deployLine makes a line of a command, a string or a list of words. Its place
// is the first line of the file that has the command's first words.
func (p *Project) deployLine(name, text string, value any) []ProcLine {
	words := texts(value)
	if len(words) == 0 {
		return nil
	}
	first := words[0]
	if _, list := value.([]any); list {
		for i, w := range words {
			words[i] = "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
		}
	}
	at := max(strings.Index(text, first), 0)
	return []ProcLine{{Path: name, Command: strings.Join(words, " "), Line: strings.Count(text[:at], "\n")}}
}
