package plate

import (
	"cmp"
	"math"
	"slices"
)

const (
	// blockSide is the side of a block in pixels of its level.
	blockSide = 8
	// maxRegions bounds the regions of a kind that are looked at.
	maxRegions = 16
)

// A region is a part of the picture that may be a code.
type region struct {
	frame                // for bars the angle runs across them
	level        int     // the copy it was found in, that is 2^level smaller
	long, across float64 // half the extent along and across the angle, in pixels of the full picture
	rank         float64 // the more the likelier
}

// overlaps tells that two regions are about the same place and size.
func (r region) overlaps(s region) bool {
	size := max(r.long, r.across)
	other := max(s.long, s.across)
	return math.Hypot(r.x-s.x, r.y-s.y) < 0.4*max(size, other) && size < 1.5*other && other < 1.5*size
}

// covers tells that the centre of s lies in r.
func (r region) covers(s region) bool {
	dx, dy := s.x-r.x, s.y-r.y
	sin, cos := math.Sincos(r.angle)
	return math.Abs(dx*cos+dy*sin) <= r.long && math.Abs(dy*cos-dx*sin) <= r.across
}

// A block sums up the gradients in a square of pixels: xx, yy and xy are the
// means of their products, divided by the square of the brightness so that a
// code counts the same in shadow and in light.
type block struct{ xx, yy, xy float32 }

func (b block) energy() float32 { return b.xx + b.yy }

// axis is the direction of the gradients as a vector of twice the angle,
// where opposite directions are the same. Its length is from 0, none, to the
// energy, all the same.
func (b block) axis() (x, y float32) { return b.xx - b.yy, 2 * b.xy }

// A field holds the blocks of one level.
type field struct {
	level, w, h int
	blocks      []block
	low, high   float32 // energies: of what may be code, and of the strongest
}

func newField(p *plane, level int) *field {
	f := &field{level: level, w: (p.w - 2) / blockSide, h: (p.h - 2) / blockSide}
	if f.w < 3 || f.h < 3 {
		return nil
	}
	f.blocks = make([]block, f.w*f.h)
	for by := range f.h {
		for bx := range f.w {
			var xx, yy, xy, sum int
			for y := 1 + by*blockSide; y < 1+(by+1)*blockSide; y++ {
				x := 1 + bx*blockSide
				up := p.pix[(y-1)*p.stride+x:][:blockSide]
				row := p.pix[y*p.stride+x-1:][:blockSide+2]
				low := p.pix[(y+1)*p.stride+x:][:blockSide]
				for i := range blockSide {
					gx, gy := int(row[i+2])-int(row[i]), int(low[i])-int(up[i])
					xx += gx * gx
					yy += gy * gy
					xy += gx * gy
					sum += int(row[i+1])
				}
			}
			const n = blockSide * blockSide
			light := float32(sum)/n + 20
			scale := 1 / (n * light * light)
			f.blocks[by*f.w+bx] = block{float32(xx) * scale, float32(yy) * scale, float32(xy) * scale}
		}
	}
	f.thresholds()
	return f
}

// thresholds sets low and high. Most of a photo is background, so its median
// tells the noise; but a code may also fill the picture.
func (f *field) thresholds() {
	step := max(1, len(f.blocks)/4096)
	var sample []float32
	for i := 0; i < len(f.blocks); i += step {
		sample = append(sample, f.blocks[i].energy())
	}
	slices.Sort(sample)
	f.high = sample[len(sample)*98/100]
	f.low = max(0.003, min(3*sample[len(sample)/2], 0.2*f.high))
}

// regions finds what may be bars and what may be a matrix code on all levels,
// the likeliest first.
func regions(levels []*plane) (bars, matrices []region) {
	for level, p := range levels {
		f := newField(p, level)
		if f == nil {
			break
		}
		bars = append(bars, f.bars()...)
		matrices = append(matrices, f.matrices()...)
	}
	return best(bars), best(matrices)
}

// best sorts by rank and drops regions that overlap a better one.
func best(all []region) []region {
	slices.SortStableFunc(all, func(a, b region) int { return cmp.Compare(b.rank, a.rank) })
	var out []region
	for _, r := range all {
		if len(out) == maxRegions {
			break
		}
		if !slices.ContainsFunc(out, r.overlaps) {
			out = append(out, r)
		}
	}
	return out
}

