package python

import (
	_ "crypto/sha256" // digests of image references
	_ "crypto/sha512" // digests of image references
	"fmt"
	"strings"
	"sync"

	"github.com/distribution/reference"

	"restage/analysis/lazyregexp"
)

// Family is the kind of base image.
type Family int

// The families whose contents the tables know; Other is every other image.
const (
	Other          Family = iota
	OfficialPython        // docker-library/python, also through a mirror
	UVPython              // astral-sh/uv with a docker-library Python in it
	Debian                // debian
	Ubuntu                // ubuntu
	Alpine                // alpine
)

// Image is a base image reference, taken apart.
type Image struct {
	Ref             string  // as written
	Prefix          string  // registry and namespace with the last slash, or ""
	Name            string  // last path element
	Tag             string  // without the colon, or ""
	Digest          string  // "sha256:…", or ""
	Family          Family  //
	Python          Version // zero when unknown
	Slim            bool    // the slim variant
	Alpine          bool    // musl
	Windows         bool    //
	Lambda          bool    // AWS's image of a Lambda runtime; its family is Other
	Codename        string  // Debian release, written or implied by the floating default; "" when unknown
	CodenameWritten bool    // the tag names the release
}

// The grammar of docker-library/python tags (DLP:generate-stackbrew-library.sh):
// a version, a variant, or both; slim comes before the codename.
var (
	pythonTag = lazyregexp.New(`^(latest|\d+(?:\.\d+){0,2}(?:(?:a|b|rc)\d+)?(?:-rc)?)?(?:(?:^|-)(` + variants + `))?$`)
	uvTag     = lazyregexp.New(`^(?:\d+(?:\.\d+){0,2}-)?python(\d+\.\d+)-(` + codenames + `|alpine(?:\d+\.\d+)?)(-slim)?$`)
	debianTag = lazyregexp.New(`^(` + codenames + `|\d+)(?:\.\d+)?(?:-\d{8})?(-slim)?$`)
)

const (
	codenames = `jessie|stretch|buster|bullseye|bookworm|trixie|forky|wheezy`
	variants  = `slim(?:-(?:` + codenames + `))?|` + codenames + `|alpine(?:\d+\.\d+)?|onbuild|windowsservercore(?:-[\w.]+)?|nanoserver(?:-[\w.]+)?`
)

// images remembers what ParseImage said: files are read again at every
// keystroke, and their base images hardly change.
var images struct {
	sync.Mutex
	known map[string]Image
}

// maxImages bounds it.
const maxImages = 200

// ParseImage takes an image reference apart. Variables must have been expanded
// before.
func ParseImage(ref string) (Image, error) {
	images.Lock()
	defer images.Unlock()
	if img, ok := images.known[ref]; ok {
		return img, nil
	}
	img, err := parseImage(strings.Clone(ref)) // ref may be a part of a whole file
	if err == nil {
		if images.known == nil || len(images.known) >= maxImages {
			images.known = map[string]Image{}
		}
		images.known[img.Ref] = img
	}
	return img, err
}

func parseImage(ref string) (Image, error) {
	if ref == "" || strings.ContainsAny(ref, "$ \t") {
		return Image{}, fmt.Errorf("image %q has a variable or a blank in it", ref)
	}
	if _, err := reference.ParseNormalizedNamed(ref); err != nil {
		return Image{}, fmt.Errorf("read image %q: %w", ref, err)
	}
	img := Image{Ref: ref}
	name, digest, _ := strings.Cut(ref, "@")
	img.Digest = digest
	slash := strings.LastIndexByte(name, '/') + 1
	img.Prefix = name[:slash]
	img.Name, img.Tag, _ = strings.Cut(name[slash:], ":")
	img.classify()
	return img, nil
}

func (img *Image) classify() {
	switch {
	case img.Name == "python" && pythonPrefix(img.Prefix):
		img.classifyPython()
	case img.Name == "python" && img.Prefix == "public.ecr.aws/lambda/", img.Name == "aws-lambda-python" && (img.Prefix == "amazon/" || img.Prefix == "docker.io/amazon/"):
		// Tags are a Python version, then perhaps an architecture or a date
		// (github.com/aws/aws-lambda-base-images).
		tag, _, _ := strings.Cut(strings.TrimPrefix(img.Tag, "python"), "-")
		version, _, _ := strings.Cut(tag, ".20") // "3.12.2024.05.01.13"
		img.Python, _ = ParseVersion(version)
		img.Lambda = img.Python.Parts > 0 || img.Tag == "latest" || img.Tag == ""
	case img.Name == "uv" && uvPrefixes[img.Prefix]:
		if m := uvTag.FindStringSubmatch(img.Tag); m != nil {
			img.Family = UVPython
			img.Python, _ = ParseVersion(m[1])
			img.Slim = m[3] != ""
			img.setVariant(m[2])
		}
	case img.Name == "debian" && libraryPrefixes[img.Prefix]:
		img.Family = Debian
		if m := debianTag.FindStringSubmatch(img.Tag); m != nil {
			img.Codename, img.CodenameWritten, img.Slim = m[1], true, m[2] != ""
			if name, ok := debianNumbers[m[1]]; ok {
				img.Codename = name
			}
		}
	case img.Name == "ubuntu" && libraryPrefixes[img.Prefix]:
		img.Family = Ubuntu
	case img.Name == "alpine" && libraryPrefixes[img.Prefix]:
		img.Family, img.Alpine = Alpine, true
	}
}

