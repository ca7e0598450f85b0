package server

import (
	"io/fs"
	"maps"
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
	looked  time.Time // when Python files were looked at last
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
		if !s.client.watch && time.Since(m.looked) > lookAgain {
			m.project.ForgetPrograms()
			m.looked = time.Now()
		}
		return m.project
	}
	finder := s.finders.of(f.root, s.overlay, !s.client.watch)
	m.project, m.cause, m.looked = finder.Find(name, doc), cause, time.Now()
	if !s.client.watch {
		m.stamps = stamps(f.root, m.project.Inputs)
	}
	return m.project
}

// lookAgain is how long what Python files say is taken as true for a client
// that does not tell of changes. There can be thousands, too many to look at with
// every keystroke.
const lookAgain = time.Second

// finders hold what Dockerfiles of one root share. They remember the files
// they have read, so a change of files brings new ones.
type finders struct {
	mu     sync.Mutex
	byRoot map[string]*project.Finder
	known  map[string]*project.Known // by root, from one finder to the next
}

func newFinders() *finders {
	return &finders{byRoot: map[string]*project.Finder{}, known: map[string]*project.Known{}}
}

// again gives the finders for files that have changed.
func (f *finders) again() *finders {
	f.mu.Lock()
	defer f.mu.Unlock()
	return &finders{byRoot: map[string]*project.Finder{}, known: maps.Clone(f.known)}
}

// of gives the finder of a root, or a new one that sees the files as they are now.
func (f *finders) of(root string, open func(string) fs.FS, anew bool) *project.Finder {
	f.mu.Lock()
	defer f.mu.Unlock()
	finder := f.byRoot[root]
	if finder == nil || anew {
		if f.known[root] == nil {
			f.known[root] = project.NewKnown()
		}
		finder = f.known[root].Finder(open(root))
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
