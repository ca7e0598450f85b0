package server

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"restage/analysis"
	"restage/codeactions"
)

const docURI = "untitled:Dockerfile"

func TestLifecycle(t *testing.T) {
	e := start(t)
	if m := e.call("textDocument/codeAction", map[string]any{}); m.Error == nil || m.Error.Code != -32002 {
		t.Errorf("before initialize: %s", m.raw)
	}
	e.notify("textDocument/didOpen", map[string]any{}) // dropped
	e.initialize(map[string]any{"capabilities": map[string]any{}})
	if m := e.call("initialize", map[string]any{}); m.Error == nil || m.Error.Code != -32600 {
		t.Errorf("second initialize: %s", m.raw)
	}
	if m := e.call("textDocument/references", map[string]any{}); m.Error == nil || m.Error.Code != -32601 {
		t.Errorf("unknown method: %s", m.raw)
	}
	if m := e.call("$/strange", map[string]any{}); m.Error == nil || m.Error.Code != -32601 {
		t.Errorf("unknown $/ request: %s", m.raw)
	}
	e.notify("$/strange", nil)
	e.notify("strange/thing", nil)
	if m := e.call("textDocument/codeAction", map[string]any{"range": "everywhere"}); m.Error == nil || m.Error.Code != -32602 {
		t.Errorf("bad parameters: %s", m.raw)
	}
	if m := e.call("shutdown", nil); m.Error != nil || string(m.Result) != "null" {
		t.Errorf("shutdown: %s", m.raw)
	}
	if m := e.call("textDocument/codeAction", map[string]any{}); m.Error == nil || m.Error.Code != -32600 {
		t.Errorf("after shutdown: %s", m.raw)
	}
	e.notify("exit", nil)
	e.exits(0)
}

func TestInitializeThatFailsCanBeRepeated(t *testing.T) {
	e := start(t)
	if m := e.call("initialize", map[string]any{"capabilities": 7}); m.Error == nil || m.Error.Code != -32602 {
		t.Errorf("%s", m.raw)
	}
	e.initialize(map[string]any{"capabilities": map[string]any{}})
	e.stop()
}

func TestExitWithoutShutdown(t *testing.T) {
	e := start(t)
	e.initialize(map[string]any{})
	e.notify("exit", nil)
	e.exits(1)
}

func TestExitBeforeInitialize(t *testing.T) {
	e := start(t)
	e.notify("exit", nil)
	e.exits(1)
}

func TestEndOfInput(t *testing.T) {
	e := start(t)
	e.initialize(map[string]any{})
	e.in.Close()
	e.exits(1)
}

// A client may write shutdown and exit without waiting in between.
func TestShutdownAndExitInOneGo(t *testing.T) {
	e := start(t)
	e.initialize(map[string]any{})
	id := e.request("shutdown", nil)
	e.notify("exit", nil)
	if m := e.reply(id); string(m.Result) != "null" {
		t.Errorf("shutdown: %s", m.raw)
	}
	e.exits(0)
}

func TestClientProcessGone(t *testing.T) {
	gone := make(chan struct{})
	e := start(t, func(o *Options) {
		o.poll = time.Millisecond
		o.alive = func(pid int) bool {
			select {
			case <-gone:
				return pid != 4711
			default:
				return true
			}
		}
	})
	e.initialize(map[string]any{"processId": 4711})
	close(gone)
	e.exits(1)
}

func TestPanicIsAnAnswer(t *testing.T) {
	e := start(t)
	e.open(nil, docURI, "FROM bad\n# boom in the plan\n")
	e.diagnostics(docURI, 1)
	if m := e.call("textDocument/codeAction", actionParams(docURI, 0, 0, 0, 8)); m.Error == nil || m.Error.Code != -32603 {
		t.Errorf("panic: %s", m.raw)
	}
	e.didChange(docURI, 2, map[string]any{"text": "FROM bad\nRUN echo boom in the rule\n"})
	if m := e.call("textDocument/codeAction", actionParams(docURI, 0, 0, 0, 8)); m.Error != nil {
		t.Errorf("a rule's panic is contained: %s", m.raw)
	}
	e.didChange(docURI, 3, map[string]any{"text": "FROM bad\n"})
	if p := e.diagnostics(docURI, 3); len(p.Diagnostics) != 1 {
		t.Errorf("after the panics: %+v", p)
	}
	if !strings.Contains(e.log.String(), "harness_test.go") {
		t.Error("no stack in the log")
	}
	e.stop()
}

