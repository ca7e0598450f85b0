package shell

// Options are those options of a shell that change what a failing command does.
type Options struct {
	Errexit  bool // -e
	Pipefail bool // -o pipefail
}

// OptionsOf are the options among the words behind a shell's name, as those of
// SHELL ["/bin/bash", "-eo", "pipefail", "-c"].
func OptionsOf(words []string) Options {
	list := make([]Word, len(words))
	for i, w := range words {
		list[i].Value = w
	}
	s := &state{}
	s.options(list)
	return Options{s.errexit, s.pipefail}
}
