package source

import (
	"cmp"
	"slices"
	"strings"

	"github.com/distribution/reference"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/util/suggest"
)

// Warning is what one of BuildKit's own checks says of an instruction.
type Warning struct {
	// Check is the check's name, as "JSONArgsRecommended".
	Check string
	// Message is BuildKit's own.
	Message string
	// Span covers the lines of the instruction, in bytes.
	Span Span
}

// BuildKitCheck describes one of BuildKit's own checks.
type BuildKitCheck struct{ Name, Description, URL string }

// BuildKitChecks are the checks that Lint makes. Of BuildKit's others,
// UndefinedVar and InvalidBaseImagePlatform need the base image, CopyIgnoredFile
// the build context, and InvalidDefinitionDescription is experimental.
func BuildKitChecks() []BuildKitCheck {
	describe := func(rule linter.LinterRuleI) (c BuildKitCheck) {
		rule.Run(func(name, description, url, _ string, _ []parser.Range) { c = BuildKitCheck{name, description, url} }, nil)
		return c
	}
	var list []BuildKitCheck
	for _, rule := range []linter.LinterRuleI{
		&linter.RuleConsistentInstructionCasing, &linter.RuleDuplicateStageName, &linter.RuleExposeInvalidFormat, &linter.RuleExposeProtoCasing,
		&linter.RuleFromAsCasing, &linter.RuleFromPlatformFlagConstDisallowed, &linter.RuleInvalidDefaultArgInFrom, &linter.RuleJSONArgsRecommended,
		&linter.RuleLegacyKeyValueFormat, &linter.RuleMaintainerDeprecated, &linter.RuleMultipleInstructionsDisallowed, &linter.RuleNoEmptyContinuation,
		&linter.RuleRedundantTargetPlatform, &linter.RuleReservedStageName, &linter.RuleSecretsUsedInArgOrEnv, &linter.RuleStageNameCasing,
		&linter.RuleUndefinedArgInFrom, &linter.RuleWorkdirRelativePath,
	} {
		list = append(list, describe(rule))
	}
	return list
}

// Lint makes BuildKit's own checks, as far as the text alone decides them, in
// file order. Words with variables in them are passed over where a check asks
// for a value. There are none of a text that BuildKit does not accept. The
// answer is computed once.
func (d *Document) Lint() []Warning {
	d.lint.Do(func() {
		defer func() {
			if recover() != nil { // what BuildKit fails on has no warnings either
				d.linted = nil
			}
		}()
		d.linted = d.lintAll()
	})
	return d.linted
}

func (d *Document) lintAll() []Warning {
	result, err := parser.Parse(strings.NewReader(d.Text))
	if err != nil {
		return nil
	}
	l := &lints{doc: d}
	l.Linter = linter.New(&linter.Config{Warn: func(name, _, _, message string, at []parser.Range) {
		l.list = append(l.list, Warning{name, message, l.span(at)})
	}})
	for _, w := range result.Warnings {
		if w.URL == linter.RuleNoEmptyContinuation.URL {
			l.Run(&linter.RuleNoEmptyContinuation, []parser.Range{*w.Location}, linter.RuleNoEmptyContinuation.Format())
		}
	}
	stages, args, err := instructions.Parse(result.AST, l.Linter)
	if err != nil {
		return nil
	}
	l.names(stages)
	l.casing(stages)
	l.bases(stages, args)
	l.commands(stages)
	slices.SortStableFunc(l.list, func(a, b Warning) int { return cmp.Compare(a.Span.Start, b.Span.Start) })
	return l.list
}

// lints gathers the warnings of one document.
type lints struct {
	*linter.Linter
	doc  *Document
	list []Warning
}

func (l *lints) span(at []parser.Range) Span {
	if len(at) == 0 {
		return Span{}
	}
	return l.doc.lineRange(max(1, at[0].Start.Line), max(1, at[len(at)-1].End.Line))
}

// names checks the names of stages.
func (l *lints) names(stages []instructions.Stage) {
	seen := map[string]bool{}
	for _, st := range stages {
		if st.Name == "" {
			continue
		}
		if st.Name == "context" || st.Name == "scratch" {
			l.Run(&linter.RuleReservedStageName, st.Location, linter.RuleReservedStageName.Format(st.Name))
		}
		if seen[st.Name] {
			l.Run(&linter.RuleDuplicateStageName, st.Location, linter.RuleDuplicateStageName.Format(st.Name))
		}
		seen[st.Name] = true
	}
}

