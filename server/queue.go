package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"runtime/debug"
	"strconv"
	"sync"

	"github.com/sourcegraph/jsonrpc2"
	protocol "github.com/tliron/glsp/protocol_3_16"
	protocol317 "github.com/tliron/glsp/protocol_3_17"
)

// mode says where and how a method runs.
type mode int

const (
	unknown mode = iota
	// atOnce methods run on the read loop: they must overtake the queue.
	atOnce
	// inOrder notifications and requests run on the queue's goroutine, each
	// after the one before it has ended.
	inOrder
	// concurrent requests take their snapshot on the queue's goroutine and run
	// on one of their own.
	concurrent
)

// modeOf is the table of all methods: how each runs, and whether it is a
// request.
func modeOf(method string) (m mode, request bool) {
	switch method {
	case protocol.MethodCancelRequest,
		protocol.MethodExit:
		return atOnce, false

	case protocol.MethodInitialize,
		protocol.MethodShutdown:
		return inOrder, true

	case protocol.MethodInitialized,
		protocol.MethodSetTrace,
		protocol.MethodTextDocumentDidOpen,
		protocol.MethodTextDocumentDidChange,
		protocol.MethodTextDocumentDidSave,
		protocol.MethodTextDocumentDidClose,
		protocol.MethodWorkspaceDidChangeConfiguration,
		protocol.MethodWorkspaceDidChangeWatchedFiles,
		protocol.MethodWorkspaceDidChangeWorkspaceFolders:
		return inOrder, false

	case protocol.MethodTextDocumentCodeAction,
		protocol.MethodCodeActionResolve,
		protocol.MethodTextDocumentCodeLens,
		methodInlayHint,
		protocol.MethodCodeLensResolve,
		protocol.MethodTextDocumentHover,
		protocol.MethodTextDocumentCompletion,
		protocol.MethodTextDocumentDefinition,
		protocol.MethodTextDocumentDocumentLink,
		protocol.MethodWorkspaceExecuteCommand,
		protocol317.MethodTextDocumentDiagnostic:
		return concurrent, true
	}
	return unknown, false
}

// queue holds the work that the read loop has admitted. It is unbounded: the
// read loop must never wait, or a client that writes before it reads would
// hang.
type queue struct {
	mu     sync.Mutex
	filled *sync.Cond
	work   []func()
	closed bool
}

func newQueue() *queue {
	q := &queue{}
	q.filled = sync.NewCond(&q.mu)
	return q
}

// push appends work; after close it is dropped.
func (q *queue) push(f func()) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.closed {
		q.work = append(q.work, f)
		q.filled.Signal()
	}
}

// close lets drain return once everything pushed so far has run.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.filled.Broadcast()
}

// drain runs the work in order until the queue is closed and empty.
func (q *queue) drain() {
	for {
		q.mu.Lock()
		for len(q.work) == 0 && !q.closed {
			q.filled.Wait()
		}
		work := q.work
		q.work = nil
		q.mu.Unlock()
		if len(work) == 0 {
			return
		}
		for i, f := range work {
			f()
			work[i] = nil // a long batch must not keep the texts of all its edits
		}
	}
}

// inflight are the requests that have been admitted and not answered.
type inflight struct {
	mu     sync.Mutex
	cancel map[jsonrpc2.ID]context.CancelFunc
}

// add gives the context of a request; done must be called when it is answered.
func (f *inflight) add(id jsonrpc2.ID) (ctx context.Context, done func()) {
	ctx, cancel := context.WithCancel(context.Background())
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.cancel == nil {
		f.cancel = map[jsonrpc2.ID]context.CancelFunc{}
	}
	f.cancel[id] = cancel
	return ctx, func() {
		f.mu.Lock()
		delete(f.cancel, id)
		f.mu.Unlock()
		cancel()
	}
}

// stop cancels a request if it is still there.
func (f *inflight) stop(id jsonrpc2.ID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if cancel := f.cancel[id]; cancel != nil {
		cancel()
	}
}

// door is the jsonrpc2.Handler: it runs on the read loop and admits.
type door struct{ *Server }

