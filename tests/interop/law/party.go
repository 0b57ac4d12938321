package law

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"../record"
)

// Officer is a key that may sign for a party.
type Officer struct {
	Label string
	Key   record.Key
}

// Party is a member, or a participant without ballot; a participant without officers is a vacant seat.
type Party struct {
	Code, Name, Role     string
	Member, Frozen       bool
	Weight               uint64
	Needs                int
	Officers             []Officer
	Recovery, Node, Seal record.Key
}

// used is a key with the use that a party makes of it: an officer's label, recovery, node or seal.
type used struct {
	use string
	key record.Key
}

func (p *Party) keys() []used {
	var all []used
	for _, o := range p.Officers {
		all = append(all, used{o.Label, o.Key})
	}
	if p.Member {
		all = append(all, used{"recovery", p.Recovery}, used{"node", p.Node}, used{"seal", p.Seal})
	}
	return all
}

func (p *Party) hasOfficer(o Officer) bool {
	for _, other := range p.Officers {
		if other == o {
			return true
		}
	}
	return false
}

// copy is never changed with the original: officers are replaced as a whole.
func (p *Party) copy() *Party {
	same := *p
	return &same
}

func copyAll(parties []*Party) []*Party {
	var all []*Party
	for _, p := range parties {
		all = append(all, p.copy())
	}
	return all
}

// RosterDigest = SHA-256 of the members' lines in the form of a genesis
func RosterDigest(members []*Party) string {
	var text strings.Builder
	for _, p := range members {
		fmt.Fprintf(&text, "member %s %d %d %s\n", p.Code, p.Weight, p.Needs, p.Name)
		for _, o := range p.Officers {
			fmt.Fprintf(&text, "officer %s %s %s\n", p.Code, o.Label, record.Encode64(o.Key[:]))
		}
		fmt.Fprintf(&text, "recovery %s %s\n", p.Code, record.Encode64(p.Recovery[:]))
		fmt.Fprintf(&text, "node %s %s\n", p.Code, record.Encode64(p.Node[:]))
		fmt.Fprintf(&text, "seal %s %s\n", p.Code, record.Encode64(p.Seal[:]))
	}
	sum := sha256.Sum256([]byte(text.String()))
	return hex.EncodeToString(sum[:])
}

// FaultsMost is f, how many members may fail.
func FaultsMost(members int) int { return (members - 1) / 3 }

func keyOf(word string) record.Key {
	var key record.Key
	raw, _ := record.Base64(word)
	copy(key[:], raw)
	return key
}

// partiesOf reads the lines of parties of which the first is called member, admits, participant or
// appoints.
func partiesOf(r *record.Record, first string) []*Party {
	var parties []*Party
	var p *Party
	for _, line := range r.Lines {
		v := line.Values
		switch {
		case line.Name == first && (first == "member" || first == "admits"):
			p = &Party{Code: v[0], Member: true, Name: v[3], Needs: small(v[2])}
			p.Weight, _ = record.ParseNumber(v[1])
			parties = append(parties, p)
		case line.Name == first:
			p = &Party{Code: v[0], Needs: small(v[1]), Role: v[2], Name: v[3]}
			parties = append(parties, p)
		case line.Name == "member" || line.Name == "participant":
			p = nil
		case p == nil || r.Kind == "keys":
		case line.Name == "officer":
			p.Officers = append(p.Officers, Officer{v[1], keyOf(v[2])})
		case line.Name == "recovery":
			p.Recovery = keyOf(v[1])
		case line.Name == "node":
			p.Node = keyOf(v[1])
		case line.Name == "seal":
			p.Seal = keyOf(v[1])
		}
	}
	return parties
}

// small is a number that was read below 2^32.
func small(word string) int {
	n, _ := record.ParseNumber(word)
	return int(n)
}

// usedKeys: no key appears twice in a ledger, and no two keys under one name have one key id.
type usedKeys struct {
	origin, log string
	keys        map[record.Key]bool
	ids         map[string]bool
}

func (u *usedKeys) signer(code string, k used) record.Signer {
	switch k.use {
	case "node":
		return record.Signer{Called: u.log, Type: record.Plain, Key: k.key}
	case "seal":
		return record.Signer{Called: u.origin + "/" + code, Type: record.Cosigned, Key: k.key}
	}
	return record.Signer{Called: u.origin + "/" + code + "/" + k.use, Type: record.Plain, Key: k.key}
}

func (u *usedKeys) id(code string, k used) string {
	s := u.signer(code, k)
	return fmt.Sprintf("%s+%08x", s.Called, s.ID())
}

func (u *usedKeys) isNew(code string, k used) bool { return !u.keys[k.key] && !u.ids[u.id(code, k)] }

func (u *usedKeys) add(code string, keys ...used) {
	for _, k := range keys {
		u.keys[k.key] = true
		u.ids[u.id(code, k)] = true
	}
}
