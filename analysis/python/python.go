// Package python holds the field's knowledge as tables and small functions:
// package managers, their versions and options, base images, Debian and
// Alpine packages. Every fact names its source. It reads no file and knows no
// Dockerfile.
package python
