# Cold against warm reads by file size: a panel for each target, all on the
# same axes. Filled markers are cold, hollow ones warm; limits are grey.
load vars
panels = targets + limits
columns = panels < 4 ? panels : panels == 4 ? 2 : 3
rows = (panels + columns - 1) / columns
W = columns == 1 ? 3.6 : 0.7 + 1.95 * columns
H = 1.05 + 1.65 * rows
load "common.gp"

# panels lie on a grid between these margins, shares of the figure
left = 0.68 / W
right = 1 - 0.05 / W
top = 1 - 0.72 / H
bottom = 0.26 / H
wide = (right - left) / columns
high = (top - bottom) / rows

# cold a little to the left, warm to the right, samples beside each
shift(k) = 2**(k == 0 ? -0.12 : 0.08)
aside = 2**0.07

set multiplot
set label 1 "Cold and warm reads, " . how at screen 0.5, 1 - 0.15/H center
set label 2 note at screen 0.5, 1 - 0.32/H center
set label 3 "MB/s (10^6 bytes/s)" at screen 0.1/W, (top + bottom) / 2 \
	center rotate
set label 4 "file size" at screen (left + right) / 2, 0.12/H center
# a legend by hand: a key's width ends at its panel's
y = 1 - 0.52/H
set arrow 1 from screen 0.5 - 1.25/W, y to screen 0.5 - 0.85/W, y nohead \
	linewidth 1.2
set arrow 2 from screen 0.5 + 0.15/W, y to screen 0.5 + 0.55/W, y nohead \
	linewidth 1.2 dashtype (7, 4)
set label 5 "" at screen 0.5 - 1.05/W, y point pointtype 7
set label 6 "" at screen 0.5 + 0.35/W, y point pointtype 6
set label 7 "cold caches" at screen 0.5 - 0.78/W, y
set label 8 "warm caches" at screen 0.5 + 0.62/W, y
unset key
set xtics font ",6.5" offset 0,0.3
unset xlabel
unset ylabel
do for [i=1:panels] {
	row = (i - 1) / columns
	column = (i - 1) % columns
	set lmargin at screen left + column * wide
	set rmargin at screen left + (column + 1) * wide - 0.12 / W
	set tmargin at screen top - row * high - 0.22 / H
	set bmargin at screen top - (row + 1) * high + 0.17 / H
	numbers = column == 0
	load "speeds.gp"
	limit = i > targets
	set title word(names, i) . (limit ? " (limit)" : "") noenhanced \
		offset 0,-0.6
	style = limit ? 1 : int(word(styles, i))
	tone = limit ? grey : colour(style)
	at = 4 * (i - 1)
	plot for [k=0:1] data index at + 2*k + 1 \
			using ($1 * shift(k) * aside):2 \
			with points pointtype 7 pointsize 0.22 \
			linecolor rgb faint(tone), \
		for [k=0:1] data index at + 2*k using ($1 * shift(k)):2:3:4 \
			with yerrorbars pointtype 0 linewidth 0.8 \
			linecolor rgb tone, \
		data index at using ($1 * shift(0)):2 with linespoints \
			pointtype filled_marker(style) \
			linewidth 1.2 linecolor rgb tone, \
		data index at + 2 using ($1 * shift(1)):2 with linespoints \
			pointtype hollow_marker(style) \
			dashtype (7, 4) linewidth 1.2 linecolor rgb tone
	unset label
	unset arrow
}
unset multiplot
