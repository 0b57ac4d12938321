// Package record reads what nemcon writes: keys, signed notes, and every kind of record in its one
// written form (docs/formats.md, section 1).
package record

import (
	"crypto/ed25519"
	"math/big"
	"sync"
)

// Key is an Ed25519 public key.
type Key [32]byte

// point is a point of the curve in extended coordinates: x = X/Z, y = Y/Z, T = XY/Z.
type point struct{ x, y, z, t *big.Int }

var (
	one       = big.NewInt(1)
	fieldP    = new(big.Int).Sub(new(big.Int).Lsh(one, 255), big.NewInt(19))
	groupL, _ = new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	curveD    = mod(new(big.Int).Mul(big.NewInt(-121665), new(big.Int).ModInverse(big.NewInt(121666), fieldP)))
	rootM1    = new(big.Int).Exp(big.NewInt(2), new(big.Int).Rsh(new(big.Int).Sub(fieldP, one), 2), fieldP)
	twoD      = mod(new(big.Int).Lsh(curveD, 1))
)

func mod(n *big.Int) *big.Int      { return n.Mod(n, fieldP) }
func times(a, b *big.Int) *big.Int { return mod(new(big.Int).Mul(a, b)) }
func plus(a, b *big.Int) *big.Int  { return new(big.Int).Add(a, b) }
func minus(a, b *big.Int) *big.Int { return new(big.Int).Sub(a, b) }

func identity() point {
	return point{big.NewInt(0), big.NewInt(1), big.NewInt(1), big.NewInt(0)}
}

// add is complete on this curve.
func add(p, q point) point {
	a := times(minus(p.y, p.x), minus(q.y, q.x))
	b := times(plus(p.y, p.x), plus(q.y, q.x))
	c := times(times(p.t, twoD), q.t)
	d := times(new(big.Int).Lsh(p.z, 1), q.z)
	e, f, g, h := minus(b, a), minus(d, c), plus(d, c), plus(b, a)
	return point{times(e, f), times(g, h), times(f, g), times(e, h)}
}

func multiply(n *big.Int, p point) point {
	sum := identity()
	for bit := n.BitLen() - 1; bit >= 0; bit-- {
		sum = add(sum, sum)
		if n.Bit(bit) == 1 {
			sum = add(sum, p)
		}
	}
	return sum
}

func (p point) isIdentity() bool {
	return mod(new(big.Int).Set(p.x)).Sign() == 0 && mod(minus(p.y, p.z)).Sign() == 0
}

// decompress reads a canonical encoding (RFC 8032, 5.1.3).
func decompress(raw Key) (point, bool) {
	var bytes [32]byte
	for n := range raw {
		bytes[31-n] = raw[n]
	}
	sign := uint(bytes[0] >> 7)
	bytes[0] &= 0x7f
	y := new(big.Int).SetBytes(bytes[:])
	if y.Cmp(fieldP) >= 0 {
		return point{}, false
	}
	square := times(y, y)
	u, v := mod(minus(square, one)), mod(plus(times(curveD, square), one))
	v3 := times(times(v, v), v)
	power := new(big.Int).Rsh(minus(fieldP, big.NewInt(5)), 3)
	x := times(times(u, v3), new(big.Int).Exp(times(times(u, v3), times(v, v3)), power, fieldP))
	if mod(plus(times(v, times(x, x)), u)).Sign() == 0 {
		x = times(x, rootM1)
	}
	if times(v, times(x, x)).Cmp(u) != 0 || x.Sign() == 0 && sign == 1 {
		return point{}, false
	}
	if x.Bit(0) != sign {
		x = minus(fieldP, x)
	}
	return point{x, y, big.NewInt(1), times(x, y)}, true
}

var judged sync.Map

// Admissible tells whether the key is canonical, torsion-free and not of small order. The points
// of the prime order L are those; the identity alone besides is taken to itself by L.
func (k Key) Admissible() bool {
	if known, ok := judged.Load(k); ok {
		return known.(bool)
	}
	p, ok := decompress(k)
	good := ok && !p.isIdentity() && multiply(groupL, p).isIdentity()
	judged.Store(k, good)
	return good
}

// ofSmallOrder tells whether the encoding is that of a point whose order divides 8. Other
// encodings of such points never equal the R that a verifier computes.
func ofSmallOrder(raw Key) bool {
	p, ok := decompress(raw)
	return ok && multiply(big.NewInt(8), p).isIdentity()
}

// Verify checks s < L, the equation without the cofactor, R byte by byte (all of these as
// crypto/ed25519 does), and besides that the key is admissible and R not of small order.
func (k Key) Verify(message, signature []byte) bool {
	if len(signature) != ed25519.SignatureSize || !k.Admissible() {
		return false
	}
	var r Key
	copy(r[:], signature)
	return ed25519.Verify(k[:], message, signature) && !ofSmallOrder(r)
}
