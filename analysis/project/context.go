package project

import (
	"io/fs"
	"path"
	"strings"
)

// findContext decides which folder is the build context. Compose files know
// it; else the sources of COPY do, which must exist there; else it is the
// Dockerfile's folder, as in "docker build .".
func (p *Project) findContext(sources []contextSource, composes []*composeFile) {
	home := path.Dir(p.Dockerfile)
	guess, guessScore := p.nearestWith(sources, home)

	bestScore := -1
	for _, c := range composes {
		for _, dir := range c.contextsOf(p) {
			if score := p.score(sources, dir); score > bestScore {
				p.Context, p.ContextFrom, bestScore = dir, c.path, score
			}
		}
	}
	// A compose file whose context lacks every COPY source, while another folder
	// has them, is out of date or meant for another place.
	if bestScore > 0 || bestScore == 0 && guessScore == 0 {
		return
	}
	p.Context, p.ContextFrom = home, "the Dockerfile's folder"
	switch {
	case guessScore > 0:
		p.Context, p.ContextFrom = guess, "the Dockerfile's COPY sources"
	case copiesAll(sources):
		if dir, ok := p.nearestManifest(home); ok && dir != home {
			p.Context, p.ContextFrom = dir, "the nearest folder with a Python project, since the Dockerfile copies its whole context"
		}
	}
}

// ancestors lists a folder and all folders above it up to the root ".".
func ancestors(dir string) []string {
	list := []string{dir}
	for dir != "." {
		dir = path.Dir(dir)
		list = append(list, dir)
	}
	return list
}

// nearestWith gives the nearest folder at or above home in which most of the
// sources exist.
func (p *Project) nearestWith(sources []contextSource, home string) (dir string, score int) {
	for _, candidate := range ancestors(home) {
		if s := p.score(sources, candidate); s > score {
			dir, score = candidate, s
		}
	}
	return dir, score
}

// maxScored bounds how many sources are looked up in one folder.
const maxScored = 200

// score counts the sources that exist in a folder. One named path weighs more
// than any wildcard, which may rightly match nothing ("poetry.lock*"), and "."
// exists everywhere.
func (p *Project) score(sources []contextSource, dir string) int {
	score := 0
	for i, s := range sources {
		if s.path == "." || i >= maxScored {
			continue
		}
		if s.glob {
			if len(p.globIn(dir, s.path, 1)) > 0 {
				score++
			}
			continue
		}
		switch k := p.reader.kind(path.Join(dir, s.path)); {
		case k == folder, k == file && !s.folder:
			score += maxScored
		}
	}
	return score
}

// copiesAll says that the Dockerfile copies its whole context somewhere, or
// names nothing of it at all.
func copiesAll(sources []contextSource) bool {
	for _, s := range sources {
		if s.path == "." {
			return true
		}
	}
	return false
}

// manifests are the files that make a folder a Python project.
var manifests = []string{"pyproject.toml", "poetry.lock", "uv.lock", "pdm.lock", "Pipfile", "requirements.txt", "setup.py"}

// nearestManifest gives the nearest folder at or above home with a manifest.
func (p *Project) nearestManifest(home string) (string, bool) {
	for _, dir := range ancestors(home) {
		for _, name := range manifests {
			if p.reader.isFile(path.Join(dir, name)) {
				return dir, true
			}
		}
	}
	return "", false
}

// maxFolderScan bounds how many subfolders are looked into for a manifest.
const maxFolderScan = 200

// findDir decides which folder of the context is the project: the one whose
// pyproject.toml the Dockerfile copies by name, else the context itself, else
// the one that is copied as a folder.
func (p *Project) findDir(sources []contextSource) {
	named := p.namedProjects(sources)
	copied := p.copiedProjects(sources)
	rootHas := p.hasPyproject(".")
	switch {
	case len(named) > 0:
		p.Candidates = p.preferLocked(named, sources)
	case rootHas && (copiesAll(sources) || len(copied) == 0):
		p.Candidates = append([]string{"."}, copied...)
	case len(copied) > 0:
		p.Candidates = p.preferLocked(copied, sources)
	case copiesAll(sources) && !p.hasManifest("."):
		p.Candidates = p.onlySubproject()
	}
	p.Dir = "."
	if len(p.Candidates) > 0 {
		p.Dir = p.Candidates[0]
	} else if dir, ok := p.otherManifest(sources); ok {
		p.Dir = dir
	}
}

func (p *Project) hasPyproject(dir string) bool {
	return p.reader.isFile(path.Join(p.Context, dir, "pyproject.toml"))
}

