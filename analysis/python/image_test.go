package python

import "testing"

func TestSlimTwin(t *testing.T) {
	for _, tt := range []struct{ ref, want string }{
		{"python", "python:slim"},
		{"python:latest", "python:slim"},
		{"python:3", "python:3-slim"},
		{"python:3.11", "python:3.11-slim"},
		{"python:3.11.4", "python:3.11.4-slim"},
		{"python:3.11-bullseye", "python:3.11-slim-bullseye"},
		{"python:3.11.4-bullseye", "python:3.11.4-slim-bullseye"},
		{"python:3.11-buster", "python:3.11-slim-buster"},
		{"python:bookworm", "python:slim-bookworm"},
		{"python:latest-bookworm", "python:slim-bookworm"},
		{"python:3.15-rc", "python:3.15-rc-slim"},
		{"python:3.15-rc-trixie", "python:3.15-rc-slim-trixie"},
		{"python:3.14.0b2-bookworm", "python:3.14.0b2-slim-bookworm"},
		{"registry.example/lib/python:3.11", "registry.example/lib/python:3.11-slim"},
		{"localhost:5000/python:3.11", "localhost:5000/python:3.11-slim"},
		{"docker.io/library/python:3.11", "docker.io/library/python:3.11-slim"},
		{"public.ecr.aws/docker/library/python:3.11", "public.ecr.aws/docker/library/python:3.11-slim"},
		{"mirror.gcr.io/library/python:3.12-bookworm", "mirror.gcr.io/library/python:3.12-slim-bookworm"},
		{"python:3.11-slim", "python:3.11-slim"},
		{"python:3.11-slim-bookworm", "python:3.11-slim-bookworm"},
		{"python:3.11-alpine3.20", "python:3.11-alpine3.20"},
		{"ghcr.io/astral-sh/uv:python3.12-bookworm", "python:3.12-slim-bookworm"},
		{"ghcr.io/astral-sh/uv:0.8.11-python3.13-trixie-slim", "python:3.13-slim-trixie"},
		{"ghcr.io/astral-sh/uv:0.5-python3.12-alpine", "ghcr.io/astral-sh/uv:0.5-python3.12-alpine"},

		{"python:3.11@sha256:" + zeros, ""},
		{"python:3.11-bookworm-slim", ""},
		{"python:3.11-windowsservercore-ltsc2022", ""},
		{"ghcr.io/astral-sh/uv:debian", ""},
		{"ghcr.io/astral-sh/uv:0.8.3", ""},
		{"ubuntu:22.04", ""},
		{"debian:bookworm", ""},
		{"nvidia/cuda:12.4.1-devel-ubuntu22.04", ""},
		{"pytorch/pytorch", ""},
		{"bitnami/python:3.11", ""},
		{"public.ecr.aws/lambda/python:3.11", ""},
		{"docker.io/bitnami/python:3.11", ""},
		{"dhi.io/python:3.12", ""},
		{"cgr.dev/chainguard/python:latest", ""},
		{"someone/python:3.11", ""},
		{"tiangolo/uvicorn-gunicorn:python3.11", ""},
	} {
		img, err := ParseImage(tt.ref)
		if err != nil {
			t.Fatal(err)
		}
		got, reason := img.SlimTwin()
		if got != tt.want || (reason == "") == (tt.want == "") {
			t.Errorf("%s: slim twin %q (%s), want %q", tt.ref, got, reason, tt.want)
		}
	}
}

const zeros = "0000000000000000000000000000000000000000000000000000000000000000"

