package analysis

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"restage/analysis/lazyregexp"
	"restage/analysis/project"
	"restage/analysis/source"
)

// UnusedStage is a stage that a plain build skips, and that nothing builds by
// its name as far as the project's files tell.
type UnusedStage struct {
	*Stage
	// Only are the stages that nothing but this one uses, in file order: without
	// it they are unused, too.
	Only []*Stage
}

// UnusedStages are the stages that nothing needs, in file order.
func (f *Facts) UnusedStages() []UnusedStage {
	var out []UnusedStage
	for _, st := range f.Stages {
		if len(st.Children)+len(st.Readers) > 0 || !f.unused(st, nil) {
			continue
		}
		u := UnusedStage{Stage: st}
		gone := map[*Stage]bool{st: true}
		for _, o := range slices.Backward(f.Stages[:st.Index]) {
			if len(o.Children)+len(o.Readers) > 0 && f.unused(o, gone) {
				gone[o] = true
				u.Only = append(u.Only, o)
			}
		}
		slices.Reverse(u.Only)
		out = append(out, u)
	}
	return out
}

// unused says whether nothing needs a stage once some stages are gone.
func (f *Facts) unused(st *Stage, gone map[*Stage]bool) bool {
	users := slices.Clone(st.Children)
	for _, r := range st.Readers {
		users = append(users, r.Stage)
	}
	if st == f.Final() || slices.ContainsFunc(users, func(u *Stage) bool { return !gone[u] }) || f.mayBeChosen(st, gone) {
		return false
	}
	if f.NamesTarget(fmt.Sprint(st.Index)) {
		return false
	}
	return st.Name == "" || !f.ForDevelopment(st) && !f.InFinalImage(st) && !f.NamesTarget(st.Name)
}

// NamesTarget says whether a file that says how images are built, or a comment
// of the Dockerfile itself, names a stage as a build target, by name or number.
func (f *Facts) NamesTarget(name string) bool {
	if f.Project.NamesTarget(name) {
		return true
	}
	for line := range strings.Lines(f.Doc.Text) {
		if comment, ok := strings.CutPrefix(strings.TrimSpace(line), "#"); ok && slices.ContainsFunc(project.TargetWords(comment), func(w string) bool { return strings.EqualFold(w, name) }) {
			return true
		}
	}
	return false
}

// variableInWord is a variable in a word of the Dockerfile.
var variableInWord = lazyregexp.New(`\\\$\\\{[^}]*\\\}|\\\$\w+`)

// mayBeChosen says whether a build argument may choose the stage as the base
// of a later one ("FROM ${ENVIRONMENT}"), or an ONBUILD copies from it.
func (f *Facts) mayBeChosen(st *Stage, gone map[*Stage]bool) bool {
	for _, o := range f.Stages[st.Index+1:] {
		if gone[o] {
			continue
		}
		if strings.Contains(o.Base.Raw, "$") {
			pattern := variableInWord.ReplaceAllString(regexp.QuoteMeta(strings.Trim(o.Base.Raw, `"`)), `.*`)
			if ok, err := regexp.MatchString("(?i)^"+pattern+"$", st.Name); ok || err != nil {
				return true
			}
		}
		for _, s := range o.Steps {
			for _, in := range []*source.Instruction{s.Instruction, s.Sub} {
				if in != nil && namesStage(in, st) {
					return true
				}
			}
		}
	}
	return false
}

// namesStage says whether a flag of an instruction may name the stage.
func namesStage(in *source.Instruction, st *Stage) bool {
	for _, fl := range in.Flags {
		from := fl.Value
		if fl.Name == "mount" {
			from = ParseMount(fl.Value)["from"]
		} else if fl.Name != "from" {
			continue
		}
		if strings.Contains(from, "$") || from != "" && strings.EqualFold(from, st.Name) || from == fmt.Sprint(st.Index) {
			return true
		}
	}
	return false
}
