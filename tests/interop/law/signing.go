package law

import (
	"fmt"

	"../record"
)

func (c *Council) officer(code string, o Officer) record.Signer {
	return c.used.signer(code, used{o.Label, o.Key})
}

func (c *Council) recovery(code string, key record.Key) record.Signer {
	return c.used.signer(code, used{"recovery", key})
}

// Node is the signer that a member's node is as the log.
func (c *Council) Node(key record.Key) record.Signer { return c.used.signer("", used{"node", key}) }

// Seal is the signer of a member's seals.
func (c *Council) Seal(code string, key record.Key) record.Signer {
	return c.used.signer(code, used{"seal", key})
}

// speaker is the party that a statement is by; of an entry the entrant.
func (c *Council) speaker(r *record.Record) (*Party, error) {
	code := r.Get("by")
	if r.Kind == "entry" {
		a, admitted := c.admitted[code]
		if !admitted {
			return nil, fmt.Errorf("%s is not admitted", code)
		}
		return a.entrant, nil
	}
	p := c.party(code)
	if p == nil {
		return nil, fmt.Errorf("%s is no party of this council", code)
	}
	switch r.Kind {
	case "keys", "rotation", "notice":
		if !p.Member {
			return nil, fmt.Errorf("%s is no member", code)
		}
	}
	if len(p.Officers) == 0 {
		return nil, fmt.Errorf("the seat of %s is vacant", code)
	}
	return p, nil
}

// CheckSignatures: under a statement stand the signature lines that are due, in their order, and the
// note library verifies each.
func (c *Council) CheckSignatures(r *record.Record) error {
	if r.Get("council") != c.Digest {
		return fmt.Errorf("it is of another council")
	}
	p, err := c.speaker(r)
	if err != nil {
		return err
	}
	lines, due := r.Signatures, []record.Signer(nil)
	if r.Kind == "freeze" {
		due, err = c.freezers(p, lines)
	} else {
		officers, rest := c.signersOf(r, p)
		if officers {
			due, err = c.officersWho(p, lines)
		}
		due = append(due, rest...)
	}
	if err != nil {
		return err
	}
	if len(due) != len(lines) {
		return fmt.Errorf("%d signature lines, %d are due", len(lines), len(due))
	}
	for n, s := range due {
		if !lines[n].IsBy(s) {
			return fmt.Errorf("signature line %d is not by %s, which is due there", n+1, s.Called)
		}
	}
	return record.Open(r.Raw, due)
}

// freezers: one officer, or a member's recovery key.
func (c *Council) freezers(p *Party, lines []record.NoteLine) ([]record.Signer, error) {
	var may []record.Signer
	for _, o := range p.Officers {
		may = append(may, c.officer(p.Code, o))
	}
	if p.Member {
		may = append(may, c.recovery(p.Code, p.Recovery))
	}
	for _, s := range may {
		if lines[0].IsBy(s) {
			return []record.Signer{s}, nil
		}
	}
	return nil, fmt.Errorf("no officer of %s freezes", p.Code)
}

// officersWho are the k officers whose lines stand first, in the order of the roster.
func (c *Council) officersWho(p *Party, lines []record.NoteLine) ([]record.Signer, error) {
	var due []record.Signer
	for _, o := range p.Officers {
		if s := c.officer(p.Code, o); len(due) < p.Needs && len(due) < len(lines) && lines[len(due)].Name == s.Called {
			due = append(due, s)
		}
	}
	if len(due) < p.Needs {
		return nil, fmt.Errorf("%d officers of %s sign in their order, %d are due", len(due), p.Code, p.Needs)
	}
	return due, nil
}

// signersOf tells whether k officers sign first, and who signs then.
func (c *Council) signersOf(r *record.Record, p *Party) (bool, []record.Signer) {
	switch r.Kind {
	case "keys":
		rest := []record.Signer{c.recovery(p.Code, p.Recovery)}
		if r.Has("recovery") {
			rest = append(rest, c.recovery(p.Code, keyOf(r.Get("recovery"))))
		}
		for _, row := range r.All("officer") {
			if o := (Officer{row[0], keyOf(row[1])}); !p.hasOfficer(o) {
				rest = append(rest, c.officer(p.Code, o))
			}
		}
		return r.Has("recovery"), rest
	case "rotation":
		var rest []record.Signer
		if r.Has("node") {
			rest = append(rest, c.Node(keyOf(r.Get("node"))))
		}
		if r.Has("seal") {
			rest = append(rest, c.Seal(p.Code, keyOf(r.Get("seal"))))
		}
		return true, rest
	case "entry":
		return true, []record.Signer{c.recovery(p.Code, p.Recovery), c.Node(p.Node), c.Seal(p.Code, p.Seal)}
	}
	return true, nil
}

// Officers are the signers that a party's officers are.
func (c *Council) Officers(p *Party) []record.Signer {
	var signers []record.Signer
	for _, o := range p.Officers {
		signers = append(signers, c.officer(p.Code, o))
	}
	return signers
}
