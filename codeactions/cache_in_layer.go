package codeactions

import (
	"path"
	"strings"

	"restage/analysis"
	"restage/analysis/shell"
	"restage/analysis/source"
)

// removeCache appends the removal of the cache to the install it belongs to.
func removeCache(r *request) Action {
	if p, ok := r.finding.Subject.(*analysis.PipInstall); ok {
		return r.removePipCache(p)
	}
	in := r.install()
	if in.CacheDir == "" {
		return refuse("where Poetry keeps its cache in line %d cannot be told: %s", r.line(in.Cmd.Span.Start), r.whyNoCacheDir(in))
	}
	if oddPath(in.CacheDir) {
		return refuse("the cache folder `%s` has characters that a shell does not take as they are", in.CacheDir)
	}
	if cmd := r.cacheUser(in); cmd != nil {
		return refuse("line %d uses the cache folder (`%s`)", r.line(cmd.Span.Start), short(r.Doc.Slice(cmd.Span)))
	}
	p, err := in.Step.Program()
	if err != nil {
		return refuse("line %d cannot be read as a shell program: %v", r.line(in.Step.Span.Start), err)
	}
	if p.JSON {
		return refuse("line %d is in exec form, in which no second command can follow the install", r.line(in.Step.Span.Start))
	}
	at, ok := p.After(in.Cmd)
	if !ok {
		return refuse("the install in line %d is part of a condition, a pipeline or an alternative, where nothing can be added behind it", r.line(in.Cmd.Span.Start))
	}
	target := cacheWord(in)
	if r.envBelow(in) {
		// The environment may lie in the cache folder: only the downloads may go.
		target = path.Join(in.CacheDir, "cache") + " " + path.Join(in.CacheDir, "artifacts")
	}
	edits := []Edit{insert(at, connector(r.Doc, at)+"rm -rf "+target)}
	return Action{Edits: append(edits, r.dropLateRemoval(in)...)}
}

// oddPath says whether a path cannot be written into a command or the options
// of a mount as it is: a shell or the list of options would read it otherwise.
func oddPath(dir string) bool {
	return strings.ContainsAny(dir, "*?[]{}()<>|&;$`\\\"',#!~") || strings.ContainsFunc(dir, func(r rune) bool { return r <= ' ' || r == 0x7f })
}

// envBelow says whether an environment of the install's stage, its own or that
// of another install, lies in the cache folder or may do so.
func (r *request) envBelow(in *analysis.Install) bool {
	for _, o := range r.Installs {
		if (o.Step.Stage.Includes(in.Step.Stage) || in.Step.Stage.Includes(o.Step.Stage)) && o.EnvMayBeBelow(in.CacheDir) {
			return true
		}
	}
	return false
}

// connector joins a command to the one before it. In a list of statements it
// must be ";": "set -e" does not see a failure on the left of "&&".
func connector(doc *source.Document, at int) string {
	rest := strings.TrimLeft(doc.Text[at:], " \t\r")
	if strings.HasPrefix(rest, ";") {
		return "; "
	}
	if in := doc.InstructionAt(at); in != nil {
		for _, h := range in.Heredocs {
			if h.Body.Start <= at && at < h.Body.End && strings.TrimSpace(doc.Text[at:h.Body.End]) != "" {
				return "; "
			}
		}
	}
	return " && "
}

// dropLateRemoval takes out a later RUN that does nothing but remove the cache
// of this install, too late to save anything.
func (r *request) dropLateRemoval(in *analysis.Install) []Edit {
	s := r.LaterRemoval(in)
	if s == nil || s.Stage != in.Step.Stage || len(s.Commands()) != 1 || len(s.Commands()[0].Args()) != 2 {
		return nil
	}
	return []Edit{removeBlock(r.Doc, s.Instruction)}
}

// cacheWord names the cache folder as a shell sees it: by the variable where
// the stage sets it, else literally.
func cacheWord(in *analysis.Install) string {
	if in.CacheVar {
		return "$POETRY_CACHE_DIR"
	}
	return in.CacheDir
}

// whyNoCacheDir says why the cache folder is not known.
func (r *request) whyNoCacheDir(in *analysis.Install) string {
	if s := r.Setting(in.Call, "cache-dir"); s.Set {
		if s.Known {
			return "it is " + s.Value + " in the folder that Poetry runs in, which is not known"
		}
		return "POETRY_CACHE_DIR gets its value from outside the file"
	}
	if in.Installer == nil {
		return in.Unseen()
	}
	if in.Step.User == "" {
		return "the user of the base image " + in.Step.Stage.Chain()[0].BaseRef + " is not known"
	}
	return "the home folder of the user " + in.Step.User + " is not known"
}

// cacheUser is folderUser for an install's cache folder.
func (r *request) cacheUser(in *analysis.Install) *shell.Command {
	if in.CacheDir == "" {
		return nil
	}
	return r.folderUser(in.CacheDir)
}

// folderUser is a command other than rm that works on a cache folder, or on a
// folder above it; nil if there is none. Moving or emptying the folder would
// change what it sees.
func (r *request) folderUser(dir string) *shell.Command {
	for _, st := range r.Stages {
		for _, s := range st.Steps {
			if s.Name != "RUN" || !strings.Contains(r.Doc.Slice(s.Span), "cache") && !strings.Contains(r.Doc.Slice(s.Span), path.Base(dir)) {
				continue
			}
			for _, cmd := range s.Commands() {
				if n := cmd.Unwrapped().Name(); n == "rm" || n == "poetry" || n == "pip" || n == "export" || n == "mkdir" {
					continue
				}
				for _, w := range cmd.Args() {
					v, ok := s.ShellValue(w.Value, cmd.Exports)
					if rest, tilde := strings.CutPrefix(v, "~/"); tilde {
						if home, known := s.Home(); known {
							v = path.Join(home, rest)
						}
					}
					if ok && strings.HasPrefix(v, "/") && (analysis.Below(v, dir) || strings.HasSuffix(v, ".cache") && analysis.Below(dir, v)) {
						return cmd
					}
				}
			}
		}
	}
	return nil
}
