package fixtest

import (
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"strings"
	"time"

	"restage/codeactions"
)

// Mutate changes a text by one to three blows, each of which deletes, doubles,
// swaps or splits lines.
func Mutate(rng *rand.Rand, text string) string {
	lines := strings.SplitAfter(text, "\n")
	for range 1 + rng.IntN(3) {
		i, j := rng.IntN(len(lines)), rng.IntN(len(lines))
		switch rng.IntN(4) {
		case 0:
			lines = append(lines[:i:i], lines[i+1:]...)
		case 1:
			lines = append(lines[:i+1:i+1], lines[i:]...)
		case 2:
			lines[i], lines[j] = lines[j], lines[i]
		case 3:
			if n := len(lines[i]); n > 0 {
				at := rng.IntN(n)
				lines = append(lines[:i:i], append([]string{lines[i][:at] + "\n", lines[i][at:]}, lines[i+1:]...)...)
			}
		}
		if len(lines) == 0 {
			return ""
		}
	}
	return strings.Join(lines, "")
}

// MutationFlaws runs the whole chain over a mutated input: nothing panics, and
// no edit is made after which BuildKit cannot parse what it parsed before.
// It gives the time that the chain took, too.
func MutationFlaws(in Input) (list []Flaw, took time.Duration) {
	fl := &flaws{}
	defer func() {
		if r := recover(); r != nil {
			fl.add("nothing panics", "%v\n%s", r, debug.Stack())
		}
		list = fl.list
	}()
	start := time.Now()
	out := in.Optimize(codeactions.Options{Level: codeactions.Review})
	took = time.Since(start)
	parsed := BuildKitParse(in.Text)
	if parsed != nil && out.Text != in.Text {
		fl.add("what cannot be built is not edited", "%v", parsed)
	}
	if !fl.editFlaws(in.Text, out.Edits) {
		return
	}
	if Apply(in.Text, out.Edits) != out.Text {
		fl.add("the run's edits give its text", "they do not")
	}
	fl.byteFlaws(in.Text, out.Text)
	fl.parseFlaws(in.Text, out.Text)
	return
}

// Guard runs a check and turns a panic into a flaw, for tests over many inputs.
func Guard(check func() []Flaw) (list []Flaw) {
	defer func() {
		if r := recover(); r != nil {
			list = append(list, Flaw{Property: "nothing panics", Detail: fmt.Sprintf("%v\n%s", r, debug.Stack())})
		}
	}()
	return check()
}
