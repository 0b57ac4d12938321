package law

import (
	"encoding/hex"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"../record"
)

// freeze lets a freeze in; it acts at the end of the block.
func (c *Council) freeze(r *record.Record, _ int64) error {
	code := r.Get("by")
	if c.pending.frozen[code] || c.party(code).Frozen && c.pending.officers[code] == nil {
		return fmt.Errorf("%s is frozen already", code)
	}
	c.pending.frozen[code] = true
	c.pending.own = append(c.pending.own, r)
	return nil
}

// changeKeys lets a change of officers in; it ends a freeze.
func (c *Council) changeKeys(r *record.Record, _ int64) error {
	code := r.Get("by")
	p := c.member(code)
	if c.pending.officers[code] != nil {
		return fmt.Errorf("%s changes its officers twice in a block", code)
	}
	same := r.Number("threshold") == uint64(p.Needs) && len(r.All("officer")) == len(p.Officers)
	var brings []used
	for n, row := range r.All("officer") {
		o := Officer{row[0], keyOf(row[1])}
		same = same && p.Officers[n] == o
		if !p.hasOfficer(o) {
			brings = append(brings, used{o.Label, o.Key})
		}
	}
	if r.Has("recovery") {
		brings = append(brings, used{"recovery", keyOf(r.Get("recovery"))})
	}
	if same && !r.Has("recovery") && !p.Frozen && !c.pending.frozen[code] {
		return fmt.Errorf("a change that changes nothing")
	}
	if err := c.bring(code, brings); err != nil {
		return err
	}
	c.pending.officers[code] = r
	c.pending.own = append(c.pending.own, r)
	return nil
}

// bring: every key is new, and none that another entrant brings.
func (c *Council) bring(code string, keys []used) error {
	for _, k := range keys {
		for other, a := range c.admitted {
			for _, theirs := range a.entrant.keys() {
				if other != code && theirs.key == k.key {
					return fmt.Errorf("the key %s is an entrant's", record.Encode64(k.key[:]))
				}
			}
		}
		if !c.used.isNew(code, k) {
			return fmt.Errorf("the key %s was used before", record.Encode64(k.key[:]))
		}
		c.used.add(code, k)
	}
	return nil
}

// waits tells whether a change of the member's node keys, an entry or a departure is under way.
func (c *Council) waits(code string) bool {
	for _, change := range append(append([]change(nil), c.queue...), c.pending.seals...) {
		if change.code == code {
			return true
		}
	}
	return false
}

func (c *Council) rotate(r *record.Record, _ int64) error {
	code := r.Get("by")
	if c.waits(code) {
		return fmt.Errorf("%s has a change under way", code)
	}
	next := change{code: code, what: "rotate", withSeal: r.Has("seal")}
	var brings []used
	if r.Has("node") {
		next.node = keyOf(r.Get("node"))
		brings = append(brings, used{"node", next.node})
	}
	if r.Has("seal") {
		next.seal = keyOf(r.Get("seal"))
		brings = append(brings, used{"seal", next.seal})
	}
	if err := c.bring(code, brings); err != nil {
		return err
	}
	if r.Has("node") {
		c.queue = append(c.queue, next)
	} else {
		c.pending.seals = append(c.pending.seals, next)
	}
	return nil
}

func (c *Council) notice(r *record.Record, _ int64) error {
	code := r.Get("by")
	_, stands := c.notices[code]
	if c.pending.noticed[code] || stands == (r.Get("leaves") == "given") {
		return fmt.Errorf("the notice of %s is so already, or is its second one in the block", code)
	}
	c.pending.noticed[code] = true
	c.pending.own = append(c.pending.own, r)
	return nil
}

func (c *Council) enter(r *record.Record, _ int64) error {
	code := r.Get("by")
	a, admitted := c.admitted[code]
	cited := r.Row("admitted-by")
	if !admitted || cited[0] != fmt.Sprint(a.measure.Number) || cited[1] != a.measure.Record.TextHash {
		return fmt.Errorf("%s is not admitted so", code)
	}
	if c.waits(code) || len(c.Members)+c.entering() >= membersMost {
		return fmt.Errorf("%s enters already, or the roster is full", code)
	}
	size, _ := record.ParseNumber(r.Row("checkpoint")[0])
	var root tlog.Hash
	raw, _ := hex.DecodeString(r.Row("checkpoint")[1])
	copy(root[:], raw)
	known := false
	for _, b := range c.boundaries {
		known = known || uint64(b.size) == size && b.root == root
	}
	sealed, _ := record.Base64(r.Get("sealed"))
	text := fmt.Sprintf("%s\n%d\n%s\n", c.Log, size, record.Encode64(root[:]))
	if !known || !c.Seal(code, a.entrant.Seal).Verify([]byte(text), sealed) {
		return fmt.Errorf("%s has not sealed one of the last %d sizes", code, boundariesKept)
	}
	if err := c.bring(code, a.entrant.keys()); err != nil {
		return err
	}
	c.queue = append(c.queue, change{code: code, what: "enter", entrant: a.entrant})
	return nil
}

