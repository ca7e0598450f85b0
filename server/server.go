// Package server speaks the Language Server Protocol: it keeps what the editor
// has open, asks the engine, and turns findings and plans into the protocol's
// JSON. It knows no rule.
//
// The connection has three parts. The read loop (queue.go) only admits
// messages and appends them to one unbounded queue, so reading never waits for
// work. A single goroutine drains the queue: notifications run on it in order
// and swap an immutable snapshot (state.go); requests take the snapshot of
// their place in the queue and then run concurrently. A publisher
// (publish.go) pushes the diagnostics of the newest snapshot.
//
// It is the only package that knows glsp and jsonrpc2.
package server

import (
	"context"
	"io"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sourcegraph/jsonrpc2"

	"restage/analysis"
	"restage/analysis/rules"
	"restage/codeactions"
)

// Options are what the caller may decide; the zero value is the server that
// users get.
type Options struct {
	// Rules are the rules to run, in display order; nil means all.
	Rules []*analysis.Rule
	// Version is what initialize names as the server's version.
	Version string
	// Log receives what goes wrong; nil means text on standard error.
	Log *slog.Logger

	// The engine's entrances and the look at the client's process, to be
	// replaced in tests.
	plan     func(*analysis.Result, analysis.Finding) codeactions.Action
	mends    func(*analysis.Rule) bool
	optimize func(*analysis.Result, codeactions.Options) codeactions.Outcome
	alive    func(pid int) bool
	poll     time.Duration
	// busy is how long work takes before the client is told of it.
	busy time.Duration
}

// withDefaults fills in what the caller left open.
func (o Options) withDefaults() Options {
	if o.Rules == nil {
		o.Rules = rules.All()
	}
	if o.Log == nil {
		o.Log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	if o.plan == nil {
		o.plan = codeactions.For
	}
	if o.mends == nil {
		o.mends = codeactions.Mends
	}
	if o.optimize == nil {
		o.optimize = codeactions.Optimize
	}
	if o.alive == nil {
		o.alive = alive
	}
	if o.busy == 0 {
		o.busy = time.Second
	}
	if o.poll == 0 {
		o.poll = 2 * time.Second
	}
	return o
}

// patience is how long the end of a session waits for replies on their way.
const patience = 2 * time.Second

// Server is one session with one client.
type Server struct {
	opt    Options
	log    *slog.Logger
	conn   *jsonrpc2.Conn
	stream *stream
	queue  *queue
	// life is the session's phase, changed when a message is admitted.
	life lifecycle
	// snap is replaced by notifications and read by everyone.
	snap    atomic.Pointer[snapshot]
	publish *publisher
	// running counts the requests at work, calls the requests to the client
	// whose answer is awaited.
	running sync.WaitGroup
	// progress counts what the client was told of that takes its time.
	progress atomic.Int64
	// pending are the requests that can still be cancelled.
	pending inflight
	// ended is closed when the session is over, whoever ends it.
	ended   chan struct{}
	endOnce sync.Once
}

// Run serves one client until it says exit, the input ends, the client's
// process is gone or ctx is done. It gives the process's exit status: 0 only
// after a shutdown request.
func Run(ctx context.Context, in io.Reader, out io.Writer, opt Options) int {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := newServer(opt)
	s.stream = newStream(in, out, s.reject)
	s.conn = jsonrpc2.NewConn(ctx, s.stream, door{s}, jsonrpc2.SetLogger(printf{s.log}))
	go s.publish.run(ctx)
	drained := make(chan struct{})
	go func() {
		s.queue.drain()
		s.running.Wait()
		close(drained)
	}()

	select {
	case <-s.ended:
	case <-s.conn.DisconnectNotify():
	case <-ctx.Done():
	}
	// What was admitted before the end is still answered: a client may write
	// shutdown and exit in one go, and a script may close its end early.
	s.queue.close()
	select {
	case <-drained:
	case <-time.After(patience):
		s.log.Warn("the session ended with work left undone")
	}
	return s.life.exitCode()
}

// newServer makes a server that is not connected yet.
func newServer(opt Options) *Server {
	opt = opt.withDefaults()
	s := &Server{opt: opt, log: opt.Log, queue: newQueue(), ended: make(chan struct{})}
	s.snap.Store(&snapshot{server: s, client: &client{}, settings: &settings{}, finders: newFinders()})
	s.publish = newPublisher(s)
	return s
}

// end ends the session; it can be called from anywhere, any number of times.
func (s *Server) end() { s.endOnce.Do(func() { close(s.ended) }) }

// printf lets jsonrpc2 write its complaints to the log.
type printf struct{ log *slog.Logger }

// Printf implements jsonrpc2.Logger.
func (p printf) Printf(format string, v ...any) {
	p.log.Warn("connection", "detail", sprintLine(format, v...))
}
