package project

import (
	"hash/maphash"
	"strings"
	"sync"
)

// shared gives one copy of a text for the whole process: lock files of many
// projects name the same packages, and a part of a file would keep all of it in
// memory.
func shared(text string) string {
	s := &sharers[maphash.String(sharerSeed, text)%uint64(len(sharers))]
	s.mu.Lock()
	defer s.mu.Unlock()
	known, ok := s.texts[text]
	if !ok {
		if s.texts == nil || len(s.texts) >= maxShared {
			s.texts = map[string]string{} // what is in use stays with those who use it
		}
		known = strings.Clone(text)
		s.texts[known] = known
	}
	return known
}

// maxShared bounds the texts that one sharer remembers.
const maxShared = 1000

// sharers remember texts, each those of some hashes, so that two lock files
// that are read at once rarely wait for one another.
var (
	sharers    [16]sharer
	sharerSeed = maphash.MakeSeed()
)

type sharer struct {
	mu    sync.Mutex
	texts map[string]string
}
