// What Prometheus itself says of rule files and of expressions: the parts of its promtool that check them.
package main

import (
	"bufio"
	"fmt"
	"log/slog"
	"os"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

// prometheus-check FILE…: rule files. Without files: one expression a line on the standard input.
func main() {
	problems := 0
	tell := func(where string, err error) {
		problems++
		fmt.Printf("%s: %v\n", where, err)
	}
	p := parser.NewParser(parser.Options{})
	for _, file := range os.Args[1:] {
		_, errs := rulefmt.ParseFile(file, false, model.UTF8Validation, p, slog.Default())
		for _, err := range errs {
			tell(file, err)
		}
	}
	if len(os.Args) == 1 {
		lines := bufio.NewScanner(os.Stdin)
		for lines.Scan() {
			if _, err := p.ParseExpr(lines.Text()); err != nil {
				tell(lines.Text(), err)
			}
		}
	}
	if problems > 0 {
		os.Exit(1)
	}
}
