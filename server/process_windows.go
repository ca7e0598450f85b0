package server

import "syscall"

// alive says whether a process exists and has not ended.
func alive(pid int) bool {
	const synchronize, timeout = 0x00100000, 258
	h, err := syscall.OpenProcess(synchronize, false, uint32(pid))
	if err != nil {
		return err == syscall.ERROR_ACCESS_DENIED
	}
	defer syscall.CloseHandle(h)
	event, err := syscall.WaitForSingleObject(h, 0)
	return err == nil && event == timeout
}
