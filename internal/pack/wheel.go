package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"strings"
)

// wheel writes the wheel of one platform, whose only content is the program:
// pip puts it beside python, as the specification says of data/scripts
// (https://packaging.python.org/en/latest/specifications/binary-distribution-format/).
func (p packer) wheel(at platform, program []byte) error {
	version := strings.Replace(p.version, "-rc.", "rc", 1) // PEP 440
	info := "restage-" + version + ".dist-info/"
	var tags strings.Builder
	for tag := range strings.SplitSeq(at.wheel, ".") {
		fmt.Fprintf(&tags, "Tag: py3-none-%s\n", tag)
	}
	files := []file{
		{"restage-" + version + ".data/scripts/" + at.exe, program, 0o755},
		{info + "METADATA", []byte("Metadata-Version: 2.4\nName: restage\nVersion: " + version + "\nSummary: " + summary +
			"\nLicense-Expression: Apache-2.0\nLicense-File: LICENSE\nProject-URL: Homepage, " + homepage +
			"\nRequires-Python: >=3.7\nDescription-Content-Type: text/markdown\n\n" + p.readme), 0o644},
		{info + "WHEEL", []byte("Wheel-Version: 1.0\nGenerator: restage\nRoot-Is-Purelib: false\n" + tags.String()), 0o644},
		{info + "licenses/LICENSE", []byte(p.license), 0o644},
	}
	var record strings.Builder
	for _, f := range files {
		sum := sha256.Sum256(f.data)
		fmt.Fprintf(&record, "%s,sha256=%s,%d\n", f.name, base64.RawURLEncoding.EncodeToString(sum[:]), len(f.data))
	}
	fmt.Fprintf(&record, "%sRECORD,,\n", info)
	files = append(files, file{info + "RECORD", []byte(record.String()), 0o644})
	return p.create("restage-"+version+"-py3-none-"+at.wheel+".whl", func(out *os.File) error { return writeZip(out, files) })
}

// writeZip writes files with their modes and no dates, so that the same files
// give the same package.
func writeZip(out *os.File, files []file) error {
	z := zip.NewWriter(out)
	for _, f := range files {
		h := &zip.FileHeader{Name: f.name, Method: zip.Deflate}
		h.SetMode(f.mode)
		w, err := z.CreateHeader(h)
		if err != nil {
			return err
		}
		if _, err := bytes.NewReader(f.data).WriteTo(w); err != nil {
			return err
		}
	}
	return z.Close()
}
