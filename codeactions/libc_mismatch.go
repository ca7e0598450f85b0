package codeactions

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/python"
	"restage/analysis/shell"
)

// sameDistribution puts the stage that gets an environment on the distribution
// of the stage that made it, its Python and what it is otherwise kept.
func sameDistribution(r *request) Action {
	e := r.finding.Subject.(*analysis.CarriedEnv)
	root := e.To.Chain()[0]
	tag, reason := movedTag(root.Image, e.From.Image)
	if plain := r.notPlain(root); plain != "" {
		reason = plain
	}
	if reason == "" {
		reason = r.standsElsewhere(e, root)
	}
	if reason != "" {
		return refuse("%s", reason)
	}
	span, _, ok := tagParts(root)
	if !ok {
		return refuse("%s names no tag", root.Base.Raw)
	}
	return Action{Title: "Move to " + r.Doc.Text[root.Base.Span.Start:span.Start] + tag, Level: Review, Edits: []Edit{{span, tag}},
		Note: "The stage stands on the distribution that its packages were made on, with the same Python: check that what else runs in it is there."}
}

// movedTag is the tag of an official Python image with the distribution of
// another one.
func movedTag(img, like python.Image) (tag, reason string) {
	version := tagVersion(img)
	if img.Family != python.OfficialPython || version == "" {
		return "", img.Ref + " is no official Python image of a version that is written there: which image is like it on the other distribution is not known"
	}
	switch {
	case like.Family != python.OfficialPython:
		return "", "the packages are made on " + like.Ref + ", and which Python image is like it is not known"
	case like.Alpine:
		_, variant, _ := strings.Cut(like.Tag, "-")
		if !strings.HasPrefix(variant, "alpine") || variant != "alpine" && img.Python != like.Python && (!img.Python.SameMinor(like.Python) || img.Python.Parts > 2) {
			return "", "whether there is a Python " + img.Python.String() + " like " + like.Ref + " is not known"
		}
		return version + "-" + variant, ""
	}
	codename := ""
	switch {
	case like.Codename == "":
		return "", "which Debian release " + like.Ref + " stands on is not known"
	case like.CodenameWritten || python.DefaultCodename(img.Python) != like.Codename:
		codename = like.Codename
	}
	if !python.Published(img.Python, codename) || img.Python.Parts > 2 && !img.Python.SameMinor(like.Python) {
		return "", "whether there is a Python " + img.Python.String() + " like " + like.Ref + " is not known"
	}
	parts := []string{version}
	if img.Alpine || img.Slim {
		parts = append(parts, "slim")
	}
	if codename != "" {
		parts = append(parts, codename)
	}
	return strings.Join(parts, "-"), ""
}

// standsElsewhere says what in the stages on a root would not work on the
// distribution that an environment comes from.
func (r *request) standsElsewhere(e *analysis.CarriedEnv, root *analysis.Stage) string {
	like := e.From.Image
	for _, st := range r.Stages {
		if st.Chain()[0] != root {
			continue
		}
		if own := r.Supplies(st); len(own) > 0 && like.Alpine && !root.Image.Alpine {
			return fmt.Sprintf("line %d installs Python packages, and whether there are wheels of them for musl is not known", r.line(own[0].Cmd.Span.Start))
		}
		for _, s := range st.Steps {
			why := r.packagesBound(s, root.Image.Alpine != like.Alpine, like)
			if why == "" && root.Image.Alpine != like.Alpine {
				why = r.programsBound(s, e)
			}
			if why == "" && root.Image.Alpine != like.Alpine {
				why = r.filesBound(s, like)
			}
			if why != "" {
				return why
			}
		}
	}
	for _, o := range r.CarriedEnvs() {
		if o.From.Chain()[0] == root && o.To.Chain()[0] != root && o.To.Image.Alpine != like.Alpine {
			return fmt.Sprintf("line %d copies packages from there to %s, which would be another distribution then", r.line(o.Copy.Step.Span.Start), o.To.Image.Ref)
		}
		if o.To.Chain()[0] == root && o.From.Image.Alpine != like.Alpine {
			return fmt.Sprintf("line %d copies packages from %s, which is another distribution again", r.line(o.Copy.Step.Span.Start), o.From.Image.Ref)
		}
	}
	return ""
}

// portable are programs that do the same in images of Debian and of Alpine with
// these short options, and Python's own, with any.
var portable = map[string]string{"mkdir": "pm", "chmod": "Rf", "chown": "Rhf", "ln": "sfn", "cp": "rRpafiHLP", "mv": "fi", "rm": "rRfi", "touch": "acm", "cat": "u",
	"echo": "*", "cd": "*", "set": "*", "export": "*", "true": "*", ":": "*", "test": "*", "[": "*", "pip": "*", "pip3": "*", "python": "*", "python3": "*"}

