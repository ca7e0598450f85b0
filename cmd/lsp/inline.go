package main

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"restage/analysis/project"
	"restage/analysis/source"
)

// inlineText is a Dockerfile inside a compose file, with the whole file.
type inlineText struct {
	project.Inline
	compose string
	mapper  *source.Mapper // of the compose file
}

// position is a person's line and column of the compose file as an editor counts.
func (t *inlineText) position(line, column int) lspPosition {
	start := t.mapper.Offset(source.Position{Line: line - 1}, source.UTF16)
	at := start + clamp(lineOf(t.compose, start), column-1)
	return lspPosition(t.mapper.Position(at, source.UTF16))
}

// inlineInputs are the Dockerfiles inside a compose file, one a service; none
// where the file cannot be read, which is then no Dockerfile's fault.
func inlineInputs(in input) []input {
	text, err := os.ReadFile(in.file)
	if err != nil {
		return nil
	}
	var list []input
	for _, found := range project.Inlines(in.name, string(text)) {
		one := in
		one.service = found.Service
		list = append(list, one)
	}
	return list
}

// inlineOf finds the input's service in the text of its compose file.
func (in input) inlineOf(compose string) (*inlineText, error) {
	for _, found := range project.Inlines(in.name, compose) {
		if found.Service == in.service {
			return &inlineText{found, compose, source.NewMapper(compose)}, nil
		}
	}
	return nil, fmt.Errorf("cannot read %s: the Dockerfile of the service %s is not there any more", printable(in.name), in.service)
}

// inlineIn is the Dockerfile of the input's service.
func (in input) inlineIn(compose string) (string, error) {
	found, err := in.inlineOf(compose)
	if err != nil {
		return "", err
	}
	return found.Text, nil
}

// placeOf says where a Dockerfile lies: one inside a compose file, in the build
// context, as far as the project is concerned.
func (in input) placeOf(text string) (string, *inlineText, error) {
	if in.service == "" {
		return in.file, nil, nil
	}
	compose, err := os.ReadFile(in.file)
	if err != nil {
		return "", nil, cannot("read", in.name, err)
	}
	found, err := in.inlineOf(string(compose))
	if err != nil {
		return "", nil, err
	}
	context := filepath.Join(filepath.Dir(in.file), filepath.FromSlash(found.Context))
	if !within(workspaceRoot(in.file), context) {
		context = filepath.Dir(in.file) // nothing outside is read
	}
	return filepath.Join(context, "Dockerfile"), found, nil
}

// firstLine is the line of the file, counted from 1, that the Dockerfile begins in.
func (o *opened) firstLine() int {
	if o.inline == nil {
		return 1
	}
	return o.inline.Line + 1
}

// placeInline takes findings from the places of the Dockerfile to those of its
// compose file. The edits stay out: they are the Dockerfile's.
func placeInline(list []finding, at *inlineText) {
	for i := range list {
		f := &list[i]
		start := at.mapper.Offset(source.Position{Line: at.Line + f.line - 1}, source.UTF16)
		f.text = lineOf(at.compose, start)
		f.column = at.Column(at.compose, f.line-1, f.column-1) + 1
		f.endColumn = at.Column(at.compose, f.endLine-1, f.endColumn-1) + 1
		f.line, f.endLine = f.line+at.Line, f.endLine+at.Line
		f.Range = lspRange{at.position(f.line, f.column), at.position(f.endLine, f.endColumn)}
		f.edits = nil
	}
}

// composing keeps two services of one file from being rewritten at once.
var composing sync.Mutex

// rewriteInline puts a new Dockerfile into its compose file.
func rewriteInline(in input, old, new string) error {
	composing.Lock()
	defer composing.Unlock()
	compose, err := os.ReadFile(in.file)
	if err != nil {
		return cannot("read", in.name, err)
	}
	found, err := in.inlineOf(string(compose))
	if err != nil {
		return err
	}
	if found.Text != old {
		return fmt.Errorf("cannot write %s: it was changed by another program in the meantime", printable(in.name))
	}
	return rewrite(in, string(compose), found.With(string(compose), new))
}
