// Package codeactions mends what the rules of package analysis find: one
// refactoring a file, named as its rule. A refactoring gives edits on the
// bytes of the document, or refuses with its true reason.
package codeactions

import (
	"fmt"
	"strings"
	"sync"

	"restage/analysis"
	"restage/analysis/shell"
	"restage/analysis/source"
)

// Edit replaces the bytes of Span by New.
type Edit struct {
	source.Span
	New string
}

// Level says how far a refactoring can be trusted without a look.
type Level int

// Safe edits provably leave the image's behaviour alone (or only make it
// smaller and faster); Review edits are shown before they are made.
const (
	Safe Level = iota
	Review
)

// String gives "safe" or "review".
func (l Level) String() string { return [...]string{"safe", "review"}[l] }

// Action is what can be done about one finding: edits, or a refusal.
type Action struct {
	// Rule is the finding's rule.
	Rule *analysis.Rule
	// Title is a verb phrase: "Copy the manifests before the code".
	Title string
	Level Level
	// Edits are disjoint and sorted, on the bytes of the analysed document.
	// Edits and Files are both empty exactly when Refusal is not.
	Edits []Edit
	// Files are changes of other files than the Dockerfile.
	Files []FileChange
	// Why is the finding's message: the cause and the cost.
	Why string
	// Note is one sentence for a change annotation: what, why, what to check.
	// Review actions always have one.
	Note string
	// Refusal is the reason why the action is disabled, a whole sentence
	// without full stop; "" when it is not.
	Refusal string
}

// FileChange is a change of a file beside the Dockerfile.
type FileChange struct {
	// Path is the file, relative to the project's file system.
	Path string
	// Old is the text that it has, New the one that it gets.
	Old, New string
	// Created says that the file is not there yet.
	Created bool
}

// Edits turn the file's text into the new one.
func (c FileChange) Edits() []Edit { return minimal(c.Old, c.New) }

// refactoring mends the findings of one rule.
type refactoring struct {
	title string
	run   func(*request) Action
	// asked keeps a refactoring out of whole runs that do not name its rule: it
	// is right, and still changes what the image is or how it behaves (another
	// user, another base image).
	asked bool
}

// request is what a refactoring works on.
type request struct {
	*analysis.Facts
	res     *analysis.Result
	finding analysis.Finding
}

// refactorings are all of them by the name of their rule.
var refactorings = sync.OnceValue(func() map[string]refactoring {
	return map[string]refactoring{
		"unpinned-installer":      {title: "Pin Poetry", run: pinInstaller},
		"copy-before-install":     {title: "Install the dependencies before the code is copied", run: copyBeforeInstall},
		"unsplit-install":         {title: "Install the dependencies without the root package", run: unsplitInstall},
		"dev-dependencies":        {title: "Leave the development dependencies out", run: leaveOutDev},
		"installer-env":           {title: "Add Poetry's ENV block", run: addEnvBlock},
		"cache-in-layer":          {title: "Remove the cache in the same layer", run: removeCache},
		"single-stage":            {title: "Convert to builder and runtime stages", run: convertStages},
		"missing-cache-mount":     {title: "Mount Poetry's cache", run: mountCache},
		"venv-in-cache":           {title: "Make the environment in the project's folder", run: venvOutOfCache},
		"installer-at-runtime":    {title: "Start the program without Poetry", run: startDirectly},
		"dead-base":               {title: "Move to a living Debian release", run: moveBase, asked: true},
		"host-environment-copied": {title: "Keep these folders out by .dockerignore", run: ignoreHostFolders, asked: true},
		"secret-in-build":         {title: "Mount the credentials as a secret", run: mountSecret, asked: true},
		"root-user":               {title: "Start the service as a user of its own", run: leaveRoot, asked: true},
		"missing-readme":          {title: "Copy the readme too", run: copyReadme},
		"removed-option":          {title: "Use what this Poetry has", run: replaceRemoved},
		"missing-runtime-library": {title: "Install the library", run: installLibrary},
		"buffered-output":         {title: "Add PYTHONUNBUFFERED", run: unbuffer, asked: true},
		"no-bytecode":             {title: "Make the bytecode while the image is built", run: compileBytecode, asked: true},
		"unknown-group":           {title: "Use a group that is there", run: replaceUnknown},
		"ignored-manifest":        {title: "Copy the file that is there", run: copyNear},
		"defeated-cache":          {title: "Make use of the cache mount", run: reviveCache},
		"unordered-manifests":     {title: "Install above the code", run: installAbove},
		"python-mismatch":         {title: "Make the Pythons fit", run: fitPython, asked: true},
		"libc-mismatch":           {title: "Move to the distribution that the packages were made on", run: sameDistribution, asked: true},
		"moved-environment":       {title: "Copy the environment to the path it was made at", run: copyToItsPlace, asked: true},
		"unused-stage":            {title: "Remove the stage", run: removeStage, asked: true},
		"unused-suppression":      {title: "Remove what allows nothing", run: removeSuppression},
	}
})

