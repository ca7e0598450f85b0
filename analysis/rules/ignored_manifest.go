package rules

import (
	"fmt"
	"path"
	"strings"

	"restage/analysis"
)

// ignoredManifest finds copies of files that do not get into the build.
var ignoredManifest = &analysis.Rule{
	Name:     "ignored-manifest",
	Title:    "A copied file is not in the build context",
	Severity: analysis.Error,
	Family:   analysis.Breaks,
	Why: "The builder sees only what .dockerignore lets in, and of several lines that match a file the last one decides. `COPY` of a file " +
		"that is kept out, or that is not there at all, stops the build with \"not found\", even though the file lies beside the Dockerfile. With a " +
		"wildcard (`COPY poetry.lock* ./`) the build goes on without it: the install then resolves all versions anew, and no two builds are alike." + `

restage names the line of the ignore file that keeps the file out; the mend is there: remove the line, or let the file in by a later one (` + "`!poetry.lock`" + `).
Of files that are not there, only manifests are reported (pyproject.toml, lock files, requirements, readmes), and only where the Dockerfile's other
sources show which folder is the context: other files may be made before the build. Where one name in the folder is near, the fix writes it.

Sources: [.dockerignore](https://docs.docker.com/build/concepts/context/#dockerignore-files),
[COPY](https://docs.docker.com/reference/dockerfile/#copy).`,
	Run: func(p *analysis.Pass) {
		if !p.Python() || p.Project.Context == "" {
			return
		}
		for _, st := range p.Stages {
			if !p.InFinalImage(st) && !(p.Final() != nil && p.Feeds(st, p.Final())) {
				continue // nothing builds it
			}
			for _, s := range st.Steps {
				if c := p.CopyAt(s); c != nil && c.FromContext() {
					for _, src := range c.Sources {
						reportAbsent(p, src)
					}
				}
			}
		}
	},
}

// reportAbsent reports a source that the build does not see.
func reportAbsent(p *analysis.Pass, src analysis.CopySource) {
	if !src.Known || src.URL || src.Path == "." {
		return
	}
	if src.Glob {
		lock := path.Join(p.Project.Dir, "poetry.lock")
		if ok, _ := path.Match(src.Path, lock); ok && p.Project.Lock != nil && p.Project.Exists(lock) && !p.Project.InContext(lock) && len(p.Installs) > 0 {
			f := keptOut(p, src, lock)
			f.Severity = analysis.Warning
			f.Message += ", and the wildcard lets the build go on without it: the versions are resolved anew"
			p.Report(f)
		}
		return
	}
	switch {
	case p.Project.InContext(src.Path):
	case p.Project.Exists(src.Path):
		f := keptOut(p, src, src.Path)
		f.Message += ": the build stops here"
		p.Report(f)
	case contextSeen(p, src) && !madeBefore(p, src.Path):
		reportMissing(p, src)
	}
}

// reportMissing reports a manifest that is not there, or a name that is nearly
// one's.
func reportMissing(p *analysis.Pass, src analysis.CopySource) {
	near := nearFile(p, src.Path)
	if near == "" && (!manifestName(src.Path) || strings.HasPrefix(path.Base(src.Path), "requirements")) {
		return // an export may write the requirements before the build
	}
	where, only := "the build context", ""
	if p.Project.Context != "." {
		where += " (" + p.Project.Context + ")"
	}
	if near != "" {
		only = " (only " + near + ")"
	}
	p.Report(analysis.Finding{Span: src.Word.Span, Subject: &analysis.AbsentSource{Source: src, Near: near},
		Message: where + " has no " + src.Path + only + ": the build stops here"})
}

// keptOut is the finding of a file that the ignore file keeps out.
func keptOut(p *analysis.Pass, src analysis.CopySource, file string) analysis.Finding {
	ignore := p.Project.Ignore
	absent := &analysis.AbsentSource{Source: src, Ignore: ignore.Path(), Line: ignore.Line(file)}
	by := absent.Ignore
	if absent.Line >= 0 {
		by = fmt.Sprintf("line %d of %s", absent.Line+1, absent.Ignore)
	}
	return analysis.Finding{Span: src.Word.Span, Subject: absent, Message: by + " keeps " + file + " out of the build",
		Cause: &analysis.Related{Path: absent.Ignore, Line: max(0, absent.Line), Message: "this keeps " + file + " out, which the Dockerfile copies"}}
}

// manifestName says whether a file says what to install, or is a readme.
func manifestName(file string) bool {
	base := path.Base(file)
	switch base {
	case "readme.md", "Readme.md", "pyproject.toml", "poetry.lock", "uv.lock", "pdm.lock", "Pipfile", "Pipfile.lock", "setup.py", "setup.cfg", "README.md", "README.rst":
		return true
	}
	return strings.HasPrefix(base, "requirements") && strings.HasSuffix(base, ".txt")
}

// contextSeen says whether the Dockerfile's other sources show that the context
// is the right folder: there are some, and they are all there.
func contextSeen(p *analysis.Pass, but analysis.CopySource) bool {
	there := 0
	for _, st := range p.Stages {
		for _, s := range st.Steps {
			c := p.CopyAt(s)
			if c == nil || !c.FromContext() {
				continue
			}
			for _, src := range c.Sources {
				if !src.Known || src.URL || src.Glob || src.Path == "." || src.Path == but.Path {
					continue
				}
				if !p.Project.Exists(src.Path) {
					return false
				}
				there++
			}
		}
	}
	return there > 0
}

// madeBefore says whether a file may be made before the build: git is told to
// leave it alone.
func madeBefore(p *analysis.Pass, file string) bool {
	for dir := path.Dir(file); ; dir = path.Dir(dir) {
		text, _ := p.Project.ReadContext(path.Join(dir, ".gitignore"))
		if strings.Contains(text, path.Base(file)) || strings.Contains(text, "*"+path.Ext(file)) {
			return true
		}
		if dir == "." || dir == "/" {
			return false
		}
	}
}

// nearFile is the one manifest in the same folder whose name is near.
func nearFile(p *analysis.Pass, file string) string {
	dir, base := path.Dir(file), path.Base(file)
	var names []string
	for _, f := range p.Project.Glob(path.Join(dir, "*")) {
		name := path.Base(f)
		if !p.Project.IsDir(f) && manifestName(f) && path.Ext(f) != ".lock" && strings.EqualFold(path.Ext(f), path.Ext(base)) &&
			len(name) > 4 && len(base) > 4 && strings.EqualFold(name[:4], base[:4]) {
			names = append(names, name)
		}
	}
	near := analysis.Nearest(base, names)
	if near == "" || max(len(near)-len(base), len(base)-len(near)) > 2 {
		return ""
	}
	return path.Join(dir, near)
}
