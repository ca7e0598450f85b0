// Command pack puts binaries of restage into packages for pip and npm, so that
// projects get it where they get their other tools. It reads the folder that
// scripts/package fills, one binary for each platform, and writes wheels and
// npm packages.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
)

// platform is one that restage is built for, under its names.
type platform struct {
	goos, goarch string
	wheel        string // the platform tags of a wheel
	npm          string // "os-cpu" of npm and Node
	exe          string
}

// platforms are all of them. The Linux binaries are static, so that they run
// with any libc; macOS 12 is the oldest that Go 1.26 builds for
// (https://go.dev/doc/go1.26#darwin).
var platforms = []platform{
	{"linux", "amd64", "manylinux_2_17_x86_64.manylinux2014_x86_64.musllinux_1_1_x86_64", "linux-x64", "restage"},
	{"linux", "arm64", "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64", "linux-arm64", "restage"},
	{"darwin", "amd64", "macosx_12_0_x86_64", "darwin-x64", "restage"},
	{"darwin", "arm64", "macosx_12_0_arm64", "darwin-arm64", "restage"},
	{"windows", "amd64", "win_amd64", "win32-x64", "restage.exe"},
	{"windows", "arm64", "win_arm64", "win32-arm64", "restage.exe"},
}

const (
	summary  = "Refactor Python Dockerfiles: language server and command line"
	homepage = "https://github.com/restage/restage"
)

func main() {
	version := flag.String("version", "", "the version, as 1.2.3 or 1.2.3-rc.1")
	bin := flag.String("bin", "dist/bin", "the folder of binaries: OS-ARCH/restage")
	out := flag.String("out", "dist", "where the packages go")
	flag.Parse()
	if err := pack(*version, *bin, *out); err != nil {
		fmt.Fprintln(os.Stderr, "pack:", err)
		os.Exit(1)
	}
}

var versionForm = regexp.MustCompile(`^\d+\.\d+\.\d+(-rc\.\d+)?$`)

// pack makes all packages that there are binaries for.
func pack(version, bin, out string) error {
	if !versionForm.MatchString(version) {
		return fmt.Errorf("version %q is neither like 1.2.3 nor like 1.2.3-rc.1", version)
	}
	license, err := os.ReadFile("LICENSE")
	if err != nil {
		return err
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	p := packer{version, string(license), string(readme), out}
	var made []platform
	for _, at := range platforms {
		program, err := os.ReadFile(filepath.Join(bin, at.goos+"-"+at.goarch, at.exe))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			return err
		}
		if err := p.wheel(at, program); err != nil {
			return err
		}
		if err := p.npmBinary(at, program); err != nil {
			return err
		}
		made = append(made, at)
	}
	if len(made) == 0 {
		return fmt.Errorf("no binaries in %s", bin)
	}
	return p.npmLauncher(made)
}

// packer makes the packages of one version.
type packer struct {
	version, license, readme string
	out                      string
}

// file is one file of a package.
type file struct {
	name string
	data []byte
	mode os.FileMode
}

// create writes one package and says its name.
func (p packer) create(name string, write func(*os.File) error) error {
	path := filepath.Join(p.out, name)
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	err = write(f)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		fmt.Println(path)
	}
	return err
}
