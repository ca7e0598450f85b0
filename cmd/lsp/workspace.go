package main

import (
	"sync"

	"restage/analysis/disk"
	"restage/analysis/project"
)

// workspaces opens the folders that projects are read from. With share, the
// Dockerfiles of one workspace that are looked at one after the other share
// what has been read of it: right as long as nothing is written.
type workspaces struct {
	share bool

	mu   sync.Mutex
	last *workspace // the one that the next Dockerfile may share
}

// workspace is one open folder.
type workspace struct {
	root   *disk.Folder
	finder *project.Finder
	users  int // under workspaces.mu; last itself counts as one
}

// open gives the workspace of an absolute folder; release takes it back.
func (w *workspaces) open(top string) (*workspace, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.last != nil && w.last.root.Name() == top {
		w.last.users++
		return w.last, nil
	}
	root, err := disk.Open(top)
	if err != nil {
		return nil, cannot("open the workspace", top, err)
	}
	ws := &workspace{root: root, finder: project.NewFinder(root), users: 1}
	if w.share {
		w.drop()
		w.last = ws
		ws.users++
	}
	return ws, nil
}

// release says that a workspace is not used any more by one that opened it.
func (w *workspaces) release(ws *workspace) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ws.leave()
}

// close closes what is kept open for sharing.
func (w *workspaces) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.drop()
}

func (w *workspaces) drop() {
	if w.last != nil {
		w.last.leave()
		w.last = nil
	}
}

func (ws *workspace) leave() {
	if ws.users--; ws.users == 0 {
		ws.root.Close()
	}
}
