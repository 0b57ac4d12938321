package export

import (
	"bytes"
	"fmt"

	"../law"
	"../record"
	"../shown"
)

// followPublic reads the records that a public export shows: no block is left out, and each stands
// above the tree that it names.
func (r *Report) followPublic(entries [][]byte, stored hashes) error {
	reading := shown.New(r.Council)
	walk := &publicWalk{r, reading, stored, r.Council.Digest, 0, nil}
	if len(entries[0]) == 0 || !bytes.Equal(entries[0], r.Council.GenesisText()) {
		return fmt.Errorf("record 0 is not the genesis")
	}
	r.Shown = 1
	for n, raw := range entries[1:] {
		if len(raw) == 0 {
			continue
		}
		r.Shown++
		if err := walk.take(raw, int64(n+1)); err != nil {
			return err
		}
	}
	if walk.end != int64(len(entries)) {
		return fmt.Errorf("the log does not end with the record of a block")
	}
	r.Sealing = reading.Roster
	for number, decided := range reading.Decided {
		line := fmt.Sprintf("measure %s %s: %s", number, decided.Record.Get("outcome"), decided.Record.Get("title"))
		if decided.Verdict == law.Counted {
			line += " (its votes are shown, and are those that were counted)"
		}
		r.PublicDecided = append(r.PublicDecided, line)
	}
	return nil
}

type publicWalk struct {
	report   *Report
	reading  *shown.Reading
	stored   hashes
	previous string
	end      int64
	last     *record.Record
}

func (w *publicWalk) take(raw []byte, at int64) error {
	found, err := record.Parse(raw)
	if err != nil {
		return &law.Fault{Record: at, Why: err}
	}
	w.report.Kinds[found.Kind]++
	if found.Kind != "block" {
		return w.reading.Take(found, at)
	}
	if err := w.checkHeader(found, at); err != nil {
		return &law.Fault{Record: at, Why: err}
	}
	if err := w.reading.Block(found, at); err != nil {
		return err
	}
	w.report.keys.take(w.reading.Council, w.end, w.reading.Roster)
	behind, err := treeOf(at+1, w.stored)
	w.reading.Council.Bound(behind.N, behind.Hash)
	w.previous, w.end, w.last = law.LeafHash(raw), at+1, found
	return err
}

// checkHeader: blocks follow one another without a gap, later and later.
func (w *publicWalk) checkHeader(found *record.Record, at int64) error {
	before, err := treeOf(at, w.stored)
	if err != nil {
		return err
	}
	height := uint64(1)
	if w.last != nil {
		height = w.last.Number("height") + 1
		if found.Time("time") <= w.last.Time("time") {
			return fmt.Errorf("block %d is not later than the one before it", height)
		}
	}
	due := map[string]string{
		"council": w.reading.Council.Digest, "height": fmt.Sprint(height), "previous": w.previous,
		"size": fmt.Sprint(at), "root": fmt.Sprintf("%x", before.Hash[:]),
	}
	return law.CheckBlockRecord(found, due)
}
