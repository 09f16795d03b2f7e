# Image builds by Podman: {rootful, rootless} x {overlay, fuse-overlayfs, vfs},
# and the home where the run has several: a panel for each build, a line for
# each user and home. Parallel lines: the driver costs both alike; lines that
# lie on each other: rootless costs nothing.
load vars
columns = panels < 3 ? panels : 3
rows = (panels + columns - 1) / columns
W = 0.75 + (columns == 1 ? 3.4 : 2.1 * columns)
H = 1.15 + 1.9 * rows
load "terminal.gp"
colours = "#0072B2 #D55E00 #009E73 #CC79A7 #E69F00 #56B4E9 #000000"
shapes = "7 5 9 13 11 15 3"
colour(i) = word(colours, (i - 1) % words(colours) + 1)
shape(i) = int(word(shapes, (i - 1) % words(shapes) + 1))
faint(c) = "#80" . c[2:7]
# side by side at each driver, samples a little to the right
shift(i) = (i - (lines + 1) / 2.0) * 0.12
left = 0.6 / W
right = 1 - 0.1 / W
top = 1 - 0.5 / H
bottom = 0.45 / H
wide = (right - left) / columns
high_panel = (top - bottom) / rows

set logscale y 10
set yrange [low / 1.15 : high * 1.15]
mark_low = low / 1.15
mark_high = high * 1.15
mark_least = 3
load "marks.gp"
set xrange [0.5 : 3.5]
set xtics ("overlay" 1, "fuse-overlayfs" 2, "vfs" 3) nomirror out scale 0.6
set border 3 linewidth 0.7
set grid ytics linetype 1 linewidth 0.5 linecolor rgb "#DDDDDD"
set bars 0.5
set pointsize 0.6
unset key
set multiplot
set label 1 "Image builds by user and storage driver" \
	at screen 0.5, 1 - 0.14/H center
set label 2 "{/*0.9 median and its 95 % interval; dots: samples}" \
	at screen 0.5, 1 - 0.31/H center
set label 3 "seconds (logarithmic)" at screen 0.12/W, (top + bottom) / 2 \
	center rotate
# a legend by hand, below all panels
do for [i=1:lines] {
	x = (i - 0.5) / lines
	set label 10+2*i "" at screen x - 0.75/W, 0.13/H point \
		pointtype shape(i) linecolor rgb colour(i)
	set label 11+2*i word(titles, i) at screen x - 0.65/W, 0.13/H noenhanced
}
do for [p=1:panels] {
	row = (p - 1) / columns
	column = (p - 1) % columns
	set lmargin at screen left + column * wide
	set rmargin at screen left + (column + 1) * wide - 0.12 / W
	set tmargin at screen top - row * high_panel - 0.2 / H
	set bmargin at screen top - (row + 1) * high_panel + 0.2 / H
	set ytics () nomirror out scale 0.6
	do for [m in marks] {
		set ytics add (column ? "" : sprintf("%.10g", m + 0) m + 0)
	}
	set title word(names, p) noenhanced offset 0,-0.6
	at = 2 * lines * (p - 1)
	plot for [i=1:lines] data index at + 2*i - 1 \
			using ($1 + shift(i) + 0.06):2 with points \
			pointtype 7 pointsize 0.22 \
			linecolor rgb faint(colour(i)), \
		for [i=1:lines] data index at + 2*i - 2 \
			using ($1 + shift(i)):2:3:4 with yerrorbars \
			pointtype 0 linewidth 0.8 linecolor rgb colour(i), \
		for [i=1:lines] data index at + 2*i - 2 \
			using ($1 + shift(i)):2 with linespoints \
			pointtype shape(i) linewidth 1.2 linecolor rgb colour(i)
	unset label
}
unset multiplot