// portableCall says whether a command is one of them.
func portableCall(cmd *shell.Command) bool {
	letters, known := portable[cmd.Name()]
	return known && (letters == "*" || !slices.ContainsFunc(cmd.Args(), func(w shell.Word) bool {
		return strings.HasPrefix(w.Value, "-") && w.Value != "--" && strings.Trim(w.Value[1:], letters) != ""
	}))
}

// namesSystem says whether a command works on files that a distribution brings
// along, which may lie elsewhere on another one, or not be there. New folders
// and files are none of them.
func namesSystem(s *analysis.Step, cmd *shell.Command) bool {
	if !slices.Contains([]string{"cp", "mv", "ln", "cat", "chmod", "chown", "rm", "test", "["}, cmd.Name()) {
		return false
	}
	return slices.ContainsFunc(cmd.Args(), func(w shell.Word) bool {
		v, ok := s.ShellValue(w.Value, cmd.Exports)
		return !ok || slices.ContainsFunc([]string{"/usr", "/etc", "/lib", "/lib64", "/bin", "/sbin", "/var"}, func(dir string) bool {
			return analysis.Below(path.Clean(v), dir) && !analysis.Below(path.Clean(v), "/usr/local") && !analysis.Below(path.Clean(v), "/usr/src")
		})
	})
}

// packagesBound says which packages of the system an instruction installs that
// may have another name on another distribution or release.
func (r *request) packagesBound(s *analysis.Step, otherLibc bool, like python.Image) string {
	line := r.line(s.Span.Start)
	for _, p := range s.PackageCalls() {
		if !p.Installs() {
			continue
		}
		if !p.Known {
			return fmt.Sprintf("which packages line %d installs cannot be told", line)
		}
		for _, w := range p.Words {
			if name, ok := python.MovedName(w.Value, like.Codename); otherLibc || !ok || name != w.Value {
				return fmt.Sprintf("line %d installs %s, whose name on the other distribution is not known", line, w.Value)
			}
		}
	}
	return ""
}

// programsBound says which program of an instruction may be another one on
// another distribution: none of the portable ones, nor one that the environment
// brings.
func (r *request) programsBound(s *analysis.Step, e *analysis.CarriedEnv) string {
	line := r.line(s.Span.Start)
	switch p, err := s.Program(); {
	case err != nil || s.Name == "SHELL":
		return fmt.Sprintf("what line %d runs cannot be told", line)
	case p != nil && !p.Portable():
		return fmt.Sprintf("line %d may be read in another way by the shell of the other distribution", line)
	}
	for _, cmd := range s.Commands() {
		run := cmd.Unwrapped()
		name := run.Name()
		brought := analysis.Below(name, e.At) || slices.ContainsFunc(r.packages(), func(pkg string) bool { return slices.Contains(python.Commands(pkg), name) })
		if !brought && (!portableCall(run) || namesSystem(s, run)) {
			return fmt.Sprintf("line %d runs `%s`, which may not be the same on the other distribution", line, short(r.Doc.Slice(cmd.Span)))
		}
	}
	return ""
}

// filesBound says what an instruction copies, or which user it names, that the
// other distribution may not run, or not have.
func (r *request) filesBound(s *analysis.Step, like python.Image) string {
	line := r.line(s.Span.Start)
	if c := r.CopyAt(s); c != nil {
		foreign := c.External || c.FromStage != nil && (c.FromStage.Image.Family == python.Other || c.FromStage.Image.Alpine != like.Alpine)
		if foreign || slices.ContainsFunc(c.Sources, func(src analysis.CopySource) bool { return src.URL }) {
			return fmt.Sprintf("what line %d copies may be made for the distribution that the stage stands on", line)
		}
	}
	for _, fl := range s.Flags {
		from := analysis.ParseMount(fl.Value)["from"]
		if fl.Name != "mount" || from == "" {
			continue
		}
		if i := slices.IndexFunc(r.Stages, func(o *analysis.Stage) bool { return strings.EqualFold(o.Name, from) && o.Index < s.Stage.Index }); i < 0 || r.Stages[i].Image.Alpine != like.Alpine {
			return fmt.Sprintf("what line %d mounts may be made for the distribution that the stage stands on", line)
		}
	}
	var owners []string
	if s.Name == "USER" && len(s.Words) > 0 {
		owners = append(owners, s.Words[0].Raw)
	}
	for _, fl := range s.Flags {
		if fl.Name == "chown" {
			owners = append(owners, fl.Value)
		}
	}
	for _, o := range owners {
		o, unset := s.Expand(o)
		user, group, _ := strings.Cut(o, ":")
		if len(unset) > 0 || !everywhere(user) && user != "nobody" || group != "" && !everywhere(group) {
			return fmt.Sprintf("line %d names %s, and whether the other distribution has that user or group is not known", line, o)
		}
	}
	return ""
}

// everywhere says that a user or group is on every distribution: root, or a number.
func everywhere(name string) bool { return name == "root" || strings.Trim(name, "0123456789") == "" }