// Handle implements jsonrpc2.Handler.
func (d door) Handle(_ context.Context, _ *jsonrpc2.Conn, req *jsonrpc2.Request) {
	s := d.Server
	m, isRequest := modeOf(req.Method)
	if m == atOnce && req.Notif {
		s.atOnce(req)
		return
	}
	if refusal := s.life.admit(req.Method, req.Notif); refusal != nil {
		if !req.Notif {
			s.queue.push(func() { s.answer(req.ID, nil, refusal) })
		}
		return
	}
	if req.Notif {
		// What is not known, or is no notification, is ignored.
		if m == inOrder && !isRequest {
			s.queue.push(func() { s.notified(req) })
		}
		return
	}
	if !isRequest {
		refusal := &jsonrpc2.Error{Code: jsonrpc2.CodeMethodNotFound, Message: fmt.Sprintf("no request %q here", req.Method)}
		s.queue.push(func() { s.answer(req.ID, nil, refusal) })
		return
	}
	ctx, done := s.pending.add(req.ID)
	s.queue.push(func() { s.requested(ctx, done, req, m) })
}

// atOnce handles what must not wait behind the work it is about.
func (s *Server) atOnce(req *jsonrpc2.Request) {
	if req.Method == protocol.MethodExit {
		s.end()
		return
	}
	var params struct {
		ID any `json:"id"`
	}
	dec := json.NewDecoder(bytes.NewReader(paramsOf(req)))
	dec.UseNumber() // ids may be larger than a float is exact
	if dec.Decode(&params) != nil {
		return
	}
	switch id := params.ID.(type) {
	case string:
		s.pending.stop(jsonrpc2.ID{Str: id, IsString: true})
	case json.Number:
		if n, err := strconv.ParseInt(id.String(), 10, 64); err == nil {
			s.pending.stop(jsonrpc2.ID{Num: uint64(n)})
		}
	}
}

// notified runs one notification on the queue's goroutine.
func (s *Server) notified(req *jsonrpc2.Request) {
	if _, err := s.perform(context.Background(), s.snap.Load(), req); err != nil {
		s.log.Error("notification failed", "method", req.Method, "error", err.Message)
	}
}

// requested runs one request: in order here, or concurrently with the snapshot
// of this place in the queue.
func (s *Server) requested(ctx context.Context, done func(), req *jsonrpc2.Request, m mode) {
	snap := s.snap.Load()
	if m == inOrder {
		defer done()
		result, err := s.perform(ctx, snap, req)
		s.answer(req.ID, result, err)
		return
	}
	s.running.Add(1)
	go func() {
		defer s.running.Done()
		defer done()
		type outcome struct {
			result json.RawMessage
			err    *jsonrpc2.Error
		}
		ready := make(chan outcome, 1)
		if ctx.Err() == nil {
			go func() {
				result, err := s.perform(ctx, snap, req)
				ready <- outcome{result, err}
			}()
		}
		// A cancelled request is answered at once; its work is shared by the
		// requests after it, so it is left to end.
		select {
		case <-ctx.Done():
			s.answer(req.ID, nil, &jsonrpc2.Error{Code: codeRequestCancelled, Message: "the request was cancelled"})
		case o := <-ready:
			s.answer(req.ID, o.result, o.err)
		}
	}()
}

// perform calls the handler of one message. A panic in it is an answer, not
// the end of the server.
func (s *Server) perform(ctx context.Context, snap *snapshot, req *jsonrpc2.Request) (result json.RawMessage, rerr *jsonrpc2.Error) {
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("panic", "method", req.Method, "panic", p, "stack", string(debug.Stack()))
			result, rerr = nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInternalError, Message: fmt.Sprintf("internal error in %s: %v", req.Method, p)}
		}
	}()
	value, err := s.dispatch(ctx, snap, req)
	if err != nil {
		return nil, err
	}
	body, merr := json.Marshal(value)
	if merr != nil {
		return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInternalError, Message: merr.Error()}
	}
	return body, nil
}

// answer writes the reply to a request.
func (s *Server) answer(id jsonrpc2.ID, result json.RawMessage, err *jsonrpc2.Error) {
	if err == nil && result == nil {
		result = json.RawMessage("null")
	}
	s.write(response{Version: "2.0", ID: idJSON(id), Result: result, Error: err})
}

// reject answers a message that is no request; it is called on the read loop.
func (s *Server) reject(id json.RawMessage, code int64, message string) {
	if id == nil {
		id = json.RawMessage("null")
	}
	s.log.Warn("message rejected", "reason", message)
	s.queue.push(func() {
		s.write(response{Version: "2.0", ID: id, Error: &jsonrpc2.Error{Code: code, Message: message}})
	})
}

func (s *Server) write(r response) {
	if err := s.stream.WriteObject(r); err != nil {
		s.log.Error("write reply", "error", err)
		s.end()
	}
}
