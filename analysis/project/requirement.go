package project

import (
	"net/url"
	"strings"

	"restage/analysis/lazyregexp"
)

// Normalise gives the one spelling of a package or group name that PEP 503
// defines: lower case, with single dashes.
func Normalise(name string) string {
	name = strings.TrimSpace(name)
	if isNormal(name) {
		return name
	}
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		if !isSeparator(name[i]) {
			b.WriteByte(name[i])
		} else if i == 0 || !isSeparator(name[i-1]) {
			b.WriteByte('-')
		}
	}
	return strings.ToLower(b.String())
}

func isSeparator(c byte) bool { return c == '-' || c == '_' || c == '.' }

// isNormal says that a name is spelled normally already, as almost all are.
func isNormal(name string) bool {
	for i := 0; i < len(name); i++ {
		c := name[i]
		dash := c == '-' && (i == 0 || name[i-1] != '-')
		if !dash && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') {
			return false
		}
	}
	return true
}

var requirement = lazyregexp.New(`^\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*(.*)$`)

// parseRequirement reads a PEP 508 requirement ("foo[bar] @ git+https://…; …"),
// and PDM's "-e file:///…#egg=foo".
func parseRequirement(text string) (Dependency, bool) {
	text = strings.TrimSpace(text)
	if editable, ok := strings.CutPrefix(text, "-e "); ok {
		address, name, _ := strings.Cut(strings.TrimSpace(editable), "#egg=")
		d := Dependency{Name: Normalise(name), Develop: true}
		d.setAddress(address)
		return d, name != ""
	}
	m := requirement.FindStringSubmatch(strings.ReplaceAll(text, "\n", " "))
	if m == nil {
		return Dependency{}, false
	}
	d := Dependency{Name: Normalise(m[1])}
	for _, extra := range strings.Split(m[2], ",") {
		if extra = strings.TrimSpace(extra); extra != "" {
			d.Extras = append(d.Extras, extra)
		}
	}
	rest := m[3]
	if address, ok := strings.CutPrefix(rest, "@"); ok {
		// In an address, markers need a blank before their semicolon.
		address, d.Markers, _ = strings.Cut(address, " ;")
		d.Markers = strings.TrimSpace(d.Markers)
		d.setAddress(strings.TrimSpace(address))
		return d, true
	}
	constraint, markers, _ := strings.Cut(rest, ";")
	constraint = strings.TrimSpace(constraint)
	if len(constraint) > 1 && constraint[0] == '(' && constraint[len(constraint)-1] == ')' {
		constraint = constraint[1 : len(constraint)-1]
	}
	d.Constraint, d.Markers = constraint, strings.TrimSpace(markers)
	return d, true
}

// setAddress sorts an address into Git, Path or URL.
func (d *Dependency) setAddress(address string) {
	switch {
	case strings.HasPrefix(address, "git+"):
		d.Git = address
	case strings.HasPrefix(address, "file:"):
		local := strings.TrimPrefix(address, "file:")
		local = strings.TrimPrefix(local, "//localhost")
		if strings.HasPrefix(local, "///") {
			local = local[2:]
		}
		// PDM and hatch write the project's folder as a placeholder.
		for _, root := range []string{"/${PROJECT_ROOT}/", "${PROJECT_ROOT}/", "{root:uri}/", "//${PROJECT_ROOT}/"} {
			if rel, ok := strings.CutPrefix(local, root); ok {
				local = "./" + rel
				break
			}
		}
		if plain, err := url.PathUnescape(local); err == nil {
			local = plain
		}
		d.Path = local
	case strings.HasPrefix(address, "./"), strings.HasPrefix(address, "../"):
		d.Path = address
	case strings.HasPrefix(address, "{root:uri}/"):
		d.Path = "./" + strings.TrimPrefix(address, "{root:uri}/")
	default:
		d.URL = address
	}
}
