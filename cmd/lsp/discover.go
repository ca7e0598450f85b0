package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"restage/analysis/project"
)

// stdinName is the PATH that means standard input, and the name its findings carry.
const stdinName = "-"

// input is one Dockerfile to work on.
type input struct {
	name  string // as the user gave it, or as it was found below a folder the user gave
	file  string // absolute path; for standard input, the name a file there would have
	piped bool   // the text comes from standard input
	// found says that a search found it: the user has not named it.
	found bool
	// service is the one of a compose file whose inline Dockerfile is meant.
	service string
}

// stdin says that the text comes from standard input.
func (in input) stdin() bool { return in.piped }

// discover turns the PATH arguments into files, in the order given and sorted
// within a folder; a file that is reached twice is taken once. What could not
// be read is reported to problem and left out. stdinFile names the text of
// standard input; it may be empty.
func discover(paths []string, stdinFile string, problem func(error)) []input {
	if len(paths) == 0 {
		paths = []string{"."}
		if stdinFile != "" {
			paths = []string{stdinName}
		}
	}
	d := &discovery{seen: map[string]bool{}, problem: problem, stdinFile: stdinFile}
	for _, p := range paths {
		d.path(p)
	}
	return d.found
}

type discovery struct {
	found   []input
	seen    map[string]bool // real paths
	problem func(error)
	// stdinFile is where the text of standard input would lie.
	stdinFile string
	// searching says that what is added has not been named by the user.
	searching bool
}

func (d *discovery) path(p string) {
	if p == stdinName {
		// The name decides where the project is looked for, and what findings
		// are called by.
		name, file := stdinName, "Dockerfile"
		if d.stdinFile != "" {
			name, file = d.stdinFile, d.stdinFile
		}
		file, err := filepath.Abs(file)
		if err != nil {
			d.problem(cannot("find the current folder", "", err))
			return
		}
		if !d.seen[stdinName] {
			d.seen[stdinName] = true
			d.found = append(d.found, input{name: name, file: file, piped: true})
		}
		return
	}
	info, err := os.Stat(p)
	switch {
	case err != nil:
		d.problem(cannot("read", p, err))
	case info.IsDir():
		before := len(d.found)
		d.searching = true
		defer func() { d.searching = false }()
		abs, err := filepath.Abs(p)
		if err != nil {
			d.problem(cannot("find", p, err))
			return
		}
		complete, links := d.folder(p, abs, ignoredAbove(abs), nil)
		// Links come last, so that a file goes by its own name where both are found.
		for _, l := range links {
			d.link(p, l)
		}
		found := d.found[before:]
		slices.SortFunc(found, func(a, b input) int { return strings.Compare(a.name, b.name) })
		if len(found) == 0 && complete {
			fmt.Fprintf(os.Stderr, "restage: no Dockerfile in %s\n", p)
		}
	default:
		d.add(p)
	}
}

// folder searches one folder and those below it, what .gitignore names left
// out. It follows no links to folders, so that loops of links end nowhere and
// nothing outside is entered.
func (d *discovery) folder(dir, abs string, ignore *ignored, links []string) (complete bool, _ []string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		d.problem(cannot("read", dir, err))
		return false, links
	}
	complete = true
	ignore = ignore.in(abs)
	for _, e := range entries {
		name, at := filepath.Join(dir, e.Name()), filepath.Join(abs, e.Name())
		switch {
		case e.IsDir():
			if skipFolder(e.Name()) || ignore.ignores(at, true) {
				continue
			}
			var ok bool
			ok, links = d.folder(name, at, ignore, links)
			complete = complete && ok
		case !isDockerfile(e.Name()) && !project.IsCompose(e.Name()) || ignore.ignores(at, false):
		case e.Type()&fs.ModeSymlink != 0:
			links = append(links, name)
		case e.Type().IsRegular():
			d.add(name)
		}
	}
	return complete, links
}

// link takes a symbolic link that a search in dir found: only to a regular
// file of the same workspace, since nothing outside of it is read unasked.
func (d *discovery) link(dir, name string) {
	real, err := filepath.EvalSymlinks(name)
	if err != nil {
		return // it leads nowhere, or in a circle
	}
	real, err = filepath.Abs(real)
	if err != nil {
		return
	}
	info, err := os.Stat(real)
	if err != nil || !info.Mode().IsRegular() {
		return
	}
	top, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return
	}
	if top, err = filepath.Abs(top); err != nil || !within(workspaceRoot(filepath.Join(top, "Dockerfile")), real) {
		return
	}
	d.add(name)
}

func (d *discovery) add(name string) {
	abs, err := filepath.Abs(name)
	if err != nil {
		d.problem(cannot("read", name, err))
		return
	}
	real, err := filepath.EvalSymlinks(abs)
	if err != nil {
		real = abs // a pipe such as /dev/fd/63 has no path of its own
	}
	if d.seen[real] {
		return
	}
	d.seen[real] = true
	in := input{name: name, file: abs, found: d.searching}
	if project.IsCompose(name) {
		d.found = append(d.found, inlineInputs(in)...)
		return
	}
	d.found = append(d.found, in)
}

// skipFolder says which folders no search enters: what lies there belongs to others.
func skipFolder(name string) bool {
	return name == ".git" || name == "node_modules" || name == ".venv"
}

// isDockerfile says whether a search takes a file of this name, in any case:
// Dockerfile, Dockerfile.prod, prod.Dockerfile, and the same with Containerfile.
func isDockerfile(base string) bool {
	base = strings.ToLower(base)
	if strings.HasSuffix(base, ".dockerignore") {
		return false // "Dockerfile.dockerignore" is the ignore file of one Dockerfile
	}
	for _, word := range []string{"dockerfile", "containerfile"} {
		if base == word || strings.HasPrefix(base, word+".") || strings.HasSuffix(base, "."+word) {
			return true
		}
	}
	return false
}

// workspaceRoot is the folder that everything about an absolute file is read
// from: the nearest folder above it with .git, else the current folder if the
// file is below it, else the file's own folder.
func workspaceRoot(file string) string {
	for dir := filepath.Dir(file); ; {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			break
		}
		dir = up
	}
	if cwd, err := os.Getwd(); err == nil && within(cwd, file) {
		return cwd
	}
	return filepath.Dir(file)
}

// within says whether an absolute path lies in a folder.
func within(dir, file string) bool {
	rel, err := filepath.Rel(dir, file)
	return err == nil && filepath.IsLocal(rel)
}

// cannot words a failure with its cause alone: the system call and the path
// that the error repeats say nothing to a user.
func cannot(do, name string, err error) error {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		err = pathErr.Err
	}
	if name == "" {
		return fmt.Errorf("cannot %s: %w", do, err)
	}
	return fmt.Errorf("cannot %s %s: %w", do, printable(name), err)
}
