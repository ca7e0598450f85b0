package server

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"restage/analysis/project"
	"restage/analysis/source"
)

// projectMemo remembers the project of one document. Typing in a RUN does not
// change what is built, so the next version takes it over; the project is
// looked for again when one of the instructions it depends on changes.
type projectMemo struct {
	mu      sync.Mutex
	cause   string
	project *project.Project
	stamps  map[string]stamp
}

// stamp tells whether a file on the disk is still the same.
type stamp struct {
	size int64
	time time.Time
}

// project finds what a Dockerfile builds; nil for a document without a path.
func (s *snapshot) project(f *file, doc *source.Document) *project.Project {
	if f.path == "" || f.root == "" {
		return nil
	}
	name, ok := inside(f.root, f.path)
	if !ok {
		return nil
	}
	cause := projectCause(doc)
	m := f.memo
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.project != nil && m.cause == cause && (s.client.watch || m.unchanged(f.root)) {
		return m.project
	}
	if s.client.watch {
		m.project = s.finders.of(f.root, s.overlay).Find(name, doc)
	} else {
		m.project = project.Find(s.overlay(f.root), name, doc)
		m.stamps = stamps(f.root, m.project.Inputs)
	}
	m.cause = cause
	return m.project
}

// finders hold what Dockerfiles of one root share. They remember the files
// they have read, so a change of files brings new ones.
type finders struct {
	mu     sync.Mutex
	byRoot map[string]*project.Finder
}

// of gives the finder of a root.
func (f *finders) of(root string, open func(string) fs.FS) *project.Finder {
	f.mu.Lock()
	defer f.mu.Unlock()
	finder := f.byRoot[root]
	if finder == nil {
		finder = project.NewFinder(open(root))
		if f.byRoot == nil {
			f.byRoot = map[string]*project.Finder{}
		}
		f.byRoot[root] = finder
	}
	return finder
}

// projectCause is the part of a Dockerfile that says what it builds: the
// project is found by what is copied and mounted from the context, after the
// variables in it have been expanded.
func projectCause(doc *source.Document) string {
	var b strings.Builder
	for _, in := range doc.Instructions {
		switch in.Name {
		case "COPY", "ADD", "FROM", "ARG", "ENV":
			b.WriteString(doc.Text[in.Span.Start:in.Span.End])
			b.WriteByte('\n')
		case "RUN":
			for _, flag := range in.Flags {
				b.WriteString(doc.Text[flag.Span.Start:flag.Span.End])
				b.WriteByte('\n')
			}
		}
	}
	return b.String()
}

// unchanged is for clients that cannot watch files: it looks at the disk.
func (m *projectMemo) unchanged(root string) bool {
	for name, was := range m.stamps {
		if stampOf(root, name) != was {
			return false
		}
	}
	return true
}

func stamps(root string, names []string) map[string]stamp {
	all := make(map[string]stamp, len(names))
	for _, name := range names {
		all[name] = stampOf(root, name)
	}
	return all
}

func stampOf(root, name string) stamp {
	info, err := fs.Stat(folder(root), name)
	if err != nil {
		return stamp{size: -1}
	}
	return stamp{info.Size(), info.ModTime()}
}

// rootOf gives the folder that may be read for a document: the innermost
// workspace folder around it, else the nearest folder with a .git, else its
// own folder.
func (s *snapshot) rootOf(path string) string {
	if path == "" {
		return ""
	}
	best := ""
	for _, folder := range s.folders {
		if _, ok := inside(folder, path); ok && len(folder) > len(best) {
			best = folder
		}
	}
	if best != "" {
		return best
	}
	own := filepath.Dir(path)
	for dir := own; ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		if filepath.Dir(dir) == dir {
			return own
		}
	}
}

// inside gives the slash path of a file relative to a folder around it.
func inside(folder, path string) (string, bool) {
	rel, err := filepath.Rel(folder, path)
	if err != nil {
		return "", false
	}
	rel = filepath.ToSlash(rel)
	return rel, rel != "." && fs.ValidPath(rel)
}
