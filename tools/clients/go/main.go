// Command client-go-probe does with a server what controllers written in Go do, by the libraries that they are written with, and prints
// what it sees: one JSON object per line. The first argument chooses what, lines of standard input tell it when to go on.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

var tasks = map[string]func(context.Context, *rest.Config) error{
	"informers":  runInformers,
	"writes":     runWrites,
	"elect":      runElection,
	"events":     runEvents,
	"discovery":  runDiscovery,
	"finalizers": runFinalizers,
}

var (
	kubeconfig = flag.String("kubeconfig", "", "where the server is")
	identity   = flag.String("identity", "one", "who takes part in an election")
)

func main() {
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, name string) error {
	task, found := tasks[name]
	if !found {
		return fmt.Errorf("there is no task %q", name)
	}
	config, err := clientcmd.BuildConfigFromFlags("", *kubeconfig)
	if err != nil {
		return err
	}
	config.QPS = -1 // no throttling of the client's own
	config.UserAgent = "client-go-probe/" + name
	return task(ctx, config)
}

var printing sync.Mutex

// say prints one line of what was seen.
func say(what string, fields map[string]any) {
	line := map[string]any{"what": what}
	for key, value := range fields {
		line[key] = value
	}
	printing.Lock()
	defer printing.Unlock()
	if err := json.NewEncoder(os.Stdout).Encode(line); err != nil {
		panic(err)
	}
}

var errNoMoreInput = errors.New("standard input ended")

// untilTold waits for the next line of standard input.
func untilTold(ctx context.Context) error {
	told := make(chan error, 1)
	go func() {
		_, err := input.ReadString('\n')
		if err != nil {
			err = errNoMoreInput
		}
		told <- err
	}()
	select {
	case err := <-told:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

var input = bufio.NewReader(os.Stdin)
