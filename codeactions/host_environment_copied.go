package codeactions

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/lazyregexp"
)

// ignoreHostFolders writes what is missing into the ignore file that is in
// force, below the lines that are there: the last line that matches wins.
func ignoreHostFolders(r *request) Action {
	h := r.finding.Subject.(*analysis.HostCopy)
	file := r.Project.Ignore.Path()
	change := FileChange{Path: file, Created: file == ""}
	if change.Created {
		change.Path = path.Join(r.Project.Context, ".dockerignore")
	} else {
		data, err := fs.ReadFile(r.Project.FS, file)
		if err != nil {
			return refuse("%s cannot be read", file)
		}
		change.Old = string(data)
	}
	for _, p := range r.Project.Problems {
		if strings.HasSuffix(p.Path, ".dockerignore") {
			return refuse("%s has to be mended first: %s", p.Path, p.Message)
		}
	}
	var lines, names []string
	a := Action{}
	for _, f := range h.Folders {
		if why := r.wanted(f); why != "" {
			return refuse("%s", why)
		}
		line := f.Path
		if f.Kind == analysis.HostBytecode {
			line = "**/__pycache__"
		}
		if strings.ContainsAny(line, `\?[!#`) || line != "**/__pycache__" && strings.Contains(line, "*") {
			return refuse("the folder %s has characters that a pattern does not take as they are", f.Path)
		}
		if f.Kind != analysis.HostBytecode && (f.Kind != analysis.HostVenv || h.Over == nil) {
			a.Level = Review
		}
		lines, names = append(lines, line), append(names, f.Path)
	}
	if a.Level == Review {
		a.Note = fmt.Sprintf("The build context has no %s any more: check that no other build with this context needs them.", strings.Join(names, ", "))
	}
	change.New = extended(change.Old, lines)
	a.Files = []FileChange{change}
	return a
}

// extended is a text with lines behind it, in its own line ends and with a last
// one only where it had that.
func extended(text string, lines []string) string {
	newline := "\n"
	if strings.Contains(text, "\r\n") {
		newline = "\r\n"
	}
	added := strings.Join(lines, newline)
	if text != "" && !strings.HasSuffix(text, "\n") {
		return text + newline + added
	}
	return text + added + newline
}

// wanted says why a folder must stay in the build context: an instruction of
// this Dockerfile, or of another one with the same context, names it.
func (r *request) wanted(f analysis.HostFolder) string {
	for _, st := range r.Stages {
		for _, s := range st.Steps {
			if c := r.CopyAt(s); c != nil && c.FromContext() && slices.ContainsFunc(c.Sources, func(src analysis.CopySource) bool { return src.Path != "." && analysis.Below(src.Path, f.Path) }) {
				return fmt.Sprintf("line %d copies %s by name", r.line(s.Span.Start), f.Path)
			}
			for _, fl := range s.Flags {
				m := analysis.ParseMount(fl.Value)
				if fl.Name == "mount" && m["type"] == "bind" && m["from"] == "" && (m["source"] == f.Path || strings.HasPrefix(m["source"], f.Path+"/")) {
					return fmt.Sprintf("line %d mounts %s by name", r.line(s.Span.Start), f.Path)
				}
			}
		}
	}
	return r.wantedByOthers(f)
}

// dockerfileName are the names, in small letters, that Dockerfiles commonly have.
var dockerfileName = lazyregexp.New(`(^|\.)(dockerfile|containerfile)($|[._-])`)

// readsHistory are commands and tools that read the repository.
var readsHistory = lazyregexp.New(`\bgit (describe|rev-parse|log|show|status|diff)\b|setuptools[-_]scm|hatch-vcs|dynamic-versioning|versioneer`)

// wantedByOthers looks into the other Dockerfiles that share the ignore file.
func (r *request) wantedByOthers(f analysis.HostFolder) string {
	if strings.HasSuffix(r.Project.Ignore.Path(), path.Base(r.Project.Dockerfile)+".dockerignore") {
		return "" // it is this Dockerfile's own
	}
	files, complete := r.Project.Files()
	if !complete {
		return "not all files of the build context could be looked at, so that it is not known whether another Dockerfile needs " + f.Path
	}
	name := path.Base(f.Path)
	for _, file := range files {
		if !dockerfileName.MatchString(strings.ToLower(path.Base(file))) || path.Join(r.Project.Context, file) == r.Project.Dockerfile {
			continue
		}
		text, _ := r.Project.ReadContext(file)
		for i, line := range strings.Split(text, "\n") {
			word, _, _ := strings.Cut(strings.TrimSpace(line), " ")
			takes := (strings.EqualFold(word, "COPY") || strings.EqualFold(word, "ADD") || strings.Contains(line, "--mount")) && !strings.Contains(line, "from=")
			if takes && strings.Contains(line, name) || f.Kind == analysis.HostGit && readsHistory.MatchString(line) {
				return fmt.Sprintf("%s line %d may need %s, which the ignore file would keep from that build too", file, i+1, f.Path)
			}
		}
	}
	return ""
}