func (img *Image) classifyPython() {
	m := pythonTag.FindStringSubmatch(img.Tag)
	if m == nil {
		return
	}
	img.Family = OfficialPython
	img.Python, _ = ParseVersion(m[1])
	variant := m[2]
	if rest, ok := strings.CutPrefix(variant, "slim"); ok {
		img.Slim, variant = true, strings.TrimPrefix(rest, "-")
	}
	img.setVariant(variant)
	if !img.CodenameWritten && !img.Alpine && !img.Windows && variant == "" {
		img.Codename = DefaultCodename(img.Python)
	}
}

func (img *Image) setVariant(variant string) {
	switch {
	case strings.HasPrefix(variant, "alpine"):
		img.Alpine = true
	case strings.HasPrefix(variant, "windowsservercore"), strings.HasPrefix(variant, "nanoserver"):
		img.Windows = true
	case variant != "" && variant != "onbuild":
		img.Codename, img.CodenameWritten = variant, true
	}
}

// debianNumbers are the numbers that Debian's tags also carry (debian.org/releases).
var debianNumbers = map[string]string{"9": "stretch", "10": "buster", "11": "bullseye", "12": "bookworm", "13": "trixie"}

// libraryPrefixes are the spellings of Docker's official images, and the
// mirrors that carry all of them (DLP).
var libraryPrefixes = map[string]bool{
	"": true, "library/": true, "docker.io/": true, "docker.io/library/": true,
	"index.docker.io/library/": true, "registry-1.docker.io/library/": true,
	"public.ecr.aws/docker/library/": true, "mirror.gcr.io/library/": true, "mirror.gcr.io/": true,
}

// uvPrefixes are where Astral publishes uv's images (UV-docker;
// UV:.github/workflows/build-docker.yml).
var uvPrefixes = map[string]bool{
	"ghcr.io/astral-sh/": true, "astral/": true, "docker.io/astral/": true,
}

// foreignPrefixes hold images named python that are not docker-library's:
// another interpreter path, entrypoint or user.
var foreignPrefixes = []string{
	"bitnami/", "bitnamilegacy/", "circleci/", "cimg/", "chainguard/", "cgr.dev/", "dhi.io/",
	"public.ecr.aws/", "gcr.io/distroless/", "mcr.microsoft.com/", "nvcr.io/", "registry.access.redhat.com/",
}

// pythonPrefix says whether an image named python below that prefix can be
// taken for docker-library's: the official ones, and private registries, which
// commonly mirror them. A namespace of Docker Hub other than library is
// somebody's own image.
func pythonPrefix(prefix string) bool {
	if libraryPrefixes[prefix] {
		return true
	}
	bare := strings.TrimPrefix(prefix, "docker.io/")
	for _, foreign := range foreignPrefixes {
		if strings.HasPrefix(bare, foreign) {
			return false
		}
	}
	host, _, _ := strings.Cut(bare, "/")
	return bare == prefix && (strings.ContainsAny(host, ".:") || host == "localhost")
}

// Assumed says that the image is only taken for docker-library's Python
// because of its name: a private registry, which may not carry every tag.
func (img Image) Assumed() bool {
	return img.Family == OfficialPython && !libraryPrefixes[img.Prefix]
}

// InterpreterPrefix is where the image's Python lives: /usr/local in
// docker-library's and uv's Python images (DLP template; UV-docker), /usr for
// the distributions' own package, "" when unknown.
func (img Image) InterpreterPrefix() string {
	switch {
	case img.Windows:
		return ""
	case img.Family == OfficialPython, img.Family == UVPython:
		return "/usr/local"
	case img.Family == Debian, img.Family == Ubuntu, img.Family == Alpine:
		return "/usr"
	}
	return ""
}

// RootUser says that the image is known to leave USER alone: the families do,
// AWS's Lambda images, and Node's and Playwright's, whose Dockerfiles have no USER
// (nodejs/docker-node: Dockerfile-*.template; microsoft/playwright-python:
// utils/docker).
func (img Image) RootUser() bool {
	switch {
	case img.Family != Other || img.Lambda:
		return true
	case img.Name == "node":
		return libraryPrefixes[img.Prefix]
	}
	return img.Prefix+img.Name == "mcr.microsoft.com/playwright" || img.Prefix+img.Name == "mcr.microsoft.com/playwright/python"
}

// NoUsers says that the image has no users of ordinary numbers (1000 and up) of
// its own. Ubuntu has one since 23.04 (ubuntu:1000).
func (img Image) NoUsers() bool {
	switch img.Family {
	case OfficialPython, UVPython, Debian, Alpine:
		return !img.Windows
	case Ubuntu:
		return oldUbuntu.MatchString(img.Tag)
	}
	return false
}

var oldUbuntu = lazyregexp.New(`^(1[0-9]\.\d\d|2[0-2]\.\d\d|trusty|xenial|bionic|focal|jammy)(-.*)?$`)

// Full says that the image is built on buildpack-deps: it brings compilers,
// headers, git and curl, which its slim twin lacks (BPD:debian; DLP template).
func (img Image) Full() bool {
	return (img.Family == OfficialPython || img.Family == UVPython) && !img.Slim && !img.Alpine && !img.Windows
}