func (p *Project) hasManifest(dir string) bool {
	for _, name := range manifests {
		if p.reader.isFile(path.Join(p.Context, dir, name)) {
			return true
		}
	}
	return false
}

// namedProjects are the folders whose pyproject.toml is copied by its name or
// by a wildcard for its name.
func (p *Project) namedProjects(sources []contextSource) []string {
	var dirs []string
	for _, s := range sources {
		dir, base := path.Split(s.path)
		dir = path.Clean(dir)
		if matched, err := path.Match(base, "pyproject.toml"); err != nil || !matched {
			continue
		}
		if strings.ContainsAny(dir, "*?[") {
			for _, found := range p.globIn(p.Context, s.path, maxFolderScan) {
				dirs = appendNew(dirs, path.Dir(found))
			}
		} else if p.hasPyproject(dir) {
			dirs = appendNew(dirs, dir)
		}
	}
	return dirs
}

// copiedProjects are the folders with a pyproject.toml that are copied whole.
func (p *Project) copiedProjects(sources []contextSource) []string {
	var dirs []string
	for _, s := range sources {
		if s.path == "." || s.glob {
			continue
		}
		if p.reader.kind(path.Join(p.Context, s.path)) == folder && p.hasPyproject(s.path) {
			dirs = appendNew(dirs, s.path)
		}
	}
	return dirs
}

// onlySubproject gives the one folder in the context that has a
// pyproject.toml, if it is the only one.
func (p *Project) onlySubproject() []string {
	entries, err := p.reader.list(p.Context)
	if err != nil {
		return nil
	}
	var dirs []string
	for i, e := range entries {
		if i < maxFolderScan && e.folder && p.hasPyproject(e.name) {
			dirs = append(dirs, e.name)
		}
	}
	if len(dirs) != 1 {
		return nil
	}
	return dirs
}

// preferLocked moves the most likely of several projects to the front: one
// with a Poetry lock file, then one that the last stage copies first.
func (p *Project) preferLocked(dirs []string, sources []contextSource) []string {
	if len(dirs) < 2 {
		return dirs
	}
	best, bestRank := 0, -1
	for i, dir := range dirs {
		rank := 0
		if p.reader.isFile(path.Join(p.Context, dir, "poetry.lock")) {
			rank += 4
		}
		if firstInLastStage(sources, dir) {
			rank++
		}
		if rank > bestRank {
			best, bestRank = i, rank
		}
	}
	ordered := []string{dirs[best]}
	ordered = append(ordered, dirs[:best]...)
	return append(ordered, dirs[best+1:]...)
}

// firstInLastStage says that the first pyproject.toml or project folder that
// the last copying stage takes is that of dir.
func firstInLastStage(sources []contextSource, dir string) bool {
	last := -1
	for _, s := range sources {
		last = max(last, s.stage)
	}
	for _, s := range sources {
		if s.stage == last && s.path != "." {
			return s.path == dir || path.Dir(s.path) == dir && path.Base(s.path) == "pyproject.toml"
		}
	}
	return false
}

// otherManifest gives the folder of the first other manifest that is copied by
// name, for projects without pyproject.toml.
func (p *Project) otherManifest(sources []contextSource) (string, bool) {
	for _, s := range sources {
		for _, name := range manifests {
			if path.Base(s.path) == name && p.reader.isFile(path.Join(p.Context, s.path)) {
				return path.Dir(s.path), true
			}
		}
	}
	return "", false
}

func appendNew(list []string, s string) []string {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list, s)
}

// globIn lists the paths in dir, relative to it and sorted, that match a COPY
// wildcard, at most limit of them.
func (p *Project) globIn(dir, pattern string, limit int) []string {
	found := []string{"."}
	for _, segment := range strings.Split(pattern, "/") {
		var next []string
		for _, base := range found {
			if !strings.ContainsAny(segment, `*?[\`) {
				if name := path.Join(base, segment); p.reader.kind(path.Join(dir, name)) != absent {
					next = append(next, name)
				}
				continue
			}
			at := path.Join(dir, base)
			if !fs.ValidPath(at) || p.reader.kind(at) != folder {
				continue
			}
			entries, _ := p.reader.list(at)
			for _, e := range entries {
				if ok, err := path.Match(segment, e.name); err == nil && ok && len(next) < maxGlob {
					next = append(next, path.Join(base, e.name))
				}
			}
		}
		found = next
	}
	if len(found) > limit {
		found = found[:limit]
	}
	return found
}

// maxGlob bounds how many paths a wildcard gives.
const maxGlob = 5000
