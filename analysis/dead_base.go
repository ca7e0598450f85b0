package analysis

import (
	"strings"

	"restage/analysis/lazyregexp"
	"restage/analysis/python"
)

// DeadBase is a Debian release that has left the mirrors, on which stages of
// the file install packages.
type DeadBase struct {
	Codename string
	// Stages are the stages that start from an image of that release, those that
	// install nothing included.
	Stages []*Stage
	// Call is the first call of apt-get that fails, At the stage whose image
	// it runs in.
	Call *Packages
	At   *Stage
}

// DeadBases are the releases without mirrors that the file builds on, in the
// order of the calls that fail. A file that names other package sources is left
// alone.
func (f *Facts) DeadBases() []*DeadBase {
	var out []*DeadBase
	find := map[string]*DeadBase{}
	for _, st := range f.Stages {
		root := st.Chain()[0]
		codename := root.Codename()
		if !python.DeadMirrors(codename) || root.Image.Assumed() {
			continue
		}
		d := find[codename]
		if d == nil {
			d = &DeadBase{Codename: codename}
			find[codename] = d
		}
		if st.Parent == nil {
			d.Stages = append(d.Stages, st)
		}
		if d.Call == nil && f.PythonStage(root) {
			if d.Call = f.failingApt(st); d.Call != nil {
				d.At = root
				out = append(out, d)
			}
		}
	}
	return out
}

// Codename is the Debian release of a stage's base image, "" when it is not
// known. The tag of an image whose version comes from outside the file may
// name it all the same.
func (st *Stage) Codename() string {
	if st.Parent != nil || st.BaseKnown {
		return st.Image.Codename
	}
	img, err := python.ParseImage(variableInTag.ReplaceAllString(st.Base.Raw, "3"))
	if err != nil || !img.CodenameWritten || img.Family == python.Other {
		return ""
	}
	return img.Codename
}

var variableInTag = lazyregexp.New(`\$(?:\w+|\{\w+(?::?[-+][^{}$]*)?\})`)

// otherSources is what a step has that brings other package sources than the
// image's: a new list, or one of the hosts that keep releases without mirrors.
var otherSources = lazyregexp.New(`/etc/apt/?(?:["'\s,]|$)|sources\.list(?:["'\s,;&|)]|$)|archive\.debian\.org|snapshot\.debian\.org|freexian`)

// failingApt is the first call of a stage that reads or needs package lists,
// nil where other sources may be in force.
func (f *Facts) failingApt(st *Stage) *Packages {
	for _, o := range st.Chain() {
		for _, s := range o.Steps {
			text := f.Doc.Slice(s.Span)
			if s.OtherShell || (s.Name == "RUN" || s.Name == "COPY" || s.Name == "ADD") && otherSources.MatchString(text) {
				return nil
			}
			if f.startsScript(s) {
				return nil // which may change the sources
			}
			for _, c := range s.PackageCalls() {
				if !c.Apk && c.Must() && (c.Verb == "update" || c.Verb == "install" && len(c.Words) > 0) {
					return c
				}
			}
		}
	}
	return nil
}

// startsScript says whether a RUN starts a script of the build context, or one
// that cannot be read.
func (f *Facts) startsScript(s *Step) bool {
	if s.Name != "RUN" {
		return false
	}
	for _, cmd := range s.Commands() {
		if cmd.Opaque || len(f.Started(s, cmd)) > 0 {
			return true
		}
		for i, w := range cmd.Unwrapped().Words {
			if i < 2 && strings.HasSuffix(w.Value, ".sh") {
				return true
			}
		}
	}
	return false
}
