package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/cmd/wiring"
	"github.com/eidgate/eidgate/ports/inbound"
)

type blocklistCommand struct {
	Add    blocklistAdd    `cmd:"" help:"Block numbers. Standard input has a country and a number on each line, such as: SE YYYYMMDD-NNNN. Fingerprints alone are kept."`
	Remove blocklistRemove `cmd:"" help:"Free numbers, given as for add."`
	Count  blocklistCount  `cmd:"" help:"Say how many numbers are blocked."`
}

type blocklistAdd struct{}

// Run blocks what standard input lists, all or nothing.
func (blocklistAdd) Run(c *command) error { return c.blocklist(true) }

type blocklistRemove struct{}

// Run frees what standard input lists, all or nothing.
func (blocklistRemove) Run(c *command) error { return c.blocklist(false) }

func (c *command) blocklist(add bool) error {
	if isTerminal(c.in) {
		_, _ = fmt.Fprintln(c.err, "A country and a number on each line, such as SE YYYYMMDD-NNNN; end with Ctrl-D.")
	}
	entries, lines, err := readEntries(c.in)
	if err != nil {
		return err
	}
	return c.admin(func(a *wiring.Admin) error {
		numbers, at, err := a.Blocklist.Read(entries)
		if err != nil {
			return fmt.Errorf("line %d: %s", lines[at], oneLine(err))
		}
		if add {
			return a.Blocklist.Add(c.ctx, numbers)
		}
		return a.Blocklist.Remove(c.ctx, numbers)
	})
}

// readEntries takes lines apart at their first space and says on which line each entry was. Its errors quote nothing.
func readEntries(in io.Reader) (entries []organization.Entry, lines []int, err error) {
	scanner := bufio.NewScanner(in)
	for line := 1; scanner.Scan(); line++ {
		country, digits, _ := strings.Cut(strings.TrimSpace(scanner.Text()), " ")
		if country == "" {
			continue
		}
		entries = append(entries, organization.Entry{Country: strings.ToUpper(country), Digits: inbound.Digits(strings.TrimSpace(digits))})
		lines = append(lines, line)
	}
	if err := scanner.Err(); err != nil {
		return nil, nil, errors.New("standard input cannot be read to its end")
	}
	if len(entries) == 0 {
		return nil, nil, fmt.Errorf("%w: standard input has no line with a country and a number", errUsage)
	}
	return entries, lines, nil
}

type blocklistCount struct{}

// Run says how many numbers are blocked.
func (blocklistCount) Run(c *command) error {
	return c.admin(func(a *wiring.Admin) error {
		count, err := a.Blocklist.Count(c.ctx)
		if err != nil {
			return err
		}
		return c.say("%d\n", count)
	})
}
