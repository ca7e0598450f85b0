package codeactions

import (
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/python"
	"restage/analysis/shell"
	"restage/analysis/source"
)

// placePackages sorts a call of apt-get or apk: in the runtime stage it
// installs what is needed there, headers replaced by their libraries.
func (c *conversion) placePackages(s *analysis.Step, cmd *shell.Command, early bool) (where, []Edit, string) {
	verb, pkgs, reason := c.packageWords(s, cmd)
	if reason != "" {
		return unplaceable, nil, reason
	}
	alpine := cmd.Unwrapped().Name() == "apk"
	switch verb {
	case "install", "add":
		if !early {
			return wanted, nil, "" // behind the install only the container can want it
		}
		return c.installPackages(pkgs, alpine)
	case "purge", "remove", "autoremove", "del":
		if c.again {
			return wanted, nil, ""
		}
		// What is purged was only needed by the build, and is not installed
		// in the runtime stage.
		return builderOnly, nil, ""
	default: // update, clean, upgrade: along with an install
		return neutral, nil, ""
	}
}

// packageWords takes an apt-get or apk call apart.
func (c *conversion) packageWords(s *analysis.Step, cmd *shell.Command) (verb string, pkgs []shell.Word, reason string) {
	args := cmd.Unwrapped().Args()
	for i := 0; i < len(args); i++ {
		w := args[i]
		switch {
		case w.Value == "-t" || w.Value == "-o" || w.Value == "-c" || w.Value == "--virtual" || w.Value == "--repository" || w.Value == "-X":
			i++
		case strings.HasPrefix(w.Value, "-"):
		case verb == "":
			verb = w.Value
		default:
			known := c.expandPackages(s, cmd, w)
			if known == nil && c.again {
				continue
			}
			if known == nil {
				return verb, nil, "line " + itoa(c.line(w.Span.Start)) + " installs `" + short(w.Raw) + "`, and which packages that is cannot be told"
			}
			pkgs = append(pkgs, known...)
		}
	}
	return verb, pkgs, ""
}

// expandPackages are the packages that a word names, all at the word's place:
// a variable of the file may hold several. nil when that cannot be told, or
// when a build argument may change it.
func (c *conversion) expandPackages(s *analysis.Step, cmd *shell.Command, w shell.Word) []shell.Word {
	if w.Static {
		return []shell.Word{w}
	}
	if name, _, exact := strings.Cut(strings.Trim(w.Raw, `"'`), "="); exact && !strings.Contains(name, "$") {
		return []shell.Word{{Span: w.Span, Raw: w.Raw, Value: name}} // only its version is a variable
	}
	v, ok := s.ShellValue(w.Value, cmd.Exports)
	for _, name := range w.Vars {
		ok = ok && !s.Var(name).Arg
	}
	if !ok {
		return nil
	}
	var out []shell.Word
	for _, name := range strings.Fields(v) {
		out = append(out, shell.Word{Span: w.Span, Raw: name, Value: name})
	}
	return out
}

// installPackages gives the edits that leave the packages of the runtime stage.
func (c *conversion) installPackages(pkgs []shell.Word, alpine bool) (where, []Edit, string) {
	purged := c.purged()
	var edits []Edit
	stays := 0
	seen := map[string]bool{}
	for i := 0; i < len(pkgs); {
		var left []string // what the word at this place becomes
		whole := true     // it stays as it is written
		span := pkgs[i].Span
		for ; i < len(pkgs) && pkgs[i].Span == span; i++ {
			names, keep := c.runtimePackages(pkgs[i].Value, alpine)
			if n := python.AptName(pkgs[i].Value); purged[n] && !c.again && !c.calls(pkgs[i].Value) || n == "python3-poetry" || n == "py3-poetry" || alpine && n == "poetry" {
				names, keep = nil, false
			}
			if keep {
				names = []string{pkgs[i].Value}
			}
			whole = whole && keep
			for _, n := range names {
				if !seen[n] && (keep || !named(pkgs, n)) {
					seen[n] = true
					left = append(left, n)
					c.kept = append(c.kept, python.AptName(n))
				}
			}
		}
		stays += len(left)
		switch {
		case whole:
		case len(left) > 0:
			edits = append(edits, Edit{span, strings.Join(left, c.wordGap(span))})
		default:
			edits = append(edits, dropWord(c.Doc, span))
		}
	}
	if stays == 0 {
		return builderOnly, nil, ""
	}
	return wanted, edits, ""
}

