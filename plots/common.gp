# What figures of speed by size share: colours, markers, axes. A figure is drawn
# with  gnuplot -e "term='svg'; vars='...'; data='...'; out='...'" FIGURE.gp
# (plots/plot.sh does it), and sets W and H, inches, before this is loaded.

# Okabe-Ito without yellow, which is too light for points; black comes last
colours = "#0072B2 #D55E00 #009E73 #CC79A7 #E69F00 #56B4E9 #000000"
filled = "7 5 9 13 11 15 3"
hollow = "6 4 8 12 10 14 1"
# limits
grey = "#707070"
crosses = "2 1"
cross(i) = int(word(crosses, (i - 1) % words(crosses) + 1))
colour(i) = word(colours, (i - 1) % words(colours) + 1)
filled_marker(i) = int(word(filled, (i - 1) % words(filled) + 1))
hollow_marker(i) = int(word(hollow, (i - 1) % words(hollow) + 1))
# half transparent: gnuplot wants "#AARRGGBB", 00 is opaque
faint(c) = "#80" . c[2:7]

load "terminal.gp"

set logscale x 2
set logscale y 10
# from mark to mark, whatever was measured
stats data using 2 nooutput
steps = "1 1.5 2 3 5 7 10"
decade(v) = 10.0**floor(log10(v))
ymin = STATS_min / 1.03
ymax = STATS_max * 1.03
do for [i=words(steps)-1:1:-1] {
	if (ymin / decade(ymin) >= word(steps, i)) {
		ymin = decade(ymin) * word(steps, i)
		break
	}
}
do for [s in steps] {
	if (ymax / decade(ymax) <= s) {
		ymax = decade(ymax) * s
		break
	}
}
set yrange [ymin * 0.999 : ymax * 1.001] # a mark on the edge is drawn
numbers = 1
load "speeds.gp"
set xlabel "file size" offset 0,0.4
set ylabel "MB/s (10^6 bytes/s)"
set border 3 linewidth 0.7
set tics nomirror out scale 0.6
set grid ytics linetype 1 linewidth 0.5 linecolor rgb "#DDDDDD"
set bars 0.5
set pointsize 0.55
note = "{/*0.9 median" . \
	(bars ? (others ? ", its 95 % interval" : " and its 95 % interval") : \
	" (too few samples for an interval)") . (others ? \
	sprintf(", samples; logarithmic; %d shape%s left out", others, \
		others > 1 ? "s" : "") : \
	"; dots: samples; logarithmic axes") . "}"
set xrange [size_min * 0.72 : size_max * 1.4]
