package project

import (
	"strings"
)

// LockedFiles gives the names of the files that the lock file lists for some
// packages, by normalised name: wheels and source distributions. A package of
// which it lists none is not in the map. It reads the text anew, since hardly
// anybody asks for the thousands of names in it.
func (p *Project) LockedFiles(names ...string) map[string][]string {
	if p.Lock == nil || p.Lock.Broken || p.reader == nil {
		return nil
	}
	text, err := p.reader.read(p.Lock.Path, maxLock)
	if err != nil {
		return nil
	}
	wanted := map[string]bool{}
	for _, name := range names {
		wanted[Normalise(name)] = true
	}
	out := map[string][]string{}
	section, pack := "", ""
	lines := lineReader{text: strings.TrimPrefix(text, bom)}
	for lines.next() {
		line := lines.line
		if line == "[[package]]" {
			section, pack = "package", ""
			continue
		}
		if strings.HasPrefix(line, "[") {
			section = strings.Trim(line, "[]")
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		key, value = unquote(strings.TrimSpace(key)), strings.TrimSpace(value)
		switch {
		case !ok:
		case section == "package" && key == "name":
			pack = Normalise(unquote(value))
		case section == "package" && key == "files" && wanted[pack], section == "metadata.files" && wanted[Normalise(key)]:
			if section != "package" {
				pack = Normalise(key)
			}
			for line := value; ; line = lines.line {
				out[pack] = append(out[pack], fileNames(line)...)
				if strings.HasSuffix(line, "]") || !lines.next() {
					break
				}
			}
		}
	}
	return out
}

// fileNames are the files of one line: {file = "flask-3.0.0-py3-none-any.whl", hash = "…"}.
func fileNames(line string) (names []string) {
	for {
		_, rest, ok := strings.Cut(line, "file = \"")
		if !ok {
			return names
		}
		var name string
		name, line, _ = strings.Cut(rest, `"`)
		names = append(names, strings.Clone(name))
	}
}
