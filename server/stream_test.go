package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

func TestMalformedMessagesDoNotEndTheSession(t *testing.T) {
	e := start(t)
	e.initialize(map[string]any{})
	for _, c := range []struct {
		body string
		code int
		id   string
	}{
		{`{"jsonrpc":"2.0","id":1,`, -32700, "null"},
		{``, -32700, "null"},
		{"\x00\xff", -32700, "null"},
		{`[]`, -32600, "null"},
		{`[{"jsonrpc":"2.0","id":90,"method":"shutdown"}]`, -32600, "null"},
		{`7`, -32600, "null"},
		{`null`, -32600, "null"},
		{`{}`, -32600, "null"},
		{`{"jsonrpc":"2.0","id":91}`, -32600, "91"},
		{`{"jsonrpc":"2.0","id":{"a":1},"method":"shutdown"}`, -32600, "null"},
		{`{"jsonrpc":"2.0","id":1.5,"method":"shutdown"}`, -32600, "1.5"},
		{`{"jsonrpc":"2.0","id":92,"method":7}`, -32600, "92"},
		{`{"jsonrpc":"2.0","id":93,"method":"x","result":1}`, -32600, "93"},
		{strings.Repeat(`[`, 20000), -32700, "null"},
	} {
		e.raw(fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(c.body), c.body))
		m := e.next("a reply to "+c.body[:min(len(c.body), 60)], func(m message) bool { return m.Method == "" })
		if m.Error == nil || m.Error.Code != c.code || string(m.ID) != c.id {
			t.Errorf("%.60q: %s, want %d for %s", c.body, m.raw, c.code, c.id)
		}
	}
	// What is not answered: complaints and answers to nothing.
	for _, body := range []string{
		`{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"?"}}`,
		`{"jsonrpc":"2.0","error":{"code":-32700,"message":"?"}}`,
		`{"jsonrpc":"2.0","id":12345,"result":null}`,
		`{"jsonrpc":"2.0","id":"12345","result":{}}`,
	} {
		e.raw(fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body))
	}
	e.stop()
}

func TestHeaders(t *testing.T) {
	body := `{"jsonrpc":"2.0","id":1,"method":"shutdown"}`
	for _, c := range []struct {
		header string
		bad    bool
	}{
		{header: "Content-Length: %d\r\n\r\n"},
		{header: "content-length:%d\r\n\r\n"},
		{header: "CONTENT-LENGTH :   %d  \r\nContent-Type: application/vscode-jsonrpc; charset=utf-8\r\n\r\n"},
		{header: "X: y\nContent-Length: %d\n\n"},
		{header: "\r\n\r\nContent-Length: %d\r\n\r\n"},
		{header: "Content-Type: x\r\n\r\n%d", bad: true},
		{header: "Content-Length: -%d\r\n\r\n", bad: true},
		{header: "Content-Length: %dx\r\n\r\n", bad: true},
		{header: "Content-Length: 99999999999999999999%d\r\n\r\n", bad: true},
		{header: "nonsense %d\r\n\r\n", bad: true},
		{header: "X: " + strings.Repeat("y", maxHeader) + "%d\r\n\r\n", bad: true},
		{header: strings.Repeat("X: y\r\n", maxHeader/5) + "Content-Length: %d\r\n\r\n", bad: true},
	} {
		s := newStream(strings.NewReader(fmt.Sprintf(c.header, len(body))+body), io.Discard, func(json.RawMessage, int64, string) {})
		var m struct{ Method string }
		err := s.ReadObject(&m)
		if (err != nil) != c.bad || !c.bad && m.Method != "shutdown" {
			t.Errorf("%.60q: %+v, %v", c.header, m, err)
		}
	}
}

func TestBodyCap(t *testing.T) {
	const next = `{"jsonrpc":"2.0","id":1,"method":"shutdown"}`
	in := io.MultiReader(
		strings.NewReader(fmt.Sprintf("Content-Length: %d\r\n\r\n", maxBody+1)),
		io.LimitReader(zeros{}, maxBody+1),
		strings.NewReader(fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(next), next)))
	rejected := 0
	s := newStream(in, io.Discard, func(_ json.RawMessage, code int64, _ string) { rejected = int(code) })
	var m struct{ Method string }
	if err := s.ReadObject(&m); err != nil || m.Method != "shutdown" || rejected != -32600 {
		t.Errorf("%+v, %v, rejected with %d", m, err, rejected)
	}
	// A length that is only claimed costs no memory and ends with the input.
	s = newStream(strings.NewReader(fmt.Sprintf("Content-Length: %d\r\n\r\n{}", maxBody)), io.Discard, nil)
	if err := s.ReadObject(&m); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("%v", err)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func FuzzStream(f *testing.F) {
	f.Add([]byte("Content-Length: 2\r\n\r\n{}"))
	f.Add([]byte("Content-Length: 44\r\n\r\n{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"shutdown\"}"))
	f.Add([]byte("content-length: 0\n\nContent-Length: 9\r\n\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := newStream(bytes.NewReader(data), io.Discard, func(json.RawMessage, int64, string) {})
		for {
			var m map[string]any
			if s.ReadObject(&m) != nil {
				return
			}
		}
	})
}
