package analysis

import (
	"sort"
	"sync"

	"restage/analysis/project"
	"restage/analysis/source"
)

// Facts are what several rules and refactorings need, computed once a document.
type Facts struct {
	choices Choices // what the settings of restage choose; see Choice

	Doc *source.Document
	// Project is what the Dockerfile builds; never nil, but possibly empty.
	Project *project.Project
	// Stages are the build stages in order.
	Stages []*Stage
	// Installs are the "poetry install" and "poetry sync" calls in file order.
	Installs []*Install
	// Installers are the places that bring Poetry into a stage, in file order.
	Installers []*Installer

	globals    map[string]Var
	copies     map[*Stage][]*Copy
	calls      map[*Stage][]*Call
	installers map[*Stage][]*Installer
	homeDirs   map[string]string
	uses       func() []Use
	commands   map[*Stage][]Command
	context    *contextFacts
	reruns     *reruns
	sights     sights
	// configs are the "poetry config KEY VALUE" calls of each stage.
	configs map[*Stage][]*Call

	// What is remembered once it has been asked for.
	programs map[*Stage]map[string][]ran
	started  map[*Stage]map[string]bool
	users    map[*Stage][]*Stage
	exported map[*Stage][]*Supply
	removals map[*Stage][]Removal
	upper    map[*Stage][]*Copy
	callsOf  map[*Installer][]*Call
}

// NewFacts computes the facts of one document and its project (nil when there is none).
func NewFacts(doc *source.Document, proj *project.Project) *Facts {
	return newFacts(doc, proj, newContextFacts(), nil)
}

// Of computes the facts of another text of the same Dockerfile. What was read
// from the build context for the first is not read again.
func (f *Facts) Of(doc *source.Document) *Facts { return newFacts(doc, f.Project, f.context, nil) }

// OfFinal is Of for questions about the final image only: calls, installs and
// copies of stages that it does not start from are left out.
func (f *Facts) OfFinal(doc *source.Document) *Facts {
	return newFacts(doc, f.Project, f.context, func(f *Facts, st *Stage) bool { return f.Final().Includes(st) })
}

func newFacts(doc *source.Document, proj *project.Project, context *contextFacts, wanted func(*Facts, *Stage) bool) *Facts {
	if proj == nil {
		proj = &project.Project{}
	}
	f := &Facts{Doc: doc, Project: proj, context: context, copies: map[*Stage][]*Copy{}, calls: map[*Stage][]*Call{}, installers: map[*Stage][]*Installer{}, commands: map[*Stage][]Command{},
		sights: newSights(), configs: map[*Stage][]*Call{}, programs: map[*Stage]map[string][]ran{}, started: map[*Stage]map[string]bool{},
		users: map[*Stage][]*Stage{}, exported: map[*Stage][]*Supply{}, removals: map[*Stage][]Removal{}, upper: map[*Stage][]*Copy{}}
	f.buildStages()
	for _, st := range f.Stages {
		if wanted == nil || wanted(f, st) {
			f.scan(st)
		}
	}
	f.uses = sync.OnceValue(f.runtimeUses)
	return f
}

// scan reads copies, manager calls, installers and installs of a stage.
func (f *Facts) scan(st *Stage) {
	for _, s := range st.Steps {
		if c := copyOf(s); c != nil {
			f.copies[st] = append(f.copies[st], c)
		}
		if s.Name == "RUN" && !s.mayCall() {
			continue
		}
		calls := callsOf(s)
		found := installersIn(s, calls)
		f.installers[st] = append(f.installers[st], found...)
		f.Installers = append(f.Installers, found...)
		for _, c := range calls {
			if c == nil {
				continue
			}
			f.calls[st] = append(f.calls[st], c)
			if c.Tool == "poetry" && c.Verb == "config" && len(c.Args) == 2 && !c.Has("--unset") {
				f.configs[st] = append(f.configs[st], c)
			}
			if poetryInstall(c) {
				f.Installs = append(f.Installs, f.newInstall(c))
			}
		}
	}
}

// callsOf are the calls of a RUN's commands, nil for a command that is none.
func callsOf(s *Step) []*Call {
	if s.Name != "RUN" {
		return nil
	}
	commands := s.Commands()
	calls := make([]*Call, len(commands))
	for i, cmd := range commands {
		calls[i] = callOf(s, cmd)
	}
	return calls
}

// Calls are the manager calls of a stage's own steps, in order.
func (f *Facts) Calls(st *Stage) []*Call { return f.calls[st] }

// CallsIn are the manager calls of one step, in order.
func (f *Facts) CallsIn(s *Step) []*Call {
	all := f.calls[s.Stage]
	first := sort.Search(len(all), func(i int) bool { return all[i].Step.Pos >= s.Pos })
	last := first
	for last < len(all) && all[last].Step == s {
		last++
	}
	return all[first:last]
}

// InstallsOf are the installs whose steps are part of a stage or of the stages
// it starts from, in order.
func (f *Facts) InstallsOf(st *Stage) []*Install {
	var out []*Install
	for _, in := range f.Installs {
		if st.Includes(in.Step.Stage) {
			out = append(out, in)
		}
	}
	return out
}

// LineOf is the 1-based line of a byte offset, as messages name it.
func (f *Facts) LineOf(offset int) int {
	return f.Doc.Mapper.Position(offset, source.UTF8).Line + 1
}
