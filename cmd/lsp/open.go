package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"

	"restage/analysis"
	"restage/analysis/config"
	"restage/analysis/disk"
	"restage/analysis/project"
	"restage/analysis/rules"
	"restage/analysis/source"
)

// opened is one Dockerfile read from disk, and the project it builds.
type opened struct {
	input
	doc  *source.Document
	proj *project.Project
	root *disk.Folder
	// inline is the place of the text in a compose file; nil for a Dockerfile of its own.
	inline *inlineText
	// settings are the project's, rules the ones that they leave on.
	settings *config.Config
	rules    []*analysis.Rule
}

// open adds its project, read in its workspace, to the text of a Dockerfile.
func open(in input, text, top string, ws *workspace) (*opened, error) {
	file, inline, err := in.placeOf(text)
	var rel string
	if err == nil {
		rel, err = filepath.Rel(top, file)
	}
	if err != nil {
		return nil, cannot("read", in.name, err)
	}
	doc := source.Parse(text)
	proj := ws.finder.Find(filepath.ToSlash(rel), doc)
	settings := config.Of(proj, rules.All())
	return &opened{in, doc, proj, ws.root, inline, settings, settings.Choices.Rules(settings.Levels.Rules(rules.All()))}, nil
}

func (in input) read() (string, error) {
	if in.stdin() {
		text, err := io.ReadAll(os.Stdin)
		if err != nil {
			return "", cannot("read", "standard input", err)
		}
		return string(text), nil
	}
	text, err := os.ReadFile(in.file)
	if err != nil {
		return "", cannot("read", in.name, err)
	}
	if in.service != "" {
		return in.inlineIn(string(text))
	}
	return string(text), nil
}

// display names a file of the workspace the way the user named the Dockerfile:
// absolute if that was, else relative to the current folder.
func (o *opened) display(path string) string {
	abs := filepath.Join(o.root.Name(), filepath.FromSlash(path))
	if filepath.IsAbs(o.name) {
		return abs
	}
	cwd, err := os.Getwd()
	if err != nil {
		return abs
	}
	rel, err := filepath.Rel(cwd, abs)
	if err != nil {
		return abs
	}
	return rel
}

// inOrder works on all cores and hands the results on in the order of the
// inputs. Only a few results wait at any time, whatever the number of inputs.
func inOrder[T any](inputs []input, work func(input) T, emit func(T)) {
	n := runtime.GOMAXPROCS(0)
	slots := make(chan chan T, n)
	go func() {
		defer close(slots)
		busy := make(chan struct{}, n)
		for _, in := range inputs {
			slot := make(chan T, 1)
			slots <- slot
			busy <- struct{}{}
			go func() {
				defer func() { <-busy }()
				slot <- work(in)
			}()
		}
	}()
	for slot := range slots {
		emit(<-slot)
	}
}

// guard runs the engine on one text and its project. A panic in it is a defect of restage,
// which must not take the other files' results with it.
func (w *workspaces) guard(in input, text string, work func(*opened) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("internal error with %s, please report it: %v\n%s", printable(in.name), p, debug.Stack())
		}
	}()
	top := workspaceRoot(in.file)
	ws, err := w.open(top)
	if err != nil {
		return err
	}
	defer w.release(ws)
	o, err := open(in, text, top, ws)
	if err != nil {
		return err
	}
	return work(o)
}

// complain prints why something could not be done and remembers the failure.
type complaints struct{ any bool }

func (c *complaints) add(err error) {
	if err == nil {
		return
	}
	c.any = true
	fmt.Fprintf(os.Stderr, "restage: %v\n", err)
}

// printable quotes a name that would break the line it stands in, or send
// control characters to the terminal.
func printable(name string) string {
	if strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return fmt.Sprintf("%q", name)
	}
	return name
}

// oneLine keeps a message in the one line that it has.
func oneLine(message string) string { return strings.Join(strings.Fields(message), " ") }

var errStdinAlone = errors.New("- (standard input) cannot be combined with other paths")
