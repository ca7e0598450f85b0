package server

import (
	"encoding/json"
	"maps"

	"github.com/tliron/glsp"
	protocol "github.com/tliron/glsp/protocol_3_16"
)

// didChangeConfiguration handles the notification
// "workspace/didChangeConfiguration". Clients that can be asked send nothing
// useful in it.
func (s *Server) didChangeConfiguration(_ *glsp.Context, params *protocol.DidChangeConfigurationParams) error {
	if s.snap.Load().client.configuration {
		s.fetchConfiguration()
		return nil
	}
	raw, err := json.Marshal(params.Settings)
	if err != nil {
		return err
	}
	s.configure(raw)
	return nil
}

// fetchConfiguration asks the client for the section "restage". The answer
// joins the queue like everything that changes the state.
func (s *Server) fetchConfiguration() {
	if !s.snap.Load().client.configuration {
		return
	}
	go func() {
		params := protocol.ConfigurationParams{Items: []protocol.ConfigurationItem{{Section: ptr("restage")}}}
		var sections []json.RawMessage
		if s.call(protocol.ServerWorkspaceConfiguration, params, &sections) && len(sections) == 1 {
			s.queue.push(func() { s.configure(sections[0]) })
		}
	}()
}

// configure takes new settings over, if they say anything, and checks all
// documents with them. It runs on the queue's goroutine.
func (s *Server) configure(raw json.RawMessage) {
	if len(raw) == 0 || string(raw) == "null" {
		return
	}
	set, bad := parseSettings(raw)
	s.warnSettings(bad)
	if sameSettings(set, s.snap.Load().settings) {
		return
	}
	s.edit(func(next *snapshot) { next.settings = set })
	s.recheckIf(func(*file) bool { return true })
}

func (s *Server) warnSettings(bad []string) {
	for _, name := range bad {
		s.log.Warn("setting ignored: the level must be off, hint, information, warning or error", "setting", "restage.rules."+name)
	}
}

func sameSettings(a, b *settings) bool {
	return maps.Equal(a.levels, b.levels) && a.noCodeLens == b.noCodeLens && a.hints == b.hints
}
