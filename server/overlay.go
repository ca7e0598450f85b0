package server

import (
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"restage/analysis/disk"
)

// folder is a folder of the real file system by its path. It holds nothing
// open, so folders can come and go.
type folder string

func (f folder) Open(name string) (fs.File, error) {
	return within(f, func(d *disk.Folder) (fs.File, error) { return d.Open(name) })
}

// Stat implements fs.StatFS.
func (f folder) Stat(name string) (fs.FileInfo, error) {
	return within(f, func(d *disk.Folder) (fs.FileInfo, error) { return d.Stat(name) })
}

// ReadDir implements fs.ReadDirFS.
func (f folder) ReadDir(name string) ([]fs.DirEntry, error) {
	return within(f, func(d *disk.Folder) ([]fs.DirEntry, error) { return d.ReadDir(name) })
}

func within[T any](f folder, do func(*disk.Folder) (T, error)) (T, error) {
	d, err := disk.Open(string(f))
	if err != nil {
		var none T
		return none, err
	}
	defer d.Close()
	return do(d)
}

// overlay is a folder in which the editor's buffers stand in for the disk.
type overlay struct {
	folder
	texts map[string]string // by slash path
}

// overlay gives the file system of one root as the editor shows it.
func (s *snapshot) overlay(root string) fs.FS {
	o := overlay{folder(root), map[string]string{}}
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
	f, err := o.folder.Open(name)
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
	return o.folder.Stat(name)
}

// ReadDir implements fs.ReadDirFS. A buffer that was never saved is a file of
// its folder all the same.
func (o overlay) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := o.folder.ReadDir(name)
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
