# A row for each thing on one logarithmic axis: latency, share of the limit,
# and the forest plot of a comparison. plots/plot.sh sets figure, title, axis
# and ones (where a line stands: nothing changed, the whole limit).
load vars
W = 5.6
H = 0.85 + 0.15 * rows
load "terminal.gp"
set title title . "\n{/*0.9 " . note . "}"
set xlabel axis offset 0,0.4
set lmargin longest + 3
set border 1 linewidth 0.7
set xtics nomirror out scale 0.6
set ytics nomirror out scale 0 noenhanced
set grid xtics linetype 1 linewidth 0.5 linecolor rgb "#DDDDDD"
set bars 0.5
set pointsize 0.6
unset key
# marks that lie close enough together for the axis that there is
marks = high / low > 60 ? "1" : high / low > 6 ? "1 2 5" : \
	"1 1.1 1.2 1.3 1.5 1.7 2 2.5 3 4 5 6 7 8 9"
set yrange [-rows - 0.7 : -0.3]
set logscale x 10
set xtics ()
do for [e=-6:7] {
	do for [m in marks] {
		set xtics add (sprintf("%.10g", m * 10.0**e) m * 10.0**e)
	}
}
set xrange [low / 1.1 : high * 1.1]
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
