package codeactions

import (
	"path"
	"slices"
	"strings"

	"restage/analysis"
)

// checkSupplies gives the reasons that concern the "pip install" commands that
// bring the dependencies.
func (p *split) checkSupplies() string {
	for _, s := range p.supplies {
		at := p.at(s.Cmd.Span.Start)
		if s.Kind == analysis.SupplyWheel {
			return at + " installs a wheel that is built of the code, and pip chooses the versions of its dependencies then: in front of the code, only what `poetry export` takes from poetry.lock could be installed"
		}
		if s.Has("-e", "--editable") || !namedOnly(s.Call) {
			return at + " installs folders or files beside the requirements, which may be the code"
		}
		if s.Of == nil {
			continue
		}
		for _, c := range p.code() {
			if s.File != "" && c.MayBring(s.File) {
				return at + " installs " + s.File + ", a name that a file of the code has, too, which " + p.at(c.Step.Span.Start) + " brings"
			}
		}
		if !exportsHere(s) {
			continue
		}
		from := p.at(s.Of.Cmd.Span.Start)
		dir, known := s.Reads()
		switch {
		case !known || p.dir != dir:
			return "the folder that " + from + " exports the requirements of cannot be told" + p.whyUnknown()
		case len(p.PathDependencies()) > 0:
			return at + " installs the project's path dependency " + p.PathDependencies()[0] + ", whose code it needs"
		}
	}
	for _, rel := range p.requirements() {
		if reason := p.namesOthers(rel); reason != "" {
			return reason
		}
	}
	return ""
}

// exported says whether the first phase reads the project's own manifests: for
// Poetry's install, and for an export.
func (p *split) exported() bool {
	return p.in != nil || slices.ContainsFunc(p.supplies, exportsHere)
}

// exportsHere says whether what pip installs is exported in the same stage.
func exportsHere(s *analysis.Supply) bool { return s.Of != nil && s.Of.Step.Stage == s.Step.Stage }

// bringsExport says whether a copy from another stage puts what pip installs
// where pip looks for it.
func (p *split) bringsExport(c *analysis.Copy) bool {
	return c.FromStage != nil && slices.ContainsFunc(p.supplies, func(s *analysis.Supply) bool {
		return s.Of != nil && !exportsHere(s) && analysis.Below(s.File, c.Dest)
	})
}

// requirements are the files of the context that pip is given.
func (p *split) requirements() []string {
	var out []string
	for _, s := range p.supplies {
		for _, o := range s.Options {
			switch o.Name {
			case "-r", "--requirement", "-c", "--constraint":
			default:
				continue
			}
			v, ok := s.Step.ShellValue(o.Value, s.Cmd.Exports)
			if !strings.HasPrefix(v, "/") {
				v = path.Join(s.Step.Workdir, s.Cmd.Dir, v)
			}
			if rel := p.ContextFile(s.Step, v); ok && rel != "" && !slices.Contains(out, rel) {
				out = append(out, rel)
			}
		}
	}
	return out
}

// namesOthers says why a requirements file is not enough: it names other files.
func (p *split) namesOthers(rel string) string {
	text, ok := p.Project.ReadContext(rel)
	if !ok {
		return rel + " cannot be read"
	}
	n := 0
	for line := range strings.Lines(text) {
		n++
		word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		option, _, _ := strings.Cut(word, "=")
		if strings.HasPrefix(word, ".") || strings.HasPrefix(word, "/") || strings.Contains(line, "file:") || strings.HasPrefix(word, "-") && !indexOption[option] {
			return rel + " line " + itoa(n) + " names other files (`" + short(strings.TrimSpace(line)) + "`), which the install needs beside it"
		}
	}
	return ""
}

// indexOption are options in requirements files that name no file (pip's
// "Requirements File Format").
var indexOption = set("--hash -i --index-url --extra-index-url --no-index --trusted-host --prefer-binary --require-hashes --pre --no-binary --only-binary --use-feature")