// bars finds groups of blocks with one direction that extend in it: an edge
// is one block wide, bars are many.
func (f *field) bars() []region {
	var out []region
	seen := make([]bool, len(f.blocks))
	usable := func(i int) bool {
		b := f.blocks[i]
		x, y := b.axis()
		return b.energy() >= f.low && x*x+y*y >= 0.3*b.energy()*b.energy()
	}
	similar := func(i, j int) bool {
		ax, ay := f.blocks[i].axis()
		bx, by := f.blocks[j].axis()
		dot := ax*bx + ay*by // > 0.88 is less than 14 degrees, as the angles are doubled
		return dot > 0 && dot*dot > 0.88*0.88*(ax*ax+ay*ay)*(bx*bx+by*by)
	}
	for i := range f.blocks {
		if seen[i] || !usable(i) {
			continue
		}
		group := f.grow(i, seen, 1, func(from, to int) bool { return usable(to) && similar(from, to) })
		if len(group) < 6 {
			continue
		}
		r, coherence := f.measure(group)
		blocks := float64(int(blockSide) << f.level)
		if r.long < 2*blocks || r.across < blocks/2 {
			continue
		}
		fill := float64(len(group)) * blocks * blocks / (4 * r.long * r.across)
		r.rank = coherence * min(1, fill) * math.Sqrt(float64(len(group)))
		out = append(out, r)
	}
	return out
}

// matrices finds groups of busy blocks that are about as wide as high, with
// several thresholds, as text beside a code is paler than the code.
func (f *field) matrices() []region {
	var out []region
	for _, threshold := range []float32{f.low, 0.25 * f.high, 0.5 * f.high} {
		if threshold < f.low {
			continue
		}
		seen := make([]bool, len(f.blocks))
		busy := func(_, to int) bool { return f.blocks[to].energy() >= threshold }
		for i := range f.blocks {
			if seen[i] || !busy(i, i) {
				continue
			}
			group := f.grow(i, seen, 2, busy)
			if len(group) < 9 {
				continue
			}
			r, coherence := f.measure(group)
			if max(r.long, r.across) > 3*min(r.long, r.across) {
				continue
			}
			blocks := float64(int(blockSide) << f.level)
			fill := float64(len(group)) * blocks * blocks / (4 * r.long * r.across)
			square := min(r.long, r.across) / max(r.long, r.across)
			size := min(1, float64(len(group))/64)
			r.rank = (1 - 0.7*coherence) * min(1, fill) * square * math.Sqrt(size) * math.Sqrt(f.mean(group))
			out = append(out, r)
		}
	}
	return out
}

// grow collects the blocks that are linked to the first, over gaps of reach.
func (f *field) grow(first int, seen []bool, reach int, linked func(from, to int) bool) []int {
	seen[first] = true
	group := []int{first}
	for n := 0; n < len(group); n++ {
		x, y := group[n]%f.w, group[n]/f.w
		for j := max(0, y-reach); j <= min(f.h-1, y+reach); j++ {
			for i := max(0, x-reach); i <= min(f.w-1, x+reach); i++ {
				if to := j*f.w + i; !seen[to] && linked(group[n], to) {
					seen[to] = true
					group = append(group, to)
				}
			}
		}
	}
	return group
}

// mean is the mean energy of a group.
func (f *field) mean(group []int) float64 {
	var sum float64
	for _, i := range group {
		sum += float64(f.blocks[i].energy())
	}
	return sum / float64(len(group))
}

// measure gives the frame around a group of blocks, turned to its main
// direction, and how much of the energy has this direction, from 0 to 1.
func (f *field) measure(group []int) (r region, coherence float64) {
	var ax, ay, energy float64
	for _, i := range group {
		x, y := f.blocks[i].axis()
		ax += float64(x)
		ay += float64(y)
		energy += float64(f.blocks[i].energy())
	}
	angle := math.Atan2(ay, ax) / 2
	sin, cos := math.Sincos(angle)
	u, v := make([]float64, len(group)), make([]float64, len(group))
	for n, i := range group {
		x, y := float64(i%f.w), float64(i/f.w)
		u[n], v[n] = x*cos+y*sin, y*cos-x*sin
	}
	u0, u1 := extent(u)
	v0, v1 := extent(v)
	block := float64(int(blockSide) << f.level)
	cu, cv := (u0+u1)/2, (v0+v1)/2
	pixel := float64(int(1) << f.level)
	r = region{
		frame: frame{
			x:     (cu*cos-cv*sin)*block + block/2 + pixel,
			y:     (cu*sin+cv*cos)*block + block/2 + pixel,
			angle: angle,
		},
		level:  f.level,
		long:   (u1 - u0 + 1) / 2 * block,
		across: (v1 - v0 + 1) / 2 * block,
	}
	return r, math.Hypot(ax, ay) / energy
}

// extent is the range of almost all values; a few stray blocks do not count.
func extent(v []float64) (low, high float64) {
	slices.Sort(v)
	cut := len(v) / 50
	return v[cut], v[len(v)-1-cut]
}
