package main

import "testing"

func TestNothingIsStale(t *testing.T) {
	stale, err := generate("../..", false)
	if err != nil {
		t.Fatal(err)
	}
	if stale != "" {
		t.Errorf("stale; run: go run ./internal/gen\n%s", stale)
	}
}
