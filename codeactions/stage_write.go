package codeactions

import (
	"strings"

	"restage/analysis"
	"restage/analysis/python"
	"restage/analysis/source"
)

// write puts the two stages together out of slices of the old text.
func (c *conversion) write() string {
	nl := c.Doc.Newline
	from := c.final.From
	start := block(c.Doc, from).Start
	gap := c.gap()
	var builder, runtime writer
	builder.nl, runtime.nl = nl, nl
	head, common, base := c.Doc.Text[start:from.Span.Start], "", c.base
	builderBase, like := c.final.Base.Raw, c.root()
	switch {
	case c.trunk != nil:
		base, like = stageName(c.trunk), c.final
	case c.shared > 0:
		common, base = c.writeShared(head)
		head, builderBase, like = "", base, c.final
	}
	above := "" // the comments above the FROM stay with the stage that keeps its name
	if c.final.Parent != nil {
		head, above = "", head
	}
	if c.builds() {
		builder.add(head + c.fromLine(c.final, builderBase, c.builderName()) + nl)
	}
	runtime.add(c.fromLine(like, base, c.runtimeName()) + nl)
	if len(c.needs) > 0 && !c.needsInPlace() {
		runtime.add(gap + "RUN apt-get update " + string(c.Doc.Escape) + nl +
			"    && apt-get install -y --no-install-recommends " + strings.Join(c.needs, " ") + " " + string(c.Doc.Escape) + nl +
			"    && rm -rf /var/lib/apt/lists/*" + nl)
	}
	if c.workdir != "" {
		runtime.add(gap + "WORKDIR " + c.workdir + nl)
	}
	added := c.workdir == ""
	for i, p := range c.places {
		if !added && (p.step.Name == "COPY" || p.step.Name == "ADD" || p.step == c.first) && p.builder != "" {
			builder.add(gap + "WORKDIR " + c.workdir + nl)
			added = true
		}
		builder.add(p.builder)
		if i == c.envAt {
			runtime.add(c.fromBuilder())
		}
		runtime.add(p.runtime)
	}
	if c.envAt == len(c.places) {
		runtime.add(c.fromBuilder())
	}
	tail := ""
	if last := c.final.Instructions[len(c.final.Instructions)-1]; c.Doc.LineSpan(last).End < len(c.Doc.Text) {
		tail = c.Doc.Text[c.Doc.LineSpan(last).End:]
	}
	text := c.Doc.Text[:start] + common
	if c.builds() {
		text += strings.TrimRight(builder.String(), "\r\n") + nl + nl
	}
	text += above + strings.TrimLeft(runtime.String(), "\r\n")
	text = strings.TrimRight(text, "\r\n")
	if tail != "" || strings.HasSuffix(c.Doc.Text, "\n") {
		text += nl
	}
	return text + tail
}

// writer collects chunks and keeps the blank lines between them to one where
// something was left out.
type writer struct {
	strings.Builder
	nl string
}

func (w *writer) add(chunk string) {
	if chunk == "" {
		return
	}
	text := w.String()
	if strings.HasSuffix(text, w.nl+w.nl) || text == "" {
		chunk = strings.TrimLeft(chunk, "\r\n")
	} else if strings.IndexByte(text, '\n') == strings.LastIndexByte(text, '\n') && strings.HasPrefix(chunk, w.nl+w.nl) {
		chunk = w.nl + strings.TrimLeft(chunk, "\r\n") // right below the FROM
	}
	w.WriteString(chunk)
}

// fromLine is a stage's FROM with another base and name, flags and letter case kept.
func (c *conversion) fromLine(st *analysis.Stage, base, name string) string {
	from := st.From
	head := c.Doc.Text[from.Span.Start:st.Base.Span.Start]
	as := " AS "
	if from.Name != c.Doc.Slice(from.Keyword) {
		as = " as "
	}
	if c.final.Name != "" {
		as = c.Doc.Text[c.final.Base.Span.End:c.final.NameSpan.Start]
	}
	return head + base + as + name
}

// builderName is the name of the builder stage.
func (c *conversion) builderName() string {
	return c.freeName("builder", "build", "python-builder", "poetry-builder")
}

// runtimeName keeps the final stage's name, which --target and compose files
// may use.
func (c *conversion) runtimeName() string {
	if c.final.Name != "" {
		return c.final.Name
	}
	return c.freeName("runtime", "final", "app", "production")
}

