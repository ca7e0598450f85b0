package fixtest

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"restage/analysis"
	"restage/analysis/rules"
	"restage/codeactions"
)

// exposure allows one refactoring to bring up a finding that was not there.
type exposure struct{ Mended, New, Why string }

// mayExpose is the whole list of allowed exposures. A rule not named here must
// not make another one speak.
var mayExpose = []exposure{
	{"copy-before-install", "dev-dependencies", repeated},
	{"copy-before-install", "venv-in-cache", repeated},
	{"copy-before-install", "removed-option", repeated},
	{"unsplit-install", "dev-dependencies", repeated},
	{"unsplit-install", "removed-option", repeated},
	{"unsplit-install", "venv-in-cache", repeated},
	{"single-stage", "unused-stage", "the new runtime stage does not start from the stage with Poetry, which may then have no user"},
	{"single-stage", "unordered-manifests", "what stood behind the code in the one stage may stand so in both"},
	{"root-user", "no-bytecode", "the new user cannot write into the environment, and must not"},
	{"unpinned-installer", "no-bytecode", "only of a Poetry whose version is known is it known that it does not compile"},
	{"dev-dependencies", "missing-cache-mount", "a second install of the stage then downloads what the first leaves out"},
	{"single-stage", "no-workdir", "a copy that both stages need stands in both"},
	{"single-stage", "defeated-cache", "an install of system packages that both stages need stands in both"},
	{"single-stage", "host-environment-copied", "a copy that both stages need stands in both"},
	{"single-stage", "ignored-manifest", "a copy that both stages need stands in both, also one that cannot be made"},
}

const repeated = "Poetry before 1.2, or one of unknown version, has no --only-root: the install is repeated after the code, with the faults it had"

// allowed says that mending one rule may bring up a finding of another. A
// comment that allowed what an action has taken away is of no use any more.
func allowed(mended, brought string) bool {
	if brought == "unused-suppression" {
		return true
	}
	for _, e := range mayExpose {
		if e.Mended == mended && e.New == brought {
			return true
		}
	}
	return false
}

// CheckFix reports what does not hold of one action for one finding of the
// input. finding must come from in.Analyse().
func CheckFix(t testing.TB, in Input, act codeactions.Action, finding analysis.Finding) {
	t.Helper()
	report(t, in, FixFlaws(in, in.Analyse(), act, finding))
}

// CheckFixes checks the action of every finding of the input.
func CheckFixes(t testing.TB, in Input) {
	t.Helper()
	res := in.Analyse()
	for _, f := range res.Findings {
		report(t, in, FixFlaws(in, res, codeactions.For(res, f), f))
	}
}

// FixFlaws checks one action for one finding of an analysed input:
//
//  1. it has either edits or a refusal, a title that is a verb phrase, a note
//     where it is to be reviewed, and a refusal that names a reason;
//  2. its edits are in bounds, on borders of characters, sorted and disjoint;
//  3. BuildKit parses the result if it parsed the input;
//  4. the finding is gone;
//  5. no finding has come up, except those that mayExpose allows;
//  6. asking again gives the same edits, and mending the same rule over and
//     over comes to an end;
//  7. line ends, byte order mark and the end of the file stay as they were;
//  8. through the editor's positions, in both encodings, it is the same text.
func FixFlaws(in Input, res *analysis.Result, act codeactions.Action, finding analysis.Finding) []Flaw {
	fl := &flaws{text: in.Text, rule: finding.Rule.Name}
	if !listed(finding.Rule) {
		if len(act.Edits) > 0 {
			fl.add("what is no rule of the list is not mended", "edits %v", act.Edits)
		}
		return fl.list
	}
	fl.actionFlaws(act, finding)
	fl.fileFlaws(in, act.Files)
	if act.Refusal != "" || act.DoesNothing() {
		return fl.list
	}
	if !fl.editFlaws(in.Text, act.Edits) {
		return fl.list
	}
	again := codeactions.For(res, finding)
	if len(again.Edits) != len(act.Edits) || Apply(in.Text, act.Edits) != applyChecked(in.Text, again.Edits) {
		fl.add("the same question, the same answer", "edits %v, then %v", act.Edits, again.Edits)
	}
	after := Apply(in.Text, act.Edits)
	if after == in.Text && len(act.Files) == 0 {
		fl.add("an action changes something", "the text stays as it is")
		return fl.list
	}
	fl.byteFlaws(in.Text, after)
	fl.tidyFlaws(in.Text, after)
	fl.clientFlaws(in.Text, act.Edits, after)
	fl.parseFlaws(in.Text, after)
	next := in.With(after).WithFiles(act.Files)
	now := next.Analyse()
	was, is := tally(res.Findings), tally(now.Findings)
	if k := keyOf(finding); is[k] >= was[k] {
		fl.add("the finding is gone", "still there: %s; the text is now:\n%s", finding.Message, after)
	}
	for k, n := range is {
		// A rule that had a finding may put it in other words; what counts is
		// that it does not find more than before.
		more := ruleCount(is, k.rule) > ruleCount(was, k.rule)
		if n > was[k] && more && !allowed(finding.Rule.Name, k.rule) {
			fl.add("no new finding", "%s: %s; the text is now:\n%s", k.rule, k.message, after)
		}
	}
	fl.convergeFlaws(next, finding.Rule.Name, ruleCount(was, finding.Rule.Name))
	return fl.list
}