func (c *Council) unqueue(drop func(change) bool) {
	var rest []change
	for _, waits := range c.queue {
		if !drop(waits) {
			rest = append(rest, waits)
		}
	}
	c.queue = rest
}

// queueDeparture replaces what the member has in the queue, and stands at its end.
func (c *Council) queueDeparture(code string) {
	c.unqueue(func(waits change) bool { return waits.code == code })
	c.queue = append(c.queue, change{code: code, what: "depart"})
}

// queueDueNotices: members whose notice is old enough join the queue, in the order of their codes.
func (c *Council) queueDueNotices() {
	if !c.Charter.genesis.Has("charter-notice-days") {
		return
	}
	leaving := map[string]bool{}
	for _, waits := range c.queue {
		leaving[waits.code] = leaving[waits.code] || waits.what == "depart"
	}
	for _, code := range sortedKeys(c.notices) {
		if !leaving[code] && c.time-c.notices[code] >= int64(c.Charter.noticeDays)*dayMs {
			c.queueDeparture(code)
		}
	}
}

// actFirst: `keys`, `freeze` and `notice` act in the order of the statements; it returns whose freeze ends.
func (c *Council) actFirst() []string {
	var thawed []string
	for _, r := range c.pending.own {
		code := r.Get("by")
		switch {
		case r.Kind == "freeze":
			c.party(code).Frozen = true
		case r.Kind == "keys":
			if p := c.member(code); p.Frozen {
				p.Frozen = false
				thawed = append(thawed, code)
			}
		case r.Get("leaves") == "given":
			c.notices[code] = c.time
		default:
			delete(c.notices, code)
			c.unqueue(func(waits change) bool { return waits.code == code && waits.what == "depart" })
		}
	}
	for code := range c.pending.frozen {
		c.void(code)
	}
	return thawed
}

// void takes back what a freeze voids of the frozen party.
func (c *Council) void(code string) {
	delete(c.notices, code)
	c.unqueue(func(waits change) bool { return waits.code == code })
	var seals []change
	for _, next := range c.pending.seals {
		if next.code != code {
			seals = append(seals, next)
		}
	}
	c.pending.seals = seals
	for number, closers := range c.pending.closed {
		if delete(closers, code); len(closers) == 0 {
			delete(c.pending.closed, number)
		}
	}
	for _, m := range c.openMeasures() {
		for on, b := range m.ballots {
			if on == code || b.Holder == code {
				delete(m.ballots, on)
			}
		}
		m.voidMandates(code)
	}
}

// voidMandates ends the mandates that a party has given or holds.
func (m *Measure) voidMandates(code string) {
	for giver, given := range m.mandates {
		if giver == code || given.Holder == code {
			delete(m.mandates, giver)
		}
	}
}

// actLast: officers and seal keys, weights, the queue, appointments; it returns how many of the queue
// have acted, and whose freeze ends.
func (c *Council) actLast() (int, []string) {
	most := FaultsMost(len(c.Members))
	if most < 1 {
		most = 1
	}
	for code, r := range c.pending.officers {
		p := c.member(code)
		p.Needs, p.Officers = int(r.Number("threshold")), nil
		for _, row := range r.All("officer") {
			p.Officers = append(p.Officers, Officer{row[0], keyOf(row[1])})
		}
		if r.Has("recovery") {
			p.Recovery = keyOf(r.Get("recovery"))
		}
	}
	for _, next := range c.pending.seals {
		c.member(next.code).Seal = next.seal
	}
	for _, r := range c.pending.weights {
		c.total = r.Number("total-weight")
		for _, row := range r.All("weight") {
			if p := c.member(row[0]); p != nil {
				p.Weight, _ = record.ParseNumber(row[1])
			}
		}
	}
	if most > len(c.queue) {
		most = len(c.queue)
	}
	acting := c.queue[:most]
	c.queue = append([]change(nil), c.queue[most:]...)
	for _, next := range acting {
		c.act(next)
	}
	return len(acting), c.appointAll()
}

func (c *Council) appointAll() []string {
	var thawed []string
	for _, p := range c.pending.appointed {
		if before := c.participants[p.Code]; before != nil && before.Frozen {
			thawed = append(thawed, p.Code)
		}
		c.participants[p.Code] = p
	}
	return thawed
}

func (c *Council) act(next change) {
	p := c.member(next.code)
	switch {
	case next.what == "enter" && p == nil:
		delete(c.admitted, next.code)
		c.total = plus(c.total, next.entrant.Weight)
		c.Members = append(c.Members, next.entrant.copy())
	case next.what == "rotate" && p != nil:
		p.Node = next.node
		if next.withSeal {
			p.Seal = next.seal
		}
	case next.what == "depart" && p != nil:
		c.depart(p)
	}
}

// depart: the last member stays.
func (c *Council) depart(p *Party) {
	delete(c.notices, p.Code)
	if len(c.Members) == 1 {
		return
	}
	var rest []*Party
	for _, other := range c.Members {
		if other != p {
			rest = append(rest, other)
		}
	}
	c.Members, c.left[p.Code] = rest, true
	if c.total > p.Weight {
		c.total -= p.Weight
	} else {
		c.total = 1
	}
	for _, m := range c.openMeasures() {
		m.voidMandates(p.Code)
	}
}
