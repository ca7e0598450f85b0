package analysis

import (
	"sort"

	"restage/analysis/shell"
)

// sightings are what was seen in the steps of a stage, in order. Each step is
// looked at once, when something first asks about it or a later one.
type sightings[T any] struct {
	next int
	seen []sighting[T]
}

type sighting[T any] struct {
	step *Step
	what T
}

// upTo gives what look sees in the steps of a stage up to a step, with the
// stages it starts from, oldest first. The sightings of a stage are kept in
// the map.
func upTo[T any](kept map[*Stage]*sightings[T], s *Step, look func(*Step) []T) []sighting[T] {
	var out []sighting[T]
	for _, st := range s.Stage.Chain() {
		seen := kept[st]
		if seen == nil {
			seen = &sightings[T]{}
			kept[st] = seen
		}
		end := len(st.Steps) - 1
		if st == s.Stage {
			end = min(end, s.Pos)
		}
		for ; seen.next <= end; seen.next++ {
			o := st.Steps[seen.next]
			for _, what := range look(o) {
				seen.seen = append(seen.seen, sighting[T]{o, what})
			}
		}
		n := sort.Search(len(seen.seen), func(i int) bool { return seen.seen[i].step.Pos > end })
		if out == nil {
			out = seen.seen[:n:n]
		} else {
			out = append(out, seen.seen[:n]...)
		}
	}
	return out
}

// sights are what facts about a step ask of all the steps before it.
type sights struct {
	tomls    map[*Stage]*sightings[*Step]
	settings map[*Stage]*sightings[behindSetting]
	fetches  map[*Stage]*sightings[*shell.Command]
	venvs    map[*Stage]*sightings[string]
	likely   map[*Stage]*sightings[string]
}

func newSights() sights {
	return sights{map[*Stage]*sightings[*Step]{}, map[*Stage]*sightings[behindSetting]{}, map[*Stage]*sightings[*shell.Command]{},
		map[*Stage]*sightings[string]{}, map[*Stage]*sightings[string]{}}
}
