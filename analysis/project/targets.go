package project

import (
	"path"
	"slices"
	"strings"
	"sync"

	"restage/analysis/lazyregexp"
)

// buildFiles are the files that say how images are built, beside compose files:
// what people call, and what continuous integration reads.
var buildFiles = []string{
	"Makefile", "makefile", "GNUmakefile", "justfile", "Justfile", ".justfile", "Taskfile.yml", "Taskfile.yaml", "Earthfile", "Tiltfile", "tasks.py", "noxfile.py", "Jenkinsfile",
	"docker-bake.hcl", "docker-bake.json", "docker-bake.override.hcl", "skaffold.yaml", "skaffold.yml", "okteto.yml", "garden.yml", "package.json", "pyproject.toml",
	".gitlab-ci.yml", "azure-pipelines.yml", "bitbucket-pipelines.yml", "cloudbuild.yaml", ".travis.yml", ".drone.yml", ".devcontainer.json", "fly.toml", "render.yaml",
	"README.md", "README.rst", "CONTRIBUTING.md", "DEVELOPMENT.md",
}

// buildFolders are folders of such files.
var buildFolders = []string{".", ".github/workflows", actionsFolder, ".circleci", ".buildkite", ".devcontainer", ".gitlab", ".gitlab-ci", "scripts", "script", "bin", "ci", "docker", "tools", "hack", "docs", "make"}

const actionsFolder = ".github/actions"

// buildFile are the files of such a folder that are read.
var buildFile = lazyregexp.New(`(?i)(\.(sh|bash|ya?ml|hcl|mk|json|md|rst|toml|ps1|bat)|^makefile|^build[\w-]*)$`)

// targetWord is a word that names a build target, with what stands behind it:
// "--target test", "target: test", `target = "test"`, "BUILD_TARGET=test".
var targetWord = lazyregexp.New(`(?i)targets?["']?[ \t]*(?:[:=(,]|[ \t])[ \t]*\[?["']?([\w.-]+|\$)`)

// NamesTarget says whether a file that says how images are built names a
// stage as a build target, or takes targets out of variables, so that it may
// name any.
func (p *Project) NamesTarget(name string) bool {
	if p == nil || p.reader == nil || p.targetNames == nil {
		return false
	}
	return slices.ContainsFunc(p.targetNames(), func(n string) bool { return n == "$" || strings.EqualFold(n, name) })
}

// TargetWords are the words of a text that name a build target, "$" for a variable.
func TargetWords(text string) []string {
	var out []string
	for _, m := range targetWord.FindAllStringSubmatch(text, -1) {
		out = append(out, m[1])
	}
	return out
}

// readTargets gives a function that finds the words behind "target" in all
// build files once.
func (p *Project) readTargets() func() []string {
	return sync.OnceValue(func() []string {
		var out []string
		seen := map[string]bool{}
		for _, dir := range []string{".", p.Context, path.Dir(p.Dockerfile)} {
			for _, name := range p.buildFilesIn(dir) {
				if seen[name] {
					continue
				}
				seen[name] = true
				text, err := p.reader.read(name, maxText)
				if err != nil {
					continue
				}
				out = append(out, TargetWords(text)...)
			}
		}
		return out
	})
}

func (p *Project) buildFilesIn(dir string) []string {
	var out []string
	for _, f := range buildFiles {
		out = append(out, path.Join(dir, f))
	}
	for _, folder := range buildFolders {
		entries, _ := p.reader.list(path.Join(dir, folder))
		for _, e := range entries {
			if !e.folder && buildFile.MatchString(e.name) {
				out = append(out, path.Join(dir, folder, e.name))
			}
			if e.folder && folder == actionsFolder { // each action has a folder of its own
				out = append(out, path.Join(dir, folder, e.name, "action.yml"), path.Join(dir, folder, e.name, "action.yaml"))
			}
		}
	}
	return out
}
