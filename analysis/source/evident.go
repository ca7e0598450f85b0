package source

import (
	"slices"
	"strings"
)

// maxLine is safely below the longest line that BuildKit reads (64 KB,
// bufio.Scanner's own limit).
const maxLine = 60_000

// evident says that BuildKit surely accepts the text, so that it need not be
// asked. It knows plain forms only and leaves everything else to BuildKit: a
// "no" says nothing. A test and a fuzzer hold every "yes" against BuildKit
// (instructions/parse.go and bflag.go are what it is made from).
func (d *Document) evident() bool {
	if len(d.Problems) > 0 || !shortLines(d.Text) {
		return false
	}
	for _, in := range d.Instructions {
		if !d.evidentInstruction(in) {
			return false
		}
	}
	return true
}

func shortLines(text string) bool {
	for len(text) > maxLine {
		i := strings.LastIndexByte(text[:maxLine], '\n')
		if i < 0 {
			return false
		}
		text = text[i+1:]
	}
	return true
}

func (d *Document) evidentInstruction(in *Instruction) bool {
	if in.Args.Empty() || len(in.Heredocs) > 0 || !d.evidentFlags(in) {
		return false
	}
	array := d.Text[in.Args.Start] == '['
	switch in.Name {
	case "RUN":
		return array == (in.JSON != nil) && !strings.Contains(d.Slice(in.Args), "<<")
	case "CMD", "ENTRYPOINT":
		return array == (in.JSON != nil)
	case "SHELL":
		return len(in.JSON) > 0
	case "COPY", "ADD":
		words := in.Words
		if in.JSON != nil {
			words = in.JSON
		}
		return array == (in.JSON != nil) && len(words) > 1 && !strings.Contains(d.Slice(in.Args), "<<")
	case "VOLUME":
		return array == (len(in.JSON) > 0) && len(in.Words) > 0
	case "ENV", "LABEL":
		return named(in.Pairs, true)
	case "ARG":
		return named(in.Pairs, false)
	case "FROM":
		w := in.Words
		return len(w) == 1 || len(w) == 3 && strings.EqualFold(w[1].Raw, "as") && stageName(w[2].Raw)
	case "USER", "WORKDIR", "STOPSIGNAL", "EXPOSE", "MAINTAINER":
		return len(in.Words) > 0
	case "HEALTHCHECK":
		sub := in.Sub
		return sub != nil && !sub.Args.Empty() && (d.Text[sub.Args.Start] != '[' || len(sub.JSON) > 0)
	}
	return false
}

// evidentFlags knows flags that are written without quotes, escapes and
// continuations, each once or of a kind that can stand several times.
func (d *Document) evidentFlags(in *Instruction) bool {
	for i, f := range in.Flags {
		written := d.Slice(f.Span)
		if f.ValueSpan.Empty() {
			// Only these need no value.
			if !slices.Contains([]string{"COPY --link", "ADD --link", "COPY --parents"}, in.Name+" "+written) {
				return false
			}
		} else if f.Value == "" || len(written) != len("--=")+len(f.Name)+len(f.Value) || strings.ContainsAny(written, "\"'\\`") || !evidentFlag(in.Name, f) {
			return false
		}
		for _, o := range in.Flags[:i] {
			if o.Name == f.Name && f.Name != "mount" && f.Name != "exclude" {
				return false
			}
		}
	}
	return true
}

func evidentFlag(instruction string, f Flag) bool {
	switch instruction + " " + f.Name {
	case "RUN mount":
		// BuildKit looks at the fields only when their variables are known,
		// save for this one.
		return !strings.Contains(strings.ToLower(f.Value), "from") || !strings.Contains(f.Value, "$")
	case "RUN network":
		return f.Value == "default" || f.Value == "none" || f.Value == "host"
	case "COPY from", "COPY chown", "COPY chmod", "COPY exclude", "ADD chown", "ADD chmod", "ADD checksum", "ADD exclude", "FROM platform":
		return true
	case "COPY link", "COPY parents", "ADD link", "ADD keep-git-dir":
		return f.Value == "true" || f.Value == "false"
	case "HEALTHCHECK interval", "HEALTHCHECK timeout", "HEALTHCHECK start-period", "HEALTHCHECK start-interval":
		number := strings.TrimRight(f.Value, "smh")
		return len(number) == len(f.Value)-1 && count(number)
	case "HEALTHCHECK retries":
		return count(f.Value)
	}
	return false
}

// count says whether the text is a number of one to four digits.
func count(text string) bool {
	return 0 < len(text) && len(text) < 5 && strings.Trim(text, "0123456789") == ""
}

// named says whether pairs have names of plain letters.
func named(pairs []Pair, values bool) bool {
	for _, p := range pairs {
		if p.Key == "" || values && !p.HasValue {
			return false
		}
		for _, c := range []byte(p.Key) {
			if !letter(c) && c != '-' && c != '.' && c != '/' {
				return false
			}
		}
	}
	return len(pairs) > 0
}

func stageName(name string) bool {
	for i, c := range []byte(name) {
		if !letter(c) && c != '-' && c != '.' || i == 0 && (c < 'A' || c == '_') {
			return false
		}
	}
	return name != ""
}

// letter says whether a byte can be part of a variable's name.
func letter(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_'
}
