package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/aymanbagabas/go-udiff"

	"restage/codeactions"
)

// fileFix is a change of a file beside the Dockerfile, which several Dockerfiles
// may share.
type fileFix struct {
	codeactions.FileChange
	// name is the file as messages name it, file where it lies.
	name, file string
}

// fileFixes places the changes of other files.
func (o *opened) fileFixes(changes []codeactions.FileChange) []fileFix {
	var out []fileFix
	for _, c := range changes {
		out = append(out, fileFix{c, o.display(c.Path), filepath.Join(o.root.Name(), filepath.FromSlash(c.Path))})
	}
	return out
}

// fileFixer makes the changes of other files of a run, one Dockerfile after the
// other: what several of them want of one file is done once.
type fileFixer struct {
	done map[string]string // the new text by file
}

// take keeps those changes of a Dockerfile that are still to be made, and makes
// them where the flags say so.
func (x *fileFixer) take(f *fixed, flags fixFlags, fail func(error)) {
	var left []fileFix
	for _, c := range f.files {
		done, known := x.done[c.file]
		switch {
		case known && done != c.New:
			f.remarks = append(f.remarks, fmt.Sprintf("%s: %s has been changed for another Dockerfile: run restage again for this one", printable(f.name), printable(c.name)))
			continue
		case known:
			continue
		case flags.stdout || f.stdin():
			f.remarks = append(f.remarks, fmt.Sprintf("%s: %s is left as it is where the rewritten Dockerfile is printed", printable(f.name), printable(c.name)))
			continue
		}
		if flags.write {
			if err := c.write(); err != nil {
				fail(err)
				continue
			}
		}
		x.done[c.file] = c.New
		left = append(left, c)
	}
	f.files = left
}

func (c fileFix) write() error {
	in := input{name: c.name, file: c.file}
	if c.Created {
		return create(in, c.New)
	}
	return rewrite(in, c.Old, c.New)
}

// print prints what the flags ask for.
func (c fileFix) print(out *output, flags fixFlags) {
	switch {
	case flags.write:
	case flags.check:
		fmt.Fprintln(out, printable(c.name))
	default:
		from, to := diffLabels(c.name)
		if c.Created {
			from = "/dev/null" // as git does, so that git apply and patch make the file
		}
		out.diff(udiff.Unified(from, to, c.Old, c.New))
	}
}

// create makes a file in one step: nobody sees a part of it, and one that is
// there already stays.
func create(in input, text string) (err error) {
	defer func() {
		if errors.Is(err, fs.ErrExist) {
			err = errors.New("it was made by another program in the meantime")
		}
		if err != nil {
			err = cannot("write", in.name, err)
		}
	}()
	temp, err := os.CreateTemp(filepath.Dir(in.file), ".restage-*")
	if err != nil {
		return err
	}
	defer os.Remove(temp.Name())
	_, err = temp.WriteString(text)
	err = errors.Join(err, temp.Chmod(0o644), temp.Sync(), temp.Close())
	if err != nil {
		return err
	}
	// A link, other than a rename, never replaces a file.
	if err = os.Link(temp.Name(), in.file); err == nil || errors.Is(err, fs.ErrExist) {
		return err
	}
	f, err := os.OpenFile(in.file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644) // a file system without links
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}
