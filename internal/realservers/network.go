//go:build linux

package realservers

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"
)

// The network: three namespaces in a row.
//
//	clients ──(to-router)   (clients)── router ──(gateway)   (eth0)── gateway
//	198.18.0.0/15                                                     192.0.2.0/24
//
// The process that plays the clients stays in the namespace it was started in;
// router and gateway have names in a /run that only this run can see.
const (
	routerNS  = "smtpscope-router"
	gatewayNS = "smtpscope-gateway"

	routerClientSide  = "198.19.255.254"
	routerGatewaySide = "192.0.2.1"
	gatewayIP         = "192.0.2.25"
)

// clientIP is the address of the n-th scenario, counted from 0.
func clientIP(server, n int) string { return fmt.Sprintf("198.18.%d.%d", server+1, n+1) }

// clientHost is the name that the gateway's hosts file has for that address.
func clientHost(n int) string { return fmt.Sprintf("client-%d.example.net", n+1) }

// buildNetwork makes the namespaces, links, addresses and routes.
func buildNetwork(ctx context.Context, clients []string) error {
	steps := `
netns add smtpscope-router
netns add smtpscope-gateway
link add to-router type veth peer name clients netns smtpscope-router
link add eth0 netns smtpscope-gateway type veth peer name gateway netns smtpscope-router
link set lo up
addr add 198.19.255.253/15 dev to-router
link set to-router up
route add default via ` + routerClientSide + `
`
	for _, ip := range clients {
		steps += "addr add " + ip + "/15 dev to-router\n"
	}
	if err := ipBatch(ctx, "", steps); err != nil {
		return err
	}
	router := "addr add " + routerClientSide + "/15 dev clients\nlink set clients up\n" +
		"addr add " + routerGatewaySide + "/24 dev gateway\nlink set gateway up\nlink set lo up\n"
	if err := ipBatch(ctx, routerNS, router); err != nil {
		return err
	}
	gateway := "addr add " + gatewayIP + "/24 dev eth0\nlink set eth0 up\nlink set lo up\nroute add default via " + routerGatewaySide + "\n"
	if err := ipBatch(ctx, gatewayNS, gateway); err != nil {
		return err
	}
	return tuneNetwork()
}

// tuneNetwork lets the router forward and makes the links carry what a wire
// would: no segments above the MTU, no checksums left to hardware.
func tuneNetwork() error {
	err := inNamespace(routerNS, func() error {
		if err := os.WriteFile("/proc/sys/net/ipv4/ip_forward", []byte("1"), 0o644); err != nil {
			return err
		}
		return firstError(plainWire("clients"), plainWire("gateway"))
	})
	return firstError(err, plainWire("to-router"),
		inNamespace(gatewayNS, func() error { return plainWire("eth0") }))
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// ipBatch gives ip(8) its lines in the named namespace, "" for the clients'.
func ipBatch(ctx context.Context, ns, lines string) error {
	args := []string{"-batch", "-"}
	if ns != "" {
		args = append([]string{"-netns", ns}, args...)
	}
	return runTool(ctx, strings.TrimLeft(lines, "\n"), "ip", args...)
}

// runTool runs a program with text on its standard input; its complaint
// becomes the error.
func runTool(ctx context.Context, stdin, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdin = strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, bytes.TrimSpace(out))
	}
	return nil
}

// inNamespace runs f on a thread that is in the named network namespace.
// Sockets that f opens and processes that it starts belong to that namespace.
func inNamespace(name string, f func() error) error {
	done := make(chan error, 1)
	go func() {
		// Never unlocked: the runtime ends the thread with the goroutine, so
		// no other goroutine can be scheduled into the wrong namespace.
		runtime.LockOSThread()
		done <- func() error {
			ns, err := os.Open("/run/netns/" + name)
			if err != nil {
				return err
			}
			defer ns.Close()
			if err := unix.Setns(int(ns.Fd()), unix.CLONE_NEWNET); err != nil {
				return fmt.Errorf("enter %s: %w", name, err)
			}
			return f()
		}()
	}()
	return <-done
}
