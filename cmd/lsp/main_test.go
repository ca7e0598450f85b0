package main

import (
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata/cli")

// TestMain lets the test binary be restage itself when a script calls it.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"restage": main})
}

// TestScripts runs testdata/cli: the command line as a user calls it.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join(testdata, "cli"),
		RequireExplicitExec: true,
		UpdateScripts:       *update,
		Setup: func(env *testscript.Env) error {
			// A script's folder is a workspace of its own.
			return os.Mkdir(env.WorkDir+"/.git", 0o755)
		},
		Condition: func(cond string) (bool, error) {
			switch cond {
			case "root":
				return os.Getuid() == 0, nil
			}
			return false, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"bytes":   writeBytes,
			"mode":    mode,
			"project": copyProject,
			"same":    same,
			"status":  exitStatus,
		},
	})
}

// mode checks a file's permissions: mode 640 FILE.
func mode(ts *testscript.TestScript, neg bool, args []string) {
	if runtime.GOOS == "windows" {
		return
	}
	info, err := os.Lstat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := strconv.FormatUint(uint64(info.Mode().Perm()), 8); (got == args[0]) == neg {
		ts.Fatalf("mode of %s is %s", args[1], got)
	}
}

// exitStatus runs restage and checks its exit status: status 2 check FILE. Its
// output is there for stdout and stderr, as after exec.
func exitStatus(ts *testscript.TestScript, neg bool, args []string) {
	err := ts.Exec("restage", args[1:]...)
	got := 0
	if err != nil {
		got = -1
		if e, ok := err.(interface{ ExitCode() int }); ok {
			got = e.ExitCode()
		}
	}
	if want, _ := strconv.Atoi(args[0]); got != want || neg {
		ts.Fatalf("exit status %d, want %s (%v)\n%s", got, args[0], err, ts.ReadFile("stderr"))
	}
}

// writeBytes writes a file from a quoted Go string, repeated if told to:
// bytes FILE 'FROM x\x00\n' 50000.
func writeBytes(ts *testscript.TestScript, neg bool, args []string) {
	text, err := strconv.Unquote(`"` + args[1] + `"`)
	ts.Check(err)
	if len(args) > 2 {
		n, err := strconv.Atoi(args[2])
		ts.Check(err)
		text = strings.Repeat(text, n)
	}
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	ts.Check(err)
	_, err = f.WriteString(text)
	ts.Check(err)
	ts.Check(f.Close())
}

// same compares two files byte for byte, where cmp would print lines.
func same(ts *testscript.TestScript, neg bool, args []string) {
	if (ts.ReadFile(args[0]) == ts.ReadFile(args[1])) == neg {
		ts.Fatalf("%s and %s: same is %v", args[0], args[1], neg)
	}
}

// copyProject copies a project of testdata into a folder: project annapurna DIR.
func copyProject(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(os.CopyFS(ts.MkAbs(args[1]), os.DirFS(filepath.Join(testdata, "projects", args[0]))))
}

// testdata is the repository's folder of that name.
var testdata = func() string {
	dir, err := filepath.Abs("../../testdata")
	if err != nil {
		panic(err)
	}
	return dir
}()
