package law

import (
	"bytes"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"../record"
)

const (
	blockBytesMost   = 5_242_880
	BlockRecordsMost = blockBytesMost/80 + 1
)

// Block is the records of one block with the place of the first; the block record stands last.
type Block struct {
	First   int64
	Records []*record.Record
}

// Fault is what does not follow, with its record.
type Fault struct {
	Record int64
	Why    error
}

func (f *Fault) Error() string { return fmt.Sprintf("record %d: %v", f.Record, f.Why) }

// cursor goes through the records of one block.
type cursor struct {
	block Block
	at    int
}

func (b *cursor) place() int64 { return b.block.First + int64(b.at) }

func (b *cursor) next() *record.Record { return b.block.Records[b.at] }

func (b *cursor) left() int { return len(b.block.Records) - 1 - b.at }

// Follow takes the council through one block. The tree is that before the block record and behind it.
func (c *Council) Follow(b Block, previous string, before, behind tlog.Tree) error {
	at := &cursor{block: b}
	if err := c.follow(at, previous, before); err != nil {
		return &Fault{at.place(), err}
	}
	c.boundaries = append(c.boundaries, boundary{behind.N, behind.Hash})
	if len(c.boundaries) > boundariesKept {
		c.boundaries = c.boundaries[1:]
	}
	return nil
}

func (c *Council) follow(at *cursor, previous string, before tlog.Tree) error {
	last := at.block.Records[len(at.block.Records)-1]
	roster, codes := RosterDigest(c.Members), c.codes()
	if err := c.begin(at, last); err != nil {
		return err
	}
	if err := expect(at, c.opening(), "what the block's time brings about"); err != nil {
		return err
	}
	if err := c.takeStatements(at, previous); err != nil {
		return err
	}
	c.renewShares(c.actFirst())
	if err := expect(at, c.closing(), "what the statements bring about"); err != nil {
		return err
	}
	acted, thawed := c.actLast()
	c.renewShares(thawed)
	if at.left() > 0 {
		return fmt.Errorf("a %s has no place here", at.next().Kind)
	}
	if at.at == 0 && acted == 0 {
		return fmt.Errorf("a block without anything but its record")
	}
	if RosterDigest(c.Members) != roster {
		c.Changes++
	}
	n := uint64(len(codes))
	proposer := codes[(c.Height%n+last.Number("round")%n)%n]
	return CheckBlockRecord(last, map[string]string{
		"council": c.Digest, "height": fmt.Sprint(c.Height), "previous": previous, "proposer": proposer,
		"roster": roster, "size": fmt.Sprint(before.N), "root": fmt.Sprintf("%x", before.Hash[:]),
	})
}

// CheckBlockRecord compares a block record with the lines that are due.
func CheckBlockRecord(last *record.Record, due map[string]string) error {
	for name, value := range due {
		if last.Get(name) != value {
			return fmt.Errorf("block %s has the %s %s; %s is due", last.Get("height"), name, last.Get(name), value)
		}
	}
	return nil
}

func (c *Council) begin(at *cursor, last *record.Record) error {
	sum := 0
	for _, r := range at.block.Records {
		sum += len(r.Raw)
	}
	if c.rules != 1 || sum > blockBytesMost {
		return fmt.Errorf("a block of %d bytes, under rules %d", sum, c.rules)
	}
	time := last.Time("time")
	if c.Height++; time <= c.time {
		return fmt.Errorf("the block is not later than the one before it")
	}
	c.openAt(time)
	return nil
}

// openAt begins a block at this time.
func (c *Council) openAt(time int64) {
	c.time, c.pending = time, newPending()
	if day := time / dayMs; day != c.day {
		c.day, c.days, c.renewed = day, map[string]share{}, map[string]bool{}
	}
}

// expect: the due records stand here, byte by byte.
func expect(at *cursor, due [][]byte, what string) error {
	for _, raw := range due {
		if at.left() == 0 || !bytes.Equal(at.next().Raw, raw) {
			return fmt.Errorf("not %s, which is: %.300q", what, raw)
		}
		at.at++
	}
	return nil
}

// opening: what ends before the statements, at its deadline or because it cannot be decided any more.
func (c *Council) opening() [][]byte {
	c.queueDueNotices()
	var due []*Measure
	seen := map[int]bool{}
	for _, m := range c.openMeasures() {
		first := c.bound(m)[0]
		if (m.Closes <= c.time || c.lost(m) != "") && !seen[first.Number] {
			seen[first.Number] = true
			due = append(due, first)
		}
	}
	var records [][]byte
	for _, first := range due {
		if len(records)+len(c.bound(first)) > endingsMost {
			break
		}
		switch {
		case c.lost(first) != "":
			records = append(records, c.lapseAll(first)...)
		case first.Closes <= c.time:
			records = append(records, c.end(first, "its deadline passed")...)
		}
	}
	return records
}

// lapseAll ends a measure that cannot be decided any more, and its package.
func (c *Council) lapseAll(first *Measure) [][]byte {
	var records [][]byte
	for _, m := range c.bound(first) {
		records = append(records, c.lapse(m, c.lost(m)))
	}
	for _, m := range c.bound(first) {
		m.Status = "lapsed"
	}
	return records
}

// end ends a measure and its package by the ballots that are in; all are judged before any of them acts.
func (c *Council) end(first *Measure, why string) [][]byte {
	var records [][]byte
	bound, outcomes := c.bound(first), []string{}
	for _, m := range bound {
		outcome, reason := "lapsed", ""
		if len(m.missing()) == 0 {
			outcome, reason = c.outcome(m)
			records = append(records, c.decision(m, outcome, reason))
			c.decisions++
		} else {
			records = append(records, c.lapse(m, why))
		}
		outcomes = append(outcomes, outcome)
	}
	for n, m := range bound {
		if m.Status = outcomes[n]; m.Status == "adopted" {
			c.adopt(m)
		}
	}
	return records
}

// closing: each open measure is withdrawn, revised, closed, or adopted.
func (c *Council) closing() [][]byte {
	p, space := c.pending, endingsMost
	for number := range p.closed {
		if !p.withdrawn[number] && p.revised[number] == nil {
			space--
		}
	}
	var records [][]byte
	for _, m := range c.openMeasures() {
		bound := c.bound(m)
		switch {
		case bound[0] != m:
		case p.withdrawn[m.Number]:
			for _, other := range bound {
				other.Status = "withdrawn"
			}
		case p.revised[m.Number] != nil:
			m.Record = p.revised[m.Number]
			m.Closes = m.Record.Time("closes")
			m.Revision++
			m.clear()
		case c.lost(m) != "":
		case p.closed[m.Number] != nil:
			records = append(records, c.end(m, "it was closed")...)
		case c.isAdoptable(m) && len(bound) <= space:
			space -= len(bound)
			records = append(records, c.end(m, "")...)
		}
	}
	return records
}
