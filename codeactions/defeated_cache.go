package codeactions

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/shell"
	"restage/analysis/source"
)

// reviveCache takes out what defeats a cache mount, or moves the mount to where
// the tool caches.
func reviveCache(r *request) Action {
	d := r.finding.Subject.(analysis.Defeated)
	switch {
	case d.LinksIntoCache():
		return refuse("uv makes links into its cache here (UV_LINK_MODE), and the mounted one is not in the image")
	case d.Other != nil:
		return r.ownCacheID(d)
	case d.Unset != nil:
		return r.homeTarget(d)
	case d.Option != nil && !r.spelled(*d.Option):
		return refuse("line %d switches the cache off in a variable", r.line(d.Option.Span.Start))
	case d.Option != nil:
		return Action{Title: "Remove " + d.Option.Name, Edits: []Edit{r.dropOption(d.Call, *d.Option)}}
	case d.Variable != "":
		return r.overrideOff(d)
	case r.hidesFailure(d.Step, d.Removal, d.Clean):
		return refuse("line %d hides whether the commands before it failed: without it one that fails would stop the build", r.line(d.Span.Start))
	case d.Removal != nil && d.Call != nil:
		return edited("Keep the mounted cache", func() ([]Edit, string) { return r.undefeat(d.Call, d.Dir) })
	case d.Removal != nil && !analysis.Below(d.Removal.Path, d.Mount.Target), d.Clean != nil && !analysis.Below("/var/cache/apt", d.Mount.Target):
		return refuse("line %d removes more than lies in the mount on %s", r.line(d.Span.Start), d.Mount.Target)
	case d.Removal != nil:
		return edited("Keep the mounted cache", func() ([]Edit, string) { return r.withoutRemoval(*d.Removal) })
	case d.Clean != nil:
		return edited("Keep the mounted cache", func() ([]Edit, string) { return r.without(d.Step, d.Clean) })
	case d.Install != nil:
		return r.keepPackages(d)
	}
	return r.moveMount(d)
}

// edited is an action that is refused when its edits are.
func edited(title string, edits func() ([]Edit, string)) Action {
	list, reason := edits()
	if reason != "" || len(list) == 0 {
		return refuse("%s", reason)
	}
	return Action{Title: title, Edits: list}
}

// overrideOff gives the variable that switches the cache off another value for
// the one call: empty for pip, "false" for uv.
func (r *request) overrideOff(d analysis.Defeated) Action {
	on := map[string]string{"PIP_NO_CACHE_DIR": "", "UV_NO_CACHE": "false"}[d.Variable]
	line := r.line(d.Call.Cmd.Span.Start)
	p, err := d.Step.Program()
	switch {
	case err != nil:
		return refuse("line %d cannot be read as a shell program: %v", line, err)
	case p.JSON && !d.Call.Cmd.Place.Nested:
		return refuse("line %d is in exec form, where %s cannot be overridden", line, d.Variable)
	case d.Call.Cmd.Inner != nil:
		return refuse("line %d starts %s through another program, where %s cannot be overridden", line, d.Call.Tool, d.Variable)
	}
	title := "Use the cache in this call"
	for _, a := range d.Call.Cmd.Assigns {
		if a.Name == d.Variable {
			return Action{Title: title, Edits: []Edit{{a.Span, d.Variable + "=" + on}}}
		}
	}
	return Action{Title: title, Edits: []Edit{insert(d.Call.Cmd.Words[0].Span.Start, d.Variable+"="+on+" ")}}
}

// hidesFailure says whether without the command of a removal, or another one, a
// failure before it would stop the build that does not stop it now.
func (r *request) hidesFailure(s *analysis.Step, rm *analysis.Removal, cmd *shell.Command) bool {
	if rm != nil {
		if others([]analysis.Removal{*rm}, *rm) > 0 {
			return false // the command stays
		}
		cmd = rm.Cmd
	}
	p, err := s.Program()
	return err == nil && cmd != nil && p.HidesFailure(cmd)
}

// without takes one command out of a RUN.
func (r *request) without(s *analysis.Step, cmd *shell.Command) ([]Edit, string) {
	p, err := s.Program()
	if err != nil {
		return nil, "line " + itoa(r.line(s.Span.Start)) + " cannot be read as a shell program: " + err.Error()
	}
	span, ok := p.Removal(cmd)
	if !ok {
		return nil, "line " + itoa(r.line(cmd.Span.Start)) + " runs `" + short(r.Doc.Slice(cmd.Span)) + "` alone or in a condition, and it cannot be taken out"
	}
	return []Edit{remove(span)}, ""
}

// withoutRemoval takes one path out of an rm, with the command if it removes
// nothing else.
func (r *request) withoutRemoval(rm analysis.Removal) ([]Edit, string) {
	if others([]analysis.Removal{rm}, rm) == 0 {
		return r.without(rm.Step, rm.Cmd)
	}
	return []Edit{dropWord(r.Doc, rm.Word.Span)}, ""
}

// keepPackages removes the setting by which apt removes what it has installed,
// in stages whose file system is in no image.
func (r *request) keepPackages(d analysis.Defeated) Action {
	line := r.line(d.Install.Span.Start)
	switch user, _, _ := strings.Cut(d.Step.User, ":"); {
	case r.InFinalImage(d.Step.Stage):
		return refuse("without /etc/apt/apt.conf.d/docker-clean, apt in the image would keep the packages that it installs later")
	case r.handsOnDockerClean(d.Step.Stage) != "":
		return refuse("%s", r.handsOnDockerClean(d.Step.Stage))
	case user != "" && user != "root" && user != "0" || len(d.Install.Words) > 0 && d.Install.Unwrapped() != d.Install:
		return refuse("line %d does not run as root by itself, which removing apt's setting needs", line)
	case d.Install.Place.Conditional || d.Install.Place.Nested || d.Install.Place.Piped:
		return refuse("line %d installs in a condition, and what it depends on is the author's choice", line)
	}
	if p, err := d.Step.Program(); err != nil || p.JSON {
		return refuse("line %d is in exec form, which has no room for another command", line)
	}
	return Action{Title: "Keep the packages that apt installs", Edits: []Edit{insert(d.Install.Span.Start, "rm -f /etc/apt/apt.conf.d/docker-clean && ")}}
}

