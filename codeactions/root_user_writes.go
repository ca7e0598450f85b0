package codeactions

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/lazyregexp"
	"restage/analysis/project"
	"restage/analysis/python"
	"restage/analysis/shell"
)

// writtenFolders are the folders, sorted, that the program is seen to write to:
// those that its code names as a text, and empty ones that the build makes. The
// reason is not empty where the code writes to what it does not name.
func (r *request) writtenFolders(st *analysis.Stage) (dirs []string, why string) {
	if _, complete := r.Project.Files(); !complete {
		return nil, "not all files of the build context could be read, so that it is not known which folders the program writes to"
	}
	if !slices.ContainsFunc(r.Programs(), func(p project.Program) bool { return !python.TestFile(p.Path) }) {
		return nil, "the build context has no Python files, so that it is not known which folders the program writes to"
	}
	end := st.End()
	if !end.WorkdirKnown {
		return nil, "the working folder of the container is not known, and so the folders that the program writes to"
	}
	if why := r.configuredFiles(st); why != "" {
		return nil, why
	}
	for _, f := range r.programFiles("writes", mayWrite) {
		text, _ := r.Project.ReadContext(f)
		for i, line := range strings.Split(text, "\n") {
			dir, why := writtenBy(line)
			if dir == "" && why == "" {
				continue
			}
			at := fmt.Sprintf("%s line %d", f, i+1)
			if why != "" {
				return nil, at + " " + why
			}
			if analysis.Below(dir, "/tmp") || analysis.Below(dir, "/dev") {
				continue
			}
			if !path.IsAbs(dir) {
				if c := r.elsewhere(st); c != "" {
					return nil, at + " writes to " + dir + ", which counts from another folder than WORKDIR (" + c + ")"
				}
				dir = path.Join(end.Workdir, dir)
			}
			if !ownable(dir) || analysis.Below(end.Workdir, dir) || !plainPath.MatchString(dir) {
				return nil, at + " writes to " + dir + ", which is to stay root's"
			}
			dirs = append(dirs, dir)
		}
	}
	dirs = append(dirs, r.emptyFolders(st)...)
	slices.Sort(dirs)
	return slices.Compact(dirs), ""
}

// elsewhere names a command of the container that works in another folder than
// WORKDIR, "" if none does.
func (r *request) elsewhere(st *analysis.Stage) string {
	for _, c := range r.Commands(st) {
		if c.Cmd.Dir != "" || !c.Cmd.DirKnown || slices.ContainsFunc(c.Cmd.Words, func(w shell.Word) bool { return strings.HasPrefix(w.Value, "--chdir") }) {
			return r.Where(c)
		}
	}
	for _, s := range r.Project.Services {
		if s.WorkingDir != "" {
			return s.Path
		}
	}
	return ""
}

// fileOption are options by which servers are told files to write.
var fileOption = lazyregexp.New(`^--?(access-logfile|error-logfile|log-file|logfile|pid|pidfile|statedb|schedule|worker-tmp-dir)$`)

// fileInSettings are what names a file to be written in the settings of logging
// and databases.
var fileInSettings = lazyregexp.New(`FileHandler|sqlite:/`)

// configuredFiles: files that options and settings name.
func (r *request) configuredFiles(st *analysis.Stage) string {
	for _, c := range r.Commands(st) {
		words := c.Cmd.Words
		for i, w := range words {
			name, value, joined := strings.Cut(w.Value, "=")
			if !joined && i+1 < len(words) {
				value = words[i+1].Value
			}
			if fileOption.MatchString(name) && value != "-" && !strings.HasPrefix(value, "/dev/") && !strings.HasPrefix(value, "/tmp") {
				return r.Where(c) + " is told to write to " + value + " (" + name + ")"
			}
		}
	}
	files, _ := r.Project.Files()
	for _, f := range files {
		switch path.Ext(f) {
		case ".json", ".yaml", ".yml", ".ini", ".conf", ".cfg", ".toml", ".env":
		default:
			continue
		}
		text, _ := r.Project.ReadContext(f)
		if at := fileInSettings.FindStringIndex(text); at != nil && !python.TestFile(f) {
			return fmt.Sprintf("%s line %d may name a file that the program writes", f, 1+strings.Count(text[:at[0]], "\n"))
		}
	}
	return ""
}

