package law

import (
	"encoding/hex"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"../record"
)

// Adopted is a measure whose decision is shown, with the text that was decided.
type Adopted struct {
	Number int
	Text   *record.Record
	// At is where the decision stands.
	At int64
}

// ShownBlock is what is shown of a block.
type ShownBlock struct {
	Record     *record.Record
	Statements []*record.Record
	Places     []int64
	Adopted    []Adopted
}

// FollowShown takes the council through a block of which some records are shown: statements about keys
// and seats are judged by the law, of the others who has signed; an adoption is believed.
func (c *Council) FollowShown(b ShownBlock) error {
	last := b.Record
	if err := c.checkDecidedBy(last); err != nil {
		return err
	}
	c.openAt(last.Time("time"))
	c.Height = last.Number("height")
	c.queueDueNotices()
	early := 0
	for early < len(b.Adopted) && len(b.Places) > 0 && b.Adopted[early].At < b.Places[len(b.Places)-1] {
		early++
	}
	if err := c.believe(b.Adopted[:early]); err != nil {
		return err
	}
	space := newRoom()
	for n, r := range b.Statements {
		if err := c.takeShown(r, b.Places[n], space); err != nil {
			return &Fault{b.Places[n], fmt.Errorf("%s of %s: %w", r.Kind, r.Get("by"), err)}
		}
	}
	c.renewShares(c.actFirst())
	if err := c.believe(b.Adopted[early:]); err != nil {
		return err
	}
	_, thawed := c.actLast()
	c.renewShares(thawed)
	if RosterDigest(c.Members) != last.Get("roster") {
		c.Changes++
	}
	return nil
}

// checkDecidedBy: a block names the roster that decides it and, of that, the proposer of its height and round.
func (c *Council) checkDecidedBy(block *record.Record) error {
	if due := RosterDigest(c.Members); block.Get("roster") != due || c.rules != 1 {
		return fmt.Errorf("block %s has the roster %s; the shown records lead to %s, under rules %d",
			block.Get("height"), block.Get("roster"), due, c.rules)
	}
	n := uint64(len(c.Members))
	due := c.Members[(block.Number("height")%n+block.Number("round")%n)%n].Code
	if block.Get("proposer") != due {
		return fmt.Errorf("block %s has the proposer %s; %s is due", block.Get("height"), block.Get("proposer"), due)
	}
	return nil
}

// believe has adopted measures act, those before the statements as those behind them. What cannot act
// cannot have been adopted.
func (c *Council) believe(adopted []Adopted) error {
	for _, a := range adopted {
		m := &Measure{
			Number: a.Number, Record: a.Text, Status: "adopted", noticeOf: a.Text.Get("departs"), sitting: c.codes(),
		}
		m.clear()
		if why := c.lostAlone(m); why != "" {
			return &Fault{a.At, fmt.Errorf("measure %d was adopted, and could not be: %s", a.Number, why)}
		}
		c.effect(m)
	}
	return nil
}

func (c *Council) takeShown(r *record.Record, place int64, space *room) error {
	if sortOf(r.Kind) > 2 {
		c.Statements++
		c.Signatures += len(r.Signatures)
		return c.CheckSignatures(r)
	}
	if !c.isNext(r) {
		return fmt.Errorf("it names another statement before it than the last of its chain")
	}
	return c.letIn(r, place, space)
}

// Bound tells the council where a block ends, for those that enter.
func (c *Council) Bound(size int64, root tlog.Hash) {
	c.boundaries = append(c.boundaries, boundary{size, root})
	if len(c.boundaries) > boundariesKept {
		c.boundaries = c.boundaries[1:]
	}
}

// Total is the whole weight as it stands.
func (c *Council) Total() uint64 { return c.total }

// BoundTo believes the checkpoint that an entry names: which blocks were the last ones then was for the
// nodes to judge.
func (c *Council) BoundTo(entry *record.Record) {
	size, _ := record.ParseNumber(entry.Row("checkpoint")[0])
	var root tlog.Hash
	raw, _ := hex.DecodeString(entry.Row("checkpoint")[1])
	copy(root[:], raw)
	c.Bound(int64(size), root)
}
