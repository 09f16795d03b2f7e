# Throughput over time: a line for each sample, a colour for each target.
load vars
W = 5.6
H = 3.6
load "terminal.gp"
colours = "#0072B2 #D55E00 #009E73 #CC79A7 #E69F00 #56B4E9 #000000"
set title "Throughput over time, " . how . \
	"\n{/*0.9 a line for each sample, until the sync; gaps: nothing was answered}"
set logscale y 10
mark_low = low / 1.15
mark_high = high * 1.15
mark_least = 3
load "marks.gp"
set yrange [mark_low : mark_high]
set xlabel "seconds from the start" offset 0,0.4
set ylabel "MB/s (10^6 bytes/s)"
set border 3 linewidth 0.7
set tics nomirror out scale 0.6
set ytics ()
do for [m in marks] {
	set ytics add (sprintf("%.10g", m + 0) m + 0)
}
set grid ytics linetype 1 linewidth 0.5 linecolor rgb "#DDDDDD"
set key outside bottom center horizontal
# a single step is a point, not a line
plot for [i=1:series] data index i-1 using 1:2 with linespoints \
	pointtype 7 pointsize 0.15 linewidth 0.6 \
	linecolor rgb word(colours, (i - 1) % words(colours) + 1) \
	title word(names, i) noenhanced