// Mends says whether there is a refactoring for a rule. Broken files have none,
// nor what can only be mended in another file.
func Mends(r *analysis.Rule) bool {
	_, ok := refactorings()[r.Name]
	return ok
}

// DoesNothing says that an action has neither edits nor changes of other files.
func (a Action) DoesNothing() bool { return len(a.Edits) == 0 && len(a.Files) == 0 }

// Asked says whether the findings of a rule are mended only by a run that names
// it, since what the image is or how it behaves changes.
func Asked(r *analysis.Rule) bool { return refactorings()[r.Name].asked }

// For gives the action for one finding of an analysed document. Findings of
// rules that cannot be mended (a syntax error) get a refusal that says so.
func For(res *analysis.Result, f analysis.Finding) Action {
	r, ok := refactorings()[f.Rule.Name]
	if !ok {
		return Action{Rule: f.Rule, Title: "Mend it by hand", Refusal: "only the author can tell what this line should say"}
	}
	a := guarded(r, &request{res.Facts, res, f})
	a.Rule, a.Why = f.Rule, f.Message
	if a.Title == "" {
		a.Title = r.title
	}
	a.Edits = tidy(a.Edits)
	a.Refusal = oneSpaced(a.Refusal)
	a.Note = oneSpaced(a.Note)
	return a
}

// guarded runs a refactoring. One that panics refuses: no edit is better than
// a wrong one.
func guarded(r refactoring, req *request) (a Action) {
	defer func() {
		if p := recover(); p != nil {
			a = refuse("restage failed on this file: %v; please report it", p)
		}
	}()
	return r.run(req)
}

// install is the subject of most findings.
func (r *request) install() *analysis.Install { return r.finding.Subject.(*analysis.Install) }

// oneSpaced is a text on one line with single spaces, whatever spacing the
// words of the file that it quotes have.
func oneSpaced(text string) string { return strings.Join(strings.Fields(text), " ") }

// refuse makes a refusal.
func refuse(format string, args ...any) Action {
	return Action{Refusal: fmt.Sprintf(format, args...)}
}

// line names the line of an offset for a message.
func (r *request) line(offset int) int { return r.LineOf(offset) }

// installsPoetry says whether a command installs Poetry alone, or feeds the
// pipeline that does.
func (r *request) installsPoetry(s *analysis.Step, cmd *shell.Command) bool {
	for _, i := range r.Installers {
		if i.Step != s || i.Cmd == nil {
			continue
		}
		if i.Cmd.Span == cmd.Span {
			return i.Call == nil && i.How != "apt" && i.How != "apk" || i.How == "requirements" || i.Call != nil && foreignPackage(i.Call) == ""
		}
		if cmd.Place.Piped && i.Cmd.Place.Piped && cmd.Span.End < i.Cmd.Span.Start && strings.Contains(r.Doc.Slice(cmd.Span), "poetry") {
			return true
		}
	}
	return false
}

// addOptions adds options to a call, as items of the array in exec form.
func addOptions(in *analysis.Install, words ...string) Edit {
	if p, err := in.Step.Program(); err == nil && p.JSON && !in.Cmd.Place.Nested {
		return insert(in.OptionsEnd()+len(`"`), `, "`+strings.Join(words, `", "`)+`"`)
	}
	return insert(in.OptionsEnd(), " "+strings.Join(words, " "))
}
