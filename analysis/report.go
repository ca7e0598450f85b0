package analysis

// Report is all that restage found out about one Dockerfile: what the rules
// and refactorings go by. It is a plain tree of values, in file order, so that
// the same Dockerfile and project always give the same report.
//
// As JSON, every field is there in every report: names are lower_snake, a list
// without elements is [], a string that is not known or does not apply is "",
// and lines count from 1 (0: nowhere in a file). Paths of the project are
// slash paths relative to the workspace unless said otherwise, paths of the
// image are absolute.
type Report struct {
	// File is the Dockerfile, as the user named it.
	File    string        `json:"file"`
	Context ContextReport `json:"context"`
	Project ProjectReport `json:"project"`
	// Services are the compose services that build this Dockerfile or run its image.
	Services []ServiceReport `json:"services"`
	Stages   []StageReport   `json:"stages"`
}

// ContextReport is the build context.
type ContextReport struct {
	// Dir is its folder, "." for the workspace, and From how it was found.
	Dir  string `json:"dir"`
	From string `json:"from"`
	// IgnoreFile is the .dockerignore in force.
	IgnoreFile string `json:"ignore_file"`
}

// ProjectReport is what the manifests say.
type ProjectReport struct {
	// Dir is the project's folder, relative to the context; Others are further
	// projects that this Dockerfile copies.
	Dir    string   `json:"dir"`
	Others []string `json:"others"`
	// Manager is the one that the manifests are for, Called those that the
	// Dockerfile calls.
	Manager string   `json:"manager"`
	Called  []string `json:"called"`
	// Name is the project's name. PackageMode is false for a project that is no package.
	Name        string `json:"name"`
	PackageMode bool   `json:"package_mode"`
	// RequiresPython and RequiresPoetry are the constraints as written.
	RequiresPython string           `json:"requires_python"`
	RequiresPoetry string           `json:"requires_poetry"`
	Manifests      []ManifestReport `json:"manifests"`
	Lock           *LockReport      `json:"lock"` // null without a Poetry lock file
	Groups         []GroupReport    `json:"groups"`
	Extras         []string         `json:"extras"`
	// PathDependencies are folders of the context that the project depends on.
	PathDependencies []string `json:"path_dependencies"`
	// Problems are project files that cannot be read.
	Problems []string `json:"problems"`
}

// ManifestReport is one file that says what to install.
type ManifestReport struct {
	// Path is relative to the context.
	Path string `json:"path"`
	// InContext says that COPY finds it; if not, KeptOutBy names the line of the
	// ignore file that keeps it out ("api/.dockerignore:3").
	InContext bool   `json:"in_context"`
	KeptOutBy string `json:"kept_out_by"`
}

// LockReport is what poetry.lock says of itself.
type LockReport struct {
	// Generator is the Poetry version that wrote it, "" when it does not say.
	Generator string `json:"generator"`
	// Version is its format.
	Version  string `json:"version"`
	Packages int    `json:"packages"`
	// Broken says that it could not be read to its end.
	Broken bool `json:"broken"`
}

// GroupReport is one dependency group beside main.
type GroupReport struct {
	Name     string `json:"name"`
	Optional bool   `json:"optional"`
	// Table is where it is declared: "tool.poetry.group", "dev-dependencies" or
	// "dependency-groups".
	Table string `json:"table"`
	// Development says that by its name it holds tools that no container needs.
	Development bool `json:"development"`
}

// ServiceReport is one compose service.
type ServiceReport struct {
	File   string `json:"file"`
	Line   int    `json:"line"`
	Name   string `json:"name"`
	Target string `json:"target"`
	// SharesImage says that it runs the image without building it.
	SharesImage bool `json:"shares_image"`
}

// StageReport is one build stage.
type StageReport struct {
	Index int    `json:"index"`
	Name  string `json:"name"`
	Line  int    `json:"line"`
	// Base is the image or stage it starts from, build arguments expanded;
	// BaseKnown is false when one of them has no value in the file.
	Base      string `json:"base"`
	BaseKnown bool   `json:"base_known"`
	// Parent is the stage it starts from, by name or else number.
	Parent string      `json:"parent"`
	Image  ImageReport `json:"image"`
	// Children start from this stage, Readers copy or mount from it.
	Children []string       `json:"children"`
	Readers  []ReaderReport `json:"readers"`
	// Default says that "docker build" without a target makes it, Services which
	// compose services name it as their target.
	Default  bool     `json:"default"`
	Services []string `json:"services"`
	// Development says that it is meant for development or tests.
	Development bool              `json:"development"`
	Installers  []InstallerReport `json:"installers"`
	Installs    []InstallReport   `json:"installs"`
	// Reruns are the instructions that run something, with what makes them do it again.
	Reruns []RerunReport `json:"reruns"`
	// End is what holds at the end of a stage whose image somebody may run, null for others.
	End *EndReport `json:"end"`
}

// ImageReport is what the name of an image tells.
type ImageReport struct {
	// Family is "python", "uv", "debian", "ubuntu", "alpine", "lambda" (AWS) or "other".
	Family string `json:"family"`
	// Python is the interpreter's version, Codename the release of Debian or Ubuntu.
	Python   string `json:"python"`
	Codename string `json:"codename"`
	// Variant is "slim", "alpine", "full" or "" when the name does not tell.
	Variant string `json:"variant"`
}

// ReaderReport is one instruction that takes files out of another stage.
type ReaderReport struct {
	Stage string `json:"stage"`
	Line  int    `json:"line"`
}

// InstallerReport is one place that brings Poetry into a stage.
type InstallerReport struct {
	Line int `json:"line"`
	// How is "pip", "pipx", "uv", "requirements", "script", "get-poetry", "apt",
	// "apk" or "copy".
	How string `json:"how"`
	// Version is the Poetry it installs, where that is known, and VersionFrom
	// what says so.
	Version     string `json:"version"`
	VersionFrom string `json:"version_from"`
	// Pinned is false when another day's build may install another version.
	Pinned bool `json:"pinned"`
	// Via is the script or Makefile of the context that holds it, with its line.
	Via string `json:"via"`
}

// EndReport is the state in which a container of a stage's image starts.
type EndReport struct {
	// Env are the variables that ENV sets, those that only configure package
	// managers left out, by name.
	Env          []EnvReport `json:"env"`
	User         string      `json:"user"`
	Workdir      string      `json:"workdir"`
	WorkdirKnown bool        `json:"workdir_known"`
	// Commands are what its containers run.
	Commands []CommandReport `json:"commands"`
}

// EnvReport is one environment variable.
type EnvReport struct {
	Name  string `json:"name"`
	Value string `json:"value"`
	// Known is false when a build argument without a value is in it.
	Known bool `json:"known"`
	Line  int  `json:"line"`
}

// CommandReport is one command that a container runs.
type CommandReport struct {
	// From is "ENTRYPOINT", "CMD", "HEALTHCHECK", or "" for a command of another file.
	From string `json:"from"`
	// File and Line are where it is written; File is "" for the Dockerfile.
	File string `json:"file"`
	Line int    `json:"line"`
	// Command is the command as the shell sees it, Poetry the sub-command if it
	// is one of Poetry.
	Command string `json:"command"`
	Poetry  string `json:"poetry"`
}
