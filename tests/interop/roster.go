package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// follower holds the roster as the records change it. Nothing of a change is believed: the block
// record after it names the digest of the roster that decided its block.
type follower struct {
	g *genesis
	// acts at the end of this block; waiting in order, one change a party.
	acts    []func()
	waiting []waiting
	// The texts of measures and their revisions, by text hash.
	measures map[string]record
	// The last block's roster: it seals the size that ends there.
	sealing *genesis
	changes int
}

type waiting struct {
	code  string
	leave bool
	act   func()
}

func follow(g *genesis) *follower {
	return &follower{g: g, measures: map[string]record{}, sealing: g.copy()}
}

// take applies what one record changes; it is verified before, with the roster as it stands.
func (f *follower) take(r record) error {
	by := r.field("by")
	switch r.kind {
	case "measure", "revision":
		sum := sha256.Sum256([]byte(r.text))
		f.measures[hex.EncodeToString(sum[:])] = r
	case "keys":
		f.acts = append(f.acts, func() { f.changeOfficers(by, r) })
	case "freeze":
		f.acts = append(f.acts, func() { f.unqueue(by) })
	case "rotation":
		f.rotate(by, r)
	case "entry":
		f.enter(by, r)
	case "notice":
		if r.field("leaves") == "withdrawn" {
			f.withdraw(by)
		}
	case "decision":
		f.decide(r)
	case "block":
		return f.close(r)
	}
	return nil
}

// close checks that the block was decided by the roster that was followed here, then changes it:
// what concerns officers, seals and weights at once; of those that wait at most max(1, f).
func (f *follower) close(r record) error {
	if digest := f.g.rosterDigest(); r.field("roster") != digest {
		return fmt.Errorf("block %s is decided by the roster %s, and the records make %s",
			r.field("height"), r.field("roster"), digest)
	}
	f.sealing = f.g.copy()
	acts, most := f.acts, max(1, (len(f.g.members())-1)/3)
	f.acts = nil
	for _, act := range acts {
		act()
	}
	for ; most > 0 && len(f.waiting) > 0; most-- {
		first := f.waiting[0]
		f.waiting = f.waiting[1:]
		first.act()
	}
	if f.g.rosterDigest() != f.sealing.rosterDigest() {
		f.changes++
	}
	return nil
}

func max(a, b int) int {
	if a > b {
		return a
	}
	return b
}

func (f *follower) unqueue(code string) {
	var rest []waiting
	for _, w := range f.waiting {
		if w.code != code {
			rest = append(rest, w)
		}
	}
	f.waiting = rest
}

func (f *follower) queue(code string, leave bool, act func()) {
	f.unqueue(code)
	f.waiting = append(f.waiting, waiting{code, leave, act})
}

func (f *follower) withdraw(code string) {
	for _, w := range f.waiting {
		if w.code == code && w.leave {
			f.unqueue(code)
			return
		}
	}
}

func (f *follower) changeOfficers(code string, r record) {
	p := f.g.parties[code]
	p.required, _ = strconv.Atoi(r.field("threshold"))
	p.officers = nil
	for _, words := range r.lines("officer") {
		p.officers = append(p.officers, mustKey(f.g.name+"/"+code+"/"+words[0], typeEd25519, words[1]))
	}
	if recovery := r.field("recovery"); recovery != "" {
		p.recovery = mustKey(f.g.name+"/"+code+"/recovery", typeEd25519, recovery)
	}
}

// rotate: a node key waits its turn, with the seal key beside it; a seal key alone acts at once.
func (f *follower) rotate(code string, r record) {
	node, seal := r.field("node"), r.field("seal")
	act := func() {
		p := f.g.parties[code]
		if p == nil {
			return
		}
		if node != "" {
			p.node = []key{mustKey(f.g.origin(), typeEd25519, node)}
		}
		if seal != "" {
			p.seal = []key{mustKey(f.g.name+"/"+code, typeCosignature, seal)}
		}
	}
	if node == "" {
		f.acts = append(f.acts, act)
		return
	}
	f.queue(code, false, act)
}

