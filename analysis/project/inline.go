package project

import (
	"path"
	"strings"

	"gopkg.in/yaml.v3"

	"restage/analysis/source"
)

// Inline is a Dockerfile that stands in a compose file, as the literal block
// of a service's build.dockerfile_inline
// (https://docs.docker.com/reference/compose-file/build/#dockerfile_inline).
type Inline struct {
	// Service is the service's name.
	Service string
	// Context is its build context as written, "." when it is not.
	Context string
	// Text is the Dockerfile, each "$$" of the compose file already "$".
	Text string
	// Interpolated says that compose puts values of its own into the text.
	Interpolated bool
	// Span is the block's lines in bytes of the compose file, Line the 0-based
	// line it begins in, and Indent the blanks before each of its lines.
	Span   source.Span
	Line   int
	Indent int
}

// Inlines finds the Dockerfiles inside a compose file. Those in other spellings
// than literal blocks ("|"), which nobody writes, are left out, and so is
// everything in a file that cannot be read.
func Inlines(name, text string) []Inline {
	if !IsCompose(name) || !strings.Contains(text, "dockerfile_inline") {
		return nil
	}
	f, problem := parseYAML(name, text)
	if problem != nil {
		return nil
	}
	var out []Inline
	seen := map[*yaml.Node]bool{}
	for _, service := range f.items(f.find(f.root, "services")) {
		build := f.find(service.value, "build")
		node := f.find(build, "dockerfile_inline")
		if node == nil || node.Kind != yaml.ScalarNode || node.Style&yaml.LiteralStyle == 0 || seen[node] {
			continue
		}
		seen[node] = true // an anchor can lend one text to two services
		in := Inline{Service: service.key, Context: "."}
		if c := f.find(build, "context"); c != nil && c.Kind == yaml.ScalarNode && c.Value != "" {
			in.Context = c.Value
		}
		if in.place(text, node) {
			out = append(out, in)
		}
	}
	return out
}

// IsCompose says whether a path is a compose file by its name.
func IsCompose(name string) bool { return composeName.MatchString(path.Base(name)) }

// place finds the lines of the block, and says whether they are what the YAML
// parser read there.
func (in *Inline) place(text string, node *yaml.Node) bool {
	in.Line = node.Line // 1-based line of the "|", so the 0-based one below it
	in.Span = source.Span{Start: lineStart(text, in.Line)}
	in.Span.End = in.Span.Start
	in.Indent = -1
	var raw strings.Builder
	for line := range strings.Lines(text[in.Span.Start:]) {
		body := strings.TrimRight(line, "\r\n")
		if indent := len(body) - len(strings.TrimLeft(body, " ")); body != "" && indent < len(body) {
			if in.Indent < 0 {
				in.Indent = indent
			}
			if indent < in.Indent {
				break
			}
		}
		if len(body) > in.Indent && in.Indent >= 0 {
			raw.WriteString(body[in.Indent:])
		}
		raw.WriteByte('\n')
		in.Span.End += len(line)
	}
	// Blank lines at the end belong to the block or not, as its header says.
	written, read := strings.TrimRight(raw.String(), "\n"), strings.TrimRight(node.Value, "\n")
	if in.Indent < 0 || written != read || written == "" || written != strings.TrimRight(written, " \n") || strings.Contains(text[in.Span.Start:in.Span.End], "\r") {
		return false
	}
	in.Span.End = in.Span.Start + blockEnd(text[in.Span.Start:in.Span.End])
	rest := strings.ReplaceAll(written, "$$", "")
	in.Interpolated = strings.Contains(rest, "$")
	in.Text = strings.ReplaceAll(written, "$$", "$") + "\n"
	return true
}

// blockEnd is the length of a text without the blank lines at its end.
func blockEnd(text string) int {
	end := len(strings.TrimRight(text, " \n"))
	if next := strings.IndexByte(text[end:], '\n'); next >= 0 {
		return end + next + 1
	}
	return len(text)
}

// Column takes a column of a line of Text, both counted from 0 in code points,
// to the one in the compose file. compose is that file.
func (in *Inline) Column(compose string, line, column int) int {
	at := lineStart(compose, in.Line+line)
	rest, _, _ := strings.Cut(compose[min(at+in.Indent, len(compose)):], "\n")
	doubled := 0
	runes := []rune(rest)
	for i := 0; i < len(runes) && i-doubled < column; i++ {
		if runes[i] == '$' && i+1 < len(runes) && runes[i+1] == '$' {
			doubled++
			i++
		}
	}
	return in.Indent + column + doubled
}

// With is the compose file with another Dockerfile in the block's place. It
// must not be asked of an interpolated one.
func (in *Inline) With(compose, dockerfile string) string {
	var b strings.Builder
	b.WriteString(compose[:in.Span.Start])
	for line := range strings.Lines(strings.TrimRight(dockerfile, "\n")) {
		if strings.Trim(line, "\r\n") != "" {
			b.WriteString(strings.Repeat(" ", in.Indent))
		}
		b.WriteString(strings.ReplaceAll(line, "$", "$$"))
	}
	if strings.HasSuffix(compose[in.Span.Start:in.Span.End], "\n") {
		b.WriteByte('\n')
	}
	b.WriteString(compose[in.Span.End:])
	return b.String()
}
