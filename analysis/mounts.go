package analysis

import "strings"

// StageRefs are the names behind --from of COPY and ADD and in from= of mounts.
func (s *Step) StageRefs() []string {
	var out []string
	for _, fl := range s.Flags {
		switch {
		case fl.Name == "from":
			out = append(out, fl.Value)
		case fl.Name == "mount":
			if m := ParseMount(fl.Value); m["from"] != "" {
				out = append(out, m["from"])
			}
		}
	}
	return out
}

// ParseMount splits the value of RUN --mount into its options, keys in lower
// case, with the aliases of BuildKit's reference (src, dst, destination, ro)
// under their main names. The default type is bind.
func ParseMount(value string) map[string]string {
	m := map[string]string{}
	for _, field := range strings.Split(value, ",") {
		k, v, has := strings.Cut(strings.TrimSpace(field), "=")
		if !has {
			v = "true"
		}
		k = strings.ToLower(k)
		switch k {
		case "src":
			k = "source"
		case "dst", "destination":
			k = "target"
		case "ro":
			k = "readonly"
		}
		m[k] = strings.Trim(v, `"`)
	}
	if m["type"] == "" {
		m["type"] = "bind"
	}
	return m
}
