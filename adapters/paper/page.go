package paper

import "slices"

// page is the rows of one page, from top to bottom.
type page []placed

// placed is a row and where it stands, in mm under the top edge of the sheet.
type placed struct {
	row
	top float64
}

// paginate puts pieces on pages; there is always at least one page.
func paginate(pieces []piece) []page {
	pages := []page{nil}
	y := textTop
	for _, rows := range join(pieces) {
		if y > textTop && y+rows[0].gap+height(rows) > textBottom {
			pages, y = append(pages, nil), textTop
		}
		last := len(pages) - 1
		for _, r := range rows {
			if y > textTop {
				y += r.gap
			}
			pages[last] = append(pages[last], placed{row: r, top: y})
			y += r.height
		}
	}
	return pages
}

// join makes one list of rows of a heading and what follows it, unless that is more than a page.
func join(pieces []piece) [][]row {
	var all [][]row
	open := false
	for _, p := range pieces {
		if open {
			last := len(all) - 1
			if both := slices.Concat(all[last], p.rows); height(both) <= textHeight {
				all[last], open = both, p.leading
				continue
			}
		}
		all, open = append(all, p.rows), p.leading
	}
	return all
}
