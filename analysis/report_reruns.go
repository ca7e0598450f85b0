package analysis

// RerunReport says of one instruction what makes it run again, beside a change
// of the Dockerfile itself.
type RerunReport struct {
	Line        int    `json:"line"`
	Instruction string `json:"instruction"`
	// Label is the list in a few words.
	Label  string        `json:"label"`
	Causes []CauseReport `json:"causes"`
	// More says that there are further ones.
	More bool `json:"more"`
	// Code says that each edit of the project's code does, Costly that it makes
	// the instruction install what does not depend on the code.
	Code   bool `json:"code"`
	Costly bool `json:"costly"`
}

// CauseReport is one change that makes an instruction run again.
type CauseReport struct {
	// Kind is "context" (any file of it), "file" (or folder, with a slash at its
	// end, or pattern), "remote", "arg" or "image".
	Kind string `json:"kind"`
	// Name is relative to the context for files, "" for all of them.
	Name   string   `json:"name"`
	Except []string `json:"except"`
	// Line is the instruction that first brings it in.
	Line int `json:"line"`
	// Perhaps says that it depends on what a RUN of another stage writes.
	Perhaps bool `json:"perhaps"`
}

var causeKinds = map[CauseKind]string{
	CauseContext: "context", CauseFile: "file", CauseRemote: "remote", CauseArg: "arg", CauseImage: "image",
}

func (f *Facts) rerunReports(st *Stage) []RerunReport {
	out := []RerunReport{}
	for _, r := range f.Reruns(st) {
		report := RerunReport{Line: f.LineOf(r.Step.Span.Start), Instruction: r.Step.Name, Label: r.Label(), Causes: []CauseReport{},
			More: r.More, Code: r.Code, Costly: r.Costly}
		for _, c := range r.Causes {
			report.Causes = append(report.Causes, CauseReport{causeKinds[c.Kind], c.Name, listOf(c.Except), f.LineOf(c.At.Span.Start), c.Perhaps})
		}
		out = append(out, report)
	}
	return out
}
