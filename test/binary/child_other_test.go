//go:build !linux

package binary_test

import "syscall"

// dieWithUs does nothing here: only Linux can be asked for it.
func dieWithUs() *syscall.SysProcAttr { return nil }
