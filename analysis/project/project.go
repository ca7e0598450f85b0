// Package project reads what a Dockerfile builds: pyproject.toml, the lock
// file, poetry.toml, .dockerignore, compose files and the files of the build
// context. It states facts with their places and never judges.
//
// It reads through an io/fs.FS rooted at the workspace, with slash paths, so
// that an editor's unsaved buffers and tests can stand in for the disk, and
// nothing outside the workspace is ever read.
package project

import (
	"io/fs"

	"restage/analysis/source"
)

// Project is everything known of the project that one Dockerfile builds.
// Paths in it are slash paths relative to the root of the file system it was
// found in, unless said otherwise.
type Project struct {
	// FS is where everything was read from.
	FS fs.FS
	// Dockerfile is the path of the Dockerfile itself.
	Dockerfile string
	// Context is the build context's folder ("." for the root) and ContextFrom
	// says in words how it was found ("compose.yaml", "the Dockerfile's COPY
	// sources", "the Dockerfile's folder").
	Context, ContextFrom string
	// Dir is the folder of the project's manifests relative to Context ("." when
	// it is the context itself). It is where pyproject.toml lies when Pyproject
	// is not nil.
	Dir string
	// Candidates are the folders with a pyproject.toml that this Dockerfile
	// copies, relative to Context, the one in Dir first.
	Candidates []string
	// Pyproject is nil when there is none that this Dockerfile builds.
	Pyproject *Pyproject
	// Lock is the Poetry lock file beside pyproject.toml; nil if there is none.
	Lock *Lock
	// PoetryToml holds the settings of poetry.toml, keys dotted
	// ("virtualenvs.in-project"), values as strings; nil if there is none.
	PoetryToml map[string]string
	// Manager is what the manifests say: "poetry", "uv", "pdm", "pipenv", "pip"
	// or "" when nothing tells.
	Manager string
	// Ignore decides what .dockerignore keeps out of the context.
	Ignore *Ignore
	// Services are the compose services that build this Dockerfile.
	Services []Service
	// Settings are restage's own for this Dockerfile; nil if there are none.
	Settings *Settings
	// Problems are files that could not be read or parsed.
	Problems []Problem
	// Inputs are all paths that Find read or looked for, for a cache or watcher.
	// Whether the methods read a path later, Used says.
	Inputs []string

	reader *reader
	// targetNames are the words that NamesTarget compares.
	targetNames func() []string
	files       fileList
}

// Problem is a project file that is broken or unreadable.
type Problem struct {
	Path    string
	Span    source.Span // in that file's text; empty when the whole file is meant
	Line    int         // 0-based line of Span.Start
	Message string
}

// Pyproject is what pyproject.toml says.
type Pyproject struct {
	Path string
	Text string
	// Name is the project's name: project.name, else tool.poetry.name.
	Name string
	// PEP621 says that there is a [project] table, Poetry that there is a [tool.poetry] table.
	PEP621, Poetry bool
	// PoetryName says that tool.poetry.name is there, which Poetry 1 asks for.
	PoetryName bool
	// PEP735 says that there is a [dependency-groups] table.
	PEP735 bool
	// MainKey is false for a [project] without "dependencies" and without
	// tool.poetry.dependencies: Poetry then knows no group "main".
	MainKey bool
	// PackageMode is false for tool.poetry.package-mode = false.
	PackageMode bool
	// BuildSystem is build-system.build-backend; BuildRequires its requires.
	BuildSystem   string
	BuildRequires []string
	// RequiresPython is project.requires-python or tool.poetry.dependencies.python, as written.
	RequiresPython string
	// RequiresPoetry is tool.poetry.requires-poetry, as written; RequiresPlugins the names of requires-plugins.
	RequiresPoetry  string
	RequiresPlugins []string
	// Groups are Poetry's non-main groups in order of appearance
	// (tool.poetry.group.*, dev-dependencies as "dev", dependency-groups).
	Groups []Group
	// Extras are the names of project.optional-dependencies and tool.poetry.extras.
	Extras []string
	// ExtraTables are the same extras with their packages and places.
	ExtraTables []Extra
	// Dependencies are all dependencies of all groups, main ones with Group "main".
	Dependencies []Dependency
	// Scripts are console scripts: name to "pkg.mod:func" (tool.poetry.scripts
	// and project.scripts); ScriptsPEP621 tells those of project.scripts.
	Scripts []Script
	// EntryPoints says that tool.poetry.plugins or project.entry-points exist.
	EntryPoints bool
	// Packages are the include entries of tool.poetry.packages.
	Packages []Package
	// Readmes are the readme files named, relative to the project's folder.
	Readmes []string
	// BuildScript is tool.poetry.build's script, "" without one.
	BuildScript string
	// Dynamic says that a plugin computes the version (poetry-dynamic-versioning,
	// setuptools-scm, ...): building the root package reads .git.
	Dynamic bool
	// Sources are tool.poetry.source names.
	Sources []string
	// Modules are the importable top-level packages and modules of the project
	// as Poetry would find them (packages entries, else the normalised name, as
	// folder, module file or under src/), relative to the project's folder.
	Modules []Module
	// Tools are the names of all tables below [tool].
	Tools []string
	// ContentHashes are what versions of Poetry would write into the lock file,
	// oldest first; empty when that cannot be computed.
	ContentHashes []ContentHash
	// DependenciesSpan is the key that first declares dependencies of Poetry's
	// main group, empty when nothing does.
	DependenciesSpan source.Span
}

