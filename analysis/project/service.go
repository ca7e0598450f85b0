package project

import (
	"strings"

	"gopkg.in/yaml.v3"
)

// builtService is a compose service before it is known whether it builds the
// Dockerfile in question.
type builtService struct {
	Service
	builds     bool
	context    string // as written; "" when not given
	dockerfile string // as written; "" when not given
	base       string // the folder that context is relative to
}

// apply lays the keys of one service over what is known of it already, which
// is what "extends" gave it.
func (s *builtService) apply(f *yamlFile, dir string, node *yaml.Node) {
	for _, it := range f.items(node) {
		switch it.key {
		case "build":
			s.applyBuild(f, dir, it.value)
		case "image":
			s.Image, _ = scalar(it.value)
		case "command":
			s.Command, s.CommandShell = commandOf(it.value)
			s.CommandLine = it.line
		case "entrypoint":
			s.Entrypoint, s.EntrypointShell = commandOf(it.value)
			s.EntrypointLine = it.line
		case "healthcheck":
			s.applyHealthcheck(f, it.value)
		case "volumes":
			s.applyVolumes(f, it.value)
		case "tmpfs":
			targets := scalars(it.value)
			if one, ok := scalar(it.value); ok {
				targets = []string{one}
			}
			for _, target := range targets {
				target, _, _ = strings.Cut(target, ":")
				s.Volumes = append(s.Volumes, Volume{Target: target, Type: "tmpfs", Line: it.line})
			}
		case "develop":
			s.applyWatch(f, it.value)
		case "working_dir":
			s.WorkingDir, _ = scalar(it.value)
		case "user":
			s.User, _ = scalar(it.value)
		case "environment":
			s.Environment = f.pairs(s.Environment, it.value)
		}
	}
}

func (s *builtService) applyBuild(f *yamlFile, dir string, node *yaml.Node) {
	if text, ok := scalar(node); ok {
		s.builds, s.context, s.base = true, text, dir
		return
	}
	items := f.items(node)
	if items == nil {
		return
	}
	s.builds = true
	if s.base == "" {
		s.base = dir
	}
	for _, it := range items {
		switch it.key {
		case "context":
			s.context, _ = scalar(it.value)
			s.base = dir
		case "dockerfile":
			s.dockerfile, _ = scalar(it.value)
		case "dockerfile_inline":
			s.builds = false
		case "target":
			text, _ := scalar(it.value)
			s.Target, _ = expand(text, nil)
		case "args":
			s.Args = f.pairs(s.Args, it.value)
		}
	}
}

// commandOf gives a command as written: a list, or one string for the shell.
func commandOf(n *yaml.Node) (words []string, shell bool) {
	if text, ok := scalar(n); ok {
		return []string{text}, true
	}
	return scalars(n), false
}

func (s *builtService) applyHealthcheck(f *yamlFile, node *yaml.Node) {
	for _, it := range f.items(node) {
		switch it.key {
		case "test":
			s.HealthcheckLine = it.line
			s.Healthcheck = scalars(it.value)
			if text, ok := scalar(it.value); ok {
				s.Healthcheck = []string{"CMD-SHELL", text}
			}
		case "disable":
			if text, _ := scalar(it.value); text == "true" {
				s.Healthcheck = []string{"NONE"}
			}
		}
	}
}

func (s *builtService) applyVolumes(f *yamlFile, node *yaml.Node) {
	node = resolve(node)
	if node == nil || node.Kind != yaml.SequenceNode {
		return
	}
	for _, entry := range node.Content {
		entry = resolve(entry)
		if entry == nil {
			continue
		}
		if text, ok := scalar(entry); ok {
			v := shortVolume(text)
			v.Line = entry.Line - 1
			s.Volumes = append(s.Volumes, v)
			continue
		}
		v := Volume{Line: entry.Line - 1}
		for _, it := range f.items(entry) {
			text, _ := scalar(it.value)
			switch it.key {
			case "type":
				v.Type = text
			case "source", "src":
				v.Source = text
			case "target", "dst", "destination":
				v.Target = text
			}
		}
		if v.Target != "" {
			s.Volumes = append(s.Volumes, v)
		}
	}
}

// shortVolume reads "source:target:mode", "source:target" or "target".
func shortVolume(text string) Volume {
	parts := splitColons(text)
	if len(parts) == 1 {
		return Volume{Target: parts[0], Type: "volume"}
	}
	v := Volume{Source: parts[0], Target: parts[1], Type: "volume"}
	if strings.ContainsAny(v.Source[:min(1, len(v.Source))], "./~$") || strings.ContainsAny(v.Source, `/\`) {
		v.Type = "bind"
	}
	return v
}

// splitColons splits at colons outside of ${…}; the colon of a Windows drive
// ("C:\src") does not split.
func splitColons(text string) []string {
	var parts []string
	start, depth := 0, 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '{':
			depth++
		case '}':
			depth--
		case ':':
			drive := i == start+1 && isAlnum(text[start]) && i+1 < len(text) && (text[i+1] == '\\' || text[i+1] == '/') && start == 0
			if depth <= 0 && !drive {
				parts = append(parts, text[start:i])
				start = i + 1
			}
		}
	}
	return append(parts, text[start:])
}

// applyWatch reads develop.watch, by which compose copies changed files into
// the running container.
func (s *builtService) applyWatch(f *yamlFile, node *yaml.Node) {
	watch := f.find(node, "watch")
	if watch = resolve(watch); watch == nil || watch.Kind != yaml.SequenceNode {
		return
	}
	for _, entry := range watch.Content {
		v := Volume{Type: "watch", Line: entry.Line - 1}
		for _, it := range f.items(entry) {
			switch it.key {
			case "path":
				v.Source, _ = scalar(it.value)
			case "target":
				v.Target, _ = scalar(it.value)
			}
		}
		if v.Target != "" {
			s.Volumes = append(s.Volumes, v)
		}
	}
}
