package codeactions

import (
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/project"
)

// onlyManifests says whether a copy brings nothing that the container needs:
// manifests that no code and no command reads.
func (c *conversion) onlyManifests(cp *analysis.Copy) bool {
	for _, src := range cp.Sources {
		base := path.Base(src.Path)
		if src.Glob {
			base = strings.TrimRight(base, "*?")
		}
		if !src.Known || src.Path == "." || c.Project.IsDir(src.Path) || !notNeeded(base) && !notNeeded(path.Base(src.Path)) {
			return false
		}
	}
	return !c.readAtRunTime("pyproject.toml")
}

// withoutLock is a copy without the lock file, which nothing but Poetry reads.
func (c *conversion) withoutLock(cp *analysis.Copy, chunk string) string {
	if cp.Step.JSON != nil || len(cp.Sources) < 2 || c.readAtRunTime("poetry.lock") {
		return chunk
	}
	var edits []Edit
	for _, src := range cp.Sources {
		if src.Known && strings.TrimRight(path.Base(src.Path), "*?") == "poetry.lock" {
			edits = append(edits, dropWord(c.Doc, src.Word.Span))
		}
	}
	if len(edits) == len(cp.Sources) {
		return chunk
	}
	return c.edited(cp.Step, chunk, edits)
}

// bringsToolScript says whether an ADD downloads the installer of a build tool.
func bringsToolScript(cp *analysis.Copy) bool {
	return !slices.ContainsFunc(cp.Sources, func(src analysis.CopySource) bool {
		return !slices.ContainsFunc(toolSources, func(tool string) bool { return strings.Contains(src.Word.Raw, tool) })
	})
}

// readAtRunTime says whether the project's code or what the container runs
// mentions a file by its name. Task runners that keep their tasks in
// pyproject.toml count.
func (c *conversion) readAtRunTime(name string) bool {
	for _, cmd := range c.Commands(c.final) {
		for _, p := range analysis.Programs(c.final.End(), cmd.Cmd.Words) {
			if name == "pyproject.toml" && (p == "poe" || p == "task" || p == "taskipy" || p == "pytest" || p == "alembic") {
				return true
			}
		}
		for _, w := range cmd.Cmd.Words {
			if strings.Contains(w.Value, name) {
				return true
			}
		}
	}
	_, complete := c.Project.Files()
	return !complete || len(c.PythonFiles(name)) > 0
}

// notNeeded says whether a file or folder of the context, by its name, is one
// that a container does not need unless its code reads it: manifests, papers,
// build files, settings of tools and version control.
func notNeeded(name string) bool {
	lower := strings.ToLower(name)
	for _, prefix := range []string{"readme", "license", "licence", "changelog", "changes.", "contributing", "code_of_conduct", "security.md",
		"dockerfile", "containerfile", "docker-compose", "compose.y"} {
		if strings.HasPrefix(lower, prefix) {
			return true
		}
	}
	return neverNeeded[lower] || strings.HasSuffix(lower, ".dockerfile") || strings.HasSuffix(lower, ".dockerignore")
}

var neverNeeded = set("pyproject.toml poetry.lock poetry.toml pyproject poetry poetry.loc .git .github .gitlab .gitignore .gitattributes .gitmodules .gitkeep .dockerignore " +
	".editorconfig .pre-commit-config.yaml .python-version .tool-versions .flake8 .pylintrc .coveragerc .isort.cfg .mypy.ini mypy.ini .ruff.toml ruff.toml " +
	".vscode .idea .devcontainer .circleci .travis.yml .gitlab-ci.yml .venv .mypy_cache .pytest_cache .ruff_cache .tox .nox .ds_store __pycache__ " +
	"makefile tox.ini noxfile.py .readthedocs.yml .readthedocs.yaml renovate.json .renovaterc codecov.yml .codecov.yml .markdownlint.json .yamllint .hadolint.yaml justfile")

// narrow writes "COPY . ." as copies of the project's packages, if everything
// else in the context is provably not needed at run time.
func (c *conversion) narrow(cp *analysis.Copy, chunk string) string {
	names, ok := c.neededOnly(cp)
	if !ok {
		return chunk
	}
	s := cp.Step
	dest := s.Words[len(s.Words)-1].Raw
	head := c.Doc.Text[s.Span.Start:s.Args.Start]
	var lines []string
	for _, n := range names {
		if c.justCopied(cp, n) {
			continue
		}
		to := strings.TrimSuffix(dest, "/") + "/" + n
		if dest == "/" {
			to = "/" + n
		}
		lines = append(lines, head+n+" "+to)
	}
	if len(lines) == 0 {
		return ""
	}
	return chunk[:s.Span.Start-c.chunkStart(s)] + strings.Join(lines, c.Doc.Newline) + c.Doc.Newline
}

// justCopied says whether a copy above brings the same to the same place in the
// runtime stage, and nothing has worked on it since.
func (c *conversion) justCopied(cp *analysis.Copy, name string) bool {
	to, _ := cp.Brings(name)
	for i := len(c.places) - 1; i >= 0; i-- {
		p := c.places[i]
		if p.runtime == "" {
			continue
		}
		if p.step.Name == "RUN" {
			return false
		}
		o := c.CopyAt(p.step)
		if o == nil || !o.FromContext() || len(o.Step.Flags) > 0 || len(cp.Step.Flags) > 0 {
			continue
		}
		if at, ok := o.Brings(name); ok && at == to {
			return true
		}
	}
	return false
}

// neededOnly are the entries of the context that the container needs, if that
// can be proved for a copy of the whole context.
func (c *conversion) neededOnly(cp *analysis.Copy) ([]string, bool) {
	s := cp.Step
	py := c.Project.Pyproject
	if py == nil || s.Name != "COPY" || s.JSON != nil || len(cp.Sources) != 1 || cp.Sources[0].Path != "." || !cp.FromContext() || c.Project.Dir != "." {
		return nil, false
	}
	if _, excludes := s.Flag("exclude"); excludes {
		return nil, false
	}
	var needed []string
	entries := c.Project.TopEntries()
	for _, e := range entries {
		name := strings.TrimSuffix(e, "/")
		if notNeeded(name) {
			continue
		}
		if !slices.ContainsFunc(py.Modules, func(m project.Module) bool { return m.Path == name }) {
			return nil, false
		}
		needed = append(needed, name)
	}
	if len(needed) == 0 || c.readAtRunTime("pyproject.toml") || c.readAtRunTime("README") || c.rootReadAgain(cp) {
		return nil, false
	}
	return needed, true
}

// rootReadAgain says whether a later step of the runtime stage runs something
// that may read the rest of the context.
func (c *conversion) rootReadAgain(cp *analysis.Copy) bool {
	for _, s := range c.behind(cp.Step) {
		if s.Name != "RUN" {
			continue
		}
		for _, cmd := range s.Commands() {
			n := cmd.Unwrapped().Name()
			call := callIn(c.request, s, cmd)
			if call == nil && !neutralCommand[n] && n != "rm" && n != "apt-get" && n != "apt" && n != "apk" && n != "source" && n != "." {
				return true
			}
		}
	}
	return false
}
