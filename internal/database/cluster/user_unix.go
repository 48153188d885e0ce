//go:build unix

package cluster

import (
	"errors"
	"os"
	"os/exec"
	"os/user"
	"strconv"
	"syscall"
)

// lesser is the user that stands in for root.
func lesser() (uid, gid int, err error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		if uid, err = strconv.Atoi(u.Uid); err != nil {
			continue
		}
		if gid, err = strconv.Atoi(u.Gid); err != nil {
			continue
		}
		return uid, gid, nil
	}
	return 0, 0, errors.New("PostgreSQL does not run as root and there is no user postgres or nobody: run the tests as an ordinary user")
}

func give(dir string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	uid, gid, err := lesser()
	if err != nil {
		return err
	}
	return os.Chown(dir, uid, gid)
}

func demote(cmd *exec.Cmd) error {
	if os.Geteuid() != 0 {
		return nil
	}
	uid, gid, err := lesser()
	if err != nil {
		return err
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}} // #nosec G115 -- users have numbers of 32 bits
	return nil
}
