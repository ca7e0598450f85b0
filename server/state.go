package server

import (
	"encoding/json"
	"maps"
	"strings"
	"sync"

	"restage/analysis"
	"restage/analysis/config"
	"restage/analysis/project"
	"restage/analysis/source"
	"restage/codeactions"
)

// snapshot is everything the server knows at one place of the queue. It never
// changes; notifications make the next one from it.
type snapshot struct {
	server   *Server
	client   *client
	settings *settings
	// folders are the workspace's folders as absolute paths.
	folders []string
	finders *finders
	// files are the documents open in the editor by canonical URI.
	files map[string]*file
}

// file is one version of one open document.
type file struct {
	uri      string // as the client writes it
	key      string // canonical
	path     string // absolute; empty for what is not on a disk
	root     string // the folder that may be read for it; empty without path
	language string
	version  int32
	text     string
	// dockerfile is false for project files, which only stand in for the disk.
	dockerfile bool
	// memo is shared by the versions of a document until its project changes.
	memo *projectMemo

	once    sync.Once
	checked *checked
}

// checked is what the engine says of a file. It is made once, by whoever
// needs it first, and read by diagnostics, code actions and resolve.
type checked struct {
	*analysis.Result
	project *project.Project
	rules   []*analysis.Rule
	// config is what the project's own settings say; levels are its severities
	// under those that the user has set in the editor.
	config *config.Config
	levels analysis.Levels
	// panicked is what the engine died of, if it did.
	panicked any

	// mu serialises the planning: the facts fill caches while they are asked.
	mu      sync.Mutex
	actions map[int]codeactions.Action
	whole   map[codeactions.Level]codeactions.Outcome
	// rerunList is what reruns gives, once it is known.
	rerunList   []*analysis.Rerun
	rerunsKnown bool
}

// edit makes the next snapshot: change gets a copy whose map of files is its
// own. It must be called on the queue's goroutine only.
func (s *Server) edit(change func(*snapshot)) *snapshot {
	next := *s.snap.Load()
	next.files = maps.Clone(next.files)
	if next.files == nil {
		next.files = map[string]*file{}
	}
	change(&next)
	s.snap.Store(&next)
	return &next
}

// file finds an open Dockerfile; nil if there is none of that name.
func (s *snapshot) file(uri string) *file {
	key, _ := parseURI(uri)
	if f := s.files[key]; f != nil && f.dockerfile {
		return f
	}
	return nil
}

// fresh gives the same version of a file with nothing remembered of its
// project, for when the project or the settings have changed.
func (s *snapshot) fresh(f *file) *file {
	return &file{uri: f.uri, key: f.key, path: f.path, root: s.rootOf(f.path), language: f.language,
		version: f.version, text: f.text, dockerfile: f.dockerfile, memo: &projectMemo{}}
}

// check analyses a file once.
func (s *snapshot) check(f *file) *checked {
	f.once.Do(func() {
		c := &checked{actions: map[int]codeactions.Action{}, whole: map[codeactions.Level]codeactions.Outcome{}}
		f.checked = c
		defer func() { c.panicked = recover() }()
		s.server.withProgress("Reading the project", func() {
			doc := source.Parse(f.text)
			c.project = s.project(f, doc)
			c.configure(s.server.opt.Rules, s.settings)
			c.Result = analysis.Analyze(doc, c.project, c.rules)
		})
		for _, failure := range c.Result.Failures {
			s.server.log.Error("panic", "uri", f.uri, "failure", failure)
		}
	})
	if f.checked.panicked != nil {
		panic(f.checked.panicked)
	}
	return f.checked
}

// configure chooses the rules. What the user has set in the editor goes before
// the project's settings; a Dockerfile that those exclude has no rules.
func (c *checked) configure(all []*analysis.Rule, user *settings) {
	c.config = config.Of(c.project, all)
	c.levels = c.config.Levels
	maps.Copy(c.levels, user.levels)
	if !c.config.Excluded {
		c.rules = c.config.Choices.Rules(c.levels.Rules(all))
	}
}

// action plans the mending of finding i once.
func (c *checked) action(s *Server, i int) codeactions.Action {
	c.mu.Lock()
	defer c.mu.Unlock()
	a, ok := c.actions[i]
	if !ok {
		a = s.opt.plan(c.Result, c.Findings[i])
		c.actions[i] = a
	}
	return a
}

// optimize runs all refactorings up to a level once.
func (c *checked) optimize(s *Server, level codeactions.Level) codeactions.Outcome {
	c.mu.Lock()
	defer c.mu.Unlock()
	o, ok := c.whole[level]
	if !ok {
		o = s.opt.optimize(c.Result, codeactions.Options{Level: level})
		c.whole[level] = o
	}
	return o
}

// settings are the user's.
type settings struct {
	// levels are the severities set by hand, by rule; 0 means off.
	levels analysis.Levels
	// noCodeLens switches the code lens off.
	noCodeLens bool
	// hints says where inlay hints stand: hintsOff, hintsOn or hintsCostly.
	hints string
}

// severityWords are the values of the setting restage.rules.<name>.
func severityWords(word string) (analysis.Severity, bool) {
	switch strings.ToLower(word) {
	case "off", "ignore", "none", "false":
		return 0, true
	case "error":
		return analysis.Error, true
	case "warning", "warn":
		return analysis.Warning, true
	case "information", "info":
		return analysis.Info, true
	case "hint":
		return analysis.Hint, true
	}
	return 0, false
}

// parseSettings reads the section "restage", with or without its own name
// around it. What it cannot read it leaves out and names in bad.
func parseSettings(raw json.RawMessage) (set *settings, bad []string) {
	set = &settings{levels: analysis.Levels{}}
	var outer struct {
		Restage json.RawMessage            `json:"restage"`
		Rules   map[string]json.RawMessage `json:"rules"`
		// Values of another type are as good as none.
		CodeLens   any `json:"codeLens"`
		InlayHints any `json:"inlayHints"`
	}
	if json.Unmarshal(raw, &outer) != nil {
		return set, nil
	}
	if len(outer.Restage) > 0 {
		return parseSettings(outer.Restage)
	}
	if on, ok := outer.CodeLens.(bool); ok {
		set.noCodeLens = !on
	}
	if outer.InlayHints == hintsOn || outer.InlayHints == hintsCostly {
		set.hints = outer.InlayHints.(string)
	}
	for name, value := range outer.Rules {
		var word string
		if json.Unmarshal(value, &word) != nil {
			word = string(value)
		}
		if level, ok := severityWords(word); ok {
			set.levels[name] = level
		} else if word != "null" && word != "default" {
			bad = append(bad, name)
		}
	}
	return set, bad
}
