package codeactions

import (
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/shell"
	"restage/analysis/source"
)

// placeSteps decides for every step of the final stage which of the two stages
// it belongs to, and with which text.
func (c *conversion) placeSteps() string {
	for i, s := range c.steps {
		chunk := c.chunk(s)
		p := place{step: s}
		var reason string
		switch {
		case i < c.shared && c.inherited(s):
			p.runtime, reason = c.placeInherited(s, chunk)
		case i < c.shared:
			p.common, p.runtime = c.placeShared(s, chunk)
		case c.inherited(s):
			_, p.runtime, reason = c.placeStep(s, chunk)
			p.runtime = c.repeated(s, p.runtime)
		default:
			p.builder, p.runtime, reason = c.placeStep(s, chunk)
		}
		if reason != "" {
			return reason
		}
		c.places = append(c.places, p)
	}
	c.keepUpdates()
	c.dropUnusedArgs()
	c.dropArgsAgain()
	c.dropRepetitions()
	c.dropUsers()
	return c.checkReferences()
}

// placeStep gives the texts of one step in builder and runtime stage.
func (c *conversion) placeStep(s *analysis.Step, chunk string) (builder, runtime, reason string) {
	early := s.Index <= c.last.Index
	if !early {
		builder = ""
	} else {
		builder = chunk
	}
	switch s.Name {
	case "WORKDIR", "USER", "SHELL":
		return builder, chunk, ""
	case "ARG":
		return builder, chunk, "" // dropUnusedArgs looks again
	case "ENV":
		return builder, c.runtimeEnv(s, chunk), ""
	case "CMD", "ENTRYPOINT", "HEALTHCHECK":
		if c.inherited(s) && !c.entryInForce(s) {
			return "", "", ""
		}
		return "", c.edited(s, chunk, c.direct[s]), ""
	case "EXPOSE", "LABEL", "VOLUME", "STOPSIGNAL", "MAINTAINER":
		return "", chunk, ""
	case "COPY", "ADD":
		return c.placeCopy(s, chunk, early)
	case "RUN":
		return c.placeRun(s, chunk, early)
	}
	return "", "", "line " + itoa(c.line(s.Span.Start)) + " is an instruction (" + s.Name + ") that neither stage has a place for"
}

// edited makes edits of the document in a chunk that ends with the step.
func (c *conversion) edited(s *analysis.Step, chunk string, edits []Edit) string {
	if len(edits) == 0 {
		return chunk
	}
	start := c.chunkStart(s)
	var shifted []Edit
	for _, e := range edits {
		if e.Start <= s.Span.Start && s.Span.End <= e.End {
			return "" // the whole instruction goes
		}
		shifted = append(shifted, Edit{source.Span{Start: e.Start - start, End: e.End - start}, e.New})
	}
	return Apply(chunk, tidy(shifted))
}

// chunk is a step with the comments and blank lines above it.
func (c *conversion) chunk(s *analysis.Step) string {
	return ended(c.Doc, c.Doc.Text[c.chunkStart(s):c.Doc.LineSpan(s.Instruction).End])
}

// chunkStart is the offset where a step's chunk begins: behind the step above.
func (c *conversion) chunkStart(s *analysis.Step) int {
	return c.Doc.LineSpan(s.Stage.Steps[s.Pos-1].Instruction).End
}

// placeCopy: manifests go to the builder, code to the runtime stage, and both
// to both where an install needs it. What comes from other stages is wanted in
// the image, unless it is the installer.
func (c *conversion) placeCopy(s *analysis.Step, chunk string, early bool) (string, string, string) {
	cp := c.CopyAt(s)
	if cp == nil {
		return chunk, chunk, ""
	}
	if !early {
		return "", c.narrow(cp, chunk), ""
	}
	if !cp.FromContext() {
		if c.bringsInstaller(cp) || c.builds() && cp.DestKnown && analysis.Below(cp.Dest, c.env) {
			return chunk, "", "" // what is in the environment comes along with it
		}
		return chunk, chunk, ""
	}
	if c.onlyManifests(cp) || bringsToolScript(cp) {
		return chunk, "", ""
	}
	if c.BringsCode(cp) && !c.feedsInstall(cp) && !c.codeNeeded(s) && c.manifestsElsewhere(cp) {
		return "", c.narrow(cp, chunk), ""
	}
	return chunk, c.narrow(cp, c.withoutLock(cp, chunk)), ""
}

// rootInstalled says whether an install of this stage installs the root package.
func (c *conversion) rootInstalled() bool {
	return slices.ContainsFunc(c.installs, func(in *analysis.Install) bool { return in.Root })
}

// bringsInstaller says whether a copy brings Poetry or another tool for
// installing.
func (c *conversion) bringsInstaller(cp *analysis.Copy) bool {
	for _, i := range c.Installers {
		if i.Step == cp.Step {
			return true
		}
	}
	if fl, ok := cp.Step.Flag("from"); ok {
		return strings.Contains(fl.Value, "/uv:") || strings.HasSuffix(fl.Value, "/uv")
	}
	return false
}

// runsPrograms says whether a RUN of the runtime stage runs what may read any
// variable: more than shell commands and the system's tools.
func (c *conversion) runsPrograms(s *analysis.Step) bool {
	return s.Name == "RUN" && s.Index > c.first.Index && slices.ContainsFunc(s.Commands(), func(cmd *shell.Command) bool {
		u := cmd.Unwrapped()
		return len(u.Words) > 0 && c.envProgram(s, u, analysis.Programs(s, u.Words)) || isPoetryRun(c.request, s, cmd)
	})
}

// isPoetryRun says whether a command is "poetry run".
func isPoetryRun(r *request, s *analysis.Step, cmd *shell.Command) bool {
	call := callIn(r, s, cmd)
	return call != nil && call.Tool == "poetry" && call.Verb == "run"
}

// namesVariable says whether text has $NAME or ${NAME.
func namesVariable(text, name string) bool {
	for from := 0; ; {
		i := strings.Index(text[from:], "$")
		if i < 0 {
			return false
		}
		rest := strings.TrimPrefix(text[from+i+1:], "{")
		if tail, ok := strings.CutPrefix(rest, name); ok && (tail == "" || !wordByte(tail[0])) {
			return true
		}
		from += i + 1
	}
}

func wordByte(b byte) bool {
	return b == '_' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}
