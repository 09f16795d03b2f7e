# Cold against warm reads by file size: a panel for each target, all on the
# same axes. Filled markers are cold, hollow ones warm; limits are grey.
load vars
panels = targets + limits
columns = panels < 4 ? panels : panels == 4 ? 2 : 3
rows = (panels + columns - 1) / columns
W = columns == 1 ? 3.6 : 0.7 + 1.95 * columns
H = 1.05 + 1.65 * rows
load "common.gp"

stats data using 2 nooutput
set yrange [STATS_min / 1.25 : STATS_max * 1.25]

# panels lie on a grid between these margins, shares of the figure
left = 0.62 / W
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
set label 3 "MB/s (10^6 bytes/s)" at screen 0.13/W, (top + bottom) / 2 \
	center rotate
set label 4 "file size" at screen (left + right) / 2, 0.12/H center
set key at screen 0.5, 1 - 0.5/H center center horizontal maxrows 1 samplen 3 width 1
set xtics font ",6.5" offset 0,0.3
unset xlabel
unset ylabel
do for [i=1:panels] {
	row = (i - 1) / columns
	column = (i - 1) % columns
	set lmargin at screen left + column * wide
	set rmargin at screen left + (column + 1) * wide - 0.12 / W
	set tmargin at screen top - row * high - 0.22 / H
	set bmargin at screen top - (row + 1) * high + 0.2 / H
	eval speeds(column == 0)
	limit = i > targets
	set title word(names, i) . (limit ? " (limit)" : "") noenhanced \
		offset 0,-0.6
	style = limit ? 1 : int(word(styles, i))
	tone = limit ? grey : colour(style)
	at = 4 * (i - 1)
	plot for [k=0:1] data index at + 2*k + 1 \
			using ($1 * shift(k) * aside):2 \
			with points pointtype 7 pointsize 0.22 \
			linecolor rgb faint(tone) notitle, \
		for [k=0:1] data index at + 2*k using ($1 * shift(k)):2:3:4 \
			with yerrorbars pointtype 0 linewidth 0.8 \
			linecolor rgb tone notitle, \
		data index at using ($1 * shift(0)):2 with linespoints \
			pointtype filled_marker(style) \
			linewidth 1.2 linecolor rgb tone notitle, \
		data index at + 2 using ($1 * shift(1)):2 with linespoints \
			pointtype hollow_marker(style) \
			dashtype 2 linewidth 1.2 linecolor rgb tone notitle, \
		NaN with linespoints pointtype 7 linewidth 1.2 \
			linecolor rgb "black" title "cold caches", \
		NaN with linespoints pointtype 6 dashtype 2 linewidth 1.2 \
			linecolor rgb "black" title "warm caches"
	unset label
	set key off
}
unset multiplot
