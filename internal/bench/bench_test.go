package bench

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// build makes the stripped binary as "make build" does.
func build(b testing.TB) string {
	b.Helper()
	bin := filepath.Join(b.TempDir(), "restage")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", bin, "restage/cmd/lsp")
	if out, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	return bin
}

// session is one running language server.
type session struct {
	b   testing.TB
	cmd *exec.Cmd
	in  io.WriteCloser
	out *bufio.Reader
	id  int
}

// start starts the server; end must be called.
func start(b testing.TB, command ...string) *session {
	b.Helper()
	s := &session{b: b, cmd: exec.Command(command[0], command[1:]...)}
	var err error
	if s.in, err = s.cmd.StdinPipe(); err != nil {
		b.Fatal(err)
	}
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	s.out = bufio.NewReader(out)
	if err := s.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	return s
}

// send writes one message; call sends a request and waits for its reply.
func (s *session) send(msg map[string]any) {
	msg["jsonrpc"] = "2.0"
	data, err := json.Marshal(msg)
	if err != nil {
		s.b.Fatal(err)
	}
	if _, err := fmt.Fprintf(s.in, "Content-Length: %d\r\n\r\n%s", len(data), data); err != nil {
		s.b.Fatal(err)
	}
}

func (s *session) call(method string, params any) {
	s.id++
	s.send(map[string]any{"id": s.id, "method": method, "params": params})
	for {
		msg := s.read()
		if id, ok := msg["id"].(float64); ok && int(id) == s.id && msg["method"] == nil {
			if msg["error"] != nil {
				s.b.Fatalf("%s: %v", method, msg["error"])
			}
			return
		}
		if msg["id"] != nil && msg["method"] != nil { // a request of the server
			s.send(map[string]any{"id": msg["id"], "result": nil})
		}
	}
}

// read reads one message.
func (s *session) read() map[string]any {
	length := 0
	for {
		line, err := s.out.ReadString('\n')
		if err != nil {
			s.b.Fatal(err)
		}
		if line = strings.TrimSpace(line); line == "" {
			break
		}
		if v, ok := strings.CutPrefix(line, "Content-Length: "); ok {
			length, _ = strconv.Atoi(v)
		}
	}
	data := make([]byte, length)
	if _, err := io.ReadFull(s.out, data); err != nil {
		s.b.Fatal(err)
	}
	msg := map[string]any{}
	if err := json.Unmarshal(data, &msg); err != nil {
		s.b.Fatal(err)
	}
	return msg
}

// end shuts the server down.
func (s *session) end() {
	s.call("shutdown", nil)
	s.send(map[string]any{"method": "exit"})
	s.in.Close()
	if err := s.cmd.Wait(); err != nil {
		s.b.Fatal(err)
	}
}

func initialize(root string) map[string]any {
	return map[string]any{"processId": os.Getpid(), "rootUri": "file://" + root, "capabilities": map[string]any{}}
}

// BenchmarkStart is the time from the start of the process to the reply to
// initialize.
func BenchmarkStart(b *testing.B) {
	bin, root := build(b), b.TempDir()
	for b.Loop() {
		s := start(b, bin, "serve", "--stdio")
		s.call("initialize", initialize(root))
		b.StopTimer()
		s.end()
		b.StartTimer()
	}
}

// BenchmarkSize gives the size of the stripped binary.
func BenchmarkSize(b *testing.B) {
	info, err := os.Stat(build(b))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
	}
	b.ReportMetric(float64(info.Size())/1e6, "MB")
}

// BenchmarkMemory opens 200 Dockerfiles, each with a project of its own, asks
// for the actions of each, and gives the resident memory.
func BenchmarkMemory(b *testing.B) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		b.Skip("resident memory is read from /proc, which is not here")
	}
	bin, root := build(b), b.TempDir()
	read := func(name string) string {
		data, err := os.ReadFile(filepath.Join("../../testdata/projects/annapurna", name))
		if err != nil {
			b.Fatal(err)
		}
		return string(data)
	}
	text := read("Dockerfile")
	for i := range 200 {
		dir := filepath.Join(root, fmt.Sprint(i))
		for name, data := range map[string]string{"Dockerfile": text, "pyproject.toml": read("pyproject.toml"), "poetry.lock": read("poetry.lock"), "annapurna/main.py": ""} {
			p := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
				b.Fatal(err)
			}
			if err := os.WriteFile(p, []byte(data), 0o644); err != nil {
				b.Fatal(err)
			}
		}
	}
	resident := 0.0
	for b.Loop() {
		s := start(b, bin, "serve", "--stdio")
		s.call("initialize", initialize(root))
		s.send(map[string]any{"method": "initialized", "params": map[string]any{}})
		for i := range 200 {
			uri := fmt.Sprintf("file://%s/%d/Dockerfile", root, i)
			s.send(map[string]any{"method": "textDocument/didOpen", "params": map[string]any{"textDocument": map[string]any{"uri": uri, "languageId": "dockerfile", "version": 1, "text": text}}})
			s.call("textDocument/codeAction", map[string]any{
				"textDocument": map[string]any{"uri": uri}, "context": map[string]any{"diagnostics": []any{}},
				"range": map[string]any{"start": map[string]any{"line": 0, "character": 0}, "end": map[string]any{"line": 10, "character": 0}},
			})
		}
		resident = max(resident, residentMB(b, s.cmd.Process.Pid))
		s.end()
	}
	b.ReportMetric(resident, "MB-resident")
}

// residentMB reads a process's resident memory.
func residentMB(b *testing.B, pid int) float64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.SplitSeq(string(data), "\n") {
		if v, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseFloat(strings.Fields(v)[0], 64)
			if err != nil {
				b.Fatal(err)
			}
			return kb / 1000
		}
	}
	b.Fatal("no VmRSS")
	return 0
}
