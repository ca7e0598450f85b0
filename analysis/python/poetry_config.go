package python

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
)

// setting is a key of Poetry's configuration.
type setting struct {
	key                string
	since, gone        Version
	boolean, namesPath bool
}

// poetrySettings: P@2.4.1:docs/configuration.md, P@2.0.1 and 2.1.0:config.py;
// PCL 1.5.0 and 2.0.0 for what went. solver.min-release-age is in the config.py
// of 2.4.0 and not of 2.3.4.
var poetrySettings = []setting{
	{key: "cache-dir", since: V(1, 0, 0), namesPath: true},
	{key: "data-dir", since: V(2, 1, 0), namesPath: true},
	{key: "virtualenvs.create", since: V(1, 0, 0), boolean: true},
	{key: "virtualenvs.in-project", since: V(1, 0, 0), boolean: true},
	{key: "virtualenvs.path", since: V(1, 0, 0), namesPath: true},
	{key: "virtualenvs.options.always-copy", since: V(1, 2, 0), boolean: true},
	{key: "virtualenvs.options.no-pip", since: V(1, 2, 0), boolean: true},
	{key: "virtualenvs.options.system-site-packages", since: V(1, 2, 0), boolean: true},
	{key: "virtualenvs.options.no-setuptools", since: V(1, 2, 0), gone: V(2, 0, 0), boolean: true},
	{key: "virtualenvs.prefer-active-python", since: V(1, 2, 0), gone: V(2, 0, 0), boolean: true},
	{key: "virtualenvs.use-poetry-python", since: V(2, 0, 0), boolean: true},
	{key: "experimental.new-installer", since: V(1, 1, 0), gone: V(1, 5, 0), boolean: true},
	{key: "installer.parallel", since: V(1, 1, 4), boolean: true},
	{key: "installer.max-workers", since: V(1, 2, 0)},
	{key: "installer.no-binary", since: V(1, 2, 0)},
	{key: "installer.only-binary", since: V(2, 0, 0)},
	{key: "installer.re-resolve", since: V(2, 0, 0), boolean: true},
	{key: "installer.modern-installation", since: V(1, 4, 0), gone: V(2, 0, 0), boolean: true},
	{key: "requests.max-retries", since: V(2, 0, 0)},
	{key: "solver.lazy-wheel", since: V(1, 8, 0), boolean: true},
	{key: "keyring.enabled", since: V(1, 8, 0), boolean: true},
	{key: "system-git-client", since: V(1, 2, 0), boolean: true},
	{key: "warnings.export", since: V(1, 7, 0), gone: V(2, 0, 0), boolean: true},
	{key: "solver.min-release-age", since: V(2, 4, 0)},
}

func findSetting(key string) (setting, bool) {
	i := slices.IndexFunc(poetrySettings, func(s setting) bool { return s.key == key })
	if i < 0 {
		return setting{}, false
	}
	return poetrySettings[i], true
}

// ConfigKey says since which release a configuration key is known, and when it
// was removed; an unknown key gives two zero versions.
func ConfigKey(key string) (since, removed Version) {
	s, _ := findSetting(key)
	return s.since, s.gone
}

// ConfigEnv is the environment variable of a key: virtualenvs.in-project is
// POETRY_VIRTUALENVS_IN_PROJECT (P@2.4.1:docs/configuration.md).
func ConfigEnv(key string) string {
	return "POETRY_" + strings.ToUpper(strings.Map(underscore, key))
}

func underscore(r rune) rune {
	if r == '.' || r == '-' {
		return '_'
	}
	return r
}

// BoolSetting reads a boolean of an environment variable or of `poetry
// config`: "true" and "1" only up to 2.0.1, in any case from 2.1.0 (P@2.0.1,
// 2.1.0:config.py). So "True" and "yes" switch off. An unknown version is read
// as an old one.
func BoolSetting(value string, v Version) bool {
	if v.AtLeast(2, 1, 0) {
		value = strings.ToLower(value)
	}
	return value == "true" || value == "1"
}

// BoolSettingVaries says whether the value's meaning depends on the version.
func BoolSettingVaries(value string) bool {
	return BoolSetting(value, V(2, 1, 0)) != BoolSetting(value, V(2, 0, 1))
}

// VirtualenvName is the name that Poetry gives the environment of a project in
// a folder, without its "-py3.11" (P@1.0.10:utils/env.py, unchanged in 2.4.1):
// /app with project annapurna gives "annapurna-9TtSrW0h". The folder is the
// project's real, absolute path.
func VirtualenvName(project, dir string) string {
	name := []rune(strings.Map(func(r rune) rune {
		if strings.ContainsRune(" $`!*@\"\\\r\n\t", r) {
			return '_'
		}
		return r
	}, strings.ToLower(project)))
	sum := sha256.Sum256([]byte(dir))
	hash := base64.URLEncoding.EncodeToString(sum[:])[:8]
	return string(name[:min(len(name), 42)]) + "-" + hash
}
