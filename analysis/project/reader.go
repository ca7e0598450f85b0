package project

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Sizes beyond which a file is not read: no manifest that people write comes
// near the first, no lock file near the second.
const (
	maxText = 1 << 20
	maxLock = 8 << 20
)

// kind says what lies at a path.
type kind byte

const (
	absent kind = iota
	file
	folder
	other // devices, pipes, sockets: never opened, since reading one can block
)

// entry is one name in a folder.
type entry struct {
	name   string
	folder bool
	typ    fs.FileMode // the type bits; a symbolic link's are its own
}

// lister is a file system that can promise that whatever can be opened is
// listed in its folder by just that name. One listing then answers for all
// names that are looked for in a folder.
type lister interface{ ListsAll() bool }

// store reads the workspace and remembers what Dockerfiles have in common:
// what lies where, listings, and parsed files. It is safe for concurrent use;
// two requests may read the same thing at once, which does no harm.
type store struct {
	fsys     fs.FS
	listsAll bool
	known    *Known

	kinds    memory[kind]
	folders  memory[[]entry]
	parsed   memory[any]
	programs memory[*programText]
}

func newStore(fsys fs.FS, known *Known) *store {
	l, ok := fsys.(lister)
	return &store{fsys: fsys, listsAll: ok && l.ListsAll(), known: known,
		kinds: memory[kind]{most: 20000}, folders: memory[[]entry]{most: 500}, parsed: memory[any]{most: 64}, programs: memory[*programText]{most: maxPrograms}}
}

// kind says what lies at a path, symbolic links followed.
func (s *store) kind(name string) kind {
	if !fs.ValidPath(name) {
		return absent
	}
	k, known := s.kinds.get(name)
	if known {
		return k
	}
	if k, known = s.listed(name); !known {
		k = absent
		if info, err := fs.Stat(s.fsys, name); err == nil {
			k = kindOf(info.Mode().Type())
		}
	}
	s.kinds.put(name, k)
	return k
}

// kindOf tells what has the type bits of a mode.
func kindOf(typ fs.FileMode) kind {
	switch typ {
	case fs.ModeDir:
		return folder
	case 0:
		return file
	}
	return other
}

// listed says what lies at a path as far as listings tell: of a link, and of
// what lies in a folder that cannot be read, they do not.
func (s *store) listed(name string) (k kind, known bool) {
	if !s.listsAll || name == "." {
		return absent, false
	}
	dir := path.Dir(name)
	if dir != "." {
		switch k, known := s.listed(dir); {
		case !known:
			return absent, false
		case k != folder:
			return absent, true
		}
	}
	switch e, found, err := s.entry(dir, path.Base(name)); {
	case err != nil:
		return absent, false
	case !found:
		return absent, true
	case e.typ == fs.ModeSymlink:
		return absent, false
	default:
		return kindOf(e.typ), true
	}
}

// entry finds one name in a folder.
func (s *store) entry(dir, base string) (e entry, found bool, err error) {
	entries, err := s.list(dir)
	i, found := slices.BinarySearchFunc(entries, base, func(e entry, base string) int { return strings.Compare(e.name, base) })
	if found {
		e = entries[i]
	}
	return e, found, err
}

// list gives the names in a folder, sorted; nil if it cannot be read.
func (s *store) list(name string) ([]entry, error) {
	entries, known := s.folders.get(name)
	if known {
		return entries, nil
	}
	if s.kind(name) != folder { // which is remembered
		return nil, fs.ErrNotExist
	}
	read, err := fs.ReadDir(s.fsys, name)
	if err != nil {
		return nil, err // half a listing would hide files that are there
	}
	entries = make([]entry, 0, len(read))
	for _, e := range read {
		entries = append(entries, entry{e.Name(), e.IsDir(), e.Type()})
	}
	s.folders.put(name, entries)
	return entries, nil
}

// errTooLarge is the reason why a file beyond its cap was not read.
type errTooLarge struct{ limit int64 }

func (e errTooLarge) Error() string {
	return fmt.Sprintf("it is larger than %d MB", e.limit>>20)
}

// read gives the text of a regular file of at most limit bytes.
func (s *store) read(name string, limit int64) (string, error) {
	f, info, err := s.open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	return readAll(f, info.Size(), limit)
}

// open opens a regular file; nothing else, since that can block.
func (s *store) open(name string) (fs.File, fs.FileInfo, error) {
	if s.kind(name) != file {
		return nil, nil, fs.ErrNotExist
	}
	f, err := s.fsys.Open(name)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, info, nil
}

// readAll gives the text of a file of at most limit bytes, which is said to
// have size bytes.
func readAll(f fs.File, size, limit int64) (string, error) {
	if size <= 0 || size > limit {
		size = 511
	}
	data := make([]byte, 0, size+1) // one more, to see the end without growing
	for {
		n, err := f.Read(data[len(data):cap(data)])
		data = data[:len(data)+n]
		switch {
		case int64(len(data)) > limit:
			return "", errTooLarge{limit}
		case err == io.EOF:
			return string(data), nil
		case err != nil:
			return "", err
		}
		if len(data) == cap(data) {
			data = slices.Grow(data, len(data))
		}
	}
}

// cached gives what make made of a file the first time.
func cached[T any](s *store, key string, make func() T) T {
	if known, ok := s.parsed.get(key); ok {
		return known.(T)
	}
	made := make()
	s.parsed.put(key, made)
	return made
}

// reader is a store seen by one project: it also notes every path asked for.
type reader struct {
	*store
	mu     sync.Mutex
	asked  map[string]bool
	order  []string
	python atomic.Bool // whether Python files were asked for
}

func newReader(s *store) *reader { return &reader{store: s, asked: map[string]bool{}} }

// maxInputs bounds the noted paths; a watcher watches folders anyhow.
const maxInputs = 5000

func (r *reader) note(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.asked[name] && len(r.order) < maxInputs {
		r.asked[name] = true
		r.order = append(r.order, name)
	}
}

func (r *reader) inputs() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string{}, r.order...)
}

func (r *reader) kind(name string) kind {
	r.note(name)
	return r.store.kind(name)
}

func (r *reader) list(name string) ([]entry, error) {
	r.note(name)
	return r.store.list(name)
}

func (r *reader) read(name string, limit int64) (string, error) {
	r.note(name)
	return r.store.read(name, limit)
}

// isFile says that a regular file lies at the path.
func (r *reader) isFile(name string) bool { return r.kind(name) == file }

// unreadable words the error of a file that is there but could not be read;
// ok is false when the file is simply absent.
func unreadable(name string, err error) (p Problem, ok bool) {
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return Problem{}, false
	}
	reason := err.Error()
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		reason = pathErr.Err.Error()
	}
	return Problem{Path: name, Message: fmt.Sprintf("%s cannot be read: %s", path.Base(name), reason)}, true
}

// inside joins a folder and a path written in a file of it; ok is false when
// that leads out of the workspace.
func inside(dir, rel string) (joined string, ok bool) {
	if strings.HasPrefix(rel, "/") {
		return "", false
	}
	joined = path.Join(dir, rel)
	return joined, fs.ValidPath(joined)
}