// freeName is the first name that no stage of the file has.
func (c *conversion) freeName(names ...string) string {
	for _, n := range names {
		if c.StageNamed(n) == nil {
			return n
		}
	}
	for i := 2; ; i++ {
		if n := names[0] + itoa(i); c.StageNamed(n) == nil {
			return n
		}
	}
}

// fromBuilder puts the environment on PATH, where the original does not, and
// copies it from the builder to the same path: environments cannot be moved
// (docs.python.org/3/library/venv.html).
func (c *conversion) fromBuilder() string {
	nl, gap := c.Doc.Newline, c.gap()
	text := gap
	if !c.envOnPath() || c.workdir != "" || c.stripped && !onPath(c.first, c.env+"/bin") {
		text += "ENV VIRTUAL_ENV=" + c.env + " " + string(c.Doc.Escape) + nl + `    PATH="` + c.env + `/bin:$PATH"` + nl + gap
	}
	if c.brought {
		return strings.TrimSuffix(text, gap)
	}
	keyword := "COPY"
	if c.final.From.Name != c.Doc.Slice(c.final.From.Keyword) {
		keyword = "copy"
	}
	owner := ""
	if c.envOwner != "" {
		owner = " --chown=" + c.envOwner
	} else if user := c.ownUser(); user != "" {
		owner = " --chown=" + user
	}
	return text + keyword + " --from=" + c.installedIn() + owner + " " + c.env + " " + c.env + nl + gap
}

// ownUser is the user other than root that installs, if the environment comes
// into the runtime stage where the same user is in force: it stays theirs, as
// COPY alone would not leave it.
func (c *conversion) ownUser() string {
	user, at := c.in.Step.User, c.envAt
	if at < 0 || at >= len(c.places) || strings.ContainsAny(user, "$\\\"'") || c.in.Owner().Root {
		return ""
	}
	if c.places[at].step.User != user {
		return ""
	}
	return user
}

// gap is the blank line between instructions, for stages that have such.
func (c *conversion) gap() string {
	nl := c.Doc.Newline
	for _, st := range c.final.Chain() {
		last := st.Instructions[len(st.Instructions)-1]
		if strings.Contains(c.Doc.Text[st.From.Span.Start:last.Span.End], nl+nl) {
			return nl
		}
	}
	return ""
}

// verify reads the result and compares what the final image is configured to
// be with the original: the last line of defence.
func (c *conversion) verify(text string) string {
	doc := source.Parse(text)
	if len(doc.Problems) > 0 || len(doc.Check()) > 0 {
		return "the two stages could not be written as a file that BuildKit reads"
	}
	f := c.OfFinal(doc)
	old, now := c.final.End(), f.Final().End()
	if old.User != now.User {
		return "the user of the final image would change"
	}
	if old.Workdir != now.Workdir && now.Workdir != c.workdir {
		return "the working folder of the final image would change"
	}
	if !onPath(now, c.env+"/bin") && len(c.Commands(c.final)) > 0 {
		return "PATH of the final image would not have the environment's commands first"
	}
	for _, s := range c.steps {
		if s.Name != "ENV" {
			continue
		}
		for _, p := range s.Pairs {
			was, is := old.Var(p.Key), now.Var(p.Key)
			if p.Key != "PATH" && was.Set && !was.Arg && !c.toolPair(s, p) && was.Value != is.Value {
				return "the variable " + p.Key + " of the final image would change"
			}
		}
	}
	if reason := c.sameImage(f.Final(), doc); reason != "" {
		return reason
	}
	return c.verifyEntries(f)
}

func (c *conversion) verifyEntries(f *analysis.Facts) string {
	old, now := c.Entries(c.final), f.Entries(f.Final())
	dropped := 0
	for _, e := range old {
		for _, ed := range c.direct[e.Step] {
			if ed.Start <= e.Step.Span.Start && e.Step.Span.End <= ed.End {
				dropped++ // ENTRYPOINT ["poetry", "run"] goes as a whole
			}
		}
	}
	if len(old)-dropped != len(now) {
		return "a command of the final image would get lost"
	}
	if s := f.KeptInstaller(f.Final()); s != nil {
		return "line " + itoa(f.LineOf(s.Span.Start)) + " would still bring Poetry into the final image"
	}
	for _, in := range f.InstallsOf(f.Final()) {
		return "the install in line " + itoa(f.LineOf(in.Cmd.Span.Start)) + " would stay in the final stage"
	}
	return ""
}

// distro is the Debian release of the runtime stage, "" when not known.
func (c *conversion) distro() string {
	img := c.final.Image
	if img.Family == python.Other {
		return ""
	}
	return img.Codename
}
