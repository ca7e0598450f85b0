package source

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// plainLines generates instructions at the border of what is evident.
func plainLines() *rapid.Generator[string] {
	keyword := rapid.SampledFrom([]string{"FROM", "RUN", "run", "ENV", "ARG", "COPY", "ADD", "LABEL", "CMD", "ENTRYPOINT",
		"HEALTHCHECK", "HEALTHCHECK CMD", "ONBUILD RUN", "USER", "EXPOSE", "SHELL", "MAINTAINER", "WORKDIR", "VOLUME", "STOPSIGNAL"})
	flag := rapid.SampledFrom([]string{"--mount=type=cache,target=/x", "--mount=from=$X", "--mount=FROM=a$", "--mount=,", "--mount=a\"b", "--mount=x",
		"--mount=type=nothing", "--mount=type=secret", "--mount=mode=9", "--mount=type=secret,sharing=x", "--mount=size=x,type=bind", "--mount=",
		"--network=none", "--network=x", "--security=insecure", "--device=x", "--from=a", "--from=", "--from", "--chown=a:b", "--chmod=x", "--link", "--link=true", "--link=x",
		"--parents", "--exclude=a", "--checksum=x", "--keep-git-dir=true", "--unpack=true", "--platform=$X", "--platform", "--interval=1s", "--interval=1000x", "--timeout=0s", "--retries=3",
		"--retries=-1", "--start-period=9m", "--start-interval=1h", "--=", "--", "--x=y", "--link=False", "--\\\nlink"})
	word := rapid.SampledFrom([]string{"a", "b", ".", "/", "as", "AS", "a=b", "a=", "=b", "a='b c'", "a=\"b", "$X", "${X:-y}", "${", "a.b=c", "<<E", "[", "]", "[\"a\"]", "[\"a\",", "\"b\"]", "[]",
		"[1]", "[\"\"]", "1a", "_a", "A-b", "ü", "\"\"", "\\", "\\\n", "\\\n# c\n", "''", "#", "&&", "k"})
	line := rapid.Custom(func(t *rapid.T) string {
		parts := []string{keyword.Draw(t, "keyword")}
		parts = append(parts, rapid.SliceOfN(flag, 0, 2).Draw(t, "flags")...)
		parts = append(parts, rapid.SliceOfN(word, 0, 4).Draw(t, "words")...)
		return strings.Join(parts, rapid.SampledFrom([]string{" ", " ", " ", "\t", " \\\n"}).Draw(t, "blank")) + "\n"
	})
	return rapid.Custom(func(t *rapid.T) string {
		return "FROM a\n" + strings.Join(rapid.SliceOfN(line, 1, 3).Draw(t, "lines"), "")
	})
}

// What is evident BuildKit accepts; holds asks.
func TestEvident(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { holds(t, plainLines().Draw(t, "text")) })
}

// Evident is what people write every day, and what is too long is not.
func TestEvidentForms(t *testing.T) {
	for _, line := range []string{
		"FROM --platform=$BUILDPLATFORM python:3.11-slim AS builder", "RUN --mount=type=cache,target=/root/.cache pip install poetry==1.8.3 \\\n && x",
		"COPY --from=a --chown=u:g a b c/", "COPY [\"a\", \"b\"]", "ENV A=b C='d e' \\\n  E=f", "ENV A b", "ARG A", "ARG A=1", "WORKDIR /app", "USER app",
		"CMD [\"a\"]", "CMD a b", "EXPOSE 80", "HEALTHCHECK --interval=5m --timeout=3s CMD curl -f x", "SHELL [\"bash\", \"-c\"]", "LABEL org.x/y=z",
	} {
		if !Parse("FROM a\n" + line + "\n").evident() {
			t.Errorf("not evident: %s", line)
		}
	}
	for _, n := range []int{maxLine, 1 << 16, 1 << 17} {
		if text := "FROM a\nRUN " + strings.Repeat("x", n) + "\nRUN b\n"; holds(t, text).evident() {
			t.Errorf("evident with a line of %d bytes", n)
		}
	}
}
