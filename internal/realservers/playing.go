//go:build linux

package realservers

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"
	"slices"
	"sync"
	"time"
)

// spacing is the time between the beginnings of two scenarios. All in one
// instant would be a test of the server's backlog and of nothing else; the
// demo is to be read by people.
func (o *order) spacing() time.Duration {
	if o.Demo {
		return 700 * time.Millisecond
	}
	return 20 * time.Millisecond
}

const (
	startLimit = 30 * time.Second        // for a server to listen
	playLimit  = 90 * time.Second        // for all scenarios of a run
	stragglers = 1500 * time.Millisecond // of recording after the last step
)

// chosen is the part of the table that the order wants and the server can do.
func chosen(o *order) []Scenario {
	all := scenarios
	if o.Demo {
		all = demoScenarios
	}
	var table []Scenario
	for _, s := range all {
		if s.not[o.Server] == "" && (len(o.Only) == 0 || slices.Contains(o.Only, s.Name)) {
			table = append(table, s)
		}
	}
	return table
}

// recorded runs f while tcpdump listens at both vantage points.
func recorded(ctx context.Context, f func()) error {
	gateway, err := record(ctx, gatewayNS, "eth0", filepath.Join(recordDir, captureFile))
	if err != nil {
		return err
	}
	clients, err := record(ctx, "", "to-router", filepath.Join(recordDir, clientCaptureFile))
	if err != nil {
		return err
	}
	f()
	time.Sleep(stragglers)
	return errors.Join(gateway.stop(), clients.stop())
}

// playAll plays the table, all scenarios at once, each from its own address.
func playAll(ctx context.Context, env *environment, table []Scenario, clients []string, spacing time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, playLimit)
	defer cancel()
	var wg sync.WaitGroup
	for i := range table {
		wg.Go(func() {
			time.Sleep(time.Duration(i) * spacing)
			playOne(ctx, env, &table[i], clients[i], clientHost(i))
		})
	}
	wg.Wait()
}

func playOne(ctx context.Context, env *environment, s *Scenario, ip, host string) {
	c := env.session(ctx, s, ip, host, 1)
	defer func() {
		if p := recover(); p != nil {
			c.row.Error = fmt.Sprintf("the play panicked: %v\n%s", p, debug.Stack())
		}
	}()
	s.play(c)
	end := time.Now().UTC()
	env.mu.Lock()
	defer env.mu.Unlock()
	for _, row := range env.rows {
		if row.Scenario == s.Name && row.End.IsZero() {
			row.End = end
		}
	}
}
