package corpus

import (
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"strings"
)

var (
	tailTable = regexp.MustCompile(`(?ms)^\[(metadata|extras)[^\n]*\].*`)
	metadata  = regexp.MustCompile(`(?ms)^\[metadata\].*`)
	topLine   = regexp.MustCompile(`^([\w-]+ = [^{\[]*$|#)`)
)

// lock makes a lock file from what the case keeps of it: its first and last
// lines and the list of its packages.
func (c Case) lock() string {
	if path.Base(c.LockPath) == "Pipfile.lock" {
		return c.pipfileLock()
	}
	head, tail, _ := strings.Cut(c.read("lockhead.txt"), "# --- last 12 lines ---")
	tail, _, _ = strings.Cut(tail, "# --- package sources")
	var b strings.Builder
	for _, line := range strings.Split(head, "\n") {
		if topLine.MatchString(line) && !strings.HasPrefix(line, "# file:") {
			b.WriteString(line + "\n")
		}
	}
	oldGroups := strings.HasPrefix(c.LockVersion, "1")
	for _, row := range c.lockRows() {
		fmt.Fprintf(&b, "[[package]]\nname = %s\nversion = %s\n", quote(row[0]), quote(row[1]))
		groups := strings.FieldsFunc(row[2], func(r rune) bool { return r == ',' })
		switch {
		case len(groups) == 0 || path.Base(c.LockPath) == "uv.lock":
		case oldGroups && len(groups) == 1 && (groups[0] == "main" || groups[0] == "dev"):
			fmt.Fprintf(&b, "category = %s\n", quote(groups[0]))
		default:
			b.WriteString("groups = " + quote(groups) + "\n")
		}
		if row[3] == "optional" || strings.EqualFold(row[3], "true") {
			b.WriteString("optional = true\n")
		}
		b.WriteString("\n")
		if row[4] == "git" || row[4] == "directory" || row[4] == "file" || row[4] == "url" || row[4] == "legacy" {
			fmt.Fprintf(&b, "[package.source]\ntype = %s\nurl = %s\nreference = %s\n\n", quote(row[4]), quote(row[5]), quote(row[6]))
		}
	}
	// The last lines may begin in the middle of an array: keep what is whole.
	keep := tailTable.FindString(tail)
	if strings.HasPrefix(keep, "[metadata.") {
		keep = metadata.FindString(tail)
	}
	if !strings.Contains(keep, "content-hash") && path.Base(c.LockPath) == "poetry.lock" {
		// Old locks end in a long table of hashes, which is cut off.
		keep += "\n[metadata]\n"
		if c.LockVersion != "" {
			keep += "lock-version = " + quote(c.LockVersion) + "\n"
		}
		keep += "content-hash = " + quote(strings.Repeat("0", 64)) + "\n"
	}
	b.WriteString(strings.TrimRight(keep, "\n") + "\n")
	return b.String()
}

func (c Case) pipfileLock() string {
	packages := map[string]map[string]any{"default": {}, "develop": {}}
	for _, row := range c.lockRows() {
		section := "default"
		if strings.HasPrefix(row[2], "dev") {
			section = "develop"
		}
		packages[section][row[0]] = map[string]string{"version": "==" + row[1]}
	}
	text, _ := json.MarshalIndent(map[string]any{"_meta": map[string]int{"pipfile-spec": 6},
		"default": packages["default"], "develop": packages["develop"]}, "", " ")
	return string(text) + "\n"
}

// lockRows gives the seven columns of lockpkgs.tsv: name, version, groups,
// optional, source type, url and ref.
func (c Case) lockRows() [][7]string {
	var rows [][7]string
	for _, line := range strings.Split(c.read("lockpkgs.tsv"), "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		var row [7]string
		copy(row[:], strings.Split(strings.TrimRight(line, "\r"), "\t"))
		if row[1] == "" {
			row[1] = "0"
		}
		rows = append(rows, row)
	}
	return rows
}

func quote(value any) string {
	text, _ := json.Marshal(value)
	return string(text)
}
