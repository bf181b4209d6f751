//go:build unix

package main

import "syscall"

// freeSpace is how many bytes can still be written into a folder; false = the system does not say.
func freeSpace(dir string) (uint64, bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return 0, false
	}
	return uint64(s.Bavail) * uint64(s.Bsize), true //nolint:gosec,unconvert // the types differ between systems
}
