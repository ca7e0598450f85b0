package server

import (
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"
)

// disk is a folder of the real file system that nothing leads out of: no "..",
// no symbolic link. It holds nothing open, so folders can come and go.
type disk struct{ dir string }

func (d disk) Open(name string) (fs.File, error) {
	return within(d, func(fsys fs.FS) (fs.File, error) { return fsys.Open(name) })
}

// Stat implements fs.StatFS.
func (d disk) Stat(name string) (fs.FileInfo, error) {
	return within(d, func(fsys fs.FS) (fs.FileInfo, error) { return fs.Stat(fsys, name) })
}

// Lstat implements fs.ReadLinkFS.
func (d disk) Lstat(name string) (fs.FileInfo, error) {
	return within(d, func(fsys fs.FS) (fs.FileInfo, error) { return fs.Lstat(fsys, name) })
}

// ReadLink implements fs.ReadLinkFS.
func (d disk) ReadLink(name string) (string, error) {
	return within(d, func(fsys fs.FS) (string, error) { return fs.ReadLink(fsys, name) })
}

// ReadDir implements fs.ReadDirFS.
func (d disk) ReadDir(name string) ([]fs.DirEntry, error) {
	return within(d, func(fsys fs.FS) ([]fs.DirEntry, error) { return fs.ReadDir(fsys, name) })
}

// ReadFile implements fs.ReadFileFS.
func (d disk) ReadFile(name string) ([]byte, error) {
	return within(d, func(fsys fs.FS) ([]byte, error) { return fs.ReadFile(fsys, name) })
}

func within[T any](d disk, f func(fs.FS) (T, error)) (T, error) {
	root, err := os.OpenRoot(d.dir)
	if err != nil {
		var none T
		return none, err
	}
	defer root.Close()
	return f(root.FS())
}

// overlay is a folder in which the editor's buffers stand in for the disk.
type overlay struct {
	disk
	texts map[string]string // by slash path
}

// overlay gives the file system of one root as the editor shows it.
func (s *snapshot) overlay(root string) fs.FS {
	o := overlay{disk{root}, map[string]string{}}
	for _, f := range s.files {
		if name, ok := inside(root, f.path); ok && f.path != "" {
			o.texts[name] = f.text
		}
	}
	return o
}

// Open implements fs.FS.
func (o overlay) Open(name string) (fs.File, error) {
	if text, ok := o.texts[name]; ok {
		return &bufferFile{buffer{path.Base(name), text}, strings.NewReader(text)}, nil
	}
	f, err := o.disk.Open(name)
	if err != nil {
		return nil, err
	}
	for file := range o.texts {
		if path.Dir(file) == name {
			entries, err := o.ReadDir(name)
			if err != nil {
				f.Close()
				return nil, err
			}
			return &folderFile{File: f, left: entries}, nil
		}
	}
	return f, nil
}

// Stat implements fs.StatFS.
func (o overlay) Stat(name string) (fs.FileInfo, error) {
	if text, ok := o.texts[name]; ok {
		return buffer{path.Base(name), text}, nil
	}
	return o.disk.Stat(name)
}

// Lstat implements fs.ReadLinkFS.
func (o overlay) Lstat(name string) (fs.FileInfo, error) {
	if _, ok := o.texts[name]; ok {
		return o.Stat(name)
	}
	return o.disk.Lstat(name)
}

// ReadFile implements fs.ReadFileFS.
func (o overlay) ReadFile(name string) ([]byte, error) {
	if text, ok := o.texts[name]; ok {
		return []byte(text), nil
	}
	return o.disk.ReadFile(name)
}

// ReadDir implements fs.ReadDirFS. A buffer that was never saved is a file of
// its folder all the same.
func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := o.disk.ReadDir(name)
	for file, text := range o.texts {
		if path.Dir(file) != name {
			continue
		}
		base := path.Base(file)
		entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return e.Name() == base })
		entries, err = append(entries, buffer{base, text}), nil
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, err
}

// buffer describes an editor's buffer as a file.
type buffer struct{ name, text string }

func (b buffer) Name() string               { return b.name }
func (b buffer) Size() int64                { return int64(len(b.text)) }
func (b buffer) Mode() fs.FileMode          { return 0o644 }
func (b buffer) Type() fs.FileMode          { return 0 }
func (b buffer) ModTime() time.Time         { return time.Time{} }
func (b buffer) IsDir() bool                { return false }
func (b buffer) Sys() any                   { return nil }
func (b buffer) Info() (fs.FileInfo, error) { return b, nil }
func (b buffer) String() string             { return fs.FormatDirEntry(b) }

// bufferFile is a buffer that has been opened.
type bufferFile struct {
	info buffer
	*strings.Reader
}

// Stat implements fs.File.
func (f *bufferFile) Stat() (fs.FileInfo, error) { return f.info, nil }

// Close implements fs.File.
func (f *bufferFile) Close() error { return nil }

// folderFile is an opened folder that has buffers in it.
type folderFile struct {
	fs.File
	left []fs.DirEntry
}

// ReadDir implements fs.ReadDirFile.
func (f *folderFile) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		n = len(f.left)
	} else if len(f.left) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(f.left))
	out := f.left[:n:n]
	f.left = f.left[n:]
	return out, nil
}