// casing checks the keywords: all are to be written as most are.
func (l *lints) casing(stages []instructions.Stage) {
	type keyword struct {
		word string
		at   []parser.Range
	}
	var words []keyword
	for _, st := range stages {
		words = append(words, keyword{st.OrigCmd, st.Location})
		for _, c := range st.Commands {
			words = append(words, keyword{c.Name(), c.Location()})
		}
	}
	balance := 0
	for _, k := range words {
		switch k.word {
		case strings.ToLower(k.word):
			balance--
		case strings.ToUpper(k.word):
			balance++
		}
	}
	wanted, change := "uppercase", strings.ToUpper
	if balance < 0 {
		wanted, change = "lowercase", strings.ToLower
	}
	for _, k := range words {
		if change(k.word) != k.word {
			l.Run(&linter.RuleConsistentInstructionCasing, k.at, linter.RuleConsistentInstructionCasing.Format(k.word, wanted))
		}
	}
}

// predefined are the arguments that a builder for linux/amd64 gives to FROM.
func predefined(target string) map[string]string {
	return map[string]string{
		"BUILDPLATFORM": "linux/amd64", "BUILDOS": "linux", "BUILDOSVERSION": "", "BUILDARCH": "amd64", "BUILDVARIANT": "",
		"TARGETPLATFORM": "linux/amd64", "TARGETOS": "linux", "TARGETOSVERSION": "", "TARGETARCH": "amd64", "TARGETVARIANT": "",
		"TARGETSTAGE": target,
	}
}

// bases checks what stands behind FROM, with the defaults of its arguments.
func (l *lints) bases(stages []instructions.Stage, args []instructions.ArgCommand) {
	if len(stages) == 0 {
		return
	}
	target := stages[len(stages)-1].Name
	if target == "" {
		target = "default"
	}
	values, known := predefined(target), map[string]bool{}
	for name := range values {
		known[name] = true
	}
	expand := func(word string) (string, []string, error) {
		return Expand(word, l.doc.Escape, func(name string) (string, bool) { v, ok := values[name]; return v, ok })
	}
	for _, arg := range args {
		for _, pair := range arg.Args {
			known[pair.Key] = true
			if pair.Value != nil {
				v, _, err := expand(*pair.Value)
				if err != nil {
					return
				}
				values[pair.Key] = v
			}
		}
	}
	for _, st := range stages {
		name, unset, err := expand(st.BaseName)
		if err != nil {
			return
		}
		if _, err := reference.ParseNormalizedNamed(name); err != nil {
			l.Run(&linter.RuleInvalidDefaultArgInFrom, st.Location, linter.RuleInvalidDefaultArgInFrom.Format(st.BaseName))
		}
		l.undefined(st, unset, known)
	}
	for _, st := range stages {
		if st.Platform == "" {
			continue
		}
		platform, unset, err := expand(st.Platform)
		if err != nil {
			return
		}
		l.undefined(st, unset, known)
		switch {
		case !strings.Contains(st.Platform, "$"):
			system, rest, _ := strings.Cut(platform, "/")
			machine, _, _ := strings.Cut(rest, "/")
			if machine == "" || !strings.Contains(st.Name, system) && !strings.Contains(st.Name, machine) {
				l.Run(&linter.RuleFromPlatformFlagConstDisallowed, st.Location, linter.RuleFromPlatformFlagConstDisallowed.Format(platform))
			}
		case st.Platform == "$TARGETPLATFORM" || st.Platform == "${TARGETPLATFORM}":
			l.Run(&linter.RuleRedundantTargetPlatform, st.Location, linter.RuleRedundantTargetPlatform.Format(st.Platform))
		}
	}
}

// undefined reports arguments that no ARG above the first FROM declares.
func (l *lints) undefined(st instructions.Stage, unset []string, known map[string]bool) {
	for _, name := range unset {
		if known[name] {
			continue
		}
		var names []string
		for k := range known {
			names = append(names, k)
		}
		slices.Sort(names)
		near, _ := suggest.Search(name, names, true)
		l.Run(&linter.RuleUndefinedArgInFrom, st.Location, linter.RuleUndefinedArgInFrom.Format(name, near))
	}
}
