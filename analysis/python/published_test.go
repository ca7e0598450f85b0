package python

import (
	"strings"
	"testing"
)

func TestPublished(t *testing.T) {
	for tag, want := range map[string]bool{
		"3.12 ": true, "3.12 bookworm": true, "3.12 trixie": true, "3.12 bullseye": false, "3.11 bullseye": true, "3.11 buster": true, "3.12 buster": false,
		"3.8 trixie": false, "3.9 trixie": true, "3.7 bookworm": true, "3.6 bookworm": false, "3.5 ": false, "3.15 ": false, "3.12 jessie": false,
		"3.12.4 bookworm": true, "3.12.4 trixie": false, "3.12.11 trixie": true, "3.11.3 bookworm": false, "3.12.4 ": true, "3.14.0 trixie": true,
		"3.9.5 bullseye": false, "3 bookworm": false, "2.7 buster": false, "3.13rc1 bookworm": false,
	} {
		text, codename, _ := strings.Cut(tag, " ")
		py, ok := ParseVersion(text)
		if !ok {
			t.Fatalf("%s is no version", text)
		}
		if got := Published(py, codename); got != want {
			t.Errorf("%s: %v", tag, got)
		}
	}
}
