package project

import (
	"path"
	"sort"
	"strings"

	"gopkg.in/yaml.v3"

	"restage/analysis/lazyregexp"
)

// composeFile is one compose file, or docker-bake.json, with its services.
type composeFile struct {
	path     string
	bake     bool
	services []builtService
	problem  *Problem
}

var composeName = lazyregexp.New(`(?i)compose.*\.ya?ml$`)

// plainNames are compose files that do not say so in their name; they count
// only if they have services that build something.
var plainNames = map[string]bool{"local.yml": true, "local.yaml": true, "dev.yml": true, "dev.yaml": true,
	"production.yml": true, "production.yaml": true, "prod.yml": true, "prod.yaml": true,
	"staging.yml": true, "staging.yaml": true, "stack.yml": true}

// composeFolders are the folders beside the Dockerfile or above it in which
// compose files are also looked for.
var composeFolders = map[string]bool{"docker": true, ".docker": true, "deploy": true, "deployment": true,
	".devcontainer": true, "compose": true, "docker-compose": true, "infra": true, "build": true, "dev": true, "development": true}

// maxComposes bounds how many compose files are read for one Dockerfile.
const maxComposes = 40

// readComposes reads the compose files in the Dockerfile's folder, the folders
// above it and some beside those, the nearest first.
func (p *Project) readComposes() []*composeFile {
	var names []string
	looked := map[string]bool{}
	for _, dir := range ancestors(path.Dir(p.Dockerfile)) {
		entries, _ := p.reader.list(dir)
		names = append(names, composeNames(dir, entries, looked)...)
		for _, e := range entries {
			if e.folder && composeFolders[strings.ToLower(e.name)] {
				sub := path.Join(dir, e.name)
				below, _ := p.reader.list(sub)
				names = append(names, composeNames(sub, below, looked)...)
			}
		}
	}
	var files []*composeFile
	for i, name := range names {
		if i >= maxComposes {
			break
		}
		c := cached(p.reader.store, "compose:"+name, func() *composeFile { return readCompose(p.reader.store, name) })
		p.reader.note(name)
		if c.problem != nil {
			p.Problems = append(p.Problems, *c.problem)
		}
		files = append(files, c)
	}
	return files
}

// composeNames lists the compose files of one folder in the order in which
// they are likely to be meant: compose.yaml first, variants by name.
func composeNames(dir string, entries []entry, looked map[string]bool) []string {
	if looked[dir] {
		return nil
	}
	looked[dir] = true
	var names []string
	for _, e := range entries {
		if !e.folder && (composeName.MatchString(e.name) || plainNames[e.name] || e.name == "docker-bake.json") {
			names = append(names, e.name)
		}
	}
	sort.SliceStable(names, func(i, j int) bool { return composeRank(names[i]) < composeRank(names[j]) })
	for i := range names {
		names[i] = path.Join(dir, names[i])
	}
	return names
}

func composeRank(name string) int {
	switch name {
	case "compose.yaml":
		return 0
	case "compose.yml":
		return 1
	case "docker-compose.yml", "docker-compose.yaml":
		return 2
	}
	return 3
}

// readCompose reads one compose file. A broken one is a problem only if it
// speaks of building: templates of compose files often are no YAML.
func readCompose(s *store, name string) *composeFile {
	c := &composeFile{path: name, bake: strings.HasSuffix(name, ".json")}
	text, err := s.read(name, maxText)
	if err != nil {
		if problem, ok := unreadable(name, err); ok {
			c.problem = &problem
		}
		return c
	}
	if plainNames[path.Base(name)] && !(strings.Contains(text, "services:") && strings.Contains(text, "build:")) {
		return c
	}
	f, problem := parseYAML(name, text)
	if problem != nil {
		if strings.Contains(text, "build") && !strings.Contains(text, "{{") {
			c.problem = problem
		}
		return c
	}
	r := composeReader{store: s, files: map[string]*yamlFile{name: f}, services: map[string]map[string]*yaml.Node{}}
	key := "services"
	if c.bake {
		key = "target"
	}
	for _, it := range f.items(f.find(f.root, key)) {
		if len(c.services) >= maxServices {
			break
		}
		svc := builtService{Service: Service{Path: name, Name: it.key, Line: it.line}}
		if c.bake {
			svc.builds, svc.base = true, path.Dir(name)
			svc.applyBuild(f, path.Dir(name), it.value)
		} else {
			r.fill(&svc, f, it.value, 0)
		}
		c.services = append(c.services, svc)
	}
	return c
}

const maxServices = 500

// composeReader reads services that extend services of other files.
type composeReader struct {
	store *store
	files map[string]*yamlFile
	// services are the services of each opened file by name.
	services map[string]map[string]*yaml.Node
}

