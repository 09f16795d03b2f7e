# Throughput against clients: a row for each operation, all clients together on
# the left, each of them on the right. Hollow and dashed: one file for all.
load vars
W = 5.6
lines = targets + limits
H = 1.0 + 2.2 * rows + 0.16 * ((lines + 2) / 3)
load "terminal.gp"
colours = "#0072B2 #D55E00 #009E73 #CC79A7 #E69F00 #56B4E9 #000000"
filled = "7 5 9 13 11 15 3"
hollow = "6 4 8 12 10 14 1"
grey = "#707070"
one(i) = word(names, i)[strlen(word(names, i))-6:*] eq "_shared"
own(i) = one(i) ? word(names, i)[1:strlen(word(names, i))-7] : word(names, i)
# a target has one colour, whatever its files
tones = ""
kinds = 0
do for [i=1:lines] {
	tone = 0
	do for [k=1:i-1] { if (own(k) eq own(i)) { tone = int(word(tones, k)) } }
	if (tone == 0) { kinds = kinds + 1; tone = kinds }
	tones = tones . " " . tone
}
turn(i) = (int(word(tones, i)) - 1) % 7 + 1
colour(i) = i > targets ? grey : word(colours, turn(i))
shape(i) = int(word(one(i) ? hollow : filled, turn(i)))
faint(c) = "#80" . c[2:7]

set logscale x 2
set logscale y 10
set xrange [least * 0.8 : most * 1.25]
set border 3 linewidth 0.7
set xtics nomirror out scale 0.6
set ytics nomirror out scale 0.6
set grid ytics linetype 1 linewidth 0.5 linecolor rgb "#DDDDDD"
set bars 0.5
set pointsize 0.6
unset key
left = 0.78 / W
right = 1 - 0.08 / W
top = 1 - 0.5 / H
bottom = (0.26 + 0.16 * ((lines + 2) / 3)) / H
wide = (right - left) / 2
high = (top - bottom) / rows
set multiplot
set label 1 "Throughput by clients, " . how at screen 0.5, 1 - 0.14/H center
set label 2 "{/*0.9 median and its interval; dots: samples; hollow, dashed: one file for all}" \
	at screen 0.5, 1 - 0.31/H center
set label 3 "MB/s (10^6 bytes/s)" at screen 0.12/W, (top + bottom) / 2 \
	center rotate
set label 4 "clients" at screen (left + right) / 2, bottom - 0.08/H center
# a legend by hand, below all panels
do for [i=1:lines] {
	x = ((i - 1) % 3) / 3.0 + 0.04
	y = (0.08 + 0.16 * ((lines - 1) / 3 - (i - 1) / 3)) / H
	set label 10+2*i "" at screen x, y point pointtype shape(i) \
		linecolor rgb colour(i)
	set label 11+2*i own(i) . (one(i) ? ", one file" : "") . \
		(i > targets ? " (limit)" : "") \
		at screen x + 0.09/W, y noenhanced
}
do for [o=1:rows] {
	do for [each=0:1] {
		set lmargin at screen left + each * wide + each * 0.45 / W
		set rmargin at screen left + (each + 1) * wide
		set tmargin at screen top - (o - 1) * high - 0.24 / H
		set bmargin at screen top - o * high + 0.28 / H
		set title word(ops, o) . (each ? ", each client" : \
			", all clients") noenhanced offset 0,-0.6
		k = 2 * (o - 1) + each + 1
		mark_low = word(lows, k) / 1.15
		mark_high = word(highs, k) * 1.15
		mark_least = 3
		load "marks.gp"
		set yrange [mark_low : mark_high]
		set ytics () nomirror out scale 0.6
		do for [m in marks] {
			set ytics add (sprintf("%.10g", m + 0) m + 0)
		}
		at = 2 * lines * (o - 1)
		plot for [i=1:lines] data index at + 2*i - 1 \
				using ($1 * 1.04):($2 / (each ? $1 : 1)) \
				with points pointtype 7 pointsize 0.22 \
				linecolor rgb faint(colour(i)), \
			for [i=1:lines] data index at + 2*i - 2 \
				using 1:($2 / (each ? $1 : 1)):($3 / (each ? $1 : 1)):($4 / (each ? $1 : 1)) \
				with yerrorbars pointtype 0 linewidth 0.8 \
				linecolor rgb colour(i), \
			for [i=1:lines] data index at + 2*i - 2 \
				using 1:($2 / (each ? $1 : 1)) \
				with linespoints pointtype shape(i) \
				dashtype (7, one(i) ? 4 : 0) linewidth 1.2 \
				linecolor rgb colour(i)
		unset label
	}
}
unset multiplot
