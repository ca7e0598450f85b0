package analysis

import "strings"

// Nearest is the one of known that a mistyped word most likely means: the
// nearest by letters added, lost, changed or swapped, letter case aside. It is
// "" where none is near, or two are equally so.
func Nearest(word string, known []string) string {
	best, found, tie := len(word)/3+2, "", false
	for _, k := range known {
		switch d := distance(strings.ToLower(word), strings.ToLower(k)); {
		case d < best:
			best, found, tie = d, k, false
		case d == best && found != "" && k != found:
			tie = true
		}
	}
	if tie || best >= max(len(word), len(found)) {
		return ""
	}
	return found
}

// distance is the optimal string alignment distance of two words, in bytes.
func distance(a, b string) int {
	before, last, now := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		now[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			now[j] = min(last[j]+1, now[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				now[j] = min(now[j], before[j-2]+1)
			}
		}
		before, last, now = last, now, before
	}
	return last[len(b)]
}