// handsOnDockerClean says how apt's setting gets out of a stage: in an image that
// is built of it by name, or with a copy of the folders around it.
func (r *request) handsOnDockerClean(st *analysis.Stage) string {
	for _, o := range r.Stages {
		if o.Includes(st) && len(o.Children)+len(o.Readers) == 0 {
			return fmt.Sprintf("the stage in line %d may be an image of its own, in which apt would keep the packages that it installs", r.line(o.From.Span.Start))
		}
		for _, s := range o.Steps {
			c := r.CopyAt(s)
			if c == nil || c.FromStage == nil || !c.FromStage.Includes(st) {
				continue
			}
			for _, src := range c.Sources {
				if !src.Known || analysis.Below("/etc/apt/apt.conf.d/docker-clean", path.Join("/", src.Path)) || src.Glob && strings.HasPrefix(path.Join("/", src.Path), "/etc") {
					return fmt.Sprintf("line %d may copy apt's setting out of the stage", r.line(s.Span.Start))
				}
			}
		}
	}
	return ""
}

// moveMount gives a mount the folder where the tool caches.
func (r *request) moveMount(d analysis.Defeated) Action {
	if n := len(r.CallsIn(d.Step)); n != 1 {
		return refuse("line %d calls %d tools, and which of them the mount is meant for only its author can tell", r.line(d.Step.Span.Start), n)
	}
	if strings.Count(r.Doc.Slice(d.Step.Span), d.Mount.Target) > 1 {
		return refuse("line %d uses %s besides mounting it", r.line(d.Step.Span.Start), d.Mount.Target)
	}
	return r.retarget(d, d.Dir, "Mount "+d.Dir)
}

// homeTarget writes the home folder for HOME, which the builder does not know.
func (r *request) homeTarget(d analysis.Defeated) Action {
	home, known := d.Step.Home()
	if !known || slices.ContainsFunc(d.Unset, func(name string) bool { return name != "HOME" }) {
		return refuse("what %s is meant to be only the author can tell", d.Unset[0])
	}
	target := analysis.ParseMount(d.Mount.Flag.Value)["target"]
	at := strings.NewReplacer("${HOME}", home, "$HOME", home).Replace(target)
	return r.retarget(d, at, "Mount "+at)
}

// retarget gives a mount another folder. One that has no owner belongs to root.
func (r *request) retarget(d analysis.Defeated, to, title string) Action {
	text := r.Doc.Slice(d.Mount.Flag.Span)
	at := mountTarget.FindStringSubmatchIndex(text)
	user, _, _ := strings.Cut(d.Step.User, ":")
	switch {
	case at == nil || strings.ContainsAny(text, "\"'\\`"):
		return refuse("the mount of line %d is not written as one plain word", r.line(d.Mount.Flag.Span.Start))
	case user != "" && user != "root" && user != "0" && !strings.Contains(text, "uid="):
		return refuse("the mount of line %d names no uid, and %s could not write to a folder of root's", r.line(d.Mount.Flag.Span.Start), user)
	}
	if reason := r.hiddenBy(d.Step, to, []string{to}); reason != "" {
		return refuse("%s", reason)
	}
	if user != "" && user != "root" && user != "0" && d.Call != nil {
		if cmd := r.otherCacheUser(d.Call, to); cmd != nil {
			return refuse("line %d runs `%s` too, and a mount makes the folders above it root's, where %s cannot write", r.line(cmd.Span.Start), short(r.Doc.Slice(cmd.Span)), user)
		}
	}
	start := d.Mount.Flag.Span.Start
	return Action{Title: title, Edits: []Edit{{source.Span{Start: start + at[2], End: start + at[3]}, to}}}
}

// ownCacheID gives a cache an id that only stages with the same C library use.
func (r *request) ownCacheID(d analysis.Defeated) Action {
	libc := "glibc"
	if d.Step.Stage.Chain()[0].Image.Alpine {
		libc = "musl"
	}
	if strings.ContainsAny(r.Doc.Slice(d.Mount.Flag.Span), "\"'\\`") {
		return refuse("the mount of line %d is not written as one plain word", r.line(d.Mount.Flag.Span.Start))
	}
	end, id := d.Mount.Flag.ValueSpan.End, analysis.ParseMount(d.Mount.Flag.Value)["id"]
	title := "Give this cache an id of its own"
	if id == "" {
		return Action{Title: title, Edits: []Edit{insert(end, ",id="+strings.ReplaceAll(strings.Trim(d.Mount.Target, "/"), "/", "-")+"-"+libc)}}
	}
	text := r.Doc.Slice(d.Mount.Flag.ValueSpan)
	i := strings.Index(","+strings.ToLower(text), ",id=")
	if i < 0 || !strings.HasPrefix(text[i+len("id="):], id) {
		return refuse("the id of the mount of line %d is not written plainly", r.line(d.Mount.Flag.Span.Start))
	}
	return Action{Title: title, Edits: []Edit{insert(d.Mount.Flag.ValueSpan.Start+i+len("id=")+len(id), "-"+libc)}}
}