// admitted is the entrant whose lines stand in the measure that its entry names.
func (f *follower) admitted(entry record) *party {
	cited := strings.Fields(entry.field("admitted-by"))
	if len(cited) != 2 {
		return nil
	}
	entrant, err := f.g.entrant(f.measures[cited[1]])
	if err != nil || entrant == nil || entrant.code != entry.field("by") {
		return nil
	}
	return entrant
}

func (f *follower) enter(code string, r record) {
	entrant := f.admitted(r)
	f.queue(code, false, func() {
		if f.g.parties[code] == nil {
			f.g.parties[code] = entrant
			f.g.order = append(f.g.order, code)
		}
	})
}

// decide: an adopted measure lets a member leave, appoints a participant, or changes weights.
func (f *follower) decide(r record) {
	measure := f.measures[r.field("text")]
	if r.field("outcome") != "adopted" {
		return
	}
	if code := measure.field("departs"); code != "" {
		f.queue(code, true, func() { f.g.remove(code) })
	}
	if p := f.g.appointed(measure); p != nil {
		f.acts = append(f.acts, func() {
			if f.g.parties[p.code] == nil {
				f.g.order = append(f.g.order, p.code)
			}
			f.g.parties[p.code] = p
		})
	}
	f.acts = append(f.acts, func() {
		for _, words := range measure.lines("weight") {
			if p := f.g.parties[words[0]]; p != nil {
				p.weight = words[1]
			}
		}
	})
}

// copy of the parties; keys are never changed in place.
func (g *genesis) copy() *genesis {
	c := &genesis{name: g.name, digest: g.digest, parties: map[string]*party{}}
	c.order = append(c.order, g.order...)
	for code, p := range g.parties {
		same := *p
		c.parties[code] = &same
	}
	return c
}

func (g *genesis) remove(code string) {
	var rest []string
	for _, other := range g.order {
		if other != code {
			rest = append(rest, other)
		}
	}
	if len(rest) > 0 {
		g.order = rest
		delete(g.parties, code)
	}
}

// rosterDigest = SHA-256 of the members' lines as a genesis has them.
func (g *genesis) rosterDigest() string {
	var text strings.Builder
	for _, p := range g.members() {
		fmt.Fprintf(&text, "member %s %s %d %s\n", p.code, p.weight, p.required, p.title)
		for _, k := range p.officers {
			label := k.name[strings.LastIndex(k.name, "/")+1:]
			fmt.Fprintf(&text, "officer %s %s %s\n", p.code, label, k.base64())
		}
		fmt.Fprintf(&text, "recovery %s %s\n", p.code, p.recovery.base64())
		fmt.Fprintf(&text, "node %s %s\n", p.code, p.node[0].base64())
		fmt.Fprintf(&text, "seal %s %s\n", p.code, p.seal[0].base64())
	}
	sum := sha256.Sum256([]byte(text.String()))
	return hex.EncodeToString(sum[:])
}

// appointed is the participant whose lines an appointment carries, the first one `appoints`; nil if
// the measure appoints nobody. Without officers its seat is vacant, and nobody signs for it.
func (g *genesis) appointed(measure record) *party {
	words := strings.Split(measure.field("appoints"), " ")
	if len(words) < 4 {
		return nil
	}
	p := &party{code: words[0]}
	p.required, _ = strconv.Atoi(words[1])
	for _, officer := range measure.lines("officer") {
		p.officers = append(p.officers,
			mustKey(g.name+"/"+p.code+"/"+officer[1], typeEd25519, officer[2]))
	}
	return p
}

// entrant is the member whose lines an accession carries: as in a genesis, the first one `admits`.
func (g *genesis) entrant(measure record) (*party, error) {
	with := g.copy()
	code := strings.SplitN(measure.field("admits"), " ", 2)[0]
	on := false
	for _, line := range strings.Split(measure.text, "\n") {
		if strings.HasPrefix(line, "admits ") {
			line, on = "member"+strings.TrimPrefix(line, "admits"), true
		}
		if on {
			if err := with.parseLine(strings.Split(line, " ")); err != nil {
				return nil, err
			}
		}
	}
	return with.parties[code], nil
}
