package server

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"restage/analysis"
	"restage/analysis/source"
	"restage/codeactions"
)

// The rules of these tests find words. What is done about them depends on the
// word, so that every kind of plan can be had without a real refactoring.
//
//	bad   a safe fix to "good"
//	risky a review fix to "tame"
//	stuck a refusal
func testRules() []*analysis.Rule {
	words := func(name, word string, severity analysis.Severity) *analysis.Rule {
		return &analysis.Rule{Name: name, Title: name, Why: name + ".", Severity: severity, Run: func(p *analysis.Pass) {
			text := p.Doc.Text
			for at := 0; ; {
				i := strings.Index(text[at:], word)
				if i < 0 {
					return
				}
				at += i
				span := source.Span{Start: at, End: at + len(word)}
				p.Report(analysis.Finding{Span: span, Message: "this is " + word,
					Related: []analysis.Related{{Span: span, Message: "here"}}})
				at += len(word)
			}
		}}
	}
	return []*analysis.Rule{
		words("bad-word", "bad", analysis.Warning),
		words("risky-word", "risky", analysis.Info),
		words("stuck-word", "stuck", analysis.Hint),
		{Name: "explosive", Severity: analysis.Error, Run: func(p *analysis.Pass) {
			if strings.Contains(p.Doc.Text, "boom in the rule") {
				panic("boom in the rule")
			}
		}},
	}
}

func testPlan(res *analysis.Result, f analysis.Finding) codeactions.Action {
	if strings.Contains(res.Doc.Text, "boom in the plan") {
		panic("boom in the plan")
	}
	a := codeactions.Action{Rule: f.Rule}
	switch f.Rule.Name {
	case "bad-word":
		a.Title, a.Edits = "Make it good", []codeactions.Edit{{Span: f.Span, New: "good"}}
	case "risky-word":
		a.Title, a.Level, a.Note = "Tame it", codeactions.Review, "Tame things behave differently."
		a.Edits = []codeactions.Edit{{Span: f.Span, New: "tame"}}
	case "stuck-word":
		a.Title, a.Refusal = "Free it", "the word is stuck"
	}
	return a
}

func testOptimize(res *analysis.Result, opt codeactions.Options) codeactions.Outcome {
	out := codeactions.Outcome{Text: res.Doc.Text}
	for _, f := range res.Findings {
		a := testPlan(res, f)
		if a.Refusal == "" && a.Level <= opt.Level && len(a.Edits) > 0 {
			out.Edits = append(out.Edits, a.Edits...)
			out.By = append(out.By, slices.Repeat([][]int{{len(out.Applied)}}, len(a.Edits))...)
			out.Applied = append(out.Applied, a)
		}
	}
	return out
}

// testMends says that all of the test's rules can be mended.
func testMends(*analysis.Rule) bool { return true }

// editor is the client's end of a session in this process.
type editor struct {
	t    *testing.T
	in   *io.PipeWriter
	exit chan int
	wire *wire
	id   int
	log  *syncBuffer
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// start starts a server with the test's rules.
func start(t *testing.T, change ...func(*Options)) *editor {
	t.Helper()
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	e := &editor{t: t, in: inW, exit: make(chan int, 1), log: &syncBuffer{}}
	opt := Options{Rules: testRules(), plan: testPlan, mends: testMends, optimize: testOptimize, Log: slog.New(slog.NewTextHandler(e.log, nil))}
	for _, f := range change {
		f(&opt)
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		e.exit <- Run(ctx, inR, outW, opt)
		outW.Close()
	}()
	e.wire = newWire(outR)
	t.Cleanup(func() {
		cancel()
		inW.Close()
		e.wire.report(t)
		if t.Failed() {
			t.Logf("log:\n%s", e.log)
		}
	})
	return e
}

// raw writes bytes as they are.
func (e *editor) raw(s string) {
	e.t.Helper()
	if _, err := io.WriteString(e.in, s); err != nil {
		e.t.Fatalf("write: %v", err)
	}
}

// send writes one message.
func (e *editor) send(m map[string]any) {
	e.t.Helper()
	m["jsonrpc"] = "2.0"
	body, err := json.Marshal(m)
	if err != nil {
		e.t.Fatal(err)
	}
	e.wire.sent(body)
	e.raw(fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body))
}

func (e *editor) notify(method string, params any) {
	e.t.Helper()
	e.send(map[string]any{"method": method, "params": params})
}

// request sends a request and gives its id.
func (e *editor) request(method string, params any) int {
	e.t.Helper()
	e.id++
	e.send(map[string]any{"id": e.id, "method": method, "params": params})
	return e.id
}

// call sends a request and gives its whole reply.
func (e *editor) call(method string, params any) message {
	e.t.Helper()
	return e.reply(e.request(method, params))
}

// result sends a request that must succeed and decodes its result.
func (e *editor) result(method string, params, result any) {
	e.t.Helper()
	m := e.call(method, params)
	if m.Error != nil {
		e.t.Fatalf("%s: %s", method, m.Error.Message)
	}
	if err := json.Unmarshal(m.Result, result); err != nil {
		e.t.Fatalf("%s: %v in %s", method, err, m.Result)
	}
}

func (e *editor) reply(id int) message {
	e.t.Helper()
	return e.next("the reply to "+strconv.Itoa(id), func(m message) bool { return m.Method == "" && string(m.ID) == strconv.Itoa(id) })
}

