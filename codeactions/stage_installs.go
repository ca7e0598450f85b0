package codeactions

import (
	"restage/analysis"
)

// checkInstalls: where the environment is, and which steps make it.
func (c *conversion) checkInstalls() string {
	c.last = c.first
	if !c.brought {
		c.last = c.lastBuild(c.installs[len(c.installs)-1].Step)
	}
	for _, in := range c.installs {
		at := "line " + itoa(c.line(in.Cmd.Span.Start))
		if in.Foreign() {
			return at + " installs the project in " + in.Dir + ", which is not the one of " + c.Project.Pyproject.Path
		}
		if in.Env.Path == "" {
			return "where " + at + " puts the environment cannot be told: " + in.Env.Why
		}
		if c.env == "" {
			c.env = in.Env.Path
		}
		if in.Env.Path != c.env {
			return at + " installs into " + in.Env.Path + ", another environment than " + c.env
		}
		if how := c.EnvLost(in); how != "" {
			return "the environment lies in a folder that " + how
		}
	}
	if py := c.Project.Pyproject; py != nil && py.BuildScript != "" && c.rootInstalled() {
		return py.Path + " names the build script " + py.BuildScript + ", whose products lie beside the code in the stage that installs"
	}
	for _, i := range c.poetryInEnv() {
		if c.hoisted(i) != nil {
			continue
		}
		return "line " + itoa(c.line(i.Step.Span.Start)) + " installs Poetry into " + c.env + ", which is copied as a whole: install it above the line that makes this environment the active one, then ask again"
	}
	return c.overwrittenEnv()
}

// poetryInEnv are the installers that put Poetry among the project's packages.
func (c *conversion) poetryInEnv() []*analysis.Installer {
	var out []*analysis.Installer
	for _, i := range c.Installers {
		if i.How == "pip" && c.in.Step.Stage.Includes(i.Step.Stage) && !i.Call.Has("--user", "--target", "-t", "--prefix") && c.intoEnv(i.Call) {
			out = append(out, i)
		}
	}
	return out
}

// lastBuild is the last step that installs: the project may be built and its
// wheel installed behind the last install of dependencies.
func (c *conversion) lastBuild(last *analysis.Step) *analysis.Step {
	built := false
	for _, s := range c.behind(last) {
		for _, call := range c.CallsIn(s) {
			built = built || call.Tool == "poetry" && call.Verb == "build"
			pip := call.Tool == "pip" && call.Verb == "install" || call.Tool == "poetry" && call.Verb == "run" && len(call.Args) > 0 && c.pipInEnv(call)
			if built && (call.Verb == "build" || pip) {
				last = s
			}
		}
	}
	return last
}

// overwrittenEnv: a .venv of the host in the context would be copied over the
// environment that comes from the builder.
func (c *conversion) overwrittenEnv() string {
	return (&envMove{request: c.request, in: c.in}).overwritten(c.env, "")
}
