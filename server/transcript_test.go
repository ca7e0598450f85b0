package server

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
)

// TestTranscripts plays the sessions of testdata/lsp against the built binary
// over its standard input and output. The files of an archive, but for the one
// named script, are a workspace. A script has one step a line; a line that
// starts with a blank continues the one before it.
//
//	args WORD...      how the binary is called, "serve" unless said
//	send JSON         sends a message ("jsonrpc" is added)
//	frame "BODY"      sends a body with its header, BODY a Go string
//	raw "BYTES"       sends bytes as they are, a Go string
//	zeros N           sends N zero bytes
//	recv JSON         waits for a message that holds at least this; an array that
//	                  starts with "..." only has to hold the others, in any order
//	never JSON        no such message has come, checked when the session is over
//	close             closes the server's input
//	kill              ends the stand-in for the client's process, $PID
//	exit N            waits for the end, with this status
//
// $WS is the URI of the workspace, $REPEAT(N,TEXT) is TEXT N times.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("../testdata/lsp/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatal("no transcripts", err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			playTranscript(t, archive)
		})
	}
}

// binaryDir is where binary builds, for TestMain to clear away.
var binaryDir string

// binary builds the program once for all transcripts.
var binary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(binaryDir, "restage")
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	out, err := exec.Command("go", "build", "-o", path, "../cmd/lsp").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	var err error
	if binaryDir, err = os.MkdirTemp("", "restage"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	os.RemoveAll(binaryDir)
	os.Exit(code)
}

// player plays one transcript.
type player struct {
	t      *testing.T
	ws     string
	cmd    *exec.Cmd
	in     io.WriteCloser
	wire   *wire
	stderr syncBuffer
	client *exec.Cmd // the stand-in for the client's process
	ended  bool
	never  []any
}

func playTranscript(t *testing.T, archive *txtar.Archive) {
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	p := &player{t: t, ws: fileURI(dir)}
	steps := []string{}
	for _, f := range archive.Files {
		if f.Name != "script" {
			write(t, filepath.Join(dir, f.Name), string(f.Data))
			continue
		}
		for _, line := range strings.Split(string(f.Data), "\n") {
			switch {
			case strings.TrimSpace(line) == "" || strings.HasPrefix(line, "#"):
			case line[0] == ' ' || line[0] == '\t':
				steps[len(steps)-1] += "\n" + line
			default:
				steps = append(steps, line)
			}
		}
	}
	args := []string{"serve"}
	if rest, ok := strings.CutPrefix(steps[0], "args"); ok {
		args, steps = strings.Fields(rest), steps[1:]
	}
	p.cmd = exec.Command(path, args...)
	p.cmd.Stderr = &p.stderr
	if p.in, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	// Not StdoutPipe: what is left in it must still be read after the end.
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	p.cmd.Stdout = w
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	p.wire = newWire(r)
	t.Cleanup(func() {
		p.in.Close()
		p.cmd.Process.Kill()
		p.kill()
		p.wire.report(t)
		if t.Failed() {
			t.Logf("standard error:\n%s", p.stderr.String())
		}
	})
	for _, step := range steps {
		verb, rest, _ := strings.Cut(step, " ")
		p.step(verb, strings.TrimSpace(rest))
	}
	if !p.ended {
		t.Error("the script does not say how the session ends")
	}
	for _, pattern := range p.never {
		for _, m := range p.wire.have() {
			if holds(decode(t, m.raw), pattern) {
				t.Errorf("unexpected message: %s", m.raw)
			}
		}
	}
}

var repeat = regexp.MustCompile(`\$REPEAT\((\d+),([^)]*)\)`)

// expand fills in what a script cannot know.
func (p *player) expand(s string) string {
	s = strings.ReplaceAll(s, "$WS", p.ws)
	if strings.Contains(s, "$PID") {
		if p.client == nil {
			p.client = exec.Command("sleep", "600")
			if err := p.client.Start(); err != nil {
				p.t.Skip("no process to stand in for the client:", err)
			}
		}
		s = strings.ReplaceAll(s, "$PID", strconv.Itoa(p.client.Process.Pid))
	}
	return repeat.ReplaceAllStringFunc(s, func(m string) string {
		parts := repeat.FindStringSubmatch(m)
		n, _ := strconv.Atoi(parts[1])
		return strings.Repeat(parts[2], n)
	})
}

