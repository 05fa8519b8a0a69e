//go:build linux

// Command play records what real mail servers do when sessions go well and
// when they break: see package realservers.
//
//	go run ./internal/realservers/play -server postfix -out DIR
//	go run ./internal/realservers/play -demo
//	go run ./internal/realservers/play -list
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"smtpscope/internal/realservers"
)

func main() {
	server := flag.String("server", "postfix", "`name` of the server: "+strings.Join(realservers.Servers, ", ")+", or all")
	out := flag.String("out", "", "output `folder`; with -server all one below it for each")
	only := flag.String("only", "", "comma-separated `scenarios` to play in place of all")
	demo := flag.Bool("demo", false, "record the five sessions of testdata/demo")
	list := flag.Bool("list", false, "print the scenarios and which server is left out of which, and why")
	flag.Parse()
	if *list {
		realservers.WriteTable(os.Stdout)
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *server, *out, *only, *demo); err != nil {
		fmt.Fprintln(os.Stderr, "play:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, server, out, only string, demo bool) error {
	options := realservers.Options{Server: server, Dir: out, Log: logLine}
	if only != "" {
		options.Only = strings.Split(only, ",")
	}
	if demo {
		return realservers.RecordDemo(ctx, options)
	}
	if out == "" {
		return fmt.Errorf("-out is missing")
	}
	if server != "all" {
		return playServer(ctx, options)
	}
	for _, name := range realservers.Servers {
		one := options
		one.Server, one.Dir = name, out+"/"+name
		if err := playServer(ctx, one); err != nil {
			return err
		}
	}
	return nil
}

// playServer runs one server and says which plays did not go as written.
func playServer(ctx context.Context, o realservers.Options) error {
	result, err := realservers.Run(ctx, o)
	if err != nil {
		return err
	}
	rows, err := realservers.ReadTruth(result.Truth)
	if err != nil {
		return err
	}
	broken := 0
	for _, row := range rows {
		if row.Error != "" {
			broken++
			fmt.Printf("%s %s %d: %s\n", row.Server, row.Scenario, row.Number, row.Error)
		}
	}
	fmt.Printf("%s: %d sessions in %.1f s, %d not as written; in %s\n", o.Server, len(rows), result.Elapsed.Seconds(), broken, o.Dir)
	if broken > 0 {
		return fmt.Errorf("%s: %d sessions did not go as written", o.Server, broken)
	}
	return nil
}

func logLine(format string, args ...any) {
	fmt.Fprintf(os.Stderr, time.Now().Format("15:04:05 ")+format+"\n", args...)
}
