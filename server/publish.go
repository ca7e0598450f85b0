package server

import (
	"context"
	"reflect"
	"runtime/debug"
	"slices"
	"sync"

	protocol "github.com/tliron/glsp/protocol_3_16"
)

// publisher pushes diagnostics. One goroutine does it, always from the newest
// snapshot: a version that a keystroke has overtaken is dropped, and no older
// one can follow a newer.
type publisher struct {
	server *Server
	wake   chan struct{}
	mu     sync.Mutex
	dirty  []string

	// The rest belongs to the publishing goroutine.

	// shown are the documents that the client holds diagnostics of.
	shown map[string]string // canonical to the client's URI
	// broken are the defects of project files by the Dockerfile they were
	// found for, by the URI they are shown on.
	broken map[string]map[string][]protocol.Diagnostic
}

func newPublisher(s *Server) *publisher {
	return &publisher{server: s, wake: make(chan struct{}, 1), shown: map[string]string{}, broken: map[string]map[string][]protocol.Diagnostic{}}
}

// mark has a document's diagnostics published anew.
func (p *publisher) mark(key string) {
	p.mu.Lock()
	if !slices.Contains(p.dirty, key) {
		p.dirty = append(p.dirty, key)
	}
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// run publishes until ctx is done.
func (p *publisher) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.wake:
		}
		for {
			p.mu.Lock()
			if len(p.dirty) == 0 {
				p.mu.Unlock()
				break
			}
			key := p.dirty[0]
			p.dirty = p.dirty[1:]
			p.mu.Unlock()
			if ctx.Err() != nil {
				return
			}
			p.document(key)
		}
	}
}

// document publishes one document. What the engine dies of is logged and costs
// this version its diagnostics, not the session.
func (p *publisher) document(key string) {
	defer func() {
		if r := recover(); r != nil {
			p.server.log.Error("panic", "document", key, "panic", r, "stack", string(debug.Stack()))
		}
	}()
	snap := p.server.snap.Load()
	f := snap.files[key]
	if f == nil || !f.dockerfile {
		if uri, ok := p.shown[key]; ok {
			delete(p.shown, key)
			p.send(uri, nil, nil)
		}
		p.brokenFiles(snap, key, nil)
		return
	}
	var items []protocol.Diagnostic
	if !snap.client.pull {
		items = snap.diagnostics(f)
	}
	problems := snap.problems(f)
	if p.server.snap.Load().files[key] != f {
		return // overtaken; the newer one has been marked
	}
	if !snap.client.pull {
		p.shown[key] = f.uri
		p.send(f.uri, f, items)
	}
	p.brokenFiles(snap, key, problems)
}

// brokenFiles shows the defects of the project files of one Dockerfile, beside
// those that other Dockerfiles' projects have in the same files, and takes
// back what has been mended.
func (p *publisher) brokenFiles(snap *snapshot, key string, now map[string][]protocol.Diagnostic) {
	before := map[string][]protocol.Diagnostic{}
	uris := []string{}
	for _, all := range []map[string][]protocol.Diagnostic{p.broken[key], now} {
		for uri := range all {
			if !slices.Contains(uris, uri) {
				uris = append(uris, uri)
				before[uri] = p.union(uri)
			}
		}
	}
	slices.Sort(uris)
	if len(now) > 0 {
		p.broken[key] = now
	} else {
		delete(p.broken, key)
	}
	for _, uri := range uris {
		if after := p.union(uri); !reflect.DeepEqual(before[uri], after) {
			canonical, _ := parseURI(uri)
			p.send(uri, snap.files[canonical], after)
		}
	}
}

// union gives what all Dockerfiles' projects say of one file, each thing once.
func (p *publisher) union(uri string) []protocol.Diagnostic {
	items := []protocol.Diagnostic{}
	keys := make([]string, 0, len(p.broken))
	for key := range p.broken {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		for _, d := range p.broken[key][uri] {
			if !slices.ContainsFunc(items, func(o protocol.Diagnostic) bool { return reflect.DeepEqual(o, d) }) {
				items = append(items, d)
			}
		}
	}
	return items
}

// send publishes the diagnostics of one URI, with the version they are of.
func (p *publisher) send(uri string, f *file, items []protocol.Diagnostic) {
	params := protocol.PublishDiagnosticsParams{URI: uri, Diagnostics: items}
	if items == nil {
		params.Diagnostics = []protocol.Diagnostic{}
	}
	if f != nil && f.version >= 0 {
		params.Version = ptr(uint32(f.version))
	}
	if err := p.server.conn.Notify(context.Background(), protocol.ServerTextDocumentPublishDiagnostics, params); err != nil {
		p.server.log.Warn("publish diagnostics", "uri", uri, "error", err)
	}
}
