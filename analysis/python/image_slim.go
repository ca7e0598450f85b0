package python

import (
	"fmt"
	"strings"
)

// SlimTwin is the image without compilers that the final stage can stand on: a
// Python of the same version, Debian release and interpreter path. A slim or
// Alpine image is its own twin. The reason is not empty when there is none.
func (img Image) SlimTwin() (ref, reason string) {
	switch {
	case img.Windows:
		return "", fmt.Sprintf("%s is a Windows image and has no slim variant", img.Ref)
	case img.Family == OfficialPython && (img.Slim || img.Alpine):
		return img.Ref, ""
	case img.Family == UVPython:
		return img.uvTwin()
	case img.Family == Debian, img.Family == Ubuntu, img.Family == Alpine:
		return "", fmt.Sprintf("the Python of %s is installed in the image itself, so the final stage needs the same installation", img.Ref)
	case img.Family != OfficialPython:
		return "", fmt.Sprintf("%s is not an official Python image, so nothing is known of a slim variant", img.Ref)
	case img.Digest != "":
		return "", fmt.Sprintf("%s is pinned by a digest, and the slim variant's digest is not known here", img.Ref)
	case strings.Contains(img.Tag, "onbuild"):
		return "", fmt.Sprintf("%s is an onbuild image and has no slim variant", img.Ref)
	}
	return img.Prefix + img.Name + ":" + slimTag(img.Tag, img.writtenCodename()), ""
}

// uvTwin maps uv's grammar (codename before slim) to docker-library's (slim
// before codename); the derived images stand on docker-library's Python
// (UV-docker; UV-CL 0.10.0).
func (img Image) uvTwin() (ref, reason string) {
	if img.Alpine {
		return img.Ref, ""
	}
	return "python:" + img.Python.String() + "-slim-" + img.Codename, ""
}

func (img Image) writtenCodename() string {
	if img.CodenameWritten {
		return img.Codename
	}
	return ""
}

// slimTag puts slim before the codename of a tag, or at its end
// (DLP:generate-stackbrew-library.sh). "latest-slim" is written "slim".
func slimTag(tag, codename string) string {
	version := tag
	if codename != "" {
		version = strings.TrimSuffix(strings.TrimSuffix(tag, codename), "-")
	}
	slim := "slim"
	if codename != "" {
		slim += "-" + codename
	}
	if version == "" || version == "latest" {
		return slim
	}
	return version + "-" + slim
}

// SlimTwinOf is SlimTwin for a reference as it stands in the file, with
// variables in it, and the same reference with its variables expanded: of
// "python:${PYTHON_VERSION}" it makes "python:${PYTHON_VERSION}-slim". Where a
// variable holds the variant or the whole image it gives a reason instead.
func SlimTwinOf(raw, expanded string) (twin, reason string) {
	if !strings.Contains(raw, "$") {
		expanded = raw
	}
	img, err := ParseImage(expanded)
	if err != nil {
		return "", fmt.Sprintf("the image %s cannot be told from the file", raw)
	}
	full, reason := img.SlimTwin()
	if reason != "" || raw == expanded {
		return full, reason
	}
	if full == img.Ref {
		return raw, ""
	}
	if img.Family == UVPython {
		return "", fmt.Sprintf("the tag of %s is put together from variables", raw)
	}
	name, tag := cutTag(raw)
	marks := stripVariables(name)
	// "${REGISTRY}python" keeps its name; "${IMAGE}" does not show one.
	if last := marks[strings.LastIndexByte(marks, '/')+1:]; strings.TrimLeft(last, "$") != img.Name {
		return "", fmt.Sprintf("the name of the image %s is in a variable", raw)
	}
	version, variable := tag, ""
	if codename := img.writtenCodename(); codename != "" {
		rest, ok := strings.CutSuffix(tag, codename)
		if variable = codename; !ok {
			rest, variable, ok = cutLastVariable(tag)
			ok = ok && strings.Count(img.Tag, "-") == strings.Count(stripVariables(rest), "-")
		}
		if !ok || rest != "" && !strings.HasSuffix(rest, "-") {
			return "", fmt.Sprintf("a variable in %s holds the variant %q", raw, codename)
		}
		version = strings.TrimSuffix(rest, "-")
	}
	if adjacentVariables(version) {
		return "", fmt.Sprintf("a variable in %s may hold the variant", raw)
	}
	parts := []string{"slim"}
	if version != "" && version != "latest" {
		parts = []string{version, "slim"}
	}
	if variable != "" {
		parts = append(parts, variable)
	}
	return name + ":" + strings.Join(parts, "-"), ""
}

// stripVariables blanks every variable out, keeping all offsets, so that the
// marks of the reference itself can be looked for.
func stripVariables(s string) string {
	out := []byte(s)
	for i := 0; i < len(s); i++ {
		if s[i] != '$' {
			continue
		}
		end := variableEnd(s, i)
		for j := i; j < end; j++ {
			out[j] = '$'
		}
		i = end - 1
	}
	return string(out)
}

// variableEnd is the offset after the variable that starts at i.
func variableEnd(s string, i int) int {
	if i+1 < len(s) && s[i+1] == '{' {
		depth := 0
		for j := i + 1; j < len(s); j++ {
			switch s[j] {
			case '{':
				depth++
			case '}':
				if depth--; depth == 0 {
					return j + 1
				}
			}
		}
		return len(s)
	}
	j := i + 1
	for j < len(s) && (s[j] == '_' || s[j] >= '0' && s[j] <= '9' || s[j] >= 'A' && s[j] <= 'Z' || s[j] >= 'a' && s[j] <= 'z') {
		j++
	}
	return j
}

// cutTag splits a reference at the colon before its tag.
func cutTag(raw string) (name, tag string) {
	marks := stripVariables(raw)
	slash := strings.LastIndexByte(marks, '/') + 1
	if colon := strings.IndexByte(marks[slash:], ':'); colon >= 0 {
		return raw[:slash+colon], raw[slash+colon+1:]
	}
	return raw, ""
}

// cutLastVariable splits a tag before the variable that ends it.
func cutLastVariable(tag string) (rest, variable string, ok bool) {
	marks := stripVariables(tag)
	for i := 0; i < len(tag); i++ {
		if marks[i] != '$' {
			continue
		}
		end := variableEnd(tag, i)
		if end == len(tag) {
			return tag[:i], tag[i:], true
		}
		i = end - 1
	}
	return "", "", false
}

// adjacentVariables says that two variables touch, so that the second may be
// an empty variant.
func adjacentVariables(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] != '$' {
			continue
		}
		end := variableEnd(s, i)
		if end < len(s) && s[end] == '$' {
			return true
		}
		i = end - 1
	}
	return false
}
