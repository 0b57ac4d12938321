package law

// adopt: an adopted measure does to its predecessor what it says, and has its effect.
func (c *Council) adopt(m *Measure) {
	r := m.Record
	if row := r.Row("predecessor"); row != nil {
		before := c.Measures[small(row[1])-1]
		before.replaced = before.replaced || r.Has("participating")
		before.repealed = before.repealed || row[0] == "repeals"
	}
	c.effect(m)
}

// effect is what an adopted measure changes in the council.
func (c *Council) effect(m *Measure) {
	r := m.Record
	switch {
	case r.Has("admits"):
		c.admitted[r.Get("admits")] = admission{m, brought(r)}
	case r.Has("departs"):
		if _, given := c.notices[r.Get("departs")]; given {
			c.queueDeparture(r.Get("departs"))
		}
	case r.Has("appoints"):
		p := brought(r)
		c.used.add(p.Code, p.keys()...)
		c.pending.appointed = append(c.pending.appointed, p)
	case r.Has("total-weight"):
		c.pending.weights = append(c.pending.weights, r)
	case r.Number("next-rules") > c.rules:
		c.rules = r.Number("next-rules")
	}
}
