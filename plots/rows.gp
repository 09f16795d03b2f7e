# A row for each thing on one logarithmic axis: latency, share of the limit,
# and the forest plot of a comparison. plots/plot.sh sets figure, title, axis
# and ones (where a line stands: nothing changed, the whole limit).
load vars
W = 5.6
H = 0.85 + 0.15 * rows
load "terminal.gp"
# over the whole figure: names may take most of its width
set label 1 title at screen 0.5, 1 - 0.16/H center
set label 2 "{/*0.9 " . note . "}" at screen 0.5, 1 - 0.33/H center
set tmargin at screen 1 - 0.5/H
set xlabel axis offset 0,0.4
set lmargin longest + 3
set border 1 linewidth 0.7
set xtics nomirror out scale 0.6
set ytics nomirror out scale 0 noenhanced
set grid xtics linetype 1 linewidth 0.5 linecolor rgb "#DDDDDD"
set bars 0.5
set pointsize 0.6
unset key
mark_low = low / 1.1
mark_high = high * 1.1
mark_least = 3
load "marks.gp"
set yrange [-rows - 0.7 : -0.3]
set logscale x 10
set xtics ()
do for [m in marks] {
	set xtics add (sprintf("%.10g", m + 0) m + 0)
}
set xrange [mark_low : mark_high]
do for [one in ones] {
	if (one > low / 1.1 && one < high * 1.1) {
		set arrow from one, graph 0 to one, graph 1 nohead \
			linewidth 0.8 dashtype (4, 4) linecolor rgb "#707070"
	}
}
# by verdict: regression, improvement, equivalent (and all else), undecided
tones = "#D55E00 #009E73 #0072B2 #707070"
shade(style) = int("0x" . substr(word(tones, int(style)), 2, 7))
plot data index 1 using 2:1 with points pointtype 2 pointsize 0.4 \
		linecolor rgb "#555555", \
	data index 0 using 3:1:4:5:(shade($6)):ytic(2) with xerrorbars \
		pointtype 7 linewidth 1.1 linecolor rgb variable