func TestSlimTwinOf(t *testing.T) {
	for _, tt := range []struct{ raw, expanded, want string }{
		{"python:3.11", "", "python:3.11-slim"},
		{"python:${PYTHON_VERSION}", "python:3.11", "python:${PYTHON_VERSION}-slim"},
		{"python:$PYTHON_VERSION", "python:3.11", "python:$PYTHON_VERSION-slim"},
		{"python:${V:-3.11}", "python:3.11", "python:${V:-3.11}-slim"},
		{"python:${V}-bookworm", "python:3.11-bookworm", "python:${V}-slim-bookworm"},
		{"python:${MAJOR}.${MINOR}", "python:3.11", "python:${MAJOR}.${MINOR}-slim"},
		{"python:3.11-${DISTRO}", "python:3.11-bookworm", "python:3.11-slim-${DISTRO}"},
		{"python:${V}-${DISTRO}", "python:3.11-bookworm", "python:${V}-slim-${DISTRO}"},
		{"python:${V}-slim", "python:3.11-slim", "python:${V}-slim"},
		{"python:${V}", "python:3.11-slim", "python:${V}"},
		{"${REGISTRY}/python:3.11", "docker.io/library/python:3.11", "${REGISTRY}/python:3.11-slim"},
		{"${REGISTRY:-docker.io/library}/python:3.11", "docker.io/library/python:3.11", "${REGISTRY:-docker.io/library}/python:3.11-slim"},
		{"${REGISTRY}python:3.11", "python:3.11", "${REGISTRY}python:3.11-slim"},
		{"python:${V}", "python:3.11-bookworm", ""},
		{"python:${V}${SUFFIX}", "python:3.11", ""},
		{"${BASE}", "python:3.11", ""},
		{"${IMAGE}:3.11", "python:3.11", ""},
		{"python${TAG}", "python:3.11", ""},
		{"python:${V}", "python:", ""},
		{"python:${V}", "", ""},
		{"python:${V}@sha256:" + zeros, "python:3.11@sha256:" + zeros, ""},
	} {
		got, reason := SlimTwinOf(tt.raw, tt.expanded)
		if got != tt.want || (reason == "") == (tt.want == "") {
			t.Errorf("%s (%s): slim twin %q (%s), want %q", tt.raw, tt.expanded, got, reason, tt.want)
		}
	}
}

func TestParseImage(t *testing.T) {
	for _, tt := range []struct {
		ref     string
		family  Family
		python  string
		code    string
		written bool
		prefix  string
	}{
		{"python:3.11-slim", OfficialPython, "3.11", "trixie", false, "/usr/local"},
		{"python:3.8", OfficialPython, "3.8", "bookworm", false, "/usr/local"},
		{"python:3.8.5-slim", OfficialPython, "3.8.5", "buster", false, "/usr/local"},
		{"python:3.11.4", OfficialPython, "3.11.4", "bookworm", false, "/usr/local"},
		{"python:3.11.1-buster", OfficialPython, "3.11.1", "buster", true, "/usr/local"},
		{"python:alpine", OfficialPython, "", "", false, "/usr/local"},
		{"python:slim-bookworm", OfficialPython, "", "bookworm", true, "/usr/local"},
		{"ghcr.io/astral-sh/uv:python3.12-bookworm-slim", UVPython, "3.12", "bookworm", true, "/usr/local"},
		{"debian:bookworm-slim", Debian, "", "bookworm", true, "/usr"},
		{"debian:12.5", Debian, "", "bookworm", true, "/usr"},
		{"ubuntu:22.04", Ubuntu, "", "", false, "/usr"},
		{"node:20", Other, "", "", false, ""},
	} {
		img, err := ParseImage(tt.ref)
		if err != nil {
			t.Fatal(err)
		}
		if img.Family != tt.family || img.Python.String() != tt.python || img.Codename != tt.code ||
			img.CodenameWritten != tt.written || img.InterpreterPrefix() != tt.prefix {
			t.Errorf("%s: %+v", tt.ref, img)
		}
	}
	for _, bad := range []string{"", "Python:3.11", "python:", "python:${V}", "python:3.11@sha256:12", "a b"} {
		if img, err := ParseImage(bad); err == nil {
			t.Errorf("%q was read as %+v", bad, img)
		}
	}
	if img, _ := ParseImage("registry.example/lib/python:3.11"); !img.Assumed() || !img.Full() {
		t.Errorf("a private registry's python is %+v", img)
	}
}

func TestDefaultCodename(t *testing.T) {
	for _, tt := range []struct{ python, want string }{
		{"2.7", "buster"}, {"3.5", "buster"}, {"3.6", "bullseye"}, {"3.7", "bookworm"}, {"3.8", "bookworm"},
		{"3.9", "trixie"}, {"3.10", "trixie"}, {"3.14", "trixie"}, {"3", "trixie"},
		{"3.6.8", ""}, {"3.6.9", "buster"}, {"3.7.3", ""}, {"3.9.5", "buster"}, {"3.9.6", "bullseye"},
		{"3.11.3", "bullseye"}, {"3.11.5", "bookworm"}, {"3.12.0", "bookworm"}, {"3.12.10", "bookworm"},
		{"3.13.5", "bookworm"}, {"3.13.6", ""}, {"3.13.7", "trixie"}, {"3.14.0", "trixie"},
	} {
		v, _ := ParseVersion(tt.python)
		if got := DefaultCodename(v); got != tt.want {
			t.Errorf("%s stands on %q, want %q", tt.python, got, tt.want)
		}
	}
	if !DeadMirrors("buster") || DeadMirrors("bullseye") {
		t.Error("buster's mirrors are dead, bullseye's are not")
	}
}
