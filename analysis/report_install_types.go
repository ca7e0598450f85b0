package analysis

// InstallReport is one command that installs packages or prepares it.
type InstallReport struct {
	Line int `json:"line"`
	// Kind is "poetry install" for install and sync, or a SupplyKind.
	Kind string `json:"kind"`
	// Command is the command as the shell sees it.
	Command string `json:"command"`
	// Via is the script or Makefile of the context that holds it, with its
	// line ("Makefile:12"), when the RUN only starts that. No refactoring
	// changes such a command.
	Via string `json:"via"`
	// Dir is the folder of the image that it runs in.
	Dir      string `json:"dir"`
	DirKnown bool   `json:"dir_known"`
	// Conditional says that it may not run (if, case, ||, a function), Tolerated
	// that its failure does not fail the build.
	Conditional bool `json:"conditional"`
	Tolerated   bool `json:"tolerated"`
	// Dynamic says that words of it are only known to the build.
	Dynamic bool `json:"dynamic"`
	// Options are its options with their values, in order.
	Options []string `json:"options"`
	// PossibleOptions are options that words which only the build knows may add
	// ("$(test … && echo --no-dev)").
	PossibleOptions []string `json:"possible_options"`
	// File is what it reads or writes, for an export and what installs from it.
	File string `json:"file"`
	// Poetry is what "poetry install" means here, null for other commands.
	Poetry *PoetryReport `json:"poetry"`
}

// PoetryReport is what one "poetry install" or "poetry sync" does.
type PoetryReport struct {
	// Version is the Poetry that runs. With VersionKnown false it is the newest
	// that the image's Python allows.
	Version      string `json:"version"`
	VersionKnown bool   `json:"version_known"`
	// Groups are those whose packages get installed, main among them.
	Groups []string `json:"groups"`
	// UnknownGroups are asked for and not declared.
	UnknownGroups []string `json:"unknown_groups"`
	// Extras are those asked for; UnknownExtras the ones not declared.
	Extras        []string `json:"extras"`
	UnknownExtras []string `json:"unknown_extras"`
	// Root says that the project itself gets installed, Dependencies that its
	// dependencies are.
	Root         bool              `json:"root"`
	Dependencies bool              `json:"dependencies"`
	Environment  EnvironmentReport `json:"environment"`
	Cache        CacheReport       `json:"cache"`
	// CodeBefore are the lines of the instructions that bring code in before it,
	// whose edit installs everything again.
	CodeBefore []int `json:"code_before"`
}

// EnvironmentReport is where an install puts its packages.
type EnvironmentReport struct {
	// Kind is "in-project", "cache", "system", "own" or "unknown".
	Kind string `json:"kind"`
	Path string `json:"path"`
	// Why says what decided, and Line where, if that is in this Dockerfile.
	Why  string `json:"why"`
	Line int    `json:"line"`
}

// CacheReport is what becomes of the downloads of an install.
type CacheReport struct {
	// Dir is Poetry's cache folder; Variable says that POETRY_CACHE_DIR names it.
	Dir      string `json:"dir"`
	Variable bool   `json:"variable"`
	// Mount is the target of the cache mount that keeps it out of the layer.
	Mount string `json:"mount"`
	// Removed says that the same RUN removes it.
	Removed bool `json:"removed"`
}
