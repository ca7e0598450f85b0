package fixtest_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"restage/analysis/source"
	"restage/internal/corpus"
	"restage/internal/fixtest"
)

// lintTexts has each check once at least, beside what comes near.
var lintTexts = map[string]string{
	"clean":              "FROM python:3.13-slim AS builder\nWORKDIR /app\nCMD [\"python\"]\n",
	"names":              "FROM a AS Builder\nFROM b AS builder\nFROM c as scratch\nFROM d AS context\n",
	"casing":             "FROM a\nrun x\nRUN y\nCopy a b\n",
	"lower":              "from a as b\nrun x\nRUN y\n",
	"casing alike":       "FROM a\nrun x\n",
	"empty continuation": "FROM a\nRUN x \\\n\n  y\n",
	"maintainer":         "FROM a\nMAINTAINER me\n",
	"shell form":         "FROM a\nCMD python\nENTRYPOINT x\nHEALTHCHECK CMD x\n",
	"shell chosen":       "FROM a AS one\nSHELL [\"/bin/bash\", \"-c\"]\nCMD python\nFROM one\nENTRYPOINT x\n",
	"twice":              "FROM a\nCMD [\"x\"]\nCMD [\"y\"]\nENTRYPOINT [\"x\"]\nentrypoint [\"y\"]\nHEALTHCHECK NONE\nHEALTHCHECK CMD [\"x\"]\nFROM b\nCMD [\"x\"]\n",
	"legacy":             "FROM a\nENV a b c\nENV a=b\nLABEL a b\nLABEL a=b\n",
	"secrets":            "FROM a\nARG API_TOKEN\nENV PUBLIC_KEY=x\nENV SECRET_FILE=x mypassword=y MY_PASSWORD=z\nARG keyboard\nARG AUTH=x TOKEN_VERSION=1\n",
	"undefined":          "ARG VERSION=3\nFROM python:$VERSIONS AS a\nFROM python:${VERSION} AS b\nFROM --platform=${TARGET_PLATFORM:-linux/arm64} c\n",
	"default":            "ARG NAME\nARG TAG=\nFROM $NAME\nFROM ${NAME:-python}\nFROM python:$TAG\n",
	"platforms":          "FROM --platform=linux/amd64 a\nFROM --platform=linux/arm64 b AS c-arm64\nFROM --platform=$TARGETPLATFORM d\nFROM --platform=$BUILDPLATFORM e\n",
	"workdir":            "FROM a AS one\nWORKDIR app\nWORKDIR /x\nWORKDIR y\nFROM one\nWORKDIR z\nFROM b\nENV A=/a\nWORKDIR $A\n",
	"expose":             "FROM a\nEXPOSE 80/TCP 80:80 127.0.0.1:80:80/udp 90 $PORT\n",
	"onbuild":            "FROM a\nONBUILD CMD x\nONBUILD RUN y\n",
	"escape":             "# escape=`\nFROM a\nRUN x `\n\n  y\nCMD z\n",
	"skip":               "# check=skip=JSONArgsRecommended\nFROM a\nCMD x\n",
	"crlf":               "FROM a\r\nCMD x\r\nENV a b\r\n",
}

// unmade are the checks that Lint leaves to BuildKit.
var unmade = []string{"UndefinedVar", "InvalidBaseImagePlatform", "CopyIgnoredFile", "InvalidDefinitionDescription"}

// compareLint holds the checks of a text against BuildKit's own.
func compareLint(t *testing.T, name, text string) {
	t.Helper()
	v := fixtest.Judge(text)
	want := slices.DeleteFunc(slices.Collect(maps.Keys(v.Lines)), func(line string) bool {
		check, _, _ := strings.Cut(line, " ")
		return slices.Contains(unmade, check)
	})
	slices.Sort(want)
	doc := source.Parse(text)
	var got []string
	for _, w := range doc.Lint() {
		got = append(got, fmt.Sprintf("%s at %d: %s", w.Check, doc.Mapper.Position(w.Span.Start, source.UTF8).Line+1, w.Message))
	}
	slices.Sort(got)
	got = slices.Compact(got)
	if len(v.Errors) > 0 { // BuildKit stops at an error, and does not come to warn of the rest
		got = slices.DeleteFunc(got, func(w string) bool { return !slices.Contains(want, w) })
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s: BuildKit says\n%s\nLint says\n%s", name, strings.Join(want, "\n"), strings.Join(got, "\n"))
	}
}

// TestLint asks that every check is made somewhere, as BuildKit makes it.
func TestLint(t *testing.T) {
	made := map[string]bool{}
	for name, text := range lintTexts {
		if name == "skip" {
			continue // the comment is heard elsewhere
		}
		compareLint(t, name, text)
		for _, w := range source.Parse(text).Lint() {
			made[w.Check] = true
		}
	}
	for _, c := range source.BuildKitChecks() {
		if !made[c.Name] {
			t.Errorf("no text shows %s", c.Name)
		}
	}
}

// TestCorpusLint compares all checks on real Dockerfiles.
func TestCorpusLint(t *testing.T) {
	for _, c := range corpus.Cases(t) {
		compareLint(t, c.Name, c.Dockerfile)
	}
}