// fill gives a service what it extends, then its own keys.
func (r *composeReader) fill(s *builtService, f *yamlFile, node *yaml.Node, depth int) {
	dir := path.Dir(f.path)
	if extends := f.find(node, "extends"); extends != nil && depth < 6 {
		from, parent := f, ""
		if text, ok := scalar(extends); ok {
			parent = text
		} else {
			parent, _ = scalar(f.find(extends, "service"))
			if other, ok := scalar(f.find(extends, "file")); ok {
				from = r.open(dir, other)
			}
		}
		if from != nil {
			r.fill(s, from, r.service(from, parent), depth+1)
			if from.path != s.Path {
				// Lines of another file would point to the wrong place.
				s.CommandLine, s.EntrypointLine, s.HealthcheckLine = s.Line, s.Line, s.Line
				for i := range s.Volumes {
					s.Volumes[i].Line = s.Line
				}
			}
		}
	}
	s.apply(f, dir, node)
}

// service finds a service by name, nil if there is none.
func (r *composeReader) service(f *yamlFile, name string) *yaml.Node {
	known, ok := r.services[f.path]
	if !ok {
		known = map[string]*yaml.Node{}
		for _, it := range f.items(f.find(f.root, "services")) {
			known[it.key] = it.value
		}
		r.services[f.path] = known
	}
	return known[name]
}

// open parses the file of an "extends", nil if there is none.
func (r *composeReader) open(dir, rel string) *yamlFile {
	name, ok := inside(dir, rel)
	if !ok {
		return nil
	}
	if f, known := r.files[name]; known {
		return f
	}
	r.files[name] = nil
	text, err := r.store.read(name, maxText)
	if err != nil {
		return nil
	}
	f, problem := parseYAML(name, text)
	if problem != nil {
		return nil
	}
	r.files[name] = f
	return f
}

// resolve gives the context and the Dockerfile of a service as paths of the
// workspace. base is the folder that the context is relative to: that of the
// compose file, unless the project directory is given on the command line.
func (s *builtService) resolve(base string) (context, dockerfile string, ok bool) {
	written, ok := expand(s.context, map[string]string{"PWD": "."})
	if !ok || !s.builds || strings.Contains(written, "://") || strings.HasPrefix(written, "git@") {
		return "", "", false
	}
	if context, ok = inside(base, written); !ok {
		return "", "", false
	}
	name, ok := expand(s.dockerfile, nil)
	if !ok {
		return "", "", false
	}
	if name == "" {
		name = "Dockerfile"
	}
	dockerfile, ok = inside(context, name)
	return context, dockerfile, ok
}

// contextFor gives the context with which a service builds the project's
// Dockerfile; ok is false if it builds another one or none.
func (s *builtService) contextFor(p *Project) (context string, ok bool) {
	context, dockerfile, ok := s.resolve(s.base)
	if ok && dockerfile == p.Dockerfile {
		return context, true
	}
	if ok && p.reader.store.kind(dockerfile) == file || s.base == "." || s.base == "" {
		return "", false
	}
	// "docker compose --project-directory .. -f docker/compose.yaml" and a
	// second -f file both make paths relative to the folder above.
	context, dockerfile, ok = s.resolve(path.Dir(s.base))
	return context, ok && dockerfile == p.Dockerfile
}

// contextsOf lists the contexts with which a compose file builds the Dockerfile.
func (c *composeFile) contextsOf(p *Project) []string {
	var dirs []string
	for i := range c.services {
		if dir, ok := c.services[i].contextFor(p); ok {
			dirs = appendNew(dirs, dir)
		}
	}
	return dirs
}

// servicesOf lists the services that build the Dockerfile in its context, and
// those that run the image: by its name, or by changing such a service from
// another file of the same folder.
func servicesOf(p *Project, composes []*composeFile) []Service {
	var list []Service
	images := map[string]bool{}
	names := map[string]bool{}
	building := map[*builtService]bool{}
	for _, c := range composes {
		for i := range c.services {
			svc := &c.services[i]
			context, ok := svc.contextFor(p)
			if !ok || c.bake {
				continue
			}
			building[svc] = true
			built := svc.Service
			built.Context, built.Dockerfile = context, p.Dockerfile
			list = append(list, built)
			if svc.Image != "" {
				images[svc.Image] = true
			}
			names[path.Dir(c.path)+"\x00"+svc.Name] = true
		}
	}
	for _, c := range composes {
		for i := range c.services {
			svc := &c.services[i]
			changes := svc.Image == "" && names[path.Dir(c.path)+"\x00"+svc.Name]
			if building[svc] || svc.builds && svc.context+svc.dockerfile != "" || c.bake || !images[svc.Image] && !changes {
				continue
			}
			user := svc.Service
			user.SharesImage = true
			list = append(list, user)
		}
	}
	return list
}