// wordGap is what stands between words in the place of one: a new line where
// that has a line to itself.
func (c *conversion) wordGap(word source.Span) string {
	indent := c.Doc.LineIndent(word.Start)
	rest, _, _ := strings.Cut(c.Doc.Text[word.End:], "\n")
	if rest = strings.TrimSpace(rest); strings.HasSuffix(c.Doc.Text[:word.Start], "\n"+indent) && (rest == "" || rest == string(c.Doc.Escape)) {
		return " " + string(c.Doc.Escape) + c.Doc.Newline + indent
	}
	return " "
}

func named(pkgs []shell.Word, name string) bool {
	return slices.ContainsFunc(pkgs, func(w shell.Word) bool { return python.AptName(w.Value) == name })
}

// runtimePackages are the packages that stand for one of the original's in the
// runtime stage; keep says that it stays as it is written.
func (c *conversion) runtimePackages(word string, alpine bool) (names []string, keep bool) {
	if c.again {
		return nil, true
	}
	kind := python.AptKind(word)
	if alpine {
		kind = python.AlpineKind(word)
	}
	switch kind {
	case python.Build:
		if parts := python.ToolchainParts(word); parts != nil {
			return c.called(parts), false
		}
		return nil, c.calls(word)
	case python.Tool:
		return nil, c.calls(word) || !downloader[python.AptName(word)] || !c.usedByBuild(word)
	case python.Dev:
		if alpine {
			libs, ok := python.AlpineRuntimeOf(word)
			return libs, !ok
		}
		libs, ok := python.RuntimeOf(word, c.distro())
		return libs, !ok
	case python.Run:
		return nil, true
	}
	c.unknown = append(c.unknown, word)
	return nil, true
}

// usedByBuild says whether a RUN up to the last install runs a command of a
// package, or the installation of a locked package needs it.
func (c *conversion) usedByBuild(pkg string) bool {
	name := python.AptName(pkg)
	if l := c.Project.Lock; l != nil && (name == "git" || strings.HasPrefix(name, "openssh")) {
		for _, p := range l.Packages {
			if p.SourceType == "git" {
				return true
			}
		}
	}
	cmds := python.ToolCommands(pkg)
	for _, s := range c.upTo(c.last) {
		if s.Name != "RUN" {
			continue
		}
		for _, cmd := range s.Commands() {
			for _, p := range analysis.Programs(s, cmd.Unwrapped().Words) {
				if slices.Contains(cmds, p) {
					return true
				}
			}
		}
	}
	return false
}

// downloader are tools that images commonly install only to fetch, check and
// unpack something during the build.
var downloader = set("curl wget git git-core git-lfs gpg gpg-agent gnupg gnupg1 gnupg2 dirmngr mercurial subversion unzip zip xz-utils bzip2 openssh-client file")

// purged are the packages that a later command of the file removes again.
func (c *conversion) purged() map[string]bool {
	out := map[string]bool{}
	for _, s := range c.steps {
		for _, cmd := range s.Commands() {
			if n := cmd.Unwrapped().Name(); s.Name != "RUN" || n != "apt-get" && n != "apt" && n != "apk" {
				continue
			}
			verb, pkgs, _ := c.packageWords(s, cmd)
			if verb == "purge" || verb == "remove" || verb == "del" {
				for _, w := range pkgs {
					out[python.AptName(w.Value)] = true
				}
			}
		}
	}
	return out
}
