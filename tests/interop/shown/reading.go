// Package shown reads a log of which some records are shown: who sits and who signs for whom, and
// whether decisions follow from the votes that are shown.
package shown

import (
	"fmt"

	"../law"
	"../record"
)

// Decided is a decision that is shown.
type Decided struct {
	Record  *record.Record
	At      int64
	Verdict law.Verdict
}

// Reading is what was read so far.
type Reading struct {
	Council *law.Council
	// Roster is that of the last block.
	Roster  []*law.Party
	Decided map[string]*Decided
	// Texts of measures and revisions, and the measures of packages, by text hash.
	Texts    map[string]*record.Record
	Packages map[string][]string
	ended    map[string]bool
	seats    map[string][]law.Seats
	ballots  map[string]map[string]law.Heard
	mandates map[string]map[string]law.Heard
	block    law.ShownBlock
}

// New begins with a council as it was founded.
func New(council *law.Council) *Reading {
	r := &Reading{
		Council: council, Roster: council.Roster(), Decided: map[string]*Decided{},
		Texts: map[string]*record.Record{}, Packages: map[string][]string{}, ended: map[string]bool{},
		seats: map[string][]law.Seats{}, ballots: map[string]map[string]law.Heard{},
		mandates: map[string]map[string]law.Heard{},
	}
	r.noteSeats()
	return r
}

func (r *Reading) noteSeats() {
	digest, now := law.RosterDigest(r.Council.Members), r.Council.Seats()
	if known := r.seats[digest]; len(known) == 0 || !known[len(known)-1].Is(now) {
		r.seats[digest] = append(known, now)
	}
}

// MembersUnder are the codes of those who sat under the roster with this digest.
func (r *Reading) MembersUnder(roster string) []string {
	if known := r.seats[roster]; len(known) > 0 {
		return known[0].Codes()
	}
	return nil
}

// Take takes a record at its place, other than a block record.
func (r *Reading) Take(found *record.Record, at int64) error {
	switch found.Kind {
	case "genesis":
		return &law.Fault{Record: at, Why: fmt.Errorf("a second genesis")}
	case "decision":
		if err := r.decision(found, at); err != nil {
			return &law.Fault{Record: at, Why: err}
		}
	case "lapse":
		if err := r.checkEnding(found); err != nil {
			return &law.Fault{Record: at, Why: err}
		}
		r.end(found.Get("measure"))
	default:
		r.hear(found, at)
		r.block.Statements = append(r.block.Statements, found)
		r.block.Places = append(r.block.Places, at)
	}
	return nil
}

// hear keeps what a statement says of texts, packages and votes.
func (r *Reading) hear(found *record.Record, at int64) {
	number := found.Get("measure")
	switch found.Kind {
	case "measure", "revision":
		r.Texts[found.TextHash] = found
	case "package":
		r.Packages[found.TextHash] = nil
		for _, row := range found.All("measure") {
			r.Packages[found.TextHash] = append(r.Packages[found.TextHash], row[0])
		}
	case "ballot":
		if r.ballots[number] == nil {
			r.ballots[number] = map[string]law.Heard{}
		}
		r.ballots[number][found.Get("for")] = law.Heard{Record: found, At: at}
	case "mandate":
		// Only a member itself gives its mandate.
		if found.Get("by") != found.Get("for") || found.Get("to") == "none" {
			return
		}
		if r.mandates[number] == nil {
			r.mandates[number] = map[string]law.Heard{}
		}
		r.mandates[number][found.TextHash] = law.Heard{Record: found, At: at}
	}
}

// checkEnding: a measure ends once, in its own council, and as its text is where that is shown.
func (r *Reading) checkEnding(found *record.Record) error {
	if found.Get("council") != r.Council.Digest {
		return fmt.Errorf("a %s of another council", found.Kind)
	}
	if r.ended[found.Get("measure")] {
		return fmt.Errorf("measure %s has ended before", found.Get("measure"))
	}
	text := r.Texts[found.Get("text")]
	if text == nil {
		return nil
	}
	if err := r.Council.CheckNamed(found, text); err != nil {
		return fmt.Errorf("the %s on measure %s: %w", found.Kind, found.Get("measure"), err)
	}
	return nil
}

func (r *Reading) end(number string) {
	r.ended[number] = true
	delete(r.ballots, number)
	delete(r.mandates, number)
}

// decision compares a decision with the votes that are shown, and believes what it adopts.
func (r *Reading) decision(d *record.Record, at int64) error {
	if err := r.checkEnding(d); err != nil {
		return err
	}
	verdict, err := r.recount(d)
	if err != nil {
		return err
	}
	number, text := d.Get("measure"), r.Texts[d.Get("text")]
	r.end(number)
	if text != nil && d.Get("outcome") == "adopted" {
		r.block.Adopted = append(r.block.Adopted, law.Adopted{Number: int(d.Number("measure")), Text: text, At: at})
	}
	r.Decided[number] = &Decided{d, at, verdict}
	return nil
}

func (r *Reading) recount(d *record.Record) (law.Verdict, error) {
	if err := law.CheckHiddenReason(d); err != nil {
		return law.NotShown, err
	}
	text, number := r.Texts[d.Get("text")], d.Get("measure")
	if text == nil || r.Council.Charter.Kinds[text.Get("kind")] == nil ||
		r.Council.Charter.Rules[d.Get("rule")] == nil || r.Council.Charter.Rules[text.Get("rule")] == nil {
		return law.NotShown, nil
	}
	k := &law.Case{
		Decision: d, Text: text, Participating: r.participating(text),
		Ballots: r.ballots[number], Mandates: r.mandates[number],
	}
	if d.Has("package") {
		k.Package = r.Packages[d.Get("package")]
	}
	verdict := r.Council.Recount(k, r.seats[d.Get("roster")])
	if verdict == law.Differs {
		return verdict, fmt.Errorf("the decision on measure %s is not what its shown votes amount to", number)
	}
	return verdict, nil
}

// participating are those who take part in what an adopted measure, shown before, has authorised.
func (r *Reading) participating(text *record.Record) []string {
	cited := text.Row("authorised-by")
	if cited == nil || r.Texts[cited[1]] == nil || r.Decided[cited[0]] == nil {
		return nil
	}
	act := r.Decided[cited[0]].Record
	if act.Get("text") != cited[1] || act.Get("outcome") != "adopted" {
		return nil
	}
	var codes []string
	for _, row := range r.Texts[cited[1]].All("participating") {
		codes = append(codes, row[0])
	}
	return codes
}

// Block ends the block of the records so far with its own record, at this place.
func (r *Reading) Block(found *record.Record, at int64) error {
	shown := r.block
	r.block = law.ShownBlock{}
	shown.Record, r.Roster = found, r.Council.Roster()
	if err := r.Council.FollowShown(shown); err != nil {
		if _, placed := err.(*law.Fault); placed {
			return err
		}
		return &law.Fault{Record: at, Why: err}
	}
	r.noteSeats()
	return nil
}

// IsWithin tells whether a block is under way.
func (r *Reading) IsWithin() bool { return len(r.block.Statements)+len(r.block.Adopted) > 0 }
