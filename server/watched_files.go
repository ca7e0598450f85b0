package server

import (
	"context"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/tliron/glsp"
	protocol "github.com/tliron/glsp/protocol_3_16"
)

// manifests are the globs of files that say what a project is: a change of one
// can concern any Dockerfile around it.
func manifests() []string {
	return []string{
		"**/pyproject.toml", "**/poetry.lock", "**/uv.lock", "**/pdm.lock", "**/Pipfile", "**/Pipfile.lock",
		"**/poetry.toml", "**/restage.toml", "**/.dockerignore", "**/*.dockerignore",
		"**/compose*.yml", "**/compose*.yaml", "**/docker-compose*.yml", "**/docker-compose*.yaml",
	}
}

// scripts are the globs of files that a Dockerfile may start, or that say what
// its container does; they concern the Dockerfiles for which they were read.
func scripts() []string { return []string{"**/*.sh", "**/*.py"} }

// isManifest says whether a path is a manifest by its name.
func isManifest(file string) bool {
	base := filepath.Base(file)
	return slices.ContainsFunc(manifests(), func(glob string) bool {
		ok, _ := path.Match(strings.TrimPrefix(glob, "**/"), base)
		return ok
	})
}

// register asks the client to report changed files and settings.
func (s *Server) register() {
	agreed := s.snap.Load().client
	params := protocol.RegistrationParams{Registrations: []protocol.Registration{}}
	if agreed.watch {
		watchers := []protocol.FileSystemWatcher{}
		for _, glob := range append(manifests(), scripts()...) {
			watchers = append(watchers, protocol.FileSystemWatcher{GlobPattern: glob})
		}
		params.Registrations = append(params.Registrations, protocol.Registration{
			ID: "restage.files", Method: protocol.MethodWorkspaceDidChangeWatchedFiles,
			RegisterOptions: protocol.DidChangeWatchedFilesRegistrationOptions{Watchers: watchers},
		})
	}
	if agreed.register {
		params.Registrations = append(params.Registrations, protocol.Registration{
			ID: "restage.configuration", Method: protocol.MethodWorkspaceDidChangeConfiguration,
			RegisterOptions: map[string]any{"section": "restage"},
		})
	}
	if len(params.Registrations) > 0 {
		go s.call(protocol.ServerClientRegisterCapability, params, nil)
	}
}

// call sends a request to the client and waits; never on the queue's or the
// reading goroutine.
func (s *Server) call(method string, params, result any) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := s.conn.Call(ctx, method, params, result); err != nil {
		s.log.Warn("the client refused", "method", method, "error", err)
		return false
	}
	return true
}

// didChangeWatchedFiles handles the notification
// "workspace/didChangeWatchedFiles".
func (s *Server) didChangeWatchedFiles(_ *glsp.Context, params *protocol.DidChangeWatchedFilesParams) error {
	paths := []string{}
	for _, change := range params.Changes {
		if _, path := parseURI(change.URI); path != "" {
			paths = append(paths, path)
		}
	}
	s.recheck(paths)
	return nil
}

// recheck looks again at every open Dockerfile whose project may have changed
// with the files at paths.
func (s *Server) recheck(paths []string) {
	s.recheckIf(func(f *file) bool {
		return slices.ContainsFunc(paths, func(path string) bool { return concerns(path, f) })
	})
}

// recheckAround looks again at every open Dockerfile whose root holds path.
func (s *Server) recheckAround(path string) {
	s.recheckIf(func(f *file) bool {
		_, ok := inside(f.root, path)
		return ok && f.root != ""
	})
}

// recheckIf forgets the projects of the Dockerfiles chosen and has them checked.
func (s *Server) recheckIf(chosen func(*file) bool) {
	keys := []string{}
	next := s.edit(func(next *snapshot) {
		next.finders = next.finders.again()
		for key, f := range next.files {
			if f.dockerfile && chosen(f) {
				next.files[key] = next.fresh(f)
				keys = append(keys, key)
			}
		}
	})
	slices.Sort(keys)
	for _, key := range keys {
		s.publish.mark(key)
	}
	if len(keys) == 0 {
		return
	}
	if next.client.pull && next.client.refresh {
		go s.call(methodDiagnosticRefresh, nil, nil)
	}
	if next.client.lensRefresh {
		go s.call(methodCodeLensRefresh, nil, nil)
	}
	if next.client.hintRefresh {
		go s.call(methodInlayHintRefresh, nil, nil)
	}
}

// concerns says whether a changed file can matter to a Dockerfile: it lies in
// its root, and it is a manifest by name or one of the files that were
// read or looked for.
func concerns(path string, f *file) bool {
	if path == "" || f.root == "" {
		return false
	}
	name, ok := inside(f.root, path)
	if !ok {
		return false
	}
	if isManifest(path) {
		return true
	}
	if !f.memo.mu.TryLock() {
		return true // the project is being read: whether before or after the change, nobody knows
	}
	defer f.memo.mu.Unlock()
	return f.memo.project.Used(name)
}
