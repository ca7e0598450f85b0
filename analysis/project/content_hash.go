package project

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
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
	group, hasGroup := poetry["group"]
	if hasGroup {
		grouped["group"], modern["group"] = group, group
	}
	standard := map[string]any{"tool": map[string]any{"poetry": modern}}
	project := pick(tree.table("project"), projectTables, false)
	if len(project) > 0 {
		standard["project"] = project
	}
	withGroups := maps.Clone(standard)
	groups := tree.table("dependency-groups")
	if len(groups) > 0 {
		withGroups["dependency-groups"] = map[string]any(groups)
	}
	var list []ContentHash
	var hash string
	for _, v := range []struct {
		since   string
		content map[string]any
		differs bool // from what the version before sums up
	}{{"1.0", legacy, true}, {"1.2", grouped, hasGroup}, {"2.0", standard, len(project) > 0}, {"2.3", withGroups, len(groups) > 0}} {
		if v.differs {
			var b strings.Builder
			if !pythonJSON(&b, v.content) {
				return nil
			}
			sum := sha256.Sum256([]byte(b.String()))
			hash = hex.EncodeToString(sum[:])
		}
		list = append(list, ContentHash{v.since, hash})
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
	for i, r := range text {
		if r >= ' ' && r <= 0x7f && r != '"' && r != '\\' {
			b.WriteByte(text[i])
			continue
		}
		switch short, ok := jsonEscapes[r]; {
		case ok:
			b.WriteString(short)
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
