package analysis

import (
	"path"
	"slices"
	"strings"

	"restage/analysis/python"
	"restage/analysis/shell"
	"restage/analysis/source"
)

// Call is one call of a package manager's command line in a RUN step.
type Call struct {
	Step *Step
	Cmd  *shell.Command
	// Tool is the manager: "poetry", "pip", "pipx", "uv", "pdm", "pipenv".
	Tool string
	// Name spans the words that name the tool: "poetry", "python3 -m poetry".
	Name source.Span
	// Verb is the sub-command, "" when there is none; VerbSpan is where it is.
	Verb     string
	VerbSpan source.Span
	// Options are the options in order, global ones included; Args the other
	// words behind the verb.
	Options []Option
	Args    []shell.Word
	// Dynamic says that a word could not be read statically, so that there may
	// be more options than Options holds; DynamicSpan is the first such word.
	Dynamic     bool
	DynamicSpan source.Span
}

// Option is one option of a call, "--without dev,test" or "-E=all".
type Option struct {
	Name  string // with its dashes, "--without"
	Value string // unquoted; several values of poetry are split by comma or blank
	Has   bool   // a value was given
	Span  source.Span
}

// Option gives the last option with one of the names.
func (c *Call) Option(names ...string) (Option, bool) {
	for i := len(c.Options) - 1; i >= 0; i-- {
		for _, n := range names {
			if c.Options[i].Name == n {
				return c.Options[i], true
			}
		}
	}
	return Option{}, false
}

// Has says whether one of the options is given.
func (c *Call) Has(names ...string) bool { _, ok := c.Option(names...); return ok }

// Values are the values of all options with one of the names, split at commas
// and blanks as Poetry does for groups and extras.
func (c *Call) Values(names ...string) []string {
	var out []string
	for _, o := range c.Options {
		for _, n := range names {
			if o.Name == n {
				out = append(out, strings.FieldsFunc(o.Value, func(r rune) bool { return r == ',' || r == ' ' })...)
			}
		}
	}
	return out
}

// End is the offset behind the last word of the call.
func (c *Call) End() int { return c.Cmd.Words[len(c.Cmd.Words)-1].Span.End }

// OptionsEnd is the offset behind which further options can be written: the end
// of the call, but the end of its verb where the last option still waits for
// its value, or where "--" ends the options.
func (c *Call) OptionsEnd() int {
	last := len(c.Options) - 1
	waits := last >= 0 && !c.Options[last].Has && c.Options[last].Span.End == c.End() && c.takesValue(c.Options[last].Name)
	if c.Verb != "" && (waits || slices.ContainsFunc(c.Args, func(w shell.Word) bool { return w.Value == "--" })) {
		return c.VerbSpan.End
	}
	return c.End()
}

// isPython says whether a program's name is python, python3 or python3.11.
func isPython(name string) bool {
	rest, ok := strings.CutPrefix(name, "python")
	if !ok || rest == "" {
		return ok
	}
	minor, dot := strings.CutPrefix(rest[1:], ".")
	return '0' <= rest[0] && rest[0] <= '9' && dot == (minor != "") && strings.Trim(minor, "0123456789") == ""
}

// tools are the managers whose calls are looked for.
var tools = map[string]bool{"poetry": true, "pip": true, "pipx": true, "uv": true, "pdm": true, "pipenv": true, "pip3": true}

// callOf reads a command as a manager's call; nil when it is none.
func callOf(s *Step, cmd *shell.Command) *Call {
	words := cmd.Unwrapped().Words
	if len(words) == 0 {
		return nil
	}
	name := s.wordName(cmd, words[0])
	at := 0
	if isPython(name) {
		at = moduleWord(words)
		if at == 0 {
			return nil
		}
		name = path.Base(words[at].Value)
	}
	if strings.HasPrefix(name, "pip3.") {
		name = "pip"
	}
	if !tools[name] {
		return nil
	}
	if name == "pip3" {
		name = "pip"
	}
	c := &Call{Step: s, Cmd: cmd, Tool: name, Name: source.Span{Start: words[0].Span.Start, End: words[at].Span.End}}
	c.parse(words[at+1:])
	return c
}

// moduleWord is the index of X in "python -m X" or "python /path/poetry"; 0 if
// there is no such word.
func moduleWord(words []shell.Word) int {
	for i := 1; i < len(words); i++ {
		switch v := words[i].Value; {
		case v == "-m" && i+1 < len(words):
			return i + 1
		case strings.HasPrefix(v, "-"):
			continue
		case path.Base(v) == "poetry":
			return i
		default:
			return 0
		}
	}
	return 0
}

// wordName is the base name of a command word, variables expanded where known.
func (s *Step) wordName(cmd *shell.Command, w shell.Word) string {
	v := w.Value
	if !w.Static {
		if e, ok := s.ShellValue(v, cmd.Exports); ok {
			v = strings.TrimSpace(e)
		}
	}
	return path.Base(v)
}