func TestCancel(t *testing.T) {
	planning, finish := make(chan struct{}, 1), make(chan struct{})
	e := start(t, func(o *Options) {
		o.plan = func(r *analysis.Result, f analysis.Finding) codeactions.Action {
			planning <- struct{}{}
			<-finish
			return testPlan(r, f)
		}
	})
	e.open(nil, docURI, "FROM bad\n")
	id := e.request("textDocument/codeAction", actionParams(docURI, 0, 0, 0, 8))
	<-planning
	e.notify("$/cancelRequest", map[string]any{"id": id})
	if m := e.reply(id); m.Error == nil || m.Error.Code != -32800 {
		t.Errorf("cancelled: %s", m.raw)
	}
	close(finish)
	e.notify("$/cancelRequest", map[string]any{"id": id})
	e.notify("$/cancelRequest", map[string]any{"id": "never sent"})
	e.notify("$/cancelRequest", nil)
	var actions []any
	e.result("textDocument/codeAction", actionParams(docURI, 0, 0, 0, 8), &actions)
	e.stop()
	for _, m := range e.wire.have() {
		if string(m.ID) == fmt.Sprint(id) {
			t.Errorf("a second reply: %s", m.raw)
		}
	}
}

func TestIDs(t *testing.T) {
	e := start(t)
	e.initialize(map[string]any{})
	for _, id := range []string{`0`, `-7`, `"seven"`, `9007199254740993`, `""`, `"\u00e9\"x"`} {
		body := `{"jsonrpc":"2.0","id":` + id + `,"method":"textDocument/diagnostic","params":{"textDocument":{"uri":"untitled:x"}}}`
		e.raw(fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body))
		var want any
		json.Unmarshal([]byte(id), &want)
		e.next("reply to "+id, func(m message) bool {
			var got any
			json.Unmarshal(m.ID, &got)
			return m.Method == "" && fmt.Sprint(got) == fmt.Sprint(want) && m.Error == nil
		})
	}
	e.stop()
}

// Every request sees exactly the changes that were sent before it.
func TestOrderUnderLoad(t *testing.T) {
	e := start(t)
	e.open(nil, docURI, "FROM x\n")
	const n = 300
	ids := make([]int, 0, n)
	for i := range n {
		e.didChange(docURI, i+2, map[string]any{"text": "FROM x\n" + strings.Repeat("RUN bad\n", i%7)})
		ids = append(ids, e.request("textDocument/diagnostic", map[string]any{"textDocument": map[string]any{"uri": docURI}}))
	}
	for i, id := range ids {
		var report struct{ Items []diag }
		if err := json.Unmarshal(e.reply(id).Result, &report); err != nil {
			t.Fatal(err)
		}
		if len(report.Items) != i%7 {
			t.Fatalf("request %d saw %d findings, want %d", i, len(report.Items), i%7)
		}
	}
	e.diagnostics(docURI, n+1)
	last := 0
	e.stop()
	for _, m := range e.wire.have() {
		var p publication
		if m.Method == "textDocument/publishDiagnostics" && json.Unmarshal(m.Params, &p) == nil && p.Version != nil {
			if *p.Version < last {
				t.Errorf("version %d after %d", *p.Version, last)
			}
			last = *p.Version
		}
	}
}

// A client that writes everything before it reads anything must not hang.
func TestWritesBeforeReads(t *testing.T) {
	e := start(t)
	e.open(nil, docURI, "FROM bad\n")
	done := make(chan bool)
	go func() {
		for i := range 2000 {
			e.didChange(docURI, i+2, map[string]any{"text": fmt.Sprintf("FROM bad\n# %d\n", i)})
		}
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		t.Fatal("the server does not read")
	}
	e.diagnostics(docURI, 2001)
	e.stop()
}

func actionParams(uri string, l1, c1, l2, c2 int, more ...map[string]any) map[string]any {
	context := map[string]any{"diagnostics": []any{}}
	for _, m := range more {
		for k, v := range m {
			context[k] = v
		}
	}
	return map[string]any{
		"textDocument": map[string]any{"uri": uri},
		"range": map[string]any{
			"start": map[string]any{"line": l1, "character": c1},
			"end":   map[string]any{"line": l2, "character": c2},
		},
		"context": context,
	}
}
