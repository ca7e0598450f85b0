//go:build unix

package main

import (
	"os"
	"syscall"
)

// keepOwner gives the new file the old one's owner where that is permitted:
// root must not take a user's file over.
func keepOwner(f *os.File, old os.FileInfo) {
	if s, ok := old.Sys().(*syscall.Stat_t); ok {
		_ = f.Chown(int(s.Uid), int(s.Gid)) // only root may, and only root needs to
	}
}