// takesValue says whether an option consumes the next word.
func (c *Call) takesValue(opt string) bool {
	switch c.Tool {
	case "poetry":
		return python.PoetryTakesValue(opt)
	case "pip":
		return pipValues[opt]
	case "uv":
		return uvValues[opt] || c.Verb == "pip" && pipValues[opt]
	}
	return false
}

// uvValues are uv's options with a value that matter for finding what it
// installs (uv sync --help, uv 0.9).
var uvValues = map[string]bool{
	"--directory": true, "--project": true, "--python": true, "-p": true, "--extra": true, "--no-extra": true, "--group": true,
	"--no-group": true, "--only-group": true, "--package": true, "--with": true, "--from": true, "--index": true,
	"--default-index": true, "--cache-dir": true, "--config-file": true, "--no-install-package": true, "--link-mode": true,
}

// pipValues are pip's options with a value that matter for finding the
// requirements of a command (pip install --help, pip 26).
var pipValues = map[string]bool{
	"-r": true, "--requirement": true, "-c": true, "--constraint": true, "-e": true, "--editable": true, "-t": true, "--target": true,
	"-i": true, "--index-url": true, "--extra-index-url": true, "--find-links": true, "-f": true, "--prefix": true, "--root": true,
	"--platform": true, "--python-version": true, "--implementation": true, "--abi": true, "--cache-dir": true, "--timeout": true,
	"--retries": true, "--trusted-host": true, "--proxy": true, "--cert": true, "--no-binary": true, "--only-binary": true,
	"--src": true, "--upgrade-strategy": true, "--progress-bar": true, "--root-user-action": true, "--global-option": true,
	"--config-settings": true, "-C": true, "--python": true, "--log": true, "--default-timeout": true, "--exists-action": true, "--report": true,
	"--group": true, "--use-feature": true, "--use-deprecated": true, "--client-cert": true, "--keyring-provider": true,
}

// parse splits the words behind the tool's name.
func (c *Call) parse(words []shell.Word) {
	for i := 0; i < len(words); i++ {
		w := words[i]
		v := w.Value
		if !w.Static {
			e, ok := c.Step.ShellValue(v, c.Cmd.Exports)
			if !ok {
				c.dynamic(w)
				if strings.HasPrefix(v, "-") && strings.Contains(v, "=") {
					name, val, _ := strings.Cut(v, "=")
					c.Options = append(c.Options, Option{Name: name, Value: val, Has: true, Span: w.Span})
				} else if c.Verb != "" {
					c.Args = append(c.Args, w)
				}
				continue
			}
			if fields := strings.Fields(e); w.Raw == w.Value && len(fields) != 1 {
				c.splitDynamic(w, fields) // an unquoted variable is split into words
				continue
			}
			v = e
		}
		i += c.word(w, v, words[i+1:])
	}
}

func (c *Call) dynamic(w shell.Word) {
	if !c.Dynamic {
		c.Dynamic, c.DynamicSpan = true, w.Span
	}
}

// splitDynamic reads the words of an unquoted variable whose value is known.
// An ARG's default can be overridden, which makes the call dynamic.
func (c *Call) splitDynamic(w shell.Word, fields []string) {
	for i := 0; i < len(fields); i++ {
		var rest []shell.Word
		for _, f := range fields[i+1:] {
			rest = append(rest, shell.Word{Span: w.Span, Raw: f, Value: f, Static: true})
		}
		i += c.word(w, fields[i], rest)
	}
}

// word takes one word and gives how many of the following it consumed.
func (c *Call) word(w shell.Word, v string, rest []shell.Word) int {
	if !w.Static {
		for _, name := range w.Vars {
			if c.Step.Var(name).Arg {
				c.dynamic(w)
			}
		}
	}
	switch {
	case strings.HasPrefix(v, "-") && len(v) > 1:
		name, val, has := strings.Cut(v, "=")
		o := Option{Name: name, Value: val, Has: has, Span: w.Span}
		used := 0
		if !has && len(v) > 2 && v[1] != '-' && c.takesValue(v[:2]) {
			o.Name, o.Value, o.Has = v[:2], v[2:], true
		} else if last := "-" + v[len(v)-1:]; !has && len(v) > 2 && v[1] != '-' && c.takesValue(last) && len(rest) > 0 {
			// "-Ur FILE": the last of joined letters takes the value.
			o.Name, o.Value, o.Has, used = last, rest[0].Value, true, 1
			o.Span.End = max(o.Span.End, rest[0].Span.End)
		} else if !has && c.takesValue(name) && len(rest) > 0 {
			o.Value, o.Has, used = rest[0].Value, true, 1
			if !rest[0].Static {
				if e, ok := c.Step.ShellValue(rest[0].Value, c.Cmd.Exports); ok {
					o.Value = e
				} else {
					c.dynamic(rest[0])
				}
			}
			if rest[0].Span.End > o.Span.End {
				o.Span.End = rest[0].Span.End
			}
		}
		c.Options = append(c.Options, o)
		return used
	case c.Verb == "":
		c.Verb, c.VerbSpan = v, w.Span
	default:
		c.Args = append(c.Args, w)
	}
	return 0
}
