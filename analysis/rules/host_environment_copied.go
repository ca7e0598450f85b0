package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"restage/analysis"
)

// hostEnvironmentCopied finds copies that bring folders of the machine that
// builds along.
var hostEnvironmentCopied = &analysis.Rule{
	Name:     "host-environment-copied",
	Title:    "Folders of the machine that builds are copied into the image",
	Severity: analysis.Warning,
	Family:   analysis.Costs,
	Why: "`COPY . .`" + ` copies everything that .dockerignore does not name, also what git leaves out. A ` + "`.venv`" + ` of the machine that builds has
another interpreter's path in it and packages for another system: copied over the image's own, the program no longer starts, or starts
with other packages. ` + "`.git`" + ` is the project's whole history, with everything that was ever in it, and changes with every commit, so that the
layer is built again though no file of the program has changed. ` + "`node_modules`" + ` and ` + "`__pycache__`" + ` make the image bigger and its
cache miss; bytecode alone is reported only where .dockerignore means to stop it.

Builds from a fresh checkout have none of this; builds on a developer's machine do, and fail there. ` + "`.venv`" + ` is reported where it lies in the
build context, and where the project's tool makes it there: by poetry.toml, and always with uv and PDM. A pattern without ` + "`**/`" + ` in .dockerignore
holds for the top of the build context only, other than in .gitignore: ` + "`__pycache__`" + ` does not stop ` + "`shop/__pycache__`" + `.

The fix writes what is missing into .dockerignore, or into the ` + "`<Dockerfile>.dockerignore`" + ` that goes before it where there is one, below the lines that are
there, and makes the file where there is none. It is made only where it is asked for (` + "`restage fix --only host-environment-copied`" + `, with ` + "`--all`" + ` for more
than environments and bytecode). It is refused where a Dockerfile of the context names one of the folders. Nothing is said of a ` + "`.git`" + ` that the
build reads the version from.

Sources: <https://docs.docker.com/build/concepts/context/#dockerignore-files>, <https://docs.astral.sh/uv/guides/integration/docker/#installing-a-project>.`,
	Run: func(p *analysis.Pass) {
		var worst *analysis.HostCopy
		for _, h := range p.HostCopies() {
			if worst == nil || worst.Over == nil && h.Over != nil {
				worst = h
			}
		}
		if worst == nil {
			return
		}
		f := analysis.Finding{Span: worst.Step.Span, Subject: worst, Severity: hostSeverity(worst)}
		them := "them"
		if len(worst.Folders) == 1 {
			them = "it"
		}
		file := "there is no .dockerignore to stop " + them
		if at := p.Project.Ignore.Path(); at != "" {
			file = path.Base(at) + " does not stop " + them
			f.Cause = &analysis.Related{Path: at, Message: "this file lets " + folderNames(worst.Folders) + " into the image"}
		}
		copies := "copies"
		if slices.ContainsFunc(worst.Folders, func(f analysis.HostFolder) bool { return !f.There }) {
			copies = "would copy"
		}
		f.Message = fmt.Sprintf("this %s %s of the machine that builds, since %s: %s", copies, folderNames(worst.Folders), file, hostCost(p, worst))
		if worst.Over != nil {
			f.Related = []analysis.Related{{Span: worst.Over.Span, Message: "the image's own environment is made here"}}
		}
		p.Report(f)
	},
}

// hostSeverity goes by the worst of the folders.
func hostSeverity(h *analysis.HostCopy) analysis.Severity {
	if h.Over != nil {
		return analysis.Error
	}
	level := analysis.Hint
	for _, f := range h.Folders {
		switch f.Kind {
		case analysis.HostVenv:
			return analysis.Warning
		case analysis.HostGit:
			level = analysis.Info
		}
	}
	return level
}

// folderNames lists folders for a sentence.
func folderNames(list []analysis.HostFolder) string {
	var names []string
	for _, f := range list {
		name := f.Path
		if f.Kind == analysis.HostBytecode {
			name = "__pycache__"
		}
		if f.Why != "" && f.Kind == analysis.HostVenv {
			name += " (" + f.Why + ")"
		}
		names = append(names, name)
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return names[0]
}

// hostCost is what the worst of the folders does.
func hostCost(p *analysis.Pass, h *analysis.HostCopy) string {
	if h.Over != nil {
		return fmt.Sprintf("a local environment overwrites the image's own of line %d, with another interpreter and other packages", p.LineOf(h.Over.Span.Start))
	}
	switch h.Folders[0].Kind {
	case analysis.HostVenv:
		return "an environment made for another machine makes the image bigger, and tools may take it for the image's own"
	case analysis.HostGit:
		return "the history gets into the image, and every commit builds this layer again"
	case analysis.HostBytecode:
		return fmt.Sprintf("its line %d holds for the top of the build context only, and not for %s (`**/__pycache__` would)", p.Project.Ignore.Naming("__pycache__")+1, h.Folders[0].Path)
	}
	return "the image gets bigger, and this layer is built again though no file of the program has changed"
}
