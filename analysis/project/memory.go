package project

import "sync"

// memory remembers values by name. It forgets all of them before it would hold
// more than most, so that a run over ten thousand files keeps its memory flat.
// It is safe for concurrent use.
type memory[T any] struct {
	most  int
	mu    sync.Mutex
	known map[string]T
}

func (m *memory[T]) get(name string) (value T, known bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	value, known = m.known[name]
	return value, known
}

func (m *memory[T]) put(name string, value T) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil || len(m.known) >= m.most {
		m.known = map[string]T{}
	}
	m.known[name] = value
}

func (m *memory[T]) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known = nil
}
