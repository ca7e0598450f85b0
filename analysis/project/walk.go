package project

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// maxFiles bounds the list that Files gives and maxVisited the names looked
// at for it.
const (
	maxFiles   = 20000
	maxVisited = 100000
)

// fileList is the lazily made list of the context's files.
type fileList struct {
	once     sync.Once
	names    []string
	complete bool
	whole    atomic.Bool // whether names are there, and complete
}

// fill sets the list, if nothing has yet.
func (l *fileList) fill(list func() (names []string, complete bool)) {
	l.once.Do(func() {
		l.names, l.complete = list()
		l.whole.Store(l.complete)
	})
}

// below are the names at or below a folder; all for ".".
func (l *fileList) below(folder string) []string {
	if folder == "." {
		return l.names
	}
	start, file := slices.BinarySearch(l.names, folder)
	if file {
		return l.names[start : start+1]
	}
	start, _ = slices.BinarySearch(l.names, folder+"/")
	end, _ := slices.BinarySearch(l.names, folder+"0") // what comes behind the slash
	return l.names[start:end]
}

// Files are all files of the context that .dockerignore does not keep out,
// relative to it and sorted. What lies in .git, node_modules, .venv and
// __pycache__ is left out, and symbolic links are not followed. complete is
// false when the list was cut or a folder could not be read. It walks the
// context on the first call.
func (p *Project) Files() (names []string, complete bool) {
	if _, ok := p.at("."); !ok {
		return nil, false
	}
	p.files.fill(func() (names []string, complete bool) {
		complete = p.walkIn(".", func(name string) bool {
			names = append(names, name)
			return true
		})
		return names, complete
	})
	return p.files.names, p.files.complete
}

// FilesIn visits those of Files that lie at or below a path relative to the
// context, in their order, until visit returns false. No more is read of the
// disk than that takes. complete is false when not all of them could be visited
// that visit did not refuse.
func (p *Project) FilesIn(rel string, visit func(name string) bool) (complete bool) {
	if _, ok := p.at("."); !ok {
		return false
	}
	if outer := path.Clean(rel); outer == ".." || strings.HasPrefix(outer, "../") {
		return true // nothing of it is in the context
	}
	rel = relative(rel)
	if p.files.whole.Load() {
		for _, name := range p.files.below(rel) {
			if !visit(name) {
				break
			}
		}
		return true
	}
	if rel != "." {
		return p.walkIn(rel, visit)
	}
	var names []string
	refused := false
	complete = p.walkIn(".", func(name string) bool {
		names = append(names, name)
		refused = !visit(name)
		return !refused
	})
	if !refused {
		p.files.fill(func() ([]string, bool) { return names, complete })
	}
	return complete
}

// walkIn is FilesIn, from the disk.
func (p *Project) walkIn(rel string, visit func(name string) bool) (complete bool) {
	dir, ok := p.at(rel)
	if !ok {
		return false
	}
	w := walk{p: p, visit: visit, left: maxVisited, files: maxFiles, complete: true}
	above, depth := ignoreState{}, 0
	if rel != "." {
		at := "."
		for part := range strings.SplitSeq(rel, "/") {
			e, found, err := p.reader.store.entry(path.Join(p.Context, at), part)
			if !found {
				return err == nil
			}
			at = path.Join(at, part)
			ignored, state := p.Ignore.below(at, above)
			switch {
			case w.enters(e, depth, ignored):
				above, depth = state, depth+1
				continue
			case !e.folder && !ignored && at == rel:
				visit(rel)
			}
			return true
		}
	}
	w.folder(dir, rel, depth, above)
	return w.complete
}

// walk visits the files of a context.
type walk struct {
	p           *Project
	visit       func(name string) bool
	left, files int // how many names are still looked at, and files visited
	complete    bool
	refused     bool
}

// maxDepth bounds how deep folders are entered.
const maxDepth = 60

func (w *walk) folder(dir, rel string, depth int, above ignoreState) {
	entries, err := w.p.reader.store.list(dir)
	if err != nil || depth > maxDepth {
		w.complete = false
	}
	for _, e := range inOrder(entries) {
		if w.refused {
			return
		}
		if w.left--; w.left < 0 || w.files <= 0 {
			w.complete = false
			return
		}
		name := path.Join(rel, e.name)
		ignored, state := w.p.Ignore.below(name, above)
		switch {
		case w.enters(e, depth, ignored):
			w.folder(path.Join(dir, e.name), name, depth+1, state)
		case !e.folder && !ignored:
			w.files--
			w.refused = !w.visit(name)
		}
	}
}

// inOrder sorts what is in a folder so that whole paths are sorted: "a.py" comes
// before what is in the folder "a".
func inOrder(entries []entry) []entry {
	compare := func(a, b entry) int {
		if !a.folder && !b.folder {
			return strings.Compare(a.name, b.name)
		}
		n := min(len(a.name), len(b.name))
		if c := strings.Compare(a.name[:n], b.name[:n]); c != 0 {
			return c
		}
		return cmp.Compare(a.next(n), b.next(n))
	}
	if slices.IsSortedFunc(entries, compare) {
		return entries
	}
	return slices.SortedFunc(slices.Values(entries), compare)
}

// next is the byte of the entry's path at an index of its name: a slash behind
// the name of a folder, -1 behind that of a file.
func (e entry) next(i int) int {
	switch {
	case i < len(e.name):
		return int(e.name[i])
	case e.folder:
		return '/'
	}
	return -1
}

// enters says whether an entry is a folder that is looked into.
func (w *walk) enters(e entry, depth int, ignored bool) bool {
	return e.folder && !isHeavy(e.name) && depth <= maxDepth && (!ignored || w.p.Ignore.reincludes())
}
