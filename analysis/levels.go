package analysis

// Levels are severities that users have chosen, by the names of rules; 0 means
// off. A nil map chooses nothing.
type Levels map[string]Severity

// Rules are those of all that are to be looked for: the ones that are on by
// themselves and not switched off, and the ones switched on.
func (l Levels) Rules(all []*Rule) []*Rule {
	kept := make([]*Rule, 0, len(all))
	for _, r := range all {
		level, set := l[r.Name]
		switch {
		case set && level == 0:
		case set && r.Off:
			on := *r
			on.Off = false
			kept = append(kept, &on)
		default:
			kept = append(kept, r)
		}
	}
	return kept
}

// Of is the severity of a finding: the chosen one, else its own.
func (l Levels) Of(f Finding) Severity {
	if level := l[f.Rule.Name]; level != 0 {
		return level
	}
	return f.Level()
}
