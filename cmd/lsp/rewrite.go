package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// rewrite replaces a file by a new text in one step: whoever reads it sees the
// old text or the new one, and a failure on the way leaves the old one. A link
// stays a link; the file that it leads to is replaced.
func rewrite(in input, old, new string) (err error) {
	defer func() {
		if err != nil {
			err = cannot("write", in.name, err)
		}
	}()
	target, err := filepath.EvalSymlinks(in.file)
	if err != nil {
		return err
	}
	info, err := os.Stat(target)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errors.New("it is not a regular file")
	}
	// A rename asks the folder for permission, not the file: a file that is
	// read-only is to stay as it is.
	f, err := os.OpenFile(target, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	f.Close()
	now, err := os.ReadFile(target)
	if err != nil {
		return err
	}
	if string(now) != old {
		return errors.New("it was changed by another program in the meantime")
	}
	temp, err := os.CreateTemp(filepath.Dir(target), ".restage-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			temp.Close()
			os.Remove(temp.Name())
		}
	}()
	if _, err = temp.WriteString(new); err != nil {
		return err
	}
	keepOwner(temp, info)
	if err = temp.Chmod(info.Mode()); err != nil {
		return err
	}
	if err = temp.Sync(); err != nil {
		return fmt.Errorf("flush: %w", err)
	}
	if err = temp.Close(); err != nil {
		return err
	}
	return os.Rename(temp.Name(), target)
}
