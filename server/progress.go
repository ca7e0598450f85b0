package server

import (
	"context"
	"fmt"
	"time"

	protocol "github.com/tliron/glsp/protocol_3_16"
)

// withProgress does some work. Where the client can show it, it is told when
// that takes longer than a moment, and when it is over.
func (s *Server) withProgress(title string, work func()) {
	if !s.snap.Load().client.progress {
		work()
		return
	}
	done := make(chan struct{})
	defer close(done)
	go func() {
		select {
		case <-done:
		case <-time.After(s.opt.busy):
			s.showProgress(title, done)
		}
	}()
	work()
}

// showProgress has the client show that something is being done until it is.
func (s *Server) showProgress(title string, done <-chan struct{}) {
	token := fmt.Sprintf("restage/%d", s.progress.Add(1))
	if !s.call(protocol.ServerWindowWorkDoneProgressCreate, progressParams{Token: token}, nil) {
		return
	}
	s.tellProgress(token, protocol.WorkDoneProgressBegin{Kind: "begin", Title: title})
	<-done
	s.tellProgress(token, protocol.WorkDoneProgressEnd{Kind: "end"})
}

// progressParams are the parameters of both messages; glsp's type writes the
// token as an object.
type progressParams struct {
	Token string `json:"token"`
	Value any    `json:"value,omitempty"`
}

func (s *Server) tellProgress(token string, value any) {
	if err := s.conn.Notify(context.Background(), "$/progress", progressParams{token, value}); err != nil {
		s.log.Warn("progress", "error", err)
	}
}
