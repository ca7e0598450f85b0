package codeactions

import (
	"path"

	"restage/analysis"
)

// removeCache appends the removal of the cache to the install it belongs to.
func removeCache(r *request) Action {
	in := r.install()
	if in.CacheDir == "" {
		return refuse("where Poetry keeps its cache in line %d cannot be told: %s", r.line(in.Cmd.Span.Start), r.whyNoCacheDir(in))
	}
	p, err := in.Step.Program()
	if err != nil {
		return refuse("line %d cannot be read as a shell program: %v", r.line(in.Step.Span.Start), err)
	}
	at, ok := p.After(in.Cmd)
	if !ok {
		return refuse("the install in line %d is part of a condition, a pipeline or an alternative, where nothing can be added behind it", r.line(in.Cmd.Span.Start))
	}
	target := cacheWord(in)
	if in.EnvMayBeBelow(in.CacheDir) {
		// The environment may lie in the cache folder: only the downloads may go.
		target = path.Join(in.CacheDir, "cache") + " " + path.Join(in.CacheDir, "artifacts")
	}
	return Action{Edits: []Edit{insert(at, " && rm -rf "+target)}}
}

// cacheWord names the cache folder as a shell sees it: by the variable where
// the stage sets it, else literally.
func cacheWord(in *analysis.Install) string {
	if in.CacheVar {
		return "$POETRY_CACHE_DIR"
	}
	return in.CacheDir
}

// whyNoCacheDir says why the cache folder is not known.
func (r *request) whyNoCacheDir(in *analysis.Install) string {
	if s := r.Setting(in.Call, "cache-dir"); s.Set {
		return "POETRY_CACHE_DIR gets its value from outside the file"
	}
	if in.Installer == nil {
		return in.Unseen()
	}
	if in.Step.User == "" {
		return "the user of the base image " + in.Step.Stage.Chain()[0].BaseRef + " is not known"
	}
	return "the home folder of the user " + in.Step.User + " is not known"
}
