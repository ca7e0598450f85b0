package codeactions

import (
	"path"
	"slices"
	"strings"

	"restage/analysis"
	"restage/analysis/lazyregexp"
	"restage/analysis/shell"
)

// Words that name no file, by what runs them: options and their values, names of
// packages, addresses. What is not here may name one.
var (
	// apt-get(8), apk(8), dnf(8)
	systemWords = lazyregexp.New(`^(-[yqfmudVUto]+|--(no|allow|fix|force|assume|show|auto)-[a-z-]+(=[a-z]+)?|--(yes|quiet|update|upgrade|virtual|purge|verbose|default-release|target-release|option|latest|nodocs|refresh|best|autoremove)(=[\w.:-]+)?|` +
		`(APT|Acquire|Dpkg|DPkg|Debug)::[\w:-]+=[\w."-]*|\.?[A-Za-z0-9][\w.+~=<>*-]*(:[a-z0-9]+)?)$`)
	// https://pip.pypa.io/en/stable/cli/pip_install/ and https://pipx.pypa.io/stable/docs/
	pipWords = lazyregexp.New(`^(-m|-[UqvIi]+|--(no-cache-dir|no-cache|upgrade|quiet|verbose|user|index-url|extra-index-url|trusted-host|disable-pip-version-check|root-user-action|break-system-packages|no-warn-script-location|` +
		`timeout|default-timeout|retries|pre|ignore-installed|force-reinstall|force|progress-bar|no-input|compile|no-compile|prefer-binary|only-binary|upgrade-strategy|no-color)(=[\w.:-]+|=https?://[^@\s]+)?|` +
		`https?://[^\s]+|[A-Za-z0-9][\w.+~=<>!,*-]*(\[[\w,-]+\])?([=<>!~]=?[\w.+*,<>=!~-]+)?)$`)
	// curl(1), wget(1), and the options of install.python-poetry.org
	scriptWords = lazyregexp.New(`^(-|-[sSLfkqvOy46]+-?|-nv|-m|--(silent|show-error|location|fail|proto|proto-default|tlsv1\.[0-3]|retry|retry-[a-z-]+|connect-timeout|max-time|insecure|compressed|ipv4|quiet|no-verbose|https-only|yes|version|force|preview)(=[\w.=-]+)?|` +
		`=?https|https?://[^\s]+|[0-9][\w.]*)$`)
)

// harmlessWords says whether all arguments of a command have a known value that
// names no file.
func harmlessWords(s *analysis.Step, cmd *shell.Command, words []shell.Word, harmless *lazyregexp.Regexp) bool {
	return !slices.ContainsFunc(words, func(w shell.Word) bool {
		v, ok := s.ShellValue(w.Value, cmd.Exports)
		return !ok || !harmless.MatchString(v) || analysis.PackageFile(v)
	})
}

// startsAsIs says whether the programs that a command is started through, if any,
// read no file and start it where they are: sudo, time and the like, with
// variables, numbers and plain options before the command.
func startsAsIs(cmd *shell.Command) bool {
	for c := cmd; c.Inner != nil; c = c.Inner {
		before := c.Words[:len(c.Words)-len(c.Inner.Words)]
		for i, w := range before {
			if i == 0 && !slices.Contains([]string{"env", "exec", "command", "sudo", "time", "nice", "timeout", "nohup"}, c.Name()) || i > 0 && !startWord.MatchString(w.Value) {
				return false
			}
		}
	}
	return true
}

var startWord = lazyregexp.New(`^([A-Za-z_]\w*=.*|-[EHnk]|-?\d+[smh]?)$`)

// harmlessVariables says whether the variables that a command gets besides those
// of the image tell it of no file at some paths.
func harmlessVariables(s *analysis.Step, cmd *shell.Command, paths []string) bool {
	given := map[string]string{}
	for name, value := range cmd.Exports {
		given[name] = value
	}
	for c := cmd; c != nil; c = c.Inner {
		for _, a := range c.Assigns {
			given[a.Name] = a.Value
		}
	}
	for name, value := range given {
		v, ok := s.ShellValue(value, cmd.Exports)
		switch {
		case !ok:
			return false
		case !strings.Contains(v, "/") && !toolVariable(name), plainSetting.MatchString(name), noFileValue.MatchString(v):
		case !path.IsAbs(v) || slices.ContainsFunc(paths, func(p string) bool { return analysis.Below(path.Clean(v), p) || analysis.Below(p, path.Clean(v)) }):
			return false
		}
	}
	return true
}

// plainSetting are settings of pip, Poetry and Python whose values are no files,
// and noFileValue are values that are none, whatever they are for.
var (
	plainSetting = lazyregexp.New(`^(POETRY_(VERSION|PREVIEW|ACCEPT|VIRTUALENVS_(CREATE|IN_PROJECT|OPTIONS_\w+|PREFER_\w+|USE_\w+)|INSTALLER_\w+)|` +
		`PIP_(INDEX_URL|EXTRA_INDEX_URL|TRUSTED_HOST|PREFER_BINARY|ONLY_BINARY|NO_BINARY|PROGRESS_BAR|NO_CACHE_DIR|DISABLE_PIP_VERSION_CHECK|ROOT_USER_ACTION|DEFAULT_TIMEOUT|NO_INPUT|QUIET|BREAK_SYSTEM_PACKAGES)|` +
		`PYTHON(UNBUFFERED|DONTWRITEBYTECODE|HASHSEED|IOENCODING|UTF8|FAULTHANDLER|OPTIMIZE|WARNINGS))$`)
	noFileValue = lazyregexp.New(`(?i)^(\d*|true|false|yes|no|on|off|https?://\S+)$`)
)

// toolVariable says whether a variable may tell the programs that install of a
// file: pip's settings and constraints, certificates, apt's settings, what the
// linker and the shell load. ENV is dash's BASH_ENV.
func toolVariable(name string) bool {
	return name == "ENV" || name == "BASH_ENV" || slices.ContainsFunc([]string{"PIP_", "PIPX_", "POETRY_", "SSL_", "CURL_", "REQUESTS_", "APT_", "XDG_", "PYTHON", "LD_"},
		func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}
