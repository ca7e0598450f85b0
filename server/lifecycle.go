package server

import (
	"sync"
	"time"

	"github.com/sourcegraph/jsonrpc2"
	"github.com/tliron/glsp"
	protocol "github.com/tliron/glsp/protocol_3_16"
)

// phase is how far the session has come.
type phase int

const (
	fresh phase = iota // nothing but initialize is admitted
	open
	down // after shutdown, only exit is left
)

// lifecycle keeps the order initialize, work, shutdown, exit. It is moved on
// the read loop, when a message is admitted, so that exit knows of a shutdown
// that is still in the queue.
type lifecycle struct {
	mu    sync.Mutex
	phase phase
}

// admit moves the session on and gives the error that a message out of order
// is answered with, nil for one that may run.
func (l *lifecycle) admit(method string, notification bool) *jsonrpc2.Error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.phase == down:
		return &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidRequest, Message: "the server has been shut down"}
	case method == protocol.MethodInitialize && !notification:
		if l.phase != fresh {
			return &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidRequest, Message: "initialize was sent before"}
		}
		l.phase = open
	case l.phase == fresh:
		return &jsonrpc2.Error{Code: codeServerNotInitialized, Message: "initialize has to come first"}
	case method == protocol.MethodShutdown && !notification:
		l.phase = down
	}
	return nil
}

// initializeFailed lets the client try again.
func (l *lifecycle) initializeFailed() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.phase == open {
		l.phase = fresh
	}
}

// exitCode is the status that the process ends with.
func (l *lifecycle) exitCode() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.phase == down {
		return 0
	}
	return 1
}

// watchClient ends the session when the client's process is gone: an editor
// that crashed sends no exit, and its end of the pipe may be held open by
// someone else.
func (s *Server) watchClient(pid int) {
	if pid <= 0 {
		return
	}
	tick := time.NewTicker(s.opt.poll)
	defer tick.Stop()
	for s.opt.alive(pid) {
		select {
		case <-s.ended:
			return
		case <-tick.C:
		}
	}
	s.log.Warn("the client's process is gone", "pid", pid)
	s.end()
}

// initialized handles the notification "initialized": from here on the server
// may ask the client for things.
func (s *Server) initialized(*glsp.Context, *protocol.InitializedParams) error {
	s.register()
	s.fetchConfiguration()
	return nil
}
