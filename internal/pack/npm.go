package main

import (
	"archive/tar"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"os"
	"strings"
)

// launcher is the program of the npm package "restage": it starts the binary
// of the platform's own package.
//
//go:embed npm/restage.js
var launcher []byte

// manifest is a package.json.
type manifest struct {
	Name        string            `json:"name"`
	Version     string            `json:"version"`
	Description string            `json:"description"`
	License     string            `json:"license"`
	Homepage    string            `json:"homepage"`
	Repository  string            `json:"repository"`
	OS          []string          `json:"os,omitempty"`
	CPU         []string          `json:"cpu,omitempty"`
	Bin         map[string]string `json:"bin,omitempty"`
	Engines     map[string]string `json:"engines,omitempty"`
	Optional    map[string]string `json:"optionalDependencies,omitempty"`
}

func (p packer) manifest(name string) manifest {
	return manifest{Name: name, Version: p.version, Description: summary, License: "Apache-2.0", Homepage: homepage, Repository: "github:restage/restage"}
}

// npmBinary writes the npm package of one platform, which npm installs there only.
func (p packer) npmBinary(at platform, program []byte) error {
	m := p.manifest("@restage/" + at.npm)
	system, cpu, _ := strings.Cut(at.npm, "-")
	m.OS, m.CPU = []string{system}, []string{cpu}
	return p.npm("restage-"+at.npm, m, file{"bin/" + at.exe, program, 0o755})
}

// npmLauncher writes the npm package that users name. It carries no binary but
// asks for those of the platforms, of which npm takes the one that fits.
func (p packer) npmLauncher(made []platform) error {
	m := p.manifest("restage")
	m.Bin = map[string]string{"restage": "bin/restage.js"}
	m.Engines = map[string]string{"node": ">=16"}
	m.Optional = map[string]string{}
	for _, at := range made {
		m.Optional["@restage/"+at.npm] = p.version
	}
	return p.npm("restage", m, file{"bin/restage.js", launcher, 0o755}, file{"README.md", []byte(p.readme), 0o644})
}

// npm writes one npm package.
func (p packer) npm(name string, m manifest, files ...file) error {
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	files = append([]file{{"package.json", append(text, '\n'), 0o644}, {"LICENSE", []byte(p.license), 0o644}}, files...)
	return p.create(name+"-"+p.version+".tgz", func(out *os.File) error {
		z := gzip.NewWriter(out)
		t := tar.NewWriter(z)
		for _, f := range files {
			if err := t.WriteHeader(&tar.Header{Name: "package/" + f.name, Mode: int64(f.mode), Size: int64(len(f.data))}); err != nil {
				return err
			}
			if _, err := t.Write(f.data); err != nil {
				return err
			}
		}
		if err := t.Close(); err != nil {
			return err
		}
		return z.Close()
	})
}