// fileFlaws checks changes of other files: they are made of the text that is
// there, and every line of it stays.
func (fl *flaws) fileFlaws(in Input, changes []codeactions.FileChange) {
	for _, c := range changes {
		data, err := fs.ReadFile(in.FS, c.Path)
		switch {
		case c.Created != (err != nil) || string(data) != c.Old:
			fl.add("a changed file is the one that is there", "%s", c.Path)
		case c.New == c.Old:
			fl.add("a changed file changes", "%s", c.Path)
		case !strings.HasPrefix(c.New, c.Old):
			fl.add("lines of other files stay", "%s is now:\n%s", c.Path, c.New)
		}
		fl.byteFlaws(c.Old, c.New)
	}
}

// listed says that a rule is one of rules.All: a text that cannot be read has
// findings too, but nothing mends them.
func listed(r *analysis.Rule) bool {
	return slices.ContainsFunc(rules.All(), func(o *analysis.Rule) bool { return o.Name == r.Name }) && codeactions.Mends(r)
}

// applyChecked is Apply for edits that nobody has checked yet.
func applyChecked(text string, edits []codeactions.Edit) string {
	if probe := (&flaws{}); !probe.editFlaws(text, edits) {
		return "\x00"
	}
	return Apply(text, edits)
}

// actionFlaws checks the words of an action.
func (fl *flaws) actionFlaws(act codeactions.Action, finding analysis.Finding) {
	if act.Rule != finding.Rule {
		fl.add("action names the finding's rule", "it has %v", act.Rule)
	}
	if why := fl.badTitle(act.Title); why != "" {
		fl.add("title is a verb phrase", "%s: %q", why, act.Title)
	}
	switch {
	case act.Refusal == "" && act.DoesNothing():
		fl.add("either edits or a refusal", "neither for %q", finding.Message)
	case act.Refusal != "" && !act.DoesNothing():
		fl.add("either edits or a refusal", "both: %q", act.Refusal)
	case act.Refusal != "":
		if why := fl.badRefusal(act.Refusal); why != "" {
			fl.add("refusal names a reason", "%s: %q", why, act.Refusal)
		}
	case act.Level == codeactions.Review:
		if why := fl.badSentence(act.Note); why != "" {
			fl.add("review actions have a note", "%s: %q", why, act.Note)
		}
	}
}

// parseFlaws checks that BuildKit still parses what it parsed before.
func (fl *flaws) parseFlaws(before, after string) {
	if BuildKitParse(before) != nil {
		return
	}
	if err := BuildKitParse(after); err != nil {
		fl.add("BuildKit parses the result", "%v; the text is now:\n%s", err, after)
	}
}

// convergeFlaws mends the first finding of a rule again and again: after at
// most as many rounds as there were findings, none is left that has edits.
func (fl *flaws) convergeFlaws(in Input, rule string, rounds int) {
	for range rounds + 1 {
		res := in.Analyse()
		act, ok := firstEdits(res, rule)
		if !ok {
			return
		}
		next := applyChecked(in.Text, act.Edits)
		if next == in.Text || next == "\x00" {
			fl.add("doing it again changes nothing", "the action for %q is offered again and again", act.Title)
			return
		}
		in = in.With(next)
	}
	fl.add("doing it again changes nothing", "still edits after %d rounds; the text is now:\n%s", rounds+1, in.Text)
}

// firstEdits gives the first action of a rule that has edits.
func firstEdits(res *analysis.Result, rule string) (codeactions.Action, bool) {
	for _, f := range res.Findings {
		if f.Rule.Name == rule {
			if act := codeactions.For(res, f); len(act.Edits) > 0 {
				return act, true
			}
		}
	}
	return codeactions.Action{}, false
}

// findingKey is what makes two findings of two texts the same one: rule and
// message, line numbers and folders in it left out.
type findingKey struct{ rule, message string }

var places = regexp.MustCompile(`\blines? \d+( (and|to) \d+)?|/[\w./$-]+`)

func keyOf(f analysis.Finding) findingKey {
	return findingKey{f.Rule.Name, places.ReplaceAllString(f.Message, "HERE")}
}

// tally counts findings by key.
func tally(list []analysis.Finding) map[findingKey]int {
	n := map[findingKey]int{}
	for _, f := range list {
		n[keyOf(f)]++
	}
	return n
}

// ruleCount is the number of findings of one rule.
func ruleCount(n map[findingKey]int, rule string) (sum int) {
	for k, c := range n {
		if k.rule == rule {
			sum += c
		}
	}
	return sum
}