// Group is one dependency group that Poetry knows.
type Group struct {
	Name     string
	Optional bool
	PEP735   bool        // from [dependency-groups]
	Legacy   bool        // from tool.poetry.dev-dependencies
	Span     source.Span // where it is first declared in pyproject.toml: the dotted key
	Includes []string    // names of the groups that it includes
}

// Dependency is one declared dependency.
type Dependency struct {
	Name     string // normalised (PEP 503)
	Group    string
	Optional bool
	Path     string // path dependency, as written
	Develop  bool
	Git      string
	URL      string // any other address than a git one
	Extras   []string
	// Constraint is the version constraint as written, "" without one.
	Constraint string
	// Markers are the environment markers as written, "" without any.
	Markers string
	// Source names the package index that it must come from, "" for any.
	Source string
	Span   source.Span // its key or its string in pyproject.toml; empty when it was not found there
}

// Script is one console script.
type Script struct {
	Name, Target string
	PEP621       bool
}

// Package is one entry of tool.poetry.packages.
type Package struct{ Include, From, To string }

// Module is one importable top-level name of the project.
type Module struct {
	Name string // "annapurna"
	Path string // "annapurna", "src/annapurna", "single.py"
	Src  bool   // below src/ (or another "from" folder)
}

// Lock is what poetry.lock says.
type Lock struct {
	Path string
	// Generator is the version in "@generated by Poetry X.Y.Z", "" if it names none.
	Generator string
	// Generated says that the header names Poetry, with or without version (1.3 writes none).
	Generated bool
	// Version is metadata.lock-version, "" if there is none (Poetry up to 1.0.9).
	Version        string
	PythonVersions string
	ContentHash    string
	// HashLine is the 0-based line of the content-hash.
	HashLine int
	Packages []LockedPackage
	// Broken is set when the file could not be parsed to its end; the facts
	// that were found before that stand.
	Broken bool
	// BrokenLine is the 0-based line at which reading stopped.
	BrokenLine int
}

// LockedPackage is one package of the lock file.
type LockedPackage struct {
	Name, Version string
	Groups        []string // lock 2.1 "groups", or the old "category"; empty when the lock does not say
	Optional      bool
	SourceType    string   // "", "git", "directory", "file", "url", "legacy"
	Dependencies  []string // normalised names
	SourceURL     string   // address or path of SourceType, as written
	Reference     string   // branch, tag or revision as written, for git
	ResolvedRef   string   // the commit, for git
	// FilesKnown says that the lock file lists the package's files, LinuxWheel
	// that one of them is a wheel with programs or libraries for Linux.
	FilesKnown, LinuxWheel bool
}

// Service is a compose service that builds the Dockerfile.
type Service struct {
	Path       string // the compose file
	Name       string
	Line       int    // 0-based line of the service's key
	Context    string // relative to the FS root
	Dockerfile string
	Target     string
	Args       map[string]string
	// Image is the image name of the service, as written.
	Image string
	// SharesImage says that the service does not build the Dockerfile itself but
	// runs the image: it names the image of a service that builds it, or another
	// compose file beside changes such a service.
	SharesImage bool
	// Command and Entrypoint as given; a string is one element with Shell set.
	Command, Entrypoint           []string
	CommandShell, EntrypointShell bool
	CommandLine, EntrypointLine   int // 0-based lines
	// Healthcheck is its test as given; a string becomes ["CMD-SHELL", string],
	// which is what it means.
	Healthcheck     []string
	HealthcheckLine int // 0-based
	// Volumes are the container paths of bind mounts and volumes ("/app").
	Volumes []Volume
	// WorkingDir and User override the image's.
	WorkingDir, User string
	// Environment set for the container.
	Environment map[string]string
}

// Volume is one mount of a compose service.
type Volume struct {
	Source, Target string
	// Type is "bind", "volume", "tmpfs" or "watch" (a folder that compose's
	// develop.watch copies into the container).
	Type string
	Line int // 0-based
}

// ProcLine is one process of a Procfile.
type ProcLine struct {
	Path          string // the Procfile
	Name, Command string
	Line          int // 0-based
}
