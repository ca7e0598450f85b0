package analysis_test

import (
	"testing"

	"restage/analysis"
)

func TestNearest(t *testing.T) {
	groups := []string{"dev", "docs", "test", "tests", "lint"}
	for word, want := range map[string]string{
		"dve": "dev", "Docs": "docs", "devel": "dev", "doc": "docs", "lnit": "lint", "tst": "test", "production": "", "x": "",
		"tesst": "", // as near to test as to tests
	} {
		if got := analysis.Nearest(word, groups); got != want {
			t.Errorf("%s: want %q, got %q", word, want, got)
		}
	}
	if got := analysis.Nearest("a", nil); got != "" {
		t.Errorf("nothing known: got %q", got)
	}
}