// plainPath is a path that a shell takes as one word.
var plainPath = lazyregexp.New(`^[\w./+@-]+$`)

// ownable says whether a folder can be a program's own: none of the system's.
func ownable(dir string) bool {
	switch dir {
	case "/", "/var", "/opt", "/home", "/srv", "/run", "/mnt", "/media", "/var/lib", "/var/log", "/var/run", "/var/cache", "/var/tmp", "/tmp":
		return false
	}
	for _, system := range []string{"/bin", "/boot", "/dev", "/etc", "/lib", "/lib64", "/proc", "/root", "/sbin", "/sys", "/usr"} {
		if analysis.Below(dir, system) {
			return false
		}
	}
	return true
}

// emptyFolders are the folders that RUNs of a stage make by mkdir and that no
// instruction puts anything into: they are there to be written to.
func (r *request) emptyFolders(st *analysis.Stage) []string {
	var out []string
	for _, s := range st.Steps {
		if s.Name != "RUN" {
			continue
		}
		for _, cmd := range s.Commands() {
			u := cmd.Unwrapped()
			if u.Name() != "mkdir" || !u.DirKnown {
				continue
			}
			for _, w := range u.Args() {
				v, ok := s.ShellValue(w.Value, u.Exports)
				if !ok || strings.HasPrefix(v, "-") || !plainPath.MatchString(v) {
					continue
				}
				if !path.IsAbs(v) {
					v = path.Join(s.Workdir, u.Dir, v)
				}
				if v = path.Clean(v); ownable(v) && !r.filled(st, v) {
					out = append(out, v)
				}
			}
		}
	}
	return out
}

// filled says whether something is put into a folder, or it is the working
// folder of some instruction, or above one.
func (r *request) filled(st *analysis.Stage, dir string) bool {
	for _, s := range st.Steps {
		if c := r.CopyAt(s); c != nil && analysis.Below(c.Dest, dir) || s.WorkdirSet && analysis.Below(s.Workdir, dir) {
			return true
		}
	}
	return slices.ContainsFunc(r.Installs, func(in *analysis.Install) bool { return analysis.Below(in.Env.Path, dir) })
}

// namedFolders: variables that name a folder for the program.
func (r *request) namedFolders(st *analysis.Stage, owned []string) string {
	for _, o := range st.Chain() {
		for _, s := range o.Steps {
			for _, p := range s.Pairs {
				v, _ := s.Expand(p.Value.Raw)
				if s.Name != "ENV" || !path.IsAbs(v) || readFolder.MatchString(p.Key) || v == st.End().Workdir {
					continue
				}
				if v = path.Clean(v); analysis.Below(v, "/tmp") || analysis.Below(v, "/dev") || analysis.Below(v, "/usr") || analysis.Below(v, "/bin") || slices.Contains(owned, v) {
					continue
				}
				return fmt.Sprintf("line %d sets %s to %s, and whether the program writes there is not known", r.line(s.Span.Start), p.Key, v)
			}
		}
	}
	return ""
}

// readFolder are variables of folders that nothing is written to at run time.
var readFolder = lazyregexp.New(`^(PATH|PYTHONPATH|PYTHONHOME|VIRTUAL_ENV|LD_LIBRARY_PATH|(POETRY|PIP|PIPX|UV|PDM|PIPENV)_\w+|VENV\w*|\w*CERT\w*|\w*CA_BUNDLE|PYSETUP_PATH|APP_HOME|APP_DIR|WORKDIR|SHELL)$`)

// literal is a text in Python without escapes and fields.
const literal = `[rb]?["']([^"'\\{}]+)["']`

