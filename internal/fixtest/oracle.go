package fixtest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/solver/pb"
	dockerspec "github.com/moby/docker-image-spec/specs-go/v1"
	digest "github.com/opencontainers/go-digest"
	ocispecs "github.com/opencontainers/image-spec/specs-go/v1"
)

// Verdict is what BuildKit says of one Dockerfile without building it.
type Verdict struct {
	// Targets are the named stages that give a build graph, "" for the default.
	Targets []string
	// Errors are the targets that do not, with BuildKit's message.
	Errors map[string]string
	// Warnings counts BuildKit's own checks by name and message.
	Warnings map[string]int
	// Lines are the same with the first line of each, "NAME at LINE: message".
	Lines map[string]bool
	// Image is the default target's configuration.
	Image dockerspec.DockerOCIImageConfig
}

// offline answers every image reference with the same bare linux/amd64 image.
type offline struct{}

func (offline) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	img := ocispecs.Image{Platform: ocispecs.Platform{OS: "linux", Architecture: "amd64"}}
	img.RootFS.Type = "layers"
	img.Config.Env = []string{"PATH=/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin"}
	dt, err := json.Marshal(img)
	return ref, digest.FromBytes(dt), dt, err
}

// Judge asks BuildKit for the build graph of the default target and of every
// named stage, and for its own warnings.
func Judge(text string) Verdict {
	v := Verdict{Errors: map[string]string{}, Warnings: map[string]int{}, Lines: map[string]bool{}}
	for i, target := range targets(text) {
		img, err := v.graph(text, target, i == 0)
		if err != nil {
			v.Errors[target] = err.Error()
			continue
		}
		v.Targets = append(v.Targets, target)
		if i == 0 {
			v.Image = img
		}
	}
	return v
}

// targets gives "" and the names of all stages.
func targets(text string) []string {
	list := []string{""}
	res, err := parser.Parse(strings.NewReader(text))
	if err != nil {
		return list
	}
	stages, _, err := instructions.Parse(res.AST, nil)
	if err != nil {
		return list
	}
	for _, s := range stages {
		if s.Name != "" && !slices.Contains(list, s.Name) {
			list = append(list, s.Name)
		}
	}
	return list
}

// graph builds one target's graph; warnings are kept when warn is set.
func (v *Verdict) graph(text, target string, warn bool) (cfg dockerspec.DockerOCIImageConfig, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("BuildKit panics: %v", r)
		}
	}()
	caps := pb.Caps.CapSet(pb.Caps.All())
	opt := dockerfile2llb.ConvertOpt{
		MetaResolver:   offline{},
		LLBCaps:        &caps,
		TargetPlatform: &ocispecs.Platform{OS: "linux", Architecture: "amd64"},
		SourceMap:      llb.NewSourceMap(nil, "Dockerfile", "Dockerfile", []byte(text)),
	}
	opt.Target = target
	opt.AllStages = warn
	opt.Warn = func(rule, _, _, message string, at []parser.Range) {
		if warn {
			v.Warnings[rule+": "+message]++
			if len(at) > 0 {
				v.Lines[fmt.Sprintf("%s at %d: %s", rule, at[0].Start.Line, message)] = true
			}
		}
	}
	res, err := dockerfile2llb.Dockerfile2LLB(context.Background(), []byte(text), opt)
	if err != nil {
		return cfg, err
	}
	if _, err := res.State.Marshal(context.Background(), llb.LinuxAmd64); err != nil {
		return cfg, err
	}
	return res.Image.Config, nil
}

// OracleFlaws compares BuildKit's view of two texts: every target that gave a
// build graph still does, no named target is lost, BuildKit warns of nothing
// new, and what the image is configured to expose, to run as and where stays.
func OracleFlaws(before, after string) []Flaw {
	if before == after {
		return nil
	}
	fl := &flaws{}
	was, is := Judge(before), Judge(after)
	for _, target := range was.Targets {
		if msg, bad := is.Errors[target]; bad {
			fl.add("BuildKit still gives a graph", "target %q: %s; the text is now:\n%s", target, msg, after)
		} else if !slices.Contains(is.Targets, target) {
			fl.add("no target is lost", "%q; the text is now:\n%s", target, after)
		}
	}
	for w := range is.Warnings {
		// Where BuildKit gave up on the old text it did not come to warn.
		if len(was.Errors) == 0 && !warned(was.Warnings, w) {
			fl.add("no new warning of BuildKit", "%s; the text is now:\n%s", w, after)
		}
	}
	if slices.Contains(was.Targets, "") && slices.Contains(is.Targets, "") {
		fl.imageFlaws(was.Image, is.Image)
	}
	return fl.list
}

// warned says that BuildKit warned before by the same check: the same sentence
// about another stage, or about a line that now stands in two, is nothing new.
func warned(was map[string]int, w string) bool {
	check, _, _ := strings.Cut(w, ":")
	for k := range was {
		if strings.HasPrefix(k, check+":") {
			return true
		}
	}
	return false
}

// imageFlaws compares the final image's configuration. The folder is compared
// only where the original set one: restage may give a file its first WORKDIR.
func (fl *flaws) imageFlaws(was, is dockerspec.DockerOCIImageConfig) {
	compare := func(what string, a, b any) {
		x, _ := json.Marshal(a)
		y, _ := json.Marshal(b)
		if string(x) != string(y) {
			fl.add("the image's configuration stays", "%s was %s, is %s", what, x, y)
		}
	}
	compare("USER", was.User, is.User)
	compare("EXPOSE", was.ExposedPorts, is.ExposedPorts)
	compare("VOLUME", was.Volumes, is.Volumes)
	compare("LABEL", was.Labels, is.Labels)
	compare("STOPSIGNAL", was.StopSignal, is.StopSignal)
	compare("SHELL", was.Shell, is.Shell)
	compare("ONBUILD", was.OnBuild, is.OnBuild)
	if (was.Healthcheck == nil) != (is.Healthcheck == nil) {
		compare("HEALTHCHECK", was.Healthcheck, is.Healthcheck)
	}
	if was.WorkingDir != "/" && was.WorkingDir != "" {
		compare("WORKDIR", was.WorkingDir, is.WorkingDir)
	}
	if (len(was.Entrypoint) == 0) != (len(is.Entrypoint) == 0) && len(was.Cmd) == 0 {
		fl.add("the image's configuration stays", "ENTRYPOINT was %q, is %q", was.Entrypoint, is.Entrypoint)
	}
	if len(was.Cmd)+len(was.Entrypoint) > 0 && len(is.Cmd)+len(is.Entrypoint) == 0 {
		fl.add("the image's configuration stays", "the command is lost")
	}
	env := func(list []string) map[string]string {
		m := map[string]string{}
		for _, e := range list {
			k, v, _ := strings.Cut(e, "=")
			m[k] = v
		}
		return m
	}
	now := env(is.Env)
	for k, v := range env(was.Env) {
		if toolVariable(k) {
			continue
		}
		if got, ok := now[k]; !ok || got != v {
			fl.add("the image's configuration stays", "ENV %s was %q, is %q", k, v, got)
		}
	}
}

// toolVariable says that a variable configures an installer, or is one that
// a conversion changes on purpose.
func toolVariable(name string) bool {
	for _, p := range []string{"POETRY_", "PIP_", "UV_", "PIPX_", "PDM_", "PIPENV_"} {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return name == "PATH" || name == "VIRTUAL_ENV" || name == "DEBIAN_FRONTEND"
}
