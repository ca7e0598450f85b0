package python

import "testing"

func TestTestFile(t *testing.T) {
	for file, want := range map[string]bool{
		"tests/a.py": true, "a/test/b/c.json": true, "a/test_b.py": true, "b_test.py": true, "a/conftest.py": true,
		"a/b.py": false, "latest/a.py": false, "tests.py": false, "test_a.json": false, "contest.py": false, "a/test": false,
	} {
		if got := TestFile(file); got != want {
			t.Errorf("%s: %v", file, got)
		}
	}
}
