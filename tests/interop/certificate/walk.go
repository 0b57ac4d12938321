package certificate

import (
	"fmt"

	"../law"
	"../record"
	"../shown"
)

// text is a text of a measure, with the roster of its block.
type text struct {
	record *record.Record
	roster string
}

// walk goes through the records of a certificate.
type walk struct {
	council  *law.Council
	measure  string
	reading  *shown.Reading
	last     *record.Record
	lastAt   uint64
	previous string
	texts    map[string]text
	// open are the records of the block under way, with their places.
	open []entry
	// ballots are the last ones of each code on the measure.
	ballots map[string]*record.Record
	// named are the texts under which statements name the measure, in their order.
	named    []string
	another  bool
	bound    map[string]bool
	ending   *record.Record
	endingAt uint64
	others   []*record.Record
}

func (w *walk) fault(at uint64, why error) error {
	if why == nil {
		return nil
	}
	if _, placed := why.(*law.Fault); placed {
		return why
	}
	return &law.Fault{Record: int64(at), Why: why}
}

// read goes through the records block by block.
func (w *walk) read(records []entry) error {
	var pending []*record.Record
	for _, e := range records {
		found, err := record.Parse(e.raw)
		if err != nil {
			return w.fault(e.index, err)
		}
		if found.Kind != "block" {
			pending, w.open = append(pending, found), append(w.open, e)
			continue
		}
		if err := w.checkHeader(found, e.index); err != nil {
			return w.fault(e.index, err)
		}
		for n, r := range pending {
			w.hear(r, w.open[n].index, found.Get("roster"))
			if err := w.reading.Take(r, int64(w.open[n].index)); err != nil {
				return err
			}
		}
		if err := w.reading.Block(found, int64(e.index)); err != nil {
			return err
		}
		w.last, w.lastAt, w.previous = found, e.index, law.LeafHash(e.raw)
		pending, w.open = nil, nil
	}
	if len(w.open) > 0 {
		return w.fault(w.open[0].index, fmt.Errorf("no block record stands behind it"))
	}
	return nil
}

// checkHeader: each block record names this council, its own index as size, a greater height and a later
// time than the one before; and that one, if the height is the next.
func (w *walk) checkHeader(found *record.Record, at uint64) error {
	height, previous := uint64(0), w.council.Digest
	if w.last != nil {
		height, previous = w.last.Number("height"), w.previous
		if found.Time("time") <= w.last.Time("time") {
			return fmt.Errorf("the block is not later than the one before it")
		}
	}
	if found.Number("height") <= height {
		return fmt.Errorf("the height %s is not above %d", found.Get("height"), height)
	}
	due := map[string]string{"council": w.council.Digest, "size": fmt.Sprint(at)}
	if found.Number("height") == height+1 {
		due["previous"] = previous
	}
	return law.CheckBlockRecord(found, due)
}

// hear keeps what a record says of the measure.
func (w *walk) hear(r *record.Record, at uint64, roster string) {
	on := r.Get("measure") == w.measure
	if on && r.Has("text") && r.IsStatement() {
		w.named = append(w.named, r.Get("text"))
	}
	switch r.Kind {
	case "measure", "revision":
		w.texts[r.TextHash] = text{r, roster}
	case "package":
		w.hearPackage(r)
	case "ballot":
		if w.another = w.another || !on; on {
			w.ballots[r.Get("for")] = r
		}
	case "decision":
		if !on {
			w.others = append(w.others, r)
		}
		w.end(r, at, on)
	case "lapse":
		w.end(r, at, on)
	case "withdrawal":
		w.end(r, at, w.bound[r.Get("measure")])
	case "entry":
		w.reading.Council.BoundTo(r)
	}
}

func (w *walk) end(r *record.Record, at uint64, ends bool) {
	if ends && w.ending == nil {
		w.ending, w.endingAt = r, at
	}
}

func (w *walk) hearPackage(r *record.Record) {
	bound := map[string]bool{}
	for _, row := range r.All("measure") {
		bound[row[0]] = true
		if row[0] == w.measure {
			w.named = append(w.named, row[1])
		}
	}
	if bound[w.measure] {
		w.bound = bound
	}
}
