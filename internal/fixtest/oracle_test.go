package fixtest

import "testing"

// TestJudge shows that the oracle sees what it is for: without this the other
// tests could pass because it says nothing at all.
func TestJudge(t *testing.T) {
	const good = "FROM python:3.11 AS a\nENV X=1\nEXPOSE 80\nFROM a AS b\nRUN --mount=type=cache,target=/c true\nCOPY --from=a /x /y\nCMD [\"x\"]\n"
	v := Judge(good)
	if len(v.Errors) != 0 || len(v.Targets) != 3 || len(v.Warnings) != 0 {
		t.Fatalf("a good file: %+v", v)
	}
	for name, c := range map[string]struct{ before, after, property string }{
		"lost target":  {good, "FROM python:3.11 AS b\nENV X=1\nEXPOSE 80\nCMD [\"x\"]\n", "no target is lost"},
		"no such file": {good, "FROM python:3.11 AS a\nENV X=1\nEXPOSE 80\nFROM a AS b\nCOPY --from=nowhere:a:b /x /y\nCMD [\"x\"]\n", "BuildKit still gives a graph"},
		"warning":      {good, good[:len(good)-len("CMD [\"x\"]\n")] + "CMD x\n", "no new warning of BuildKit"},
		"env":          {good, "FROM python:3.11 AS a\nEXPOSE 80\nFROM a AS b\nCMD [\"x\"]\n", "the image's configuration stays"},
		"command":      {good, "FROM python:3.11 AS a\nENV X=1\nEXPOSE 80\nFROM a AS b\n", "the image's configuration stays"},
	} {
		list := OracleFlaws(c.before, c.after)
		if len(list) == 0 || list[0].Property != c.property {
			t.Errorf("%s: want %q, got %v", name, c.property, list)
		}
	}
	if list := OracleFlaws(good, good); len(list) != 0 {
		t.Errorf("the same text: %v", list)
	}
}
