package analysis

import "strings"

// homes are the home folders of users that the file creates with useradd or
// adduser, as far as the commands tell.
func (f *Facts) homes() map[string]string {
	if f.homeDirs != nil {
		return f.homeDirs
	}
	f.homeDirs = map[string]string{}
	for _, st := range f.Stages {
		for _, s := range st.Steps {
			if s.Name != "RUN" || !strings.Contains(f.Doc.Slice(s.Span), "add") {
				continue
			}
			for _, cmd := range s.Commands() {
				if u := UserMade(s, cmd); u != nil && u.Home != "" {
					f.homeDirs[u.Name] = u.Home
					if u.UID != "" {
						f.homeDirs[u.UID] = u.Home
					}
				}
			}
		}
	}
	return f.homeDirs
}
