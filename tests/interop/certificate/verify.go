package certificate

import (
	"fmt"
	"strings"

	"../export"
	"../law"
	"../record"
	"../shown"
)

// Verdict is what a certificate shows.
type Verdict struct {
	// Words are VERIFIED, VERIFIED AS FAR AS IT IS PUBLIC, or NOT final: missing and codes.
	Words string
	// Status is the exit status.
	Status  int
	Measure string
	Title   string
	Ending  *record.Record
	At      uint64
}

// Verify judges a certificate by the council digest that the caller brings.
func Verify(raw []byte, digest string) (*Verdict, error) {
	f, err := parse(raw)
	if err != nil {
		return nil, err
	}
	council, err := export.Found(f.genesis, digest)
	if err != nil {
		return nil, fmt.Errorf("genesis: %w", err)
	}
	if f.marking != "" && f.marking != council.Charter.Marking {
		return nil, fmt.Errorf("it is marked %q, and the charter marks %q", f.marking, council.Charter.Marking)
	}
	checkpoint, err := export.ParseCheckpoint(f.checkpoint)
	if err != nil {
		return nil, err
	}
	size := uint64(checkpoint.Tree.N)
	if checkpoint.Origin != council.Log {
		return nil, fmt.Errorf("checkpoint of %q, genesis of %q", checkpoint.Origin, council.Log)
	}
	root, err := f.root(size, council.GenesisText())
	if err == nil && root != checkpoint.Tree.Hash {
		err = fmt.Errorf("genesis and records hash to %v, the checkpoint says %v", root, checkpoint.Tree.Hash)
	}
	if err != nil {
		return nil, err
	}
	w := &walk{
		council: council, measure: f.measure, reading: shown.New(council), texts: map[string]text{},
		ballots: map[string]*record.Record{}, bound: map[string]bool{f.measure: true},
	}
	if err := w.read(f.records); err != nil {
		return nil, err
	}
	if w.last == nil || w.lastAt+1 != size {
		return nil, fmt.Errorf("the last record is not the block record that ends the log")
	}
	if err := checkpoint.CheckSeals(council, w.reading.Roster); err != nil {
		return nil, err
	}
	return w.conclude()
}

// inForce is the text that was decided, or that stands, by its hash; empty if none is shown.
func (w *walk) inForce() string {
	if w.ending != nil && w.ending.Kind != "withdrawal" {
		return w.ending.Get("text")
	}
	best, revision := "", uint64(0)
	for hash, t := range w.texts {
		if t.record.Get("revises") == w.measure && t.record.Number("revision") > revision {
			best, revision = hash, t.record.Number("revision")
		}
	}
	if best == "" && len(w.named) > 0 {
		best = w.named[len(w.named)-1]
	}
	return best
}

// first is the text with which the measure of a text was tabled.
func (w *walk) first(hash string) (text, bool) {
	for range append(make([]bool, len(w.texts)), true) {
		t, known := w.texts[hash]
		if !known || t.record.Kind == "measure" {
			return t, known
		}
		hash = t.record.Row("revises")[1]
	}
	return text{}, false
}

// conclude is what the records amount to.
func (w *walk) conclude() (*Verdict, error) {
	hash := w.inForce()
	t, known := w.texts[hash]
	v := &Verdict{Words: "VERIFIED", Measure: w.measure, Ending: w.ending, At: w.endingAt}
	if known {
		v.Title = t.record.Get("title")
	}
	if w.another {
		return nil, fmt.Errorf("it has ballots on another measure")
	}
	if w.ending == nil {
		v.Words, v.Status = "NOT final: missing "+strings.Join(w.missing(hash), " "), 1
		return v, nil
	}
	if !known && w.ending.Kind != "withdrawal" {
		return nil, fmt.Errorf("it lacks the text that was decided")
	}
	if w.ending.Kind != "decision" {
		return v, nil
	}
	if err := w.checkDecision(hash); err != nil {
		return nil, w.fault(w.endingAt, err)
	}
	if w.reading.Decided[w.measure].Verdict == law.Counted {
		return v, nil
	}
	if !w.ending.Has("votes") || len(w.ballots) > 0 {
		return nil, w.fault(w.endingAt, fmt.Errorf("it lacks ballots that the decision rests on"))
	}
	v.Words, v.Status = "VERIFIED AS FAR AS IT IS PUBLIC", 4
	return v, nil
}

// checkDecision: it names the roster under which the measure was tabled, and its package is shown.
func (w *walk) checkDecision(hash string) error {
	first, known := w.first(hash)
	if known && first.roster != w.ending.Get("roster") {
		return fmt.Errorf("the decision names the roster %s; the measure was tabled under %s",
			w.ending.Get("roster"), first.roster)
	}
	pack := w.ending.Get("package")
	if pack == "" {
		return nil
	}
	numbers, shown := w.reading.Packages[pack]
	if !shown {
		return fmt.Errorf("it lacks the statement that bound its package")
	}
	for _, number := range numbers {
		decided := number == w.measure
		for _, other := range w.others {
			decided = decided || other.Get("measure") == number && other.Get("package") == pack
		}
		if !decided {
			return fmt.Errorf("it lacks the decision on measure %s of its package", number)
		}
	}
	return nil
}

// missing are those who had not signed, as far as the certificate shows.
func (w *walk) missing(hash string) []string {
	t, known := w.first(hash)
	if !known {
		t, known = w.texts[hash]
	}
	var members []string
	if known {
		members = w.reading.MembersUnder(t.roster)
	}
	if members == nil {
		for _, p := range w.reading.Roster {
			members = append(members, p.Code)
		}
	}
	var codes []string
	for _, code := range members {
		b := w.ballots[code]
		signed := b != nil && b.Get("text") == hash && b.Get("position") != "retracted"
		if !signed && !(known && w.isLeftOut(t.record, code)) {
			codes = append(codes, code)
		}
	}
	return codes
}

func (w *walk) isLeftOut(t *record.Record, code string) bool {
	rule := w.council.Charter.Rules[t.Get("rule")]
	if rule == nil {
		return false
	}
	switch rule.Whose {
	case "minus-concerned":
		return t.Get("concerns") == code
	case "participating":
		cited := t.Row("authorised-by")
		if cited == nil {
			return false
		}
		authorising, known := w.texts[cited[1]]
		if !known || !authorising.record.Has("participating") {
			return false
		}
		for _, row := range authorising.record.All("participating") {
			if row[0] == code {
				return false
			}
		}
		return true
	}
	return false
}