// next waits for a message.
func (e *editor) next(what string, wanted func(message) bool) message {
	e.t.Helper()
	m, err := e.wire.next(wanted, 20*time.Second)
	if err != nil {
		e.t.Fatalf("%s: %v\nlog:\n%s", what, err, e.log)
	}
	return m
}

// diagnostics waits for the diagnostics of a version of a document; below 0 for
// those of a document that is not open.
func (e *editor) diagnostics(uri string, version int) publication {
	e.t.Helper()
	var p publication
	e.next(fmt.Sprintf("diagnostics of %s %d", uri, version), func(m message) bool {
		p = publication{}
		return m.Method == "textDocument/publishDiagnostics" && json.Unmarshal(m.Params, &p) == nil &&
			p.URI == uri && (version < 0 && p.Version == nil || p.Version != nil && *p.Version == version)
	})
	return p
}

// open initializes the session and opens one Dockerfile.
func (e *editor) open(capabilities map[string]any, uri, text string) {
	e.t.Helper()
	e.initialize(map[string]any{"capabilities": capabilities})
	e.didOpen(uri, "dockerfile", 1, text)
}

func (e *editor) initialize(params map[string]any) json.RawMessage {
	e.t.Helper()
	var result json.RawMessage
	e.result("initialize", params, &result)
	e.notify("initialized", map[string]any{})
	return result
}

func (e *editor) didOpen(uri, language string, version int, text string) {
	e.t.Helper()
	e.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{"uri": uri, "languageId": language, "version": version, "text": text}})
}

func (e *editor) didChange(uri string, version int, changes ...any) {
	e.t.Helper()
	e.notify("textDocument/didChange", map[string]any{"textDocument": map[string]any{"uri": uri, "version": version}, "contentChanges": changes})
}

// stop ends the session as a good client does.
func (e *editor) stop() {
	e.t.Helper()
	if m := e.call("shutdown", nil); string(m.Result) != "null" {
		e.t.Errorf("shutdown: %s", m.Result)
	}
	e.notify("exit", nil)
	e.exits(0)
}

func (e *editor) exits(want int) {
	e.t.Helper()
	select {
	case code := <-e.exit:
		if code != want {
			e.t.Errorf("exit status %d, want %d", code, want)
		}
	case <-time.After(20 * time.Second):
		e.t.Fatal("the server does not end")
	}
}

// message is any message of the server.
type message struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
	raw []byte
}

type publication struct {
	URI         string `json:"uri"`
	Version     *int   `json:"version"`
	Diagnostics []diag `json:"diagnostics"`
}

type diag struct {
	Range struct {
		Start, End struct{ Line, Character int }
	} `json:"range"`
	Severity        int    `json:"severity"`
	Code            string `json:"code"`
	Source          string `json:"source"`
	Message         string `json:"message"`
	CodeDescription struct {
		Href string `json:"href"`
	} `json:"codeDescription"`
	RelatedInformation []any `json:"relatedInformation"`
}

// wire collects what the server writes; messages are taken by what they are,
// since replies and notifications may overtake each other.
type wire struct {
	mu       sync.Mutex
	messages []message
	arrived  chan struct{}
	err      error
	// asked are the methods of the requests sent by id, flaws the messages
	// that the protocol's types do not allow.
	asked map[string]string
	flaws []string
}

func newWire(r io.Reader) *wire {
	w := &wire{arrived: make(chan struct{}, 1), asked: map[string]string{}}
	go w.read(bufio.NewReader(r))
	return w
}

func (w *wire) read(r *bufio.Reader) {
	for {
		m, err := readMessage(r)
		w.mu.Lock()
		if err != nil {
			w.err = err
		} else {
			w.messages = append(w.messages, m)
			if err := w.conform(m.raw); err != nil {
				w.flaws = append(w.flaws, fmt.Sprintf("%v\n%s", err, m.raw))
			}
		}
		w.mu.Unlock()
		select {
		case w.arrived <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// readMessage is strict: nothing but frames may stand on the server's output.
func readMessage(r *bufio.Reader) (message, error) {
	var m message
	header, err := textproto.NewReader(r).ReadMIMEHeader()
	if err != nil {
		return m, fmt.Errorf("header: %w", err)
	}
	n, err := strconv.Atoi(header.Get("Content-Length"))
	if err != nil || len(header) != 1 {
		return m, fmt.Errorf("header %v", header)
	}
	m.raw = make([]byte, n)
	if _, err := io.ReadFull(r, m.raw); err != nil {
		return m, err
	}
	return m, json.Unmarshal(m.raw, &m)
}

// report fails the test for every message that the protocol does not allow.
func (w *wire) report(t *testing.T) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, flaw := range w.flaws {
		t.Errorf("not the protocol: %s", flaw)
	}
}

// next takes the first message that is wanted.
func (w *wire) next(wanted func(message) bool, patience time.Duration) (message, error) {
	timeout := time.After(patience)
	for {
		w.mu.Lock()
		for i, m := range w.messages {
			if wanted(m) {
				w.messages = append(w.messages[:i:i], w.messages[i+1:]...)
				w.mu.Unlock()
				return m, nil
			}
		}
		err := w.err
		w.mu.Unlock()
		if err != nil {
			return message{}, fmt.Errorf("the server's output ended: %w", err)
		}
		select {
		case <-w.arrived:
		case <-timeout:
			return message{}, fmt.Errorf("nothing within %v", patience)
		}
	}
}

// have gives a copy of all messages not taken yet.
func (w *wire) have() []message {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]message(nil), w.messages...)
}