func (p *player) step(verb, arg string) {
	t := p.t
	t.Helper()
	switch verb {
	case "send":
		m := decode(t, []byte(p.expand(arg))).(map[string]any)
		m["jsonrpc"] = "2.0"
		body, _ := json.Marshal(m)
		p.frame(string(body))
	case "frame":
		p.frame(p.unquote(arg))
	case "raw":
		p.write(p.unquote(arg))
	case "zeros":
		n, _ := strconv.Atoi(arg)
		if _, err := io.CopyN(p.in, zeros{}, int64(n)); err != nil {
			t.Fatal(err)
		}
	case "recv":
		p.recv(arg)
	case "never":
		p.never = append(p.never, decode(t, []byte(p.expand(arg))))
	case "close":
		p.in.Close()
	case "kill":
		p.kill()
	case "exit":
		p.exit(arg)
	default:
		t.Fatalf("no step %q", verb)
	}
}

func (p *player) recv(arg string) {
	t := p.t
	t.Helper()
	pattern := decode(t, []byte(p.expand(arg))).(map[string]any)
	_, byMethod := pattern["method"]
	_, err := p.wire.next(func(m message) bool {
		got := decode(t, m.raw).(map[string]any)
		if byMethod {
			return holds(got, pattern)
		}
		if m.Method != "" || !reflect.DeepEqual(got["id"], pattern["id"]) {
			return false
		}
		if !holds(got, pattern) {
			t.Errorf("got  %s\nwant %s", m.raw, arg)
		}
		return true
	}, 30*time.Second)
	if err != nil {
		had := []string{}
		for _, m := range p.wire.have() {
			had = append(had, string(m.raw))
		}
		t.Fatalf("%s: %v, but there is\n%s", arg, err, strings.Join(had, "\n"))
	}
}

func (p *player) exit(arg string) {
	t := p.t
	t.Helper()
	p.ended = true
	done := make(chan struct{})
	go func() { p.cmd.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		t.Fatal("the server does not end")
	}
	if got := strconv.Itoa(p.cmd.ProcessState.ExitCode()); got != arg {
		t.Errorf("exit status %s, want %s", got, arg)
	}
	_, err := p.wire.next(func(message) bool { return false }, 30*time.Second)
	if err == nil || !strings.HasSuffix(err.Error(), "EOF") || strings.Contains(err.Error(), "unexpected") {
		t.Errorf("the output does not end with a whole message: %v", err)
	}
}

func (p *player) kill() {
	if p.client != nil && p.client.ProcessState == nil {
		p.client.Process.Kill()
		p.client.Wait() // a process that nobody waits for is not gone
	}
}

func (p *player) frame(body string) {
	p.wire.sent([]byte(body))
	p.write(fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body))
}

func (p *player) write(s string) {
	p.t.Helper()
	if _, err := io.WriteString(p.in, s); err != nil {
		p.t.Fatalf("write: %v", err)
	}
}

func (p *player) unquote(arg string) string {
	p.t.Helper()
	s, err := strconv.Unquote(p.expand(arg))
	if err != nil {
		p.t.Fatalf("%s: %v", arg, err)
	}
	return s
}

func decode(t *testing.T, data []byte) any {
	t.Helper()
	var v any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	return v
}

// holds says whether a value has everything that a pattern has.
func holds(got, pattern any) bool {
	switch want := pattern.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return false
		}
		for key, value := range want {
			if inner, ok := g[key]; !ok || !holds(inner, value) {
				return false
			}
		}
		return true
	case []any:
		g, ok := got.([]any)
		if !ok {
			return false
		}
		if len(want) > 0 && want[0] == "..." {
			for _, value := range want[1:] {
				found := false
				for _, inner := range g {
					found = found || holds(inner, value)
				}
				if !found {
					return false
				}
			}
			return true
		}
		if len(g) != len(want) {
			return false
		}
		for i := range want {
			if !holds(g[i], want[i]) {
				return false
			}
		}
		return true
	}
	return reflect.DeepEqual(got, pattern)
}
