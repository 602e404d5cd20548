//go:build !linux

package redis

import "os/exec"

// dieWithUs does nothing here: only Linux can be asked for it.
func dieWithUs(*exec.Cmd) {}
