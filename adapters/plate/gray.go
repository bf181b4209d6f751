package plate

import "math"

// A plane is a gray picture, 0 black to 255 white.
type plane struct {
	w, h, stride int
	pix          []byte
}

func newPlane(w, h int) *plane { return &plane{w, h, w, make([]byte, w*h)} }

func (p *plane) row(y int) []byte { return p.pix[y*p.stride : y*p.stride+p.w] }

// half is the plane at half the size; an odd last row or column is dropped.
func (p *plane) half() *plane {
	q := newPlane(p.w/2, p.h/2)
	for y := range q.h {
		a, b, to := p.row(2*y), p.row(2*y+1), q.row(y)
		for x := range to {
			to[x] = byte((int(a[2*x]) + int(a[2*x+1]) + int(b[2*x]) + int(b[2*x+1]) + 2) / 4)
		}
	}
	return q
}

// at interpolates between pixels, whose centres are at whole numbers. Outside
// the picture is white paper.
func (p *plane) at(x, y float64) float64 {
	x0, y0 := math.Floor(x), math.Floor(y)
	i, j := int(x0), int(y0)
	if i < 0 || j < 0 || i+1 >= p.w || j+1 >= p.h {
		return 255
	}
	fx, fy := x-x0, y-y0
	k := j*p.stride + i
	top := float64(p.pix[k]) + fx*(float64(p.pix[k+1])-float64(p.pix[k]))
	k += p.stride
	low := float64(p.pix[k]) + fx*(float64(p.pix[k+1])-float64(p.pix[k]))
	return top + fy*(low-top)
}

// A frame is a place in the picture, in pixels of the full size: a centre and
// the direction of its x axis.
type frame struct {
	x, y, angle float64
}

// cut takes a square of size pixels around a frame's centre, turned upright,
// a pixel for each step pixels of p. Level says how often p was halved.
func (p *plane) cut(f frame, level, size int, step float64) *plane {
	q := newPlane(size, size)
	cx, cy := toLevel(f.x, level), toLevel(f.y, level)
	dx, dy := step*math.Cos(f.angle), step*math.Sin(f.angle)
	for y := range size {
		v := float64(y) - float64(size-1)/2
		u := -float64(size-1) / 2
		sx, sy := cx+u*dx-v*dy, cy+u*dy+v*dx
		to := q.row(y)
		for x := range to {
			to[x] = byte(p.at(sx, sy) + 0.5)
			sx += dx
			sy += dy
		}
	}
	return q
}

// toLevel turns a coordinate of the full picture into one of a halved copy.
func toLevel(x float64, level int) float64 {
	return (x+0.5)/float64(int(1)<<level) - 0.5
}

// upright is the angle, between -45 and 45 degrees, of the grid a matrix code
// in the plane is printed on: gradients count with their direction times
// four, so that all four sides of a module vote for one angle.
func (p *plane) upright() float64 {
	var re, im float64
	for y := 1; y < p.h-1; y++ {
		up, row, low := p.row(y-1), p.row(y), p.row(y+1)
		for x := 1; x < p.w-1; x++ {
			gx, gy := float64(row[x+1])-float64(row[x-1]), float64(low[x])-float64(up[x])
			g := gx*gx + gy*gy
			if g < 16 {
				continue
			}
			c, s := (gx*gx-gy*gy)/g, 2*gx*gy/g
			re += g * (c*c - s*s)
			im += g * 2 * c * s
		}
	}
	return math.Atan2(im, re) / 4
}

// inverted is the negative of the plane.
func (p *plane) inverted() *plane {
	q := newPlane(p.w, p.h)
	for y := range p.h {
		to := q.row(y)
		for x, v := range p.row(y) {
			to[x] = 255 - v
		}
	}
	return q
}

// sharpened undoes a Gaussian blur of sigma pixels, as far as noise allows.
func (p *plane) sharpened(sigma float64) *plane {
	const rounds = 3 // more would sharpen the noise
	kernel := gaussian(sigma)
	was, now := make([]float32, p.w*p.h), make([]float32, p.w*p.h)
	for y := range p.h {
		for x, v := range p.row(y) {
			was[y*p.w+x] = float32(v)
		}
	}
	copy(now, was)
	soft, half := make([]float32, p.w*p.h), make([]float32, p.w*p.h)
	column, out := make([]float32, p.h), make([]float32, p.h)
	for range rounds {
		for y := range p.h {
			blur(half[y*p.w:(y+1)*p.w], now[y*p.w:(y+1)*p.w], kernel)
		}
		for x := range p.w {
			for y := range column {
				column[y] = half[y*p.w+x]
			}
			blur(out, column, kernel)
			for y, v := range out {
				soft[y*p.w+x] = v
			}
		}
		for i := range now {
			now[i] = min(255, max(0, now[i]+1.5*(was[i]-soft[i])))
		}
	}
	q := newPlane(p.w, p.h)
	for i, v := range now {
		q.pix[i] = byte(v + 0.5)
	}
	return q
}

// gaussian is half a normalised kernel: the centre, then one side.
func gaussian(sigma float64) []float32 {
	k := make([]float32, 1+int(math.Ceil(2.5*sigma)))
	var sum float32
	for i := range k {
		k[i] = float32(math.Exp(-float64(i*i) / (2 * sigma * sigma)))
		sum += k[i]
		if i > 0 {
			sum += k[i]
		}
	}
	for i := range k {
		k[i] /= sum
	}
	return k
}

// blur convolves a line with a kernel of gaussian; the ends are repeated.
func blur(to, from, kernel []float32) {
	last := len(from) - 1
	for i := range to {
		v := kernel[0] * from[i]
		if i >= len(kernel) && i+len(kernel) <= last {
			for k := 1; k < len(kernel); k++ {
				v += kernel[k] * (from[i-k] + from[i+k])
			}
		} else {
			for k := 1; k < len(kernel); k++ {
				v += kernel[k] * (from[max(0, i-k)] + from[min(last, i+k)])
			}
		}
		to[i] = v
	}
}
