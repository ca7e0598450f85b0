// Package disk reads a folder of the real file system, out of which nothing
// leads: no "..", no absolute path and no symbolic link.
package disk

import (
	"io/fs"
	"os"
	"sync"
)

// Folder is one open folder as an [fs.FS] with slash paths. It is safe for
// concurrent use, and is to be closed.
type Folder struct {
	name string
	fsys fs.FS
	shut func() error
	once sync.Once
}

// Open opens a folder, given by its path in the operating system's form. The
// error is that of the operating system when the folder cannot be opened.
func Open(name string) (*Folder, error) {
	fsys, shut, err := open(name)
	if err != nil {
		return nil, err
	}
	return &Folder{name: name, fsys: fsys, shut: shut}, nil
}

// openRoot opens a folder as the standard library does, with a system call for
// every part of a path and for every entry of a listing.
func openRoot(name string) (fs.FS, func() error, error) {
	root, err := os.OpenRoot(name)
	if err != nil {
		return nil, nil, err
	}
	return root.FS(), root.Close, nil
}

// Name is the path that the folder was opened by.
func (f *Folder) Name() string { return f.name }

// Close closes the folder; what was opened in it stays open.
func (f *Folder) Close() error {
	var err error
	f.once.Do(func() { err = f.shut() })
	return err
}

// Open implements [fs.FS].
func (f *Folder) Open(name string) (fs.File, error) { return f.fsys.Open(name) }

// Stat implements [fs.StatFS]; links are followed as long as they stay inside.
func (f *Folder) Stat(name string) (fs.FileInfo, error) { return fs.Stat(f.fsys, name) }

// ReadDir implements [fs.ReadDirFS]. Info of an entry looks at its path again.
func (f *Folder) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(f.fsys, name) }

// ListsAll says that whatever can be opened is listed in its folder, by the
// name it is opened with: a name that is not listed need not be looked for.
// That does not hold where the file system takes "Readme" for "README".
func (f *Folder) ListsAll() bool { return listsAll }
