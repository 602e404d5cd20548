package redis

import (
	"os/exec"
	"syscall"
)

// dieWithUs has the kernel kill the command when this process is killed and cannot clean up.
func dieWithUs(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
