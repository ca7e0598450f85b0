package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// baseline is a file of findings that a team has agreed to live with. A finding
// is known by its file, its rule and the text of its line, so that it stays the
// same one when lines are added above it, and is a new one when its line changes.
type baseline struct {
	path    string
	writing bool
	left    map[baselineKey]int
	hidden  int // findings that it kept back
}

// baselineKey names a finding. File is relative to the baseline's folder.
type baselineKey struct {
	File string `json:"file"`
	Rule string `json:"rule"`
	Line string `json:"line"`
}

// baselineEntry is one line of the file: a finding and how often it is there.
type baselineEntry struct {
	baselineKey
	Count int `json:"count"`
}

// openBaseline reads a baseline, or begins a new one.
func openBaseline(path string, writing bool) (*baseline, error) {
	b := &baseline{path: path, writing: writing, left: map[baselineKey]int{}}
	if writing {
		return b, nil
	}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no baseline %s yet; --write-baseline makes it", printable(path))
	}
	if err != nil {
		return nil, cannot("read", path, err)
	}
	var list []baselineEntry
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&list); err != nil {
		return nil, fmt.Errorf("%s is no baseline: %w", printable(path), err)
	}
	for _, e := range list {
		b.left[e.baselineKey] += e.Count
	}
	return b, nil
}

// key names a finding.
func (b *baseline) key(f finding) baselineKey {
	file := f.File
	if dir, err := filepath.Abs(filepath.Dir(b.path)); err == nil {
		if abs, err := filepath.Abs(f.File); err == nil {
			if rel, err := filepath.Rel(dir, abs); err == nil {
				file = rel
			}
		}
	}
	return baselineKey{filepath.ToSlash(file), f.Rule, strings.Join(strings.Fields(f.text), " ")}
}

// covers says whether a finding is one of the baseline, each of which covers as
// many as it has counted. When it is being written it takes them in instead.
func (b *baseline) covers(f finding) bool {
	if b == nil {
		return false
	}
	key := b.key(f)
	if b.writing {
		b.left[key]++
		return false
	}
	if b.left[key] == 0 {
		return false
	}
	b.left[key]--
	b.hidden++
	return true
}

// write writes the baseline, sorted, a line a finding, so that its changes read
// well in a review.
func (b *baseline) write() error {
	list := make([]baselineEntry, 0, len(b.left))
	for key, n := range b.left {
		list = append(list, baselineEntry{key, n})
	}
	slices.SortFunc(list, func(x, y baselineEntry) int {
		return slices.Compare([]string{x.File, x.Rule, x.Line}, []string{y.File, y.Rule, y.Line})
	})
	var text bytes.Buffer
	for i, e := range list {
		line := &bytes.Buffer{}
		enc := json.NewEncoder(line)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(e); err != nil {
			return err
		}
		text.WriteString([]string{"[\n", ",\n"}[min(i, 1)])
		text.Write(bytes.TrimRight(line.Bytes(), "\n"))
	}
	if len(list) == 0 {
		text.WriteString("[")
	}
	text.WriteString("\n]\n")
	if err := os.WriteFile(b.path, text.Bytes(), 0o644); err != nil {
		return cannot("write", b.path, err)
	}
	return nil
}

// remark says how many findings were kept back.
func (b *baseline) remark() string {
	if b == nil || b.hidden == 0 {
		return ""
	}
	return fmt.Sprintf(" (and %d of the baseline)", b.hidden)
}