// writers are the calls of Python that write files, with what is said of them
// where the path is no text. The group is the path, if that is one.
var writers = []struct {
	call   *lazyregexp.Regexp
	folder bool // the path is a folder itself
}{
	{lazyregexp.New(`\bopen\(\s*` + literal + `\s*,\s*(?:mode\s*=\s*)?["'][rbt]*[wax+]`), false},
	{lazyregexp.New(`\bmakedirs\(\s*(?:` + literal + `)?`), true},
	{lazyregexp.New(`\bos\.mkdir\(\s*(?:` + literal + `)?`), true},
	{lazyregexp.New(`\bPath\(\s*` + literal + `\s*\)\.mkdir\(`), true},
	{lazyregexp.New(`\bPath\(\s*` + literal + `\s*\)\.(?:write_text|write_bytes|touch)\(`), false},
	{lazyregexp.New(`FileHandler\(\s*(?:` + literal + `)?`), false},
	{lazyregexp.New(`\bbasicConfig\([^)]*filename\s*=\s*(?:` + literal + `)?`), false},
}

// otherWriters are calls whose path is not looked for.
var otherWriters = lazyregexp.New(`\bopen\(.*,\s*(?:mode\s*=\s*)?["'][rbtU]*[wax+][wabxt+]*["']|\bopen\(\s*$|\bopen\([^"'()]*,\s*(?:mode\s*=\s*)?[a-z_]+\s*\)|\bfrom shutil import|["']filename["']\s*:|` +
	`\b(?:ZipFile|extractall|imwrite|write_csv|write_parquet|download_file|write_index|PersistentClient|TinyDB|SummaryWriter|RotatingFile\w*)\(|\b(?:mlflow|wandb|lancedb|duckdb|lmdb|whoosh)\b|` +
	`\.open\(\s*(?:mode\s*=\s*)?["'][rbt]*[wax+]|\.(?:write_text|write_bytes|mkdir|touch|symlink_to|savefig|save_pretrained|urlretrieve|to_(?:csv|parquet|excel|pickle|feather|hdf))\(|` +
	`\b(?:urlretrieve|shutil\.(?:copy\w*|move|rmtree|make_archive|unpack_archive)|os\.(?:rename|replace|remove|unlink|rmdir|symlink|link|chown|chmod|setuid|system|popen)|torch\.save|np\.save\w*|joblib\.dump)\(|` +
	`\bsubprocess\b|\bsqlite|\bshelve\b|\bdiskcache\b|\b(?:FileField|ImageField|FileSystemStorage|default_storage|MEDIA_ROOT|UPLOAD_FOLDER|upload_to|FileCache|FileBasedCache)\b|logger\.add\(`)

// saves is a call of save that is given something: a Django model takes only
// named arguments, all others take a path.
var saves = lazyregexp.New(`\.save\(\s*([^\s)]\S*)`)

// mayWrite says whether a text can have a line for which writtenBy gives anything.
func mayWrite(text string) bool {
	for _, w := range writers {
		if w.call.MayMatch(text) {
			return true
		}
	}
	return otherWriters.MayMatch(text) || saves.MayMatch(text)
}

// writtenBy is the folder that a line of Python writes to, "" for none and for
// a line that writes nothing, or why that cannot be told.
func writtenBy(line string) (dir, why string) {
	text := strings.TrimSpace(line)
	if strings.HasPrefix(text, "#") {
		return "", ""
	}
	for _, w := range writers {
		m := w.call.FindStringSubmatch(text)
		switch {
		case m == nil:
			continue
		case m[1] == "":
			return "", "writes a file whose folder the code works out"
		case w.folder:
			return m[1], ""
		case path.Dir(m[1]) == ".":
			return "", "writes " + m[1] + " into the working folder, where the code lies"
		}
		return path.Dir(m[1]), ""
	}
	if m := otherWriters.FindString(text); m != "" && !strings.Contains(text, ":memory:") {
		return "", "may write files (`" + strings.TrimSpace(m) + "`), and to which folder cannot be told"
	}
	if m := saves.FindStringSubmatch(text); m != nil && !strings.HasPrefix(m[1], "commit") && !strings.HasPrefix(m[1], "update_fields") && !strings.HasPrefix(m[1], "force_") && !strings.HasPrefix(m[1], "*") && !strings.HasPrefix(m[1], "using") {
		return "", "may write a file (`save`), and to which folder cannot be told"
	}
	return "", ""
}
