package disk

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// listsAll holds for the file systems of Linux but for folders that were made
// to ignore the case of letters.
const listsAll = true

// beneath is a folder in which the kernel itself resolves paths and keeps them
// inside (openat2 with RESOLVE_BENEATH, Linux 5.6): one system call for a path
// of any depth.
type beneath struct{ dir *os.File }

// open falls back to the standard library where the kernel, or the filter that
// a container runs under, does not know the system call.
func open(name string) (fs.FS, func() error, error) {
	dir, err := os.OpenFile(name, unix.O_PATH|unix.O_DIRECTORY, 0)
	if err != nil {
		return nil, nil, err
	}
	b := &beneath{dir}
	knownOnce.Do(func() {
		_, err := b.Stat(".")
		known = !errors.Is(err, unix.ENOSYS) && !errors.Is(err, unix.EPERM)
	})
	if !known {
		dir.Close()
		return openRoot(name)
	}
	return b, func() error { return dir.Close() }, nil
}

// known says whether the system call is, which the first folder tells.
var (
	knownOnce sync.Once
	known     bool
)

// maxRetries bounds how often a call is made again: RESOLVE_BENEATH gives up
// with EAGAIN while something is renamed (openat2(2)).
const maxRetries = 100

// open opens a slash path below the folder.
func (b *beneath) open(op, name string, flags uint64) (*os.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	how := unix.OpenHow{Flags: flags | unix.O_CLOEXEC, Resolve: unix.RESOLVE_BENEATH}
	var fd int
	var err error
	for range maxRetries {
		fd, err = unix.Openat2(int(b.dir.Fd()), name, &how)
		if err != unix.EINTR && err != unix.EAGAIN {
			break
		}
	}
	if err != nil {
		return nil, &fs.PathError{Op: op, Path: name, Err: outside(err)}
	}
	return os.NewFile(uintptr(fd), path.Join(b.dir.Name(), name)), nil
}

// errOutside is what a path leading out of the folder gives.
var errOutside = errors.New("path leads out of the workspace")

func outside(err error) error {
	if err == unix.EXDEV {
		return errOutside
	}
	return err
}

// Open implements [fs.FS].
func (b *beneath) Open(name string) (fs.File, error) { return b.open("open", name, unix.O_RDONLY) }

// Stat implements [fs.StatFS].
func (b *beneath) Stat(name string) (fs.FileInfo, error) {
	f, err := b.open("stat", name, unix.O_PATH)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Stat()
}

// ReadDir implements [fs.ReadDirFS].
func (b *beneath) ReadDir(name string) ([]fs.DirEntry, error) {
	f, err := b.open("open", name, unix.O_RDONLY|unix.O_DIRECTORY)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	entries, err := f.ReadDir(-1)
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, err
}
