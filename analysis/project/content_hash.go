package project

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
)

// ContentHash is what Poetry writes into the lock file as its content-hash: a
// sum of the parts of pyproject.toml that decide what is locked.
type ContentHash struct {
	// Since is the first minor version of Poetry that computes it like this.
	Since string
	// Hash is the SHA-256 sum in hexadecimal.
	Hash string
}

// The tables whose content Poetry sums up. The first four are written as null
// where they are absent, unless there is something of the standard's tables.
var (
	legacyTables  = []string{"dependencies", "source", "extras", "dev-dependencies"}
	projectTables = []string{"requires-python", "dependencies", "optional-dependencies"}
)

// contentHashes computes the hashes of all versions of Poetry, oldest first
// (poetry/packages/locker.py, _get_content_hash, of 1.1.15, 1.2.2, 2.0.1 and
// 2.4.1). There are none for a file with values that JSON cannot hold.
func contentHashes(tree table) []ContentHash {
	poetry := tree.table("tool", "poetry")
	legacy := pick(poetry, legacyTables, true)
	grouped := pick(poetry, legacyTables, true)
	modern := pick(poetry, legacyTables, false)
	if group, ok := poetry["group"]; ok {
		grouped["group"], modern["group"] = group, group
	}
	var standard, withGroups any = grouped, grouped
	project := pick(tree.table("project"), projectTables, false)
	if len(project) > 0 {
		standard = map[string]any{"project": project, "tool": map[string]any{"poetry": modern}}
		withGroups = standard
	}
	if groups := tree.table("dependency-groups"); len(groups) > 0 {
		all := map[string]any{"dependency-groups": map[string]any(groups), "tool": map[string]any{"poetry": modern}}
		if len(project) > 0 {
			all["project"] = project
		}
		withGroups = all
	}
	var list []ContentHash
	for _, v := range []struct {
		since   string
		content any
	}{{"1.0", legacy}, {"1.2", grouped}, {"2.0", standard}, {"2.3", withGroups}} {
		var b strings.Builder
		if !pythonJSON(&b, v.content) {
			return nil
		}
		sum := sha256.Sum256([]byte(b.String()))
		list = append(list, ContentHash{v.since, hex.EncodeToString(sum[:])})
	}
	return list
}

// pick takes some keys of a table; absent ones become nil where they are kept.
func pick(t table, keys []string, absent bool) map[string]any {
	picked := map[string]any{}
	for _, key := range keys {
		if v, ok := t[key]; ok || absent {
			picked[key] = v
		}
	}
	return picked
}

// pythonJSON writes a value as Python's json.dumps(value, sort_keys=True)
// does: blanks behind commas and colons, everything beyond ASCII escaped. It
// gives false for dates, which JSON does not have, and for floats, whose
// digits Python chooses in its own way.
func pythonJSON(b *strings.Builder, value any) bool {
	switch value := value.(type) {
	case nil:
		b.WriteString("null")
	case bool:
		b.WriteString(strconv.FormatBool(value))
	case int64:
		b.WriteString(strconv.FormatInt(value, 10))
	case string:
		pythonString(b, value)
	case []any:
		b.WriteByte('[')
		for i, item := range value {
			if i > 0 {
				b.WriteString(", ")
			}
			if !pythonJSON(b, item) {
				return false
			}
		}
		b.WriteByte(']')
	case map[string]any:
		b.WriteByte('{')
		for i, key := range sortedKeys(value) {
			if i > 0 {
				b.WriteString(", ")
			}
			pythonString(b, key)
			b.WriteString(": ")
			if !pythonJSON(b, value[key]) {
				return false
			}
		}
		b.WriteByte('}')
	default:
		return false
	}
	return true
}

// jsonEscapes are the characters with an escape of their own.
var jsonEscapes = map[rune]string{'"': `\"`, '\\': `\\`, '\n': `\n`, '\r': `\r`, '\t': `\t`, '\b': `\b`, '\f': `\f`}

func pythonString(b *strings.Builder, text string) {
	b.WriteByte('"')
	for _, r := range text {
		switch short, ok := jsonEscapes[r]; {
		case ok:
			b.WriteString(short)
		case r >= ' ' && r <= '~' || r == 0x7f:
			b.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(b, `\u%04x`, r)
		}
	}
	b.WriteByte('"')
}

// LockOutOfDate says that poetry.lock was written for another pyproject.toml:
// its content-hash is that of no version of Poetry. Where either file is
// absent or broken, or the hash cannot be computed, nothing is out of date.
func (p *Project) LockOutOfDate() bool {
	if p == nil || p.Lock == nil || p.Lock.Broken || !isHash(p.Lock.ContentHash) || p.Pyproject == nil || len(p.Pyproject.ContentHashes) == 0 {
		return false
	}
	for _, h := range p.Pyproject.ContentHashes {
		if h.Hash == p.Lock.ContentHash {
			return false
		}
	}
	return true
}

// isHash says whether a text can be a SHA-256 sum. One of which the 64 digits
// are of fewer than eight sorts was written by hand, in place of a sum.
func isHash(text string) bool {
	sorts := map[rune]bool{}
	for _, r := range text {
		sorts[r] = true
	}
	_, err := hex.DecodeString(text)
	return err == nil && len(text) == 2*sha256.Size && len(sorts) >= 8
}
