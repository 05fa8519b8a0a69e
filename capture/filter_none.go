//go:build !cgo

package capture

func compileBPF(int32, string) (bpfProgram, error) { return nil, ErrNoFilter }
